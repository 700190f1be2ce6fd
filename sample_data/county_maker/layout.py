"""The layout of the county: which ground belongs to which village and township, before it becomes lines."""
import numpy as np
from scipy import ndimage

from .landscape import COARSE, FINE, NX, NY
from .territory import (
    NOBODY, TERRAINS, VILLAGE_KM2, Ground, terrain_of, tidy, township_seats, village_seats,
)

CORE = np.array([0.56 * NX, 0.425 * NY]) * COARSE  # the county town, where the three rivers meet
CENTRE = np.array([30000.0, 34000.0])  # of the county
TOWNSHIPS = 28
SUBDISTRICTS = 3
VILLAGES = 330


class Layout:
    """Labels of villages on the fine grid, and what is known of each village and township.

    `village`: label grid (NOBODY outside the county and on the lake); `town_of`: township of each village;
    `seat`: seat of each village, x, y in m (the first village of a township holds the township's seat).
    """

    def __init__(self, land, rng):
        self.land, self.terrain = land, terrain_of(land)
        self.core = CORE
        ground = Ground(land, CORE, rng)
        town, town_seats = townships(ground, self.terrain, rng)
        lake = flood(land, town, self.terrain, town_seats)
        town[lake] = NOBODY
        self.lake_km2 = float(lake.sum()) * FINE**2 / 1e6
        seats, town_of = [], []
        for k, count in enumerate(shares(town, self.terrain)):
            seats.append(village_seats(town == k, town_seats[k], self.terrain, count, self.core_of(k), ground, rng))
            town_of += [k] * count
        self.seat, self.town_of = np.concatenate(seats), np.array(town_of)
        self.first_of_town = np.searchsorted(self.town_of, np.arange(TOWNSHIPS))
        grown = ground.grow(self.seat, within=town)
        self.village = settle(grown, town)
        self.km2 = np.bincount(self.village[self.village >= 0], minlength=len(self.seat)) * FINE**2 / 1e6
        self.exclaves = exclaves(self.neighbours(), self.town_of, self.km2, self.seat)
        for village, town_index in self.exclaves:
            self.town_of[village] = town_index
        self.plot = plot(self.village, self.km2, self.town_of)

    def town_around(self, village):
        """Township in whose ground a village was laid out (an exclave belongs to another)."""
        return int(np.searchsorted(self.first_of_town, village, side="right")) - 1

    def core_of(self, town):
        return self.core if town < SUBDISTRICTS else None

    def neighbours(self):
        """Set of neighbouring villages of each village (NOBODY: it lies at the rim)."""
        near = [set() for _ in self.seat]
        for a, b in ((self.village[:-1], self.village[1:]), (self.village[:, :-1], self.village[:, 1:])):
            differ = a != b
            for p, q in np.unique(np.column_stack([a[differ], b[differ]]), axis=0).tolist():
                if p >= 0:
                    near[p].add(q)
                if q >= 0:
                    near[q].add(p)
        return near


def townships(ground, terrain, rng):
    """Label grid of the county's townships, the subdistricts first, and their seats."""
    seats = ground.ashore(township_seats(ground.land, terrain, CORE, rng))
    label = tidy(ground.grow(seats))
    cells = np.bincount(label.ravel())
    row, col = np.indices(label.shape)
    middle = np.column_stack([np.bincount(label.ravel(), at.ravel()) / cells * FINE for at in (col, row)])
    rim = set(np.concatenate([label[0], label[-1], label[:, 0], label[:, -1]]).tolist())
    order = np.argsort(np.hypot(*((middle - CENTRE) / (1.08, 1)).T), kind="stable").tolist()
    town = list(range(SUBDISTRICTS + 1))  # and the ferry below it
    chosen = town + [k for k in order if k not in town and k not in rim]
    chosen = chosen[:TOWNSHIPS]
    renamed = np.full(len(seats), NOBODY)
    renamed[chosen] = np.arange(len(chosen))
    return renamed[label], seats[chosen]


def flood(land, town, terrain, seats):
    """Cells of a reservoir: a stream of the hills dammed where the lake becomes 3 to 6 km² with little dam."""
    upstream = {}
    for cell, down in enumerate(land.to.tolist()):
        if cell != down:
            upstream.setdefault(down, []).append(cell)
    deep_inside = ndimage.distance_transform_edt(town != NOBODY) * FINE
    best, lake = np.inf, np.zeros(land.shape, bool)
    area = land.area.ravel()
    for dam in np.flatnonzero((area > 25) & (area < 80)):
        at = np.array([(dam % NX + 0.5) * COARSE, (dam // NX + 0.5) * COARSE])
        if land.at(deep_inside, at) < 3500 or land.at(terrain, at) == 0:
            continue
        wet_at = lake_behind(land, int(dam), at, upstream)
        for rise in (16, 20, 24, 28, 32):
            wet, box = wet_at(rise)
            km2 = wet.sum() * FINE**2 / 1e6
            drowned = np.zeros(land.shape, bool)
            drowned[box] = wet
            if not 3.0 <= km2 <= 6.0 or (drowned & (deep_inside < 1200)).any() or land.at(drowned, seats).any():
                continue
            shore = (wet & ~ndimage.binary_erosion(wet)).sum()
            badness = abs(km2 - 4.2) - shore / 400 + (np.hypot(*(seats - at).T).min() < 2500)
            if badness < best:
                best, lake = badness, ndimage.binary_fill_holes(drowned)
    return lake


def lake_behind(land, dam, at, upstream):
    """Function that gives, for a height of the dam in m, the flooded cells and the box of the grid they lie in."""
    basin, todo = np.zeros(NX * NY, bool), [dam]
    while todo:
        cell = todo.pop()
        basin[cell] = True
        todo += upstream.get(cell, [])
    scale = int(COARSE / FINE)
    rows, cols = np.nonzero(basin.reshape(NY, NX))
    low, high = (rows.min(), cols.min()), (rows.max() + 1, cols.max() + 1)
    box = tuple(slice(a * scale, b * scale) for a, b in zip(low, high))
    basin = np.kron(basin.reshape(NY, NX)[low[0] : high[0], low[1] : high[1]], np.ones((scale, scale), bool))
    height = land.height[box]
    row, col = int(at[1] / FINE) - box[0].start, int(at[0] / FINE) - box[1].start
    near_dam = (slice(max(0, row - 4), row + 5), slice(max(0, col - 4), col + 5))
    level = height[near_dam].min()

    def wet_at(rise):
        wet = ndimage.binary_opening(basin & (height < level + rise), iterations=2)
        parts, _ = ndimage.label(wet)
        return (parts == parts[near_dam].max()) & (parts > 0), box

    return wet_at


def shares(town, terrain):
    """Number of villages of each township, VILLAGES in all."""
    area = np.array([VILLAGE_KM2[t] for t in TERRAINS])[terrain]
    wanted = np.bincount(town[town >= 0], 1 / area[town >= 0]) * FINE**2 / 1e6
    wanted[:SUBDISTRICTS] = (15.2, 13.2, 14.2)
    rest = wanted[SUBDISTRICTS:]
    rest *= (VILLAGES - np.round(wanted[:SUBDISTRICTS]).sum()) / rest.sum()
    counts = np.maximum(6, np.floor(wanted)).astype(int)
    late = np.argsort(-(wanted - np.floor(wanted)), kind="stable")
    late = late[late >= SUBDISTRICTS]
    counts[late[: VILLAGES - counts.sum()]] += 1
    return counts.tolist()


def settle(grown, town):
    """One piece for every village; what no seat could reach goes to the nearest village of the township."""
    out = np.full(town.shape, NOBODY)
    for k, box in enumerate(ndimage.find_objects(town + 1)):
        mine, label = town[box] == k, grown[box]
        lost = ~mine | (label == NOBODY)
        near = ndimage.distance_transform_edt(lost, return_distances=False, return_indices=True)
        out[box][mine] = label[tuple(near)][mine]
    return tidy(out)


def exclaves(near, town_of, km2, seat):
    """Villages that belong to a township they do not touch: [(village, township)].

    The first is surrounded by one township, which so gets a hole; the second lies between two others.
    """
    towns_near = [{town_of[v] if v >= 0 else NOBODY for v in near[k]} for k in range(len(near))]
    touching = {t: set() for t in range(TOWNSHIPS)}
    for k, others in enumerate(towns_near):
        touching[town_of[k]] |= {t for t in others if t not in (NOBODY, town_of[k])}
    first = {t: town_of.tolist().index(t) for t in range(TOWNSHIPS)}
    found = []
    for hole in (True, False):
        best = None
        for k, here in enumerate(town_of.tolist()):
            if here < SUBDISTRICTS or k == first[here] or k - first[here] < 3 or NOBODY in towns_near[k]:
                continue
            if (len(towns_near[k]) == 1) != hole or (found and here in (town_of[found[0][0]], found[0][1])):
                continue
            owners = touching[here] - towns_near[k] - set(range(SUBDISTRICTS))
            for owner in sorted(owners - {f[1] for f in found}):
                away = np.hypot(*(seat[k] - seat[first[owner]]))
                cost = away + 900 * abs(km2[k] - 4.0)
                if best is None or cost < best[0]:
                    best = (cost, k, owner)
        found.append((best[1], best[2]))
    return found


def plot(village, km2, town_of):
    """A plot of one village inside the next (in place): both become more than a plain polygon.

    Returns (owner, the village around the plot).
    """
    inner = ndimage.distance_transform_edt(village != NOBODY)
    best = None
    for k in np.flatnonzero((km2 > 8) & (km2 < 14)).tolist():
        mask = village == k
        depth = ndimage.distance_transform_edt(mask)
        row, col = np.unravel_index(np.argmax(depth), mask.shape)
        ring = village[max(0, row - 70) : row + 70, max(0, col - 70) : col + 70]
        owners = [v for v in np.unique(ring).tolist() if v >= 0 and v != k and town_of[v] == town_of[k]]
        if owners and depth[row, col] > 17 and inner[row, col] > 40 and (best is None or depth[row, col] > best[0]):
            best = (depth[row, col], k, owners[0], row, col)
    _, around, owner, row, col = best
    r, c = np.mgrid[0 : village.shape[0], 0 : village.shape[1]]
    angle = np.arctan2(r - row, c - col)
    reach = 7.0 + 2.0 * np.cos(2 * angle + 0.6) + 1.2 * np.sin(3 * angle) + 0.5 * np.cos(5 * angle)
    village[np.hypot(r - row, c - col) < reach] = owner
    return owner, around
