//! Rule set files: the ready ones are complete, a broken local one is refused
//! with what to do.

use plan_assessment::{DEFAULT_RULE_SET, RuleSet, ready_rule_set, ready_rule_sets};

const DEFAULT: &str = include_str!("../../../rules/assessment/share-of-pace.toml");
const POINTS: &str = include_str!("../../../rules/assessment/points-behind.toml");

#[test]
fn the_ready_rule_sets_are_there() {
    let names: Vec<&str> = ready_rule_sets().iter().map(|rules| rules.name.as_str()).collect();
    assert_eq!(names, ["share-of-pace", "points-behind", "growth-pace"]);
    let words: Vec<&str> =
        ready_rule_set(DEFAULT_RULE_SET).unwrap().bands.iter().map(|band| band.status.word.as_str()).collect();
    assert_eq!(words, ["提前实现", "快于预期", "基本符合预期", "滞后", "无法判断"]);
    assert!(ready_rule_set("没有这套").is_none());
}

#[test]
fn colours_and_shapes_are_those_of_the_pages() {
    let lights: Vec<(&str, &str)> = ready_rule_set(DEFAULT_RULE_SET)
        .unwrap()
        .bands
        .iter()
        .map(|band| (band.status.shape.as_str(), band.status.colour.as_str()))
        .collect();
    assert_eq!(lights, [("★", "#0b5cad"), ("▲", "#1b7f4b"), ("●", "#4a8f29"), ("■", "#b3261e"), ("◇", "#6b7280")]);
}

#[test]
fn official_words_find_their_band() {
    let rules = ready_rule_set(DEFAULT_RULE_SET).unwrap();
    for (word, codes) in [
        ("滞后", &["behind"][..]),
        ("相对滞后", &["behind"]),
        ("基本符合预期", &["in_line"]),
        // A scale of three words does not tell these two apart.
        ("达到预期进度", &["faster", "in_line"]),
        (" 提前完成 ", &["reached_early"]),
        ("很好", &[]),
    ] {
        let bands = rules.bands_of_official_word(word);
        assert_eq!(bands.iter().map(|band| band.status.code.as_str()).collect::<Vec<_>>(), codes, "{word}");
    }
}

/// One change to a ready file, and what its refusal must say.
#[test]
fn a_broken_rule_set_is_refused_with_what_to_do() {
    let broken = [
        (DEFAULT, "gauge = \"share_of_pace\"", "gauge = \"gut_feeling\"", "gut_feeling"),
        (DEFAULT, "version = \"1\"", "version = \"1\"\nmystery = 1", "mystery"),
        (DEFAULT, "at_least = \"0.8\"", "at_least = 0.8", "规则文件读不通"),
        (DEFAULT, "at_least = \"0.8\"", "at_least = \"1.3\"", "从好到差"),
        (DEFAULT, "at_least = \"0.8\"", "under = \"0.8\"", "at_least"),
        (DEFAULT, "shape = \"▲\"", "shape = \"★\"", "相同"),
        (DEFAULT, "shape = \"▲\"", "shape = \"▲▲\"", "一个字符"),
        (DEFAULT, "colour = \"#1b7f4b\"", "colour = \"green\"", "#rrggbb"),
        (DEFAULT, "bound_kept = \"in_line\"", "bound_kept = \"fine\"", "placing.bound_kept"),
        (DEFAULT, "judged = false\n", "", "最后一档"),
        (DEFAULT, "\"statistical\", ", "", "standings"),
        (DEFAULT, "points = \"0.3\"", "points = \"-0.3\"", "负数"),
        (DEFAULT, "word_en = \"ahead\"", "word_en = \"\"", "word_en"),
        (DEFAULT, "\"相对滞后\" = \"behind\"", "\"相对滞后\" = \"late\"", "official_words"),
        (POINTS, "up_to = \"30\"", "up_to = \"5\"", "从好到差"),
        (POINTS, "under = \"10\"", "at_least = \"10\"", "under"),
    ];
    for (text, from, to, says) in broken {
        assert!(text.contains(from), "{from}");
        let error = RuleSet::parse(&text.replacen(from, to, 1)).unwrap_err().to_string();
        assert!(error.contains(says), "{from} → {to}: {error}");
    }
    assert!(RuleSet::parse("").is_err());
    assert!(RuleSet::parse("不是规则").is_err());
}

#[test]
fn a_local_rule_set_judges_by_its_own_words() {
    let text = DEFAULT.replace("share-of-pace", "本县规则").replace("word = \"滞后\"", "word = \"进度偏慢\"");
    let rules = RuleSet::parse(&text).unwrap();
    assert_eq!(rules.band("behind").unwrap().status.word, "进度偏慢");
}
