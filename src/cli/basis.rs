//! What figures rest on, where the command line says something else than the project.

use std::collections::BTreeSet;

use clap::Args;

use super::{CliError, Line, lang, say};
use crate::edit::OwnDefinition;
use crate::geodesy::AreaMethod;
use crate::model::{Day, FieldRules};
use crate::query::{FormulaWords, check_own, read_own};
use crate::study::Study;

/// What figures rest on. What is not given here is as the project has it.
#[derive(Debug, Args)]
pub(super) struct BasisArgs {
    /// How areas are computed: geodesic (WGS 84) or ellipsoid-trapezoid (the survey's formula on CGCS2000). Default: as
    /// the project has it, else geodesic.
    #[arg(long, value_name = "METHOD")]
    area_method: Option<AreaMethod>,
    /// What becomes of a source field in merged units: sum, mean:population, mean:area, min, max, majority:area (the value
    /// of more than half of it, or of the people), same (where all agree), keep (that of the survivor), list, none, or
    /// ratio:NUMERATOR/DENOMINATOR*FACTOR. May be given several times; other fields get the
    /// rule that the project has for them, else the one that their names and values speak for.
    #[arg(long, value_name = "NAME=RULE")]
    field: Vec<String>,
    /// A figure of one's own, worked out for every unit: `人均耕地 = 耕地面积_亩 / 户籍人口`. It may use the fields, people,
    /// area (km²; `area_ha`, `area_mu`), density, distances (km), + - * / and brackets, min, max, round, abs, coalesce, if. May
    /// be given several times; those that a project keeps are there too.
    #[arg(long, value_name = "NAME = EXPRESSION")]
    figure: Vec<String>,
    /// The day on which the plan was approved, such as 2019-12-18: deadlines of packs are counted from there. Default: as
    /// the project has it.
    #[arg(long, value_name = "DATE")]
    approved: Option<Day>,
    /// The day as of which ages and what is overdue are counted, such as 2020-06-30. Default: as the project has it. The
    /// clock of the machine is never asked.
    #[arg(long, value_name = "DATE")]
    as_of: Option<Day>,
}

impl BasisArgs {
    /// Has figures rest on what is given here, and says what of the project cannot be used.
    pub(super) fn lay(&self, study: &mut Study) -> Result<(), CliError> {
        for mistake in study.mistakes() {
            say(Line::Warning, mistake.words(lang()));
        }
        // Before figures of one's own are read: they may ask for it.
        study.adopt(|basis| {
            basis.approved = self.approved.or(basis.approved);
            basis.as_of = self.as_of.or(basis.as_of);
        });
        let mut rules = FieldRules::clone(study.field_rules());
        self.field.iter().try_for_each(|given| rules.choose_written(given))?;
        let definitions = self.definitions(study)?;
        study.adopt(|basis| {
            basis.area_method = self.area_method.unwrap_or(basis.area_method);
            if !self.field.is_empty() {
                basis.field_rules.extend(rules.chosen());
            }
            if !self.figure.is_empty() {
                basis.own_figures = Some(definitions);
            }
        });
        Ok(())
    }

    /// Figures of the project and those given here, which go before others of the same name.
    fn definitions(&self, study: &Study) -> Result<Vec<OwnDefinition>, CliError> {
        let mut definitions = study.own_figures().definitions();
        let mut words = FormulaWords::clone(study.formula_words());
        let mut given = BTreeSet::new();
        for text in &self.figure {
            let wrong = |error| CliError::Figure { error, figure: text.clone() };
            let definition = read_own(text).map_err(wrong)?;
            if !given.insert(definition.name.clone()) {
                return Err(CliError::FigureTwice { name: definition.name.clone() });
            }
            definitions.retain(|kept| kept.name != definition.name);
            let formula = check_own(&definition, &definitions, &words, study.document().origin()).map_err(wrong)?;
            words.add(&definition, formula);
            definitions.push(definition);
        }
        Ok(definitions)
    }
}
