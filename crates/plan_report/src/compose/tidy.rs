//! Sentences of verdicts as an official document writes them.

/// Days, months and years in words, no spaces beside Chinese characters, and a
/// full stop at the end.
pub(super) fn sentence(text: &str) -> String {
    let mut words = words(text);
    if !words.is_empty() && !words.ends_with(['。', '！', '？']) {
        words.push('。');
    }
    words
}

/// What was found, without what the one who keeps the register should do about it:
/// a report tells its readers how things are.
pub(super) fn found(text: &str) -> String {
    let pieces = words(text);
    // Where there is no verdict, that none can be given is told by the verdict.
    let bare = |piece: &'_ str| piece.split("：请").next().unwrap_or(piece).trim_end_matches("，不能判断").to_owned();
    pieces.split('；').map(bare).collect::<Vec<_>>().join("；")
}

/// The same without the value that the words before have told already.
pub(super) fn beyond_value(text: &str) -> String {
    let whole = found(text);
    let rest = whole
        .strip_prefix("截至")
        .and_then(|rest| rest.split_once("，实际"))
        .and_then(|(_, rest)| rest.split_once('，'));
    sentence(rest.map_or(whole.as_str(), |(_, rest)| rest))
}

/// The same without the full stop.
pub(super) fn words(text: &str) -> String {
    let text = text.trim().replace(", ", "，").replace("< ", "<").replace("> ", ">");
    let dated: Vec<String> = pieces(&text);
    let chars: Vec<char> = dated.concat().chars().collect();
    let chinese = |at: Option<usize>| at.and_then(|at| chars.get(at)).is_some_and(|c| !c.is_ascii());
    let kept = |(at, c): (usize, &char)| {
        let beside = chinese(at.checked_sub(1)) || chinese(Some(at + 1));
        (*c != ' ' || !beside).then_some(*c)
    };
    chars.iter().enumerate().filter_map(kept).collect()
}

/// The text cut where spaces and Chinese characters are, the times among it in words.
fn pieces(text: &str) -> Vec<String> {
    let mut out: Vec<String> = Vec::new();
    let mut piece = String::new();
    let timely = |c: char| c.is_ascii_digit() || c == '-' || c == 'Q';
    let chars: Vec<char> = text.chars().chain(['\n']).collect();
    for (at, &c) in chars.iter().enumerate() {
        if timely(c) {
            piece.push(c);
            continue;
        }
        if !piece.is_empty() {
            let piece = std::mem::take(&mut piece);
            // A year alone is one only where the sentence speaks of a time.
            let follows = |word: &str| {
                chars.get(at + 1..).is_some_and(|rest| rest.iter().take(2).collect::<String>().starts_with(word))
            };
            let is_of = c == ' ' && (follows("为") || follows("达到"));
            let year = is_of || out.last().is_some_and(|before| before.ends_with("截至 "));
            out.push(time(&piece, year).unwrap_or(piece));
        }
        if c != '\n' {
            match out.last_mut().filter(|last| !last.ends_with(|c: char| c.is_ascii_digit())) {
                Some(last) => last.push(c),
                None => out.push(c.to_string()),
            }
        }
    }
    out
}

/// 2023-12-31 → 2023年12月31日, 2023-06 → 2023年6月, 2023Q2 → 2023年二季度, 2023 → 2023年.
fn time(piece: &str, year: bool) -> Option<String> {
    if let Ok(day) = piece.parse::<jiff::civil::Date>() {
        return Some(super::sentences::date(day));
    }
    let period = piece.parse::<plan_model::Period>().ok()?;
    let alone = matches!(period, plan_model::Period::Year(_));
    (!alone || year).then(|| super::sentences::period_words(&period.to_string()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sentences_are_written_as_offices_do() {
        let cases = [
            (
                "截至 2023，实际 86.9%，按序时进度应为 88.5%，进度比 0.3333（< 0.8）",
                "截至2023年，实际86.9%，按序时进度应为88.5%，进度比0.3333（<0.8）。",
            ),
            ("截至 2023-12-31 没有可用的监测值：请报送", "截至2023年12月31日没有可用的监测值：请报送。"),
            ("截至 2023-06，累计使用 2023 吨。", "截至2023年6月，累计使用2023吨。"),
            ("目标期已到，2025 为 11.4年，未达到目标（11.5）", "目标期已到，2025年为11.4年，未达到目标（11.5）。"),
            ("", ""),
            ("2024Q2 为 -3", "2024年二季度为-3。"),
        ];
        for (text, expected) in cases {
            assert_eq!(sentence(text), expected);
        }
    }

    #[test]
    fn a_report_gives_no_orders_to_the_keeper_of_the_register() {
        let cases = [
            ("截至 2023-12-31 没有可用的监测值：请报送", "截至2023年12月31日没有可用的监测值"),
            ("未排节点，不能判断：请登记节点、时限和成果；自报：正在施工", "未排节点；自报：正在施工"),
            ("2023 达到 226.6亿元即为“基本符合预期”", "2023年达到226.6亿元即为“基本符合预期”"),
            ("进度比 0.95（≥ 0.8, < 1.2）", "进度比0.95（≥0.8，<1.2）"),
        ];
        for (text, expected) in cases {
            assert_eq!(found(text), expected);
        }
        let told = "截至 2023，实际 86.9%，按序时进度应为 88.5%，进度比 0.3333（< 0.8）";
        assert_eq!(beyond_value(told), "按序时进度应为88.5%，进度比0.3333（<0.8）。");
        assert_eq!(beyond_value("目标没有数字：请登记目标值"), "目标没有数字。");
    }
}
