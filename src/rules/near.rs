//! The known word that is most like a given one.

/// The known word that differs least, if it differs by few letters.
pub(super) fn nearest<'a>(word: &str, known: &[&'a str]) -> Option<&'a str> {
    let ranked = known.iter().map(|&other| (distance(word, other), other));
    let (steps, other) = ranked.min_by_key(|&(steps, _)| steps)?;
    (steps <= 1 + word.chars().count() / 3).then_some(other)
}

/// Letters to be put in, left out or replaced (Levenshtein 1966).
fn distance(a: &str, b: &str) -> usize {
    let b: Vec<char> = b.chars().collect();
    let mut row: Vec<usize> = (0..=b.len()).collect();
    for (i, letter) in a.chars().enumerate() {
        let mut corner = std::mem::replace(&mut row[0], i + 1);
        for (j, &other) in b.iter().enumerate() {
            let replaced = corner + usize::from(letter != other);
            corner = row[j + 1];
            row[j + 1] = replaced.min(row[j] + 1).min(corner + 1);
        }
    }
    row[b.len()]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_slip_finds_its_word_and_another_word_none() {
        assert_eq!(distance("kitten", "sitting"), 3);
        assert_eq!(nearest("severty", &["id", "severity", "source"]), Some("severity"));
        assert_eq!(nearest("mim", &["min", "max"]), Some("min"));
        assert_eq!(nearest("budget", &["min", "max", "kind"]), None);
    }
}
