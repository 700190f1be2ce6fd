//! Small files of boundaries in the formats that are read, with what is hard in them: what mutations begin with.

use std::fs;
use std::io::Write as _;

use crate::support::repository;
use crate::tables_of;

/// One of each, with the ending that such files have.
pub fn all() -> Vec<(&'static str, Vec<u8>)> {
    vec![
        ("kml", KML.into()),
        ("kmz", kmz()),
        ("topojson", TOPOJSON.into()),
        ("fgb", flatgeobuf()),
        ("parquet", parquet("mixed")),
        ("parquet", parquet("delta")),
        ("parquet", parquet("native")),
        ("parquet", parquet("duckdb")),
        ("gml", GML.into()),
        ("csv", CSV.into()),
        ("xlsx", xlsx()),
    ]
}

const KML: &str = r##"<?xml version="1.0" encoding="UTF-8"?><!DOCTYPE kml [<!ENTITY x "x">]>
<kml xmlns="http://www.opengis.net/kml/2.2"><Document id="d"><Schema name="s" id="s"><SimpleField name="pop" type="int"/></Schema>
<Folder><name>甲镇</name><Placemark id="v1"><name>张家沟村 &amp; &#x6751;</name><description><![CDATA[<table><tr><td>户数</td><td>12</td></tr></table>]]></description>
<ExtendedData><Data name="code"><value>007</value></Data><SchemaData schemaUrl="#s"><SimpleData name="pop">34</SimpleData></SchemaData></ExtendedData>
<MultiGeometry><Polygon><outerBoundaryIs><LinearRing><coordinates>105,31,0 105.1,31,0 105.1,31.1,0 105,31,0</coordinates></LinearRing></outerBoundaryIs>
<innerBoundaryIs><LinearRing><coordinates>105.06,31.02 105.08,31.02 105.08,31.04 105.06,31.02</coordinates></LinearRing></innerBoundaryIs></Polygon></MultiGeometry></Placemark></Folder>
<Folder><name>乙镇</name><Placemark><name>石桥村</name><Polygon><outerBoundaryIs><LinearRing><coordinates>105.1,31 105.2,31 105.2,31.1 105.1,31</coordinates></LinearRing></outerBoundaryIs></Polygon></Placemark>
<Placemark><Point><coordinates>105,31</coordinates></Point></Placemark></Folder></Document></kml>
"##;

const GML: &str = r##"<?xml version="1.0" encoding="UTF-8"?><wfs:FeatureCollection xmlns:wfs="http://www.opengis.net/wfs/2.0" xmlns:gml="http://www.opengis.net/gml/3.2" xmlns:v="v" xmlns:xlink="x" xmlns:xsi="y">
<gml:boundedBy><gml:Envelope srsName="urn:ogc:def:crs:EPSG::4326" srsDimension="2"/></gml:boundedBy>
<wfs:member><v:village gml:id="v.1"><gml:name>张家沟村</gml:name><v:code>007</v:code><v:pop xsi:nil="true"/><v:up xlink:href="#t.1"/><v:label><v:Name><v:text>Zhang</v:text></v:Name></v:label>
<v:geom><gml:MultiSurface srsName="urn:ogc:def:crs:EPSG::4326"><gml:surfaceMember><gml:Polygon><gml:exterior><gml:LinearRing><gml:posList>31 105 31 105.1 31.1 105.1 31 105</gml:posList></gml:LinearRing></gml:exterior><gml:interior><gml:LinearRing><gml:pos>31.02 105.06</gml:pos><gml:pos>31.02 105.08</gml:pos><gml:pos>31.04 105.08</gml:pos><gml:pos>31.02 105.06</gml:pos></gml:LinearRing></gml:interior></gml:Polygon></gml:surfaceMember></gml:MultiSurface></v:geom></v:village></wfs:member>
<wfs:member><v:village gml:id="v.2"><v:code>008</v:code><v:geom><gml:Surface><gml:patches><gml:PolygonPatch><gml:exterior><gml:Ring><gml:curveMember><gml:Curve><gml:segments><gml:LineStringSegment><gml:posList>31 105.1 31 105.2</gml:posList></gml:LineStringSegment></gml:segments></gml:Curve></gml:curveMember><gml:curveMember><gml:LineString><gml:posList>31 105.2 31.1 105.2 31 105.1</gml:posList></gml:LineString></gml:curveMember></gml:Ring></gml:exterior></gml:PolygonPatch></gml:patches></gml:Surface></v:geom></v:village></wfs:member>
<wfs:member><v:school gml:id="s.1"><v:name>校</v:name><v:at><gml:Point><gml:coordinates>31,105</gml:coordinates></gml:Point></v:at></v:school></wfs:member></wfs:FeatureCollection>"##;

/// Geometries in all forms.
const CSV: &str = r#"2020年村界,,
code,geom,名称
007,"SRID=4490;MULTIPOLYGON (((105 31, 105.1 31, 105.1 31.1, 105 31), (105.06 31.02, 105.08 31.02, 105.08 31.04, 105.06 31.02)))",张家沟村
008,"{""type"":""Polygon"",""coordinates"":[[[105,31],[105.1,31],[105.1,31.1],[105,31]]]}",石桥村
010,01030000208A11000001000000040000000000000000405A400000000000003F406666666666465A400000000000003F406666666666465A409A99999999193F400000000000405A400000000000003F40,下坝村
011,"GEOMETRYCOLLECTION Z (POLYGON Z ((105 31 1, 105.1 31 1, 105.1 31.1 1, 105 31 1)), POINT Z (1 2 3))",
"#;

/// A workbook with geometries in one of its sheets.
fn xlsx() -> Vec<u8> {
    let area = "POLYGON ((105 31, 105.1 31, 105.1 31.1, 105 31))";
    let villages: [&[&str]; 3] = [&["code", "geom"], &["007", area], &["008", area]];
    tables_of::xlsx(&[("说明", &[&["x"]]), ("村", &villages)])
}

/// Features of every kind, as GDAL writes them.
fn flatgeobuf() -> Vec<u8> {
    fs::read(repository("tests/data/layers/mixed.fgb")).unwrap()
}

/// `GeoParquet` of pyarrow, geopandas and `DuckDB`.
fn parquet(name: &str) -> Vec<u8> {
    fs::read(repository(&format!("tests/data/layers/{name}.parquet"))).unwrap()
}

/// The same packed, with a picture beside it.
fn kmz() -> Vec<u8> {
    let mut zip = zip::ZipWriter::new(std::io::Cursor::new(Vec::new()));
    for (name, bytes) in [("doc.kml", KML.as_bytes()), ("files/a.png", b"\x89PNG")] {
        zip.start_file(name, zip::write::SimpleFileOptions::default()).unwrap();
        zip.write_all(bytes).unwrap();
    }
    zip.finish().unwrap().into_inner()
}

pub const TOPOJSON: &str = r#"{"type":"Topology","transform":{"scale":[0.1,0.01],"translate":[105,31]},"objects":{"schools":{"type":"MultiPoint","coordinates":[[1,2],[3,4]]},"villages":{"type":"GeometryCollection","geometries":[{"type":"Polygon","id":"7","arcs":[[0,1]],"properties":{"code":"007","people":5107220101,"name":"张家沟村"}},{"type":"MultiPolygon","id":"8","arcs":[[[2,-2]]],"properties":{"code":"008","people":null,"name":"石桥村"}},{"type":null,"id":"9","properties":{"code":"009","people":0,"name":"飞地村"}}]}},"arcs":[[[10,10],[-10,0],[0,-10],[10,0]],[[10,0],[0,10]],[[10,0],[10,0],[0,10],[-10,0]]]}"#;
