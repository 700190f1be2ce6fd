//! The boundary certificate (边界核验单): proof that an export moved nothing.
//!
//! It goes beside every exported boundary file and says, unit by unit, how many kilometres of border stayed, went inside,
//! and are new; that every vertex was a vertex of the input; and that areas add up. Nothing in it is taken from what was
//! intended:
//!
//! 1. Vertices are read back from the very text that is written, with a reader of its own, and looked for among those of
//!    the input, bit for bit.
//! 2. Areas and borders come from the outlines, and must agree exactly with the sums over what the units are made of.
//! 3. Borders before and after are compared piece by piece, over all units of the level.
//!
//! The same input, plan and program give the same bytes: there is no clock in it.
//!
//! ```json
//! {"format": "quhua-certificate", "version": 1, "program": "quhua 0.1.0",
//!  "inputs": [{"path": "villages.geojson", "sha256": "…"}],
//!  "plan": {"name": "方案一", "edits": 3, "sha256": "…"},
//!  "output": {"path": "revised.geojson", "sha256": "…"},
//!  "level": "township", "area_method": "geodesic",
//!  "passed": true,
//!  "checks": [{"id": "vertices", "passed": true, "checked": 5123, "failed": 0}],
//!  "units": [{"code": "…", "name": "…", "change": "established",
//!             "border_m": {"unchanged": 61234.5, "dissolved": 8123.4, "new": 0.0},
//!             "vertices": {"outline": 812, "cut": 0, "moved": 0},
//!             "area_m2": {"members": 1.2e8, "outline": 1.2e8, "difference": 0.0}, "touches_defect": false}],
//!  "left_as_they_came": 23,
//!  "totals": {"units": {"before": 28, "after": 26},
//!             "border_m": {"before": 1.1e6, "unchanged": 1.09e6, "dissolved": 8123.4, "new": 0.0, "after": 1.09e6},
//!             "area_m2": {"before": 1.9e9, "after": 1.9e9, "difference": 0.0}}}
//! ```
//!
//! Where borders were repaired before the plan, `repair` says so: `{"places": 33, "units_changed": 26, "max_moved_m": 0.36,
//! "vertices": 412, "area_m2": {"before": …, "after": …, "difference": …}}`. Then vertices are those of the input or of its
//! repair, and those of the repair are counted, in all and for each unit (`vertices.repaired`).
//!
//! `plan.sha256` is that of the plan as the program writes it, with everything derived filled in. A border counts once,
//! whichever two units it parts. `checks`: `vertices` (of outlines written anew, all are vertices of the input), `outlines`
//! (area and length of each outline are those of what it is made of), `borders` (before is unchanged and dissolved, after
//! is unchanged and new), `territory` (every loaded polygon lies in exactly one unit), `area` (the sum over all units is the
//! same before and after, to the last bit).

mod page;
#[cfg(test)]
mod tests;

use std::collections::{BTreeMap, HashSet};
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};

use compact_str::CompactString;
use geo::Coord;
use serde::{Deserialize, Serialize};

use super::summary::{BaseEntry, Pair};
use crate::coverage::{ArcId, AtomId, DirectedArc, Outline};
use crate::edit::Plan;
use crate::edit::change::{self, Change};
use crate::geodesy::{AreaMethod, ExactSum};
use crate::i18n::file_name;
use crate::io::atomic::{Together, write_file};
use crate::io::export::{Export, write_units, write_units_seen};
use crate::io::hash::{HashingWriter, sha256_hex};
use crate::io::{OutTarget, Outputs, WriteError};
use crate::jobs::{Progress, lock_whole};
use crate::model::{Dataset, Layer, Level, Measures, ReadNoteKind, UnitId};

/// The certificate of one export. Serialises as its JSON form; see the module documentation.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Certificate {
    /// What the file is.
    pub format: &'static str,
    /// Version of its form.
    pub version: u32,
    /// Program that made it.
    pub program: String,
    /// Source files.
    pub inputs: Vec<BaseEntry>,
    /// The plan that was carried out.
    pub plan: PlanEntry,
    /// The exported file.
    pub output: BaseEntry,
    /// What was done to the borders of the input before the plan; `None` where they are as they came.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub repair: Option<RepairEntry>,
    /// Level of the exported units.
    pub level: Level,
    /// How areas were computed.
    pub area_method: AreaMethod,
    /// Whether all checks passed.
    pub passed: bool,
    /// What was checked.
    pub checks: Vec<Check>,
    /// Units that the plan changed, in the order of the export. One that only moved along with its whole parent is not
    /// among them; its vertices are checked all the same.
    pub units: Vec<UnitEntry>,
    /// Units that left with the text of their source.
    pub left_as_they_came: usize,
    /// All units together.
    pub totals: Totals,
}

/// A plan.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct PlanEntry {
    /// Its name; may be empty.
    pub name: String,
    /// Number of edits.
    pub edits: usize,
    /// Hash of the plan as the program writes it, hexadecimal.
    pub sha256: String,
}

impl PlanEntry {
    /// Says of a plan what it is called and what its hash is.
    #[must_use]
    pub fn of(plan: &Plan) -> Self {
        Self { name: plan.name.clone(), edits: plan.edits.len(), sha256: sha256_hex(plan.write().as_bytes()) }
    }
}

/// A repair of the borders of the input.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct RepairEntry {
    /// Places that were repaired.
    pub places: usize,
    /// Loaded polygons that are not as they came.
    pub units_changed: usize,
    /// The longest way of a vertex in metres.
    pub max_moved_m: f64,
    /// Vertices of outlines written anew that the repair made or moved, all units together.
    pub vertices: usize,
    /// Sum of the areas of all loaded polygons, as they came and as repaired.
    pub area_m2: AreaTotals,
}

/// Something that was checked.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Check {
    /// What, as an identifier.
    pub id: &'static str,
    /// Whether nothing failed.
    pub passed: bool,
    /// How many things were looked at.
    pub checked: usize,
    /// How many of them were wrong.
    pub failed: usize,
}

impl Check {
    const fn new(id: &'static str, checked: usize, failed: usize) -> Self {
        Self { id, passed: failed == 0, checked, failed }
    }
}

/// A changed unit.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct UnitEntry {
    /// Code.
    pub code: CompactString,
    /// Name.
    pub name: CompactString,
    /// What became of it.
    pub change: Change,
    /// Its border.
    pub border_m: BorderEntry,
    /// Its vertices.
    pub vertices: VertexEntry,
    /// Its area.
    pub area_m2: AreaEntry,
    /// Whether its outline touches a defect of the input: then the input itself is in doubt there.
    pub touches_defect: bool,
}

/// Kinds of border in metres.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct BorderEntry {
    /// Border before and now.
    pub unchanged: f64,
    /// Border before, inside of the unit now.
    pub dissolved: f64,
    /// Inside of a unit before, border now.
    pub new: f64,
}

/// Vertices of an outline.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct VertexEntry {
    /// How many there are.
    pub outline: usize,
    /// How many of them were made by the cuts of the plan.
    pub cut: usize,
    /// How many of them were made or moved by the repair of the input.
    #[serde(skip_serializing_if = "is_zero")]
    pub repaired: usize,
    /// How many of them are neither vertices of the input or its repair nor made by a cut.
    pub moved: usize,
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "as serde wants it")]
const fn is_zero(count: &usize) -> bool {
    *count == 0
}

/// Area of a unit in m².
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct AreaEntry {
    /// Sum over the loaded polygons that it is made of.
    pub members: f64,
    /// Area inside of its outline.
    pub outline: f64,
    /// The second less the first, exactly.
    pub difference: f64,
}

/// All units of the level together.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct Totals {
    /// Units in force.
    pub units: Pair<usize>,
    /// Borders, each once.
    pub border_m: BorderTotals,
    /// Sum of the areas.
    pub area_m2: AreaTotals,
}

/// Borders of all units in metres.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct BorderTotals {
    /// All, before.
    pub before: f64,
    /// Before and now.
    pub unchanged: f64,
    /// Before only.
    pub dissolved: f64,
    /// Now only.
    pub new: f64,
    /// All, now.
    pub after: f64,
}

/// Sums of areas in m².
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct AreaTotals {
    /// Before.
    pub before: f64,
    /// Now.
    pub after: f64,
    /// The second less the first, exactly.
    pub difference: f64,
}

/// Where boundaries go, and their certificate: beside a file as `OUT.certificate.json` and `OUT.certificate.html`. Standard
/// output and devices get none.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Destination {
    boundaries: OutTarget,
    certificate: Option<[OutTarget; 2]>,
}

/// What a certificate says of the boundaries that it lies beside.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// There is no certificate.
    None,
    /// Nothing was moved, and everything adds up.
    Passed,
    /// Something does not.
    Failed,
}

impl Destination {
    /// Asks for the places of boundaries, and unless that is not wanted of their certificate.
    ///
    /// # Errors
    /// [`WriteError`]: an input or another output lies at one of them.
    pub fn ask(outputs: &mut Outputs, path: &Path, certified: bool) -> Result<Self, WriteError> {
        let boundaries = outputs.target(path, &["geojson", "json"])?;
        let certificate = match beside(path) {
            [json, html] if certified && boundaries.is_replaced() => {
                Some([outputs.claim(&json)?, outputs.claim(&html)?])
            }
            _ => None,
        };
        Ok(Self { boundaries, certificate })
    }

    /// Where the boundaries go.
    #[must_use]
    pub const fn boundaries(&self) -> &OutTarget {
        &self.boundaries
    }

    /// Writes boundaries, and their certificate if there is to be one: all of it, or nothing.
    ///
    /// # Errors
    /// [`WriteError`] when one of the files cannot be written, or the user gave up.
    pub fn write(&self, export: &Export<'_>, plan: &Plan, progress: &Progress) -> Result<Verdict, WriteError> {
        let Some([json, html]) = &self.certificate else {
            write_file(&self.boundaries, |out| write_units(out, export, progress))?;
            return Ok(Verdict::None);
        };
        let mut together = Together::default();
        let mut seen = None;
        together.add(&self.boundaries, |out| {
            seen = Some(Seen::while_writing(out, export, progress)?);
            Ok(())
        })?;
        // It is there when nothing went wrong.
        let Some(seen) = seen else { return Ok(Verdict::None) };
        let name = file_name(self.boundaries.path());
        let certificate = Certificate::new(export, plan, &name, &seen);
        together.add(json, |out| {
            serde_json::to_writer_pretty(&mut *out, &certificate)?;
            writeln!(out)
        })?;
        together.add(html, |out| out.write_all(certificate.page().as_bytes()))?;
        together.put()?;
        Ok(if certificate.passed { Verdict::Passed } else { Verdict::Failed })
    }
}

/// Where the certificate of a file goes: as JSON and as a page.
#[must_use]
pub fn beside(path: &Path) -> [PathBuf; 2] {
    ["certificate.json", "certificate.html"].map(|ending| path.with_extension(ending))
}

/// What was seen of an export while it was written.
#[derive(Debug)]
pub struct Seen {
    /// Hash of everything written.
    sha256: String,
    /// What was found about each unit.
    looked_at: BTreeMap<UnitId, Looked>,
}

impl Seen {
    /// Writes boundaries, and looks at the text of every unit on its way.
    ///
    /// # Errors
    /// Those of `out`; also when the user gave up.
    pub fn while_writing(out: &mut dyn Write, export: &Export<'_>, progress: &Progress) -> io::Result<Self> {
        let measures = export.dataset.measures(export.area_method);
        let touched = export.touched();
        let came = export.dataset.repaired_borders().map(|_| vertices_as_loaded(export.dataset));
        let looked_at = Mutex::new(BTreeMap::new());
        let mut hashing = HashingWriter::new(out);
        write_units_seen(&mut hashing, export, progress, |unit, text| {
            let looked = Looked::at(export, measures, unit, (text, touched.contains(&unit)), came.as_ref());
            lock_whole(&looked_at).insert(unit, looked);
        })?;
        let looked_at = looked_at.into_inner().unwrap_or_else(PoisonError::into_inner);
        Ok(Self { sha256: hashing.finish(), looked_at })
    }
}

impl Certificate {
    /// Puts together what was seen of an export. `output` is the name of the file that it went to.
    #[must_use]
    pub fn new(export: &Export<'_>, plan: &Plan, output: &str, seen: &Seen) -> Self {
        let Export { dataset, state, level, area_method, .. } = *export;
        let measures = dataset.measures(area_method);
        let borders = Borders::of(export, measures);
        let units = export.ordered();
        let is_wrong =
            |looked: &Looked, anew: &Anew, unit| anew.area != looked.members || anew.length != borders.around(unit);
        let pairs = || {
            let looked_at = units.iter().filter_map(|unit| Some((*unit, seen.looked_at.get(unit)?)));
            looked_at.filter_map(|(unit, it)| Some((unit, it, it.anew.as_ref()?)))
        };
        let wrong_outlines = pairs().filter(|(unit, looked, anew)| is_wrong(looked, anew, *unit)).count();
        let vertices = pairs().map(|(_, _, anew)| anew.vertices.outline).sum();
        let moved = pairs().map(|(_, _, anew)| anew.vertices.moved).sum();
        let of_repair = pairs().map(|(_, _, anew)| anew.vertices.repaired).sum();
        let homeless = dataset.coverage.atoms().filter(|&atom| {
            let unit = state.unit_of(atom, level);
            !state.unit(unit).is_current() || state.unit(unit).level != level
        });
        let held: usize = seen.looked_at.values().map(|looked| looked.atoms).sum();
        let atoms = dataset.coverage.atom_count();
        let totals = borders.totals;
        let area_before: ExactSum = dataset.coverage.atoms().map(|atom| measures.atom_area(atom)).sum();
        let area_after: ExactSum = seen.looked_at.values().map(Looked::area).sum();
        let is_altered = |layer: &&Layer| layer.notes.iter().any(|note| note.what == ReadNoteKind::AlteredInProject);
        let altered = dataset.layers.iter().filter(is_altered).count();
        let checks = vec![
            Check::new("provenance", dataset.layers.len(), altered),
            Check::new("vertices", vertices, moved),
            Check::new("outlines", pairs().count(), wrong_outlines),
            Check::new("borders", 2, totals.unbalanced()),
            Check::new("territory", atoms, homeless.count() + held.abs_diff(atoms)),
            Check::new("area", 1, usize::from(area_before != area_after)),
        ];
        let changed = pairs().filter(|&(unit, ..)| change::is_marked(dataset, state, unit));
        Self {
            format: "quhua-certificate",
            version: 1,
            program: concat!("quhua ", env!("CARGO_PKG_VERSION")).to_owned(),
            inputs: dataset
                .bases()
                .map(|file| BaseEntry { path: file.name.to_owned(), sha256: file.sha256.to_owned() })
                .collect(),
            plan: PlanEntry::of(plan),
            output: BaseEntry { path: output.to_owned(), sha256: seen.sha256.clone() },
            repair: repair_entry(dataset, area_method, of_repair),
            level: dataset.level(level),
            area_method,
            passed: checks.iter().all(|check| check.passed),
            checks,
            units: changed.map(|(unit, looked, anew)| anew.entry(export, unit, looked, &borders)).collect(),
            left_as_they_came: seen.looked_at.values().filter(|looked| looked.anew.is_none()).count(),
            totals: Totals {
                units: Pair { before: dataset.base.units_at(level).count(), after: units.len() },
                border_m: BorderTotals {
                    before: totals.before.to_f64(),
                    unchanged: totals.unchanged.to_f64(),
                    dissolved: totals.dissolved.to_f64(),
                    new: totals.new.to_f64(),
                    after: totals.after.to_f64(),
                },
                area_m2: AreaTotals {
                    before: area_before.to_f64(),
                    after: area_after.to_f64(),
                    difference: (area_after - area_before).to_f64(),
                },
            },
        }
    }
}

/// What was found about one unit.
#[derive(Debug)]
struct Looked {
    atoms: usize,
    /// Area of what it is made of.
    members: ExactSum,
    /// What was found about its outline; `None` where it leaves with the text of its source.
    anew: Option<Anew>,
}

/// What was found about an outline that was written anew.
#[derive(Debug)]
struct Anew {
    vertices: VertexEntry,
    /// Area inside of it.
    area: ExactSum,
    /// Its length.
    length: ExactSum,
    touches_defect: bool,
}

impl Looked {
    fn at(
        export: &Export<'_>,
        measures: &Measures,
        unit: UnitId,
        (text, touches_defect): (&[u8], bool),
        came: Option<&HashSet<[u64; 2]>>,
    ) -> Self {
        let atoms = export.state.atoms(unit);
        let repaired = export.dataset.repaired_borders().map_or(&[][..], |borders| &borders.changed);
        let is_repaired = atoms.iter().any(|atom| repaired.binary_search(atom).is_ok());
        let anew = (is_repaired || !export.leaves_as_it_came(unit)).then(|| {
            let outline = export.dataset.coverage.outline(&atoms);
            Anew {
                vertices: vertices(export.dataset, (&outline, &atoms), text, came),
                area: measures.area_left_of(outline.arcs()),
                length: measures.length_of(outline.arcs()),
                touches_defect,
            }
        });
        Self { atoms: atoms.len(), members: atoms.iter().map(|&atom| measures.atom_area(atom)).sum(), anew }
    }

    /// Area that leaves.
    fn area(&self) -> ExactSum {
        self.anew.as_ref().map_or(self.members, |anew| anew.area)
    }
}

impl Anew {
    fn entry(&self, export: &Export<'_>, id: UnitId, looked: &Looked, borders: &Borders) -> UnitEntry {
        let unit = export.state.unit(id);
        UnitEntry {
            code: unit.code.clone(),
            name: unit.name.clone(),
            change: change::main(export.dataset, export.state, id),
            border_m: borders.entry(id),
            vertices: self.vertices,
            area_m2: AreaEntry {
                members: looked.members.to_f64(),
                outline: self.area.to_f64(),
                difference: (self.area - looked.members).to_f64(),
            },
            touches_defect: self.touches_defect,
        }
    }
}

/// A feature, as far as its vertices go.
#[derive(Deserialize)]
struct Feature {
    geometry: Option<Geometry>,
}

/// A geometry as written.
#[derive(Deserialize)]
#[serde(tag = "type", content = "coordinates")]
enum Geometry {
    Polygon(Vec<Vec<[f64; 2]>>),
    MultiPolygon(Vec<Vec<Vec<[f64; 2]>>>),
}

/// Looks for the vertices of a unit, as a reader of its text gets them, among those of the input.
/// `came` are all vertices as they were loaded, where borders were repaired since.
fn vertices(
    dataset: &Dataset,
    (outline, atoms): (&Outline, &[AtomId]),
    text: &[u8],
    came: Option<&HashSet<[u64; 2]>>,
) -> VertexEntry {
    let coverage = &dataset.coverage;
    let written = match serde_json::from_slice::<Feature>(text) {
        Ok(Feature { geometry: None }) => Vec::new(),
        Ok(Feature { geometry: Some(Geometry::Polygon(rings)) }) => rings,
        Ok(Feature { geometry: Some(Geometry::MultiPolygon(polygons)) }) => polygons.into_iter().flatten().collect(),
        // A text that cannot be read back has moved everything.
        Err(_) => return VertexEntry { outline: 1, cut: 0, repaired: 0, moved: 1 },
    };
    let bits = |at: [f64; 2]| at.map(f64::to_bits);
    let is_of_repair = |at: &&[f64; 2]| {
        let is_cut = || dataset.has_cuts() && dataset.is_cut_vertex((**at).into());
        came.is_some_and(|came| !came.contains(&bits(**at)) && !is_cut())
    };
    let repaired = written.iter().flat_map(|ring| ring.iter().skip(1)).filter(is_of_repair).count();
    // The last vertex of a ring repeats the first.
    let count = written.iter().map(|ring| ring.len().saturating_sub(1)).sum();
    // What leaves as it came has spikes too, which no outline has: all borders of what the unit is made of count.
    let around = || atoms.iter().flat_map(|&atom| coverage.arcs_of(atom));
    let input = || around().flat_map(|arc| coverage.arc(arc.arc())).map(|at| bits([at.x, at.y]));
    let chains = outline.polygons.iter().flat_map(|polygon| std::iter::once(&polygon.shell).chain(&polygon.holes));
    let in_order = chains.flat_map(|chain| coverage.chain_coords(chain)).map(|at| bits([at.x, at.y]));
    // Mostly they come just as the input has them; else each is looked up.
    let moved = if written.iter().flatten().copied().map(bits).eq(in_order) {
        0
    } else {
        let known: HashSet<[u64; 2]> = input().collect();
        written.into_iter().flatten().map(bits).filter(|at| !known.contains(at)).collect::<HashSet<_>>().len()
    };
    // Each ring passes each of its vertices once: the first of an arc is the last of the one before.
    let ahead = |arc: DirectedArc| {
        let coords = coverage.arc(arc.arc());
        if arc.is_backward() { &coords[..coords.len() - 1] } else { &coords[1..] }
    };
    let is_cut = |at: &&Coord| dataset.has_cuts() && dataset.is_cut_vertex(**at);
    let cut = outline.drawn_arcs().map(|arc| ahead(arc).iter().filter(is_cut).count()).sum();
    VertexEntry { outline: count, cut, repaired, moved }
}

/// All vertices as they were loaded.
fn vertices_as_loaded(dataset: &Dataset) -> HashSet<[u64; 2]> {
    let coverage = &dataset.as_loaded().coverage;
    coverage.arcs().flat_map(|arc| coverage.arc(arc)).map(|at| [at.x.to_bits(), at.y.to_bits()]).collect()
}

/// What the repair of a dataset's borders came to.
fn repair_entry(dataset: &Dataset, area_method: AreaMethod, vertices: usize) -> Option<RepairEntry> {
    let repaired = dataset.repaired_borders()?;
    let area_of = |dataset: &Dataset| -> ExactSum {
        let measures = dataset.measures(area_method);
        dataset.coverage.atoms().map(|atom| measures.atom_area(atom)).sum()
    };
    let (before, after) = (area_of(dataset.as_loaded()), area_of(dataset));
    Some(RepairEntry {
        places: repaired.steps.len(),
        units_changed: repaired.changed.len(),
        max_moved_m: repaired.max_moved_m,
        vertices,
        area_m2: AreaTotals { before: before.to_f64(), after: after.to_f64(), difference: (after - before).to_f64() },
    })
}

/// Lengths of borders, by unit and together.
struct Borders {
    /// Border before and now, by unit.
    unchanged: Vec<ExactSum>,
    /// Inside now, by unit.
    dissolved: Vec<ExactSum>,
    /// Border now only, by unit.
    new: Vec<ExactSum>,
    totals: BorderSums,
}

/// Sums over all borders of a level.
#[derive(Clone, Copy, Default)]
struct BorderSums {
    before: ExactSum,
    after: ExactSum,
    unchanged: ExactSum,
    dissolved: ExactSum,
    new: ExactSum,
}

impl BorderSums {
    /// How many of the two sums do not come out.
    fn unbalanced(&self) -> usize {
        usize::from(self.before != self.unchanged + self.dissolved)
            + usize::from(self.after != self.unchanged + self.new)
    }
}

impl Borders {
    /// Looks at every piece of border once.
    fn of(export: &Export<'_>, measures: &Measures) -> Self {
        let Export { dataset, state, level, .. } = *export;
        let coverage = &dataset.coverage;
        let none = || vec![ExactSum::ZERO; state.unit_count()];
        let mut all = Self { unchanged: none(), dissolved: none(), new: none(), totals: BorderSums::default() };
        for arc in coverage.lines() {
            let sides = coverage.sides(arc);
            let before = sides.map(|atom| atom.map(|atom| dataset.base.unit_of(atom, level)));
            let after = sides.map(|atom| atom.map(|atom| state.unit_of(atom, level)));
            all.add(measures, arc, before, after);
        }
        all
    }

    fn add(&mut self, measures: &Measures, arc: ArcId, before: [Option<UnitId>; 2], after: [Option<UnitId>; 2]) {
        let length = measures.arc_length(arc);
        let (was, is) = (before[0] != before[1], after[0] != after[1]);
        let totals = &mut self.totals;
        if was {
            totals.before += length;
        }
        if is {
            totals.after += length;
        }
        let (total, by_unit) = match (was, is) {
            (true, true) => (&mut totals.unchanged, &mut self.unchanged),
            (true, false) => (&mut totals.dissolved, &mut self.dissolved),
            (false, true) => (&mut totals.new, &mut self.new),
            (false, false) => return,
        };
        *total += length;
        let [left, right] = after;
        for unit in left.into_iter().chain(right.filter(|_| is)) {
            by_unit[unit.index()] += length;
        }
    }

    /// Length of the border of a unit now.
    fn around(&self, unit: UnitId) -> ExactSum {
        self.unchanged[unit.index()] + self.new[unit.index()]
    }

    fn entry(&self, unit: UnitId) -> BorderEntry {
        BorderEntry {
            unchanged: self.unchanged[unit.index()].to_f64(),
            dissolved: self.dissolved[unit.index()].to_f64(),
            new: self.new[unit.index()].to_f64(),
        }
    }
}
