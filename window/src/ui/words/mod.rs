//! What the window calls figures, units, tabs and choices, in both languages. What edits, findings and errors say of
//! themselves stands beside them, as [`Say`](quhua::i18n::Say).

mod hints;
mod keys;
pub mod repair;

use rust_decimal::Decimal;
use rust_decimal::prelude::ToPrimitive as _;

use super::shown::Shown;
use super::state::background::Shows;
use super::state::brush::BrushUnit;
use super::state::choropleth::{BreaksError, Classing, MOST_BREAKS};
use super::state::view::{BottomTab, Colouring};
use crate::render::{BrushRule, Scheme};
use quhua::compare::Reason;
use quhua::edit::crosswalk::Relation;
use quhua::edit::{Scenario, Stage};
use quhua::geodesy::AreaMethod;
use quhua::i18n::{Lang, Text, file_name, numbers, sentences};
use quhua::io::LayerSource;
use quhua::metrics::Figure;
use quhua::model::{Bound, BoundBy, Kind, Level, SeatUse, Unit};
use quhua::study::Study;
use quhua::tiles::{Grid, SourceInfo};

pub use hints::{about, hint};
pub use keys::{group, pointer_gestures};
pub use quhua::carto::words::level;

/// Name of a unit; its code where it has none.
#[must_use]
pub fn unit(unit: &Unit) -> &str {
    match unit.label() {
        "" => quhua::i18n::numbers::UNKNOWN,
        label => label,
    }
}

/// Name of a scenario; its number where it has none.
#[must_use]
pub fn scenario_name(lang: Lang, scenario: &Scenario) -> String {
    if scenario.name.trim().is_empty() {
        sentences::scenario_name(lang, scenario.id.0 as usize)
    } else {
        scenario.name.clone()
    }
}

/// Why a figure of a comparison cannot be known.
#[must_use]
pub const fn reason(lang: Lang, reason: Reason) -> &'static str {
    match reason {
        Reason::NoPopulation => lang.pick("数据中没有人口", "The data have no population"),
        Reason::PopulationMissing => lang.pick("有单元缺少人口", "The population of some unit is missing"),
        Reason::NoUnits => lang.pick("没有单元", "There is no unit"),
        Reason::NothingToDivideBy => lang.pick("没有可作除数的数值", "There is nothing to divide by"),
        Reason::NobodyThere => lang.pick("无人居住", "Nobody lives there"),
        Reason::IsFirst => lang.pick("以它为基准", "The others are measured against this one"),
        Reason::NoFinerLevel => lang.pick("没有下一级单元", "There is no finer level"),
        Reason::OnePlaceEach => {
            lang.pick("最小单元的人口视为集中于一点", "People of the finest units are taken to be at one place")
        }
        Reason::FigureUnknown => lang.pick("有单元的指标未知", "The figure of some unit is not known"),
        Reason::PlaceUnknown => lang.pick("有地点或驻地不明", "Some place or seat is not known"),
    }
}

/// How far a scenario has come.
#[must_use]
pub const fn stage(lang: Lang, stage: Stage) -> &'static str {
    lang.of(match stage {
        Stage::Draft => Text::StageDraft,
        Stage::FirstUp => Text::StageFirstUp,
        Stage::FirstDown => Text::StageFirstDown,
        Stage::SecondUp => Text::StageSecondUp,
        Stage::SecondDown => Text::StageSecondDown,
        Stage::Approved => Text::StageApproved,
        Stage::Dropped => Text::StageDropped,
    })
}

/// The end of a long code: what tells the members of a unit apart.
#[must_use]
pub fn short_code(unit: &Unit) -> &str {
    let code = unit.code.as_str();
    match code.char_indices().rev().nth(2) {
        Some((at, _)) if code.len() > 9 => &code[at..],
        _ => code,
    }
}

/// Name of one unit of a level.
#[must_use]
pub const fn unit_of_level(lang: Lang, level: Level) -> &'static str {
    match lang {
        Lang::Zh => self::level(lang, level),
        Lang::En => match level {
            Level::Atom => "Atom",
            Level::Group => "Group",
            Level::Village => "Village",
            Level::Parent => "Parent",
            Level::Township => "Township",
            Level::County => "County",
        },
    }
}

/// What becomes of a seat.
#[must_use]
pub const fn seat_use(lang: Lang, seat_use: Option<SeatUse>) -> &'static str {
    SeatUse::words_or_open(seat_use, lang)
}

/// Name of a kind; what a foreign source says stays as it is.
#[must_use]
pub fn kind(lang: Lang, kind: &Kind) -> &str {
    kind.words(lang)
}

/// Kinds that units of a level can have.
#[must_use]
pub const fn kinds_of(level: Level) -> &'static [Kind] {
    match level {
        Level::Township | Level::Parent => &[Kind::Town, Kind::Township, Kind::Subdistrict, Kind::EthnicTownship],
        Level::Village | Level::Atom => &[Kind::Village, Kind::Community],
        Level::Group => &[Kind::Group],
        Level::County => &[Kind::County],
    }
}

/// Name of a tab of the bottom panel.
#[must_use]
pub const fn tab(lang: Lang, tab: BottomTab) -> &'static str {
    lang.of(match tab {
        BottomTab::Table => Text::Table,
        BottomTab::Ledgers => Text::Ledgers,
        BottomTab::List => Text::List,
        BottomTab::Crosswalk => Text::Crosswalk,
        BottomTab::Checks => Text::Checks,
        BottomTab::Sources => Text::Sources,
        BottomTab::Scenarios => Text::Scenarios,
        BottomTab::Compare => Text::Compare,
        BottomTab::History => Text::History,
        BottomTab::Log => Text::Log,
    })
}

/// How it is known what a row of a ledger is of.
#[must_use]
pub const fn bound(lang: Lang, bound: &Bound) -> &'static str {
    lang.of(match bound {
        Bound::Place(..) => Text::BoundByPlace,
        Bound::Line(_) => Text::BoundByLine,
        Bound::Unit { by: BoundBy::Code, .. } => Text::BoundByCode,
        Bound::Unit { by: BoundBy::RepairedCode, .. } => Text::BoundByMendedCode,
        Bound::Unit { by: BoundBy::Name, .. } => Text::BoundByName,
        Bound::Whole => Text::BoundToWhole,
        Bound::No(_) => Text::BoundToNothing,
    })
}

/// Name of a figure where there is little room, without its unit.
#[must_use]
pub fn figure(shown: &Shown<'_>, figure: Figure) -> String {
    let named = shown.project.map(|project| (&**project.dataset(), &**project.own_figures()));
    named.map_or_else(String::new, |named| figure.short_name(shown.lang, named).to_owned())
}

/// Unit of measured areas, with the way in which they are computed where it is not the usual one.
#[must_use]
pub fn area_unit(shown: &Shown<'_>) -> String {
    let symbol = shown.area_unit().symbol(shown.lang);
    match shown.project.map(Study::area_method) {
        None | Some(AreaMethod::Geodesic) => symbol.to_owned(),
        Some(AreaMethod::EllipsoidTrapezoid) => {
            format!("{symbol}{}{}", shown.lang.pick("，", ", "), shown.text(Text::SurveyShort))
        }
    }
}

/// What a way to compute areas is called.
#[must_use]
pub const fn area_method(method: AreaMethod) -> Text {
    match method {
        AreaMethod::Geodesic => Text::AreaGeodesic,
        AreaMethod::EllipsoidTrapezoid => Text::AreaSurvey,
    }
}

/// Name of a figure with its unit behind it.
#[must_use]
pub fn figure_with_unit(shown: &Shown<'_>, which: Figure) -> String {
    let name = figure(shown, which);
    match shown.project {
        Some(_) if which == Figure::Area => format!("{name} ({})", area_unit(shown)),
        Some(project) => which.with_unit(&name, shown.lang, shown.area_unit(), project.own_figures()),
        None => name,
    }
}

/// How a figure is worked out: one of one's own by its expression.
#[must_use]
pub fn figure_about(shown: &Shown<'_>, which: Figure) -> String {
    let own = match which {
        Figure::Own(id) => shown.project.and_then(|project| project.own_figures().get(id)),
        _ => None,
    };
    let hint = which.about(shown.lang);
    let declared = shown.project.and_then(|project| project.dataset().fields.declared_area.as_ref());
    if let (Figure::DeclaredArea | Figure::DeclaredDifference, Some(declared)) = (which, declared) {
        return format!("{hint}\n{}", declared.words(shown.lang));
    }
    own.map_or_else(|| hint.to_owned(), |own| format!("= {}\n{hint}", own.definition.expression))
}

/// Name of what the fills of the map show.
#[must_use]
pub fn colouring(shown: &Shown<'_>, colouring: Colouring) -> String {
    match colouring {
        Colouring::Neighbours => shown.text(Text::ColourNeighbours).to_owned(),
        Colouring::Figure(which) => figure(shown, which),
    }
}

/// Name of a way to find classes, and what it does.
#[must_use]
pub const fn classing(lang: Lang, classing: Classing) -> (&'static str, &'static str) {
    let (name, hint) = match classing {
        Classing::Quantile => (Text::Quantile, Text::QuantileHint),
        Classing::EqualInterval => (Text::EqualInterval, Text::EqualIntervalHint),
        Classing::NaturalBreaks => (Text::NaturalBreaks, Text::NaturalBreaksHint),
        Classing::Manual => (Text::ManualBreaks, Text::ManualBreaksHint),
    };
    (lang.of(name), lang.of(hint))
}

/// When a brush takes a unit, in a word.
#[must_use]
pub const fn brush_rule(lang: Lang, rule: BrushRule) -> &'static str {
    lang.of(match rule {
        BrushRule::Touching => Text::RuleTouching,
        BrushRule::Inside => Text::RuleInside,
        BrushRule::Centre => Text::RuleCentre,
    })
}

/// Size and rule of the brush, beside it: `32 px · touching`.
#[must_use]
pub fn brush(shown: &Shown<'_>) -> String {
    let size = brush_size(shown, shown.preferences.brush_unit);
    format!("{size} · {}", brush_rule(shown.lang, shown.preferences.brush_rule))
}

/// Size of the brush in a unit: `32 px` across, `radius 500 m`.
#[must_use]
pub fn brush_size(shown: &Shown<'_>, unit: BrushUnit) -> String {
    match unit {
        BrushUnit::Points => {
            format!("{} px", numbers::number(f64::from(2.0 * shown.preferences.brush.points()), 0))
        }
        BrushUnit::Metres => {
            let metres = numbers::number(shown.preferences.brush_on_ground.metres(), 0);
            format!("{} {metres} m", shown.text(Text::BrushRadius))
        }
    }
}

/// Name of a colour scheme.
#[must_use]
pub const fn scheme(lang: Lang, scheme: Scheme) -> &'static str {
    lang.of(match scheme {
        Scheme::Blues => Text::SchemeBlues,
        Scheme::Greens => Text::SchemeGreens,
        Scheme::Oranges => Text::SchemeOranges,
        Scheme::YellowGreenBlue => Text::SchemeYellowGreenBlue,
        Scheme::RedBlue => Text::SchemeRedBlue,
        Scheme::BrownGreen => Text::SchemeBrownGreen,
        Scheme::PurpleGreen => Text::SchemePurpleGreen,
    })
}

/// Why breaks that were written cannot be used.
#[must_use]
pub fn breaks_error(lang: Lang, error: &BreaksError) -> String {
    match error {
        BreaksError::Empty => lang.of(Text::BreaksEmpty).to_owned(),
        BreaksError::NotANumber(word) => sentences::not_a_number(lang, word),
        BreaksError::NotAscending { before, next } => sentences::not_ascending(lang, before, next),
        BreaksError::TooMany(_) => sentences::too_many_breaks(lang, MOST_BREAKS),
    }
}

/// How an old unit relates to a new one.
#[must_use]
pub const fn relation(lang: Lang, relation: Relation) -> &'static str {
    relation.words(lang)
}

/// An exact share as percent.
#[must_use]
pub fn share(share: Decimal) -> String {
    numbers::percent(share.to_f64().unwrap_or(f64::NAN), 2)
}

/// What stands at the edge of the map: whose the background is, whether it is shifted, and why none shows.
#[must_use]
pub fn attribution(shown: &Shown<'_>, info: &SourceInfo, too_far: bool) -> String {
    let look = &shown.preferences.background;
    let written = look.server.attribution.trim();
    let whose = match look.shows {
        Shows::Server if !written.is_empty() => written,
        _ => info.attribution.as_deref().unwrap_or(&info.name),
    };
    let mut parts = vec![whose];
    if look.grid() == Grid::Gcj02 {
        parts.push(shown.text(Text::Gcj02Shifted));
    }
    if too_far {
        parts.push(shown.text(Text::BackgroundTooFar));
    }
    parts.join(" · ")
}

/// Names of files that were opened together, without their folders.
#[must_use]
pub fn recent(files: &[LayerSource]) -> String {
    let name = |file: &LayerSource| {
        let name = file_name(&file.path);
        file.layer.as_ref().map_or(name.clone(), |layer| format!("{name} ({layer})"))
    };
    files.iter().map(name).collect::<Vec<_>>().join(", ")
}
