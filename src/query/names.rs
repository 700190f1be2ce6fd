//! Names as people write them: with the committee, with another suffix, without any.

/// What a suffix says of a unit.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Class {
    Group,
    Village,
    Township,
    County,
}

/// Offices, and the unit that each is of.
const OFFICES: [(&str, &str); 14] = [
    ("村村民委员会", "村"),
    ("村民委员会", "村"),
    ("村村委会", "村"),
    ("村委会", "村"),
    ("社区居民委员会", "社区"),
    ("社区居委会", "社区"),
    ("居民委员会", "社区"),
    ("居委会", "社区"),
    ("街道办事处", "街道"),
    ("街道办", "街道"),
    ("镇人民政府", "镇"),
    ("乡人民政府", "乡"),
    ("镇政府", "镇"),
    ("乡政府", "乡"),
];

/// Suffixes of names, longest first.
const SUFFIXES: [(&str, Class); 14] = [
    ("村民小组", Class::Group),
    ("行政村", Class::Village),
    ("建制村", Class::Village),
    ("民族乡", Class::Township),
    ("自治县", Class::County),
    ("社区", Class::Village),
    ("街道", Class::Township),
    ("村", Class::Village),
    ("乡", Class::Township),
    ("镇", Class::Township),
    ("县", Class::County),
    ("区", Class::County),
    ("市", Class::County),
    ("组", Class::Group),
];

/// A name without the office: 解放村村民委员会 is 解放村.
pub(super) fn without_office(name: &str) -> String {
    let office = OFFICES.iter().find_map(|(office, unit)| Some((name.strip_suffix(office)?, unit)));
    match office {
        Some((stem, unit)) if !stem.is_empty() => format!("{stem}{unit}"),
        _ => name.to_owned(),
    }
}

/// A name without office and suffix, and what the suffix says: 解放村委会 is 解放, a village.
pub(super) fn stem(name: &str) -> (String, Option<Class>) {
    let name = without_office(name);
    let suffix = SUFFIXES.iter().find_map(|(suffix, class)| Some((name.strip_suffix(suffix)?, *class)));
    match suffix {
        Some((stem, class)) if !stem.is_empty() => (stem.to_owned(), Some(class)),
        _ => (name, None),
    }
}

/// A text with full-width letters and digits made plain, and without what cannot be in a name.
pub(super) fn plain(text: &str) -> String {
    let plain = text.chars().map(|c| match c {
        'Ａ'..='Ｚ' | 'ａ'..='ｚ' | '０'..='９' => {
            u32::from(c).checked_sub(0xFEE0).and_then(char::from_u32).unwrap_or(c)
        }
        other => other,
    });
    plain.filter(|c| !c.is_whitespace() && *c != '\u{feff}').collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn offices_and_suffixes_come_off() {
        for (name, wanted, class) in [
            ("解放村", "解放", Some(Class::Village)),
            ("解放村委会", "解放", Some(Class::Village)),
            ("解放村村民委员会", "解放", Some(Class::Village)),
            ("东街社区居委会", "东街", Some(Class::Village)),
            ("石桥镇人民政府", "石桥", Some(Class::Township)),
            ("回龙民族乡", "回龙", Some(Class::Township)),
            ("解放", "解放", None),
            ("村", "村", None),
        ] {
            assert_eq!(stem(name), (wanted.to_owned(), class), "{name}");
        }
    }

    #[test]
    fn full_width_digits_are_digits() {
        assert_eq!(plain("５１０ ７２２"), "510722");
    }
}
