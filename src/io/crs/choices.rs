//! Systems to choose from, for coordinates that are there: those that fit, and what a search finds.
//!
//! Each is told as it would be beside the layer, so that whoever chooses sees where the layer would lie.

use geo::Coord;

use super::settle::{Extent, settle};
use super::{System, provinces, table};
use crate::model::{CrsBasis, CrsReading, Numbers};

/// A system that can be chosen.
#[derive(Clone, Debug, PartialEq)]
pub struct CrsChoice {
    /// What is chosen: a code, or a name.
    pub id: String,
    /// What it is, and where the middle of the layer would lie.
    pub reading: CrsReading,
    /// Whether the coordinates can be in it.
    pub fits: bool,
}

/// Systems that the coordinates may well be in, the likelier first: degrees as they are and as web maps shift them, zones
/// of CGCS2000, UTM, Web Mercator. Where codes tell the province, those that have the layer in it come first.
#[must_use]
pub fn candidates(numbers: &Numbers) -> Vec<CrsChoice> {
    let plain = ["EPSG:4490", "EPSG:4326", "GCJ-02", "BD-09"].map(str::to_owned);
    let three = (4513..=4554).map(|code| format!("EPSG:{code}"));
    let six = (4491..=4512).map(|code| format!("EPSG:{code}"));
    let rest = ["EPSG:3857".to_owned()];
    let utm = (32601..=32660).chain(32701..=32760).map(|code| format!("EPSG:{code}"));
    let extent = Extent::from(*numbers);
    let all = plain.into_iter().chain(three).chain(six).chain(rest).chain(utm);
    let mut fitting: Vec<CrsChoice> = all.filter_map(|id| choice(id, &extent)).filter(|choice| choice.fits).collect();
    // Where codes tell the province, a zone that has the layer in it is likelier.
    if let Some(province) = numbers.province {
        fitting.sort_by_key(|choice| provinces::farness(province, choice.reading.centre?));
    }
    fitting
}

/// Systems to write in what lies around a place, the usual ones first: degrees, the systems of the sources, Gauss–Krüger
/// where CGCS2000 is at home, UTM, Web Mercator.
#[must_use]
pub fn to_write_around(at: Coord, sources: &[String]) -> Vec<CrsChoice> {
    let mut ids = vec!["EPSG:4326".to_owned()];
    ids.extend(sources.iter().filter(|id| System::to_write(id).is_ok()).cloned());
    let whole = |number: f64| if number.is_finite() { number.round() } else { 0.0 };
    #[expect(clippy::cast_possible_truncation, reason = "zones of a longitude")]
    let (three, utm) = (whole(at.x / 3.0) as i32, whole((at.x + 183.0) / 6.0).clamp(1.0, 60.0) as i32);
    if (73.0..136.0).contains(&at.x) && (3.0..54.0).contains(&at.y) {
        ids.push("EPSG:4490".to_owned());
        let three = three.clamp(25, 45);
        ids.extend([4534 + three - 25, 4513 + three - 25].map(|code| format!("EPSG:{code}")));
    }
    ids.push(format!("EPSG:{}", if at.y < 0.0 { 32_700 + utm } else { 32_600 + utm }));
    ids.push("EPSG:3857".to_owned());
    let mut all: Vec<CrsChoice> = Vec::new();
    for id in ids {
        if let Ok(system) = System::to_write(&id)
            && all.iter().all(|known| known.id != id)
        {
            all.push(CrsChoice { id, reading: system.reading(CrsBasis::Chosen), fits: true });
        }
    }
    all
}

/// Systems whose name or code has all words of a search in it, those that fit first; at most `most`.
#[must_use]
pub fn search(text: &str, numbers: Option<&Numbers>, most: usize) -> Vec<CrsChoice> {
    let words: Vec<String> = text.split_whitespace().map(table::folded).filter(|word| !word.is_empty()).collect();
    if words.is_empty() {
        return Vec::new();
    }
    let extent = numbers.map_or_else(Extent::default, |numbers| Extent::from(*numbers));
    let named = System::named(text).ok().and_then(|system| system.code());
    let found = table::codes_and_names().filter(|(code, name)| {
        let (code, name) = (format!("epsg{code}"), table::folded(name));
        // People say UTM 48, and 3° 35.
        let bare = name.replace("zone", "").replace("degree", "");
        words.iter().all(|word| [&code, &name, &bare].into_iter().any(|text| text.contains(word.as_str())))
    });
    // What is called so, or has it for its meridian, before what merely has the figure somewhere in its number.
    let is_called_so = |code: &str, name: &str| {
        let name = table::folded(name);
        words.iter().all(|word| name.contains(word.as_str()) || code == word)
    };
    let (called, numbered): (Vec<_>, Vec<_>) = found.partition(|(code, name)| is_called_so(code, name));
    let found = called.into_iter().chain(numbered).map(|(code, _)| format!("EPSG:{code}")).take(8 * most);
    let shifted =
        ["GCJ-02", "BD-09"].into_iter().filter(|name| words.iter().all(|it| table::folded(name).contains(it)));
    let ids = named.iter().cloned().chain(shifted.map(str::to_owned));
    let ids = ids.chain(found.filter(|id| Some(id) != named.as_ref()));
    let mut all: Vec<CrsChoice> = ids.filter_map(|id| choice(id, &extent)).collect();
    let meridian: Option<f64> = text.trim().trim_end_matches(['°', 'E', 'e']).parse().ok();
    let is_meridian = |choice: &CrsChoice| {
        meridian.zip(choice.reading.central_meridian).is_some_and(|(wanted, is)| (wanted - is).abs() < 1e-9)
    };
    all.sort_by_key(|choice| (!choice.fits, !is_meridian(choice)));
    all.truncate(most);
    all
}

/// A system, held against coordinates of this extent.
fn choice(id: String, extent: &Extent) -> Option<CrsChoice> {
    let system = System::named(&id).ok()?;
    let settled = settle(Some(&id), None, extent);
    let fits = settled.is_ok();
    let reading = settled.map_or_else(|_| system.reading(CrsBasis::Chosen), |settled| settled.reading());
    Some(CrsChoice { id, reading, fits })
}
