//! Values of source fields for units of the open document.

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::sync::Arc;

use rust_decimal::prelude::ToPrimitive as _;

use super::Study;
use crate::model::{FieldIndex, FieldRules, FieldValue, State, UnitId};

/// Rules of the fields, and values of units that are known by them.
#[derive(Clone, Default)]
pub(super) struct KnownFields {
    rules: Arc<FieldRules>,
    /// By unit.
    values: RefCell<BTreeMap<UnitId, Values>>,
}

/// Values of a unit, with the revision that they are of.
type Values = (u64, Arc<[FieldValue]>);

impl Study {
    /// What becomes of every field.
    #[must_use]
    pub const fn field_rules(&self) -> &Arc<FieldRules> {
        &self.known_fields.rules
    }

    /// Reads what becomes of fields anew, and figures of one's own, which name them.
    pub(super) fn read_fields(&mut self) {
        let rules = FieldRules::with_chosen(self.document().origin(), &self.basis().field_rules);
        self.known_fields = KnownFields { rules: Arc::new(rules), values: RefCell::default() };
        self.read_own();
    }

    /// Values of the fields that units of its level have ([`FieldRules::at`]) for a unit as it is now, in that order.
    #[must_use]
    pub fn field_values(&self, unit: UnitId) -> Arc<[FieldValue]> {
        self.field_values_in(self.state(), unit)
    }

    fn field_values_in(&self, state: &State, unit: UnitId) -> Arc<[FieldValue]> {
        let revision = state.unit(unit).revision;
        let mut known = self.known_fields.values.borrow_mut();
        if let Some((of, values)) = known.get(&unit)
            && *of == revision
        {
            return Arc::clone(values);
        }
        let values = self.field_rules().values(self.dataset(), state, unit, self.area_method());
        let values: Arc<[FieldValue]> = values.into();
        known.insert(unit, (revision, Arc::clone(&values)));
        values
    }

    /// Value of a field of the finest layer for a unit; what the source says where it is one of its own.
    #[must_use]
    pub fn field_value(&self, state: &State, unit: UnitId, field: FieldIndex) -> Option<FieldValue> {
        let level = state.unit(unit).level;
        let mut fields = self.field_rules().at(self.dataset(), level);
        let at = fields.position(|known| known.in_finest() == Some(field))?;
        self.field_values_in(state, unit).get(at).cloned()
    }

    /// The same as a number, if it is one.
    pub(super) fn field_number(&self, state: &State, unit: UnitId, field: FieldIndex) -> Option<f64> {
        // What was loaded and is as it came need not be worked out.
        let loaded = self.dataset().loaded_number(state, unit, field);
        loaded.or_else(|| self.field_value(state, unit, field)?.number()?.to_f64())
    }
}
