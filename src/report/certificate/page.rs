//! The certificate as a page: one file, to be read and printed, in 简体中文 and English side by side.

use super::{BorderEntry, Certificate, Check, RepairEntry, UnitEntry};
use crate::geodesy::AreaMethod;
use crate::i18n::markup::escaped;
use crate::i18n::{Lang, numbers};
use crate::report::html::{Html, in_both};

/// How the page looks. It refers to nothing outside of itself.
const STYLE: &str = "\
@page{size:A4;margin:18mm 16mm}\
body{font:13px/1.55 'Noto Sans CJK SC','Source Han Sans SC','Microsoft YaHei','PingFang SC',sans-serif;color:#22262b;\
max-width:62em;margin:2em auto;padding:0 1em}\
h1{font-size:22px;margin:0 0 .2em}h2{font-size:15px;margin:1.8em 0 .5em}\
.en{color:#6b7280;font-weight:400}p{margin:.3em 0}p .en{display:block}\
table{border-collapse:collapse;width:100%}thead{display:table-header-group}tr{break-inside:avoid}\
th,td{border-bottom:1px solid #e3e1da;padding:4px 8px;text-align:left;vertical-align:top}\
th{font-size:11px;font-weight:600}th .en{display:block}\
.n{text-align:right;font-variant-numeric:tabular-nums;white-space:nowrap}\
code{font:11px/1.4 monospace;white-space:nowrap}.hash{white-space:normal;overflow-wrap:anywhere}\
.ok{color:#1f7a4d}.bad{color:#b42318;font-weight:600}\
.verdict{border-left:3px solid #1f7a4d;padding:.4em .8em;margin:1em 0;background:#f7f6f2}\
.verdict.failed{border-color:#b42318}\
footer{margin-top:2em;color:#6b7280;font-size:11px}\
@media print{body{margin:0;padding:0;max-width:none}}";

impl Certificate {
    /// The page, as HTML.
    #[must_use]
    pub fn page(&self) -> String {
        let title = format!("边界核验单 Boundary certificate – {}", self.output.path);
        let mut page = Html::begin(&title, STYLE, "");
        page.push("<body>\n<h1>边界核验单 <span class=\"en\">Boundary certificate</span></h1>\n");
        let plan = if self.plan.name.is_empty() { String::new() } else { format!("{} → ", self.plan.name) };
        page.push(&format!("<p>{}{}</p>\n", escaped(&plan), escaped(&self.output.path)));
        self.verdict(&mut page);
        self.totals_table(&mut page);
        self.units_table(&mut page);
        self.checks_table(&mut page);
        self.sources_table(&mut page);
        page.push("<footer>");
        page.both(
            "p",
            "本单只说明导出文件与输入数据一致，不作划界依据。",
            "It says that the exported file agrees with its input; it delimits nothing.",
        );
        page.push(&format!("<p>{}</p></footer>\n</body>\n", escaped(&self.program)));
        page.finish()
    }

    fn verdict(&self, page: &mut Html) {
        let (class, zh, en) = if self.passed {
            let vertices = self.checks.iter().find(|check| check.id == "vertices").map_or(0, |check| check.checked);
            let vertices = numbers::count(vertices);
            let input = |lang: Lang| match self.repair {
                Some(_) => lang.pick("输入数据经边界修复后的顶点", "vertices of the input as repaired"),
                None => lang.pick("输入数据的顶点", "vertices of the input"),
            };
            let has_cuts = self.units.iter().any(|unit| unit.vertices.cut > 0);
            let cuts = |lang: Lang| {
                if has_cuts {
                    lang.pick("或方案所列拆分线上的点", " or of the cuts of the plan")
                } else {
                    ""
                }
            };
            (
                "verdict",
                format!(
                    "全部核验通过：{vertices} 个边界顶点均为{}{}，移动 0 个；面积合计前后相同。",
                    input(Lang::Zh),
                    cuts(Lang::Zh)
                ),
                format!(
                    "All checks passed: {vertices} border vertices are {}{}, none was moved; \
                     areas add up to the same before and after.",
                    input(Lang::En),
                    cuts(Lang::En)
                ),
            )
        } else {
            let failed: Vec<&Check> = self.checks.iter().filter(|check| !check.passed).collect();
            let names = |lang| failed.iter().map(|check| name_of(lang, check)).collect::<Vec<_>>();
            (
                "verdict failed",
                format!("核验未通过：{}。请勿使用本次导出的边界。", names(Lang::Zh).join("、")),
                format!("Failed: {}. Do not use the exported boundaries.", names(Lang::En).join(", ")),
            )
        };
        page.push(&format!("<div class=\"{class}\">"));
        page.both("p", &zh, &en);
        if let Some(repair) = &self.repair {
            told_repair(page, repair);
        }
        page.push("</div>\n");
    }

    fn totals_table(&self, page: &mut Html) {
        let totals = &self.totals;
        page.heading("合计", "Totals");
        page.open_table("", &[("项目", "Item", ""), ("调整前", "Before", "n"), ("调整后", "After", "n")]);
        let level = [Lang::Zh, Lang::En].map(|lang| self.level.words(lang));
        let units = [totals.units.before, totals.units.after].map(numbers::count);
        page.row("", [&*in_both(level[0], level[1]), &units[0], &units[1]], 1);
        let area = [totals.area_m2.before, totals.area_m2.after].map(|area| numbers::number(area, 3));
        page.row("", [&*in_both("面积合计（m²）", "Sum of areas (m²)"), &area[0], &area[1]], 1);
        let border = [totals.border_m.before, totals.border_m.after].map(km);
        page.row("", [&*in_both("边界总长（km）", "Length of all borders (km)"), &border[0], &border[1]], 1);
        page.close_table();
        let border = &totals.border_m;
        let (same, gone, new) = (km(border.unchanged), km(border.dissolved), km(border.new));
        page.both(
            "p",
            &format!("边界 {same} km 未变，{gone} km 撤除（现为内部），{new} km 新增。"),
            &format!("{same} km of border unchanged, {gone} km dissolved (inside now), {new} km new."),
        );
        let (zh, en) = match self.area_method {
            AreaMethod::Geodesic => ("面积按 WGS 84 椭球测地线计算", "Areas between geodesics of WGS 84"),
            AreaMethod::EllipsoidTrapezoid => {
                ("面积按 CGCS2000 椭球梯形公式计算", "Areas by the ellipsoid trapezoid formula on CGCS2000")
            }
        };
        page.both("p", &format!("{zh}。"), &format!("{en}."));
    }

    fn units_table(&self, page: &mut Html) {
        page.heading("调整的单元", "Changed units");
        let left = numbers::count(self.left_as_they_came);
        let anew = self.totals.units.after.saturating_sub(self.left_as_they_came + self.units.len());
        let anew = numbers::count(anew);
        if self.units.is_empty() {
            page.both("p", "没有调整的单元。", "No unit was changed.");
        } else {
            page.open_table(
                "",
                &[
                    ("代码", "Code", ""),
                    ("名称", "Name", ""),
                    ("变化", "Change", ""),
                    ("未变 km", "Unchanged km", "n"),
                    ("撤除 km", "Dissolved km", "n"),
                    ("新增 km", "New km", "n"),
                    ("顶点", "Vertices", "n"),
                    ("拆分新增", "Of cuts", "n"),
                    ("移动", "Moved", "n"),
                    ("面积 m²", "Area m²", "n"),
                    ("与各部分之差 m²", "Less its parts m²", "n"),
                ],
            );
            for unit in &self.units {
                page.row("", unit_cells(unit).iter().map(String::as_str), 3);
            }
            page.close_table();
        }
        page.both(
            "p",
            &format!("其余单元：{left} 个按原文导出；{anew} 个范围未变，属性或隶属重新写出。"),
            &format!("Of the others, {left} left with the text of their source; {anew} kept their territory and were written anew."),
        );
        if self.units.iter().any(|unit| unit.touches_defect) {
            page.both(
                "p",
                "* 输入数据在该单元边界处有问题（重叠、缝隙或顶点不符）。",
                "* The input has a defect at the border of this unit (overlap, gap, or vertices that do not match).",
            );
        }
    }

    fn checks_table(&self, page: &mut Html) {
        page.heading("核验项目", "Checks");
        page.open_table(
            "",
            &[("项目", "Check", ""), ("数量", "Checked", "n"), ("不符", "Failed", "n"), ("结果", "Result", "")],
        );
        for check in &self.checks {
            let (class, zh, en) =
                if check.passed { ("ok", "通过", "passed") } else { ("bad", "未通过", "failed") };
            let name = in_both(name_of(Lang::Zh, check), name_of(Lang::En, check));
            let result = format!("<span class=\"{class}\">{zh} {en}</span>");
            page.row("", [&*name, &numbers::count(check.checked), &numbers::count(check.failed), &result], 1);
        }
        page.close_table();
    }

    fn sources_table(&self, page: &mut Html) {
        page.heading("来源", "Sources");
        page.open_table("", &[("文件", "File", ""), ("名称", "Name", ""), ("SHA-256", "SHA-256", "")]);
        for input in &self.inputs {
            source(page, ("输入", "Input"), &input.path, &input.sha256);
        }
        let edits = numbers::count(self.plan.edits);
        let name = if self.plan.name.is_empty() { "–" } else { &self.plan.name };
        source(page, ("方案", &format!("Plan ({edits})")), name, &self.plan.sha256);
        source(page, ("输出", "Output"), &self.output.path, &self.output.sha256);
        page.close_table();
    }
}

/// What was done to the borders of the input before anything else.
fn told_repair(page: &mut Html, repair: &RepairEntry) {
    let [places, units, vertices] = [repair.places, repair.units_changed, repair.vertices].map(numbers::count);
    let moved = numbers::number(repair.max_moved_m, 3);
    let [before, after] = [repair.area_m2.before, repair.area_m2.after].map(|area| numbers::number(area, 3));
    page.both(
        "p",
        &format!(
            "输入数据的边界先经修复：{places} 处，涉及 {units} 个图斑，顶点最远移动 {moved} m；图斑面积合计由 {before} m² 变为 \
             {after} m²。上述边界顶点中有 {vertices} 个由修复产生或移动，并非输入文件原有。"
        ),
        &format!(
            "The borders of the input were repaired first: {places} places, {units} polygons, vertices moved by \
             {moved} m at most; the polygons together went from {before} m² to {after} m². Of the vertices above, \
             {vertices} were made or moved by the repair and are not in the files of the input."
        ),
    );
}

fn unit_cells(unit: &UnitEntry) -> Vec<String> {
    let BorderEntry { unchanged, dissolved, new } = unit.border_m;
    let mark = if unit.touches_defect { " *" } else { "" };
    vec![
        format!("<code>{}</code>", escaped(&unit.code)),
        format!("{}{mark}", escaped(&unit.name)),
        in_both(unit.change.words(Lang::Zh), unit.change.words(Lang::En)),
        km(unchanged),
        km(dissolved),
        km(new),
        numbers::count(unit.vertices.outline),
        numbers::count(unit.vertices.cut),
        numbers::count(unit.vertices.moved),
        numbers::number(unit.area_m2.outline, 3),
        numbers::number(unit.area_m2.difference, 3),
    ]
}

fn name_of(lang: Lang, check: &Check) -> &'static str {
    match check.id {
        "provenance" => lang.pick(
            "输入的边界和属性没有被其他程序改动",
            "boundaries and attributes are those that were loaded, changed by no other program",
        ),
        "vertices" => {
            lang.pick("每个边界顶点都是输入数据或拆分线的顶点", "every border vertex is one of the input or of a cut")
        }
        "outlines" => {
            lang.pick("外轮廓的面积和长度与各部分相符", "area and length of outlines are those of their parts")
        }
        "borders" => lang.pick("边界前后长度相符", "borders before and after add up"),
        "territory" => lang.pick("每个图斑恰属一个单元", "every loaded polygon lies in exactly one unit"),
        _ => lang.pick("面积合计前后相同", "the sum of areas is the same before and after"),
    }
}

/// Metres as kilometres with three decimals.
fn km(metres: f64) -> String {
    numbers::number(metres / 1000.0, 3)
}

/// A row of the table of sources: what, its name, its hash.
fn source(page: &mut Html, (zh, en): (&str, &str), name: &str, sha256: &str) {
    let hash = format!("<code class=\"hash\">{}</code>", escaped(sha256));
    page.row("", [&*in_both(zh, en), &escaped(name), &hash], 3);
}
