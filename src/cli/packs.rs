//! `quhua packs`: the packs of the program, and what one of them, or of a county's own, brings along.

use std::io::{self, Write};

use serde::Serialize;

use super::{CliError, Outcome, lang};
use crate::i18n::Lang;
use crate::io::OutTarget;
use crate::io::atomic::write_file;
use crate::rules::{Pack, PackFound, Words};

#[derive(Debug, clap::Args)]
pub(super) struct Args {
    /// A pack to describe: the name of one in the program, a folder or zip with a `pack.toml`, or a file. Without it all packs
    /// of the program are listed.
    #[arg(value_name = "PACK")]
    pack: Option<String>,
    /// Print JSON.
    #[arg(long)]
    json: bool,
}

/// A pack, as it is listed.
#[derive(Serialize)]
struct Listed<'a> {
    /// What `--pack` calls it.
    name: &'a str,
    title: InWords<'a>,
    /// Whether it is an example: not to be applied without a look at its source.
    example: bool,
    source: InWords<'a>,
    note: InWords<'a>,
    /// Ledgers, by what plans and expressions call them.
    ledgers: Vec<ListedLedger<'a>>,
    /// Numbers by their names, as they stand in it.
    numbers: Vec<ListedNumber<'a>>,
    figures: Vec<ListedFigure<'a>>,
    rules: Vec<ListedRule<'a>>,
    /// The page that describes it.
    #[serde(skip_serializing_if = "str::is_empty")]
    page: &'a str,
}

#[derive(Serialize)]
struct InWords<'a> {
    zh: &'a str,
    en: &'a str,
}

#[derive(Serialize)]
struct ListedLedger<'a> {
    id: &'a str,
    key: &'a [String],
    columns: Vec<ListedColumn<'a>>,
}

#[derive(Serialize)]
struct ListedColumn<'a> {
    id: &'a str,
    words: &'a [String],
    #[serde(skip_serializing_if = "Vec::is_empty")]
    values: Vec<&'a str>,
}

#[derive(Serialize)]
struct ListedNumber<'a> {
    name: &'a str,
    number: String,
}

#[derive(Serialize)]
struct ListedFigure<'a> {
    id: &'a str,
    is: &'a str,
    #[serde(skip_serializing_if = "str::is_empty")]
    unit: &'a str,
}

#[derive(Serialize)]
struct ListedRule<'a> {
    id: &'a str,
    title: InWords<'a>,
}

const fn in_words(words: &Words) -> InWords<'_> {
    InWords { zh: words.zh.as_str(), en: words.en.as_str() }
}

fn listed<'a>(found: &'a PackFound, pack: &'a Pack) -> Listed<'a> {
    let column = |column: &'a crate::model::ColumnWords| ListedColumn {
        id: &column.id,
        words: &column.words,
        values: column.values.iter().map(AsRef::as_ref).collect(),
    };
    let ledger = |table: &'a crate::model::TableWords| ListedLedger {
        id: &table.id,
        key: &table.key,
        columns: table.columns.iter().map(column).collect(),
    };
    Listed {
        name: &found.source_name,
        title: in_words(&pack.title),
        example: pack.example,
        source: in_words(&pack.source),
        note: in_words(&pack.note),
        ledgers: pack.tables.iter().map(ledger).collect(),
        numbers: pack.numbers.iter().map(|(name, number)| ListedNumber { name, number: number.to_string() }).collect(),
        figures: pack
            .figures
            .iter()
            .map(|figure| ListedFigure { id: &figure.name, is: &figure.expression, unit: &figure.unit })
            .collect(),
        rules: pack.rules.iter().map(|rule| ListedRule { id: &rule.id, title: in_words(&rule.title) }).collect(),
        page: &found.page,
    }
}

pub(super) fn run(args: &Args) -> Result<Outcome, CliError> {
    let found: Vec<PackFound> = match &args.pack {
        Some(name) => vec![PackFound::find(name)?],
        None => PackFound::all_shipped().collect(),
    };
    let packs: Vec<Pack> = found.iter().map(PackFound::pack).collect::<Result<_, _>>()?;
    let all: Vec<Listed<'_>> = found.iter().zip(&packs).map(|(found, pack)| listed(found, pack)).collect();
    write_file(&OutTarget::stdout(), |out| match (&args.pack, args.json) {
        (Some(_), true) => json(out, &all[0]),
        (None, true) => json(out, &all),
        (Some(_), false) => packs.iter().zip(&found).try_for_each(|(pack, found)| describe(out, found, pack)),
        (None, false) => packs.iter().zip(&found).try_for_each(|(pack, found)| line(out, found, pack)),
    })?;
    Ok(Outcome::Clean)
}

fn json(out: &mut dyn Write, what: &impl Serialize) -> io::Result<()> {
    serde_json::to_writer_pretty(&mut *out, what)?;
    writeln!(out)
}

/// A pack in a line.
fn line(out: &mut dyn Write, found: &PackFound, pack: &Pack) -> io::Result<()> {
    let lang = lang();
    let ledgers: Vec<&str> = pack.tables.iter().map(|table| table.id.as_str()).collect();
    let [figures, rules] = [pack.figures.len(), pack.rules.len()];
    let holds = match lang {
        Lang::Zh => {
            let ledgers = if ledgers.is_empty() { String::new() } else { format!("台账 {}，", ledgers.join("、")) };
            format!("{ledgers}指标 {figures} 项，规则 {rules} 条")
        }
        Lang::En => {
            let ledgers = if ledgers.is_empty() { String::new() } else { format!("ledger {}, ", ledgers.join(", ")) };
            format!("{ledgers}{figures} figures, {rules} rules")
        }
    };
    writeln!(out, "{}  {}  ({holds})", found.source_name, pack.title.of(lang))
}

/// All of a pack: its page where it has one, then what it brings along.
fn describe(out: &mut dyn Write, found: &PackFound, pack: &Pack) -> io::Result<()> {
    let lang = lang();
    line(out, found, pack)?;
    for words in [&pack.source, &pack.note].into_iter().filter(|words| !words.is_empty()) {
        writeln!(out, "{}", words.of(lang))?;
    }
    if !found.page.is_empty() {
        writeln!(out, "\n{}", found.page.trim_end())?;
    }
    if !pack.numbers.is_empty() {
        writeln!(out)?;
    }
    for (name, number) in &pack.numbers {
        writeln!(out, "{name} = {number}")?;
    }
    for table in &pack.tables {
        writeln!(out, "\n{}", table.id)?;
        for column in &table.columns {
            writeln!(out, "  {}  {}", column.id, column.words.join(lang.pick("、", ", ")))?;
        }
    }
    if !pack.figures.is_empty() {
        writeln!(out)?;
    }
    for figure in &pack.figures {
        let expression = figure.expression.split_whitespace().collect::<Vec<_>>().join(" ");
        writeln!(out, "{} = {expression}", figure.name)?;
    }
    if !pack.rules.is_empty() {
        writeln!(out)?;
    }
    pack.rules.iter().try_for_each(|rule| writeln!(out, "{}  {}", rule.id, rule.title.of(lang)))
}
