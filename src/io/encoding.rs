//! The encoding of a text: what bytes stand for.
//!
//! [`settle`] says it for the texts of a file: what a user chose, else what the file declares, else what the texts
//! themselves say. [`Taken`] keeps what was taken and why, and [`Candidate`]s show what else it could be.
//!
//! 1. A choice is followed, or refused where there is no such encoding; it is never passed over.
//! 2. What a file declares is followed unless its texts contradict it: they are no such text, or several of them are
//!    UTF-8 to the last byte, which happens to no other text by chance. That is a doubt, and said.
//! 3. Evidence is looked for in all texts together, names of fields among them, never in one value.

use std::borrow::Cow;
use std::collections::HashSet;
use std::sync::OnceLock;

use chardetng::{EncodingDetector, Iso2022JpDetection, Utf8Detection};
use encoding_rs::{
    BIG5, DecoderResult, EUC_KR, Encoding, GB18030, SHIFT_JIS, UTF_8, WINDOWS_1250, WINDOWS_1251, WINDOWS_1252,
    WINDOWS_1253, WINDOWS_1254,
};

use foldhash::fast::RandomState;
use rayon::prelude::*;

use crate::i18n::{Lang, Say};
use crate::model::{TextBasis, TextCandidate, TextReading};

/// Why an encoding was taken.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Basis {
    /// The user chose it.
    Chosen,
    /// The file declares it: the mark of a table, the file beside it, the mark at the beginning of a text.
    Declared(String),
    /// The texts are UTF-8 to the last byte.
    Utf8,
    /// The texts look like it.
    Evidence,
}

/// What was taken for the texts of a file.
#[derive(Clone, Debug, PartialEq)]
pub struct Taken {
    /// The encoding.
    pub encoding: &'static Encoding,
    /// Why.
    pub basis: Basis,
    /// What the file declares, where its texts contradict it.
    pub contradicts: Option<String>,
    /// What else it could be, the likeliest first, the one that was taken among them. Empty where all is ASCII.
    pub candidates: Vec<Candidate>,
}

/// An encoding that texts could be in, and how they would look.
#[derive(Clone, Debug, PartialEq)]
pub struct Candidate {
    /// The encoding.
    pub encoding: &'static Encoding,
    /// The first texts beyond ASCII, read so.
    pub preview: Vec<String>,
    /// How many of the texts that were looked at are no text in it.
    pub broken: usize,
}

/// What says the encoding beside the texts.
#[derive(Clone, Copy, Debug, Default)]
pub struct Declared<'a> {
    /// What the user chose.
    pub chosen: Option<&'a str>,
    /// What the file declares, the strongest first: what to call it, and the name of an encoding.
    pub declared: &'a [(&'a str, &'a str)],
}

/// Different texts that are looked at, at most.
const LOOKED_AT: usize = 20_000;
/// Bytes of them, at most.
const LOOKED_AT_BYTES: usize = 1 << 20;
/// Texts that one task looks at.
const AT_ONCE: usize = 1024;
/// Texts in a preview.
const PREVIEW: usize = 5;
/// Texts in UTF-8 that do not happen by chance.
const NO_CHANCE: usize = 3;

/// What comes into question where nothing is declared, the usual first.
static QUESTIONED: [&Encoding; 9] =
    [GB18030, BIG5, SHIFT_JIS, EUC_KR, WINDOWS_1252, WINDOWS_1250, WINDOWS_1251, WINDOWS_1253, WINDOWS_1254];

/// The encoding of a name, in all the spellings that files and people use.
#[must_use]
pub fn named(name: &str) -> Option<&'static Encoding> {
    let lower = name.trim().trim_start_matches('\u{feff}').to_ascii_lowercase();
    let bare: String = lower.chars().filter(char::is_ascii_alphanumeric).collect();
    let page = ["windows", "ansi", "oem", "ldid", "cp", "ms"].iter().find_map(|prefix| bare.strip_prefix(prefix));
    match page.unwrap_or(&bare) {
        "936" | "gbk" | "gb18030" | "gb2312" | "54936" | "20936" | "euccn" | "gb180302005" => return Some(GB18030),
        "950" | "big5" | "big5hkscs" => return Some(BIG5),
        "932" | "sjis" | "shiftjis" => return Some(SHIFT_JIS),
        "949" | "euckr" | "uhc" => return Some(EUC_KR),
        "65001" | "utf8" | "unicode" => return Some(UTF_8),
        _ => {}
    }
    let is_number = |bare: &&str| bare.bytes().all(|byte| byte.is_ascii_digit());
    if let Some(page) = page.or(Some(&*bare).filter(is_number))
        && let Some(encoding) = Encoding::for_label(format!("windows-{page}").as_bytes())
    {
        return Some(encoding);
    }
    // Latin-1 of 88591, as ESRI writes it.
    let iso = bare.strip_prefix("iso").unwrap_or(&bare);
    if let Some(part) = iso.strip_prefix("8859") {
        return Encoding::for_label(format!("iso-8859-{part}").as_bytes());
    }
    Encoding::for_label(lower.as_bytes()).filter(|encoding| encoding.is_ascii_compatible())
}

/// What an encoding is called where people choose one.
#[must_use]
pub fn called(encoding: &'static Encoding) -> &'static str {
    if encoding == GB18030 { "GB18030 (GBK)" } else { encoding.name() }
}

/// Reads bytes; what is no text in the encoding becomes a replacement character. A character that a fixed width has cut
/// is left out.
#[must_use]
pub fn decode<'a>(encoding: &'static Encoding, bytes: &'a [u8]) -> Cow<'a, str> {
    // What is whole is not cut.
    if let Some(text) = encoding.decode_without_bom_handling_and_without_replacement(bytes) {
        return text;
    }
    encoding.decode_without_bom_handling(without_cut(encoding, bytes)).0
}

/// Settles the encoding of texts: values and names of fields, each by itself.
///
/// # Errors
/// The name that was chosen, where there is no such encoding.
pub fn settle<'a>(
    declared: &Declared<'_>,
    texts: impl IntoIterator<Item = &'a [u8]>,
) -> Result<Taken, UnknownEncoding> {
    let chosen = declared.chosen.map(|name| named(name).ok_or_else(|| UnknownEncoding(name.to_owned()))).transpose()?;
    let texts = Texts::of(texts);
    let candidates = texts.candidates();
    let taken = |encoding, basis| Taken { encoding, basis, contradicts: None, candidates: candidates.clone() };
    if let Some(encoding) = chosen {
        return Ok(taken(encoding, Basis::Chosen));
    }
    let known = declared.declared.iter().find_map(|(what, name)| Some((*what, *name, named(name)?)));
    let is_utf8 = texts.broken(UTF_8) == 0;
    let Some((what, name, encoding)) = known else {
        return Ok(if is_utf8 { taken(UTF_8, Basis::Utf8) } else { taken(texts.likeliest(), Basis::Evidence) });
    };
    let is_surely_utf8 = is_utf8 && texts.whole.len() >= NO_CHANCE;
    // A few broken values are damage, many are another encoding.
    let fits = texts.broken(encoding) * 10 <= texts.whole.len();
    let said = format!("{what} {name}");
    if encoding == UTF_8 && is_utf8 || encoding != UTF_8 && fits && !is_surely_utf8 {
        return Ok(taken(encoding, Basis::Declared(said)));
    }
    let likeliest = if is_utf8 { UTF_8 } else { texts.likeliest() };
    if texts.broken(likeliest) >= texts.broken(encoding) && !is_surely_utf8 {
        return Ok(taken(encoding, Basis::Declared(said)));
    }
    let basis = if is_utf8 { Basis::Utf8 } else { Basis::Evidence };
    Ok(Taken { contradicts: Some(said), ..taken(likeliest, basis) })
}

/// There is no such encoding.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("there is no encoding {0:?}; usual ones are GB18030, UTF-8, Big5, Shift_JIS, windows-1252")]
pub struct UnknownEncoding(pub String);

impl Say for UnknownEncoding {
    fn zh(&self) -> String {
        format!("没有名为“{}”的编码；常用的有 GB18030、UTF-8、Big5、Shift_JIS、windows-1252", self.0)
    }
}

impl Say for Taken {
    fn zh(&self) -> String {
        self.words(Lang::Zh)
    }
}

impl std::fmt::Display for Taken {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.words(Lang::En))
    }
}

impl Taken {
    /// What stands beside the layer; `None` where all is ASCII and nobody chose.
    #[must_use]
    pub fn reading(&self) -> Option<TextReading> {
        let Self { encoding, basis, contradicts, candidates } = self;
        let declared = match basis {
            Basis::Declared(what) => Some(what),
            Basis::Chosen | Basis::Utf8 | Basis::Evidence => contradicts.as_ref(),
        };
        let candidate = |it: &Candidate| TextCandidate {
            name: called(it.encoding).to_owned(),
            preview: it.preview.clone(),
            broken: it.broken,
        };
        let is_told = !candidates.is_empty() || *basis == Basis::Chosen;
        is_told.then(|| TextReading {
            name: called(encoding).to_owned(),
            basis: match basis {
                Basis::Chosen => TextBasis::Chosen,
                Basis::Declared(_) => TextBasis::Declared,
                Basis::Utf8 | Basis::Evidence => TextBasis::Inferred,
            },
            declared: declared.cloned(),
            contradicted: contradicts.is_some(),
            candidates: candidates.iter().map(candidate).collect(),
        })
    }

    fn words(&self, lang: Lang) -> String {
        let name = called(self.encoding);
        let why = match &self.basis {
            Basis::Chosen => lang.pick("指定", "chosen").to_owned(),
            Basis::Declared(what) => format!("{}{what}", lang.pick("文件注明 ", "as the file says: ")),
            Basis::Utf8 => lang.pick("文字全部符合 UTF-8", "every text is UTF-8").to_owned(),
            Basis::Evidence => lang.pick("由文字推断", "by the texts themselves").to_owned(),
        };
        let but = self.contradicts.as_ref().map(|what| match lang {
            Lang::Zh => format!("；文件注明 {what}，与文字不符"),
            Lang::En => format!("; the file says {what}, which its texts contradict"),
        });
        match lang {
            Lang::Zh => format!("{name}（{why}{}）", but.unwrap_or_default()),
            Lang::En => format!("{name} ({why}{})", but.unwrap_or_default()),
        }
    }
}

/// The texts beyond ASCII that are looked at, each once, in their order.
struct Texts<'a> {
    whole: Vec<&'a [u8]>,
    /// How many are no text in UTF-8, and in each of what comes into question; counted when first asked for.
    broken: [OnceLock<usize>; 1 + QUESTIONED.len()],
    likeliest: OnceLock<&'static Encoding>,
}

impl<'a> Texts<'a> {
    fn of(texts: impl IntoIterator<Item = &'a [u8]>) -> Self {
        let (mut seen, mut whole, mut bytes) = (HashSet::with_hasher(RandomState::default()), Vec::new(), 0);
        for text in texts {
            let text = text.trim_ascii();
            if !text.is_ascii() && seen.insert(text) {
                bytes += text.len();
                whole.push(text);
                if whole.len() >= LOOKED_AT || bytes >= LOOKED_AT_BYTES {
                    break;
                }
            }
        }
        Self { whole, broken: Default::default(), likeliest: OnceLock::new() }
    }

    /// How many are no text in an encoding.
    fn broken(&self, encoding: &'static Encoding) -> usize {
        let count = || {
            let some = self.whole.par_chunks(AT_ONCE).map(|some| {
                let mut scratch = String::new();
                some.iter().filter(|text| !is_text(encoding, text, &mut scratch)).count()
            });
            some.sum()
        };
        let at = [UTF_8].into_iter().chain(QUESTIONED).position(|other| other == encoding);
        at.map_or_else(count, |at| *self.broken[at].get_or_init(count))
    }

    fn candidates(&self) -> Vec<Candidate> {
        if self.whole.is_empty() {
            return Vec::new();
        }
        let candidate = |encoding: &'static Encoding| Candidate {
            encoding,
            preview: self.whole.iter().take(PREVIEW).map(|text| decode(encoding, text).into_owned()).collect(),
            broken: self.broken(encoding),
        };
        let likeliest = self.likeliest();
        let mut all = vec![candidate(UTF_8), candidate(likeliest)];
        all.extend(QUESTIONED.into_iter().filter(|&encoding| encoding != likeliest).map(candidate));
        // The likeliest stands before others that fit as well.
        all.sort_by_key(|candidate| candidate.broken);
        all
    }

    /// The encoding that speaks most for itself, beside UTF-8.
    fn likeliest(&self) -> &'static Encoding {
        self.likeliest.get_or_init(|| self.most_likely())
    }

    fn most_likely(&self) -> &'static Encoding {
        let fewest = QUESTIONED.iter().map(|&encoding| self.broken(encoding)).min().unwrap_or_default();
        let fits = |encoding: &'static Encoding| self.broken(encoding) <= fewest;
        // Names of units end in a few characters; whoever reads them is right.
        let endings = |encoding: &'static Encoding| {
            let some = self
                .whole
                .par_chunks(AT_ONCE)
                .map(|some| some.iter().filter(|text| decode(encoding, text).ends_with(ENDS_UNITS)).count());
            some.sum::<usize>()
        };
        let best = [GB18030, BIG5, SHIFT_JIS, EUC_KR].into_iter().filter(|&encoding| fits(encoding));
        let best = best
            .map(|encoding| (endings(encoding), encoding))
            .reduce(|best, other| if other.0 > best.0 { other } else { best });
        if let Some((_, encoding)) = best.filter(|(ends, _)| ends * 5 >= self.whole.len() && *ends > 0) {
            return encoding;
        }
        let voice = self.voice();
        if fits(voice) {
            return voice;
        }
        QUESTIONED.into_iter().find(|&encoding| fits(encoding)).unwrap_or(voice)
    }

    /// One voice among several.
    fn voice(&self) -> &'static Encoding {
        let mut detector = EncodingDetector::new(Iso2022JpDetection::Deny);
        for text in &self.whole {
            detector.feed(text, false);
            detector.feed(b"\n", false);
        }
        detector.feed(b"", true);
        match detector.guess(Some(b"cn"), Utf8Detection::Deny) {
            encoding if encoding == encoding_rs::GBK => GB18030,
            encoding => encoding,
        }
    }
}

/// How names of units and what is said of them end, in the scripts that come in more than one encoding.
const ENDS_UNITS: &[char] = &[
    '村', '镇', '鎮', '乡', '鄉', '县', '縣', '市', '区', '區', '里', '社', '会', '會', '街', '道', '场', '州', '省',
    '旗', '组', '町', '丁', '郡', '동', '읍', '면', '시', '군', '구', '리',
];

/// Whether bytes are a text in an encoding, but for a character that a fixed width has cut at the end.
fn is_text(encoding: &'static Encoding, bytes: &[u8], scratch: &mut String) -> bool {
    // Controls that no name has; single-byte code pages call them text.
    let is_odd = |c: char| c.is_control() || ('\u{80}'..'\u{a0}').contains(&c) || ('\u{e000}'..'\u{f8ff}').contains(&c);
    let is_fine = |text: &str| !text.chars().any(|c| is_odd(c) && !matches!(c, '\n' | '\r' | '\t'));
    if encoding == UTF_8 {
        return std::str::from_utf8(without_cut(encoding, bytes)).is_ok_and(is_fine);
    }
    // What is whole is not cut.
    is_whole(encoding, bytes, scratch) && is_fine(scratch)
        || match without_cut(encoding, bytes) {
            cut if cut.len() < bytes.len() => is_whole(encoding, cut, scratch) && is_fine(scratch),
            _ => false,
        }
}

/// Whether bytes are a text in an encoding, which is then in `scratch`.
fn is_whole(encoding: &'static Encoding, bytes: &[u8], scratch: &mut String) -> bool {
    let mut decoder = encoding.new_decoder_without_bom_handling();
    let Some(room) = decoder.max_utf8_buffer_length_without_replacement(bytes.len()) else { return false };
    scratch.clear();
    scratch.reserve(room);
    let (result, _) = decoder.decode_to_string_without_replacement(bytes, scratch, true);
    result == DecoderResult::InputEmpty
}

/// Bytes without the beginning of a character at their end.
fn without_cut<'a>(encoding: &'static Encoding, bytes: &'a [u8]) -> &'a [u8] {
    if encoding == UTF_8 {
        return match std::str::from_utf8(bytes) {
            Err(error) if error.error_len().is_none() => &bytes[..error.valid_up_to()],
            _ => bytes,
        };
    }
    if encoding.is_single_byte() || bytes.last().is_none_or(|&byte| byte < 0x80) {
        return bytes;
    }
    let fits = |bytes| encoding.decode_without_bom_handling_and_without_replacement(bytes).is_some();
    match bytes.split_last() {
        Some((_, shorter)) if !fits(bytes) && fits(shorter) => shorter,
        _ => bytes,
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn guess(texts: &[Vec<u8>], declared: &[(&str, &str)]) -> Taken {
        settle(&Declared { chosen: None, declared }, texts.iter().map(Vec::as_slice)).unwrap()
    }

    fn encoded(encoding: &'static Encoding, texts: &[&str]) -> Vec<Vec<u8>> {
        texts.iter().map(|text| encoding.encode(text).0.into_owned()).collect()
    }

    const CHINESE: [&str; 6] = ["张家沟村", "县城社区居委会", "石桥镇", "QSDWMC", "2020年户籍人口", "中心"];
    const TAIWAN: [&str; 6] = ["中心里", "魚池鄉", "埔里鎮", "南投縣", "仁愛鄉", "信義鄉"];
    const FRENCH: [&str; 6] = ["Évreux", "Saint-Étienne", "Forêt-de-Tessé", "L'Haÿ-les-Roses", "Besançon", "Mâcon"];
    const GERMAN: [&str; 6] = ["München", "Würzburg", "Köln", "Groß Köris", "Düsseldorf", "Mühlhausen"];
    const POLISH: [&str; 6] = ["Łódź", "Kraków", "Gdańsk", "Świętochłowice", "Częstochowa", "Rzeszów"];
    const RUSSIAN: [&str; 6] = ["Москва", "Тверь", "Сельское поселение", "Нижний Новгород", "Казань", "Уфа"];
    const JAPANESE: [&str; 6] = ["札幌市", "青森県", "白川村", "おいらせ町", "さいたま市", "ニセコ町"];
    const KOREAN: [&str; 6] = ["서울특별시", "종로구", "청운효자동", "사직동", "삼청동", "부암동"];

    #[test]
    fn texts_say_themselves_what_they_are() {
        for (encoding, texts) in [
            (GB18030, CHINESE),
            (BIG5, TAIWAN),
            (WINDOWS_1252, FRENCH),
            (WINDOWS_1252, GERMAN),
            (WINDOWS_1250, POLISH),
            (WINDOWS_1251, RUSSIAN),
            (SHIFT_JIS, JAPANESE),
            (EUC_KR, KOREAN),
        ] {
            let taken = guess(&encoded(encoding, &texts), &[]);
            assert_eq!((taken.encoding.name(), taken.basis), (encoding.name(), Basis::Evidence), "{texts:?}");
            let first = taken.candidates.first().map(|candidate| candidate.encoding);
            assert_eq!(first, Some(encoding), "the likeliest stands first");
            let taken = guess(&encoded(UTF_8, &texts), &[]);
            assert_eq!((taken.encoding, taken.basis), (UTF_8, Basis::Utf8));
        }
        assert_eq!(guess(&[b"abc".to_vec()], &[]).encoding, UTF_8);
    }

    #[test]
    fn what_is_declared_counts_unless_the_texts_contradict_it() {
        let gbk = encoded(GB18030, &CHINESE);
        let taken = guess(&gbk, &[("LDID", "936"), (".cpg", "UTF-8")]);
        assert_eq!((taken.encoding, taken.basis), (GB18030, Basis::Declared("LDID 936".to_owned())));
        let taken = guess(&gbk, &[(".cpg", "UTF-8")]);
        assert_eq!((taken.encoding, taken.contradicts.as_deref()), (GB18030, Some(".cpg UTF-8")));
        let taken = guess(&encoded(UTF_8, &CHINESE), &[("LDID", "936")]);
        assert_eq!((taken.encoding, taken.contradicts.as_deref()), (UTF_8, Some("LDID 936")));
        // What is unknown is passed over, what is not known to be wrong is followed.
        let taken = guess(&encoded(WINDOWS_1250, &POLISH), &[(".cpg", "klingon"), (".cpg", "1250")]);
        assert_eq!(taken.basis, Basis::Declared(".cpg 1250".to_owned()));
        let declared = Declared { chosen: Some("Big5"), declared: &[] };
        assert_eq!(settle(&declared, gbk.iter().map(Vec::as_slice)).unwrap().encoding, BIG5);
        let declared = Declared { chosen: Some("klingon"), declared: &[] };
        assert_eq!(settle(&declared, []), Err(UnknownEncoding("klingon".to_owned())));
    }

    #[test]
    fn names_of_encodings_are_known_however_they_are_spelled() {
        for name in ["GBK", "gb2312", "GB18030", "936", "cp936", "OEM 936", "ANSI 936", "windows-936", " EUC-CN\r\n"] {
            assert_eq!(named(name), Some(GB18030), "{name}");
        }
        for name in ["UTF-8", "UTF8", "65001", "utf_8"] {
            assert_eq!(named(name), Some(UTF_8), "{name}");
        }
        for (name, encoding) in [("1252", WINDOWS_1252), ("ANSI 1251", WINDOWS_1251), ("ISO 88591", WINDOWS_1252)] {
            assert_eq!(named(name), Some(encoding), "{name}");
        }
        assert_eq!(named("UTF-16LE"), None, "no text of a table");
        assert_eq!(named(""), None);
    }

    #[test]
    fn a_character_that_a_width_has_cut_is_left_out() {
        let utf8 = "张家沟村".as_bytes();
        assert_eq!(decode(UTF_8, &utf8[..10]), "张家沟");
        let gbk = GB18030.encode("张家沟村").0;
        assert_eq!(decode(GB18030, &gbk[..7]), "张家沟");
        assert_eq!(guess(&[gbk[..7].to_vec(), GB18030.encode("石桥村").0.to_vec()], &[]).encoding, GB18030);
    }

    #[test]
    fn what_was_taken_is_said_in_both_languages() {
        let gbk = encoded(GB18030, &CHINESE);
        let taken = guess(&gbk, &[(".cpg", "UTF-8")]);
        assert_eq!(
            taken.to_string(),
            "GB18030 (GBK) (by the texts themselves; the file says .cpg UTF-8, which its texts contradict)"
        );
        assert_eq!(taken.zh(), "GB18030 (GBK)（由文字推断；文件注明 .cpg UTF-8，与文字不符）");
        crate::i18n::check_said(&[UnknownEncoding("x".to_owned())]);
    }

    proptest! {
        #[test]
        fn no_bytes_are_too_odd(texts in prop::collection::vec(prop::collection::vec(any::<u8>(), 0..40), 0..20)) {
            let taken = guess(&texts, &[(".cpg", "GBK")]);
            for text in &texts {
                let _ = decode(taken.encoding, text);
            }
        }
    }
}
