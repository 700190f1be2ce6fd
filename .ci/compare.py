"""Whether the boundaries that the window exported are those of the county with one merger.

compare.py TOWNSHIPS PLAN EXPORTED APPLIED
"""
import json
import sys


def features(path):
    with open(path, encoding="utf-8") as file:
        return json.load(file)["features"]


def vertices(feature):
    def walk(part):
        if isinstance(part[0], (int, float)):
            yield tuple(part)
        else:
            for inner in part:
                yield from walk(inner)

    return set(walk(feature["geometry"]["coordinates"]))


def main(townships_path, plan_path, exported_path, applied_path):
    with open(plan_path, encoding="utf-8") as file:
        plan = json.load(file)
    merges = [edit for edit in plan["edits"] if edit["op"] == "merge"]
    assert len(plan["edits"]) == len(merges) == 1, f"one merger expected, the plan has {plan['edits']}"
    merged = set(merges[0]["units"])
    assert len(merged) == 2, f"two townships expected: {merged}"
    before, after = features(townships_path), features(exported_path)
    assert len(after) == len(before) - 1, f"{len(before)} townships became {len(after)}"
    made = [f for f in after if f["properties"].get("merged_from")]
    assert len(made) == 1, f"one merged township expected: {[f['properties'] for f in made]}"
    parts = [f for f in before if f["properties"]["code"] in merged]
    strange = vertices(made[0]) - set().union(*(vertices(part) for part in parts))
    assert not strange, f"vertices that were nowhere before: {sorted(strange)[:3]}"
    untouched = {f["properties"]["code"]: f for f in before if f["properties"]["code"] not in merged}
    for feature in after:
        if feature is not made[0]:
            source = untouched.pop(feature["properties"]["code"])
            assert feature["geometry"] == source["geometry"], f"moved: {feature['properties']}"
            # What the source says comes first and as it was; behind it stands what every unit says of itself.
            said = list(feature["properties"].items())[: len(source["properties"])]
            assert said == list(source["properties"].items()), feature["properties"]
            assert feature["properties"]["change"] == "unchanged" and feature["properties"]["area_m2"] > 0
    assert not untouched, f"lost: {sorted(untouched)}"
    assert after == features(applied_path), "the window and the command line differ"
    print(f"{len(before)} townships became {len(after)}: {made[0]['properties']['name']}")


if __name__ == "__main__":
    main(*sys.argv[1:])
