//! What a message says: subject, what waits with its links, the way to all of it.

use plan_workflow::notices::{Kind, Message, Notice, past::Recipient, rules::ReminderRules};

use crate::messages::Language;

/// A message in words. No part of it holds a line break or a control character.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Letter {
    /// The subject.
    pub(crate) subject: String,
    head: String,
    /// What waits, with the address where it is done.
    items: Vec<(String, String)>,
    /// The way to all of it: words and address.
    all: (String, String),
    /// How many more there are, in words that end the list where it is cut.
    foot: String,
    language: Language,
}

/// The word for a kind of thing that waits.
pub(crate) fn kind(kind: Kind, language: Language) -> String {
    match language {
        Language::Zh => ReminderRules::standard().name(kind).to_owned(),
        Language::En => language.say(&format!("waits-{}", kind.code())),
    }
}

/// By when, and how far that is: `期限 2026-09-10，逾期 3 个工作日`.
pub(crate) fn term(due: Option<jiff::civil::Date>, left: Option<i64>, waited: u16, language: Language) -> String {
    let (Some(due), Some(left)) = (due, left) else {
        return match waited {
            0 => language.say("term-new"),
            days => language.say_with("term-waited", &[("days", days.to_string().into())]),
        };
    };
    let key = match left {
        ..0 => "term-late",
        0 => "term-today",
        1.. => "term-left",
    };
    let days = left.unsigned_abs().to_string();
    language.say_with(key, &[("due", due.to_string().into()), ("days", days.into())])
}

impl Letter {
    /// A message in a language, its links beginning with the address of the site.
    pub(crate) fn of(message: &Message, site: &str, language: Language) -> Self {
        let late = message.notices.iter().filter(|notice| notice.left.is_some_and(|left| left < 0)).count();
        let group = matches!(message.to, Recipient::Group(_));
        let numbers =
            [("count", message.notices.len().into()), ("late", late.into()), ("waiting", message.waiting.into())];
        let say = |key: &str| clean(&language.say_with(key, &numbers));
        let inbox = if group { format!("{site}/") } else { format!("{site}/inbox") };
        Self {
            subject: say(if late > 0 { "letter-subject-late" } else { "letter-subject" }),
            head: say(if group { "letter-head-group" } else { "letter-head" }),
            items: message.notices.iter().map(|notice| (line(notice, language), link(site, &notice.path))).collect(),
            all: (say(if group { "letter-site" } else { "letter-all" }), inbox),
            foot: say("letter-foot"),
            language,
        }
    }

    /// As plain text, for mail.
    pub(crate) fn plain(&self) -> String {
        let mut text = format!("{}\r\n\r\n", self.head);
        for (number, (words, link)) in self.items.iter().enumerate() {
            text.push_str(&format!("{}. {words}\r\n   {link}\r\n\r\n", number + 1));
        }
        text.push_str(&format!("{}\r\n{}\r\n\r\n--\r\n{}\r\n", self.all.0, self.all.1, self.foot));
        text
    }

    /// As the Markdown of chat robots, in at most so many bytes; what does not fit
    /// is counted.
    pub(crate) fn markdown(&self, most: usize) -> String {
        let end = format!("\n\n[{}]({})", flat(&self.all.0), self.all.1);
        let mut text = format!("**{}**\n", flat(&self.head));
        let rest = |left: usize| format!("\n> {}", self.language.say_with("letter-more", &[("count", left.into())]));
        for (number, (words, link)) in self.items.iter().enumerate() {
            let next = format!("\n> {}. [{}]({link})", number + 1, flat(words));
            let left = self.items.len() - number;
            if text.len() + next.len() + rest(left).len() + end.len() > most {
                text.push_str(&rest(left));
                break;
            }
            text.push_str(&next);
        }
        text + &end
    }
}

/// One thing in one line.
fn line(notice: &Notice, language: Language) -> String {
    let kind = kind(notice.kind, language);
    let unit = if notice.unit.is_empty() { String::new() } else { format!("（{}）", notice.unit) };
    let term = term(notice.due, notice.left, notice.waited, language);
    let told = if notice.own { String::new() } else { format!("；{}", language.say("letter-told")) };
    let title: String = notice.title.chars().take(80).collect();
    clean(&format!("【{kind}】{title}{unit} {term}{told}"))
}

/// The address of a page: only ever one of this site.
fn link(site: &str, path: &str) -> String {
    let path: String = path.chars().filter(|c| !c.is_control() && !c.is_whitespace()).collect();
    format!("{site}/{}", path.trim_start_matches('/'))
}

/// Without line breaks and control characters: a title from a plan cannot add a
/// line to a mail's head.
fn clean(text: &str) -> String {
    text.chars().map(|c| if c.is_control() { ' ' } else { c }).collect()
}

/// Without the signs that Markdown understands: a title from a plan cannot make a
/// link or call out to everybody.
fn flat(text: &str) -> String {
    let sign = |c| match c {
        '[' => '［',
        ']' => '］',
        '(' => '（',
        ')' => '）',
        '<' => '＜',
        '>' => '＞',
        '*' => '＊',
        '_' => '＿',
        '`' => '｀',
        '#' => '＃',
        '@' => '＠',
        other => other,
    };
    text.chars().map(sign).collect()
}

#[cfg(test)]
mod tests {
    use plan_workflow::{
        notices::{About, past::Mark},
        records::PlanId,
    };

    use super::*;

    fn message(to: Recipient, titles: &[&str]) -> Message {
        let notice = |title: &&str| Notice {
            kind: Kind::Report,
            about: About { plan: Some(PlanId(1)), subject: "2026Q3".to_owned(), unit: "U1".to_owned() },
            unit: "甲局".to_owned(),
            title: (*title).to_owned(),
            path: "/plans/1/reports".to_owned(),
            due: Some("2026-09-10".parse().unwrap()),
            left: Some(-3),
            waited: 10,
            own: true,
            at_once: true,
            meaning: String::new(),
            mark: Mark { item: String::new(), step: String::new(), round: String::new() },
        };
        let notices: Vec<Notice> = titles.iter().map(notice).collect();
        Message { id: "m".to_owned(), to, digest: false, waiting: 7, failures: 0, notices }
    }

    #[test]
    fn a_letter_in_plain_text() {
        let message = message(Recipient::Person("甲".to_owned()), &["新增公共停车位\r\nBcc: x@example.org"]);
        let letter = Letter::of(&message, "https://lantu.example.org", Language::Zh);
        assert_eq!(letter.subject, "【蓝图】1 件已逾期，请办理");
        assert_eq!(
            letter.plain().lines().collect::<Vec<_>>(),
            [
                "以下 1 件请您办理或知悉，其中 1 件已逾期。您名下共有 7 件待办。",
                "",
                // The line break of the title is gone with the head it tried to add.
                "1. 【待填报】新增公共停车位  Bcc: x@example.org（甲局） 期限 2026-09-10，逾期 3 个工作日",
                "   https://lantu.example.org/plans/1/reports",
                "",
                "全部待办：",
                "https://lantu.example.org/inbox",
                "",
                "--",
                "本消息由蓝图按提醒规则自动发送，请勿直接回复。",
            ]
        );
    }

    #[test]
    fn a_long_list_is_cut_to_what_a_robot_takes() {
        let titles: Vec<String> = (0..200).map(|n| format!("第{n}项[点我](https://evil.example.org)<@all>")).collect();
        let titles: Vec<&str> = titles.iter().map(String::as_str).collect();
        let message = message(Recipient::Group("群".to_owned()), &titles);
        let letter = Letter::of(&message, "https://lantu.example.org", Language::Zh);
        let text = letter.markdown(4000);
        assert!(text.len() <= 4000 && text.len() > 3500, "{}", text.len());
        let shown = text.lines().filter(|line| line.contains("【待填报】")).count();
        assert!(text.contains(&format!("另有 {} 件", 200 - shown)), "{text}");
        assert!(!text.contains("](https://evil") && !text.contains("<@all>"), "{text}");
        assert!(letter.markdown(100_000).contains("第199项") && !letter.markdown(100_000).contains("另有"));
    }
}
