"""Makes the Parquet files beside it, with pyarrow 26, geopandas 1.2 and DuckDB 2.0."""

import datetime
import decimal
import json
import os

import duckdb
import geopandas
import pyarrow as pa
import pyarrow.parquet as pq
import shapely
from shapely.geometry import MultiPolygon, Point, Polygon

os.chdir(os.path.dirname(os.path.abspath(__file__)))


def put(table, path, **options):
    """Writes a table with its metadata, and without Arrow's schema and statistics: small."""
    metadata = table.schema.metadata or {}
    table = table.replace_schema_metadata(None)
    with pq.ParquetWriter(path, table.schema, store_schema=False, write_statistics=False, **options) as writer:
        writer.write_table(table)
        writer.add_key_value_metadata({name.decode(): text.decode() for name, text in metadata.items()})


hole = [(105.02, 31.02), (105.02, 31.04), (105.04, 31.04)]
one = Polygon([(105, 31), (105.1, 31), (105.1, 31.1), (105, 31.1)], [hole])
two = MultiPolygon([Polygon([(x, 31), (x + 0.1, 31), (x + 0.1, 31.1)]) for x in (105.1, 105.3)])
two = shapely.set_precision(two, 1e-9)
shapes = [one, two, None, Point(105.5, 31.5)]
sides = ["xmin", "ymin", "xmax", "ymax"]
moment = datetime.datetime
table = pa.table({
    "code": pa.array(["007", "008", "009", None]),
    "n": pa.array([5107220101234, None, -3, 0], pa.int64()),
    "big": pa.array([18446744073709551615, 0, None, 1], pa.uint64()),
    "small": pa.array([-128, 127, None, 0], pa.int8()),
    "share": pa.array([0.1, -2.5, 1e-7, float("nan")], pa.float64()),
    "half": pa.array([0.5, -2.0, None, 65504.0], pa.float16()),
    "single": pa.array([0.1, None, 3.5, 1e30], pa.float32()),
    "ok": pa.array([True, None, False, True]),
    "day": pa.array([datetime.date(2020, 11, 1), None, datetime.date(1969, 12, 31), datetime.date(2000, 2, 29)]),
    "at": pa.array([moment(2020, 1, 2, 3, 4, 5, 678000), None, moment(1969, 12, 31, 23, 59, 59), moment(2000, 1, 1)], pa.timestamp("us")),
    "utc": pa.array([moment(2020, 1, 2, 3, 4, 5), None, None, None], pa.timestamp("ms", tz="UTC")),
    "area": pa.array([decimal.Decimal(it) if it else None for it in ("12.50", "-0.05", None, "0")], pa.decimal128(10, 2)),
    "kind": pa.array(["村", "社区", "村", None]).dictionary_encode(),
    "names": pa.array([["张家沟村"], [], None, ["a", None]], pa.list_(pa.string())),
    "o": pa.array(
        [{"zh": "村", "en": {"x": 1}}, {"zh": None, "en": {"x": None}}, None, {"zh": 'a"b', "en": None}],
        pa.struct([("zh", pa.string()), ("en", pa.struct([("x", pa.int32())]))]),
    ),
    "tags": pa.array([[("a", "1"), ("b", None)], [], None, [("c", "2")]], pa.map_(pa.string(), pa.string())),
    "list2": pa.array([[[1, 2], [3]], [[], None], None, []], pa.list_(pa.list_(pa.int32()))),
    "raw": pa.array([b"\xff\x00", None, b"x", b""], pa.binary()),
    "bbox": pa.array([it and dict(zip(sides, it.bounds)) for it in shapes], pa.struct([(side, pa.float64()) for side in sides])),
    "geometry": pa.array([it and shapely.to_wkb(it) for it in shapes], pa.binary()),
})
geo = {"version": "1.1.0", "primary_column": "geometry", "columns": {"geometry": {
    "encoding": "WKB",
    "geometry_types": ["Polygon", "MultiPolygon", "Point"],
    "crs": {"type": "GeographicCRS", "name": "China Geodetic Coordinate System 2000", "id": {"authority": "EPSG", "code": 4490}},
    "covering": {"bbox": {side: ["bbox", side] for side in sides}},
}}}
table = table.replace_schema_metadata({"geo": json.dumps(geo, separators=(",", ":"))})
put(table, "mixed.parquet", compression="zstd")
put(table, "delta.parquet", compression="zstd", use_dictionary=False, data_page_version="2.0", column_encoding={
    "code": "DELTA_BYTE_ARRAY", "n": "DELTA_BINARY_PACKED", "geometry": "DELTA_LENGTH_BYTE_ARRAY", "share": "BYTE_STREAM_SPLIT",
    "single": "BYTE_STREAM_SPLIT", "day": "DELTA_BINARY_PACKED", "kind": "DELTA_LENGTH_BYTE_ARRAY",
})
geopandas.GeoDataFrame({"code": ["007", "008"]}, geometry=[MultiPolygon([one]), two]).to_parquet(
    "native.parquet", geometry_encoding="geoarrow", schema_version="1.1.0"
)
native = pq.read_table("native.parquet")
put(native.replace_schema_metadata({"geo": native.schema.metadata[b"geo"]}), "native.parquet", compression="snappy")
wkt = [one.wkt, two.wkt]
put(pa.table({"code": ["007", "008"], "wkt": wkt, "note": ["POLYGON of interest", None]}), "wkt.parquet")
rows = ", ".join(f"('{code}', '{text}')" for code, text in zip(["007", "008"], wkt))
duckdb.execute(
    f"COPY (SELECT code, CAST(w AS GEOMETRY) AS geom, ['a', 'b'] AS l FROM (VALUES {rows}) t(code, w)) TO 'duckdb.parquet'"
)
