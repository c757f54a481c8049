//! How deep each heading lies.

use crate::source::{Heading, HeadingStyle};

/// The depth of an appendix (附件, 附录) until all depths are known. It is no part
/// of the numbering around it and lies beside the outermost headings.
pub(super) const APPENDIX: u8 = u8::MAX;

/// Depths by the numberings that occur: the outermost one used is 1, and so on.
/// Where the file itself says how deep headings of a numbering lie, the others
/// lie between and below them. A heading without a number keeps the depth the
/// file gave it; a run-in one lies below all.
pub(super) fn set(headings: &mut [Heading]) {
    let (appendices, mut others): (Vec<&mut Heading>, Vec<&mut Heading>) =
        headings.iter_mut().partition(|h| h.level == APPENDIX);
    set_others(&mut others);
    for heading in appendices {
        heading.level = 1;
    }
}

fn set_others(headings: &mut [&mut Heading]) {
    let of = |headings: &[&mut Heading], style: HeadingStyle| {
        headings.iter().filter(|h| h.style == style && h.level > 0).map(|h| h.level).min()
    };
    let mut styles: Vec<HeadingStyle> = headings.iter().map(|h| h.style).collect();
    styles.sort_unstable();
    styles.dedup();
    let unnumbered = of(headings, HeadingStyle::Plain);
    let mut levels: Vec<(HeadingStyle, u8)> = Vec::new();
    let mut deepest = 0_u8;
    for style in styles {
        let given = of(headings, style);
        let level = match (style, given) {
            (HeadingStyle::Plain, _) => deepest.max(headings.iter().map(|h| h.level).max().unwrap_or(0)) + 1,
            (_, Some(given)) => given.max(deepest + 1),
            // Unnumbered headings of the file's own are outside the numbered ones
            // unless a chapter stands among them.
            (_, None) if deepest == 0 && style > HeadingStyle::Section => unnumbered.unwrap_or(0) + 1,
            (_, None) => deepest + 1,
        };
        if style != HeadingStyle::Plain {
            deepest = level;
        }
        levels.push((style, level));
    }
    for heading in headings {
        let level = levels.iter().find(|(style, _)| *style == heading.style).map_or(1, |(_, level)| *level);
        if heading.style != HeadingStyle::Plain || heading.level == 0 {
            heading.level = level;
        }
    }
}
