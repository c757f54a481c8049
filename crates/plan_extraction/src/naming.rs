//! Names: what is measured, in the document's own characters, without the words
//! around it.

use std::borrow::Cow;

use smallvec::SmallVec;

use crate::{
    view::View,
    words::{Verb, words},
};

/// A name as found before or after a number.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Name {
    /// Its characters.
    pub(crate) text: Vec<char>,
    /// The verb it begins with and keeps (新增), carried on to what follows.
    pub(crate) kept: Vec<char>,
    /// A verb stood before it (kept or dropped), so it has its own.
    pub(crate) has_verb: bool,
    /// The subject before a word of will: `粮油片区力争实现吞吐量…`.
    pub(crate) scope: Vec<char>,
}

/// Whether a verb at the start of `text` is one there, not the start of a noun
/// (建设用地, 建成区).
pub(crate) fn verb_at_start(text: &[char]) -> Option<(usize, Verb)> {
    let words = words();
    let (length, verb) = words.verbs.at_start(text)?;
    let noun = words.verb_nouns.at_start(text).is_some_and(|(noun, ())| noun > length);
    let rate = matches!(text.get(length), Some('率' | '度' | '量' | '额' | '者'));
    (!noun && !rate).then_some((length, *verb))
}

/// The number of characters of a time phrase at the start: 到2025年, “十四五”期间.
pub(crate) fn time_at_start(text: &[char]) -> usize {
    let words = words();
    let mut skip = 0;
    if matches!(text.first(), Some('到' | '至' | '在' | '于' | '从' | '自')) {
        skip = 1;
    }
    let rest = text.get(skip..).unwrap_or_default();
    let year = rest.get(..5).is_some_and(|y| y.last() == Some(&'年') && y.iter().take(4).all(|c| is_year_digit(*c)));
    let mut end = if year {
        skip + 5
    } else {
        let quote = usize::from(rest.first() == Some(&'“'));
        match words.periods.at_start(rest.get(quote..).unwrap_or_default()) {
            Some((length, _)) => {
                let mut end = skip + quote + length;
                end += usize::from(text.get(end) == Some(&'”'));
                let tail = text.get(end..).unwrap_or_default();
                end += words.end_of_period.at_start(tail).map_or(0, |(length, ())| length);
                end += if text.get(end..end + 2) == Some(&['时', '期']) { 2 } else { 0 };
                end
            }
            None => {
                let named = words.end_of_plan.at_start(rest).or_else(|| words.every_year.at_start(rest));
                return named.map_or(0, |(length, ())| skip + length);
            }
        }
    };
    let tail = text.get(end..).unwrap_or_default();
    end += words.due_after.at_start(tail).map_or(0, |(length, ())| length);
    // 2000年底前建成的老旧小区: the year bounds the thing.
    let tail = text.get(end..).unwrap_or_default();
    let bounds = [&['建', '成', '的'][..], &['建', '成', '年'], &['以', '前'], &['之', '前'], &['的'], &['及', '以']];
    if bounds.iter().any(|w| tail.starts_with(w)) { 0 } else { end }
}

fn is_year_digit(c: char) -> bool {
    c.is_ascii_digit() || matches!(c, '〇' | '○' | '零' | '一' | '二' | '三' | '四' | '五' | '六' | '七' | '八' | '九')
}

/// Which verbs are cut off before a name.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Front {
    /// All that are dropped before a thing counted.
    Counted,
    /// Only those that never begin the name of a measure (确保, 实现).
    Measure,
}

/// Strips what stands before a name: adverbs, connecting words, times, words of
/// will, dropped verbs, general subjects before a verb. Stops at a kept verb.
pub(crate) fn strip_front(mut text: &[char], name: &mut Name, front: Front) -> usize {
    let words = words();
    let whole = text.len();
    loop {
        let time = time_at_start(text);
        let skip = if time > 0 {
            time
        } else if matches!(
            text.first(),
            Some(',' | ';' | ':' | '、' | '(' | ')' | '—' | '-' | '”' | '!' | '.' | '。' | '·')
        ) {
            1
        } else if let Some(length) = label_at_start(text) {
            length
        } else if let Some((length, ())) = words.soft.at_start(text).or_else(|| words.firm.at_start(text)) {
            length
        } else if let Some(length) = years_at_start(text) {
            length
        } else if let Some((length, verb)) = verb_at_start(text) {
            let adverb = words.adverbs.at_start(text).map_or(0, |(length, ())| length);
            if adverb > length {
                adverb
            } else {
                let light = words.light_verbs.at_start(text).map(|(length, ())| length);
                name.has_verb = true;
                if front == Front::Measure && light == Some(text.len()) {
                    text = &[];
                    break;
                }
                if verb == Verb::Kept || length == text.len() || (front == Front::Measure && light.is_none()) {
                    break;
                }
                if front == Front::Measure { light.unwrap_or(length) } else { length }
            }
        } else if let Some((length, ())) = words.adverbs.at_start(text) {
            // 重点企业, 分类收集率: an adverb only before a verb or another adverb.
            if !leads_on(text.get(length..).unwrap_or_default(), front) {
                break;
            }
            length
        } else if let Some((length, ())) = words.subjects.at_start(text) {
            if !leads_to_verb(text.get(length..).unwrap_or_default()) {
                break;
            }
            length
        } else if let Some((length, ())) = words.connectors.at_start(text) {
            if connector_is_noun(text, length) {
                break;
            }
            length
        } else {
            break;
        };
        text = text.get(skip..).unwrap_or_default();
        if text.is_empty() {
            break;
        }
    }
    whole - text.len()
}

/// A stretch without what stands before a name.
pub(crate) fn bare(text: &[char], front: Front) -> &[char] {
    let skip = strip_front(text, &mut Name::default(), front);
    text.get(skip..).unwrap_or_default()
}

/// 2.企业…, (3)企业…: the number of an item.
fn label_at_start(text: &[char]) -> Option<usize> {
    let open = usize::from(text.first() == Some(&'('));
    let digits = text.iter().skip(open).take_while(|c| c.is_ascii_digit()).count();
    let close = match (open, text.get(open + digits)) {
        (0, Some('.')) => !text.get(digits + 1).is_some_and(char::is_ascii_digit),
        (1, Some(')')) => true,
        _ => false,
    };
    (digits > 0 && digits < 3 && close).then_some(open + digits + 1)
}

/// 十年实现翻番, 三年累计: a span of years before a verb.
fn years_at_start(text: &[char]) -> Option<usize> {
    let digits = text.iter().take_while(|c| is_count_of_years(**c)).count();
    // 五年城镇新增就业…: the plan's own span, said first, is no part of the name.
    let whole_plan =
        text.starts_with(&['五', '年']) && !matches!(text.get(2), Some('计' | '规' | '行' | '来' | '以' | '制'));
    if whole_plan && text.len() > 3 {
        return Some(2);
    }
    let spanned = digits > 0 && digits < 3 && text.get(digits) == Some(&'年');
    let mut end = digits + 1;
    end += usize::from(matches!(text.get(end), Some('内' | '间')));
    (spanned && (end == text.len() || leads_on(text.get(end..).unwrap_or_default(), Front::Counted))).then_some(end)
}

/// The characters that say how many years a span has.
fn is_count_of_years(c: char) -> bool {
    matches!(c, '一' | '二' | '三' | '四' | '五' | '六' | '七' | '八' | '九' | '十' | '两')
}

/// A single-character connector before a noun may be the noun's first character.
fn connector_is_noun(text: &[char], length: usize) -> bool {
    let joins = matches!(text.first(), Some('和' | '及' | '与' | '即' | '的' | '或' | '并'));
    let opens = matches!(text.first(), Some('在' | '对' | '将' | '把' | '使' | '让' | '为')) && text.len() > 2;
    length == 1 && !joins && !opens && !leads_on(text.get(1..).unwrap_or_default(), Front::Counted)
}

/// Whether a verb follows, perhaps after more adverbs.
fn leads_on(text: &[char], front: Front) -> bool {
    let words = words();
    if words.soft.at_start(text).is_some() || words.firm.at_start(text).is_some() {
        return true;
    }
    let verb = match front {
        Front::Counted => verb_at_start(text).is_some(),
        Front::Measure => words.light_verbs.at_start(text).is_some() && verb_at_start(text).is_some(),
    };
    verb || words
        .adverbs
        .at_start(text)
        .is_some_and(|(length, ())| length < text.len() && leads_on(text.get(length..).unwrap_or_default(), front))
}

fn leads_to_verb(text: &[char]) -> bool {
    let words = words();
    match words.adverbs.at_start(text) {
        Some((length, ())) if length < text.len() => leads_to_verb(text.get(length..).unwrap_or_default()),
        _ => verb_at_start(text).is_some() || words.soft.at_start(text).is_some(),
    }
}

/// Strips what stands after a name and before its value: adverbs, words of will,
/// times, comparisons with a year (比2020年).
pub(crate) fn strip_back(mut text: &[char]) -> &[char] {
    let words = words();
    loop {
        let back = |n: usize| text.len().saturating_sub(n);
        let cut = if let Some((length, ())) = words.soft.at_end(text).or_else(|| words.firm.at_end(text)) {
            back(length)
        } else if matches!(text.last(), Some(',' | ';' | ':' | '、' | '—' | '-' | '(')) {
            back(1)
        } else if let Some((length, ())) = back_adverb(text) {
            back(length)
        } else if let Some(at) = trailing_span(text) {
            at
        } else if let Some(at) = trailing_time(text) {
            at
        } else {
            return text;
        };
        text = text.get(..cut).unwrap_or_default();
    }
}

fn back_adverb(text: &[char]) -> Option<(usize, ())> {
    let (length, ()) = words().back.at_end(text).filter(|(length, ())| text.len() > *length)?;
    let before = text.get(text.len() - length - 1);
    // 年均, 人均, 首都: part of the word before.
    if length == 1
        && matches!(text.last(), Some('均' | '都'))
        && matches!(before, Some('年' | '人' | '户' | '亩' | '首' | '地' | '日' | '月'))
    {
        return None;
    }
    // 调和, 饱和…: a name may end in 和; it is only cut when a list ends there.
    Some((length, ()))
}

/// 研发经费十年…: a span of years at the end.
fn trailing_span(text: &[char]) -> Option<usize> {
    let body = text.strip_suffix(&['年'])?;
    let digits = body.iter().rev().take_while(|c| is_count_of_years(**c)).count();
    let second = matches!(body.get(..body.len() - digits).and_then(<[char]>::last), Some('第' | '〇' | '零') | None);
    (digits > 0 && digits < 3 && !second).then_some(body.len() - digits)
}

/// A time phrase or a comparison with one at the end: …2025年, …比2020年,
/// …在2020年基础上, …较上年, …2024年起.
fn trailing_time(text: &[char]) -> Option<usize> {
    let last = *text.last()?;
    if !matches!(last, '年' | '底' | '末' | '间' | '前' | '期' | '后' | '内' | '”' | '上' | '起') {
        return None;
    }
    let from = text.len().saturating_sub(16);
    (from..text.len()).find(|at| {
        let compared = usize::from(matches!(text.get(*at), Some('比' | '较' | '在')));
        let rest = text.get(at + compared..).unwrap_or_default();
        let rest =
            rest.strip_suffix(&['的', '基', '础', '上']).or(rest.strip_suffix(&['基', '础', '上'])).unwrap_or(rest);
        let rest = rest.strip_suffix(&['起']).unwrap_or(rest);
        let length = time_at_start(rest);
        let named = length > 0 && length == rest.len();
        let relative = compared > 0
            && [&['上', '年'][..], &['去', '年'], &['上', '年', '末'], &['前', '一', '年']].contains(&rest);
        named || relative
    })
}

/// The name in a stretch of text before a number (predicate already cut off).
pub(crate) fn before_number(view: &View, start: usize, end: usize, front: Front) -> Name {
    let mut name = Name::default();
    let words = words();
    let mut text = without_multiple(strip_back(view.slice(start, end)));
    let measured = is_measure(text);
    let front = if measured { Front::Measure } else { front };
    text = text.get(strip_front(text, &mut name, front)..).unwrap_or_default();
    // A subject, a word of will, then the measure: keep both parts.
    if let Some((at, length, ())) = words.soft.find(text).filter(|(at, ..)| *at > 1) {
        name.scope = strip_back(text.get(..at).unwrap_or_default()).to_vec();
        text = text.get(at + length..).unwrap_or_default();
        text = text.get(strip_front(text, &mut name, front)..).unwrap_or_default();
    }
    let scope = name.scope.clone();
    if text.is_empty() && !scope.is_empty() {
        // 群众满意度力争位居…: the subject is the name.
        text = &scope;
        name.scope.clear();
    }
    let inner = if front == Front::Counted { after_inner_verb(text, &mut name) } else { Cow::Borrowed(text) };
    text = &inner;
    let verb = verb_at_start(text).filter(|(_, verb)| *verb == Verb::Kept).and_then(|(length, _)| text.get(..length));
    name.kept = verb.unwrap_or_default().to_vec();
    let listed = after_list(text);
    let shortened = listed.len() < text.len();
    text = if measured { listed } else { without_praise(listed) };
    // 提升文化路、东河路等道路26条 → 提升道路: the verb before the list stays.
    if shortened && !name.kept.is_empty() && !text.starts_with(&name.kept) {
        name.text = name.kept.clone();
    }
    name.text.extend(strip_end_verbs(text));
    drop_times(&mut name.text);
    tidy(&mut name.text);
    name
}

/// 产业规模实现翻一番、达到600亿元: the multiple before is a measure of its own.
fn without_multiple(text: &[char]) -> &[char] {
    let multiple = words().multiple.words.at_end(text).filter(|(length, _)| text.len() > length + 2);
    let Some((length, _)) = multiple else { return text };
    let text = text.get(..text.len() - length).unwrap_or_default();
    text.strip_suffix(&['实', '现']).unwrap_or(text)
}

/// …比2020年下降, …2024年起每年供应: times inside a name go; those that bound the
/// thing (2000年底前建成的) stay.
pub(crate) fn drop_times(text: &mut Vec<char>) {
    let mut at = usize::from(!matches!(text.first(), Some('比' | '较')));
    while at < text.len() {
        let compared = usize::from(matches!(text.get(at), Some('比' | '较')));
        let rest = text.get(at + compared..).unwrap_or_default();
        let relative = compared > 0 && (rest.starts_with(&['上', '年']) || rest.starts_with(&['同', '期']));
        let digits = rest.first().is_some_and(|c| c.is_ascii_digit() || matches!(c, '“' | '每' | '十'));
        let timed = relative || compared > 0 || digits;
        let mut length = if relative {
            2
        } else if timed {
            time_at_start(rest)
        } else {
            0
        };
        if length > 0 {
            length += usize::from(rest.get(length) == Some(&'起'));
            let basis = rest.get(length..).unwrap_or_default();
            length += [&['的', '基', '础', '上'][..], &['基', '础', '上']]
                .iter()
                .find(|w| basis.starts_with(w))
                .map_or(0, |w| w.len());
            // 在2020年基础上翻一番: the 在 goes with it.
            let with_in = usize::from(at > 1 && text.get(at - 1) == Some(&'在'));
            text.drain(at - with_in..at + compared + length);
            at -= with_in;
        } else {
            at += 1;
        }
    }
}

/// 全区共同建设…, 每个街道建成…: what follows an inner verb is the name; a subject
/// with 每 stays.
fn after_inner_verb<'t>(text: &'t [char], name: &mut Name) -> Cow<'t, [char]> {
    let words = words();
    for at in (2..text.len().saturating_sub(1)).rev() {
        let rest = text.get(at..).unwrap_or_default();
        if words.inner_verbs.at_start(rest).is_none() {
            continue;
        }
        let Some((length, verb)) = verb_at_start(rest) else { continue };
        let object = rest.get(length..).unwrap_or_default();
        let subject = text.get(..at).unwrap_or_default();
        // 老旧小区改造工程建设: a verb before a short noun at the end is part of the name.
        if object.len() < 2
            || object.first() == Some(&'的')
            || subject.last() == Some(&'的')
            || words.measures.is(object)
        {
            continue;
        }
        if subject.contains(&'等') {
            continue;
        }
        name.has_verb = true;
        let said = if verb == Verb::Kept { rest } else { object };
        // 大数据产业建成标准机柜 → 大数据产业标准机柜; 全区培育… → without 全区.
        let general = words.subjects.is(subject) || words.adverbs.is(subject);
        let own = !general && subject.len() <= 12 && !has_inner_verb(subject) && !subject.contains(&'的');
        return if own { [subject, said].concat().into() } else { said.into() };
    }
    text.into()
}

/// Whether a verb of two characters or more stands anywhere in a stretch.
fn has_inner_verb(text: &[char]) -> bool {
    let words = words();
    (0..text.len()).any(|at| {
        let rest = text.get(at..).unwrap_or_default();
        words.verbs.at_start(rest).is_some_and(|(length, _)| length >= 2 && at + length < text.len())
            || at == 0
                && words
                    .connectors
                    .at_start(rest)
                    .is_some_and(|(length, ())| length >= 1 && !matches!(rest.first(), Some('中' | '主')))
    })
}

/// A、B等C → C; the list only gives examples.
pub(crate) fn after_list(text: &[char]) -> &[char] {
    let words = words();
    let found = (1..text.len()).find(|at| {
        text.get(*at) == Some(&'等')
            && text
                .get(..*at)
                .is_some_and(|before| before.contains(&'、') || before.contains(&'和') || before.last() == Some(&'”'))
            && words.not_list_before.at_end(text.get(..*at).unwrap_or_default()).is_none()
            && !matches!(text.get(at + 1), Some('级' | '效' | '候' | '值' | '量'))
    });
    match found {
        Some(at) if at + 2 < text.len() => {
            let rest = text.get(at + 1..).unwrap_or_default();
            let skip = rest.iter().take_while(|c| c.is_ascii_digit() || matches!(c, '类' | '种' | '项' | '的')).count();
            rest.get(skip..).unwrap_or_default()
        }
        _ => text,
    }
}

/// 产业集聚程度高的省级产业园 → 省级产业园.
pub(crate) fn without_praise(text: &[char]) -> &[char] {
    let Some(at) = text.iter().rposition(|c| *c == '的') else { return text };
    let (before, after) = text.split_at(at);
    let praised = words().praise.within(before) && !before.iter().any(char::is_ascii_digit);
    if praised && after.len() > 2 { after.get(1..).unwrap_or_default() } else { text }
}

/// 幸福河湖建成 → 幸福河湖: a dropped verb at the end is the predicate.
fn strip_end_verbs(text: &[char]) -> &[char] {
    let words = words();
    match words.verbs.at_end(text) {
        Some((length, Verb::Dropped))
            if text.len() > length + 1 && length >= 2 && words.ending_verbs.at_end(text).is_some() =>
        {
            text.get(..text.len() - length).unwrap_or_default()
        }
        _ => text,
    }
}

/// The thing counted, in a stretch of text after a number.
pub(crate) fn after_number(view: &View, start: usize, end: usize) -> Vec<char> {
    let mut text = view.slice(start, end);
    while let [rest @ .., '、' | ',' | ';' | '和' | '及' | '与' | '并' | '以'] = text {
        text = rest;
    }
    if let Some(rest) = text.strip_prefix(&['的']) {
        text = rest;
    }
    text = after_list(text);
    if let Some(at) =
        (2..text.len()).find(|at| words().cut_after.at_start(text.get(*at..).unwrap_or_default()).is_some())
    {
        text = text.get(..at).unwrap_or_default();
    }
    text = without_praise(text);
    let mut name = text.to_vec();
    tidy(&mut name);
    name
}

/// Removes what no name keeps: white space is gone already; loose brackets and
/// closing marks at the ends go here, and 实现 between subject and measure.
pub(crate) fn tidy(text: &mut Vec<char>) {
    while matches!(text.last(), Some(',' | ';' | ':' | '、' | '。' | '(' | '—' | '-' | '”'))
        && !(text.last() == Some(&'”') && text.contains(&'“'))
    {
        text.pop();
    }
    if text.last() == Some(&')') && !text.contains(&'(') {
        text.pop();
    }
    while matches!(text.first(), Some(',' | ';' | ':' | '、' | '。' | ')' | '—' | '-' | '”')) {
        text.remove(0);
    }
    if text.len() > 3 && text.ends_with(&['工', '作']) {
        text.truncate(text.len() - 2);
    }
}

/// Whether the words end in a measure (率, 产值, 面积…), so that they can stand alone.
pub(crate) fn is_measure(text: &[char]) -> bool {
    words().measures.at_end(text).is_some()
}

/// Whether the words are a measure that lacks its subject.
pub(crate) fn is_dependent(text: &[char]) -> bool {
    let words = words();
    words.dependent.is(text) || (words.dependent_starts.at_start(text).is_some() && text.len() < 14)
}

/// Whether the words begin like a measure that lacks its subject (增速快于…).
pub(crate) fn is_dependent_start(text: &[char]) -> bool {
    let words = words();
    words.dependent.at_start(text).is_some() || words.dependent_starts.at_start(text).is_some()
}

/// The subject that a measure without one takes over from the name before it.
pub(crate) fn topic_of(name: &[char]) -> Vec<char> {
    let words = words();
    let mut name = name;
    if let Some((length, ())) = words.general.at_start(name) {
        name = name.get(length..).unwrap_or_default();
    }
    if let Some((length, Verb::Kept)) = verb_at_start(name) {
        name = name.get(length..).unwrap_or_default();
    }
    // 地区生产总值年均增长 → 地区生产总值: growth is said of the subject.
    if let Some((length, _)) = words.predicates.at_end(name).filter(|(length, p)| p.keep && name.len() > length + 1) {
        return name.get(..name.len() - length).unwrap_or_default().to_vec();
    }
    let mut best = 0;
    for end in 2..name.len() {
        if words.topics.at_end(name.get(..end).unwrap_or_default()).is_some() {
            best = end;
        }
    }
    if best == 0 {
        best = match words.measures.at_end(name) {
            Some((length, ())) if name.len() > length => name.len() - length,
            _ => name.len(),
        };
    }
    let topic = name.get(..best).unwrap_or_default();
    topic.strip_suffix(&['占']).unwrap_or(topic).to_vec()
}

/// The measure a name ends in, with the words that go with it: 覆盖率, 储气能力,
/// 产业产值. At least two characters stay before it.
pub(crate) fn measure_tail(name: &[char]) -> Vec<char> {
    let words = words();
    let Some((length, ())) = words.measures.at_end(name) else { return Vec::new() };
    let paired = words.paired_measures.is(name.get(name.len() - length..).unwrap_or_default());
    let mut tail = match length {
        1 => 3,
        2 if paired => 4,
        _ => length,
    };
    let before = name.get(..name.len().saturating_sub(tail)).unwrap_or_default();
    if let Some((topic, ())) = words.topics.at_end(before).filter(|(topic, ())| before.len() > topic + 1) {
        tail += topic;
    }
    let tail = tail.min(name.len().saturating_sub(2)).max(length.min(name.len()));
    name.get(name.len() - tail..).unwrap_or_default().to_vec()
}

/// Splits a list of names at 、, 和, 及, 与 outside brackets and quotation marks.
pub(crate) fn split_list(text: &[char]) -> Vec<Vec<char>> {
    parts_of_list(text).into_iter().map(<[char]>::to_vec).collect()
}

/// The parts of a list of names, where they stand.
pub(crate) fn parts_of_list(text: &[char]) -> SmallVec<[&[char]; 4]> {
    let mut parts: SmallVec<[&[char]; 4]> = SmallVec::new();
    let mut part_start = 0;
    let mut depth = 0_i32;
    let mut at = 0;
    while let Some(c) = text.get(at) {
        match c {
            '(' | '“' | '《' => depth += 1,
            ')' | '”' | '》' => depth -= 1,
            _ => {}
        }
        let two = text.get(at..at + 2) == Some(&['以', '及']);
        let before = at.checked_sub(1).and_then(|i| text.get(i));
        let after = text.get(at + 1);
        let joins = match c {
            '、' => true,
            // 普及率, 涉及, 以上及: 及 inside a word; 研究与试验, 参与: one name.
            '及' => {
                !matches!(before, Some('普' | '涉' | '触' | '危' | '波' | '惠'))
                    && !matches!(after, Some('以' | '时' | '格' | '早'))
            }
            '与' => !matches!(before, Some('参' | '赠' | '究' | '授')) && !matches!(after, Some('度')),
            '和' => {
                !matches!(before, Some('饱' | '总' | '缓' | '温' | '共'))
                    && !matches!(after, Some('谐' | '平' | '睦' | '美'))
            }
            _ => false,
        };
        if depth <= 0 && (joins || two) {
            parts.extend(text.get(part_start..at));
            at += if two { 2 } else { 1 };
            part_start = at;
            continue;
        }
        at += 1;
    }
    parts.extend(text.get(part_start..));
    parts.retain(|part| !part.is_empty());
    parts
}
