//! From planes to the earth and back, vertex by vertex.

use geo::Coord;
use proj4rs::Proj;
use proj4rs::errors::Error;
use proj4rs::transform::{Transform, TransformClosure, transform};
use rayon::prelude::*;

use super::{Kind, Method, Projected, System};
use crate::geodesy::gcj02;

/// Vertices that a task takes at once.
const TASK: usize = 4096;

/// A vertex that a projection has no place for.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct NoPlace {
    pub at: Coord,
}

/// Coordinates as the library takes them.
struct Stretch<'a>(&'a mut [Coord]);

impl Transform for Stretch<'_> {
    fn transform_coordinates<F: TransformClosure>(&mut self, f: &mut F) -> Result<(), Error> {
        for coord in self.0.iter_mut() {
            let (x, y, _) = f(coord.x, coord.y, 0.0)?;
            (coord.x, coord.y) = (x, y);
        }
        Ok(())
    }
}

impl System {
    /// Turns coordinates of this system into longitude and latitude in degrees, in place.
    pub(super) fn to_earth(&self, coords: &mut [Coord]) -> Result<(), NoPlace> {
        match &self.kind {
            Kind::Geographic => Ok(()),
            Kind::Gcj02 => {
                each(coords, gcj02::wgs84_from_gcj02);
                Ok(())
            }
            Kind::Bd09 => {
                each(coords, gcj02::wgs84_from_bd09);
                Ok(())
            }
            Kind::Projected(plane) => plane.convert(coords, true),
        }
    }

    /// Turns longitude and latitude in degrees into coordinates of this system, in place. Shifted systems are never
    /// made: degrees stay as they are.
    ///
    /// # Errors
    /// The first place that the projection does not show.
    pub fn from_earth(&self, coords: &mut [Coord]) -> Result<(), Coord> {
        match &self.kind {
            Kind::Geographic | Kind::Gcj02 | Kind::Bd09 => Ok(()),
            Kind::Projected(plane) => plane.convert(coords, false).map_err(|wrong| wrong.at),
        }
    }
}

fn each(coords: &mut [Coord], place: fn(Coord) -> Coord) {
    coords.par_iter_mut().with_min_len(TASK).for_each(|coord| *coord = place(*coord));
}

impl Projected {
    fn convert(&self, coords: &mut [Coord], to_earth: bool) -> Result<(), NoPlace> {
        let Some(first) = coords.first() else { return Ok(()) };
        let none = NoPlace { at: *first };
        let plane = Proj::from_proj_string(&self.definition()).map_err(|_| none)?;
        let earth = Proj::from_proj_string(&format!("+proj=longlat {}", self.shape())).map_err(|_| none)?;
        coords.par_chunks_mut(TASK).try_for_each(|stretch| {
            // Only where something is wrong is it worked out which vertex that is.
            let before = stretch.to_vec();
            if convert(&plane, &earth, stretch, to_earth) && stretch.iter().all(|coord| is_place(*coord, to_earth)) {
                return Ok(());
            }
            let wrong = before.into_iter().find(|&coord| {
                let mut one = [coord];
                !convert(&plane, &earth, &mut one, to_earth) || !is_place(one[0], to_earth)
            });
            wrong.map_or(Ok(()), |at| Err(NoPlace { at }))
        })
    }

    /// The earth, in the library's words.
    fn shape(&self) -> String {
        let (a, rf) = self.ellipsoid.axes();
        match self.method {
            Method::WebMercator => format!("+a={a} +b={a}"),
            _ => format!("+a={a} +rf={rf}"),
        }
    }

    /// The system in the library's words.
    fn definition(&self) -> String {
        let Self { method, lat_0, lon_0, lat_1, lat_2, k_0, x_0, y_0, unit, .. } = *self;
        let (name, parallels) = match method {
            Method::TransverseMercator => ("tmerc", String::new()),
            Method::LambertConic if lat_2 == 0.0 => ("lcc", format!("+lat_1={lat_1}")),
            Method::LambertConic => ("lcc", format!("+lat_1={lat_1} +lat_2={lat_2}")),
            Method::LambertAzimuthal => ("laea", String::new()),
            Method::Albers => ("aea", format!("+lat_1={lat_1} +lat_2={lat_2}")),
            Method::Mercator if lat_1 != 0.0 => ("merc", format!("+lat_ts={lat_1}")),
            Method::Mercator | Method::WebMercator => ("merc", String::new()),
            Method::Stereographic if lat_1 != 0.0 => ("stere", format!("+lat_ts={lat_1}")),
            Method::Stereographic => ("stere", String::new()),
            Method::ObliqueStereographic => ("sterea", String::new()),
            Method::Polyconic => ("poly", String::new()),
        };
        // A scale beside a latitude of true scale would count twice.
        let scale = if parallels.contains("lat_ts") { String::new() } else { format!("+k_0={k_0}") };
        format!(
            "+proj={name} +lat_0={lat_0} +lon_0={lon_0} {parallels} {scale} +x_0={x_0} +y_0={y_0} +to_meter={unit} {}",
            self.shape()
        )
    }
}

fn convert(plane: &Proj, earth: &Proj, coords: &mut [Coord], to_earth: bool) -> bool {
    if to_earth {
        let done = transform(plane, earth, &mut Stretch(coords)).is_ok();
        // -0.0 and 0.0 are one place.
        for it in coords.iter_mut() {
            (it.x, it.y) = (it.x.to_degrees() + 0.0, it.y.to_degrees() + 0.0);
        }
        done
    } else {
        for it in coords.iter_mut() {
            (it.x, it.y) = (it.x.to_radians(), it.y.to_radians());
        }
        transform(earth, plane, &mut Stretch(coords)).is_ok()
    }
}

fn is_place(coord: Coord, on_earth: bool) -> bool {
    if on_earth { coord.x.abs() <= 180.0 && coord.y.abs() <= 90.0 } else { coord.x.is_finite() && coord.y.is_finite() }
}
