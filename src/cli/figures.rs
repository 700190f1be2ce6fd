//! Figures of one's own, given on the command line or kept in the project.

use std::collections::BTreeMap;

use clap::Args;

use super::CliError;
use super::load::Loaded;
use crate::edit::{OwnDefinition, field_rules_of, own_figures_of};
use crate::geodesy::AreaMethod;
use crate::metrics::OwnFigures;
use crate::model::FieldRules;
use crate::query::{check_own, own_figures, read_own};

/// Figures of one's own.
#[derive(Debug, Args)]
pub(super) struct FigureArgs {
    /// A figure of one's own, worked out for every unit: `人均耕地 = 耕地面积_亩 / 户籍人口`. It may use the fields, people,
    /// area (km²; `area_ha`, `area_mu`), density, distances (km), + - * / and brackets, min, max, round, abs, coalesce, if. May
    /// be given several times; those that a project keeps are there too.
    #[arg(long, value_name = "NAME = EXPRESSION")]
    figure: Vec<String>,
}

impl FigureArgs {
    /// Figures of the project and those given here, which go before others of the same name.
    pub(super) fn read(&self, loaded: &Loaded, method: AreaMethod) -> Result<OwnFigures, CliError> {
        let none = BTreeMap::new();
        let settings = loaded.plans.as_ref().map_or(&none, |plans| &plans.settings);
        let mut definitions: Vec<OwnDefinition> = own_figures_of(settings).unwrap_or_default();
        for text in &self.figure {
            let wrong = |error| CliError::Figure { error, figure: text.clone() };
            let definition = read_own(text).map_err(wrong)?;
            definitions.retain(|kept| kept.name != definition.name);
            check_own(&definition, &definitions, &loaded.dataset).map_err(wrong)?;
            definitions.push(definition);
        }
        let rules = FieldRules::with_chosen(&loaded.dataset, &field_rules_of(settings));
        Ok(own_figures(&definitions, &loaded.dataset, (rules.into(), method), &OwnFigures::default()))
    }
}
