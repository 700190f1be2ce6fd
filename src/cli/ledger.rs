//! `quhua ledger`: lists that a county keeps beside its boundaries, checked, compared, and written as a plan leaves them.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use clap::Subcommand;
use rust_decimal::Decimal;

use super::join::{accepted, source_of};
use super::load::DraftArgs;
use super::{CliError, Line, Outcome, lang, progress, say};
use crate::i18n::{Lang, Say};
use crate::io::atomic::write_file;
use crate::io::{LayerSource, Limits, OutTarget, Outputs, file_safe, ledgers};
use crate::model::{AcceptedRows, Dataset, LaidLedger, Ledger, TableWords};
use crate::report::ledger_book::{BookKind, LedgerBook, private_columns};
use crate::report::ledgers::{LedgerDiff, LedgerReport};
use crate::rules::{Choice, choose_pack};

/// Ledgers that lie over the boundaries.
#[derive(Clone, Debug, Default, clap::Args)]
pub(super) struct LedgerArgs {
    /// A ledger, a list that the county keeps of clinics, schools, offices, assets, roads or tasks: CSV, XLSX, XLS, ODS, or a
    /// layer of points or lines; behind # the sheet or layer. Behind = what plans and expressions call it; without it the
    /// name of the file. May be given several times.
    #[arg(long, value_name = "FILE[#SHEET][=NAME]")]
    ledger: Vec<PathBuf>,
    /// Rows of ledgers and the units that they are of, where neither place nor code nor name says so: JSON, such as
    /// {"health": {"H4": "510722101202"}}, by the keys of rows.
    #[arg(long, value_name = "FILE.json", requires = "ledger")]
    ledger_accept: Option<PathBuf>,
    /// A pack: what headers of ledgers mean, which words stand in them, figures and rules. The name of one in the program
    /// (`quhua packs` lists them), a folder or zip with a `pack.toml`, or a file. May be given several times.
    #[arg(long, value_name = "PACK")]
    pack: Vec<String>,
    /// Another number in place of one that a pack has under a name, such as a weight or a threshold. May be given several
    /// times.
    #[arg(long, value_name = "NAME=NUMBER", value_parser = number, requires = "pack")]
    number: Vec<(String, Decimal)>,
}

/// A name and a number.
fn number(text: &str) -> Result<(String, Decimal), NoNumber> {
    let (name, number) = text.split_once(['=', '＝']).ok_or(NoNumber::NoEquals)?;
    let number = number.trim().parse().map_err(|_| NoNumber::Unread(number.trim().to_owned()))?;
    Ok((name.trim().to_owned(), number))
}

/// Why a text gives no name a number.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub(super) enum NoNumber {
    #[error("write NAME=NUMBER")]
    NoEquals,
    #[error("{0:?} is no number")]
    Unread(String),
}

impl Say for NoNumber {
    fn zh(&self) -> String {
        match self {
            Self::NoEquals => "请写作 名称=数字".to_owned(),
            Self::Unread(text) => format!("“{text}”不是数字"),
        }
    }
}

impl LedgerArgs {
    /// Files that are read.
    pub(super) fn files(&self) -> impl Iterator<Item = PathBuf> + '_ {
        self.ledger.iter().filter_map(|given| Some(named(given).ok()?.0.path)).chain(self.ledger_accept.clone())
    }

    /// Whether a pack is named.
    pub(super) fn names_a_pack(&self) -> bool {
        !self.pack.is_empty()
    }

    /// The packs that are named.
    pub(super) fn packs(&self) -> Result<Vec<Choice>, CliError> {
        Ok(self.pack.iter().map(|name| choose_pack(name)).collect::<Result<_, _>>()?)
    }

    /// Numbers in place of those that packs have.
    pub(super) fn numbers(&self) -> &[(String, Decimal)] {
        &self.number
    }

    /// Lays these ledgers over boundaries, beside those that lie there; one of the same name takes the place of another. What
    /// the packs say of them is known before anybody names rows by their keys.
    pub(super) fn lay(&self, dataset: Arc<Dataset>, limits: &Limits) -> Result<Arc<Dataset>, CliError> {
        let mut tables: Vec<TableWords> = Vec::new();
        for choice in self.packs()? {
            tables.extend(choice.brought().map(|pack| pack.tables).unwrap_or_default());
        }
        if self.ledger.is_empty() && (tables.is_empty() || dataset.ledgers().is_empty()) {
            return Ok(dataset);
        }
        let mut accepted_of = match &self.ledger_accept {
            Some(path) => accepted(path).map_err(|why| CliError::LedgerAccept { why, path: path.clone() })?,
            None => BTreeMap::<String, AcceptedRows>::new(),
        };
        let mut given: BTreeMap<String, String> = BTreeMap::new();
        let mut laid: Vec<LaidLedger> =
            dataset.ledgers().iter().cloned().map(|laid| laid.dressed(&tables, &dataset)).collect();
        for text in &self.ledger {
            let (source, name) = named(text)?;
            if let Some(other) = given.insert(name.clone(), source.path.display().to_string()) {
                return Err(CliError::LedgerTwice { name, files: [other, source.path.display().to_string()] });
            }
            let ledger = progress::shown(progress::Doing::Reading, |_| ledgers::read(&source, &name, limits))?;
            let ledger = match tables.iter().find(|table| table.id == name) {
                Some(words) => ledger.dressed(words),
                None => ledger,
            };
            let before = laid.iter().position(|laid| laid.ledger().name() == name);
            let said = accepted_of.remove(&name).or_else(|| before.map(|at| laid[at].accepted().clone()));
            let said = said.unwrap_or_default();
            if let (Some(path), Some(why)) = (&self.ledger_accept, misplaced(&ledger, &dataset, &said)) {
                return Err(CliError::LedgerAccept { why, path: path.clone() });
            }
            let ledger = LaidLedger::lay(Arc::new(ledger), &dataset, said);
            match before {
                Some(at) => laid[at] = ledger,
                None => laid.push(ledger),
            }
        }
        if let (Some(path), Some((name, _))) = (&self.ledger_accept, accepted_of.first_key_value()) {
            let why = match lang() {
                Lang::Zh => format!("没有给出台账“{name}”"),
                Lang::En => format!("no ledger {name:?} is given"),
            };
            return Err(CliError::LedgerAccept { why, path: path.clone() });
        }
        Ok(Arc::new(dataset.with_ledgers(laid)))
    }
}

/// Says what of the workbook of the county did not come back.
fn tell_of_book(ledger: &Ledger, kind: BookKind) {
    let (name, file) = (ledger.name(), &ledger.source().file);
    let is_workbook = ledger.source().sheet.is_some();
    match (kind, lang()) {
        (BookKind::County { lost: 0 }, _) => {}
        (BookKind::County { lost }, Lang::Zh) => {
            say(Line::Warning, format!("{name}：有 {lost} 处公式引用了方案移除的行（#REF!），请在表格软件中改正"));
        }
        (BookKind::County { lost }, Lang::En) => {
            let said =
                format!("{name}: {lost} formulas refer to rows that the plan takes out (#REF!); mend them there");
            say(Line::Warning, said);
        }
        (BookKind::Own, Lang::Zh) if is_workbook && !ledger.is_own() => say(
            Line::Note,
            format!("{name}：写成了新表；要写回本县的工作簿，请加 --ledger {file}={name}，文件须与读入时相同"),
        ),
        (BookKind::Own, Lang::En) if is_workbook && !ledger.is_own() => say(
            Line::Note,
            format!(
                "{name}: written as a new table; to have the county's workbook written back, give --ledger {file}={name} as it was read"
            ),
        ),
        (BookKind::Own, _) => {}
    }
}

/// What is wrong with what somebody said of the rows of a ledger.
fn misplaced(ledger: &Ledger, dataset: &Dataset, said: &AcceptedRows) -> Option<String> {
    said.iter().find_map(|(row, code)| {
        if ledger.row(row).is_none() {
            return Some(match lang() {
                Lang::Zh => format!("台账“{}”没有“{row}”这一行", ledger.name()),
                Lang::En => format!("the ledger {:?} has no row {row:?}", ledger.name()),
            });
        }
        dataset.base.find(code).is_empty().then(|| match lang() {
            Lang::Zh => format!("没有代码为“{code}”的单元"),
            Lang::En => format!("no unit has the code {code:?}"),
        })
    })
}

/// The file, the sheet behind it, and the name. The name of a file may have these signs too.
fn named(given: &Path) -> Result<(LayerSource, String), CliError> {
    let text = given.to_string_lossy();
    let (file, name) = match text.rsplit_once('=') {
        Some((_, "")) if !given.exists() => return Err(CliError::NoLedgerName { given: given.to_owned() }),
        Some((file, name)) if !given.exists() => (PathBuf::from(file), Some(name.to_owned())),
        _ => (given.to_owned(), None),
    };
    let source = source_of(&file);
    let stem = || source.path.file_stem().map(|stem| stem.to_string_lossy().into_owned()).unwrap_or_default();
    let name = name.or_else(|| source.layer.clone()).unwrap_or_else(stem);
    Ok((source, name))
}

#[derive(Debug, clap::Args)]
pub(super) struct Args {
    #[command(subcommand)]
    action: Action,
}

#[derive(Debug, Subcommand)]
enum Action {
    /// What rows of ledgers are bound to, and what is doubtful about them.
    Check(CheckArgs),
    /// What a later ledger has otherwise than an earlier one, by the keys of rows.
    Diff(DiffArgs),
    /// Write ledgers as a plan leaves them, in their own columns, with the units that rows belong to before and after.
    Write(WriteArgs),
}

#[derive(Debug, clap::Args)]
struct CheckArgs {
    #[command(flatten)]
    draft: DraftArgs,
    /// Print JSON.
    #[arg(long)]
    json: bool,
}

#[derive(Debug, clap::Args)]
struct DiffArgs {
    /// The earlier ledger; behind # the sheet.
    #[arg(value_name = "WAS")]
    was: PathBuf,
    /// The later one.
    #[arg(value_name = "NOW")]
    now: PathBuf,
    /// Print JSON.
    #[arg(long)]
    json: bool,
}

#[derive(Debug, clap::Args)]
struct WriteArgs {
    #[command(flatten)]
    draft: DraftArgs,
    /// The folder to write to: a workbook (XLSX) for each ledger, by its name. It is made where it is not there.
    #[arg(short, long, value_name = "DIR")]
    output: PathBuf,
    /// Write columns that packs call private too: names of people, telephones.
    #[arg(long)]
    private: bool,
}

pub(super) fn run(args: &Args) -> Result<Outcome, CliError> {
    match &args.action {
        Action::Check(args) => check(args),
        Action::Diff(args) => diff(args),
        Action::Write(args) => write(args),
    }
}

fn check(args: &CheckArgs) -> Result<Outcome, CliError> {
    let draft = args.draft.read_untold()?;
    let dataset = draft.study.dataset();
    if dataset.ledgers().is_empty() {
        return Err(CliError::NoLedger);
    }
    let report = LedgerReport::new(dataset, draft.study.state(), lang());
    write_file(&OutTarget::stdout(), |out| {
        if args.json {
            serde_json::to_writer_pretty(&mut *out, &report)?;
            return writeln!(out);
        }
        report.tables.iter().flat_map(|table| table.lines(lang())).try_for_each(|line| writeln!(out, "{line}"))
    })?;
    Ok(if report.is_clean() { Outcome::Clean } else { Outcome::Findings })
}

fn diff(args: &DiffArgs) -> Result<Outcome, CliError> {
    let limits = Limits::default().capped();
    let read = |path: &Path| -> Result<Ledger, CliError> {
        let (source, name) = named(path)?;
        Ok(ledgers::read(&source, &name, &limits)?)
    };
    let diff = LedgerDiff::between(&read(&args.was)?, &read(&args.now)?);
    write_file(&OutTarget::stdout(), |out| {
        if args.json {
            serde_json::to_writer_pretty(&mut *out, &diff)?;
            return writeln!(out);
        }
        diff.lines(lang()).iter().try_for_each(|line| writeln!(out, "{line}"))
    })?;
    Ok(if diff.is_empty() { Outcome::Clean } else { Outcome::Findings })
}

fn write(args: &WriteArgs) -> Result<Outcome, CliError> {
    let mut outputs: Outputs = args.draft.outputs(None);
    let draft = args.draft.read()?;
    let (dataset, state) = (draft.study.dataset(), draft.study.state());
    if dataset.ledgers().is_empty() {
        return Err(CliError::NoLedger);
    }
    let file = |laid: &LaidLedger| args.output.join(format!("{}.xlsx", file_safe(laid.ledger().name())));
    if args.output.is_file() {
        return Err(CliError::NotAFolder { path: args.output.clone() });
    }
    let no_folder = |error| CliError::NoFolder { error, path: args.output.clone() };
    std::fs::create_dir_all(&args.output).map_err(no_folder)?;
    let targets =
        dataset.ledgers().iter().map(|laid| outputs.target(&file(laid), &["xlsx"])).collect::<Result<Vec<_>, _>>()?;
    for (laid, target) in dataset.ledgers().iter().zip(&targets) {
        let left_out = private_columns(laid.ledger());
        if !args.private && !left_out.is_empty() {
            let (name, columns) = (laid.ledger().name(), left_out.join(lang().pick("、", ", ")));
            say(
                Line::Note,
                match lang() {
                    Lang::Zh => format!("{name}：未写出涉及个人的列（{columns}）；需要时加 --private"),
                    Lang::En => format!("{name}: without the private columns {columns}; --private writes them too"),
                },
            );
        }
        let book = LedgerBook::new(laid, (dataset, state), (lang(), args.private));
        let mut kind = BookKind::Own;
        write_file(target, |out| {
            let (bytes, written) = book.xlsx()?;
            kind = written;
            out.write_all(&bytes)
        })?;
        tell_of_book(laid.ledger(), kind);
    }
    Ok(Outcome::Clean)
}
