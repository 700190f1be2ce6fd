//! Units beside rules: the matrix of what is kept, missing and too much, to be looked at and as a table for spreadsheets.

use super::Study;
use crate::i18n::{Lang, Text};
use crate::model::LevelIndex;
use crate::report::table::{Cell, Column, ColumnKind, Sheet};
use crate::rules::{Matrix, MatrixTotal};

impl Study {
    /// The units of a level beside the rules, as far as these have been judged.
    #[must_use]
    pub fn matrix(&self, level: LevelIndex) -> Option<Matrix> {
        let (pack, known) = (self.rules().pack()?, self.rules().now()?);
        let name = *self.dataset().levels.get(level.index())?;
        Some(Matrix::of(pack, &known.verdicts, self.state(), level, name))
    }

    /// The same for spreadsheets: two rows at the end say what each rule comes to.
    #[must_use]
    pub fn matrix_sheet(&self, level: LevelIndex, lang: Lang) -> Option<Sheet> {
        let (matrix, pack) = (self.matrix(level)?, self.rules().pack()?);
        let column = |name: &str, kind| Column { name: name.to_owned(), kind };
        let mut columns =
            vec![column(lang.of(Text::Name), ColumnKind::Text), column(lang.of(Text::Code), ColumnKind::Code)];
        let titles = matrix.rules.iter().map(|&rule| pack.rules[rule].title.of(lang));
        columns.extend(titles.map(|title| column(title, ColumnKind::Text)));
        let mut sheet = Sheet::new(lang.of(Text::Matrix), columns);
        for (unit, cells) in &matrix.rows {
            let unit = self.state().unit(*unit);
            let said = cells.iter().map(|cell| Cell::text(cell.as_ref().map_or_else(String::new, |it| it.words(lang))));
            sheet
                .rows
                .push([Cell::text(unit.label()), Cell::text(unit.code.as_str())].into_iter().chain(said).collect());
        }
        let mut last = |name: &str, texts: Vec<String>| {
            let texts = texts.into_iter().map(Cell::text);
            sheet.rows.push([Cell::text(name), Cell::Empty].into_iter().chain(texts).collect());
        };
        last(lang.of(Text::Sum), matrix.totals.iter().map(MatrixTotal::sum_text).collect());
        last(lang.of(Text::Judgement), matrix.totals.iter().map(|total| total.words(lang)).collect());
        Some(sheet)
    }
}
