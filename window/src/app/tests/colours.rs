//! Colours of the map: classes, breaks, circles.

use super::*;

fn breaks(harness: &Harness<'_, Option<App>>) -> Vec<f64> {
    app(harness).canvas.classes().unwrap().breaks().to_vec()
}

#[test]
fn an_edit_moves_no_break_between_classes() {
    let mut harness = window(Lang::En);
    act(&mut harness, Command::SetColouring(Colouring::Figure(Figure::Population)));
    for classing in [Classing::Quantile, Classing::EqualInterval, Classing::NaturalBreaks] {
        let look = FigureLook { classing, ..FigureLook::default() };
        act(&mut harness, Command::SetLook(Figure::Population, look));
        wait_for_figures(&mut harness);
        let before = breaks(&harness);
        assert_eq!(before.len(), 4, "{classing:?}");
        let pair = two_neighbours(app(&harness));
        act(&mut harness, Command::Select(pair, SelectMode::Replace));
        act(&mut harness, Action::Merge);
        act(&mut harness, Action::Confirm);
        // At once, and when all figures are known again.
        assert_eq!(breaks(&harness), before, "{classing:?}");
        wait_for_figures(&mut harness);
        assert_eq!(breaks(&harness), before, "{classing:?}");
    }
}

#[test]
fn breaks_of_ones_own_are_written_in_the_menu_and_a_bad_number_loses_nothing() {
    let mut harness = window(Lang::En);
    act(&mut harness, Command::SetColouring(Colouring::Figure(Figure::Area)));
    wait_for_figures(&mut harness);
    harness.get_by_label(Text::Colouring.in_lang(Lang::En)).click();
    harness.run_steps(3);
    harness.get_by_label(Text::ManualBreaks.in_lang(Lang::En)).click();
    harness.run_steps(3);
    // They start from those that the map shows.
    let first = breaks(&harness);
    assert!(!first.is_empty());
    let write = |harness: &mut Harness<'_, Option<App>>, text: &str| {
        let field = Text::Breaks.in_lang(Lang::En);
        harness.get_by_label(field).click();
        harness.run_steps(2);
        harness.key_press_modifiers(Modifiers::COMMAND, Key::A);
        harness.run_steps(2);
        harness.get_by_label(field).type_text(text);
        harness.run_steps(3);
    };
    write(&mut harness, "50, 8o");
    harness.get_by_label_contains("8o");
    assert_eq!(breaks(&harness), first);
    assert_eq!(harness.get_by_label(Text::Breaks.in_lang(Lang::En)).value().as_deref(), Some("50, 8o"));
    write(&mut harness, "50 80,120.5");
    assert_eq!(breaks(&harness), [50e6, 80e6, 120.5e6]);
    assert_eq!(harness.get_by_label(Text::Breaks.in_lang(Lang::En)).value().as_deref(), Some("50 80,120.5"));
    // They are remembered with the other choices, and come back as text.
    let kept = serde_json::to_string(&app(&harness).preferences).unwrap();
    let kept: Preferences = serde_json::from_str(&kept).unwrap();
    assert_eq!(kept.looks["area"].breaks, [50e6, 80e6, 120.5e6]);
}

#[test]
fn circles_take_the_place_of_classes_and_follow_an_edit() {
    let mut harness = window(Lang::En);
    act(&mut harness, Command::SetColouring(Colouring::Figure(Figure::Population)));
    wait_for_figures(&mut harness);
    assert!(app(&harness).canvas.classes().is_some() && app(&harness).canvas.circles().is_none());
    let look = FigureLook { mark: Mark::Circle, ..FigureLook::default() };
    act(&mut harness, Command::SetLook(Figure::Population, look));
    assert!(app(&harness).canvas.classes().is_none());
    let before = app(&harness).canvas.circles().unwrap();
    let pair = two_neighbours(app(&harness));
    act(&mut harness, Command::Select(pair, SelectMode::Replace));
    act(&mut harness, Action::Merge);
    act(&mut harness, Action::Confirm);
    assert_eq!(app(&harness).canvas.circles(), Some(before - 1));
    wait_for_figures(&mut harness);
    assert_eq!(app(&harness).canvas.circles(), Some(before - 1));
}

#[test]
fn a_number_that_cannot_be_summed_still_colours_the_map() {
    let mut window = window(Lang::En);
    let dataset = std::sync::Arc::clone(app(&window).project.as_ref().unwrap().dataset());
    let fields = &dataset.layers[0].table.fields();
    let names: Vec<&str> = dataset.numeric_fields().iter().map(|field| &*fields[field.index()]).collect();
    assert_eq!(names, ["elevation_m"]);
    let figure = *Figure::on_map(&dataset, &OwnFigures::default()).last().unwrap();
    act(&mut window, Command::SetColouring(Colouring::Figure(figure)));
    let project = app(&window).project.as_ref().unwrap();
    let mut villages = dataset.base.units_at(LevelIndex::FINEST);
    // 江湾社区 is the first village of the file.
    assert_eq!(project.value(villages.next().unwrap(), figure), Some(464.0));
    assert!(villages.all(|village| project.value(village, figure).is_some()));
    // Heights cannot be summed: that of a township is the mean over its ground.
    let township = dataset.base.units_at(LevelIndex(1)).next().unwrap();
    let height = project.value(township, figure).unwrap();
    let heights = dataset.base.members(township).iter().map(|&village| project.value(village, figure).unwrap());
    let (low, high) = heights.fold((f64::MAX, f64::MIN), |(low, high), it| (low.min(it), high.max(it)));
    assert!(low < height && height < high, "{low} {height} {high}");
}
