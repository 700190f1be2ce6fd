//! Tools that select on the map.

use super::*;

#[test]
fn the_switch_on_the_map_and_its_keys_take_up_a_tool() {
    let mut harness = window(Lang::En);
    harness.get_by_label(Text::LassoTool.in_lang(Lang::En)).click();
    harness.run_steps(2);
    assert_eq!(app(&harness).preferences.tool, Tool::Lasso);
    harness.key_press(Key::B);
    harness.run_steps(2);
    assert_eq!(app(&harness).preferences.tool, Tool::Brush);
    let (level, radius) = (app(&harness).view.level, app(&harness).preferences.brush.points());
    harness.key_press(Key::CloseBracket);
    harness.run_steps(2);
    assert!(app(&harness).preferences.brush.points() > radius);
    assert_eq!(app(&harness).view.level, level);
    harness.key_press(Key::V);
    harness.run_steps(2);
    assert_eq!(app(&harness).preferences.tool, Tool::Box);
}

#[test]
fn a_lasso_selects_and_with_shift_adds() {
    let mut harness = window(Lang::Zh);
    act(&mut harness, Action::FinerLevel);
    act(&mut harness, Action::LassoTool);
    let villages: Vec<UnitId> =
        app(&harness).project.as_ref().unwrap().state().units_at(app(&harness).view.level).collect();
    let (one, other) = (villages[0], villages[villages.len() / 2]);
    let path = around(place_of(app(&harness), one));
    drag(&mut harness, &path, true);
    assert!(app(&harness).view.is_selected(one) && !app(&harness).view.is_selected(other));
    let path = around(place_of(app(&harness), other));
    harness.event(Event::ModifiersChanged(Modifiers::SHIFT));
    drag(&mut harness, &path, true);
    assert!(app(&harness).view.is_selected(one) && app(&harness).view.is_selected(other));
    // With Alt, what the brush touches is taken out.
    act(&mut harness, Action::BrushTool);
    let at = place_of(app(&harness), one);
    harness.event(Event::ModifiersChanged(Modifiers::ALT));
    drag(&mut harness, &[at, at + vec2(8.0, 0.0)], true);
    assert!(!app(&harness).view.is_selected(one) && app(&harness).view.is_selected(other));
}

#[test]
fn a_brush_selects_all_that_it_touches_on_its_way() {
    let mut harness = window(Lang::Zh);
    act(&mut harness, Action::BrushTool);
    let pair = two_neighbours(app(&harness));
    let path = [place_of(app(&harness), pair[0]), place_of(app(&harness), pair[1])];
    drag(&mut harness, &path, true);
    assert!(pair.iter().all(|&unit| app(&harness).view.is_selected(unit)));
}

#[test]
fn escape_gives_up_what_is_being_drawn_and_keeps_the_selection() {
    let mut harness = window(Lang::Zh);
    let pair = two_neighbours(app(&harness));
    act(&mut harness, Command::Select(pair.clone(), SelectMode::Replace));
    for tool in [Action::BoxTool, Action::LassoTool, Action::BrushTool] {
        act(&mut harness, tool);
        let path = around(app(&harness).canvas.camera().viewport().center());
        drag(&mut harness, &path, false);
        harness.key_press(Key::Escape);
        harness.run_steps(2);
        harness.drop_at(path[3]);
        harness.run_steps(2);
        assert_eq!(app(&harness).view.selection, pair, "{tool:?}");
    }
}
