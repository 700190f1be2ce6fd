//! Two plans made one: A's edits, then those of B that A does not have.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use super::conflict::{Change, Conflict, Doing, NotCarriedOut, Side, Why};
use super::diff::pair_up;
use super::told::{Subject, Told, tell};
use crate::edit::document::Document;
use crate::edit::error::EditError;
use crate::edit::op::Edit;
use crate::edit::plan::{LedgerRef, Plan};
use crate::edit::refs::UnitLabel;
use crate::model::Dataset;

/// Two plans made one.
#[derive(Clone, Debug, PartialEq)]
pub struct Joined {
    /// What goes together, and what was preferred: it can be carried out on the boundaries. Everything derived is filled
    /// in, and the hashes are those of the boundaries.
    pub plan: Plan,
    /// What does not go together.
    pub conflicts: Vec<Conflict>,
    /// What does not even go alone.
    pub not_carried_out: Vec<NotCarriedOut>,
}

/// Makes one plan of two.
///
/// Changes are measured by an ancestor of both: edits that a plan has beyond it, and edits of it that a plan took back.
/// Without one, the longest common beginning is the ancestor. A change of one plan and a change of the other are in
/// conflict when both name or make the same unit, or when one is refused after the other.
///
/// With a preferred plan, its changes are carried out first, and those of the other that are in conflict are left out.
/// Without, A's are carried out first, and all that are in conflict are left out. What is refused in one order may go
/// together in the other. What builds on something left out is left out with it.
#[must_use]
pub fn join(dataset: &Arc<Dataset>, a: &Plan, b: &Plan, ancestor: Option<&Plan>, prefer: Option<Side>) -> Joined {
    let told = [tell(dataset, &a.edits), tell(dataset, &b.edits)];
    let origin = ancestor.map_or_else(|| common_beginning(&told), |plan| tell(dataset, &plan.edits));
    let joining = Joining::new(dataset, prefer, told, origin);
    let mut decided = Decided::default();
    joining.find_same_units(&mut decided);
    let edits = loop {
        if let Some(edits) = joining.carry_out(&mut decided) {
            break edits;
        }
    };
    let name = if a.name.is_empty() { &b.name } else { &a.name }.clone();
    let extra = b.extra.iter().chain(&a.extra).map(|(key, value)| (key.clone(), value.clone())).collect();
    let mut base = Document::new(Arc::clone(dataset)).plan().base;
    LedgerRef::name_in(&mut base, &edits, dataset.ledgers().iter().map(|laid| &**laid.ledger()));
    Joined {
        plan: Plan { name, base, edits, extra },
        conflicts: joining.conflicts(&decided),
        not_carried_out: joining.not_carried_out(),
    }
}

fn common_beginning([a, b]: &[Vec<Told>; 2]) -> Vec<Told> {
    a.iter().zip(b).take_while(|(a, b)| a.edit == b.edit).map(|(a, _)| a.clone()).collect()
}

/// What an edit of a plan is to the other plan and the ancestor.
#[derive(Clone, Copy, Debug)]
enum Role {
    /// The ancestor has it, at this position.
    FromOrigin(usize),
    /// Both plans added it.
    AddedByBoth,
    /// It is the change at this position in [`Joining::changes`].
    Own(usize),
    /// It cannot be carried out.
    Refused,
}

/// A change of one plan alone.
#[derive(Clone, Copy, Debug)]
struct Own {
    side: Side,
    doing: Doing,
    /// In its plan, or in the ancestor.
    index: usize,
}

/// An edit on its way into the merged plan.
#[derive(Clone, Copy)]
struct Item<'a> {
    told: &'a Told,
    /// The change that it is, unless both plans have it.
    change: Option<usize>,
    origin: Option<usize>,
    /// Where it stands in the plan that is carried out first, or in the ancestor.
    index: usize,
}

/// What is to be joined.
struct Joining<'a> {
    dataset: &'a Arc<Dataset>,
    prefer: Option<Side>,
    told: [Vec<Told>; 2],
    origin: Vec<Told>,
    roles: [Vec<Role>; 2],
    changes: Vec<Own>,
    /// For each plan the edits of the ancestor that it alone took back, and which changes these are.
    taken_back: [BTreeMap<usize, usize>; 2],
}

/// A conflict as it is found: who is left out turns out later.
#[derive(PartialEq)]
struct Found {
    why: Why,
    units: Vec<UnitLabel>,
    changes: Vec<usize>,
    /// An edit of both plans that is refused.
    kept: Option<Change>,
}

#[derive(Default)]
struct Decided {
    /// Changes that the merged plan does without.
    out: BTreeSet<usize>,
    found: Vec<Found>,
}

impl Decided {
    fn record(&mut self, found: Found) {
        if !self.found.contains(&found) {
            self.found.push(found);
        }
    }
}

impl<'a> Joining<'a> {
    fn new(dataset: &'a Arc<Dataset>, prefer: Option<Side>, told: [Vec<Told>; 2], origin: Vec<Told>) -> Self {
        let from_origin = told.each_ref().map(|told| pair_up(&edits(&origin), &edits(told)));
        let mut roles = told.each_ref().map(|told| vec![Role::Refused; told.len()]);
        for (roles, positions) in roles.iter_mut().zip(&from_origin) {
            for (at, position) in positions.iter().enumerate() {
                if let Some(position) = *position {
                    roles[position] = Role::FromOrigin(at);
                }
            }
        }
        let mut changes = Vec::new();
        let added = [0, 1].map(|side: usize| -> Vec<usize> {
            let is_added = |at: &usize| matches!(roles[side][*at], Role::Refused) && told[side][*at].refused.is_none();
            (0..told[side].len()).filter(is_added).collect()
        });
        let [added_a, added_b] =
            [0, 1].map(|side: usize| added[side].iter().map(|&at| &told[side][at].edit).collect::<Vec<_>>());
        for (&at, partner) in added[0].iter().zip(pair_up(&added_a, &added_b)) {
            if let Some(partner) = partner {
                roles[0][at] = Role::AddedByBoth;
                roles[1][added[1][partner]] = Role::AddedByBoth;
            }
        }
        let mut taken_back = [BTreeMap::new(), BTreeMap::new()];
        for side in Side::BOTH {
            let (here, there) = (&from_origin[side as usize], &from_origin[side.other() as usize]);
            for (index, told) in origin.iter().enumerate() {
                if here[index].is_none() && there[index].is_some() && told.refused.is_none() {
                    taken_back[side as usize].insert(index, changes.len());
                    changes.push(Own { side, doing: Doing::TakenBack, index });
                }
            }
            for &index in &added[side as usize] {
                if matches!(roles[side as usize][index], Role::Refused) {
                    roles[side as usize][index] = Role::Own(changes.len());
                    changes.push(Own { side, doing: Doing::Added, index });
                }
            }
        }
        Self { dataset, prefer, told, origin, roles, changes, taken_back }
    }

    /// The plan whose edits come first.
    fn first(&self) -> Side {
        self.prefer.unwrap_or(Side::A)
    }

    fn told_of(&self, change: usize) -> &Told {
        let Own { side, doing, index } = self.changes[change];
        if doing == Doing::TakenBack { &self.origin[index] } else { &self.told[side as usize][index] }
    }

    fn changes_of(&self, side: Side) -> impl Iterator<Item = usize> {
        (0..self.changes.len()).filter(move |&change| self.changes[change].side == side)
    }

    /// Finds the changes of one plan that touch what changes of the other touch.
    fn find_same_units(&self, decided: &mut Decided) {
        let first = self.first();
        let mut touching: BTreeMap<&Subject, Vec<usize>> = BTreeMap::new();
        for change in self.changes_of(first) {
            for subject in &self.told_of(change).touched {
                touching.entry(subject).or_default().push(change);
            }
        }
        for change in self.changes_of(first.other()) {
            let told = self.told_of(change);
            let shared: Vec<&Subject> = told.touched.iter().filter(|subject| touching.contains_key(*subject)).collect();
            if shared.is_empty() {
                continue;
            }
            let rivals: BTreeSet<usize> = shared.iter().flat_map(|subject| &touching[*subject]).copied().collect();
            decided.out.insert(change);
            if self.prefer.is_none() {
                decided.out.extend(&rivals);
            }
            let units = told.labels(shared.into_iter());
            let changes = rivals.into_iter().chain([change]).collect();
            decided.record(Found { why: Why::SameUnits, units, changes, kept: None });
        }
    }

    /// The edits of the merged plan in order, without the changes in `out`.
    fn items(&self, out: &BTreeSet<usize>) -> Vec<Item<'_>> {
        let [first, second] = [self.first(), self.first().other()].map(|side| side as usize);
        let mut items = Vec::new();
        for (index, (told, role)) in self.told[first].iter().zip(&self.roles[first]).enumerate() {
            let item = Item { told, change: None, origin: None, index };
            match *role {
                _ if told.refused.is_some() => {}
                Role::FromOrigin(at) => {
                    if self.taken_back[second].get(&at).is_none_or(|change| out.contains(change)) {
                        items.push(Item { origin: Some(at), ..item });
                    }
                }
                Role::AddedByBoth => items.push(item),
                Role::Own(change) if !out.contains(&change) => items.push(Item { change: Some(change), ..item }),
                Role::Own(_) | Role::Refused => {}
            }
        }
        // What the first plan took back, but not in the merged one, returns behind what it stood behind.
        for (&at, _) in self.taken_back[first].iter().filter(|(_, change)| out.contains(change)) {
            let behind = items.iter().rposition(|item: &Item<'_>| item.origin.is_some_and(|origin| origin < at));
            let item = Item { told: &self.origin[at], change: None, origin: Some(at), index: at };
            items.insert(behind.map_or(0, |behind| behind + 1), item);
        }
        // The edits of the second plan come last, but those that it put before an edit of the ancestor stay before that.
        let mut before = None;
        let mut placed = Vec::new();
        for (index, (told, role)) in self.told[second].iter().zip(&self.roles[second]).enumerate().rev() {
            match *role {
                Role::FromOrigin(at) if items.iter().any(|item| item.origin == Some(at)) => before = Some(at),
                Role::Own(change) if !out.contains(&change) => {
                    placed.push((before, Item { told, change: Some(change), origin: None, index }));
                }
                _ => {}
            }
        }
        for (before, item) in placed.into_iter().rev() {
            let at = before.and_then(|_| items.iter().position(|item| item.origin == before));
            items.insert(at.unwrap_or(items.len()), item);
        }
        items
    }

    /// Carries out what is not left out; `None` when something before the refused edit has to be left out.
    fn carry_out(&self, decided: &mut Decided) -> Option<Vec<Edit>> {
        let items = self.items(&decided.out);
        let mut document = Document::new(Arc::clone(self.dataset));
        for item in &items {
            if self.leave_out_what_builds_on(item, &item.told.touched, decided) {
                continue;
            }
            if let Err(error) = document.commit(&item.told.edit)
                && !self.leave_out_what_builds_on(item, &item.told.involved, decided)
                && self.settle(item, error.into(), decided)
            {
                return None;
            }
        }
        Some(document.plan().edits)
    }

    /// Leaves a change out when it is about something that an earlier change of its plan was to bring, which is left out.
    fn leave_out_what_builds_on(&self, item: &Item<'_>, about: &BTreeSet<Subject>, decided: &mut Decided) -> bool {
        let Some(change) = item.change else { return false };
        let Own { side, index, .. } = self.changes[change];
        let is_earlier = |other: &Own| other.side == side && (other.doing == Doing::TakenBack || other.index < index);
        let meets = |other: usize| !self.told_of(other).touched.is_disjoint(about);
        let mut out = decided.out.iter().copied().rev();
        let Some(cause) = out.find(|&other| is_earlier(&self.changes[other]) && meets(other)) else { return false };
        let units = item.told.labels(about.intersection(&self.told_of(cause).touched));
        decided.out.insert(change);
        decided.record(Found { why: Why::BuildsOn, units, changes: vec![cause, change], kept: None });
        true
    }

    /// Decides what to do about a refused edit. Returns whether something else is left out for it.
    fn settle(&self, item: &Item<'_>, error: Box<EditError>, decided: &mut Decided) -> bool {
        let side = item.change.map(|change| self.changes[change].side);
        let rivals = self.rivals(item, side, decided);
        let told = |change: &usize| &self.told_of(*change).involved;
        let shared: BTreeSet<&Subject> =
            rivals.iter().flat_map(|rival| item.told.involved.intersection(told(rival))).collect();
        let units = if shared.is_empty() {
            item.told.labels(item.told.touched.iter())
        } else {
            item.told.labels(shared.into_iter())
        };
        let kept = item.change.is_none().then(|| Change {
            plan: self.first(),
            doing: Doing::Kept,
            index: item.index,
            words: item.told.words.clone(),
            edit: item.told.edit.clone(),
            left_out: rivals.is_empty(),
        });
        let mut changes: Vec<usize> = rivals.iter().copied().chain(item.change).collect();
        changes.sort_by_key(|&change| self.changes[change].side);
        let why = Why::Refused { refused: side.unwrap_or(self.first()), error };
        decided.record(Found { why, units, changes, kept });

        // What was preferred stays if it can, and so does what both plans have.
        let stays = side.is_none() || self.prefer == side;
        if let Some(change) = item.change.filter(|_| !stays || rivals.is_empty()) {
            decided.out.insert(change);
        }
        if stays || self.prefer.is_none() {
            decided.out.extend(&rivals);
            return !rivals.is_empty();
        }
        false
    }

    /// Changes of the other plan that an edit is refused for: the latest one without which it is not, or else all that
    /// are about the same units. For an edit of both plans, changes of either.
    fn rivals(&self, item: &Item<'_>, side: Option<Side>, decided: &Decided) -> Vec<usize> {
        let is_other = |&change: &usize| Some(self.changes[change].side) != side && !decided.out.contains(&change);
        let meets = |change: &usize| !self.told_of(*change).involved.is_disjoint(&item.told.involved);
        let rivals: Vec<usize> = (0..self.changes.len()).filter(|change| is_other(change) && meets(change)).collect();
        let alone = rivals.iter().rev().find(|&&rival| self.accepts_without(item, rival, &decided.out));
        alone.map_or(rivals.clone(), |&rival| vec![rival])
    }

    /// Whether an edit is accepted when one more change is left out.
    fn accepts_without(&self, item: &Item<'_>, rival: usize, out: &BTreeSet<usize>) -> bool {
        let mut out = out.clone();
        out.insert(rival);
        let mut document = Document::new(Arc::clone(self.dataset));
        for before in self.items(&out) {
            if std::ptr::eq(before.told, item.told) {
                return document.preview(&item.told.edit).is_ok();
            }
            let _ = document.commit(&before.told.edit);
        }
        false
    }

    fn conflicts(&self, decided: &Decided) -> Vec<Conflict> {
        let change = |&change: &usize| {
            let Own { side, doing, index } = self.changes[change];
            let Told { words, edit, .. } = self.told_of(change);
            let left_out = decided.out.contains(&change);
            Change { plan: side, doing, index, words: words.clone(), edit: edit.clone(), left_out }
        };
        let conflict = |Found { why, units, changes, kept }: &Found| {
            let mut changes: Vec<Change> = changes.iter().map(change).chain(kept.clone()).collect();
            changes.sort_by_key(|change| change.plan);
            Conflict { why: why.clone(), units: units.clone(), changes }
        };
        decided.found.iter().map(conflict).collect()
    }

    fn not_carried_out(&self) -> Vec<NotCarriedOut> {
        let of = |plan: Side| {
            let told = self.told[plan as usize].iter().enumerate();
            told.filter_map(move |(index, Told { edit, words, refused, .. })| {
                let error = refused.clone()?;
                Some(NotCarriedOut { plan, index, words: words.clone(), edit: edit.clone(), error })
            })
        };
        Side::BOTH.into_iter().flat_map(of).collect()
    }
}

fn edits(told: &[Told]) -> Vec<&Edit> {
    told.iter().map(|told| &told.edit).collect()
}
