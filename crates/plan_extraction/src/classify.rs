//! Numbers that are no values: dates, ordinals, names, thresholds.

use plan_model::Comparison;

use crate::{
    Part,
    naming::verb_at_start,
    quantity::Number,
    view::{View, chars_of},
    words::{UnitUse, words},
};

/// What a number is by its own look and its neighbours; `Open` where only its
/// sentence can tell.
pub(crate) fn by_look(view: &View, number: &Number) -> Part {
    if number.chinese {
        return Part::Open;
    }
    let before = view.at(number.start.wrapping_sub(1));
    let before2 = view.at(number.start.wrapping_sub(2));
    let after = view.at(number.digits_end);
    if is_date(view, number) {
        return Part::Date;
    }
    if is_ordinal(view, number) {
        return Part::Ordinal;
    }
    let words = words();
    // S1, IPv6, PM2.5: part of a word in letters. 2×100 is a product, its parts are names.
    let letter_before = before.is_ascii_alphabetic() || matches!(before, '×' | '*' | '_');
    let joined = matches!(before, '+' | '＋') || (before == '-' && (before2.is_ascii_alphanumeric())) || before == '.';
    if letter_before
        || joined
        || matches!(after, '+' | '×')
        || (after == '-' && number.high.is_none() && !number.unit.is_empty())
    {
        return Part::Name;
    }
    let named = words.name_after.at_start(view.slice(number.digits_end, number.digits_end + 6)).map_or(0, |(l, ())| l);
    let unit_length = number.unit_end - number.digits_end;
    if named > unit_length || (named > 0 && number.unit_use.is_none()) {
        return Part::Name;
    }
    if number.unit_use.is_none() && after.is_ascii_alphabetic() {
        return Part::Name;
    }
    // 前20位的企业: the place describes the thing. 3个方面: a way of counting one's words.
    let placed = before == '前' && matches!(after, '位' | '名' | '强') && view.at(number.digits_end + 1) == '的';
    let rest = view.slice(number.unit_end, number.unit_end + 2);
    let spoken = [['方', '面'], ['环', '节'], ['层', '面'], ['维', '度']].iter().any(|word| rest == word);
    if placed || spoken {
        return Part::Name;
    }
    // “3550”改革: quotation marks make it a name.
    if view.is_quoted(number.start) {
        return Part::Name;
    }
    Part::Open
}

fn is_date(view: &View, number: &Number) -> bool {
    let digits = number.digits_end - number.start;
    let whole = number.value.is_integer();
    let after = view.at(number.digits_end);
    let before = view.at(number.start.wrapping_sub(1));
    let year_like =
        whole && digits == 4 && (1900..=2100).contains(&i64::try_from(number.value.trunc().mantissa()).unwrap_or(0));
    if year_like && (after == '年' || number.high.is_some_and(|h| h.is_integer()) && number.unit.starts_with('年')) {
        return true;
    }
    if year_like
        && matches!(after, '-' | '—' | '~' | '至' | '/' | '.')
        && view.at(number.digits_end + 1).is_ascii_digit()
    {
        return true;
    }
    if year_like
        && matches!(after, '、' | '和')
        && view.slice(number.digits_end + 1, number.digits_end + 6).last() == Some(&'年')
    {
        return true;
    }
    if year_like && view.is_bracketed(number.start) && matches!(after, ')' | '年') {
        return true;
    }
    let year_before =
        matches!(before, '-' | '—' | '~' | '至') && view.at(number.start.wrapping_sub(2)).is_ascii_digit();
    if year_like && year_before {
        return true;
    }
    whole && digits <= 2 && (after == '月' || (after == '日' && before == '月'))
}

fn is_ordinal(view: &View, number: &Number) -> bool {
    let before = view.at(number.start.wrapping_sub(1));
    let after = view.at(number.digits_end);
    if before == '第' {
        return true;
    }
    // 表1-1, 专栏3: a label at the start of a line or after 见; 图书报表100张 is none.
    if let Some((length, ())) = words().labels.at_end(view.slice(number.start.saturating_sub(2), number.start)) {
        let from = number.start - length;
        if from == 0 || matches!(view.at(from - 1), '见' | '(' | '“' | '。' | '《' | '【' | '如' | '由') {
            return true;
        }
    }
    let opens = |c: char| matches!(c, ' ' | '。' | ';' | ':' | '”');
    if opens(before) && matches!(after, '.' | '、') && number.unit_use.is_none() && number.value.is_integer() {
        return true;
    }
    before == '(' && after == ')'
}

/// Whether a number in Chinese numerals says how much: only with a comparison, a
/// predicate or a verb of creation before it, or with 每 and a unit.
pub(crate) fn chinese_counts(view: &View, number: &Number) -> bool {
    let words = words();
    if view.is_quoted(number.start) {
        return false;
    }
    if matches!(
        number.unit.as_str(),
        "批" | "种" | "类" | "面" | "点" | "线" | "门" | "团" | "单" | "大" | "级" | "分" | "道"
    ) {
        return false;
    }
    let before = view.slice(number.start.saturating_sub(6), number.start);
    let predicate = words.predicates.at_end(before).filter(|(_, p)| {
        p.compare != Comparison::Equal || number.unit_use == Some(UnitUse::Measure) || number.unit.is_empty()
    });
    let verb = words.verbs.at_end(before);
    let one = number.value == plan_model::Decimal::ONE
        && number.digits_end > number.start
        && number.unit.chars().count() == 1;
    // 每季度开展一次: how often is a count. 建成龙潭、石门两座水库: a verb opens the list.
    let from = (0..number.start).rev().find(|at| matches!(view.at(*at), ',' | ';' | '。' | ':')).map_or(0, |at| at + 1);
    let left = view.slice(from, number.start);
    let often = words.often.within(left);
    if often && matches!(number.unit.as_str(), "次" | "场" | "期") && verb.is_some() {
        return true;
    }
    let list = left.contains(&'、') && verb_at_start(left).is_some() && noun_follows(view, number.end);
    if list && !one && matches!(number.unit.as_str(), "座" | "家" | "所" | "条" | "处" | "幢" | "栋" | "套") {
        return true;
    }
    let magnitude = number.unit.starts_with(['万', '亿']) || number.value >= plan_model::Decimal::ONE_HUNDRED;
    let kept = verb.is_some_and(|(_, v)| *v == crate::words::Verb::Kept);
    let count = number.unit_use == Some(UnitUse::Count);
    // 旅游景区两家,: a count at the end of its item.
    let closes = matches!(view.at(number.end), ',' | ';' | '。' | '、' | ' ' | ')');
    let noun_before = before.len() > 1
        && verb.is_none()
        && !matches!(before.last(), Some(',' | '、' | ';' | '。' | ':' | '第' | '这' | '的' | '”'));
    let vague =
        one && number.unit == "件" || matches!(number.unit.as_str(), "次" | "位" | "期" | "片" | "项" | "组" | "块");
    if count && closes && noun_before && number.digits_end > number.start && !vague {
        return true;
    }
    let next = view.slice(number.unit_end, number.unit_end + 4);
    if count
        && (words.abstract_nouns.at_start(next).is_some()
            || matches!(
                number.unit.as_str(),
                "项" | "种"
                    | "类"
                    | "批"
                    | "面"
                    | "点"
                    | "线"
                    | "路"
                    | "道"
                    | "片"
                    | "张"
                    | "期"
                    | "次"
                    | "对"
                    | "门"
                    | "支"
                    | "团"
                    | "单"
                    | "段"
                    | "块"
                    | "组"
                    | "部"
                    | "口"
                    | "站"
            ))
    {
        return predicate.is_some() && predicate.is_some_and(|(_, p)| p.compare != Comparison::Equal);
    }
    if number.unit == "年" || number.unit == "级" || number.unit == "分" || number.unit == "位" && predicate.is_none()
    {
        return false;
    }
    if number.unit == "成" {
        return predicate.is_some();
    }
    if number.unit.is_empty() {
        return predicate.is_some() || number.compare.is_some();
    }
    if one {
        // 新建一座…, 至少一人: a real count; 打造一个样板 is an article.
        let least = view.slice(number.start.saturating_sub(7), number.start).windows(2).any(|w| w == ['至', '少']);
        return (kept && number.unit != "个")
            || (least && verb.is_some())
            || predicate.is_some_and(|(_, p)| p.compare == Comparison::AtLeast);
    }
    predicate.is_some()
        || (count && verb.is_some() && (number.unit != "个" || number.compare.is_some()))
        || (count && kept)
        || (magnitude && (verb.is_some() || number.compare.is_some()))
}

/// Whether a verb stands right before a number, or nothing does.
fn ends_with_verb(left: &[char]) -> bool {
    let stripped = crate::naming::strip_back(left);
    stripped.is_empty() || words().verbs.at_end(stripped).is_some()
}

/// 前三位: a place in Chinese numerals.
pub(crate) fn is_place(view: &View, number: &Number) -> bool {
    view.at(number.start.wrapping_sub(1)) == '前' && matches!(number.unit.as_str(), "位" | "名" | "列" | "")
}

/// Whether the text between two numbers has no break, so that the first belongs
/// to what the second measures.
fn unbroken(view: &View, from: usize, to: usize) -> bool {
    let between = view.slice(from, to);
    !between.iter().any(|c| matches!(c, '、' | ',' | ';' | ':' | '。'))
        && !matches!(between.last(), Some('和' | '及' | '与' | '并'))
        && !matches!(between.first(), Some('和' | '及' | '与'))
        && !between.is_empty()
}

/// What follows a number is a noun, not the end of the clause.
pub(crate) fn noun_follows(view: &View, at: usize) -> bool {
    let c = view.at(at);
    if matches!(c, ' ' | ',' | ';' | ':' | '。' | '、' | ')' | '”' | '!' | '?' | '/' | '(') {
        return false;
    }
    let rest = view.slice(at, at + 4);
    // A list goes on after these, so no noun follows the number itself.
    !matches!(rest, ['和' | '及' | '与' | '并' | '或', ..] | ['以', '及', ..])
}

/// 完成北拓区块1.8平方公里基础设施配套: a verb opens the clause.
pub(crate) fn opens_with_verb(left: &[char]) -> bool {
    verb_at_start(left).is_some()
}

/// 新建50公里绿道: a measure that may stand between a verb and its thing.
pub(crate) fn stands_before_its_thing(number: &Number) -> bool {
    words().object_units.at_end(&chars_of(&number.unit)).is_some()
}

/// Whether a number bounds the thing measured rather than saying how much:
/// 2000万元以上企业, 3岁以下婴幼儿, 1.26万亩农田排涝能力提高到10年一遇.
pub(crate) fn is_threshold(view: &View, number: &Number, next: Option<&Number>, left_text: &[char]) -> bool {
    let words = words();
    let left_is_verb = ends_with_verb(left_text);
    let noun = noun_follows(view, number.end);
    let after = view.at(number.end);
    let share = number.unit == "%" || number.unit == "‰";
    if number.unit.ends_with('级') || after == '级' {
        return true;
    }
    if matches!(number.unit.as_str(), "岁" | "周岁") && noun {
        return true;
    }
    // 年产2万台电机项目: the size of a project.
    if noun && words.capacity.at_end(left_text).is_some() {
        return true;
    }
    // 本方案确定的12项任务: how many there are, not a goal.
    if noun && left_text.last() == Some(&'的') && number.unit_use == Some(UnitUse::Count) {
        return true;
    }
    // 交付使用5年内: a span of time is a value only where something states it.
    let timed = matches!(number.unit.as_str(), "年" | "天" | "日" | "小时" | "分钟" | "个月" | "秒");
    let before = view.slice(number.start.saturating_sub(8), number.start);
    if timed && words.predicates.at_end(before).is_none() && words.measures.at_end(before).is_none() {
        return true;
    }
    // 45分钟以内通勤人口, 15年免费教育, 24小时值守
    if noun
        && matches!(number.unit.as_str(), "年" | "天" | "日" | "小时" | "分钟" | "个月" | "个工作日" | "工作日" | "秒")
    {
        return true;
    }
    let bounded = number.compare.is_some_and(|c| matches!(c, Comparison::AtLeast | Comparison::AtMost));
    let measures = number.unit_use == Some(UnitUse::Measure)
        && !(left_is_verb && stands_before_its_thing(number) && after != '的');
    let bounds = measures || words.threshold_units.is(&chars_of(&number.unit));
    if bounded && noun && !share && bounds {
        return true;
    }
    let before = view.at(number.start.wrapping_sub(1));
    if before == '每' {
        return true;
    }
    // 220千伏变电站: a measure right before a noun, with no predicate, describes it.
    let left = left_text;
    let stated = words.predicates.at_end(left).is_some_and(|(length, _)| length > 1);
    let object =
        (left_is_verb || opens_with_verb(left) || left.last() == Some(&'对')) && stands_before_its_thing(number);
    let describes = noun && number.unit_use == Some(UnitUse::Measure) && !share && !stated && !object;
    if describes && after != '的' && number.compare.is_none() && !number.chinese {
        let verb_follows = verb_at_start(view.slice(number.end, number.end + 6)).is_some();
        if !verb_follows {
            return true;
        }
    }
    let later = next.filter(|n| unbroken(view, number.end, n.start));
    match later {
        Some(later) if !share => {
            let between = view.slice(number.end, later.start);
            let counted = number.unit_use == Some(UnitUse::Count);
            let stated = words.predicates.at_end(between).is_some();
            !counted || stated || !left_is_verb
        }
        _ => false,
    }
}
