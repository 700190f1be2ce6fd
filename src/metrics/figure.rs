//! One figure out of all those of a unit: what a map shows, a table is sorted by, a rule sets limits to.

use super::catalogue::{Figure, Needs, Rank, Row, Topic};
use super::together::Together;
use super::{Amount, Measure, OwnFigures, UnitFigures};
use crate::i18n::numbers::{self, AreaUnit};
use crate::i18n::{Lang, field_name};
use crate::model::Dataset;

impl Figure {
    /// Figures that units of a dataset can have, in the order of the menu.
    #[must_use]
    pub fn of_dataset(dataset: &Dataset) -> Vec<Self> {
        let of_catalogue = Self::ALL.iter().copied().filter(|figure| figure.can_be_known(dataset));
        of_catalogue.chain((0..dataset.fields.sum.len()).map(Self::Sum)).collect()
    }

    /// Figures that a map can show: besides, those of one's own, and the other numbers that the source has for single
    /// units.
    #[must_use]
    pub fn on_map(dataset: &Dataset, own: &OwnFigures) -> Vec<Self> {
        let mut figures = Self::of_dataset(dataset);
        figures.extend(own.figures());
        figures.extend(dataset.numeric_fields().into_iter().map(Self::Source));
        figures
    }

    /// Whether data have what it takes.
    fn can_be_known(self, dataset: &Dataset) -> bool {
        match self.row().map(|row| row.needs) {
            None | Some(Needs::Territory) => true,
            Some(Needs::People | Needs::Places) => dataset.fields.population.is_some(),
            Some(Needs::DeclaredArea) => dataset.fields.declared_area.is_some(),
        }
    }

    /// Its name on the command line: for a field, what the source calls it.
    #[must_use]
    pub fn id<'a>(self, (dataset, own): (&'a Dataset, &'a OwnFigures)) -> &'a str {
        match self {
            Self::Sum(field) => dataset.fields.sum.get(field).map_or("", String::as_str),
            Self::Source(field) => {
                let fields = dataset.layers.first().map(|layer| layer.table.fields()).unwrap_or_default();
                fields.get(field.index()).map_or("", String::as_str)
            }
            Self::Own(id) => own.get(id).map_or("", |own| &own.definition.name),
            _ => self.row().map_or("", |row| row.id),
        }
    }

    /// Name under which what somebody chose for it is kept: that of its field where it has one, which other files share.
    #[must_use]
    pub fn key(self, named: (&Dataset, &OwnFigures)) -> String {
        let name = self.id(named);
        match self {
            Self::Sum(_) => format!("sum:{}", name.to_lowercase()),
            Self::Source(_) => format!("source:{}", name.to_lowercase()),
            Self::Own(_) => format!("own:{name}"),
            _ => name.to_owned(),
        }
    }

    /// The figure that a map can show which somebody calls so: by an id, by what the data call it, by another word for it.
    #[must_use]
    pub fn called(name: &str, dataset: &Dataset, own: &OwnFigures) -> Option<Self> {
        let figures = Self::on_map(dataset, own);
        let is_word = |row: &Row| row.all_words().any(|word| word == name);
        let find = |is_it: &dyn Fn(Self) -> bool| figures.iter().copied().find(|figure| is_it(*figure));
        // Words that are not reserved leave the name to the data.
        find(&|it| it.row().is_some_and(|row| row.reserved.contains(&name)))
            .or_else(|| find(&|it| it.row().is_none() && it.id((dataset, own)) == name))
            .or_else(|| find(&|it| it.row().is_some_and(is_word)))
    }

    /// What it is called in full, without its unit.
    #[must_use]
    pub fn name<'a>(self, lang: Lang, named: (&'a Dataset, &'a OwnFigures)) -> &'a str {
        match self.row() {
            Some(row) => self.whose_people(lang, named.0).unwrap_or(lang.pick(row.name[0], row.name[1])),
            None => self.name_of_data(lang, named),
        }
    }

    /// Which people are counted, where the data count both those registered and those resident.
    fn whose_people(self, lang: Lang, dataset: &Dataset) -> Option<&'static str> {
        let whose = dataset.fields.whose_people().filter(|_| self == Self::Population);
        whose.map(|whose| whose.words(lang))
    }

    /// What it is called where there is little room, without its unit.
    #[must_use]
    pub fn short_name<'a>(self, lang: Lang, named: (&'a Dataset, &'a OwnFigures)) -> &'a str {
        match self.row() {
            Some(row) => {
                let [zh, en] = row.short.unwrap_or(row.name);
                self.whose_people(lang, named.0).unwrap_or(lang.pick(zh, en))
            }
            None => self.name_of_data(lang, named),
        }
    }

    /// What it is called in a sentence; empty for what the data or the user bring along.
    #[must_use]
    pub fn word(self, lang: Lang) -> String {
        let [zh, en] = self.row().map(|row| row.word.unwrap_or(row.name)).unwrap_or_default();
        lang.pick(zh, en).to_lowercase()
    }

    /// What a figure is called that the data or the user bring along.
    fn name_of_data<'a>(self, lang: Lang, named: (&'a Dataset, &'a OwnFigures)) -> &'a str {
        let name = self.id(named);
        match self {
            Self::Own(id) => named.1.get(id).map_or(name, |own| own.definition.title(lang)),
            _ => field_name(lang, name),
        }
    }

    /// A name of it with its unit behind.
    #[must_use]
    pub fn with_unit(self, name: &str, lang: Lang, area_unit: AreaUnit, own: &OwnFigures) -> String {
        if let Self::Own(id) = self {
            return own.get(id).map_or_else(|| name.to_owned(), |own| own.name_with_unit(lang));
        }
        match self.measure().symbol(lang, area_unit) {
            "" => name.to_owned(),
            unit => format!("{name} ({unit})"),
        }
    }

    /// How it is worked out.
    #[must_use]
    pub const fn about(self, lang: Lang) -> &'static str {
        if let Some(row) = self.row() {
            return lang.pick(row.about[0], row.about[1]);
        }
        match self {
            Self::Own(_) => lang.pick(
                "自定指标：按单元自己的合计值计算，合并后重新计算，不相加",
                "A figure of your own: worked out from the unit's own totals, and again after a merger; never added up",
            ),
            Self::Source(_) => lang.pick(
                "数据中的字段，不能求和，只有原有单元才有",
                "A field of the data that cannot be summed: only units of the source have it",
            ),
            _ => lang.pick(
                "数据中的字段，按最小单元精确求和；有缺失时为未知",
                "A field of the data, summed exactly over the finest units; not known where one lacks it",
            ),
        }
    }

    /// What it is measured in.
    #[must_use]
    pub const fn measure(self) -> Measure {
        match (self.row(), self) {
            (Some(row), _) => row.measure,
            (None, Self::Own(id)) => id.measure(),
            (None, _) => Measure::Field,
        }
    }

    /// What it is about.
    #[must_use]
    pub const fn topic(self) -> Topic {
        match (self.row(), self) {
            (Some(row), _) => row.topic,
            (None, Self::Sum(_)) => Topic::People,
            (None, Self::Own(id)) if id.is_change() => Topic::Difference,
            (None, _) => Topic::Ground,
        }
    }

    /// Whether it says what a plan has changed, so that it is nothing in the units as loaded.
    #[must_use]
    pub const fn is_change(self) -> bool {
        matches!(self, Self::Own(id) if id.is_change())
    }

    /// What data must have for it.
    #[must_use]
    pub const fn needs(self) -> Needs {
        match self.row() {
            Some(row) => row.needs,
            None => Needs::Territory,
        }
    }

    /// What it is of several units together.
    #[must_use]
    pub const fn together(self) -> Together {
        match (self.row(), self) {
            (Some(row), _) => row.together,
            (None, Self::Sum(_)) => Together::Anew,
            (None, _) => Together::Unknown,
        }
    }

    /// How soon it is shown to somebody who did not ask for it.
    #[must_use]
    pub const fn rank(self) -> Rank {
        match (self.row(), self) {
            (Some(row), _) => row.rank,
            (None, Self::Source(_)) => Rank::OnRequest,
            (None, _) => Rank::First,
        }
    }

    /// Its value, exact where it can be; `None` when it cannot be known, or when figures do not tell: source fields and
    /// figures of one's own come from [`OwnFigures::number`].
    #[must_use]
    pub fn amount(self, figures: &UnitFigures) -> Option<Amount> {
        match self {
            Self::Sum(field) => figures.sums.get(field).copied().flatten().map(Amount::Exact),
            Self::Source(_) | Self::Own(_) => None,
            _ => {
                let row = self.row()?;
                // People of one atom are taken to be at one place: the distance would say nothing.
                (row.of)(figures).filter(|_| row.needs != Needs::Places || figures.atoms > 1)
            }
        }
    }

    /// The same as a double.
    #[must_use]
    pub fn of(self, figures: &UnitFigures) -> Option<f64> {
        self.amount(figures).map(Amount::to_f64).filter(|value| value.is_finite())
    }

    /// How much of it makes one in the unit that is shown: 10⁶ m² a km².
    #[must_use]
    pub fn shown_unit(self, area_unit: AreaUnit) -> f64 {
        self.measure().shown_in(area_unit)
    }

    /// Decimals that it has in the unit that is shown; `None` for as many as the data have.
    #[must_use]
    pub const fn decimals(self, area_unit: AreaUnit) -> Option<usize> {
        match self {
            Self::Own(id) => Some(id.decimals()),
            _ => self.measure().decimals(area_unit),
        }
    }

    /// Its value as it is shown, without the unit.
    #[must_use]
    pub fn text(self, figures: &UnitFigures, area_unit: AreaUnit) -> String {
        self.text_of_known(self.amount(figures), area_unit)
    }

    /// A value of it as it is shown, without the unit, or the sign for an unknown one.
    #[must_use]
    pub fn text_of_known(self, amount: Option<Amount>, area_unit: AreaUnit) -> String {
        amount.map_or_else(|| numbers::UNKNOWN.to_owned(), |amount| self.text_of_amount(amount, area_unit))
    }

    /// A value of it as it is shown, without the unit: whole numbers and sums as they are.
    #[must_use]
    pub fn text_of_amount(self, amount: Amount, area_unit: AreaUnit) -> String {
        match (self.decimals(area_unit), amount) {
            (None, Amount::Exact(value)) => numbers::decimal(value),
            (_, amount) => self.text_of(amount.to_f64(), area_unit),
        }
    }

    /// A value of it as it is shown, without the unit.
    #[must_use]
    pub fn text_of(self, value: f64, area_unit: AreaUnit) -> String {
        match self {
            Self::Own(id) => numbers::number(value, id.decimals()),
            Self::Source(_) => numbers::number(value, if value.abs() < 100.0 { 2 } else { 0 }),
            _ => self.measure().text(value, area_unit),
        }
    }
}
