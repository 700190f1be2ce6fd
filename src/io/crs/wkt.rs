//! Coordinate systems as well-known text: that of a `.prj` as ESRI writes it, of GDAL (WKT 1), and of ISO 19162 (WKT 2).
//!
//! 1. The parameters count. A code beside them is kept where the register has the same under it.
//! 2. A datum is near WGS 84 where the text names one that is known to be ([`table::is_near`]). An ellipsoid is not enough:
//!    datums hundreds of metres off have that of GRS 80.
//! 3. What a text says beyond what is understood (a parameter, an axis to the west) is a reason to refuse it.
//! 4. Text is bounded in length and depth.

use super::table::{self, folded};
use super::{CrsProblem, Ellipsoid, Kind, Method, Projected, System, same};

/// Longest text that is read, in bytes.
const LONGEST: usize = 64 << 10;
/// Deepest nesting.
const DEEPEST: usize = 24;

/// A keyword with what stands in its brackets.
#[derive(Debug, Default)]
struct Node<'a> {
    keyword: String,
    /// Texts, numbers and words, in order.
    values: Vec<&'a str>,
    children: Vec<Self>,
}

const PLANES: [&str; 3] = ["PROJCS", "PROJCRS", "PROJECTEDCRS"];
const GLOBES: [&str; 6] = ["GEOGCS", "GEOGCRS", "GEOGRAPHICCRS", "GEODCRS", "GEODETICCRS", "BASEGEOGCRS"];

const DERIVED: [&str; 4] = ["DERIVEDPROJCRS", "DERIVINGCONVERSION", "FITTED_CS", "GEOCCS"];
/// A degree in radians.
const DEGREE: f64 = std::f64::consts::PI / 180.0;

/// Whether a text begins as one of these systems does.
pub(super) fn looks_like(text: &str) -> bool {
    let word: String = text.chars().take_while(char::is_ascii_alphabetic).collect();
    text[word.len()..].trim_start().starts_with(['[', '(']) || word.to_ascii_uppercase().ends_with("CRS")
}

/// Reads a system.
pub(super) fn read(text: &str) -> Result<System, CrsProblem> {
    let unknown = || CrsProblem::unknown(text);
    let root = Some(text).filter(|text| text.len() <= LONGEST).and_then(parse).ok_or_else(unknown)?;
    // Systems derived from others have those in them, and are something else.
    if root.find(&DERIVED).is_some() {
        return Err(unknown());
    }
    if let Some(plane) = root.find(&PLANES) {
        let globe = plane.find(&[&GLOBES[..], &["BASEGEODCRS"]].concat()).ok_or_else(unknown)?;
        return projected(plane, globe);
    }
    let globe = root.find(&GLOBES).ok_or_else(unknown)?;
    let is_cartesian = globe.child(&["CS"]).is_some_and(|axes| axes.name().eq_ignore_ascii_case("Cartesian"));
    if is_cartesian || globe.unit().is_some_and(|unit| (unit - DEGREE).abs() > 1e-9) {
        return Err(unknown());
    }
    let (name, near) = datum(globe)?;
    let found = table::by_name(&near).and_then(Result::ok).filter(System::is_geographic);
    Ok(found.unwrap_or(System { code: None, name, kind: Kind::Geographic }))
}

fn parse(text: &str) -> Option<Node<'_>> {
    let mut at = 0;
    let root = node(text, &mut at, 0)?;
    // A line end or what a program left behind the text does no harm.
    Some(root)
}

fn skip(text: &str, at: &mut usize) {
    while text.as_bytes().get(*at).is_some_and(u8::is_ascii_whitespace) {
        *at += 1;
    }
}

/// Reads a keyword and its brackets.
fn node<'a>(text: &'a str, at: &mut usize, depth: usize) -> Option<Node<'a>> {
    let bytes = text.as_bytes();
    skip(text, at);
    let start = *at;
    while bytes.get(*at).is_some_and(|c| c.is_ascii_alphanumeric() || *c == b'_') {
        *at += 1;
    }
    let mut made = Node { keyword: text[start..*at].to_ascii_uppercase(), ..Node::default() };
    skip(text, at);
    if start == *at || !matches!(bytes.get(*at)?, b'[' | b'(') || depth >= DEEPEST {
        return None;
    }
    *at += 1;
    loop {
        skip(text, at);
        if *bytes.get(*at)? == b'"' {
            let rest = &text[*at + 1..];
            let end = rest.find('"')?;
            made.values.push(&rest[..end]);
            *at += end + 2;
            // A doubled quote belongs to the text; what is behind it is of no use here.
            while bytes.get(*at) == Some(&b'"') {
                *at += text[*at + 1..].find('"')? + 2;
            }
        } else {
            let begin = *at;
            let end = begin + text[begin..].find([',', ']', ')', '[', '('])?;
            if matches!(bytes[end], b'[' | b'(') {
                made.children.push(node(text, at, depth + 1)?);
            } else {
                made.values.push(text[begin..end].trim());
                *at = end;
            }
        }
        skip(text, at);
        match bytes.get(*at)? {
            b',' => *at += 1,
            b']' | b')' => {
                *at += 1;
                return Some(made);
            }
            _ => return None,
        }
    }
}

impl<'a> Node<'a> {
    /// The first node with one of these keywords: this one, or one in it.
    fn find(&self, keywords: &[&str]) -> Option<&Self> {
        if keywords.contains(&self.keyword.as_str()) {
            return Some(self);
        }
        self.children.iter().find_map(|child| child.find(keywords))
    }

    fn child(&self, keywords: &[&str]) -> Option<&Self> {
        self.children.iter().find(|child| keywords.contains(&child.keyword.as_str()))
    }

    fn name(&self) -> &'a str {
        self.values.first().copied().unwrap_or_default()
    }

    fn number(&self, at: usize) -> Option<f64> {
        self.values.get(at)?.parse().ok().filter(|number: &f64| number.is_finite())
    }

    /// Code of the EPSG that stands in it.
    fn code(&self) -> Option<u32> {
        let id = self.child(&["AUTHORITY", "ID"])?;
        if !id.name().eq_ignore_ascii_case("EPSG") {
            return None;
        }
        id.values.get(1)?.parse().ok()
    }

    /// Size of its unit.
    fn unit(&self) -> Option<f64> {
        self.child(&["UNIT", "LENGTHUNIT", "ANGLEUNIT"])?.number(1).filter(|unit| *unit > 0.0)
    }
}

/// What a geographic system is called, and its folded name; refused where its datum lies far off, or may.
fn datum(globe: &Node<'_>) -> Result<(String, String), CrsProblem> {
    let short = |text: &str| text.chars().take(80).collect::<String>();
    let name = globe.name();
    let datum = globe.child(&["DATUM", "GEODETICDATUM", "ENSEMBLE", "TRF"]).map_or("", |datum| datum.name());
    let datum = datum.strip_prefix("D_").unwrap_or(datum);
    let far = |datum: &str| CrsProblem::Far { name: short(name), datum: short(datum) };
    let greenwich = globe.child(&["PRIMEM", "PRIMEMERIDIAN"]).and_then(|meridian| meridian.number(1)).unwrap_or(0.0);
    if greenwich != 0.0 {
        return Err(far(name));
    }
    let said = if datum.is_empty() { name } else { datum };
    let of_datum = folded(datum);
    let keys = [folded(name), of_datum.strip_suffix("ensemble").map(str::to_owned).unwrap_or(of_datum)];
    let by_code = globe.code().map(table::by_code);
    let by_name = keys.each_ref().map(|key| table::by_name(key));
    // One word for a datum that lies far off outweighs others.
    for found in by_code.iter().chain(by_name.iter().flatten()) {
        if let Err(CrsProblem::Far { datum, .. }) = found {
            return Err(far(datum));
        }
    }
    let Some(shape) = ellipsoid(globe) else { return Err(far(said)) };
    let known = by_code.into_iter().chain(by_name.into_iter().flatten()).flatten().find(System::is_geographic);
    if let Some(system) = known {
        return Ok((system.name.clone(), folded(&system.name)));
    }
    let is_unnamed = keys.iter().all(|key| UNNAMED.iter().any(|word| key.is_empty() || key.starts_with(word)));
    let is_near = match globe.find(&["TOWGS84"]).filter(|_| is_unnamed) {
        Some(shift) => shift.values.iter().all(|value| value.parse::<f64>().is_ok_and(|value| value.abs() < 0.05)),
        // Who calls a datum nothing and has the ellipsoid of WGS 84 means that; those of GRS 80 are many.
        None if is_unnamed => shape == Ellipsoid::Wgs84,
        None => keys.iter().any(|key| table::is_near(key)),
    };
    if is_near {
        Ok((short(name), keys[0].clone()))
    } else {
        Err(CrsProblem::NotNear { name: short(name), datum: short(said) })
    }
}

/// How what names no datum begins, folded.
const UNNAMED: [&str; 6] = ["unknown", "unnamed", "undefined", "notspecified", "custom", "userdefined"];

fn ellipsoid(globe: &Node<'_>) -> Option<Ellipsoid> {
    let shape = globe.find(&["SPHEROID", "ELLIPSOID"])?;
    let (a, rf) = (shape.number(1)?, shape.number(2)?);
    let all = [Ellipsoid::Grs80, Ellipsoid::Wgs84, Ellipsoid::Gsk2011];
    all.into_iter().find(|it| (it.axes().0 - a).abs() < 1e-3 && (it.axes().1 - rf).abs() < 5e-7)
}

fn projected(plane: &Node<'_>, globe: &Node<'_>) -> Result<System, CrsProblem> {
    let name: String = plane.name().chars().take(80).collect();
    let (_, near) = datum(globe)?;
    let conversion = plane.child(&["CONVERSION"]).unwrap_or(plane);
    let method = conversion.child(&["PROJECTION", "METHOD"]).map_or("", |method| method.name());
    let refused = || CrsProblem::Method { name: name.clone(), method: method.chars().take(80).collect() };
    let unit = plane.unit().or_else(|| plane.child(&["CS"]).and_then(Node::unit));
    let unit = unit.or_else(|| plane.child(&["AXIS"]).and_then(Node::unit)).unwrap_or(1.0);
    let mut made = Projected {
        method: method_of(method).ok_or_else(refused)?,
        ellipsoid: ellipsoid(globe).unwrap_or(Ellipsoid::Grs80),
        lat_0: 0.0,
        lon_0: 0.0,
        lat_1: 0.0,
        lat_2: 0.0,
        k_0: 1.0,
        x_0: 0.0,
        y_0: 0.0,
        unit,
    };
    let angles = globe.unit().filter(|unit| plane.keyword == "PROJCS" && (unit - DEGREE).abs() > 1e-9);
    // A sphere that ESRI and others write for it in their own ways.
    if made.method == Method::Mercator && folded(&name).ends_with("pseudomercator") {
        made.method = Method::WebMercator;
    }
    for parameter in conversion.children.iter().filter(|child| child.keyword == "PARAMETER") {
        let Some(number) = parameter.number(1) else { continue };
        // Before WKT 2 angles were in the unit of the globe.
        let angle = parameter.unit().filter(|unit| *unit < 0.1).or(angles);
        let degrees = angle.map_or(number, |unit| (number * unit).to_degrees());
        let metres = number * parameter.unit().unwrap_or(unit);
        match folded(parameter.name()).as_str() {
            "falseeasting" | "eastingatfalseorigin" | "eastingatprojectioncentre" => made.x_0 = metres,
            "falsenorthing" | "northingatfalseorigin" | "northingatprojectioncentre" => made.y_0 = metres,
            "centralmeridian"
            | "longitudeofcenter"
            | "longitudeofnaturalorigin"
            | "longitudeoffalseorigin"
            | "longitudeoforigin"
            | "straightverticallongitudefrompole" => made.lon_0 = degrees,
            "latitudeoforigin" | "latitudeofcenter" | "latitudeofnaturalorigin" | "latitudeoffalseorigin" => {
                made.lat_0 = degrees;
            }
            "standardparallel1" | "latitudeof1ststandardparallel" | "latitudeofstandardparallel" => {
                made.lat_1 = degrees;
            }
            "standardparallel2" | "latitudeof2ndstandardparallel" => made.lat_2 = degrees,
            "scalefactor" | "scalefactoratnaturalorigin" => made.k_0 = number,
            // A turn, a height of whoever looks, a scale of the ellipsoid: another projection.
            _ if number != 0.0 => return Err(refused()),
            _ => {}
        }
    }
    let is_westward = |axis: &Node<'_>| {
        axis.values.iter().any(|word| ["WEST", "SOUTH"].iter().any(|it| word.eq_ignore_ascii_case(it)))
    };
    if !made.set_pole(&folded(method))
        || (made.lat_0.abs() < 89.0 && plane.children.iter().any(|it| it.keyword == "AXIS" && is_westward(it)))
    {
        return Err(refused());
    }
    if made.method == Method::WebMercator {
        made.ellipsoid = Ellipsoid::Wgs84;
    }
    if made.method == Method::LambertConic {
        // One parallel is the origin itself, or the origin itself is a parallel.
        if made.lat_1 == 0.0 {
            made.lat_1 = made.lat_0;
        }
        if same(made.lat_2, made.lat_1) {
            made.lat_2 = 0.0;
        }
    }
    let by_code = plane.code().and_then(|code| table::by_code(code).ok());
    let by_code = by_code.filter(|system| matches!(&system.kind, Kind::Projected(other) if table::alike(&made, other)));
    let found = by_code.or_else(|| table::by_parameters(&made, &name, &near));
    Ok(found.unwrap_or(System { code: None, name, kind: Kind::Projected(made) }))
}

impl Projected {
    /// Settles which pole a projection looks at and where its scale is true, which texts say in several ways, and whether
    /// what they say is one projection.
    fn set_pole(&mut self, method: &str) -> bool {
        let is_pole = |lat: f64| same(lat.abs(), 90.0);
        match self.method {
            Method::Mercator => return same(self.lat_0, 0.0) && (self.lat_1 == 0.0 || same(self.k_0, 1.0)),
            Method::Stereographic => {}
            Method::TransverseMercator
            | Method::LambertConic
            | Method::LambertAzimuthal
            | Method::Albers
            | Method::WebMercator
            | Method::ObliqueStereographic
            | Method::Polyconic => return true,
        }
        match method {
            "stereographicnorthpole" | "stereographicsouthpole" => {
                let pole = if method == "stereographicnorthpole" { 90.0 } else { -90.0 };
                if self.lat_0 != 0.0 && !same(self.lat_0, pole) {
                    return false;
                }
                self.lat_0 = pole;
            }
            // GDAL has the latitude of true scale where others have the pole.
            "polarstereographic" if self.lat_1 == 0.0 && self.lat_0 != 0.0 && !is_pole(self.lat_0) => {
                (self.lat_0, self.lat_1) = (90.0_f64.copysign(self.lat_0), self.lat_0);
            }
            "polarstereographicvariantb" if self.lat_1 != 0.0 => self.lat_0 = 90.0_f64.copysign(self.lat_1),
            "stereographic" if self.lat_1 != 0.0 && !is_pole(self.lat_0) => return false,
            "stereographic" => {}
            _ if is_pole(self.lat_0) => {}
            _ => return false,
        }
        // True at the pole is true where the scale is 1.
        if is_pole(self.lat_1) && same(self.lat_1, self.lat_0) {
            self.lat_1 = 0.0;
        }
        // The scale counts once, on the side of the pole.
        self.lat_1 == 0.0 || (same(self.k_0, 1.0) && self.lat_1 * self.lat_0 > 0.0)
    }
}

fn method_of(name: &str) -> Option<Method> {
    Some(match folded(name).as_str() {
        "transversemercator" | "gk" | "gaussboaga" | "transversemercatorcomplex" => Method::TransverseMercator,
        "lambertconformalconic"
        | "lambertconformalconic1sp"
        | "lambertconformalconic2sp"
        | "lambertconicconformal1sp"
        | "lambertconicconformal2sp" => Method::LambertConic,
        "lambertazimuthalequalarea" => Method::LambertAzimuthal,
        "albers" | "albersequalarea" | "albersconicequalarea" => Method::Albers,
        "mercator" | "mercator1sp" | "mercator2sp" | "mercatorvarianta" | "mercatorvariantb" => Method::Mercator,
        "mercatorauxiliarysphere" | "popularvisualisationpseudomercator" => Method::WebMercator,
        "stereographicnorthpole"
        | "stereographicsouthpole"
        | "polarstereographic"
        | "polarstereographicvarianta"
        | "polarstereographicvariantb"
        | "stereographic" => Method::Stereographic,
        "obliquestereographic" | "doublestereographic" => Method::ObliqueStereographic,
        "polyconic" | "americanpolyconic" => Method::Polyconic,
        _ => return None,
    })
}

impl System {
    /// The system as the text of a `.prj`, as ESRI and GDAL read it. Shifted systems have none.
    #[must_use]
    pub fn wkt(&self) -> Option<String> {
        match &self.kind {
            Kind::Gcj02 | Kind::Bd09 => None,
            Kind::Geographic => Some(Self::globe(&self.name, self.is_chinese(), Ellipsoid::of_datum(&self.name))),
            Kind::Projected(plane) => {
                let base = base_of(&self.name);
                let globe = Self::globe(base, base.contains("CGCS2000"), plane.ellipsoid);
                Some(format!(r#"PROJCS["{}",{globe},{}]"#, esri_name(&self.name), plane.parameters()))
            }
        }
    }

    fn is_chinese(&self) -> bool {
        self.name.contains("CGCS2000")
    }

    fn globe(base: &str, is_chinese: bool, ellipsoid: Ellipsoid) -> String {
        let (name, datum, shape) = match base {
            _ if is_chinese => {
                ("GCS_China_Geodetic_Coordinate_System_2000".to_owned(), "D_China_2000".to_owned(), "CGCS2000")
            }
            "WGS 84" => ("GCS_WGS_1984".to_owned(), "D_WGS_1984".to_owned(), "WGS_1984"),
            "ETRS89" => ("GCS_ETRS_1989".to_owned(), "D_ETRS_1989".to_owned(), "GRS_1980"),
            "NAD83" => ("GCS_North_American_1983".to_owned(), "D_North_American_1983".to_owned(), "GRS_1980"),
            other => (
                format!("GCS_{}", esri_name(other)),
                format!("D_{}", esri_name(other)),
                match ellipsoid {
                    Ellipsoid::Grs80 => "GRS_1980",
                    Ellipsoid::Wgs84 => "WGS_1984",
                    Ellipsoid::Gsk2011 => "GSK-2011",
                },
            ),
        };
        let (a, rf) = ellipsoid.axes();
        format!(
            r#"GEOGCS["{name}",DATUM["{datum}",SPHEROID["{shape}",{a:?},{rf}]],PRIMEM["Greenwich",0.0],UNIT["Degree",0.0174532925199433]]"#
        )
    }
}

impl Ellipsoid {
    pub(super) fn of_datum(name: &str) -> Self {
        match name {
            name if name.starts_with("WGS 84") => Self::Wgs84,
            name if name.starts_with("GSK") => Self::Gsk2011,
            _ => Self::Grs80,
        }
    }
}

/// What longitude and latitude are called that a plane is made from: mostly its name begins so.
pub(super) fn base_of(name: &str) -> &str {
    let base = name.split(" / ").next().unwrap_or(name);
    match base {
        "ETRS89-extended" => "ETRS89",
        "ST74" | "County ST74" => "SWEREF99",
        "Estonian Coordinate System of 1992" => "EST92",
        "Estonian Coordinate System of 1997" => "EST97",
        "Cayman Islands National Grid 2011" => "CIGD11",
        "SHMG2015" => "SHGD2015",
        _ if base.starts_with("SWEREF99 ") => "SWEREF99",
        _ => base,
    }
}

/// A name as ESRI spells it: no signs but the underscore.
fn esri_name(name: &str) -> String {
    let plain: String =
        name.replace("Gauss-Kruger", "GK").chars().map(|c| if c.is_alphanumeric() { c } else { '_' }).collect();
    plain.split('_').filter(|part| !part.is_empty()).collect::<Vec<_>>().join("_")
}

impl Projected {
    fn parameters(&self) -> String {
        let Self { method, lat_0, lon_0, lat_1, lat_2, k_0, x_0, y_0, unit, .. } = *self;
        let conic = |second: f64| if second == 0.0 { Vec::new() } else { vec![("Standard_Parallel_2", second)] };
        let scale = [("Scale_Factor", k_0)];
        let (name, special) = match method {
            Method::TransverseMercator if same(k_0, 1.0) && lat_0 == 0.0 => ("Gauss_Kruger", scale.to_vec()),
            Method::TransverseMercator => ("Transverse_Mercator", scale.to_vec()),
            Method::LambertConic => (
                "Lambert_Conformal_Conic",
                [vec![("Standard_Parallel_1", lat_1)], conic(lat_2), scale.to_vec()].concat(),
            ),
            Method::LambertAzimuthal => ("Lambert_Azimuthal_Equal_Area", Vec::new()),
            Method::Albers => ("Albers", [vec![("Standard_Parallel_1", lat_1)], conic(lat_2)].concat()),
            Method::Mercator => ("Mercator", vec![("Standard_Parallel_1", lat_1)]),
            Method::WebMercator => {
                ("Mercator_Auxiliary_Sphere", vec![("Standard_Parallel_1", 0.0), ("Auxiliary_Sphere_Type", 0.0)])
            }
            Method::Stereographic if lat_1 == 0.0 => ("Stereographic", scale.to_vec()),
            Method::Stereographic if lat_0 < 0.0 => ("Stereographic_South_Pole", vec![("Standard_Parallel_1", lat_1)]),
            Method::Stereographic => ("Stereographic_North_Pole", vec![("Standard_Parallel_1", lat_1)]),
            Method::ObliqueStereographic => ("Double_Stereographic", scale.to_vec()),
            Method::Polyconic => ("Polyconic", Vec::new()),
        };
        let meridian = if method == Method::LambertAzimuthal { "Longitude_Of_Center" } else { "Central_Meridian" };
        let origin = if method == Method::LambertAzimuthal { "Latitude_Of_Center" } else { "Latitude_Of_Origin" };
        let usual = vec![("False_Easting", x_0 / unit), ("False_Northing", y_0 / unit), (meridian, lon_0)];
        let all = [usual, special, vec![(origin, lat_0)]].concat();
        let all: Vec<String> =
            all.into_iter().map(|(name, value)| format!(r#"PARAMETER["{name}",{value:?}]"#)).collect();
        let word = if same(unit, 1.0) { "Meter" } else { "Unit" };
        format!(r#"PROJECTION["{name}"],{},UNIT["{word}",{unit:?}]"#, all.join(","))
    }
}
