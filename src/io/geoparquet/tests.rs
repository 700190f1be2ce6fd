//! Files of other programs (`tests/data/layers/parquet.py` makes them), and what becomes of them when they are damaged.

use std::path::PathBuf;

use parquet::basic::{Repetition, Type as Physical};
use parquet::data_type::{ByteArray, ByteArrayType};
use parquet::file::metadata::KeyValue;
use parquet::file::properties::WriterProperties;
use parquet::file::writer::SerializedFileWriter;
use parquet::schema::types::Type;

use super::*;
use crate::io::{layers, places};

/// All types of columns in version 1 of pages, packed with Zstandard, and described in the metadata with a box to leave out.
const MIXED: &[u8] = include_bytes!("../../../tests/data/layers/mixed.parquet");
/// The same in version 2 of pages, most columns as differences.
const DELTA: &[u8] = include_bytes!("../../../tests/data/layers/delta.parquet");
/// Numbers in lists in lists, in no known system.
const NATIVE: &[u8] = include_bytes!("../../../tests/data/layers/native.parquet");
/// Of `DuckDB`, packed with Snappy.
const DUCKDB: &[u8] = include_bytes!("../../../tests/data/layers/duckdb.parquet");
/// Well-known text in a column of which nothing is said.
const WKT: &[u8] = include_bytes!("../../../tests/data/layers/wkt.parquet");

fn file(bytes: &[u8]) -> (tempfile::TempDir, PathBuf) {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("a.parquet");
    std::fs::write(&path, bytes).unwrap();
    (folder, path)
}

fn read(bytes: &[u8]) -> Result<Layer, ReadError> {
    let (_folder, path) = file(bytes);
    layers::read(&path.into(), &Limits::default(), &Progress::new())
}

fn rows(layer: &Layer) -> Vec<String> {
    let row = |row| {
        let values = layer.table.fields().iter().zip(layer.table.field_indices());
        let said = values.map(|(name, field)| format!("{name}={}", layer.table.raw(row, field).unwrap_or("-")));
        said.collect::<Vec<_>>().join(" ")
    };
    layer.table.features().map(row).collect()
}

fn code(layer: &Layer) -> Option<&str> {
    layer.reading.crs.as_ref()?.code.as_deref()
}

/// A file of one column of bytes, with a note under `geo`.
fn made(name: &str, values: &[&[u8]], geo: Option<&str>) -> Vec<u8> {
    let field = Type::primitive_type_builder(name, Physical::BYTE_ARRAY).with_repetition(Repetition::REQUIRED);
    let schema =
        Type::group_type_builder("schema").with_fields(vec![Arc::new(field.build().unwrap())]).build().unwrap();
    let note = geo.map(|geo| vec![KeyValue::new("geo".to_owned(), geo.to_owned())]);
    let properties = WriterProperties::builder().set_key_value_metadata(note).build();
    let mut out = Vec::new();
    let mut writer = SerializedFileWriter::new(&mut out, Arc::new(schema), Arc::new(properties)).unwrap();
    let mut group = writer.next_row_group().unwrap();
    let mut column = group.next_column().unwrap().unwrap();
    let values: Vec<ByteArray> = values.iter().map(|value| value.to_vec().into()).collect();
    column.typed::<ByteArrayType>().write_batch(&values, None, None).unwrap();
    column.close().unwrap();
    group.close().unwrap();
    writer.close().unwrap();
    out
}

/// A triangle of six whole degrees, as well-known binary.
fn triangle(kind: u32, srid: Option<u32>) -> Vec<u8> {
    let mut bytes = vec![1];
    bytes.extend((kind | if srid.is_some() { 0x2000_0000 } else { 0 }).to_le_bytes());
    bytes.extend(srid.into_iter().chain([1, 4]).flat_map(u32::to_le_bytes));
    let vertices = [[105.0, 31.0], [106.0, 31.0], [106.0, 32.0], [105.0, 31.0_f64]];
    bytes.extend(vertices.into_iter().flatten().flat_map(f64::to_le_bytes));
    bytes
}

#[test]
fn columns_keep_their_types_whatever_their_pages_are_written_in() {
    let expected = [
        r#"code="007" n=5107220101234 big=18446744073709551615 small=-128 share=0.1 half=0.5 single=0.1 ok=true day="2020-11-01" at="2020-01-02T03:04:05.678" utc="2020-01-02T03:04:05Z" area=12.50 kind="村" names=["张家沟村"] o={"zh":"村","en":{"x":1}} tags={"a":"1","b":null} list2=[[1,2],[3]] raw=null"#,
        r#"code="008" n=null big=0 small=127 share=-2.5 half=-2.0 single=null ok=null day=null at=null utc=null area=-0.05 kind="社区" names=[] o={"zh":null,"en":{"x":null}} tags={} list2=[[],null] raw=null"#,
        r#"code="009" n=-3 big=null small=null share=1e-7 half=null single=3.5 ok=false day="1969-12-31" at="1969-12-31T23:59:59" utc=null area=null kind="村" names=null o=null tags=null list2=null raw="x""#,
    ];
    for bytes in [MIXED, DELTA] {
        let layer = read(bytes).unwrap();
        assert_eq!(rows(&layer), expected);
        assert_eq!((layer.polygons.atom_ends.as_slice(), layer.polygons.coords.len()), (&[1, 3, 3][..], 13));
        assert_eq!((code(&layer), layer.reading.format.as_str()), (Some("EPSG:4490"), "GeoParquet"));
        let notes: Vec<_> = layer.notes.iter().map(|note| (note.feature, note.what.id())).collect();
        assert_eq!(notes, [(Some(2), "no_geometry"), (Some(3), "skipped_feature")]);
        let (_folder, path) = file(bytes);
        let listed = layers::contents(&path, &Limits::default()).unwrap();
        assert_eq!(listed, [LayerEntry { name: "a".to_owned(), is_area: true, features: Some(4) }]);
        for name in ["a", "geometry"] {
            let source = LayerSource { layer: Some(name.to_owned()), ..path.as_path().into() };
            assert!(layers::read(&source, &Limits::default(), &Progress::new()).is_ok());
        }
        assert_eq!(places::read(&[path.into()], &Limits::default()).unwrap().all().len(), 1);
    }
}

#[test]
fn geometry_is_found_however_it_is_written_and_described() {
    let native = read(NATIVE).unwrap();
    assert_eq!(
        (rows(&native), native.polygons.coords.len()),
        (vec![r#"code="007""#.into(), r#"code="008""#.into()], 13)
    );
    assert_eq!(native.polygons.atom_ends, [1, 3]);
    let duckdb = read(DUCKDB).unwrap();
    assert_eq!(rows(&duckdb), [r#"code="007" l=["a","b"]"#, r#"code="008" l=["a","b"]"#]);
    let wkt = read(WKT).unwrap();
    assert_eq!(rows(&wkt), [r#"code="007" note="POLYGON of interest""#, r#"code="008" note=null"#]);
    for layer in [&native, &duckdb, &wkt] {
        assert_eq!(code(layer), Some("EPSG:4326"));
    }
    let said = |layer: &Layer| layer.reading.crs.as_ref().unwrap().basis;
    assert_eq!([&duckdb, &native, &wkt].map(said), {
        use crate::model::CrsBasis::{Declared, Inferred};
        [Declared, Inferred, Inferred]
    });
    // The outlines are the same in all of them, hole and parts.
    let ours = |layer: &Layer| layer.polygons.coords.clone();
    assert_eq!(ours(&native), ours(&read(MIXED).unwrap()));
    assert_eq!(ours(&native), ours(&wkt));
}

#[test]
fn what_is_said_of_geometry_counts() {
    let wkb = triangle(3, None);
    let geo = |column: &str| format!(r#"{{"version":"1.1.0","primary_column":"g","columns":{{"g":{column}}}}}"#);
    let layer = |column: &str| read(&made("g", &[&wkb], Some(&geo(column))));
    for (column, system) in [
        (r#"{"encoding":"WKB","geometry_types":[]}"#, "EPSG:4326"),
        (r#"{"encoding":"WKB","crs":{"id":{"authority":"OGC","code":"CRS84"},"name":"x"}}"#, "EPSG:4326"),
        (r#"{"encoding":"WKB","crs":{"type":"GeographicCRS","name":"CGCS2000"}}"#, "EPSG:4490"),
        // Before the first version it was well-known text.
        (
            r#"{"encoding":"WKB","crs":"GEOGCS[\"China Geodetic Coordinate System 2000\",DATUM[\"China_2000\",SPHEROID[\"CGCS2000\",6378137,298.257222101]]]"}"#,
            "EPSG:4490",
        ),
    ] {
        assert_eq!(code(&layer(column).unwrap()), Some(system), "{column}");
    }
    // An extended geometry names its system; it must be that of the file.
    assert_eq!(code(&read(&made("g", &[&triangle(3, Some(4490))], None)).unwrap()), Some("EPSG:4490"));
    let two = made("g", &[&triangle(3, Some(4490))], Some(&geo(r#"{"encoding":"WKB"}"#)));
    assert!(read(&two).unwrap_err().to_string().starts_with("the file names two coordinate systems"));
    for (column, said) in [
        (r#"{"encoding":"WKB","crs":{"name":"moon"}}"#, "the coordinate system moon is not known"),
        (r#"{"encoding":"TWKB"}"#, "the geometry of the Parquet file is written as \"TWKB\""),
        (r#"{"encoding":"polygon"}"#, "the Parquet file describes its geometry"),
    ] {
        let error = layer(column).unwrap_err().to_string();
        assert!(error.starts_with(said), "{error}");
    }
    for geo in ["", "{", "[]", "{}", r#"{"columns":{}}"#, r#"{"columns":{"other":{"encoding":"WKB"}}}"#] {
        let error = read(&made("g", &[&wkb], Some(geo))).unwrap_err().to_string();
        assert!(error.starts_with("the Parquet file describes its geometry"), "{geo}: {error}");
    }
    let table = read(&made("name", &["村".as_bytes()], None)).unwrap_err().to_string();
    assert!(table.starts_with("the Parquet file is a table without geometry (columns: name); to join it"), "{table}");
    // Points are no layer; nothing that is broken is one.
    let point = [&[1, 1, 0, 0, 0][..], &105_f64.to_le_bytes(), &31_f64.to_le_bytes()].concat();
    let (_folder, path) = file(&made("g", &[&point], Some(&geo(r#"{"encoding":"WKB","geometry_types":["Point"]}"#))));
    assert_eq!(crate::io::format::kind_of(&path), FileKind::Places);
    let broken = read(&made("g", &[&wkb, &wkb[..20]], Some(&geo(r#"{"encoding":"WKB"}"#)))).unwrap_err().to_string();
    assert!(broken.starts_with("the shape is damaged") && broken.contains("feature 2"), "{broken}");
}

#[test]
fn a_file_in_an_archive_is_read_and_several_columns_are_layers() {
    use std::io::Write as _;
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("a.zip");
    let mut zip = zip::ZipWriter::new(File::create(&path).unwrap());
    for (name, bytes) in [("村.parquet", MIXED), ("区.geoparquet", DUCKDB)] {
        zip.start_file(name, zip::write::SimpleFileOptions::default()).unwrap();
        zip.write_all(bytes).unwrap();
    }
    zip.finish().unwrap();
    let listed = layers::contents(&path, &Limits::default()).unwrap();
    let names: Vec<_> = listed.iter().map(|entry| entry.name.as_str()).collect();
    assert_eq!(names, ["区", "村"]);
    let source = LayerSource { layer: Some("村".to_owned()), ..path.as_path().into() };
    assert_eq!(layers::read(&source, &Limits::default(), &Progress::new()).unwrap().table.rows(), 3);
    // The primary column comes first, the others can be asked for, and are no attributes.
    let footer = Footer::read(MIXED, MIXED.len()).unwrap();
    let geo = r#"{"primary_column":"geometry","columns":{"raw":{"encoding":"WKB","geometry_types":["Point"]},"geometry":{"encoding":"WKB","geometry_types":["MultiPolygon"]}}}"#;
    let footer = Footer { notes: vec![("geo".to_owned(), geo.to_owned())], ..footer };
    let shapes = geometry::told(&footer).unwrap().list;
    let said: Vec<_> = shapes.iter().map(|shape| (shape.name.as_str(), shape.is_area)).collect();
    assert_eq!(said, [("geometry", true), ("raw", false)]);
}

#[test]
fn what_is_cut_off_or_changed_is_refused_or_read_and_nothing_is_believed() {
    for bytes in [MIXED, DELTA, NATIVE, DUCKDB] {
        for end in (4..bytes.len()).step_by(29) {
            let error = read(&bytes[..end]).unwrap_err().to_string();
            assert!(error.contains("Parquet file"), "{end}: {error}");
        }
        for at in (4..bytes.len()).step_by(11) {
            for mask in [0xff, 0x80, 1] {
                let mut changed = bytes.to_vec();
                changed[at] ^= mask;
                let _ = read(&changed);
            }
        }
    }
    let tight = |bytes: &[u8], limits: Limits| {
        let (_folder, path) = file(bytes);
        layers::read(&path.into(), &limits, &Progress::new()).unwrap_err().to_string()
    };
    let usual = Limits::default();
    assert!(tight(MIXED, Limits { vertices: 3, ..usual }).starts_with("more than 3 vertices"));
    assert!(tight(MIXED, Limits { features: 2, ..usual }).starts_with("more than 2 features"));
    assert!(tight(MIXED, Limits { feature_bytes: 100, ..usual }).starts_with("more than 100 bytes in one feature"));
    assert!(tight(MIXED, Limits { file_bytes: 1000, ..usual }).starts_with("the file has more than 1000 bytes"));
    // A text that stands for many others is counted each time.
    let long = format!("POLYGON ((105 31, 106 31, 106 32, 105 31)){}", " ".repeat(3000));
    let wkb = triangle(3, None);
    let many = made("g", &vec![wkb.as_slice(); 2000], None);
    assert_eq!(read(&many).unwrap().table.rows(), 2000);
    let texts = made("t", &vec![long.as_bytes(); 2000], Some(r#"{"columns":{"t":{"encoding":"WKT"}}}"#));
    assert!(texts.len() < 20_000);
    let small = Limits { file_bytes: 1 << 20, ..usual };
    assert!(tight(&texts, small).starts_with("it inflates to more than 1048576 bytes"));
}

#[test]
fn pages_are_held_against_their_bytes() {
    // A footer that says it is four gigabytes, none at all, and groups within groups without end.
    let end = |size: u32| [b"PAR1", &size.to_le_bytes()[..], b"PAR1"].concat();
    for (bytes, said) in [
        (end(u32::MAX), "the Parquet file is damaged"),
        (end(0), "the Parquet file is damaged"),
        (end(100), "the end of the Parquet file is missing"),
        (b"PAR1".to_vec(), "the end of the Parquet file is missing"),
    ] {
        let error = read(&bytes).unwrap_err().to_string();
        assert!(error.starts_with(said), "{error}");
    }
    let element = |children: u8| vec![0x35, 0x02, 0x18, 0x01, b'a', 0x15, children << 1, 0x00];
    let schema = [vec![0x15, 0x02, 0x19, 0xfc, 0xf0, 0x01], [element(1).repeat(240)].concat()].concat();
    let deep = [b"PAR1", &schema[..], &[0x16, 0, 0x19, 0x0c, 0]].concat();
    let size = u32::try_from(deep.len() - 4).unwrap().to_le_bytes();
    let error = read(&[&deep[..], &size, b"PAR1"].concat()).unwrap_err().to_string();
    assert!(error.starts_with("the Parquet file is damaged"), "{error}");
}
