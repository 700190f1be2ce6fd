//! The card of a split: where it is cut, what the parts are called, how people are shared out.
//!
//! A click on the map sets a corner of the line; Enter finishes the line, then splits. Esc takes the line back, then
//! closes the card.

use eframe::egui::{RichText, Ui};

use super::columns::Widths;
use super::ending::{CardEnd, Ending};
use super::merge::{self, row};
use super::says::{Confirm, Says};
use crate::ui::shown::Shown;
use crate::ui::state::action::Action;
use crate::ui::state::command::{Click, Command, Gesture};
use crate::ui::state::sketch::Sketch;
use crate::ui::theme::{CAPTION, GRID};
use crate::ui::widgets;
use crate::ui::words;
use quhua::edit::{Along, Edit, EditError, Share, SplitPart, UnitRef};
use quhua::i18n::{Text, numbers, sentences};
use quhua::jobs::Derived;
use quhua::metrics::Figure;
use quhua::model::{CodeStatus, LevelIndex, UnitId};
use quhua::study::{PartApart, SplitOutlook, Study};

/// Vertices of all borders up to which a split is thought through while the pointer moves.
const LIVE: usize = 400_000;

/// How people are shared out between the parts.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum ShareChoice {
    /// By area.
    #[default]
    Area,
    /// By the number of facilities on each side.
    Points,
    /// By figures that the planner gives.
    Given,
}

/// A split being thought over.
pub struct SplitDraft {
    /// The unit.
    pub unit: UnitId,
    /// The line.
    pub sketch: Sketch,
    /// Names and code as far as the planner gave them: for the part that goes on, and for the new one.
    names: [String; 2],
    code: String,
    /// Which part goes on: the left one, or the right one.
    keeps: Option<usize>,
    /// Whether the part that does not go on goes to a neighbour, and to which one.
    given: bool,
    to: Option<UnitId>,
    share: ShareChoice,
    weights: [String; 2],
    /// Parts of the unit that lie apart, one of which is to be split off.
    apart: Vec<PartApart>,
    outlook: Derived<(Edit, u64), Result<SplitOutlook, EditError>>,
    /// What this line led to last, as long as it is refused for what was written since.
    seen: Option<(Along, SplitOutlook)>,
}

impl SplitDraft {
    /// A split of a unit, with everything left open but whether a part is `given` to a neighbour.
    #[must_use]
    pub fn new(unit: UnitId, given: bool) -> Self {
        Self {
            unit,
            sketch: Sketch::default(),
            names: Default::default(),
            code: String::new(),
            keeps: None,
            given,
            to: None,
            share: ShareChoice::Area,
            weights: Default::default(),
            apart: Vec::new(),
            outlook: Derived::default(),
            seen: None,
        }
    }

    /// A split between the parts of a unit that lie apart, of the last of them; `None` of a unit in one piece.
    #[must_use]
    pub fn of_parts(unit: UnitId, apart: Vec<PartApart>) -> Option<Self> {
        let mut draft = Self { apart, ..Self::new(unit, false) };
        let last = draft.apart.len().checked_sub(1)?;
        draft.take_part(last);
        Some(draft)
    }

    /// Cuts around a part that lies apart.
    fn take_part(&mut self, at: usize) {
        if let Some(part) = self.apart.get(at) {
            self.sketch = Sketch { corners: part.around.clone(), closed: true, done: true, ..Sketch::default() };
            self.keeps = Some(1);
        }
    }

    /// The edit that the card stands for; `None` while there is no line yet.
    #[must_use]
    fn edit(&self, project: &Study, places: &[geo::Coord], closed: bool, counts: Option<[usize; 2]>) -> Option<Edit> {
        if places.len() < 2 + usize::from(closed) {
            return None;
        }
        let unit = UnitRef::to(project.dataset(), project.state(), self.unit)?;
        let places = places.iter().map(|at| [at.x, at.y]).collect();
        let along = if closed { Along::Polygon(places) } else { Along::Line(places) };
        let written = |text: &str| (!text.trim().is_empty()).then(|| text.trim().into());
        let own = &project.state().unit(self.unit).code;
        let mut parts: [SplitPart; 2] = Default::default();
        // Without a choice, the edit says itself which part goes on; then the names follow it.
        let keeps = self.keeps.or_else(|| self.seen().map(|outlook| outlook.keeps));
        if let Some(keeps) = keeps {
            parts[keeps] = SplitPart { name: written(&self.names[0]), ..SplitPart::default() };
            let to = self.receiver().and_then(|to| UnitRef::to(project.dataset(), project.state(), to));
            parts[1 - keeps] = match to {
                Some(to) => SplitPart { to: Some(to), ..SplitPart::default() },
                None => SplitPart { name: written(&self.names[1]), code: written(&self.code), ..SplitPart::default() },
            };
        }
        if let Some(keeps) = self.keeps {
            parts[keeps].code = Some(own.clone()).filter(|code| !code.is_empty());
        }
        #[expect(clippy::cast_precision_loss, reason = "fewer points than that")]
        let share = match self.share {
            ShareChoice::Area => Share::Area,
            ShareChoice::Points => {
                let [left, right] = counts.unwrap_or_default().map(|count| count as f64);
                Share::Weights { left, right, of: "points".to_owned() }
            }
            ShareChoice::Given => {
                let [left, right] = self.weights.each_ref().map(|text| text.trim().parse().unwrap_or(0.0));
                Share::Weights { left, right, of: "given".to_owned() }
            }
        };
        Some(Edit::Split { unit, along, share, parts: parts.into() })
    }

    /// The edit, once the line is finished and the edit would be carried out.
    #[must_use]
    pub fn confirmed(&self) -> Option<&Edit> {
        self.outlook.key().filter(|_| self.outlook().is_some()).map(|(edit, _)| edit)
    }

    /// What it would lead to, if that was thought through.
    #[must_use]
    pub fn outlook(&self) -> Option<&SplitOutlook> {
        self.outlook.get()?.as_ref().ok()
    }

    fn seen(&self) -> Option<&SplitOutlook> {
        self.seen.as_ref().map(|(_, outlook)| outlook)
    }

    /// The unit that the part goes to: the one chosen, or the neighbour with the longest border.
    fn receiver(&self) -> Option<UnitId> {
        let neighbours = self.given.then(|| self.seen())?.map(|outlook| &outlook.neighbours[..]).unwrap_or_default();
        self.to.filter(|to| neighbours.contains(to)).or_else(|| neighbours.first().copied())
    }

    /// Thinks the split through again, if the card, the line or the document has changed.
    fn refresh(&mut self, shown: &Shown<'_>, sketch: &Sketch) {
        let Some(project) = shown.project else { return };
        let is_finest = project.state().unit(self.unit).level == LevelIndex::FINEST;
        let live = !is_finest || project.dataset().coverage.vertex_count() <= LIVE;
        let places = if live { sketch.places() } else { sketch.corners.clone() };
        let revision = project.revision();
        // What a first thought of a line brings to light, such as the neighbours, says what is meant.
        for _ in 0..3 {
            let points = shown.facilities().filter(|_| self.share == ShareChoice::Points);
            let counts = points.zip(self.seen()).map(|(points, outlook)| outlook.counts(points));
            let edit = self.edit(project, &places, sketch.closed, counts);
            let Some((edit, along)) = edit.and_then(|edit| match &edit {
                Edit::Split { along, .. } => Some((edit.clone(), along.clone())),
                _ => None,
            }) else {
                self.seen = None;
                return self.outlook.forget();
            };
            if self.seen.take_if(|(of, _)| *of != along).is_some() {
                continue;
            }
            let key = (edit, revision);
            if !self.outlook.is_of(&key) {
                let outlook = project.split_outlook(self.unit, &key.0);
                if let Ok(outlook) = &outlook {
                    self.seen = Some((along, outlook.clone()));
                }
                self.outlook.put(key, outlook);
            }
        }
    }
}

impl Says for SplitDraft {
    fn gesture(&self) -> Gesture {
        Gesture::Split
    }

    fn click(&self) -> Click {
        Click::Draws
    }

    fn sketch(&self) -> Option<&Sketch> {
        Some(&self.sketch)
    }

    fn sketch_mut(&mut self) -> Option<&mut Sketch> {
        Some(&mut self.sketch)
    }

    fn is_ready(&self) -> bool {
        self.sketch.done
    }

    fn confirm(&self, _project: &Study) -> Confirm {
        let edit = self.confirmed().filter(|_| self.sketch.done).cloned();
        edit.map_or(Confirm::Say(Text::SplitGoOn), Confirm::Edit)
    }

    fn step_back(&mut self) -> bool {
        self.sketch.step_back()
    }
}

/// Shows the card.
pub(super) fn show(ui: &mut Ui, shown: &Shown<'_>, draft: &mut SplitDraft, end: &mut CardEnd, send: &mut Vec<Command>) {
    let Some(project) = shown.project else { return };
    let sketch = draft.sketch.clone();
    draft.refresh(shown, &sketch);
    draft.sketch.parts = draft.outlook().and_then(|outlook| Some([outlook.parts[0].at?, outlook.parts[1].at?]));
    let title = match () {
        () if !draft.apart.is_empty() => Text::SplitOffPart,
        () if draft.given => Text::GivePart,
        () => Text::SplitTitle,
    };
    widgets::heading(ui, shown.text(title).trim_end_matches('…'));
    let unit = project.state().unit(draft.unit);
    widgets::hint(ui, shown.colours, words::unit(unit));
    ui.add_space(GRID);
    parts_apart(ui, shown, draft);
    if sketch.corners.is_empty() {
        widgets::hint(ui, shown.colours, shown.text(Text::SplitHint));
    }
    match draft.outlook.get() {
        None if sketch.corners.is_empty() => {}
        None => {
            widgets::hint(ui, shown.colours, shown.text(Text::SplitGoOn));
        }
        // A line that is not finished does not have to cut yet.
        Some(Err(_)) if !sketch.done => {
            widgets::hint(ui, shown.colours, shown.text(Text::SplitGoOn));
        }
        Some(Err(error)) => {
            let error = error.clone();
            choices(ui, shown, project, draft);
            ui.add_space(GRID);
            merge::refusal(ui, shown, &error);
        }
        Some(Ok(_)) => {
            choices(ui, shown, project, draft);
            if let Some(outlook) = draft.outlook() {
                ui.add_space(GRID);
                table(ui, shown, project, outlook);
                for warning in &outlook.warnings {
                    merge::warning_line(ui, shown, warning);
                }
            }
        }
    }
    let possible = sketch.done && draft.outlook().is_some();
    let keys = if sketch.done { Text::EnterDoes } else { Text::EnterFinishesLine };
    end.here(ui, shown, Ending { action: Action::ConfirmSplit, possible, keys }, send);
}

/// Which of the parts that lie apart is split off.
fn parts_apart(ui: &mut Ui, shown: &Shown<'_>, draft: &mut SplitDraft) {
    if draft.apart.is_empty() {
        return;
    }
    let name = |at: usize| {
        let area = numbers::area_with_unit(draft.apart[at].area_m2, shown.area_unit(), shown.lang);
        sentences::part_apart(shown.lang, at + 1, &area)
    };
    let now = draft.apart.iter().position(|part| part.around == draft.sketch.corners).map(name);
    let all: Vec<usize> = (0..draft.apart.len()).collect();
    let mut picked = None;
    row(ui, shown, Text::PartApart, |ui| {
        picked = merge::pick(ui, shown, Text::PartApart, &now.unwrap_or_default(), &all, name);
    });
    if let Some(at) = picked {
        draft.take_part(at);
    }
}

/// Which part goes on, names, code, and how people are shared out.
fn choices(ui: &mut Ui, shown: &Shown<'_>, project: &Study, draft: &mut SplitDraft) {
    let Some(outlook) = draft.seen() else { return };
    let (keeps, derived) = (outlook.keeps, outlook.parts.each_ref().map(|part| part.unit.clone()));
    let (to, neighbours) = (outlook.to, outlook.neighbours.clone());
    let sides = [(0, "①", ""), (1, "②", "")];
    row(ui, shown, Text::SplitKeeps, |ui| {
        if let Some(side) = widgets::choice(ui, shown.colours, keeps, &sides) {
            draft.keeps = Some(side);
        }
    });
    if !neighbours.is_empty() {
        let ends = [
            (false, shown.text(Text::PartSetUp), shown.text(Text::PartSetUpHint)),
            (true, shown.text(Text::PartToNeighbour), shown.text(Text::PartToNeighbourHint)),
        ];
        row(ui, shown, Text::PartGoes, |ui| {
            if let Some(given) = widgets::choice(ui, shown.colours, draft.given, &ends) {
                draft.given = given;
            }
        });
    }
    if let Some(to) = to {
        row(ui, shown, Text::Receiver, |ui| {
            let name = |unit: UnitId| words::unit(project.state().unit(unit)).to_owned();
            if let Some(picked) = merge::pick(ui, shown, Text::Receiver, &name(to), &neighbours, name) {
                draft.to = Some(picked);
            }
        });
    }
    for (which, part) in [(0, keeps), (1, 1 - keeps)] {
        if which == 1 && to.is_some() {
            continue;
        }
        let name = if which == 0 { Text::SplitNameKept } else { Text::SplitNameNew };
        row(ui, shown, name, |ui| {
            let width = ui.available_width();
            widgets::field(ui, shown.text(name), &mut draft.names[which], &derived[part].name, width);
        });
    }
    if to.is_none() {
        row(ui, shown, Text::Code, |ui| {
            let unit = &derived[1 - keeps];
            let proposed = unit.code_status == CodeStatus::Proposed;
            merge::code_field(ui, shown, &mut draft.code, &unit.code, proposed);
        });
    }
    if project.state().unit(draft.unit).level != LevelIndex::FINEST {
        // Whole members move: there is nothing to share out.
        return;
    }
    let mut ways = vec![(ShareChoice::Area, shown.text(Text::ShareByArea), shown.text(Text::ShareByAreaHint))];
    if shown.facilities().is_some() {
        ways.push((ShareChoice::Points, shown.text(Text::ShareByPoints), shown.text(Text::ShareByPointsHint)));
    }
    ways.push((ShareChoice::Given, shown.text(Text::ShareGiven), shown.text(Text::ShareGivenHint)));
    row(ui, shown, Text::ShareHow, |ui| {
        if let Some(way) = widgets::choice(ui, shown.colours, draft.share, &ways) {
            draft.share = way;
            if way == ShareChoice::Given && draft.weights.iter().all(String::is_empty) {
                let people = draft.outlook().map(|outlook| {
                    outlook.parts.each_ref().map(|part| part.population.map(|it| it.to_string()).unwrap_or_default())
                });
                draft.weights = people.unwrap_or_default();
            }
        }
    });
    if draft.share == ShareChoice::Given {
        row(ui, shown, Text::Population, |ui| {
            let width = (ui.available_width() - 2.0 * GRID) / 2.0;
            for (side, weight) in draft.weights.iter_mut().enumerate() {
                let name = sentences::people_of_part(shown.lang, side + 1);
                widgets::field(ui, &name, weight, ["①", "②"][side], width);
            }
        });
    }
}

/// The figures of the unit and of the two parts.
fn table(ui: &mut Ui, shown: &Shown<'_>, project: &Study, outlook: &SplitOutlook) {
    let whole = project.figures(outlook.whole);
    let unit = shown.area_unit();
    let mut rows: Vec<(String, [String; 3])> = Vec::new();
    if project.state().unit(outlook.whole).level != LevelIndex::FINEST {
        let [a, b] = outlook.parts.each_ref().map(|part| numbers::count(part.members));
        let all = numbers::count(project.state().members(outlook.whole).len());
        rows.push((shown.text(Text::Members).to_owned(), [all, a, b]));
    }
    if project.dataset().fields.population.is_some() {
        let parts = outlook.parts.each_ref().map(|part| numbers::decimal_or_unknown(part.population));
        let [a, b] = parts;
        rows.push((words::figure_with_unit(shown, Figure::Population), [Figure::Population.text(&whole, unit), a, b]));
    }
    let [a, b] = outlook.parts.each_ref().map(|part| numbers::area(part.area_m2, unit));
    rows.push((words::figure_with_unit(shown, Figure::Area), [numbers::area(whole.area_m2, unit), a, b]));
    for field in 0..project.dataset().fields.sum.len() {
        let [a, b] = outlook.parts.each_ref().map(|part| numbers::decimal_or_unknown(part.sums[field]));
        rows.push((words::figure_with_unit(shown, Figure::Sum(field)), [Figure::Sum(field).text(&whole, unit), a, b]));
    }
    let headings = [shown.text(Text::Before), "①", "②"];
    let widths = Widths::of(ui, 3, rows.iter().flat_map(|(_, cells)| cells).map(String::as_str), headings.into_iter());
    widths.row(ui, |ui, cell| {
        cell.name(ui, RichText::new(shown.text(Text::Item)).size(CAPTION).color(shown.colours.muted));
        for heading in headings {
            cell.figure(ui, RichText::new(heading).size(CAPTION).color(shown.colours.muted));
        }
    });
    for (name, cells) in &rows {
        widths.row(ui, |ui, cell| {
            cell.name(ui, RichText::new(name).color(shown.colours.muted));
            for text in cells {
                cell.figure(ui, RichText::new(text).color(shown.colours.ink));
            }
        });
    }
}
