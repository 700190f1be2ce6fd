"""A landscape is a relief with the rivers that made it.

A rough surface is lifted, high in the north-west and little in the south-east, and rivers cut into it by the
stream-power law (erosion grows with drained area and slope).  It is solved implicitly along the drainage tree
(Braun and Willett 2013), which needs no small time steps.  Three valleys are drawn beforehand so that three
rivers meet near the middle; every other valley and ridge is what the water made of it.

Lengths are in metres, grids are indexed [row from the south, column from the west].
"""
import heapq

import numpy as np
from scipy import ndimage

COARSE = 300.0  # cell of the eroded grid, m
FINE = 50.0  # cell of the grid on which territories grow, m
NX, NY = 232, 208
NEIGHBOURS = ((-1, -1), (-1, 0), (-1, 1), (0, -1), (0, 1), (1, -1), (1, 0), (1, 1))

# The three rivers, in parts of the width and the height.
VALLEYS = (
    ((0.27, 1.0), (0.33, 0.84), (0.44, 0.70), (0.47, 0.56), (0.545, 0.45)),
    ((0.0, 0.60), (0.13, 0.56), (0.25, 0.46), (0.38, 0.49), (0.545, 0.45)),
    ((1.0, 0.80), (0.86, 0.70), (0.79, 0.55), (0.66, 0.48), (0.61, 0.37)),
    ((0.545, 0.45), (0.61, 0.37), (0.64, 0.24), (0.74, 0.13), (0.78, 0.0)),
)


def noise(shape, cell, rng, octaves=5, gain=0.5):
    """Smooth random field with unit deviation; `cell` is its longest wave in grid cells."""
    out, amplitude = np.zeros(shape), 1.0
    for _ in range(octaves):
        knots = rng.normal(size=(int(shape[0] / cell) + 4, int(shape[1] / cell) + 4))
        rows, cols = np.arange(shape[0]) / cell + 1, np.arange(shape[1]) / cell + 1
        at = np.meshgrid(rows, cols, indexing="ij")
        out += amplitude * ndimage.map_coordinates(knots, at, order=3, mode="nearest")
        amplitude, cell = amplitude * gain, max(cell / 2, 1.0)
    return out / out.std()


def distance_to_valleys():
    """Distance of each coarse cell from the drawn valleys, in cells."""
    drawn = np.ones((NY, NX), bool)
    for line in VALLEYS:
        corner = np.array(line)
        t = np.linspace(0, len(corner) - 1, 2000)
        u = np.interp(t, np.arange(len(corner)), corner[:, 0])
        v = np.interp(t, np.arange(len(corner)), corner[:, 1])
        drawn[np.clip((v * NY).astype(int), 0, NY - 1), np.clip((u * NX).astype(int), 0, NX - 1)] = False
    return ndimage.distance_transform_edt(drawn)


def fill_pits(height, outlet):
    """Raise every pit to its rim, so that all water reaches the outlet (priority flood)."""
    filled = np.full((NY, NX), np.inf)
    queue = []
    for row, col in np.argwhere(outlet):
        filled[row, col] = height[row, col]
        queue.append((float(height[row, col]), int(row), int(col)))
    heapq.heapify(queue)
    while queue:
        level, row, col = heapq.heappop(queue)
        for dr, dc in NEIGHBOURS:
            r, c = row + dr, col + dc
            if 0 <= r < NY and 0 <= c < NX and filled[r, c] == np.inf:
                filled[r, c] = max(height[r, c], level + 1e-3)
                heapq.heappush(queue, (float(filled[r, c]), r, c))
    return filled


def receivers(height):
    """The cell that each cell drains to (itself in a pit), flat, and how far away that is."""
    index = np.arange(NX * NY).reshape(NY, NX)
    padded = np.pad(height, 1, constant_values=np.inf)
    steepest, to, far = np.zeros((NY, NX)), index.copy(), np.ones((NY, NX))
    for dr, dc in NEIGHBOURS:
        length = np.hypot(dr, dc) * COARSE
        slope = (height - padded[1 + dr : 1 + dr + NY, 1 + dc : 1 + dc + NX]) / length
        better = slope > steepest
        steepest[better], far[better] = slope[better], length
        to[better] = index[better] + dr * NX + dc
    return to.ravel(), far.ravel()


def drained_area(height, to):
    """km² that drain through each cell, and the cells from the highest to the lowest."""
    order = np.argsort(-height.ravel(), kind="stable").tolist()
    area, to = [COARSE * COARSE / 1e6] * (NX * NY), to.tolist()
    for cell in order:
        if to[cell] != cell:
            area[to[cell]] += area[cell]
    return np.array(area), order


def erode(rng, steps=75):
    """Height in m, receiver and drained area in km² of every coarse cell."""
    row, col = np.mgrid[0:NY, 0:NX]
    tilt = 0.75 * (1 - col / NX) + 0.9 * row / NY - 0.55 + 0.10 * noise((NY, NX), 70, rng)
    uplift = 0.05 + 1.0 / (1 + np.exp(-7 * (tilt - 0.42)))
    softness = np.exp(0.25 * noise((NY, NX), 20, rng, 4))
    valley = distance_to_valleys()
    height = 30 * (tilt - tilt.min()) + 1.2 * np.minimum(valley, 40) + 3.0 * noise((NY, NX), 12, rng, 4)
    outlet = np.zeros((NY, NX), bool)
    outlet[0, int(NX * 0.775) : int(NX * 0.785) + 1] = True
    height[outlet] = height.min() - 10
    for step in range(steps):
        if step % 5 == 0:
            height = fill_pits(height, outlet)
        to, far = receivers(height)
        area, order = drained_area(height, to)
        power = (softness.ravel() * 140.0 * area**0.45 / far).tolist()
        lifted = (height + np.where(outlet, 0, 6 * uplift)).ravel().tolist()
        receiver = to.tolist()
        for cell in reversed(order):
            down = receiver[cell]
            if down != cell:
                lifted[cell] = (lifted[cell] + power[cell] * lifted[down]) / (1 + power[cell])
        height = np.array(lifted).reshape(NY, NX)
        height += 0.10 * (ndimage.uniform_filter(height, 3, mode="nearest") - height)
    height = fill_pits(height, outlet)
    to, _ = receivers(height)
    area, _ = drained_area(height, to)
    return height - height[outlet].min(), to, area.reshape(NY, NX)


def rivers(to, area, least_km2):
    """Courses from the source to where they join a larger one: x, y in m, and the km² drained at each point."""
    flat = area.ravel()
    wet = np.flatnonzero((flat >= least_km2) & (to != np.arange(len(to))))
    feeder = {}  # the largest cell that drains into a cell carries the river's name on
    for cell in wet[np.argsort(flat[wet], kind="stable")].tolist():
        feeder[int(to[cell])] = cell
    courses = []
    for cell in wet[np.argsort(-flat[wet], kind="stable")].tolist():
        down = int(to[cell])
        if feeder[down] == cell and to[down] != down:
            continue  # not a mouth: the same river goes on
        path = [down, cell]
        while path[-1] in feeder:
            path.append(feeder[path[-1]])
        x, y = (np.array(path) % NX + 0.5) * COARSE, (np.array(path) // NX + 0.5) * COARSE
        drained = flat[path]
        drained[0] = drained[1]  # the last point lies in the larger river
        courses.append((np.column_stack([x, y])[::-1], drained[::-1]))
    return courses


class Landscape:
    """Relief and rivers on the fine grid."""

    def __init__(self, rng):
        coarse, self.to, self.area = erode(rng)
        scale = COARSE / FINE
        self.shape = (int(NY * scale), int(NX * scale))
        rows = (np.arange(self.shape[0]) + 0.5) / scale - 0.5
        cols = (np.arange(self.shape[1]) + 0.5) / scale - 0.5
        at = np.meshgrid(rows, cols, indexing="ij")
        height = ndimage.map_coordinates(coarse, at, order=3, mode="nearest")
        relief = ndimage.maximum_filter(coarse, 7) - ndimage.minimum_filter(coarse, 7)
        self.relief = ndimage.map_coordinates(ndimage.gaussian_filter(relief, 3), at, order=1, mode="nearest")
        self.height = height + (0.8 + 0.05 * self.relief) * noise(self.shape, 14, rng, 4)
        self.courses = [meander(line, drained, self, rng) for line, drained in rivers(self.to, self.area, 8.0)]

    def at(self, grid, xy):
        """Values of a fine grid at points in m."""
        col = np.clip((xy[..., 0] / FINE).astype(int), 0, self.shape[1] - 1)
        row = np.clip((xy[..., 1] / FINE).astype(int), 0, self.shape[0] - 1)
        return grid[row, col]

    def river_raster(self, least_km2, width):
        """Cells within `width` m of a river that drains at least that much."""
        dry = np.ones(self.shape, bool)
        for line, drained in self.courses:
            drawn = resample(line[int(np.searchsorted(drained, least_km2)) :], FINE / 3)
            cell = np.clip((drawn / FINE).astype(int), 0, np.array(self.shape)[::-1] - 1)
            dry[cell[:, 1], cell[:, 0]] = False
        return ndimage.distance_transform_edt(dry) * FINE <= width


def along(line):
    """Distance in m from the start of the line to each of its points."""
    return np.concatenate([[0], np.cumsum(np.hypot(*np.diff(line, axis=0).T))])


def resample(line, step):
    """The same line with a point every `step` m or so."""
    if len(line) < 2:
        return line
    at = along(line)
    t = np.linspace(0, at[-1], max(2, int(at[-1] / step)))
    return np.column_stack([np.interp(t, at, line[:, k]) for k in (0, 1)])


def meander(line, drained, land, rng):
    """Round the steps of the coarse grid, and let the river swing where its valley is wide."""
    if len(line) < 4:
        return line, drained
    smooth = ndimage.gaussian_filter1d(line, 1.6, axis=0, mode="nearest")
    smooth[0], smooth[-1] = line[0], line[-1]
    fine = resample(smooth, 40.0)
    at = along(fine)
    tangent = np.gradient(fine, axis=0)
    normal = np.column_stack([-tangent[:, 1], tangent[:, 0]]) / np.maximum(np.hypot(*tangent.T), 1e-9)[:, None]
    phase = np.cumsum(rng.normal(0, 0.12, len(fine))) + 2 * np.pi * at / 2100.0
    wide = 1 / (1 + np.exp((land.at(land.relief, fine) - 70) / 15))
    taper = np.minimum(1, np.minimum(at, at[-1] - at) / 1200.0)
    swing = (60 + 190 * wide) * np.sin(phase) * taper
    bent = ndimage.gaussian_filter1d(fine + normal * swing[:, None], 2.0, axis=0, mode="nearest")
    bent[-1] = line[-1]
    return bent, np.interp(at, along(smooth), drained)
