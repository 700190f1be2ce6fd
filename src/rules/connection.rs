//! What is connected with what: shared borders, without barriers, and with links.
//!
//! Faces are connected where they share a border of more than a point. A *barrier* between two units takes that away: a
//! ridge, a river without a bridge. A *link* joins what does not touch: a bridge, a ferry, a road. Both name units as
//! loaded, by code; a link joins the largest pieces of the two that lie in the unit at hand.

use std::cmp::Ordering;
use std::collections::HashMap;

use compact_str::CompactString;
use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};
use smallvec::SmallVec;

use super::terrain::loaded;
use super::verdict::Problem;
use crate::coverage::{AtomId, Coverage, FaceId};
use crate::model::Dataset;

/// What a link or barrier is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum CrossingKind {
    /// 桥梁
    Bridge,
    /// 渡口
    Ferry,
    /// 道路
    Road,
    /// 河流
    River,
    /// 山脊
    Ridge,
    /// 其他
    Other,
}

impl CrossingKind {
    /// Kinds of links, by their words in a pack.
    pub const LINKS: &[(&str, Self)] = &[
        ("bridge", Self::Bridge),
        ("ferry", Self::Ferry),
        ("road", Self::Road),
        ("other", Self::Other),
        ("桥梁", Self::Bridge),
        ("渡口", Self::Ferry),
        ("道路", Self::Road),
        ("其他", Self::Other),
    ];
    /// Kinds of barriers, by their words in a pack.
    pub const BARRIERS: &[(&str, Self)] = &[
        ("river", Self::River),
        ("ridge", Self::Ridge),
        ("other", Self::Other),
        ("河流", Self::River),
        ("山脊", Self::Ridge),
        ("其他", Self::Other),
    ];
}

/// A link or a barrier between two units.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Crossing {
    /// Codes of the units, as loaded.
    pub between: [CompactString; 2],
    /// What it is.
    pub kind: CrossingKind,
    /// Why it is there; may be empty.
    #[serde(default)]
    pub reason: String,
}

/// Links and barriers.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Crossings {
    /// What joins units that do not touch.
    pub links: Vec<Crossing>,
    /// What parts units that touch.
    pub barriers: Vec<Crossing>,
}

impl Crossings {
    /// Whether there is none.
    #[must_use]
    pub const fn is_empty(&self) -> bool {
        self.links.is_empty() && self.barriers.is_empty()
    }

    /// These, and behind them others.
    #[must_use]
    pub fn and(mut self, others: &Self) -> Self {
        self.links.extend_from_slice(&others.links);
        self.barriers.extend_from_slice(&others.barriers);
        self
    }
}

/// A piece of territory in which everything is connected.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Part {
    /// Its faces, ascending.
    pub faces: Vec<FaceId>,
    /// Atoms whose largest face lies in it, ascending.
    pub atoms: Vec<AtomId>,
    /// People of these atoms; `None` when that of any is unknown.
    pub people: Option<Decimal>,
    /// Area of its faces in m².
    pub area_m2: f64,
}

/// Which side of which crossing an atom is on.
type Sides = HashMap<AtomId, SmallVec<[(usize, usize); 2]>>;

/// Connections of a dataset.
#[derive(Clone, Debug, Default)]
pub(super) struct Ground {
    links: usize,
    /// Looked up, never iterated.
    linked: Sides,
    /// Looked up, never iterated.
    barred: Sides,
}

impl Ground {
    /// Finds the units that links and barriers name; tells of those that are not there.
    pub(super) fn new<'a>(dataset: &Dataset, crossings: impl Iterator<Item = &'a Crossings>) -> (Self, Vec<Problem>) {
        let mut ground = Self::default();
        let (mut barriers, mut problems) = (0, Vec::new());
        for crossings in crossings {
            for link in &crossings.links {
                add(dataset, link, ground.links, &mut ground.linked, &mut problems);
                ground.links += 1;
            }
            for barrier in &crossings.barriers {
                add(dataset, barrier, barriers, &mut ground.barred, &mut problems);
                barriers += 1;
            }
        }
        (ground, problems)
    }

    /// Whether a barrier lies between two atoms.
    pub(super) fn is_barred(&self, a: AtomId, b: AtomId) -> bool {
        crosses(&self.barred, a, b)
    }

    /// Atoms on the other side of the links of an atom, ascending.
    pub(super) fn linked_with(&self, atom: AtomId) -> Vec<AtomId> {
        let Some(sides) = self.linked.get(&atom) else { return Vec::new() };
        let beyond = |other: &AtomId| self.linked[other].iter().any(|&(link, side)| sides.contains(&(link, 1 - side)));
        let mut found: Vec<AtomId> = self.linked.keys().copied().filter(|other| beyond(other)).collect();
        found.sort_unstable();
        found
    }

    /// Where links end, by what is loaded: on each side the atom with the largest face.
    pub(super) fn link_ends(&self, dataset: &Dataset) -> Vec<[AtomId; 2]> {
        let mut ends: Vec<[Option<(f64, AtomId)>; 2]> = vec![[None, None]; self.links];
        let mut atoms: Vec<AtomId> = self.linked.keys().copied().collect();
        atoms.sort_unstable();
        for atom in atoms {
            let area = home_face(dataset, atom).map_or(0.0, |face| face_area_m2(dataset, face));
            for &(link, side) in &self.linked[&atom] {
                let end = &mut ends[link][side];
                if end.is_none_or(|(largest, _)| area > largest) {
                    *end = Some((area, atom));
                }
            }
        }
        ends.into_iter().filter_map(|[a, b]| Some([a?.1, b?.1])).collect()
    }

    /// Connected parts of a territory. The main one comes first: that with most people, or where these are not known,
    /// with the largest area.
    pub(super) fn parts(&self, dataset: &Dataset, atoms: &[AtomId]) -> Vec<Part> {
        let coverage = &dataset.coverage;
        let mut pieces = Pieces::of(coverage, atoms);
        if pieces.faces.len() > 1 {
            pieces.join_across_borders(coverage, self);
            pieces.join_across_links(dataset, self, atoms);
        }
        let mut parts = pieces.parts(dataset);
        let known = parts.iter().all(|part| part.people.is_some() || part.atoms.is_empty());
        parts.sort_by(|a, b| {
            let people = if known { b.people.cmp(&a.people) } else { Ordering::Equal };
            people.then(b.area_m2.total_cmp(&a.area_m2)).then(a.faces.cmp(&b.faces))
        });
        parts
    }

    /// Number of connected parts of a territory.
    pub(super) fn part_count(&self, dataset: &Dataset, atoms: &[AtomId]) -> usize {
        let mut pieces = Pieces::of(&dataset.coverage, atoms);
        pieces.join_across_borders(&dataset.coverage, self);
        pieces.join_across_links(dataset, self, atoms);
        (0..pieces.faces.len()).filter(|&face| pieces.root(face) == face).count()
    }
}

fn add(dataset: &Dataset, crossing: &Crossing, number: usize, sides: &mut Sides, problems: &mut Vec<Problem>) {
    for (side, code) in crossing.between.iter().enumerate() {
        match loaded(dataset, code) {
            Some(unit) => {
                for atom in dataset.base.atoms(unit) {
                    sides.entry(atom).or_default().push((number, side));
                }
            }
            None => problems.push(Problem::NoSuchUnit(code.clone())),
        }
    }
}

fn crosses(sides: &Sides, a: AtomId, b: AtomId) -> bool {
    let Some((a, b)) = sides.get(&a).zip(sides.get(&b)) else { return false };
    a.iter().any(|&(number, side)| b.contains(&(number, 1 - side)))
}

/// Area of a face in m².
pub(super) fn face_area_m2(dataset: &Dataset, face: FaceId) -> f64 {
    let coverage = &dataset.coverage;
    let arcs = coverage.rings_of(face).flat_map(|ring| coverage.ring(ring).iter().copied());
    dataset.any_measures().area_left_of(arcs).to_f64()
}

/// The largest face of an atom: where its people are taken to be.
pub(super) fn home_face(dataset: &Dataset, atom: AtomId) -> Option<FaceId> {
    let mut faces = dataset.coverage.faces_of(atom);
    if faces.len() < 2 {
        return faces.next();
    }
    let ranked = faces.map(|face| (face_area_m2(dataset, face), face));
    ranked.reduce(|a, b| if b.0 > a.0 { b } else { a }).map(|(_, face)| face)
}

/// Faces being joined: a union–find.
struct Pieces {
    /// Ascending.
    faces: Vec<FaceId>,
    parent: Vec<usize>,
}

impl Pieces {
    fn of(coverage: &Coverage, atoms: &[AtomId]) -> Self {
        let mut faces: Vec<FaceId> = atoms.iter().flat_map(|&atom| coverage.faces_of(atom)).collect();
        faces.sort_unstable();
        Self { parent: (0..faces.len()).collect(), faces }
    }

    fn root(&mut self, mut face: usize) -> usize {
        while self.parent[face] != face {
            self.parent[face] = self.parent[self.parent[face]];
            face = self.parent[face];
        }
        face
    }

    fn join(&mut self, a: usize, b: usize) {
        let (a, b) = (self.root(a), self.root(b));
        self.parent[a.max(b)] = a.min(b);
    }

    fn join_across_borders(&mut self, coverage: &Coverage, ground: &Ground) {
        for here in 0..self.faces.len() {
            let face = self.faces[here];
            let atom = coverage.atom_of(face);
            for &arc in coverage.rings_of(face).flat_map(|ring| coverage.ring(ring)) {
                let Some(other) = coverage.right(arc).filter(|&other| other > face) else { continue };
                if let Ok(there) = self.faces.binary_search(&other)
                    && !ground.is_barred(atom, coverage.atom_of(other))
                {
                    self.join(here, there);
                }
            }
        }
    }

    /// Joins, for each link, the largest faces on its two sides.
    fn join_across_links(&mut self, dataset: &Dataset, ground: &Ground, atoms: &[AtomId]) {
        if ground.linked.is_empty() {
            return;
        }
        let mut ends: HashMap<(usize, usize), (f64, FaceId)> = HashMap::new();
        let mut links: Vec<usize> = Vec::new();
        for &atom in atoms {
            let Some(sides) = ground.linked.get(&atom) else { continue };
            let Some(face) = home_face(dataset, atom) else { continue };
            let area = face_area_m2(dataset, face);
            for &(link, side) in sides {
                links.push(link);
                let end = ends.entry((link, side)).or_insert((area, face));
                if area > end.0 {
                    *end = (area, face);
                }
            }
        }
        links.sort_unstable();
        links.dedup();
        for link in links {
            if let Some((&(_, a), &(_, b))) = ends.get(&(link, 0)).zip(ends.get(&(link, 1)))
                && let (Ok(a), Ok(b)) = (self.faces.binary_search(&a), self.faces.binary_search(&b))
            {
                self.join(a, b);
            }
        }
    }

    fn parts(mut self, dataset: &Dataset) -> Vec<Part> {
        let coverage = &dataset.coverage;
        let roots: Vec<usize> = (0..self.faces.len()).map(|face| self.root(face)).collect();
        let mut part_of: HashMap<usize, usize> = HashMap::new();
        let mut parts: Vec<Part> = Vec::new();
        for (&face, &root) in self.faces.iter().zip(&roots) {
            let at = *part_of.entry(root).or_insert_with(|| {
                parts.push(Part { faces: Vec::new(), atoms: Vec::new(), people: None, area_m2: 0.0 });
                parts.len() - 1
            });
            let part = &mut parts[at];
            part.faces.push(face);
            part.area_m2 += face_area_m2(dataset, face);
            let atom = coverage.atom_of(face);
            if home_face(dataset, atom) == Some(face) {
                part.atoms.push(atom);
            }
        }
        for part in &mut parts {
            part.people = dataset.people_of(&part.atoms).value();
        }
        parts
    }
}
