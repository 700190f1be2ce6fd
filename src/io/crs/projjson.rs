//! Coordinate systems as PROJJSON, the JSON of ISO 19162: what `GeoParquet` says them in.
//!
//! 1. What is written is whole, parameters and code: who knows no codes can work with it.
//! 2. What is read goes by its code; where that is none of the register's, by its name, and then by its parameters,
//!    which are read as the text of the same standard is.
//! 3. Axes are written in the order of the register, by which others tell a system. In files east stands before north,
//!    whatever is written here: that is a rule of those who keep systems in PROJJSON.

use serde_json::{Value, json};

use super::{CrsProblem, Ellipsoid, Kind, Method, Projected, System, same, table, wkt};

/// Systems within systems.
const DEEPEST: usize = 4;

/// The system of a JSON object: PROJJSON, or the `crs` member of old GeoJSON.
pub(super) fn read(json: &Value) -> Option<Result<System, CrsProblem>> {
    at(json, DEEPEST)
}

fn at(json: &Value, depth: usize) -> Option<Result<System, CrsProblem>> {
    let by_code = code(json).map(|code| System::named(&code));
    if let Some(known @ (Ok(_) | Err(CrsProblem::Far { .. }))) = by_code {
        return Some(known);
    }
    // What it is bound from, or its planar part beside a vertical one.
    let inner = [&json["source_crs"], &json["components"][0]].into_iter().find(|inner| inner.is_object());
    if let Some(inner) = inner {
        return at(inner, depth.checked_sub(1)?);
    }
    let by_name = super::name_in(json).map(|name| System::named(&name));
    match by_name {
        Some(Err(CrsProblem::Unknown(_))) | None => {
            let by_parameters = text(json).map(|text| wkt::read(&text));
            by_parameters.or(by_code).or(by_name)
        }
        known => known,
    }
}

/// The code with its authority.
fn code(json: &Value) -> Option<String> {
    let id = if json["id"].is_object() { &json["id"] } else { &json["ids"][0] };
    let code = match &id["code"] {
        Value::String(code) => code.clone(),
        Value::Number(code) => code.to_string(),
        _ => return None,
    };
    Some(format!("{}:{code}", id["authority"].as_str()?))
}

/// The same as well-known text.
fn text(json: &Value) -> Option<String> {
    let plane = json["conversion"].is_object();
    let base = if plane { &json["base_crs"] } else { json };
    let datum = ["datum", "datum_ensemble"].iter().map(|name| &base[*name]).find(|datum| datum.is_object())?;
    let ellipsoid = &datum["ellipsoid"];
    let a = number(&ellipsoid["semi_major_axis"]).or_else(|| number(&ellipsoid["radius"]))?;
    let flattening = match (number(&ellipsoid["inverse_flattening"]), number(&ellipsoid["semi_minor_axis"])) {
        (Some(rf), _) => rf,
        (None, Some(b)) if b < a => a / (a - b),
        _ => 0.0,
    };
    let meridian =
        number(&base["prime_meridian"]["longitude"]).or_else(|| number(&datum["prime_meridian"]["longitude"]));
    let id = code(base).and_then(|code| Some(format!(r#",ID["EPSG",{}]"#, code.strip_prefix("EPSG:")?)));
    let globe = format!(
        r#"GEOGCRS["{}",DATUM["{}",ELLIPSOID["{}",{a},{flattening}]],PRIMEM["",{}]{}]"#,
        name(base),
        name(datum),
        name(ellipsoid),
        meridian.unwrap_or(0.0),
        id.unwrap_or_default()
    );
    if !plane {
        return Some(globe);
    }
    let conversion = &json["conversion"];
    let parameters = conversion["parameters"].as_array()?.iter().filter_map(|parameter| {
        let unit = unit(&parameter["unit"]);
        Some(format!(r#",PARAMETER["{}",{}{unit}]"#, name(parameter), number(&parameter["value"])?))
    });
    let parameters: String = parameters.collect();
    let unit = unit(&json["coordinate_system"]["axis"][0]["unit"]);
    let unit = if unit.is_empty() { ",LENGTHUNIT[\"metre\",1]" } else { &*unit };
    let method = name(&conversion["method"]);
    Some(format!(r#"PROJCRS["{}",{globe},CONVERSION["",METHOD["{method}"]{parameters}]{unit}]"#, name(json)))
}

/// What it is called, without what would end a text.
fn name(json: &Value) -> String {
    json["name"].as_str().unwrap_or_default().replace('"', "")
}

/// A number, perhaps with a unit of its own, which is a metre or a degree.
fn number(json: &Value) -> Option<f64> {
    json.as_f64().or_else(|| {
        let factor = json["unit"]["conversion_factor"].as_f64().unwrap_or(1.0);
        Some(json["value"].as_f64()? * factor)
    })
}

/// A unit behind a comma.
fn unit(json: &Value) -> String {
    match json.as_str() {
        Some("degree") => format!(",ANGLEUNIT[\"degree\",{}]", 1_f64.to_radians()),
        Some("metre") => ",LENGTHUNIT[\"metre\",1]".to_owned(),
        _ => match json["conversion_factor"].as_f64() {
            Some(factor) if json["type"] == "AngularUnit" => format!(",ANGLEUNIT[\"\",{factor}]"),
            Some(factor) if json["type"] == "LinearUnit" => format!(",LENGTHUNIT[\"\",{factor}]"),
            _ => String::new(),
        },
    }
}

impl System {
    /// The system as PROJJSON. Shifted systems have none.
    #[must_use]
    pub fn projjson(&self) -> Option<Value> {
        let mut json = match &self.kind {
            Kind::Gcj02 | Kind::Bd09 => return None,
            Kind::Geographic => globe(&self.name, Ellipsoid::of_datum(&self.name)),
            Kind::Projected(plane) => {
                let base = wkt::base_of(&self.name);
                let mut axes = [("Easting", "E", "east"), ("Northing", "N", "north")].map(|(name, short, direction)| {
                    json!({"name": name, "abbreviation": short, "direction": direction, "unit": plane.unit()})
                });
                if self.code.is_some_and(table::is_north_first) {
                    axes.reverse();
                }
                json!({
                    "type": "ProjectedCRS",
                    "name": self.name,
                    "base_crs": globe(base, plane.ellipsoid),
                    "conversion": plane.conversion(),
                    "coordinate_system": {"subtype": "Cartesian", "axis": axes},
                })
            }
        };
        json["$schema"] = json!("https://proj.org/schemas/v0.7/projjson.schema.json");
        if let Some(code) = self.code {
            json["id"] = json!({"authority": "EPSG", "code": code});
        }
        Some(json)
    }
}

fn globe(name: &str, ellipsoid: Ellipsoid) -> Value {
    let (shape, datum) = match ellipsoid {
        _ if name.contains("CGCS2000") => ("CGCS2000", "China 2000"),
        Ellipsoid::Wgs84 if name == "WGS 84" => ("WGS 84", "World Geodetic System 1984"),
        Ellipsoid::Wgs84 => ("WGS 84", name),
        Ellipsoid::Grs80 if name == "ETRS89" => ("GRS 1980", "European Terrestrial Reference System 1989"),
        Ellipsoid::Grs80 if name == "NAD83" => ("GRS 1980", "North American Datum 1983"),
        Ellipsoid::Grs80 => ("GRS 1980", name),
        Ellipsoid::Gsk2011 => ("GSK-2011", name),
    };
    let (a, rf) = ellipsoid.axes();
    let axis = |name: &str, short: &str, direction: &str| json!({"name": name, "abbreviation": short, "direction": direction, "unit": "degree"});
    json!({
        "type": "GeographicCRS",
        "name": name,
        "datum": {
            "type": "GeodeticReferenceFrame",
            "name": datum,
            "ellipsoid": {"name": shape, "semi_major_axis": a, "inverse_flattening": rf},
        },
        "coordinate_system": {"subtype": "ellipsoidal", "axis": [
            axis("Geodetic latitude", "Lat", "north"),
            axis("Geodetic longitude", "Lon", "east"),
        ]},
    })
}

impl Projected {
    /// The unit of its axes.
    fn unit(&self) -> Value {
        match self.unit {
            unit if same(unit, 1.0) => json!("metre"),
            unit => {
                let feet = [(0.3048, "foot"), (1200.0 / 3937.0, "US survey foot")];
                let name = feet.iter().find(|(size, _)| same(*size, unit)).map_or("unit", |(_, name)| name);
                json!({"type": "LinearUnit", "name": name, "conversion_factor": unit})
            }
        }
    }

    /// How it is made, by the names and numbers of the register.
    fn conversion(&self) -> Value {
        let Self { method, lat_0, lon_0, lat_1, lat_2, k_0, x_0, y_0, .. } = *self;
        let natural = [("Latitude of natural origin", 8801, lat_0), ("Longitude of natural origin", 8802, lon_0)];
        let scale = ("Scale factor at natural origin", 8805, k_0);
        let first = ("Latitude of 1st standard parallel", 8823, lat_1);
        let shift = [("False easting", 8806, x_0), ("False northing", 8807, y_0)];
        let conic = [
            ("Latitude of false origin", 8821, lat_0),
            ("Longitude of false origin", 8822, lon_0),
            first,
            ("Latitude of 2nd standard parallel", 8824, if lat_2 == 0.0 { lat_1 } else { lat_2 }),
            ("Easting at false origin", 8826, x_0),
            ("Northing at false origin", 8827, y_0),
        ];
        let polar = [("Latitude of standard parallel", 8832, lat_1), ("Longitude of origin", 8833, lon_0)];
        let scaled = [&natural[..], &[scale], &shift].concat();
        let plain = [&natural[..], &shift].concat();
        let (name, code, parameters) = match method {
            Method::TransverseMercator => ("Transverse Mercator", 9807, scaled),
            Method::LambertConic if lat_2 == 0.0 && same(lat_0, lat_1) => {
                ("Lambert Conic Conformal (1SP)", 9801, scaled)
            }
            Method::LambertConic => ("Lambert Conic Conformal (2SP)", 9802, conic.to_vec()),
            Method::LambertAzimuthal => ("Lambert Azimuthal Equal Area", 9820, plain),
            Method::Albers => ("Albers Equal Area", 9822, conic.to_vec()),
            Method::Mercator if lat_1 == 0.0 => ("Mercator (variant A)", 9804, scaled),
            Method::Mercator => ("Mercator (variant B)", 9805, [&[first, natural[1]], &shift[..]].concat()),
            Method::WebMercator => ("Popular Visualisation Pseudo Mercator", 1024, plain),
            Method::Stereographic if lat_1 == 0.0 => ("Polar Stereographic (variant A)", 9810, scaled),
            Method::Stereographic => ("Polar Stereographic (variant B)", 9829, [&polar[..], &shift].concat()),
            Method::ObliqueStereographic => ("Oblique Stereographic", 9809, scaled),
            Method::Polyconic => ("American Polyconic", 9818, plain),
        };
        let id = |code: u32| json!({"authority": "EPSG", "code": code});
        let parameter = |(name, code, value): (&str, u32, f64)| {
            let unit = match name {
                _ if name.starts_with("Scale") => "unity",
                _ if name.starts_with('L') => "degree",
                _ => "metre",
            };
            json!({"name": name, "value": value, "unit": unit, "id": id(code)})
        };
        json!({
            "name": name,
            "method": {"name": name, "id": id(code)},
            "parameters": parameters.into_iter().map(parameter).collect::<Vec<_>>(),
        })
    }
}
