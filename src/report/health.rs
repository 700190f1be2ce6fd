//! Health report of boundaries and attributes (`quhua check`).
//!
//! The JSON form is a contract: other programs read it.

use std::collections::BTreeMap;
use std::fmt;

use serde::Serialize;

use crate::coverage::validate::{Defect, is_valid_coverage};
use crate::geodesy::AreaMethod;
use crate::model::{Dataset, UnitId};

/// What is wrong or doubtful about a dataset. Serialises as the health report.
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
    /// All findings: boundaries first, then attributes.
    pub findings: Vec<Entry>,
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
}

impl HealthReport {
    /// Puts together what validation and the reading of attributes found.
    #[must_use]
    pub fn new(dataset: &Dataset, defects: &[Defect], area_method: AreaMethod) -> Self {
        let boundaries = defects.iter().map(|defect| Entry {
            kind: defect.kind.to_string(),
            severity: defect.severity.to_string(),
            units: defect.atoms.iter().map(|atom| address(dataset, UnitId(atom.0))).collect(),
            at: defect.at.map(|at| [at.x, at.y]),
            area_m2: defect.area_m2,
            length_m: defect.length_m,
            message: defect.detail.to_string(),
        });
        let areas = dataset.area_findings(area_method);
        let attributes = dataset.findings.iter().chain(&areas).map(|finding| Entry {
            kind: finding.what.id().to_owned(),
            severity: finding.severity.id().to_owned(),
            units: finding.units.iter().map(|&unit| address(dataset, unit)).collect(),
            at: finding.at.map(|at| [at.x, at.y]),
            area_m2: None,
            length_m: None,
            message: finding.what.to_string(),
        });
        let findings: Vec<Entry> = boundaries.chain(attributes).collect();
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
        }
    }

    /// Whether nothing was found that should be looked at; mere information does not count.
    #[must_use]
    pub fn is_clean(&self) -> bool {
        self.findings.iter().all(|finding| finding.severity == "info")
    }
}

/// How a person finds a unit: by code, else by name, else by its position in the file.
fn address(dataset: &Dataset, unit: UnitId) -> String {
    let base = dataset.base.unit(unit);
    match base.label() {
        "" => unit.to_string(),
        label => label.to_owned(),
    }
}

impl fmt::Display for HealthReport {
    /// A line for each finding, and a last line that sums up.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for entry in &self.findings {
            write!(f, "{}: {}", entry.severity, entry.kind)?;
            if !entry.units.is_empty() {
                write!(f, " [{}]", entry.units.join(", "))?;
            }
            if let Some([lon, lat]) = entry.at {
                write!(f, " at {lon:.6}, {lat:.6}")?;
            }
            if let Some(area) = entry.area_m2 {
                write!(f, ", {area:.1} m²")?;
            }
            writeln!(f, ": {}", entry.message)?;
        }
        let verdict = if self.valid_coverage { "a valid coverage" } else { "not a valid coverage" };
        let counts: Vec<String> = self.counts.iter().map(|(kind, count)| format!("{count} {kind}")).collect();
        let counts = if counts.is_empty() { "no findings".to_owned() } else { counts.join(", ") };
        writeln!(f, "{} features, {} vertices, {verdict}; {counts}", self.features, self.vertices)
    }
}
