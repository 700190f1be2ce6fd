use std::path::PathBuf;

use super::*;
use crate::io::{layers, places};
use crate::testing::{self, rows};

fn file(text: &str) -> (tempfile::TempDir, PathBuf) {
    testing::file("a.gml", text)
}

fn read(text: &str) -> Result<Layer, ReadError> {
    let (_folder, path) = file(text);
    layers::read(&path.into(), &Limits::default(), &Progress::new())
}

fn collection(members: &str) -> String {
    format!(
        r#"<?xml version="1.0" encoding="UTF-8"?><wfs:FeatureCollection xmlns:wfs="http://www.opengis.net/wfs/2.0" xmlns:gml="http://www.opengis.net/gml/3.2" xmlns:v="v" xmlns:xlink="x" xmlns:xsi="y">{members}</wfs:FeatureCollection>"#
    )
}

fn village(inside: &str) -> String {
    format!(r#"<wfs:member><v:village gml:id="v.1">{inside}</v:village></wfs:member>"#)
}

/// A ring with these positions as the exterior of a polygon.
fn polygon(srs: &str, ring: &str) -> String {
    format!("<v:geom><gml:Polygon{srs}><gml:exterior>{ring}</gml:exterior></gml:Polygon></v:geom>")
}

const LIST: &str = "<gml:LinearRing><gml:posList>31 105 31 105.1 31.1 105.1 31 105</gml:posList></gml:LinearRing>";
const URN: &str = r#" srsName="urn:ogc:def:crs:EPSG::4326""#;

fn vertices(layer: &Layer) -> Vec<[f64; 2]> {
    layer.polygons.coords.iter().map(|at| [at.x, at.y]).collect()
}

#[test]
fn properties_are_text_and_what_lies_within_is_named_with_it() {
    let inside = r##"<gml:name>石桥村</gml:name><v:code>007</v:code><v:note xsi:nil="true"/><v:up xlink:href="#t.1"/>
        <v:label><v:Name><v:spelling><v:Spelling><v:text>Shiqiao</v:text></v:Spelling></v:spelling></v:Name></v:label>
        <v:pop uom="1"> 12 </v:pop><v:none nilReason="unknown"></v:none><v:empty/>"##;
    let layer = read(&collection(&village(&[inside, &polygon(URN, LIST)].concat()))).unwrap();
    let expected = r##"id="v.1" name="石桥村" code="007" note=null up="#t.1" label.spelling.text="Shiqiao" pop="12" none=null empty="""##;
    assert_eq!(rows(&layer), [expected]);
    assert_eq!(vertices(&layer), [[105.0, 31.0], [105.1, 31.0], [105.1, 31.1]]);
    assert_eq!(layer.reading.crs.unwrap().doubts, []);
}

#[test]
fn rings_are_read_in_every_way_that_they_are_written() {
    let square = [[5.0, 31.0], [6.0, 31.0], [6.0, 32.0]];
    let short = r#" srsName="EPSG:4326""#;
    for (srs, ring) in [
        (short, "<gml:LinearRing><gml:coordinates>5,31 6,31 6,32,9 5,31</gml:coordinates></gml:LinearRing>"),
        (
            short,
            r#"<gml:LinearRing><gml:coordinates decimal="," cs=" " ts=";">5,0 31;6 31;6 32;5 31</gml:coordinates></gml:LinearRing>"#,
        ),
        (
            short,
            "<gml:LinearRing><gml:coord><gml:X>5</gml:X><gml:Y>31</gml:Y></gml:coord><gml:pos>6 31</gml:pos><gml:pos>6 32</gml:pos><gml:pos>5 31</gml:pos></gml:LinearRing>",
        ),
        (
            short,
            r#"<gml:LinearRing><gml:posList srsDimension="3">5 31 1 6 31 1 6 32 1 5 31 1</gml:posList></gml:LinearRing>"#,
        ),
        (short, "<gml:LinearRing><gml:posList>5 31 1 6 31 2 6 32 3 5 31 1</gml:posList></gml:LinearRing>"),
        (
            short,
            "<gml:Ring><gml:curveMember><gml:Curve><gml:segments><gml:LineStringSegment><gml:posList>5 31 6 31</gml:posList></gml:LineStringSegment>\
             <gml:LineStringSegment><gml:posList>6 31 6 32</gml:posList></gml:LineStringSegment></gml:segments></gml:Curve></gml:curveMember>\
             <gml:curveMember><gml:LineString><gml:pos>6 32</gml:pos><gml:pos>5 31</gml:pos></gml:LineString></gml:curveMember></gml:Ring>",
        ),
        (URN, "<gml:LinearRing><gml:posList>31 5 31 6 32 6 31 5</gml:posList></gml:LinearRing>"),
        (
            r#" srsName="http://www.opengis.net/def/crs/EPSG/0/4490" srsDimension="3""#,
            "<gml:LinearRing><gml:posList>31 5 0 31 6 0 32 6 0 31 5 0</gml:posList></gml:LinearRing>",
        ),
    ] {
        let layer = read(&collection(&village(&polygon(srs, ring)))).unwrap();
        assert_eq!(vertices(&layer), square, "{ring}");
        assert_eq!(layer.polygons.repeated, [], "{ring}");
    }
    // A box says what geometries leave open; the surface of several patches is one unit.
    let patches = format!(
        "<gml:boundedBy><gml:Envelope{URN}/></gml:boundedBy>{}",
        village(
            &[
                "<v:geom><gml:MultiSurface><gml:surfaceMember><gml:Surface><gml:patches>",
                &["<gml:PolygonPatch><gml:exterior>", LIST, "</gml:exterior></gml:PolygonPatch>"].concat().repeat(2),
                "</gml:patches></gml:Surface></gml:surfaceMember></gml:MultiSurface></v:geom>"
            ]
            .concat()
        )
    );
    let layer = read(&collection(&patches)).unwrap();
    assert_eq!((layer.polygons.face_ends.len(), layer.polygons.coords[0].x), (2, 105.0));
}

#[test]
fn what_has_curves_or_lies_elsewhere_is_left_out_with_a_note() {
    let arc = "<gml:Ring><gml:curveMember><gml:Curve><gml:segments><gml:Arc><gml:posList>31 105 31 105.1 31.1 105</gml:posList></gml:Arc></gml:segments></gml:Curve></gml:curveMember></gml:Ring>";
    let reference = r##"<gml:Ring><gml:curveMember xlink:href="#c"/></gml:Ring>"##;
    let point = format!("<v:centre><gml:Point{URN}><gml:pos>31.05 105.05</gml:pos></gml:Point></v:centre>");
    let members = [
        village(&polygon(URN, arc)),
        village(&polygon(URN, reference)),
        village("<v:geom><gml:Solid><gml:x/></gml:Solid></v:geom>"),
        village(&[&point, &polygon(URN, LIST)[..]].concat()),
        village("<v:code>1</v:code>"),
    ];
    let layer = read(&collection(&members.concat())).unwrap();
    let notes: Vec<String> = layer.notes.iter().map(ToString::to_string).collect();
    for (note, said) in notes.iter().zip([
        "feature 1: skipped: its geometry is a curve",
        "feature 2: skipped: its geometry is a reference",
        "feature 3: skipped: its geometry is a solid",
        "feature 5: has no geometry",
    ]) {
        assert!(note.starts_with(said), "{note}");
    }
    assert_eq!((notes.len(), layer.feature_count(), layer.polygons.coords.len()), (4, 2, 3));
}

#[test]
fn types_are_layers_to_choose_and_points_are_places() {
    let school = format!(
        "<wfs:member><v:school><v:name>中心小学</v:name><v:at><gml:Point{URN}><gml:pos>31 105</gml:pos></gml:Point></v:at></v:school></wfs:member>"
    );
    let town = village(&polygon(URN, LIST)).replace("v:village", "v:town");
    let text = collection(&[&school, &village(&polygon(URN, LIST)), &town, &village("")].map(String::as_str).concat());
    let (_folder, path) = file(&text);
    let listed = layers::contents(&path, &Limits::default()).unwrap();
    let listed: Vec<_> = listed.iter().map(|it| (it.name.as_str(), it.is_area, it.features)).collect();
    assert_eq!(listed, [("school", false, Some(1)), ("village", true, Some(2)), ("town", true, Some(1))]);
    let read = |name: Option<&str>| {
        let source = LayerSource { layer: name.map(str::to_owned), ..path.as_path().into() };
        layers::read(&source, &Limits::default(), &Progress::new()).map(|layer| layer.feature_count())
    };
    assert_eq!((read(None).unwrap(), read(Some("town")).unwrap()), (2, 1));
    assert!(read(Some("x")).unwrap_err().to_string().contains("there are: school, village, town"));
    let source = LayerSource { layer: Some("school".to_owned()), ..path.as_path().into() };
    let places = places::read(&[source], &Limits::default()).unwrap();
    assert_eq!((places.all()[0].name.as_str(), places.all()[0].at), ("中心小学", geo::Coord { x: 105.0, y: 31.0 }));
    let (_folder, path) = file(&collection(&school));
    assert_eq!(crate::io::format::kind_of(&path), FileKind::Places);
}

#[test]
fn what_is_wrong_is_said_with_its_place() {
    let ring = |list: &str| LIST.replace("31 105 31 105.1", list);
    let two = |second: &str| collection(&[village(&polygon(URN, LIST)), second.to_owned()].concat());
    for (text, said) in [
        (two(&village(&polygon(URN, &ring("x")))), "\"x\" is no finite number"),
        (two(&village(&polygon(URN, &ring("31")))), "the shape is damaged"),
        (
            two(&village(&polygon(r#" srsName="urn:ogc:def:crs:EPSG::4549""#, LIST))),
            "the file names two coordinate systems",
        ),
        (
            collection(&village("<v:code>1</v:code>")).rsplit_once("</v:code>").unwrap().0.to_owned(),
            "the file ends in the middle",
        ),
    ] {
        let error = read(&text).unwrap_err().to_string();
        assert!(error.starts_with(said) && !error.contains('\n'), "{error}");
    }
    // A service that refuses says so in XML; that is no file of boundaries.
    let refusal = collection("").replace("FeatureCollection", "ExceptionReport");
    assert!(read(&refusal).unwrap_err().to_string().starts_with("no file of boundaries"));
    assert_eq!(read(&collection("")).unwrap().feature_count(), 0);
}
