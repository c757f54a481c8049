//! Text as it may stand in an XML part.

/// A text with the characters escaped that mean something in XML, and without
/// those that may not stand there at all (control characters of a pasted text).
pub(crate) fn escape(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '\t' | '\n' => out.push(' '),
            '\u{0}'..='\u{1f}' | '\u{7f}' | '\u{fffe}' | '\u{ffff}' => {}
            _ => out.push(c),
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::escape;

    #[test]
    fn nothing_can_break_out_of_a_text() {
        assert_eq!(escape("A&B <c> \"d\" e\u{1}\u{b}f\ng"), "A&amp;B &lt;c&gt; &quot;d&quot; ef g");
    }
}
