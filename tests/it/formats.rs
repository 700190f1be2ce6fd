//! One door for layers: the same data in any format are the same data.

use std::fs;
use std::path::{Path, PathBuf};

use quhua::io::format::{self, FileKind};
use quhua::io::{LayerSource, Limits, layers, places};
use quhua::jobs::Progress;
use tempfile::TempDir;

use crate::layer_seeds;
use crate::seeds;
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
    assert_eq!([csv("a.csv"), csv("a.toml")], [FileKind::Table, FileKind::Rules]);
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
    let text = folder.write("a.txt", "code,name\n1,a\n");
    let (_, said) = quhua_exits(2, [Path::new("check"), &text]);
    assert!(said.starts_with("error: no file of boundaries (GeoJSON") && said.lines().count() == 1, "{said}");
    let table = folder.write("a.csv", "code,name\n1,a\n");
    let (_, said) = quhua_exits(2, [Path::new("check"), &table]);
    assert!(said.starts_with("error: this file has only a table") && said.lines().count() == 1, "{said}");
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
    let source = LayerSource { layer: Some("villages".to_owned()), ..LayerSource::from(villages.as_path()) };
    let layer = layers::read(&source, &Limits::default(), &Progress::new()).unwrap();
    assert_eq!((layer.name.as_str(), layer.path.as_deref()), ("villages.geojson", Some(&*villages)));
}

#[test]
fn what_lies_in_a_file_is_listed_and_each_layer_of_the_list_can_be_read() {
    let folder = Folder::new();
    let villages = repository("sample_data/sanhe/villages.geojson");
    let zip = folder.0.path().join("packed.zip");
    quhua_exits(0, [Path::new("convert"), &villages, Path::new("-o"), &zip]);
    let gpkg = folder.write("other.gpkg", seeds::geopackage());
    let several = folder.write("several.zip", seeds::archive());
    let packed = folder.write("packed.geojson.gz", gzip(sample("villages.geojson").as_bytes()));
    let count = sample("villages.geojson").matches(r#""type":"Feature""#).count();
    for (path, expected) in [
        (&villages, vec![("villages", true, None)]),
        (&packed, vec![("packed.geojson", true, None)]),
        (&zip, vec![("packed", true, Some(count))]),
        (&gpkg, vec![("村", true, Some(2))]),
        (&several, vec![("other", true, None), ("村", true, Some(4))]),
    ] {
        let listed = layers::contents(path, &Limits::default()).unwrap();
        let told: Vec<_> = listed.iter().map(|it| (it.name.as_str(), it.is_area, it.features)).collect();
        assert_eq!(told, expected, "{}", path.display());
        for entry in &listed {
            let source = LayerSource { layer: Some(entry.name.clone()), ..path.as_path().into() };
            let layer = layers::read(&source, &Limits::default(), &Progress::new()).unwrap();
            assert!(entry.features.is_none_or(|count| count >= layer.feature_count()), "{entry:?}");
        }
        let source = LayerSource { layer: Some("none".to_owned()), ..path.as_path().into() };
        let said = layers::read(&source, &Limits::default(), &Progress::new()).unwrap_err().to_string();
        assert!(listed.iter().all(|entry| said.contains(&entry.name)), "{said}");
    }
    let missing = layers::contents(Path::new("none.gpkg"), &Limits::default()).unwrap_err().to_string();
    assert!(missing.starts_with("no such file"), "{missing}");
}

#[test]
fn every_format_has_a_small_file_that_is_told_by_its_content_and_read() {
    let folder = Folder::new();
    for (ending, bytes) in layer_seeds::all() {
        // A table of text is told by its name.
        let names = if ending == "csv" { vec!["a.csv"] } else { vec!["a", "b.txt"] };
        for name in [vec![&*format!("a.{ending}")], names].concat() {
            let path = folder.write(name, &bytes);
            assert_eq!(format::kind_of(&path), FileKind::Layers, "{ending}");
            for entry in layers::contents(&path, &Limits::default()).unwrap() {
                let source = LayerSource { layer: Some(entry.name.clone()), ..path.as_path().into() };
                let layer = layers::read(&source, &Limits::default(), &Progress::new()).unwrap();
                assert!(layer.feature_count() > 0 || !entry.is_area, "{ending}: {entry:?}");
                assert!(entry.features.is_none_or(|count| count >= layer.feature_count()), "{ending}: {entry:?}");
                assert_eq!(layer.sha256, quhua::io::hash::sha256_of(&path).unwrap(), "{ending}");
            }
            let layer = layers::read(&path.as_path().into(), &Limits::default(), &Progress::new()).unwrap();
            assert!(layer.feature_count() > 1 && !layer.polygons.coords.is_empty(), "{ending}");
            let source = LayerSource { layer: Some("none".to_owned()), ..path.as_path().into() };
            let said = layers::read(&source, &Limits::default(), &Progress::new()).unwrap_err().to_string();
            assert!(said.starts_with("there is no layer \"none\""), "{ending}: {said}");
        }
        // Cut off anywhere it is an error or a layer, and packed it is what it was.
        let whole = folder.write(&format!("whole.{ending}"), &bytes);
        let layer = layers::read(&whole.as_path().into(), &Limits::default(), &Progress::new()).unwrap();
        for end in (0..bytes.len()).step_by(7) {
            let path = folder.write(&format!("cut.{ending}"), &bytes[..end]);
            let _ = layers::contents(&path, &Limits::default());
            let _ = layers::read(&path.into(), &Limits::default(), &Progress::new());
        }
        for at in (0..bytes.len()).step_by(11) {
            let mut changed = bytes.clone();
            changed[at] ^= 0x81;
            let path = folder.write(&format!("changed.{ending}"), &changed);
            let _ = layers::read(&path.into(), &Limits::default(), &Progress::new());
        }
        if !bytes.starts_with(b"PK") && ending != "csv" {
            let packed = folder.write("a.gz", gzip(&bytes));
            let packed = layers::read(&packed.into(), &Limits::default(), &Progress::new()).unwrap();
            assert_eq!(packed.polygons, layer.polygons, "{ending}");
        }
    }
}

/// The same features in every format that boundaries come in.
fn in_every_format(folder: &Folder, name: &str) -> Vec<PathBuf> {
    let plain = sample(&format!("{name}.geojson"));
    let features: Vec<&str> = plain
        .lines()
        .filter(|line| line.starts_with(r#"{"type":"Feature""#))
        .map(|line| line.trim_end_matches(','))
        .collect();
    assert!(features.len() > 10, "the sample has a feature a line");
    let lines = features.join("\n");
    let records: String =
        features.iter().flat_map(|feature| ["\u{1e}".to_owned(), feature.to_string(), "\n".to_owned()]).collect();
    let at = |format: &str, bytes: &[u8]| folder.write(&format!("{name}.{format}"), bytes);
    let (head, tail) = plain.as_bytes().split_at(plain.len() / 2);
    vec![
        at("geojson", plain.as_bytes()),
        at("ndjson", lines.as_bytes()),
        at("geojsons", records.as_bytes()),
        at("geojson.gz", &gzip(plain.as_bytes())),
        at("ndjson.gz", &gzip(lines.as_bytes())),
        at("geojsons.gz", &gzip(records.as_bytes())),
        // Archives behind each other are one, as of old.
        at("two.gz", &[gzip(head), gzip(tail)].concat()),
        // And the name says nothing.
        at("data", &gzip(lines.as_bytes())),
    ]
}

fn gzip(bytes: &[u8]) -> Vec<u8> {
    use std::io::Write as _;

    let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
    encoder.write_all(bytes).unwrap();
    encoder.finish().unwrap()
}

#[test]
fn the_same_data_in_any_format_are_the_same_dataset_and_leave_alike() {
    let folder = Folder::new();
    let (villages, townships) = (in_every_format(&folder, "villages"), in_every_format(&folder, "townships"));
    let read = |path: &PathBuf| layers::read(&path.as_path().into(), &Limits::default(), &Progress::new()).unwrap();
    let plain = read(&villages[0]);
    let expected = apply(&folder, &[&villages[0], &townships[0]]);
    for (villages, townships) in villages.iter().zip(&townships).skip(1) {
        let layer = read(villages);
        assert_eq!(layer.polygons, plain.polygons, "{}", villages.display());
        assert_eq!(layer.table.fields(), plain.table.fields());
        for feature in plain.table.features() {
            assert_eq!(layer.source.get(feature), plain.source.get(feature));
            for field in plain.table.field_indices() {
                assert_eq!(layer.table.raw(feature, field), plain.table.raw(feature, field));
            }
        }
        // It is the file as it lies there that a plan is made for.
        assert_eq!(layer.sha256, quhua::io::hash::sha256_of(villages).unwrap());
        assert_eq!(layer.bytes, villages.metadata().unwrap().len());
        assert!(apply(&folder, &[villages, townships]) == expected, "{}", villages.display());
    }
}

/// The boundaries that the example plan leads to.
fn apply(folder: &Folder, layers: &[&PathBuf]) -> Vec<u8> {
    let plan = repository("sample_data/sanhe/example.plan.json");
    let out = folder.0.path().join("out.geojson");
    let options = ["--allow-other-base", "--no-certificate", "--level", "township", "--plan"].map(PathBuf::from);
    let (command, to) = (PathBuf::from("apply"), PathBuf::from("-o"));
    let args = [&command].into_iter().chain(layers.iter().copied()).chain(&options);
    quhua_exits(0, args.chain([&plan, &to, &out]));
    fs::read(out).unwrap()
}

#[test]
fn archives_that_are_damaged_or_too_large_are_refused() {
    let folder = Folder::new();
    let limits = Limits { file_bytes: 16 << 20, ..Limits::default() };
    let said = |bytes: &[u8]| {
        let path = folder.write("a.geojson.gz", bytes);
        let error = layers::read(&path.as_path().into(), &limits, &Progress::new()).unwrap_err().to_string();
        assert!(error.ends_with("a.geojson.gz") && !error.contains('\n'), "{error}");
        let places = places::read(&[path.into()], &limits).unwrap_err().to_string();
        assert!(!places.contains('\n'), "{places}");
        error
    };
    let text = |spaces: usize| format!(r#"{{"type":"FeatureCollection","features":[{}]}}"#, " ".repeat(spaces));
    // 64 MiB in 64 KiB.
    assert!(said(&gzip(text(64 << 20).as_bytes())).starts_with("the file has more than 16777216 bytes"));
    let whole = gzip(sample("townships.geojson").as_bytes());
    for part in 1..4 {
        let cut = said(&whole[..whole.len() * part / 4]);
        assert!(cut.starts_with("the file ends in the middle of its data"), "{cut}");
    }
    let mut damaged = whole.clone();
    let end = damaged.len() - 6;
    damaged[end] ^= 1;
    assert!(said(&damaged).starts_with("the archive is damaged"));
    for other in [gzip(b"code,name\n1,a\n"), gzip(&whole), b"\x1f\x8b".to_vec()] {
        let foreign = said(&other);
        assert!(foreign.starts_with("no file of boundaries (") && foreign.contains("unpack it first"), "{foreign}");
    }
}

#[test]
fn packed_points_are_points() {
    let folder = Folder::new();
    let point =
        r#"{"type":"Feature","properties":{"name":"a"},"geometry":{"type":"Point","coordinates":[105.4,31.1]}}"#;
    let path = folder.write("schools.geojson.gz", gzip(format!("{point}\n{point}\n").as_bytes()));
    assert_eq!(format::kind_of(&path), FileKind::Places);
    assert_eq!(places::read(&[path.into()], &Limits::default()).unwrap().all().len(), 2);
}

#[test]
fn what_does_not_fit_is_said_in_one_line_in_both_languages() {
    use std::io::Write as _;
    let folder = tempfile::tempdir().unwrap();
    let write = |name: &str, bytes: &[u8]| {
        std::fs::write(folder.path().join(name), bytes).unwrap();
        folder.path().join(name).to_str().unwrap().to_owned()
    };
    let packed = |bytes: &[u8]| {
        let mut packer = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
        packer.write_all(bytes).unwrap();
        packer.finish().unwrap()
    };
    let villages = std::fs::read(repository("sample_data/sanhe/villages.geojson")).unwrap();
    let record = |name: &str| {
        format!(
            "{{\"type\":\"Feature\",\"properties\":{{\"code\":\"{name}\",\"name\":\"村\"}},\"geometry\":{{\"type\":\"Polygon\",\
             \"coordinates\":[[[105,31],[105.1,31],[105.1,31.1],[105,31]]]}}}}\n"
        )
    };
    let points = r#"{"type":"Feature","properties":{},"geometry":{"type":"Point","coordinates":[105.4,31.1]}}"#;
    let layer = write("v.geojson", &villages);
    let points = write("points.geojson", points.as_bytes());
    let empty = write("empty.geojson.gz", &packed(b""));
    let mut junk = packed(&villages);
    junk.extend_from_slice(b"junk behind the archive");
    let junk = write("junk.geojson.gz", &junk);
    let broken = record("2").replace("]]]}}", "]]");
    let broken = write("broken.geojsonl", (record("1") + &broken + &record("3")).as_bytes());
    let in_gbk = |text: &str| {
        text.replace('村', "#").into_bytes().split(|&b| b == b'#').collect::<Vec<_>>().join(&b"\xb4\xe5"[..])
    };
    let gbk = write("gbk.geojsonl", &in_gbk(&(record("1") + &record("2"))));
    let prose = write("prose.md", b"A pack begins so:\n\nformat = \"quhua-rules\"\n");
    let project = folder.path().join("p.gpkg").to_str().unwrap().to_owned();
    quhua_exits(0, ["convert", &layer, &points, "-o", &project]);
    let twice = ["--figure", "a = population", "--figure", "a = area"];
    let cases: Vec<(Vec<&str>, &str, &str)> = vec![
        (vec!["check", &points], "has only points and lines", "只有点和线"),
        (vec!["check", &layer, &project], "has its own boundaries; give it alone", "自带边界"),
        (vec!["check", &project, &project], "has its own boundaries; give it alone", "自带边界"),
        (vec!["check", &empty], "the archive is empty", "压缩包是空的"),
        (vec!["check", &junk], "something lies behind the end of the archive", "末尾之后还有别的内容"),
        (vec!["check", &broken], "the record in line 2 is not whole", "第 2 行的记录不完整"),
        (vec!["check", &gbk], "the text is not UTF-8 (perhaps GBK)", "可能是 GBK"),
        (vec!["check", &prose], "it does not start with {", "内容不以 { 开头"),
        ([&["metrics", &layer][..], &twice].concat(), "given twice with the name \"a\"", "两次使用名称“a”"),
    ];
    for (args, en, zh) in cases {
        for (lang, wanted) in [("en", en), ("zh", zh)] {
            let (out, said) = quhua_exits(2, args.iter().copied().chain(["--lang", lang]));
            assert!(said.contains(wanted) && said.lines().count() == 1 && out.is_empty(), "{args:?}: {said}");
        }
    }
    // An archive of several members is one.
    let two = write("two.geojsonl.gz", &[packed(record("1").as_bytes()), packed(record("2").as_bytes())].concat());
    let (out, _) = quhua_exits(0, ["metrics", &two, "--csv"]);
    assert_eq!(out.lines().count(), 3, "{out}");
    // Points that are given displace those of the project, and that is said.
    let (_, said) = quhua_exits(0, ["metrics", &project, &points, "--csv"]);
    assert_eq!(said, "note: points of the project (1) are replaced by those given here\n");
    let (_, said) = quhua_exits(0, ["metrics", &project, &points, "--csv", "--lang", "zh"]);
    assert_eq!(said, "提示：项目中原有的 1 个点由新给出的代替\n");
}

#[cfg(unix)]
#[test]
fn points_through_a_pipe_are_refused_in_one_line() {
    use std::io::Write as _;
    use std::process::{Command, Stdio};
    if !std::path::Path::new("/dev/stdin").exists() {
        eprintln!("skipped: there is no /dev/stdin");
        return;
    }
    let mut child = Command::new(env!("CARGO_BIN_EXE_quhua-cli"))
        .args(["check", "/dev/stdin", "--lang", "en"])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let point = br#"{"type":"Feature","properties":{},"geometry":{"type":"Point","coordinates":[105.4,31.1]}}"#;
    child.stdin.take().unwrap().write_all(point).unwrap();
    let output = child.wait_with_output().unwrap();
    let said = String::from_utf8(output.stderr).unwrap();
    assert_eq!(output.status.code(), Some(2));
    assert!(said.contains("cannot come through a pipe") && said.lines().count() == 1, "{said}");
}

#[test]
fn which_layer_of_a_file_is_read_and_which_are_not_is_told() {
    let folder = Folder::new();
    let [villages, out] = [repository("sample_data/sanhe/villages.geojson"), folder.0.path().join("all.gpkg")]
        .map(|path| path.display().to_string());
    let plan = folder.write("plan.json", r#"{"format":"quhua-plan","version":1,"base":[],"edits":[]}"#);
    let plan = plan.display().to_string();
    quhua_exits(0, ["convert", &villages, "--plan", &plan, "--format", "geopackage", "-o", &out]);
    let (checked, said) = quhua_exits(0, ["check", "--json", &out]);
    let checked: serde_json::Value = serde_json::from_str(&checked).unwrap();
    assert_eq!(checked["layers"][0]["layer"], "village");
    // All nest, and all are read.
    assert_eq!(checked["layers"][0].get("other_layers"), None);
    assert!(said.contains("are read as levels: county 1 → township"), "{said}");
    let (checked, _) = quhua_exits(0, ["check", "--json", &out, "--layer", "village"]);
    let checked: serde_json::Value = serde_json::from_str(&checked).unwrap();
    assert_eq!(checked["layers"][0]["other_layers"], serde_json::json!(["township", "county"]));
    let (text, _) = quhua_exits(0, ["check", &out, "--layer", "township"]);
    assert!(text.contains("layer \"township\" is read; also in the file: village, county"), "{text}");
}
