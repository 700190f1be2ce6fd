//! `quhua page`: what a plan does, as one file for readers who have a browser.

use std::path::PathBuf;

use super::load::DraftArgs;
use super::{CliError, Outcome, lang, progress};
use crate::carto::symbols::SymbolStyle;
use crate::i18n::numbers::AreaUnit;
use crate::io::atomic::write_file;
use crate::page::{Reader, page};
use crate::print::{PrintError, Shades, Style};

#[derive(Debug, clap::Args)]
pub(super) struct Args {
    #[command(flatten)]
    draft: DraftArgs,
    /// What the fills show: neighbours, population, density, area, radius, compactness, a field or a --figure. `:jenks` (the
    /// default), `:quantile` or `:equal` behind a figure says how classes are found; they come from before the plan.
    #[arg(long, default_value = "neighbours")]
    style: String,
    /// A ledger whose rows stand on the map as symbols: its name, and behind `by` the column that tells them apart, words by
    /// shape and colour, numbers by size: "health by level". May be given several times.
    #[arg(long, value_name = "LEDGER [by COLUMN]")]
    symbols: Vec<String>,
    /// Title of the page. Default: the name of the plan, or else that of the whole, or of the file.
    #[arg(long, value_name = "TEXT")]
    title: Option<String>,
    /// Where to write the page; `-` is standard output.
    #[arg(short, long, value_name = "OUT.html")]
    output: PathBuf,
}

pub(super) fn run(args: &Args) -> Result<Outcome, CliError> {
    let target = args.draft.outputs(None).target(&args.output, &["html", "htm"])?;
    let mut draft = args.draft.read()?;
    progress::shown(progress::Doing::CheckingBorders, |progress| draft.study.find_suspects(progress))?;
    let study = &draft.study;
    let symbols = args.symbols.iter().map(|text| SymbolStyle::parse(text, study.dataset()));
    let symbols = symbols.collect::<Result<Vec<_>, _>>().map_err(PrintError::from)?;
    let style = Style::parse(&args.style, study.document().origin(), study.own_figures())?;
    let reader = Reader {
        dataset: study.dataset(),
        document: draft.document(),
        level: draft.level()?,
        title: args.title.as_deref(),
        style,
        shades: Shades::default(),
        symbols: &symbols,
        grounds: &study.grounds(),
        area_unit: AreaUnit::default(),
        lang: lang(),
    };
    let html = progress::shown(progress::Doing::Drawing, |_| page(&reader))?;
    write_file(&target, |out| out.write_all(html.as_bytes()))?;
    Ok(Outcome::Clean)
}
