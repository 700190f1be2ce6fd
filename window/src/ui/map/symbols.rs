//! Rows of ledgers on the map: what is seen of them, painting it, and what lies under the pointer.

use std::sync::Arc;

use compact_str::CompactString;
use eframe::egui::{
    Align2, Color32, FontFamily, FontId, Painter, Pos2, RichText, Shape, Stroke, Ui,
    epaint::{CircleShape, PathShape, PathStroke},
};

use super::legend::{LegendRow, Swatch};
use crate::render::{Camera, LineStyle, MapTheme};
use crate::ui::inspector::record;
use crate::ui::shown::Shown;
use crate::ui::state::symbols::SymbolChoices;
use crate::ui::theme::CAPTION;
use quhua::carto::symbols::{Piece, RowMark, Seen, Square, SymbolChanges, SymbolSet, SymbolSign, Which, nearest};
use quhua::i18n::{Lang, Text, numbers, sentences};
use quhua::jobs::Derived;
use quhua::model::{LaidLedger, Ledger, LedgerRow};
use quhua::study::Study;

/// Columns of a row that are told of at the pointer.
const FACTS: usize = 6;

/// Symbols on a map. What stands where is worked out when other ledgers or columns are chosen, what a plan does with rows
/// when it does something, and what is seen when the map moves.
#[derive(Default)]
pub struct MapSymbols {
    made_for: Option<(Vec<Arc<Ledger>>, SymbolChoices)>,
    set: SymbolSet,
    changes: SymbolChanges,
    /// The revision of the document that the changes are of.
    revision: Option<u64>,
    /// Counts up with every change of what there is.
    version: u64,
    seen: Derived<(Camera, u64), Vec<Seen>>,
}

/// What a click on a symbol means.
#[derive(Clone, Debug, PartialEq)]
pub enum SymbolClick {
    /// A row.
    Row {
        /// The ledger.
        ledger: CompactString,
        /// The key of the row.
        key: CompactString,
    },
    /// A box in degrees around rows that are one symbol.
    Closer(geo::Rect),
}

impl MapSymbols {
    /// Makes anew what no longer fits.
    pub fn refresh(&mut self, project: &Study, shown: &Shown<'_>) {
        let (dataset, state) = (project.dataset(), project.state());
        let choices = &shown.view.symbols;
        if !choices.is_any_shown() && self.set.is_empty() {
            return;
        }
        let ledgers = || dataset.ledgers().iter().map(LaidLedger::ledger);
        let is_same = self.made_for.as_ref().is_some_and(|(made_of, made_for)| {
            made_for == choices
                && made_of.len() == ledgers().len()
                && made_of.iter().zip(ledgers()).all(|(a, b)| Arc::ptr_eq(a, b))
        });
        if is_same && self.revision == Some(project.revision()) {
            return;
        }
        if !is_same {
            self.set = SymbolSet::new(dataset, state, &choices.styles(dataset));
            self.made_for = Some((ledgers().cloned().collect(), choices.clone()));
        }
        self.changes = SymbolChanges::new(&self.set, dataset, state);
        if self.changes.lacks_words() {
            self.set = SymbolSet::new(dataset, state, &choices.styles(dataset));
            self.changes = SymbolChanges::new(&self.set, dataset, state);
        }
        self.revision = Some(project.revision());
        self.version += 1;
    }

    /// Paints what a camera sees.
    pub fn paint(&mut self, painter: &Painter, camera: &Camera, theme: &MapTheme) {
        if self.set.is_empty() {
            return;
        }
        let (set, changes) = (&self.set, &self.changes);
        for seen in self.seen.of((*camera, self.version), || set.seen(changes, camera)) {
            paint_pieces(painter, &seen.pieces(theme));
        }
    }

    /// Rows of the legend.
    #[must_use]
    pub fn legend(&self, theme: &MapTheme, lang: Lang) -> Vec<LegendRow> {
        let rows = self.set.legend(&self.changes, theme, lang).into_iter();
        rows.map(|row| LegendRow { swatch: row.sign.map_or(Swatch::Nothing, Swatch::Symbol), text: row.text }).collect()
    }

    /// What was seen last.
    #[cfg(test)]
    pub fn seen(&self) -> &[Seen] {
        self.seen.get().map_or(&[], Vec::as_slice)
    }

    fn under(&self, at: Pos2) -> Option<&Seen> {
        nearest(self.seen.get()?, at)
    }

    /// What a click at a place means, if a symbol is there.
    #[must_use]
    pub fn click(&self, project: &Study, at: Pos2) -> Option<SymbolClick> {
        match self.under(at)? {
            Seen::Row { layer, which, .. } | Seen::Line { layer, which, .. } => {
                let (laid, row) = self.row(project, *layer, *which)?;
                Some(SymbolClick::Row { ledger: laid.ledger().name().into(), key: row.key().clone() })
            }
            Seen::Many { square, .. } => self.bounds(square).map(SymbolClick::Closer),
        }
    }

    fn bounds(&self, square: &Square) -> Option<geo::Rect> {
        self.set.bounds_of(&self.changes, square)
    }

    /// The row of a symbol, whether the plan takes it away or not.
    fn row<'a>(&'a self, project: &'a Study, layer: usize, which: Which) -> Option<(&'a LaidLedger, LedgerRow<'a>)> {
        let laid = project.dataset().ledger(&self.set.layers().get(layer)?.style.ledger)?;
        let (dataset, state) = (project.dataset(), project.state());
        let row = match which {
            Which::Loaded(row) => laid.loaded_row(dataset, state, row),
            Which::Added(at) => laid.any_row(dataset, state, self.changes.key(at)?)?,
        };
        Some((laid, row))
    }

    /// Whether a symbol is at a place.
    #[must_use]
    pub fn is_at(&self, at: Pos2) -> bool {
        self.under(at).is_some()
    }

    /// Says what the symbol at a place stands for.
    pub fn explain(&self, ui: &mut Ui, shown: &Shown<'_>, project: &Study, at: Pos2) {
        match self.under(at) {
            Some(Seen::Row { layer, which, symbol }) => self.facts(ui, shown, project, (*layer, *which, symbol.mark)),
            Some(Seen::Line { layer, which, mark, .. }) => self.facts(ui, shown, project, (*layer, *which, *mark)),
            Some(Seen::Many { cluster, .. }) => {
                ui.label(RichText::new(sentences::rows_here(shown.lang, cluster.rows)).strong());
                for layer in self.set.layers() {
                    for class in &layer.classes {
                        let rows =
                            cluster.shares.iter().find(|(look, _)| *look == class.look).map_or(0, |(_, rows)| *rows);
                        if rows > 0 {
                            ui.label(format!("{}  {}", class.what.words(shown.lang), numbers::count(rows)));
                        }
                    }
                }
                ui.label(RichText::new(shown.text(Text::ClickForCloser)).size(CAPTION).color(shown.colours.muted));
            }
            None => {}
        }
    }

    fn facts(&self, ui: &mut Ui, shown: &Shown<'_>, project: &Study, (layer, which, mark): (usize, Which, RowMark)) {
        let Some((laid, row)) = self.row(project, layer, which) else { return };
        let ledger = laid.ledger();
        let title = record::title(laid, &row);
        ui.label(RichText::new(&title).strong());
        let mut caption = format!("{} · {}", ledger.title(shown.lang), row.key());
        if mark != RowMark::AsLoaded {
            caption = format!("{caption} · {}", mark.words(shown.lang));
        }
        ui.label(RichText::new(caption).size(CAPTION).color(shown.colours.muted));
        let told = (0..ledger.columns().len()).filter(|&column| {
            row.text(column) != title && Some(column) != ledger.key_column() && !row.text(column).is_empty()
        });
        for column in told.take(FACTS) {
            let header = &ledger.columns()[column].header;
            ui.label(format!("{header}{}{}", shown.lang.pick("：", ": "), row.text(column)));
        }
    }
}

/// Paints what stands in front of a row of the legend at a place.
pub fn paint_sign(painter: &Painter, theme: &MapTheme, sign: &SymbolSign, area: eframe::egui::Rect) {
    match *sign {
        SymbolSign::Symbol(mut symbol) => {
            symbol.at = area.center();
            paint_pieces(painter, &symbol.pieces(theme));
        }
        SymbolSign::Line(line, dash) => {
            let points = vec![area.left_center(), area.right_center()];
            paint_pieces(painter, &[Piece::Line { points, line, dash }]);
        }
    }
}

fn paint_pieces(painter: &Painter, pieces: &[Piece]) {
    for piece in pieces {
        match piece {
            Piece::Circle { at, radius, fill, line } => {
                painter.add(CircleShape { center: *at, radius: *radius, fill: *fill, stroke: stroke(*line) });
            }
            Piece::Corners { points, is_convex: true, fill, line } => {
                painter.add(Shape::convex_polygon(points.clone(), *fill, stroke(*line)));
            }
            Piece::Corners { points, is_convex: false, fill, line } => {
                // A cross is filled bar by bar.
                for bar in [[0, 1, 6, 7], [3, 4, 9, 10]] {
                    let bar = bar.iter().filter_map(|&at| points.get(at).copied()).collect();
                    painter.add(Shape::convex_polygon(bar, *fill, Stroke::NONE));
                }
                let stroke = PathStroke::from(stroke(*line));
                painter.add(PathShape { points: points.clone(), closed: true, fill: Color32::default(), stroke });
            }
            Piece::Line { points, line, dash: None } => drop(painter.add(Shape::line(points.clone(), stroke(*line)))),
            Piece::Line { points, line, dash: Some([dash, gap]) } => {
                painter.extend(Shape::dashed_line(points, stroke(*line), *dash, *gap));
            }
            Piece::Number { at, text, size, colour } => {
                let font = FontId::new(*size, FontFamily::Proportional);
                painter.text(*at, Align2::CENTER_CENTER, text, font, *colour);
            }
        }
    }
}

fn stroke(line: LineStyle) -> Stroke {
    Stroke::new(line.width, line.colour)
}
