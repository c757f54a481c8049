//! Bound words: the word of a verdict as it stands against the one that was found.

use document_reader::{Mark, Marked};
use plan_model::ReportWord;

use super::{Finding, FindingKind, FindingPlace};

/// What is wrong with a word at its mark, if anything.
pub(super) fn fault(word: &ReportWord, marked: &Marked, mark: &Mark) -> Option<Finding> {
    let before =
        marked.source.line(mark.line).and_then(|line| line.text.chars().nth(mark.start.checked_sub(1)? as usize));
    let denied = before.filter(|c| matches!(c, '不' | '未' | '非' | '没' | '无'));
    if bare(&mark.text) == bare(&word.words) && denied.is_none() {
        return None;
    }
    let found = format!("{}{}", denied.map(String::from).unwrap_or_default(), mark.text.trim());
    let advice =
        format!("判断由系统按规则得出；请恢复为“{}”，不同意见请写在文字说明里，或在系统中登记为外部判断", word.words);
    Some(Finding {
        kind: FindingKind::Verdict,
        place: Some(FindingPlace::of(&marked.source, mark.line, mark.start, mark.end)),
        mark: word.mark.clone(),
        name: word.name.clone(),
        found,
        expected: word.words.clone(),
        advice,
    })
}

/// Letters alone: spaces, quotation marks and lights around a word do not matter.
fn bare(words: &str) -> String {
    words.chars().filter(|c| c.is_alphanumeric()).collect()
}
