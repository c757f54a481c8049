//! Whether figures that come in can be right, beside what is stored already.

use std::collections::HashMap;

use jiff::civil::Date;
use plan_assessment::{
    SeriesBreak,
    quality::{Look, QualityFinding, QualityRules, Severity, Subject},
};
use plan_model::{Observation, Period, Place, Problem, Standing};

use super::check::Checked;
use crate::{
    assess::{Figures, Situation},
    quality::subjects,
    records::{NewFigure, Repeat},
};

/// So many warnings are said of one batch; how many more there are is said too.
const MOST_WARNINGS: usize = 200;

/// What the rules say of figures that come in.
#[derive(Debug, Default)]
pub(super) struct Sound {
    /// What cannot be right.
    pub(super) errors: Vec<Problem>,
    /// What is probably wrong, or worth a look.
    pub(super) warnings: Vec<Problem>,
}

/// Looks at figures that were understood, together with those stored of the same
/// indicators and of those related to them.
pub(super) fn check(situation: &Situation, checked: &Checked, (rules, repeat): (&QualityRules, Repeat)) -> Sound {
    if checked.figures.is_empty() {
        return Sound::default();
    }
    let touched = checked.figures.iter().map(|figure| figure.indicator.as_str()).collect();
    let subjects = subjects(&situation.records, &touched, rules);
    let beside = (&situation.figures, situation.breaks());
    judge((&subjects, &situation.plan.head.title), beside, checked, (rules, repeat))
}

/// The same, with everything that is needed in hand.
pub(super) fn judge(
    (subjects, plan): (&[Subject<'_>], &str),
    (stored, breaks): (&Figures, &[SeriesBreak]),
    checked: &Checked,
    (rules, repeat): (&QualityRules, Repeat),
) -> Sound {
    let coming = observations(&checked.figures, stored, repeat);
    let there = subjects.iter().flat_map(|subject| stored.of(&subject.indicator.id));
    let figures: Vec<&Observation> =
        there.map(|record| &record.observation).chain(coming.iter().map(|(_, o)| o)).collect();
    let asked = coming.iter().map(|(_, o)| (o.indicator.as_str(), o.period)).collect();
    let look = Look { subjects, figures: &figures, breaks, plan, as_of: Date::MAX, asked: Some(&asked) };
    sorted(rules.check(&look), &coming, &checked.places)
}

type Key<'a> = (&'a str, Period, Standing);

/// The figures as the store would number them, with their places in the batch;
/// without those that are stored already and would change nothing.
fn observations(figures: &[NewFigure], stored: &Figures, repeat: Repeat) -> Vec<(usize, Observation)> {
    let mut next: HashMap<Key<'_>, u32> = HashMap::new();
    let mut coming = Vec::new();
    for (at, figure) in figures.iter().enumerate() {
        let key: Key<'_> = (&figure.indicator, figure.period, figure.standing);
        let earlier = stored.vintages(&figure.indicator, figure.period, figure.standing);
        if repeat == Repeat::AnyVintage && earlier.iter().any(|e| e.observation.value == figure.value) {
            continue;
        }
        let vintage = next.entry(key).or_insert_with(|| earlier.last().map_or(0, |e| e.observation.vintage));
        *vintage = vintage.saturating_add(1);
        let observation = Observation {
            indicator: figure.indicator.clone(),
            period: figure.period,
            value: figure.value,
            standing: figure.standing,
            vintage: *vintage,
            source: figure.source.clone(),
            note: figure.note.clone(),
        };
        coming.push((at, observation));
    }
    coming
}

/// The findings about figures that come in, each at the place of its figure.
fn sorted(findings: Vec<QualityFinding>, coming: &[(usize, Observation)], places: &[Place]) -> Sound {
    let mut own: HashMap<Key<'_>, usize> = HashMap::new();
    let mut any: HashMap<(&str, Period), usize> = HashMap::new();
    for (at, o) in coming {
        own.insert((&o.indicator, o.period, o.standing), *at);
        any.entry((&o.indicator, o.period)).or_insert(*at);
    }
    let mut sound = Sound::default();
    for finding in findings {
        let itself = own.get(&(finding.indicator.as_str(), finding.period, finding.standing));
        let with = || finding.with.iter().find_map(|(id, period)| any.get(&(id.as_str(), *period)));
        let Some(place) = itself.or_else(with).and_then(|at| places.get(*at)) else { continue };
        // What is wrong with a figure that is stored is no reason to refuse another.
        let refuse = finding.severity == Severity::Error && itself.is_some();
        let words =
            if refuse { finding.message.zh } else { format!("{}：{}", finding.severity.word(), finding.message.zh) };
        let problem = Problem::new(&finding.rule, place.clone(), words, finding.advice.zh);
        if refuse { sound.errors.push(problem) } else { sound.warnings.push(problem) }
    }
    if let Some(more) = sound.warnings.len().checked_sub(MOST_WARNINGS).filter(|more| *more > 0) {
        sound.warnings.truncate(MOST_WARNINGS);
        let hint = "全部列在质量页面，也可运行 lantu figures check";
        sound.warnings.push(Problem::new(
            "more-warnings",
            Place::Whole,
            format!("另有 {more} 处质量警示或提示未列出"),
            hint,
        ));
    }
    sound
}
