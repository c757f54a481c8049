//! C1 `小区物业管理全覆盖` and C2 `“双公示”信息应归尽归`: all of a named whole.

use plan_model::{CommitmentClass, Comparison, Decimal, Intent};

use crate::{
    naming,
    sentence::{Clause, Row, Sentence, numbers_in},
    sieve::Kinds,
    words::words,
};

/// Reads 全覆盖 and 应…尽… used as predicates.
pub(crate) fn read(sentence: &mut Sentence<'_>, clause: Clause) {
    full(sentence, clause);
    all_that_should(sentence, clause);
}

fn full(sentence: &mut Sentence<'_>, clause: Clause) {
    let view = sentence.view();
    let words = words();
    let mut from = clause.start;
    while let Some((at, length, ())) = view.find(&words.coverage.full, Kinds::MARKER, from, clause.end) {
        let end = at + length;
        let text = view.slice(clause.start, at);
        let attribute = words.coverage.not_before.at_start(view.slice(end, end + 4)).is_some();
        let principle = view.is_quoted(at) || stated_as_principle(view.slice(clause.start, clause.end));
        let inside_word = view.at(at.wrapping_sub(1)) == '健';
        if !attribute && !inside_word && !principle && !starts_from(text) {
            for name in names(sentence, from, at) {
                push(sentence, name, clause, (at, end), "C1");
            }
        }
        from = end;
    }
}

/// 应上尽上, 应公开尽公开.
pub(super) fn formula(view: &crate::view::View, at: usize) -> bool {
    let doubled = |length: usize| {
        view.at(at + 1 + length) == '尽'
            && view.slice(at + 1, at + 1 + length) == view.slice(at + 2 + length, at + 2 + 2 * length)
    };
    view.at(at) == '应' && (doubled(1) || doubled(2))
}

/// 困境儿童做到应养尽养: the verb before the formula is not part of the name.
fn without_final_verb(name: &mut Vec<char>) {
    for end in [['保', '持'], ['实', '现'], ['做', '到'], ['达', '到'], ['确', '保']] {
        if name.ends_with(&end) && name.len() > 4 {
            name.truncate(name.len() - 2);
        }
    }
}

/// 由制度全覆盖转向人群全覆盖: where it starts from, not what is promised.
fn starts_from(text: &[char]) -> bool {
    text.iter().any(|c| matches!(c, '从' | '由'))
}

/// 坚持…方针, …的原则: what is followed, not what is promised.
pub(super) fn stated_as_principle(clause: &[char]) -> bool {
    let ends = [['方', '针'], ['原', '则'], ['理', '念']];
    ends.iter().any(|end| clause.windows(2).any(|w| w == end))
}

/// Where the words begin that belong to a marker: after the last value before it.
/// 覆盖率达到70%以上、研发机构全覆盖 are two.
pub(super) fn after_values(sentence: &Sentence<'_>, start: usize, at: usize) -> usize {
    let value = |i: &usize| matches!(sentence.parts.get(*i), Some(crate::Part::Target | crate::Part::Baseline));
    let ends = numbers_in(sentence.line.numbers, start, at).filter(value).filter_map(|i| sentence.number(i));
    ends.map(|n| n.end).filter(|end| *end <= at).max().unwrap_or(start)
}

/// The things covered. 、 lists are one row each; an example list before 等 is left out.
pub(super) fn names(sentence: &Sentence<'_>, start: usize, at: usize) -> Vec<Vec<char>> {
    let view = sentence.view();
    let start = after_values(sentence, start, at);
    let mut name = naming::before_number(view, start, at, naming::Front::Measure);
    // 常住人口公共服务均等化、全覆盖
    if let Some(cut) = name.text.windows(3).position(|w| w == ['均', '等', '化']) {
        name.text.truncate(cut);
        naming::tidy(&mut name.text);
    }
    // 全区范围全覆盖: the subject stands in the clause before.
    if name.text.is_empty() || words().coverage.scopes.is(&name.text) {
        let mut subject = subject_before(sentence);
        subject.extend(name.text.iter());
        return if subject.is_empty() { Vec::new() } else { vec![subject] };
    }
    without_final_verb(&mut name.text);
    // 退役军人服务站实现镇村全覆盖: subject and scope without the verb.
    if let Some(at) = name.text.windows(2).position(|w| w == ['实', '现']).filter(|at| *at > 1) {
        name.text.drain(at..at + 2);
    }
    // 城区、镇区和重点园区5G网络 is one thing in three places.
    if !name.text.contains(&'、') || name.text.iter().any(|c| matches!(c, '和' | '及' | '与')) {
        return vec![name.text];
    }
    let mut parts = split_at_mark(&name.text);
    let tail = parts.last().and_then(|last| {
        let (length, ()) =
            words().coverage.shared_places.at_end(last).filter(|(length, ())| last.len() > length + 1)?;
        last.get(last.len() - length..).map(<[char]>::to_vec)
    });
    if let Some(tail) = tail {
        let count = parts.len();
        for part in parts.iter_mut().take(count - 1) {
            part.extend(tail.iter());
        }
    }
    parts
}

fn split_at_mark(text: &[char]) -> Vec<Vec<char>> {
    text.split(|c| *c == '、').filter(|p| !p.is_empty()).map(<[char]>::to_vec).collect()
}

/// The thing the clause before speaks of: 优化NB-IoT网络建设,实现全区范围全覆盖.
pub(super) fn subject_before(sentence: &Sentence<'_>) -> Vec<char> {
    let Some(clause) = sentence.carry.clause else { return sentence.carry.name.clone() };
    let view = sentence.view();
    let text = view.slice(clause.start, clause.end);
    let mut found = naming::Name::default();
    let mut text = text.get(naming::strip_front(text, &mut found, naming::Front::Measure)..).unwrap_or_default();
    // 优化…建设: a verb that is in no list still opens the clause.
    if let Some((length, ())) = words().other_verbs.at_start(text) {
        text = text.get(length..).unwrap_or_default();
    }
    let text = text.strip_suffix(&['建', '设']).unwrap_or(text);
    text.to_vec()
}

/// 应上尽上, 应归尽归: on one subject they are one commitment.
fn all_that_should(sentence: &mut Sentence<'_>, clause: Clause) {
    let view = sentence.view();
    let found = view.places(Kinds::MARKER, clause.start, clause.end).find(|at| formula(view, *at));
    let Some(at) = found else { return };
    if stated_as_principle(view.slice(clause.start, clause.end))
        || view.slice(clause.start, clause.end).starts_with(&['坚', '持'])
    {
        return;
    }
    let start = if view.at(at.wrapping_sub(1)) == '“' { at - 1 } else { at };
    let mut name = naming::before_number(view, clause.start, start, naming::Front::Measure).text;
    without_final_verb(&mut name);
    if name.is_empty() {
        name = subject_before(sentence);
    }
    // 重点领域“双公示”信息和信用信息: one row per kind where both are kinds of one thing.
    let parts = naming::split_list(&name);
    let one_kind = parts.len() > 1 && parts.iter().all(|p| p.len() > 3) && !name.contains(&'等');
    let names = if one_kind { parts } else { vec![name] };
    for name in names.into_iter().filter(|n| n.len() > 1) {
        push(sentence, name, clause, (at, at + 4), "C2");
    }
}

pub(super) fn push(
    sentence: &mut Sentence<'_>,
    name: Vec<char>,
    clause: Clause,
    span: (usize, usize),
    rule: &'static str,
) {
    if name.len() < 2 || sentence.rows.iter().any(|r| r.name == name && r.class == CommitmentClass::Coverage) {
        return;
    }
    sentence.carry.name = name.clone();
    sentence.carry.topic = naming::topic_of(&name);
    sentence.rows.push(Row {
        name,
        class: CommitmentClass::Coverage,
        compare: Comparison::Equal,
        value: Some(Decimal::ONE_HUNDRED),
        high: None,
        unit: "%".to_owned(),
        intent: Intent::Reach,
        start: clause.start,
        end: span.1,
        at: span.0,
        year: None,
        own_period: false,
        rule,
    });
}
