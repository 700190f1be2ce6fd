//! Which system coordinates are in: what was chosen, else what the file declares as far as the numbers bear it out, else
//! what the numbers themselves say.
//!
//! ```text
//! 104.06, 30.67          degrees                          30.67, 104.06      exchanged: no latitude is 104
//! 35512345.6, 3400123.4  zone 35 before the easting       3400123.4, 35512345.6   exchanged
//! 512345.6, 3400123.4    a plane, but which?              refused, unless the file or the user says
//! ```
//!
//! 1. What was chosen is done or refused. What the file declares gives way to numbers that leave no other reading, and
//!    that is said as a doubt.
//! 2. Nothing is guessed where two readings are possible.

use geo::Coord;
use rayon::prelude::*;

use super::problem::number;
use super::project::NoPlace;
use super::{CrsProblem, Kind, Method, Projected, System};
use crate::model::{CrsBasis, CrsDoubt, CrsReading, Numbers, ReadNoteKind};

/// Widest longitude and highest latitude taken, in degrees: rounding puts some vertices of world maps a hair beyond.
pub(in crate::io) const EDGE: [f64; 2] = [180.0 + 1e-9, 90.0 + 1e-9];

/// How large coordinates are.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(in crate::io) struct Extent {
    min: Coord,
    max: Coord,
    count: usize,
    /// Vertices that are no longitude and latitude.
    beyond: usize,
    /// Those of them that are latitude and longitude.
    exchanged: usize,
}

impl Default for Extent {
    fn default() -> Self {
        let [min, max] = [f64::INFINITY, f64::NEG_INFINITY].map(|it| Coord { x: it, y: it });
        Self { min, max, count: 0, beyond: 0, exchanged: 0 }
    }
}

impl Extent {
    /// That of these coordinates.
    pub fn of(coords: &[Coord]) -> Self {
        let parts = coords.par_chunks(1 << 16).map(Self::of_some);
        parts.reduce(Self::default, |a, b| Self {
            min: Coord { x: a.min.x.min(b.min.x), y: a.min.y.min(b.min.y) },
            max: Coord { x: a.max.x.max(b.max.x), y: a.max.y.max(b.max.y) },
            count: a.count + b.count,
            beyond: a.beyond + b.beyond,
            exchanged: a.exchanged + b.exchanged,
        })
    }

    /// That of some, which mostly are all on earth.
    fn of_some(coords: &[Coord]) -> Self {
        const SIDES: usize = 4;
        let none = Self::default();
        // Several side by side, because each waits for the one before.
        let (mut min, mut max) = ([none.min; SIDES], [none.max; SIDES]);
        let (fours, rest) = coords.as_chunks::<SIDES>();
        let rest = rest.iter().map(|at| [*at; SIDES]);
        for four in fours.iter().copied().chain(rest) {
            for (side, at) in four.into_iter().enumerate() {
                let (low, high) = (&mut min[side], &mut max[side]);
                low.x = if at.x < low.x { at.x } else { low.x };
                low.y = if at.y < low.y { at.y } else { low.y };
                high.x = if at.x > high.x { at.x } else { high.x };
                high.y = if at.y > high.y { at.y } else { high.y };
            }
        }
        let min = min.into_iter().fold(none.min, |a, b| Coord { x: a.x.min(b.x), y: a.y.min(b.y) });
        let max = max.into_iter().fold(none.max, |a, b| Coord { x: a.x.max(b.x), y: a.y.max(b.y) });
        if is_on_earth(min.x, min.y) && is_on_earth(max.x, max.y) {
            return Self { min, max, count: coords.len(), ..none };
        }
        coords.iter().fold(none, |all, it| all.with(*it))
    }

    fn with(mut self, Coord { x, y }: Coord) -> Self {
        self.min = Coord { x: self.min.x.min(x), y: self.min.y.min(y) };
        self.max = Coord { x: self.max.x.max(x), y: self.max.y.max(y) };
        self.count += 1;
        let is_beyond = !is_on_earth(x, y);
        self.beyond += usize::from(is_beyond);
        self.exchanged += usize::from(is_beyond && is_on_earth(y, x));
        self
    }

    /// What is kept of it beside the layer; `None` where there is no vertex.
    pub fn numbers(&self) -> Option<Numbers> {
        let Self { min, max, count, beyond, exchanged } = *self;
        (count > 0).then_some(Numbers { min: min.into(), max: max.into(), count, beyond, exchanged, province: None })
    }

    fn middle(&self) -> Coord {
        (self.min + self.max) / 2.0
    }

    /// Whether these are degrees whose longitudes are all counted on beyond 180, as from 0 to 360.
    fn is_beyond_180(&self) -> bool {
        self.count > 0
            && self.min.x >= 180.0
            && self.max.x <= 360.0
            && is_on_earth(0.0, self.min.y.abs().max(self.max.y.abs()))
    }

    /// Whether these may be degrees of which most longitudes are counted on beyond 180.
    pub fn runs_across_180(&self) -> bool {
        !self.is_degrees()
            && (-180.0..180.0).contains(&self.min.x)
            && (180.0..=360.0).contains(&self.max.x)
            && self.max.x - self.min.x <= 360.0
            && is_on_earth(0.0, self.min.y.abs().max(self.max.y.abs()))
    }

    /// Whether these are degrees of which some longitudes are counted on beyond 180.
    pub fn runs_on(&self) -> bool {
        self.max.x > EDGE[0]
            && self.max.x <= 360.0
            && (-180.0..180.0).contains(&self.min.x)
            && self.max.x - self.min.x <= 360.0
            && is_on_earth(0.0, self.min.y.abs().max(self.max.y.abs()))
            && !self.is_exchanged_degrees()
    }

    /// What is said where longitudes run on and are turned back.
    pub const fn turned(&self) -> CrsDoubt {
        CrsDoubt::LongitudesTurned { from: self.min.x, to: self.max.x }
    }

    /// Whether these are degrees, but for a few vertices that are wrong.
    const fn is_degrees(&self) -> bool {
        2 * self.beyond <= self.count
    }

    /// Whether these are degrees with the latitude first: most could be nothing else.
    const fn is_exchanged_degrees(&self) -> bool {
        self.exchanged > 0 && self.exchanged == self.beyond && 2 * self.exchanged >= self.count
    }

    const fn with_axes(self, axes: Axes) -> Self {
        match axes {
            Axes::Usual | Axes::Beyond180 => self,
            Axes::Exchanged => Self { min: exchanged(self.min), max: exchanged(self.max), ..self },
        }
    }
}

impl From<Numbers> for Extent {
    fn from(numbers: Numbers) -> Self {
        let Numbers { min, max, count, beyond, exchanged, province: _ } = numbers;
        Self { min: min.into(), max: max.into(), count, beyond, exchanged }
    }
}

/// Whether two numbers are longitude and latitude.
pub(in crate::io) fn is_on_earth(x: f64, y: f64) -> bool {
    x.abs() <= EDGE[0] && y.abs() <= EDGE[1]
}

const fn exchanged(at: Coord) -> Coord {
    Coord { x: at.y, y: at.x }
}

/// Which of the two numbers stands first.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::io) enum Axes {
    /// East.
    Usual,
    /// North.
    Exchanged,
    /// East, counted on beyond 180 degrees.
    Beyond180,
}

/// The system that coordinates are in, and what is to be said of it.
#[derive(Clone, Debug, PartialEq)]
pub(in crate::io) struct Settled {
    system: System,
    axes: Axes,
    basis: CrsBasis,
    doubts: Vec<CrsDoubt>,
    extent: Extent,
}

impl Settled {
    fn new(system: System, axes: Axes, basis: CrsBasis, extent: &Extent) -> Self {
        let mut doubts = Vec::new();
        if axes == Axes::Exchanged {
            let middle = extent.middle();
            doubts.push(CrsDoubt::AxesExchanged { middle: [middle.x, middle.y] });
        }
        if axes == Axes::Beyond180 {
            doubts.push(extent.turned());
        }
        Self { system, axes, basis, doubts, extent: *extent }
    }

    fn against(mut self, declared: &str, extent: &Extent) -> Self {
        let middle = extent.middle();
        let (declared, used) = (declared.to_owned(), self.system.label());
        self.doubts.push(CrsDoubt::Contradicted { declared, used, middle: [middle.x, middle.y] });
        self
    }

    /// Which number stands first.
    #[cfg(test)]
    pub const fn axes(&self) -> Axes {
        self.axes
    }

    /// Whether coordinates are longitude and latitude as they are.
    pub fn is_plain(&self) -> bool {
        self.system.is_geographic() && self.axes == Axes::Usual
    }

    /// What is done to coordinates.
    pub fn turns(&self) -> Vec<ReadNoteKind> {
        let order = match self.axes {
            Axes::Usual => None,
            Axes::Exchanged => Some(ReadNoteKind::AxesExchanged),
            Axes::Beyond180 => Some(ReadNoteKind::LongitudesTurned),
        };
        let from = (!self.system.is_geographic()).then(|| ReadNoteKind::Reprojected { from: self.label() });
        order.into_iter().chain(from).collect()
    }

    /// Whether some coordinates, taken as degrees, are none.
    pub fn has_strays(&self) -> bool {
        self.extent.beyond > 0 && self.axes != Axes::Beyond180
    }

    /// The system in a line.
    pub fn label(&self) -> String {
        self.system.label()
    }

    /// Turns coordinates into longitude and latitude, in place.
    ///
    /// # Errors
    /// The first vertex, as it was, that is no place in this system.
    pub fn apply(&self, coords: &mut [Coord]) -> Result<(), CrsProblem> {
        if self.axes == Axes::Exchanged {
            coords.par_iter_mut().with_min_len(1 << 14).for_each(|at| *at = exchanged(*at));
        }
        if self.axes == Axes::Beyond180 {
            coords.par_iter_mut().with_min_len(1 << 14).for_each(|at| at.x -= 360.0);
        }
        self.system.to_earth(coords).map_err(|NoPlace { at }| CrsProblem::unfit(&self.system.label(), at))
    }

    /// What stands beside the layer.
    pub fn reading(&self) -> CrsReading {
        let mut reading = self.system.reading(self.basis);
        let mut middle = [self.extent.with_axes(self.axes).middle()];
        if self.axes == Axes::Beyond180 {
            middle[0].x -= 360.0;
        }
        let has_middle = self.extent.count > 0 && self.system.to_earth(&mut middle).is_ok();
        reading.centre = has_middle.then_some([middle[0].x, middle[0].y]);
        reading.doubts.clone_from(&self.doubts);
        reading
    }
}

/// Settles the system of coordinates of this extent.
///
/// # Errors
/// [`CrsProblem`]: it is not known, cannot be read, does not fit, or nothing says which it is.
pub(in crate::io) fn settle(
    chosen: Option<&str>,
    declared: Option<&str>,
    extent: &Extent,
) -> Result<Settled, CrsProblem> {
    if let Some(chosen) = chosen {
        let system = System::named(chosen)?;
        let unfit = CrsProblem::unfit(&system.label(), extent.middle());
        return fitting(&system, CrsBasis::Chosen, extent).ok_or(unfit);
    }
    let declared = declared.map(System::named).transpose()?;
    if extent.runs_across_180()
        && !extent.is_exchanged_degrees()
        && declared.as_ref().is_none_or(|it| !matches!(it.kind, Kind::Projected(_)))
    {
        return Err(CrsProblem::Across180 { from: number(extent.min.x), to: number(extent.max.x) });
    }
    let Some(declared) = declared else {
        let mut settled = inferred(extent).unwrap_or_else(|| Err(ambiguous(extent)))?;
        if !settled.system.is_geographic() {
            // A zone is one of several datums.
            settled.doubts.push(CrsDoubt::DatumUnknown { used: settled.system.label() });
        }
        return Ok(settled);
    };
    if let Some(settled) = fitting(&declared, CrsBasis::Declared, extent) {
        return Ok(settled);
    }
    let label = declared.label();
    // The zone of the declared system, the prefix aside, is as good as what is written before eastings.
    let sibling = declared.sibling().filter(|system| fits(system, &extent.with_axes(Axes::Usual)));
    let told = inferred(extent).or_else(|| Some(Ok(Settled::new(sibling?, Axes::Usual, CrsBasis::Inferred, extent))));
    match told {
        Some(Ok(settled)) => Ok(settled.against(&label, extent)),
        Some(Err(_)) | None => Err(CrsProblem::unfit(&label, extent.middle())),
    }
}

/// The system with these coordinates, one way round or the other.
fn fitting(system: &System, basis: CrsBasis, extent: &Extent) -> Option<Settled> {
    let axes =
        [Axes::Usual, Axes::Exchanged, Axes::Beyond180].into_iter().find(|&axes| match (&system.kind, axes) {
            (Kind::Projected(_), Axes::Beyond180) => false,
            (Kind::Geographic | Kind::Gcj02 | Kind::Bd09, Axes::Beyond180) => extent.is_beyond_180(),
            (Kind::Projected(_), axes) => fits(system, &extent.with_axes(axes)),
            // What is in range either way is taken as it stands.
            (Kind::Geographic | Kind::Gcj02 | Kind::Bd09, Axes::Exchanged) => extent.is_exchanged_degrees(),
            (Kind::Geographic | Kind::Gcj02 | Kind::Bd09, Axes::Usual) => {
                extent.is_degrees() && !extent.is_exchanged_degrees()
            }
        })?;
    Some(Settled::new(system.clone(), axes, basis, extent))
}

/// Whether coordinates of this extent can be in a projected system.
fn fits(system: &System, extent: &Extent) -> bool {
    let Kind::Projected(plane) = &system.kind else { return extent.is_degrees() };
    if extent.count == 0 {
        return true;
    }
    // No layer of a plane lies within 180 m of its origin: these are degrees.
    if extent.beyond == 0 {
        return false;
    }
    let (min, max) = (extent.min, extent.max);
    if !plane.reaches(min) || !plane.reaches(max) {
        return false;
    }
    // A projection goes there and comes back.
    let corners = [min, max, Coord { x: min.x, y: max.y }, Coord { x: max.x, y: min.y }];
    corners.into_iter().all(|corner| {
        let mut at = [corner];
        let there = system.to_earth(&mut at).is_ok() && system.from_earth(&mut at).is_ok();
        there && (at[0].x - corner.x).abs() < 1.0 && (at[0].y - corner.y).abs() < 1.0
    })
}

impl Projected {
    /// Whether coordinates lie where the projection is made use of.
    fn reaches(&self, at: Coord) -> bool {
        // Half the way around the equator.
        const HALF_M: f64 = 20_037_509.0;
        match self.method {
            Method::TransverseMercator => {}
            Method::WebMercator => return at.x.abs() <= HALF_M && at.y.abs() <= HALF_M + 2e4,
            Method::LambertConic
            | Method::LambertAzimuthal
            | Method::Albers
            | Method::Mercator
            | Method::Stereographic
            | Method::ObliqueStereographic
            | Method::Polyconic => return at.x.is_finite() && at.y.is_finite(),
        }
        let east_m = at.x * self.unit - self.x_0;
        let north_m = at.y * self.unit - self.y_0;
        // Where zones stand before eastings, a million further is the next zone. Else countries use one zone for all.
        let reach_m = if self.prefix().is_some() { 5e5 } else { 1.3e6 };
        east_m.abs() < reach_m && north_m.abs() < 1.0e7
    }
}

impl System {
    /// The same zone of the same series with its number before eastings where this has none, or without where it has.
    fn sibling(&self) -> Option<Self> {
        let Kind::Projected(plane) = &self.kind else { return None };
        let (zone, width) = plane.zone(self.code)?;
        match (plane.prefix(), width) {
            (None, _) => Self::gauss_kruger(zone),
            (Some(_), 3) => Self::gauss_kruger_around(plane.lon_0),
            (Some(_), _) => table_of_six(zone),
        }
        .filter(|_| self.name.starts_with("CGCS2000"))
    }
}

fn table_of_six(zone: u32) -> Option<System> {
    (13..=23).contains(&zone).then(|| super::table::by_code(4502 + zone - 13).ok())?
}

/// What the numbers themselves say; `None` when they say too little.
fn inferred(extent: &Extent) -> Option<Result<Settled, CrsProblem>> {
    let basis = CrsBasis::Inferred;
    if let Some(settled) = fitting(&System::wgs84(), basis, extent) {
        return Some(Ok(settled));
    }
    let told = [Axes::Usual, Axes::Exchanged].into_iter().find_map(|axes| {
        let extent = extent.with_axes(axes);
        let system = System::gauss_kruger(prefix_of(extent.min.x).filter(|_| prefix_of(extent.max.x).is_some())?)
            .filter(|_| prefix_of(extent.min.x) == prefix_of(extent.max.x))?;
        // Zones lie between 0° and 60° N.
        ((0.0..6.7e6).contains(&extent.min.y) && (0.0..6.7e6).contains(&extent.max.y) && fits(&system, &extent))
            .then_some((system, axes))
    });
    told.map(|(system, axes)| Ok(Settled::new(system, axes, basis, extent)))
}

/// The zone before an easting of eight digits.
fn prefix_of(easting: f64) -> Option<u32> {
    let (millions, rest) = ((easting / 1e6).floor(), easting.rem_euclid(1e6));
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a whole number of two digits")]
    let zone = (13.0..=45.0).contains(&millions).then_some(millions as u32)?;
    // A zone of 6° is at most 334 km wide to either side, and some map a little beyond.
    (5e4..9.5e5).contains(&rest).then_some(zone)
}

/// Nothing says the system: what it may be.
fn ambiguous(extent: &Extent) -> CrsProblem {
    let at = extent.middle();
    let mut candidates: Vec<&str> = Vec::new();
    let is_zone = |x: f64, y: f64| (5e4..1e6).contains(&x) && (0.0..1e7).contains(&y);
    if is_zone(at.x, at.y) || is_zone(at.y, at.x) {
        let north = if at.x > at.y { at.x } else { at.y };
        if (3.3e5..6.0e6).contains(&north) {
            candidates.push("EPSG:4534–4554 (CGCS2000, 3°, CM 75°–135°)");
            candidates.push("EPSG:4502–4512 (CGCS2000, 6°, CM 75°–135°)");
        }
        candidates.push("EPSG:32601–32660 (WGS 84 / UTM N)");
        candidates.push("EPSG:32701–32760 (WGS 84 / UTM S)");
    }
    if at.x.abs() < 20_037_509.0 && at.y.abs() < 20_048_967.0 && at.x.abs().max(at.y.abs()) > 1e6 {
        candidates.push("EPSG:3857 (Web Mercator)");
    }
    if candidates.is_empty() {
        candidates.push("EPSG:4523");
    }
    CrsProblem::Ambiguous { x: number(at.x), y: number(at.y), candidates: candidates.join(", ") }
}
