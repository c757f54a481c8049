//! Sentences of a verdict: a code, parameters, and the words of
//! `rules/assessment/messages.toml`.

use std::{collections::BTreeMap, sync::LazyLock};

use plan_model::Message;
use serde::Deserialize;

/// Declares the codes of all sentences once.
macro_rules! sentences {
    ($($name:ident => $code:literal),+ $(,)?) => {
        /// A sentence of a verdict.
        #[derive(Debug, Clone, Copy, PartialEq, Eq)]
        pub(crate) enum Say { $($name),+ }

        impl Say {
            #[cfg(test)]
            pub(crate) const ALL: &[Say] = &[$(Say::$name),+];

            pub(crate) fn code(self) -> &'static str {
                match self { $(Say::$name => $code),+ }
            }
        }
    };
}

sentences! {
    // Why a status.
    ReachedEarly => "reached_early",
    ShareOfPace => "share_of_pace",
    PointsBehind => "points_behind",
    PointsAhead => "points_ahead",
    GrowthPace => "growth_pace",
    FinalUnmet => "final_unmet",
    FinalMet => "final_met",
    MetWithoutPath => "met_without_path",
    BoundKept => "bound_kept",
    BoundSlipped => "bound_slipped",
    BoundBroken => "bound_broken",
    BoundSlippedBefore => "bound_slipped_before",
    BoundBrokenBefore => "bound_broken_before",
    ComparisonKept => "comparison_kept",
    ComparisonSlipped => "comparison_slipped",
    ComparisonBroken => "comparison_broken",
    AllowanceKept => "allowance_kept",
    AllowanceSlipped => "allowance_slipped",
    AllowanceBroken => "allowance_broken",
    // Why no status.
    NoTarget => "no_target",
    TargetWithoutNumber => "target_without_number",
    TargetsContradict => "targets_contradict",
    UnitMismatch => "unit_mismatch",
    NoFigure => "no_figure",
    NoFigureSinceBase => "no_figure_since_base",
    BaseMissing => "base_missing",
    BasePeriodMissing => "base_period_missing",
    DueMissing => "due_missing",
    PeriodMissing => "period_missing",
    PlanNotBegun => "plan_not_begun",
    YearToDateOnly => "year_to_date_only",
    DueNotAfterBase => "due_not_after_base",
    DirectionUnknown => "direction_unknown",
    DirectionContradicts => "direction_contradicts",
    OtherUnknown => "other_unknown",
    OtherWithoutFigure => "other_without_figure",
    GrowthUnstated => "growth_unstated",
    TooFewYears => "too_few_years",
    TooShort => "too_short",
    NoGrowthRate => "no_growth_rate",
    DefinitionChanged => "definition_changed",
    NominalLevels => "nominal_levels",
    RankByPerson => "rank_by_person",
    RankWithoutPath => "rank_without_path",
    NoNodes => "no_nodes",
    BaseNotPositive => "base_not_positive",
    OutOfRange => "out_of_range",
    // How a task stands by its nodes.
    NodesCompleted => "nodes_completed",
    NodesOnSchedule => "nodes_on_schedule",
    NodesBehind => "nodes_behind",
    NodesNone => "nodes_none",
    NodesUnverified => "nodes_unverified",
    NodesWithoutEvidence => "nodes_without_evidence",
    NodesDoneLate => "nodes_done_late",
    NodesNext => "nodes_next",
    // How it was computed.
    FormulaPath => "formula_path",
    FormulaAgreed => "formula_agreed",
    FormulaGrowth => "formula_growth",
    FormulaCumulative => "formula_cumulative",
    FormulaFall => "formula_fall",
    FormulaMultiple => "formula_multiple",
    FormulaBound => "formula_bound",
    FormulaComparison => "formula_comparison",
    // What else to know.
    NotePlanYear => "note_plan_year",
    NotePlanBase => "note_plan_base",
    NoteBaseFromFigure => "note_base_from_figure",
    NoteBaseFiner => "note_base_finer",
    NoteBaseRevised => "note_base_revised",
    NoteMissingYears => "note_missing_years",
    NotePartialYear => "note_partial_year",
    NoteStandingsDiffer => "note_standings_differ",
    NoteFiguresContradict => "note_figures_contradict",
    NoteRounding => "note_rounding",
    NoteUnverified => "note_unverified",
    NoteByYears => "note_by_years",
    NoteAgreed => "note_agreed",
    NoteCourse => "note_course",
    NotePartOfYear => "note_part_of_year",
    NoteSoft => "note_soft",
    NoteReachedThenLost => "note_reached_then_lost",
    NoteMetAtBase => "note_met_at_base",
    NoteReachedFloor => "note_reached_floor",
    NoteJudgedAsLevel => "note_judged_as_level",
    NoteDirectionConflict => "note_direction_conflict",
    NoteChained => "note_chained",
    NoteDefinition => "note_definition",
    NoteStale => "note_stale",
    NoteUnitConverted => "note_unit_converted",
    NoteEveryYear => "note_every_year",
    NoteDuePassed => "note_due_passed",
    NoteYearsBroken => "note_years_broken",
    NoteSinceStart => "note_since_start",
    NoteFallInPoints => "note_fall_in_points",
    NoteYearHeldBack => "note_year_held_back",
    NoteProvisional => "note_provisional",
    NoteTwoSided => "note_two_sided",
    // What the history suggests, or why nothing.
    Forecast => "forecast",
    ForecastNoRules => "forecast_no_rules",
    ForecastNotForThis => "forecast_not_for_this",
    ForecastOver => "forecast_over",
    ForecastReached => "forecast_reached",
    ForecastNoYear => "forecast_no_year",
    ForecastTooFar => "forecast_too_far",
    ForecastFew => "forecast_few",
    ForecastWithinTwoYears => "forecast_within_two_years",
    ForecastGaps => "forecast_gaps",
    ForecastNotByYears => "forecast_not_by_years",
    ForecastSumIncomplete => "forecast_sum_incomplete",
    // What several methods say together.
    ForecastsHopeful => "forecasts_hopeful",
    ForecastsDoubtful => "forecasts_doubtful",
    ForecastsOpen => "forecasts_open",
    ForecastsContrary => "forecasts_contrary",
    ForecastsDiffer => "forecasts_differ",
    // Why there is no index, or what is not in it.
    IndexRefused => "index_refused",
    IndexNoWay => "index_no_way",
    IndexRank => "index_rank",
    IndexNotInRegister => "index_not_in_register",
    // What would turn it green.
    ToGreen => "to_green",
    ToGreenPace => "to_green_pace",
    ToGreenBound => "to_green_bound",
}

impl Say {
    /// The sentence with its parameters put in.
    pub(crate) fn with<const N: usize>(self, params: [(&str, String); N]) -> Message {
        let params: BTreeMap<String, String> =
            params.into_iter().map(|(name, value)| (name.to_owned(), value)).collect();
        let words = WORDS.get(self.code());
        let render = |template: Option<&String>| fill(template.map_or(self.code(), String::as_str), &params);
        let (zh, en) = (render(words.map(|w| &w.zh)), render(words.map(|w| &w.en)));
        Message { code: self.code().to_owned(), params, zh, en }
    }
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Words {
    zh: String,
    en: String,
}

const FILE: &str = include_str!("../../../rules/assessment/messages.toml");

// A test proves that the file parses and has every sentence; a sentence that is
// missing would show its code.
static WORDS: LazyLock<BTreeMap<String, Words>> = LazyLock::new(|| toml::from_str(FILE).unwrap_or_default());

/// Puts the parameters into the places `{name}`; an unknown place stays as it is.
pub(crate) fn fill(template: &str, params: &BTreeMap<String, String>) -> String {
    let mut text = String::with_capacity(template.len() * 2);
    let mut rest = template;
    while let Some((before, after)) = rest.split_once('{') {
        text.push_str(before);
        match after.split_once('}') {
            Some((name, tail)) => {
                match params.get(name) {
                    Some(value) => text.push_str(value),
                    None => {
                        text.push('{');
                        text.push_str(name);
                        text.push('}');
                    }
                }
                rest = tail;
            }
            None => {
                text.push('{');
                rest = after;
            }
        }
    }
    text.push_str(rest);
    text
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    fn places(template: &str) -> BTreeSet<String> {
        template
            .split('{')
            .skip(1)
            .filter_map(|part| part.split_once('}'))
            .map(|(name, _)| name.trim_end_matches("_en").to_owned())
            .collect()
    }

    #[test]
    fn every_sentence_is_there_in_both_languages_with_the_same_places() {
        let words: BTreeMap<String, Words> = toml::from_str(FILE).unwrap();
        let written: BTreeSet<&str> = words.keys().map(String::as_str).collect();
        let used: BTreeSet<&str> = Say::ALL.iter().map(|say| say.code()).collect();
        assert_eq!(written, used);
        for (code, words) in &words {
            assert_eq!(places(&words.zh), places(&words.en), "{code}");
            assert!(!words.zh.trim().is_empty() && !words.en.trim().is_empty(), "{code}");
        }
    }

    #[test]
    fn places_are_filled() {
        let params = BTreeMap::from([("a".to_owned(), "甲{b}".to_owned())]);
        assert_eq!(fill("{a}与{b}、{", &params), "甲{b}与{b}、{");
    }
}
