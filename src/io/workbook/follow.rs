//! Parts of a workbook that say where something stands on a sheet: notes, pictures, charts.

use std::io::Cursor;

use quick_xml::events::{BytesStart, BytesText, Event};
use quick_xml::{Reader, Writer};
use zip::ZipArchive;

use super::refs::Shift;
use super::sheet::{attribute, content};
use super::{Unfit, elements, part};

/// Parts that follow the rows of a sheet: those that it names, and all charts, whose figures may be of it.
pub(super) fn parts(archive: &mut ZipArchive<Cursor<&[u8]>>, sheet: &str) -> Result<Vec<String>, Unfit> {
    let names: Vec<String> = archive.file_names().filter_map(|name| Some(name.ok()?.into_owned())).collect();
    let (folder, file) = sheet.rsplit_once('/').ok_or(Unfit)?;
    let links = format!("{folder}/_rels/{file}.rels");
    let mut found: Vec<String> = names.iter().filter(|name| name.starts_with("xl/charts/chart")).cloned().collect();
    if names.contains(&links) {
        for link in elements(&part(archive, &links)?)? {
            let Some(target) = attribute(&link, "Target")? else { continue };
            let path = match target.strip_prefix("../") {
                Some(rest) => format!("xl/{rest}"),
                None => target.trim_start_matches('/').to_owned(),
            };
            let name = path.rsplit('/').next().unwrap_or_default().to_lowercase();
            let is_it = name.starts_with("comment") || name.contains("drawing");
            if is_it && names.contains(&path) {
                found.push(path);
            }
        }
    }
    Ok(found)
}

/// A part with what it says of rows moved: a reference of a note, the row from 0 of a picture, the formula of a chart.
pub(super) fn moved(xml: &str, sheet: &str, shift: &Shift) -> Result<Vec<u8>, Unfit> {
    let mut reader = Reader::from_str(xml);
    let mut writer = Writer::new(Vec::with_capacity(xml.len()));
    loop {
        match reader.read_event().map_err(|_| Unfit)? {
            Event::Eof => return Ok(writer.into_inner()),
            // A note on a row that is gone goes with it.
            Event::Start(start) if start.local_name().as_ref() == "comment" => match comment(&start, shift)? {
                Some(moved) => writer.write_event(Event::Start(moved)).map_err(|_| Unfit)?,
                None => {
                    reader.read_to_end(start.name()).map_err(|_| Unfit)?;
                }
            },
            Event::Start(start) if ["row", "Row", "f"].contains(&start.local_name().as_ref()) => {
                let text = content(&mut reader, start.name().as_ref())?;
                let text = match (start.local_name().as_ref(), text.trim().parse::<u32>()) {
                    ("f", _) => shift.formula(&text, false, |name| name == sheet),
                    (_, Ok(row)) => {
                        let gone = u32::from(shift.row(row + 1).is_none());
                        (shift.moved(row + 1) - 1).saturating_sub(gone).to_string()
                    }
                    (_, Err(_)) => text,
                };
                let end = start.to_end().into_owned();
                writer.write_event(Event::Start(start)).map_err(|_| Unfit)?;
                writer.write_event(Event::Text(BytesText::new(&text))).map_err(|_| Unfit)?;
                writer.write_event(Event::End(end)).map_err(|_| Unfit)?;
            }
            event => writer.write_event(event).map_err(|_| Unfit)?,
        }
    }
}

fn comment(start: &BytesStart<'_>, shift: &Shift) -> Result<Option<BytesStart<'static>>, Unfit> {
    let mut moved = BytesStart::new(start.name().as_ref().to_owned());
    for attribute in start.attributes() {
        let attribute = attribute.map_err(|_| Unfit)?;
        if attribute.key.as_ref() == "ref" {
            let Some(refs) = shift.refs(&attribute.value, false) else { return Ok(None) };
            moved.push_attribute(("ref", refs.as_str()));
        } else {
            moved.push_attribute(attribute);
        }
    }
    Ok(Some(moved))
}
