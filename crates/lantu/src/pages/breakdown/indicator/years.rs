//! The years: what is proposed or agreed, what it makes together, and what does
//! not fit.

use maud::{Markup, html};
use plan_assessment::{Arithmetic, Gap, YearShare, by_year_end, check_years};
use plan_model::plain;
use plan_workflow::breakdown::{self, Curves, Inconsistency, Yearly};

use super::{Page, saved};
use crate::{
    messages::Language,
    server::visit::field,
    ui::{
        figure,
        form::{self, Field, choice},
    },
};

/// What stands in the fields, and where it comes from.
struct Filled {
    years: Vec<(i16, String)>,
    within: String,
    reason: String,
    /// A proposal that nobody agreed on.
    proposed: bool,
}

impl Page<'_> {
    fn agreed(&self) -> Option<&Yearly> {
        self.situation.breakdown.years(&self.record.indicator.id)
    }

    fn filled(&self) -> Filled {
        if let Some(typed) = &self.sheet.years {
            let (within, reason) = (typed.within.clone(), typed.reason.clone());
            return Filled { years: typed.years.clone(), within, reason, proposed: false };
        }
        let texts = |years: &[YearShare]| years.iter().map(|(year, value)| (*year, plain(*value))).collect();
        let asked = self.visit.query();
        let course = field(&asked, "course");
        let within =
            self.agreed().and_then(|yearly| yearly.within.as_ref()).map(|c| c.code.clone()).unwrap_or_default();
        if let (Some(yearly), None) = (self.agreed(), course) {
            return Filled { years: texts(&yearly.years), within, reason: String::new(), proposed: false };
        }
        let period = self.situation.plan.head.period;
        let years = breakdown::propose(&self.record.indicator, period, course.unwrap_or("even")).unwrap_or_default();
        Filled { years: texts(&years), within, reason: String::new(), proposed: true }
    }

    /// The section of the years.
    pub(super) fn years(&self) -> Markup {
        let filled = self.filled();
        let period = self.situation.plan.head.period;
        // What cannot be read is named above; the rest is still reckoned with.
        let given: Vec<YearShare> = filled
            .years
            .iter()
            .filter_map(|(year, text)| Some((*year, plan_model::parse_decimal(text).ok()?)))
            .collect();
        let gaps = check_years(&self.record.indicator, period, &given).unwrap_or_default();
        let by_end = by_year_end(&self.record.indicator, period, &given).unwrap_or_default();
        let beside: Vec<Inconsistency> =
            if self.sheet.years.is_none() && !filled.proposed { self.beside() } else { Vec::new() };
        html! {
            section id="years" {
                h2 { (self.say("breakdown-years")) }
                (saved(self.visit, "years"))
                @if filled.proposed {
                    div.notice { p { (self.say(if self.agreed().is_some() { "breakdown-other-proposal" } else { "breakdown-proposal" })) } }
                }
                (named(self, &gaps, &beside))
                @if self.may() { (self.courses()) (self.years_form(&filled, &by_end)) } @else { (self.years_table(&filled, &by_end)) }
            }
        }
    }

    /// Gaps beside the arithmetic: annual plans and the text.
    fn beside(&self) -> Vec<Inconsistency> {
        let mut all = breakdown::gaps(self.situation, self.directory);
        let here = &self.record.indicator.id;
        all.retain(|gap| gap.subject == *here && matches!(gap.code.as_str(), "breakdown-annual" | "breakdown-text"));
        all
    }

    /// The courses on offer, each filling the fields.
    fn courses(&self) -> Markup {
        html! {
            details {
                summary { (self.say("breakdown-courses")) }
                ul { @for curve in &Curves::standard().across_years {
                    li {
                        a href=(self.visit.href(&self.base(), &[("course", &curve.code)])) {
                            (if self.visit.language == Language::Zh { &curve.name } else { &curve.name_en })
                        }
                        " " span.second { (curve.explanation) }
                    }
                } }
            }
        }
    }

    fn years_form(&self, filled: &Filled, by_end: &[YearShare]) -> Markup {
        let (seen, _) = self.situation.breakdown.versions(&self.record.indicator.id);
        let seen = self.sheet.years.as_ref().map_or(seen, |typed| typed.seen);
        let mut courses = vec![(String::new(), self.say("breakdown-within-none"))];
        courses.extend(Curves::standard().within_year.iter().map(|curve| {
            let name = if self.visit.language == Language::Zh { &curve.name } else { &curve.name_en };
            (curve.code.clone(), format!("{name} · {}", curve.explanation))
        }));
        html! {
            form method="post" action=(self.visit.href(&self.base(), &[])) {
                (form::token(&self.visit.session.csrf))
                input type="hidden" name="seen" value=(seen);
                (self.years_table(filled, by_end))
                div.rows {
                    (choice("within", &self.say("breakdown-within"), &filled.within, &courses))
                    (Field { name: "reason", label: self.say("breakdown-reason"), value: &filled.reason, hint: self.say("breakdown-reason-hint"), required: false, ..Field::default() }.draw())
                    div.actions {
                        button type="submit" name="do" value="check" { (self.say("breakdown-check")) }
                        button.main type="submit" name="do" value="set" { (self.say("breakdown-set")) }
                    }
                    p.second.small { (self.say("breakdown-check-hint")) }
                }
            }
        }
    }

    fn years_table(&self, filled: &Filled, by_end: &[YearShare]) -> Markup {
        let goal = self.goal.as_ref().ok();
        let unit = goal.map_or("", |goal| goal.unit.as_str());
        let adds = goal.is_some_and(|goal| matches!(goal.arithmetic, Arithmetic::Sum | Arithmetic::Chain));
        let text = |year: i16| filled.years.iter().find(|(of, _)| *of == year).map_or("", |(_, text)| text.as_str());
        let end = |year: i16| by_end.iter().find(|(of, _)| *of == year).map(|(_, value)| *value);
        html! {
            div.table.cards { table.sheet {
                thead { tr {
                    th scope="col" { (self.say("slice-year")) }
                    th.number scope="col" { (self.say("breakdown-year-target")) @if !unit.is_empty() { " (" (unit) ")" } }
                    @if adds { th.number scope="col" { (self.say("breakdown-by-end")) } }
                    th scope="col" { (self.say("breakdown-annual")) }
                } }
                tbody { @for year in self.span() { tr {
                    th scope="row" { label for=(format!("y-{year}")) { (year) } }
                    td.number data-label=(self.say("breakdown-year-target")) {
                        @if self.may() { input.number id=(format!("y-{year}")) name=(format!("y-{year}")) inputmode="decimal" autocomplete="off" value=(text(year)); }
                        @else if text(year).is_empty() { span.second { "—" } } @else { (text(year)) }
                    }
                    @if adds { td.number data-label=(self.say("breakdown-by-end")) { @if let Some(value) = end(year) { (figure::number(value)) } } }
                    td.small data-label=(self.say("breakdown-annual")) { (self.annual(year)) }
                } } }
            } }
        }
    }

    /// What annual plans say of a year.
    fn annual(&self, year: i16) -> Markup {
        let of_year =
            |t: &&plan_workflow::slice::YearlyTarget| t.indicator == self.record.indicator.id && t.year == year;
        html! { @for target in self.situation.yearly.iter().filter(of_year) {
            div {
                (figure::target_value(&target.target, self.visit.language)) " "
                a href=(self.visit.href(&format!("/plans/{}/indicators/{}", target.plan, target.item), &[])) { (target.title) }
            }
        } }
    }
}

/// What does not fit, each with its amount; or that everything does.
fn named(page: &Page<'_>, gaps: &[Gap], beside: &[Inconsistency]) -> Markup {
    html! {
        @if gaps.is_empty() && beside.is_empty() { p.second { "✓ " (page.say("breakdown-fits")) } } @else {
            div.notice.warn role="status" {
                ul {
                    @for gap in gaps { li { (gap.problem.message) "；" (gap.problem.hint) } }
                    @for gap in beside { li { (gap.what) "；" (gap.hint) } }
                }
            }
        }
    }
}
