"""What the ledgers of a county are written from: its units, and a place for everything in them."""
import json
import math
import random

M_PER_DEG_LAT, M_PER_DEG_LON = 110_870.0, 95_250.0  # at the latitude of the county
FACTOR = {"平坝": 1.0, "丘陵": 1.1, "山区": 1.25}  # what a road or a clinic costs, by terrain


class Luck:
    """Chance that is the same for one name on any version of Python."""

    def __init__(self, seed, name):
        self.source = random.Random(f"{seed} {name}")

    def between(self, low, high):
        return low + (high - low) * self.source.random()

    def whole(self, low, high):
        """From low to high, both included."""
        return low + int((high - low + 1) * self.source.random())

    def pick(self, choices):
        return choices[int(len(choices) * self.source.random())]

    def happens(self, share):
        return self.source.random() < share


class County:
    """Villages and townships as their layers have them."""

    def __init__(self, folder, seed):
        self.seed = seed
        self.villages = [dict(f["properties"], rings=f["geometry"]["coordinates"]) for f in layer(folder, "villages")]
        self.towns = [dict(f["properties"]) for f in layer(folder, "townships")]
        for village in self.villages:
            village["km2"] = area_km2(village["rings"])
            village["stem"] = village["name"].removesuffix("社区").removesuffix("村")
        for town in self.towns:
            mine = [v for v in self.villages if v["town_code"] == town["code"]]
            town["villages"] = mine
            town["stem"] = town["name"].removesuffix("街道").removesuffix("镇").removesuffix("乡")
            for key in ("population", "resident_population", "households", "groups", "arable_mu", "km2"):
                town[key] = sum(v[key] for v in mine)
            at = (town["seat_lon"], town["seat_lat"])
            town["seat_village"] = min(mine, key=lambda v: metres(at, (v["seat_lon"], v["seat_lat"])))
            kinds = [v["terrain"] for v in mine]
            town["terrain"] = max(FACTOR, key=kinds.count)

    def luck(self, name):
        return Luck(self.seed, name)

    def remote(self, town, count):
        """Villages of a township where something stood before earlier mergers: the farthest from its seat."""
        at = (town["seat_lon"], town["seat_lat"])
        far = sorted(town["villages"], key=lambda v: -metres(at, (v["seat_lon"], v["seat_lat"])))
        return far[:count]


def layer(folder, name):
    return json.loads((folder / f"{name}.geojson").read_text(encoding="utf-8"))["features"]


def metres(a, b):
    return math.hypot((a[0] - b[0]) * M_PER_DEG_LON, (a[1] - b[1]) * M_PER_DEG_LAT)


def area_km2(rings):
    def of(ring):
        return abs(sum(a[0] * b[1] - b[0] * a[1] for a, b in zip(ring, ring[1:]))) / 2

    parts = rings if isinstance(rings[0][0][0], list) else [rings]
    degrees = sum(of(part[0]) - sum(of(hole) for hole in part[1:]) for part in parts)
    return degrees * M_PER_DEG_LAT * M_PER_DEG_LON / 1e6


def lies_in(at, rings):
    parts = rings if isinstance(rings[0][0][0], list) else [rings]
    inside = False
    for ring in (ring for part in parts for ring in part):
        for (x0, y0), (x1, y1) in zip(ring, ring[1:]):
            if (y0 > at[1]) != (y1 > at[1]) and at[0] < (x1 - x0) * (at[1] - y0) / (y1 - y0) + x0:
                inside = not inside
    return inside


def place(village, luck, reach_m, seat=None):
    """Longitude and latitude of something in a village, at most so far from its seat or another place."""
    lon, lat = seat or (village["seat_lon"], village["seat_lat"])
    for _ in range(12):
        angle, far = luck.between(0, 2 * math.pi), reach_m * math.sqrt(luck.between(0.02, 1))
        at = (round(lon + far * math.cos(angle) / M_PER_DEG_LON, 6), round(lat + far * math.sin(angle) / M_PER_DEG_LAT, 6))
        if lies_in(at, village["rings"]):
            return at
        reach_m *= 0.7
    return round(village["seat_lon"], 6), round(village["seat_lat"], 6)
