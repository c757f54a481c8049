//! A title in lines: broken between words and not within them (GB/T 9704-2012,
//! 7.3.1), the lines of about the same length.

/// Characters of a title on one line of an upright page: 二号 in 156 mm.
const CHARS: f64 = 20.0;
/// Words before which a title may be broken.
const BEFORE: [&str; 7] = ["第十", "计划执行", "执行情况", "实施情况", "中期评估", "总结评估", "和"];
/// What begins alike but is one word with what stands before it.
const WITHIN: [&str; 1] = ["和社会发展"];

/// The title in lines: one where it fits, else the name of the plan on lines of its own.
pub(crate) fn lines(title: &str) -> Vec<&str> {
    if long(title) <= CHARS {
        return vec![title];
    }
    let after_name = title.char_indices().find(|(_, c)| *c == '》').map(|(at, c)| at + c.len_utf8());
    let parts = after_name.and_then(|at| title.split_at_checked(at)).filter(|(_, rest)| !rest.is_empty());
    let parts = parts.map_or_else(|| vec![title], |(name, rest)| vec![name, rest]);
    parts.into_iter().flat_map(broken).collect()
}

/// As many lines as it needs, where there are places to break it.
fn broken(part: &str) -> Vec<&str> {
    let whole = long(part);
    if whole <= CHARS {
        return vec![part];
    }
    let breaks = part.char_indices().skip(1).filter_map(|(at, _)| {
        let (before, after) = part.split_at_checked(at)?;
        let starts = |words: &[&str]| words.iter().any(|word| after.starts_with(word));
        (starts(&BEFORE) && !starts(&WITHIN)).then_some((before, after))
    });
    // The break that leaves nothing too long, else the one nearest to the middle.
    let cost = |(before, after): &(&str, &str)| {
        let longest = long(before).max(long(after));
        (longest - CHARS).max(0.0) * 100.0 + (long(before) - whole / 2.0).abs()
    };
    let best = breaks.min_by(|a, b| cost(a).total_cmp(&cost(b)));
    best.map_or_else(|| vec![part], |(before, after)| [broken(before), broken(after)].concat())
}

/// How many Chinese characters wide it is.
fn long(words: &str) -> f64 {
    words.chars().map(|c| if c.is_ascii() { 0.5 } else { 1.0 }).sum()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_title_is_broken_between_words() {
        let cases: [(&str, &[&str]); 5] = [
            ("规划实施情况简报", &["规划实施情况简报"]),
            (
                "《示例区国民经济和社会发展第十四个五年规划和二〇三五年远景目标纲要》实施情况中期评估报告",
                &[
                    "《示例区国民经济和社会发展",
                    "第十四个五年规划",
                    "和二〇三五年远景目标纲要》",
                    "实施情况中期评估报告",
                ],
            ),
            (
                "关于示例区2023年国民经济和社会发展计划执行情况的报告",
                &["关于示例区2023年国民经济和社会发展", "计划执行情况的报告"],
            ),
            ("《示例区“十四五”规划》2023年实施情况监测报告", &["《示例区“十四五”规划》", "2023年实施情况监测报告"]),
            (
                "一个很长很长很长很长很长很长很长的没有地方可断的题目",
                &["一个很长很长很长很长很长很长很长的没有地方可断的题目"],
            ),
        ];
        for (title, expected) in cases {
            assert_eq!(lines(title), expected);
        }
    }
}
