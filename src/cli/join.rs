//! Tables that are joined to the units as they are read.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use clap::Args;
use serde::de::DeserializeOwned;

use super::{CliError, Line, lang, say};
use crate::i18n::{Lang, one_line};
use crate::io::{LayerSource, Profile, tables};
use crate::model::{Dataset, Join, JoinReport, JoinWishes, Level, join_best};
use crate::outside;

/// Largest list of what somebody accepted that is read.
const MOST_BYTES: u64 = 64 << 20;

/// Tables to join.
#[derive(Clone, Debug, Default, Args)]
pub(super) struct JoinArgs {
    /// A table whose figures are joined to the units, by code, else by name: CSV, XLSX, XLS or ODS; behind # the sheet,
    /// else the one that fits best. May be given several times. Tables that stand among the boundary files are joined too.
    #[arg(long, value_name = "FILE[#SHEET]")]
    join: Vec<PathBuf>,
    /// Rows and units that belong together although neither code nor name says so: JSON, a list such as
    /// [{"row": 12, "unit": "510722001001"}], each with "file" and "sheet" where several tables are joined. `check
    /// --json` proposes them.
    #[arg(long, value_name = "FILE.json", requires = "join")]
    join_accept: Option<PathBuf>,
    /// A column of text of a table that is joined too, by its name there; may be given several times. Those whose names tell
    /// of units (secretary, address, kind …) are taken by themselves.
    #[arg(long, value_name = "COLUMN")]
    join_text: Vec<String>,
    /// Level of the units that rows of tables are of, where boundaries of it were read: group, village, township, county,
    /// parent. Default: the one that most rows fit.
    #[arg(long, value_name = "LEVEL")]
    join_level: Option<Level>,
}

impl JoinArgs {
    /// Files that are read.
    pub(super) fn files(&self) -> impl Iterator<Item = PathBuf> + '_ {
        self.join.iter().map(|path| source_of(path).path).chain(self.join_accept.clone())
    }

    /// Whether there is nothing to join but what stands among the boundary files.
    pub(super) const fn is_empty(&self) -> bool {
        self.join.is_empty()
    }

    /// Joins these tables and those that stand among the boundary files, behind those that are joined already. What is
    /// doubtful goes to standard error.
    pub(super) fn join(
        &self,
        mut dataset: Arc<Dataset>,
        among: &[&PathBuf],
        (people, profile): (Option<&String>, Option<&Profile>),
    ) -> Result<(Arc<Dataset>, Vec<JoinReport>), CliError> {
        let mut wishes = JoinWishes {
            population: people.cloned(),
            texts: self.join_text.clone(),
            level: self.join_level,
            ..JoinWishes::default()
        };
        if let Some(path) = &self.join_accept {
            wishes.accepted = accepted(path).map_err(|why| CliError::JoinAccept { why, path: path.clone() })?;
        }
        let sources = self.join.iter().map(|path| source_of(path));
        let sources: Vec<LayerSource> = sources.chain(among.iter().map(|path| path.as_path().into())).collect();
        let mut reports = Vec::new();
        for source in sources {
            let mut sheets = tables::read(&source)?;
            // A sheet that is named counts before the profile.
            let wanted =
                profile.filter(|_| source.layer.is_none()).and_then(|profile| profile.sheet(&dataset, &sheets));
            if let Some(sheet) = wanted.cloned() {
                sheets = vec![sheet];
            }
            let mut joining = join_best(&dataset, &sheets, &wishes)?;
            if let Some(wished) = profile.and_then(|profile| profile.wishes(&joining.report)) {
                // What is named counts before the profile.
                let population = wishes.population.clone().or(wished.population);
                let texts = wishes.texts.iter().cloned().chain(wished.texts).collect();
                let level = wishes.level.or(wished.level);
                let wishes = JoinWishes { population, left: wished.left, texts, level, ..wishes.clone() };
                joining = join_best(&dataset, &sheets, &wishes)?;
            }
            let told = joining.report.lines(lang());
            let colon = lang().pick("：", ": ");
            say(Line::Note, format!("{}{colon}{}", joining.report.source(), told.summary));
            for finding in told.findings {
                say(Line::Warning, format!("{}{colon}{finding}", joining.report.source()));
            }
            let joins: Vec<Join> = dataset.joins().iter().cloned().chain([joining.join]).collect();
            dataset = Arc::new(dataset.joined(&joins));
            reports.push(joining.report);
        }
        Ok((dataset, reports))
    }
}

/// A file, and the sheet that stands behind it. The name of a file may have the sign too.
pub(super) fn source_of(path: &Path) -> LayerSource {
    let text = path.to_string_lossy();
    match text.rsplit_once('#') {
        Some((file, sheet)) if !path.exists() && !sheet.is_empty() => {
            LayerSource { layer: Some(sheet.to_owned()), ..LayerSource::from(PathBuf::from(file)) }
        }
        _ => path.into(),
    }
}

/// What somebody accepted, of a file of JSON.
///
/// # Errors
/// Why it cannot be read, in a line.
pub(super) fn accepted<T: DeserializeOwned>(path: &Path) -> Result<T, String> {
    let zh = lang() == Lang::Zh;
    // What the system and the library say is English.
    let unreadable = |error: std::io::Error| if zh { "文件无法读取".to_owned() } else { error.to_string() };
    let bytes = outside::read(path, MOST_BYTES).map_err(unreadable)?;
    let bytes = bytes.ok_or_else(|| if zh { "文件过大".to_owned() } else { format!("> {MOST_BYTES} bytes") })?;
    serde_json::from_slice(&bytes).map_err(|error| match lang() {
        Lang::Zh => format!("第 {} 行第 {} 字处有误", error.line(), error.column()),
        Lang::En => one_line(&error.to_string()),
    })
}
