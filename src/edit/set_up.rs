//! Setting units up anew: what they say of themselves.

use compact_str::{CompactString, format_compact};

use super::codes::{self, CodeRequest};
use super::draft::Drafting;
use super::error::EditError;
use crate::model::{CodeStatus, Dataset, Kind, Seat, Standing, Unit, UnitId};

/// Where a unit is set up.
pub(super) struct Site<'a> {
    /// A unit of its level, whose kind it has and whose code its own is like.
    pub(super) like: UnitId,
    /// Its parent.
    pub(super) parent: Option<UnitId>,
    /// Units that it takes the place of.
    pub(super) replaced: &'a [UnitId],
}

/// What is said of a unit that is set up; what is left out is derived.
#[derive(Default)]
pub(super) struct Said<'a> {
    pub(super) code: Option<&'a CompactString>,
    pub(super) kind: Option<&'a Kind>,
    pub(super) name: CompactString,
    pub(super) seat: Option<Seat>,
    /// Where the seat is in words, where its place is not known.
    pub(super) seat_address: Option<CompactString>,
}

/// The unit, not yet in the draft.
pub(super) fn unit(
    dataset: &Dataset,
    draft: &mut Drafting<'_>,
    site: &Site<'_>,
    said: Said<'_>,
) -> Result<Unit, EditError> {
    let state = draft.state;
    let model = state.unit(site.like);
    let kind = said.kind.or(model.kind.as_ref()).cloned().map(|kind| kind.at(dataset.level(model.level)));
    let request = CodeRequest { level: model.level, kind: kind.as_ref(), parent: site.parent, like: site.like };
    let code = if let Some(code) = said.code {
        draft.warnings.extend(codes::check_given(dataset, state, code, &request, site.replaced)?);
        code.clone()
    } else {
        let proposal = codes::propose(dataset, state, &request);
        draft.warnings.extend(proposal.warning);
        proposal.code.unwrap_or_default()
    };
    Ok(Unit {
        level: model.level,
        code,
        code_status: CodeStatus::Proposed,
        name: said.name,
        kind,
        parent: site.parent,
        seat_address: said.seat_address.filter(|_| said.seat.is_none()),
        seat: said.seat,
        source: None,
        standing: Standing::Current,
        revision: 0,
    })
}

/// Second parts of names, longest first.
const GENERIC: [&str; 9] = ["村民委员会", "居民委员会", "村委会", "居委会", "社区", "街道", "村", "镇", "乡"];

/// A name in its specific and its generic part (专名, 通名): 石桥镇 is 石桥 and 镇.
pub(super) fn parts_of_name(name: &str) -> (&str, &str) {
    let generic =
        GENERIC.into_iter().find_map(|generic| name.strip_suffix(generic).map(|specific| (specific, generic)));
    generic.filter(|(specific, _)| !specific.is_empty()).unwrap_or((name, ""))
}

/// A name for a part of a unit, until somebody gives it one: with the direction in which the part lies, `dx` to the
/// east and `dy` to the north.
pub(super) fn name_of_part(name: &str, [dx, dy]: [f64; 2]) -> CompactString {
    if name.is_empty() {
        return CompactString::default();
    }
    let direction = match (dx.abs() > dy.abs(), dx > 0.0, dy > 0.0) {
        (true, true, _) => ["东", "East"],
        (true, false, _) => ["西", "West"],
        (false, _, true) => ["北", "North"],
        (false, _, false) => ["南", "South"],
    };
    if name.is_ascii() {
        return format_compact!("{name} {}", direction[1]);
    }
    let (specific, generic) = parts_of_name(name);
    format_compact!("{specific}{}{generic}", direction[0])
}
