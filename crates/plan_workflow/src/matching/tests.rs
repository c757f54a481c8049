use super::*;

fn item(name: &str, unit: &str, class: &str) -> Item {
    Item { name: name.to_owned(), unit: unit.to_owned(), class: class.parse().ok(), ..Item::default() }
}

/// The rows of `rules/matching.tsv`: (left, right, expected, line).
fn cases() -> Vec<(Item, Item, String, String)> {
    let table = include_str!("../../../../rules/matching.tsv");
    let rows = table.lines().skip(1).map(|line| {
        let cells: Vec<&str> = line.split('\t').map(str::trim).collect();
        let [left, left_unit, left_class, right, right_unit, right_class, expected, why] = cells[..] else {
            panic!("eight cells: {line}");
        };
        assert!(!why.is_empty(), "{line}");
        (item(left, left_unit, left_class), item(right, right_unit, right_class), expected.to_owned(), line.to_owned())
    });
    rows.collect()
}

fn word(pair: Option<&Pair>) -> &'static str {
    match pair.map(|pair| pair.closeness) {
        Some(Closeness::Exact) => "exact",
        Some(Closeness::Likely) => "likely",
        None => "new",
    }
}

#[test]
fn each_case_of_the_table_holds_among_the_names_of_the_others() {
    let cases = cases();
    for (at, (left, right, expected, line)) in cases.iter().enumerate() {
        // The names of the other cases say what is common and what is rare.
        let others = |pick: fn(&(Item, Item, String, String)) -> &Item| -> Vec<Item> {
            let apart = |case: &&(Item, Item, String, String)| {
                [left, right].iter().all(|own| bare(&own.name).core != bare(&pick(case).name).core)
            };
            cases
                .iter()
                .enumerate()
                .filter(|(other, _)| *other != at)
                .map(|(_, c)| c)
                .filter(apart)
                .map(pick)
                .cloned()
                .collect()
        };
        let mut lefts = vec![left.clone()];
        lefts.extend(others(|case| &case.0));
        let pairs = pair(&lefts, std::slice::from_ref(right));
        let own = pairs.iter().find(|pair| pair.left == 0);
        assert_eq!(word(own), expected, "{line}: {pairs:?}");
    }
}

#[test]
fn an_entry_of_the_dictionary_makes_two_names_one() {
    let entry = |name: &str| Item { entry: Some("地区生产总值".to_owned()), ..item(name, "亿元", "numeric") };
    let pairs = pair(&[entry("GDP")], &[entry("地区生产总值")]);
    assert_eq!(pairs[0].closeness, Closeness::Exact);
    assert_eq!(pairs[0].reasons, [Reason::SameEntry { entry: "地区生产总值".to_owned() }]);
    // A rate of it is another measure.
    let pairs = pair(&[Item { unit: "%".to_owned(), ..entry("GDP增速") }], &[entry("地区生产总值")]);
    assert_eq!(pairs[0].closeness, Closeness::Likely);
}

#[test]
fn each_item_has_one_partner_and_the_order_of_the_lists_does_not_matter() {
    let value = |item: Item, value: i64| Item { value: Some(value.into()), ..item };
    let left = vec![
        value(item("人才公寓", "套", "numeric"), 700),
        value(item("人才公寓", "套", "numeric"), 1200),
        item("新建人才公寓", "套", "numeric"),
        item("人才驿站", "处", "numeric"),
    ];
    let right = vec![
        value(item("人才公寓", "套", "numeric"), 1200),
        value(item("新建人才公寓", "套", "numeric"), 3000),
        value(item("人才公寓", "套", "numeric"), 3000),
    ];
    let named = |pairs: Vec<Pair>, left: &[Item], right: &[Item]| {
        let mut named: Vec<String> = pairs
            .iter()
            .map(|p| {
                format!(
                    "{} {:?} → {} {:?} {:?}",
                    left[p.left].name, left[p.left].value, right[p.right].name, right[p.right].value, p.closeness
                )
            })
            .collect();
        named.sort();
        named
    };
    let forth = named(pair(&left, &right), &left, &right);
    assert_eq!(forth.len(), 3, "{forth:?}");
    assert!(forth.iter().any(|line| line.contains("1200) → 人才公寓 Some(1200) Exact")), "{forth:?}");
    let (mut turned_left, mut turned_right) = (left.clone(), right.clone());
    turned_left.reverse();
    turned_right.reverse();
    assert_eq!(named(pair(&turned_left, &turned_right), &turned_left, &turned_right), forth);
    assert!(pair(&left, &[]).is_empty() && pair(&[], &right).is_empty());
}

#[test]
fn a_thousand_by_a_thousand_is_paired_within_a_second() {
    let fields = ["规模以上工业企业", "城镇老旧小区", "农村生活污水", "高标准农田", "公共停车泊位", "养老机构床位"];
    let ends = ["数字化改造", "治理率", "建设面积", "惠及居民", "占比", "投资额"];
    let items = |shift: usize| -> Vec<Item> {
        (0..1000)
            .map(|n| item(&format!("{}第{}片{}", fields[n % 6], (n + shift) % 997, ends[n / 6 % 6]), "个", "numeric"))
            .collect()
    };
    let begun = std::time::Instant::now();
    let pairs = pair(&items(0), &items(3));
    let took = begun.elapsed();
    assert!(pairs.len() > 500);
    // Several times what it takes unoptimised on a busy machine.
    assert!(took.as_secs_f32() < 10.0, "{took:?}");
    println!("1,000 by 1,000: {took:?}");
}
