//! N6 `甲、乙占比分别达到80%、90%以上`: names and values, or years and values,
//! paired in order by 分别.

use plan_model::{CommitmentClass, Comparison, Intent};

use crate::{
    due::YearMark,
    naming,
    quantity::Number,
    sentence::{Row, Sentence},
    words::words,
};

/// Reads a clause with 分别.
pub(crate) fn read(sentence: &mut Sentence<'_>, clause_index: usize) {
    let view = sentence.view();
    let Some(clause) = sentence.clauses.get(clause_index).copied() else { return };
    let text = view.slice(clause.start, clause.end);
    let Some(offset) = text.windows(2).position(|w| w == ['分', '别']) else { return };
    let marker = clause.start + offset;
    let indices = values_after(sentence, marker, clause.end);
    let values: Vec<&Number> = indices.iter().filter_map(|i| sentence.number(*i)).collect();
    let (Some(first), Some(last)) = (values.first(), values.last()) else { return };
    if values.len() < 2 {
        return;
    }
    let between = view.slice(marker + 2, first.start);
    let (predicate, object, kept) = split_predicate(between);
    let compare = last.compare;
    let years = sentence.dues.years_in(clause.start, marker);
    let names = if years.len() == values.len() {
        let name = name_with_years(sentence, clause.start, marker, &years, object);
        values.iter().map(|_| name.clone()).collect()
    } else {
        let left = naming::before_number(view, clause.start, marker, naming::Front::Counted);
        let mut listed = left.text;
        let tail = naming::before_number(view, first.start - object.len(), first.start, naming::Front::Counted).text;
        if listed.is_empty() {
            listed = tail.clone();
        }
        pair_names(&listed, values.len(), &tail)
    };
    if names.len() != values.len() {
        return;
    }
    let unit = values.iter().rev().find(|v| !v.unit.is_empty()).map(|v| v.unit.clone()).unwrap_or_default();
    let part = sentence.value_part();
    for (at, (mut name, number)) in names.into_iter().zip(&values).enumerate() {
        // 使用量分别减少…: the change stays in the name.
        name.extend(kept);
        if let Some(index) = indices.get(at) {
            sentence.take(*index, part);
        }
        sentence.carry.name = name.clone();
        sentence.carry.topic = naming::topic_of(&name);
        sentence.carry.unit = number.unit.clone();
        sentence.rows.push(Row {
            name,
            class: CommitmentClass::Numeric,
            compare: predicate
                .map(|p| p.compare)
                .filter(|c| *c != Comparison::Equal)
                .or(compare)
                .unwrap_or(Comparison::Equal),
            value: Some(number.value),
            high: number.high,
            unit: if number.unit.is_empty() { unit.clone() } else { number.unit.clone() },
            intent: predicate.map_or(Intent::Reach, |p| p.intent),
            start: clause.start,
            end: number.end,
            at: number.start,
            year: (years.len() == values.len()).then(|| years.get(at).map(|y| y.year)).flatten(),
            own_period: false,
            rule: "N6",
        });
    }
}

/// The open numbers after the marker, as long as only 、, 和 and the like stand
/// between them.
fn values_after(sentence: &Sentence<'_>, marker: usize, end: usize) -> Vec<usize> {
    let view = sentence.view();
    let mut taken: Vec<usize> = Vec::new();
    for index in sentence.open_numbers(marker, end) {
        let Some(number) = sentence.number(index) else { continue };
        if number.chinese {
            continue;
        }
        let joined = match taken.last().and_then(|i| sentence.number(*i)) {
            Some(before) => {
                let between: String = view.slice(before.end, number.start).iter().collect();
                matches!(
                    between.as_str(),
                    "、" | "和" | "及" | "与" | "以及" | "、约" | "和约" | "、不低于" | "、不少于"
                )
            }
            None => true,
        };
        if !joined {
            break;
        }
        taken.push(index);
    }
    taken
}

/// 分别达到 / 分别改造老旧小区: the predicate or the verb and thing before the values.
fn split_predicate(between: &[char]) -> (Option<crate::words::Predicate>, &[char], &[char]) {
    let words = words();
    let text = naming::strip_back(between);
    match words.predicates.at_end(text) {
        Some((length, predicate)) => {
            let (object, said) = text.split_at(text.len() - length);
            let kept = if predicate.keep { said } else { &[] };
            (Some(*predicate), object, kept)
        }
        None => (None, text, &[]),
    }
}

fn name_with_years(
    sentence: &Sentence<'_>,
    start: usize,
    marker: usize,
    years: &[YearMark],
    object: &[char],
) -> Vec<char> {
    let view = sentence.view();
    let (first, last) = (years.first().map_or(start, |y| y.start), years.last().map_or(marker, |y| y.end));
    let before = naming::before_number(view, start, first, naming::Front::Counted).text;
    let after = naming::before_number(view, last, marker, naming::Front::Counted).text;
    let mut name = before;
    name.extend(after);
    name.extend(naming::bare(object, naming::Front::Counted));
    if name.is_empty() { sentence.carry.name.clone() } else { name }
}

/// Splits the listed names for so many values.
fn pair_names(listed: &[char], values: usize, object: &[char]) -> Vec<Vec<char>> {
    let parts = naming::split_list(listed);
    if parts.len() == values {
        return share_parts(parts);
    }
    // 软件和信息服务业、生命健康产业规模: 和 may join the words of one name.
    let marked: Vec<Vec<char>> = listed.split(|c| *c == '、').map(<[char]>::to_vec).collect();
    if marked.len() == values {
        return share_parts(marked);
    }
    // 标准化城乡社区…建成率分别达到90%、50%
    if values == 2
        && let Some(at) = listed.windows(2).position(|w| w == ['城', '乡'])
    {
        return ['城', '乡']
            .iter()
            .map(|side| {
                let mut name = listed.get(..at).unwrap_or_default().to_vec();
                name.push(*side);
                name.extend(listed.get(at + 2..).unwrap_or_default());
                name
            })
            .collect();
    }
    let parts = naming::split_list(object);
    if parts.len() == values { share_parts(parts) } else { Vec::new() }
}

/// Gives the members of a list the first and last words they share:
/// 垃圾收集、运输、转运 → 垃圾收集, 垃圾运输, 垃圾转运; 燃气、供水管网 → 燃气管网, 供水管网.
pub(crate) fn share_parts(mut parts: Vec<Vec<char>>) -> Vec<Vec<char>> {
    let words = words();
    let count = parts.len();
    let Some(last) = parts.last().cloned() else { return parts };
    let middle = parts.get(1).map_or(0, Vec::len);
    let even =
        count > 2 && middle <= 4 && last.len() > middle + 2 && parts.iter().take(count - 1).all(|p| p.len() == middle);
    let tail = match words.measures.at_end(&last) {
        // 小麦、玉米、花生综合机械化率: members of one length, the last with what all share.
        Some(_) if even => last.get(middle..).unwrap_or_default().to_vec(),
        Some(_) if parts.iter().take(count - 1).all(|p| words.measures.at_end(p).is_none()) => {
            naming::measure_tail(&last)
        }
        // 燃气、供水、排水、供热管网: members of one length, the last longer.
        None if count > 2 && last.len() > middle && parts.iter().skip(1).take(count - 2).all(|p| p.len() == middle) => {
            last.get(middle..).unwrap_or_default().to_vec()
        }
        _ => Vec::new(),
    };
    let core = last.len() - tail.len();
    let measures = parts.iter().all(|p| words.measures.at_end(p).is_some());
    if measures {
        return with_first_subject(parts);
    }
    let same = count > 2 && parts.iter().skip(1).take(count - 2).all(|p| p.len() == core);
    let head = match parts.first() {
        Some(first) if same && first.len() > core => first.get(..first.len() - core).unwrap_or_default().to_vec(),
        Some(first) => naming::verb_at_start(first)
            .filter(|(_, verb)| *verb == crate::words::Verb::Kept)
            .and_then(|(length, _)| first.get(..length))
            .map(<[char]>::to_vec)
            .unwrap_or_default(),
        None => Vec::new(),
    };
    for (at, part) in parts.iter_mut().enumerate() {
        if at > 0 && !head.is_empty() {
            let mut full = head.clone();
            full.append(part);
            *part = full;
        }
        if at + 1 < count {
            part.extend(tail.iter());
        }
    }
    parts
}

/// 中长期合同签约率、履约率: a short rate takes the subject of the first; a longer one
/// has its own (应急物资储备率).
fn with_first_subject(mut parts: Vec<Vec<char>>) -> Vec<Vec<char>> {
    let Some(first) = parts.first().cloned() else { return parts };
    for part in parts.iter_mut().skip(1) {
        if part.len() <= 4 && first.len() >= part.len() + 3 {
            let mut full = first.get(..first.len() - 3).unwrap_or_default().to_vec();
            full.append(part);
            *part = full;
        }
    }
    parts
}
