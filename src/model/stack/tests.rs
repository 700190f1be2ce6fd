use super::super::fixtures::squares;
use super::*;

/// A layer of a file: squares of a side, in rows that are eight wide.
fn layer(name: &str, side: u32, rows: &[String]) -> Layer {
    let rows: Vec<&str> = rows.iter().map(String::as_str).collect();
    let mut layer = squares("file.gpkg", (8 / side) as usize, f64::from(side), &rows);
    layer.reading.layer = Some(name.to_owned());
    layer
}

fn read(layers: Vec<Layer>) -> StackReading {
    let names: Vec<String> = layers.iter().filter_map(|layer| layer.reading.layer.clone()).collect();
    let mut layers = layers.into_iter();
    let mut first = layers.next().unwrap();
    first.reading.layers = names;
    let read = stacked(first, layers.collect(), Vec::new());
    let stack = read[0].reading.stack.clone().unwrap();
    let taken: Vec<&str> = read.iter().filter_map(|layer| layer.reading.layer.as_deref()).collect();
    assert_eq!(taken, stack.taken.iter().map(|it| it.layer.as_str()).collect::<Vec<_>>());
    stack
}

fn taken(stack: &StackReading) -> Vec<&str> {
    stack.taken.iter().map(|it| it.layer.as_str()).collect()
}

fn left(stack: &StackReading) -> Vec<(&str, &LeftWhy)> {
    stack.left.iter().map(|it| (it.layer.as_str(), &it.why)).collect()
}

/// 64 villages in 16 townships of 2 by 2, in 4 counties of 4 by 4; codes say so, or names alone.
fn levels(with_codes: bool) -> [Layer; 3] {
    let row = |code: String, name: String| {
        if with_codes { format!(r#"{{"code":"{code}","name":"{name}"}}"#) } else { format!(r#"{{"label":"{name}"}}"#) }
    };
    let town = |x: usize, y: usize| format!("51{:02}", y * 4 + x + 1);
    let villages: Vec<String> =
        (0..64).map(|i| row(format!("{}{i:03}", town(i % 8 / 2, i / 16)), format!("地{i}"))).collect();
    let towns: Vec<String> = (0..16).map(|i| row(town(i % 4, i / 4), format!("处{i}"))).collect();
    let counties: Vec<String> = (0..4).map(|i| row(format!("9{i}"), format!("方{i}"))).collect();
    [layer("v", 1, &villages), layer("t", 2, &towns), layer("c", 4, &counties)]
}

#[test]
fn layers_are_put_in_their_order_whichever_comes_first() {
    for order in [[0, 1, 2], [1, 0, 2], [2, 1, 0]] {
        let all = levels(true);
        let stack = read(order.map(|at: usize| all[at].clone()).to_vec());
        // Codes of villages begin with those of townships; those of counties say nothing, and come above all the same.
        let expected: &[&str] = if order[0] == 2 { &["c"] } else { &["v", "t", "c"] };
        assert_eq!(taken(&stack), expected, "{order:?}: {stack:?}");
    }
}

#[test]
fn what_only_its_place_tells_comes_above_and_not_below() {
    let [v, t, c] = levels(false);
    assert_eq!(taken(&read(vec![v.clone(), t.clone(), c])), ["v", "t", "c"]);
    let stack = read(vec![t, v]);
    assert_eq!((taken(&stack), left(&stack)), (vec!["t"], vec![("v", &LeftWhy::NotNested)]));
}

#[test]
fn what_is_no_level_is_left_with_the_reason() {
    let [v, t, _] = levels(true);
    let empty = layer("none", 1, &[]);
    let unnamed = layer("frame", 8, &["{}".to_owned()]);
    // The same townships as of another year: of equals the first of the file is read.
    let mut older = t.clone();
    older.reading.layer = Some("t2019".to_owned());
    let odd: Vec<String> = (0..4).map(|i| format!(r#"{{"code":"z{i}","name":"区{i}"}}"#)).collect();
    let odd = layer("odd", 3, &odd);
    let stack = read(vec![v, empty, unnamed, t, older, odd]);
    assert_eq!(taken(&stack), ["v", "t"]);
    let same = LeftWhy::SameLevel { other: "t".to_owned() };
    let expected =
        vec![("none", &LeftWhy::Empty), ("frame", &LeftWhy::Unnamed), ("t2019", &same), ("odd", &LeftWhy::NotNested)];
    assert_eq!(left(&stack), expected);
    assert!(stack.words(crate::i18n::Lang::En).contains("t2019 (the same level as t)"));
}
