//! What can be written into a file of its own: one row an export.
//!
//! A row says how an export is called, by which keys, what its files end in, what it needs, and what makes it. Menus,
//! palette, file dialogs and the dispatcher read it from here.
//!
//! To add an export: what makes it, in the engine; its name in `i18n/text.rs`; a row here.

use std::io;
use std::path::Path;
use std::sync::Arc;

use compact_str::CompactString;
use eframe::egui::{Key, KeyboardShortcut, Modifiers};
use egui_material_icons::MaterialIcon;
use egui_material_icons::icons as icon;

use super::action::{Action, ActionInfo, Group};
use super::map_file::{Drawing, Format};
use crate::ui::words;
use quhua::coverage::Suspects;
use quhua::edit::crosswalk;
use quhua::geodesy::AreaMethod;
use quhua::i18n::{Lang, Text};
use quhua::io::atomic::write_file;
use quhua::io::{Outputs, WriteError, outgoing};
use quhua::jobs::Progress;
use quhua::model::{Dataset, LevelIndex, State};
use quhua::report::certificate::{Destination, Verdict};
use quhua::report::ledger_book::LedgerBook;
use quhua::report::seats;
use quhua::report::table::{self, Sheet};
use quhua::study::{Exporting, Study};

/// What the window has to lay by before an export can be made beside it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Needs {
    /// The study alone.
    Study,
    /// The table of units as it is shown.
    Table,
    /// Units beside rules.
    Matrix,
    /// The map as it is looked at.
    Drawing,
}

/// What can be written.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum ExportKind {
    /// The boundaries, with the certificate beside them.
    Boundaries,
    /// Old and new units.
    Crosswalk,
    /// The table of units as it is shown.
    Table,
    /// A ledger as the plan leaves it.
    Ledger,
    /// Units beside rules.
    Matrix,
    /// Seats as points.
    Seats,
    /// The map on paper.
    Map,
    /// The page for readers.
    Page,
}

impl ExportKind {
    /// All of them, in the order of menus.
    pub const ALL: [Self; 8] = [
        Self::Boundaries,
        Self::Crosswalk,
        Self::Table,
        Self::Ledger,
        Self::Matrix,
        Self::Seats,
        Self::Map,
        Self::Page,
    ];
}

/// What is known of an export.
#[derive(Clone, Copy)]
pub struct Row {
    /// Identifier for files and tests.
    pub id: &'static str,
    /// What it is called in menus and in the palette.
    pub text: Text,
    /// Keys that ask for it.
    pub shortcut: Option<KeyboardShortcut>,
    /// Its icon.
    pub icon: MaterialIcon,
    /// What it is good for, in a sentence.
    pub hint: [&'static str; 2],
    /// What its files are called, and what they end in; the first ending is proposed.
    pub formats: Formats,
    /// What it needs.
    pub needs: Needs,
    /// Name of its file, without the ending.
    pub name: fn(&Study, Lang, LevelIndex) -> String,
    /// Makes it.
    pub make: fn(&Material, &Path, &Progress) -> Result<Verdict, WriteError>,
}

/// What boundaries are written as.
#[derive(Clone, Debug, PartialEq)]
pub struct Out {
    /// The format.
    pub format: &'static outgoing::Format,
    /// What is wished beside it.
    pub wishes: outgoing::Wishes,
    /// Whether all levels are written, where the format has room for them, and not the one that is looked at.
    pub all_levels: bool,
}

/// Everything that exports are made of, to be taken to another thread.
pub struct Material {
    /// What is open, and so must not be replaced.
    pub outputs: Outputs,
    /// Language of what is written for people.
    pub lang: Lang,
    /// How areas are computed.
    pub area_method: AreaMethod,
    /// Level of the units.
    pub level: LevelIndex,
    /// What the units are upon.
    pub dataset: Arc<Dataset>,
    /// The units before, where they are not those that were loaded: while scenarios are compared.
    pub before: Option<Arc<State>>,
    /// The units afterwards.
    pub state: Arc<State>,
    /// The boundaries.
    pub boundaries: Exporting,
    /// What they are written as.
    pub out: Out,
    /// The table that is written, if one is needed.
    pub sheet: Option<Sheet>,
    /// The ledger that is shown, by its name.
    pub ledger: Option<CompactString>,
    /// The map as it is looked at, if it is needed.
    pub drawing: Option<Drawing>,
}

/// What is known of an export.
#[must_use]
#[expect(clippy::too_many_lines, reason = "a table with a row for each export")]
pub const fn row(kind: ExportKind) -> Row {
    match kind {
        ExportKind::Boundaries => Row {
            id: "export-geojson",
            text: Text::ExportBoundaries,
            shortcut: Some(KeyboardShortcut::new(Modifiers::COMMAND, Key::E)),
            icon: icon::ICON_FILE_EXPORT,
            hint: [
                "把新边界写成 GeoJSON（旁边附边界核验单）、GeoPackage、Shapefile 等格式，可选坐标系",
                "The new boundaries as GeoJSON (with a certificate beside them), GeoPackage, shapefile and others, in any coordinate system",
            ],
            formats: &[(Text::FileKindGeojson, &["geojson"])],
            needs: Needs::Study,
            name: |study, lang, level| format!("{}-{}", study.title(lang), level_name(study, lang, level)),
            make: |material, path, progress| {
                let Out { format, wishes, all_levels } = &material.out;
                if format.is_text(wishes) {
                    let to = Destination::ask(&mut material.outputs.clone(), path, true)?;
                    return material.boundaries.write(&to, progress);
                }
                let outputs = &mut material.outputs.clone();
                let to = outgoing::Destination::ask(outputs, path, format, wishes.clone())?;
                let all = *all_levels && format.has_levels;
                let levels = if all { material.boundaries.levels() } else { vec![material.level] };
                let given_up = |given_up| WriteError::from_io(path, io::Error::other(given_up));
                let layers = material.boundaries.layers(&levels, material.lang, progress).map_err(given_up)?;
                // What the format cannot hold was shown before.
                to.write(layers, drop)?;
                Ok(Verdict::None)
            },
        },
        ExportKind::Crosswalk => Row {
            id: "export-crosswalk",
            text: Text::ExportCrosswalk,
            shortcut: Some(KeyboardShortcut::new(Modifiers::COMMAND.plus(Modifiers::SHIFT), Key::E)),
            icon: icon::ICON_DOWNLOAD,
            hint: [
                "新旧单元逐一对应的表，含面积和人口占比",
                "A table that matches every old unit with its new one, with shares of area and people",
            ],
            formats: TABLES,
            needs: Needs::Study,
            name: |study, lang, _| format!("{}-{}", study.title(lang), lang.pick("对照表", "crosswalk")),
            make: |material, path, _| {
                let before = material.before.as_deref().unwrap_or(&material.dataset.base);
                let rows = crosswalk::rows(&material.dataset, before, &material.state, material.area_method);
                write(material, path, TABLES, |out| {
                    if is_csv(path) {
                        return crosswalk::write_csv(&rows, out);
                    }
                    table::crosswalk(&rows, Some(material.lang)).write_xlsx(out)
                })
            },
        },
        ExportKind::Table => Row {
            id: "export-table",
            text: Text::ExportTable,
            shortcut: None,
            icon: icon::ICON_DOWNLOAD,
            hint: [
                "当前级别的单元表，按现在的列、筛选和排序写出",
                "The table of this level with the columns, filters and order that it has now",
            ],
            formats: TABLES,
            needs: Needs::Table,
            name: |study, lang, level| {
                let level = level_name(study, lang, level);
                format!("{}-{level}-{}", study.title(lang), lang.pick("单元表", "table"))
            },
            make: sheet,
        },
        ExportKind::Ledger => Row {
            id: "export-ledger",
            text: Text::ExportLedger,
            shortcut: None,
            icon: icon::ICON_DOWNLOAD,
            hint: [
                "当前台账写回本县自己的工作簿：列、顺序、格式不变，含方案登记的内容，并附调整前后的归属；涉及个人的列不写出",
                "The ledger that is shown in the county's own workbook, its columns, order and formats, with what the plan records, and the units before and after; without private columns",
            ],
            formats: TABLES,
            needs: Needs::Study,
            name: |study, lang, _| format!("{}-{}", study.title(lang), lang.pick("台账", "ledger")),
            make: |material, path, _| {
                let Material { dataset, state, ledger, lang, .. } = material;
                let laid = ledger.as_deref().and_then(|name| dataset.ledger(name));
                let Some(laid) = laid else { return Ok(Verdict::None) };
                let book = LedgerBook::new(laid, (dataset, state), (*lang, false));
                write(material, path, TABLES, |out| {
                    if is_csv(path) { book.sheet().write_csv(out) } else { out.write_all(&book.xlsx()?.0) }
                })
            },
        },
        ExportKind::Matrix => Row {
            id: "export-matrix",
            text: Text::ExportMatrix,
            shortcut: None,
            icon: icon::ICON_DOWNLOAD,
            hint: [
                "当前级别的单元逐一对照各条规则：符合、缺多少、多多少，末尾是合计",
                "Every unit of this level beside every rule: kept, how many short, how many over; sums at the end",
            ],
            formats: TABLES,
            needs: Needs::Matrix,
            name: |study, lang, level| {
                let level = level_name(study, lang, level);
                format!("{}-{level}-{}", study.title(lang), lang.pick("规则对照表", "rules"))
            },
            make: sheet,
        },
        ExportKind::Seats => Row {
            id: "export-seats",
            text: Text::ExportSeats,
            shortcut: None,
            icon: icon::ICON_LOCATION_ON,
            hint: [
                "当前级别每个单元的驻地，写成 GeoJSON 点位；没有驻地的以人口重心代替，并注明",
                "Where the seat of every unit of this level lies; without one the population centre stands in, and says so",
            ],
            formats: SEATS,
            needs: Needs::Study,
            name: |study, lang, level| {
                format!("{}-{}-{}", study.title(lang), level_name(study, lang, level), lang.pick("驻地", "seats"))
            },
            make: |material, path, _| {
                let Material { dataset, state, level, area_method, .. } = material;
                write(material, path, SEATS, |out| seats::write(out, (dataset, state), *level, *area_method))
            },
        },
        ExportKind::Map => Row {
            id: "export-map",
            text: Text::ExportMap,
            shortcut: None,
            icon: icon::ICON_MAP,
            hint: [
                "现在看到的级别和着色，A3 或 A4，按文件名结尾写成 PDF、PNG 或 SVG",
                "The level and colours that you see, on A3 or A4; the name says whether PDF, PNG or SVG",
            ],
            formats: MAPS,
            needs: Needs::Drawing,
            name: map_name,
            make: |material, path, progress| draw(material, path, MAPS, progress),
        },
        ExportKind::Page => Row {
            id: "export-page",
            text: Text::ExportPage,
            shortcut: None,
            icon: icon::ICON_DOWNLOAD,
            hint: [
                "给没有本程序的人看：一个文件，任何浏览器都能打开，不用联网；含调整前后地图、统计和对照表",
                "For people without this program: one file for any browser, no network; maps before and after, figures, crosswalk",
            ],
            formats: PAGES,
            needs: Needs::Drawing,
            name: map_name,
            make: |material, path, progress| draw(material, path, PAGES, progress),
        },
    }
}

/// An export as it stands among the actions.
#[must_use]
pub const fn info(kind: ExportKind) -> ActionInfo {
    let Row { id, text, shortcut, icon, .. } = row(kind);
    ActionInfo {
        action: Action::Export(kind),
        id,
        name: text,
        hint: None,
        shortcuts: [shortcut, None],
        icon: Some(icon),
        group: Group::Export,
    }
}

/// What files of an export are called, and what they end in.
type Formats = &'static [(Text, &'static [&'static str])];

const TABLES: Formats = &[(Text::FileKindXlsx, &["xlsx"]), (Text::FileKindCsv, &["csv"])];
const SEATS: Formats = &[(Text::FileKindGeojson, &["geojson"])];
const MAPS: Formats = &[(Text::FileKindMap, &["pdf", "png", "svg"])];
const PAGES: Formats = &[(Text::FileKindPage, &["html"])];

impl Row {
    /// A name to propose for its file.
    #[must_use]
    pub fn file_name(&self, study: &Study, lang: Lang, level: LevelIndex) -> String {
        let ending = self.formats.iter().flat_map(|(_, endings)| *endings).next().copied().unwrap_or_default();
        format!("{}.{ending}", (self.name)(study, lang, level))
    }
}

/// Name of a file with a map: that of the county, and of the scenario once it has changed something.
fn map_name(study: &Study, lang: Lang, _: LevelIndex) -> String {
    let title = study.title(lang);
    if !study.has_changes() {
        return title;
    }
    format!("{title}-{}", words::scenario_name(lang, study.document().active()))
}

fn sheet(material: &Material, path: &Path, _: &Progress) -> Result<Verdict, WriteError> {
    let Some(sheet) = &material.sheet else { return Ok(Verdict::None) };
    write(material, path, TABLES, |out| if is_csv(path) { sheet.write_csv(out) } else { sheet.write_xlsx(out) })
}

fn draw(material: &Material, path: &Path, formats: Formats, progress: &Progress) -> Result<Verdict, WriteError> {
    let Some(drawing) = &material.drawing else { return Ok(Verdict::None) };
    let given_up = |given_up| WriteError::from_io(path, io::Error::other(given_up));
    let suspects = match drawing.format {
        // It says of every unit whether its border has a defect.
        Format::Page => material.boundaries.suspects(progress).map_err(given_up)?,
        Format::Pdf | Format::Png | Format::Svg => Suspects::default(),
    };
    write(material, path, formats, |out| drawing.write(out, suspects))
}

/// Writes one file, unless it is one that is open.
fn write(
    material: &Material,
    path: &Path,
    formats: Formats,
    write: impl FnOnce(&mut dyn io::Write) -> io::Result<()>,
) -> Result<Verdict, WriteError> {
    let endings: Vec<&'static str> = formats.iter().flat_map(|(_, endings)| *endings).copied().collect();
    write_file(&material.outputs.clone().target(path, &endings)?, write)?;
    Ok(Verdict::None)
}

/// A level as it stands in the name of a file.
fn level_name(study: &Study, lang: Lang, level: LevelIndex) -> &'static str {
    let level = study.dataset().levels.get(level.index());
    match lang {
        // Without what stands in brackets.
        Lang::Zh => level.map_or("单元", |&level| words::level(lang, level).split('（').next().unwrap_or_default()),
        Lang::En => level.map_or("units", |level| level.id()),
    }
}

/// Whether a table goes to a text file rather than to a workbook.
fn is_csv(path: &Path) -> bool {
    path.extension().is_some_and(|ending| ending.eq_ignore_ascii_case("csv"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_export_says_what_it_is_good_for_and_what_its_files_end_in() {
        for kind in ExportKind::ALL {
            let row = row(kind);
            assert!(row.hint.iter().all(|hint| !hint.is_empty()), "{kind:?}");
            assert!(row.formats.iter().all(|(_, endings)| !endings.is_empty()), "{kind:?}");
            assert!(!row.formats.is_empty(), "{kind:?}");
        }
    }
}
