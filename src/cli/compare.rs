//! `quhua compare`: drafts side by side, and what each changes.

use std::collections::BTreeSet;
use std::path::PathBuf;
use std::sync::Arc;

use super::apply::{crosswalk_target, write_crosswalk};
use super::load::{StudyArgs, carry_out_plan, carry_out_scenario, pick_level};
use super::plan_file::read_plan;
use super::{CliError, Outcome, lang, progress};
use crate::compare::{Alternative, AlternativeEntry, Comparison, ComparisonReport};
use crate::edit::{Document, Plan, crosswalk};
use crate::i18n::file_name;
use crate::io::atomic::write_file;
use crate::model::{Level, LevelIndex, State};

/// Plans at most: more cannot be read side by side.
const MOST_PLANS: usize = 4;

#[derive(Debug, clap::Args)]
pub(super) struct Args {
    #[command(flatten)]
    study: StudyArgs,
    /// A plan to compare, with the units as loaded and with the others: a file, or PROJECT.gpkg#NAME; up to four, with the
    /// scenarios.
    #[arg(long)]
    plan: Vec<PathBuf>,
    /// A scenario of the project to compare, by its name; up to four, with the plans.
    #[arg(long, value_name = "NAME")]
    scenario: Vec<String>,
    /// Carry out plans on other files than those they were made for.
    #[arg(long)]
    allow_other_base: bool,
    /// Only figures of this level: group, village, township, county, or atom. Default: all levels.
    #[arg(long)]
    level: Option<Level>,
    /// Write JSON (the default).
    #[arg(long, conflicts_with = "csv")]
    json: bool,
    /// Write the table of figures: CSV in UTF-8 with a byte order mark.
    #[arg(long)]
    csv: bool,
    /// How many of the places that end up farther from their seat are named.
    #[arg(long, value_name = "COUNT", default_value_t = 20)]
    worst: usize,
    /// Also write which unit of one draft went into which of another: CSV, or a workbook where the name ends in .xlsx.
    /// See --between.
    #[arg(long, value_name = "OUT.csv")]
    crosswalk: Option<PathBuf>,
    /// The two drafts of the crosswalk: 0 is the units as loaded, 1 the first plan. Default: 0,1 with one plan, 1,2 with
    /// more.
    #[arg(long, value_name = "OLD,NEW", requires = "crosswalk", value_delimiter = ',', num_args = 1)]
    between: Option<Vec<usize>>,
    /// Where to write; `-`, the default, is standard output.
    #[arg(short, long, value_name = "OUT", default_value = "-")]
    output: PathBuf,
}

pub(super) fn run(args: &Args) -> Result<Outcome, CliError> {
    let pair = pair(args)?;
    let mut outputs = args.study.outputs(&args.plan);
    let target = outputs.target(&args.output, &[if args.csv { "csv" } else { "json" }])?;
    let walk = args.crosswalk.as_deref().map(|path| crosswalk_target(&mut outputs, path)).transpose()?;
    let (mut loaded, study) = args.study.read()?;
    let limits = args.study.limits();
    let plans: Vec<Plan> = args.plan.iter().map(|path| read_plan(path, &limits)).collect::<Result<_, CliError>>()?;
    plans.iter().try_for_each(|plan| loaded.repair_as(plan))?;
    let dataset = Arc::clone(&loaded.dataset);
    let carry_out = |(path, plan): (&PathBuf, &Plan)| {
        let document = Document::new(Arc::clone(&dataset));
        Ok((Some(file_name(path)), carry_out_plan(document, (plan, path), args.allow_other_base)?))
    };
    let from_files = args.plan.iter().zip(&plans).map(carry_out);
    let from_project = args.scenario.iter().map(|name| Ok((None, carry_out_scenario(loaded.clone(), name)?)));
    let drafts: Vec<(Option<String>, Document)> = from_files.chain(from_project).collect::<Result<_, CliError>>()?;
    let levels: Vec<LevelIndex> = match args.level {
        Some(level) => vec![pick_level(&dataset, level)?],
        None => dataset.base.levels().collect(),
    };
    let entries = entries(&drafts);
    // As scenarios of one document, so that territory which only some of them cut can be compared.
    let mut all = Document::new(dataset);
    let mut sides = vec![None];
    sides.extend(drafts.iter().map(|(_, draft)| Some(all.bring_in(&draft.plan()).0)));
    let (dataset, states) = all.across(&sides).map_err(CliError::NoCommonGround)?;
    let states: Vec<&State> = states.iter().map(|state| &**state).collect();
    let alternatives: Vec<Alternative<'_>> =
        entries.iter().zip(&states).map(|(entry, &state)| Alternative { name: &entry.name, state }).collect();
    let (mut cache, own) = (study.cache(), study.own_figures());
    let comparison = progress::shown(progress::Doing::Comparing, |progress| {
        Comparison::new(&dataset, &alternatives, &levels, (&mut cache, own), progress)
    })?;
    let report = ComparisonReport::new(&comparison, entries.clone(), args.worst);
    write_file(&target, |out| {
        if args.csv {
            return report.write_csv(out, lang());
        }
        serde_json::to_writer_pretty(&mut *out, &report)?;
        writeln!(out)
    })?;
    if let Some(walk) = &walk {
        let rows = crosswalk::rows(&dataset, states[pair[0]], states[pair[1]], study.area_method());
        write_crosswalk(walk, &rows)?;
    }
    Ok(Outcome::Clean)
}

/// Positions of the two drafts of the crosswalk.
fn pair(args: &Args) -> Result<[usize; 2], CliError> {
    let plans = args.plan.len() + args.scenario.len();
    if plans == 0 {
        return Err(CliError::NoPlan);
    }
    if plans > MOST_PLANS {
        return Err(CliError::TooManyPlans { plans, most: MOST_PLANS });
    }
    match args.between.as_deref() {
        None if plans == 1 => Ok([0, 1]),
        None => Ok([1, 2]),
        Some(&[old, new]) if old.max(new) <= plans => Ok([old, new]),
        Some(_) => Err(CliError::NoSuchPair { plans }),
    }
}

/// Base and drafts, each with a name of its own: its own name, or else that of its file.
fn entries(drafts: &[(Option<String>, Document)]) -> Vec<AlternativeEntry> {
    let base = AlternativeEntry { name: "base".to_owned(), plan: None, edits: 0 };
    let mut taken = BTreeSet::from([base.name.clone()]);
    let mut entries = vec![base];
    for (file, document) in drafts {
        let wanted = match document.name() {
            "" => file.as_deref().map_or_else(String::new, stem),
            name => name.to_owned(),
        };
        let numbered = (2..).map(|number| format!("{wanted} ({number})"));
        let name = std::iter::once(wanted.clone()).chain(numbered).find(|name| taken.insert(name.clone()));
        entries.push(AlternativeEntry { name: name.unwrap_or(wanted), plan: file.clone(), edits: document.position() });
    }
    entries
}

/// File name without its ending.
fn stem(name: &str) -> String {
    let name = name.strip_suffix(".json").unwrap_or(name);
    name.strip_suffix(".plan").unwrap_or(name).to_owned()
}
