//! A measure and its value, or a count and what is counted.
//!
//! - N1 `常住人口城镇化率达到75%`: name, predicate, value
//! - N2 `新增上规企业20家以上`: verb, thing, count
//! - N3 `创建30条城市管理示范路`: verb, count, thing

use plan_model::{CommitmentClass, Comparison, Intent};

use smallvec::SmallVec;

use super::completion;
use crate::{
    Part,
    classify::{chinese_counts, is_threshold, noun_follows, stands_before_its_thing},
    naming::{self, Name},
    quantity::Number,
    sentence::{Clause, Row, Sentence, numbers_in},
    words::{Predicate, UnitUse, Verb, words},
};

/// Reads the open numbers of a clause.
pub(crate) fn read(sentence: &mut Sentence<'_>, clause: Clause) {
    sort_out(sentence, clause);
    let values = sentence.open_numbers(clause.start, clause.end);
    let mut cursor = clause.start;
    for (at, index) in values.iter().enumerate() {
        let Some(number) = sentence.number(*index) else { continue };
        let next = values.get(at + 1).and_then(|i| sentence.number(*i));
        cursor = read_value(sentence, clause, Value { index: *index, number, next, cursor });
    }
}

/// A value while it is read.
struct Value<'n> {
    index: usize,
    number: &'n Number,
    next: Option<&'n Number>,
    /// Where the text that may hold its name begins.
    cursor: usize,
}

/// Tells thresholds and existing stock from values, left to right.
fn sort_out(sentence: &mut Sentence<'_>, clause: Clause) {
    let view = sentence.view();
    for index in sentence.open_numbers(clause.start, clause.end) {
        let Some(number) = sentence.number(index) else { continue };
        if number.chinese && !chinese_counts(view, number) {
            sentence.take(index, Part::Name);
            continue;
        }
        let mut rest = sentence.open_in(number.end, clause.end).filter_map(|i| sentence.number(i));
        let next = rest.find(|n| !n.chinese || chinese_counts(view, n));
        drop(rest);
        let left = view.slice(clause.start, number.start);
        // After the last 、 or number: 培养10名人才、30名教师 are two.
        let from = left.iter().rposition(|c| *c == '、').map_or(0, |at| at + 1);
        let near = left.get(from..).unwrap_or_default();
        if is_lower_end(view, clause, number) {
            sentence.take(index, Part::Baseline);
        } else if is_treated(view, clause, number) || is_threshold(view, number, next, near) {
            sentence.take(index, Part::Threshold);
        } else if number.unit_use.is_none() && !stated(left, number) {
            sentence.take(index, Part::Name);
        } else if is_stock(sentence, clause, number) {
            sentence.take(index, Part::Baseline);
        }
    }
}

/// A number without a unit is a value only if a predicate states it.
fn stated(left: &[char], number: &Number) -> bool {
    let words = words();
    number.compare.is_some()
        || !number.unit.is_empty()
        || words.predicates.at_end(left).is_some_and(|(length, _)| left.len() > length)
}

/// 由45%提高到85%: the number before the predicate is where it starts.
fn is_lower_end(view: &crate::view::View, clause: Clause, number: &Number) -> bool {
    let rest = view.slice(number.end, clause.end);
    let changes =
        words().predicates.at_start(rest).is_some_and(|(_, p)| matches!(p.intent, Intent::RaiseTo | Intent::LowerTo));
    changes && from_mark(view.slice(clause.start, number.start)).is_some()
}

/// 对容积率低于1.0的地块…: the number tells what is treated. 全部超过30万元: it is the
/// standard that all reach.
fn is_treated(view: &crate::view::View, clause: Clause, number: &Number) -> bool {
    let left = view.slice(clause.start, number.start);
    let object = matches!(left.first(), Some('对' | '凡')) && view.at(number.end) == '的';
    let all = left.windows(2).rposition(|w| w == ['全', '部']);
    let standard = all.is_some_and(|at| words().predicates.is(left.get(at + 2..).unwrap_or_default()));
    object || (standard && number.unit != "%")
}

/// Existing stock (依托3家…孵化器), the lower end of a change (由45%提高到85%),
/// what something is compared with.
fn is_stock(sentence: &Sentence<'_>, clause: Clause, number: &Number) -> bool {
    let view = sentence.view();
    let left = view.slice(clause.start, number.start);
    let words = words();
    // 给予最高500万元奖励: a term of a policy, not a goal.
    if number.unit.ends_with('元') && words.terms.within(left) {
        return true;
    }
    let stock = (0..left.len()).rev().find_map(|at| {
        let (length, ()) = words.stock.at_start(left.get(at..)?)?;
        (length >= 2).then_some(at + length)
    });
    let Some(after) = stock else { return false };
    let between = left.get(after..).unwrap_or_default();
    // A verb of creation or a predicate between the two makes it a goal again.
    let goal = (0..between.len()).any(|at| {
        let rest = between.get(at..).unwrap_or_default();
        naming::verb_at_start(rest).is_some() || words.predicates.at_start(rest).is_some_and(|(l, _)| l >= 2)
    });
    !goal
}

fn read_value(sentence: &mut Sentence<'_>, clause: Clause, value: Value<'_>) -> usize {
    let view = sentence.view();
    let number = value.number;
    let left_end = lower_end(sentence, value.cursor, number.start);
    let (predicate, core_end) = predicate_before(sentence, value.cursor, left_end, number);
    let from = after_marker(view, value.cursor, core_end);
    let name = naming::before_number(view, from, core_end, naming::Front::Counted);
    let noun_after = noun_follows(view, number.end) && number.unit_use == Some(UnitUse::Count)
        || noun_follows(view, number.end) && counted_measure(view.slice(value.cursor, left_end), number);
    // 完成北拓区块1.8平方公里基础设施配套: the thing stands on both sides.
    let around = noun_follows(view, number.end)
        && number.unit_use == Some(UnitUse::Measure)
        && predicate.is_none()
        && stands_before_its_thing(number)
        && !noun_after
        && name.has_verb;
    if around {
        let mut full = name.text.clone();
        full.extend(naming::after_number(view, number.end, thing_end(sentence, clause, &value)));
        push(sentence, &value, full, number.compare, Intent::AddUp, "N3");
        return clause.end.min(value.next.map_or(clause.end, |n| n.start));
    }
    let left = naming::strip_back(without_comparison(view.slice(value.cursor, left_end)));
    let named = left.contains(&'、') && name.has_verb && predicate.is_none() && !naming::is_measure(left);
    let list = left.last() == Some(&'等') || named;
    let ends_verb = words().verbs.at_end(left).is_some();
    let count_first = noun_after
        && (left.is_empty()
            || ends_verb
            || list
            || name.text.is_empty()
            || is_general(left)
            || left.ends_with(&['对']));
    if count_first {
        return count_then_thing(sentence, clause, &value, left);
    }
    thing_then_value(sentence, &value, predicate, name, clause);
    value.number.end
}

/// 乡镇全覆盖、重点行政村通达率达到…: the name begins after the coverage before it.
fn after_marker(view: &crate::view::View, from: usize, to: usize) -> usize {
    let text = view.slice(from, to);
    let marker = text.windows(4).rposition(|w| w == ['全', '覆', '盖', '、']);
    marker.map_or(from, |at| from + at + 4)
}

/// 建成至少3个: the comparison before the number is not the verb.
fn without_comparison(left: &[char]) -> &[char] {
    match words().predicates.at_end(left) {
        Some((length, p)) if p.compare != Comparison::Equal => left.get(..left.len() - length).unwrap_or_default(),
        _ => left,
    }
}

/// 新建50公里绿道: a measure may also stand before its thing, after a verb.
fn counted_measure(left: &[char], number: &Number) -> bool {
    let fits = stands_before_its_thing(number);
    let left = naming::strip_back(left);
    fits && (left.is_empty() || left.last() == Some(&'对') || words().verbs.at_end(left).is_some())
}

fn is_general(left: &[char]) -> bool {
    words().subjects.is(left) || naming::time_at_start(left) == left.len()
}

/// Where 由 or 从 stands that opens the lower end of a change.
fn from_mark(left: &[char]) -> Option<usize> {
    let at = left.iter().rposition(|c| matches!(c, '由' | '从'))?;
    let between = left.get(at + 1..).unwrap_or_default();
    (between.len() <= 12 && !between.iter().any(|c| matches!(c, '、' | ','))).then_some(at)
}

/// 由45%提高到85%: the name ends before 由.
fn lower_end(sentence: &Sentence<'_>, from: usize, to: usize) -> usize {
    let view = sentence.view();
    let taken = |at: &usize| sentence.parts.get(*at) == Some(&Part::Baseline);
    let mut inside = numbers_in(sentence.line.numbers, from + 1, to).filter(taken).filter_map(|i| sentence.number(i));
    let lower = inside.find(|n| n.end <= to);
    // The predicate still stands right before the value, so only the name is cut.
    lower.and_then(|n| from_mark(view.slice(from, n.start))).map_or(to, |at| from + at)
}

/// The predicate before a value and where the name ends.
fn predicate_before(
    sentence: &Sentence<'_>,
    from: usize,
    left_end: usize,
    number: &Number,
) -> (Option<Predicate>, usize) {
    let view = sentence.view();
    let words = words();
    let text = view.slice(from, number.start);
    let mut found: Option<Predicate> = None;
    let mut end = text.len();
    // 储煤能力不少于年消费量的5%: what the share is of stands between predicate and value.
    if text.last() == Some(&'的') {
        let earlier = (2..text.len()).rev().find_map(|at| {
            let (length, predicate) = words.predicates.at_start(text.get(at..)?)?;
            (length >= 2 && !predicate.keep).then_some((at, *predicate))
        });
        if let Some((at, predicate)) = earlier {
            return (Some(predicate), left_end.min(from + at));
        }
    }
    // 力争达到, 均不低于, 控制在不超过: several may stand together; the strictest counts.
    loop {
        let rest = without_per(text.get(..end).unwrap_or_default());
        let stripped = naming::strip_back(rest);
        let Some((length, predicate)) = words.predicates.at_end(stripped) else {
            end = if found.is_some() { stripped.len() } else { end };
            break;
        };
        if predicate.keep && found.is_some_and(|p| p.keep) {
            break;
        }
        found = Some(match found {
            Some(nearer) => Predicate {
                compare: if nearer.compare == Comparison::Equal { predicate.compare } else { nearer.compare },
                intent: if nearer.intent == Intent::Reach { predicate.intent } else { nearer.intent },
                keep: predicate.keep || nearer.keep,
            },
            None => *predicate,
        });
        if predicate.keep {
            // 年均增长 stays in the name.
            end = stripped.len();
            break;
        }
        end = stripped.len() - length;
    }
    (found, left_end.min(from + end))
}

/// 达到每人每月1200元: what the value is per.
fn without_per(text: &[char]) -> &[char] {
    let per = words().per.at_end(text).filter(|(length, ())| text.len() > *length);
    let cut = per.map_or(text, |(length, ())| text.get(..text.len() - length).unwrap_or_default());
    if words().predicates.at_end(cut).is_some() { cut } else { text }
}

/// N3: the count stands before what is counted.
fn count_then_thing(sentence: &mut Sentence<'_>, clause: Clause, value: &Value<'_>, left: &[char]) -> usize {
    let view = sentence.view();
    let number = value.number;
    let limit = thing_end(sentence, clause, value);
    let mut thing = naming::after_number(view, number.end, limit);
    let mut rule = "N3";
    // 对5个乡镇敬老院进行升级改造
    if let Some(at) = thing.windows(2).position(|w| w == ['进', '行']) {
        let done = thing.split_off(at);
        thing.extend(done.get(2..).unwrap_or_default());
        rule = "N4";
    }
    let (kept, mut subject) = verb_and_subject(left);
    if left.is_empty() && view.slice(clause.start, number.start).contains(&'、') {
        subject = sentence.carry.each.clone();
    }
    sentence.carry.each = subject.clone();
    let mut name = subject;
    name.extend(kept.iter());
    if kept.is_empty() && left.is_empty() && completion::goes_on(&sentence.carry.verb) {
        name.extend(sentence.carry.verb.iter());
    }
    name.extend(thing.iter());
    naming::tidy(&mut name);
    if thing.is_empty() {
        return number.end;
    }
    if kept.is_empty() {
        completion::expand_from_title(sentence.line.title, view, &mut name);
    }
    if !kept.is_empty() || !left.is_empty() {
        sentence.carry.verb = kept;
    }
    let intent = Intent::AddUp;
    push(sentence, value, name, number.compare.or(prefix_compare(left_words(view, value))), intent, rule);
    limit.max(number.end)
}

fn left_words<'v>(view: &'v crate::view::View, value: &Value<'_>) -> &'v [char] {
    view.slice(value.cursor, value.number.start)
}

/// 至少打造2个: a comparison between verb and number.
fn prefix_compare(left: &[char]) -> Option<Comparison> {
    let near = words().predicates.at_end(left).map(|(_, p)| p.compare).filter(|c| *c != Comparison::Equal);
    // 每个区至少打造2个: the comparison may stand before the verb.
    let least = left.windows(2).any(|w| w == ['至', '少']).then_some(Comparison::AtLeast);
    near.or(least)
}

/// The kept verb a text ends with, and a subject with 每 before it.
fn verb_and_subject(left: &[char]) -> (Vec<char>, Vec<char>) {
    let words = words();
    let mut name = Name::default();
    let skip = naming::strip_front(left, &mut name, naming::Front::Counted);
    let core = left.get(skip..).unwrap_or_default();
    let mut kept = Vec::new();
    let mut subject = core;
    if core.last() == Some(&'等') {
        // 新建南湖中学、玉带中学等13所中小学校: the verb at the start counts.
        if let Some((length, Verb::Kept)) = naming::verb_at_start(core) {
            kept = core.get(..length).unwrap_or_default().to_vec();
        }
        return (kept, Vec::new());
    }
    if let Some((length, verb)) = words.verbs.at_end(core) {
        let start = core.len() - length;
        if *verb == Verb::Kept {
            kept = core.get(start..).unwrap_or_default().to_vec();
        }
        subject = naming::strip_back(core.get(..start).unwrap_or_default());
    }
    let each = subject.first() == Some(&'每');
    let subject = if each { subject.to_vec() } else { Vec::new() };
    (kept, subject)
}

/// Where the thing counted ends: before the next count of a list, else with the clause.
fn thing_end(sentence: &Sentence<'_>, clause: Clause, value: &Value<'_>) -> usize {
    let view = sentence.view();
    let Some(next) = value.next else { return clause.end };
    let between = view.slice(value.number.end, next.start);
    let stop = between.iter().rposition(|c| matches!(c, '、' | '和' | '及' | '与' | '并'));
    match stop {
        Some(at) => value.number.end + at,
        None => next.start,
    }
}

/// N1 and N2: the name stands before the value.
fn thing_then_value(
    sentence: &mut Sentence<'_>,
    value: &Value<'_>,
    predicate: Option<Predicate>,
    mut name: Name,
    clause: Clause,
) {
    let view = sentence.view();
    let number = value.number;
    let stated = predicate.is_some();
    completion::complete(sentence, &mut name, stated, number, clause);
    // 是2015年的1.54倍: how many times the same measure.
    if number.unit == "倍" && name.text.contains(&'是') && view.at(number.start.wrapping_sub(1)) == '的' {
        name.text = sentence.carry.name.clone();
    }
    if name.text.is_empty() {
        return;
    }
    // 精准救助率、精准发放率达100%; 均达…: one row per name.
    let all = says_each(view.slice(value.cursor, number.start));
    let growth = words().predicates.at_end(&name.text).filter(|(length, p)| p.keep && name.text.len() > length + 1);
    let (listed_names, change) = name.text.split_at(name.text.len() - growth.map_or(0, |(length, _)| length));
    let mut parts = naming::parts_of_list(listed_names);
    if all && parts.iter().filter(|p| naming::is_measure(p)).count() > 1 {
        parts = grouped_to_measures(&parts, listed_names);
    }
    let each = says_apiece(view.slice(value.cursor, number.start));
    let whole = parts.len() > 1 && (parts.iter().all(|p| naming::is_measure(p)) || all || each);
    let listed = || parts.iter().map(|part| part.to_vec()).collect::<Vec<_>>();
    let names = if each {
        let mut names = listed();
        if let Some(name) = names.last_mut().filter(|n| n.last() == Some(&'各')) {
            name.pop();
        }
        names
    } else if whole && (stated || number.unit == "%") {
        let mut names = super::distributed::share_parts(listed());
        for name in &mut names {
            name.extend(change);
        }
        names
    } else {
        vec![name.text.clone()]
    };
    // 缩小到1.9:1以内: the comparison stands after what it is measured against.
    let beside =
        sentence.line.numbers.get(value.index + 1).filter(|n| n.start == number.end + 1 && view.at(number.end) == ':');
    let compare = number.compare.or(beside.and_then(|n| n.compare));
    let stated_compare = predicate.map(|p| p.compare).filter(|c| *c != Comparison::Equal);
    let compare = match (stated_compare, compare) {
        (Some(Comparison::About), Some(after)) => Some(after),
        (Some(stated), _) => Some(stated),
        (None, after) => after,
    };
    let intent = match predicate {
        Some(p) if p.intent != Intent::Reach => p.intent,
        _ if name.has_verb && number.unit_use == Some(UnitUse::Count) => Intent::AddUp,
        _ if !name.kept.is_empty() => Intent::AddUp,
        _ => Intent::Reach,
    };
    if let Some(soft) = sentence.dues.soft_start(number.start) {
        limit_soft(sentence, soft, number);
    }
    let rule = if stated { "N1" } else { "N2" };
    for name in names {
        push(sentence, value, name, compare, intent, rule);
    }
}

/// 县文化馆、图书馆总分馆制覆盖率、达标率: members that are no measure go with the next.
fn grouped_to_measures<'t>(parts: &[&[char]], text: &'t [char]) -> SmallVec<[&'t [char]; 4]> {
    let mut grouped = SmallVec::new();
    // Where the members begin that have met no measure yet.
    let mut open = None;
    let mut at = 0;
    for part in parts {
        let start = at + text.get(at..).and_then(|rest| rest.windows(part.len()).position(|w| w == *part)).unwrap_or(0);
        let first = open.take().unwrap_or(start);
        at = start + part.len();
        if naming::is_measure(part) {
            grouped.extend(text.get(first..at));
        } else {
            open = Some(first);
        }
    }
    grouped.extend(open.and_then(|first| text.get(first..at)));
    grouped
}

/// 研学基地各10个, 服务中心各建成1所: the same count for each.
fn says_apiece(left: &[char]) -> bool {
    let verb = words().verbs.at_end(left).map_or(0, |(length, _)| length);
    left.get(..left.len() - verb).is_some_and(|rest| rest.len() > 2 && rest.last() == Some(&'各'))
}

/// 均 or 都 as an adverb, not in 年均, 人均 or 首都.
fn says_each(left: &[char]) -> bool {
    left.iter().enumerate().any(|(at, c)| {
        let before = at.checked_sub(1).and_then(|i| left.get(i));
        match c {
            '均' => {
                !matches!(
                    before,
                    None | Some('年' | '人' | '户' | '亩' | '地' | '日' | '月' | '平' | '单' | '场' | '校')
                ) && left.get(at + 1) != Some(&'衡')
            }
            '都' => !matches!(before, None | Some('首' | '成' | '古' | '国')) && left.get(at + 1) != Some(&'市'),
            _ => false,
        }
    })
}

/// 覆盖率力争达到100%、健康村…: a soft word right before predicate and value
/// governs that value only.
fn limit_soft(sentence: &mut Sentence<'_>, soft: usize, number: &Number) {
    let view = sentence.view();
    let between = view.slice(soft, number.start);
    let words = words();
    let rest = between.get(words.soft.at_start(between).map_or(0, |(length, ())| length)..).unwrap_or_default();
    let subject_before = soft > 0
        && !matches!(view.at(soft - 1), ',' | ';' | ':' | '。' | '”' | ')')
        && naming::time_at_start(view.slice(soft.saturating_sub(5), soft)) == 0;
    if subject_before && (rest.is_empty() || words.predicates.is(rest)) {
        sentence.dues.limit_soft(soft, number.end);
    }
}

fn push(
    sentence: &mut Sentence<'_>,
    value: &Value<'_>,
    name: Vec<char>,
    compare: Option<Comparison>,
    intent: Intent,
    rule: &'static str,
) {
    let number = value.number;
    let part = sentence.value_part();
    sentence.take(value.index, part);
    if !naming::is_dependent(&name) {
        sentence.carry.topic = naming::topic_of(&name);
    }
    sentence.carry.name.clone_from(&name);
    sentence.carry.unit.clone_from(&number.unit);
    if rule != "N3" {
        let mut own = Name::default();
        naming::strip_front(&name, &mut own, naming::Front::Counted);
        if let Some((length, Verb::Kept)) = naming::verb_at_start(&name) {
            sentence.carry.verb = name.get(..length).unwrap_or_default().to_vec();
        } else if own.has_verb || rule == "N1" {
            sentence.carry.verb.clear();
        }
    }
    sentence.rows.push(Row {
        name,
        class: CommitmentClass::Numeric,
        compare: compare.unwrap_or(Comparison::Equal),
        value: Some(number.value),
        high: number.high,
        unit: number.unit.clone(),
        intent,
        start: value.cursor,
        end: number.end,
        at: number.start,
        year: None,
        own_period: false,
        rule,
    });
}
