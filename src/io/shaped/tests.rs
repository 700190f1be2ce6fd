use std::path::PathBuf;

use super::*;
use crate::io::{layers, places};
use crate::model::FeatureId;

fn file(name: &str, bytes: &[u8]) -> (tempfile::TempDir, PathBuf) {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join(name);
    std::fs::write(&path, bytes).unwrap();
    (folder, path)
}

fn read(name: &str, bytes: &[u8]) -> Result<Layer, ReadError> {
    let (_folder, path) = file(name, bytes);
    layers::read(&path.into(), &Limits::default(), &Progress::new())
}

fn row(layer: &Layer, row: usize) -> String {
    let values = layer.table.fields().iter().zip(layer.table.field_indices());
    let said =
        values.filter_map(|(name, field)| Some(format!("{name}={}", layer.table.raw(FeatureId::new(row), field)?)));
    said.collect::<Vec<_>>().join(" ")
}

const AREA: &str = "POLYGON ((105 31, 105.1 31, 105.1 31.1, 105 31))";

#[test]
fn geometries_in_every_form_are_one() {
    let wkb = "010300000001000000040000000000000000405A400000000000003F406666666666465A400000000000003F406666666666465A409A99999999193F400000000000405A400000000000003F40";
    let srid = "01030000208A11000001000000040000000000000000405A400000000000003F406666666666465A400000000000003F406666666666465A409A99999999193F400000000000405A400000000000003F40";
    let json = r#"{""type"": ""Polygon"", ""coordinates"": [[[105,31],[105.1,31],[105.1,31.1],[105,31]]]}"#;
    for cell in [
        AREA,
        "SRID=4490;Polygon((105 31,105.1 31,105.1 31.1,105 31))",
        "MULTIPOLYGON (((105 31, 105.1 31, 105.1 31.1, 105 31)))",
        "POLYGON Z((105 31 1, 105.1 31 1, 105.1 31.1 1, 105 31 1))",
        "GEOMETRYCOLLECTION (POLYGON ((105 31, 105.1 31, 105.1 31.1, 105 31)))",
        wkb,
        srid,
        json,
    ] {
        let text = format!("code,geom,名称\n007,\"{cell}\",张家沟村\n008,,飞地村\n");
        let layer = read("a.csv", text.as_bytes()).unwrap();
        let places: Vec<_> = layer.polygons.coords.iter().map(|at| (at.x, at.y)).collect();
        assert_eq!(places, [(105.0, 31.0), (105.1, 31.0), (105.1, 31.1)], "{cell}");
        assert_eq!([row(&layer, 0), row(&layer, 1)], [r#"code="007" 名称="张家沟村""#, r#"code="008" 名称="飞地村""#]);
        let code = layer.reading.crs.unwrap().code;
        assert_eq!(
            code.as_deref(),
            Some(if cell.contains("4490") || cell == srid { "EPSG:4490" } else { "EPSG:4326" })
        );
    }
}

#[test]
fn a_table_without_geometry_stays_a_table() {
    for text in [
        "code,name\n1,Point of interest\n",
        "code,wkt\n1,\n",
        "code,name\n010300000000000000,a\n",
        "code,name\n1,POLYGON\n2,Polygon Street (north)\n",
        "code,o\n1,\"{\"\"type\"\":\"\"village\"\"}\"\n",
    ] {
        let (_folder, path) = file("a.csv", text.as_bytes());
        assert_eq!(crate::io::format::kind_of(&path), FileKind::Table, "{text}");
    }
    let (_folder, path) = file("a.csv", "name,wkt\n校,POINT (105 31)\n".as_bytes());
    assert_eq!(crate::io::format::kind_of(&path), FileKind::Places);
    assert_eq!(places::read(&[path.into()], &Limits::default()).unwrap().all()[0].name, "校");
}

#[test]
fn the_column_that_bounds_areas_counts_and_the_row_above_names_columns() {
    let text =
        format!("2020年区划,,\n\n中心,代码,,边界\nPOINT (1 2),0012,x,\"{AREA}\"\nPOINT (1 2),0013,,\"{AREA}\"\n");
    let (gbk, ..) = encoding_rs::GB18030.encode(&text);
    let layer = read("a.csv", &gbk).unwrap();
    assert_eq!(row(&layer, 0), r#"中心="POINT (1 2)" 代码="0012" column_3="x""#);
    assert_eq!((row(&layer, 1).contains("column_3=null"), layer.feature_count()), (true, 2));
}

#[test]
fn sheets_with_geometry_are_layers() {
    let mut book = rust_xlsxwriter::Workbook::new();
    for (name, cells) in [("说明", ["a", "b"]), ("村", ["geom", AREA]), ("校", ["geom", "POINT (105 31)"])] {
        let sheet = book.add_worksheet();
        sheet.set_name(name).unwrap();
        for (row, cell) in (0..).zip(cells) {
            sheet.write_string(row, 1, cell).unwrap();
            sheet.write_number(row, 0, 5_107_220_101.0).unwrap();
        }
    }
    let (_folder, path) = file("a.xlsx", &book.save_to_buffer().unwrap());
    assert_eq!(crate::io::format::kind_of(&path), FileKind::Layers);
    let listed = layers::contents(&path, &Limits::default()).unwrap();
    let listed: Vec<_> = listed.iter().map(|it| (it.name.as_str(), it.is_area, it.features)).collect();
    assert_eq!(listed, [("村", true, Some(1)), ("校", false, Some(1))]);
    let layer = layers::read(&path.into(), &Limits::default(), &Progress::new()).unwrap();
    assert_eq!((row(&layer, 0).as_str(), layer.polygons.coords.len()), ("5107220101=5107220101", 3));
    assert_eq!(layer.reading.layer.as_deref(), Some("村"));
}

#[test]
fn what_is_wrong_is_said_with_its_place() {
    let long = format!("POLYGON (({}", "105 31, ".repeat(4095)) + "105.00";
    for (cell, said) in [
        ("POLYGON ((105 31, x", "\"POLYGON ((105 31, x\" is no geometry in WKT, WKB or GeoJSON"),
        ("0103", "\"0103\" is no geometry"),
        ("{}", "\"{}\" is no geometry"),
        (&long[..32_767], "the geometry is cut off at 32767 characters"),
        (&"GEOMETRYCOLLECTION (".repeat(5000), "\"GEOMETRYCOLLECTION (GEOMETRYCOLLECTION (\" is no geometry"),
        ("SRID=4549;POLYGON ((105 31, 106 31, 106 32, 105 31))", "the file names two coordinate systems"),
    ] {
        let text = format!("code,geom\n1,\"SRID=4326;{AREA}\"\n2,\"{}\"\n", cell.replace('"', "\"\""));
        let error = read("a.csv", text.as_bytes()).unwrap_err().to_string();
        assert!(error.starts_with(said) && error.contains("feature 2"), "{cell:.60}: {error}");
    }
}
