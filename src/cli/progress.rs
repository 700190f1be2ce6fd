//! Progress on standard error, when that is a terminal.

use std::io::{IsTerminal as _, Write as _};
use std::sync::mpsc;
use std::time::Duration;

use super::speech::lang;
use crate::i18n::Lang;
use crate::jobs::Progress;

/// Time after which a step counts as long.
const PATIENCE: Duration = Duration::from_millis(300);

/// What takes long.
#[derive(Clone, Copy, Debug)]
pub(super) enum Doing {
    Reading,
    MatchingBorders,
    CheckingBorders,
    Repairing,
    Measuring,
    Comparing,
    Judging,
    DrawingPlans,
    LookingForMergers,
    Merging,
    Rebasing,
    #[cfg(feature = "print")]
    Drawing,
    Writing,
}

impl Doing {
    const fn words(self, lang: Lang) -> &'static str {
        match self {
            Self::Reading => lang.pick("读取", "reading"),
            Self::MatchingBorders => lang.pick("匹配边界", "matching borders"),
            Self::CheckingBorders => lang.pick("检查边界", "checking borders"),
            Self::Repairing => lang.pick("修复边界", "mending borders"),
            Self::Measuring => lang.pick("计算指标", "measuring"),
            Self::Comparing => lang.pick("比选", "comparing"),
            Self::Judging => lang.pick("按规则判断", "judging"),
            Self::DrawingPlans => lang.pick("抽取随机方案", "drawing plans"),
            Self::LookingForMergers => lang.pick("推荐合并", "looking for mergers"),
            Self::Merging => lang.pick("合成方案", "merging"),
            Self::Rebasing => lang.pick("移到新边界", "rebasing"),
            #[cfg(feature = "print")]
            Self::Drawing => lang.pick("绘图", "drawing"),
            Self::Writing => lang.pick("写入", "writing"),
        }
    }
}

/// Runs a step and shows how far it is while it takes long.
pub(super) fn shown<T>(what: Doing, work: impl FnOnce(&Progress) -> T) -> T {
    let what = what.words(lang());
    let progress = Progress::new();
    if !std::io::stderr().is_terminal() {
        return work(&progress);
    }
    std::thread::scope(|scope| {
        let (done, is_done) = mpsc::channel::<()>();
        let watched = progress.clone();
        scope.spawn(move || {
            let mut written = false;
            // Ends when the sender is dropped, which a panic of the work does too.
            while matches!(is_done.recv_timeout(PATIENCE), Err(mpsc::RecvTimeoutError::Timeout)) {
                let _ = write!(std::io::stderr(), "\r{what} {:3.0} %", watched.fraction() * 100.0);
                written = true;
            }
            if written {
                let _ = write!(std::io::stderr(), "\r{:width$}\r", "", width = what.len() + 8);
            }
        });
        let result = work(&progress);
        drop(done);
        result
    })
}
