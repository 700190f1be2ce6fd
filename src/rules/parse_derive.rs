//! Reads rules by which rows of ledgers come about: `[[derive]]`.

use compact_str::{CompactString, format_compact};
use toml::de::DeValue;

use super::mistake::{Expected, PackProblem};
use super::pack::{Derive, Words};
use super::parse::{LEVELS, kinds};
use super::reader::{Read, Table, choose, wrong};
use crate::model::{CellText, Deed, Derivation, Event, Occasion};

pub(super) fn derives(top: &Table<'_, '_>) -> Read<Vec<Derive>> {
    let mut all: Vec<Derive> = Vec::new();
    for table in top.tables("derive", "derive")? {
        let derive = derive(&table)?;
        if all.iter().any(|other| other.rule.id == derive.rule.id) {
            return Err(table.lines.error(table.span, PackProblem::SameId(derive.rule.id.into_string())));
        }
        all.push(derive);
    }
    Ok(all)
}

fn derive(table: &Table<'_, '_>) -> Read<Derive> {
    table.only(&["id", "title", "for", "kind", "except", "into", "update", "set"])?;
    let written = table.text("for")?.ok_or_else(|| table.missing("for"))?;
    let occasion = occasion(table, written)?;
    let (ledger, deed, condition) = match (table.text("into")?, table.text("update")?) {
        (Some(into), None) => (into.trim(), Deed::Add, None),
        (None, Some(update)) if matches!(occasion, Occasion::Unit(..)) => {
            let parts = update.split_once(" where ").or_else(|| update.split_once("其中"));
            let (ledger, condition) =
                parts.map_or((update, None), |(ledger, rest)| (ledger, Some(rest.trim().to_owned())));
            (ledger.trim(), Deed::Change(None), condition)
        }
        _ => return Err(table.lines.error(table.span.clone(), PackProblem::IntoOrUpdate)),
    };
    let id = table.text("id")?.map_or_else(|| format_compact!("{ledger}/{written}"), CompactString::from);
    let mut title = table.words("title")?;
    if title.is_empty() {
        title = Words { zh: id.to_string(), en: id.to_string() };
    }
    let rule = Derivation {
        id,
        title: [title.zh, title.en],
        occasion,
        kinds: kinds(table, "kind")?,
        except: kinds(table, "except")?,
        table: ledger.into(),
        deed,
        set: cells(table)?,
    };
    Ok(Derive { rule, condition })
}

/// What stands behind `for = …`.
fn occasion(table: &Table<'_, '_>, written: &str) -> Read<Occasion> {
    let span = table.get("for").map(toml::Spanned::span).unwrap_or_default();
    let text = written.trim();
    if text == "on_approval" {
        return Ok(Occasion::Approval);
    }
    let wrong = || table.lines.error(span.clone(), PackProblem::WrongOccasion(written.to_owned()));
    let (word, behind) = text.split_once('(').ok_or_else(wrong)?;
    let of = behind.strip_suffix(')').ok_or_else(wrong)?.trim();
    if word.trim() == "finding" {
        return if of.is_empty() { Err(wrong()) } else { Ok(Occasion::Finding((of != "*").then(|| of.into()))) };
    }
    let event = choose(table.lines, "for", word.trim(), span.clone(), &Event::ALL)?;
    Ok(Occasion::Unit(event, choose(table.lines, "for", of, span, &LEVELS)?))
}

/// What stands behind `set = …`, by column.
fn cells(table: &Table<'_, '_>) -> Read<Vec<(CompactString, CellText)>> {
    let Some(value) = table.get("set") else { return Ok(Vec::new()) };
    let set = Table::new(table.lines, "set", value, "derive.set")?;
    let cell = |(key, value): (&toml::Spanned<std::borrow::Cow<'_, str>>, &super::reader::Value<'_>)| {
        let text = match value.get_ref() {
            DeValue::String(text) => text.as_ref(),
            DeValue::Integer(number) if number.radix() == 10 => number.as_str(),
            DeValue::Float(number) => number.as_str(),
            _ => return Err(wrong(table.lines, key.get_ref(), value, Expected::Text)),
        };
        let text = text.parse::<CellText>();
        let text = text.map_err(|error| table.lines.error(value.span(), PackProblem::UnknownPlaceholder(error)))?;
        Ok((CompactString::from(key.get_ref().as_ref()), text))
    };
    set.fields.iter().map(cell).collect()
}
