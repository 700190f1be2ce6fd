use std::path::PathBuf;

use super::*;
use crate::io::{layers, places};
use crate::testing::{self, rows};

fn file(text: &str) -> (tempfile::TempDir, PathBuf) {
    testing::file("a.kml", text)
}

fn read(text: &str) -> Result<Layer, ReadError> {
    let (_folder, path) = file(text);
    layers::read(&path.into(), &Limits::default(), &Progress::new())
}

fn placemark(inside: &str) -> String {
    format!(
        "<Placemark>{inside}<Polygon><outerBoundaryIs><LinearRing><coordinates>105,31 105.1,31 105.1,31.1 105,31</coordinates></LinearRing></outerBoundaryIs></Polygon></Placemark>"
    )
}

fn document(inside: &str) -> String {
    format!(
        r#"<?xml version="1.0" encoding="UTF-8"?><kml xmlns="http://www.opengis.net/kml/2.2"><Document><name>d</name>{inside}</Document></kml>"#
    )
}

#[test]
fn attributes_come_with_their_types_and_codes_stay_text() {
    let schema = r#"<Schema name="s" id="s1"><SimpleField name="pop" type="int"/><SimpleField name="share" type="double"/>
        <SimpleField name="code" type="string"><displayName>x</displayName></SimpleField><SimpleField name="town" type="bool"/></Schema>"#;
    let data = r##"<ExtendedData><SchemaData schemaUrl="#s1"><SimpleData name="pop">5107220101234567890</SimpleData>
        <SimpleData name="share"> 0.10 </SimpleData><SimpleData name="code">007</SimpleData><SimpleData name="town">1</SimpleData></SchemaData>
        <Data name="村民"><displayName>y</displayName><value>0012</value></Data><c:extra>z</c:extra></ExtendedData>"##;
    let layer =
        read(&document(&[schema, &placemark(&format!("<name>张家沟村 &amp; 1</name>{data}"))].concat())).unwrap();
    let expected =
        r#"name="张家沟村 & 1" pop=5107220101234567890 share=0.10 code="007" town=true 村民="0012" extra="z""#;
    assert_eq!(rows(&layer), [expected]);
    assert_eq!(layer.reading.crs.unwrap().code.as_deref(), Some("EPSG:4326"));
}

#[test]
fn what_the_placemark_says_stands_beside_its_attributes_and_never_in_their_place() {
    let data = |name: &str| format!(r#"<ExtendedData><Data name="name"><value>{name}</value></Data></ExtendedData>"#);
    let table = "<description><![CDATA[<table><tr><td>人口</td><td>12</td></tr></table>]]></description>";
    let features = [
        placemark(&format!("<name>甲</name>{}", data("甲"))),
        placemark(&format!("<name>乙</name>{}", data("丙"))),
        placemark("<name>丁</name><description>旧村</description>"),
        placemark(table).replacen("<Placemark", "<Placemark id=\"v.4\"", 1),
    ];
    let layer = read(&document(&features.concat())).unwrap();
    let expected =
        [r#"name="甲""#, r#"name="丙" kml:name="乙""#, r#"name="丁" description="旧村""#, r#"id="v.4" 人口="12""#];
    assert_eq!(rows(&layer), expected);
}

#[test]
fn folders_are_a_column_where_there_is_more_than_one() {
    let folder = |name: &str| format!("<Folder>{}<name>{name}</name></Folder>", placemark("<name>a</name>"));
    assert_eq!(rows(&read(&document(&folder("甲镇"))).unwrap()), [r#"name="a""#]);
    let two = read(&document(&[folder("甲镇"), folder("乙镇"), placemark("<name>b</name>")].concat())).unwrap();
    let expected = [r#"name="a" folder="甲镇""#, r#"name="a" folder="乙镇""#, r#"name="b" folder=null"#];
    assert_eq!(rows(&two), expected);
}

#[test]
fn geometries_are_read_as_people_write_them() {
    let ring =
        |kind: &str, text: &str| format!("<{kind}><LinearRing><coordinates>{text}</coordinates></LinearRing></{kind}>");
    let shell = ring("outerBoundaryIs", "\n 105, 31 ,0  106,31\t106,32,0 105,31 ");
    let hole = ring("innerBoundaryIs", "105.6,31.1 105.8,31.1 105.8,31.2 105.6,31.1");
    let high = ring("outerBoundaryIs", "107,31,5 108,31 108,32 107,31");
    let point = "<Point><coordinates>1,2,3</coordinates></Point>";
    let text = document(&format!(
        "<Placemark><MultiGeometry><Polygon><altitudeMode>x</altitudeMode>{hole}{shell}</Polygon><MultiGeometry><Polygon>{high}</Polygon></MultiGeometry>{point}</MultiGeometry></Placemark>
         <Placemark>{point}</Placemark><Placemark><gx:Track/></Placemark><Placemark><name>x</name></Placemark>"
    ));
    let layer = read(&text).unwrap();
    let ends = [&layer.polygons.ring_ends, &layer.polygons.face_ends, &layer.polygons.atom_ends];
    assert_eq!(ends, [&[3, 6, 9], &[2, 3][..], &[2, 2]]);
    assert_eq!(layer.polygons.coords[0], geo::Coord { x: 105.0, y: 31.0 }, "the shell comes first");
    let notes: Vec<_> = layer.notes.iter().map(|note| (note.feature, note.what.id())).collect();
    let expected = [
        (Some(0), "geometry_collection"),
        (Some(1), "skipped_feature"),
        (Some(2), "skipped_feature"),
        (Some(3), "no_geometry"),
        (None, "extra_dimensions_dropped"),
    ];
    assert_eq!(notes, expected);
    assert!(layer.notes[2].to_string().contains("is a Track"));
    // Zero says no height.
    let flat = document(&placemark("").replace("105.1,31 ", "105.1,31,0 "));
    assert_eq!(read(&flat).unwrap().notes, []);
}

#[test]
fn points_and_lines_are_places() {
    let text = document(
        "<Placemark><name>中心小学</name><ExtendedData><Data name='kind'><value>school</value></Data></ExtendedData><Point><coordinates>105,31</coordinates></Point></Placemark>
         <Placemark><name>老路</name><LineString><coordinates>105,31 105.1,31</coordinates></LineString></Placemark>",
    );
    let (_folder, path) = file(&text);
    assert_eq!(crate::io::format::kind_of(&path), FileKind::Places);
    let read = places::read(&[path.into()], &Limits::default()).unwrap();
    assert_eq!((read.all()[0].name.as_str(), read.all()[0].kind.as_str()), ("中心小学", "school"));
    assert_eq!(read.lines()[0].path.len(), 2);
}

#[test]
fn what_is_wrong_is_said_with_its_place() {
    let broken =
        |coordinates: &str| document(&[placemark(""), placemark("").replace("105,31 105.1,31", coordinates)].concat());
    for (text, said) in [
        (broken("105,31 x,31"), "\"x\" is no finite number"),
        (broken("105 105.1,31"), "the shape is damaged"),
        (broken("205,31 105.1,31"), "longitude 205, latitude 31 is not on earth"),
        (document(&placemark("").repeat(2))[..400].to_owned(), "the file ends in the middle"),
    ] {
        let error = read(&text).unwrap_err().to_string();
        assert!(error.starts_with(said) && error.contains("feature 2"), "{error}");
    }
    let links = document("<NetworkLink><Link><href>http://example.org/a.kml</href></Link></NetworkLink>");
    let error = read(&links).unwrap_err().to_string();
    assert!(error.starts_with("this KML only links to data elsewhere"), "{error}");
    let tight = Limits { vertices: 3, ..Limits::default() };
    let (_folder, path) = file(&document(&placemark("")));
    let error = layers::read(&path.into(), &tight, &Progress::new()).unwrap_err().to_string();
    assert!(error.starts_with("more than 3 vertices"), "{error}");
}
