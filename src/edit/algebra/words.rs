//! Edits in words, for the command line and for reports in English.

use crate::edit::op::{Edit, Form, LockTarget};
use crate::edit::refs::{UnitLabel, UnitRef};
use crate::model::{Dataset, State, UnitId};

/// An edit in words; `call` says what a unit is called.
///
/// ```
/// use quhua::edit::{Edit, UnitRef, algebra};
///
/// let edit = Edit::Transfer { units: vec![UnitRef::code("306"), UnitRef::code("307")], to: UnitRef::code("40") };
/// assert_eq!(algebra::words(&edit, &UnitRef::to_string), "transfer 306 and 307 to 40");
/// ```
#[must_use]
pub fn words(edit: &Edit, call: &dyn Fn(&UnitRef) -> String) -> String {
    let all = |units: &[UnitRef]| listed(&units.iter().map(call).collect::<Vec<_>>());
    match edit {
        Edit::Merge { units, form, into } => {
            let result = match (form, &into.code) {
                (Form::Absorb, Some(code)) => call(&UnitRef::Code(code.clone())),
                (Form::Establish, None) if into.name.is_none() => "a new unit".to_owned(),
                (_, code) => {
                    let (code, name) = (code.clone().unwrap_or_default(), into.name.clone().unwrap_or_default());
                    UnitLabel { code, name }.to_string()
                }
            };
            format!("merge {} into {result} ({})", all(units), form.id())
        }
        Edit::Transfer { units, to } => format!("transfer {} to {}", all(units), call(to)),
        Edit::Split { unit, .. } => match edit.part_goes_to() {
            Some(to) => format!("transfer a part of {} to {}", call(unit), call(to)),
            None => format!("split {}", call(unit)),
        },
        Edit::Establish { units, into } => {
            let (code, name) = (into.code.clone().unwrap_or_default(), into.name.clone().unwrap_or_default());
            format!("establish {} of {}", UnitLabel { code, name }, all(units))
        }
        Edit::Rename { unit, name } => format!("rename {} to {name}", call(unit)),
        Edit::ConvertKind { unit, kind, code: None } => format!("convert {} to {kind}", call(unit)),
        Edit::ConvertKind { unit, kind, code: Some(code) } => {
            format!("convert {} to {kind} with the code {code}", call(unit))
        }
        Edit::MoveSeat { unit, seat } => {
            let place = seat.name.as_ref().map_or_else(|| format!("{}, {}", seat.lon, seat.lat), ToString::to_string);
            format!("move the seat of {} to {place}", call(unit))
        }
        Edit::Abolish { unit } => format!("abolish {}", call(unit)),
        Edit::ClassifySeat { unit, seat_use: None } => format!("leave the use of the seat of {} open", call(unit)),
        Edit::ClassifySeat { unit, seat_use: Some(it) } => format!("use the seat of {} as {it}", call(unit)),
        Edit::Reinstate { unit } => format!("reinstate {}", call(unit)),
        Edit::Lock { target, reason } if reason.is_empty() => format!("lock {}", locked(target, &all)),
        Edit::Lock { target, reason } => format!("lock {} ({reason})", locked(target, &all)),
        Edit::Unlock { target } => format!("unlock {}", locked(target, &all)),
    }
}

fn locked(target: &LockTarget, all: &dyn Fn(&[UnitRef]) -> String) -> String {
    match target {
        LockTarget::Units(units) => all(units),
        LockTarget::Level(level) => format!("the whole level {level}"),
    }
}

/// `a, b and c`
pub(super) fn listed(items: &[String]) -> String {
    match items {
        [] => String::new(),
        [one] => one.clone(),
        [most @ .., last] => format!("{} and {last}", most.join(", ")),
    }
}

/// Code and name of the unit that is meant, be it in force or not; what the plan says where there is none.
pub(super) fn called(dataset: &Dataset, state: &State, unit: &UnitRef) -> String {
    let former = || match unit {
        UnitRef::Code(code) | UnitRef::AtLevel { code, .. } => state.had_code(code).max(),
        UnitRef::Atom { index } => Some(*index as usize).filter(|&atom| atom < dataset.loaded_atoms()).map(UnitId::new),
    };
    let label = unit.resolve(dataset, state).ok().or_else(former).map(|id| UnitLabel::from(state.unit(id)));
    label.filter(|label| *label != UnitLabel::default()).map_or_else(|| unit.to_string(), |label| label.to_string())
}
