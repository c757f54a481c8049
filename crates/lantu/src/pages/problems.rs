//! Problems of a document, as a table: place, what is wrong, what to do.

use maud::{Markup, html};
use plan_model::{Place, Problem};

use crate::messages::Language;

/// Shown at once; the rest is counted.
const SHOWN: usize = 200;

/// The place of a problem, in words.
pub(crate) fn place(place: &Place, language: Language) -> String {
    match place {
        Place::Whole => language.say("place-whole"),
        Place::Line(line) => language.say_with("place-line", &[("line", line.to_string().into())]),
        Place::Cell(cell) => cell.clone(),
        Place::Page(page) => language.say_with("place-page", &[("page", page.to_string().into())]),
    }
}

/// The problems, or nothing where there are none.
pub(crate) fn table(problems: &[Problem], language: Language) -> Markup {
    let say = |key: &str| language.say(key);
    html! {
        @if !problems.is_empty() {
            div.table.cards {
                table {
                    thead { tr {
                        th scope="col" { (say("problem-place")) }
                        th scope="col" { (say("problem-message")) }
                        th scope="col" { (say("problem-hint")) }
                    } }
                    tbody {
                        @for problem in problems.iter().take(SHOWN) {
                            tr {
                                th.nowrap scope="row" { (place(&problem.place, language)) }
                                td data-label=(say("problem-message")) { (problem.message) }
                                td data-label=(say("problem-hint")) { (problem.hint) }
                            }
                        }
                    }
                }
            }
            @if problems.len() > SHOWN {
                p.second { (language.say_with("problem-more", &[("count", (problems.len() - SHOWN).into())])) }
            }
        }
    }
}
