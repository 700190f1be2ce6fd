//! No command writes over what it reads, nor two outputs into one file.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

use clap::CommandFactory as _;
use quhua::cli::Cli;

use crate::support::{quhua, quhua_exits, shared};

const LAYER: &str = r#"{"type":"FeatureCollection","features":[
{"type":"Feature","properties":{"code":"306","name":"a","population":10},"geometry":{"type":"Polygon","coordinates":[[[105,31],[105.1,31],[105.1,31.1],[105,31.1],[105,31]]]}},
{"type":"Feature","properties":{"name":"b","code":"307","population":20},"geometry":{"type":"Polygon","coordinates":[[[105.1,31],[105.2,31],[105.2,31.1],[105.1,31.1],[105.1,31]]]}},
{"type":"Feature","properties":{"name":"c","code":"308","population":5},"geometry":{"type":"Polygon","coordinates":[[[105.2,31],[105.3,31],[105.3,31.1],[105.2,31.1],[105.2,31]]]}}
]}"#;
const PLAN: &str =
    r#"{"format":"quhua-plan","version":1,"name":"p","edits":[{"op":"rename","unit":"306","name":"x"}]}"#;
const PACK: &str = "format = \"quhua-rules\"\nversion = 1\nname = \"p\"\n";

/// A command that writes: its words, the files that it reads by the ids of their arguments, and its outputs by ids, with
/// how they are asked for and what their names end in.
struct Writes {
    command: &'static str,
    reads: &'static [(&'static str, &'static str)],
    outputs: &'static [(&'static str, &'static str, &'static str)],
    further: &'static [&'static str],
}

/// All commands that write files.
const ALL: &[Writes] = &[
    Writes {
        command: "apply",
        reads: &[("layers", ""), ("plan", "--plan")],
        outputs: &[("output", "-o", "geojson"), ("crosswalk", "--crosswalk", "csv"), ("summary", "--summary", "json")],
        further: &[],
    },
    Writes {
        command: "compare",
        reads: &[("layers", ""), ("plan", "--plan")],
        outputs: &[("output", "-o", "json"), ("crosswalk", "--crosswalk", "xlsx")],
        further: &[],
    },
    Writes {
        command: "ensemble",
        reads: &[("layers", ""), ("plan", "--plan"), ("rules", "--rules")],
        outputs: &[("output", "-o", "txt")],
        further: &[],
    },
    Writes {
        command: "render",
        reads: &[("layers", ""), ("plan", "--plan")],
        outputs: &[("output", "-o", "svg")],
        further: &[],
    },
    Writes {
        command: "page",
        reads: &[("layers", ""), ("plan", "--plan")],
        outputs: &[("output", "-o", "html")],
        further: &[],
    },
    Writes {
        command: "suggest",
        reads: &[("layers", ""), ("plan", "--plan"), ("rules", "--rules")],
        outputs: &[("output", "-o", "json")],
        further: &["--to", "2"],
    },
    Writes { command: "convert", reads: &[("layers", "")], outputs: &[("output", "-o", "geojson")], further: &[] },
    Writes { command: "convert", reads: &[("layers", "")], outputs: &[("output", "-o", "gpkg")], further: &[] },
    Writes { command: "convert", reads: &[("layers", "")], outputs: &[("output", "-o", "shp")], further: &[] },
    Writes {
        command: "convert",
        reads: &[("layers", ""), ("plan", "--plan")],
        outputs: &[("output", "-o", "gpkg")],
        further: &[],
    },
    Writes {
        command: "convert",
        reads: &[("layers", ""), ("plan", "--plan")],
        outputs: &[("output", "-o", "topojson")],
        further: &[],
    },
    Writes {
        command: "apply",
        reads: &[("layers", ""), ("plan", "--plan")],
        outputs: &[("output", "-o", "zip"), ("crosswalk", "--crosswalk", "csv")],
        further: &[],
    },
    Writes {
        command: "repair",
        reads: &[("layers", "")],
        outputs: &[("output", "-o", "geojson"), ("log", "--log", "json")],
        further: &[],
    },
    Writes {
        command: "plan merge",
        reads: &[("plan_a", ""), ("plan_b", ""), ("layers", "--on"), ("ancestor", "--ancestor")],
        outputs: &[("output", "-o", "json")],
        further: &[],
    },
    Writes {
        command: "plan rebase",
        reads: &[("plan", ""), ("layers", "")],
        outputs: &[("output", "-o", "json")],
        further: &[],
    },
    Writes { command: "plan take", reads: &[("plan", "")], outputs: &[("output", "-o", "json")], further: &[] },
];

/// Arguments that name files to read.
const READS: [&str; 6] = ["layers", "plan", "plan_a", "plan_b", "ancestor", "rules"];

struct Folder(tempfile::TempDir);

impl Folder {
    fn new() -> Self {
        Self(tempfile::tempdir().unwrap())
    }

    fn at(&self, name: &str) -> PathBuf {
        self.0.path().join(name)
    }

    fn text(&self, name: &str) -> String {
        self.at(name).to_str().unwrap().to_owned()
    }

    /// Names and bytes of all files.
    fn files(&self) -> BTreeSet<(PathBuf, Vec<u8>)> {
        let all = fs::read_dir(self.0.path()).unwrap().map(|entry| entry.unwrap().path());
        all.filter(|path| path.is_file()).map(|path| (path.clone(), fs::read(path).unwrap())).collect()
    }

    /// The file that an argument names, made where it is not there; and how it is named.
    fn input(&self, id: &str) -> (PathBuf, String) {
        let (name, text) = match id {
            "layers" => ("in.geojson", LAYER),
            "rules" => ("in.toml", PACK),
            "plan_b" => ("b.plan.json", PLAN),
            "ancestor" => ("ancestor.plan.json", PLAN),
            _ => ("a.plan.json", PLAN),
        };
        fs::write(self.at(name), text).unwrap();
        (self.at(name), self.text(name))
    }

    /// Runs a command with its inputs, and outputs where `at` says; each is new without that.
    fn run(&self, of: &Writes, at: &[(&str, String)]) -> (i32, String) {
        let mut args: Vec<String> = of.command.split(' ').map(str::to_owned).collect();
        for (id, flag) in of.reads {
            args.extend((!flag.is_empty()).then(|| (*flag).to_owned()));
            args.push(self.input(id).1);
        }
        for (id, flag, ending) in of.outputs {
            let place = at.iter().find(|(output, _)| output == id).map(|(_, place)| place.clone());
            args.extend([(*flag).to_owned(), place.unwrap_or_else(|| self.text(&format!("new-{id}.{ending}")))]);
        }
        args.extend(of.further.iter().map(|&word| word.to_owned()));
        let output = quhua(&args);
        (output.status.code().unwrap(), String::from_utf8(output.stderr).unwrap())
    }
}

#[test]
fn every_command_that_writes_files_is_in_the_table() {
    let mut found = BTreeSet::new();
    let mut known = BTreeSet::new();
    let root = Cli::command();
    let commands = root.get_subcommands().flat_map(|command| {
        let name = command.get_name().to_owned();
        let inner =
            command.get_subcommands().map(|inner| (format!("{} {}", command.get_name(), inner.get_name()), inner));
        std::iter::once((name, command)).chain(inner.collect::<Vec<_>>())
    });
    for (name, command) in commands {
        let writes = |arg: &&clap::Arg| {
            arg.get_value_names().is_some_and(|names| names.iter().any(|name| name.starts_with("OUT")))
        };
        let outputs: Vec<_> = command.get_arguments().filter(writes).map(|arg| arg.get_id().to_string()).collect();
        if outputs.is_empty() {
            continue;
        }
        let reads = command.get_arguments().map(|arg| arg.get_id().to_string()).filter(|id| READS.contains(&&**id));
        found.extend(outputs.into_iter().chain(reads).map(|id| (name.clone(), id)));
        for row in ALL.iter().filter(|row| row.command == name) {
            let ids = row.outputs.iter().map(|(id, ..)| id).chain(row.reads.iter().map(|(id, _)| id));
            known.extend(ids.map(|id| (name.clone(), (*id).to_owned())));
        }
    }
    assert_eq!(found, known);
}

#[test]
fn no_command_writes_over_what_it_reads() {
    for row in ALL.iter().filter(|row| Cli::command().find_subcommand(row.command.split(' ').next().unwrap()).is_some())
    {
        for (output, _, ending) in row.outputs {
            for (input, _) in row.reads {
                let folder = Folder::new();
                let said_of = |id: &str, place: String| {
                    let (status, said) = folder.run(row, &[(id, place)]);
                    assert_eq!((status, said.lines().count()), (2, 1), "{} {id} {input}: {said}", row.command);
                    said
                };
                for (id, _) in row.reads {
                    folder.input(id);
                }
                // By a second name, which ends as it should.
                let (path, name) = folder.input(input);
                let second = folder.text(&format!("second.{ending}"));
                fs::hard_link(&path, &second).unwrap();
                let before = folder.files();
                let said = said_of(output, second);
                assert!(said.contains("which is read by the same command"), "{} {output} {input}: {said}", row.command);
                // By its own name, and by a detour.
                said_of(output, name);
                fs::create_dir(folder.at("sub")).unwrap();
                said_of(output, folder.text(&format!("sub/../{}", path.file_name().unwrap().to_str().unwrap())));
                assert_eq!(folder.files(), before, "{} {output} {input}", row.command);
            }
        }
    }
}

#[test]
fn no_command_writes_two_outputs_into_one_file_nor_a_format_under_the_ending_of_another() {
    for row in ALL.iter().filter(|row| Cli::command().find_subcommand(row.command.split(' ').next().unwrap()).is_some())
    {
        let folder = Folder::new();
        for (id, _) in row.reads {
            folder.input(id);
        }
        let before = folder.files();
        for (a, ..) in row.outputs {
            for (b, ..) in row.outputs.iter().filter(|(b, ..)| a != b) {
                let (status, said) = folder.run(row, &[(a, folder.text("one")), (b, folder.text("./one"))]);
                assert_eq!((status, said.lines().count()), (2, 1), "{} {a} {b}: {said}", row.command);
                assert!(said.contains("to which another output goes"), "{} {a} {b}: {said}", row.command);
            }
            let (status, said) = folder.run(row, &[(a, folder.text("x.mbtiles"))]);
            assert_eq!((status, said.lines().count()), (2, 1), "{} {a}: {said}", row.command);
        }
        assert_eq!(folder.files(), before, "{}", row.command);
    }
}

#[test]
fn boundaries_do_not_go_out_as_what_they_cannot_be_and_their_certificate_is_an_output_too() {
    let folder = Folder::new();
    let row = &ALL[0];
    let (status, said) = folder.run(row, &[("output", folder.text("x.pdf"))]);
    assert!(status == 2 && said.contains("cannot write .pdf files; use .gpkg, .geojson, "), "{said}");
    let places = [("output", folder.text("x.geojson")), ("summary", folder.text("x.certificate.json"))];
    let (status, said) = folder.run(row, &places);
    assert!(status == 2 && said.contains("to which another output goes"), "{said}");
    let (status, said) = folder.run(row, &[]);
    assert_eq!((status, &*said), (0, ""));
}

#[test]
fn a_failed_output_leaves_neither_boundaries_nor_certificate() {
    let folder = Folder::new();
    // The certificate has nowhere to go.
    fs::create_dir_all(folder.at("new-output.certificate.html/in the way")).unwrap();
    let (status, said) = folder.run(&ALL[0], &[]);
    assert_eq!((status, said.lines().count()), (2, 1), "{said}");
    for name in ["new-output.geojson", "new-output.certificate.json", "new-crosswalk.csv", "new-summary.json"] {
        assert!(!folder.at(name).exists(), "{name}");
    }
}

#[test]
fn inputs_that_were_lost_once_stay() {
    let (Some(layer), Some(plan)) = (shared("cases/c36.geojson"), shared("cases/c60.plan.json")) else { return };
    let folder = Folder::new();
    let [layer, plan] = [(layer, "c36.geojson"), (plan, "c60.plan.json")].map(|(from, name)| {
        fs::copy(from, folder.at(name)).unwrap();
        folder.text(name)
    });
    let before = folder.files();
    let one = folder.text("one.json");
    for outputs in [vec!["-o", &layer], vec!["-o", &plan], vec!["-o", &one, "--summary", &one]] {
        quhua_exits(2, [vec!["apply", &layer, "--plan", &plan], outputs].concat());
        assert_eq!(folder.files(), before);
    }
}

#[test]
fn a_spike_of_a_neighbour_does_not_fail_the_certificate() {
    let (Some(layer), Some(plan)) = (shared("cases/spike.geojson"), shared("cases/spike.plan.json")) else { return };
    let folder = Folder::new();
    let args = ["apply", layer.to_str().unwrap(), "--plan", plan.to_str().unwrap(), "-o"];
    quhua_exits(0, args.into_iter().chain([&*folder.text("out.geojson")]));
    let certificate = fs::read_to_string(folder.at("out.certificate.json")).unwrap();
    assert!(certificate.contains("\"passed\": true,"), "{certificate}");
    assert!(Path::new(&folder.text("out.certificate.html")).exists());
}
