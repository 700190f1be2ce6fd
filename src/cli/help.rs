//! The help and the usage errors of the command line in Chinese.
//!
//! English stands at the arguments, as their doc comments. Chinese stands in two tables here, by command and argument; a
//! test walks all commands and asks for what is missing, and for rows that nothing asks for any more.

use clap::builder::StyledStr;
use clap::error::{ContextKind, ContextValue, Error, ErrorFormatter, ErrorKind};
use clap::{Arg, Command};

use super::ledger::NoNumber;
use super::repair::NotMetres;
use crate::geodesy::UnknownAreaMethod;
use crate::i18n::Say;
use crate::metrics::MeasureError;
use crate::model::{NoDay, UnknownLandUnit, UnknownLevel};
use crate::suggest::WeightsError;

/// What each command does, by its name.
const COMMANDS: &[(&str, &str)] = &[
    ("quhua", "调整行政区划：合并乡镇和村，随时查看各项指标的变化，导出成果"),
    ("check", "检查边界和属性的质量"),
    ("metrics", "每个单元的指标：调整前的，或执行方案之后的"),
    ("apply", "执行方案，写出调整后的边界"),
    ("compare", "比选方案：各项指标并列，各自的变动，以及哪些人离驻地更远"),
    ("ensemble", "随机抽取与方案合并数量相同的方案，看方案在其中的位置"),
    ("plan", "方案的运算：逐项比较、两个合为一个、移到其他边界上、从项目中取出"),
    ("diff", "只有一个方案有的、两个都有的，以及顺序不同的调整"),
    ("merge", "把两个方案合为一个：先是 A 的调整，再是 B 有而 A 没有的调整"),
    ("rebase", "把方案移到其他边界或其他人口数据上，列出不再适用的调整"),
    ("take", "从项目中取出一个方案，写成方案文件"),
    ("render", "把地图画成文件：PNG、SVG 或 PDF"),
    ("page", "写一个网页文件，供没有本程序的读者查看：调整前后的地图和方案内容"),
    ("suggest", "推荐合并哪些单元，说明理由，写成方案文件"),
    ("convert", "读取边界、项目或方案的结果，写成另一种格式"),
    ("ledger", "台账：县里随边界保管的各种清单，随方案变化"),
    ("ledger check", "台账各行属于哪个单元，有哪些疑问"),
    ("ledger diff", "后一期台账与前一期相比的增、减、改，按各行的编号"),
    ("ledger write", "写出方案之后的台账，列和次序不变，另列各行调整前后所属单元"),
    ("packs", "系统包：台账表头的含义、指标和规则。列出程序自带的，或说明其中一个"),
    ("repair", "修复边界：顶点、缝隙、重叠、无效的环；说明改动并检查结果"),
    ("help", "显示说明"),
];

/// What each argument means: the command, or nothing for all that have it; its id; the text.
const ARGS: &[(&str, &str, &str)] = &[
    ("", "help", "显示说明"),
    ("", "version", "显示版本"),
    ("", "lang", "消息、表格和说明的语言：zh 或 en；默认随系统。JSON 的键不随语言变化"),
    ("", "subcommand", "要说明的命令"),
    ("quhua", "files", "在窗口中打开的边界文件；不给则打开示例县"),
    (
        "",
        "layers",
        "边界文件，次序不限：一个，或上下几级（组、村、乡镇）；或一个项目文件。点和线的文件、要连接的表格可一并给出",
    ),
    ("", "code", "单元代码字段"),
    ("", "name", "单元名称字段"),
    ("", "parent", "上级单元代码字段"),
    ("", "parent_name", "上级单元名称字段"),
    ("", "kind", "单元类型字段"),
    ("", "population", "人口字段"),
    ("", "sum", "需要相加的字段；可以多次给出。此处和以上各项给空名称表示没有这样的字段"),
    ("", "declared_area", "登记面积字段（DCMJ、面积）；随合并相加，并与图上面积比较。默认按名称和数值判断"),
    ("", "declared_area_unit", "登记面积的单位：m2、mu、ha、wan_mu 或 km2。默认与图上面积比较得出"),
    (
        "",
        "join",
        "把表格中的数值连接到单元，先按代码，再按名称：CSV、XLSX、XLS 或 ODS；# 后为工作表，不给则取最合适的一个。可以多次给出；\
         与边界文件一并给出的表格也会连接",
    ),
    ("", "approved", "方案批准日，如 2019-12-18；系统包中的时限由此起算。默认取项目所记"),
    ("", "as_of", "基准日，如 2020-06-30；天数、是否逾期按这一天计算，不取本机时钟。默认取项目所记"),
    (
        "",
        "repair",
        "读取时修复边界：相距不到 1 米的边界视为同一条，填补宽 100 米以内的缝隙，重叠处归公共边界最长的单元。repair 子命令可用其他宽度，\
         并写出结果。在修复后的边界上做的方案自会注明，无须此选项",
    ),
    (
        "",
        "join_accept",
        "代码和名称都对不上、但确属同一单元的行：JSON 列表，如 [{\"row\": 12, \"unit\": \"510722001001\"}]；连接多个表格时另加 \
         \"file\" 和 \"sheet\"。check --json 会给出相近的单元",
    ),
    (
        "",
        "ledger",
        "台账，即县里保管的医疗、学校、机构、资产、道路、任务等清单：CSV、XLSX、XLS、ODS，或点、线图层；# 后写工作表或图层。= 后是方案和算式中的名称，不写则用文件名。可以多次给出",
    ),
    (
        "",
        "ledger_accept",
        "台账中位置、代码、名称都说不清所属单元的行：JSON，形如 {\"health\": {\"H4\": \"510722101202\"}}，按各行编号",
    ),
    (
        "",
        "pack",
        "系统包：台账表头的含义、词表、指标和规则。程序自带的名称（quhua packs 列出），含 pack.toml 的文件夹或压缩包，或文件。可以多次给出",
    ),
    ("", "number", "代替系统包中某个参数的数，例如权重或分数线，写作 名称=数。可以多次给出"),
    ("packs", "pack", "要说明的系统包：程序自带的名称，含 pack.toml 的文件夹或压缩包，或文件；不给则列出程序自带的"),
    ("ledger diff", "was", "前一期台账；# 后写工作表"),
    ("ledger diff", "now", "后一期台账"),
    ("ledger write", "private", "涉及个人的列（姓名、电话）也写出"),
    ("ledger write", "output", "写到哪个文件夹：每份台账一个工作簿（XLSX）；没有则新建"),
    ("", "join_text", "一并连接的文字列，按其在表格中的列名，可以多次给出；列名表明是书记、地址、类型等的，自动取用"),
    (
        "",
        "join_level",
        "表格各行所属的单元级别（已读取该级边界时）：group、village、township、county 或 parent；默认取对应行数最多的一级",
    ),
    ("", "layer", "读取的图层，用于含多个图层的文件；可多次给出，各为一级。默认读取互为上下级的图层（以包含关系为据）"),
    (
        "",
        "levels",
        "一个图层中有多级单元时按什么分开：写明级别的字段（级别、admin_level 等），或 @codes（代码）、@parents（上级代码）、@names（通名）、@place（包含关系）；空名称表示都是同一级。默认在字段、代码或名称写明且与包含关系相符时自动分开",
    ),
    (
        "",
        "encoding",
        "文字编码：GB18030、UTF-8、Big5、windows-1252 等，用于不注明编码的格式。默认以文件所注为准，否则由文字推断",
    ),
    (
        "",
        "crs",
        "文件的坐标系，用于文件未注明或注明有误时：代码（如 EPSG:4523）、名称、gcj02 或 bd09。默认采用文件注明的坐标系，并与坐标数值核对",
    ),
    (
        "",
        "profile",
        "读取配置：说明含有这些列的文件按什么读取（图层、编码、坐标系、各列含义、取用表格的哪些数值），可在窗口中保存。与其他选项不一致时，以选项为准",
    ),
    ("", "max_file_size", "可读取的最大文件，MiB"),
    ("", "max_vertices", "最多读取的顶点数"),
    ("", "plan", "先执行的方案"),
    ("", "scenario", "先执行的项目内方案，按名称"),
    ("", "allow_other_base", "方案是为其他文件编制的，也照样执行"),
    (
        "",
        "level",
        "单元级别：group（组）、village（村）、township（乡镇）、county（县）或 atom；默认为方案所调整的级别，否则为最细一级",
    ),
    (
        "",
        "area_method",
        "面积算法：geodesic（测地线，WGS 84）或 ellipsoid-trapezoid（国土调查椭球梯形公式，CGCS2000）；默认随项目，否则为 geodesic",
    ),
    (
        "",
        "figure",
        "自定指标，逐个单元计算：人均耕地 = 耕地面积_亩 / 户籍人口。可用字段、人口、面积（km²；area_ha、area_mu）、密度、\
         距离（km）、+ - * / 和括号、min、max、round、abs、coalesce、if。可以多次给出；项目中保存的也在内",
    ),
    ("", "json", "输出 JSON"),
    ("", "csv", "输出表格：CSV，UTF-8，带字节顺序标记"),
    ("", "seed", "随机数种子：同样的种子得到同样的结果"),
    ("", "title", "标题；默认为方案名称，否则为整个区域或文件的名称"),
    (
        "",
        "style",
        "填色：neighbours（相邻不同色）、population、density、area、radius、compactness、某个字段或 --figure 的名称。后面可加 \
         :jenks（默认）、:quantile 或 :equal 指定分级方法；分级按调整前的数值",
    ),
    ("check", "gap_width", "封闭空隙窄于此宽度的是缝隙，更宽的是空洞；米"),
    (
        "check",
        "rules",
        "另按规则包判断各单元：文件，或程序自带规则包的名称（structure、sichuan-2021-towns、hunan-2015-townships、\
         hunan-2015-villages）。与 --plan 或 --scenario 同用时，判断调整之后的单元；不给则用项目所选的规则包",
    ),
    ("metrics", "json", "输出 JSON（默认）"),
    ("apply", "output", "写出调整后边界的文件，按结尾确定格式；.gpkg 以每一级为一个图层。- 为标准输出上的 GeoJSON"),
    (
        "",
        "format",
        "写出的格式，用于文件名不足以说明时：.gpkg 既可是项目（project），也可是只含图层的 GeoPackage（geopackage）",
    ),
    ("", "to_crs", "写出的坐标系：代码（如 EPSG:4544）或名称。默认为 WGS 84 经纬度"),
    ("", "wkt", "CSV 表格中另加一列边界（WKT）"),
    (
        "",
        "field",
        "合并后的单元如何处理某个源字段：sum、mean:population、mean:area、min、max、keep（保留单元的）、list、none，或 \
         ratio:分子/分母*系数。可以多次给出；其余字段按项目中的规则，否则按名称和数值推断",
    ),
    ("apply", "crosswalk", "另写新旧单元对照表：CSV；文件名以 .xlsx 结尾则为工作簿"),
    ("apply", "summary", "另写调整前后的指标（JSON）"),
    ("apply", "no_certificate", "不在边界旁写边界核验单（OUT.certificate.json 和 OUT.certificate.html）"),
    ("compare", "plan", "要比选的方案，与调整前的单元并列，也互相比较；连同项目内方案最多四个"),
    ("compare", "scenario", "要比选的项目内方案，按名称；连同方案文件最多四个"),
    (
        "compare",
        "level",
        "只比较这一级别：group（组）、village（村）、township（乡镇）、county（县）或 atom；默认全部级别",
    ),
    ("compare", "json", "输出 JSON（默认）"),
    ("compare", "csv", "输出指标表：CSV，UTF-8，带字节顺序标记"),
    ("compare", "worst", "离驻地更远的地点列出几处"),
    ("compare", "crosswalk", "另写两个方案之间的单元对照表：CSV；文件名以 .xlsx 结尾则为工作簿。见 --between"),
    ("compare", "between", "对照表的两方：0 为调整前，1 为第一个方案；默认：一个方案时为 0,1，多个时为 1,2"),
    ("", "output", "写到哪个文件；- 为标准输出"),
    ("ensemble", "rules", "遵守规则包中的通道和阻隔：文件，或程序自带规则包的名称"),
    ("ensemble", "samples", "抽取多少个随机方案"),
    ("", "plan_a", "方案文件，或 PROJECT.gpkg#NAME（项目中的方案）"),
    ("diff", "plan_b", "与之比较的方案"),
    ("merge", "plan_b", "排在后面的方案"),
    ("merge", "layers", "两个方案在其上执行的边界文件，或一个项目文件"),
    ("merge", "ancestor", "两个方案共同的起点；默认为两者开头相同的部分"),
    ("merge", "prefer", "冲突时执行哪个方案（a 或 b）的调整，另一个的不执行；默认冲突的都不执行"),
    ("merge", "output", "合成的方案写到哪个文件；- 为标准输出"),
    ("merge", "json", "在标准输出上以 JSON 列出冲突"),
    ("rebase", "plan", "方案文件，或 PROJECT.gpkg#NAME（项目中的方案）"),
    ("rebase", "output", "移到这些边界上的方案写到哪个文件；- 为标准输出"),
    ("rebase", "json", "在标准输出上以 JSON 列出不再适用的调整"),
    ("take", "plan", "项目和其中方案的名称"),
    (
        "render",
        "symbols",
        "图上以符号表示的台账：台账名，by 之后是区分符号的列，文字用形状和颜色，数字用大小，如 \"health by level\"。可多次给出",
    ),
    (
        "page",
        "symbols",
        "图上以符号表示的台账：台账名，by 之后是区分符号的列，文字用形状和颜色，数字用大小，如 \"health by level\"。可多次给出",
    ),
    ("render", "size", "图幅：a3、a3-portrait、a4、a4-portrait，或像素宽和高，各 200 至 16000；纸上 96 像素为一英寸"),
    ("render", "output", "地图写到哪个文件：.png、.svg 或 .pdf；- 为标准输出上的 SVG"),
    ("suggest", "to", "这一级别最后保留多少个单元；不给则一直合并到没有单元低于规则的人口或面积下限"),
    ("suggest", "rules", "规则包：人口和面积的限值、通道和阻隔、需要分开的单元。文件，或程序自带规则包的名称"),
    (
        "suggest",
        "weights",
        "各项的权重：改变隶属的人口（disruption）、到驻地的路程（ways）、规模均衡（even）、形状紧凑（compact）、规则限值\
         （size）。默认：disruption=1,ways=1,even=1,compact=0.5,size=1",
    ),
    (
        "suggest",
        "max_area",
        "合并后面积的上限，带单位，如 250km2；none 表示不限。默认按规则的上限，没有则为目标平均面积的 5 倍。error 级规则始终遵守",
    ),
    (
        "suggest",
        "max_distance",
        "并入单元的驻地与保留单元驻地的最大距离，如 15km；none 表示不限。默认为相邻单元驻地平均距离的 2 倍",
    ),
    ("suggest", "across_kinds", "允许城乡类型不同的单元合并，如镇并入街道"),
    ("suggest", "rounds", "改进多少轮。同样的数得到同样的方案，更多可能找到更好的"),
    ("suggest", "output", "方案写到哪个文件，--plan 或 --scenario 的调整在前"),
    ("suggest", "json", "以 JSON 输出理由"),
    ("repair", "output", "写到哪个文件，按结尾确定格式；.gpkg 为包含全部图层的项目。- 为标准输出上的 GeoJSON"),
    ("repair", "gap_width", "窄于此宽度的封闭空隙予以填补；米"),
    ("repair", "snap", "相距小于此值的边界视为同一条，顶点移动不超过此值；米"),
    ("repair", "overlap", "重叠处归谁：border（公共边界最长的单元）、leave（不处理），或单元代码（涉及该单元时归它）"),
    ("repair", "gap", "封闭缝隙归谁：border、leave（保留，如水面），或单元代码"),
    ("repair", "log", "同时写出所做的改动（JSON）；- 为标准输出"),
    (
        "convert",
        "output",
        "写到哪个文件，按结尾确定格式。给出 --plan、--scenario 或 --level 时写出其结果，.gpkg 以每一级为一个图层；不给时 .gpkg \
         为项目，含全部图层及点和线。- 为标准输出上的 GeoJSON",
    ),
];

const TEMPLATE: &str = "{about-with-newline}\n用法：{usage}\n\n{all-args}";

fn about(command: &str) -> Option<&'static str> {
    COMMANDS.iter().find(|(name, _)| *name == command).map(|&(_, text)| text)
}

/// What an argument of a command means: as it is there, or else as it is everywhere.
fn meaning(command: &str, arg: &str) -> Option<&'static str> {
    let row = |of: &str| ARGS.iter().find(|(command, id, _)| *command == of && *id == arg);
    row(command).or_else(|| row("")).map(|&(_, _, text)| text)
}

/// A command, and all below it, with its help in Chinese.
pub(super) fn in_chinese(mut command: Command) -> Command {
    // Only now are the arguments and commands for help and version there.
    command.build();
    translated(command, "")
}

fn translated(command: Command, parent: &str) -> Command {
    let name = known_as(parent, command.get_name());
    let text = about(&name);
    let command = command
        .mut_args(|arg| translated_arg(&name, arg))
        .mut_subcommands(|sub| translated(sub, &name))
        .subcommand_help_heading("命令")
        .help_template(TEMPLATE);
    match text {
        Some(text) => command.about(text).long_about(None::<&'static str>),
        None => command,
    }
}

/// What the tables call a command: with the one above it where that tells it from another of its name.
fn known_as(parent: &str, name: &str) -> String {
    let whole = format!("{parent} {name}");
    if about(&whole).is_some() { whole } else { name.to_owned() }
}

/// An argument with its help in Chinese, with what clap adds to help in English.
fn translated_arg(command: &str, arg: Arg) -> Arg {
    let heading = if arg.is_positional() { "参数" } else { "选项" };
    let arg = arg.help_heading(heading);
    let Some(text) = meaning(command, arg.get_id().as_str()) else { return arg };
    let defaults: Vec<_> = arg.get_default_values().iter().map(|value| value.to_string_lossy()).collect();
    let takes_value = arg.get_action().takes_values();
    let text = match defaults.as_slice() {
        [_, ..] if takes_value && !arg.is_hide_default_value_set() => format!("{text}（默认：{}）", defaults.join(",")),
        _ => text.to_owned(),
    };
    arg.help(text).long_help(None::<&'static str>).hide_default_value(true).hide_possible_values(true)
}

/// Complaints about arguments in Chinese.
pub(super) struct Chinese;

impl ErrorFormatter for Chinese {
    fn format_error(error: &Error<Self>) -> StyledStr {
        let mut text = format!("错误：{}\n", complaint(error));
        if let Some(ContextValue::StyledStr(usage)) = error.get(ContextKind::Usage) {
            let usage = usage.to_string();
            let usage = usage.trim().trim_start_matches("Usage:").trim();
            text.extend(["\n用法：", usage, "\n"]);
        }
        text.push_str("\n更多说明请用 --help\n");
        text.into()
    }
}

/// Values of a context, as a list.
fn said(error: &Error<Chinese>, kind: ContextKind) -> Option<String> {
    match error.get(kind)? {
        ContextValue::String(text) => Some(text.clone()),
        ContextValue::Strings(texts) => Some(texts.join("、")),
        ContextValue::StyledStr(text) => Some(text.to_string()),
        ContextValue::StyledStrs(texts) => Some(texts.iter().map(ToString::to_string).collect::<Vec<_>>().join("、")),
        ContextValue::Number(number) => Some(number.to_string()),
        ContextValue::Bool(is_so) => Some(is_so.to_string()),
        _ => None,
    }
}

fn complaint(error: &Error<Chinese>) -> String {
    let said = |kind| said(error, kind).unwrap_or_default();
    let [arg, value] = [ContextKind::InvalidArg, ContextKind::InvalidValue].map(said);
    let text = match error.kind() {
        ErrorKind::InvalidValue if value.is_empty() => format!("参数“{arg}”缺少值"),
        ErrorKind::InvalidValue => {
            format!("参数“{arg}”的值“{value}”无效；可用：{}", said(ContextKind::ValidValue))
        }
        ErrorKind::ValueValidation => format!("参数“{arg}”的值“{value}”无效：{}", reason(error)),
        ErrorKind::UnknownArgument => format!("没有参数“{arg}”"),
        ErrorKind::InvalidSubcommand => format!("没有命令“{}”", said(ContextKind::InvalidSubcommand)),
        ErrorKind::NoEquals => format!("参数“{arg}”应写作 {arg}=值"),
        ErrorKind::TooManyValues => format!("参数“{arg}”的值过多：“{value}”"),
        ErrorKind::TooFewValues => {
            let (least, given) = (said(ContextKind::MinValues), said(ContextKind::ActualNumValues));
            format!("参数“{arg}”至少需要 {least} 个值，给出了 {given} 个")
        }
        ErrorKind::WrongNumberOfValues => {
            let (wanted, given) = (said(ContextKind::ExpectedNumValues), said(ContextKind::ActualNumValues));
            format!("参数“{arg}”需要 {wanted} 个值，给出了 {given} 个")
        }
        ErrorKind::ArgumentConflict => match said(ContextKind::PriorArg) {
            other if other.is_empty() || other == arg => format!("参数“{arg}”只能给出一次"),
            other => format!("参数“{arg}”不能与“{other}”同时使用"),
        },
        ErrorKind::MissingRequiredArgument => format!("缺少必需的参数：{arg}"),
        ErrorKind::MissingSubcommand => format!("请给出命令：{}", said(ContextKind::ValidSubcommand)),
        ErrorKind::InvalidUtf8 => "参数不是有效的 UTF-8 文字".to_owned(),
        // Of clap's own kinds, which it may add to.
        other => other.as_str().unwrap_or("参数有误").to_owned(),
    };
    let near = [ContextKind::SuggestedArg, ContextKind::SuggestedSubcommand, ContextKind::SuggestedValue].map(said);
    match near.iter().find(|near| !near.is_empty()) {
        Some(near) => format!("{text}；是否应为“{near}”？"),
        None => text,
    }
}

/// Why a value is none: our own errors know Chinese.
fn reason(error: &Error<Chinese>) -> String {
    let Some(source) = std::error::Error::source(error) else { return "无法识别".to_owned() };
    let ours = [
        source.downcast_ref::<UnknownLevel>().map(Say::zh),
        source.downcast_ref::<UnknownLandUnit>().map(Say::zh),
        source.downcast_ref::<UnknownAreaMethod>().map(Say::zh),
        source.downcast_ref::<WeightsError>().map(Say::zh),
        source.downcast_ref::<MeasureError>().map(Say::zh),
        source.downcast_ref::<NoDay>().map(Say::zh),
        source.downcast_ref::<NoNumber>().map(Say::zh),
        source.downcast_ref::<NotMetres>().map(Say::zh),
        source.downcast_ref::<std::num::ParseIntError>().map(|_| "应为整数".to_owned()),
        source.downcast_ref::<std::num::ParseFloatError>().map(|_| "应为数字".to_owned()),
    ];
    ours.into_iter().flatten().next().unwrap_or_else(|| source.to_string())
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use clap::CommandFactory as _;

    use super::*;
    use crate::cli::Cli;

    /// Every command with its arguments.
    fn walk(command: &Command, parent: &str, found: &mut Vec<(String, Vec<String>)>) {
        let args = command.get_arguments().map(|arg| arg.get_id().to_string()).collect();
        let name = known_as(parent, command.get_name());
        found.push((name.clone(), args));
        command.get_subcommands().filter(|it| it.get_name() != "help").for_each(|it| walk(it, &name, found));
    }

    #[test]
    fn every_command_and_argument_has_chinese_help_and_no_row_is_left_over() {
        let mut command = Cli::command();
        command.build();
        let mut commands = Vec::new();
        walk(&command, "", &mut commands);
        let (mut used, mut missing) = (BTreeSet::from([(String::new(), "subcommand".to_owned())]), Vec::new());
        for (name, args) in &commands {
            missing.extend(about(name).is_none().then(|| name.clone()));
            for arg in args {
                let of = if ARGS.iter().any(|row| row.0 == name && row.1 == arg) { name } else { "" };
                used.insert((of.to_owned(), arg.clone()));
                missing.extend(meaning(name, arg).is_none().then(|| format!("{name} {arg}")));
            }
        }
        assert_eq!(missing, Vec::<String>::new());
        let rows = ARGS.iter().map(|row| (row.0.to_owned(), row.1.to_owned())).collect::<BTreeSet<_>>();
        assert_eq!(rows.difference(&used).collect::<Vec<_>>(), Vec::<&(String, String)>::new());
        let names: Vec<&str> = commands.iter().map(|(name, _)| name.as_str()).chain(["help"]).collect();
        assert!(COMMANDS.iter().all(|(name, _)| names.contains(name)));
    }

    #[test]
    fn help_is_chinese_down_to_its_headings() {
        let mut command = in_chinese(Cli::command());
        let check = command.find_subcommand_mut("check").unwrap();
        let help = check.render_long_help().to_string();
        for part in ["检查边界和属性的质量", "用法：", "参数", "选项", "--gap-width <METRES>", "（默认：100）"]
        {
            assert!(help.contains(part), "{part}\n{help}");
        }
        let english = ["Usage", "Options", "Arguments", "Print", "default", "possible"];
        assert!(!english.iter().any(|word| help.contains(word)), "{help}");
    }

    #[test]
    fn complaints_about_arguments_are_chinese() {
        let complaint = |line: &str| {
            let error = in_chinese(Cli::command()).try_get_matches_from(line.split(' ')).unwrap_err();
            error.apply::<Chinese>().to_string()
        };
        assert!(complaint("quhua check").contains("缺少必需的参数：<LAYER>..."));
        assert!(complaint("quhua check a --level hamlet").contains("“hamlet”不是级别"));
        assert!(complaint("quhua check a --gap-widht 3").contains("没有参数“--gap-widht”；是否应为“--gap-width”？"));
        assert!(complaint("quhua metrics a --csv --json").contains("不能与“--"));
        assert!(complaint("quhua check a --lang de").contains("“de”无效；可用：zh、en"));
        assert!(complaint("quhua check").contains("用法：quhua check"));
    }
}
