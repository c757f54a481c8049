//! The shares of towns and units: a table of units by years, with sums.

use maud::{Markup, html};
use plan_assessment::check_shares;
use plan_model::{Decimal, UnitId, UnitKind, parse_decimal, plain};
use plan_workflow::breakdown::whole_of;

use super::{Page, may_be_shared, saved};
use crate::ui::{
    figure,
    form::{self, Field, choice},
};

impl Page<'_> {
    /// What stands in a cell: typed, else agreed.
    fn cell(&self, unit: &UnitId, year: i16) -> String {
        if let Some(typed) = &self.sheet.shares {
            let found = typed.cells.iter().find(|(of, at, _)| of == unit && *at == year);
            return found.map(|(_, _, text)| text.clone()).unwrap_or_default();
        }
        let shared = self.situation.breakdown.shares(&self.record.indicator.id);
        let found = shared.and_then(|all| all.shares.iter().find(|share| share.unit == *unit && share.year == year));
        found.map(|share| plain(share.value)).unwrap_or_default()
    }

    /// The units of the table: those with shares, those added, and the towns.
    fn units(&self) -> Vec<UnitId> {
        let mut units: Vec<UnitId> = self.sheet.units.clone();
        let shared = self.situation.breakdown.shares(&self.record.indicator.id);
        units.extend(shared.iter().flat_map(|all| all.shares.iter().map(|share| share.unit.clone())));
        if self.may() {
            let day = self.visit.as_of;
            let sight = self.visit.sight(self.directory, day);
            let seen = |unit: &UnitId| sight.as_ref().is_none_or(|sight| sight.unit(unit));
            let towns = self.directory.units_on(day).filter(|unit| unit.unit_kind == UnitKind::Town && seen(&unit.id));
            units.extend(towns.map(|unit| unit.id.clone()));
        }
        let mut known = std::collections::HashSet::new();
        units.retain(|unit| known.insert(unit.clone()));
        units
    }

    /// The section of the shares.
    pub(super) fn shares(&self) -> Markup {
        let shared = self.situation.breakdown.shares(&self.record.indicator.id).is_some();
        let refused = check_shares(&self.record.indicator, Decimal::ZERO, &[]).err();
        html! {
            section id="shares" {
                h2 { (self.say("breakdown-units")) }
                (saved(self.visit, "shares"))
                @if let Some(problem) = refused { div.notice { p { (problem.message) "；" (problem.hint) } } }
                @if may_be_shared(self.record) {
                    @if self.may() { (self.shares_form()) }
                    @else if shared { (self.shares_table(&self.units())) }
                    @else { p.second { (self.say("breakdown-shares-none")) } }
                }
            }
        }
    }

    fn shares_form(&self) -> Markup {
        let units = self.units();
        let (_, seen) = self.situation.breakdown.versions(&self.record.indicator.id);
        let seen = self.sheet.shares.as_ref().map_or(seen, |typed| typed.seen);
        let reason = self.sheet.shares.as_ref().map_or("", |typed| typed.reason.as_str());
        let ids: Vec<&str> = units.iter().map(UnitId::as_str).collect();
        let mut others = vec![(String::new(), self.say("breakdown-add-none"))];
        let sight = self.visit.sight(self.directory, self.visit.as_of);
        let there = |unit: &UnitId| sight.as_ref().is_none_or(|sight| sight.unit(unit));
        let rest =
            self.directory.units_on(self.visit.as_of).filter(|unit| !units.contains(&unit.id) && there(&unit.id));
        others.extend(rest.map(|unit| (unit.id.to_string(), unit.name.clone())));
        let action = self.visit.href(&format!("{}/shares", self.base()), &[]);
        html! {
            form method="post" action=(action) {
                (form::token(&self.visit.session.csrf))
                input type="hidden" name="seen" value=(seen);
                input type="hidden" name="units" value=(ids.join(" "));
                (self.shares_table(&units))
                div.rows {
                    @if others.len() > 1 {
                        div.actions {
                            (choice("add", &self.say("breakdown-add"), "", &others))
                            button type="submit" name="do" value="add" { (self.say("breakdown-add-row")) }
                        }
                    }
                    (Field { name: "reason", label: self.say("breakdown-reason"), value: reason, hint: self.say("breakdown-reason-hint"), ..Field::default() }.draw())
                    div.actions {
                        button type="submit" name="do" value="check" { (self.say("breakdown-check")) }
                        button.main type="submit" name="do" value="set" { (self.say("breakdown-set-shares")) }
                    }
                }
            }
        }
    }

    fn shares_table(&self, units: &[UnitId]) -> Markup {
        let unit_words = &self.record.indicator.unit;
        let sum = |cells: &mut dyn Iterator<Item = String>| {
            cells.filter_map(|text| parse_decimal(&text).ok()).try_fold(Decimal::ZERO, Decimal::checked_add)
        };
        let of_year = |year: i16| sum(&mut units.iter().map(|unit| self.cell(unit, year)));
        html! {
            div.table { table.sheet {
                thead { tr {
                    th scope="col" { (self.say("breakdown-unit")) }
                    @for year in self.span() { th.number scope="col" { (year) } }
                } }
                tbody {
                    @for unit in units { tr {
                        th scope="row" { (self.directory.unit_name(unit)) }
                        @for year in self.span() {
                            @let text = self.cell(unit, year);
                            td.number {
                                @if self.may() {
                                    input.number name=(format!("s-{unit}-{year}")) value=(text) inputmode="decimal" autocomplete="off"
                                        aria-label=(format!("{} {year}", self.directory.unit_name(unit)));
                                } @else if text.is_empty() { span.second { "—" } } @else { (text) }
                            }
                        }
                    } }
                    tr.sum {
                        th scope="row" { (self.say("breakdown-sum")) @if !unit_words.is_empty() { " (" (unit_words) ")" } }
                        @for year in self.span() { td.number { @if let Some(sum) = of_year(year) { (figure::number(sum)) } } }
                    }
                    tr {
                        th scope="row" { (self.say("breakdown-year-target")) }
                        @for year in self.span() { td.number { @match self.whole(year) { Some(whole) => (figure::number(whole)), None => span.second { "—" } } } }
                    }
                }
            } }
            (self.share_gaps(units))
        }
    }

    fn whole(&self, year: i16) -> Option<Decimal> {
        let yearly = self.situation.breakdown.years(&self.record.indicator.id);
        whole_of(&self.record.indicator, yearly, self.situation.plan.head.period, year)
    }

    /// What of the table does not make up its year.
    fn share_gaps(&self, units: &[UnitId]) -> Markup {
        let mut said = Vec::new();
        for year in self.span() {
            let shares = units.iter().filter_map(|unit| {
                let value = parse_decimal(&self.cell(unit, year)).ok()?;
                Some((self.directory.unit_name(unit).to_owned(), value))
            });
            let shares: Vec<(String, Decimal)> = shares.collect();
            if shares.is_empty() {
                continue;
            }
            match self.whole(year).map(|whole| check_shares(&self.record.indicator, whole, &shares)) {
                Some(Ok(gap)) => {
                    said.extend(gap.map(|gap| format!("{year} 年：{}；{}", gap.problem.message, gap.problem.hint)))
                }
                Some(Err(problem)) => said.push(problem.message),
                None => said
                    .push(self.visit.language.say_with("breakdown-shares-alone", &[("year", year.to_string().into())])),
            }
        }
        html! { @if !said.is_empty() { div.notice.warn role="status" { ul { @for words in said { li { (words) } } } } } }
    }
}
