//! Figures of one's own: written in the window, kept with the document and for the next one.

use super::App;
use crate::ui::inspector::OwnDraft;
use crate::ui::state::view::Colouring;
use quhua::edit::OwnDefinition;
use quhua::metrics::Figure;
use quhua::query;

impl App {
    /// Opens the card of figures of one's own.
    pub(super) fn begin_own_figures(&mut self) {
        self.close_card();
        self.inspector.own = Some(OwnDraft::default());
        self.preferences.inspector_open = true;
    }

    /// Puts a figure in the place of the one called `was`, or adds it; without a figure, takes that one away.
    pub(super) fn set_own_figure(&mut self, was: Option<&str>, figure: Option<OwnDefinition>) {
        let Some(project) = &mut self.project else { return };
        let mut list = project.own_figures().definitions();
        let place = was.and_then(|was| list.iter().position(|own| own.name == was));
        let shown = match self.view.colouring {
            Colouring::Figure(Figure::Own(id)) => project.own_figures().get(id).map(|own| own.definition.name.clone()),
            _ => None,
        };
        let new_name = figure.as_ref().map(|figure| figure.name.clone());
        match (place, figure) {
            (Some(at), Some(figure)) => list[at] = figure,
            (Some(at), None) => drop(list.remove(at)),
            (None, Some(figure)) => list.push(figure),
            (None, None) => return,
        }
        project.decide(|basis| basis.own_figures = Some(list.clone()));
        // The map goes on to show it, whatever it is called now.
        if let Some(shown) = shown {
            let name = if was == Some(shown.as_str()) { new_name } else { Some(shown) };
            let now = name.and_then(|name| project.own_figures().named(&name).map(|own| own.id));
            self.view.colouring = now.map_or(Colouring::Neighbours, |id| Colouring::Figure(Figure::Own(id)));
        }
        self.preferences.own_figures = list;
        self.think_merger_again();
        self.changed(&[]);
    }

    /// Takes up figures that were written for another document and fit these data, unless this one has some of its own.
    pub(super) fn take_up_own_figures(&mut self) {
        let Some(project) = &mut self.project else { return };
        if project.basis().own_figures.is_some() {
            return;
        }
        let mut fitting: Vec<OwnDefinition> = Vec::new();
        let mut words = query::FormulaWords::clone(project.formula_words());
        for own in &self.preferences.own_figures {
            if let Ok(formula) = query::check_own(own, &fitting, &words, project.document().origin()) {
                words.add(own, formula);
                fitting.push(own.clone());
            }
        }
        if !fitting.is_empty() {
            project.adopt(|basis| basis.own_figures = Some(fitting));
        }
    }

    fn think_merger_again(&mut self) {
        if let Some(draft) = self.inspector.card.merger_mut() {
            draft.think_again();
        }
    }
}
