//! What figures rest on (指标依据), beside the boundaries and the units: how areas are computed, what becomes of fields,
//! figures of one's own, the pack of rules, links and barriers, facilities, and where the boundaries have defects.
//!
//! 1. It is one value. Whoever works out figures, judges, draws or exports takes what it needs from here, in the window
//!    and on the command line alike; so both say the same of one project.
//! 2. What somebody has decided is kept with the document as one thing, under one key, with a revision that counts up
//!    with every change. What was found out, as the defects, is not kept.
//! 3. Projects of older programs keep the parts under keys of their own. Where one of these stands beside the one key,
//!    an older program has written it since, and it holds.
//! 4. A part that cannot be read is as if nobody had decided it, and that is said ([`Mistake`]).
//! 5. What a newer program keeps in it stays.
//!
//! Whatever else figures will rest on has its place here, as a network of roads.

use std::collections::BTreeMap;
use std::sync::Arc;

use rust_decimal::Decimal;
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::{Map, Value};

use crate::coverage::Suspects;
use crate::edit::{Document, OwnDefinition};
use crate::geodesy::AreaMethod;
use crate::i18n::{Lang, Say};
use crate::model::{BorderRepair, Day, Facilities, FieldRule, Join, StatedDays};
use crate::rules::{Choice, Crossings, shipped};

/// Setting of the document under which it is kept.
const SETTING: &str = "basis";

/// What figures rest on.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct Basis {
    /// Counts up with every change of what is kept.
    pub revision: u64,
    /// How areas are computed.
    pub area_method: AreaMethod,
    /// Rules of fields that were chosen, by the names of the fields. Other fields have the guessed one.
    pub field_rules: BTreeMap<String, FieldRule>,
    /// Figures of one's own; `None` when nobody has said anything about them.
    pub own_figures: Option<Vec<OwnDefinition>>,
    /// The pack that units are judged by.
    pub rules: Choice,
    /// Packs that bring along ledgers, figures and further rules.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub packs: Vec<Choice>,
    /// Numbers that stand in place of those that packs have under these names: weights, thresholds, amounts of money.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub numbers: BTreeMap<String, Decimal>,
    /// Links and barriers between units as loaded.
    pub crossings: Crossings,
    /// When the plan was approved: deadlines are counted from there.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub approved: Option<Day>,
    /// As of which day ages and what is overdue are counted.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub as_of: Option<Day>,
    /// What a newer program keeps.
    #[serde(flatten)]
    others: Map<String, Value>,
    /// Arcs at defects of what was loaded; `None` until somebody has looked for them.
    #[serde(skip)]
    pub suspects: Option<Suspects>,
    /// Facilities and lines beside the boundaries. The document keeps them in tables of their own.
    #[serde(skip)]
    pub places: Arc<Facilities>,
}

/// A part of what figures rest on.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Part {
    /// All of it.
    Whole,
    /// How areas are computed.
    AreaMethod,
    /// What becomes of fields.
    FieldRules,
    /// Figures of one's own.
    OwnFigures,
    /// The pack of rules.
    Rules,
    /// Packs beside it.
    Packs,
    /// Numbers in place of those of packs.
    Numbers,
    /// Links and barriers.
    Crossings,
    /// The day of approval.
    Approved,
    /// The day as of which things are counted.
    AsOf,
    /// Tables that were joined. They are kept beside the others, for their size.
    Joins,
    /// How borders were repaired.
    Repair,
}

/// A part that is kept with a document, but cannot be used.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{}", self.words(Lang::En))]
pub struct Mistake {
    /// Which part.
    pub part: Part,
    /// What is wrong with it.
    pub why: WhyUnusable,
}

/// Why a part that is kept cannot be used.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum WhyUnusable {
    /// It is not written as such a part is: what the reader says.
    #[error("{0}")]
    Unreadable(String),
    /// A rule of a pack by which rows come about cannot be read.
    #[error("rule {rule:?}: {}", said[1])]
    Derive {
        /// Id of the rule.
        rule: String,
        /// What is wrong, in 简体中文 and in English.
        said: [String; 2],
    },
    /// It names a pack that is not in this program.
    #[error("this program has no pack called {name:?}")]
    NoSuchPack {
        /// The name.
        name: String,
    },
}

impl Say for WhyUnusable {
    fn zh(&self) -> String {
        match self {
            // The words of the reader are English; which part it is, is what helps.
            Self::Unreadable(_) => "内容无法识别".to_owned(),
            Self::Derive { rule, said } => format!("规则“{rule}”：{}", said[0]),
            Self::NoSuchPack { name } => format!("本程序没有名为“{name}”的规则包"),
        }
    }
}

impl Part {
    /// Its name in what is kept.
    const fn id(self) -> &'static str {
        match self {
            Self::Whole => SETTING,
            Self::AreaMethod => "area_method",
            Self::FieldRules => "field_rules",
            Self::OwnFigures => "own_figures",
            Self::Rules => "rules",
            Self::Packs => "packs",
            Self::Numbers => "numbers",
            Self::Crossings => "crossings",
            Self::Approved => "approved",
            Self::AsOf => "as_of",
            Self::Joins => Join::SETTING,
            Self::Repair => BorderRepair::SETTING,
        }
    }

    /// The setting under which older programs keep it.
    const fn old_setting(self) -> Option<&'static str> {
        match self {
            Self::FieldRules => Some("field-rules"),
            Self::OwnFigures => Some("own-figures"),
            Self::Rules => Some("rules"),
            Self::Crossings => Some("crossings"),
            Self::Whole
            | Self::AreaMethod
            | Self::Packs
            | Self::Numbers
            | Self::Approved
            | Self::AsOf
            | Self::Joins
            | Self::Repair => None,
        }
    }

    /// Parts that older programs keep each for itself.
    const OLD: [Self; 4] = [Self::FieldRules, Self::OwnFigures, Self::Rules, Self::Crossings];

    /// What it is called.
    #[must_use]
    pub const fn words(self, lang: Lang) -> &'static str {
        match self {
            Self::Whole => lang.pick("指标依据", "what figures rest on"),
            Self::AreaMethod => lang.pick("面积算法", "how areas are computed"),
            Self::FieldRules => lang.pick("字段规则", "what becomes of fields"),
            Self::OwnFigures => lang.pick("自定指标", "figures of one's own"),
            Self::Rules => lang.pick("规则包", "the pack of rules"),
            Self::Packs => lang.pick("系统包", "packs of ledgers"),
            Self::Numbers => lang.pick("系统包的参数", "numbers in place of those of packs"),
            Self::Crossings => lang.pick("连通与阻隔", "links and barriers"),
            Self::Approved => lang.pick("批准日", "the day of approval"),
            Self::AsOf => lang.pick("基准日", "the day as of which things are counted"),
            Self::Joins => lang.pick("连接的表格", "tables that were joined"),
            Self::Repair => lang.pick("边界修复", "the repair of borders"),
        }
    }
}

impl Mistake {
    pub(super) fn unreadable(part: Part, error: &serde_json::Error) -> Self {
        Self { part, why: WhyUnusable::Unreadable(error.to_string()) }
    }

    /// What is wrong, what is done about it, and what to do.
    #[must_use]
    pub fn words(&self, lang: Lang) -> String {
        let (part, why) = (self.part.words(lang), self.why.say(lang));
        match lang {
            Lang::Zh if matches!(self.why, WhyUnusable::Derive { .. }) => format!("{part}中的{why}；这条规则不起作用"),
            Lang::En if matches!(self.why, WhyUnusable::Derive { .. }) => {
                format!("{part}: {why}; the rule does nothing")
            }
            Lang::Zh => format!("项目中保存的{part}无法使用（{why}），按未设置处理；请重新选择"),
            Lang::En => format!(
                "{part}, as kept in the project, cannot be used ({why}), and counts as not decided; decide it again"
            ),
        }
    }
}

/// What is kept, part by part, before it is understood.
struct Kept {
    parts: Map<String, Value>,
    mistakes: Vec<Mistake>,
}

impl Kept {
    fn of(settings: &BTreeMap<String, String>) -> Self {
        let mut kept = Self { parts: Map::new(), mistakes: Vec::new() };
        if let Some(text) = settings.get(SETTING) {
            match serde_json::from_str(text) {
                Ok(parts) => kept.parts = parts,
                Err(error) => kept.mistakes.push(Mistake::unreadable(Part::Whole, &error)),
            }
        }
        for part in Part::OLD {
            let text = part.old_setting().and_then(|key| settings.get(key));
            match text.map(|text| serde_json::from_str(text)) {
                Some(Ok(value)) => drop(kept.parts.insert(part.id().to_owned(), value)),
                Some(Err(error)) => kept.mistakes.push(Mistake::unreadable(part, &error)),
                None => {}
            }
        }
        kept
    }

    /// Takes a part out.
    fn take<T: DeserializeOwned + Default>(&mut self, part: Part) -> T {
        let Some(value) = self.parts.remove(part.id()) else { return T::default() };
        T::deserialize(value).unwrap_or_else(|error| {
            self.mistakes.push(Mistake::unreadable(part, &error));
            T::default()
        })
    }
}

impl Basis {
    /// What is kept among the settings of a document, and what of it cannot be used.
    #[must_use]
    pub fn of(settings: &BTreeMap<String, String>) -> (Self, Vec<Mistake>) {
        let mut kept = Kept::of(settings);
        let mut basis = Self {
            revision: kept.parts.remove("revision").and_then(|value| value.as_u64()).unwrap_or(0),
            area_method: kept.take(Part::AreaMethod),
            field_rules: kept.take(Part::FieldRules),
            own_figures: kept.take(Part::OwnFigures),
            rules: kept.take(Part::Rules),
            packs: kept.take(Part::Packs),
            numbers: kept.take(Part::Numbers),
            crossings: kept.take(Part::Crossings),
            approved: kept.take(Part::Approved),
            as_of: kept.take(Part::AsOf),
            others: Map::new(),
            suspects: None,
            places: Arc::default(),
        };
        if let Choice::Shipped(name) = &basis.rules
            && shipped(name).is_none()
        {
            let why = WhyUnusable::NoSuchPack { name: name.clone() };
            kept.mistakes.push(Mistake { part: Part::Rules, why });
            basis.rules = Choice::default();
        }
        basis.others = kept.parts;
        (basis, kept.mistakes)
    }

    /// Days that somebody stated.
    #[must_use]
    pub const fn days(&self) -> StatedDays {
        StatedDays { approved: self.approved, as_of: self.as_of }
    }

    /// Whether somebody has decided the same.
    #[must_use]
    pub fn decides_the_same(&self, other: &Self) -> bool {
        self.area_method == other.area_method
            && self.field_rules == other.field_rules
            && self.own_figures == other.own_figures
            && self.rules == other.rules
            && self.packs == other.packs
            && self.numbers == other.numbers
            && self.crossings == other.crossings
            && self.days() == other.days()
            && self.places == other.places
    }

    /// Has a fresh document begin with packs that are on: nobody has worked for it.
    pub fn begin_with(packs: Vec<Choice>, document: &mut Document) {
        Self { packs, ..Self::default() }.keep(document, false);
    }

    /// Keeps what was decided with a document, in place of what stood there, under older keys too.
    pub(super) fn keep(&self, document: &mut Document, is_work: bool) {
        let Ok(text) = serde_json::to_string(self) else { return };
        if is_work {
            document.set_work(SETTING, text);
        } else {
            document.set_setting(SETTING, text);
        }
        document.set_places(Arc::clone(&self.places));
        for key in Part::OLD.into_iter().filter_map(Part::old_setting) {
            document.drop_setting(key);
        }
    }
}
