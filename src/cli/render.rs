//! `quhua render`: the map as a file, without a window.

use std::path::{Path, PathBuf};

use super::load::DraftArgs;
use super::{CliError, Outcome, lang, progress};
use crate::carto::symbols::SymbolStyle;
use crate::io::atomic::write_file;
use crate::print::{self, PrintError, Shades, Sheet, Size, Style};

#[derive(Debug, clap::Args)]
pub(super) struct Args {
    #[command(flatten)]
    draft: DraftArgs,
    /// What the fills show: neighbours, population, density, area, radius, compactness, a field or a --figure by its name. `:jenks` (the
    /// default), `:quantile` or `:equal` behind a figure says how classes are found; they come from before the plan.
    #[arg(long, default_value = "neighbours")]
    style: String,
    /// a3, a3-portrait, a4, a4-portrait, or width and height in pixels, from 200 to 16000 each. On paper 96 pixels are an
    /// inch.
    #[arg(long, value_name = "SIZE", default_value = "1600x1200")]
    size: String,
    /// A ledger whose rows stand on the map as symbols: its name, and behind `by` the column that tells them apart, words by
    /// shape and colour, numbers by size: "health by level". May be given several times.
    #[arg(long, value_name = "LEDGER [by COLUMN]")]
    symbols: Vec<String>,
    /// Title of the map. Default: the name of the plan, or else that of the whole, or of the file.
    #[arg(long, value_name = "TEXT")]
    title: Option<String>,
    /// Where to write the map: .png, .svg or .pdf; `-` is SVG on standard output.
    #[arg(short, long, value_name = "OUT")]
    output: PathBuf,
}

/// What is made of the map.
#[derive(Clone, Copy)]
enum Format {
    Svg,
    Png,
    Pdf,
}

impl Format {
    fn of(path: &Path) -> Result<Self, CliError> {
        let extension = path.extension().unwrap_or_default().to_string_lossy().to_lowercase();
        match extension.as_str() {
            "svg" => Ok(Self::Svg),
            "png" => Ok(Self::Png),
            "pdf" => Ok(Self::Pdf),
            _ if path == Path::new("-") => Ok(Self::Svg),
            _ => Err(CliError::UnknownMapFormat { extension, path: path.to_owned() }),
        }
    }
}

pub(super) fn run(args: &Args) -> Result<Outcome, CliError> {
    // What can be refused without reading anything comes first.
    let format = Format::of(&args.output)?;
    let size: Size = args.size.parse()?;
    let target = args.draft.outputs(None).target(&args.output, &["svg", "png", "pdf"])?;
    let draft = args.draft.read()?;
    let study = &draft.study;
    let symbols = args.symbols.iter().map(|text| SymbolStyle::parse(text, study.dataset()));
    let symbols = symbols.collect::<Result<Vec<_>, _>>().map_err(PrintError::from)?;
    let style = Style::parse(&args.style, study.document().origin(), study.own_figures())?;
    let (level, title) = (draft.level()?, args.title.as_deref());
    let sheet = Sheet {
        dataset: study.dataset(),
        document: draft.document(),
        level,
        title,
        style,
        shades: Shades::default(),
        symbols: &symbols,
        grounds: &study.grounds(),
        size,
        lang: lang(),
    };
    let bytes = progress::shown(progress::Doing::Drawing, |_| {
        let svg = print::draw(&sheet)?;
        match format {
            Format::Svg => Ok(svg.into_bytes()),
            Format::Png => print::png(&svg),
            Format::Pdf => print::pdf(&svg),
        }
    })?;
    write_file(&target, |out| out.write_all(&bytes))?;
    Ok(Outcome::Clean)
}
