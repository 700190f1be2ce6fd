//! Health report of boundaries and attributes (`quhua check`).
//!
//! The JSON form is a contract: other programs read it.

use std::collections::BTreeMap;
use std::fmt;

use compact_str::CompactString;
use serde::Serialize;

use crate::coverage::validate::{Defect, is_valid_coverage};
use crate::geodesy::AreaMethod;
use crate::i18n::{Lang, Say, sources};
use crate::model::{
    CrsReading, Dataset, Layer, LevelDoubt, LevelEvidence, LevelPart, LevelsBy, LevelsReading, Recognition, Role,
    RoleDoubt, RoleEvidence, RoleReading, StackReading, UnitId,
};

/// What is wrong or doubtful about a dataset. Serialises as the health report; its `Display` is the same as lines for a
/// person. Sentences are in one language, identifiers are the same in all.
#[derive(Debug, Serialize)]
pub struct HealthReport {
    /// Every polygon is valid, none overlap, and shared borders match vertex for vertex.
    pub valid_coverage: bool,
    /// Features of the finest layer.
    pub features: usize,
    /// Vertices of all arcs; a shared border counts once.
    pub vertices: usize,
    /// Number of findings of each kind.
    pub counts: BTreeMap<String, usize>,
    /// All findings: boundaries first, then attributes, then what was read otherwise than it stands, or not at all.
    pub findings: Vec<Entry>,
    /// What each file was taken for, finest layer first.
    pub layers: Vec<LayerEntry>,
    /// Language of sentences and lines.
    #[serde(skip)]
    lang: Lang,
}

/// A file, and what it was taken for.
#[derive(Debug, Serialize)]
pub struct LayerEntry {
    /// Its name.
    pub name: String,
    /// The layer that was read, where there are several in the file.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub layer: Option<String>,
    /// Layers of the file that are not read.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub other_layers: Vec<String>,
    /// What was made of the layers of the file, where none was named.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub stack: Option<StackEntry>,
    /// Its coordinate system, with how it is known; `null` where that is not known.
    pub crs: Option<CrsReading>,
    /// How levels were told, where units of it lay in others of the same layer: then it is a part of that, or could be taken
    /// apart.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub levels: Option<LevelsEntry>,
    /// What its columns were taken for, with evidence and doubts.
    pub fields: Vec<RoleEntry>,
}

/// How levels in one layer were told.
#[derive(Debug, Serialize)]
pub struct LevelsEntry {
    /// What tells them; `null` where the layer was left in one piece because of doubts.
    pub by: Option<LevelsBy>,
    /// Whether somebody chose that.
    pub is_chosen: bool,
    /// Which of the parts the layer is, the finest 0.
    pub part: usize,
    /// What it was taken apart into, or could be; the finest first.
    pub parts: Vec<LevelPart>,
    /// What speaks for it.
    pub evidence: Vec<Said<LevelEvidence>>,
    /// What speaks against it.
    pub doubts: Vec<Said<LevelDoubt>>,
    /// In which ways it could be taken apart.
    pub choices: Vec<LevelsBy>,
    /// All of it, in one line.
    pub text: String,
}

impl LevelsEntry {
    fn new(reading: LevelsReading, lang: Lang) -> Self {
        let text = reading.words(lang);
        let LevelsReading { by, is_chosen, part, parts, evidence, doubts, choices } = reading;
        let evidence = evidence.into_iter().map(|it| Said::new(it, lang)).collect();
        let doubts = doubts.into_iter().map(|it| Said::new(it, lang)).collect();
        Self { by, is_chosen, part, parts, evidence, doubts, choices, text }
    }
}

/// A role, and the column that was taken for it.
#[derive(Debug, Serialize)]
pub struct RoleEntry {
    /// The role.
    pub role: Role,
    /// The column; `null` where none was found.
    pub column: Option<CompactString>,
    /// What speaks for it.
    pub evidence: Vec<Said<RoleEvidence>>,
    /// What speaks against it.
    pub doubts: Vec<Said<RoleDoubt>>,
    /// All of it, in one line.
    #[serde(skip)]
    words: String,
}

/// Something, with the sentence that says it.
#[derive(Debug, Serialize)]
pub struct Said<T> {
    /// What it is.
    #[serde(flatten)]
    pub what: T,
    /// The sentence.
    pub text: String,
}

impl<T: Say> Said<T> {
    fn new(what: T, lang: Lang) -> Self {
        Self { text: what.say(lang), what }
    }
}

impl RoleEntry {
    /// Whether two are columns of a seat of which the same is said.
    fn is_said_with(&self, other: &Self) -> bool {
        let without = |entry: &Self| entry.words.replacen(entry.column.as_deref().unwrap_or_default(), "", 1);
        self.role == Role::Seat && other.role == Role::Seat && without(self) == without(other)
    }

    fn new(reading: RoleReading, lang: Lang) -> Self {
        let words = reading.words(lang);
        let RoleReading { role, column, evidence, doubts } = reading;
        let evidence = evidence.into_iter().map(|it| Said::new(it, lang)).collect();
        let doubts = doubts.into_iter().map(|it| Said::new(it, lang)).collect();
        Self { role, column, evidence, doubts, words }
    }
}

/// One finding.
#[derive(Debug, Serialize)]
pub struct Entry {
    /// What it is, as an identifier.
    pub kind: String,
    /// `info`, `warning` or `error`.
    pub severity: String,
    /// Codes of the units concerned; the name, or the position in the file, where a unit has no code.
    pub units: Vec<String>,
    /// Longitude and latitude in degrees.
    pub at: Option<[f64; 2]>,
    /// Size of the place, in square metres.
    pub area_m2: Option<f64>,
    /// Length of border concerned, in metres.
    pub length_m: Option<f64>,
    /// One sentence.
    pub message: String,
    /// Severity and kind as they stand in a line.
    #[serde(skip)]
    words: [String; 2],
}

impl HealthReport {
    /// Puts together what validation and the reading of attributes found.
    #[must_use]
    pub fn new(dataset: &Dataset, defects: &[Defect], area_method: AreaMethod, lang: Lang) -> Self {
        let boundaries = defects.iter().map(|defect| Entry {
            kind: defect.kind.to_string(),
            severity: defect.severity.to_string(),
            units: defect.atoms.iter().map(|atom| address(dataset, dataset.loaded_unit(*atom))).collect(),
            at: defect.at.map(|at| [at.x, at.y]),
            area_m2: defect.area_m2,
            length_m: defect.length_m,
            message: defect.detail.say(lang),
            words: [defect.severity.say(lang), defect.kind.say(lang)],
        });
        let areas = dataset.area_findings(area_method);
        let attributes = dataset.findings.iter().chain(&areas).map(|finding| Entry {
            kind: finding.what.id().to_owned(),
            severity: finding.severity.id().to_owned(),
            units: finding.units.iter().map(|&unit| address(dataset, unit)).collect(),
            at: finding.at.map(|at| [at.x, at.y]),
            area_m2: None,
            length_m: None,
            message: finding.what.say(lang),
            words: [
                lang.pick(finding.severity.words(Lang::Zh), finding.severity.id()).to_owned(),
                finding.what.words(lang).to_owned(),
            ],
        });
        let notes = dataset.layers.iter().flat_map(|layer| &layer.notes).map(|note| Entry {
            kind: note.what.id().to_owned(),
            severity: note.what.severity().id().to_owned(),
            units: Vec::new(),
            at: None,
            area_m2: None,
            length_m: None,
            message: note.say(lang),
            words: [
                lang.pick(note.what.severity().words(Lang::Zh), note.what.severity().id()).to_owned(),
                note.what.words(lang).to_owned(),
            ],
        });
        let findings: Vec<Entry> = boundaries.chain(attributes).chain(notes).collect();
        let mut counts = BTreeMap::new();
        for finding in &findings {
            *counts.entry(finding.kind.clone()).or_insert(0) += 1;
        }
        Self {
            valid_coverage: is_valid_coverage(defects),
            features: dataset.coverage.atom_count(),
            vertices: dataset.coverage.vertex_count(),
            counts,
            findings,
            layers: layers(dataset, lang),
            lang,
        }
    }

    /// Whether nothing was found that should be looked at; mere information does not count.
    #[must_use]
    pub fn is_clean(&self) -> bool {
        self.findings.iter().all(|finding| finding.severity == "info")
    }
}

fn layers(dataset: &Dataset, lang: Lang) -> Vec<LayerEntry> {
    let recognised = dataset.recognition().into_iter();
    let entry = |(layer, recognised): (&Layer, Recognition)| LayerEntry {
        name: layer.name.clone(),
        layer: layer.reading.layer.clone(),
        other_layers: dataset.layers_not_read(layer).into_iter().map(str::to_owned).collect(),
        stack: layer.reading.stack.clone().map(|stack| StackEntry { text: stack.words(lang), stack }),
        crs: layer.reading.crs.clone(),
        levels: layer.reading.levels.clone().map(|levels| LevelsEntry::new(levels, lang)),
        fields: recognised.roles.into_iter().map(|reading| RoleEntry::new(reading, lang)).collect(),
    };
    dataset.layers.iter().zip(recognised).map(entry).collect()
}

/// What was made of the layers of a file.
#[derive(Debug, Serialize)]
pub struct StackEntry {
    #[serde(flatten)]
    stack: StackReading,
    /// The same in a sentence.
    text: String,
}

/// How a person finds a unit: by code, else by name, else by its position in the file.
pub(super) fn address(dataset: &Dataset, unit: UnitId) -> String {
    let base = dataset.base.unit(unit);
    match base.label() {
        "" => unit.to_string(),
        label => label.to_owned(),
    }
}

impl HealthReport {
    /// Lines for findings of one kind, at most. A broken file has a hundred thousand.
    const MOST_LINES: usize = 100;
    /// Units that a line names, at most.
    const MOST_NAMED: usize = 12;

    /// How many findings of each kind, in words: `1 overlap, 2 gap`.
    fn counted(&self) -> String {
        if self.counts.is_empty() {
            return self.lang.pick("没有发现问题", "no findings").to_owned();
        }
        let word = |kind: &str| {
            let found = self.findings.iter().find(|entry| entry.kind == kind);
            found.map_or_else(|| kind.to_owned(), |entry| entry.words[1].clone())
        };
        let counts = self.counts.iter().map(|(kind, count)| match self.lang {
            Lang::Zh => format!("{} {count} 处", word(kind)),
            Lang::En => format!("{count} {}", word(kind)),
        });
        counts.collect::<Vec<_>>().join(self.lang.pick("、", ", "))
    }
}

impl fmt::Display for HealthReport {
    /// A line for each finding, of one kind so many at most, and a last line that sums up.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let lang = self.lang;
        let [colon, comma, and] = [lang.pick("：", ": "), lang.pick("，", ", "), lang.pick("、", ", ")];
        let mut told: BTreeMap<&str, usize> = BTreeMap::new();
        for entry in &self.findings {
            let [severity, kind] = &entry.words;
            let number = told.entry(&entry.kind).or_insert(0);
            *number += 1;
            if *number > Self::MOST_LINES {
                let (all, is_last) = self.counts.get(&entry.kind).map_or((0, false), |&all| (all, *number == all));
                if is_last {
                    let more = all - Self::MOST_LINES;
                    let said = match lang {
                        Lang::Zh => format!("另有 {more} 处“{kind}”未列出；--json 列出全部"),
                        Lang::En => format!("and {more} more {kind}; --json has all"),
                    };
                    writeln!(f, "{said}")?;
                }
                continue;
            }
            write!(f, "{severity}{colon}{kind}")?;
            if !entry.units.is_empty() {
                let named = entry.units.iter().take(Self::MOST_NAMED).map(String::as_str).collect::<Vec<_>>().join(and);
                let more = entry.units.len().saturating_sub(Self::MOST_NAMED);
                match (more, lang) {
                    (0, _) => write!(f, " [{named}]")?,
                    (_, Lang::Zh) => write!(f, " [{named} 等 {} 个]", entry.units.len())?,
                    (_, Lang::En) => write!(f, " [{named} and {more} more]")?,
                }
            }
            if let Some([lon, lat]) = entry.at {
                write!(f, "{}{lon:.6}, {lat:.6}", lang.pick("，位于 ", " at "))?;
            }
            if let Some(area) = entry.area_m2 {
                write!(f, "{comma}{area:.1} m²")?;
            }
            writeln!(f, "{colon}{}", entry.message)?;
        }
        for LayerEntry { name, layer, other_layers, stack, crs, levels, fields } in &self.layers {
            if let Some(StackEntry { stack, text }) = stack {
                // Of all its layers once.
                if layer.as_ref() == stack.taken.first().map(|taken| &taken.layer) {
                    writeln!(f, "{name}{colon}{text}")?;
                }
            } else if let Some(layer) = layer.as_ref().filter(|_| !other_layers.is_empty()) {
                writeln!(f, "{name}{colon}{}", sources::layers_not_read(lang, layer, other_layers))?;
            }
            if let Some(levels) = levels.as_ref().filter(|levels| levels.part == 0) {
                writeln!(f, "{name}{colon}{}", levels.text)?;
            }
            if let Some(crs) = crs {
                writeln!(f, "{name}{colon}{}", crs.words(lang))?;
            }
            for alike in fields.chunk_by(RoleEntry::is_said_with) {
                if let [first, .., last] = alike {
                    // What makes a seat is one line.
                    let column = |entry: &RoleEntry| entry.column.clone().unwrap_or_default();
                    let columns: Vec<CompactString> = alike.iter().map(column).collect();
                    let words = first.words.replacen(column(first).as_str(), &columns.join(and), 1);
                    debug_assert!(!last.words.is_empty(), "every role is said");
                    writeln!(f, "{name}{colon}{words}")?;
                } else if let [field] = alike {
                    writeln!(f, "{name}{colon}{}", field.words)?;
                }
            }
        }
        let Self { features, vertices, .. } = self;
        match lang {
            Lang::Zh => {
                let verdict = if self.valid_coverage { "边界合格" } else { "边界不合格" };
                writeln!(f, "{features} 个要素，{vertices} 个顶点，{verdict}；{}", self.counted())
            }
            Lang::En => {
                let verdict = if self.valid_coverage { "a valid coverage" } else { "not a valid coverage" };
                writeln!(f, "{features} features, {vertices} vertices, {verdict}; {}", self.counted())
            }
        }
    }
}
