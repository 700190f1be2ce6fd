//! What a value has to say, in the language asked for.

use std::fmt;

use super::Lang;

/// An error, a warning, a note, a finding: something with a sentence for people.
///
/// English is its `Display`, as errors have one anyway. Chinese stands in the file `words.rs` of its room, in a `match`
/// without a wildcard: whoever adds a variant is asked for it by the compiler.
///
/// ```
/// use quhua::i18n::{Lang, Say as _};
/// use quhua::jobs::Cancelled;
///
/// assert_eq!((&*Cancelled.say(Lang::Zh), &*Cancelled.say(Lang::En)), ("已取消", "cancelled"));
/// assert_eq!(Cancelled.sentence(Lang::En), "Cancelled");
/// ```
pub trait Say: fmt::Display {
    /// The sentence in Chinese, without a full stop.
    fn zh(&self) -> String;

    /// The sentence in a language, to stand in a line or in another sentence. It is one line, whatever names of others
    /// stand in it.
    fn say(&self, lang: Lang) -> String {
        in_a_line(match lang {
            Lang::Zh => self.zh(),
            Lang::En => self.to_string(),
        })
    }

    /// The sentence where it stands alone: in English its first letter is large.
    fn sentence(&self, lang: Lang) -> String {
        match lang {
            Lang::Zh => self.say(lang),
            Lang::En => capital(&self.say(lang)),
        }
    }
}

impl<T: Say + ?Sized> Say for Box<T> {
    fn zh(&self) -> String {
        (**self).zh()
    }
}

/// A sentence without line breaks: a space stands where names of others brought some.
fn in_a_line(said: String) -> String {
    let breaks = |c: char| matches!(c, '\n' | '\r' | '\u{b}' | '\u{c}' | '\u{85}' | '\u{2028}' | '\u{2029}');
    if said.contains(breaks) {
        said.split(breaks).filter(|part| !part.is_empty()).collect::<Vec<_>>().join(" ")
    } else {
        said
    }
}

/// A text with its first letter large.
#[must_use]
pub fn capital(text: &str) -> String {
    let mut chars = text.chars();
    chars.next().map_or_else(String::new, |first| first.to_uppercase().chain(chars).collect())
}

/// Checks what every value of a type says: Chinese holds Chinese and English none.
#[cfg(test)]
pub(crate) fn check_said<T: Say + fmt::Debug>(all: &[T]) {
    let has_chinese = |text: &str| text.contains(|c| matches!(c, '\u{3400}'..='\u{9fff}' | '\u{3000}'..='\u{303f}'));
    for value in all {
        let (zh, en) = (value.say(Lang::Zh), value.say(Lang::En));
        assert!(has_chinese(&zh), "{value:?} says in Chinese: {zh}");
        assert!(!has_chinese(&en) && !en.is_empty(), "{value:?} says in English: {en}");
        assert!(!en.ends_with('.') && !zh.ends_with('。'), "{value:?} ends in a full stop: {en} {zh}");
    }
}

/// One value of every variant of an enum, for tests. A variant that is not listed does not compile.
#[cfg(test)]
macro_rules! one_of_each {
    ($type:ident: $($variant:ident $(($($tuple:tt)*))? $({$($named:tt)*})?),+ $(,)?) => {{
        #[allow(unreachable_patterns, reason = "a variant may be listed more than once")]
        fn _each_is_listed(value: &$type) {
            match value {
                $($type::$variant { .. } => {})+
            }
        }
        [$($type::$variant $(($($tuple)*))? $({$($named)*})?),+]
    }};
}
#[cfg(test)]
pub(crate) use one_of_each;
