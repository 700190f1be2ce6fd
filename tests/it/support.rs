//! What several tests need.

use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use geo::{Coord, LineString, MultiPolygon, Polygon, Winding as _};

/// A file of the repository.
pub fn repository(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join(name)
}

/// A file of the project's test data, which lies beside the repository and is not part of it.
/// Prints that the test is skipped when it is not there.
pub fn shared(name: &str) -> Option<PathBuf> {
    let folder = std::env::var_os("QUHUA_SHARED_DATA").map_or_else(|| repository("../shared/data"), PathBuf::from);
    let path = folder.join(name);
    if !path.exists() {
        eprintln!("skipped: {} is not there", path.display());
        return None;
    }
    Some(path)
}

/// Runs the program without a window. It speaks English, whatever the language of the machine.
pub fn quhua<A: AsRef<std::ffi::OsStr>>(args: impl IntoIterator<Item = A>) -> Output {
    quhua_in("C", args)
}

/// The same where the system has a locale.
pub fn quhua_in<A: AsRef<std::ffi::OsStr>>(locale: &str, args: impl IntoIterator<Item = A>) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_quhua-cli"));
    for other in ["LANGUAGE", "LC_ALL", "LC_MESSAGES"] {
        command.env_remove(other);
    }
    command.env("LANG", locale).args(args).output().unwrap()
}

/// Runs the program and expects an exit status; returns what it printed.
pub fn quhua_exits<A: AsRef<std::ffi::OsStr>>(status: i32, args: impl IntoIterator<Item = A>) -> (String, String) {
    let output = quhua(args);
    let [out, err] = [output.stdout, output.stderr].map(|text| String::from_utf8(text).unwrap());
    assert_eq!(output.status.code(), Some(status), "{err}");
    (out, err)
}

/// The same polygons in a form that can be compared: shells counter-clockwise, every ring from its least vertex,
/// holes and polygons sorted.
pub fn normal(polygons: &MultiPolygon) -> MultiPolygon {
    let ring = |ring: &LineString, shell: bool| {
        let mut ring = ring.clone();
        if shell {
            ring.make_ccw_winding();
        } else {
            ring.make_cw_winding();
        }
        let mut coords = ring.0;
        coords.pop();
        let least = (0..coords.len()).min_by(|&a, &b| order(&coords[a], &coords[b])).unwrap_or(0);
        coords.rotate_left(least);
        LineString(coords)
    };
    let mut polygons: Vec<Polygon> = polygons
        .iter()
        .map(|polygon| {
            let mut holes: Vec<_> = polygon.interiors().iter().map(|hole| ring(hole, false)).collect();
            holes.sort_by(|a, b| order(&a.0[0], &b.0[0]).then(a.0.len().cmp(&b.0.len())));
            Polygon::new(ring(polygon.exterior(), true), holes)
        })
        .collect();
    polygons.sort_by(|a, b| {
        order(&a.exterior().0[0], &b.exterior().0[0]).then(a.exterior().0.len().cmp(&b.exterior().0.len()))
    });
    MultiPolygon(polygons)
}

fn order(a: &Coord, b: &Coord) -> std::cmp::Ordering {
    a.x.total_cmp(&b.x).then(a.y.total_cmp(&b.y))
}
