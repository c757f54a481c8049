//! C3 `养老机构全部达到星级标准` and C4 `完成全区所有老旧小区改造`.

use crate::{
    naming,
    sentence::{Clause, Sentence},
    sieve::Kinds,
    words::words,
};

/// Reads 全部 and 所有 with an activity, where the clause gives no number of its own.
pub(crate) fn read(sentence: &mut Sentence<'_>, clause: Clause) {
    let view = sentence.view();
    let valued = sentence.rows.iter().any(|r| r.at >= clause.start && r.at < clause.end);
    if valued {
        return;
    }
    for at in view.places(Kinds::MARKER, clause.start, clause.end.saturating_sub(1)) {
        match (view.at(at), view.at(at + 1)) {
            ('全', '部') if !view.is_quoted(at) => all_then(sentence, clause, at),
            ('所', '有') if !view.is_quoted(at) => every(sentence, clause, at),
            _ => {}
        }
    }
}

/// Subject, 全部, verb, standard.
fn all_then(sentence: &mut Sentence<'_>, clause: Clause, at: usize) {
    let view = sentence.view();
    let words = words();
    let rest = view.slice(at + 2, clause.end);
    let Some((length, ())) = words.coverage.all_then.at_start(rest) else { return };
    let verb: String = rest.iter().take(length).collect();
    let left = view.slice(clause.start, at);
    let mut subject = naming::before_number(view, clause.start, at, naming::Front::Measure).text;
    if let Some(moved) = left.strip_prefix(&['将']).or_else(|| find_after(left, '将')) {
        subject = passive_subject(moved);
    }
    // 全部完成2000年底前建成的老旧小区改造: what is completed follows.
    if subject.is_empty() && verb == "完成" && rest.len() > length + 2 {
        let mut name = rest.get(length..).unwrap_or_default().to_vec();
        naming::tidy(&mut name);
        super::coverage::push(sentence, name, clause, (at, clause.end), "C3");
        return;
    }
    if subject.is_empty() {
        // 实现政务服务事项“应上尽上”,全部纳入平台办理 says the same once more.
        let said = sentence.carry.clause.is_some_and(|c| sentence.rows.iter().any(|r| r.at >= c.start && r.at < c.end));
        if said {
            return;
        }
        subject = super::coverage::subject_before(sentence);
    }
    if subject.is_empty() || subject.len() > 40 {
        return;
    }
    let mut standard = rest.get(length..).unwrap_or_default();
    for lead in [['或', '优', '于'], ['及', '优', '于']] {
        standard = standard.strip_prefix(&lead).unwrap_or(standard);
    }
    let keep_verb = !matches!(verb.as_str(), "达到" | "实现" | "完成" | "达标" | "清零" | "覆盖");
    let parts = if subject.contains(&'、') {
        super::distributed::share_parts(naming::split_list(&subject))
    } else {
        vec![subject]
    };
    for mut name in parts {
        if keep_verb {
            name.extend(rest.iter().take(length));
        }
        name.extend(standard);
        naming::tidy(&mut name);
        super::coverage::push(sentence, name, clause, (at, clause.end), "C3");
    }
}

fn find_after(text: &[char], mark: char) -> Option<&[char]> {
    let at = text.iter().position(|c| *c == mark)?;
    text.get(at + 1..)
}

/// 推动将所得收益…全部用于…: what is moved is the subject.
fn passive_subject(moved: &[char]) -> Vec<char> {
    let cut = moved.windows(2).position(|w| w == ['通', '过']).unwrap_or(moved.len());
    let subject = naming::strip_back(moved.get(..cut).unwrap_or_default());
    subject.to_vec()
}

/// Verb, 所有, things, activity.
fn every(sentence: &mut Sentence<'_>, clause: Clause, at: usize) {
    let view = sentence.view();
    let words = words();
    if matches!(view.at(at + 2), '制' | '权' | '者' | '人' | '的') {
        return;
    }
    let left = view.slice(clause.start, at);
    let right = view.slice(at + 2, clause.end);
    let promised = words.coverage.promises.within(left);
    // 改革覆盖所有规模以上企业
    if left.len() > 4 && left.ends_with(&['覆', '盖']) {
        let mut name = naming::before_number(view, clause.start, at, naming::Front::Measure).text;
        name.extend(right);
        naming::tidy(&mut name);
        super::coverage::push(sentence, name, clause, (at, clause.end), "C4");
        return;
    }
    let done = words.coverage.all_acts.find(right);
    let Some((act_at, ..)) = done else { return };
    if !promised && !right.windows(2).any(|w| w == ['实', '现']) {
        return;
    }
    if act_at < 2 {
        return;
    }
    let mut name = naming::before_number(view, clause.start, at, naming::Front::Measure).text;
    if name.is_empty() {
        name = naming::bare(left, naming::Front::Measure).to_vec();
    }
    let mut things = right.to_vec();
    // 在…所有中小学建设体验教室 → 中小学体验教室; 所有规上企业实现上云 → 规上企业上云
    for verb in [['建', '设'], ['实', '现'], ['配', '备'], ['开', '展']] {
        if let Some(place) = things.windows(2).position(|w| w == verb).filter(|p| *p > 1 && p + 2 < things.len()) {
            things.drain(place..place + 2);
        }
    }
    name.extend(things);
    if name.first() == Some(&'在') {
        name.remove(0);
    }
    naming::tidy(&mut name);
    super::coverage::push(sentence, name, clause, (at, clause.end), "C4");
}
