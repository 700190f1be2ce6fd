//! What is said of a repair of borders.

use quhua::coverage::repair::{Repaired, Step, is_finding};
use quhua::coverage::validate::DefectKind;
use quhua::i18n::numbers::{self, AreaUnit};
use quhua::i18n::{Lang, Say as _, capital};

/// What a kind of defects is called.
#[must_use]
pub fn kind(lang: Lang, kind: DefectKind) -> String {
    capital(&kind.say(lang).replace('_', " "))
}

/// Metres as they are shown: with as many digits as tell something.
#[must_use]
pub fn metres(value: f64) -> String {
    numbers::number(value, if value < 10.0 { 2 } else { 0 })
}

/// An area as it is shown: small ones in square metres, whatever else areas are shown in.
#[must_use]
pub fn area(area_m2: f64, lang: Lang) -> String {
    if area_m2 < 100_000.0 {
        format!("{} m²", numbers::number(area_m2, usize::from(area_m2 < 10.0)))
    } else {
        numbers::area_with_unit(area_m2, AreaUnit::Km2, lang)
    }
}

/// What a step does, and how far or how much.
#[must_use]
pub fn amount(step: &Step, lang: Lang) -> String {
    if step.moved_m > 0.0 {
        format!("{} m", metres(step.moved_m))
    } else if step.area_m2 > 0.0 {
        area(step.area_m2, lang)
    } else {
        "–".to_owned()
    }
}

/// What was done, for the notice.
#[must_use]
pub fn done(lang: Lang, repaired: &Repaired) -> String {
    let (changed, moved) = (repaired.changed.len(), metres(repaired.max_moved_m));
    let left = repaired.left.iter().filter(|defect| is_finding(defect)).count();
    let left = match lang {
        _ if left == 0 => String::new(),
        Lang::Zh => format!("；仍有 {left} 处问题"),
        Lang::En => format!("; {left} left"),
    };
    match lang {
        Lang::Zh => format!("边界已修复：改动 {changed} 个单元，顶点最远移动 {moved} m{left}"),
        Lang::En => format!("borders repaired: {changed} units changed, vertices moved by {moved} m at most{left}"),
    }
}

/// What the check after the repair proves, or what it still finds.
#[must_use]
pub fn proof(lang: Lang, repaired: &Repaired) -> String {
    let (changed, moved) = (repaired.changed.len(), metres(repaired.max_moved_m));
    let handed = area(repaired.steps.iter().map(|step| step.area_m2).sum(), lang);
    let left = repaired.left.iter().filter(|defect| is_finding(defect)).count();
    let verdict = match (repaired.is_valid(), lang) {
        (true, Lang::Zh) => "修复后检查通过：无重叠，公共边界逐点一致".to_owned(),
        (true, Lang::En) => {
            "Checked after the repair: nothing overlaps, shared borders match vertex for vertex".to_owned()
        }
        (false, Lang::Zh) => format!("修复后仍有 {left} 处问题"),
        (false, Lang::En) => format!("{left} defects are left after the repair"),
    };
    match lang {
        Lang::Zh => format!("{verdict}。改动 {changed} 个单元，划转 {handed}，顶点最远移动 {moved} m"),
        Lang::En => {
            format!("{verdict}. {changed} units change, {handed} change hands, vertices move by {moved} m at most")
        }
    }
}

/// The button that does it.
#[must_use]
pub fn apply(lang: Lang, places: usize) -> String {
    match lang {
        Lang::Zh => format!("修复 {places} 处"),
        Lang::En => format!("Repair {places} places"),
    }
}

/// What is done at a place, in one line.
#[must_use]
pub fn deed(lang: Lang, step: &Step) -> String {
    capital(&step.deed.say(lang))
}
