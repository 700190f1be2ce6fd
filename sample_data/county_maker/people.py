"""Figures and names of the villages and townships: plausible, and adding up."""
import numpy as np

from .layout import SUBDISTRICTS
from .names import STREETS, STREETS_AT, SUBDISTRICTS as SUBDISTRICT_NAMES, TOWN_STREETS, TOWNSHIPS, NameBook
from .territory import TERRAINS

COUNTY_CODE, COUNTY = "519921", "三河县"
PEOPLE = 481_600  # registered; the true sum differs by rounding
TOWNS = 15  # the most and most densely peopled townships are towns (镇), the others townships (乡)
PER_KM2 = {"平坝": 330.0, "丘陵": 190.0, "山区": 64.0}
STAYING = {"平坝": 0.80, "丘陵": 0.66, "山区": 0.52}  # residents per registered person
ARABLE = {"平坝": 0.50, "丘陵": 0.35, "山区": 0.11}  # of the area


def attributes(layout, rng):
    """Records of villages (in the layout's order) and of townships, codes and names included."""
    land = layout.land
    terrain = [TERRAINS[int(land.at(layout.terrain, xy))] for xy in layout.seat]
    kinds = community_flags(layout)
    people = registered(layout, terrain, kinds, rng)
    towns = township_records(layout, terrain, people, rng)
    book = NameBook(rng)
    for name in (t["stem"] for t in towns):
        book.take(name)
    river = land.river_raster(60.0, 700.0)
    streets = street_names(layout, kinds, rng)
    villages = []
    for k, town_index in enumerate(layout.town_of.tolist()):
        first = first_of(layout, k)
        stem = village_stem(book, towns[town_index], terrain[k], bool(land.at(river, layout.seat[k])), kinds[k],
                            k == first, streets.get(k))
        villages.append({"stem": stem, "kind": kinds[k], "town": town_index, "terrain": terrain[k],
                         "people": people[k], "first": k == first and k not in dict(layout.exclaves)})
    number(villages, layout, rng)
    for k, village in enumerate(villages):
        village.update(figures(village, float(layout.km2[k]), rng))
        village["elevation"] = int(round(432 + 2.3 * float(land.at(land.height, layout.seat[k]))))
        village["seat_name"] = seat_name(village, rng)
    for town_index, town in enumerate(towns):
        seat = next(k for k, v in enumerate(villages) if v["town"] == town_index and v["first"])
        town["seat"] = seat
        street = villages[seat]["stem"] if town_index < SUBDISTRICTS else str(rng.choice(TOWN_STREETS))
        town["seat_name"] = f"{on_street(street)}{int(rng.integers(2, 160))}号"
    return villages, towns


def on_street(name):
    return name if name[-1] in "街路巷" else name + "街"


def first_of(layout, village):
    """First village of the township in which the village lies (an exclave belongs to another)."""
    return int(layout.first_of_town[layout.town_around(village)])


def community_flags(layout):
    """Kind of each village: subdistricts are communities but for the fringe, towns have some at their seat."""
    kinds = ["village"] * len(layout.seat)
    for town, start in enumerate(layout.first_of_town.tolist()):
        mine = [k for k in np.flatnonzero(layout.town_of == town).tolist() if k >= start]
        mine.sort(key=lambda k: float(np.hypot(*(layout.seat[k] - layout.seat[start]))))
        if town < SUBDISTRICTS:
            chosen = [k for k in mine if layout.km2[k] < 4.5]
        else:
            chosen = mine[: 1 + (layout.km2[mine].sum() / len(mine) < 6.3)]
        for k in chosen:
            kinds[k] = "community"
    return kinds


def registered(layout, terrain, kinds, rng):
    """Registered people of each village, about PEOPLE in all."""
    people = np.empty(len(terrain))
    for k, here in enumerate(terrain):
        km2, luck = float(layout.km2[k]), float(np.exp(rng.normal(0, 0.24)))
        people[k] = PER_KM2[here] * km2**0.72 * 1.55 * luck
        if kinds[k] == "community":
            town = int(layout.town_of[k])
            start = k == first_of(layout, k)
            urban = town < SUBDISTRICTS
            base = 2650 if urban else {"平坝": 3600, "丘陵": 2600, "山区": 900}[here] * (1 if start else 0.45)
            people[k] = people[k] * (0.35 if urban else 0.6) + base * luck
    return np.rint(people * PEOPLE / people.sum()).astype(int)


def township_records(layout, terrain, people, rng):
    """Name and kind of each township; codes follow the kind, towns and townships each from the north-west."""
    of_town = layout.town_of
    total = np.bincount(of_town, people)
    rank = total / np.sqrt(np.bincount(of_town, layout.km2))
    order = np.argsort(-rank[SUBDISTRICTS:], kind="stable") + SUBDISTRICTS
    towns_set = set(order[:TOWNS].tolist())
    free = {ground: list(names) for ground, names in TOWNSHIPS.items()}
    records = []
    for town in range(len(total)):
        here = [terrain[k] for k in np.flatnonzero(of_town == town)]
        common = max(TERRAINS, key=here.count)
        if town < SUBDISTRICTS:
            records.append({"stem": SUBDISTRICT_NAMES[town], "kind": "subdistrict"})
        elif town == SUBDISTRICTS:  # the seat below the meeting of the rivers
            records.append({"stem": free["平坝"].pop(0), "kind": "town"})
        else:
            names = free[common]
            stem = names.pop(0) if names else free["丘陵"].pop()
            records.append({"stem": stem, "kind": "town" if town in towns_set else "township"})
    seat = layout.seat[layout.first_of_town]
    sweep = np.argsort(seat[:, 0] - 1.4 * seat[:, 1], kind="stable").tolist()
    following = {"subdistrict": 1, "town": 100, "township": 200}
    for town in sweep:
        kind = records[town]["kind"]
        if kind != "subdistrict" and rng.random() < 0.15:
            following[kind] += 1  # a code that was retired long ago
        records[town]["code"] = f"{COUNTY_CODE}{following[kind]:03d}"
        records[town]["name"] = records[town]["stem"] + {"subdistrict": "街道", "town": "镇", "township": "乡"}[kind]
        following[kind] += 1
    return records


def street_names(layout, kinds, rng):
    """Name of each community of the county town: first those that say where, then the rest."""
    town = [k for k, kind in enumerate(kinds) if kind == "community" and layout.town_of[k] < SUBDISTRICTS]
    names, free = {}, list(town)
    for name, (east, north) in STREETS_AT.items():
        at = layout.core + np.array([east, north]) * 1000.0
        nearest = min(free, key=lambda k: float(np.hypot(*(layout.seat[k] - at))))
        names[nearest] = name
        free.remove(nearest)
    names.update(zip(free, (str(s) for s in rng.permutation(STREETS))))
    return names


def village_stem(book, town, terrain, by_river, kind, first, street):
    """A name without 村 or 社区."""
    if kind == "community":
        if street:
            book.take(street)
            return street
        if first:
            return town["stem"]  # the market town's own name
        return next(n for n in (town["stem"] + s for s in ("新街", "河街", "桥头", "上街")) if book.take(n))
    return book.village(terrain, by_river)


def number(villages, layout, rng):
    """Codes inside each township: 001– communities, 200– villages, from the north-west; mergers left gaps."""
    for town in sorted({v["town"] for v in villages}):
        mine = [k for k, v in enumerate(villages) if v["town"] == town]
        mine.sort(key=lambda k: (not villages[k]["first"], float(layout.seat[k][0] - 1.4 * layout.seat[k][1])))
        following = {"community": 1, "village": 200}
        for k in mine:
            kind = villages[k]["kind"]
            while kind == "village" and rng.random() < 0.16:
                following[kind] += 1
            villages[k]["number"] = following[kind]
            following[kind] += 1


def figures(village, km2, rng):
    """People, households, groups and arable land of a village."""
    people, here, urban = village["people"], village["terrain"], village["kind"] == "community"
    staying = (float(rng.uniform(1.04, 1.42)) if km2 < 4.5 else 0.95) if urban else STAYING[here]
    resident = max(20, round(people * staying * float(np.exp(rng.normal(0, 0.06)))))
    households = max(8, round(people / float(np.clip(rng.normal(2.84, 0.14), 2.3, 3.4))))
    groups = int(np.clip(round(households / (150 if urban else 62) + float(rng.normal(0, 0.6))), 3, 24))
    share = ARABLE[here] * (0.12 if urban and km2 < 2 else 0.5 if urban else 1)
    arable = round(km2 * 1500 * share * float(np.exp(rng.normal(0, 0.15))))
    return {"resident": resident, "households": households, "groups": groups, "arable": arable}


def seat_name(village, rng):
    """Where the committee sits: a villager group, or a street and a number."""
    if village["kind"] == "village":
        return f"{village['stem']}村{int(rng.integers(1, village['groups'] + 1))}组"
    stem = village["stem"]
    return f"{on_street(stem if stem[-1] in '街路巷' else stem + '正')}{int(rng.integers(1, 220))}号"
