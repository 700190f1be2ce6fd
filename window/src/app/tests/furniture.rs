//! What lies over the map: messages that clicks go through, and the legend that folds. The details beside it.

use eframe::egui::{Pos2, Rect};
use egui_kittest::Harness;
use egui_kittest::kittest::Queryable as _;

use super::{act, app, place_of, two_neighbours, window, window_in};
use crate::app::App;
use crate::ui::notices::Gravity;
use crate::ui::state::action::Action;
use crate::ui::state::command::{Command, SelectMode};
use crate::ui::state::view::{Colouring, Preferences};
use quhua::edit::{Edit, LockTarget, UnitRef};
use quhua::i18n::{Lang, Text};
use quhua::metrics::Figure;
use quhua::model::UnitId;

fn say(harness: &mut Harness<'_, Option<App>>, text: &str) {
    harness.state_mut().as_mut().unwrap().notices.say(Gravity::Error, text);
    harness.run_steps(3);
}

/// A township with its inner point below a place on the screen, after the map was moved there.
fn bring_below(harness: &mut Harness<'_, Option<App>>, at: Pos2) -> UnitId {
    let app = harness.state_mut().as_mut().unwrap();
    let unit = app.project.as_ref().unwrap().state().units_at(app.view.level).next().unwrap();
    let place = place_of(app, unit);
    app.canvas.pan_by(at - place);
    harness.run_steps(2);
    unit
}

#[test]
fn a_click_on_the_map_below_a_message_selects_and_its_cross_closes_it() {
    let mut harness = window(Lang::En);
    say(&mut harness, "no such file: villages.geojson, choose another one");
    let text = harness.get_by_label_contains("no such file").rect();
    let unit = bring_below(&mut harness, text.center());
    harness.hover_at(text.center());
    harness.run_steps(1);
    assert_eq!(app(&harness).view.hovered, Some(unit));
    harness.drag_at(text.center());
    harness.run_steps(1);
    harness.drop_at(text.center());
    harness.run_steps(2);
    assert_eq!(app(&harness).view.selection, [unit]);
    assert_eq!(app(&harness).notices.unread_errors(), 1);
    harness.get_by_label(Text::Close.in_lang(Lang::En)).click();
    harness.run_steps(3);
    assert_eq!(app(&harness).notices.unread_errors(), 0);
    assert_eq!(app(&harness).view.selection, [unit]);
}

#[test]
fn messages_cover_neither_the_legend_nor_the_scale() {
    for size in [[1366.0, 768.0], [683.0, 384.0]] {
        let mut harness = window_in(size, Preferences { lang: Some(Lang::Zh), ..Preferences::default() }, None);
        say(&mut harness, "没有这个文件，请另选一个：示例县村级边界数据第二版.geojson");
        let text = harness.get_by_label_contains("没有这个文件").rect().expand(6.0);
        let legend = app(&harness).canvas.legend().unwrap().rect;
        assert!(!text.intersects(legend), "{text:?} {legend:?}");
        assert!(text.bottom() < app(&harness).canvas.camera().viewport().bottom() - 36.0, "{text:?}");
    }
}

fn legend(harness: &Harness<'_, Option<App>>) -> (Rect, bool) {
    let legend = app(harness).canvas.legend().unwrap();
    (legend.rect, legend.is_open)
}

#[test]
fn the_legend_folds_by_its_title_and_the_choice_is_kept() {
    let mut harness = window(Lang::En);
    let (open, is_open) = legend(&harness);
    assert!(is_open);
    harness.get_by_label("Fold: Legend").click();
    harness.run_steps(3);
    let (folded, is_open) = legend(&harness);
    assert!(!is_open && folded.height() < 0.4 * open.height());
    assert!(app(&harness).view.selection.is_empty());
    let kept = serde_json::to_string(&app(&harness).preferences).unwrap();
    assert_eq!(serde_json::from_str::<Preferences>(&kept).unwrap().legend_open, Some(false));
    act(&mut harness, Action::ToggleLegend);
    harness.run_steps(2);
    // Unfolded as it would be by itself, nothing is kept: in a small window it folds again.
    assert_eq!((legend(&harness).1, app(&harness).preferences.legend_open), (true, None));
}

#[test]
fn on_a_small_map_a_large_legend_is_folded_until_it_is_unfolded() {
    let preferences = Preferences { lang: Some(Lang::Zh), ..Preferences::default() };
    let mut harness = window_in([683.0, 384.0], preferences, None);
    act(&mut harness, Command::SetColouring(Colouring::Figure(Figure::Population)));
    let map = app(&harness).canvas.camera().viewport();
    for _ in 0..200 {
        harness.step();
        if app(&harness).canvas.classes().is_some() {
            break;
        }
        std::thread::sleep(std::time::Duration::from_millis(5));
    }
    harness.run_steps(2);
    let (folded, is_open) = legend(&harness);
    assert!(!is_open && folded.area() < 0.1 * map.area());
    act(&mut harness, Action::ToggleLegend);
    harness.run_steps(2);
    assert_eq!((legend(&harness).1, app(&harness).preferences.legend_open), (true, Some(true)));
}

#[test]
fn details_begin_at_their_top_after_another_selection_and_after_a_lock() {
    let mut harness = window_in([900.0, 420.0], Preferences { lang: Some(Lang::En), ..Preferences::default() }, None);
    let units: Vec<UnitId> = {
        let app = app(&harness);
        app.project.as_ref().unwrap().state().units_at(app.view.level).take(2).collect()
    };
    let name = |harness: &Harness<'_, Option<App>>, unit: UnitId| {
        app(harness).project.as_ref().unwrap().state().unit(unit).name.to_string()
    };
    act(&mut harness, Command::Select(vec![units[0]], SelectMode::Replace));
    let details = harness.ctx.read_response(crate::ui::focus::Stop::Details.id()).unwrap().rect;
    let heading = |harness: &Harness<'_, Option<App>>, name: &str| {
        let all = harness.get_all_by_label(name).map(|node| node.rect());
        all.filter(|rect| details.contains(rect.center())).map(|rect| rect.top()).fold(f32::INFINITY, f32::min)
    };
    let top = heading(&harness, &name(&harness, units[0]));
    let scroll_down = |harness: &mut Harness<'_, Option<App>>| {
        harness.hover_at(details.center());
        harness.run_steps(1);
        harness.event(eframe::egui::Event::MouseWheel {
            unit: eframe::egui::MouseWheelUnit::Point,
            delta: eframe::egui::vec2(0.0, -300.0),
            phase: eframe::egui::TouchPhase::Move,
            modifiers: eframe::egui::Modifiers::NONE,
            source: eframe::egui::MouseWheelSource::Wheel,
        });
        harness.run_steps(20);
    };
    scroll_down(&mut harness);
    let gone = harness.query_all_by_label(&name(&harness, units[0])).all(|node| {
        let rect = node.rect();
        !details.contains(rect.center()) || rect.top() < top - 50.0
    });
    assert!(gone, "the panel was scrolled");
    act(&mut harness, Command::Select(vec![units[1]], SelectMode::Replace));
    harness.run_steps(3);
    assert!((heading(&harness, &name(&harness, units[1])) - top).abs() < 1.0);
    scroll_down(&mut harness);
    let project = app(&harness).project.as_ref().unwrap();
    let unit = UnitRef::to(project.dataset(), project.state(), units[1]).unwrap();
    act(&mut harness, Command::Commit(Edit::Lock { target: LockTarget::Units(vec![unit]), reason: "".into() }));
    harness.run_steps(3);
    assert!((heading(&harness, &name(&harness, units[1])) - top).abs() < 1.0);
}

#[test]
fn the_buttons_of_a_card_stay_in_sight() {
    for (height, is_pinned) in [(768.0, false), (520.0, true)] {
        let mut window =
            window_in([1366.0, height], Preferences { lang: Some(Lang::Zh), ..Preferences::default() }, None);
        let both = Command::Select(two_neighbours(app(&window)), SelectMode::Replace);
        window.state_mut().as_mut().unwrap().act(both);
        act(&mut window, Action::Merge);
        window.run_steps(4);
        let button = window.get_by_label(Text::ConfirmMerge.in_lang(Lang::Zh)).rect();
        let form = window.get_by_label(Text::Absorb.in_lang(Lang::Zh)).rect();
        assert!(button.bottom() < height - 60.0 && button.top() > form.bottom(), "{button:?} of {height}");
        assert_eq!(app(&window).inspector.end_is_pinned(), is_pinned, "{height}");
        window.get_by_label(Text::ConfirmMerge.in_lang(Lang::Zh)).click();
        window.run_steps(3);
        assert_eq!(app(&window).project.as_ref().unwrap().document().position(), 1);
    }
}
