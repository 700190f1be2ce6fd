//! Reads a pack from its file: TOML, with every mistake named by its line.

use std::collections::BTreeSet;
use std::fmt;
use std::ops::Range;

use compact_str::CompactString;
use toml::Spanned;
use toml::de::{DeTable, DeValue};

use super::connection::{Crossing, CrossingKind, Crossings};
use super::near::nearest;
use super::pack::{Check, Limits, Pack, Quantity, Rule, Shape, Words};
use super::quantity::{self, QuantityError};
use super::terrain::{Class, Mixed, Terrain};
use crate::model::{Kind, Level, Severity};

/// What is wrong with a pack, and where.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("line {line}: {problem}")]
pub struct PackError {
    /// Line in the file, from 1.
    pub line: usize,
    /// What is wrong there.
    pub problem: PackProblem,
}

/// What is wrong with a pack.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum PackProblem {
    /// It is no TOML.
    #[error("this is no TOML: {0}; texts stand in quotes, lists in brackets")]
    Syntax(String),
    /// It does not say that it is a pack of this version.
    #[error("this is no pack of rules; it begins with format = \"quhua-rules\" and version = 1")]
    NotAPack,
    /// A key that means nothing here.
    #[error("there is no {key:?} {}; {}", Place(place), Hint { near: *near, known })]
    UnknownKey {
        /// The key.
        key: String,
        /// Where it stands.
        place: &'static str,
        /// The known one that is most like it.
        near: Option<&'static str>,
        /// All that there are.
        known: Vec<&'static str>,
    },
    /// Something must be said and is not.
    #[error("{key:?} is missing {}", Place(place))]
    Missing {
        /// The key.
        key: &'static str,
        /// Where it belongs.
        place: &'static str,
    },
    /// A value is of another type.
    #[error("{key:?} must be {expected}")]
    WrongType {
        /// The key.
        key: String,
        /// What it must be.
        expected: Expected,
    },
    /// A word that is none of those that there are.
    #[error("{key:?} cannot be {word:?}; {}", Hint { near: near.as_deref(), known })]
    UnknownWord {
        /// The key.
        key: String,
        /// The word.
        word: String,
        /// The known one that is most like it.
        near: Option<String>,
        /// All that there are.
        known: Vec<String>,
    },
    /// A number with a unit cannot be read.
    #[error("{key} = {text:?}: {error}")]
    Quantity {
        /// The key.
        key: &'static str,
        /// What is written.
        text: String,
        /// Why it is none.
        error: QuantityError,
    },
    /// Two rules, or two classes of terrain, have one id.
    #[error("the id {0:?} is used twice; give each its own")]
    SameId(String),
    /// A rule about a figure sets no limit.
    #[error("the rule sets no limit; add min, max or ideal, or rows of limits")]
    NoLimits,
    /// The least is more than the most.
    #[error("min is more than max")]
    UpsideDown,
    /// Not enough codes, or the same twice.
    #[error("{0:?} needs at least two different codes")]
    TooFewCodes(&'static str),
}

/// What type a value must have.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Expected {
    /// A text.
    Text,
    /// A text, or one in each language.
    Words,
    /// A code, which is text.
    Code,
    /// True or false.
    Flag,
    /// A number, or a text with one.
    Number,
    /// A list of groups.
    Groups,
    /// A table.
    Table,
}

impl fmt::Display for Expected {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Text => "a text in quotes",
            Self::Words => "a text in quotes, or { zh = \"…\", en = \"…\" }",
            Self::Code => "a code, which is text: put it in quotes",
            Self::Flag => "true or false",
            Self::Number => "a number, or a text such as \"3万\" or \"130 km2\"",
            Self::Groups => "a list of groups of codes: [[\"…\", \"…\"], …]",
            Self::Table => "a table: { … }",
        })
    }
}

struct Place<'a>(&'a str);

impl fmt::Display for Place<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.0.is_empty() { f.write_str("at the top of a pack") } else { write!(f, "in [{}]", self.0) }
    }
}

struct Hint<'a, T> {
    near: Option<&'a str>,
    known: &'a [T],
}

impl<T: AsRef<str>> fmt::Display for Hint<'_, T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(near) = self.near {
            return write!(f, "did you mean {near:?}?");
        }
        let known: Vec<&str> = self.known.iter().map(AsRef::as_ref).collect();
        write!(f, "use one of: {}", known.join(", "))
    }
}

type Read<T> = Result<T, PackError>;
type Value<'i> = Spanned<DeValue<'i>>;

/// The text of the file, to tell lines.
#[derive(Clone, Copy)]
struct Lines<'a>(&'a str);

impl Lines<'_> {
    fn error(self, at: Range<usize>, problem: PackProblem) -> PackError {
        let before = self.0.as_bytes().get(..at.start).unwrap_or_default();
        PackError { line: 1 + before.iter().filter(|&&byte| byte == b'\n').count(), problem }
    }
}

/// One table of the file.
struct Table<'a, 'i> {
    lines: Lines<'a>,
    fields: &'a DeTable<'i>,
    span: Range<usize>,
    place: &'static str,
}

impl<'a, 'i> Table<'a, 'i> {
    fn new(lines: Lines<'a>, key: &str, value: &'a Value<'i>, place: &'static str) -> Read<Self> {
        let DeValue::Table(fields) = value.get_ref() else {
            return Err(wrong(lines, key, value, Expected::Table));
        };
        Ok(Self { lines, fields, span: value.span(), place })
    }

    /// Refuses keys that are not among these.
    fn only(&self, known: &[&'static str]) -> Read<()> {
        for key in self.fields.keys() {
            let name = key.get_ref().as_ref();
            if !known.contains(&name) {
                let near = nearest(name, known);
                let problem =
                    PackProblem::UnknownKey { key: name.to_owned(), place: self.place, near, known: known.to_vec() };
                return Err(self.lines.error(key.span(), problem));
            }
        }
        Ok(())
    }

    fn get(&self, key: &str) -> Option<&'a Value<'i>> {
        self.fields.iter().find(|(name, _)| name.get_ref().as_ref() == key).map(|(_, value)| value)
    }

    fn missing(&self, key: &'static str) -> PackError {
        self.lines.error(self.span.clone(), PackProblem::Missing { key, place: self.place })
    }

    fn text(&self, key: &str) -> Read<Option<&'a str>> {
        self.get(key).map(|value| text_of(self.lines, key, value, Expected::Text)).transpose()
    }

    /// A text in both languages; one text alone stands for both.
    fn words(&self, key: &str) -> Read<Words> {
        let Some(value) = self.get(key) else { return Ok(Words::default()) };
        if let DeValue::String(text) = value.get_ref() {
            return Ok(Words { zh: text.to_string(), en: text.to_string() });
        }
        if !matches!(value.get_ref(), DeValue::Table(_)) {
            return Err(wrong(self.lines, key, value, Expected::Words));
        }
        let table = Table::new(self.lines, key, value, self.place)?;
        table.only(&["zh", "en"])?;
        let (zh, en) = (table.text("zh")?, table.text("en")?);
        let one = zh.or(en).unwrap_or_default();
        Ok(Words { zh: zh.unwrap_or(one).to_owned(), en: en.unwrap_or(one).to_owned() })
    }

    fn flag(&self, key: &str) -> Read<bool> {
        match self.get(key) {
            None => Ok(false),
            Some(value) => value.get_ref().as_bool().ok_or_else(|| wrong(self.lines, key, value, Expected::Flag)),
        }
    }

    /// Texts of a list; one text alone is a list of one.
    fn texts(&self, key: &str, expected: Expected) -> Read<Vec<(&'a str, Range<usize>)>> {
        let Some(value) = self.get(key) else { return Ok(Vec::new()) };
        let text = |value: &'a Value<'i>| Ok((text_of(self.lines, key, value, expected)?, value.span()));
        match value.get_ref() {
            DeValue::Array(list) => list.iter().map(text).collect(),
            _ => Ok(vec![text(value)?]),
        }
    }

    fn codes(&self, key: &str) -> Read<Vec<CompactString>> {
        Ok(self.texts(key, Expected::Code)?.into_iter().map(|(code, _)| code.into()).collect())
    }

    /// Tables of a list, as `[[key]]` or `key = [{ … }]` writes them.
    fn tables(&self, key: &'static str, place: &'static str) -> Read<Vec<Self>> {
        let Some(value) = self.get(key) else { return Ok(Vec::new()) };
        match value.get_ref() {
            DeValue::Array(list) => list.iter().map(|item| Table::new(self.lines, key, item, place)).collect(),
            _ => Ok(vec![Table::new(self.lines, key, value, place)?]),
        }
    }

    /// A word that must be one of some; what it stands for.
    fn pick<T: Clone>(&self, key: &str, choices: &[(&str, T)]) -> Read<Option<T>> {
        let Some(word) = self.text(key)? else { return Ok(None) };
        let span = self.get(key).map(Value::span).unwrap_or_default();
        choose(self.lines, key, word, span, choices).map(Some)
    }

    fn quantity(&self, key: &'static str, quantity: &Quantity) -> Read<Option<f64>> {
        let Some(value) = self.get(key) else { return Ok(None) };
        let text = match value.get_ref() {
            DeValue::String(text) => text.as_ref(),
            DeValue::Integer(number) if number.radix() == 10 => number.as_str(),
            DeValue::Float(number) => number.as_str(),
            _ => return Err(wrong(self.lines, key, value, Expected::Number)),
        };
        let read = quantity::read(quantity, text).map_err(|error| {
            self.lines.error(value.span(), PackProblem::Quantity { key, text: text.to_owned(), error })
        });
        read.map(Some)
    }
}

fn wrong(lines: Lines<'_>, key: &str, value: &Value<'_>, expected: Expected) -> PackError {
    lines.error(value.span(), PackProblem::WrongType { key: key.to_owned(), expected })
}

fn text_of<'a>(lines: Lines<'_>, key: &str, value: &'a Value<'_>, expected: Expected) -> Read<&'a str> {
    match value.get_ref() {
        DeValue::String(text) => Ok(text.as_ref()),
        _ => Err(wrong(lines, key, value, expected)),
    }
}

fn choose<T: Clone>(lines: Lines<'_>, key: &str, word: &str, span: Range<usize>, choices: &[(&str, T)]) -> Read<T> {
    if let Some((_, taken)) = choices.iter().find(|(name, _)| *name == word) {
        return Ok(taken.clone());
    }
    let known: Vec<&str> = choices.iter().map(|&(name, _)| name).collect();
    let near = nearest(word, &known).map(str::to_owned);
    let known = known.into_iter().map(str::to_owned).collect();
    Err(lines.error(span, PackProblem::UnknownWord { key: key.to_owned(), word: word.to_owned(), near, known }))
}

impl Pack {
    /// Reads a pack.
    ///
    /// # Errors
    /// [`PackError`] names the line, the mistake, and what helps.
    pub fn parse(text: &str) -> Result<Self, PackError> {
        // Editors of Windows begin a file with a byte order mark.
        let text = text.strip_prefix('\u{feff}').unwrap_or(text);
        let lines = Lines(text);
        let top = DeTable::parse(text).map_err(|error| {
            // The first line says what, further ones only draw it.
            let what = error.message().lines().next().unwrap_or_default().to_owned();
            lines.error(error.span().unwrap_or_default(), PackProblem::Syntax(what))
        })?;
        let table = Table { lines, fields: top.get_ref(), span: 0..0, place: "" };
        pack(&table)
    }
}

fn pack(top: &Table<'_, '_>) -> Read<Pack> {
    let version = top.get("version").and_then(|value| value.get_ref().as_integer().map(|it| it.as_str() == "1"));
    if top.get("format").and_then(|value| value.get_ref().as_str()) != Some("quhua-rules") || version != Some(true) {
        return Err(top.lines.error(0..0, PackProblem::NotAPack));
    }
    top.only(&["format", "version", "title", "example", "source", "note", "terrain", "rule", "link", "barrier"])?;
    let terrain = match top.get("terrain") {
        Some(value) => terrain(&Table::new(top.lines, "terrain", value, "terrain")?)?,
        None => Terrain::default(),
    };
    let mut rules: Vec<Rule> = Vec::new();
    for table in top.tables("rule", "[rule]")? {
        let rule = rule(&table, &terrain)?;
        if rules.iter().any(|other| other.id == rule.id) {
            return Err(table.lines.error(table.span, PackProblem::SameId(rule.id)));
        }
        rules.push(rule);
    }
    let crossings = |key, place, kinds: &[(&str, CrossingKind)]| -> Read<Vec<Crossing>> {
        top.tables(key, place)?.iter().map(|table| crossing(table, kinds)).collect()
    };
    Ok(Pack {
        title: top.words("title")?,
        example: top.flag("example")?,
        source: top.words("source")?,
        note: top.words("note")?,
        terrain,
        rules,
        crossings: Crossings {
            links: crossings("link", "[link]", CrossingKind::LINKS)?,
            barriers: crossings("barrier", "[barrier]", CrossingKind::BARRIERS)?,
        },
    })
}

fn terrain(table: &Table<'_, '_>) -> Read<Terrain> {
    table.only(&["field", "default", "mixed", "class", "codes"])?;
    let mut classes: Vec<Class> = Vec::new();
    for class in table.tables("class", "[terrain.class]")? {
        class.only(&["id", "name", "words"])?;
        let id = class.text("id")?.ok_or_else(|| class.missing("id"))?.to_owned();
        if classes.iter().any(|other| other.id == id) {
            return Err(class.lines.error(class.span, PackProblem::SameId(id)));
        }
        let mut name = class.words("name")?;
        if name.is_empty() {
            name = Words { zh: id.clone(), en: id.clone() };
        }
        let words = class.texts("words", Expected::Text)?.into_iter().map(|(word, _)| word.to_owned()).collect();
        classes.push(Class { id, name, words });
    }
    let ids = class_ids(&classes);
    let mut codes = Vec::new();
    if let Some(value) = table.get("codes") {
        let lists = Table::new(table.lines, "codes", value, "terrain.codes")?;
        for key in lists.fields.keys() {
            let class = choose(table.lines, "codes", key.get_ref(), key.span(), &ids)?;
            codes.extend(lists.codes(key.get_ref())?.into_iter().map(|code| (code, class)));
        }
    }
    Ok(Terrain {
        field: table.text("field")?.map(str::to_owned),
        default: table.pick("default", &ids)?,
        mixed: table.pick("mixed", &[("unknown", Mixed::Unknown), ("largest", Mixed::Largest)])?.unwrap_or_default(),
        codes: codes.into_iter().collect(),
        classes,
    })
}

fn class_ids(classes: &[Class]) -> Vec<(&str, usize)> {
    classes.iter().enumerate().map(|(at, class)| (class.id.as_str(), at)).collect()
}

const LEVELS: [(&str, Level); 10] = [
    ("group", Level::Group),
    ("village", Level::Village),
    ("township", Level::Township),
    ("county", Level::County),
    ("parent", Level::Parent),
    ("atom", Level::Atom),
    ("组", Level::Group),
    ("村", Level::Village),
    ("乡镇", Level::Township),
    ("县", Level::County),
];
const SEVERITIES: [(&str, Severity); 6] = [
    ("error", Severity::Error),
    ("warning", Severity::Warning),
    ("hint", Severity::Info),
    ("错误", Severity::Error),
    ("警告", Severity::Warning),
    ("提示", Severity::Info),
];
const SHAPES: [(&str, Shape); 3] =
    [("polsby-popper", Shape::PolsbyPopper), ("reock", Shape::Reock), ("convex-hull", Shape::ConvexHull)];
const COMMON: [&str; 7] = ["id", "check", "title", "severity", "source", "level", "kind"];
const LIMITS: [&str; 4] = ["limits", "min", "max", "ideal"];

/// What stands behind `check = …`, with the keys that go with it.
#[derive(Clone)]
enum Word {
    Range(Quantity),
    Sum,
    Compactness,
    Fixed(Check),
    Together,
    Apart,
}

impl Word {
    fn all() -> [(&'static str, Self); 14] {
        use Quantity::{Area, Density, Distance, Members, Population, Radius};
        [
            ("population", Self::Range(Population)),
            ("sum", Self::Sum),
            ("area", Self::Range(Area)),
            ("density", Self::Range(Density)),
            ("radius", Self::Range(Radius)),
            ("distance", Self::Range(Distance)),
            ("members", Self::Range(Members)),
            ("compactness", Self::Compactness),
            ("contiguous", Self::Fixed(Check::Contiguous)),
            ("enclosed", Self::Fixed(Check::Enclosed)),
            ("together", Self::Together),
            ("apart", Self::Apart),
            ("names", Self::Fixed(Check::Names)),
            ("codes", Self::Fixed(Check::Codes)),
        ]
    }

    const fn keys(&self) -> &'static [&'static str] {
        match self {
            Self::Range(_) => &LIMITS,
            Self::Sum => &["field", "limits", "min", "max", "ideal"],
            Self::Compactness => &["shape", "limits", "min", "max", "ideal"],
            Self::Fixed(_) => &[],
            Self::Together | Self::Apart => &["groups"],
        }
    }
}

fn rule(table: &Table<'_, '_>, terrain: &Terrain) -> Read<Rule> {
    let Some(word) = table.pick("check", &Word::all())? else { return Err(table.missing("check")) };
    let mut keys = COMMON.to_vec();
    keys.extend(word.keys());
    table.only(&keys)?;
    let id = table.text("id")?.ok_or_else(|| table.missing("id"))?.to_owned();
    let mut title = table.words("title")?;
    if title.is_empty() {
        title = Words { zh: id.clone(), en: id.clone() };
    }
    let check = match word {
        Word::Range(quantity) => range(table, quantity, terrain)?,
        Word::Sum => {
            let field = table.text("field")?.ok_or_else(|| table.missing("field"))?;
            range(table, Quantity::Sum(field.to_owned()), terrain)?
        }
        Word::Compactness => {
            range(table, Quantity::Compactness(table.pick("shape", &SHAPES)?.unwrap_or_default()), terrain)?
        }
        Word::Fixed(check) => check,
        Word::Together => Check::Together(groups(table)?),
        Word::Apart => Check::Apart(groups(table)?),
    };
    let mut levels = Vec::new();
    for (word, span) in table.texts("level", Expected::Text)? {
        levels.push(choose(table.lines, "level", word, span, &LEVELS)?);
    }
    let severity = table.pick("severity", &SEVERITIES)?.unwrap_or(Severity::Warning);
    Ok(Rule { id, title, severity, source: table.words("source")?, levels, kinds: kinds(table)?, check })
}

fn kinds(table: &Table<'_, '_>) -> Read<Vec<Kind>> {
    let words = table.texts("kind", Expected::Text)?;
    // Whatever word a source has for a kind is one.
    Ok(words.into_iter().map(|(word, _)| word.parse().unwrap_or_else(|_| Kind::Other(word.into()))).collect())
}

fn range(table: &Table<'_, '_>, quantity: Quantity, terrain: &Terrain) -> Read<Check> {
    let mut limits = Vec::new();
    for row in table.tables("limits", "limits of a rule")? {
        row.only(&["terrain", "kind", "min", "max", "ideal"])?;
        let class = row.pick("terrain", &class_ids(&terrain.classes))?;
        limits.push(limits_of(&row, &quantity, class)?);
    }
    if ["min", "max", "ideal"].iter().any(|key| table.get(key).is_some()) {
        // What the rule itself says holds where no row does; its kinds are those of the rule.
        limits.push(Limits { kinds: Vec::new(), ..limits_of(table, &quantity, None)? });
    }
    if limits.is_empty() {
        return Err(table.lines.error(table.span.clone(), PackProblem::NoLimits));
    }
    Ok(Check::Range { quantity, limits })
}

fn limits_of(row: &Table<'_, '_>, quantity: &Quantity, terrain: Option<usize>) -> Read<Limits> {
    let [min, max, ideal] =
        [row.quantity("min", quantity)?, row.quantity("max", quantity)?, row.quantity("ideal", quantity)?];
    if min.zip(max).is_some_and(|(min, max)| min > max) {
        return Err(row.lines.error(row.span.clone(), PackProblem::UpsideDown));
    }
    if min.or(max).or(ideal).is_none() {
        return Err(row.lines.error(row.span.clone(), PackProblem::NoLimits));
    }
    Ok(Limits { terrain, kinds: kinds(row)?, min, max, ideal })
}

fn groups(table: &Table<'_, '_>) -> Read<Vec<Vec<CompactString>>> {
    let Some(value) = table.get("groups") else { return Err(table.missing("groups")) };
    let wrong_groups = |value: &Value<'_>| wrong(table.lines, "groups", value, Expected::Groups);
    let DeValue::Array(list) = value.get_ref() else { return Err(wrong_groups(value)) };
    let mut groups = Vec::new();
    for item in list {
        let DeValue::Array(codes) = item.get_ref() else { return Err(wrong_groups(item)) };
        let codes = codes.iter().map(|code| text_of(table.lines, "groups", code, Expected::Code).map(Into::into));
        let codes: Vec<CompactString> = codes.collect::<Read<_>>()?;
        if codes.iter().collect::<BTreeSet<_>>().len() < 2 {
            return Err(table.lines.error(item.span(), PackProblem::TooFewCodes("groups")));
        }
        groups.push(codes);
    }
    Ok(groups)
}

fn crossing(table: &Table<'_, '_>, kinds: &[(&str, CrossingKind)]) -> Read<Crossing> {
    table.only(&["between", "kind", "reason"])?;
    let [a, b] = &table.codes("between")?[..] else {
        return Err(table.lines.error(table.span.clone(), PackProblem::TooFewCodes("between")));
    };
    if a == b {
        return Err(table.lines.error(table.span.clone(), PackProblem::TooFewCodes("between")));
    }
    Ok(Crossing {
        between: [a.clone(), b.clone()],
        kind: table.pick("kind", kinds)?.unwrap_or(CrossingKind::Other),
        reason: table.text("reason")?.unwrap_or_default().to_owned(),
    })
}
