use proptest::prelude::*;

use super::*;
use crate::coverage::{AtomId, Suspects};
use crate::edit::testing::{across_the_seam, grid, grid_across_the_seam, random_draft, random_edit};
use crate::edit::{Document, Edit, Form, Target, UnitRef};
use crate::model::{FieldRules, LevelIndex};

fn certificate(document: &Document, level: u8) -> Certificate {
    let export = Export {
        dataset: document.dataset(),
        state: document.state(),
        level: LevelIndex(level),
        area_method: AreaMethod::Geodesic,
        rules: &FieldRules::guess(document.dataset()),
        suspects: &Suspects::default(),
        further: None,
    };
    let mut out = Vec::new();
    let seen = Seen::while_writing(&mut out, &export, &Progress::new()).unwrap();
    Certificate::new(&export, &document.plan(), "out.geojson", &seen)
}

/// Length of a side of a village of the grid, in degrees, at a place: what measures say of it.
fn length_m(from: [f64; 2], to: [f64; 2]) -> f64 {
    crate::geodesy::distance_m(from.into(), to.into())
}

#[test]
fn borders_that_stay_go_inside_or_are_new_are_told_apart() {
    //  3 4 5      townships are the columns; village 0 goes to the middle one
    //  0 1 2
    let mut document = Document::new(grid(3, 2));
    let edit = Edit::Transfer { units: vec![UnitRef::code("510722101201")], to: UnitRef::code("510722102") };
    document.commit(&edit).unwrap();
    let certificate = certificate(&document, 1);
    assert!(certificate.passed, "{:?}", certificate.checks);
    let [expanded, reduced] = certificate.units.as_slice() else { panic!("{:?}", certificate.units) };
    assert_eq!([reduced.change, expanded.change], [Change::Reduced, Change::Expanded]);
    let close = |found: f64, wanted: f64| assert!((found - wanted).abs() < 1e-3, "{found} {wanted}");
    // Between 0 and 1 the border went inside; between 0 and 3 it is new.
    close(expanded.border_m.dissolved, length_m([1.0, 0.0], [1.0, 1.0]));
    close(expanded.border_m.new, length_m([0.0, 1.0], [1.0, 1.0]));
    close(reduced.border_m.new, expanded.border_m.new);
    close(reduced.border_m.dissolved, 0.0);
    let vertices = [reduced.vertices, expanded.vertices].map(|it| (it.outline, it.moved));
    assert_eq!(vertices, [(4, 0), (8, 0)]);
    assert_eq!((certificate.totals.units.before, certificate.totals.units.after), (3, 3));
    close(certificate.totals.border_m.dissolved, expanded.border_m.dissolved);
}

#[test]
fn a_vertex_that_was_not_in_the_input_is_found() {
    let dataset = grid(1, 1);
    let outline = dataset.coverage.outline(&[AtomId(0)]);
    let found = |ring: &str| {
        let text = format!(r#"{{"type":"Feature","geometry":{{"type":"Polygon","coordinates":[[{ring}]]}}}}"#);
        let VertexEntry { outline, moved, .. } = vertices(&dataset, (&outline, &[AtomId(0)]), text.as_bytes(), None);
        (outline, moved)
    };
    assert_eq!(found("[0,0],[1,0],[1,1],[0,1],[0,0]"), (4, 0));
    // From another vertex on, and written otherwise: these are the same places.
    assert_eq!(found("[1.0,0],[1,1e0],[0,1],[0,0],[1,0]"), (4, 0));
    // Off by the least that can be.
    assert_eq!(found("[0,0],[1,0],[1,1.0000000000000002],[0,1],[0,0]"), (4, 1));
    assert_eq!(found("[0,0],[1,0],[1,"), (1, 1));
}

#[test]
fn a_merged_unit_says_its_parts_and_its_page_is_safe_and_whole() {
    let mut document = Document::new(grid(3, 1));
    let units = ["510722101", "510722102"].map(UnitRef::code).into();
    let into = Target { code: Some("510722120".into()), name: Some("<b>&'新'</b>".into()), ..Target::default() };
    document.commit(&Edit::Merge { units, form: Form::Establish, into }).unwrap();
    let certificate = certificate(&document, 1);
    let [made] = certificate.units.as_slice() else { panic!("{:?}", certificate.units) };
    assert_eq!((made.change, made.vertices.outline, made.vertices.moved), (Change::Established, 6, 0));
    assert!(made.area_m2.difference.to_bits() == 0.0_f64.to_bits());
    let page = certificate.page();
    assert!(page.contains("&lt;b&gt;&amp;&#39;新&#39;&lt;/b&gt;") && !page.contains("<b>"));
    let looked_at = certificate.checks.iter().find(|check| check.id == "vertices").unwrap().checked;
    assert!(looked_at >= 6 && certificate.checks[0].checked != looked_at);
    assert!(page.contains(&format!("{looked_at} 个边界顶点均为输入数据的顶点，移动 0 个")));
    assert!(page.contains(&format!("{looked_at} border vertices are vertices of the input, none was moved")));
    // Nothing is fetched from elsewhere.
    assert!(!page.contains("http") && !page.contains("src=") && page.ends_with("</html>\n"));
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(32))]

    #[test]
    fn any_plan_gets_a_certificate_without_a_fault(dice in prop::collection::vec(any::<[u8; 6]>(), 0..14)) {
        let document = random_draft(&grid(4, 3), &dice);
        for level in 0..3 {
            let certificate = certificate(&document, level);
            prop_assert!(certificate.passed, "{:?}", certificate.checks);
        }
    }

    #[test]
    fn any_plan_at_the_seam_gets_one_too(dice in prop::collection::vec(any::<[u8; 6]>(), 0..14)) {
        let mut document = Document::new(grid_across_the_seam(4, 3));
        for dice in dice {
            let edit = across_the_seam(random_edit(&document, dice));
            let _ = document.commit(&edit);
        }
        for level in 0..3 {
            let certificate = certificate(&document, level);
            prop_assert!(certificate.passed, "{:?}", certificate.checks);
        }
    }
}
