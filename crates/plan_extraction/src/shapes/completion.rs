//! What a clause leaves out and the reader supplies: the verb, the subject, the
//! measure, from the same or an earlier clause of the paragraph.

use crate::{
    classify::stands_before_its_thing,
    naming::{self, Name},
    quantity::Number,
    sentence::{Carry, Clause, Sentence},
    view::View,
    words::{UnitUse, Verb, words},
};

/// Puts back what the clause leaves out: the verb, the subject, the measure.
pub(super) fn complete(sentence: &mut Sentence<'_>, name: &mut Name, stated: bool, number: &Number, clause: Clause) {
    let view = sentence.view();
    let carry = &mut sentence.carry;
    if !name.scope.is_empty() {
        carry.scope = name.scope.clone();
    }
    let listed = view.slice(clause.start, number.start).contains(&'、');
    // 实现产值481亿元,增长5.2%: growth of the same.
    let growth = words().predicates.is(&name.text);
    if growth {
        let mut full = carry.name.clone();
        if let Some((length, _)) = words().predicates.at_end(&full).filter(|(_, p)| p.keep) {
            full.truncate(full.len() - length);
        }
        full.append(&mut name.text);
        name.text = full;
        return;
    }
    let so_far = name.text == ['累', '计'] || name.text == ['总', '数'];
    if name.text.is_empty() || so_far {
        // 2025年达到85%: the same measure again. 新增22座,累计达到40座: the same thing.
        let beside = view.at(number.start.wrapping_sub(1)) == '、';
        if stated || number.unit == carry.unit || beside {
            let tail = std::mem::take(&mut name.text);
            name.text = carry.name.clone();
            if let Some((length, Verb::Kept)) = naming::verb_at_start(&name.text).filter(|_| so_far) {
                name.text.drain(..length);
            }
            let growth = words().predicates.at_end(&name.text).filter(|(_, p)| p.keep);
            if let Some((length, _)) = growth.filter(|_| number.unit != carry.unit) {
                name.text.truncate(name.text.len() - length);
            }
            name.text.extend(tail);
        }
        if name.text.is_empty() {
            let (start, end) = sentence.line.title;
            let title = view.slice(start, end);
            name.text = naming::bare(title, naming::Front::Counted).to_vec();
        }
        return;
    }
    // 开工安置房3200套、交付2600套: the verb alone says of the same thing.
    if let Some((length, verb)) = words().verbs.at_start(&name.text)
        && length == name.text.len()
        && !carry.name.is_empty()
    {
        let thing = thing_of(&carry.name);
        let mut full = if *verb == Verb::Kept { std::mem::take(&mut name.text) } else { Vec::new() };
        full.extend(thing);
        name.text = full;
        return;
    }
    // 实际利用内资100亿元、外资1亿美元
    if listed && name.text.len() <= 3 && carry.name.starts_with(&['实', '际']) && name.text.first() != Some(&'实') {
        let mut full = carry.name.get(..4).unwrap_or_default().to_vec();
        full.append(&mut name.text);
        name.text = full;
        return;
    }
    if is_grade(&name.text) && !carry.name.is_empty() {
        // 省级以上龙头企业8家、市级25家
        let kept = naming::verb_at_start(&carry.name).filter(|(_, v)| *v == Verb::Kept).map_or(0, |(length, _)| length);
        let before = carry.name.get(kept..).unwrap_or_default();
        let skip = words().grades.at_start(before).map_or(0, |(length, ())| length);
        let rest = before.get(skip..).unwrap_or_default();
        let rest = rest.strip_prefix(&['以', '上']).or(rest.strip_prefix(&['及', '以', '上'])).unwrap_or(rest);
        let mut full = carry.name.get(..kept).unwrap_or_default().to_vec();
        full.append(&mut name.text);
        full.extend(rest);
        name.text = full;
        return;
    }
    let rate = is_bare_rate(&name.text) && !carry.topic.is_empty();
    let per = per_prefix(&carry.name);
    if listed && !per.is_empty() && !stated && name.text.first() != Some(&'每') && !name.has_verb {
        // 每千人口拥有床位7.8张、护士4.6人
        let mut full = per;
        full.extend(name.text.iter());
        name.text = full;
    } else if !carry.scope.is_empty() && !name.text.starts_with(&carry.scope) {
        let mut full = carry.scope.clone();
        full.extend(name.text.iter());
        name.text = full;
    } else if rate || naming::is_dependent(&name.text) {
        let share_of = name.text.first() == Some(&'占') && !carry.name.is_empty();
        let topic = if share_of { measure_of(&carry.name) } else { topic_for(view, carry, &name.text) };
        name.text = joined(topic, &name.text);
    } else if stated || number.unit == "%" {
        // 健康村覆盖率达到40%、健康社区达到80%: the measure is shared.
        let tail = naming::is_measure(&carry.name);
        let listed = view.slice(clause.start, number.start).contains(&'、')
            || view.slice(clause.start, clause.start + 2) == ['其', '中'];
        let short = listed && !naming::is_measure(&name.text) && number.unit == carry.unit && tail;
        if short && number.unit_use == Some(UnitUse::Measure) {
            name.text.extend(naming::measure_tail(&carry.name));
        }
    } else if !name.has_verb && goes_on(&carry.verb) && carried_on(number, &carry.unit, listed) {
        let mut full = carry.verb.clone();
        full.extend(name.text.iter());
        name.kept = carry.verb.clone();
        name.text = full;
    }
    expand_from_title(sentence.line.title, view, &mut name.text);
}

/// The subject of a measure without one: of the clause before, of an earlier
/// sentence, of the heading of the paragraph.
pub(super) fn topic_for(view: &View, carry: &Carry, name: &[char]) -> Vec<char> {
    // 新材料产业。…晶圆产能达到…,产业规模达到…: 产业规模 is of what is called 产业.
    let fits = |topic: &[char]| topic.ends_with(name.get(..2).unwrap_or(name));
    let earlier = &carry.earlier_topic;
    let nearer = !fits(earlier) || fits(&carry.topic);
    if nearer && !carry.topic.is_empty() {
        carry.topic.clone()
    } else if earlier.is_empty() {
        topic_of_clause(view, carry.clause)
    } else if is_bare_rate(name) {
        Vec::new()
    } else {
        earlier.clone()
    }
}

/// 入驻率, 满意率: a bare rate belongs to the thing named right before it.
fn is_bare_rate(name: &[char]) -> bool {
    name.len() == 3 && name.last() == Some(&'率')
}

/// 新材料产业 and 产业规模 share a word: 新材料产业规模.
pub(super) fn joined(mut topic: Vec<char>, name: &[char]) -> Vec<char> {
    let shared = topic.ends_with(name.get(..2).unwrap_or(name));
    topic.extend(name.iter().skip(if shared { 2 } else { 0 }));
    topic
}

/// 市级, 省级以上: a grade without the thing graded.
fn is_grade(text: &[char]) -> bool {
    let bare = text.strip_suffix(&['以', '上']).unwrap_or(text);
    let bare = bare.strip_suffix(&['及']).unwrap_or(bare);
    words().grades.is(bare)
}

/// 新增, 新建, 改造: verbs that also hold for the next thing of a list; 发放 or 安置 do not.
pub(super) fn goes_on(verb: &[char]) -> bool {
    verb.first() == Some(&'新') || verb.starts_with(&['改', '造'])
}

/// 新增示范点6个,农园3个: the verb goes on in a list, and to the same unit after a comma.
fn carried_on(number: &Number, last_unit: &str, listed: bool) -> bool {
    let counted = number.unit_use == Some(UnitUse::Count);
    (counted && (listed || number.unit == last_unit)) || (listed && stands_before_its_thing(number))
}

/// 每千人口拥有: what a list of ratios shares.
fn per_prefix(name: &[char]) -> Vec<char> {
    let owned = name.windows(2).position(|w| w == ['拥', '有']);
    match owned {
        Some(at) if name.first() == Some(&'每') => name.get(..at + 2).unwrap_or_default().to_vec(),
        _ => Vec::new(),
    }
}

/// 城市管理示范路创建:创建30条示范路: a short name that the item's title says in full.
pub(super) fn expand_from_title(title: (usize, usize), view: &View, name: &mut Vec<char>) {
    if name.len() > 4 || name.len() < 2 {
        return;
    }
    let words = view.slice(title.0, title.1);
    let found = words.windows(name.len()).position(|w| w == name.as_slice());
    if let Some(at) = found.filter(|at| *at > 0) {
        let full = words.get(..at + name.len()).unwrap_or_default();
        *name = naming::bare(full, naming::Front::Counted).to_vec();
    }
}

/// The subject of the clause before, for a measure without one.
fn topic_of_clause(view: &View, clause: Option<Clause>) -> Vec<char> {
    let Some(clause) = clause else { return Vec::new() };
    let name = naming::before_number(view, clause.start, clause.end, naming::Front::Counted);
    if name.text.len() > 12 { Vec::new() } else { naming::topic_of(&name.text) }
}

/// A name without the verb it begins with.
fn thing_of(name: &[char]) -> &[char] {
    let verb = words().verbs.at_start(name).filter(|(length, _)| name.len() > length + 1);
    name.get(verb.map_or(0, |(length, _)| length)..).unwrap_or_default()
}

/// A name without the growth it states: …增加值增长 → …增加值.
fn measure_of(name: &[char]) -> Vec<char> {
    let growth = words().predicates.at_end(name).filter(|(length, p)| p.keep && name.len() > length + 1);
    name.get(..name.len() - growth.map_or(0, |(length, _)| length)).unwrap_or_default().to_vec()
}
