//! W1, W2, W3: something is to be done. The verb stands in front of its object
//! (完善社区食堂), behind it (把老厂房改造为文创街区), or behind a subject of its own
//! (东部园区重点发展新材料).

use plan_model::{Confidence, WorkKind};

use super::{
    clause::{Item, Phrase, Span},
    direction, heads, milestone,
    project::{self, Figures},
    words::Verb,
};

/// The longest object that says one thing for sure.
const PLAIN_OBJECT: usize = 24;

/// A verb of intent and its object, of whatever kind that makes it.
pub(crate) fn verb_object(
    phrase: &Phrase<'_>,
    (from, object, verb): (usize, usize, Verb),
    figures: Figures<'_>,
    rows: &mut Vec<Item>,
) {
    if is_result(phrase, from, object) {
        return;
    }
    // 争取2024年县医院创成…: the time is no part of the name.
    let object = object + if verb.title { crate::naming::time_at_start(phrase.rest(object)) } else { 0 };
    if let Some(item) =
        direction::as_a_whole(phrase, (from, object)).or_else(|| milestone::read(phrase, (from, object), verb))
    {
        rows.push(item);
        return;
    }
    let span = (object, phrase.end);
    if project::read(phrase, ((from, object), verb), figures, rows) {
        return;
    }
    if let Some(item) = direction::verb_first(phrase, (from, object), verb) {
        rows.push(item);
        return;
    }
    let (kind, rule) = heads::kind(phrase, span).unwrap_or((WorkKind::Task, "W1"));
    let plain = span.1 - span.0 <= PLAIN_OBJECT;
    let confidence = if plain { Confidence::Certain } else { Confidence::Likely };
    rows.push(Item { confidence, ..Item::new(kind, rule, (from, object), span, from) });
}

/// 形成…格局, 营造…氛围: what comes of the clauses before.
fn is_result(phrase: &Phrase<'_>, from: usize, object: usize) -> bool {
    let words = phrase.words;
    words.result_verbs.at_start(phrase.view.slice(from, object)).is_some()
        && words.results.at_end(phrase.rest(object)).is_some()
}

/// Whether 把, 将, 对 or 给 stands here and an object in front of its verb follows.
pub(crate) fn fronts(phrase: &Phrase<'_>, at: usize) -> bool {
    let fronts = matches!(phrase.view.at(at), '把' | '将' | '对' | '给');
    fronts && phrase.words.not_fronted.at_start(phrase.rest(at)).is_none()
}

/// 把老厂房改造为文创街区, 对首台套产品给予保险补偿.
pub(crate) fn fronted(phrase: &Phrase<'_>, at: usize) -> Option<Item> {
    if !fronts(phrase, at) {
        return None;
    }
    let object = at + 1;
    let inside = phrase.find_verb(object + 2, |verb| !verb.change && !verb.title);
    // …的项目分类处置: the verb may stand at the end, its object is in front.
    let last = || {
        let (length, verb) = phrase.words.verbs.at_end(phrase.rest(object + 2))?;
        (length > 1).then_some((phrase.end - length, *verb))
    };
    let (verb, use_) = inside.or_else(last)?;
    if (object..phrase.end).any(|at| phrase.words.placed.at_start(phrase.rest(at)).is_some()) {
        return None;
    }
    let span = (object, phrase.end);
    let (end, _) = phrase.verbs_at(verb).unwrap_or((phrase.end, use_));
    let work = (object, verb);
    let built = use_.build && project::is_particular(phrase, work) && project::is_work(phrase, work);
    let kind = if built { WorkKind::Project } else { WorkKind::Task };
    let stage = use_.stage.filter(|_| built);
    Some(Item { stage, confidence: Confidence::Likely, ..Item::new(kind, "W2", (verb, end), span, at) })
}

/// A subject of its own and a verb: 符合条件的项目实行“拿地即开工”.
pub(crate) fn own_subject(phrase: &Phrase<'_>) -> Option<Item> {
    let inside = phrase.find_verb(phrase.start + 2, |verb| verb.subject);
    let (at, end) = match inside {
        Some((at, _)) => (at, phrase.verbs_at(at)?.0),
        None => reported(phrase)?,
    };
    let span = (phrase.start, phrase.end);
    Some(Item { confidence: Confidence::Look, ..Item::new(WorkKind::Task, "W3", (at, end), span, phrase.start) })
}

/// 评估结果向社会公布, 矿山由政府统筹治理: the verb at the end, behind to or by whom.
fn reported(phrase: &Phrase<'_>) -> Option<Span> {
    let (length, ()) = phrase.words.reported.at_end(phrase.text())?;
    let verb = phrase.end - length;
    let mut between = phrase.start + 2..verb.saturating_sub(1);
    between.any(|at| matches!(phrase.view.at(at), '向' | '由')).then_some((verb, phrase.end))
}
