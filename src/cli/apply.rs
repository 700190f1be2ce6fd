//! `quhua apply`: carry out a plan and write the revised boundaries, the crosswalk and a summary.

use std::path::{Path, PathBuf};

use super::load::DraftArgs;
use super::out::{OutArgs, tell, write_project, write_result};
use super::{CliError, Line, Outcome, lang, progress, say};
use crate::edit::crosswalk;
use crate::i18n::{Lang, sentences};
use crate::io::atomic::write_file;
use crate::io::outgoing::{self, Loss};
use crate::io::{OutTarget, Outputs};
use crate::report::certificate::{Destination, Verdict};
use crate::report::derived::DerivedReport;
use crate::report::summary::PlanSummary;
use crate::report::table;

#[derive(Debug, clap::Args)]
pub(super) struct Args {
    #[command(flatten)]
    draft: DraftArgs,
    /// Where to write the revised boundaries; the ending says as what: .gpkg is a GeoPackage with every level as a layer.
    /// `-` is GeoJSON on standard output.
    #[arg(short, long, value_name = "OUT")]
    output: PathBuf,
    #[command(flatten)]
    out: OutArgs,
    /// Also write which old unit went into which new one: CSV, or a workbook where the name ends in .xlsx.
    #[arg(long, value_name = "OUT.csv")]
    crosswalk: Option<PathBuf>,
    /// Also write the figures before and after (JSON).
    #[arg(long, value_name = "OUT.json")]
    summary: Option<PathBuf>,
    /// Do not write the boundary certificate (OUT.certificate.json and OUT.certificate.html) beside the boundaries.
    #[arg(long)]
    no_certificate: bool,
}

/// Where the boundaries go.
enum To {
    /// As text, with their certificate.
    Text(Destination),
    /// In another format.
    Other(outgoing::Destination),
}

pub(super) fn run(args: &Args) -> Result<Outcome, CliError> {
    if !args.draft.names_a_plan() {
        return Err(CliError::NoPlan);
    }
    let mut outputs = args.draft.outputs(None);
    let (format, wishes) = args.out.wished(&args.output, true)?;
    let to = if format.is_text(&wishes) {
        To::Text(Destination::ask(&mut outputs, &args.output, !args.no_certificate)?)
    } else {
        To::Other(outgoing::Destination::ask(&mut outputs, &args.output, format, wishes)?)
    };
    let walk = args.crosswalk.as_deref().map(|path| crosswalk_target(&mut outputs, path)).transpose()?;
    let summary = args.summary.as_deref().map(|path| outputs.target(path, &["json"])).transpose()?;
    let mut draft = args.draft.read()?;
    let level = draft.level()?;
    let study = &mut draft.study;
    let brought = DerivedReport::all(study.dataset(), study.state(), lang());
    if let Some(sentence) = DerivedReport::sentence(&brought, lang()) {
        say(Line::Note, sentence);
    }
    let suspects = progress::shown(progress::Doing::CheckingBorders, |progress| study.find_suspects(progress))?;
    let own = study.own_figures().list().iter().map(|own| own.id).collect();
    let exporting = study.exporting(level, own);
    let verdict = match &to {
        To::Text(to) => progress::shown(progress::Doing::Writing, |progress| exporting.write(to, progress))?,
        To::Other(to) if to.format.is_project() => {
            write_project(study.document(), to)?;
            Verdict::None
        }
        To::Other(to) => {
            if !args.no_certificate {
                tell(vec![Loss::NoCertificate]);
            }
            write_result(&exporting, (args.draft.asks_for_level(), level), to)?;
            Verdict::None
        }
    };
    if let Some(walk) = &walk {
        let (dataset, state) = (study.dataset(), study.state());
        let rows = crosswalk::rows(dataset, &dataset.base, state, study.area_method());
        write_crosswalk(walk, &rows)?;
    }
    if let Some(target) = &summary {
        let summary = exporting.with(&suspects, |export| PlanSummary::new(study.document(), export));
        write_file(target, |out| {
            serde_json::to_writer_pretty(&mut *out, &summary)?;
            writeln!(out)
        })?;
    }
    Ok(match verdict {
        Verdict::None | Verdict::Passed => Outcome::Clean,
        Verdict::Failed => {
            say(Line::Warning, sentences::certificate_failed(lang(), &args.output.display().to_string()));
            Outcome::Findings
        }
    })
}

/// Where a crosswalk goes: CSV, or a workbook.
pub(super) fn crosswalk_target(outputs: &mut Outputs, path: &Path) -> Result<OutTarget, CliError> {
    Ok(outputs.target(path, &["csv", "xlsx"])?)
}

/// Writes a crosswalk in the format that its name ends in.
pub(super) fn write_crosswalk(target: &OutTarget, rows: &[crosswalk::Row]) -> Result<(), CliError> {
    let is_workbook = target.path().extension().is_some_and(|ending| ending.eq_ignore_ascii_case("xlsx"));
    write_file(target, |out| {
        let sheet = table::crosswalk(rows, Some(lang()).filter(|lang| *lang == Lang::Zh));
        match (is_workbook, lang()) {
            (true, _) => sheet.write_xlsx(out),
            (false, Lang::Zh) => sheet.write_csv(out),
            // The contract with other programs: identifiers, and every digit of a figure.
            (false, Lang::En) => crosswalk::write_csv(rows, out),
        }
    })?;
    Ok(())
}
