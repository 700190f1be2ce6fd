//! Texts with parts. Numbers come in as numbers, names as text.

use rust_decimal::Decimal;

use super::Lang;
use super::numbers;

/// What was done, and why.
#[must_use]
pub fn with_reason(lang: Lang, what: &str, why: &str) -> String {
    match lang {
        Lang::Zh => format!("{what}（{why}）"),
        Lang::En => format!("{what} ({why})"),
    }
}

/// Name of the field with the people of a part of a unit.
#[must_use]
pub fn people_of_part(lang: Lang, part: usize) -> String {
    match lang {
        Lang::Zh => format!("第 {part} 部分人口"),
        Lang::En => format!("People of part {part}"),
    }
}

/// `3 selected`
#[must_use]
pub fn selected(lang: Lang, units: usize) -> String {
    let units = numbers::count(units);
    match lang {
        Lang::Zh => format!("已选 {units} 个"),
        Lang::En => format!("{units} selected"),
    }
}

/// `undone: …`
#[must_use]
pub fn undone(lang: Lang, what: &str) -> String {
    match lang {
        Lang::Zh => format!("已撤回：{what}"),
        Lang::En => format!("Undone: {what}"),
    }
}

/// `done again: …`
#[must_use]
pub fn redone(lang: Lang, what: &str) -> String {
    match lang {
        Lang::Zh => format!("已重做：{what}"),
        Lang::En => format!("Done again: {what}"),
    }
}

/// Rules that are kept before and after, in one line; `is_all` when there are no others.
#[must_use]
pub fn rules_stay_kept(lang: Lang, rules: usize, is_all: bool) -> String {
    match (lang, is_all) {
        (Lang::Zh, true) => format!("{rules} 条规则都符合"),
        (Lang::Zh, false) => format!("其余 {rules} 条规则符合"),
        (Lang::En, true) => format!("All {rules} rules are kept"),
        (Lang::En, false) => format!("The other {rules} are kept"),
    }
}

/// What undo would undo, for its tooltip.
#[must_use]
pub fn would_undo(lang: Lang, what: &str) -> String {
    match lang {
        Lang::Zh => format!("撤回：{what}"),
        Lang::En => format!("Undo: {what}"),
    }
}

/// What redo would do, for its tooltip.
#[must_use]
pub fn would_redo(lang: Lang, what: &str) -> String {
    match lang {
        Lang::Zh => format!("重做：{what}"),
        Lang::En => format!("Redo: {what}"),
    }
}

/// A file was opened.
#[must_use]
pub fn opened(lang: Lang, name: &str, units: usize, level: &str) -> String {
    let units = numbers::count(units);
    match lang {
        Lang::Zh => format!("已打开 {name}：{level} {units} 个"),
        Lang::En => format!("Opened {name}: {units} {}", level.to_lowercase()),
    }
}

/// Work that was left behind was taken up again.
#[must_use]
pub fn recovered(lang: Lang, name: &str) -> String {
    match lang {
        Lang::Zh => format!("已恢复上次未保存的工作：{name}"),
        Lang::En => format!("Work on {name} that was not saved last time is back"),
    }
}

/// Work cannot be kept on the disk.
#[must_use]
pub fn cannot_keep(lang: Lang, why: &str) -> String {
    match lang {
        Lang::Zh => format!("自动留存暂停，请尽快保存：{why}"),
        Lang::En => format!("Your work is not being kept for now; save it soon. {why}"),
    }
}

/// An edit of a plan or scenario was refused.
#[must_use]
pub fn left_over(lang: Lang, number: usize, why: &str) -> String {
    match lang {
        Lang::Zh => format!("第 {number} 项调整未能执行：{why}"),
        Lang::En => format!("Edit {number} could not be carried out: {why}"),
    }
}

/// Edits of a plan or scenario were refused, and where they are.
#[must_use]
pub fn left_over_edits(lang: Lang, count: usize) -> String {
    match lang {
        Lang::Zh => format!("{count} 项调整未能执行，已列在“方案”页中"),
        Lang::En => {
            let edits = numbers::of(count, "edit", "edits");
            format!("{edits} could not be carried out; the tab Scenarios lists what was left")
        }
    }
}

/// Edits that could not be carried out before can be now, and where that is done.
#[must_use]
pub fn left_over_ready(lang: Lang, count: usize) -> String {
    match lang {
        Lang::Zh => format!("{count} 项先前未能执行的调整现在可以执行，请在“方案”页中重试"),
        Lang::En => {
            let edits = numbers::of(count, "edit", "edits");
            format!("{edits} could not be carried out before and can be now: see the tab Scenarios")
        }
    }
}

/// Work that was left behind waits, while something else was opened.
#[must_use]
pub fn work_waits(lang: Lang, title: &str) -> String {
    match lang {
        Lang::Zh => format!("上次“{title}”中的工作尚未保存，仍然保留着：再次打开它，或不带文件启动本程序，即可恢复"),
        Lang::En => format!(
            "Work upon \"{title}\" was never saved and is kept still: it comes back when that is opened again, or at a start \
             without a file"
        ),
    }
}

/// Accepts all that may be meant, how many rows that is.
#[must_use]
pub fn join_accept_all(lang: Lang, rows: usize) -> String {
    match lang {
        Lang::Zh => format!("全部采纳只有一个候选的 {rows} 行"),
        Lang::En => format!("Accept all {rows} with one candidate"),
    }
}

/// Name of a new scenario.
#[must_use]
pub fn scenario_name(lang: Lang, number: usize) -> String {
    const NUMERALS: [&str; 10] = ["一", "二", "三", "四", "五", "六", "七", "八", "九", "十"];
    match lang {
        Lang::Zh => match NUMERALS.get(number.wrapping_sub(1)) {
            Some(numeral) => format!("方案{numeral}"),
            None => format!("方案{number}"),
        },
        Lang::En => format!("Scenario {number}"),
    }
}

/// A scenario was branched off.
#[must_use]
pub fn branched(lang: Lang, name: &str) -> String {
    match lang {
        Lang::Zh => format!("已分出 {name}，之后的调整记在其中"),
        Lang::En => format!("{name} starts here; what you do now goes into it"),
    }
}

/// Another scenario is shown.
#[must_use]
pub fn switched(lang: Lang, name: &str) -> String {
    match lang {
        Lang::Zh => format!("当前方案：{name}"),
        Lang::En => format!("Now showing {name}"),
    }
}

/// A scenario with the borders of another over it.
#[must_use]
pub fn ghost_of(lang: Lang, name: &str, over: &str) -> String {
    match lang {
        Lang::Zh => format!("{name}（虚线：{over}的界线）"),
        Lang::En => format!("{name} (dashed: borders of {over})"),
    }
}

/// What is compared, at which level.
#[must_use]
pub fn compared(lang: Lang, names: &[String], level: &str) -> String {
    match lang {
        Lang::Zh => format!("{} · {level}", names.join(" ↔ ")),
        Lang::En => format!("{} · {}", names.join(" ↔ "), level.to_lowercase()),
    }
}

/// How much one scenario changes against another.
#[must_use]
pub fn changes_of(lang: Lang, name: &str, first: &str, count: usize) -> String {
    match lang {
        Lang::Zh => format!("{name} 与 {first} 相比：{count} 项变化"),
        Lang::En if count == 1 => format!("{name} against {first}: 1 change"),
        Lang::En => format!("{name} against {first}: {count} changes"),
    }
}

/// How many places are farther from their seat in one scenario than in another.
#[must_use]
pub fn farther_in(lang: Lang, name: &str, first: &str, count: usize) -> String {
    match lang {
        Lang::Zh => format!("{name} 与 {first} 相比：{count} 处离驻地更远（人口 · 增加 · 现距离）"),
        Lang::En => format!("{name} against {first}: {count} places farther from their seat (people · by · now)"),
    }
}

/// Facilities and lines were read.
#[must_use]
pub fn facilities_opened(lang: Lang, points: usize, lines: usize) -> String {
    let [points_text, lines_text] = [points, lines].map(numbers::count);
    match (lang, points, lines) {
        (Lang::Zh, 0, _) => format!("已显示线 {lines_text} 条"),
        (Lang::Zh, _, 0) => format!("已显示设施点 {points_text} 个"),
        (Lang::Zh, ..) => format!("已显示设施点 {points_text} 个、线 {lines_text} 条"),
        (Lang::En, 0, _) => format!("{lines_text} lines are on the map"),
        (Lang::En, _, 0) => format!("{points_text} facilities are on the map"),
        (Lang::En, ..) => format!("{points_text} facilities and {lines_text} lines are on the map"),
    }
}

/// Heading of the sheet of a table.
#[must_use]
pub fn join_title(lang: Lang, file: &str) -> String {
    match lang {
        Lang::Zh => format!("连接表格：{file}"),
        Lang::En => format!("Join {file}"),
    }
}

/// A row of a table, and what is said of it.
#[must_use]
pub fn join_row(lang: Lang, row: usize, what: &str) -> String {
    match lang {
        Lang::Zh => format!("第 {row} 行  {what}"),
        Lang::En => format!("Row {row}  {what}"),
    }
}

/// Where the date of a figure was found.
#[must_use]
pub fn join_as_of(lang: Lang, from: &str) -> String {
    match lang {
        Lang::Zh => format!("数据截至此日，见{from}"),
        Lang::En => format!("as of this date, by the {from}"),
    }
}

/// A unit that a row may be of, and how alike the two are.
#[must_use]
pub fn join_is(lang: Lang, unit: &str, likeness: f64) -> String {
    let percent = (likeness * 100.0).round();
    match lang {
        Lang::Zh => format!("就是 {unit}（相似 {percent}%）"),
        Lang::En => format!("it is {unit} ({percent} % alike)"),
    }
}

/// Rows that are of one unit, and which one counts.
#[must_use]
pub fn join_twice(lang: Lang, (code, name): (&str, &str), rows: &str, counts: Option<usize>) -> String {
    match (lang, counts) {
        (Lang::Zh, Some(row)) => format!("{code} {name}：第 {rows} 行，取第 {row} 行"),
        (Lang::Zh, None) => format!("{code} {name}：第 {rows} 行，内容不同，均未采用"),
        (Lang::En, Some(row)) => format!("{code} {name}: rows {rows}; row {row} counts"),
        (Lang::En, None) => format!("{code} {name}: rows {rows} differ, and none counts"),
    }
}

/// More of a list than is shown.
#[must_use]
pub fn join_more(lang: Lang, count: usize) -> String {
    let count = numbers::count(count);
    match lang {
        Lang::Zh => format!("另有 {count} 项"),
        Lang::En => format!("and {count} more"),
    }
}

/// The button that joins a table.
#[must_use]
pub fn join_apply(lang: Lang, units: usize, figures: usize) -> String {
    let units = numbers::count(units);
    match lang {
        Lang::Zh => format!("连接 {figures} 项数值到 {units} 个单元"),
        Lang::En if figures == 1 => format!("Join 1 figure to {units} units"),
        Lang::En => format!("Join {figures} figures to {units} units"),
    }
}

/// A table was joined.
#[must_use]
pub fn table_joined(lang: Lang, source: &str, units: usize, figures: usize) -> String {
    let units = numbers::count(units);
    match lang {
        Lang::Zh => format!("已从 {source} 连接 {figures} 项数值到 {units} 个单元"),
        Lang::En if figures == 1 => format!("1 figure of {source} is joined to {units} units"),
        Lang::En => format!("{figures} figures of {source} are joined to {units} units"),
    }
}

/// A joined table was taken back.
#[must_use]
pub fn table_taken_back(lang: Lang, source: &str) -> String {
    match lang {
        Lang::Zh => format!("已取消连接 {source}"),
        Lang::En => format!("{source} is no longer joined"),
    }
}

/// A file was written.
#[must_use]
pub fn written(lang: Lang, path: &str) -> String {
    match lang {
        Lang::Zh => format!("已写入 {path}"),
        Lang::En => format!("Written to {path}"),
    }
}

/// A map cannot be written to a file of this name.
#[must_use]
pub fn no_such_map(lang: Lang, path: &str) -> String {
    match lang {
        Lang::Zh => format!("地图可写成 .pdf、.png 或 .svg，请改文件名结尾：{path}"),
        Lang::En => format!("Maps are written as .pdf, .png or .svg; end the name so: {path}"),
    }
}

/// There are too many units for a page.
#[must_use]
pub fn too_many_for_a_page(lang: Lang, units: usize, most: usize) -> String {
    let (units, most) = (numbers::count(units), numbers::count(most));
    match lang {
        Lang::Zh => format!("当前级别有 {units} 个单元，网页最多 {most} 个，请换到较粗的级别"),
        Lang::En => format!("This level has {units} units, a page takes {most}; choose a coarser level"),
    }
}

/// Boundaries were written, and their certificate beside them.
#[must_use]
pub fn written_with_certificate(lang: Lang, path: &str) -> String {
    match lang {
        Lang::Zh => format!("已写入 {path}，边界核验单在旁"),
        Lang::En => format!("Written to {path}, with its boundary certificate beside it"),
    }
}

/// Points or lines that were given take the place of those that a project keeps; how many of each.
#[must_use]
pub fn places_displaced(lang: Lang, points: usize, lines: usize) -> Option<String> {
    let what = match (lang, points, lines) {
        (_, 0, 0) => return None,
        (Lang::Zh, points, 0) => format!("{points} 个点"),
        (Lang::Zh, 0, lines) => format!("{lines} 条线"),
        (Lang::Zh, ..) => format!("{points} 个点和 {lines} 条线"),
        (Lang::En, points, 0) => format!("points of the project ({points})"),
        (Lang::En, 0, lines) => format!("lines of the project ({lines})"),
        (Lang::En, ..) => format!("points ({points}) and lines ({lines}) of the project"),
    };
    Some(match lang {
        Lang::Zh => format!("项目中原有的 {what}由新给出的代替"),
        Lang::En => format!("{what} are replaced by those given here"),
    })
}

/// The certificate of boundaries says that something in them is not as it was.
#[must_use]
pub fn certificate_failed(lang: Lang, path: &str) -> String {
    match lang {
        Lang::Zh => format!("边界核验未通过，请先查看旁边的核验单，再使用 {path}"),
        Lang::En => format!("the boundary certificate fails; read it beside the file before you use {path}"),
    }
}

/// Work on a file failed.
#[must_use]
pub fn failed(lang: Lang, path: &str, why: &str) -> String {
    match lang {
        Lang::Zh => format!("{path}：{why}"),
        Lang::En => format!("{path}: {why}"),
    }
}

/// A piece of work, by what it was doing, broke off because of a fault in the program.
#[must_use]
pub fn job_died(lang: Lang, doing: &str) -> String {
    match lang {
        Lang::Zh => format!("“{doing}”因程序内部错误而中断，单元没有改变，可以继续使用；详情见日志"),
        Lang::En => {
            format!("\"{doing}\" broke off because of a fault in the program. No unit was changed; see the log")
        }
    }
}

/// A job was cancelled.
#[must_use]
pub fn cancelled(lang: Lang, what: &str) -> String {
    match lang {
        Lang::Zh => format!("已取消：{what}"),
        Lang::En => format!("Cancelled: {what}"),
    }
}

/// A word that is no number.
#[must_use]
pub fn not_a_number(lang: Lang, word: &str) -> String {
    match lang {
        Lang::Zh => format!("“{word}”不是数字"),
        Lang::En => format!("\"{word}\" is not a number"),
    }
}

/// A number that is not larger than the one before it.
#[must_use]
pub fn not_ascending(lang: Lang, before: &str, next: &str) -> String {
    match lang {
        Lang::Zh => format!("须由小到大：{before} 之后是 {next}"),
        Lang::En => format!("{next} does not come after {before}"),
    }
}

/// More breaks than can be told apart.
#[must_use]
pub fn too_many_breaks(lang: Lang, most: usize) -> String {
    match lang {
        Lang::Zh => format!("最多 {most} 个分级点"),
        Lang::En => format!("At most {most} breaks"),
    }
}

/// Saved at a time of day.
#[must_use]
pub fn saved_at(lang: Lang, hour: u8, minute: u8) -> String {
    match lang {
        Lang::Zh => format!("已保存 {hour:02}:{minute:02}"),
        Lang::En => format!("saved {hour:02}:{minute:02}"),
    }
}

/// A word that is no condition on figures.
#[must_use]
pub fn not_a_condition(lang: Lang, word: &str) -> String {
    match lang {
        Lang::Zh => format!("“{word}”不是条件；例：>5000"),
        Lang::En => format!("\"{word}\" is no condition; write for example >5000"),
    }
}

/// Name of the place where the filter of a column is written.
#[must_use]
pub fn filter_of(lang: Lang, column: &str) -> String {
    match lang {
        Lang::Zh => format!("筛选：{column}"),
        Lang::En => format!("Filter: {column}"),
    }
}

/// Rows went to the clipboard.
#[must_use]
pub fn copied_rows(lang: Lang, rows: usize) -> String {
    match lang {
        Lang::Zh => format!("已复制 {} 行", numbers::count(rows)),
        Lang::En => format!("Copied {}", numbers::of(rows, "row", "rows")),
    }
}

/// How many figures are folded away.
#[must_use]
pub fn and_more_figures(lang: Lang, more: usize) -> String {
    let count = numbers::count(more);
    match (lang, more) {
        (Lang::Zh, _) => format!("其余 {count} 项指标"),
        (Lang::En, 1) => "1 more figure".to_owned(),
        (Lang::En, _) => format!("{count} more figures"),
    }
}

/// How many rows of ledgers stand at one symbol.
#[must_use]
pub fn rows_here(lang: Lang, rows: usize) -> String {
    let rows = numbers::count(rows);
    match lang {
        Lang::Zh => format!("此处 {rows} 行"),
        Lang::En => format!("{rows} rows here"),
    }
}

/// How many there are more than shown.
#[must_use]
pub fn and_more(lang: Lang, more: usize) -> String {
    let more = numbers::count(more);
    match lang {
        Lang::Zh => format!("另有 {more} 个"),
        Lang::En => format!("and {more} more"),
    }
}

/// `"12 of 250"`: how many pass the filter.
#[must_use]
pub fn of_all(lang: Lang, shown: usize, all: usize) -> String {
    let (shown, all) = (numbers::count(shown), numbers::count(all));
    match lang {
        Lang::Zh => format!("{shown} / {all}"),
        Lang::En => format!("{shown} of {all}"),
    }
}

/// Who ends up farther away, where seats of another level than the one shown are meant.
#[must_use]
pub fn from_seats_of(lang: Lang, title: &str, level: &str) -> String {
    match lang {
        Lang::Zh => format!("{title}（{level}驻地）"),
        Lang::En => format!("{title} ({}: their seats)", level.to_lowercase()),
    }
}

/// One of several parts of a unit that lie apart.
#[must_use]
pub fn part_apart(lang: Lang, number: usize, area: &str) -> String {
    match lang {
        Lang::Zh => format!("第 {number} 片 · {area}"),
        Lang::En => format!("Part {number} · {area}"),
    }
}

/// A filter leaves nothing of so many.
#[must_use]
pub fn all_hidden(lang: Lang, hidden: usize) -> String {
    let count = numbers::count(hidden);
    match lang {
        Lang::Zh => format!("筛选隐去了全部 {count} 项"),
        Lang::En if hidden == 1 => "The filter hides the only one".to_owned(),
        Lang::En => format!("The filter hides all {count}"),
    }
}

/// Names of several units: three by name, the rest by number.
#[must_use]
pub fn names(lang: Lang, names: &[&str]) -> String {
    const SHOWN: usize = 3;
    let separator = lang.pick("、", ", ");
    if names.len() <= SHOWN + 1 {
        return names.join(separator);
    }
    let rest = names.len() - SHOWN;
    match lang {
        Lang::Zh => format!("{} 等 {} 个", names[..SHOWN].join(separator), names.len()),
        Lang::En => format!("{} and {rest} more", names[..SHOWN].join(separator)),
    }
}

/// Title of the window.
#[must_use]
pub fn window_title(lang: Lang, document: &str, modified: bool) -> String {
    let mark = if modified { "• " } else { "" };
    match lang {
        Lang::Zh => format!("{mark}{document} – 区划"),
        Lang::En => format!("{mark}{document} – Quhua"),
    }
}

/// Transfers by dragging: what happens on letting go.
#[must_use]
pub fn drop_transfers(lang: Lang, what: &str, to: &str) -> String {
    match lang {
        Lang::Zh => format!("划转 {what} → {to}"),
        Lang::En => format!("Transfer {what} → {to}"),
    }
}

/// What would be lost.
#[must_use]
pub fn unsaved(lang: Lang, document: &str, unsaved: &Unsaved) -> String {
    let Unsaved { is_saved, scenarios, steps, tables, repaired } = *unsaved;
    let is_zh = lang == Lang::Zh;
    if is_saved {
        return match lang {
            Lang::Zh => format!("“{document}”上次保存以后的改动还没有写入项目文件，不保存将丢失。"),
            Lang::En => format!("What was changed in \"{document}\" since it was last saved would be lost."),
        };
    }
    let mut what: Vec<String> = Vec::new();
    if scenarios > 1 {
        what.push(if is_zh {
            format!("{scenarios} 个方案")
        } else {
            numbers::of(scenarios, "scenario", "scenarios")
        });
    } else if steps > 0 {
        what.push(if is_zh { format!("{steps} 步调整") } else { numbers::of(steps, "step", "steps") });
    }
    if tables > 0 {
        let joined = numbers::of(tables, "joined table", "joined tables");
        what.push(if is_zh { format!("接入的 {tables} 个表格") } else { joined });
    }
    if repaired {
        what.push(lang.pick("边界修复", "the repair of borders").to_owned());
    }
    if what.is_empty() {
        what.push(lang.pick("已作的改动", "what was set").to_owned());
    }
    match lang {
        Lang::Zh => format!("“{document}”还没有保存为项目，不保存将丢失：{}。", what.join("、")),
        Lang::En => format!("\"{document}\" is in no project yet. This would be lost: {}.", what.join(", ")),
    }
}

/// What of a document is in no file.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Unsaved {
    /// Whether it was saved before, and only what came after that is in no file.
    pub is_saved: bool,
    /// How many scenarios there are.
    pub scenarios: usize,
    /// Steps of the one that is looked at.
    pub steps: usize,
    /// Tables that were joined.
    pub tables: usize,
    /// Whether borders were repaired.
    pub repaired: bool,
}

/// A plan was carried out.
#[must_use]
pub fn plan_opened(lang: Lang, name: &str, edits: usize) -> String {
    match lang {
        Lang::Zh => format!("已打开方案 {name}：{edits} 步"),
        Lang::En => format!("Opened plan {name}: {}", numbers::of(edits, "step", "steps")),
    }
}

/// How many people end up farther from a seat, and by how much on average, in m; at least so many where the people of
/// some places are not known.
#[must_use]
pub fn people_farther(lang: Lang, people: Decimal, mean_m: f64, unknown: usize) -> String {
    if people.is_zero() && unknown > 0 {
        return match lang {
            Lang::Zh => format!("{unknown} 处离驻地更远，人口未知，人数和平均距离无法计算"),
            Lang::En => format!(
                "{} farther from a seat; their people are unknown, and so is the distance on average",
                numbers::of(unknown, "place ends up", "places end up")
            ),
        };
    }
    let (people, km) = (numbers::people(people, lang), numbers::km(mean_m));
    match (lang, unknown) {
        (Lang::Zh, 0) => format!("{people} 人离驻地更远，平均远 {km} km"),
        (Lang::En, 0) => format!("{people} people end up farther from a seat, by {km} km on average"),
        (Lang::Zh, _) => format!("至少 {people} 人离驻地更远（另有 {unknown} 处人口未知），已知者平均远 {km} km"),
        (Lang::En, _) => format!(
            "At least {people} people end up farther from a seat ({unknown} more places have unknown people), those \
             known by {km} km on average"
        ),
    }
}

/// Keys belong to another command already.
#[must_use]
pub fn keys_taken(lang: Lang, keys: &str, other: &str) -> String {
    let other = other.trim_end_matches('…');
    match lang {
        Lang::Zh => format!("{keys} 已用于“{other}”。"),
        Lang::En => format!("{keys} is used for \"{other}\"."),
    }
}

/// Keys can belong to no command.
#[must_use]
pub fn keys_reserved(lang: Lang, keys: &str) -> String {
    match lang {
        Lang::Zh => format!("{keys} 用于输入文字和移动焦点，请换一个。"),
        Lang::En => format!("{keys} is needed to write and to move about; choose others."),
    }
}

/// A command takes keys over from another.
#[must_use]
pub fn take_keys_over(lang: Lang, action: &str) -> String {
    let action = action.trim_end_matches('…');
    match lang {
        Lang::Zh => format!("改用于“{action}”"),
        Lang::En => format!("Use it for \"{action}\""),
    }
}

/// A file that was opened before is gone.
#[must_use]
pub fn recent_gone(lang: Lang, path: &str) -> String {
    match lang {
        Lang::Zh => format!("{path} 已不在原处，已从最近打开的列表中去掉；如已移动，请用“打开”重新选择"),
        Lang::En => format!("{path} is no longer there and was taken off the list; if it was moved, open it again"),
    }
}

/// Where the log file is.
#[must_use]
pub fn log_file(lang: Lang, path: &str) -> String {
    match lang {
        Lang::Zh => format!("日志文件：{path}"),
        Lang::En => format!("The log file is {path}"),
    }
}

/// `Bookmark 3`
#[must_use]
pub fn bookmark(lang: Lang, number: usize) -> String {
    match lang {
        Lang::Zh => format!("书签 {number}"),
        Lang::En => format!("Bookmark {number}"),
    }
}

/// A view of the map became a bookmark.
#[must_use]
pub fn bookmark_added(lang: Lang, name: &str) -> String {
    match lang {
        Lang::Zh => format!("已添加：{name}（随项目保存）"),
        Lang::En => format!("Added: {name}. It is saved with the project"),
    }
}

/// `Delete: …`
#[must_use]
pub fn of_what(lang: Lang, what: &str, name: &str) -> String {
    let what = what.trim_end_matches('…');
    match lang {
        Lang::Zh => format!("{what}：{name}"),
        Lang::En => format!("{what}: {name}"),
    }
}

/// A link or barrier: `barrier (river): Qinghe — Shiqiao. No bridge`
#[must_use]
pub fn crossing(lang: Lang, what: &str, kind: &str, places: &str, reason: &str) -> String {
    match (lang, reason.is_empty()) {
        (Lang::Zh, true) => format!("{what}（{kind}）：{places}"),
        (Lang::Zh, false) => format!("{what}（{kind}）：{places}。{reason}"),
        (Lang::En, true) => format!("{what} ({kind}): {places}"),
        (Lang::En, false) => format!("{what} ({kind}): {places}. {reason}"),
    }
}

/// A barrier between units that do not touch.
#[must_use]
pub fn no_shared_border(lang: Lang, a: &str, b: &str) -> String {
    match lang {
        Lang::Zh => format!("{a}与{b}没有共有边界，阻隔不起作用；阻隔只用于相邻的单元"),
        Lang::En => format!("{a} and {b} share no border, so a barrier would part nothing: choose two that touch"),
    }
}

/// A link between units that touch.
#[must_use]
pub fn linked_by_border(lang: Lang, a: &str, b: &str) -> String {
    match lang {
        Lang::Zh => format!("{a}与{b}本来相邻：只有两者之间另有阻隔，或主体部分不相连，通道才起作用"),
        Lang::En => format!("{a} and {b} touch: the link matters only where a barrier or a gap parts them"),
    }
}

/// Tour: the first township.
#[must_use]
pub fn tour_select(lang: Lang, name: &str) -> String {
    match (lang, name) {
        (Lang::Zh, "") => "点击地图上的一个乡镇。".to_owned(),
        (Lang::En, "") => "Click a township on the map.".to_owned(),
        (Lang::Zh, name) => format!("点击地图上的一个乡镇，例如{name}。"),
        (Lang::En, name) => format!("Click a township on the map, for instance {name}."),
    }
}

/// Tour: the second township.
#[must_use]
pub fn tour_add(lang: Lang, name: &str) -> String {
    match (lang, name) {
        (Lang::Zh, "") => "右侧是它的情况。按住 Shift，再点击一个相邻的乡镇。".to_owned(),
        (Lang::En, "") => "Its figures are on the right. Hold Shift and click a township beside it.".to_owned(),
        (Lang::Zh, name) => format!("右侧是它的情况。按住 Shift，再点击相邻的{name}。"),
        (Lang::En, name) => format!("Its figures are on the right. Hold Shift and click {name} beside it."),
    }
}

/// Tour: the merge card.
#[must_use]
pub fn tour_merge(lang: Lang, keys: &str) -> String {
    match lang {
        Lang::Zh => format!("按 {keys}，或点击“合并”。"),
        Lang::En => format!("Press {keys}, or the Merge button."),
    }
}

/// Tour: the merger.
#[must_use]
pub fn tour_confirm(lang: Lang, keys: &str) -> String {
    match lang {
        Lang::Zh => format!("合并卡上有名称、代码、驻地和前后数字，都可以改。按 {keys} 完成合并。"),
        Lang::En => {
            format!("The card has name, code, seat, and the figures before and after. Press {keys} to merge them.")
        }
    }
}

/// Tour: the crosswalk.
#[must_use]
pub fn tour_table(lang: Lang, keys: &str) -> String {
    match lang {
        Lang::Zh => format!("已经合并，边界和数字都变了。打开下方的“对照表”（{keys}），看新旧单元如何对应。"),
        Lang::En => format!("Merged. Open the crosswalk below ({keys}): it matches old and new units."),
    }
}

/// Tour: undo.
#[must_use]
pub fn tour_undo(lang: Lang, keys: &str) -> String {
    match lang {
        Lang::Zh => format!("按 {keys} 撤回，一切恢复原样。任何一步都可以撤回。"),
        Lang::En => format!("Press {keys}: everything is as it was. Any step can be undone."),
    }
}

/// Tour: its end.
#[must_use]
pub fn tour_end(lang: Lang, keys: &str) -> String {
    match lang {
        Lang::Zh => format!("就这些。现在可以打开或拖入自己的边界文件。按 {keys} 查看全部快捷键。"),
        Lang::En => format!("That is all. Open or drop boundary files of your own. {keys} shows all shortcuts."),
    }
}

/// Heading of the fields whose rules can be chosen.
#[must_use]
pub fn other_fields(lang: Lang, count: usize) -> String {
    let count = numbers::count(count);
    match lang {
        Lang::Zh => format!("其他字段（{count}）"),
        Lang::En => format!("Other fields ({count})"),
    }
}

/// A figure of one's own that is being changed.
#[must_use]
pub fn changing_figure(lang: Lang, name: &str) -> String {
    match lang {
        Lang::Zh => format!("修改“{name}”"),
        Lang::En => format!("Changing {name}"),
    }
}

/// What the menu with the rules of a field is called.
#[must_use]
pub fn rule_of(lang: Lang, field: &str) -> String {
    match lang {
        Lang::Zh => format!("“{field}”的合并规则"),
        Lang::En => format!("Rule of {field}"),
    }
}

/// Goes back to the rule that was guessed.
#[must_use]
pub fn as_guessed(lang: Lang, rule: &str) -> String {
    match lang {
        Lang::Zh => format!("恢复推测：{rule}"),
        Lang::En => format!("As guessed: {rule}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn many_names_are_cut_short() {
        assert_eq!(names(Lang::Zh, &["甲", "乙"]), "甲、乙");
        assert_eq!(names(Lang::Zh, &["甲", "乙", "丙", "丁", "戊"]), "甲、乙、丙 等 5 个");
        assert_eq!(names(Lang::En, &["A", "B", "C", "D", "E"]), "A, B, C and 2 more");
    }

    #[test]
    fn of_people_that_nobody_counted_nothing_is_said() {
        let said = |people: u32, unknown| people_farther(Lang::Zh, people.into(), 1500.0, unknown);
        assert_eq!(said(0, 44), "44 处离驻地更远，人口未知，人数和平均距离无法计算");
        assert!(said(12, 3).starts_with("至少 12 人") && said(12, 0).starts_with("12 人"));
        assert!(!people_farther(Lang::En, Decimal::ZERO, 0.0, 1).contains(" 0 "));
    }

    #[test]
    fn what_would_be_lost_is_called_by_its_name() {
        let joined = Unsaved { scenarios: 1, tables: 1, ..Unsaved::default() };
        assert_eq!(unsaved(Lang::Zh, "甲县", &joined), "“甲县”还没有保存为项目，不保存将丢失：接入的 1 个表格。");
        let one = Unsaved { scenarios: 1, steps: 1, ..Unsaved::default() };
        assert!(unsaved(Lang::En, "A", &one).ends_with("This would be lost: 1 step."));
    }

    #[test]
    fn an_unsaved_document_is_marked_in_the_title() {
        assert_eq!(window_title(Lang::En, "County", true), "• County – Quhua");
    }
}
