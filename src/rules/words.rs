//! Verdicts, fixes and mistakes in packs in words, in 简体中文 and English.

use rust_decimal::Decimal;

use super::connection::CrossingKind;
use super::exclave::{Exclave, ExclaveKind};
use super::fix::{Fix, Way};
use super::mistake::{Expected, PackError, PackProblem};
use super::pack::{Check, Limits, Pack, Quantity};
use super::shipped::LoadError;
use super::verdict::{Evidence, Group, Judgement, Problem, Verdict, Why};
use crate::edit::names::{NameFlaw, NameScope};
use crate::i18n::numbers::{self, AreaUnit};
use crate::i18n::{Lang, Say, field_name};
use crate::model::{Dataset, State, UnitId, UnknownCellWord};

/// Names listed; of more, the number is said.
const LISTED: usize = 3;

/// Kept, broken, or neither, in a word.
#[must_use]
pub const fn judgement(lang: Lang, judgement: &Judgement) -> &'static str {
    match judgement {
        Judgement::Kept => lang.pick("符合", "kept"),
        Judgement::AsBefore => lang.pick("原有", "as before"),
        Judgement::Broken => lang.pick("不符合", "broken"),
        Judgement::Unjudged(_) => lang.pick("无法判断", "cannot be judged"),
    }
}

/// What a verdict rests on, in one sentence without a full stop: the number, the limit, and why it cannot be judged.
#[must_use]
pub fn verdict(lang: Lang, unit: AreaUnit, pack: &Pack, state: &State, verdict: &Verdict) -> String {
    let says = Says { lang, unit, pack, state };
    let evidence = says.evidence(verdict);
    match (&verdict.judgement, evidence.is_empty()) {
        (Judgement::Unjudged(why), true) => self::why(lang, why),
        (Judgement::Unjudged(why), false) => format!("{evidence}{}{}", lang.pick("；", "; "), self::why(lang, why)),
        _ => evidence,
    }
}

/// A cut-off part in one sentence: who is cut off, and since when.
#[must_use]
pub fn exclave(lang: Lang, unit: AreaUnit, state: &State, exclave: &Exclave) -> String {
    let kind = match exclave.kind {
        ExclaveKind::AsBefore => lang.pick("原有飞地，未加重", "cut off before, and no worse"),
        ExclaveKind::Worse => lang.pick("原有飞地，有所加重", "cut off before, and worse now"),
        ExclaveKind::New => lang.pick("新出现", "new"),
    };
    let area = numbers::area_with_unit(exclave.area_m2, unit, lang);
    let people = exclave.people.map(numbers::decimal);
    if exclave.members.is_empty() {
        return match lang {
            Lang::Zh => format!("有一小块（{area}）与主体不相连（{kind}）"),
            Lang::En => format!("a piece of {area} is cut off ({kind})"),
        };
    }
    let names = names(lang, state, &exclave.members);
    match (lang, people) {
        (Lang::Zh, Some(people)) => format!("{names}与主体不相连：{people} 人，{area}（{kind}）"),
        (Lang::Zh, None) => format!("{names}与主体不相连：{area}（{kind}）"),
        (Lang::En, Some(people)) => format!("{names} cut off: {people} people, {area} ({kind})"),
        (Lang::En, None) => format!("{names} cut off: {area} ({kind})"),
    }
}

/// What a fix does, in one sentence.
#[must_use]
pub fn fix(lang: Lang, unit: AreaUnit, state: &State, of: UnitId, fix: &Fix) -> String {
    let moved = names(lang, state, &fix.moved);
    let to = match fix.way {
        Way::GiveTo(to) => to,
        Way::Bridge => of,
    };
    let to = name(state, to);
    let cost = fix.people.map_or_else(
        || numbers::area_with_unit(fix.area_m2, unit, lang),
        |people| format!("{} {}", numbers::decimal(people), lang.pick("人", "people")),
    );
    match lang {
        Lang::Zh => format!("把{moved}划入{to}（{cost}）"),
        Lang::En => format!("Transfer {moved} to {to} ({cost})"),
    }
}

/// Name of a unit. What was said of an earlier state may name units that are not there any more.
fn name(state: &State, unit: UnitId) -> &str {
    let label = if unit.index() < state.unit_count() { state.unit(unit).label() } else { "" };
    if label.is_empty() { numbers::UNKNOWN } else { label }
}

/// The first names, and how many there are.
fn names(lang: Lang, state: &State, units: &[UnitId]) -> String {
    let first: Vec<&str> = units.iter().take(LISTED).map(|&unit| name(state, unit)).collect();
    let first = first.join(lang.pick("、", ", "));
    match (lang, units.len() > LISTED) {
        (_, false) => first,
        (Lang::Zh, true) => format!("{first}等 {} 个单元", units.len()),
        (Lang::En, true) => format!("{first} and {} more", units.len() - LISTED),
    }
}

/// A number with the decimals that it has, so many at most.
fn decimals(value: f64, most: u32) -> String {
    let exact = Decimal::try_from(value).map(|value| numbers::decimal(value.round_dp(most)));
    exact.unwrap_or_else(|_| numbers::number(value, 2))
}

/// Why something cannot be judged, in a few words.
#[must_use]
pub fn why(lang: Lang, why: &Why) -> String {
    let fixed = match why {
        Why::NoField(field) => {
            return match (lang, field.as_str()) {
                (Lang::Zh, "population") => "数据中没有人口".to_owned(),
                (Lang::En, "population") => "the data have no population".to_owned(),
                (Lang::Zh, "name") => "数据中没有名称".to_owned(),
                (Lang::En, "name") => "the data have no names".to_owned(),
                (Lang::Zh, field) => format!("数据中没有字段“{field}”（或未列为求和字段）"),
                (Lang::En, field) => format!("the data have no summed field {field}"),
            };
        }
        Why::NoSuchUnit(code) => {
            return match lang {
                Lang::Zh => format!("数据中没有代码 {code}"),
                Lang::En => format!("the data have no unit {code}"),
            };
        }
        Why::Unknown => lang.pick("指标未知", "the figure is not known"),
        Why::NoKind => lang.pick("建制类型未知", "its kind is not known"),
        Why::NoTerrain => lang.pick("地形类别未知", "its terrain is not known"),
        Why::MixedTerrain => lang.pick("跨多个地形类别", "it lies in several classes of terrain"),
        Why::OnlyUsual => lang.pick("只有一般规模，没有限值", "the source says what is usual, not what must be"),
        Why::NoCode => lang.pick("没有代码", "it has no code"),
        Why::OtherCode => lang.pick("不是行政区划代码的格式", "its code is not built as codes of China are"),
    };
    fixed.to_owned()
}

struct Says<'a> {
    lang: Lang,
    unit: AreaUnit,
    pack: &'a Pack,
    state: &'a State,
}

impl Says<'_> {
    fn evidence(&self, verdict: &Verdict) -> String {
        let lang = self.lang;
        let check = self.pack.rules.get(verdict.rule).map(|rule| &rule.check);
        match &verdict.evidence {
            Evidence::Nothing => String::new(),
            Evidence::Range { value, limits, terrain } => {
                let Some(Check::Range { quantity, .. }) = check else { return String::new() };
                self.range(quantity, *value, limits.as_ref(), *terrain)
            }
            Evidence::Parts { count: 1, .. } => lang.pick("连成一片", "in one part").to_owned(),
            Evidence::Parts { count, exclaves } => {
                let lines: Vec<String> =
                    exclaves.iter().map(|part| exclave(lang, self.unit, self.state, part)).collect();
                let lines = lines.join(lang.pick("；", "; "));
                match lang {
                    Lang::Zh => format!("分成 {count} 块：{lines}"),
                    Lang::En => format!("in {count} parts: {lines}"),
                }
            }
            Evidence::Around(None) => lang.pick("不被单个单元包围", "not surrounded by one other").to_owned(),
            Evidence::Around(Some(other)) => match lang {
                Lang::Zh => format!("完全被{}包围", name(self.state, *other)),
                Lang::En => format!("surrounded by {}", name(self.state, *other)),
            },
            Evidence::SeatIn(_) if verdict.judgement == Judgement::Kept => {
                lang.pick("驻地在本单元内", "its seat lies in it").to_owned()
            }
            Evidence::SeatIn(None) => lang.pick("驻地不在任何单元内", "its seat lies in no unit").to_owned(),
            Evidence::SeatIn(Some(other)) => match lang {
                Lang::Zh => format!("驻地在{}境内", name(self.state, *other)),
                Lang::En => format!("its seat lies in {}", name(self.state, *other)),
            },
            Evidence::Groups(groups) => self.groups(matches!(check, Some(Check::Together(_))), groups),
            Evidence::Name { taken, flaw } => self.name(*taken, *flaw),
            Evidence::Code { prefix, segment } => {
                let mut said = Vec::new();
                if let Some(prefix) = prefix {
                    said.push(match lang {
                        Lang::Zh => format!("代码应以上级代码 {prefix} 开头"),
                        Lang::En => format!("the code should begin with {prefix}, that of the parent"),
                    });
                }
                if let Some(segment) = segment {
                    said.push(match lang {
                        Lang::Zh => format!("代码应在该类型的号段 {segment} 内"),
                        Lang::En => format!("the code should lie in {segment}, the numbers of its kind"),
                    });
                }
                if said.is_empty() && verdict.judgement == Judgement::Kept {
                    said.push(lang.pick("与上级和类型相符", "fits parent and kind").to_owned());
                }
                said.join(lang.pick("；", "; "))
            }
        }
    }

    /// `人口 21,345，下限 30,000（丘陵）`
    fn range(
        &self,
        quantity: &Quantity,
        value: Option<f64>,
        limits: Option<&Limits>,
        terrain: Option<usize>,
    ) -> String {
        let lang = self.lang;
        let mut text = match value {
            Some(value) => format!("{} {}", self.quantity(quantity), self.figure(quantity, value)),
            None => format!("{} {}", self.quantity(quantity), numbers::UNKNOWN),
        };
        let Some(limits) = limits else { return text };
        let mut bounds = Vec::new();
        for (bound, zh, en) in
            [(limits.min, "下限", "at least"), (limits.max, "上限", "at most"), (limits.ideal, "一般为", "usually")]
        {
            bounds.extend(bound.map(|bound| format!("{} {}", lang.pick(zh, en), self.figure(quantity, bound))));
        }
        for bound in bounds {
            text.push_str(lang.pick("，", ", "));
            text.push_str(&bound);
        }
        if let Some(class) = terrain.and_then(|class| self.pack.terrain.classes.get(class)) {
            let [open, close] = [lang.pick("（", " ("), lang.pick("）", ")")];
            text.extend([open, class.name.of(lang), close]);
        }
        text
    }

    fn quantity(&self, quantity: &Quantity) -> String {
        match quantity {
            Quantity::Figure(figure) => figure.word(self.lang),
            Quantity::Sum(name) => field_name(self.lang, name).to_owned(),
            Quantity::Own(name, _) => name.clone(),
            Quantity::Members => self.lang.pick("下辖单元", "members").to_owned(),
        }
    }

    fn figure(&self, quantity: &Quantity, value: f64) -> String {
        match quantity {
            Quantity::Figure(figure) => figure.measure().text_with_unit(value, self.lang, self.unit),
            // Data and what comes of them may have decimals.
            Quantity::Own(..) => decimals(value, 4),
            Quantity::Sum(_) => decimals(value, Decimal::MAX_SCALE),
            Quantity::Members => numbers::number(value, 0),
        }
    }

    fn groups(&self, together: bool, groups: &[Group]) -> String {
        if groups.is_empty() {
            return self.lang.pick("符合要求", "as it should be").to_owned();
        }
        let list = |codes: &[compact_str::CompactString]| {
            let names: Vec<&str> = codes.iter().map(|code| self.loaded_name(code)).collect();
            names.join(self.lang.pick("、", ", "))
        };
        let line = |group: &Group| match (self.lang, together) {
            (Lang::Zh, true) => format!("{}在此，{}在别处", list(&group.here), list(&group.elsewhere)),
            (Lang::Zh, false) => format!("{}同在此单元", list(&group.here)),
            (Lang::En, true) => format!("{} here, {} elsewhere", list(&group.here), list(&group.elsewhere)),
            (Lang::En, false) => format!("{} are here together", list(&group.here)),
        };
        groups.iter().map(line).collect::<Vec<_>>().join(self.lang.pick("；", "; "))
    }

    /// Name of a unit as loaded, by its code; it is there still, in force or abolished.
    fn loaded_name<'a>(&'a self, code: &'a str) -> &'a str {
        let unit = self.state.had_code(code).min();
        unit.map(|unit| self.state.unit(unit).label()).filter(|label| !label.is_empty()).unwrap_or(code)
    }

    fn name(&self, taken: Option<(UnitId, NameScope)>, flaw: Option<NameFlaw>) -> String {
        let lang = self.lang;
        let mut said = Vec::new();
        if let Some((other, scope)) = taken {
            let there = other.index() < self.state.unit_count();
            let code = if there { self.state.unit(other).code.as_str() } else { numbers::UNKNOWN };
            said.push(match lang {
                Lang::Zh => format!("与 {code} 重名，{}不应重名", scope.zh()),
                Lang::En => format!("{code} has the same name; it should be unique within the {scope}"),
            });
        }
        if let Some(flaw) = flaw {
            said.push(match lang {
                Lang::Zh => format!("名称{}", flaw.zh()),
                Lang::En => format!("the name {flaw}"),
            });
        }
        if said.is_empty() { lang.pick("名称唯一", "unique").to_owned() } else { said.join(lang.pick("；", "; ")) }
    }
}

/// What a link or barrier is, in a word.
#[must_use]
pub const fn crossing_kind(lang: Lang, kind: CrossingKind) -> &'static str {
    match kind {
        CrossingKind::Bridge => lang.pick("桥梁", "bridge"),
        CrossingKind::Ferry => lang.pick("渡口", "ferry"),
        CrossingKind::Road => lang.pick("道路", "road"),
        CrossingKind::River => lang.pick("河流", "river"),
        CrossingKind::Ridge => lang.pick("山脊", "ridge"),
        CrossingKind::Other => lang.pick("其他", "other"),
    }
}

/// Why a part of a pack says nothing about these data.
#[must_use]
pub fn problem(lang: Lang, dataset: &Dataset, pack: &Pack, problem: &Problem) -> String {
    match problem {
        Problem::NoLevel { rule, level } => {
            let title = pack.rules.get(*rule).map_or("", |rule| rule.title.of(lang));
            let there: Vec<&str> = dataset.levels.iter().map(|level| level.words(lang)).collect();
            let there = there.join(lang.pick("、", ", "));
            match lang {
                Lang::Zh => format!("“{title}”针对{}一级，数据中没有（有：{there}）", level.words(lang)),
                Lang::En => format!("{title}: the data have no {level} level; there are: {there}"),
            }
        }
        Problem::NoSuchUnit(code) => match lang {
            Lang::Zh => format!("数据中没有代码 {code}"),
            Lang::En => format!("the data have no unit {code}"),
        },
        Problem::NoTerrainField(field) => match lang {
            Lang::Zh => format!("数据中没有地形字段“{field}”，相关规则无法判断"),
            Lang::En => format!("no layer has the terrain field {field:?}; rules by terrain cannot be judged"),
        },
        Problem::UnknownTerrain(word) => match lang {
            Lang::Zh => format!("地形“{word}”不属于规则包中的任何类别；请在 [[terrain.class]] 的 words 中补上"),
            Lang::En => {
                format!("the terrain {word:?} is no class of the pack; add it to the words of a [[terrain.class]]")
            }
        },
    }
}

impl Say for LoadError {
    fn zh(&self) -> String {
        match self {
            Self::NoSuchPack { name, known } => {
                format!("没有名为“{name}”的系统包、规则包或文件；程序自带：{}", known.join("、"))
            }
            // What the system says of it may be in any language.
            Self::Unreadable { path, .. } => format!("无法读取系统包，请检查文件权限和磁盘：{}", path.display()),
            Self::DamagedZip { path } => format!("压缩包已损坏或不完整，请重新获取：{}", path.display()),
            Self::NoText { path } => format!("不是系统包（应为不超过 4 MiB 的 UTF-8 文本）：{}", path.display()),
            Self::NoPackInside { path } => {
                format!("压缩包中没有 pack.toml；系统包是含 pack.toml 的文件夹或压缩包：{}", path.display())
            }
            Self::Pack { error, source_name } => format!("{}：{source_name}", error.zh()),
        }
    }
}

impl Say for PackError {
    fn zh(&self) -> String {
        format!("第 {} 行：{}", self.line, self.problem.zh())
    }
}

impl Say for PackProblem {
    fn zh(&self) -> String {
        let hint = |near: Option<&str>, known: String| {
            near.map_or_else(|| format!("可用：{known}"), |near| format!("是否应为“{near}”？"))
        };
        match self {
            // What the library says of it is English.
            Self::Syntax(_) => "此处不是有效的 TOML；文字要加引号，列表用方括号，每行写“键 = 值”".to_owned(),
            Self::OtherVersion => "本程序只读 version = 1 的系统包；请升级程序，或取该版本的包".to_owned(),
            Self::LedgerInList => "台账写在自己的名称下：[table.health]，其列写作 [[table.health.column]]".to_owned(),
            Self::NotAPack => {
                "不是规则包；开头应为 format = \"quhua-pack\"（或 \"quhua-rules\"）和 version = 1".to_owned()
            }
            Self::UnknownKey { key, near, known, .. } => {
                format!("没有“{key}”这个键；{}", hint(*near, known.join("、")))
            }
            Self::Missing { key, .. } => format!("缺少“{key}”"),
            Self::WrongType { key, expected } => format!("“{key}”应为{}", expected.zh()),
            Self::UnknownWord { key, word, near, known } => {
                format!("“{key}”不能是“{word}”；{}", hint(near.as_deref(), known.join("、")))
            }
            Self::Quantity { key, text, error } => format!("{key} = “{text}”：{}", error.zh()),
            Self::SameId(id) => format!("编号“{id}”重复，请各用不同的编号"),
            Self::NoLimits => "没有限值；请写 min、max 或 ideal，或分行写 limits".to_owned(),
            Self::UpsideDown => "min 大于 max，请更正".to_owned(),
            Self::WrongOccasion(written) => format!(
                "for = “{written}”：应写明何事、哪一级，例如 seat_lost(township)，或 finding(规则编号)，或 on_approval"
            ),
            Self::IntoOrUpdate => "into（新增一行）与 update（修改所在单元的行）须写其一".to_owned(),
            Self::UnknownPlaceholder(unknown) => format!(
                "{{{}}} 没有含义；可用：{}、{{批准日}}、{{批准日 + 15天}}、{{批准日 + 12个月}}",
                unknown.word,
                UnknownCellWord::known(Lang::Zh)
            ),
            Self::TooFewCodes(key) => format!("“{key}”至少需要两个不同的代码"),
        }
    }
}

impl Say for Expected {
    fn zh(&self) -> String {
        let word = match self {
            Self::Text => "加引号的文字",
            Self::Words => "加引号的文字，或 { zh = \"…\", en = \"…\" }",
            Self::Code => "代码；代码是文字，请加引号",
            Self::Flag => "true 或 false",
            Self::Number => "数字，或如 \"3万\"、\"130 km2\" 的文字",
            Self::PlainNumber => "数字，例如 0.45",
            Self::Groups => "若干组代码：[[\"…\", \"…\"], …]",
            Self::Decimals => "0 到 8 的整数",
            Self::Table => "表：{ … }",
        };
        word.to_owned()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::i18n::{check_said, one_of_each};
    use crate::metrics::MeasureError;

    #[test]
    fn mistakes_in_packs_are_said_in_both_languages() {
        let word = || "x".to_owned();
        let problems = || {
            one_of_each!(PackProblem:
                Syntax(word()),
                NotAPack,
                OtherVersion,
                LedgerInList,
                UnknownKey { key: word(), place: "rule", near: None, known: vec!["min", "max"] },
                UnknownKey { key: word(), place: "", near: Some("min"), known: vec!["min", "max"] },
                Missing { key: "id", place: "rule" },
                WrongType { key: word(), expected: Expected::Text },
                UnknownWord { key: word(), word: word(), near: None, known: vec![word()] },
                Quantity { key: "min", text: word(), error: MeasureError::NoNumber { example: "3" } },
                SameId(word()),
                NoLimits,
                UpsideDown,
                WrongOccasion(word()),
                IntoOrUpdate,
                UnknownPlaceholder(UnknownCellWord { word: word() }),
                TooFewCodes("groups"),
            )
        };
        check_said(&problems());
        let in_line = |problem| PackError { line: 3, problem: Box::new(problem) };
        check_said(&problems().map(in_line));
        check_said(&one_of_each!(LoadError:
            NoSuchPack { name: word(), known: vec!["structure"] },
            Unreadable { error: std::io::Error::other("broken"), path: "a".into() },
            NoText { path: "a".into() },
            NoPackInside { path: "a".into() },
            DamagedZip { path: "a".into() },
            Pack { error: in_line(PackProblem::NotAPack), source_name: word() },
        ));
        // What a number may look like is shown in the sign of ten thousand too.
        let expected = one_of_each!(Expected: Text, Words, Code, Flag, Number, PlainNumber, Groups, Table, Decimals);
        assert!(expected.iter().all(|it| it.say(Lang::Zh) != it.say(Lang::En)));
    }
}
