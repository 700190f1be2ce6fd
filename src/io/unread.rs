//! Formats that boundaries come in and that are not read: what they are, and what to do with them.
//!
//! They are told by what stands in them, and by their name only where that says nothing.

use std::fs::File;
use std::io::BufReader;
use std::path::Path;

use zip::ZipArchive;

use super::input::Head;
use crate::i18n::Say;

/// A format that is not read.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Unread {
    /// A folder of tables, or the same packed.
    #[error(
        "this is a File Geodatabase, which is not read; in QGIS or ArcGIS export its layers as GeoPackage, or: ogr2ogr out.gpkg IN.gdb"
    )]
    FileGeodatabase,
    /// `.tab`, `.mif` and what belongs to them.
    #[error(
        "this is a MapInfo file, which is not read; in QGIS or MapInfo export it as GeoPackage, or: ogr2ogr out.gpkg IN.tab"
    )]
    MapInfo,
    /// Drawings.
    #[error(
        "this is a CAD drawing, which has lines but no units; make areas of it in a GIS, and export them as GeoPackage"
    )]
    Cad,
    /// A shapefile without its geometry.
    #[error(
        "this is a part of a shapefile, but there is no .shp of this name beside it; put all its files into one folder"
    )]
    ShapefilePart,
}

impl Say for Unread {
    fn zh(&self) -> String {
        let what = match self {
            Self::FileGeodatabase => {
                "这是 File Geodatabase（.gdb），不能直接读取，请在 QGIS 或 ArcGIS 中将图层导出为 GeoPackage，或用 ogr2ogr out.gpkg IN.gdb 转换"
            }
            Self::MapInfo => {
                "这是 MapInfo 文件，不能直接读取，请在 QGIS 或 MapInfo 中导出为 GeoPackage，或用 ogr2ogr out.gpkg IN.tab 转换"
            }
            Self::Cad => "这是 CAD 图形，只有线而没有单位，请在 GIS 中构面后导出为 GeoPackage",
            Self::ShapefilePart => "这是 shapefile 的一部分，旁边没有同名的 .shp，请将其全部文件放在同一文件夹",
        };
        what.to_owned()
    }
}

/// Whether a file ends so.
fn ends(path: &Path, endings: &[&str]) -> bool {
    path.extension().is_some_and(|it| endings.iter().any(|ending| it.eq_ignore_ascii_case(ending)))
}

/// A part of a shapefile that stands alone. Its index begins as its geometry does.
pub(super) fn lone_part(head: &Head<'_>) -> Option<Unread> {
    let is_index = ends(head.path, &["shx"]) && head.bytes.starts_with(&[0, 0, 0x27, 0x0a]);
    let is_table = ends(head.path, &["dbf"]) && head.bytes.first().is_some_and(|byte| matches!(byte & 7, 3..=5));
    (is_index || is_table).then_some(Unread::ShapefilePart)
}

/// What a file with this beginning is, where it is one of these.
pub(super) fn of(head: &Head<'_>) -> Option<Unread> {
    let text = String::from_utf8_lossy(&head.text()[..head.text().len().min(4096)]).into_owned();
    let lines: Vec<&str> = text.lines().map(str::trim).filter(|line| !line.is_empty()).take(8).collect();
    let begins = |line: usize, word: &str| {
        lines.get(line).and_then(|line| line.get(..word.len())).is_some_and(|it| it.eq_ignore_ascii_case(word))
    };
    let is_exchange = begins(0, "version ") && (1..8).any(|line| begins(line, "charset") || begins(line, "columns "));
    if begins(0, "!table") || is_exchange {
        Some(Unread::MapInfo)
    } else if head.bytes.starts_with(b"AutoCAD Binary DXF")
        || head.bytes.starts_with(b"AC10")
        || lines.first() == Some(&"0") && begins(1, "section")
        || lines.first() == Some(&"999") && lines.contains(&"SECTION")
    {
        Some(Unread::Cad)
    } else if head.bytes.starts_with(b"PK\x03\x04") {
        packed(head.path)
    } else {
        // Tables of a geodatabase, when one of them is named instead of the folder.
        ends(head.path, &["gdbtable", "gdbtablx", "gdbindexes"]).then_some(Unread::FileGeodatabase)
    }
}

/// What lies in an archive without a layer.
fn packed(path: &Path) -> Option<Unread> {
    if !path.is_file() {
        return None;
    }
    let archive = ZipArchive::new(BufReader::new(File::open(path).ok()?)).ok()?;
    archive.file_names().flatten().find_map(|name| {
        let name = Path::new(&*name);
        let kinds: [(&[&str], Unread); 3] = [
            (&["gdbtable"], Unread::FileGeodatabase),
            (&["tab", "mif"], Unread::MapInfo),
            (&["dxf", "dwg"], Unread::Cad),
        ];
        kinds.into_iter().find(|(endings, _)| ends(name, endings)).map(|(_, kind)| kind)
    })
}

/// A folder that is a file to whoever made it.
pub(super) fn folder(path: &Path) -> Option<Unread> {
    let is_it = path.is_dir() && (ends(path, &["gdb"]) || path.join("a00000001.gdbtable").is_file());
    is_it.then_some(Unread::FileGeodatabase)
}

#[cfg(test)]
mod tests {
    use std::io::Write as _;

    use crate::io::{Limits, layers};
    use crate::jobs::Progress;

    #[test]
    fn what_is_not_read_is_called_by_its_name() {
        let folder = tempfile::tempdir().unwrap();
        let path = |name: &str| folder.path().join(name);
        let said = |name: &str| {
            let limits = Limits::default();
            let error = layers::read(&path(name).into(), &limits, &Progress::new()).unwrap_err().to_string();
            assert!(layers::contents(&path(name), &limits).is_err() && !error.contains('\n'));
            error
        };
        std::fs::create_dir(path("a.gdb")).unwrap();
        let mut zip = zip::ZipWriter::new(std::io::Cursor::new(Vec::new()));
        zip.start_file("x.gdb/a00000001.gdbtable", zip::write::SimpleFileOptions::default()).unwrap();
        zip.write_all(b"x").unwrap();
        let zip = zip.finish().unwrap().into_inner();
        for (name, bytes, word) in [
            ("a.gdb", &b""[..], "File Geodatabase"),
            ("a.zip", &zip, "File Geodatabase"),
            ("a.tab", b"!table\n!version 300\n", "MapInfo"),
            ("a.mif", b"Version   300\nCharset \"WindowsSimpChinese\"\n", "MapInfo"),
            ("a.dxf", b"  0\r\nSECTION\r\n  2\r\nHEADER\r\n", "CAD"),
            ("a.dwg", b"AC1027\0\0", "CAD"),
            ("a.shx", b"\0\0\x27\x0a\0\0\0\0", "part of a shapefile"),
            ("a.dbf", b"\x03\x7a\x01\x01\0\0\0\0", "part of a shapefile"),
        ] {
            if name != "a.gdb" {
                std::fs::write(path(name), bytes).unwrap();
            }
            let error = said(name);
            assert!(error.starts_with("this is a") && error.contains(word), "{name}: {error}");
        }
        std::fs::write(path("c.txt"), "version control\ntext\n").unwrap();
        assert!(said("c.txt").starts_with("no file of boundaries"));
    }
}
