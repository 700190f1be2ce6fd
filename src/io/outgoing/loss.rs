//! What a format cannot hold of what is to be written in it: said before.

use super::{Column, Dated, Kind, OutLayer};
use crate::i18n::Say;

/// Something that a format cannot hold.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Loss {
    /// Names of fields that get shorter, and a list of them beside the file.
    #[error(
        "a shapefile has names of ten ASCII characters; these fields are renamed, {list} beside it lists them: {}",
        listed(pairs, ", ")
    )]
    ShortNames {
        /// What they are called, and what they will be.
        pairs: Vec<(String, String)>,
        /// What the list is called.
        list: String,
    },
    /// Names of fields that the format takes for one, or keeps for itself.
    #[error(
        "these fields are renamed, as the format takes their names for those of others or for its own: {}",
        listed(pairs, ", ")
    )]
    Renamed {
        /// What they are called, and what they will be.
        pairs: Vec<(String, String)>,
    },
    /// Values that are too long.
    #[error(
        "{count} values of {field:?} are longer than {most} bytes and are cut; GeoPackage and GeoJSON keep them whole"
    )]
    Cut {
        /// The field.
        field: String,
        /// How many.
        count: usize,
        /// What there is room for.
        most: usize,
    },
    /// A text of no letters and one that is not known become one.
    #[error("an empty text and an unknown one are the same in this format, in the fields {}", fields.join(", "))]
    EmptyIsUnknown {
        /// Fields that have both.
        fields: Vec<String>,
    },
    /// Lists and objects become their text.
    #[error("lists and objects are written as their JSON text, in the fields {}", fields.join(", "))]
    Structure {
        /// Fields that have some.
        fields: Vec<String>,
    },
    /// Moments become texts.
    #[error("this format has no type for such times of day; they are written as text, whole, in the fields {}", fields.join(", "))]
    Times {
        /// Fields that have some.
        fields: Vec<String>,
    },
    /// Codes of digits in a format without types.
    #[error(
        "a CSV has no types: Excel, and others that guess, take the codes in {} for numbers; XLSX and GeoPackage keep them as text",
        fields.join(", ")
    )]
    UntypedCodes {
        /// Fields with codes of digits.
        fields: Vec<String>,
    },
    /// Whole numbers with more digits than a cell of a workbook keeps.
    #[error("whole numbers of more than 15 digits are written as text, in the fields {}", fields.join(", "))]
    LongNumbers {
        /// Fields that have some.
        fields: Vec<String>,
    },
    /// Texts that a spreadsheet program would take for formulas.
    #[error(
        "an apostrophe is put before texts that a spreadsheet program would take for formulas, in the fields {}; XLSX and \
         GeoPackage keep them as they are",
        fields.join(", ")
    )]
    Guarded {
        /// Fields that have some.
        fields: Vec<String>,
    },
    /// Heights have no place.
    #[error("heights (z) are left out; GeoJSON keeps those of units that nothing changed")]
    Heights,
    /// A table has no outlines.
    #[error("a table has no outlines; longitude and latitude of a point inside stand for them")]
    NoOutlines,
    /// The same, where outlines can be asked for.
    #[error("a table has no outlines; a point inside stands for them, and --wkt adds a column of outlines")]
    NoOutlinesUnlessAsked,
    /// A picture has outlines, codes and names.
    #[error("a picture has outlines, codes and names, rounded for the eye; other fields are left out")]
    OnlyOutlines,
    /// The format knows but one coordinate system.
    #[error(
        "by definition {format} is in WGS 84; the crs member that says {system} is known to GDAL, QGIS and this program, and to \
         others the units will lie elsewhere: GeoPackage is the better choice"
    )]
    ForeignSystem {
        /// The format.
        format: &'static str,
        /// The system.
        system: String,
    },
    /// There is no certificate beside it.
    #[error("the boundary certificate is written beside GeoJSON in WGS 84, and not beside this format")]
    NoCertificate,
    /// The format has room for one level.
    #[error(
        "one level is written ({level}); --level chooses another, and GeoPackage, TopoJSON and XLSX have room for all"
    )]
    OneLevel {
        /// The level.
        level: String,
    },
    /// Ledgers stay behind.
    #[error("boundaries alone are written, without the ledgers {}: ledger write writes these, and a project keeps them", names.join(", "))]
    Ledgers {
        /// What they are called.
        names: Vec<String>,
    },
}

impl Loss {
    /// Of layers with lists or objects: that they become text.
    pub(in crate::io) fn structure(layers: &[OutLayer]) -> Option<Self> {
        let fields = columns(layers, |_, column| column.has_structure());
        (!fields.is_empty()).then_some(Self::Structure { fields })
    }

    /// Of layers with moments that a format has no type for: that they become texts.
    pub(in crate::io) fn times(layers: &[OutLayer], lacks: impl Fn(Dated) -> bool) -> Option<Self> {
        let fields = columns(layers, |_, column| column.dated().is_some_and(&lacks));
        (!fields.is_empty()).then_some(Self::Times { fields })
    }

    /// Of layers with texts that are empty and texts that are unknown in one column: that they become one.
    pub(in crate::io) fn empty_is_unknown(layers: &[OutLayer]) -> Option<Self> {
        let fields = columns(layers, |layer, column| {
            let mut rows = 0..layer.features.len();
            column.kind == Kind::Text
                && rows.clone().any(|row| column.raw(row) == Some("\"\""))
                && rows.any(|row| column.raw(row).is_none())
        });
        (!fields.is_empty()).then_some(Self::EmptyIsUnknown { fields })
    }
}

/// Names of the columns of which something holds, each once.
pub(super) fn columns(layers: &[OutLayer], holds: impl Fn(&OutLayer, &Column) -> bool) -> Vec<String> {
    let mut names = Vec::new();
    for layer in layers {
        for column in layer.columns.iter().filter(|column| holds(layer, column)) {
            if !names.contains(&column.name) {
                names.push(column.name.clone());
            }
        }
    }
    names
}

fn listed(pairs: &[(String, String)], between: &str) -> String {
    pairs.iter().map(|(name, short)| format!("{name} → {short}")).collect::<Vec<_>>().join(between)
}

impl Say for Loss {
    fn zh(&self) -> String {
        match self {
            Self::ShortNames { pairs, list } => {
                let pairs = listed(pairs, "、");
                format!("shapefile 的字段名限 10 个 ASCII 字符，改名如下，对照表在旁边的 {list}：{pairs}")
            }
            Self::Renamed { pairs } => {
                format!("该格式中下列字段与其他字段或保留字段重名，改名如下：{}", listed(pairs, "、"))
            }
            Self::Cut { field, count, most } => {
                format!("字段“{field}”有 {count} 个值超过 {most} 字节，已截断；GeoPackage 和 GeoJSON 可完整保存")
            }
            Self::EmptyIsUnknown { fields } => {
                format!("该格式不区分空文本和未知值，涉及字段：{}", fields.join("、"))
            }
            Self::Structure { fields } => format!("列表和对象写成 JSON 文本，涉及字段：{}", fields.join("、")),
            Self::Times { fields } => {
                format!("此格式没有存放这类时刻的类型，按文本完整写入，涉及字段：{}", fields.join("、"))
            }
            Self::UntypedCodes { fields } => format!(
                "CSV 不含字段类型，Excel 等软件会把代码当作数字（丢失前导 0），涉及字段：{}；XLSX 和 GeoPackage 保存为文本",
                fields.join("、")
            ),
            Self::LongNumbers { fields } => {
                format!("超过 15 位的整数写成文本，涉及字段：{}", fields.join("、"))
            }
            Self::Guarded { fields } => format!(
                "电子表格会当作公式的文本前加了一个撇号，涉及字段：{}；XLSX 和 GeoPackage 保持原样",
                fields.join("、")
            ),
            Self::Heights => "高程值（z）不写出；GeoJSON 保留未改动单元的高程值".to_owned(),
            Self::NoOutlines => "表格中没有边界，只有单元内一点的经纬度".to_owned(),
            Self::NoOutlinesUnlessAsked => "表格中没有边界，只有单元内一点的坐标；加 --wkt 可增加边界一列".to_owned(),
            Self::OnlyOutlines => "图中只有轮廓、代码和名称，坐标按图面取整；其他字段不写出".to_owned(),
            Self::ForeignSystem { format, system } => format!(
                "{format} 按规定采用 WGS 84；注明 {system} 的 crs 成员只有 GDAL、QGIS 和本程序认得，在其他软件中位置会错，建议改用 GeoPackage"
            ),
            Self::NoCertificate => "边界核验单只附在 WGS 84 的 GeoJSON 旁边，该格式不附".to_owned(),
            Self::OneLevel { level } => {
                format!("只写出一级（{level}）；可用 --level 另选，GeoPackage、TopoJSON 和 XLSX 可写全部级别")
            }
            Self::Ledgers { names } => {
                format!("只写出边界，不含台账（{}）；台账用 ledger write 写出，存为项目也会保留", names.join("、"))
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::i18n::{check_said, one_of_each};

    #[test]
    fn what_a_format_cannot_hold_is_said_in_both_languages() {
        let fields = || vec!["x".to_owned()];
        let pairs = || vec![("x".to_owned(), "y".to_owned())];
        check_said(&one_of_each!(Loss:
            ShortNames { pairs: pairs(), list: "a.fields.csv".to_owned() },
            Renamed { pairs: pairs() },
            Cut { field: "x".to_owned(), count: 1, most: 254 },
            EmptyIsUnknown { fields: fields() },
            Structure { fields: fields() },
            Times { fields: fields() },
            UntypedCodes { fields: fields() },
            LongNumbers { fields: fields() },
            Guarded { fields: fields() },
            Heights,
            NoOutlines,
            NoOutlinesUnlessAsked,
            OnlyOutlines,
            ForeignSystem { format: "GeoJSON", system: "EPSG:4523".to_owned() },
            NoCertificate,
            OneLevel { level: "village".to_owned() },
            Ledgers { names: vec!["health".to_owned()] },
        ));
    }
}
