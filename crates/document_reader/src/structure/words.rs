//! The start of a line: enough to tell what part the line plays. Long lines
//! are not looked at beyond it.

use crate::source::HeadingStyle;

/// The title of a table or a box is no longer than this.
pub(super) const TITLE_CHARS: usize = 45;

/// The start of a line without its white space.
pub(crate) struct Words {
    start: [char; TITLE_CHARS],
    count: usize,
    /// Whether the line has more characters than `start` holds.
    pub(super) longer: bool,
    /// Where the first sentence ends, in characters of the original, if within reach.
    pub(super) sentence_end: Option<u32>,
    /// How many characters of `start` the first sentence has, its `。` not counted.
    pub(crate) sentence_chars: usize,
}

impl Words {
    pub(crate) fn of(text: &str) -> Self {
        let mut words =
            Words { start: [' '; TITLE_CHARS], count: 0, longer: false, sentence_end: None, sentence_chars: 0 };
        for (index, c) in text.chars().enumerate() {
            if c.is_whitespace() || c == '\u{feff}' {
                continue;
            }
            let Some(place) = words.start.get_mut(words.count) else {
                words.longer = true;
                break;
            };
            *place = c;
            if c == '。' && words.sentence_end.is_none() {
                words.sentence_end = Some(index as u32 + 1);
                words.sentence_chars = words.count;
            }
            words.count += 1;
        }
        words
    }

    /// The characters, at most [`TITLE_CHARS`].
    pub(crate) fn chars(&self) -> &[char] {
        self.start.get(..self.count).unwrap_or_default()
    }

    pub(super) fn is_empty(&self) -> bool {
        self.count == 0
    }

    pub(crate) fn at(&self, index: usize) -> char {
        self.chars().get(index).copied().unwrap_or(' ')
    }

    pub(crate) fn begins(&self, words: &str) -> bool {
        words.chars().enumerate().all(|(i, c)| self.at(i) == c)
    }

    fn ends(&self, words: &str) -> bool {
        let count = words.chars().count();
        !self.longer && self.count >= count && words.chars().eq(self.chars().iter().skip(self.count - count).copied())
    }

    fn contains(&self, words: &str) -> bool {
        (0..self.count).any(|from| words.chars().enumerate().all(|(i, c)| self.at(from + i) == c))
    }

    /// 表1-1 …, 附表2 …, 续表 1 …, or a short line that ends in 指标表.
    pub(super) fn starts_table_title(&self) -> bool {
        if self.longer {
            return false;
        }
        let from = usize::from(matches!(self.at(0), '附' | '续') && self.at(1) == '表');
        let numbered = self.at(from) == '表' && (self.at(from + 1).is_ascii_digit() || is_cjk_digit(self.at(from + 1)));
        let continued = self.at(0) == '续' && self.at(1) == '表' && self.count <= 12;
        let named = self.count > 4 && self.ends("指标表");
        (numbered || continued || named) && !self.chars().contains(&'。')
    }

    /// 专栏, 专栏1, 专栏一, 【专栏…】 at the start of a short line.
    pub(crate) fn starts_box(&self) -> bool {
        !self.longer && (self.begins("专栏") || self.begins("【专栏") || self.begins("〖专栏") || self.begins("[专栏"))
    }

    /// 附件, 附件1：…, 附录A …, 附录二 on a line of its own.
    pub(super) fn starts_appendix(&self) -> bool {
        if self.longer || self.at(0) != '附' || !matches!(self.at(1), '件' | '录') {
            return false;
        }
        let letter = usize::from(self.at(2).is_ascii_uppercase());
        let digits = self.digits(2).max(letter);
        let cjk = self.chars().iter().skip(2).take_while(|c| is_cjk_digit(**c)).count();
        let after = self.at(2 + digits.max(cjk));
        // 附件一览 is no number; 附件1主要指标表 is.
        let closes = matches!(after, ' ' | '：' | ':' | '.' | '、');
        (closes || digits > 0) && !self.chars().iter().any(|c| matches!(c, '。' | '；' | ';' | '，' | ','))
    }

    /// 单位：亿元 between the title of a table and its rows.
    pub(super) fn is_unit_note(&self) -> bool {
        self.count <= 20
            && (self.begins("单位") || self.begins("（单位") || self.begins("(单位") || self.begins("计量单位"))
    }

    /// 注：… below a table, or a numbered footnote such as `[1]…`.
    pub(super) fn starts_note(&self, after_table: bool) -> bool {
        let noted = ["注：", "注:", "备注：", "备注:", "注1", "注１"].iter().any(|w| self.begins(w));
        let digits = self.digits(1);
        let bracket = matches!((self.at(0), self.at(digits + 1)), ('[', ']') | ('〔', '〕') | ('［', '］'));
        after_table && noted || bracket && (1..=3).contains(&digits)
    }

    /// What a printer, a newspaper or a web page put around the text: `— 12 —`,
    /// `第 3 页 共 9 页`, `上接第2版`, `发布时间：…`, an entry of the contents.
    pub(super) fn is_boilerplate(&self) -> bool {
        if self.longer {
            return false;
        }
        let is_dash = |c: char| matches!(c, '-' | '—' | '–' | '－' | '―' | '·' | '~');
        let inner = self.chars().iter().skip_while(|c| is_dash(**c)).take_while(|c| c.is_ascii_digit()).count();
        let dashes = self.chars().iter().filter(|c| is_dash(**c)).count();
        let page = inner > 0 && inner <= 4 && dashes >= 2 && inner + dashes == self.count && is_dash(self.at(0));
        let of = self.count <= 14 && self.at(0) == '第' && self.digits(1) > 0 && self.at(1 + self.digits(1)) == '页';
        let newspaper = self.count <= 12 && self.ends("版") && (self.contains("上接") || self.contains("下转"));
        page || of || newspaper || self.is_contents_entry() || self.is_web_note()
    }

    /// `第一章 总体要求 …… 12`.
    fn is_contents_entry(&self) -> bool {
        let is_leader = |c: &char| matches!(c, '.' | '…' | '·' | '．' | '‥' | '⋯');
        let digits = self.chars().iter().rev().take_while(|c| c.is_ascii_digit()).count();
        let leader = self.chars().iter().rev().skip(digits).take_while(|c| is_leader(c)).count();
        digits > 0 && digits <= 4 && (leader >= 3 || leader == 2 && self.contains("……"))
    }

    fn is_web_note(&self) -> bool {
        const NOTES: [&str; 10] = [
            "发布时间",
            "发布日期",
            "信息来源",
            "浏览次数",
            "阅读次数",
            "点击数",
            "字体：",
            "字号：",
            "打印本页",
            "关闭窗口",
        ];
        let labelled = self.chars().iter().any(|c| matches!(c, '：' | ':' | '【' | '['));
        labelled && !self.chars().contains(&'。') && NOTES.iter().any(|note| self.contains(note))
    }

    fn digits(&self, from: usize) -> usize {
        self.chars().iter().skip(from).take_while(|c| c.is_ascii_digit()).count()
    }

    /// The numbering at the start, and how many characters it takes.
    pub(crate) fn number(&self) -> Option<(HeadingStyle, usize)> {
        let cjk = |from: usize| self.chars().iter().skip(from).take_while(|c| is_cjk_digit(**c)).count();
        let digits = |from: usize| self.digits(from);
        let first = self.at(0);
        if first == '第' {
            let count = cjk(1).max(digits(1));
            let style = match self.at(1 + count) {
                _ if count == 0 => return None,
                '篇' | '部' | '编' => HeadingStyle::Part,
                '章' => HeadingStyle::Chapter,
                '节' => HeadingStyle::Section,
                _ => return None,
            };
            // 第一部分 takes two characters; 第二部委 is no heading.
            let part = self.at(1 + count) == '部';
            if part && self.at(2 + count) != '分' {
                return None;
            }
            return Some((style, 2 + count + usize::from(part)));
        }
        if matches!(first, '(' | '（') {
            let (style, count) = match (cjk(1), digits(1)) {
                (0, 0) => return None,
                (0, count) => (HeadingStyle::DigitParen, count),
                (count, _) => (HeadingStyle::CjkParen, count),
            };
            return matches!(self.at(1 + count), ')' | '）').then_some((style, 2 + count));
        }
        if ('①'..='⑳').contains(&first) {
            return Some((HeadingStyle::Circled, 1));
        }
        if ('⑴'..='⒇').contains(&first) {
            return Some((HeadingStyle::DigitParen, 1));
        }
        match (cjk(0), digits(0)) {
            (0, 0) => None,
            (0, count @ 1..=3) => match self.at(count) {
                // 3.5万亩… is a number, not the third item; 6.233国道 is taken for one too,
                // which costs nothing: an item's words are read like any others.
                '.' | '．' | '、' => {
                    (!self.at(count + 1).is_ascii_digit()).then_some((HeadingStyle::Digit, count + 1))
                }
                ')' | '）' => Some((HeadingStyle::HalfParen, count + 1)),
                _ => None,
            },
            (count, _) if count > 0 && self.at(count) == '、' => Some((HeadingStyle::Cjk, count + 1)),
            _ => None,
        }
    }

    /// Whether the line is an item of a list inside a box.
    pub(crate) fn is_item(&self) -> bool {
        let digits = self.digits(0);
        let dotted = digits > 0 && digits <= 2 && matches!(self.at(digits), '.' | '．');
        dotted || self.number().is_some_and(|(style, _)| style >= HeadingStyle::Digit)
    }
}

fn is_cjk_digit(c: char) -> bool {
    matches!(c, '一' | '二' | '三' | '四' | '五' | '六' | '七' | '八' | '九' | '十' | '百' | '〇' | '零')
}
