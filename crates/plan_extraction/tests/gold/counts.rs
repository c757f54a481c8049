//! The recorded counts: what the last recorded run reached, document by document.

use std::{collections::BTreeMap, fmt::Write, fs, path::Path};

use crate::{Scored, facts::FactCounts, score::Outcome};

/// What is counted of a document or a pool.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct Counts {
    /// Rows of the labels, rows found, found rows that are labelled, and those
    /// of them in which everything agrees.
    pub(crate) labelled: usize,
    pub(crate) found: usize,
    pub(crate) matched: usize,
    pub(crate) exact: usize,
    pub(crate) facts: FactCounts,
}

const HEADER: &str = "document\tlabelled\tfound\tmatched\texact\tbaselines\treturned\tothers\ttaken";

impl Counts {
    pub(crate) fn of(outcome: &Outcome, facts: FactCounts) -> Self {
        let (labelled, found) = (outcome.labelled(), outcome.found());
        Counts { labelled, found, matched: outcome.matched.len(), exact: outcome.exact(), facts }
    }

    pub(crate) fn add(&mut self, other: &Counts) {
        let sums = self.cells().into_iter().zip(other.cells()).map(|(a, b)| a + b);
        *self = Counts::from_cells(sums).expect("as many cells as before");
    }

    fn cells(&self) -> [usize; 8] {
        let FactCounts { baselines, returned, others, taken } = self.facts;
        [self.labelled, self.found, self.matched, self.exact, baselines, returned, others, taken]
    }

    fn from_cells(mut cells: impl Iterator<Item = usize>) -> Option<Self> {
        let mut next = || cells.next();
        let (labelled, found, matched, exact) = (next()?, next()?, next()?, next()?);
        let facts = FactCounts { baselines: next()?, returned: next()?, others: next()?, taken: next()? };
        Some(Counts { labelled, found, matched, exact, facts })
    }

    /// What is worse or better than before, in words; `None` beside a word where it is the same.
    fn changes(&self, before: &Counts) -> Vec<(bool, String)> {
        let more_is_better = [
            ("matched", before.matched, self.matched),
            ("exact", before.exact, self.exact),
            ("facts returned", before.facts.returned, self.facts.returned),
        ];
        let less_is_better = [
            ("extra rows", before.found - before.matched, self.found - self.matched),
            ("names, dates and thresholds taken for targets", before.facts.taken, self.facts.taken),
        ];
        let changed = |(what, old, new): (&str, usize, usize)| (old != new).then(|| format!("{what} {old} → {new}"));
        let mut changes = Vec::new();
        for (what, old, new) in more_is_better {
            changes.extend(changed((what, old, new)).map(|said| (new > old, said)));
        }
        for (what, old, new) in less_is_better {
            changes.extend(changed((what, old, new)).map(|said| (new < old, said)));
        }
        changes
    }
}

/// The record: counts by document.
#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) struct Recorded(BTreeMap<String, Counts>);

impl Recorded {
    pub(crate) fn read(path: &Path) -> Self {
        let text = fs::read_to_string(path).unwrap_or_else(|e| panic!("{}: {e}", path.display()));
        Self::parse(&text).unwrap_or_else(|line| panic!("{}: not a record of counts: {line}", path.display()))
    }

    fn parse(text: &str) -> Result<Self, String> {
        let mut lines = text.lines().filter(|line| !line.starts_with('#'));
        if lines.next() != Some(HEADER) {
            return Err("the header is missing".to_owned());
        }
        let read = |line: &str| {
            let (key, cells) = line.split_once('\t')?;
            let numbers: Option<Vec<usize>> = cells.split('\t').map(|c| c.parse().ok()).collect();
            Some((key.to_owned(), Counts::from_cells(numbers?.into_iter())?))
        };
        lines.map(|line| read(line).ok_or_else(|| line.to_owned())).collect::<Result<_, _>>().map(Recorded)
    }

    /// The record with these counts in the place of the old ones. Real documents
    /// that were not there this time keep theirs; the sample is always there, so
    /// a text that is gone from it goes from the record.
    pub(crate) fn with(mut self, scored: &[Scored]) -> Self {
        self.0.retain(|key, _| !key.starts_with("sample/"));
        self.0.extend(scored.iter().map(|s| (s.key.clone(), s.counts)));
        self
    }

    pub(crate) fn write(&self, path: &Path) {
        fs::write(path, self.text()).unwrap_or_else(|e| panic!("{}: {e}", path.display()));
    }

    fn text(&self) -> String {
        let mut text = String::from(
            "# Counts of the last recorded scoring (make gold RECORD=1). A real document is named by a fingerprint of its\n\
             # text and labels. labelled, found, matched, exact: rows; baselines, returned: numerals labelled as facts and\n\
             # those returned; others, taken: numerals labelled threshold, name, date or ordinal and those taken for targets.\n",
        );
        text += HEADER;
        text.push('\n');
        for (key, counts) in &self.0 {
            let cells: Vec<String> = counts.cells().iter().map(usize::to_string).collect();
            writeln!(text, "{key}\t{}", cells.join("\t")).expect("a string can be written");
        }
        text
    }

    /// What is better and what is worse than recorded, a sentence each.
    pub(crate) fn compare(&self, scored: &[Scored]) -> (Vec<String>, Vec<String>) {
        let (mut better, mut worse) = (Vec::new(), Vec::new());
        for Scored { key, shown, counts, .. } in scored {
            let said = |what: &str| format!("gold: {shown}: {what}");
            match self.0.get(key) {
                // Another collection of real documents is no step back.
                None if key.starts_with("real/") => better.push(said("not recorded yet")),
                None => worse.push(said("not recorded yet")),
                Some(before) if before.labelled != counts.labelled => {
                    worse.push(said(&format!("labels changed: rows {} → {}", before.labelled, counts.labelled)));
                }
                Some(before) => {
                    for (good, change) in counts.changes(before) {
                        if good { &mut better } else { &mut worse }.push(said(&change));
                    }
                }
            }
        }
        (better, worse)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn counts(cells: [usize; 8]) -> Counts {
        Counts::from_cells(cells.into_iter()).unwrap()
    }

    fn scored(key: &str, cells: [usize; 8]) -> Scored {
        Scored { key: key.to_owned(), shown: "text".to_owned(), pool: false, counts: counts(cells) }
    }

    const BEFORE: [usize; 8] = [100, 98, 95, 90, 20, 18, 50, 1];

    #[test]
    fn a_record_is_read_as_it_was_written() {
        let record =
            Recorded::default().with(&[scored("sample/a", BEFORE), scored("real/0f", [1, 2, 3, 4, 5, 6, 7, 8])]);
        assert_eq!(Recorded::parse(&record.text()), Ok(record));
        for broken in ["", "document\n", &format!("{HEADER}\nsample/a\t1\n"), &format!("{HEADER}\nsample/a\tx\n")] {
            assert!(Recorded::parse(broken).is_err(), "{broken}");
        }
    }

    #[test]
    fn each_count_is_held() {
        let record = Recorded::default().with(&[scored("sample/a", BEFORE)]);
        let compared = |cells: [usize; 8]| {
            let (better, worse) = record.compare(&[scored("sample/a", cells)]);
            (better.len(), worse.len())
        };
        assert_eq!(compared(BEFORE), (0, 0));
        assert_eq!(compared([100, 97, 94, 90, 20, 18, 50, 1]), (0, 1), "fewer matched");
        assert_eq!(compared([100, 98, 95, 89, 20, 18, 50, 1]), (0, 1), "fewer exact");
        assert_eq!(compared([100, 99, 95, 90, 20, 18, 50, 1]), (0, 1), "more extra rows");
        assert_eq!(compared([100, 98, 95, 90, 20, 17, 50, 1]), (0, 1), "fewer facts");
        assert_eq!(compared([100, 98, 95, 90, 20, 18, 50, 2]), (0, 1), "a date taken for a target");
        assert_eq!(compared([101, 98, 95, 90, 20, 18, 50, 1]), (0, 1), "other labels");
        assert_eq!(compared([100, 98, 96, 91, 20, 19, 50, 0]), (5, 0), "all of it better");
        let elsewhere = |key: &str| {
            let (better, worse) = record.compare(&[scored(key, BEFORE)]);
            (better.len(), worse.len())
        };
        assert_eq!(elsewhere("sample/b"), (0, 1), "a text of the sample that nobody recorded");
        assert_eq!(elsewhere("real/0f"), (1, 0), "a real document that nobody recorded");
    }
}
