//! Why a subcommand gave up, in words.

use super::CliError;
use crate::i18n::{Lang, Say};

impl Say for CliError {
    fn zh(&self) -> String {
        match self {
            Self::Read(error) => error.zh(),
            Self::Places(error) => error.zh(),
            Self::Write(error) => error.zh(),
            Self::Model(error) => error.zh(),
            Self::Field(error) => error.zh(),
            Self::Figure { error, figure } => format!("--figure “{figure}”：{}", error.zh()),
            Self::Plan(error) => error.zh(),
            Self::Cancelled(cancelled) => cancelled.zh(),
            Self::Rules(error) => error.zh(),
            Self::Suggest(error) => error.zh(),
            Self::NoGoal => "请用 --to UNITS 给出保留的单元个数，或用 --rules PACK 给出规则".to_owned(),
            Self::Merger(error) => format!("推荐的合并无法执行：{}", error.zh()),
            Self::PlanOnStdout => "-o - 会把方案写到标准输出的理由之间；请在 -o 后给出文件".to_owned(),
            Self::NoRules => "判断方案需要规则；请加 --rules PACK，文件或规则包名称（如 structure）".to_owned(),
            Self::OtherBase { error, plan } => format!("{}（--allow-other-base）：{}", error.zh(), plan.display()),
            Self::NoPlan => "没有可执行的内容；请用 --plan 给出方案，或用 --scenario 给出项目内方案".to_owned(),
            Self::NoProject => "--scenario 指项目中的方案；请给出一个项目文件，不要给图层".to_owned(),
            Self::NoSuchScenario { name, there } => format!("项目中没有方案“{name}”；现有：{there}"),
            Self::Project(error) => error.zh(),
            Self::WhichScenario { there, path } => {
                format!("这是含有多个方案的项目；请写作 {}#方案名，可用：{there}", path.display())
            }
            Self::OnlyPlaces { path } => {
                format!("文件中只有点和线，请同时给出它们所属的边界：{}", path.display())
            }
            Self::OnlyTables { path } => {
                format!("文件中只有表格，请同时给出它所属的边界：{}", path.display())
            }
            Self::Ledger(error) => error.zh(),
            Self::LedgerAccept { why, path } => format!(
                "--ledger-accept 需要按台账和行号写的对应，形如 {{\"health\": {{\"H4\": \"510722101202\"}}}}（{why}）：{}",
                path.display()
            ),
            Self::LedgerTwice { name, files: [a, b] } => {
                format!("两份台账同名“{name}”：{a}、{b}；请用 --ledger 文件=名称 给其中一份另取名称")
            }
            Self::NoLedgerName { given } => {
                format!("= 后缺少台账名称；请写作 --ledger 文件=名称，或只写文件：{}", given.display())
            }
            Self::NoLedger => "没有给出台账；请加 --ledger 文件=名称".to_owned(),
            Self::NoSuchNumber { name, known } => {
                format!("系统包中没有名为“{name}”的参数；可用：{}", known.join("、"))
            }
            // What the system says of it may be in any language.
            Self::NoFolder { path, .. } => format!("不能建立文件夹，请检查权限和上级文件夹：{}", path.display()),
            Self::NotAFolder { path } => format!("这是文件；请给出要写入的文件夹：{}", path.display()),
            Self::Join(error) => error.zh(),
            Self::Profile(error) => error.zh(),
            Self::JoinAccept { why, path } => format!(
                "--join-accept 需要形如 [{{\"row\": 12, \"unit\": \"510722001001\"}}] 的列表（{why}）：{}",
                path.display()
            ),
            Self::PipedPlaces { path } => {
                format!("点和线不能从管道读取，边界应为多边形；请存为文件后给出：{}", path.display())
            }
            Self::BesideProject { other, project } => format!(
                "项目 {} 自带边界，请单独给出，或用 plan rebase 把其中的方案移到新的边界上：{}",
                project.display(),
                other.display()
            ),
            Self::FigureTwice { name } => format!("--figure 两次使用名称“{name}”，请给其中一个另取名称"),
            Self::TwoOnStdout => "--json 和 -o - 都要写到标准输出；请在 -o 后给出文件".to_owned(),
            Self::Refused { error, plan } => format!("{}：{}", error.zh(), plan.display()),
            Self::NoCommonGround(error) => format!("几个方案拆分单元的方式无法叠合，因此不能比较：{}", error.zh()),
            Self::NoSuchLevel { level, there } => {
                format!("数据中没有“{}”这一级别；可用：{there}", level.words(Lang::Zh))
            }
            Self::NoSuchUnit { code } => {
                format!("没有代码为“{code}”的单元；请给出最细一级单元的代码，或 border、leave")
            }
            Self::TooManyPlans { plans, most } => format!("给出了 {plans} 个方案；一次最多比较 {most} 个"),
            Self::Ensemble(error) => error.zh(),
            Self::NoSuchPair { plans } => {
                format!("--between 需要两个数，从 0（调整前）到 {plans}（最后一个方案），例如 0,{plans}")
            }
            #[cfg(feature = "print")]
            Self::Print(error) => error.zh(),
            #[cfg(feature = "print")]
            Self::UnknownMapFormat { extension, path } => {
                format!("不能画 .{extension} 文件；可用 .png、.svg、.pdf：{}", path.display())
            }
            Self::UnfitFormat { argument, format: [format, _] } => {
                format!("{argument} 不适用于 {format}，请另选格式")
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::edit::{EditError, OtherBase, PlanError, PlanFileError};
    use crate::ensemble::EnsembleError;
    use crate::i18n::{check_said, one_of_each};
    use crate::io::places::PlacesError;
    use crate::io::profile::ProfileError;
    use crate::io::{FileProblem, ProjectError, ProjectProblem, ReadError, WriteError, WriteProblem};
    use crate::jobs::Cancelled;
    use crate::model::{FieldRuleError, JoinError, LedgerError, Level, ModelError};
    use crate::print::PrintError;
    use crate::query::OwnError;
    use crate::rules::LoadError;
    use crate::suggest::AskError;

    #[test]
    fn why_a_subcommand_gave_up_is_said_in_both_languages() {
        let word = || "x".to_owned();
        let refused = || PlanError { index: 2, op: "merge", error: EditError::EmptyName.into() };
        let other = OtherBase { path: word(), sha256: word() };
        check_said(&one_of_each!(CliError:
            Read(ReadError::File { path: "a".into(), problem: FileProblem::Empty }),
            Places(PlacesError::NoPlaces { path: word() }),
            Write(WriteError { path: "a".into(), problem: WriteProblem::DiskFull }),
            Model(ModelError::NoLayer),
            Field(FieldRuleError::AddedUp { field: word() }),
            Figure { error: OwnError::NoName, figure: word() },
            Plan(PlanFileError::Io { error: std::io::Error::other("gone"), path: "a".into() }),
            Cancelled(Cancelled),
            Rules(LoadError::NoSuchPack { name: word(), known: vec!["structure"] }),
            Suggest(AskError::TooFew { there: 1 }),
            NoGoal,
            Merger(EditError::EmptyCode),
            PlanOnStdout,
            NoRules,
            OtherBase { error: other, plan: "a".into() },
            NoPlan,
            NoProject,
            NoSuchScenario { name: word(), there: word() },
            Project(ProjectError { path: "a".into(), problem: ProjectProblem::InUse }),
            WhichScenario { there: word(), path: "a".into() },
            OnlyPlaces { path: "a".into() },
            PipedPlaces { path: "a".into() },
            OnlyTables { path: "a".into() },
            Ledger(LedgerError::NoHeader { file: word() }.into()),
            LedgerAccept { why: word(), path: "a".into() },
            LedgerTwice { name: word(), files: [word(), word()] },
            NoLedgerName { given: "a".into() },
            NoLedger,
            NoSuchNumber { name: word(), known: vec![word()] },
            NoFolder { error: std::io::Error::other("full"), path: "a".into() },
            NotAFolder { path: "a".into() },
            Join(JoinError::NoHeader { file: word() }),
            Profile(ProfileError::Newer { version: 2, path: "a".into() }),
            JoinAccept { why: word(), path: "a".into() },
            BesideProject { other: "a".into(), project: "b".into() },
            FigureTwice { name: word() },
            TwoOnStdout,
            Refused { error: refused(), plan: "a".into() },
            NoCommonGround(refused()),
            NoSuchLevel { level: Level::Group, there: word() },
            NoSuchUnit { code: word() },
            TooManyPlans { plans: 5, most: 4 },
            Ensemble(EnsembleError::Cancelled),
            NoSuchPair { plans: 2 },
            Print(PrintError::NothingToDraw),
            UnknownMapFormat { extension: word(), path: "a".into() },
            UnfitFormat { argument: "--wkt", format: ["a", "a"] },
        ));
    }
}
