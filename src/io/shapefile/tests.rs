use std::io::{Cursor, Write as _};
use std::path::PathBuf;

use zip::ZipWriter;
use zip::write::SimpleFileOptions;

use super::*;
use crate::io::layers;
use crate::model::FeatureId;

/// Bytes of a `.shp` of polygons, each a list of rings.
fn shp(shapes: &[Vec<Vec<[f64; 2]>>]) -> Vec<u8> {
    let mut bytes = vec![0; 100];
    bytes[..4].copy_from_slice(&shp::MAGIC);
    bytes[32] = 5;
    for (at, rings) in shapes.iter().enumerate() {
        let mut record = Vec::new();
        record.extend(if rings.is_empty() { 0_i32 } else { 5 }.to_le_bytes());
        if !rings.is_empty() {
            record.extend([0; 32]);
            record.extend(i32::try_from(rings.len()).unwrap().to_le_bytes());
            record.extend(i32::try_from(rings.iter().map(Vec::len).sum::<usize>()).unwrap().to_le_bytes());
            let mut start = 0;
            for ring in rings {
                record.extend(i32::try_from(start).unwrap().to_le_bytes());
                start += ring.len();
            }
            for number in rings.iter().flatten().flatten() {
                record.extend(number.to_le_bytes());
            }
        }
        bytes.extend(i32::try_from(at + 1).unwrap().to_be_bytes());
        bytes.extend(i32::try_from(record.len() / 2).unwrap().to_be_bytes());
        bytes.extend(record);
    }
    let words = i32::try_from(bytes.len() / 2).unwrap();
    bytes[24..28].copy_from_slice(&words.to_be_bytes());
    bytes
}

/// A table with a column of names in bytes; a row that begins with `*` is deleted.
fn dbf(rows: &[&[u8]]) -> Vec<u8> {
    let mut bytes = vec![0; 65];
    bytes[0] = 3;
    bytes[4] = u8::try_from(rows.len()).unwrap();
    (bytes[8], bytes[10]) = (65, 21);
    bytes[32..36].copy_from_slice(b"NAME");
    (bytes[43], bytes[48], bytes[64]) = (b'C', 20, 0x0d);
    for row in rows {
        let (mark, name) = row.strip_prefix(b"*").map_or((b' ', *row), |name| (b'*', name));
        bytes.push(mark);
        bytes.extend(name);
        bytes.resize(bytes.len() + 20 - name.len(), b' ');
    }
    bytes
}

fn square(x: f64) -> Vec<Vec<[f64; 2]>> {
    vec![vec![[x, 0.0], [x, 1.0], [x + 1.0, 1.0], [x + 1.0, 0.0], [x, 0.0]]]
}

fn read(path: &Path, layer: Option<&str>) -> Result<Layer, ReadError> {
    let source = LayerSource { layer: layer.map(str::to_owned), ..path.into() };
    layers::read(&source, &Limits::default(), &Progress::new())
}

fn names(layer: &Layer) -> Vec<Option<String>> {
    let field = layer.table.field("NAME").unwrap();
    (0..layer.table.rows()).map(|row| layer.table.text(FeatureId::new(row), field).map(Into::into)).collect()
}

fn zipped(files: &[(&str, &[u8])]) -> Vec<u8> {
    let mut zip = ZipWriter::new(Cursor::new(Vec::new()));
    for (name, bytes) in files {
        zip.start_file(*name, SimpleFileOptions::default()).unwrap();
        zip.write_all(bytes).unwrap();
    }
    zip.finish().unwrap().into_inner()
}

#[test]
fn a_shapefile_in_gbk_is_read_whichever_of_its_files_is_named() {
    let folder = tempfile::tempdir().unwrap();
    let put = |name: &str, bytes: &[u8]| fs::write(folder.path().join(name), bytes).unwrap();
    put("a.shp", &shp(&[square(1.0), square(2.0), Vec::new(), square(3.0)]));
    let gbk = |text| encoding_rs::GB18030.encode(text).0.into_owned();
    let rows = [gbk("张家沟村"), gbk("石桥村"), Vec::new(), gbk("*下坝村")];
    put("a.DBF", &dbf(&rows.iter().map(Vec::as_slice).collect::<Vec<_>>()));
    let layer = read(&folder.path().join("a.shp"), None).unwrap();
    assert_eq!(names(&layer), [Some("张家沟村".to_owned()), Some("石桥村".to_owned()), None]);
    let first = layer.polygons.ring(crate::coverage::RingId(0));
    assert!(first.contains(&geo::Coord { x: 1.0, y: 0.0 }) && first.len() == 4, "{first:?}");
    let notes: Vec<&str> = layer.notes.iter().map(|note| note.what.id()).collect();
    assert_eq!(notes, ["no_geometry", "deleted_row", "encoding"]);
    assert_eq!(layer.reading.encoding.as_deref(), Some("gb18030"));
    let other = read(&folder.path().join("a.DBF"), None).unwrap();
    assert_eq!((other.name.as_str(), &other.sha256), ("a.shp", &layer.sha256));

    // What stands beside it counts into its hash, and decides how it is read.
    put("a.cpg", b"UTF-8");
    let doubted = read(&folder.path().join("a.shp"), None).unwrap();
    assert_ne!(doubted.sha256, layer.sha256);
    assert_eq!(names(&doubted), names(&layer));
    assert!(doubted.notes.iter().any(|note| note.what.severity() == crate::model::Severity::Warning));
    put("a.prj", br#"PROJCS["CGCS2000 / 3-degree Gauss-Kruger zone 35",GEOGCS["China","#);
    let error = read(&folder.path().join("a.shp"), None).unwrap_err().to_string();
    assert!(error.contains("CGCS2000 / 3-degree"), "{error}");
    put("a.DBF", &dbf(&[b"x"]));
    let error = read(&folder.path().join("a.shp"), None).unwrap_err().to_string();
    assert!(error.starts_with("the .shp has 4 shapes, but the .dbf 1 rows"), "{error}");
}

#[test]
fn layers_in_an_archive_are_chosen_by_name() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("all.zip");
    let (one, two) = (shp(&[square(1.0)]), shp(&[square(1.0), square(2.0)]));
    let json = br#"{"type":"FeatureCollection","features":[]}"#;
    let files: [(&str, &[u8]); 5] = [
        ("数据/村.shp", &two),
        ("数据/村.dbf", &dbf(&["甲".as_bytes(), "乙".as_bytes()])),
        ("数据/乡.shp", &one),
        ("数据/乡.dbf", &dbf(&["丙".as_bytes()])),
        ("../out.geojson", json),
    ];
    fs::write(&path, zipped(&files)).unwrap();
    assert_eq!(names(&read(&path, Some("村")).unwrap()).len(), 2);
    let layer = read(&path, Some("乡")).unwrap();
    assert_eq!(names(&layer), [Some("丙".to_owned())]);
    assert_eq!(layer.reading.layers, ["out", "乡", "村"]);
    assert_eq!(layer.sha256, crate::io::hash::sha256_of(&path).unwrap());
    assert_eq!(read(&path, Some("out")).unwrap().feature_count(), 0);
    let error = read(&path, Some("县")).unwrap_err().to_string();
    assert!(error.starts_with("there is no layer \"县\" in it; there are: out, 乡, 村"), "{error}");
}

#[test]
fn an_archive_that_unpacks_to_more_than_it_may_is_refused() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("bomb.zip");
    fs::write(&path, zipped(&[("a.shp", &vec![0; 5 << 20])])).unwrap();
    let limits = Limits { file_bytes: 1 << 20, ..Limits::default() };
    let error = layers::read(&path.as_path().into(), &limits, &Progress::new()).unwrap_err().to_string();
    assert!(error.starts_with("more than 1048576 bytes are packed"), "{error}");
    fs::write(&path, zipped(&[("readme.txt", b"hello")])).unwrap();
    let error = read(&path, None).unwrap_err().to_string();
    assert!(error.contains("a zip archive in which there is no layer"), "{error}");
}

#[test]
fn real_files_open_with_their_names() {
    let shared = std::env::var_os("QUHUA_SHARED_DATA").map_or_else(|| PathBuf::from("../shared/data"), PathBuf::from);
    let dirty = shared.join("dirty");
    if !dirty.is_dir() {
        eprintln!("skipped: there is no {}", dirty.display());
        return;
    }
    let layer = read(&dirty.join("gbk-shapefile/villages_gbk.shp"), None).unwrap();
    assert_eq!((layer.feature_count(), layer.reading.encoding.as_deref()), (262, Some("gb18030")));
    let clean = read(&shared.join("nantou/villages.geojson"), None).unwrap();
    let column = |layer: &Layer, name: &str| -> Vec<String> {
        let field = layer.table.field(name).unwrap();
        (0..layer.table.rows()).map(|row| layer.table.text(FeatureId::new(row), field).unwrap().into()).collect()
    };
    for name in ["VILLNAME", "VILLCODE", "TOWNNAME"] {
        assert_eq!(column(&layer, name), column(&clean, name), "{name}");
    }
    // What its .prj says is not what stands before its eastings.
    let planar = read(&dirty.join("gk35-gbk-wrong-prj.zip"), None).unwrap();
    assert_eq!(planar.reading.crs.unwrap().code.as_deref(), Some("EPSG:4523"));
}
