//! XML as files of boundaries use it: elements, their attributes and their texts, one behind the other.
//!
//! 1. A file is read as it comes; what stands in memory is one tag or one text, and no longer than a feature may be.
//! 2. The five entities of XML and characters by number are replaced, and nothing else: what a DTD declares is passed over.
//! 3. Elements lie within each other as deep as the limits allow, and each is closed; a text that ends before is cut off.
//! 4. Texts are in the encoding that was chosen, else that of the mark at the beginning, else what the declaration says as
//!    far as the texts bear it out.

use std::borrow::Cow;
use std::io::{self, BufRead, Read};

use encoding_rs::{Decoder, Encoding, UTF_8, UTF_16BE, UTF_16LE};
use quick_xml::errors::Error;
use quick_xml::events::{BytesStart, Event};

use super::encoding::{self, Declared, Taken};
use super::input::Input;
use super::layers::LayerSource;
use super::{Counted, FileProblem, Limits, Place, Problem, ReadError, shapefile};
use crate::i18n::{Say, one_line};
use crate::model::{ReadNote, Reading};

/// What comes next.
#[derive(Debug)]
pub(super) enum Node<'b> {
    /// An element begins.
    Open(Element<'b>),
    /// The element that began last, and has not ended, ends.
    Close,
    /// Text within it, or a piece of one.
    Text(Cow<'b, str>),
    /// The file ends.
    End,
}

/// The beginning of an element.
#[derive(Debug)]
pub(super) struct Element<'b>(BytesStart<'b>);

impl Element<'_> {
    /// Its name without its prefix.
    pub fn name(&self) -> &str {
        local(self.0.name().into_inner())
    }

    /// The value of an attribute, whatever its prefix.
    pub fn attribute(&self, name: &str) -> Option<String> {
        self.value(name).map(Cow::into_owned)
    }

    /// The same, borrowed where nothing in it had to be replaced.
    pub fn value(&self, name: &str) -> Option<Cow<'_, str>> {
        let mut all = self.0.attributes();
        let found = all.with_checks(false).flatten().find(|it| local(it.key.into_inner()) == name)?;
        Some(if found.value.contains('&') { unescaped(&found.value).into() } else { found.value })
    }
}

fn local(name: &str) -> &str {
    name.rsplit(':').next().unwrap_or(name)
}

/// Replaces entities and characters by number; what is neither stays.
pub(super) fn unescaped(text: &str) -> String {
    let mut plain = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find('&') {
        plain.push_str(&rest[..at]);
        rest = &rest[at..];
        let end = rest.bytes().take(12).position(|byte| byte == b';');
        let found = end.and_then(|end| Some((character(&rest[1..end])?, end + 1)));
        let (character, end) = found.unwrap_or(('&', 1));
        plain.push(character);
        rest = &rest[end..];
    }
    plain.push_str(rest);
    plain
}

/// The character that a reference stands for.
fn character(reference: &str) -> Option<char> {
    match reference {
        "amp" => Some('&'),
        "lt" => Some('<'),
        "gt" => Some('>'),
        "quot" => Some('"'),
        "apos" => Some('\''),
        _ => {
            let number = reference.strip_prefix('#')?;
            let number = match number.strip_prefix(['x', 'X']) {
                Some(number) => u32::from_str_radix(number, 16).ok()?,
                None => number.parse().ok()?,
            };
            char::from_u32(number).filter(|&it| it != '\0')
        }
    }
}

/// A file that is being read.
pub(super) struct Xml<'a> {
    reader: quick_xml::Reader<Source<'a>>,
    buffer: Vec<u8>,
    depth: usize,
    deepest: usize,
    limits: Limits,
    /// The encoding that was taken.
    pub taken: Option<Taken>,
    /// Features met so far, for messages.
    pub feature: Option<usize>,
}

/// Why reading stopped.
#[derive(Debug)]
pub(super) enum Fault {
    /// The file cannot be read.
    Io(io::Error),
    /// It has more bytes than the limit.
    TooLarge,
    /// Something in it is wrong.
    Wrong(Problem),
    /// The user gave up.
    Cancelled(crate::jobs::Cancelled),
}

impl From<Problem> for Fault {
    fn from(problem: Problem) -> Self {
        Self::Wrong(problem)
    }
}

impl From<crate::jobs::Cancelled> for Fault {
    fn from(cancelled: crate::jobs::Cancelled) -> Self {
        Self::Cancelled(cancelled)
    }
}

impl<'a> Xml<'a> {
    /// Reads `input`, in the encoding that `source` asks for where it does.
    ///
    /// # Errors
    /// An encoding that nobody knows.
    pub fn new(input: &'a mut Input<'_>, source: &LayerSource, limits: &Limits) -> Result<Self, ReadError> {
        let path = input.path;
        let (encoding, taken) = encoding_of(input.head().bytes, source.encoding.as_deref())
            .map_err(|problem| ReadError::File { path: path.to_owned(), problem })?;
        let limits = limits.capped();
        let mut reader = quick_xml::Reader::from_reader(Source::new(Box::new(input), encoding, &limits));
        let config = reader.config_mut();
        config.expand_empty_elements = true;
        config.allow_dangling_amp = true;
        let deepest = limits.nesting.max(32);
        Ok(Self { reader, buffer: Vec::new(), depth: 0, deepest, limits, taken, feature: None })
    }

    /// What comes next. What says nothing, as comments do, comes as an empty text.
    pub fn next(&mut self) -> Result<Node<'_>, Fault> {
        self.buffer.clear();
        self.reader.get_mut().since = 0;
        let event = match self.reader.read_event_into(&mut self.buffer) {
            Ok(event) => event,
            Err(error) => return Err(self.reader.get_ref().fault(error)),
        };
        Ok(match event {
            Event::Start(element) | Event::Empty(element) => {
                self.depth += 1;
                if self.depth > self.deepest {
                    return Err(Problem::from(XmlProblem::TooDeep { limit: self.deepest }).into());
                }
                Node::Open(Element(element))
            }
            Event::End(_) => {
                self.depth = self.depth.saturating_sub(1);
                Node::Close
            }
            Event::Text(text) => Node::Text(text.into_inner()),
            Event::CData(text) => Node::Text(text.into_inner()),
            Event::GeneralRef(reference) => Node::Text(match character(&reference) {
                Some(character) => character.to_string().into(),
                None => format!("&{};", &*reference).into(),
            }),
            Event::Comment(_) | Event::Decl(_) | Event::PI(_) | Event::DocType(_) => Node::Text(Cow::Borrowed("")),
            Event::Eof if self.depth > 0 => return Err(Problem::Truncated.into()),
            Event::Eof => Node::End,
        })
    }

    /// All text up to the end of the element that has just begun, that of elements in it among it.
    pub fn text(&mut self) -> Result<String, Fault> {
        let (mut all, outside) = (String::new(), self.depth);
        let most = self.limits.feature_bytes;
        while self.depth >= outside {
            match self.next()? {
                Node::Text(text) => all.push_str(&text),
                Node::Open(_) | Node::Close => {}
                Node::End => break,
            }
            if all.len() > most {
                return Err(too_long(most));
            }
        }
        Ok(all)
    }

    /// Passes over all up to the end of the element that has just begun.
    pub fn skip(&mut self) -> Result<(), Fault> {
        let outside = self.depth;
        while self.depth >= outside {
            if matches!(self.next()?, Node::End) {
                break;
            }
        }
        Ok(())
    }

    /// Puts the encoding beside a layer where it is not the usual one, and what is to be said of it.
    pub fn note(&self, reading: &mut Reading) -> Option<ReadNote> {
        let taken = self.taken.as_ref().filter(|it| it.encoding != UTF_8 || it.contradicts.is_some())?;
        reading.encoding = Some(taken.encoding.name().to_owned());
        reading.texts = taken.reading();
        shapefile::note(taken)
    }

    /// Where reading stands in the file; `None` where its bytes are not those that are read.
    pub fn byte(&self) -> Option<u64> {
        let is_plain = self.taken.as_ref().is_none_or(|taken| taken.encoding == UTF_8);
        is_plain.then(|| self.reader.buffer_position())
    }

    /// The fault in words, with the place where reading stopped.
    pub fn in_file(&self, fault: Fault, path: &std::path::Path) -> ReadError {
        let path = path.to_owned();
        match fault {
            Fault::Io(source) => ReadError::from_io(&path, source),
            Fault::TooLarge => {
                ReadError::File { path, problem: FileProblem::TooLarge { limit: self.limits.file_bytes } }
            }
            Fault::Cancelled(cancelled) => cancelled.into(),
            Fault::Wrong(problem) => {
                let place = Place { feature: self.feature, byte: self.byte(), ..Place::default() };
                ReadError::Content { path, place, problem }
            }
        }
    }
}

fn too_long(limit: usize) -> Fault {
    Problem::TooMany { what: Counted::FeatureBytes, limit }.into()
}

/// What only XML can get wrong.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum XmlProblem {
    /// Its grammar.
    #[error("not valid XML: {0}; correct it or export it again")]
    Syntax(String),
    /// Elements within elements.
    #[error("elements lie within each other more than {limit} deep; export it again")]
    TooDeep {
        /// The limit.
        limit: usize,
    },
}

impl Say for XmlProblem {
    fn zh(&self) -> String {
        match self {
            // Its words are English; the place that is named beside them is what helps.
            Self::Syntax(_) => "此处不合 XML 语法，请更正或重新导出".to_owned(),
            Self::TooDeep { limit } => format!("元素嵌套超过 {limit} 层，请重新导出"),
        }
    }
}

/// The bytes of a file as UTF-8, bounded as a whole and in any piece of it that is held.
struct Source<'a> {
    from: Box<dyn Read + 'a>,
    /// `None` for UTF-8.
    decoder: Option<Decoder>,
    raw: Vec<u8>,
    /// What is ready to be taken, from `at` on.
    ready: Vec<u8>,
    at: usize,
    is_at_end: bool,
    /// Bytes that may still come.
    left: u64,
    /// Bytes that came for the tag or text at hand.
    since: u64,
    most: u64,
}

/// Bytes that are read at a time.
const BLOCK: usize = 1 << 16;

impl<'a> Source<'a> {
    fn new(from: Box<dyn Read + 'a>, encoding: &'static Encoding, limits: &Limits) -> Self {
        Self {
            from,
            decoder: (encoding != UTF_8).then(|| encoding.new_decoder_with_bom_removal()),
            raw: Vec::new(),
            ready: Vec::new(),
            at: 0,
            is_at_end: false,
            left: limits.file_bytes,
            since: 0,
            most: limits.feature_bytes as u64,
        }
    }

    fn refill(&mut self) -> io::Result<()> {
        self.raw.resize(BLOCK, 0);
        let read = self.from.read(&mut self.raw)?;
        self.raw.truncate(read);
        self.is_at_end = read == 0;
        self.since = self.since.saturating_add(read as u64);
        let left = self.left.checked_sub(read as u64);
        self.left = left.unwrap_or_default();
        if left.is_none() || self.since > self.most.saturating_add(BLOCK as u64) {
            return Err(io::Error::other("more than the limit"));
        }
        self.at = 0;
        match &mut self.decoder {
            None => std::mem::swap(&mut self.raw, &mut self.ready),
            Some(decoder) => {
                let room = decoder.max_utf8_buffer_length(read).unwrap_or_default();
                self.ready.resize(room, 0);
                let (_, _, written, _) = decoder.decode_to_utf8(&self.raw, &mut self.ready, self.is_at_end);
                self.ready.truncate(written);
            }
        }
        Ok(())
    }

    fn fault(&self, error: Error) -> Fault {
        match error {
            Error::Io(_) if self.left == 0 => Fault::TooLarge,
            Error::Io(_) if self.since > self.most => too_long(usize::try_from(self.most).unwrap_or(usize::MAX)),
            Error::Io(source) => {
                Fault::Io(std::sync::Arc::try_unwrap(source).unwrap_or_else(|it| io::Error::new(it.kind(), it)))
            }
            // It ended within a tag or the like.
            Error::Syntax(_) if self.is_at_end => Problem::Truncated.into(),
            other => Problem::from(XmlProblem::Syntax(one_line(&other.to_string()))).into(),
        }
    }
}

impl Read for Source<'_> {
    fn read(&mut self, out: &mut [u8]) -> io::Result<usize> {
        let ready = self.fill_buf()?;
        let count = ready.len().min(out.len());
        out[..count].copy_from_slice(&ready[..count]);
        self.consume(count);
        Ok(count)
    }
}

impl BufRead for Source<'_> {
    fn fill_buf(&mut self) -> io::Result<&[u8]> {
        while self.at == self.ready.len() && !self.is_at_end {
            self.refill()?;
        }
        Ok(&self.ready[self.at..])
    }

    fn consume(&mut self, count: usize) {
        self.at = (self.at + count).min(self.ready.len());
    }
}

/// The encoding of a file with this beginning, and how it is known where the beginning does not mark it.
fn encoding_of(head: &[u8], chosen: Option<&str>) -> Result<(&'static Encoding, Option<Taken>), FileProblem> {
    let marked = Encoding::for_bom(head).map(|(encoding, _)| encoding);
    let wide = match head {
        [b'<', 0, ..] => Some(UTF_16LE),
        [0, b'<', ..] => Some(UTF_16BE),
        _ => None,
    };
    if let Some(encoding) = marked.or(wide) {
        return Ok((encoding, None));
    }
    let declared = declaration(head);
    let declared: Vec<_> = declared.iter().map(|name| ("XML", name.as_str())).collect();
    // The last piece may be cut.
    let mut texts: Vec<&[u8]> = head.split(|byte| matches!(byte, b'<' | b'>' | b'"')).collect();
    texts.pop();
    let taken = encoding::settle(&Declared { chosen, declared: &declared }, texts);
    let taken = taken.map_err(FileProblem::NoSuchEncoding)?;
    Ok((taken.encoding, Some(taken)))
}

/// The encoding that the declaration of a file names.
fn declaration(head: &[u8]) -> Option<String> {
    let rest = head.strip_prefix(b"<?xml")?;
    let end = rest.iter().take(400).position(|&byte| byte == b'>')?;
    let text = String::from_utf8_lossy(&rest[..end]);
    let value = text.split_once("encoding")?.1.trim_start().strip_prefix('=')?.trim_start();
    let quote = value.chars().next().filter(|it| matches!(it, '"' | '\''))?;
    Some(value[1..].split(quote).next()?.to_owned())
}

/// The beginning of a file as text, and the root of it: its name with its prefix, and its attributes as they stand.
pub(super) struct Root {
    pub text: String,
    pub name: String,
    pub attributes: String,
}

impl Root {
    /// `None` where the beginning is no XML.
    pub fn of(head: &[u8]) -> Option<Self> {
        let (encoding, _) = encoding_of(head, None).ok()?;
        let text = encoding.decode(head).0.into_owned();
        if !text.trim_start().starts_with('<') {
            return None;
        }
        let mut reader = quick_xml::Reader::from_str(&text);
        reader.config_mut().allow_dangling_amp = true;
        let (name, attributes) = loop {
            match reader.read_event().ok()? {
                Event::Start(element) | Event::Empty(element) => {
                    break (element.name().into_inner().to_owned(), element.attributes_raw().to_owned());
                }
                Event::Text(text) if !text.trim().is_empty() => return None,
                Event::Eof | Event::End(_) | Event::CData(_) | Event::GeneralRef(_) => return None,
                Event::Text(_) | Event::Comment(_) | Event::Decl(_) | Event::PI(_) | Event::DocType(_) => {}
            }
        };
        Some(Self { text, name, attributes })
    }

    /// Its name without its prefix.
    pub fn local(&self) -> &str {
        local(&self.name)
    }

    /// Whether an element of this name begins in the text, whatever its prefix.
    pub fn has(&self, name: &str) -> bool {
        self.text.match_indices(name).any(|(at, _)| {
            let before = self.text[..at].rsplit('<').next().unwrap_or_default();
            let prefix = before.strip_suffix(':').unwrap_or(before);
            let is_prefix = before.is_empty() || prefix.len() < before.len();
            let behind = self.text[at + name.len()..].chars().next();
            at > before.len()
                && is_prefix
                && prefix.chars().all(|it| it.is_alphanumeric() || matches!(it, '_' | '-' | '.'))
                && behind.is_some_and(|it| matches!(it, '>' | '/') || it.is_whitespace())
        })
    }
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::*;

    fn nodes(bytes: &[u8], encoding: Option<&str>, limits: &Limits) -> Result<Vec<String>, String> {
        let path = Path::new("a.xml");
        let mut input = Input::new(path, 0, Box::new(bytes)).unwrap();
        let source = LayerSource { encoding: encoding.map(str::to_owned), ..path.into() };
        let mut xml = Xml::new(&mut input, &source, limits).map_err(|error| error.to_string())?;
        let mut all = Vec::new();
        loop {
            let node = match xml.next() {
                Err(fault) => return Err(xml.in_file(fault, path).to_string()),
                Ok(Node::End) => return Ok(all),
                Ok(Node::Open(element)) => {
                    format!("<{}{}", element.name(), element.attribute("id").unwrap_or_default())
                }
                Ok(Node::Close) => ">".to_owned(),
                Ok(Node::Text(text)) => text.trim().to_owned(),
            };
            all.extend(Some(node).filter(|node| !node.is_empty()));
        }
    }

    const TEXT: &str = "<?xml version='1.0' encoding='#'?><!DOCTYPE a [<!ENTITY x 'xxxx'>]>
        <p:a p:id=\"&lt;1&#65;&x;\"><!-- c --><b/>村&amp;&#x6751;&x;&amp<![CDATA[<i>&amp;]]></p:a>";

    #[test]
    fn elements_attributes_and_texts_come_in_their_order_in_any_encoding() {
        let expected = ["<a<1A&x;", "<b", ">", "村", "&", "村", "&x;", "&amp", "<i>&amp;", ">"];
        let read = |bytes: &[u8], chosen| nodes(bytes, chosen, &Limits::default()).unwrap();
        assert_eq!(read(TEXT.replace('#', "UTF-8").replace("&UTF-8", "&#").as_bytes(), None), expected);
        for (name, chosen, declared) in
            [("GBK", None, "gb2312"), ("GBK", Some("GB18030"), "UTF-8"), ("Big5", None, "big5")]
        {
            let text = TEXT.replacen('#', declared, 1);
            let (bytes, ..) = Encoding::for_label(name.as_bytes()).unwrap().encode(&text);
            assert_eq!(read(&bytes, chosen), expected, "{name}");
        }
        let text = format!("\u{feff}{}", TEXT.replacen('#', "UTF-16", 1));
        let wide: Vec<u16> = text.encode_utf16().collect();
        assert_eq!(read(&wide.iter().flat_map(|it| it.to_le_bytes()).collect::<Vec<_>>(), None), expected);
        assert_eq!(read(&wide.iter().skip(1).flat_map(|it| it.to_be_bytes()).collect::<Vec<_>>(), None), expected);
        assert_eq!(read(text.as_bytes(), None), expected);
    }

    #[test]
    fn what_is_cut_off_or_no_xml_or_too_much_is_refused() {
        let text = TEXT.replacen('#', "UTF-8", 1);
        let start = text.find("<p:a").unwrap();
        let said = |text: &str, limits| nodes(text.as_bytes(), None, &limits).unwrap_err();
        for end in (start + 1..text.len()).filter(|&end| text.is_char_boundary(end)) {
            let error = said(&text[..end], Limits::default());
            assert!(error.starts_with("the file ends in the middle"), "{end}: {error}");
        }
        let deep = "<a>".repeat(200);
        assert!(said(&deep, Limits::default()).starts_with("elements lie within each other more than 64 deep"));
        assert!(said("<a></b>", Limits::default()).starts_with("not valid XML: "));
        let long = format!("<a>{}</a>", "x".repeat(1 << 20));
        let tight = Limits { feature_bytes: 1 << 10, ..Limits::default() };
        assert!(said(&long, tight).starts_with("more than 1024 bytes in one feature"));
        let tight = Limits { file_bytes: 1 << 10, ..Limits::default() };
        assert!(said(&long, tight).starts_with("the file has more than 1024 bytes"));
    }

    #[test]
    fn the_root_is_told_by_the_beginning() {
        let root = Root::of(b"<?xml version='1.0'?><!-- x --><g:All xmlns:g='y'><g:Polygon/><PointX>").unwrap();
        assert_eq!((root.local(), &*root.attributes), ("All", " xmlns:g='y'"));
        assert!(root.has("Polygon") && !root.has("Point") && !root.has("lygon"));
        for none in ["", "{}", "x<a>", "<!-- x -->", "<"] {
            assert!(Root::of(none.as_bytes()).is_none(), "{none}");
        }
    }
}
