//! Tables of a project file.

use rusqlite::{Connection, OptionalExtension as _};

use super::ProjectProblem;
use crate::outside::{self, Stands};

/// Format of the tables of our own; raised whenever an older program would misread them.
///
/// Tables that came later than the format are looked for, and their absence says that there is none of what they hold:
/// `quhua_aside` (ways that scenarios left), `quhua_place` and `quhua_line` (facilities and lines), `quhua_ledger` and the
/// tables beside it (ledgers, each in a table of its own). A program from before them reads the boundaries and the
/// scenarios as ever, and leaves them out when it saves.
pub(super) const FORMAT: u32 = 1;

/// What the keys of settings begin with in `quhua_meta`.
pub(super) const SETTING: &str = "setting.";

/// Keys of `quhua_meta`.
pub(super) const FORMAT_KEY: &str = "format";
pub(super) const PROGRAM: &str = "program";
pub(super) const FIELDS: &str = "fields";
pub(super) const ACTIVE: &str = "active";

/// What the keys of the seals of layers begin with: hashes of all that is kept of each.
pub(super) const SEAL: &str = "seal.";

/// Makes a file a GeoPackage, with ordinary tables, whose columns are called otherwise than GDAL calls the number of a
/// row: it copies them too. OGC 12-128r17, annex C. The reference systems are those that every file must have, and
/// WGS 84, in which coordinates are read.
pub(in crate::io) const GEOPACKAGE: &str = r#"
PRAGMA application_id = 0x47504B47;
PRAGMA user_version = 10300;
CREATE TABLE gpkg_spatial_ref_sys (
  srs_name TEXT NOT NULL,
  srs_id INTEGER NOT NULL PRIMARY KEY,
  organization TEXT NOT NULL,
  organization_coordsys_id INTEGER NOT NULL,
  definition TEXT NOT NULL,
  description TEXT
);
INSERT INTO gpkg_spatial_ref_sys VALUES
  ('Undefined Cartesian SRS', -1, 'NONE', -1, 'undefined', 'undefined Cartesian coordinate reference system'),
  ('Undefined geographic SRS', 0, 'NONE', 0, 'undefined', 'undefined geographic coordinate reference system'),
  ('WGS 84 geodetic', 4326, 'EPSG', 4326,
   'GEOGCS["WGS 84",DATUM["WGS_1984",SPHEROID["WGS 84",6378137,298.257223563,AUTHORITY["EPSG","7030"]],AUTHORITY["EPSG","6326"]],PRIMEM["Greenwich",0,AUTHORITY["EPSG","8901"]],UNIT["degree",0.0174532925199433,AUTHORITY["EPSG","9122"]],AXIS["Latitude",NORTH],AXIS["Longitude",EAST],AUTHORITY["EPSG","4326"]]',
   'longitude and latitude in decimal degrees on the WGS 84 spheroid');
CREATE TABLE gpkg_contents (
  table_name TEXT NOT NULL PRIMARY KEY,
  data_type TEXT NOT NULL,
  identifier TEXT UNIQUE,
  description TEXT DEFAULT '',
  last_change DATETIME NOT NULL DEFAULT (strftime('%Y-%m-%dT%H:%M:%fZ','now')),
  min_x DOUBLE, min_y DOUBLE, max_x DOUBLE, max_y DOUBLE,
  srs_id INTEGER,
  CONSTRAINT fk_gc_r_srs_id FOREIGN KEY (srs_id) REFERENCES gpkg_spatial_ref_sys(srs_id)
);
CREATE TABLE gpkg_geometry_columns (
  table_name TEXT NOT NULL,
  column_name TEXT NOT NULL,
  geometry_type_name TEXT NOT NULL,
  srs_id INTEGER NOT NULL,
  z TINYINT NOT NULL,
  m TINYINT NOT NULL,
  CONSTRAINT pk_geom_cols PRIMARY KEY (table_name, column_name),
  CONSTRAINT uk_gc_table_name UNIQUE (table_name),
  CONSTRAINT fk_gc_tn FOREIGN KEY (table_name) REFERENCES gpkg_contents(table_name),
  CONSTRAINT fk_gc_srs FOREIGN KEY (srs_id) REFERENCES gpkg_spatial_ref_sys (srs_id)
);
"#;

/// Tables of the layers of a project.
pub(super) const LAYERS: &str = "
CREATE TABLE quhua_layer (
  id INTEGER PRIMARY KEY,
  table_name TEXT NOT NULL,
  name TEXT NOT NULL,
  sha256 TEXT NOT NULL,
  bytes INTEGER NOT NULL
);
CREATE TABLE quhua_source (
  layer INTEGER NOT NULL,
  feature INTEGER NOT NULL,
  shape INTEGER NOT NULL,
  before TEXT NOT NULL,
  coordinates TEXT,
  after TEXT NOT NULL,
  PRIMARY KEY (layer, feature)
);
";

/// Tables of the scenarios, in a project file and in a journal.
pub(super) const PLANS: &str = "
CREATE TABLE quhua_meta (key TEXT NOT NULL PRIMARY KEY, value TEXT NOT NULL);
CREATE TABLE quhua_scenario (
  id INTEGER PRIMARY KEY,
  name TEXT NOT NULL,
  note TEXT NOT NULL,
  stage TEXT NOT NULL,
  branch_from INTEGER,
  branch_at INTEGER,
  position INTEGER NOT NULL,
  left_over TEXT NOT NULL
);
CREATE TABLE quhua_step (
  id INTEGER PRIMARY KEY,
  at_ns INTEGER NOT NULL,
  author TEXT NOT NULL,
  note TEXT NOT NULL,
  edit TEXT NOT NULL
);
CREATE TABLE quhua_path (
  scenario INTEGER NOT NULL,
  depth INTEGER NOT NULL,
  step INTEGER NOT NULL,
  PRIMARY KEY (scenario, depth)
);
";

/// Ways that scenarios left, by scenario, number of the way, and depth. Files of version 0.1 have no such table.
const ASIDE: &str = "
CREATE TABLE IF NOT EXISTS quhua_aside (
  scenario INTEGER NOT NULL,
  way INTEGER NOT NULL,
  depth INTEGER NOT NULL,
  step INTEGER NOT NULL,
  PRIMARY KEY (scenario, way, depth)
);
";

/// Makes the tables that older files of scenarios lack, in one that is to be gone on with.
pub(super) fn complete_plans(connection: &Connection) -> Result<(), ProjectProblem> {
    Ok(connection.execute_batch(ASIDE)?)
}

/// Makes the tables of the scenarios, and says what they are.
pub(super) fn create_plans(connection: &Connection) -> Result<(), ProjectProblem> {
    connection.execute_batch(PLANS)?;
    complete_plans(connection)?;
    set_meta(connection, FORMAT_KEY, &FORMAT.to_string())?;
    set_meta(connection, PROGRAM, concat!("quhua ", env!("CARGO_PKG_VERSION")))?;
    Ok(())
}

/// Whether a file is a project that this program can read.
pub(super) fn check(connection: &Connection) -> Result<(), ProjectProblem> {
    let known = "SELECT count(*) FROM sqlite_master WHERE type = 'table' AND name IN ('quhua_meta', 'quhua_step')";
    if connection.query_row(known, [], |row| row.get::<_, u32>(0))? < 2 {
        return Err(ProjectProblem::Foreign);
    }
    let found = meta(connection, FORMAT_KEY)?.and_then(|text| text.parse().ok()).unwrap_or(0);
    match found {
        0 => Err(ProjectProblem::damaged("it does not say its format")),
        found if found > FORMAT => Err(ProjectProblem::Newer { found, known: FORMAT }),
        _ => Ok(()),
    }
}

/// A value of `quhua_meta`.
pub(super) fn meta(connection: &Connection, key: &str) -> Result<Option<String>, ProjectProblem> {
    let mut get = connection.prepare_cached("SELECT value FROM quhua_meta WHERE key = ?1")?;
    Ok(get.query_row([key], |row| row.get(0)).optional()?)
}

/// Sets a value of `quhua_meta`.
pub(super) fn set_meta(connection: &Connection, key: &str, value: &str) -> Result<(), ProjectProblem> {
    let mut set = connection.prepare_cached("INSERT OR REPLACE INTO quhua_meta (key, value) VALUES (?1, ?2)")?;
    set.execute([key, value])?;
    Ok(())
}

/// Takes a value of `quhua_meta` out.
pub(super) fn drop_meta(connection: &Connection, key: &str) -> Result<(), ProjectProblem> {
    connection.execute("DELETE FROM quhua_meta WHERE key = ?1", [key])?;
    Ok(())
}

/// Columns of the tables that are read, of those that a project must have.
const NEEDED: [(&str, &[&str]); 6] = [
    ("quhua_meta", &["key", "value"]),
    ("quhua_scenario", &["id", "name", "note", "stage", "branch_from", "branch_at", "position", "left_over"]),
    ("quhua_step", &["id", "at_ns", "author", "note", "edit"]),
    ("quhua_path", &["scenario", "depth", "step"]),
    ("quhua_layer", &["id", "table_name", "name", "sha256", "bytes"]),
    ("quhua_source", &["layer", "shape", "before", "coordinates", "after"]),
];

/// Tables that a project has beside its boundaries.
pub(super) const BESIDE: [&str; 4] = ["quhua_meta", "quhua_scenario", "quhua_step", "quhua_path"];

/// Refuses a project in which something else stands for a table: what is read is data and never a view.
pub(super) fn check_tables(connection: &Connection) -> Result<(), ProjectProblem> {
    NEEDED.iter().try_for_each(|(name, columns)| needs_table(connection, name, columns))
}

/// Refuses a database in which there is no plain table of this name with these columns.
pub(super) fn needs_table(connection: &Connection, name: &str, columns: &[&str]) -> Result<(), ProjectProblem> {
    if has_table(connection, name, columns)? { Ok(()) } else { Err(ProjectProblem::damaged(name)) }
}

/// Whether there is a plain table of this name with these columns. Something else of the name is a damage.
pub(super) fn has_table(connection: &Connection, name: &str, columns: &[&str]) -> Result<bool, ProjectProblem> {
    match outside::table(connection, name, columns)? {
        Stands::Table => Ok(true),
        Stands::Nothing => Ok(false),
        Stands::Otherwise => Err(ProjectProblem::damaged(name)),
    }
}

/// A name as SQL has it.
pub(in crate::io) fn quoted(name: &str) -> String {
    format!("\"{}\"", name.replace('"', "\"\""))
}

/// A feature table.
pub(in crate::io) struct FeatureTable<'a> {
    pub name: &'a str,
    /// Type of its geometries, as GeoPackage calls it.
    pub geometry: &'static str,
    /// Its name for people; no other table may have the same.
    pub identifier: &'a str,
    pub description: &'a str,
    /// Names and SQL types of its columns behind `fid` and `geom`.
    pub columns: &'a [(String, &'static str)],
    /// West, south, east, north.
    pub bounds: Option<[f64; 4]>,
    /// Number of its coordinate system in the file.
    pub srs: i32,
}

impl FeatureTable<'_> {
    /// Makes the table and enters it in the lists of the GeoPackage.
    pub fn create(&self, connection: &Connection) -> Result<(), ProjectProblem> {
        let own = ["fid INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL".to_owned(), format!("geom {}", self.geometry)];
        let columns = self.columns.iter().map(|(name, kind)| format!("{} {kind}", quoted(name)));
        let columns: Vec<String> = own.into_iter().chain(columns).collect();
        connection.execute_batch(&format!("CREATE TABLE {} ({});", quoted(self.name), columns.join(", ")))?;
        let [west, south, east, north] = self.bounds.map_or([None; 4], |bounds| bounds.map(Some));
        connection.execute(
            "INSERT INTO gpkg_contents
             (table_name, data_type, identifier, description, min_x, min_y, max_x, max_y, srs_id)
             VALUES (?1, 'features', ?2, ?3, ?4, ?5, ?6, ?7, ?8)",
            (self.name, self.identifier, self.description, west, south, east, north, self.srs),
        )?;
        connection.execute(
            "INSERT INTO gpkg_geometry_columns VALUES (?1, 'geom', ?2, ?3, 0, 0)",
            (self.name, self.geometry, self.srs),
        )?;
        Ok(())
    }

    /// The statement that adds a row.
    pub fn insert(&self) -> String {
        let places: Vec<String> = (1..=self.columns.len() + 2).map(|i| format!("?{i}")).collect();
        format!("INSERT INTO {} VALUES ({})", quoted(self.name), places.join(", "))
    }
}

/// A table without geometry.
pub(super) struct AttributesTable<'a> {
    pub name: &'a str,
    /// Its name for people; no other table may have the same.
    pub identifier: &'a str,
    pub description: &'a str,
    /// Names and SQL types of its columns behind `fid`.
    pub columns: &'a [(String, &'static str)],
}

impl AttributesTable<'_> {
    /// Makes the table and enters it in the list of the GeoPackage.
    pub fn create(&self, connection: &Connection) -> Result<(), ProjectProblem> {
        let columns = self.columns.iter().map(|(name, kind)| format!(", {} {kind}", quoted(name)));
        let columns: String = columns.collect();
        connection.execute_batch(&format!(
            "CREATE TABLE {} (fid INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL{columns});",
            quoted(self.name)
        ))?;
        connection.execute(
            "INSERT INTO gpkg_contents (table_name, data_type, identifier, description)
             VALUES (?1, 'attributes', ?2, ?3)",
            (self.name, self.identifier, self.description),
        )?;
        Ok(())
    }
}
