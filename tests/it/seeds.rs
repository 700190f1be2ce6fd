//! Good files of every kind that comes from outside, small ones: what mutations begin with, here and in the fuzzer.

use std::fs;
use std::io::Write as _;
use std::sync::Arc;

use flate2::Compression;
use flate2::write::GzEncoder;
use geo::Coord;
use quhua::edit::{Document, Plan};
use quhua::io::{Limits, geojson, project};
use quhua::jobs::Progress;
use quhua::model::{Cell, Dataset, Drawn, FieldOverrides, KeptLedger, Ledger, LedgerParts};
use quhua::rules::Shipped;
use rusqlite::Connection;

use crate::layer_seeds;
use crate::support::repository;
use crate::tables_of;

type Bytes = Vec<u8>;

/// Files of the test cases with an ending.
fn cases(ending: &str) -> Vec<Bytes> {
    let entries = fs::read_dir(repository("tests/data/cases")).unwrap().map(|entry| entry.unwrap().path());
    let mut paths: Vec<_> = entries.filter(|path| path.to_string_lossy().ends_with(ending)).collect();
    paths.sort();
    assert!(!paths.is_empty(), "no cases with {ending}");
    paths.iter().map(|path| fs::read(path).unwrap()).collect()
}

/// Boundaries as one text, as lines, and packed, and places beside them.
pub fn boundaries() -> Vec<Bytes> {
    let mut all = cases(".geojson");
    let features = |bytes: &[u8]| -> Vec<serde_json::Value> {
        serde_json::from_slice::<serde_json::Value>(bytes).unwrap()["features"].as_array().cloned().unwrap_or_default()
    };
    let lines: Vec<String> = features(&all[0]).iter().map(ToString::to_string).collect();
    let packed = |bytes: &[u8]| {
        let mut packer = GzEncoder::new(Vec::new(), Compression::best());
        packer.write_all(bytes).unwrap();
        packer.finish().unwrap()
    };
    let text = lines.join("\n").into_bytes();
    let sequence: String = lines.iter().flat_map(|line| ["\u{1e}", line, "\n"]).collect();
    all.extend([packed(&all[1]), packed(&text), text, sequence.into_bytes()]);
    all.push(PLACES.into());
    all.extend([archive(), geopackage()]);
    all.extend(layer_seeds::all().into_iter().map(|(_, bytes)| bytes));
    all
}

/// A shapefile and another file in an archive.
pub fn archive() -> Bytes {
    let mut zip = zip::ZipWriter::new(std::io::Cursor::new(Vec::new()));
    let shapefile = &shapefiles()[0];
    let (geometry, table) = shapefile[4..].split_at(usize::from(u16::from_le_bytes([shapefile[0], shapefile[1]])));
    for (name, bytes) in [("村.shp", geometry), ("村.dbf", table), ("b/other.geojson", &cases(".geojson")[0])] {
        zip.start_file(name, zip::write::SimpleFileOptions::default()).unwrap();
        zip.write_all(bytes).unwrap();
    }
    zip.finish().unwrap().into_inner()
}

const PLACES: &str = r#"{"type":"FeatureCollection","features":[
{"type":"Feature","properties":{"name":"校","kind":"school"},"geometry":{"type":"Point","coordinates":[105.01,31.02]}},
{"type":"Feature","properties":{"name":null},"geometry":{"type":"MultiPoint","coordinates":[[105,31],[105.1,31,9]]}},
{"type":"Feature","properties":{"名称":"路"},"geometry":{"type":"LineString","coordinates":[[105,31],[105.1,31.1]]}},
{"type":"Feature","properties":null,"geometry":{"type":"MultiLineString","coordinates":[[[105,31],[105.1,31.1]]]}},
{"type":"Feature","properties":{},"geometry":null}]}"#;

/// A `GeoPackage` of another program, as small as one can be: a village twice.
pub fn geopackage() -> Bytes {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("a.gpkg");
    let connection = Connection::open(&path).unwrap();
    let head = "4750000300000000000000000040 5A40000000000000 5B400000000000003F400000000000004040";
    let ring = "01030000000100000004000000 0000000000405A40 0000000000003F40 0000000000005B40 0000000000003F40
        0000000000005B40 0000000000004040 0000000000405A40 0000000000003F40";
    let blob: String = [head, ring].concat().split_whitespace().collect();
    connection
        .execute_batch(&format!(
            "PRAGMA page_size = 512;
             CREATE TABLE gpkg_spatial_ref_sys (srs_id INTEGER, organization, organization_coordsys_id, definition);
             INSERT INTO gpkg_spatial_ref_sys VALUES (4326, 'EPSG', 4326, '');
             CREATE TABLE gpkg_geometry_columns (table_name, column_name, geometry_type_name, srs_id);
             INSERT INTO gpkg_geometry_columns VALUES ('村', 'geom', 'POLYGON', 4326);
             CREATE TABLE 村 (fid INTEGER PRIMARY KEY, geom BLOB, code TEXT, 户数 INTEGER, share REAL, town BOOLEAN);
             INSERT INTO 村 VALUES (1, X'{blob}', '01', 5, 0.5, 1), (2, X'{blob}', '02', NULL, 1e300, 0);"
        ))
        .unwrap();
    drop(connection);
    fs::read(path).unwrap()
}

/// Shapefiles as the fuzzer keeps them: polygons with tables of several dialects, and points.
pub fn shapefiles() -> Vec<Bytes> {
    let names = (0..5).map(|at| repository(&format!("fuzz/corpus/shapefile/seed-{at:02}")));
    names.map(|path| fs::read(path).unwrap()).collect()
}

/// Plans of the test cases, and one with every operation, upon the villages of `c48-chinese-fields.geojson`.
pub fn plans() -> Vec<Bytes> {
    let mut all = cases(".plan.json");
    let edits: Vec<&str> = EDITS.lines().collect();
    let plan = |edits: &[&str]| format!(r#"{{"format":"quhua-plan","version":1,"edits":[{}]}}"#, edits.join(","));
    all.extend(edits.iter().map(|edit| plan(&[edit]).into_bytes()));
    all.push(plan(&edits).into_bytes());
    all
}

const EDITS: &str = r#"{"op":"merge","units":["519921101","519921102"],"form":"absorb","into":{"code":"519921102"}}
{"op":"merge","units":["519921103204","519921103205"],"form":"establish","into":{"name":"戊己村","kind":"village","seat":{"lon":105.05,"lat":31.005,"name":"戊东"},"parent":"519921103"}}
{"op":"transfer","units":["519921103214",{"level":"village","code":"519921103224"}],"to":"519921102"}
{"op":"split","unit":"519921101220","line":[[104.99,31.025],[105.02,31.026]],"share":{"by":"weights","left":2,"right":1,"of":"户数"},"parts":[{"name":"上甲村"},{"code":"519921101288"}]}
{"op":"split","unit":"519921101221","polygon":[[105.012,31.022],[105.018,31.022],[105.015,31.028]],"parts":[{},{"to":"519921101231"}]}
{"op":"split","unit":"519921103","line":[[105.05,31.05],[105.05,30.99]],"parts":[{},{"name":"四镇","kind":"town"}]}
{"op":"establish","units":["519921102202","519921102203"],"into":{"name":"五镇","kind":"town"}}
{"op":"rename","unit":{"level":"atom","index":17},"name":"新村"}
{"op":"convert_kind","unit":"519921103234","kind":"community","name":"戊北社区"}
{"op":"move_seat","unit":"519921103","seat":{"lon":105.055,"lat":31.015}}
{"op":"classify_seat","unit":"519921101","use":"clinic"}
{"op":"abolish","unit":"519921101"}
{"op":"reinstate","unit":"519921101"}
{"op":"lock","units":["519921102"],"reason":"已定"}
{"op":"lock","level":"township"}
{"op":"unlock","level":"township"}"#;

/// The packs that come with the program.
pub fn packs() -> Vec<Bytes> {
    Shipped::ALL.iter().map(|pack| pack.text().into()).collect()
}

/// Projects of one township with and without edits, a second scenario and ledgers, with what is read of them and small
/// pages.
pub fn projects() -> Vec<Bytes> {
    let [commune, villages] = ["nullpop", "c58-seat-without-place"]
        .map(|name| fs::read(repository(&format!("tests/data/cases/{name}.geojson"))).unwrap());
    let plan = |name: &str| Plan::read(&repository(&format!("tests/data/cases/{name}.plan.json"))).unwrap();
    let untouched = document(&commune);
    let mut edited = document(&commune);
    edited.load_plan(&plan("nullpop")).unwrap();
    let mut scenarios = document(&villages);
    scenarios.load_plan(&plan("c58")).unwrap();
    scenarios.undo();
    scenarios.branch("第二");
    scenarios.set_setting("colours", "类型".to_owned());
    let with_ledgers = document(&commune).with_ledgers(&ledgers()).0;
    [untouched, edited, scenarios, with_ledgers].iter().map(slim).collect()
}

/// A list with a cell of every kind, and one that was drawn.
fn ledgers() -> [KeptLedger; 2] {
    let at = |x: f64| Coord { x, y: 31.0 };
    let cells = |cells: [Cell; 4]| cells.into();
    let kept = |parts: LedgerParts| KeptLedger {
        ledger: Arc::new(Ledger::from_parts(parts).unwrap()),
        accepted: Arc::new([("甲".to_owned(), "1".to_owned())].into()),
    };
    let list = LedgerParts {
        name: "schools".to_owned(),
        headers: ["编号", "学生数", "建成", "学生数"].map(str::to_owned).into(),
        key: Some(0),
        rows: vec![
            cells([
                Cell::text_of("甲"),
                Cell::Number("41".to_owned()),
                Cell::Date("2001-02-03".to_owned()),
                Cell::Error("#N/A".to_owned()),
            ]),
            cells([Cell::text_of("乙"), Cell::Empty, Cell::Empty, Cell::Number("0012".to_owned())]),
        ],
        numbers: vec![2, 3],
        ..LedgerParts::default()
    };
    let drawn = LedgerParts {
        name: "roads".to_owned(),
        headers: vec!["km".to_owned()],
        rows: vec![vec![Cell::Number("0.5".to_owned())], Vec::new()],
        numbers: vec![2, 3],
        drawn: vec![Drawn::Line(vec![vec![at(105.0), at(105.5)]]), Drawn::Point(at(105.25))],
        ..LedgerParts::default()
    };
    [kept(list), kept(drawn)]
}

fn document(bytes: &[u8]) -> Document {
    let layer = geojson::read_bytes("units.geojson", bytes, &Limits::default(), &Progress::new()).unwrap();
    let dataset = Dataset::assemble(vec![layer], &FieldOverrides::default(), &Progress::new()).unwrap();
    Document::new(Arc::new(dataset))
}

/// A project without what only other programs read.
fn slim(document: &Document) -> Bytes {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("seed.gpkg");
    project::write(&path, document, None, &Progress::new()).unwrap();
    let database = Connection::open(&path).unwrap();
    database.execute_batch("PRAGMA foreign_keys = OFF").unwrap();
    let others = "SELECT type, name FROM sqlite_master WHERE type IN ('view', 'trigger')
                  OR type = 'table' AND (name LIKE 'gpkg_%' OR name LIKE 'plan_%')";
    let others: Vec<(String, String)> = {
        let mut others = database.prepare(others).unwrap();
        let rows = others.query_map([], |row| Ok((row.get(0)?, row.get(1)?))).unwrap();
        rows.map(Result::unwrap).collect()
    };
    for (kind, name) in others {
        database.execute_batch(&format!("DROP {kind} {name}")).unwrap();
    }
    database.execute_batch("PRAGMA page_size = 512; VACUUM").unwrap();
    drop(database);
    fs::read(&path).unwrap()
}

/// Tables of the villages of `c48-chinese-fields.geojson` in every form.
pub fn tables() -> Vec<Bytes> {
    let rows: [&[&str]; 7] = [
        &["2020年村情况表"],
        &["区划代码", "村名", "乡镇", "户籍人口", "耕地（亩）"],
        &["519921101220.0", "", "", "#12", "1,000"],
        &["５１９９２１１０１２２１", "甲村民委员会", "", "#13", "-"],
        &["5.19921E+11", "乙村", "", "#14", "x"],
        &["合计", "", "", "#39", ""],
        &["519921101", "", "", "#7", "2"],
    ];
    let line = |row: &&[&str]| row.iter().map(|cell| cell.trim_start_matches('#')).collect::<Vec<_>>().join("\t");
    let text = rows.iter().map(line).collect::<Vec<_>>().join("\n");
    let (gbk, ..) = encoding_rs::GB18030.encode(&text);
    vec![
        text.clone().into_bytes(),
        gbk.into_owned(),
        text.replace('\t', ",").into_bytes(),
        tables_of::xlsx(&[("人口", &rows)]),
        tables_of::ods(&tables_of::ods_rows(&rows)),
        tables_of::xls(&tables_of::xls_rows(&rows)),
    ]
}

/// MBTiles and PMTiles, with pictures in all formats.
#[cfg(feature = "tiles")]
pub fn tiles() -> Vec<Bytes> {
    use image::ImageFormat;
    use pmtiles::TileType;
    use quhua::tiles::TileId;

    use crate::tiles_of::testing::{encoded, mbtiles, pmtiles};

    let formats =
        [(ImageFormat::Png, TileType::Png), (ImageFormat::Jpeg, TileType::Jpeg), (ImageFormat::WebP, TileType::Webp)];
    let written = |write: &dyn Fn(&std::path::Path)| {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("seed");
        write(&path);
        fs::read(&path).unwrap()
    };
    let mut all = Vec::new();
    for (format, kind) in formats {
        let world = [(TileId::new(0, 0, 0).unwrap(), encoded(4, [200, 100, 50, 128], format))];
        all.push(written(&|path| {
            mbtiles(path, &[("attribution", "<b>某局</b>")], &world);
            Connection::open(path).unwrap().execute_batch("PRAGMA page_size = 512; VACUUM").unwrap();
        }));
        all.push(written(&|path| pmtiles(path, kind, r#"{"attribution": "&copy; 某局"}"#, &world)));
    }
    let county = [(TileId::new(9, 405, 209).unwrap(), encoded(2, [1, 2, 3, 255], ImageFormat::Png))];
    all.push(written(&|path| {
        let said = [("bounds", "105,31,105.5,31.4"), ("minzoom", "9"), ("maxzoom", "12"), ("scheme", "tms")];
        mbtiles(path, &said, &county);
        Connection::open(path).unwrap().execute_batch("PRAGMA page_size = 512; VACUUM").unwrap();
    }));
    all
}

/// Where there is no corpus of a door yet it begins with these: `cargo test --test it seeds -- --ignored`.
#[test]
#[ignore = "writes into the repository"]
fn they_are_written_into_the_corpora() {
    let write = |name: &str, seeds: Vec<Bytes>| {
        let folder = repository("fuzz/corpus").join(name);
        fs::create_dir_all(&folder).unwrap();
        for (at, bytes) in seeds.iter().enumerate() {
            fs::write(folder.join(format!("seed-{at:02}")), bytes).unwrap();
        }
    };
    write("boundaries", boundaries());
    write("pack", packs());
    write("plan", plans());
    write("project", projects());
    write("table", tables());
    #[cfg(feature = "tiles")]
    write("tiles", tiles());
}
