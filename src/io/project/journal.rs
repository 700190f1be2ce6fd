//! Scenarios in tables: written whole into a project, or kept up to date while they change.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::{Duration, SystemTime};

use rusqlite::{Connection, Transaction, TransactionBehavior};

use super::{Plans, ProjectError, ProjectProblem, ledgers, places, schema};
use crate::edit::{Branch, Document, Edit, Scenario, ScenarioId, Stage, StepId, StoredStep};
use crate::io::Limits;
use crate::model::{Facilities, KeptLedger};

/// Scenarios of a document on the disk, step by step.
///
/// [`sync`](Self::sync) brings them up to date in one transaction; once it returns, what was done outlives the
/// program, and the system too.
#[derive(Debug)]
pub struct Journal {
    connection: Connection,
    path: PathBuf,
    /// What is there by now.
    known: Known,
}

#[derive(Debug, Default)]
struct Known {
    scenarios: Vec<Scenario>,
    active: Option<ScenarioId>,
    /// Notes of the steps that are there.
    steps: BTreeMap<StepId, String>,
    settings: BTreeMap<String, String>,
    places: Arc<Facilities>,
    ledgers: Vec<KeptLedger>,
}

impl Journal {
    /// Starts a journal in a new file.
    ///
    /// # Errors
    /// [`ProjectError`] when nothing can be written there.
    pub fn create(path: &Path) -> Result<Self, ProjectError> {
        let make = || -> Result<Connection, ProjectProblem> {
            private_file(path)?;
            let connection = Connection::open(path)?;
            settle(&connection)?;
            schema::create_plans(&connection)?;
            Ok(connection)
        };
        let connection = make().map_err(|problem| ProjectError::new(path, problem))?;
        Ok(Self { connection, path: path.to_owned(), known: Known::default() })
    }

    /// Takes a journal up again, and what stands in it.
    ///
    /// # Errors
    /// [`ProjectError`] when it cannot be read.
    pub fn open(path: &Path) -> Result<(Self, Plans), ProjectError> {
        let open = || -> Result<_, ProjectProblem> {
            let connection = Connection::open(path)?;
            settle(&connection)?;
            schema::check(&connection)?;
            schema::complete_plans(&connection)?;
            // A table that is gone from a journal is no work of the user: what is left is more than nothing.
            let (plans, _) = read(&connection, &Limits::default())?;
            Ok((connection, plans))
        };
        let (connection, plans) = open().map_err(|problem| ProjectError::new(path, problem))?;
        let steps = plans.steps.iter().map(|(&id, step)| (id, step.note.clone())).collect();
        let (scenarios, settings) = (plans.scenarios.clone(), plans.settings.clone());
        let (places, ledgers) = (Arc::clone(&plans.places), plans.ledgers.clone());
        let known = Known { scenarios, active: Some(plans.active), steps, settings, places, ledgers };
        Ok((Self { connection, path: path.to_owned(), known }, plans))
    }

    /// Whether everything that the document holds stands in the journal.
    #[must_use]
    pub fn is_current(&self, document: &Document) -> bool {
        let known = &self.known;
        known.active == Some(document.active().id)
            && known.scenarios == document.scenarios()
            && known.settings == *document.settings()
            && known.places == *document.places()
            && known.ledgers == document.kept_ledgers()
            && document.stored_since(&known.steps).next().is_none()
    }

    /// Brings the scenarios up to date with a document, all at once or not at all. Costs what has changed.
    ///
    /// # Errors
    /// [`ProjectError`] when it cannot be written. What was there before stays; the next call tries again.
    pub fn sync(&mut self, document: &Document) -> Result<(), ProjectError> {
        let write = |connection: &mut Connection, known: &mut Known| -> Result<(), ProjectProblem> {
            let transaction = connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
            let now = known.bring_up(&transaction, document)?;
            transaction.commit()?;
            *known = now;
            Ok(())
        };
        write(&mut self.connection, &mut self.known).map_err(|problem| ProjectError::new(&self.path, problem))
    }

    #[cfg(test)]
    pub(super) const fn connection_for_tests(&self) -> &Connection {
        &self.connection
    }

    /// Keeps a value beside the scenarios.
    ///
    /// # Errors
    /// As [`sync`](Self::sync).
    pub fn set(&mut self, key: &str, value: &str) -> Result<(), ProjectError> {
        self.set_all(&[(key, value)])
    }

    /// Keeps values beside the scenarios, all of them or none.
    ///
    /// # Errors
    /// As [`sync`](Self::sync).
    pub fn set_all(&mut self, pairs: &[(&str, &str)]) -> Result<(), ProjectError> {
        let mut write = || -> Result<(), ProjectProblem> {
            let transaction = self.connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
            for (key, value) in pairs {
                schema::set_meta(&transaction, key, value)?;
            }
            transaction.commit()?;
            Ok(())
        };
        write().map_err(|problem| ProjectError::new(&self.path, problem))
    }

    /// A value that was kept beside the scenarios.
    ///
    /// # Errors
    /// [`ProjectError`] when it cannot be read.
    pub fn get(&self, key: &str) -> Result<Option<String>, ProjectError> {
        schema::meta(&self.connection, key).map_err(|problem| ProjectError::new(&self.path, problem))
    }
}

/// Makes an empty file that nobody but the user can read, where the system tells users apart. What the database lays
/// beside it has the same rights.
fn private_file(path: &Path) -> std::io::Result<()> {
    let mut options = std::fs::File::options();
    options.write(true).create(true).truncate(false);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options.open(path).map(drop)
}

/// A transaction is on the disk when it has ended, and readers never see half of one.
fn settle(connection: &Connection) -> Result<(), ProjectProblem> {
    connection.pragma_update(None, "journal_mode", "WAL")?;
    connection.pragma_update(None, "synchronous", "FULL")?;
    connection.busy_timeout(Duration::from_secs(2))?;
    Ok(())
}

impl Known {
    /// Writes what differs, and returns what is there afterwards.
    fn bring_up(&self, transaction: &Transaction<'_>, document: &Document) -> Result<Self, ProjectProblem> {
        let scenarios = document.scenarios();
        let mut steps = self.steps.clone();
        for gone in self.scenarios.iter().filter(|old| document.scenario(old.id).is_none()) {
            transaction.execute("DELETE FROM quhua_path WHERE scenario = ?1", [gone.id.0])?;
            transaction.execute("DELETE FROM quhua_aside WHERE scenario = ?1", [gone.id.0])?;
            transaction.execute("DELETE FROM quhua_scenario WHERE id = ?1", [gone.id.0])?;
        }
        for scenario in scenarios {
            let old = self.scenarios.iter().find(|old| old.id == scenario.id);
            if old == Some(scenario) {
                continue;
            }
            write_scenario(transaction, scenario)?;
            let before = old.map_or(&[][..], |old| &old.path);
            let common = before.iter().zip(&scenario.path).take_while(|(a, b)| a == b).count();
            if common < before.len() {
                let mut cut =
                    transaction.prepare_cached("DELETE FROM quhua_path WHERE scenario = ?1 AND depth >= ?2")?;
                cut.execute((scenario.id.0, common))?;
            }
            write_path(transaction, scenario, common)?;
            write_aside(transaction, scenario, old.map_or(&[][..], |old| &old.set_aside))?;
        }
        for (id, step) in document.stored_since(&self.steps) {
            write_step(transaction, id, &step)?;
            steps.insert(id, step.note);
        }
        let gone: Vec<StepId> = steps.keys().copied().filter(|&id| document.step(id).is_none()).collect();
        for id in gone {
            transaction.execute("DELETE FROM quhua_step WHERE id = ?1", [id.0])?;
            steps.remove(&id);
        }
        let active = document.active().id;
        if self.active != Some(active) {
            schema::set_meta(transaction, schema::ACTIVE, &active.0.to_string())?;
        }
        for (key, value) in document.settings().iter().filter(|(key, value)| self.settings.get(*key) != Some(*value)) {
            schema::set_meta(transaction, &format!("{}{key}", schema::SETTING), value)?;
        }
        for gone in self.settings.keys().filter(|key| !document.settings().contains_key(*key)) {
            schema::drop_meta(transaction, &format!("{}{gone}", schema::SETTING))?;
        }
        let places = Arc::clone(document.places());
        if self.places != places {
            places::replace(transaction, &places)?;
        }
        let ledgers = document.kept_ledgers();
        ledgers::replace(transaction, &self.ledgers, &ledgers)?;
        let settings = document.settings().clone();
        Ok(Self { scenarios: scenarios.to_vec(), active: Some(active), steps, settings, places, ledgers })
    }
}

/// Writes all scenarios of a document into empty tables.
pub(super) fn write(transaction: &Transaction<'_>, document: &Document) -> Result<(), ProjectProblem> {
    Known::default().bring_up(transaction, document).map(drop)
}

fn write_scenario(connection: &Connection, scenario: &Scenario) -> Result<(), ProjectProblem> {
    let mut insert =
        connection.prepare_cached("INSERT OR REPLACE INTO quhua_scenario VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)")?;
    let left_over = serde_json::to_string(&scenario.left_over).map_err(ProjectProblem::damaged)?;
    insert.execute((
        scenario.id.0,
        &scenario.name,
        &scenario.note,
        scenario.stage.id(),
        scenario.branch.map(|branch| branch.from.0),
        scenario.branch.map(|branch| branch.at),
        scenario.position,
        left_over,
    ))?;
    Ok(())
}

fn write_path(connection: &Connection, scenario: &Scenario, from: usize) -> Result<(), ProjectProblem> {
    let mut insert = connection.prepare_cached("INSERT INTO quhua_path VALUES (?1, ?2, ?3)")?;
    for (depth, step) in scenario.path.iter().enumerate().skip(from) {
        insert.execute((scenario.id.0, depth, step.0))?;
    }
    Ok(())
}

/// Writes the ways that a scenario left, where they are not those of before.
fn write_aside(connection: &Connection, scenario: &Scenario, before: &[Vec<StepId>]) -> Result<(), ProjectProblem> {
    let common = before.iter().zip(&scenario.set_aside).take_while(|(a, b)| a == b).count();
    if common < before.len() {
        let mut cut = connection.prepare_cached("DELETE FROM quhua_aside WHERE scenario = ?1 AND way >= ?2")?;
        cut.execute((scenario.id.0, common))?;
    }
    let mut insert = connection.prepare_cached("INSERT INTO quhua_aside VALUES (?1, ?2, ?3, ?4)")?;
    for (number, way) in scenario.set_aside.iter().enumerate().skip(common) {
        for (depth, step) in way.iter().enumerate() {
            insert.execute((scenario.id.0, number, depth, step.0))?;
        }
    }
    Ok(())
}

/// The ways that scenarios left.
fn read_aside(connection: &Connection) -> Result<BTreeMap<ScenarioId, Vec<Vec<StepId>>>, ProjectProblem> {
    let mut ways: BTreeMap<ScenarioId, Vec<Vec<StepId>>> = BTreeMap::new();
    if !schema::has_table(connection, "quhua_aside", &["scenario", "way", "depth", "step"])? {
        return Ok(ways);
    }
    let mut select =
        connection.prepare("SELECT scenario, depth, step FROM quhua_aside ORDER BY scenario, way, depth")?;
    let mut rows = select.query([])?;
    while let Some(row) = rows.next()? {
        let of = ways.entry(ScenarioId(row.get(0)?)).or_default();
        if row.get::<_, u32>(1)? == 0 {
            of.push(Vec::new());
        }
        let way = of.last_mut().ok_or_else(|| ProjectProblem::damaged("a way without a beginning"))?;
        way.push(StepId(row.get(2)?));
    }
    Ok(ways)
}

fn write_step(connection: &Connection, id: StepId, step: &StoredStep) -> Result<(), ProjectProblem> {
    let mut insert = connection.prepare_cached("INSERT OR REPLACE INTO quhua_step VALUES (?1, ?2, ?3, ?4, ?5)")?;
    let edit = serde_json::to_string(&step.edit).map_err(ProjectProblem::damaged)?;
    insert.execute((id.0, nanoseconds(step.at), &step.author, &step.note, edit))?;
    Ok(())
}

/// Nanoseconds since 1970; what lies outside of 1678 to 2262 is not kept.
fn nanoseconds(at: SystemTime) -> i64 {
    match at.duration_since(SystemTime::UNIX_EPOCH) {
        Ok(after) => i64::try_from(after.as_nanos()).unwrap_or(i64::MAX),
        Err(before) => i64::try_from(before.duration().as_nanos()).map_or(i64::MIN, |before| -before),
    }
}

fn time_of(nanoseconds: i64) -> SystemTime {
    let distance = Duration::from_nanos(nanoseconds.unsigned_abs());
    let at = if nanoseconds < 0 {
        SystemTime::UNIX_EPOCH.checked_sub(distance)
    } else {
        SystemTime::UNIX_EPOCH.checked_add(distance)
    };
    at.unwrap_or(SystemTime::UNIX_EPOCH)
}

/// Reads all scenarios, and says which ledgers are gone.
pub(super) fn read(connection: &Connection, limits: &Limits) -> Result<(Plans, Vec<String>), ProjectProblem> {
    let mut steps = BTreeMap::new();
    let mut select = connection.prepare("SELECT id, at_ns, author, note, edit FROM quhua_step")?;
    let mut rows = select.query([])?;
    while let Some(row) = rows.next()? {
        let id = StepId(row.get(0)?);
        let edit = edit(&row.get::<_, String>(4)?, &format!("step {}", id.0))?;
        let step = StoredStep { edit, at: time_of(row.get(1)?), author: row.get(2)?, note: row.get(3)? };
        steps.insert(id, step);
    }
    let mut scenarios = Vec::new();
    let mut aside = read_aside(connection)?;
    let mut select = connection.prepare(
        "SELECT id, name, note, stage, branch_from, branch_at, position, left_over FROM quhua_scenario ORDER BY id",
    )?;
    let mut path = connection.prepare("SELECT step FROM quhua_path WHERE scenario = ?1 ORDER BY depth")?;
    let mut rows = select.query([])?;
    while let Some(row) = rows.next()? {
        let id = ScenarioId(row.get(0)?);
        let path: Vec<StepId> = path.query_map([id.0], |row| row.get(0).map(StepId))?.collect::<Result<_, _>>()?;
        let set_aside = aside.remove(&id).unwrap_or_default();
        if let Some(step) = path.iter().chain(set_aside.iter().flatten()).find(|step| !steps.contains_key(step)) {
            return Err(ProjectProblem::damaged(format!("step {} of {id} is gone", step.0)));
        }
        let position: usize = row.get(6)?;
        if position > path.len() {
            return Err(ProjectProblem::damaged(format!("{id} has {position} of {} steps in force", path.len())));
        }
        let stage: String = row.get(3)?;
        let left_over: Vec<serde_json::Value> =
            serde_json::from_str(&row.get::<_, String>(7)?).map_err(ProjectProblem::damaged)?;
        let left_over = left_over.iter().map(|value| Edit::from_json(value, &id.to_string()));
        scenarios.push(Scenario {
            id,
            name: row.get(1)?,
            note: row.get(2)?,
            stage: Stage::from_id(&stage).ok_or_else(|| ProjectProblem::damaged(format!("stage {stage:?}")))?,
            branch: Option::zip(row.get::<_, Option<u32>>(4)?, row.get::<_, Option<usize>>(5)?)
                .map(|(from, at)| Branch { from: ScenarioId(from), at }),
            path,
            position,
            set_aside,
            left_over: left_over.collect::<Result<_, _>>().map_err(ProjectProblem::damaged)?,
        });
    }
    let first = scenarios.first().map(|scenario| scenario.id).ok_or_else(|| ProjectProblem::damaged("no scenario"))?;
    let active = schema::meta(connection, schema::ACTIVE)?.and_then(|text| text.parse().ok()).map(ScenarioId);
    let active = active.filter(|&active| scenarios.iter().any(|scenario| scenario.id == active)).unwrap_or(first);
    let mut select = connection.prepare("SELECT key, value FROM quhua_meta")?;
    let pairs =
        select.query_map([], |row| Ok((row.get::<_, String>(0)?, row.get(1)?)))?.collect::<Result<Vec<_>, _>>()?;
    let own = |(key, value): (String, String)| Some((key.strip_prefix(schema::SETTING)?.to_owned(), value));
    let settings = pairs.into_iter().filter_map(own).collect();
    let places = Arc::new(places::read(connection)?);
    let ledgers::ReadLedgers { ledgers, gone } = ledgers::read(connection, limits)?;
    Ok((Plans { scenarios, steps, active, settings, places, ledgers }, gone))
}

fn edit(text: &str, place: &str) -> Result<Edit, ProjectProblem> {
    let value = serde_json::from_str(text).map_err(ProjectProblem::damaged)?;
    Edit::from_json(&value, place).map_err(ProjectProblem::damaged)
}
