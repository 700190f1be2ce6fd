//! Rows that come about by themselves, as the packs of a document have them: their rules are read here, laid over the
//! boundaries, and told what was found.

use std::collections::BTreeMap;
use std::sync::Arc;

use compact_str::ToCompactString as _;

use super::basis::{Mistake, Part, WhyUnusable};
use super::{Basis, Study};
use crate::i18n::numbers::AreaUnit;
use crate::i18n::{Lang, Say as _};
use crate::jobs::{Cancelled, Progress};
use crate::model::{Dataset, Deed, Derivation, Derivations, Found, Occasion, State, StatedDays};
use crate::query::read_condition;
use crate::rules::{Judge, Judgement, Pack, Rulings, Verdicts, verdict_words};

/// Rules of packs by which rows come about, and those that cannot be read. Of several rules of one id the first holds.
#[must_use]
pub fn derivations(packs: Vec<Pack>, days: StatedDays) -> (Derivations, Vec<Mistake>) {
    let pack = Pack::default().and(packs);
    let mut mistakes = Vec::new();
    let mut rules: Vec<Derivation> = Vec::new();
    for derive in pack.derives {
        let mut rule = derive.rule;
        let mut wrong = |said: [String; 2]| {
            let why = WhyUnusable::Derive { rule: rule.id.to_string(), said };
            mistakes.push(Mistake { part: Part::Packs, why });
        };
        let Some(table) = pack.tables.iter().find(|table| table.id == rule.table) else {
            let table = &rule.table;
            wrong([format!("缺少 [table.{table}]"), format!("there is no [table.{table}] in the packs")]);
            continue;
        };
        let is_known = |name: &str| {
            let of =
                |column: &crate::model::ColumnWords| column.id == name || column.words.iter().any(|word| word == name);
            table.columns.iter().any(of) || table.key.iter().any(|key| key == name)
        };
        if let Some((column, _)) = rule.set.iter().find(|(column, _)| !is_known(column)) {
            let table = &rule.table;
            let zh = format!("[table.{table}] 没有“{column}”列");
            wrong([zh, format!("[table.{table}] has no column {column:?}")]);
            continue;
        }
        if let (Deed::Change(condition), Some(text)) = (&mut rule.deed, &derive.condition) {
            match read_condition(text, table) {
                Ok(read) => *condition = Some(read),
                Err(error) => {
                    wrong([Lang::Zh, Lang::En].map(|lang| error.say(lang)));
                    continue;
                }
            }
        }
        rules.push(rule);
    }
    (Derivations { rules, tables: pack.tables, days }, mistakes)
}

/// Boundaries with the rules of packs laid over them that are kept among the settings of a document, and of further packs:
/// before plans are carried out, which may record something of rows that come about.
#[must_use]
pub fn furnished(dataset: Arc<Dataset>, settings: &BTreeMap<String, String>, further: Vec<Pack>) -> Arc<Dataset> {
    let basis = Basis::of(settings).0;
    let packs = basis.packs.iter().filter_map(|choice| choice.brought().ok()).chain(further).collect();
    let derivations = derivations(packs, basis.days()).0;
    if **dataset.derivations() == derivations {
        return dataset;
    }
    Arc::new(dataset.with_derivations(Arc::new(derivations)))
}

impl Study {
    /// Has rows come about as the packs say that the document has now.
    pub(super) fn lay_derivations(&mut self) {
        let (derivations, mistakes) = derivations(self.brought(), self.basis().days());
        self.mistakes.retain(|mistake| !matches!(mistake.why, WhyUnusable::Derive { .. }));
        self.mistakes.extend(mistakes);
        self.document.derive_by(&Arc::new(derivations));
    }

    /// Whether rows come about out of what rules find.
    fn asks_for_findings(&self) -> bool {
        let rules = &self.dataset().derivations().rules;
        rules.iter().any(|rule| matches!(rule.occasion, Occasion::Finding(_)))
    }

    /// Judges the units as they are, so that rows come about out of what is found; nothing where no pack asks for it.
    ///
    /// # Errors
    /// [`Cancelled`] when the user gave up.
    pub fn look_for_findings(&mut self, progress: &Progress) -> Result<(), Cancelled> {
        if !self.asks_for_findings() {
            return Ok(());
        }
        let Some(judge) = self.rules().judge_for(self.dataset()).cloned() else { return Ok(()) };
        let verdicts = Rulings::new().judge(&judge, self.state(), &mut self.cache(), progress)?;
        self.take_findings(&judge, &verdicts);
        Ok(())
    }

    /// Has rows come about out of what was found of the units as they are.
    pub(super) fn take_findings(&mut self, judge: &Judge, verdicts: &Verdicts) {
        if self.asks_for_findings() {
            let found = found(judge.pack(), self.state(), verdicts);
            self.document.take_found(found);
        }
    }
}

/// Units that break rules, with what is wrong.
fn found(pack: &Pack, state: &State, verdicts: &Verdicts) -> Vec<Found> {
    let broken = verdicts.all().filter(|(_, verdict)| verdict.judgement == Judgement::Broken);
    let all = broken.filter_map(|(unit, verdict)| {
        let rule = pack.rules.get(verdict.rule)?;
        let evidence = verdict_words(Lang::Zh, AreaUnit::Km2, pack, state, verdict);
        let title = rule.title.of(Lang::Zh);
        let said = if evidence.is_empty() { title.to_owned() } else { format!("{title}：{evidence}") };
        Some(Found { rule: rule.id.to_compact_string(), unit, said })
    });
    all.collect()
}
