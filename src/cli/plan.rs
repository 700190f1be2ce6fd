//! `quhua plan`: arithmetic with plans.

use std::path::{Path, PathBuf};

use clap::{Subcommand, ValueEnum};
use serde::Serialize;

use super::load::{LoadArgs, ReadArgs, check_base};
use super::plan_file::{file_of, read_plan};
use super::{CliError, Line, Outcome, lang, progress, say};
use crate::edit::Plan;
use crate::edit::algebra::{self, Conflict, Joined, LeftOver, NotCarriedOut, Rebased, Side};
use crate::i18n::Say as _;
use crate::io::atomic::write_file;
use crate::io::{Limits, OutTarget, Outputs};

#[derive(Debug, clap::Args)]
pub(super) struct Args {
    #[command(subcommand)]
    action: Action,
}

#[derive(Debug, Subcommand)]
enum Action {
    /// What only one of two plans has, what both have, and where the order differs.
    ///
    /// Edits are compared as they are written. `plan rebase` on their boundaries fills in what plans leave to be derived,
    /// as saving and merging do.
    Diff(DiffArgs),
    /// Make one plan of two: A's edits, then those of B that A does not have.
    Merge(MergeArgs),
    /// Carry a plan over to other boundaries or another population, and list what no longer applies.
    Rebase(RebaseArgs),
    /// Take a scenario out of a project, as a plan file.
    Take(TakeArgs),
}

#[derive(Debug, clap::Args)]
struct DiffArgs {
    /// A plan file, or PROJECT.gpkg#NAME for a scenario of a project.
    #[arg(value_name = "A")]
    plan_a: PathBuf,
    /// The plan to compare it with.
    #[arg(value_name = "B")]
    plan_b: PathBuf,
    /// Print JSON.
    #[arg(long)]
    json: bool,
}

#[derive(Debug, clap::Args)]
struct MergeArgs {
    /// A plan file, or PROJECT.gpkg#NAME for a scenario of a project.
    #[arg(value_name = "A")]
    plan_a: PathBuf,
    /// The plan whose edits come after.
    #[arg(value_name = "B")]
    plan_b: PathBuf,
    /// Boundary files that both plans are carried out on; or one project file.
    #[arg(long = "on", value_name = "LAYER", required = true, num_args = 1..)]
    layers: Vec<PathBuf>,
    #[command(flatten)]
    read: ReadArgs,
    /// The plan that both were made from. Default: what both begin with.
    #[arg(long, value_name = "PLAN")]
    ancestor: Option<PathBuf>,
    /// The plan whose edits are carried out where the two are in conflict; those of the other are left out. Default: the
    /// conflicting edits of both are left out.
    #[arg(long, value_name = "a|b", hide_possible_values = true)]
    prefer: Option<Prefer>,
    /// Carry out plans on other files than those they were made for.
    #[arg(long)]
    allow_other_base: bool,
    /// Where to write the merged plan; `-` is standard output.
    #[arg(short, long, value_name = "OUT.json")]
    output: PathBuf,
    /// Print conflicts as JSON on standard output.
    #[arg(long)]
    json: bool,
}

#[derive(Clone, Copy, Debug, ValueEnum)]
enum Prefer {
    A,
    B,
}

impl From<Prefer> for Side {
    fn from(prefer: Prefer) -> Self {
        match prefer {
            Prefer::A => Self::A,
            Prefer::B => Self::B,
        }
    }
}

#[derive(Debug, clap::Args)]
struct RebaseArgs {
    /// A plan file, or PROJECT.gpkg#NAME for a scenario of a project.
    #[arg(value_name = "PLAN")]
    plan: PathBuf,
    #[command(flatten)]
    load: LoadArgs,
    /// Where to write the plan upon these boundaries; `-` is standard output.
    #[arg(short, long, value_name = "OUT.json")]
    output: PathBuf,
    /// Print what no longer applies as JSON on standard output.
    #[arg(long)]
    json: bool,
}

#[derive(Debug, clap::Args)]
struct TakeArgs {
    /// The project and the name of the scenario.
    #[arg(value_name = "PROJECT.gpkg#NAME")]
    plan: PathBuf,
    /// Where to write the plan; `-` is standard output.
    #[arg(short, long, value_name = "OUT.json")]
    output: PathBuf,
}

pub(super) fn run(args: &Args) -> Result<Outcome, CliError> {
    match &args.action {
        Action::Diff(args) => diff(args),
        Action::Merge(args) => merge(args),
        Action::Rebase(args) => rebase(args),
        Action::Take(args) => {
            let target = out_target(&args.output, false, [args.plan.clone()])?;
            write_plan(&target, &read_plan(&args.plan, &Limits::default())?)?;
            Ok(Outcome::Clean)
        }
    }
}

fn diff(args: &DiffArgs) -> Result<Outcome, CliError> {
    let [a, b] = [&args.plan_a, &args.plan_b].map(|path| read_plan(path, &Limits::default()));
    let diff = algebra::diff(&a?.edits, &b?.edits);
    if args.json {
        print_json(&diff)?;
    } else {
        write_file(&OutTarget::stdout(), |out| diff.lines(lang()).iter().try_for_each(|line| writeln!(out, "{line}")))?;
    }
    Ok(Outcome::Clean)
}

/// What `merge --json` prints.
#[derive(Serialize)]
struct MergeReport<'a> {
    edits: usize,
    prefer: Option<Side>,
    conflicts: Vec<Told<&'a Conflict>>,
    not_carried_out: &'a [NotCarriedOut],
}

/// Something with what is said of it.
#[derive(Serialize)]
struct Told<T> {
    message: String,
    #[serde(flatten)]
    what: T,
}

fn merge(args: &MergeArgs) -> Result<Outcome, CliError> {
    let inputs = args.layers.iter().chain([&args.plan_a, &args.plan_b]).chain(&args.ancestor);
    let inputs = inputs.cloned().chain(args.read.other_files());
    let target = out_target(&args.output, args.json, inputs)?;
    let limits = args.read.limits();
    let read = |path: &PathBuf| read_plan(path, &limits);
    let (a, b, ancestor) = (read(&args.plan_a)?, read(&args.plan_b)?, args.ancestor.as_ref().map(read).transpose()?);
    let mut loaded = args.read.load(&args.layers)?;
    [&a, &b].into_iter().try_for_each(|plan| loaded.repair_as(plan))?;
    let dataset = loaded.dataset;
    if !args.allow_other_base {
        let plans = [(Some(&a), &args.plan_a), (Some(&b), &args.plan_b)].into_iter();
        for (plan, path) in plans.chain(args.ancestor.iter().map(|path| (ancestor.as_ref(), path))) {
            plan.map_or(Ok(()), |plan| check_base(&dataset, plan, path))?;
        }
    }
    let prefer = args.prefer.map(Side::from);
    let Joined { plan, conflicts, not_carried_out } =
        progress::shown(progress::Doing::Merging, |_| algebra::join(&dataset, &a, &b, ancestor.as_ref(), prefer));
    write_plan(&target, &plan)?;
    let line = if prefer.is_some() { Line::Decided } else { Line::Conflict };
    for conflict in &conflicts {
        say(line, conflict.say(lang()));
    }
    for refused in &not_carried_out {
        say(Line::LeftOver, refused.say(lang()));
    }
    if args.json {
        let told = conflicts.iter().map(|what| Told { message: what.say(lang()), what }).collect();
        let edits = plan.edits.len();
        print_json(&MergeReport { edits, prefer, conflicts: told, not_carried_out: &not_carried_out })?;
    }
    let is_settled = conflicts.is_empty() || prefer.is_some();
    Ok(if is_settled && not_carried_out.is_empty() { Outcome::Clean } else { Outcome::Findings })
}

/// What `rebase --json` prints.
#[derive(Serialize)]
struct RebaseReport<'a> {
    edits: usize,
    left_over: &'a [LeftOver],
}

fn rebase(args: &RebaseArgs) -> Result<Outcome, CliError> {
    let target = out_target(&args.output, args.json, args.load.files().chain([args.plan.clone()]))?;
    let plan = read_plan(&args.plan, &args.load.limits())?;
    let dataset = args.load.load()?.dataset;
    let Rebased { plan, left_over } = progress::shown(progress::Doing::Rebasing, |_| algebra::rebase(&dataset, &plan));
    write_plan(&target, &plan)?;
    for edit in &left_over {
        say(Line::LeftOver, edit.say(lang()));
    }
    if args.json {
        print_json(&RebaseReport { edits: plan.edits.len(), left_over: &left_over })?;
    }
    Ok(if left_over.is_empty() { Outcome::Clean } else { Outcome::Findings })
}

/// Where a plan goes when these are read, and a report perhaps goes to standard output.
fn out_target(output: &Path, json: bool, inputs: impl IntoIterator<Item = PathBuf>) -> Result<OutTarget, CliError> {
    let target =
        Outputs::of_reading(inputs.into_iter().map(|path| file_of(&path).to_owned())).target(output, &["json"])?;
    if json && target == OutTarget::stdout() { Err(CliError::TwoOnStdout) } else { Ok(target) }
}

fn write_plan(target: &OutTarget, plan: &Plan) -> Result<(), CliError> {
    Ok(write_file(target, |out| out.write_all(plan.write().as_bytes()))?)
}

fn print_json(value: &impl Serialize) -> Result<(), CliError> {
    write_file(&OutTarget::stdout(), |out| {
        serde_json::to_writer_pretty(&mut *out, value)?;
        writeln!(out)
    })?;
    Ok(())
}
