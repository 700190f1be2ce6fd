//! Features that were read once and kept elsewhere, such as in a project file.

use super::coordinates::{self, OffEarth};
use super::feature::{Chunk, PLACEHOLDER};
use super::members;
use crate::coverage::FlatPolygons;
use crate::io::{Limits, Problem, ProjectProblem};
use crate::model::{CoordinateText, FeatureText, Layer, Records, Shape, join};

/// Features taken up again, in order. What comes of them is what the reader of their file has made.
#[derive(Debug, Default)]
pub(crate) struct Stored {
    chunk: Chunk,
    parts: Vec<Records>,
}

impl Stored {
    /// Adds a feature: its text around the coordinates, and its geometry. Coordinates that were kept as text are read
    /// from it, the others are added by `geometry`, which ends the atom.
    pub fn add(
        &mut self,
        stored: &FeatureText<'_>,
        geometry: impl FnOnce(&mut FlatPolygons) -> Result<(), ProjectProblem>,
        limits: &Limits,
    ) -> Result<(), ProjectProblem> {
        let FeatureText { before, coordinates, after, shape } = *stored;
        let middle = match (shape, coordinates) {
            (Shape::Empty, _) => "",
            (_, Some(kept)) => kept,
            (_, None) => PLACEHOLDER,
        };
        let text = [before, middle, after].concat();
        let range = (shape != Shape::Empty).then(|| before.len()..before.len() + middle.len());
        let polygons = &mut self.chunk.polygons;
        let keep = match (shape, coordinates) {
            (Shape::Empty, _) => {
                polygons.end_atom();
                CoordinateText::Drop
            }
            (_, Some(kept)) => {
                let shape = if shape == Shape::Polygon {
                    coordinates::Shape::Polygon
                } else {
                    coordinates::Shape::MultiPolygon
                };
                let looks = coordinates::read(kept.as_bytes(), shape, limits.vertices, polygons)
                    .map_err(|fault| ProjectProblem::damaged(fault.problem))?;
                // Only degrees are kept as text.
                if let Some(OffEarth { numbers: [lon, lat], .. }) = looks.off_earth {
                    return Err(ProjectProblem::damaged(Problem::OutOfRange { lon, lat }));
                }
                CoordinateText::Keep
            }
            (_, None) => {
                geometry(polygons)?;
                CoordinateText::Drop
            }
        };
        let properties = members::read(&text).map_err(ProjectProblem::damaged)?.properties;
        self.chunk.records.begin(&text, range, shape, keep).map_err(ProjectProblem::damaged)?;
        for (name, value) in &properties {
            self.chunk.records.value(name, value.clone());
        }
        Ok(())
    }

    /// Appends features behind these.
    pub fn append(&mut self, other: Self) {
        self.chunk.polygons.append(&other.chunk.polygons);
        self.parts.push(other.chunk.records);
        self.parts.extend(other.parts);
    }

    /// The layer that they make, with the rest of `head`.
    pub fn into_layer(self, head: Layer) -> Layer {
        let mut parts = vec![self.chunk.records];
        parts.extend(self.parts);
        let (table, source) = join(parts);
        Layer { polygons: self.chunk.polygons, table, source, ..head }
    }
}
