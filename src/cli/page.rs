//! `quhua page`: what a plan does, as one file for readers who have a browser.

use std::path::PathBuf;

use clap::builder::{PossibleValuesParser, TypedValueParser as _};

use super::figures::FigureArgs;
use super::load::{AreaArgs, DraftArgs};
use super::render::lang;
use super::{CliError, Outcome, progress};
use crate::i18n::Lang;
use crate::i18n::numbers::AreaUnit;
use crate::io::atomic::{OutTarget, write_file};
use crate::page::{Reader, page};
use crate::print::{Shades, Style};
use crate::rules;

#[derive(Debug, clap::Args)]
pub(super) struct Args {
    #[command(flatten)]
    draft: DraftArgs,
    #[command(flatten)]
    area: AreaArgs,
    #[command(flatten)]
    figures: FigureArgs,
    /// What the fills show: neighbours, population, density, area, radius, compactness, a field or a --figure. `:jenks` (the
    /// default), `:quantile` or `:equal` behind a figure says how classes are found; they come from before the plan.
    #[arg(long, default_value = "neighbours")]
    style: String,
    /// Title of the page. Default: the name of the plan, or else that of the whole, or of the file.
    #[arg(long, value_name = "TEXT")]
    title: Option<String>,
    /// Language that the page opens in: zh or en. Both are in it.
    #[arg(long, default_value = "zh", value_parser = PossibleValuesParser::new(["zh", "en"]).map(|word| lang(&word)))]
    lang: Lang,
    /// Where to write the page; `-` is standard output.
    #[arg(short, long, value_name = "OUT.html")]
    output: PathBuf,
}

pub(super) fn run(args: &Args) -> Result<Outcome, CliError> {
    let loaded = args.draft.load()?;
    let own = args.figures.read(&loaded, args.area.area_method)?;
    let style = Style::parse(&args.style, &loaded.dataset, &own)?;
    let crossings = loaded.plans.as_ref().map(|plans| rules::kept_crossings(&plans.settings)).unwrap_or_default();
    let draft = args.draft.carry_out(loaded)?;
    let reader = Reader {
        dataset: &draft.dataset,
        document: draft.document.as_ref(),
        level: draft.level()?,
        title: args.title.as_deref(),
        style,
        shades: Shades::default(),
        crossings: &crossings,
        own: &own,
        area_method: args.area.area_method,
        area_unit: AreaUnit::default(),
        lang: args.lang,
    };
    let html = progress::shown("drawing", |_| page(&reader))?;
    write_file(&OutTarget::from_arg(&args.output), |out| out.write_all(html.as_bytes()))?;
    Ok(Outcome::Clean)
}
