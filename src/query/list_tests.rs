use proptest::prelude::*;

use super::testing::{TOWNSHIPS, VILLAGES, codes, county, dataset};
use crate::model::{LevelIndex, UnitId};
use crate::query::{Listed, Meaning};

/// What a list means: `+code`, `?several`, `^coarser`, `-written`.
fn read(text: &str, wanted: LevelIndex) -> Vec<String> {
    let dataset = county();
    let state = &dataset.base;
    let listed = Listed::read(text, state, wanted);
    let say = |entry: &crate::query::Entry| match &entry.meaning {
        Meaning::One(unit) => format!("+{}", state.unit(*unit).code),
        Meaning::Several(units) => format!("?{}", codes(state, units).join("|")),
        Meaning::Above(unit) => format!("^{}", state.unit(*unit).name),
        Meaning::None(near) => {
            let names: Vec<&str> = near.iter().map(|&unit| state.unit(unit).name.as_str()).collect();
            format!("-{}:{}", entry.written, names.join("|"))
        }
    };
    listed.entries.iter().map(say).collect()
}

#[test]
fn codes_and_names_are_found_with_and_without_suffix() {
    assert_eq!(
        read("510722101202\n和平村\n东街、前进村委会；石桥社区居委会", VILLAGES),
        ["+510722101202", "+510722102202", "+510722102001", "+510722101202", "+510722101001"]
    );
    assert_eq!(read("510722101000", VILLAGES), ["+510722101"]);
}

#[test]
fn a_name_that_several_have_is_narrowed_by_its_parent() {
    assert_eq!(read("解放村", VILLAGES), ["?510722101201|510722102201"]);
    for text in
        ["龙泉镇解放村", "龙泉镇的解放村", "龙泉镇：解放村", "龙泉镇 解放村", "龙泉镇\t解放村", "解放村\t龙泉镇"]
    {
        assert!(read(text, VILLAGES).contains(&"+510722102201".to_owned()), "{text}: {:?}", read(text, VILLAGES));
    }
    assert_eq!(read("解放村（石桥乡）", VILLAGES), ["+510722101201"]);
    // A parent that is given is never passed over.
    assert_eq!(read("石桥乡和平村", VILLAGES), ["^石桥乡", "-和平村:和平村"]);
}

#[test]
fn a_sentence_is_read_as_far_as_it_names_units() {
    assert_eq!(
        read("将石桥乡的解放村、前进村划归龙泉镇管辖。", VILLAGES),
        ["^石桥乡", "+510722101201", "+510722101202", "^龙泉镇"]
    );
    assert_eq!(read("解放村和前进村", VILLAGES), ["?510722101201|510722102201", "+510722101202"]);
    assert_eq!(
        read("1. 和平村\n2．前进村\n（3）东街社区", VILLAGES),
        ["+510722102202", "+510722101202", "+510722102001"]
    );
}

#[test]
fn a_list_of_townships_is_read_as_one_wherever_it_is_pasted() {
    let dataset = county();
    let listed = Listed::read("石桥乡、龙泉", &dataset.base, VILLAGES);
    assert_eq!((listed.level, listed.units()), (TOWNSHIPS, vec![UnitId(6), UnitId(7)]));
}

#[test]
fn a_row_of_a_spreadsheet_is_settled_by_its_code_and_its_figures_are_left_out() {
    assert_eq!(read("510722102201\t解放村\t900\t12.5", VILLAGES), ["+510722102201", "+510722102201"]);
}

#[test]
fn what_is_not_found_is_listed_with_the_nearest_names() {
    assert_eq!(read("前近村、张家沟村", VILLAGES), ["-前近村:前进村", "-张家沟村:"]);
    assert_eq!(read("99", VILLAGES), ["-99:"]);
    assert!(read(" \n、，；", VILLAGES).is_empty());
}

proptest! {
    #[test]
    fn every_code_and_every_unique_name_finds_its_own_unit(
        names in prop::collection::vec("[\u{4e00}-\u{4e40}和的]{1,3}(村|社区|)", 1..12),
        towns in prop::collection::vec(0..3_u8, 12),
    ) {
        let row = |(i, (name, town)): (usize, (&String, &u8))| format!(
            r#"{{"code":"5107221{town}0{:03}","name":"{name}","town_code":"5107221{town}0","town":"甲{town}乡"}}"#,
            200 + i,
        );
        let rows: Vec<String> = names.iter().zip(&towns).enumerate().map(row).collect();
        let dataset = dataset(4, &rows);
        let state = &dataset.base;
        for unit in state.units_at(VILLAGES) {
            let it = state.unit(unit);
            prop_assert_eq!(Listed::read(&it.code, state, VILLAGES).units(), [unit]);
            if state.find_name(&it.name).len() == 1 {
                prop_assert_eq!(Listed::read(&it.name, state, VILLAGES).units(), [unit], "{}", it.name);
            }
        }
    }

    #[test]
    fn no_text_panics(text in "[石桥乡解放村和的将划归 、\t\n（）()0-9.一]{0,40}") {
        let dataset = county();
        let listed = Listed::read(&text, &dataset.base, VILLAGES);
        prop_assert!(listed.units().is_sorted());
    }
}
