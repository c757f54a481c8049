//! H1: a title, grade or listing that somebody else awards is to be won (争创国家级
//! 森林城市), or a brand with a name of its own.

use plan_model::{Confidence, WorkKind};

use super::{
    clause::{Item, Phrase, Span},
    words::Verb,
};
use crate::sieve::Kinds;

/// The milestone of a clause with this verb and object.
pub(crate) fn read(phrase: &Phrase<'_>, (from, object): Span, verb: Verb) -> Option<Item> {
    let text = phrase.rest(object);
    let words = phrase.words;
    let activity = text.ends_with(&['行', '动']) || text.ends_with(&['活', '动']) || text.ends_with(&['机', '制']);
    let said = phrase.view.slice(from, object);
    let sought = matches!(said.first(), Some('争' | '申' | '冲')) && said.get(1) != Some(&'创');
    let wins = if verb.title { !sought || words.titles.within(text) } else { false };
    let applied = words.applied.at_end(text).is_some_and(|(length, ())| {
        let thing = text.get(..text.len() - length).unwrap_or_default();
        matches!(text.get(text.len() - length), Some('申')) || words.titles.at_end(thing).is_some()
    });
    let won = !activity && (wins || applied || inner_title(phrase, object).is_some());
    // 推进国家知识产权示范城市建设
    let shared = text.strip_suffix(&['建', '设']);
    let graded = shared.map_or(verb.build, |_| !verb.pivot) && is_graded(phrase, shared.unwrap_or(text));
    let confidence = if wins && won { Confidence::Certain } else { Confidence::Likely };
    (won || is_brand(text) || graded).then(|| Item {
        confidence,
        ..Item::new(WorkKind::Milestone, "H1", (from, object), (object, phrase.end), from)
    })
}

/// “云上慢居”旅游品牌, 省级区域品牌.
fn is_brand(text: &[char]) -> bool {
    let text = text.strip_suffix(&['形', '象']).unwrap_or(text);
    let brand = text.ends_with(&['品', '牌']) || text.ends_with(&['I', 'P']);
    brand && matches!(text.first(), Some('“'))
}

/// 国家4A级景区, 省级湿地公园.
fn is_graded(phrase: &Phrase<'_>, text: &[char]) -> bool {
    phrase.words.grades.at_start(text).is_some() && phrase.words.titles.at_end(text).is_some()
}

/// A subject of its own wins a title: 镜湖创成省级湿地公园.
pub(crate) fn of_subject(phrase: &Phrase<'_>) -> Option<Item> {
    let at = inner_title(phrase, phrase.start)?;
    (at >= phrase.start + 2).then(|| {
        let verb = (at, at + 2);
        Item::new(WorkKind::Milestone, "H1", verb, (phrase.start, phrase.end), phrase.start)
    })
}

/// Where a verb that wins a title stands inside a stretch: 古法技艺|申报省级名录. Not in
/// quotation marks, and not 自主申报.
fn inner_title(phrase: &Phrase<'_>, from: usize) -> Option<usize> {
    let words = phrase.words;
    let (at, length, ()) = phrase.view.find(&words.inner_titles, Kinds::TITLE, from, phrase.end)?;
    let rest = phrase.rest(at + length);
    let won = words.won_titles.at_start(phrase.rest(at)).is_some();
    let titled = won || words.titles.within(rest) || words.grades.within(rest);
    (titled && !phrase.view.is_quoted(at)).then_some(at)
}
