//! Whose tiles they are, as one line of text.

/// The text of what a source says in HTML: tags left out, the commonest entities resolved, spaces in one. `None` when
/// nothing is left.
pub(super) fn plain(html: &str) -> Option<String> {
    let mut text = String::with_capacity(html.len());
    let mut rest = html;
    while let Some(at) = rest.find(['<', '&']) {
        text.push_str(&rest[..at]);
        rest = &rest[at..];
        let (written, taken) = if rest.starts_with('<') {
            // A lone sign is no tag.
            rest.find('>').map_or(("<", 1), |end| ("", end + 1))
        } else {
            entity(rest)
        };
        text.push_str(written);
        rest = &rest[taken..];
    }
    text.push_str(rest);
    let words: Vec<&str> = text.split_whitespace().collect();
    (!words.is_empty()).then(|| words.join(" "))
}

/// What the entity at the start of a text stands for, and how long it is.
fn entity(text: &str) -> (&'static str, usize) {
    const ENTITIES: [(&str, &str); 8] = [
        ("&copy;", "©"),
        ("&#169;", "©"),
        ("&amp;", "&"),
        ("&lt;", "<"),
        ("&gt;", ">"),
        ("&quot;", "\""),
        ("&#39;", "'"),
        ("&nbsp;", " "),
    ];
    let known = ENTITIES.iter().find(|(name, _)| text.starts_with(name));
    known.map_or(("&", 1), |(name, stands_for)| (stands_for, name.len()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn links_become_their_text() {
        let html = "<a href=\"https://example.org/?a&b\">&copy; 测绘局</a>\n &amp; others &c, 1 < 2";
        assert_eq!(plain(html).as_deref(), Some("© 测绘局 & others &c, 1 < 2"));
    }

    #[test]
    fn nothing_is_said_where_nothing_is_left() {
        assert_eq!((plain(" <br/> "), plain("")), (None, None));
    }
}
