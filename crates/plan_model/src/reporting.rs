//! What a unit says when it is asked: of a figure that is due, and of work
//! without a number. The page, the workbook, the API and the store use these
//! same types; in JSON the words are the code words below.

use jiff::civil::Date;
use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};

use crate::target::code_words;

/// How a due figure was answered. All but the first count as answered without a figure.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum AnswerKind {
    /// 数据: there is a figure.
    Figure,
    /// 数据未发布: there will be one, but its source has not published it.
    NotPublished,
    /// 本期无: there is none for this period, such as a figure that is counted once a year.
    NoneThisPeriod,
    /// 不适用: the figure makes no sense for this unit.
    NotApplicable,
}

code_words!(AnswerKind, "答复", {
    Figure => "figure", NotPublished => "not_published", NoneThisPeriod => "none_this_period",
    NotApplicable => "not_applicable",
});

impl AnswerKind {
    /// The word on pages and in the drop-down list of the workbook.
    pub fn word(self) -> &'static str {
        match self {
            Self::Figure => "数据",
            Self::NotPublished => "数据未发布",
            Self::NoneThisPeriod => "本期无",
            Self::NotApplicable => "不适用",
        }
    }

    /// Reads the word of [`word`](Self::word).
    pub fn from_word(word: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|kind| kind.word() == word.trim())
    }
}

/// The answer to a due figure. Texts are trimmed; their lines end with `\n`.
///
/// In JSON: `{"answer": "figure", "value": "12.50", "proxy": false, "source": "…"}` or
/// `{"answer": "not_published", "reason": "…", "expected": "2024-03-31"}`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "answer", rename_all = "snake_case")]
pub enum Answer {
    /// 数据.
    Figure {
        /// The figure in the indicator's unit, exactly as typed.
        value: Decimal,
        /// 替代口径: it is not by the indicator's own definition but by a near one;
        /// `source` says which.
        #[serde(default)]
        proxy: bool,
        /// 来源依据: where it comes from and where its evidence is; may be empty.
        #[serde(default)]
        source: String,
    },
    /// 数据未发布.
    NotPublished {
        /// Why; never empty.
        reason: String,
        /// When it is expected, and asked for again; `None`: with the next round.
        #[serde(default)]
        expected: Option<Date>,
    },
    /// 本期无.
    NoneThisPeriod {
        /// Why; never empty.
        reason: String,
        /// From when on there will be one; `None`: it is asked for with the next round.
        #[serde(default)]
        expected: Option<Date>,
    },
    /// 不适用.
    NotApplicable {
        /// Why; never empty.
        reason: String,
        /// From when on it will apply; `None`: it is asked for with the next round.
        #[serde(default)]
        expected: Option<Date>,
    },
}

impl Answer {
    /// An answer without a figure; `None` for [`AnswerKind::Figure`], which needs one.
    pub fn without_figure(kind: AnswerKind, reason: String, expected: Option<Date>) -> Option<Self> {
        match kind {
            AnswerKind::Figure => None,
            AnswerKind::NotPublished => Some(Self::NotPublished { reason, expected }),
            AnswerKind::NoneThisPeriod => Some(Self::NoneThisPeriod { reason, expected }),
            AnswerKind::NotApplicable => Some(Self::NotApplicable { reason, expected }),
        }
    }

    /// Which of the four it is.
    pub fn kind(&self) -> AnswerKind {
        match self {
            Self::Figure { .. } => AnswerKind::Figure,
            Self::NotPublished { .. } => AnswerKind::NotPublished,
            Self::NoneThisPeriod { .. } => AnswerKind::NoneThisPeriod,
            Self::NotApplicable { .. } => AnswerKind::NotApplicable,
        }
    }

    /// The figure, where there is one.
    pub fn value(&self) -> Option<Decimal> {
        match self {
            Self::Figure { value, .. } => Some(*value),
            _ => None,
        }
    }

    /// Why there is no figure, where there is none.
    pub fn reason(&self) -> Option<&str> {
        match self {
            Self::Figure { .. } => None,
            Self::NotPublished { reason, .. }
            | Self::NoneThisPeriod { reason, .. }
            | Self::NotApplicable { reason, .. } => Some(reason),
        }
    }

    /// When to ask again, where there is no figure and a day was named.
    pub fn expected(&self) -> Option<Date> {
        match self {
            Self::Figure { .. } => None,
            Self::NotPublished { expected, .. }
            | Self::NoneThisPeriod { expected, .. }
            | Self::NotApplicable { expected, .. } => *expected,
        }
    }
}

/// How far work without a number has got, in the reporter's own judgement. What
/// the rule on nodes makes of it is another matter (`rules/assessment/nodes.toml`).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum WorkState {
    /// 未启动.
    NotStarted,
    /// 推进中.
    Underway,
    /// 已完成.
    Completed,
    /// 受阻: it cannot go on until somebody removes what stands in its way.
    Blocked,
}

code_words!(WorkState, "进展状态", {
    NotStarted => "not_started", Underway => "underway", Completed => "completed", Blocked => "blocked",
});

impl WorkState {
    /// The word on pages and in the drop-down list of the workbook.
    pub fn word(self) -> &'static str {
        match self {
            Self::NotStarted => "未启动",
            Self::Underway => "推进中",
            Self::Completed => "已完成",
            Self::Blocked => "受阻",
        }
    }

    /// Reads the word of [`word`](Self::word).
    pub fn from_word(word: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|state| state.word() == word.trim())
    }
}

/// What a unit reports of a task, project or milestone. Texts are trimmed, may be
/// empty where nothing else is said, and their lines end with `\n`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct WorkReport {
    /// How far it is.
    pub state: WorkState,
    /// 完成比例: the share done in percent, 0 to 100; not every work has one.
    #[serde(default)]
    pub share_done: Option<Decimal>,
    /// 进展情况.
    #[serde(default)]
    pub progress: String,
    /// 存在问题; not empty where the work is [blocked](WorkState::Blocked).
    #[serde(default)]
    pub problems: String,
    /// 下一步打算.
    #[serde(default)]
    pub next_steps: String,
    /// 佐证材料: where the evidence is (a document's number, a file's name).
    #[serde(default)]
    pub evidence: String,
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The stored form: a word changed here would make what is kept unreadable.
    #[test]
    fn the_words_in_json_stay_what_they_are() {
        let day = Date::new(2024, 3, 31).ok();
        let figure = Answer::Figure { value: Decimal::new(1250, 2), proxy: true, source: "年报".to_owned() };
        let without = |kind, day| Answer::without_figure(kind, "缓".to_owned(), day).unwrap();
        let cases = [
            (figure, r#"{"answer":"figure","value":"12.50","proxy":true,"source":"年报"}"#),
            (
                without(AnswerKind::NotPublished, day),
                r#"{"answer":"not_published","reason":"缓","expected":"2024-03-31"}"#,
            ),
            (
                without(AnswerKind::NoneThisPeriod, None),
                r#"{"answer":"none_this_period","reason":"缓","expected":null}"#,
            ),
            (without(AnswerKind::NotApplicable, None), r#"{"answer":"not_applicable","reason":"缓","expected":null}"#),
        ];
        for (answer, text) in cases {
            assert_eq!(serde_json::to_string(&answer).unwrap(), text);
            assert_eq!(serde_json::from_str::<Answer>(text).unwrap(), answer);
            assert!(text.contains(&format!(r#""answer":"{}""#, answer.kind())));
        }
        let short: Answer = serde_json::from_str(r#"{"answer":"figure","value":"3"}"#).unwrap();
        assert_eq!(short, Answer::Figure { value: Decimal::from(3), proxy: false, source: String::new() });
        let report = WorkReport {
            state: WorkState::NotStarted,
            share_done: Some(Decimal::ZERO),
            progress: "甲\n乙".to_owned(),
            problems: String::new(),
            next_steps: String::new(),
            evidence: String::new(),
        };
        let text = r#"{"state":"not_started","share_done":"0","progress":"甲\n乙","problems":"","next_steps":"","evidence":""}"#;
        assert_eq!(serde_json::to_string(&report).unwrap(), text);
        assert_eq!(serde_json::from_str::<WorkReport>(text).unwrap(), report);
        assert!(serde_json::from_str::<Answer>(r#"{"answer":"unknown"}"#).is_err());
    }

    #[test]
    fn every_word_is_read_back() {
        for kind in AnswerKind::ALL {
            assert_eq!(AnswerKind::from_word(kind.word()), Some(*kind));
            assert_eq!(kind.code().parse(), Ok(*kind));
            let made = Answer::without_figure(*kind, "缓".to_owned(), None).map(|answer| answer.kind());
            assert_eq!(made, Some(*kind).filter(|kind| *kind != AnswerKind::Figure));
        }
        for state in WorkState::ALL {
            assert_eq!(WorkState::from_word(&format!(" {} ", state.word())), Some(*state));
            assert_eq!(state.code().parse(), Ok(*state));
        }
        assert_eq!((AnswerKind::from_word(""), WorkState::from_word("完成")), (None, None));
    }
}
