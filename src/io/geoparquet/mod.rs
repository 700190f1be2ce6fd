//! `GeoParquet`: tables by columns, with columns of geometry and a note that says what they are.
//!
//! The footer is read here, and pages are unpacked here ([`thrift`], [`footer`], [`pages`]), since the parser takes what
//! they claim at its word: counts as room to make, groups within groups as calls. It gets pages that were held against
//! their bytes, and makes values of them ([`values`]).
//!
//! 1. A layer is a column of geometry, without a wish the primary one. The others, and boxes around geometries, are no
//!    attributes.
//! 2. Lists, structs and maps are JSON; what is not there is unknown.
//! 3. The whole file is in memory, and what comes out of its pages is counted ([`Limits::file_bytes`]).
//! 4. Whatever the parser stumbles over is a damaged file.

mod delta;
mod footer;
mod geometry;
mod pages;
mod problem;
mod rows;
mod thrift;
mod values;

#[cfg(test)]
mod tests;

use std::fs::File;
use std::io::{Read as _, Seek as _, SeekFrom};
use std::path::Path;
use std::sync::{Arc, Mutex};

use bytes::Bytes;
use geojson::{Feature, JsonObject};
use rayon::prelude::*;

use self::footer::{Footer, Group, MAGIC};
use self::geometry::{Encoding, Shape, Shapes};
use self::pages::{Budget, Fault, Pages};
pub use self::problem::ParquetProblem;
use self::values::{Batch, Column, Texts, Wanted};
use super::gather::{BATCH, Stretches, unique_names};
use super::input::{Features, FileKind, Head, Input, LayerEntry, Reader, stem};
use super::layers::LayerSource;
use super::{Counted, FileProblem, Limits, Place, Problem, ReadError, crs};
use crate::jobs::{Progress, caught, lock_whole};
use crate::model::{Layer, Reading};

/// How layers are read from `GeoParquet`.
pub(super) const READER: Reader = Reader { polygons, features, contents };

/// Rows that are looked at for geometries where nothing says which column has them.
const LOOKED_AT: usize = 100;
/// Names of columns that a message lists.
const LISTED: usize = 8;

/// What a file with this beginning is, where it is Parquet. What it holds stands at its end.
pub(super) fn kind(head: &Head<'_>) -> Option<FileKind> {
    if !head.bytes.starts_with(MAGIC) {
        return None;
    }
    let shapes = footer_of(head.path).and_then(|footer| geometry::told(&footer).ok()).unwrap_or_default();
    let is_places = !shapes.list.is_empty() && !shapes.list.iter().any(|shape| shape.is_area);
    Some(if is_places { FileKind::Places } else { FileKind::Layers })
}

/// The footer of a file that lies on the disk, and in no archive.
fn footer_of(path: &Path) -> Option<Footer> {
    let mut file = File::open(path).ok().filter(|_| path.is_file())?;
    let size = file.metadata().ok()?.len();
    let mut last = |bytes: u64| {
        let mut end = Vec::new();
        file.seek(SeekFrom::Start(size.checked_sub(bytes)?)).ok()?;
        file.by_ref().take(bytes).read_to_end(&mut end).ok()?;
        Some(end)
    };
    let bytes = Footer::size(&last(8)?).ok()?;
    Footer::read(&last(bytes as u64)?, usize::try_from(size).ok()?).ok()
}

/// A file that was read, with its columns of geometry.
struct Open<'a> {
    path: &'a Path,
    bytes: Bytes,
    footer: Footer,
    shapes: Shapes,
    limits: Limits,
    budget: Arc<Budget>,
}

/// A table of some rows: the column of geometry, and texts of the others.
struct Table {
    shape: Vec<Batch>,
    texts: Vec<Texts>,
    rows: usize,
}

impl<'a> Open<'a> {
    fn new(input: &mut Input<'a>, limits: &Limits) -> Result<Self, ReadError> {
        let (path, limits) = (input.path, limits.capped());
        let bytes = Bytes::from(input.read_whole(&limits)?);
        let wrong = |problem| ReadError::File { path: path.to_owned(), problem: FileProblem::Parquet(problem) };
        let footer = Footer::read(&bytes, bytes.len()).map_err(wrong)?;
        let shapes = geometry::told(&footer).map_err(wrong)?;
        let budget = Arc::new(Budget::new(limits.file_bytes));
        let mut open = Self { path, bytes, footer, shapes, limits, budget };
        if open.footer.rows > limits.features {
            let problem = Problem::TooMany { what: Counted::Features, limit: limits.features };
            return Err(ReadError::Content { path: path.to_owned(), place: Place::default(), problem });
        }
        if open.shapes.list.is_empty() {
            open.shapes.list = open.guessed().map_err(|fault| open.wrong(fault))?;
        }
        if open.shapes.list.is_empty() {
            let names: Vec<&str> = open.footer.fields.iter().map(|node| node.name.as_str()).take(LISTED).collect();
            let more = if open.footer.fields.len() > LISTED { ", …" } else { "" };
            return Err(wrong(ParquetProblem::NoGeometry(crate::i18n::one_line(&(names.join(", ") + more)))));
        }
        Ok(open)
    }

    /// Columns whose first values are geometries.
    fn guessed(&self) -> Result<Vec<Shape>, Fault> {
        let Some(group) = self.footer.groups.iter().find(|group| group.rows > 0) else { return Ok(Vec::new()) };
        let rows = group.rows.min(LOOKED_AT);
        let shape = |(field, encoding): (usize, Encoding)| {
            let wanted = if encoding == Encoding::Binary { Wanted::Bytes } else { Wanted::Json };
            let batches = self.columns(group, field, wanted)?.read(rows)?;
            let is_area = batches.first().and_then(|batch| geometry::looks(batch, encoding, rows));
            let name = || self.footer.fields[field].name.clone();
            Ok(is_area.map(|is_area| Shape { field, name: name(), encoding, is_area, declares: None }))
        };
        geometry::candidates(&self.footer).filter_map(|it| shape(it).transpose()).collect()
    }

    fn entries(&self) -> Vec<LayerEntry> {
        let list = &self.shapes.list;
        let name = |shape: &Shape| if list.len() == 1 { stem(self.path) } else { shape.name.clone() };
        let entry =
            |shape: &Shape| LayerEntry { name: name(shape), is_area: shape.is_area, features: Some(self.footer.rows) };
        list.iter().map(entry).collect()
    }

    fn choose(&self, source: &LayerSource) -> Result<(usize, &Shape), ReadError> {
        source.check_utf8()?;
        let entries = self.entries();
        // The only one may be asked for by its column, too.
        let by_column = self.shapes.list.iter().position(|shape| source.layer.as_ref() == Some(&shape.name));
        let at = by_column.map_or_else(|| source.choose(&entries), Ok)?;
        Ok((at, &self.shapes.list[at]))
    }

    fn reading(&self, at: usize) -> Reading {
        let mut reading = Reading { format: "GeoParquet".to_owned(), ..Reading::default() };
        reading.list(at, self.entries().into_iter().map(|entry| entry.name));
        reading
    }

    /// Fields that are attributes, and what they are called, each by a name of its own.
    fn attributes(&self) -> (Vec<usize>, Vec<String>) {
        let is_attribute = |&field: &usize| {
            let name = &self.footer.fields[field].name;
            !self.shapes.list.iter().any(|shape| shape.field == field) && !self.shapes.helpers.contains(name)
        };
        let fields: Vec<usize> = (0..self.footer.fields.len()).filter(is_attribute).collect();
        let names = unique_names(fields.iter().map(|&field| self.footer.fields[field].name.clone()));
        (fields, names)
    }

    fn wrong(&self, fault: Fault) -> ReadError {
        let problem = match fault {
            Fault::Parquet(problem) => FileProblem::Parquet(problem),
            Fault::TooMuch => FileProblem::TooMuchInflated { limit: self.limits.file_bytes },
        };
        ReadError::File { path: self.path.to_owned(), problem }
    }

    /// The columns of values of a field in a group of rows.
    fn columns(&self, group: &Group, field: usize, wanted: Wanted) -> Result<Columns, Fault> {
        let column = |(node, leaf): (&footer::Node, &footer::Leaf)| {
            let chunk = group.chunks.get(leaf.column).ok_or(ParquetProblem::Damaged)?;
            let bytes = self.bytes.slice(chunk.start..chunk.end);
            let levels = (node.def, node.rep);
            let pages = Pages::new(bytes, chunk.codec, leaf.clone(), levels, group.rows, Arc::clone(&self.budget));
            Column::new(node, leaf, pages, wanted, &self.budget)
        };
        self.footer.fields[field].leaves().into_iter().map(column).collect::<Result<_, _>>().map(Columns)
    }

    /// Hands on all rows, some at a time.
    fn tables(
        &self,
        shape: &Shape,
        attributes: &[usize],
        mut take: impl FnMut(Table) -> Result<(), ReadError>,
    ) -> Result<(), ReadError> {
        let wrong = |fault| self.wrong(fault);
        for group in &self.footer.groups {
            let mut shapes = self.columns(group, shape.field, shape.wanted()).map_err(wrong)?;
            let others = attributes.iter().map(|&field| Ok((field, self.columns(group, field, Wanted::Json)?)));
            let mut others: Vec<(usize, Columns)> = others.collect::<Result<_, _>>().map_err(wrong)?;
            let mut left = group.rows;
            while left > 0 {
                let rows = left.min(BATCH);
                left -= rows;
                let (shape, texts) = rayon::join(
                    || shapes.read(rows),
                    || others.par_iter_mut().map(|(field, columns)| self.texts(*field, columns, rows)).collect(),
                );
                let texts: Vec<Result<Texts, Fault>> = texts;
                let texts = texts.into_iter().collect::<Result<_, _>>().map_err(wrong)?;
                take(Table { shape: shape.map_err(wrong)?, texts, rows })?;
            }
        }
        Ok(())
    }

    fn texts(&self, field: usize, columns: &mut Columns, rows: usize) -> Result<Texts, Fault> {
        let batches = columns.read(rows)?;
        let texts = rows::json(&self.footer.fields[field], &batches, rows, self.budget.left());
        self.budget.take(texts.bytes())?;
        Ok(texts)
    }
}

/// The columns of values of a field.
struct Columns(Vec<Column>);

impl Columns {
    /// The next rows. What the parser stumbles over is no reason for more than a refusal.
    fn read(&mut self, rows: usize) -> Result<Vec<Batch>, Fault> {
        let read = caught(|| self.0.iter_mut().map(|column| column.read(rows)).collect());
        read.unwrap_or_else(|_| Err(ParquetProblem::Damaged.into()))
    }
}

impl Table {
    /// Values of a row under the names of their fields.
    fn row<'t>(&'t self, row: usize, names: &'t [String]) -> Vec<(&'t str, &'t str)> {
        let value = |texts: &'t Texts| texts.get(row).unwrap_or("null");
        names.iter().map(String::as_str).zip(self.texts.iter().map(value)).collect()
    }
}

fn polygons(
    input: &mut Input<'_>,
    source: &LayerSource,
    limits: &Limits,
    progress: &Progress,
) -> Result<Layer, ReadError> {
    let open = Open::new(input, limits)?;
    let (at, shape) = open.choose(source)?;
    let (fields, names) = open.attributes();
    let mut stretches = Stretches::new(open.path, &open.limits, progress);
    // Geometries may name a system each.
    let declares = Mutex::new(shape.declares.clone());
    open.tables(shape, &fields, |table| {
        let rows = geometry::Rows::new(&table.shape, shape.encoding, table.rows);
        stretches.add(&(0..table.rows).collect::<Vec<_>>(), |&row, gathered, most| {
            let (pieces, system) = rows.pieces(row, open.limits.feature_bytes)?;
            if system.is_some() {
                crs::agree(&mut lock_whole(&declares), system)?;
            }
            gathered.feature(&pieces, &table.row(row, &names), most)
        })
    })?;
    let declares = lock_whole(&declares).take();
    Ok(Layer { reading: Reading { declares, ..open.reading(at) }, ..stretches.layer() })
}

fn features(mut input: Input<'_>, source: &LayerSource, limits: &Limits) -> Result<Features, ReadError> {
    let open = Open::new(&mut input, limits)?;
    let (_, shape) = open.choose(source)?;
    let (fields, names) = open.attributes();
    let (mut list, mut declared_crs) = (Vec::new(), shape.declares.clone());
    open.tables(shape, &fields, |table| {
        let rows = geometry::Rows::new(&table.shape, shape.encoding, table.rows);
        for row in 0..table.rows {
            let wrong = |problem: Problem| {
                let place = Place { feature: Some(list.len()), ..Place::default() };
                ReadError::Content { path: open.path.to_owned(), place, problem }
            };
            let (pieces, system) = rows.pieces(row, open.limits.feature_bytes).map_err(wrong)?;
            crs::agree(&mut declared_crs, system).map_err(|problem| wrong(problem.into()))?;
            let mut properties = JsonObject::new();
            for (name, value) in table.row(row, &names) {
                properties.insert(name.to_owned(), serde_json::from_str(value).unwrap_or_default());
            }
            list.push(Feature { geometry: pieces.into_geometry(), properties: Some(properties), ..Feature::default() });
        }
        Ok(())
    })?;
    Ok(Features { list, declared_crs })
}

fn contents(mut input: Input<'_>, limits: &Limits) -> Result<Vec<LayerEntry>, ReadError> {
    Ok(Open::new(&mut input, limits)?.entries())
}
