//! P1, P2, P3: particular bodily works (建设东港物流园; 加快云岭铁路东段、S901改线等项目;
//! the items of a box).

use plan_model::{Confidence, Stage, WorkKind};

use super::{
    clause::{Item, NOTHING, Phrase, Span},
    heads,
    words::Verb,
};
use crate::{Part, quantity::Number, sentence::numbers_in, sieve::Kinds};

/// A longer first member of a list is more than a modifier of the last.
const MODIFIER: usize = 6;

/// The numbers of the line and what they were taken for.
#[derive(Clone, Copy)]
pub(crate) struct Figures<'a> {
    pub(crate) numbers: &'a [Number],
    pub(crate) parts: &'a [Part],
}

impl Figures<'_> {
    /// The first quantity in a stretch.
    fn first_in(&self, span: Span) -> Option<usize> {
        numbers_in(self.numbers, span.0, span.1).find(|index| {
            let counted = matches!(self.parts.get(*index), Some(Part::Target | Part::Open | Part::Baseline));
            counted && self.numbers.get(*index).is_some_and(|n| n.unit_use.is_some() && n.unit != "%")
        })
    }

    /// A name without its quantity: 云河堤防|38公里|.
    fn cut(&self, span: Span) -> ([Span; 3], Option<usize>) {
        match self.first_in(span).and_then(|index| Some((index, self.numbers.get(index)?))) {
            Some((index, number)) if number.unit_end <= span.1 => {
                ([(span.0, number.start), (number.unit_end, span.1), NOTHING], Some(index))
            }
            _ => ([span, NOTHING, NOTHING], None),
        }
    }
}

/// Reads the projects of a clause with this verb and object. `true` if the clause
/// is used up. A clause whose promise is a number gives projects only here.
pub(crate) fn read(phrase: &Phrase<'_>, verb: (Span, Verb), figures: Figures<'_>, rows: &mut Vec<Item>) -> bool {
    let ((from, object), use_) = verb;
    let object = (object, phrase.end);
    if is_plain(phrase, object, use_, figures) || opens_anonymous(phrase, object) {
        return false;
    }
    if read_list(phrase, (from, object.0), use_, object, figures, rows) {
        return true;
    }
    let (name, amount) = figures.cut(object);
    let [first, second, _] = name;
    // 加固云河堤防|38公里: the work stands before its quantity.
    let thing = if second.0 == second.1 { first } else { object };
    let Some(stage) = work(phrase, thing, use_.build && !use_.pivot) else { return false };
    let first = phrase.members(thing).next().unwrap_or(thing);
    let listed = first.1 < thing.1;
    // 龙湾、石门中型水库: modifiers before one head are one work.
    let modifiers = listed && first.1 - first.0 <= MODIFIER && !is_work(phrase, first);
    let by_first = listed && !modifiers && !shares_its_work(phrase, thing);
    let known = match by_first {
        true => works_alone(phrase, first) && is_particular(phrase, first),
        false => is_particular(phrase, thing),
    };
    let only_one = use_.build && !listed && is_unique(phrase, thing);
    if !known && !only_one {
        return false;
    }
    // 建设公共检测平台: of information or service, even where it is somewhere.
    if amount.is_none() && heads::kind(phrase, object).is_some_and(|(kind, _)| kind == WorkKind::Platform) {
        return false;
    }
    let stage = stage.or(use_.stage).or(Some(Stage::Build));
    let mut item = Item { name, stage, amount, ..Item::new(WorkKind::Project, "P1", (from, object.0), object, from) };
    // A proper name opens the name of its work; one inside may be a rare word.
    if use_.pivot || !use_.build || !opens_particular(phrase, thing) {
        item.confidence = Confidence::Likely;
    }
    rows.push(item);
    true
}

/// Works under one verb, each a project of its own where two of them are particular.
fn read_list(
    phrase: &Phrase<'_>,
    verb: Span,
    use_: Verb,
    object: Span,
    figures: Figures<'_>,
    rows: &mut Vec<Item>,
) -> bool {
    let whole = phrase.words.list_tails.at_end(phrase.view.slice(object.0, object.1)).is_some();
    let listed = |at| matches!(phrase.view.at(at), '、' | '和' | '与' | '及' | '等');
    if use_.pivot && !whole || !phrase.view.places(Kinds::JOINT, object.0, object.1).any(listed) {
        return false;
    }
    // 等重大工程 makes all members projects; 等平台, 两个集聚区 only ends the list.
    let all =
        phrase.words.list_tails.at_end(phrase.view.slice(object.0, object.1)).map(|(length, ())| object.1 - length);
    let all = all.or_else(|| counted_works(phrase, object));
    let object = (object.0, without_total(phrase, object, figures));
    let span = (object.0, all.or_else(|| list_end(phrase, object)).unwrap_or(object.1));
    if all.is_none() && shares_its_work(phrase, span) {
        return false;
    }
    let alone = |member: Span| works_alone(phrase, member);
    let particular = |member: Span| alone(member) && is_particular(phrase, member);
    // 建设东湖科学城、海洋实验室: built with a particular work, each is one.
    let first = phrase.members(span).next().is_some_and(particular);
    let all_built = first && use_.build && phrase.members(span).count() > 1 && phrase.members(span).all(alone);
    let particular = |member: Span| all_built && alone(member) || particular(member);
    let named = phrase.members(span).filter(|m| if all.is_some() { is_particular(phrase, *m) } else { particular(*m) });
    if named.count() < if all.is_some() { 1 } else { 2 } {
        return false;
    }
    let mut from = verb.0;
    for member in phrase.members(span) {
        let member = (member.0, without_shared_tail(phrase, member, span.1));
        if member.1 < member.0 + 2 {
            continue;
        }
        if all.is_some() || particular(member) {
            let (name, amount) = figures.cut(member);
            let stage = tail_of(phrase, member).map(|(_, s)| s).or(use_.stage).or(Some(Stage::Build));
            rows.push(Item { name, amount, stage, ..Item::new(WorkKind::Project, "P2", verb, member, from) });
        } else {
            rows.push(Item { confidence: Confidence::Likely, ..Item::new(WorkKind::Task, "W1", verb, member, from) });
        }
        from = member.0;
    }
    true
}

/// 208国道、303省道过境段改线: the members before the last are no works without its
/// tail, so all of it is one.
fn shares_its_work(phrase: &Phrase<'_>, span: Span) -> bool {
    let tailed = |member: Span| tail_of(phrase, member).is_some_and(|(_, stage)| stage != Stage::Build);
    let Some(last) = phrase.members(span).last() else { return false };
    tailed(last) && phrase.members(span).filter(|m| *m != last).all(|m| !tailed(m))
}

/// A、B等12个重大项目, …等3个大型设施: where 等 and its count begin.
fn counted_works(phrase: &Phrase<'_>, object: Span) -> Option<usize> {
    let at = (object.0..object.1).rfind(|at| phrase.view.at(*at) == '等' && !phrase.view.is_quoted(*at))?;
    let counted = phrase.view.at(at + 1).is_ascii_digit();
    (counted && phrase.words.counted.at_end(phrase.rest(at)).is_some()).then_some(at)
}

/// 532国道、219省道|共96公里: the total of a list is no part of its last member.
fn without_total(phrase: &Phrase<'_>, object: Span, figures: Figures<'_>) -> usize {
    let last = phrase.members(object).last().unwrap_or(object);
    let total = figures.first_in(last).and_then(|index| figures.numbers.get(index));
    match total.filter(|n| n.start > last.0 + 2 && n.unit_end == object.1) {
        Some(n) => n.start - usize::from(phrase.view.at(n.start - 1) == '共'),
        None => object.1,
    }
}

/// Where what sums up a list begins: …等平台, …两个集聚区.
fn list_end(phrase: &Phrase<'_>, object: Span) -> Option<usize> {
    let counts = |at: usize| {
        let (c, next) = (phrase.view.at(at), phrase.view.at(at + 1));
        c == '等'
            || matches!(c, '两' | '三' | '四' | '五' | '六' | '几') && matches!(next, '个' | '大' | '条' | '座' | '处')
    };
    let last = (object.0..object.1).rfind(|at| matches!(phrase.view.at(*at), '、' | '和' | '与' | '及'))?;
    (last + 3..object.1).find(|at| counts(*at) && !phrase.view.is_quoted(*at))
}

/// A work of which a place has only one: 特种纸产业园.
fn is_unique(phrase: &Phrase<'_>, span: Span) -> bool {
    let text = phrase.view.slice(span.0, without_shared_tail(phrase, span, span.1));
    let named = phrase.words.unique.at_end(text).is_some_and(|(length, ())| text.len() > length + 1);
    named && phrase.words.grades.at_start(text).is_none() && !text.contains(&'等')
}

/// …和滨水商圈建设 → 滨水商圈: the shared 建设 at the end of a list is dropped.
fn without_shared_tail(phrase: &Phrase<'_>, member: Span, end: usize) -> usize {
    let text = phrase.view.slice(member.0, member.1);
    if member.1 == end && text.len() > 4 && text.ends_with(&['建', '设']) { member.1 - 2 } else { member.1 }
}

/// Whether the object is a work: its head noun is one, and a verb of building stands
/// in front of it or a word for the work itself behind it. Gives the stage that
/// word states.
fn work(phrase: &Phrase<'_>, object: Span, builds: bool) -> Option<Option<Stage>> {
    let tail = tail_of(phrase, object);
    let head = is_work(phrase, (object.0, object.1 - tail.map_or(0, |(length, _)| length)));
    match tail {
        Some((_, stage)) if head => Some(Some(stage)),
        None if builds && head => Some(None),
        None if head => inner_build(phrase, object).map(|()| None),
        _ => None,
    }
}

/// 支持苇航公司建设原料药基地: a verb of building inside the object.
fn inner_build(phrase: &Phrase<'_>, object: Span) -> Option<()> {
    let inner = Phrase { start: object.0, ..*phrase };
    inner.find_verb(object.0 + 2, |verb| verb.build).map(|_| ())
}

/// Whether the head noun of a stretch is a work.
pub(crate) fn is_work(phrase: &Phrase<'_>, span: Span) -> bool {
    let text = phrase.view.slice(span.0, span.1);
    let work = phrase.words.works.at_end(text).is_some() && phrase.words.not_works.at_end(text).is_none();
    work || is_road_code(text)
}

/// S917: the code of a road.
fn is_road_code(text: &[char]) -> bool {
    let digits = text.iter().rev().take_while(|c| c.is_ascii_digit()).count();
    let letter = text.len().checked_sub(digits + 1).and_then(|at| text.get(at));
    digits >= 2 && letter.is_some_and(char::is_ascii_uppercase)
}

/// A member of a list that is a work by itself, not only a modifier of the last.
fn works_alone(phrase: &Phrase<'_>, member: Span) -> bool {
    let before_tail = |(length, _)| is_work(phrase, (member.0, member.1 - length));
    tail_of(phrase, member).is_some_and(before_tail)
        || phrase.words.works.at_end(phrase.view.slice(member.0, member.1)).is_some_and(|(length, ())| length > 1)
}

fn tail_of(phrase: &Phrase<'_>, span: Span) -> Option<(usize, Stage)> {
    let text = phrase.view.slice(span.0, span.1);
    let bare = text.strip_suffix(&['工', '程']).or(text.strip_suffix(&['项', '目'])).unwrap_or(text);
    let cut = text.len() - bare.len();
    let (length, stage) = phrase.words.tails.at_end(bare)?;
    // …向乡村延伸: what is extended is no work.
    (bare.len() > length && !text.contains(&'向')).then_some((length + cut, *stage))
}

/// Nothing in the clause speaks of a work: most clauses end here.
fn is_plain(phrase: &Phrase<'_>, object: Span, verb: Verb, figures: Figures<'_>) -> bool {
    !verb.build
        && !verb.pivot
        && numbers_in(figures.numbers, object.0, object.1).is_empty()
        && phrase.view.next(Kinds::JOINT, object.0, object.1).is_none()
        && tail_of(phrase, object).is_none()
}

/// 一批口袋公园: works of a kind, not one of them.
fn opens_anonymous(phrase: &Phrase<'_>, object: Span) -> bool {
    phrase.words.anonymous.at_start(phrase.view.slice(object.0, object.1)).is_some()
}

/// Whether a name says which one: it holds a proper name, the code of a road, or the
/// single institution of its kind. What the list of common words does not cover is
/// a proper name.
pub(crate) fn is_particular(phrase: &Phrase<'_>, span: Span) -> bool {
    let words = phrase.words;
    let text = phrase.view.slice(span.0, span.1);
    if is_single(phrase, span) {
        return true;
    }
    // “海上粮仓”开发基地: a name of its own in front.
    if text.first() == Some(&'“') && text.last() != Some(&'”') && is_work(phrase, span) {
        return true;
    }
    // 2000年底前建成的老旧小区: what stands before 的 only describes.
    let mut at = text.iter().rposition(|c| *c == '的').map_or(span.0, |at| span.0 + at + 1);
    let mut unknown = 0;
    while at < span.1 {
        let c = phrase.view.at(at);
        if c.is_ascii_uppercase() && phrase.view.at(at + 1).is_ascii_digit() && phrase.view.at(at + 2).is_ascii_digit()
        {
            return true;
        }
        let rest = phrase.view.slice(at, span.1);
        if c.is_ascii_digit() && words.numbered_roads.at_start(phrase.view.slice(at + 1, span.1)).is_some() {
            return true;
        }
        let known = words.common.at_start(rest).map_or(0, |(length, ())| length);
        let known = known.max(words.verbs.at_start(rest).map_or(0, |(length, _)| length));
        // A character that is also a word (云, 西) goes with an unknown one beside it: 云汀, 汀西.
        let follows = unknown > 0 && known == 1 && !words.joints.is(&[c]);
        let leads = known == 1 && !words.joints.is(&[c]) && is_unknown(phrase, (at + 1, span.1));
        if (known > 0 && !follows && !leads) || !is_ideograph(c) {
            unknown = 0;
            at += known.max(1);
            continue;
        }
        unknown += 1;
        if unknown >= 2 && !phrase.view.is_quoted(at) {
            return true;
        }
        at += 1;
    }
    false
}

/// Whether a name begins with what says which one it is.
fn opens_particular(phrase: &Phrase<'_>, span: Span) -> bool {
    is_particular(phrase, (span.0, span.1.min(span.0 + 3))) || is_single(phrase, span)
}

/// 区文化馆, 县人民医院: the single institution of its kind.
fn is_single(phrase: &Phrase<'_>, span: Span) -> bool {
    let text = phrase.view.slice(span.0, span.1);
    matches!(text.first(), Some('区' | '县' | '市' | '州' | '旗'))
        && text.get(1..).is_some_and(|rest| phrase.words.single.at_start(rest).is_some())
}

/// Whether no common word or verb begins here.
fn is_unknown(phrase: &Phrase<'_>, span: Span) -> bool {
    let rest = phrase.view.slice(span.0, span.1);
    let none = phrase.words.common.at_start(rest).is_none() && phrase.words.verbs.at_start(rest).is_none();
    none && rest.first().is_some_and(|c| is_ideograph(*c))
}

fn is_ideograph(c: char) -> bool {
    ('\u{4e00}'..='\u{9fff}').contains(&c)
}

/// The rule of the items of a box.
pub(crate) const BOX_ITEM: &str = "P3";

/// The item of a box: one project, whatever it holds.
pub(crate) fn box_item(phrase: &Phrase<'_>, figures: Figures<'_>) -> Option<Item> {
    let view = phrase.view;
    let stops = |marks: &[char], upto: usize| {
        (phrase.start..upto).find(|at| marks.contains(&view.at(*at)) && !view.is_quoted(*at) && !view.is_bracketed(*at))
    };
    let title_end = stops(&[':'], phrase.end.min(phrase.start + 40))
        .or_else(|| stops(&['。', ',', ';'], phrase.end))
        .unwrap_or(phrase.end);
    if title_end < phrase.start + 2 {
        return None;
    }
    let amount = figures.first_in((phrase.start, phrase.end));
    let stage = (phrase.start..phrase.end).find_map(|at| {
        let rest = phrase.rest(at);
        let tail = phrase.words.tails.at_start(rest).map(|(_, stage)| *stage);
        tail.or_else(|| phrase.words.verbs.at_start(rest).and_then(|(_, verb)| verb.stage))
    });
    let name = (phrase.start, title_end);
    let confidence = Confidence::Certain;
    let mut item =
        Item { amount, stage, confidence, ..Item::new(WorkKind::Project, BOX_ITEM, NOTHING, name, phrase.start) };
    item.quote = (phrase.start, phrase.end);
    Some(item)
}

/// 建设东新城,完成首期2.4平方公里开发: a part of the work named before.
pub(crate) fn phase(
    phrase: &Phrase<'_>,
    (span, verb): (Span, Verb),
    figures: Figures<'_>,
    known: &Item,
) -> Option<Item> {
    let object = (span.1, phrase.end);
    phrase.words.phases.at_start(phrase.rest(object.0)).filter(|_| verb.build || verb.light)?;
    let ([first, second, _], amount) = figures.cut(object);
    let [whole, ..] = known.name;
    let stage = tail_of(phrase, object).map(|(_, stage)| stage).or(verb.stage);
    let name = [whole, first, second];
    Some(Item {
        name,
        amount,
        stage,
        confidence: Confidence::Likely,
        ..Item::new(WorkKind::Project, "P1", span, object, span.0)
    })
}
