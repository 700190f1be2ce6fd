//! One door for layers: the same data in any format are the same data.

use std::fs;
use std::path::{Path, PathBuf};

use quhua::io::format::{self, FileKind};
use quhua::io::{LayerSource, Limits, layers, places};
use quhua::jobs::Progress;
use tempfile::TempDir;

use crate::support::{quhua_exits, repository};

/// A folder with files of the sample county in it.
struct Folder(TempDir);

impl Folder {
    fn new() -> Self {
        Self(tempfile::tempdir().unwrap())
    }

    fn write(&self, name: &str, bytes: impl AsRef<[u8]>) -> PathBuf {
        let path = self.0.path().join(name);
        fs::write(&path, bytes).unwrap();
        path
    }
}

fn sample(name: &str) -> String {
    fs::read_to_string(repository("sample_data/sanhe").join(name)).unwrap()
}

#[test]
fn a_file_is_what_it_holds_whatever_it_is_called() {
    let folder = Folder::new();
    let point = r#"{"type":"Feature","properties":{},"geometry":{"type":"Point","coordinates":[105.4,31.1]}}"#;
    let plan = sample("example.plan.json");
    let edits_first = format!(r#"{{"edits":[{}],"format":"quhua-plan","version":1}}"#, "{},".repeat(50_000));
    let rules = fs::read(repository("assets/rules/structure.toml")).unwrap();
    for (bytes, kind) in [
        (sample("villages.geojson").into_bytes(), FileKind::Layers),
        (point.as_bytes().to_vec(), FileKind::Places),
        (plan.into_bytes(), FileKind::Plan),
        (edits_first.into_bytes(), FileKind::Plan),
        (rules, FileKind::Rules),
        (b"PMTiles\x03".to_vec(), FileKind::Tiles),
    ] {
        for name in ["a.geojson", "a.toml", "a"] {
            let path = folder.write(name, &bytes);
            assert_eq!(
                format::kind_of(&path),
                kind,
                "{name}: {}",
                String::from_utf8_lossy(&bytes[..20.min(bytes.len())])
            );
        }
    }
    let project = folder.0.path().join("a.json");
    let villages = repository("sample_data/sanhe/villages.geojson");
    let gpkg = folder.0.path().join("a.gpkg");
    quhua_exits(0, [Path::new("convert"), &villages, Path::new("-o"), &gpkg]);
    fs::rename(&gpkg, &project).unwrap();
    assert_eq!(format::kind_of(&project), FileKind::Project);
    // Where the content tells nothing the ending decides, and the reader says the rest.
    let csv = |name| format::kind_of(&folder.write(name, "code,name"));
    assert_eq!([csv("a.csv"), csv("a.toml")], [FileKind::Layers, FileKind::Rules]);
    for (name, kind) in [
        ("none.gpkg", FileKind::Project),
        ("none.plan.json", FileKind::Plan),
        ("none.json", FileKind::Layers),
        ("none.PMTiles", FileKind::Tiles),
        ("none.shp", FileKind::Layers),
        ("none", FileKind::Layers),
    ] {
        assert_eq!(format::kind_of(Path::new(name)), kind, "{name}");
    }
}

#[test]
fn what_is_no_file_of_boundaries_is_said_with_the_formats_that_are() {
    let folder = Folder::new();
    let csv = folder.write("a.csv", "code,name\n1,a\n");
    let (_, said) = quhua_exits(2, [Path::new("check"), &csv]);
    assert!(said.starts_with("error: no file of boundaries (GeoJSON") && said.lines().count() == 1, "{said}");
    let plan = folder.write("b.json", sample("example.plan.json"));
    let (_, said) = quhua_exits(2, [Path::new("check"), &plan]);
    assert!(said.starts_with("error: this is a file of the format Quhua plan") && said.lines().count() == 1, "{said}");
    let (help, _) = quhua_exits(0, ["--help"]);
    assert!(help.contains("Boundaries are read from GeoJSON"), "{help}");
}

#[test]
fn points_and_lines_go_with_boundaries_into_a_project_and_from_it_into_another() {
    let folder = Folder::new();
    let school = folder.write(
        "schools.geojson",
        r#"{"type":"FeatureCollection","features":[{"type":"Feature","properties":{"name":"中心小学","kind":"小学"},"geometry":{"type":"Point","coordinates":[105.4,31.1]}}]}"#,
    );
    let road = folder.write(
        "roads.geojson",
        r#"{"type":"Feature","properties":{"name":"老路"},"geometry":{"type":"LineString","coordinates":[[105.4,31.1],[105.5,31.2]]}}"#,
    );
    let villages = repository("sample_data/sanhe/villages.geojson");
    let [first, second] = ["first.gpkg", "second.gpkg"].map(|name| folder.0.path().join(name));
    quhua_exits(0, [Path::new("convert"), &school, &villages, &road, Path::new("-o"), &first]);
    quhua_exits(0, [Path::new("convert"), &first, Path::new("-o"), &second]);
    let given = places::read(&[school.clone().into(), road.into()], &Limits::default()).unwrap();
    for project in [&first, &second] {
        let contents = quhua::io::project::read(project, &Limits::default(), &Progress::new()).unwrap();
        assert_eq!(*contents.plans.places, given);
        assert_eq!(contents.layers.len(), 1, "they are no layers of boundaries");
    }
    // Other commands take the boundaries, and leave the points where they are.
    let (alone, _) = quhua_exits(0, [Path::new("metrics"), &villages, Path::new("--csv")]);
    let (beside, _) = quhua_exits(0, [Path::new("metrics"), &villages, &school, Path::new("--csv")]);
    assert_eq!(alone, beside);
}

#[test]
fn a_layer_is_read_through_a_pipe() {
    // Only Unix has files that can be read once.
    let fifo = Path::new("/dev/stdin");
    if !fifo.exists() {
        return;
    }
    let program = env!("CARGO_BIN_EXE_quhua-cli");
    let townships = repository("sample_data/sanhe/townships.geojson");
    let input = fs::File::open(repository("sample_data/sanhe/villages.geojson")).unwrap();
    let mut command = std::process::Command::new("sh");
    command.arg("-c").arg(r#"cat | "$0" metrics "$1" --csv /dev/stdin"#).arg(program).arg(townships).stdin(input);
    let output = command.output().unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
}

#[test]
fn sources_name_layers_that_are_read_through_one_door() {
    let villages = repository("sample_data/sanhe/villages.geojson");
    assert_eq!(layers::names(&villages).unwrap(), ["villages"]);
    let source = LayerSource { layer: Some("villages".to_owned()), ..LayerSource::from(villages.as_path()) };
    let layer = layers::read(&source, &Limits::default(), &Progress::new()).unwrap();
    assert_eq!((layer.name.as_str(), layer.path.as_deref()), ("villages.geojson", Some(&*villages)));
}
