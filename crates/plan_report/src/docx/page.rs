//! The page of GB/T 9704-2012, in twentieths of a point (twips), as Word writes it.
//!
//! A4, margins 37 mm above, 28 at the binding, 26 at the outer edge, 35 below: a
//! text block of 156 × 225 mm with 22 lines of 28 characters of 16 pt (三号).
//! 28 × 16 pt are 158 mm and do not fit, so the grid sets each character
//! 0.207 pt closer. 225 mm are 12,756 twips: a line pitch of 580 would leave room
//! for 21 lines and 576 twips, so it is 579 (28.95 pt), as Word itself rounds it.

/// The width of an upright A4 page.
pub const PAGE_WIDTH: u32 = 11_906;
/// The height of an upright A4 page.
pub const PAGE_HEIGHT: u32 = 16_838;
/// 天头: 37 mm.
pub const TOP: u32 = 2_098;
/// 订口: 28 mm, at the binding.
pub const BINDING: u32 = 1_587;
/// 切口: 26 mm, at the outer edge.
pub const OUTER: u32 = 1_474;
/// 地脚: 35 mm.
pub const BOTTOM: u32 = 1_984;
/// The distance of two lines.
pub const LINE_PITCH: u32 = 579;
/// By how much a character is set closer than its size, in 4096ths of a point.
pub const CHAR_SPACE: i32 = -849;
/// By how much paragraphs set their characters closer by themselves, in twips.
pub const CLOSER: i32 = -6;
/// How far the foot stands from the edge of the paper: the dashes of the page
/// number are 7 mm below the text block.
pub const FOOTER: u32 = 1_446;
/// The width of the text block.
pub const TEXT_WIDTH: u32 = PAGE_WIDTH - BINDING - OUTER;
/// The height of the text block.
pub const TEXT_HEIGHT: u32 = PAGE_HEIGHT - TOP - BOTTOM;
/// Two characters of body text: what a paragraph is indented by.
pub const INDENT: u32 = 632;

/// 三号, in half points.
pub const THREE: u32 = 32;
/// 二号, in half points.
pub const TWO: u32 = 44;
/// 四号, in half points.
pub const FOUR: u32 = 28;
/// 小四, in half points.
pub const SMALL_FOUR: u32 = 24;
/// 五号, in half points.
pub const FIVE: u32 = 21;

/// A typeface with what takes its place where it is not installed.
#[derive(Debug, Clone, Copy)]
pub struct Typeface {
    /// Its name as offices have it installed.
    pub name: &'static str,
    /// What Word looks for next, best first.
    pub instead: &'static str,
    /// The Panose class of the replacement: with serifs or without.
    pub family: &'static str,
}

/// 小标宋, for the title.
pub const TITLE_FACE: Typeface =
    Typeface {
        name: "方正小标宋简体", instead: "方正小标宋_GBK,华文中宋,宋体,Noto Serif CJK SC", family: "roman"
    };
/// 黑体, for headings of the first level.
pub const HEI: Typeface = Typeface { name: "黑体", instead: "SimHei,Noto Sans CJK SC", family: "swiss" };
/// 楷体, for headings of the second level.
pub const KAI: Typeface =
    Typeface { name: "楷体_GB2312", instead: "楷体,KaiTi,Noto Serif CJK SC", family: "roman" };
/// 仿宋, for the body.
pub const FANG: Typeface =
    Typeface { name: "仿宋_GB2312", instead: "仿宋,FangSong,Noto Serif CJK SC", family: "roman" };
/// 宋体, for page numbers.
pub const SONG: Typeface = Typeface { name: "宋体", instead: "SimSun,Noto Serif CJK SC", family: "roman" };
/// For letters and digits.
pub const LATIN: &str = "Times New Roman";
/// Every Chinese typeface of the page.
pub const FACES: [Typeface; 5] = [TITLE_FACE, HEI, KAI, FANG, SONG];

use crate::document::Orientation;

/// The properties of a section whose pages lie like this. On a landscape page,
/// turned to be bound with the others, the binding is above.
pub(crate) fn section(orientation: Orientation, next_page: bool) -> String {
    let (size, margins, grid) = match orientation {
        Orientation::Portrait => (
            format!(r#"<w:pgSz w:w="{PAGE_WIDTH}" w:h="{PAGE_HEIGHT}"/>"#),
            (TOP, OUTER, BOTTOM, BINDING),
            format!(r#"<w:docGrid w:type="linesAndChars" w:linePitch="{LINE_PITCH}" w:charSpace="{CHAR_SPACE}"/>"#),
        ),
        Orientation::Landscape => (
            format!(r#"<w:pgSz w:w="{PAGE_HEIGHT}" w:h="{PAGE_WIDTH}" w:orient="landscape"/>"#),
            (BINDING, TOP, OUTER, BOTTOM),
            format!(r#"<w:docGrid w:type="lines" w:linePitch="{LINE_PITCH}"/>"#),
        ),
    };
    let (top, right, bottom, left) = margins;
    // A foot may not reach into the text.
    let footer = FOOTER.min(bottom.saturating_sub(500));
    let kind = if next_page { r#"<w:type w:val="nextPage"/>"# } else { "" };
    format!(
        r#"<w:sectPr><w:footerReference w:type="default" r:id="rIdFootOdd"/><w:footerReference w:type="even" r:id="rIdFootEven"/>{kind}{size}<w:pgMar w:top="{top}" w:right="{right}" w:bottom="{bottom}" w:left="{left}" w:header="851" w:footer="{footer}" w:gutter="0"/>{grid}</w:sectPr>"#
    )
}

/// The width of the text block of such a page, in twips.
pub(crate) fn text_width(orientation: Orientation) -> u32 {
    match orientation {
        Orientation::Portrait => TEXT_WIDTH,
        Orientation::Landscape => PAGE_HEIGHT - TOP - BOTTOM,
    }
}
