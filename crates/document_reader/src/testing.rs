//! Helpers of the tests: documents made in memory, and sources shown as lines of text.

mod make;
pub(crate) mod pdf;

pub(crate) use make::*;

/// Each line as `role: text`, headings with their level, run-in ones with `>`.
pub(crate) fn shown(source: &crate::Source) -> Vec<String> {
    let line = |(number, line): (u32, &crate::Line)| {
        let heading = source.headings.iter().find(|h| h.line == number);
        let mark = match (line.role, heading) {
            (_, Some(h)) if h.run_in => format!("> {}", h.title),
            (_, Some(h)) => format!("h{} {}", h.level, h.title),
            (crate::Role::Body, None) => "p".to_owned(),
            (role, None) => format!("{role:?}"),
        };
        let text = line.text.replace('\t', " | ");
        if line.role == crate::Role::Heading { mark } else { format!("{mark}: {text}") }
    };
    (1..).zip(&source.lines).map(line).collect()
}

/// The codes of a source's problems with their places.
pub(crate) fn problems(source: &crate::Source) -> Vec<String> {
    source.problems.iter().map(|p| format!("{}@{}", p.code, p.place)).collect()
}
