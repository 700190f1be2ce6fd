//! What a pack says, as a report (`quhua check --rules`).
//!
//! The JSON form is a contract: names and order stay, members may be added. It is the member `rules` of the health
//! report:
//!
//! ```json
//! {"pack": {"name": "structure", "title": {"zh": "…", "en": "…"}, "example": false, "source": {"zh": "…", "en": "…"}},
//!  "plan": "方案一",
//!  "counts": {"kept": 120, "as_before": 1, "broken": 2, "hints": 5, "unjudged": 0},
//!  "rules": [{"id": "contiguous", "title": {}, "severity": "warning", "source": {}, "counts": {}}],
//!  "notes": ["the data have no unit 510722999"],
//!  "findings": [{"rule": "contiguous", "severity": "warning", "judgement": "broken",
//!                "unit": {"level": "township", "code": "510722102", "name": "石桥乡"}, "at": [105.0, 31.0],
//!                "value": 2, "min": null, "max": 1, "ideal": null, "terrain": null,
//!                "exclaves": [{"kind": "new", "people": 820, "area_m2": 1.0e6, "at": [105.0, 31.0],
//!                              "members": [{"code": "…", "name": "…"}],
//!                              "fix": {"people": 820, "area_m2": 1.0e6, "parts_after": 1, "edit": {"op": "transfer"},
//!                                       "text": {"zh": "…", "en": "…"}}}],
//!                "text": {"zh": "…", "en": "…"}}]}
//! ```
//!
//! `findings` holds what is not kept; `judgement` is `broken`, `as_before` or `unjudged`. `value` and limits are in m²,
//! m, people, people per km², units or a ratio.

use std::fmt;

use serde::Serialize;
use serde_json::{Number, Value};

use super::exclave::{Exclave, ExclaveKind};
use super::judge::Judge;
use super::pack::{Limits, Words};
use super::verdict::{Counts, Evidence, Judgement, Verdict, Verdicts};
use super::words;
use crate::edit::Edit;
use crate::i18n::Lang;
use crate::i18n::numbers::AreaUnit;
use crate::model::{Dataset, Severity, State, UnitId};

/// A figure as a JSON number: whole ones without a point.
#[expect(clippy::cast_possible_truncation, reason = "whole and small enough")]
fn number(value: f64) -> Option<Number> {
    let is_whole = value.fract() == 0.0 && value.abs() < 9e15;
    if is_whole { Some((value as i64).into()) } else { Number::from_f64(value) }
}

/// What a pack says of the units of a state.
#[derive(Debug, Serialize)]
pub struct RulesReport {
    pack: PackEntry,
    plan: Option<String>,
    counts: CountsEntry,
    rules: Vec<RuleEntry>,
    notes: Vec<String>,
    findings: Vec<FindingEntry>,
    /// Language of notes and lines; findings are told in both.
    #[serde(skip)]
    lang: Lang,
}

#[derive(Debug, Serialize)]
struct PackEntry {
    name: String,
    title: WordsEntry,
    example: bool,
    source: WordsEntry,
}

#[derive(Debug, Serialize)]
struct WordsEntry {
    zh: String,
    en: String,
}

impl From<&Words> for WordsEntry {
    fn from(words: &Words) -> Self {
        Self { zh: words.zh.clone(), en: words.en.clone() }
    }
}

impl WordsEntry {
    fn of(&self, lang: Lang) -> &str {
        lang.pick(&self.zh, &self.en)
    }
}

#[derive(Clone, Copy, Debug, Serialize)]
struct CountsEntry {
    kept: usize,
    as_before: usize,
    broken: usize,
    hints: usize,
    unjudged: usize,
}

impl From<Counts> for CountsEntry {
    fn from(Counts { kept, as_before, broken, hints, unjudged }: Counts) -> Self {
        Self { kept, as_before, broken, hints, unjudged }
    }
}

#[derive(Debug, Serialize)]
struct RuleEntry {
    id: String,
    title: WordsEntry,
    severity: &'static str,
    source: WordsEntry,
    counts: CountsEntry,
}

#[derive(Debug, Serialize)]
struct FindingEntry {
    rule: String,
    severity: &'static str,
    judgement: &'static str,
    unit: UnitEntry,
    at: Option<[f64; 2]>,
    value: Option<Number>,
    min: Option<Number>,
    max: Option<Number>,
    ideal: Option<Number>,
    terrain: Option<String>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    exclaves: Vec<ExclaveEntry>,
    text: WordsEntry,
    #[serde(skip)]
    word: String,
}

#[derive(Debug, Serialize)]
struct UnitEntry {
    level: &'static str,
    code: String,
    name: String,
}

#[derive(Debug, Serialize)]
struct MemberEntry {
    code: String,
    name: String,
}

#[derive(Debug, Serialize)]
struct ExclaveEntry {
    kind: &'static str,
    people: Option<Value>,
    area_m2: Option<Number>,
    at: Option<[f64; 2]>,
    members: Vec<MemberEntry>,
    fix: Option<FixEntry>,
}

#[derive(Debug, Serialize)]
struct FixEntry {
    people: Option<Value>,
    area_m2: Option<Number>,
    parts_after: usize,
    edit: Edit,
    text: WordsEntry,
}

impl RulesReport {
    /// Puts together what was said of the units of a state by the pack of a name. `plan` is what the state comes from.
    #[must_use]
    pub fn new(
        judge: &Judge,
        (name, plan): (&str, Option<&str>),
        (dataset, state): (&Dataset, &State),
        verdicts: &Verdicts,
        lang: Lang,
    ) -> Self {
        let pack = judge.pack();
        let rules = pack.rules.iter().enumerate().map(|(at, rule)| RuleEntry {
            id: rule.id.clone(),
            title: (&rule.title).into(),
            severity: rule.severity.id(),
            source: (&rule.source).into(),
            counts: Counts::of(pack, verdicts.all().filter(|(_, it)| it.rule == at).map(|(_, it)| it)).into(),
        });
        let mut found: Vec<(UnitId, &Verdict)> =
            verdicts.all().filter(|(_, verdict)| verdict.judgement != Judgement::Kept).collect();
        // The worst first, otherwise rule by rule.
        let rank = |verdict: &Verdict| match verdict.judgement {
            Judgement::Broken => 0,
            Judgement::AsBefore => 1,
            _ => 2,
        };
        found.sort_by_key(|(unit, it)| (rank(it), std::cmp::Reverse(pack.rules[it.rule].severity), it.rule, *unit));
        let findings = found.into_iter().map(|(unit, verdict)| finding(judge, (dataset, state), unit, verdict, lang));
        Self {
            pack: PackEntry {
                name: name.to_owned(),
                title: (&pack.title).into(),
                example: pack.example,
                source: (&pack.source).into(),
            },
            plan: plan.map(str::to_owned),
            counts: verdicts.counts.into(),
            rules: rules.collect(),
            notes: verdicts.problems.iter().map(|it| words::problem(lang, dataset, pack, it)).collect(),
            findings: findings.collect(),
            lang,
        }
    }

    /// Whether no rule is broken; mere hints do not count, nor what cannot be judged.
    #[must_use]
    pub fn is_clean(&self) -> bool {
        self.counts.broken == 0
    }
}

fn finding(
    judge: &Judge,
    (dataset, state): (&Dataset, &State),
    id: UnitId,
    verdict: &Verdict,
    lang: Lang,
) -> FindingEntry {
    let pack = judge.pack();
    let rule = &pack.rules[verdict.rule];
    let unit = state.unit(id);
    let mut entry = FindingEntry {
        rule: rule.id.clone(),
        severity: rule.severity.id(),
        judgement: verdict.judgement.id(),
        unit: UnitEntry {
            level: dataset.level(unit.level).id(),
            code: unit.code.to_string(),
            name: unit.name.to_string(),
        },
        at: state.first_atom(id).and_then(|atom| dataset.atom_point(atom)).map(|at| [at.x, at.y]),
        value: None,
        min: None,
        max: None,
        ideal: None,
        terrain: None,
        exclaves: Vec::new(),
        text: WordsEntry {
            zh: words::verdict(Lang::Zh, AreaUnit::Km2, pack, state, verdict),
            en: words::verdict(Lang::En, AreaUnit::Km2, pack, state, verdict),
        },
        word: word(lang, rule.severity, &verdict.judgement),
    };
    match &verdict.evidence {
        Evidence::Range { value, limits, terrain } => {
            entry.value = value.and_then(number);
            if let Some(Limits { min, max, ideal, .. }) = limits {
                [entry.min, entry.max, entry.ideal] = [min, max, ideal].map(|bound| bound.and_then(number));
            }
            entry.terrain = terrain.and_then(|at| pack.terrain.classes.get(at)).map(|class| class.id.clone());
        }
        Evidence::Parts { count, exclaves } => {
            entry.value = Some((*count).into());
            entry.max = Some(1.into());
            entry.at = exclaves.iter().find_map(|part| part.at).map(|at| [at.x, at.y]).or(entry.at);
            let entries = exclaves.iter().enumerate().map(|(at, part)| exclave(judge, state, id, at, part));
            entry.exclaves = entries.collect();
        }
        Evidence::SeatIn(_) => entry.at = unit.seat.as_ref().map(|seat| [seat.at.x, seat.at.y]).or(entry.at),
        Evidence::Nothing
        | Evidence::Around(_)
        | Evidence::Groups(_)
        | Evidence::Name { .. }
        | Evidence::Code { .. } => {}
    }
    entry
}

fn exclave(judge: &Judge, state: &State, unit: UnitId, at: usize, part: &Exclave) -> ExclaveEntry {
    let people = |people: Option<rust_decimal::Decimal>| {
        people.and_then(|people| serde_json::from_str(&people.normalize().to_string()).ok())
    };
    let member = |&id: &UnitId| {
        let it = state.unit(id);
        MemberEntry { code: it.code.to_string(), name: it.name.to_string() }
    };
    let fix = judge.fix(state, unit, at).map(|fix| FixEntry {
        people: people(fix.people),
        area_m2: number(fix.area_m2),
        parts_after: fix.parts_after,
        text: WordsEntry {
            zh: words::fix(Lang::Zh, AreaUnit::Km2, state, unit, &fix),
            en: words::fix(Lang::En, AreaUnit::Km2, state, unit, &fix),
        },
        edit: fix.edit,
    });
    ExclaveEntry {
        kind: part.kind.id(),
        people: people(part.people),
        area_m2: number(part.area_m2),
        at: part.at.map(|at| [at.x, at.y]),
        members: part.members.iter().map(member).collect(),
        fix,
    }
}

/// How bad a finding is, in a word.
fn word(lang: Lang, severity: Severity, judgement: &Judgement) -> String {
    let is_broken = *judgement == Judgement::Broken;
    match lang {
        Lang::Zh if is_broken => severity.words(lang).to_owned(),
        Lang::Zh => words::judgement(lang, judgement).to_owned(),
        Lang::En if is_broken => severity.id().to_owned(),
        Lang::En => judgement.id().replace('_', " "),
    }
}

impl fmt::Display for RulesReport {
    /// A line for each finding, and a last line that sums up.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let lang = self.lang;
        let colon = lang.pick("：", ": ");
        for note in &self.notes {
            writeln!(f, "{}{colon}{note}", lang.pick("提示", "note"))?;
        }
        for finding in &self.findings {
            let UnitEntry { code, name, .. } = &finding.unit;
            let label = format!("{code} {name}");
            let rule = self.rules.iter().find(|rule| rule.id == finding.rule);
            let title = rule.map_or("", |rule| rule.title.of(lang));
            let rule_name = match lang {
                Lang::Zh => format!("规则“{title}”（{}）", finding.rule),
                Lang::En => format!("rule {}", finding.rule),
            };
            write!(f, "{}{colon}{rule_name} [{}]", finding.word, label.trim())?;
            if let Some([lon, lat]) = finding.at {
                write!(f, "{}{lon:.6}, {lat:.6}", lang.pick("，位于 ", " at "))?;
            }
            write!(f, "{colon}{}", finding.text.of(lang))?;
            let mut cut_off = finding.exclaves.iter().filter(|part| part.kind != ExclaveKind::AsBefore.id());
            if let Some(fix) = cut_off.find_map(|part| part.fix.as_ref()) {
                write!(f, "{}{}", lang.pick("；最省的办法：", "; cheapest fix: "), fix.text.of(lang))?;
            }
            let source = rule.map_or("", |rule| rule.source.of(lang));
            if matches!(finding.judgement, "broken" | "as_before") && !source.is_empty() {
                write!(f, " [{source}]")?;
            }
            writeln!(f)?;
        }
        match lang {
            Lang::Zh => self.summary_zh(f),
            Lang::En => self.summary_en(f),
        }
    }
}

impl RulesReport {
    fn summary_zh(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let CountsEntry { kept, as_before, broken, hints, unjudged } = self.counts;
        let example = if self.pack.example { "（示例，使用前请核对依据）" } else { "" };
        write!(f, "规则包 {}{example}：符合 {kept} 项，不符合 {broken} 项", self.pack.name)?;
        if hints > 0 {
            write!(f, "，建议 {hints} 项")?;
        }
        if as_before > 0 {
            write!(f, "，原有 {as_before} 项")?;
        }
        writeln!(f, "，无法判断 {unjudged} 项")
    }

    fn summary_en(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let CountsEntry { kept, as_before, broken, hints, unjudged } = self.counts;
        let example = if self.pack.example { ", an example: check its source before you rely on it" } else { "" };
        write!(f, "rules {}{example}: {kept} kept, {broken} broken", self.pack.name)?;
        if hints > 0 {
            write!(f, ", {hints} hints")?;
        }
        if as_before > 0 {
            write!(f, ", {as_before} as before")?;
        }
        writeln!(f, ", {unjudged} cannot be judged")
    }
}
