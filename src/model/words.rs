//! Findings, notes of readers and refusals in words.

use super::{
    CrsDoubt, FieldRuleError, FindingKind, ModelError, ReadNote, ReadNoteKind, Severity, TooMuchText, UnknownLandUnit,
    UnknownLevel, UnknownSeatUse, difference_percent,
};
use crate::coverage::validate;
use crate::i18n::{Lang, Say, numbers};

impl Severity {
    /// What it is called.
    #[must_use]
    pub const fn words(self, lang: Lang) -> &'static str {
        match self {
            Self::Info => lang.pick("提示", "note"),
            Self::Warning => lang.pick("警告", "warning"),
            Self::Error => lang.pick("错误", "error"),
        }
    }
}

impl From<validate::Severity> for Severity {
    /// Defects of boundaries on the scale of all findings.
    fn from(severity: validate::Severity) -> Self {
        match severity {
            validate::Severity::Info => Self::Info,
            validate::Severity::Warning => Self::Warning,
            validate::Severity::Error => Self::Error,
        }
    }
}

impl FindingKind {
    /// What it is called, in a word or two; [`id`](Self::id) in English.
    #[must_use]
    pub const fn words(&self, lang: Lang) -> &'static str {
        match lang {
            Lang::En => self.id(),
            Lang::Zh => match self {
                Self::DuplicateCode { .. } => "代码重复",
                Self::PartsJoined { .. } => "合为一个单元",
                Self::MissingCode { .. } => "缺少代码",
                Self::MissingName { .. } => "缺少名称",
                Self::OrphanParent { .. } => "上级不存在",
                Self::CodeParentMismatch { .. } => "代码与上级不符",
                Self::PopulationMissing { .. } => "缺少人口",
                Self::OutsideParent { .. } => "位于上级之外",
                Self::ParentNameVaries { .. } => "上级名称不一",
                Self::EmptyParent { .. } => "上级没有下辖",
                Self::AreaDiffers { .. } => "面积不符",
                Self::PeopleWithoutTerritory { .. } => "有人口无区域",
                Self::SeveralLevels { .. } => "多个级别混在一起",
                Self::LevelsTakenApart(_) => "多个级别已分开",
                Self::NumbersAsText { .. } => "数字写作文字",
                Self::SignsDoubtful { .. } => "千分位或小数点不明",
                Self::SignsForNone { .. } => "无值符号",
                Self::ValuesUnread { .. } => "数值不明",
                Self::RoleUnfilled { .. } => "字段未识别",
                Self::CrsSuspect(_) => "坐标系存疑",
            },
        }
    }
}

impl Say for FindingKind {
    fn zh(&self) -> String {
        match self {
            Self::DuplicateCode { code, .. } => {
                format!(
                    "代码 {code} 重复使用，请为每个单元设不同代码；若为同一单元的各部分，请使其名称、上级和人口一致"
                )
            }
            Self::PartsJoined { features, units, codes } => {
                let more = if *units > codes.len() { "等" } else { "" };
                format!(
                    "{features} 个要素的代码、名称和上级相同，作为 {units} 个单元的组成部分读取（{}{more}）；各部分重复填写的数值只计一次",
                    codes.join("、")
                )
            }
            Self::MissingCode { name } if name.is_empty() => "有单元既无代码也无名称".to_owned(),
            Self::MissingCode { name } => format!("{name} 没有代码"),
            Self::MissingName { code } if code.is_empty() => "有单元既无名称也无代码".to_owned(),
            Self::MissingName { code } => format!("{code} 没有名称"),
            Self::OrphanParent { code, parent } if parent.is_empty() => format!("{code} 没有写明上级单元"),
            Self::OrphanParent { code, parent } => format!("{code} 的上级单元 {parent} 不存在"),
            Self::CodeParentMismatch { code, parent } => format!("代码 {code} 不以上级代码 {parent} 开头"),
            Self::PopulationMissing { code, text: None, field } => format!("{code} 在字段“{field}”中没有人口数"),
            Self::PopulationMissing { code, text: Some(text), field } => {
                format!("{code} 在字段“{field}”中的人口数“{text}”不是有效数字，按未知处理")
            }
            Self::OutsideParent { code, parent } => format!("{code} 位于上级单元 {parent} 之外"),
            Self::ParentNameVaries { code, names } => {
                format!("{code} 有多个名称：{}；采用第一个", names.join("、"))
            }
            Self::EmptyParent { code } => format!("上级图层中的 {code} 没有下辖单元，未采用"),
            Self::PeopleWithoutTerritory { label, people } => {
                format!("{label} 没有区域，其人口 {people} 仍计入合计；如已计入其他单元，请从数据中删除")
            }
            Self::AreaDiffers { label, declared_m2, measured_m2 } => {
                let percent = difference_percent(*declared_m2, *measured_m2).unwrap_or(0.0);
                let [declared, measured] = [declared_m2, measured_m2].map(|area| numbers::number(area * 1e-6, 4));
                let percent = numbers::number(percent.abs(), 1);
                format!("{label} 登记面积 {declared} km²，图上面积 {measured} km²，相差 {percent} %，请核对边界和字段")
            }
            Self::SeveralLevels { above, below } => {
                format!(
                    "同一文件中有 {above} 个单元是其他 {below} 个单元的上级，会重复计算；请指定写明级别的字段（命令行用 --levels），或按级别分成两个文件一起打开"
                )
            }
            Self::LevelsTakenApart(levels) => levels.words(Lang::Zh),
            Self::NumbersAsText { field, count, text } => {
                format!("字段“{field}”有 {count} 个数字写作“{text}”之类，已按数字读取")
            }
            Self::SignsDoubtful { field, count, text, read } => format!(
                "字段“{field}”有 {count} 个数字写作“{text}”之类，其中的符号可能是千分位，也可能是小数点；“{text}”读作 {read}，如有误请将数字改为不带分隔符的写法"
            ),
            Self::SignsForNone { field, count, text } => {
                format!("字段“{field}”有 {count} 个值为“{text}”之类，表示无值，按未知处理")
            }
            Self::ValuesUnread { field, count, text } => {
                format!("字段“{field}”有 {count} 个值如“{text}”，不是明确的数字，按未知处理")
            }
            Self::RoleUnfilled { role, fields } => {
                let what = match *role {
                    "population" => "人口",
                    "code" => "代码",
                    _ => "名称",
                };
                if fields.is_empty() {
                    let more = if *role == "population" {
                        "，可连接含有人口的表格，否则人口合计未知"
                    } else {
                        ""
                    };
                    return format!("没有哪个字段给出单元的{what}{more}");
                }
                let perhaps = fields.join("、");
                format!("没有识别出{what}字段，可能是 {perhaps}；请在“来源”中指定（命令行用 --{role}）")
            }
            Self::CrsSuspect(doubt) => crs_doubt(doubt),
        }
    }
}

fn crs_doubt(doubt: &CrsDoubt) -> String {
    match doubt {
        CrsDoubt::OutOfRange { at } => {
            format!("坐标 {}, {} 不是经纬度，请先转换为 WGS 84 或 CGCS2000", at[0], at[1])
        }
        CrsDoubt::SwappedAxes { middle } => {
            format!("坐标（约 {:.3}, {:.3}）疑似纬度在前、经度在后", middle[0], middle[1])
        }
        CrsDoubt::DatumUnknown { used } => format!(
            "横坐标的带号说明了投影带，但没有说明基准：已按 {used} 读取；如为北京 54 或西安 80 坐标，位置会偏差几十至一百余米，请核对"
        ),
        CrsDoubt::NearOrigin => "全部坐标在 0, 0 附近，可能是本地坐标".to_owned(),
        CrsDoubt::AxesExchanged { middle: [x, y] } => {
            format!("坐标（约 {x:.3}, {y:.3}）北在前、东在后，已对调后读取")
        }
        CrsDoubt::LongitudesTurned { from, to } => {
            format!("经度从 {from:.4} 到 {to:.4}，超过 180 度，已各减去 360 度")
        }
        CrsDoubt::Contradicted { declared, used, middle: [x, y] } => format!(
            "文件注明 {declared}，但坐标（约 {x:.3}, {y:.3}）与之不符，已按 {used} 读取；请核对图层位置，更正文件或在“来源”中另选坐标系（命令行用 --crs）"
        ),
        CrsDoubt::Shifted { layer, other, metres, like } => format!(
            "{layer} 与 {other} 整体错开约 {metres} 米，与 {like} 网络地图数据相符；请在“来源”中改选 {like}（命令行用 --crs {}）",
            like.replace('-', "").to_lowercase()
        ),
    }
}

impl Say for ReadNote {
    fn zh(&self) -> String {
        match self.feature {
            Some(feature) => format!("第 {} 个要素{}", feature + 1, self.what.zh()),
            None => self.what.zh(),
        }
    }
}

impl Say for ReadNoteKind {
    fn zh(&self) -> String {
        match self {
            Self::SkippedGeometry { geometry } => {
                format!("已跳过：图形类型为 {geometry}，只有多边形可以作为单元边界")
            }
            Self::CollectionRead { left_out } => {
                format!("图形为集合：其中的多边形按一个单元读取，另有 {left_out} 个其他图形未读取")
            }
            Self::NoGeometry => "没有图形，已保留，不含区域".to_owned(),
            Self::NamedCrs { name } => format!("文件注明坐标系 {name}，坐标仍按经纬度读取"),
            Self::Reprojected { from } => format!("坐标已由 {from} 换算为经纬度"),
            Self::AxesExchanged => "文件中北在前、东在后，各坐标已对调后读取".to_owned(),
            Self::LongitudesTurned => {
                "文件中的经度超过 180 度，超出者已各减去 360 度，跨 180 度经线者在该处分开".to_owned()
            }
            Self::ExtraDimensions => "高程值（Z）不参与计算；坐标未经换算时，未改动的要素原样保留".to_owned(),
            Self::ExtraDimensionsDropped => "高程值（Z）和度量值（M）不使用，已舍去".to_owned(),
            Self::UnevenRow => "该行的列数与其他行不同，其值可能错列，请核对".to_owned(),
            Self::DeletedRow => "该行已标记删除，已跳过".to_owned(),
            Self::NoAttributes => ".shp 旁边没有 .dbf：单位没有代码、名称和数据，请放在一起".to_owned(),
            Self::Encoding { words: [zh, _], is_doubtful: _ } => format!("文字编码：{zh}"),
            Self::AlteredInProject => {
                "项目保存之后，其他程序改动了其中的边界或属性：界线按现状读取，属性仍是载入时的".to_owned()
            }
            Self::LedgerGone { ledger } => {
                format!("其他程序删去了项目中台账“{ledger}”的表；请重新载入该台账，其各行的变更方可重新执行")
            }
        }
    }
}

impl Say for ModelError {
    fn zh(&self) -> String {
        match self {
            Self::NoPolygons { layer } => format!("没有多边形；边界文件应含面要素（Polygon、MultiPolygon）：{layer}"),
            Self::NoLayer => "没有给出边界文件".to_owned(),
            Self::TooManyLayers { count } => {
                format!("给出了 {count} 个图层；最多五个上下级图层（组、村、乡镇、县及以上）")
            }
            Self::NoSuchField { field, fields } => format!("没有字段“{field}”；现有：{}", fields.join("、")),
            Self::Cancelled(cancelled) => cancelled.zh(),
        }
    }
}

impl Say for FieldRuleError {
    fn zh(&self) -> String {
        match self {
            Self::NoEquals { given } => {
                format!("“{given}”不是字段规则；写作 字段=规则，例如 elevation_m=mean:area")
            }
            Self::NoSuchField { field, fields } => {
                format!("没有可设规则的字段“{field}”；现有：{}", fields.join("、"))
            }
            Self::NoSuchRule { rule, field } => format!(
                "“{rule}”不是 {field} 的规则；可用 sum、mean:population、mean:area、min、max、majority:area、same、keep、list、none，或 \
                 ratio:分子/分母*系数"
            ),
            Self::NoSuchTerm { term, terms } => {
                format!("比率由可相加的字段重新计算，而“{term}”不可相加；请用其中两个：{}", terms.join("、"))
            }
            Self::AddedUp { field } => {
                format!("{field} 在所有指标中都相加，不能另设规则；相加的字段用 --sum 指定")
            }
            Self::SumOfRatio { field } => {
                format!("{field} 是比率，不能相加；请用 mean:population，或 ratio:分子/分母*系数")
            }
            Self::NotNumbers { field, rule } => {
                format!("{field} 不是数值，不能用 {rule}；请用 keep、list 或 none")
            }
        }
    }
}

impl Say for TooMuchText {
    fn zh(&self) -> String {
        "文件某一部分的属性文字超过 4 GiB，请拆分文件".to_owned()
    }
}

impl Say for UnknownLevel {
    fn zh(&self) -> String {
        format!(
            "“{}”不是级别；可用 group（组）、village（村）、township（乡镇）、county（县）、parent（上级）、atom",
            self.0
        )
    }
}

impl Say for UnknownSeatUse {
    fn zh(&self) -> String {
        format!("“{}”不是驻地去向；可用 station、point、school、clinic、elder_care、business、closed", self.0)
    }
}

impl Say for UnknownLandUnit {
    fn zh(&self) -> String {
        format!("“{}”不是面积单位；可用 m2、mu、ha、wan_mu、km2", self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::i18n::{check_said, one_of_each};
    use crate::jobs::Cancelled;
    use crate::model::{
        LandUnit, Level, LevelDoubt, LevelEvidence, LevelIndex, LevelPart, LevelsBy, LevelsReading, SeatUse,
    };

    #[test]
    fn findings_are_said_in_both_languages() {
        let at = [105.0, 31.0];
        let part = |value: &str, features| LevelPart { values: vec![value.to_owned()], features };
        let levels = LevelsReading {
            by: Some(LevelsBy::Codes),
            is_chosen: false,
            part: 0,
            parts: vec![part("", 40), part("", 4)],
            evidence: vec![LevelEvidence::Codes],
            doubts: vec![LevelDoubt::Empty { units: 1, of: 4 }],
            choices: Vec::new(),
        };
        check_said(&one_of_each!(FindingKind:
            DuplicateCode { code: "1".into(), level: LevelIndex::FINEST },
            PartsJoined { features: 5, units: 2, codes: vec!["1".into()] },
            MissingCode { name: "A".into() },
            MissingCode { name: "".into() },
            MissingName { code: "1".into() },
            MissingName { code: "".into() },
            OrphanParent { code: "1".into(), parent: "2".into() },
            OrphanParent { code: "1".into(), parent: "".into() },
            CodeParentMismatch { code: "1".into(), parent: "2".into() },
            PopulationMissing { code: "1".into(), text: None, field: "p".into() },
            PopulationMissing { code: "1".into(), text: Some("many".into()), field: "p".into() },
            OutsideParent { code: "1".into(), parent: "2".into() },
            ParentNameVaries { code: "1".into(), names: vec!["A".into(), "B".into()] },
            EmptyParent { code: "1".into() },
            AreaDiffers { label: "A".into(), declared_m2: 1e6, measured_m2: 2e6 },
            PeopleWithoutTerritory { label: "A".into(), people: "1,418".into() },
            SeveralLevels { above: 1, below: 2 },
            LevelsTakenApart(Box::new(levels)),
            NumbersAsText { field: "p".into(), count: 2, text: "1,234".into() },
            SignsDoubtful { field: "p".into(), count: 2, text: "1.234".into(), read: "1234".into() },
            SignsForNone { field: "p".into(), count: 2, text: "-".into() },
            ValuesUnread { field: "p".into(), count: 2, text: "many".into() },
            RoleUnfilled { role: "population", fields: vec!["a".into(), "b".into()] },
            RoleUnfilled { role: "population", fields: Vec::new() },
            RoleUnfilled { role: "code", fields: Vec::new() },
            RoleUnfilled { role: "code", fields: vec!["a".into()] },
            RoleUnfilled { role: "name", fields: vec!["a".into()] },
            CrsSuspect(CrsDoubt::OutOfRange { at }),
        ));
        let word = || "x".to_owned();
        let doubts = one_of_each!(CrsDoubt:
            OutOfRange { at },
            SwappedAxes { middle: at },
            NearOrigin,
            DatumUnknown { used: word() },
            AxesExchanged { middle: at },
            LongitudesTurned { from: 185.0, to: 200.0 },
            Contradicted { declared: word(), used: word(), middle: at },
            Shifted { layer: word(), other: word(), metres: 400, like: "GCJ-02".to_owned() },
        );
        check_said(&doubts.map(FindingKind::CrsSuspect));
    }

    #[test]
    fn notes_of_readers_are_said_in_both_languages() {
        let kinds = one_of_each!(ReadNoteKind:
            SkippedGeometry { geometry: "Point".to_owned() },
            CollectionRead { left_out: 2 },
            NoGeometry,
            NamedCrs { name: "EPSG:4490".to_owned() },
            Reprojected { from: "EPSG:4523".to_owned() },
            AxesExchanged,
            LongitudesTurned,
            ExtraDimensions,
            ExtraDimensionsDropped,
            DeletedRow,
            UnevenRow,
            NoAttributes,
            Encoding { words: ["甲", "a"].map(str::to_owned), is_doubtful: true },
            AlteredInProject,
            LedgerGone { ledger: "schools".to_owned() },
        );
        check_said(&kinds);
        check_said(&kinds.clone().map(|what| ReadNote { feature: Some(2), what }));
        check_said(&kinds.map(|what| ReadNote { feature: None, what }));
    }

    #[test]
    fn refusals_of_the_model_are_said_in_both_languages() {
        let [field, rule, term] = ["height", "most", "width"].map(str::to_owned);
        let there = vec!["a".to_owned(), "b".to_owned()];
        check_said(&one_of_each!(ModelError:
            NoPolygons { layer: "a.geojson".to_owned() },
            NoLayer,
            TooManyLayers { count: 3 },
            NoSuchField { field: field.clone(), fields: there.clone() },
            Cancelled(Cancelled),
        ));
        check_said(&one_of_each!(FieldRuleError:
            NoEquals { given: rule.clone() },
            NoSuchField { field: field.clone(), fields: there.clone() },
            NoSuchRule { rule: rule.clone(), field: field.clone() },
            NoSuchTerm { term, terms: there },
            AddedUp { field: field.clone() },
            SumOfRatio { field: field.clone() },
            NotNumbers { field, rule },
        ));
        check_said(&[TooMuchText]);
        check_said(&["x".parse::<Level>().unwrap_err()]);
        check_said(&["x".parse::<SeatUse>().unwrap_err()]);
        check_said(&["x".parse::<LandUnit>().unwrap_err()]);
    }
}
