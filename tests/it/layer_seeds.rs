//! Small files of boundaries in the formats that are read, with what is hard in them: what mutations begin with.

use std::io::Write as _;

/// One of each, with the ending that such files have.
pub fn all() -> Vec<(&'static str, Vec<u8>)> {
    vec![("kml", KML.into()), ("kmz", kmz())]
}

const KML: &str = r##"<?xml version="1.0" encoding="UTF-8"?><!DOCTYPE kml [<!ENTITY x "x">]>
<kml xmlns="http://www.opengis.net/kml/2.2"><Document id="d"><Schema name="s" id="s"><SimpleField name="pop" type="int"/></Schema>
<Folder><name>甲镇</name><Placemark id="v1"><name>张家沟村 &amp; &#x6751;</name><description><![CDATA[<table><tr><td>户数</td><td>12</td></tr></table>]]></description>
<ExtendedData><Data name="code"><value>007</value></Data><SchemaData schemaUrl="#s"><SimpleData name="pop">34</SimpleData></SchemaData></ExtendedData>
<MultiGeometry><Polygon><outerBoundaryIs><LinearRing><coordinates>105,31,0 105.1,31,0 105.1,31.1,0 105,31,0</coordinates></LinearRing></outerBoundaryIs>
<innerBoundaryIs><LinearRing><coordinates>105.06,31.02 105.08,31.02 105.08,31.04 105.06,31.02</coordinates></LinearRing></innerBoundaryIs></Polygon></MultiGeometry></Placemark></Folder>
<Folder><name>乙镇</name><Placemark><name>石桥村</name><Polygon><outerBoundaryIs><LinearRing><coordinates>105.1,31 105.2,31 105.2,31.1 105.1,31</coordinates></LinearRing></outerBoundaryIs></Polygon></Placemark>
<Placemark><Point><coordinates>105,31</coordinates></Point></Placemark></Folder></Document></kml>
"##;

/// The same packed, with a picture beside it.
fn kmz() -> Vec<u8> {
    let mut zip = zip::ZipWriter::new(std::io::Cursor::new(Vec::new()));
    for (name, bytes) in [("doc.kml", KML.as_bytes()), ("files/a.png", b"\x89PNG")] {
        zip.start_file(name, zip::write::SimpleFileOptions::default()).unwrap();
        zip.write_all(bytes).unwrap();
    }
    zip.finish().unwrap().into_inner()
}
