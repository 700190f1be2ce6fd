//! The plan file: a list of edits and the files that they were made for.

use std::io;
use std::path::{Path, PathBuf};

use serde::Serialize;
use serde_json::{Map, Value};

use super::op::Edit;
use super::parse::{self, PlanReadError};
use crate::model::{BorderRepair, Join, LaidLedger, Ledger, Preparation};
use crate::outside;

/// What a plan file says it is.
pub(super) const FORMAT: &str = Plan::FORMAT;
/// Largest plan that is read: some hundred thousand edits.
const MOST_BYTES: u64 = 256 << 20;
/// Version of the plan format that this program reads and writes.
pub(super) const VERSION: u64 = 1;

/// A plan: edits in order, and the boundary files they were made for.
///
/// ```
/// use quhua::edit::Plan;
///
/// let text = br#"{"format": "quhua-plan", "version": 1, "edits": [{"op": "abolish", "unit": "510722209"}]}"#;
/// let plan = Plan::parse(text)?;
/// assert_eq!(plan.edits[0].op(), "abolish");
///
/// let number = br#"{"format": "quhua-plan", "version": 1, "edits": [{"op": "abolish", "unit": 510722209}]}"#;
/// let error = Plan::parse(number).unwrap_err();
/// assert!(error.to_string().starts_with("edits[0].unit: codes are text"));
/// # Ok::<(), quhua::edit::PlanReadError>(())
/// ```
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Plan {
    /// Its name; may be empty.
    pub name: String,
    /// Boundary files; may be empty.
    pub base: Vec<BaseRef>,
    /// Edits, applied in order.
    pub edits: Vec<Edit>,
    /// Members of the file that this program does not know; they are written back as they were.
    pub extra: Map<String, Value>,
}

impl Plan {
    /// The `format` member of every plan file.
    pub const FORMAT: &str = "quhua-plan";
}

/// A boundary file that a plan was made for.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct BaseRef {
    /// Where it was.
    pub path: String,
    /// Hash of its bytes, hexadecimal. Without one any file will do.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub sha256: Option<String>,
    /// Tables whose figures were joined to it. Edits can be carried out without them.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub joined: Vec<JoinedRef>,
    /// Ledgers that edits record about. Whoever carries the plan out lays them over the boundaries under these names;
    /// next month's file will do, for rows are found by their keys.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub ledgers: Vec<LedgerRef>,
    /// How its borders were repaired before anything was drawn on it. Who carries the plan out repairs them so too.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub repaired: Option<BorderRepair>,
}

/// A table whose figures were joined to a boundary file that a plan was made for.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct JoinedRef {
    /// Where it was.
    pub path: String,
    /// The sheet in it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub sheet: Option<String>,
    /// Hash of its bytes, hexadecimal.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub sha256: Option<String>,
    /// The fields that came of it.
    pub fields: Vec<String>,
}

/// A ledger that a plan records about.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct LedgerRef {
    /// What the plan calls it.
    pub name: String,
    /// Where it was.
    pub path: String,
    /// The sheet or layer in it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub sheet: Option<String>,
    /// Hash of its bytes, hexadecimal.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub sha256: Option<String>,
    /// How many rows it had.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub rows: Option<u64>,
}

impl From<&Ledger> for LedgerRef {
    fn from(ledger: &Ledger) -> Self {
        let source = ledger.source();
        Self {
            name: ledger.name().to_owned(),
            path: source.file.clone(),
            sheet: source.sheet.clone(),
            sha256: Some(source.sha256.clone()).filter(|hash| !hash.is_empty()),
            rows: Some(ledger.len() as u64),
        }
    }
}

impl LedgerRef {
    /// Names the ledgers that edits record about, beside the finest of the boundaries.
    pub(crate) fn name_in<'a>(base: &mut [BaseRef], edits: &[Edit], ledgers: impl Iterator<Item = &'a Ledger>) {
        let is_named = |ledger: &&Ledger| {
            edits.iter().any(|edit| matches!(edit, Edit::Record { table, .. } if table == ledger.name()))
        };
        if let Some(finest) = base.first_mut() {
            finest.ledgers = ledgers.filter(is_named).map(Self::from).collect();
        }
    }
}

/// A plan records about another version of a ledger than the one that is laid: no reason to refuse it.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the plan was made with another version of the ledger {name:?} ({path}); rows are found by their keys")]
pub struct OtherLedger {
    /// What the plan calls it.
    pub name: String,
    /// Where it was.
    pub path: String,
}

impl From<&Join> for JoinedRef {
    fn from(join: &Join) -> Self {
        Self {
            path: join.file.clone(),
            sheet: join.sheet.clone(),
            sha256: Some(join.sha256.clone()).filter(|hash| !hash.is_empty()),
            fields: join.figures.iter().map(|figure| figure.field.clone()).collect(),
        }
    }
}

impl BaseRef {
    /// A file by its name and hash; an empty hash is none.
    #[must_use]
    pub fn new(name: &str, sha256: &str) -> Self {
        let sha256 = Some(sha256.to_owned()).filter(|hash| !hash.is_empty());
        Self { path: name.to_owned(), sha256, joined: Vec::new(), ledgers: Vec::new(), repaired: None }
    }

    /// The same file, prepared like this.
    #[must_use]
    pub fn prepared(self, preparation: Preparation) -> Self {
        let joined = preparation.joins.iter().map(JoinedRef::from).collect();
        Self { joined, repaired: preparation.repair, ..self }
    }
}

/// The plan was made for another file than those loaded.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error(
    "the plan was made for another version of {path} (sha256 {sha256}); allow another base to apply it all the same"
)]
pub struct OtherBase {
    /// Path as the plan names it.
    pub path: String,
    /// Hash that no loaded file has.
    pub sha256: String,
}

/// Why a plan file could not be taken up.
#[derive(Debug, thiserror::Error)]
pub enum PlanFileError {
    /// The file cannot be read.
    #[error("cannot read the plan: {error}: {}", path.display())]
    Io {
        /// What the system says.
        error: io::Error,
        /// The file.
        path: PathBuf,
    },
    /// It is larger than any plan.
    #[error("the file has more than {limit} bytes, which is no plan; check the path: {}", path.display())]
    TooLarge {
        /// The limit in bytes.
        limit: u64,
        /// The file.
        path: PathBuf,
    },
    /// What the file holds is no plan.
    #[error("{error}: {}", path.display())]
    Bad {
        /// What is wrong, and where.
        error: PlanReadError,
        /// The file.
        path: PathBuf,
    },
}

#[derive(Serialize)]
struct PlanFile<'a> {
    format: &'static str,
    version: u64,
    name: &'a str,
    #[serde(skip_serializing_if = "<[_]>::is_empty")]
    base: &'a [BaseRef],
    edits: &'a [Edit],
    #[serde(flatten)]
    extra: &'a Map<String, Value>,
}

impl Plan {
    /// Reads a plan file.
    ///
    /// # Errors
    /// [`PlanFileError`]: the file cannot be read, or it is no plan.
    pub fn read(path: &Path) -> Result<Self, PlanFileError> {
        let read =
            outside::read(path, MOST_BYTES).map_err(|error| PlanFileError::Io { error, path: path.to_owned() })?;
        let bytes = read.ok_or_else(|| PlanFileError::TooLarge { limit: MOST_BYTES, path: path.to_owned() })?;
        Self::parse(&bytes).map_err(|error| PlanFileError::Bad { error, path: path.to_owned() })
    }

    /// Reads the text of a plan file: JSON in UTF-8.
    ///
    /// # Errors
    /// [`PlanReadError`] names the place.
    pub fn parse(bytes: &[u8]) -> Result<Self, PlanReadError> {
        parse::plan(bytes)
    }

    /// The plan as the text of a plan file.
    ///
    /// # Panics
    /// Never: a plan is plain data.
    #[must_use]
    #[expect(clippy::expect_used, reason = "text keys and finite numbers always serialise")]
    pub fn write(&self) -> String {
        let Self { name, base, edits, extra } = self;
        let file = PlanFile { format: FORMAT, version: VERSION, name, base, edits, extra };
        let mut text = serde_json::to_string_pretty(&file).expect("a plan is plain data");
        text.push('\n');
        text
    }

    /// Checks that every file with a hash is among the loaded ones, given by their hashes.
    ///
    /// # Errors
    /// [`OtherBase`] names the first that is not.
    pub fn check_base(&self, loaded: &[&str]) -> Result<(), OtherBase> {
        for BaseRef { path, sha256, .. } in &self.base {
            if let Some(wanted) = sha256
                && !loaded.iter().any(|hash| hash.eq_ignore_ascii_case(wanted))
            {
                return Err(OtherBase { path: path.clone(), sha256: wanted.clone() });
            }
        }
        Ok(())
    }

    /// The ledgers that are laid in another version than the plan was made with.
    #[must_use]
    pub fn other_ledgers(&self, laid: &[LaidLedger]) -> Vec<OtherLedger> {
        let is_other = |wanted: &&LedgerRef| {
            let there = laid.iter().map(|laid| &**laid.ledger()).find(|ledger| ledger.name() == wanted.name);
            let hashes = there.map(|ledger| ledger.source().sha256.as_str()).zip(wanted.sha256.as_deref());
            hashes.is_some_and(|(there, wanted)| !there.is_empty() && !there.eq_ignore_ascii_case(wanted))
        };
        let wanted = self.base.iter().flat_map(|base| &base.ledgers).filter(is_other);
        wanted.map(|it| OtherLedger { name: it.name.clone(), path: it.path.clone() }).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_member_that_stands_twice_is_refused_wherever_it_is() {
        for (twice, said) in [
            (
                "{\"format\":\"quhua-plan\",\"version\":1,\"edits\":[],\n\"edits\":[]}",
                "line 2, column 7: the member \"edits\" stands there twice; take one out",
            ),
            (
                r#"{"format":"quhua-plan","version":1,"edits":[{"op":"abolish","unit":"1","unit":"2"}]}"#,
                "line 1, column 77: the member \"unit\" stands there twice; take one out",
            ),
        ] {
            assert_eq!(Plan::parse(twice.as_bytes()).unwrap_err().to_string(), said);
        }
        let text = r#"{"format":"quhua-plan","version":1,"name":"a","edits":[],"mine":{"x":[1,2.5,-3,true,null,"y"]}}"#;
        let value: Value = serde_json::from_str(text).unwrap();
        assert_eq!(Plan::parse(text.as_bytes()).unwrap().extra["mine"], value["mine"]);
    }

    #[test]
    fn a_plan_names_its_ledgers_and_reads_them_again() {
        let text = r#"{"format":"quhua-plan","version":1,"name":"","base":[{"path":"a.geojson","ledgers":[
            {"name":"schools","path":"schools.xlsx","sheet":"学校","sha256":"ab","rows":62},{"name":"b","path":""}]}],"edits":[]}"#;
        let plan = Plan::parse(text.as_bytes()).unwrap();
        let value = |text: &str| serde_json::from_str::<Value>(text).unwrap();
        assert_eq!(value(&plan.write()), value(text));
        let wrong = Plan::parse(text.replace("62", "-1").as_bytes()).unwrap_err();
        assert!(wrong.to_string().starts_with("base[0].ledgers[0].rows: must be a whole number"), "{wrong}");
        assert_eq!(plan.other_ledgers(&[]), [], "one that is not there is another matter");
    }

    #[test]
    fn a_plan_for_another_file_is_noticed() {
        let base = vec![BaseRef::new("a.geojson", "AB")];
        let plan = Plan { base, ..Plan::default() };
        assert_eq!(plan.check_base(&["ff", "ab"]), Ok(()));
        let error = plan.check_base(&["ff"]).unwrap_err();
        assert!(error.to_string().contains("a.geojson"));
        assert_eq!(Plan::default().check_base(&[]), Ok(()));
    }
}
