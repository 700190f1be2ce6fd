"""Borders as lines: traced between the cells of a label grid once, smoothed, roughened, thinned, and shared.

Each border between two territories becomes one line that both use, so the polygons form a coverage.  Lines end
where three territories meet.  Smoothing and thinning may in rare places make lines cross; such lines are taken
back to a plainer form until none does.
"""
import numpy as np
import shapely
from scipy import ndimage

from .landscape import FINE, noise

# A step of a border goes from one grid corner to the next: up, right, down, left (row, column).
STEPS = ((1, 0), (0, 1), (-1, 0), (0, -1))
FORMS = 4  # from the finest form of a line to the plainest


def trace(label):
    """Borders of a label grid: corner sequences (row, column), each from node to node or closed."""
    padded = np.pad(label, 1, constant_values=label.min() - 1)
    rows, cols = padded.shape
    link = np.zeros((rows + 1, cols + 1, 4), bool)
    up = padded[:, :-1] != padded[:, 1:]  # wall between two columns: corners (r, c+1) and (r+1, c+1)
    link[0:rows, 1:cols, 0], link[1 : rows + 1, 1:cols, 2] = up, up
    flat = padded[:-1, :] != padded[1:, :]
    link[1:rows, 0:cols, 1], link[1:rows, 1 : cols + 1, 3] = flat, flat
    degree = link.sum(2)
    lines = []

    def follow(at, step):
        path = [at]
        while True:
            link[path[-1]][step] = False
            at = (path[-1][0] + STEPS[step][0], path[-1][1] + STEPS[step][1])
            link[at][(step + 2) % 4] = False
            path.append(at)
            onward = np.flatnonzero(link[at])
            if degree[at] != 2 or len(onward) == 0:
                return np.array(path) - 1
            step = int(onward[0])

    for nodes_only in (True, False):
        for row, col in np.argwhere((degree > 2) if nodes_only else (degree > 0)):
            for step in range(4):
                if link[row, col, step]:
                    lines.append(follow((int(row), int(col)), step))
    return lines


def sides(label, line):
    """Labels to the left and to the right of a traced line (None: off the sheet)."""
    (r0, c0), (r1, c1) = line[0], line[1]
    row, col = min(r0, r1), min(c0, c1)
    cell = {  # the cell on the left and on the right of the first step
        (1, 0): ((row, c0 - 1), (row, c0)),
        (-1, 0): ((row, c0), (row, c0 - 1)),
        (0, 1): ((r0, col), (r0 - 1, col)),
        (0, -1): ((r0 - 1, col), (r0, col)),
    }[(r1 - r0, c1 - c0)]
    inside = [0 <= r < label.shape[0] and 0 <= c < label.shape[1] for r, c in cell]
    return [int(label[rc]) if ok else None for rc, ok in zip(cell, inside)]


class Roughness:
    """A small displacement that is the same wherever it is asked for, so that lines keep their order."""

    def __init__(self, shape, rng):
        self.east, self.north = (55 * noise(shape, 18, rng, 1) + 22 * noise(shape, 7, rng, 3, 0.62) for _ in range(2))

    def move(self, xy):
        at = (xy[:, ::-1] / FINE - 0.5).T
        shift = [ndimage.map_coordinates(f, at, order=1, mode="nearest") for f in (self.east, self.north)]
        return xy + np.column_stack(shift)


def shape_line(corners, form, tolerance, rough):
    """x, y in m of a traced line in one of FORMS, the finest first."""
    xy = corners[:, ::-1] * FINE
    closed = (corners[0] == corners[-1]).all()
    if form < 3 and len(xy) > 2:
        middle = 0.5 * (xy[:-1] + xy[1:])
        width = (1.5, 1.0, 0.6)[form]
        if closed:
            middle = ndimage.gaussian_filter1d(middle, width, axis=0, mode="wrap")
            xy = np.concatenate([middle, middle[:1]])
        else:
            # mirrored through the ends, which stay where they are
            whole = np.concatenate([[xy[0]], middle, [xy[-1]]])
            reach = min(len(whole) - 1, 8)
            before, after = 2 * whole[0] - whole[reach:0:-1], 2 * whole[-1] - whole[-2 : -reach - 2 : -1]
            smooth = ndimage.gaussian_filter1d(np.concatenate([before, whole, after]), width, axis=0, mode="nearest")
            xy = smooth[reach : reach + len(whole)]
            xy[0], xy[-1] = whole[0], whole[-1]
    fine = densify(xy, 25.0)
    return thin(rough.move(fine), tolerance * (1.0, 0.6, 0.3, 0.15)[form], closed)


def densify(xy, step):
    """The same line with points at most `step` m apart."""
    length = np.hypot(*np.diff(xy, axis=0).T)
    count = np.maximum(1, np.ceil(length / step).astype(int))
    at = np.concatenate([np.arange(n) / n + k for k, n in enumerate(count)] + [[len(count)]])
    return np.column_stack([np.interp(at, np.arange(len(xy)), xy[:, k]) for k in (0, 1)])


def thin(xy, tolerance, closed):
    """Douglas and Peucker; a closed line is cut in two at its farthest point first."""
    if closed:
        far = int(np.argmax(np.hypot(*(xy - xy[0]).T)))
        return np.concatenate([thin(xy[: far + 1], tolerance, False)[:-1], thin(xy[far:], tolerance, False)])
    return shapely.get_coordinates(shapely.simplify(shapely.linestrings(xy), tolerance, preserve_topology=False))


def clashes(lines):
    """Indices of lines that cross themselves or touch another except at common ends."""
    geometry = np.array([shapely.linestrings(line) for line in lines])
    bad = set(np.flatnonzero(~shapely.is_simple(geometry)).tolist())
    a, b = shapely.STRtree(geometry).query(geometry, predicate="intersects")
    a, b = a[a < b], b[a < b]
    inner = shapely.relate_pattern(geometry[a], geometry[b], "T********")
    inner |= shapely.relate_pattern(geometry[a], geometry[b], "*T*******")
    inner |= shapely.relate_pattern(geometry[a], geometry[b], "***T*****")
    bad.update(a[inner].tolist(), b[inner].tolist())
    return sorted(bad)


def borders(label, keep, tolerance_of, project, rng):
    """Final lines with their sides: [(coordinates, left, right)], for labels where keep[label] holds.

    `tolerance_of` gives the thinning tolerance in m for an array of x, y; `project` turns metres into degrees.
    """
    traced = [(line, *sides(label, line)) for line in trace(label)]
    traced = [t for t in traced if any(s is not None and s >= 0 and keep[s] for s in t[1:])]
    rough = Roughness(label.shape, rng)
    form = [0] * len(traced)
    lines = [None] * len(traced)
    todo = range(len(traced))
    for _ in range(12):
        for k in todo:
            corners = traced[k][0]
            lines[k] = project(shape_line(corners, form[k], tolerance_of(corners[:, ::-1] * FINE), rough))
        todo = clashes(lines)
        if not todo:
            return [(xy, left, right) for xy, (_, left, right) in zip(lines, traced)]
        for k in todo:
            form[k] = min(form[k] + 1, FORMS - 1)
    raise SystemExit(f"{len(todo)} borders still cross")


def polygons(lines, count):
    """Polygon or MultiPolygon of each label below `count`, from shared lines."""
    left_of = {}
    for xy, left, right in lines:
        for p, q in zip(map(tuple, xy[:-1]), map(tuple, xy[1:])):
            left_of[p, q], left_of[q, p] = left, right
    faces = shapely.get_parts(shapely.polygonize([shapely.linestrings(xy) for xy, _, _ in lines]))
    parts = [[] for _ in range(count)]
    for face in shapely.orient_polygons(faces):
        ring = shapely.get_coordinates(face.exterior)
        label = left_of[tuple(ring[0]), tuple(ring[1])]
        if label is not None and 0 <= label < count:
            parts[label].append(face)
    return [p[0] if len(p) == 1 else shapely.multipolygons(p) for p in parts]
