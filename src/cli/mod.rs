//! The command line: one file per subcommand. It imports nothing that needs a window.
//!
//! Exit status: 0 done; 1 done, with findings (`check`), with conflicts or edits left over (`plan`), short of the goal
//! (`suggest`), a refused edit (`apply` writes nothing then), or a boundary certificate that fails (`apply`); 2 usage, or a file that cannot be read or written.
//! Errors are one line each on standard error. What is said to people is in the language of `--lang`, or else of the
//! system; identifiers and keys of JSON are the same in all.

mod apply;
mod basis;
mod check;
mod compare;
mod convert;
mod ensemble;
mod help;
mod join;
mod ledger;
mod ledger_notes;
mod load;
mod metrics;
mod out;
mod packs;
#[cfg(feature = "print")]
mod page;
mod plan;
mod plan_file;
mod progress;
#[cfg(feature = "print")]
mod render;
mod repair;
mod speech;
mod suggest;
mod words;

use std::ffi::OsString;
use std::path::PathBuf;
use std::process::ExitCode;

use clap::builder::{PossibleValuesParser, TypedValueParser as _};
use clap::{CommandFactory as _, FromArgMatches as _, Parser, Subcommand};

use speech::{Line, lang, say};

use crate::edit::{OtherBase, PlanError, PlanFileError};
use crate::i18n::{Lang, Say as _};
use crate::io::format::{self, FileKind};
use crate::io::places::PlacesError;
use crate::io::{ProjectError, ReadError, WriteError};
use crate::jobs::Cancelled;
use crate::model::{FieldRuleError, Level, ModelError};

/// Redraw administrative boundaries: merge townships and villages, see every figure change, export.
#[derive(Debug, Parser)]
#[command(name = "quhua", version, args_conflicts_with_subcommands = true)]
pub struct Cli {
    /// What to do without a window.
    #[command(subcommand)]
    command: Option<Command>,
    /// Boundary files to open in the window; the sample county without any.
    files: Vec<PathBuf>,
    /// Language of messages, tables and help: zh or en. Default: that of the system. Keys of JSON are the same in all.
    #[arg(long, global = true, value_name = "LANG", value_parser = PossibleValuesParser::new(Lang::ALL.map(Lang::id)).map(|id| lang_of(&id)))]
    lang: Option<Lang>,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Health report of boundaries and attributes.
    Check(check::Args),
    /// Figures of every unit, as loaded or after a plan.
    Metrics(metrics::Args),
    /// Carry out a plan and write the revised boundaries.
    Apply(apply::Args),
    /// Compare plans: figures side by side, what each changes, and who ends up farther from the seat.
    Compare(compare::Args),
    /// Draw plans by chance that merge as many units as a plan does, and say where that stands among them.
    Ensemble(ensemble::Args),
    /// Compare plans edit by edit, merge two, carry one over to other boundaries, or take one out of a project.
    Plan(plan::Args),
    /// Draw the map into a file: PNG, SVG or PDF.
    #[cfg(feature = "print")]
    Render(render::Args),
    /// Write one HTML file for readers without Quhua: the map before and after, and what the plan does.
    #[cfg(feature = "print")]
    Page(page::Args),
    /// Suggest which units to merge, with reasons, and write them as a plan.
    Suggest(suggest::Args),
    /// Read boundaries, a project or what a plan leads to, and write it in another format.
    Convert(convert::Args),
    /// Mend borders: vertices, gaps, overlaps, broken rings. Says what was done and checks the result.
    Repair(repair::Args),
    /// Ledgers: lists that the county keeps beside its boundaries, which follow the plan.
    Ledger(ledger::Args),
    /// Packs: what headers of ledgers mean, figures and rules. Lists those of the program, or describes one.
    Packs(packs::Args),
}

/// What the command line asks for.
#[derive(Debug)]
pub enum Request {
    /// Open the window on these files.
    Window(Vec<PathBuf>),
    /// A subcommand ran; exit with this status.
    Done(ExitCode),
}

/// Reads the arguments of the process and runs the subcommand, if there is one.
#[must_use]
pub fn run() -> Request {
    let args: Vec<OsString> = std::env::args_os().collect();
    parse(&args).map_or_else(|error| Request::Done(complain(error)), carry_out)
}

/// The same with given arguments, the first of which is the name of the program.
///
/// # Errors
/// [`clap::Error`] when they cannot be understood.
pub fn run_with(args: impl IntoIterator<Item = impl Into<OsString> + Clone>) -> Result<Request, clap::Error> {
    let args: Vec<OsString> = args.into_iter().map(Into::into).collect();
    parse(&args).map(carry_out)
}

/// Gives up with an error, in Chinese or in English as the arguments or the system ask.
#[must_use]
pub fn fail([zh, en]: [&str; 2]) -> ExitCode {
    say(Line::Error, lang().pick(zh, en));
    ExitCode::from(2)
}

fn carry_out(cli: Cli) -> Request {
    let Some(command) = cli.command else { return Request::Window(cli.files) };
    let outcome = match command {
        Command::Check(args) => check::run(&args),
        Command::Metrics(args) => metrics::run(&args),
        Command::Apply(args) => apply::run(&args),
        Command::Compare(args) => compare::run(&args),
        Command::Ensemble(args) => ensemble::run(&args),
        Command::Plan(args) => plan::run(&args),
        #[cfg(feature = "print")]
        Command::Render(args) => render::run(&args),
        #[cfg(feature = "print")]
        Command::Page(args) => page::run(&args),
        Command::Suggest(args) => suggest::run(&args),
        Command::Convert(args) => convert::run(&args),
        Command::Repair(args) => repair::run(&args),
        Command::Ledger(args) => ledger::run(&args),
        Command::Packs(args) => packs::run(&args),
    };
    Request::Done(match outcome {
        Ok(Outcome::Clean) => ExitCode::SUCCESS,
        Ok(Outcome::Findings) => ExitCode::from(1),
        Err(error) => {
            say(Line::Error, error.say(lang()));
            ExitCode::from(error.status())
        }
    })
}

/// Understands arguments, and speaks the language that they ask for from now on.
fn parse(args: &[OsString]) -> Result<Cli, clap::Error> {
    speech::speak(speech::asked_for(args).unwrap_or_else(Lang::of_system));
    let command = match lang() {
        Lang::Zh => help::in_chinese(Cli::command()),
        Lang::En => Cli::command(),
    };
    let command = command.after_help(formats(lang()));
    Cli::from_arg_matches(&command.try_get_matches_from(speech::without_leading_lang(args))?)
}

/// What files are read, for the help.
fn formats(lang: Lang) -> String {
    let of = |kind| format::names(kind, lang).join(lang.pick("、", ", "));
    let (layers, places) = (of(FileKind::Layers), of(FileKind::Places));
    match lang {
        Lang::Zh => format!("边界可读取：{layers}；点和线可读取：{places}。"),
        Lang::En => format!("Boundaries are read from {layers}; points and lines from {places}."),
    }
}

/// Says what is wrong with the arguments, or gives the help that they ask for.
fn complain(error: clap::Error) -> ExitCode {
    let status = u8::try_from(error.exit_code()).unwrap_or(2);
    // Nobody may be there to read it.
    let _ = match lang() {
        Lang::Zh => error.apply::<help::Chinese>().print(),
        Lang::En => error.print(),
    };
    ExitCode::from(status)
}

/// The language that an argument names; only known ones come this far.
fn lang_of(id: &str) -> Lang {
    Lang::with_id(id).unwrap_or_default()
}

/// How a subcommand ended that did its work.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Outcome {
    Clean,
    Findings,
}

/// Why a subcommand gave up. Each is one line: what, where, what to do.
#[derive(Debug, thiserror::Error)]
enum CliError {
    #[error(transparent)]
    Read(#[from] ReadError),
    #[error(transparent)]
    Places(#[from] PlacesError),
    #[error(transparent)]
    Write(#[from] WriteError),
    #[error(transparent)]
    Model(#[from] ModelError),
    #[error(transparent)]
    Field(#[from] FieldRuleError),
    /// A figure of one's own that cannot be read.
    #[error("--figure {figure:?}: {error}")]
    Figure { error: crate::query::OwnError, figure: String },
    #[error(transparent)]
    Plan(#[from] PlanFileError),
    #[error(transparent)]
    Cancelled(#[from] Cancelled),
    #[error(transparent)]
    Rules(#[from] crate::rules::LoadError),
    #[error(transparent)]
    Suggest(#[from] crate::suggest::AskError),
    /// A suggested merger is refused, which its search should not have let happen.
    #[error("a suggested merger cannot be carried out: {0}")]
    Merger(#[from] crate::edit::EditError),
    /// The plan would stand between the reasons.
    #[error("-o - would write the plan between the reasons on standard output; give a file to -o")]
    PlanOnStdout,
    /// A plan is to be checked, but nothing says by what.
    #[error("a plan is checked by rules; add --rules PACK, a file or the name of a pack such as structure")]
    NoRules,
    /// Mergers are to be suggested, but nothing says how far.
    #[error("say how many units are to be left with --to UNITS, or by which rules with --rules PACK")]
    NoGoal,
    /// The plan was made for other boundaries.
    #[error("{error} (--allow-other-base): {}", plan.display())]
    OtherBase { error: OtherBase, plan: PathBuf },
    /// Nothing says what is to be done.
    #[error("there is nothing to carry out; give a plan with --plan PLAN, or a scenario with --scenario NAME")]
    NoPlan,
    /// A scenario is named, but there is no project.
    #[error("--scenario names a scenario of a project; give one project file in place of the layers")]
    NoProject,
    /// The project has no such scenario.
    #[error("no scenario {name:?} in the project; there are: {there}")]
    NoSuchScenario { name: String, there: String },
    #[error(transparent)]
    Project(#[from] ProjectError),
    /// Nothing but points and lines is given.
    #[error("this file has only points and lines; give the boundaries that they belong to beside it: {}", path.display())]
    OnlyPlaces { path: PathBuf },
    /// Nothing but tables is given.
    #[error("this file has only a table; give the boundaries that it belongs to beside it: {}", path.display())]
    OnlyTables { path: PathBuf },
    #[error(transparent)]
    Ledger(#[from] crate::io::ledgers::LedgerReadError),
    /// The list of accepted rows cannot be read.
    #[error("--ledger-accept takes rows by ledger and key, such as {{\"health\": {{\"H4\": \"510722101202\"}}}} ({why}): {}", path.display())]
    LedgerAccept { why: String, path: PathBuf },
    /// Two ledgers would have one name.
    #[error("two ledgers are called {name:?}, {} and {}; give one of them another name: --ledger FILE=NAME", files[0], files[1])]
    LedgerTwice { name: String, files: [String; 2] },
    /// Nothing stands behind the = of a ledger.
    #[error("a name is missing behind =; write --ledger FILE=NAME, or the file alone: {}", given.display())]
    NoLedgerName { given: PathBuf },
    /// No ledger is named.
    #[error("no ledger is given; add --ledger FILE=NAME")]
    NoLedger,
    /// No pack has a number of a name.
    #[error("no pack has a number called {name:?}; there are: {}", known.join(", "))]
    NoSuchNumber { name: String, known: Vec<String> },
    /// A folder cannot be made.
    #[error("the folder cannot be made ({error}): {}", path.display())]
    NoFolder { error: std::io::Error, path: PathBuf },
    /// A file stands where a folder is to be.
    #[error("this is a file; name a folder to write to: {}", path.display())]
    NotAFolder { path: PathBuf },
    #[error(transparent)]
    Join(#[from] crate::model::JoinError),
    #[error(transparent)]
    Profile(#[from] crate::io::profile::ProfileError),
    /// The list of accepted pairs cannot be read.
    #[error("--join-accept takes a list such as [{{\"row\": 12, \"unit\": \"510722001001\"}}] ({why}): {}", path.display())]
    JoinAccept { why: String, path: PathBuf },
    /// Points and lines come through a pipe.
    #[error(
        "points and lines cannot come through a pipe, and boundaries are polygons; save them as a file and give that: {}",
        path.display()
    )]
    PipedPlaces { path: PathBuf },
    /// A project has boundaries of its own.
    #[error(
        "the project {} has its own boundaries; give it alone, or carry its plan over to these with plan rebase: {}",
        project.display(), other.display()
    )]
    BesideProject { other: PathBuf, project: PathBuf },
    /// A figure of one's own is given twice.
    #[error("--figure is given twice with the name {name:?}; give one of them another name")]
    FigureTwice { name: String },
    /// A project is given where a plan is asked for.
    #[error("this is a project with several plans; name a scenario of it as {}#NAME, one of: {there}", path.display())]
    WhichScenario { there: String, path: PathBuf },
    /// Two results for one standard output.
    #[error("--json and -o - would both write to standard output; give a file to -o")]
    TwoOnStdout,
    /// An edit of the plan cannot be carried out.
    #[error("{error}: {}", plan.display())]
    Refused { error: PlanError, plan: PathBuf },
    /// Splits of two plans that do not go together.
    #[error("the plans split units in ways that cannot be laid over each other, so they cannot be compared: {0}")]
    NoCommonGround(PlanError),
    #[error("there is no level {level} in these data; use one of: {there}")]
    NoSuchLevel { level: Level, there: String },
    /// A unit is named that is not there.
    #[error("no unit has the code {code:?}; give the code of a unit of the finest layer, border, or leave")]
    NoSuchUnit { code: String },
    #[error("{plans} plans given; at most {most} can be compared at once")]
    TooManyPlans { plans: usize, most: usize },
    #[error(transparent)]
    Ensemble(#[from] crate::ensemble::EnsembleError),
    #[error("--between takes two numbers from 0 (as loaded) to {plans} (the last plan), such as 0,{plans}")]
    NoSuchPair { plans: usize },
    #[cfg(feature = "print")]
    #[error(transparent)]
    Print(#[from] crate::print::PrintError),
    #[cfg(feature = "print")]
    #[error("cannot draw .{extension} files; use .png, .svg or .pdf: {}", path.display())]
    UnknownMapFormat { extension: String, path: PathBuf },
    /// Something is asked for that a format does not have.
    #[error("{argument} does not go with {}; choose another format", format[1])]
    UnfitFormat { argument: &'static str, format: [&'static str; 2] },
}

impl CliError {
    fn status(&self) -> u8 {
        if matches!(self, Self::Refused { .. }) { 1 } else { 2 }
    }
}
