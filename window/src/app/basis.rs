//! What figures rest on, as it is chosen in the window; it goes with the document.

use super::App;
use super::jobs::Kind;
use crate::ui::bottom::Findings;
use quhua::geodesy::AreaMethod;

impl App {
    /// Has areas computed in another way from now on, and with them all that follows from them.
    pub(super) fn set_area_method(&mut self, method: AreaMethod) {
        let Some(project) = self.project.as_mut().filter(|project| project.area_method() != method) else { return };
        project.decide(|basis| basis.area_method = method);
        self.jobs.drop_kinds(&[Kind::Measure, Kind::Judge, Kind::Check]);
        // Areas that the source declares are compared with the others.
        if let Some(project) = self.project.take() {
            self.bottom.findings = Findings::of_attributes(&project);
            self.check(&project);
            self.project = Some(project);
        }
        self.everything_changed();
    }

    /// Takes the next of all ways to compute areas.
    pub(super) fn next_area_method(&mut self) {
        let Some(now) = self.project.as_ref().map(quhua::study::Study::area_method) else { return };
        let after = AreaMethod::ALL.into_iter().skip_while(|&method| method != now).nth(1);
        self.set_area_method(after.unwrap_or(AreaMethod::ALL[0]));
    }
}
