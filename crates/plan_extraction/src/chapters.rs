//! How much each chapter of a text promises.

use std::collections::BTreeMap;

use document_reader::Source;
use plan_model::WorkKind;
use serde::Serialize;

use crate::Extraction;

/// What was found in a chapter: from its heading to the next of the same depth.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct ChapterCounts {
    /// Its title without number; nothing for what stands before the first chapter.
    pub title: Option<String>,
    /// The line of its heading, counted from 1; 1 for what stands before the first.
    pub line: u32,
    /// Measurable commitments.
    pub targets: usize,
    /// Commitments without a measure, by kind; a kind of which none was found is missing.
    pub work: BTreeMap<WorkKind, usize>,
}

/// The counts of each chapter, in the order of the text. Chapters are the outermost
/// headings; what stands before the first is counted if anything was found there.
pub fn by_chapter(source: &Source, found: &Extraction) -> Vec<ChapterCounts> {
    let outermost = |h: &&document_reader::Heading| h.level == 1 && !h.run_in;
    let empty = |title, line| ChapterCounts { title, line, targets: 0, work: BTreeMap::new() };
    let mut chapters = vec![empty(None, 1)];
    chapters.extend(source.headings.iter().filter(outermost).map(|h| empty(Some(h.title.clone()), h.line)));
    let chapter_of = |chapters: &[ChapterCounts], line: u32| {
        let index = chapters.partition_point(|c| c.title.is_none() || c.line <= line);
        index.saturating_sub(1)
    };
    for commitment in &found.commitments {
        let index = chapter_of(&chapters, commitment.anchor.line);
        chapters.get_mut(index).into_iter().for_each(|c| c.targets += 1);
    }
    for item in &found.work {
        let index = chapter_of(&chapters, item.anchor.line);
        chapters.get_mut(index).into_iter().for_each(|c| *c.work.entry(item.kind).or_default() += 1);
    }
    chapters.retain(|c| c.title.is_some() || c.targets > 0 || !c.work.is_empty());
    chapters
}

#[cfg(test)]
mod tests {
    use plan_model::PlanPeriod;

    use super::*;
    use crate::{Options, extract};

    #[test]
    fn what_is_found_is_counted_in_its_chapter() {
        let text = "某区规划\n推广节水技术。\n第一章 港口\n吞吐量达到3万吨。\n完善码头设施，争创国家卫生城市。\n\
                    第一节 航道\n推进苇港航道整治。\n第二章 渔业\n";
        let source = document_reader::read("plan.txt", text.as_bytes()).unwrap();
        let found = extract(&source, &Options { plan_period: Some(PlanPeriod::new(2021, 2025).unwrap()) });
        let counted: Vec<_> = by_chapter(&source, &found)
            .into_iter()
            .map(|c| (c.title.unwrap_or_default(), c.line, c.targets, c.work.into_iter().collect::<Vec<_>>()))
            .collect();
        use WorkKind::{Milestone, Project, Task};
        assert_eq!(
            counted,
            [
                (String::new(), 1, 0, vec![(Task, 1)]),
                ("港口".to_owned(), 3, 1, vec![(Task, 1), (Project, 1), (Milestone, 1)]),
                ("渔业".to_owned(), 8, 0, vec![]),
            ]
        );
    }
}
