//! What went wrong with a file, in words.

use std::path::Path;

use super::error::fitting_endings;
use super::format::{self, FileKind};
use super::outgoing;
use super::places::PlacesError;
use super::project::{ProjectError, ProjectProblem};
use super::{
    Counted, Expected, FileProblem, JsonProblem, Looks, Place, Problem, ReadError, Syntax, WriteError, WriteProblem,
};
use crate::i18n::{Lang, Say, one_line, sentences};

fn at(path: &Path, why: &str) -> String {
    sentences::failed(Lang::Zh, &path.display().to_string(), why)
}

impl Say for ReadError {
    fn zh(&self) -> String {
        match self {
            Self::File { path, problem } => at(path, &problem.zh()),
            Self::Content { path, place, problem } => at(path, &format!("{}（{}）", problem.zh(), place.zh())),
            Self::Cancelled(cancelled) => cancelled.zh(),
        }
    }
}

impl Say for FileProblem {
    fn zh(&self) -> String {
        match self {
            Self::Missing => "文件不存在，请检查路径".to_owned(),
            Self::Folder => "这是文件夹，请选择其中的文件".to_owned(),
            Self::Unreadable(error) => format!("无法读取（{error}），请检查权限和磁盘"),
            Self::Empty => "文件是空的，请重新获取完整文件".to_owned(),
            Self::Foreign(looks) => {
                format!("不是边界文件（{}）：{}", format::names(FileKind::Layers, Lang::Zh).join("、"), looks.zh())
            }
            Self::Unread(unread) => unread.zh(),
            Self::NoLayers([format, _]) => format!("这是 {format} 文件，其中没有边界，请选择边界文件"),
            Self::NoSuchLayer { layer, there } => format!("其中没有图层“{layer}”，有：{there}"),
            Self::NoSuchSheet { sheet, there } => format!("其中没有工作表“{sheet}”，有：{there}"),
            Self::NoTable => "这不是表格，请在原程序中另存为 .xlsx 或 .csv".to_owned(),
            Self::UnknownEncoding(name) => format!("没有名为“{name}”的编码，请用 UTF-8、GB18030 或 Big5 等"),
            Self::Workbook(why) => format!("工作簿已损坏（{why}），请用电子表格程序打开并另存为 .xlsx"),
            Self::Protected => "工作簿有密码保护，请另存为没有密码的文件".to_owned(),
            Self::TooMuchInflated { limit } => format!("解压后超过 {limit} 字节，请拆分文件"),
            Self::TooManyCells { limit } => format!("单元格超过 {limit} 个，请删去空行空列或拆分文件"),
            Self::Encoding(encoding) => format!("其文本按规定为 UTF-8，不是 {encoding}，请不要指定编码"),
            Self::OnlyLinks => "此 KML 只含指向别处数据的链接，请在相应软件中打开后另存".to_owned(),
            Self::CutOff => "文件不完整，请重新获取".to_owned(),
            Self::OpenQuote { line } => {
                format!("第 {line} 行开始的引号没有结束，其后的内容都成了一个字段；请重新获取完整的文件，或更正引号")
            }
            Self::ColumnName => "有一列的名称在一个字中间被截断，请在生成该文件的软件中改名".to_owned(),
            Self::EmptyArchive => "压缩包是空的，请重新获取完整文件".to_owned(),
            Self::BehindArchive => "压缩包末尾之后还有别的内容，请手工解压后查看，或重新获取".to_owned(),
            // What the library says of it is English.
            Self::Damaged(_) => "压缩包已损坏或不完整，请重新获取".to_owned(),
            Self::Database(error) => format!("数据库无法读取（{error}），请重新获取"),
            Self::Parquet(problem) => problem.zh(),
            Self::BrokenShapes => ".shp 不是 shapefile 的图形文件，请重新获取".to_owned(),
            Self::BrokenTable => ".dbf 的文件头已损坏，请重新获取".to_owned(),
            Self::RowsDiffer { shapes, rows } => {
                format!(".shp 有 {shapes} 个图形，.dbf 却有 {rows} 行，两者不配套，请重新获取")
            }
            Self::NoSuchEncoding(unknown) => unknown.zh(),
            Self::Inflates { limit } => format!("压缩包解压后超过 {limit} 字节，请手工解压后查看"),
            Self::TooLarge { limit } => format!("文件超过 {limit} 字节，请拆分文件"),
        }
    }
}

impl Say for Looks {
    fn zh(&self) -> String {
        let what = match self {
            Self::Zip => "这是 zip 压缩包，其中没有图层，请解压后查看",
            Self::Gzip => "这是 gzip 压缩包，请先解压",
            Self::Sqlite => "这是数据库（如 GeoPackage），请先转换为 GeoJSON",
            Self::Utf16 => "编码为 UTF-16，请另存为 UTF-8",
            Self::Markup => "这是 XML 或网页，请转换为 GeoJSON 或重新下载",
            Self::Binary => "这是二进制文件，请先转换为 GeoJSON",
            Self::Text => "内容不以 { 开头，请先转换为 GeoJSON",
        };
        what.to_owned()
    }
}

impl Say for Place {
    fn zh(&self) -> String {
        let feature = self.feature.map(|feature| format!("第 {} 个要素", feature + 1));
        let ring = self.ring.map(|ring| format!("第 {} 个环", ring + 1));
        let byte = self.byte.map(|byte| format!("第 {byte} 字节"));
        let parts: Vec<String> = [feature, ring, byte].into_iter().flatten().collect();
        if parts.is_empty() { "整个文件".to_owned() } else { parts.join("，") }
    }
}

impl Say for Problem {
    fn zh(&self) -> String {
        match self {
            Self::Json(problem) => problem.zh(),
            Self::Xml(problem) => problem.zh(),
            Self::Topology(problem) => problem.zh(),
            Self::Cell(problem) => problem.zh(),
            Self::Truncated => "文件不完整，请重新获取".to_owned(),
            Self::NotFinite(text) => format!("“{text}”不是有限数，请更正或删去该顶点"),
            Self::OutOfRange { lon, lat } => {
                format!("经度 {lon}、纬度 {lat} 超出范围；若为投影坐标，请先转换为 WGS 84 或 CGCS2000 经纬度")
            }
            Self::Crs(problem) => problem.zh(),
            Self::BrokenShape => "图形已损坏：环和顶点的数目与字节数不符，请重新获取".to_owned(),
            Self::TooMany { what, limit } => format!("{}超过 {limit}，请拆分文件", what.zh()),
        }
    }
}

impl Say for JsonProblem {
    fn zh(&self) -> String {
        match self {
            Self::Syntax(what) => format!("不是有效的 JSON：{}；请更正或重新导出", what.zh()),
            Self::Record { line } => format!("第 {line} 行的记录不完整，请更正或删去这一行"),
            Self::Trailing => "数据之后有多余内容，请删去".to_owned(),
            Self::TooDeep { limit } => format!("嵌套超过 {limit} 层"),
            Self::NotAnObject => "要素不是对象，请更正或删去".to_owned(),
            Self::TypeMissing { expected } => format!("缺少 \"type\"，应为{}", expected.zh()),
            Self::WrongType { found, expected } => format!("\"type\" 为“{found}”，应为{}", expected.zh()),
            Self::NoFeatures => "\"features\" 应为一个数组，请重新导出".to_owned(),
            Self::NoCoordinates => "图形没有坐标，请更正或删去该要素".to_owned(),
            Self::WrongNesting { expected } => format!("坐标层次不对，应为{}", expected.zh()),
            Self::BadNumber(text) => format!("“{text}”不是数字，请更正或删去该顶点"),
        }
    }
}

impl Say for Syntax {
    fn zh(&self) -> String {
        let what = match self {
            Self::NotUtf8 => "文本不是 UTF-8 编码（可能是 GBK）",
            Self::Object => "此处应为 {",
            Self::CommaOrBrace => "此处应为 , 或 }",
            Self::Name => "此处应为引号中的成员名",
            Self::Colon => "此处应为 :",
            Self::CommaOrBracket => "此处应为 , 或 ]",
            Self::Feature => "逗号之后应有要素",
            Self::Value => "此处应有值",
            Self::AfterCoordinates => "坐标之后应为 , 或 }",
            Self::InCoordinates => "坐标中此处应为 , 或 ]",
            Self::Number => "坐标中此处应为数字",
            // Its words are English; the place that is named beside them is what helps.
            Self::Parser(_) => "此处不合语法",
        };
        what.to_owned()
    }
}

impl Say for Expected {
    fn zh(&self) -> String {
        let what = match self {
            Self::Collection => "“FeatureCollection”类型",
            Self::Feature => "“Feature”类型",
            Self::Alone => "“FeatureCollection”“Feature”或图形类型",
            Self::Geometry => "图形类型，如“Polygon”",
            Self::Polygons => "多边形的数组",
            Self::Rings => "环的数组",
            Self::Positions => "顶点的数组",
            Self::Position => "至少两个数的数组",
            Self::Number => "数字",
        };
        what.to_owned()
    }
}

impl Say for Counted {
    fn zh(&self) -> String {
        let what = match self {
            Self::Features => "要素数",
            Self::Vertices => "顶点数",
            Self::TextBytes => "文本字节数",
            Self::FeatureBytes => "单个要素的字节数",
        };
        what.to_owned()
    }
}

impl Say for WriteError {
    fn zh(&self) -> String {
        format!("未能写入（原文件未改动）：{}", at(&self.path, &self.problem.zh()))
    }
}

impl Say for WriteProblem {
    fn zh(&self) -> String {
        match self {
            Self::Cancelled(cancelled) => cancelled.zh(),
            Self::IsRead { input } => format!("这就是要读取的 {}，请另取文件名", input.display()),
            Self::IsWritten { other } => format!("另一项结果也写到这里（{}），请另取文件名", other.display()),
            Self::IsProject => "这是一个区划项目，只有项目能替换它，请另取文件名".to_owned(),
            Self::Ending { ending, fitting } => {
                format!("文件名以 .{ending} 结尾，而写出的是 {}，请另取文件名", fitting_endings(fitting, " 或 "))
            }
            Self::NoFormat { ending } => {
                format!("不能写 .{ending} 文件；可用 {}", fitting_endings(&outgoing::endings(), "、"))
            }
            Self::NoStream { format: [format, _] } => format!("{format} 不能写到管道或标准输出，请指定文件"),
            Self::NoRoom { format: [format, _], room: [room, _], better } => {
                format!("{format} 最多容纳 {room}，请改写为 {better}")
            }
            Self::Crs(problem) => problem.zh(),
            Self::NoFolder => "文件夹不存在，请先建立或另选".to_owned(),
            Self::Folder => "这是文件夹，请指定其中的文件".to_owned(),
            Self::Forbidden => "没有写入权限，请另选文件夹或修改权限".to_owned(),
            Self::DiskFull => "磁盘已满，请腾出空间或换一个磁盘".to_owned(),
            Self::Other(error) => format!("无法写入（{error}），请检查磁盘"),
        }
    }
}

impl Say for ProjectError {
    fn zh(&self) -> String {
        at(&self.path, &self.problem.zh())
    }
}

impl Say for ProjectProblem {
    fn zh(&self) -> String {
        match self {
            Self::Cancelled(cancelled) => cancelled.zh(),
            Self::Missing => "文件不存在，请检查路径".to_owned(),
            Self::Foreign => "不是区划项目；请在原软件中导出为 GeoJSON 后打开".to_owned(),
            Self::Newer { found, known } => {
                format!("项目由更新版本的程序保存（格式 {found}，本程序支持到 {known}），请升级程序")
            }
            Self::TooLarge { limit } => format!("项目超过 {limit} 字节，请提高上限"),
            Self::CutOff { there, whole, previous } => {
                format!("项目文件不完整（{whole} 字节只有 {there} 字节），{}", previous_or_copy(*previous))
            }
            Self::Damaged { what, previous } => format!("项目已损坏（{what}），{}", previous_or_copy(*previous)),
            Self::ChangedSince => "打开之后已被他人改动，请另存为其他文件".to_owned(),
            Self::InUse => "另一个窗口正在使用此项目，请先关闭它，或另存为其他文件".to_owned(),
            Self::Write(problem) => problem.zh(),
            Self::Database(error) => format!("数据库报告：{}；请重试或换一个位置", one_line(&error.to_string())),
        }
    }
}

/// What to do about a broken project.
const fn previous_or_copy(previous: bool) -> &'static str {
    if previous { "请打开旁边以 ~1 结尾的上一版本" } else { "请重新获取" }
}

impl Say for PlacesError {
    fn zh(&self) -> String {
        match self {
            Self::Read(error) => error.zh(),
            Self::NoPlaces { path } => format!("{path}：没有点或线要素"),
        }
    }
}

#[cfg(test)]
mod tests {
    use std::io;

    use super::super::crs::CrsProblem;
    use super::super::encoding::UnknownEncoding;
    use super::super::geoparquet::ParquetProblem;
    use super::super::shaped::CellProblem;
    use super::super::topojson::TopologyProblem;
    use super::super::unread::Unread;
    use super::super::xml::XmlProblem;
    use super::*;
    use crate::i18n::{check_said, one_of_each};
    use crate::jobs::Cancelled;

    fn broken() -> io::Error {
        io::Error::other("broken")
    }

    #[test]
    fn what_is_wrong_with_a_file_to_read_is_said_in_both_languages() {
        let word = || "x".to_owned();
        check_said(&one_of_each!(JsonProblem:
            Syntax(Syntax::Object),
            Trailing,
            Record { line: 3 },
            TooDeep { limit: 5 },
            NotAnObject,
            TypeMissing { expected: Expected::Feature },
            WrongType { found: word(), expected: Expected::Feature },
            NoFeatures,
            NoCoordinates,
            WrongNesting { expected: Expected::Number },
            BadNumber(word()),
        ));
        check_said(&one_of_each!(Problem:
            Json(JsonProblem::Trailing),
            Xml(XmlProblem::TooDeep { limit: 5 }),
            Topology(TopologyProblem::TooDeep),
            Cell(CellProblem::CutOff),
            Truncated,
            NotFinite(word()),
            OutOfRange { lon: 200.0, lat: 0.0 },
            Crs(Box::new(CrsProblem::Unknown(word()))),
            BrokenShape,
            TooMany { what: Counted::Vertices, limit: 5 },
        ));
        check_said(&one_of_each!(Unread: FileGeodatabase, MapInfo, Cad, ShapefilePart));
        check_said(&one_of_each!(CellProblem: NoGeometry(word()), CutOff));
        check_said(&one_of_each!(TopologyProblem: NoSuchArc { arc: -5, arcs: 3 }, TooDeep, NoPosition));
        check_said(&one_of_each!(ParquetProblem:
            CutOff, Damaged, Encrypted, Codec("LZO"), Encoding(10), NoGeometry(word()), Metadata, Geometry(word()),
        ));
        check_said(&one_of_each!(XmlProblem: Syntax(word()), TooDeep { limit: 5 }));
        check_said(&one_of_each!(CrsProblem:
            Unknown(word()),
            Far { name: word(), datum: "Xian 1980".to_owned() },
            Far { name: word(), datum: "Beijing 1954".to_owned() },
            NotNear { name: word(), datum: word() }, Far { name: word(), datum: "ED50".to_owned() },
            Method { name: word(), method: word() },
            Ambiguous { x: word(), y: word(), candidates: word() },
            Unfit { name: word(), x: word(), y: word() }, Across180 { from: word(), to: word() },
            NeverWritten { name: word() },
            NotWritten { name: word() },
            NoPlaceIn { name: word(), at: word() },
            Several { first: word(), second: word() },
        ));
        check_said(&one_of_each!(Syntax:
            NotUtf8, Object, CommaOrBrace, Name, Colon, CommaOrBracket, Feature, Value, AfterCoordinates,
            InCoordinates, Number, Parser(word()),
        ));
        check_said(&one_of_each!(Expected:
            Collection, Feature, Alone, Geometry, Polygons, Rings, Positions, Position, Number,
        ));
        check_said(&one_of_each!(Counted: Features, Vertices, TextBytes, FeatureBytes));
        let looks = one_of_each!(Looks: Zip, Gzip, Sqlite, Utf16, Markup, Binary, Text);
        check_said(&looks);
        check_said(&looks.map(FileProblem::Foreign));
        check_said(&[Place::default(), Place { feature: Some(1), ring: Some(2), byte: Some(3) }]);
        check_said(&one_of_each!(FileProblem:
            Missing,
            Folder,
            Unreadable(broken()),
            Empty,
            Foreign(Looks::Zip),
            Unread(Unread::MapInfo),
            NoLayers(["PMTiles", "PMTiles"]),
            NoSuchLayer { layer: word(), there: word() },
            Encoding(word()),
            OnlyLinks,
            CutOff,
            OpenQuote { line: 5 },
            ColumnName,
            EmptyArchive,
            BehindArchive,
            Damaged(broken()),
            Database(word()),
            Parquet(ParquetProblem::CutOff),
            BrokenShapes,
            BrokenTable,
            RowsDiffer { shapes: 5, rows: 6 },
            NoSuchEncoding(UnknownEncoding(word())),
            Inflates { limit: 5 },
            TooLarge { limit: 5 },
            NoSuchSheet { sheet: word(), there: word() },
            NoTable,
            UnknownEncoding(word()),
            Workbook(word()),
            Protected,
            TooMuchInflated { limit: 5 },
            TooManyCells { limit: 5 },
        ));
        check_said(&one_of_each!(ReadError:
            Cancelled(Cancelled),
            File { path: "a".into(), problem: FileProblem::Missing },
            Content { path: "a".into(), place: Place::default(), problem: Problem::Truncated },
        ));
        check_said(&one_of_each!(PlacesError:
            Read(ReadError::Cancelled(Cancelled)),
            NoPlaces { path: word() },
        ));
    }

    #[test]
    fn what_is_wrong_with_a_file_to_write_is_said_in_both_languages() {
        let problems = || {
            one_of_each!(WriteProblem:
                Cancelled(Cancelled), NoFolder, Folder, Forbidden, DiskFull, Other(broken()),
                IsRead { input: "a".into() }, IsWritten { other: "a".into() }, IsProject,
                Ending { ending: "csv".to_owned(), fitting: vec!["json"] },
                NoFormat { ending: "xyz".to_owned() },
                NoStream { format: ["a", "a"] },
                NoRoom { format: ["a", "a"], room: ["b", "b"], better: "GeoPackage" },
                Crs(CrsProblem::NeverWritten { name: "GCJ-02".to_owned() }),
            )
        };
        check_said(&problems());
        check_said(&problems().map(|problem| WriteError { path: "a".into(), problem }));
        let problems = one_of_each!(ProjectProblem:
            Cancelled(Cancelled),
            Missing,
            Foreign,
            Newer { found: 9, known: 3 },
            TooLarge { limit: 5 },
            CutOff { there: 4, whole: 8, previous: true },
            Damaged { what: "no scenario".to_owned(), previous: false },
            ChangedSince,
            InUse,
            Write(WriteProblem::DiskFull),
            Database(rusqlite::Error::InvalidQuery),
        );
        check_said(&problems.map(|problem| ProjectError { path: "a".into(), problem }));
    }
}
