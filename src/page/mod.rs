//! A page for readers: one HTML file with the map before and after a plan, and what the plan does, for those who have
//! no Quhua.
//!
//! 1. It is complete in itself: nothing is fetched from elsewhere, and nothing in it leads elsewhere.
//! 2. It works in browsers of ten years ago: plain markup, and a script without anything newer than ES5. Without the
//!    script, the map after the plan and all tables are there all the same.
//! 3. Every text that comes from data is escaped where it stands in markup, and put in as text where the script does it.
//! 4. The same dataset, plan and options give the same bytes: there is no clock in it.
//!
//! ```text
//! ┌ title ──────────────── before | after ── 中文 | English ┐
//! │ map: move, zoom, point, press       │ the unit, legend  │
//! ├ summary | changes | crosswalk | units | services ───────┤
//! │ tables that can be searched                             │
//! └ what it is not, program, plan, hashes ──────────────────┘
//! ```

mod facts;
mod tables;
#[cfg(test)]
mod tests;

use std::collections::BTreeSet;
use std::sync::Arc;

use crate::carto::symbols::SymbolStyle;
use crate::edit::Document;
use crate::edit::crosswalk::{self, Row};
use crate::geodesy::AreaMethod;
use crate::i18n::Lang;
use crate::i18n::markup::escaped;
use crate::i18n::numbers::AreaUnit;
use crate::metrics::{FigureCache, UnitFigures};
use crate::model::{Dataset, LevelIndex, State, UnitId};
use crate::print::{PrintError, ScreenMap, Shades, Sheet, Size, Style, screen_map};
use crate::report::certificate::PlanEntry;
use crate::report::html::{Html, in_both};
use crate::rules::Grounds;

/// How the page looks.
const STYLE: &str = include_str!("page.css");
/// What the page does.
const SCRIPT: &str = include_str!("page.js");
/// No browser fetches anything for the page, whatever stands in it.
const POLICY: &str = "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; \
                      style-src 'unsafe-inline'; script-src 'unsafe-inline'\">\n";

/// What is shown on a page.
#[derive(Clone, Copy, Debug)]
pub struct Reader<'a> {
    /// Boundaries and attributes.
    pub dataset: &'a Dataset,
    /// A plan carried out on them, if there is one. Without one there is one map, and no list of changes.
    pub document: Option<&'a Document>,
    /// Level of the units on the map.
    pub level: LevelIndex,
    /// Title; `None` is the name of the plan, or else that of the whole, or of the file.
    pub title: Option<&'a str>,
    /// What the fills show.
    pub style: Style,
    /// Colours and breaks that somebody chose for them.
    pub shades: Shades<'a>,
    /// Ledgers whose rows show as symbols, in order.
    pub symbols: &'a [SymbolStyle],
    /// What figures rest on, and what lies on the map beside the units.
    pub grounds: &'a Grounds,
    /// Unit of areas.
    pub area_unit: AreaUnit,
    /// Language that the page opens in; a button leads to the other.
    pub lang: Lang,
}

/// A unit in force with its figures.
type Unit = (UnitId, Arc<UnitFigures>);

/// Everything that a page says, worked out.
struct Contents<'a> {
    reader: &'a Reader<'a>,
    before: &'a State,
    after: &'a State,
    /// Units of the level before and after, in the order of ids.
    units: [Vec<Unit>; 2],
    /// Those of them at whose border the data have a defect.
    at_defects: [BTreeSet<UnitId>; 2],
    /// Old and new units of all levels that changed.
    rows: Vec<Row>,
    map: ScreenMap,
}

/// The page.
///
/// # Errors
/// [`PrintError::NothingToDraw`] when no unit has territory; [`PrintError::TooManyUnits`].
pub fn page(reader: &Reader<'_>) -> Result<String, PrintError> {
    let Reader { dataset, document, level, title, style, shades, symbols, grounds, .. } = *reader;
    let (size, lang) = (Size::default(), reader.lang);
    let sheet = Sheet { dataset, document, level, title, style, shades, symbols, grounds, size, lang };
    let map = screen_map(&sheet)?;
    let (before, after) = (&dataset.base, document.map_or(&dataset.base, Document::state));
    let mut cache = FigureCache::new(grounds.area_method);
    let units = [before, after].map(|state| cache.level(dataset, state, level));
    let rows = crosswalk::rows(dataset, before, after, grounds.area_method);
    let suspects = &grounds.suspects;
    let at_defects = [before, after].map(|state| suspects.around(&dataset.coverage, |atom| state.unit_of(atom, level)));
    Ok(Contents { reader, before, after, units, at_defects, rows, map }.html())
}

impl Contents<'_> {
    fn html(&self) -> String {
        let Self { reader, map, .. } = self;
        let has_plan = reader.document.is_some();
        let mut page = Html::begin(&map.titles[lang_index(reader.lang)], STYLE, POLICY);
        let lang = match reader.lang {
            Lang::Zh => "in-zh",
            Lang::En => "in-en",
        };
        page.push(&format!("<body class=\"{lang} now-after\">\n<header>\n"));
        page.push(&format!("<h1>{}</h1>\n<p>{}</p>\n", either(&map.titles), either(&map.subtitles)));
        if has_plan {
            page.push(&format!(
                "<div class=\"switch\" id=\"times\"><button type=\"button\" data-time=\"before\">{}</button>\
                 <button type=\"button\" data-time=\"after\" class=\"on\">{}</button></div>\n",
                in_both("调整前", "Before"),
                in_both("调整后", "After")
            ));
        }
        page.push(
            "<div class=\"switch\" id=\"langs\"><button type=\"button\" data-lang=\"zh\">中文</button>\
             <button type=\"button\" data-lang=\"en\">English</button></div>\n</header>\n<main>\n",
        );
        self.map(&mut page);
        self.side(&mut page);
        page.push("</main>\n");
        self.tables(&mut page);
        self.foot(&mut page);
        page.push(&format!("<script type=\"application/json\" id=\"facts\">{}</script>\n", self.facts()));
        page.push(&format!("<script>\n{SCRIPT}</script>\n</body>\n"));
        page.finish()
    }

    fn map(&self, page: &mut Html) {
        page.push(&format!("<div id=\"view\" data-metres=\"{}\">\n", self.map.metres_per_point));
        page.push(&self.map.svg);
        page.push(
            "<div id=\"zoom\"><button type=\"button\" data-zoom=\"in\" title=\"放大 Zoom in\">+</button>\
             <button type=\"button\" data-zoom=\"out\" title=\"缩小 Zoom out\">−</button>\
             <button type=\"button\" data-zoom=\"all\" title=\"全图 The whole\">⤢</button></div>\n\
             <div id=\"scale\"><span></span></div>\n<div id=\"tip\"></div>\n</div>\n",
        );
    }

    fn side(&self, page: &mut Html) {
        page.push("<aside>\n<div id=\"unit\">");
        page.both(
            "p class=\"hint\"",
            "指向地图上的单元可查看其情况，点击固定；滚轮缩放，拖动平移。",
            "Point at a unit to see its figures, click to keep them; the wheel zooms, dragging moves.",
        );
        page.push("</div>\n");
        let times = if self.reader.document.is_some() { &["before", "after"][..] } else { &["both"] };
        for (time, legends) in times.iter().zip(&self.map.legends) {
            let [zh, en] = legends;
            page.push(&format!(
                "<div class=\"legend {time}\"><div class=\"zh\">{zh}</div><div class=\"en\">{en}</div></div>\n"
            ));
        }
        page.push("</aside>\n");
    }

    fn foot(&self, page: &mut Html) {
        let Reader { dataset, document, grounds, .. } = *self.reader;
        page.push("<footer>\n");
        page.both("p class=\"caution\"", "示意图，不作划界依据。", "A sketch, not for delimitation.");
        let (zh, en) = match grounds.area_method {
            AreaMethod::Geodesic => ("面积按 WGS 84 椭球测地线计算。", "Areas between geodesics of WGS 84."),
            AreaMethod::EllipsoidTrapezoid => {
                ("面积按 CGCS2000 椭球梯形公式计算。", "Areas by the ellipsoid trapezoid formula on CGCS2000.")
            }
        };
        page.both("p", zh, en);
        page.open_table("", &[("来源", "Source", ""), ("名称", "Name", ""), ("SHA-256", "SHA-256", "")]);
        for file in dataset.bases() {
            source(page, ("输入", "Input"), file.name, file.sha256);
        }
        if let Some(plan) = document.map(Document::plan).as_ref().map(PlanEntry::of) {
            let name = if plan.name.is_empty() { "–" } else { &plan.name };
            source(page, ("方案", "Plan"), name, &plan.sha256);
        }
        page.close_table();
        page.push(&format!("<p>{}</p>\n</footer>\n", concat!("quhua ", env!("CARGO_PKG_VERSION"))));
    }
}

fn source(page: &mut Html, (zh, en): (&str, &str), name: &str, sha256: &str) {
    let hash = format!("<code>{}</code>", escaped(sha256));
    page.row("", [&*in_both(zh, en), &escaped(name), &hash], 3);
}

/// A text in both languages, once where they agree.
fn either([zh, en]: &[String; 2]) -> String {
    if zh == en { escaped(zh) } else { in_both(zh, en) }
}

/// A text that a language makes, in both.
fn each(text: impl Fn(Lang) -> String) -> String {
    either(&Lang::ALL.map(text))
}

const fn lang_index(lang: Lang) -> usize {
    match lang {
        Lang::Zh => 0,
        Lang::En => 1,
    }
}
