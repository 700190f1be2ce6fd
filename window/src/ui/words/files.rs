//! What went wrong with a file, in words.

use std::path::Path;

use super::sentence;
use quhua::edit::OtherBase;
use quhua::i18n::{Lang, sentences};
use quhua::io::facilities::FacilitiesError;
use quhua::io::{
    FileProblem, Looks, Place, Problem, ProjectError, ProjectProblem, ReadError, WriteError, WriteProblem,
};

/// Why a file could not be read: what, where in it, which file. In English it is what the library says.
#[must_use]
pub fn read_error(lang: Lang, error: &ReadError) -> String {
    if lang == Lang::En {
        return sentence(&error.to_string());
    }
    match error {
        ReadError::File { path, problem } => at(path, &file_problem(problem)),
        ReadError::Content { path, place, problem } => {
            at(path, &format!("{}（{}）", content_problem(problem), place_text(*place)))
        }
        ReadError::Cancelled(_) => "已取消".to_owned(),
    }
}

fn at(path: &Path, why: &str) -> String {
    sentences::failed(Lang::Zh, &path.display().to_string(), why)
}

fn file_problem(problem: &FileProblem) -> String {
    match problem {
        FileProblem::Missing => "文件不存在，请检查路径".to_owned(),
        FileProblem::Folder => "这是文件夹，请选择其中的文件".to_owned(),
        FileProblem::Unreadable(error) => format!("无法读取（{error}），请检查权限和磁盘"),
        FileProblem::Empty => "文件是空的，请重新获取完整文件".to_owned(),
        FileProblem::Foreign(looks) => format!("不是 GeoJSON 文件：{}", looks_like(*looks)),
        FileProblem::TooLarge { limit } => format!("文件超过 {limit} 字节，请拆分文件"),
    }
}

const fn looks_like(looks: Looks) -> &'static str {
    match looks {
        Looks::Zip => "这是 zip 压缩包，请先解压",
        Looks::Gzip => "这是 gzip 压缩包，请先解压",
        Looks::Sqlite => "这是数据库（如 GeoPackage），请先转换为 GeoJSON",
        Looks::Utf16 => "编码为 UTF-16，请另存为 UTF-8",
        Looks::Markup => "这是 XML 或网页，请转换为 GeoJSON 或重新下载",
        Looks::Binary => "这是二进制文件，请先转换为 GeoJSON",
        Looks::Text => "内容不以 { 开头，请先转换为 GeoJSON",
    }
}

fn place_text(place: Place) -> String {
    let feature = place.feature.map(|feature| format!("第 {} 个要素，", feature + 1)).unwrap_or_default();
    format!("{feature}第 {} 字节", place.byte)
}

fn content_problem(problem: &Problem) -> String {
    match problem {
        Problem::Syntax(what) => format!("不是有效的 JSON：{what}"),
        Problem::Truncated => "文件不完整，请重新获取".to_owned(),
        Problem::Trailing => "数据之后有多余内容，请删去".to_owned(),
        Problem::TooDeep { limit } => format!("嵌套超过 {limit} 层"),
        Problem::NotAnObject => "要素不是对象，请更正或删去".to_owned(),
        Problem::TypeMissing { expected } => format!("缺少 \"type\"，应为 {expected}"),
        Problem::WrongType { found, expected } => format!("\"type\" 为“{found}”，应为 {expected}"),
        Problem::NoFeatures => "\"features\" 应为一个数组，请重新导出".to_owned(),
        Problem::NoCoordinates => "图形没有坐标，请更正或删去该要素".to_owned(),
        Problem::WrongNesting { expected } => format!("坐标层次不对，应为 {expected}"),
        Problem::BadNumber(text) => format!("“{text}”不是数字"),
        Problem::NotFinite(text) => format!("“{text}”不是有限数"),
        Problem::OutOfRange { lon, lat } => {
            format!("经度 {lon}、纬度 {lat} 超出范围；若为投影坐标，请先转换为 WGS 84 或 CGCS2000 经纬度")
        }
        Problem::Crs(name) => format!("不支持坐标系 {name}，请先转换为 WGS 84 或 CGCS2000 经纬度"),
        Problem::TooMany { what, limit } => format!("{what} 超过 {limit} 个，请拆分文件"),
    }
}

/// Why a file could not be written.
#[must_use]
pub fn write_error(lang: Lang, error: &WriteError) -> String {
    match lang {
        Lang::Zh => format!("未能写入（原文件未改动）：{}", at(&error.path, &write_problem(&error.problem))),
        Lang::En => sentence(&error.to_string()),
    }
}

/// Why a project could not be read, written or kept.
#[must_use]
pub fn project_error(lang: Lang, error: &ProjectError) -> String {
    if lang == Lang::En {
        return sentence(&error.to_string());
    }
    let why = match &error.problem {
        ProjectProblem::Cancelled(_) => "已取消".to_owned(),
        ProjectProblem::Missing => "文件不存在，请检查路径".to_owned(),
        ProjectProblem::Foreign => "不是区划项目；请在原软件中导出为 GeoJSON 后打开".to_owned(),
        ProjectProblem::Newer { found, known } => {
            format!("项目由更新版本的程序保存（格式 {found}，本程序支持到 {known}），请升级程序")
        }
        ProjectProblem::Damaged { what } => format!("项目已损坏（{what}），请打开旁边以 ~1 结尾的上一版本"),
        ProjectProblem::ChangedSince => "打开之后已被他人改动，请另存为其他文件".to_owned(),
        ProjectProblem::InUse => "另一个窗口正在使用此项目，请先关闭它，或另存为其他文件".to_owned(),
        ProjectProblem::Write(problem) => write_problem(problem),
        ProjectProblem::Database(error) => format!("数据库报告：{error}；请重试或换一个位置"),
    };
    at(&error.path, &why)
}

fn write_problem(problem: &WriteProblem) -> String {
    match problem {
        WriteProblem::Cancelled(_) => "已取消".to_owned(),
        WriteProblem::NoFolder => "文件夹不存在，请先建立或另选".to_owned(),
        WriteProblem::Folder => "这是文件夹，请指定其中的文件".to_owned(),
        WriteProblem::Forbidden => "没有写入权限，请另选文件夹或修改权限".to_owned(),
        WriteProblem::DiskFull => "磁盘已满，请腾出空间或换一个磁盘".to_owned(),
        WriteProblem::Other(error) => format!("无法写入（{error}），请检查磁盘"),
    }
}

/// Why no facilities could be read.
#[must_use]
pub fn facilities_error(lang: Lang, error: &FacilitiesError) -> String {
    if lang == Lang::En {
        return sentence(&error.to_string());
    }
    match error {
        FacilitiesError::Read(error) => read_error(lang, error),
        FacilitiesError::NotGeoJson { line, column, reason, path } => {
            format!("{path}：不是 GeoJSON 要素集（第 {line} 行第 {column} 列：{reason}）")
        }
        FacilitiesError::Nowhere { feature, lon, lat, path } => {
            format!("{path}：第 {} 个要素的坐标 {lon}、{lat} 不是经纬度，请先转换", feature + 1)
        }
        FacilitiesError::NoPoints { path } => format!("{path}：没有点或线要素"),
    }
}

/// A plan that was made for other data.
#[must_use]
pub fn other_base(lang: Lang, other: &OtherBase) -> String {
    match lang {
        Lang::Zh => format!("方案是为另一版本的 {} 编制的，结果可能不同", other.path),
        Lang::En => format!("The plan was made for another version of {}; the result may differ", other.path),
    }
}

/// Names of files that were opened together, without their folders.
#[must_use]
pub fn recent(files: &[String]) -> String {
    let name = |file: &String| {
        let name = std::path::Path::new(file).file_name();
        name.map_or_else(|| file.clone(), |name| name.to_string_lossy().into_owned())
    };
    files.iter().map(name).collect::<Vec<_>>().join(", ")
}
