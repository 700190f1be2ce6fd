//! What is said to the person at the terminal, in the language of this process.
//!
//! The language is that of `--lang`, or else the system's. It is set once, before anything is read or said.

use std::ffi::OsString;
use std::fmt;
use std::io::Write as _;
use std::sync::OnceLock;

use crate::i18n::{Lang, Say, plain};
use crate::io::profile::LayerProfile;

static LANG: OnceLock<Lang> = OnceLock::new();

/// The language of this process.
pub(super) fn lang() -> Lang {
    *LANG.get_or_init(Lang::of_system)
}

/// Sets the language, unless something was said already.
pub(super) fn speak(lang: Lang) {
    let _ = LANG.set(lang);
}

/// The language that arguments ask for. They are looked through before they are parsed, so that help and complaints about
/// the arguments are in it too.
pub(super) fn asked_for(args: &[OsString]) -> Option<Lang> {
    let (mut at, mut asked) = (1, None);
    while args.get(at).is_some_and(|arg| arg != "--") {
        let (lang, taken) = lang_at(args, at).unwrap_or((None, 1));
        asked = lang.or(asked);
        at += taken;
    }
    asked
}

/// What `--lang` at a place among arguments asks for, if it is a language, and how many arguments it takes; `None` where
/// there stands another argument.
fn lang_at(args: &[OsString], at: usize) -> Option<(Option<Lang>, usize)> {
    let text = |at: usize| args.get(at).and_then(|arg| arg.to_str()).unwrap_or_default();
    let rest = text(at).strip_prefix("--lang")?;
    match rest.strip_prefix('=') {
        Some(word) => Some((Lang::with_id(word), 1)),
        None if rest.is_empty() => Some((Lang::with_id(text(at + 1)), 2)),
        None => None,
    }
}

/// Arguments without a `--lang` before the first of all others. It is heeded already, and clap takes no subcommand behind
/// an argument where files can stand too.
pub(super) fn without_leading_lang(args: &[OsString]) -> impl Iterator<Item = &OsString> {
    let skipped = lang_at(args, 1).filter(|(lang, _)| lang.is_some()).map_or(0, |(_, taken)| taken);
    args.iter().take(1).chain(args.iter().skip(1 + skipped))
}

/// How much a line matters.
#[derive(Clone, Copy, Debug)]
pub(super) enum Line {
    Error,
    Warning,
    Note,
    /// An edit that is in conflict with one of another plan.
    Conflict,
    /// A conflict that the preferred plan decides.
    Decided,
    /// An edit that is left over.
    LeftOver,
}

impl Line {
    const fn words(self, lang: Lang) -> &'static str {
        match self {
            Self::Error => lang.pick("错误：", "error: "),
            Self::Warning => lang.pick("警告：", "warning: "),
            Self::Note => lang.pick("提示：", "note: "),
            Self::Conflict => lang.pick("冲突：", "conflict: "),
            Self::Decided => lang.pick("已决定：", "decided: "),
            Self::LeftOver => lang.pick("未执行：", "left over: "),
        }
    }
}

/// A line on standard error. Nobody may be there to read it.
pub(super) fn say(line: Line, text: impl fmt::Display) {
    let text = text.to_string();
    let _ = writeln!(std::io::stderr().lock(), "{}{}", line.words(lang()), plain::shown(&text));
}

/// What a value says, and behind it which file it is about.
pub(super) fn about(what: &impl Say, path: &std::path::Path) -> String {
    format!("{}{}{}", what.say(lang()), lang().pick("：", ": "), path.display())
}

/// Whether a profile is used for a file, and for what.
pub(super) fn of_profile(profile: &std::path::Path, file: &std::path::Path, way: Option<&LayerProfile>) -> String {
    let (profile, file) = (profile.display(), file.display());
    let words = way.map(|way| way.words(lang())).filter(|words| !words.is_empty());
    match (lang(), way, words) {
        (Lang::Zh, Some(_), Some(words)) => format!("按读取配置 {profile} 读取（{words}）：{file}"),
        (Lang::Zh, Some(_), None) => format!("与读取配置 {profile} 相符：{file}"),
        (Lang::Zh, None, _) => format!("读取配置 {profile} 不适用，未采用：{file}"),
        (Lang::En, Some(_), Some(words)) => format!("read by the profile {profile} ({words}): {file}"),
        (Lang::En, Some(_), None) => format!("fits the profile {profile}: {file}"),
        (Lang::En, None, _) => format!("the profile {profile} does not fit, and is not used: {file}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_language_is_found_among_the_arguments() {
        let asked = |line: &str| asked_for(&line.split(' ').map(OsString::from).collect::<Vec<_>>());
        assert_eq!(asked("quhua check a.geojson --lang zh"), Some(Lang::Zh));
        assert_eq!(asked("quhua --lang=en check a.geojson"), Some(Lang::En));
        assert_eq!(asked("quhua check --language zh"), None);
        assert_eq!(asked("quhua check a.geojson"), None);
        assert_eq!(asked("quhua check --lang de"), None);
        assert_eq!(asked("quhua check -- --lang zh"), None);
        assert_eq!(asked("quhua check --lang"), None);
        assert_eq!(asked("quhua check --lang de --lang=zh"), Some(Lang::Zh));
    }

    #[test]
    fn the_language_may_stand_before_the_subcommand() {
        let rest = |line: &str| {
            let args: Vec<OsString> = line.split(' ').map(OsString::from).collect();
            without_leading_lang(&args).map(|arg| arg.to_str().unwrap()).collect::<Vec<_>>().join(" ")
        };
        assert_eq!(rest("quhua --lang zh check a.geojson"), "quhua check a.geojson");
        assert_eq!(rest("quhua --lang=en check a.geojson"), "quhua check a.geojson");
        assert_eq!(rest("quhua --lang de check a.geojson"), "quhua --lang de check a.geojson");
        assert_eq!(rest("quhua check a.geojson --lang zh"), "quhua check a.geojson --lang zh");
        assert_eq!(rest("quhua"), "quhua");
    }
}
