"""Territories grow from seats over the ground, and meet where the going is hard: on ridges and in rivers.

A territory is the ground that is reached from its seat sooner than from any other (multi-source shortest paths
over the fine grid).  Townships grow first, each inside the ground it won lays out its villages the same way; so
the levels nest, and a border of a township is a border of villages too.
"""
import numpy as np
from scipy import ndimage
from scipy.sparse import csr_array
from scipy.sparse.csgraph import dijkstra

from .landscape import COARSE, FINE, noise

NOBODY = -1
TERRAINS = ("平坝", "丘陵", "山区")
SEAT_SPACING = {"平坝": 7000.0, "丘陵": 7900.0, "山区": 9000.0}  # of townships, m
VILLAGE_KM2 = {"平坝": 4.1, "丘陵": 5.4, "山区": 10.5}
CROSS = ((0, 1, 0), (1, 1, 1), (0, 1, 0))


def terrain_of(land):
    """Index into TERRAINS on the fine grid: by relief within about a kilometre, and by height."""
    score = ndimage.gaussian_filter(land.relief + 0.35 * land.height, 12)
    return np.digitize(score, [46.0, 92.0])


class Ground:
    """How hard it is to cross the ground, and the graph of steps over it."""

    def __init__(self, land, core, rng):
        self.land, self.shape = land, land.shape
        shape = land.shape
        hardness = np.exp(0.4 * noise(shape, 30, rng, 3) + 0.6 * noise(shape, 11, rng, 3, 0.7))
        ridge = land.height - ndimage.gaussian_filter(land.height, 9)
        hardness *= 1 + 5.0 * np.clip(ridge / 18.0, 0, 1.5)
        self.wet = land.river_raster(9.0, 110.0)  # nobody's seat
        hardness[land.river_raster(9.0, 60.0)] *= 5.0
        hardness[land.river_raster(60.0, 90.0)] *= 5.0
        self.streets = street_grid(land, core, rng)
        hardness[self.streets] *= 5.0
        self.hardness = hardness
        self.graph = self.steps()

    def steps(self):
        """Undirected graph of all cells; a step costs its length, the mean hardness, and the climb."""
        index = np.arange(self.hardness.size).reshape(self.shape)
        start, end, cost = [], [], []
        rows, cols = self.shape
        for dr, dc in ((0, 1), (1, 0), (1, 1), (1, -1), (1, 2), (2, 1), (2, -1), (1, -2)):
            a = (slice(0, rows - dr), slice(max(0, -dc), cols - max(0, dc)))
            b = (slice(dr, rows), slice(max(0, dc), cols - max(0, -dc)))
            climb = np.abs(self.land.height[a] - self.land.height[b])
            length = np.hypot(dr, dc) * FINE
            start.append(index[a].ravel())
            end.append(index[b].ravel())
            cost.append((length * 0.5 * (self.hardness[a] + self.hardness[b]) + 9.0 * climb).ravel())
        start, end, cost = map(np.concatenate, (start, end, cost))
        return start, end, cost

    def ashore(self, xy):
        """The nearest points that are not in a river; x, y in m."""
        row, col = ndimage.distance_transform_edt(self.wet, return_distances=False, return_indices=True)
        dry = np.column_stack([self.land.at(col, xy), self.land.at(row, xy)])
        return np.where(self.land.at(self.wet, xy)[:, None], (dry + 0.5) * FINE, xy)

    def grow(self, seats, within=None):
        """Index of the nearest seat for each cell (NOBODY where none can be reached); seats are x, y in m.

        `within` is a grid of labels: no step leads from one label to another.
        """
        start, end, cost = self.graph
        if within is not None:
            same = within.ravel()[start] == within.ravel()[end]
            start, end, cost = start[same], end[same], cost[same]
        size = self.hardness.size
        both = (np.concatenate([cost, cost]), (np.concatenate([start, end]), np.concatenate([end, start])))
        sources = self.land.at(np.arange(size).reshape(self.shape), seats)
        _, _, owner = dijkstra(
            csr_array(both, shape=(size, size)), indices=sources, min_only=True, return_predecessors=True
        )
        label = np.full(size, NOBODY)
        reached = owner >= 0
        back = {int(cell): seat for seat, cell in enumerate(sources)}
        label[reached] = np.array([back[int(c)] for c in np.unique(owner[reached])])[
            np.unique(owner[reached], return_inverse=True)[1]
        ]
        return label.reshape(self.shape)


def street_grid(land, core, rng):
    """Cells of the main streets: a turned, bent grid that thins out away from the core."""
    row, col = np.mgrid[0 : land.shape[0], 0 : land.shape[1]]
    x, y = (col + 0.5) * FINE - core[0], (row + 0.5) * FINE - core[1]
    bend = 320 * noise(land.shape, 60, rng, 2)
    turn = np.radians(28)
    u = x * np.cos(turn) + y * np.sin(turn) + bend
    v = -x * np.sin(turn) + y * np.cos(turn) + 0.6 * np.roll(bend, 97, axis=1)
    near = np.hypot(x, y)
    grid = (np.mod(u, 620) < 60) | (np.mod(v, 540) < 60)
    return grid & (near < 4200)


def spread(candidates, spacing, taken=(), limit=None):
    """Candidates in order of preference, each at least the mean spacing of both away from all before it."""
    chosen = [tuple(t) for t in taken]
    keep = []
    for k, (x, y) in enumerate(candidates):
        r = spacing[k]
        if all((x - px) ** 2 + (y - py) ** 2 >= (0.5 * (r + pr)) ** 2 for px, py, pr in chosen):
            chosen.append((x, y, r))
            keep.append(k)
            if limit is not None and len(keep) >= limit:
                break
    return np.array(keep, int)


def township_seats(land, terrain, core, rng):
    """Seats of all townships on the sheet, the subdistricts of the core first: x, y in m."""
    streets = core + np.array([[-900.0, 900.0], [1350.0, 150.0], [-500.0, -1500.0]])
    rows, cols = land.area.shape
    cell = np.arange(rows * cols)
    xy = np.column_stack([(cell % cols + 0.5) * COARSE, (cell // cols + 0.5) * COARSE])
    low = land.at(land.height - ndimage.gaussian_filter(land.height, 40), xy)
    water = np.log(np.minimum(land.area.ravel(), 200))
    score = 1.1 * water - low / 30.0 + rng.normal(0, 0.7, len(cell))
    order = np.argsort(-score, kind="stable")
    spacing = np.array([SEAT_SPACING[t] for t in TERRAINS])[land.at(terrain, xy[order])]
    ferry = core + np.array([[3300.0, -5600.0]])  # below the town, where the third river comes in
    taken = [(x, y, 2600.0) for x, y in streets] + [(x, y, 4600.0) for x, y in ferry]
    keep = spread(xy[order], spacing, taken)
    # towns stand on a bank, not in the river
    banks = xy[order][keep] + rng.uniform(-200, 200, (len(keep), 2))
    return np.concatenate([streets, ferry, banks])


def village_seats(mask, seat, terrain, count, core, ground, rng):
    """`count` seats in a township: its own first, then as evenly as valleys and density allow.

    `core` is given for a subdistrict: it grows denser towards the middle of the town.
    """
    urban, land = core is not None, ground.land
    cells = np.argwhere(mask & ~ground.wet)
    xy = (cells[:, ::-1] + 0.5) * FINE
    inside = ndimage.distance_transform_edt(mask)[cells[:, 0], cells[:, 1]] * FINE
    low = land.at(land.height - ndimage.gaussian_filter(land.height, 12), xy)
    score = -low / 25.0 + rng.normal(0, 0.8, len(xy)) + np.minimum(inside / 300.0, 1.5)
    order = np.argsort(-score, kind="stable")
    order = order[inside[order] > (260 if urban else 320)][: None if urban else 6000]
    away = np.hypot(*(xy[order] - (core if urban else seat)).T)
    area = np.array([VILLAGE_KM2[t] for t in TERRAINS])[land.at(terrain, xy[order])] * 1e6
    dense, reach = (0.22, 5500.0) if urban else (0.5, 3000.0)
    uneven = np.exp(rng.normal(0, 0.22, len(area)))
    spacing = np.sqrt(area) * uneven * (dense + (1 - dense) * np.minimum(1, away / reach))
    scale = 1.5
    while True:
        start = [(seat[0], seat[1], scale * spacing.min() * 0.9)]
        keep = spread(xy[order], scale * spacing, start, count - 1)
        if len(keep) == count - 1:
            return np.concatenate([[seat], xy[order][keep]])
        scale *= 0.96


def tidy(label):
    """Make every territory one piece, joined by edges: what is not goes to the neighbour."""
    label = label.copy()
    for _ in range(40):
        stray = np.zeros(label.shape, bool)
        for k, box in enumerate(ndimage.find_objects(label + 1)):
            if box is None:
                continue
            parts, number = ndimage.label(label[box] == k, CROSS)
            if number > 1:
                largest = np.argmax(np.bincount(parts.ravel())[1:]) + 1
                stray[box] |= (parts > 0) & (parts != largest)
        near = ndimage.distance_transform_edt(stray, return_distances=False, return_indices=True)
        label = label[tuple(near)]
        if not unpinch(label) and not stray.any():
            return label
    raise SystemExit("the territories stay in pieces")


def unpinch(label):
    """Widen what meets at a corner only (in place); says whether there was such a place."""
    a, b, c, d = label[:-1, :-1], label[:-1, 1:], label[1:, :-1], label[1:, 1:]
    fall = (a == d) & (b != a) & (c != a)
    rise = (b == c) & (a != b) & (d != b)
    at = np.argwhere(fall | rise)
    for row, col in at:
        if fall[row, col]:
            label[row, col + 1] = label[row, col]
        else:
            label[row, col] = label[row, col + 1]
    return len(at) > 0
