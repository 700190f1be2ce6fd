#!/usr/bin/env python3
"""Makes the sample county 三河县: a landscape, the townships and villages in it, their people, a plan,
and the ledgers of its offices.

    pip install numpy scipy shapely && python3 make_county.py [--out sanhe] [--seed 11]

The same seed gives the same county (with the same versions of these libraries, the same bytes; the files in
`sanhe/` were made with numpy 2.4, scipy 1.17 and shapely 2.2).  The county is invented: no place, name or code of
it stands for a real one.
"""
import argparse
import hashlib
import json
import sys
import time
from pathlib import Path

import numpy as np
import shapely

from county_maker import lines
from county_maker.landscape import Landscape
from county_maker.layout import CENTRE, Layout
from county_maker.people import COUNTY, COUNTY_CODE, attributes
from make_ledgers import write_all

LON0, LAT0 = 105.36, 31.18  # of the centre of the county
M_PER_DEG_LAT, M_PER_DEG_LON = 110_870.0, 111_320.0 * np.cos(np.radians(LAT0))
DIGITS = 7


def project(xy):
    """Metres on the sheet to degrees, rounded once for all who share the point."""
    lon = LON0 + (xy[:, 0] - CENTRE[0]) / M_PER_DEG_LON
    lat = LAT0 + (xy[:, 1] - CENTRE[1]) / M_PER_DEG_LAT
    return np.round(np.column_stack([lon, lat]), DIGITS)


def thinning(layout):
    """Function that gives the thinning tolerance in m for a traced line: finer in the town and on rivers."""
    water = layout.land.river_raster(60.0, 120.0)

    def tolerance(xy):
        town = np.hypot(*(xy.mean(0) - layout.core)) < 3500
        wet = layout.land.at(water, xy).mean() > 0.5
        return 3.5 if town else 4.0 if wet else 5.0

    return tolerance


def coordinates(geometry):
    """Nested coordinate lists, exterior rings counter-clockwise."""
    polygons = shapely.get_parts(geometry)
    rings = [[shapely.get_coordinates(r).tolist() for r in (p.exterior, *p.interiors)] for p in polygons]
    return rings[0] if len(rings) == 1 else rings


def write_layer(path, name, features):
    """One feature a line, in the order of the codes."""
    with open(path, "w", encoding="utf-8", newline="\n") as file:
        file.write('{"type":"FeatureCollection","name":"%s","features":[\n' % name)
        texts = []
        for properties, geometry in sorted(features, key=lambda f: f[0]["code"]):
            feature = {
                "type": "Feature",
                "properties": properties,
                "geometry": {"type": geometry.geom_type, "coordinates": coordinates(geometry)},
            }
            texts.append(json.dumps(feature, ensure_ascii=False, separators=(",", ":")))
        file.write(",\n".join(texts) + "\n]}\n")


def place(xy, polygon):
    """Longitude and latitude of a seat, inside its polygon."""
    at = np.round(project(xy[None])[0], 6)
    point = shapely.points(at)
    if not shapely.contains(shapely.buffer(polygon, -0.0004), point):
        inner = shapely.maximum_inscribed_circle(max(shapely.get_parts(polygon), key=shapely.area))
        at = np.round(shapely.get_coordinates(inner)[0], 6)
    return at.tolist()


def features(layout, rng):
    """Features of villages and of townships."""
    villages, towns = attributes(layout, rng)
    keep = np.ones(len(villages), bool)
    shared = lines.borders(layout.village, keep, thinning(layout), project, rng)
    shapes = [shapely.orient_polygons(p) for p in lines.polygons(shared, len(villages))]
    seats = [place(xy, shape) for xy, shape in zip(layout.seat, shapes)]
    village_features = []
    for village, shape, seat in zip(villages, shapes, seats):
        town = towns[village["town"]]
        village_features.append((
            {
                "code": f"{town['code']}{village['number']:03d}",
                "name": village["stem"] + ("社区" if village["kind"] == "community" else "村"),
                "kind": village["kind"],
                "town_code": town["code"],
                "town": town["name"],
                "county_code": COUNTY_CODE,
                "county": COUNTY,
                "population": int(village["people"]),
                "resident_population": village["resident"],
                "households": village["households"],
                "groups": village["groups"],
                "terrain": village["terrain"],
                "elevation_m": village["elevation"],
                "arable_mu": village["arable"],
                "seat_name": village["seat_name"],
                "seat_lon": seat[0],
                "seat_lat": seat[1],
            },
            shape,
        ))
    town_features = []
    for index, town in enumerate(towns):
        mine = [shape for village, shape in zip(villages, shapes) if village["town"] == index]
        seat = seats[town["seat"]]
        town_features.append((
            {
                "code": town["code"],
                "name": town["name"],
                "kind": town["kind"],
                "county_code": COUNTY_CODE,
                "county": COUNTY,
                "seat_name": town["seat_name"],
                "seat_lon": seat[0],
                "seat_lat": seat[1],
            },
            shapely.orient_polygons(shapely.coverage_union_all(mine)),
        ))
    return village_features, town_features


def corners(geometries):
    return {tuple(xy) for xy in shapely.get_coordinates(geometries).tolist()}


def verify(village_features, town_features):
    """Stop if anything is not as the notes in README.md say."""
    shapes = np.array([shape for _, shape in village_features])
    towns = np.array([shape for _, shape in town_features])
    records = [record for record, _ in village_features]
    checks = {
        "every village is valid": shapely.is_valid(shapes).all(),
        "every township is valid": shapely.is_valid(towns).all(),
        "the villages form a coverage": shapely.coverage_is_valid(shapes),
        "the townships form a coverage": shapely.coverage_is_valid(towns),
        "townships have vertices of villages only": corners(towns) <= corners(shapes),
        "no village is a sliver": (shapely.area(shapes) * M_PER_DEG_LAT * M_PER_DEG_LON > 1e5).all(),
        "areas add up": abs(shapely.area(shapes).sum() - shapely.area(towns).sum()) < 1e-12,
        "names of villages differ": len({r["name"] for r in records}) == len(records),
        "codes of villages differ": len({r["code"] for r in records}) == len(records),
        "names of townships differ": len({t["name"] for t, _ in town_features}) == len(town_features),
        "seats lie inside": all(
            shapely.contains_xy(shape, r["seat_lon"], r["seat_lat"]) for r, shape in village_features + town_features
        ),
    }
    failed = [text for text, good in checks.items() if not good]
    if failed:
        sys.exit("not true: " + "; ".join(failed))


def write_plan(out, village_features, town_features, exclave_codes):
    """A plan with a merger into a new township, an absorption, and the return of an exclave."""
    people, near = {}, {}
    for record, _ in village_features:
        people[record["town_code"]] = people.get(record["town_code"], 0) + record["population"]
    record_of = {record["code"]: record for record, _ in town_features}
    shape_of = {record["code"]: shape for record, shape in town_features}
    for code, shape in shape_of.items():
        near[code] = [c for c, s in shape_of.items() if c != code and shapely.relate_pattern(shape, s, "****1****")]
    rural = sorted((c for c in record_of if record_of[c]["kind"] == "township"), key=lambda c: people[c])
    pair = min(
        ((a, b) for a in rural for b in near[a] if b in rural and a < b), key=lambda p: people[p[0]] + people[p[1]]
    )
    large, small = sorted(pair, key=lambda c: -people[c])
    absorbed, town = next(
        (a, b) for a in rural if a not in pair
        for b in sorted(near[a], key=lambda c: people[c]) if record_of[b]["kind"] == "town"
    )
    hole, around = exclave_codes
    seat = record_of[large]
    used = [int(c[6:]) for c in record_of if record_of[c]["kind"] == "township"]
    name = record_of[large]["name"][0] + record_of[small]["name"][0] + "乡"
    edits = [
        {"op": "merge", "units": [large, small], "form": "establish",
         "into": {"code": f"{COUNTY_CODE}{max(used) + 1}", "name": name, "kind": "township",
                  "seat": {"lon": seat["seat_lon"], "lat": seat["seat_lat"], "name": seat["seat_name"]}}},
        {"op": "merge", "units": [absorbed, town], "form": "absorb", "into": {"code": town}},
        {"op": "transfer", "units": [hole], "to": around},
    ]
    base = [
        {"path": p, "sha256": hashlib.sha256((out / p).read_bytes()).hexdigest()}
        for p in ("villages.geojson", "townships.geojson")
    ]
    plan = {"format": "quhua-plan", "version": 1, "name": "方案一", "base": base, "edits": edits}
    (out / "example.plan.json").write_text(
        json.dumps(plan, ensure_ascii=False, indent=2) + "\n", encoding="utf-8", newline="\n"
    )


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--out", type=Path, default=Path(__file__).parent / "sanhe")
    parser.add_argument("--seed", type=int, default=11)
    options = parser.parse_args()
    start = time.perf_counter()

    def note(text):
        print(f"[{time.perf_counter() - start:6.1f} s] {text}", file=sys.stderr, flush=True)

    land = Landscape(np.random.default_rng(options.seed))
    note(f"relief and {len(land.courses)} rivers")
    layout = Layout(land, np.random.default_rng(options.seed + 100))
    note(f"{len(layout.seat)} villages on {layout.km2.sum():.0f} km², a lake of {layout.lake_km2:.1f} km²")
    village_features, town_features = features(layout, np.random.default_rng(options.seed + 200))
    note(f"{sum(shapely.get_num_coordinates(s) for _, s in village_features)} vertices")
    verify(village_features, town_features)
    options.out.mkdir(parents=True, exist_ok=True)
    write_layer(options.out / "villages.geojson", "villages", village_features)
    write_layer(options.out / "townships.geojson", "townships", town_features)
    hole = layout.exclaves[0][0]
    around = town_features[layout.town_around(hole)][0]["code"]
    write_plan(options.out, village_features, town_features, (village_features[hole][0]["code"], around))
    note(f"{sum(write_all(options.out, options.seed).values())} rows of ledgers")
    note(f"{sum(r['population'] for r, _ in village_features)} people; written to {options.out}")


if __name__ == "__main__":
    main()
