//! Rows of ledgers under plans.

use std::collections::BTreeMap;
use std::sync::Arc;

use proptest::prelude::*;
use rust_decimal::Decimal;

use super::Amount;
use super::rows::RowTerm;
use crate::edit::testing::{grid, random_edit};
use crate::edit::{Document, Edit, Plan, RowEdit, UnitRef};
use crate::model::{Cell, CellTest, Dataset, LaidLedger, Ledger, LevelIndex, RowCondition, Sheet, State, Unknown};

/// Villages in three columns of two, with schools: by place, by code of a village and of a township, of all, of nobody.
fn dataset() -> Arc<Dataset> {
    let rows = [
        ["学校编码", "校名", "单位代码", "经度", "纬度", "学生", "状态"],
        ["S1", "甲小学", "", "0.25", "0.5", "101", "在办"],
        ["S2", "乙小学", "", "0.75", "0.5", "53", "在办"],
        ["S3", "丙小学", "510722102201", "", "", "77", "在办"],
        ["S4", "丁中学", "510722101", "", "", "1000", "在办"],
        ["S5", "戊中学", "510722103", "", "", "", "停办"],
        ["S6", "县一中", "510722", "", "", "3000", "在办"],
        ["S7", "某校", "999999999999", "", "", "5", "在办"],
    ];
    let is_number = |text: &str| text.parse::<f64>().is_ok() && text.len() < 8 && !text.starts_with("51");
    let cell = |text: &&str| if is_number(text) { Cell::Number((*text).to_owned()) } else { Cell::text_of(text) };
    let rows = rows.iter().map(|row| row.iter().map(cell).collect()).collect();
    let sheet = Sheet { file: "schools.xlsx".to_owned(), rows, ..Sheet::default() };
    let dataset = grid(3, 2);
    let ledger = Arc::new(Ledger::from_sheet("schools", sheet).unwrap());
    let laid = LaidLedger::lay(ledger, &dataset, BTreeMap::new());
    Arc::new(dataset.with_ledgers(vec![laid]))
}

fn students() -> RowTerm {
    RowTerm { ledger: "schools".into(), column: Some("学生".into()), is_age: false, condition: None }
}

fn open() -> RowTerm {
    let test = CellTest::Is("在办".to_owned());
    let condition = Some(RowCondition::Cell { column: "状态".into(), test });
    RowTerm { ledger: "schools".into(), column: None, is_age: false, condition }
}

fn within(term: &RowTerm, dataset: &Dataset, state: &State, code: &str) -> Result<Decimal, Unknown> {
    let unit = UnitRef::code(code).resolve(dataset, state).unwrap();
    exact(term.of_unit(dataset, state, unit))
}

fn exact(amount: Result<Amount, Unknown>) -> Result<Decimal, Unknown> {
    amount.map(|amount| amount.to_decimal().unwrap())
}

fn record(id: &str, row: RowEdit) -> Edit {
    Edit::Record { table: "schools".into(), id: Some(id.into()), row }
}

fn set(id: &str, column: &str, value: &str) -> Edit {
    record(id, RowEdit::Set { set: [(column.into(), value.into())].into() })
}

#[test]
fn a_plan_closes_merges_opens_and_takes_away_schools() {
    let mut document = Document::new(dataset());
    let before = document.state().clone();
    let county = |document: &Document| {
        let (dataset, state) = (document.dataset(), document.state());
        [within(&students(), dataset, state, "510722").unwrap(), within(&open(), dataset, state, "510722").unwrap()]
    };
    // The county's own school is in no village of it.
    assert_eq!(county(&document), [(101 + 53 + 77 + 1000 + 3000).into(), 5.into()]);
    assert_eq!(terms(&document)[0], [(101 + 53 + 77 + 1000).into(), 4.into()]);
    document.commit(&set("S2", "状态", "并入")).unwrap();
    document.commit(&set("S2", "学生", "")).unwrap();
    document.commit(&set("S1", "学生", "154")).unwrap();
    assert_eq!(county(&document), [(154 + 77 + 1000 + 3000).into(), 4.into()]);
    let new = [("校名".into(), "新校".into()), ("学生".into(), "20".into()), ("状态".into(), "在办".into())];
    let unit = Some(UnitRef::code("510722103"));
    let step = document
        .commit(&Edit::Record {
            table: "schools".into(),
            id: None,
            row: RowEdit::Add { add: new.into(), unit, at: None },
        })
        .unwrap();
    assert!(matches!(&step.edit, Edit::Record { id: Some(id), .. } if id == "+1"), "the key is filled in");
    assert_eq!(within(&students(), document.dataset(), document.state(), "510722103"), Ok(20.into()));
    document.commit(&record("S3", RowEdit::Remove { remove: true })).unwrap();
    assert_eq!(county(&document), [(154 + 1000 + 20 + 3000).into(), 4.into()]);
    let refused = |document: &mut Document, edit: &Edit| document.commit(edit).unwrap_err().to_string();
    assert_eq!(
        refused(&mut document, &set("S3", "状态", "停办")),
        "the ledger \"schools\" has no row \"S3\"",
        "it was taken away"
    );
    assert!(refused(&mut document, &set("S1", "床位", "1")).contains("no column \"床位\"; there are: 学校编码, "));
    assert_eq!(
        refused(&mut document, &set("S1", "学生", "154")),
        "the row \"S1\" of the ledger \"schools\" is so already"
    );
    document.commit(&record("S3", RowEdit::Remove { remove: false })).unwrap();
    document.commit(&set("S1", "学生", "101")).unwrap();
    assert!(document.state().records().get("schools", "S1").is_none(), "what the file says is not said again");
    // The words are those of the language, and the plan is read as it was written.
    let words: Vec<String> = document.done().map(|step| step.words(crate::i18n::Lang::Zh)).collect();
    assert_eq!(words[0], "登记 schools S2：状态 = 并入");
    let plan = Plan::parse(document.plan().write().as_bytes()).unwrap();
    let mut again = Document::new(dataset());
    again.load_plan(&plan).unwrap();
    assert_eq!(again.state().records(), document.state().records());
    document.jump_to(0);
    assert_eq!(*document.state(), before);
}

#[test]
fn what_is_no_number_makes_a_sum_unknown_and_is_named() {
    let mut document = Document::new(dataset());
    document.commit(&set("S1", "学生", "不详")).unwrap();
    let (dataset, state) = (document.dataset(), document.state());
    let why = within(&students(), dataset, state, "510722101201").unwrap_err();
    assert_eq!(why.words(crate::i18n::Lang::Zh), "台账“schools”S1 的“学生”不是数字");
    assert_eq!(within(&students(), dataset, state, "510722102201"), Ok(77.into()), "others are known");
}

#[test]
fn a_plan_about_a_ledger_that_is_not_loaded_says_which() {
    let mut document = Document::new(grid(3, 2));
    let error = document.commit(&set("S1", "状态", "停办")).unwrap_err();
    assert_eq!(error.to_string(), "there is no ledger \"schools\"; load it first (--ledger FILE=schools)");
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn sums_over_rows_stay_whatever_a_plan_does_to_units(dice in prop::collection::vec(any::<[u8; 6]>(), 1..20)) {
        let mut document = Document::new(dataset());
        let mut states = vec![document.state().clone()];
        for dice in dice {
            let edit = match dice[0] % 5 {
                0 => set(&format!("S{}", 1 + dice[1] % 7), "学生", &(u32::from(dice[2]) * 7).to_string()),
                1 => set(&format!("S{}", 1 + dice[1] % 7), "状态", ["在办", "停办"][usize::from(dice[2] % 2)]),
                _ => random_edit(&document, dice),
            };
            let before = terms(&document);
            if document.commit(&edit).is_ok() {
                states.push(document.state().clone());
            }
            let after = terms(&document);
            for (level, (now, was)) in after.iter().zip(&before).enumerate() {
                prop_assert!(matches!(edit, Edit::Record { .. }) || now == was, "level {} after {:?}", level, edit);
                prop_assert!(level + 1 == after.len() || *now == after[0], "levels below the county have the same sums");
            }
        }
        // The county's own school is in no other unit, and that of nobody in no figure.
        let (dataset, state) = (document.dataset(), document.state());
        let all = exact(students().everywhere(dataset, state)).unwrap();
        let schools = dataset.ledger("schools").unwrap();
        let of_county = schools.row(dataset, state, "S6").map(|row| row.text(5).parse::<Decimal>().unwrap_or_default());
        prop_assert_eq!(terms(&document)[0][0], all - of_county.unwrap_or_default());
        prop_assert_eq!(terms(&document).last().unwrap()[0], all);
        for state in states.iter().rev().skip(1) {
            document.undo().unwrap();
            prop_assert_eq!(state, document.state());
        }
    }
}

/// Students and open schools of all units of each level, added up.
fn terms(document: &Document) -> Vec<[Decimal; 2]> {
    let (dataset, state) = (document.dataset(), document.state());
    let sum = |term: &RowTerm, level: LevelIndex| -> Decimal {
        let of = |unit| exact(term.of_unit(dataset, state, unit)).unwrap();
        state.units_at(level).map(of).sum()
    };
    state.levels().map(|level| [sum(&students(), level), sum(&open(), level)]).collect()
}
