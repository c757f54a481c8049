//! The figures of the fictional district, as series.

use std::collections::BTreeMap;

use plan_assessment::forecast::Kind;

const YEARLY: &str = include_str!("../../samples/figures/yearly.csv");
const MONTHLY: &str = include_str!("../../samples/figures/monthly.csv");

/// The series of a kind; of months and quarters only those without a gap.
pub fn series(kind: Kind) -> Vec<Vec<f64>> {
    match kind {
        Kind::Yearly => by_name(YEARLY, |name, _| !is_rate(name)).into_values().map(values).collect(),
        Kind::YearlyRates => by_name(YEARLY, |name, _| is_rate(name)).into_values().map(values).collect(),
        Kind::Quarterly => within(4),
        Kind::Monthly => within(12),
    }
}

fn is_rate(name: &str) -> bool {
    name.contains("增长") || name.contains("增速") || name.ends_with("降低") || name.ends_with("下降")
}

/// Figures by indicator and period; of several for one period the last.
fn by_name(text: &str, wanted: fn(&str, &str) -> bool) -> BTreeMap<String, BTreeMap<String, f64>> {
    let mut all: BTreeMap<String, BTreeMap<String, f64>> = BTreeMap::new();
    for line in text.lines().skip(1) {
        let cells: Vec<&str> = line.split(',').collect();
        if let (true, Ok(value)) = (wanted(cells[0], cells[5]), cells[2].parse()) {
            all.entry(cells[0].to_owned()).or_default().insert(cells[1].to_owned(), value);
        }
    }
    all
}

fn values(periods: BTreeMap<String, f64>) -> Vec<f64> {
    periods.into_values().collect()
}

/// Levels within the year as they are, amounts of the year to date turned into
/// the amounts of single periods.
fn within(in_a_year: usize) -> Vec<Vec<f64>> {
    let all = by_name(MONTHLY, |name, note| !is_rate(name) && !note.contains("修订"));
    let mut series = Vec::new();
    for periods in all.into_values() {
        let quarterly = periods.keys().any(|period| period.contains('Q'));
        let years: std::collections::BTreeSet<&str> = periods.keys().map(|period| &period[..4]).collect();
        if (if quarterly { 4 } else { 12 }) != in_a_year || periods.len() != years.len() * in_a_year {
            continue;
        }
        let list: Vec<f64> = periods.values().copied().collect();
        let resets = list.windows(2).filter(|pair| pair[1] < 0.5 * pair[0]).count();
        let to_date = resets > 0;
        let single = |at: usize| if to_date && at % in_a_year > 0 { list[at] - list[at - 1] } else { list[at] };
        series.push((0..list.len()).map(single).collect());
    }
    series
}
