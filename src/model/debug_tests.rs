use super::fixtures::squares;
use super::*;
#[test]
fn debug_it() {
    for rows in [[
        r#"{"CÓDIGO_DTA":10101,"DISTRITO":"CARMEN","CANTÓN":"SAN JOSÉ","COD_CANTÓN":101,"PROVINCIA":"SAN JOSÉ","COD_PROV":1}"#,
        r#"{"CÓDIGO_DTA":10102,"DISTRITO":"MERCED","CANTÓN":"SAN JOSÉ","COD_CANTÓN":101,"PROVINCIA":"SAN JOSÉ","COD_PROV":1}"#,
        r#"{"CÓDIGO_DTA":10201,"DISTRITO":"ESCAZÚ","CANTÓN":"ESCAZÚ","COD_CANTÓN":102,"PROVINCIA":"SAN JOSÉ","COD_PROV":1}"#,
        r#"{"CÓDIGO_DTA":10202,"DISTRITO":"SAN ANTONIO","CANTÓN":"ESCAZÚ","COD_CANTÓN":102,"PROVINCIA":"SAN JOSÉ","COD_PROV":1}"#,
    ]] {
        let layer = squares("v", 8, 1.0, &rows);
        let looks = looks::Looks::of(&layer.table);
        for f in layer.table.field_indices() {
            println!("{:?} {:?}", looks.name(f), looks.reading(f));
        }
        let codes = looks.codes();
        println!("{codes:?}");
        let g = guess::guess(&layer.table, &FieldOverrides::default()).unwrap();
        println!("{:?} {:?} {:?}", g.fields.code, g.level, g.above);
    }
    for n in [
        "MN_MDB_C",
        "DC_NAME",
        "Z_NAME",
        "COD_CANTÓN",
        "CANTÓN",
        "хүн_ам",
        "Број становника",
        "MP_CODE",
        "Division",
        "WardNo",
    ] {
        println!("{n} {:?}", field_names::read(n));
    }
}
