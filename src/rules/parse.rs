//! Reads a pack from its file: TOML, with every mistake named by its line.

use std::collections::BTreeSet;

use compact_str::CompactString;
use rust_decimal::Decimal;
use toml::de::{DeTable, DeValue};

use super::connection::{Crossing, CrossingKind, Crossings};
use super::mistake::{Expected, PackError, PackProblem};
use super::pack::{Check, Limits, Pack, Quantity, Rule, Words};
use super::parse_derive::derives;
use super::parse_table::tables;
use super::reader::{Lines, Read, Table, Value, choose, text_of, wrong};
use super::terrain::{Class, Mixed, Terrain};
use crate::edit::OwnDefinition;
use crate::metrics::catalogue::{Row, Topic};
use crate::metrics::{Figure, Measure, Nature};
use crate::model::{Kind, Level, Severity};

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
    let format = top.get("format").and_then(|value| value.get_ref().as_str());
    if !matches!(format, Some("quhua-pack" | "quhua-rules")) || version != Some(true) {
        let known_format = matches!(format, Some("quhua-pack" | "quhua-rules"));
        let newer = top.get("version").filter(|_| known_format && version == Some(false));
        return Err(match newer {
            Some(value) => top.lines.error(value.span(), PackProblem::OtherVersion),
            None => top.lines.error(0..0, PackProblem::NotAPack),
        });
    }
    top.only(&[
        "format", "version", "title", "example", "source", "note", "terrain", "rule", "link", "barrier", "table",
        "numbers", "figure", "derive",
    ])?;
    let terrain = match top.get("terrain") {
        Some(value) => terrain(&Table::new(top.lines, "terrain", value, "terrain")?)?,
        None => Terrain::default(),
    };
    let mut figures = Vec::new();
    for table in top.tables("figure", "figure")? {
        let figure = figure(&table)?;
        if figures.iter().any(|other: &OwnDefinition| other.name == figure.name) {
            return Err(table.lines.error(table.span, PackProblem::SameId(figure.name)));
        }
        figures.push(figure);
    }
    let mut rules: Vec<Rule> = Vec::new();
    for table in top.tables("rule", "[rule]")? {
        let rule = rule(&table, &terrain, &mut figures)?;
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
        tables: tables(top)?,
        numbers: numbers(top)?,
        figures,
        derives: derives(top)?,
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

pub(super) const LEVELS: [(&str, Level); 10] = [
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
const COMMON: [&str; 7] = ["id", "check", "title", "severity", "source", "level", "kind"];
const LIMITS: [&str; 4] = ["limits", "min", "max", "ideal"];

/// What stands behind `check = …`, with the keys that go with it.
#[derive(Clone)]
enum Word {
    Range(Quantity),
    /// A measure of shape; one that another key names, where there is that key.
    Shape(Figure),
    Sum,
    Own,
    Fixed(Check),
    Together,
    Apart,
    /// Rows of a ledger in each unit.
    Count,
    /// A column of rows is not blank.
    Filled,
}

impl Word {
    fn all() -> Vec<(&'static str, Self)> {
        let of_figure = |figure| match figure {
            Figure::Compactness => Self::Shape(figure),
            _ => Self::Range(Quantity::Figure(figure)),
        };
        let mut all: Vec<_> = figures(|_| true).map(|(id, figure)| (id, of_figure(figure))).collect();
        all.extend([
            ("sum", Self::Sum),
            ("figure", Self::Own),
            ("members", Self::Range(Quantity::Members)),
            ("contiguous", Self::Fixed(Check::Contiguous)),
            ("enclosed", Self::Fixed(Check::Enclosed)),
            ("seat", Self::Fixed(Check::Seat)),
            ("together", Self::Together),
            ("apart", Self::Apart),
            ("count", Self::Count),
            ("filled", Self::Filled),
            ("names", Self::Fixed(Check::Names)),
            ("codes", Self::Fixed(Check::Codes)),
        ]);
        all
    }

    const fn keys(&self) -> &'static [&'static str] {
        match self {
            Self::Range(_) => &LIMITS,
            Self::Sum => &["field", "limits", "min", "max", "ideal"],
            Self::Own => &["figure", "limits", "min", "max", "ideal"],
            Self::Shape(_) => &["shape", "limits", "min", "max", "ideal"],
            Self::Fixed(_) => &[],
            Self::Together | Self::Apart => &["groups"],
            Self::Count => &["of", "limits", "min", "max", "ideal"],
            Self::Filled => &["of", "column"],
        }
    }
}

/// Figures of some rows of the catalogue, each by every id that it has.
fn figures(wanted: impl Fn(&Row) -> bool) -> impl Iterator<Item = (&'static str, Figure)> {
    let rows = Figure::ALL.iter().filter_map(|figure| Some((*figure, figure.row()?)));
    rows.filter(move |(_, row)| wanted(row)).flat_map(|(figure, row)| row.ids().map(move |id| (id, figure)))
}

fn rule(table: &Table<'_, '_>, terrain: &Terrain, own: &mut Vec<OwnDefinition>) -> Read<Rule> {
    let Some(word) = table.pick("check", &Word::all())? else { return Err(table.missing("check")) };
    let mut keys = COMMON.to_vec();
    keys.extend(word.keys());
    table.only(&keys)?;
    let id = table.text("id")?.ok_or_else(|| table.missing("id"))?.to_owned();
    let mut title = table.words("title")?;
    if title.is_empty() {
        title = Words { zh: id.clone(), en: id.clone() };
    }
    let is_of_rows = matches!(word, Word::Count | Word::Filled);
    let check = match word {
        Word::Range(quantity) => range(table, quantity, terrain)?,
        Word::Sum => {
            let field = table.text("field")?.ok_or_else(|| table.missing("field"))?;
            range(table, Quantity::Sum(field.to_owned()), terrain)?
        }
        Word::Own => {
            let name = table.text("figure")?.ok_or_else(|| table.missing("figure"))?;
            {
                let unit = own.iter().find(|figure| figure.name == name).map_or("", |figure| &figure.unit);
                let measure = Nature::default().declared(unit).measure();
                range(table, Quantity::Own(name.to_owned(), measure), terrain)?
            }
        }
        Word::Shape(usual) => {
            let shapes: Vec<_> = figures(|row| row.topic == Topic::Shape).collect();
            range(table, Quantity::Figure(table.pick("shape", &shapes)?.unwrap_or(usual)), terrain)?
        }
        Word::Fixed(check) => check,
        Word::Count => {
            let of = table.text("of")?.ok_or_else(|| table.missing("of"))?;
            range(table, counted(&title, &format!("count({of})"), own), terrain)?
        }
        Word::Filled => {
            let of = table.text("of")?.ok_or_else(|| table.missing("of"))?;
            let column = table.text("column")?.ok_or_else(|| table.missing("column"))?;
            let (ledger, condition) = match of.split_once(" where ") {
                Some((ledger, condition)) => (ledger.trim(), format!("({condition}) and ")),
                None => (of.trim(), String::new()),
            };
            let blank = format!("count({ledger} where {condition}not \"{column}\")");
            let none = Limits { max: Some(0.0), ..Limits::default() };
            Check::Range { quantity: counted(&title, &blank, own), limits: vec![none] }
        }
        Word::Together => Check::Together(groups(table)?),
        Word::Apart => Check::Apart(groups(table)?),
    };
    let mut levels = Vec::new();
    for (word, span) in table.texts("level", Expected::Text)? {
        levels.push(choose(table.lines, "level", word, span, &LEVELS)?);
    }
    let severity = table.pick("severity", &SEVERITIES)?.unwrap_or(Severity::Warning);
    let (source, kinds) = (table.words("source")?, kinds(table, "kind")?);
    Ok(Rule { id, title, severity, source, levels, kinds, check, is_of_rows })
}

/// A figure that a rule asks for, under the name of the rule.
fn counted(title: &Words, expression: &str, figures: &mut Vec<OwnDefinition>) -> Quantity {
    let name = title.zh.clone();
    if !figures.iter().any(|figure| figure.name == name) {
        let titles = [title.zh.clone(), title.en.clone()];
        figures.push(OwnDefinition { decimals: 0, title: titles, ..OwnDefinition::new(&name, expression) });
    }
    Quantity::Own(name, Measure::Own)
}

fn figure(table: &Table<'_, '_>) -> Read<OwnDefinition> {
    table.only(&["id", "title", "is", "unit", "decimals"])?;
    let name = table.text("id")?.ok_or_else(|| table.missing("id"))?;
    let expression = table.text("is")?.ok_or_else(|| table.missing("is"))?;
    let mut figure = OwnDefinition::new(name, expression);
    let Words { zh, en } = table.words("title")?;
    figure.title = [zh, en];
    let Words { zh, en } = table.words("unit")?;
    figure.unit_en = (en != zh).then_some(en);
    figure.unit = zh;
    if let Some(value) = table.get("decimals") {
        let number = value.get_ref().as_integer().and_then(|number| number.as_str().parse::<u8>().ok());
        let number = number.filter(|number| *number <= OwnDefinition::MOST_DECIMALS);
        figure.decimals = number.ok_or_else(|| wrong(table.lines, "decimals", value, Expected::Decimals))?;
    }
    Ok(figure)
}

/// Numbers by their names.
fn numbers(top: &Table<'_, '_>) -> Read<Vec<(String, Decimal)>> {
    let Some(value) = top.get("numbers") else { return Ok(Vec::new()) };
    let all = Table::new(top.lines, "numbers", value, "numbers")?;
    let number = |(name, value): (&toml::Spanned<std::borrow::Cow<'_, str>>, &Value<'_>)| {
        let text = match value.get_ref() {
            DeValue::Integer(number) if number.radix() == 10 => Some(number.as_str()),
            DeValue::Float(number) => Some(number.as_str()),
            _ => None,
        };
        let number = text.and_then(|text| text.replace('_', "").parse().ok());
        let number = number.ok_or_else(|| wrong(top.lines, name.get_ref(), value, Expected::PlainNumber))?;
        Ok((name.get_ref().to_string(), number))
    };
    all.fields.iter().map(number).collect()
}

pub(super) fn kinds(table: &Table<'_, '_>, key: &str) -> Read<Vec<Kind>> {
    let words = table.texts(key, Expected::Text)?;
    // Whatever word a source has for a kind is one.
    Ok(words.into_iter().map(|(word, _)| word.parse().unwrap_or_else(|_| Kind::Other(word.into()))).collect())
}

fn range(table: &Table<'_, '_>, quantity: Quantity, terrain: &Terrain) -> Read<Check> {
    let mut limits = Vec::new();
    for row in table.tables("limits", "rule.limits")? {
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
    Ok(Limits { terrain, kinds: kinds(row, "kind")?, min, max, ideal })
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
