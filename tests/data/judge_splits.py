"""Judges coverages before and after splits with GEOS: valid polygons, a valid coverage, the same area, the same people."""

import json
import math
import sys
from pathlib import Path

import shapely

TOLERANCE = 1e-12


def read(path: Path) -> tuple[list, int]:
    features = json.loads(path.read_text(encoding="utf-8"))["features"]
    shapes = [shapely.geometry.shape(feature["geometry"]) for feature in features]
    return shapes, sum(feature["properties"]["population"] for feature in features)


def main() -> None:
    files = sorted(Path(sys.argv[1]).glob("*.after.geojson"))
    for after in files:
        before, people_before = read(after.with_name(after.name.replace("after", "before")))
        shapes, people = read(after)
        for at, shape in enumerate(shapes):
            assert shape.is_valid, f"{after.name}, feature {at}: {shapely.is_valid_reason(shape)}"
        assert shapely.coverage_is_valid(before), f"{after.name}: it was no valid coverage before"
        invalid = [at for at, edges in enumerate(shapely.coverage_invalid_edges(shapes)) if not edges.is_empty]
        assert shapely.coverage_is_valid(shapes), f"{after.name}: features {invalid} do not match their neighbours"
        was, now = (math.fsum(shape.area for shape in some) for some in (before, shapes))
        assert abs(was - now) <= TOLERANCE * was, f"{after.name}: area {was} before, {now} after"
        assert people == people_before, f"{after.name}: {people_before} people before, {people} after"
    print(f"{len(files)} coverages are valid")


main()
