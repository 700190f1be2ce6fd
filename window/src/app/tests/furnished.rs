//! The sample county as everybody sees it first: with its ledgers, and the packs that know them.

use super::{app, window_furnished};
use quhua::i18n::Lang;

#[test]
fn nothing_is_wrong_with_it_and_nothing_is_unsaved() {
    for lang in Lang::ALL {
        let window = window_furnished(lang);
        let project = app(&window).project.as_ref().unwrap();
        assert_eq!(project.mistakes(), []);
        assert!(!project.document().is_modified());
        assert_eq!(project.dataset().ledgers().len(), 12);
    }
}
