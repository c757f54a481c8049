//! 与同类地区比较: our own region beside its peers, drawn, in a sentence, and in a
//! table with the source of every figure. It judges nothing.

use maud::{Markup, PreEscaped, html};
use plan_model::{Decimal, PeerChange, PeerComparison, PeerFigure, PeerNote, PeerRow, PeerValue, Period, half_up};
use plan_report::chart::{Dumbbell, DumbbellRow};
use plan_workflow::peers;

use crate::{
    messages::Language,
    report,
    server::{
        App,
        judged::{Judged, JudgedPlan},
        refusal::{Answer, Refusal},
        visit::Visit,
    },
    ui::figure,
};

/// The section of the page; nothing where there are no peers.
pub(super) async fn section(app: &App, visit: &Visit, plan: &JudgedPlan, judged: &Judged) -> Answer<Markup> {
    let indicator = &judged.record.indicator;
    let all = peers::read(&app.store, plan.plan.id, visit.known_at).await?;
    let figures: Vec<PeerFigure> = all.known_on(visit.as_of, |id| id == indicator.id);
    if figures.is_empty() {
        return Ok(html! {});
    }
    let rules = app.rule_set(Some(&visit.rules)).ok_or_else(Refusal::not_found)?;
    let directory = app.directory().await?;
    let beside = report::peers(&plan.situation, (rules, visit.as_of), &directory, &figures);
    let beside = beside.first().map(|beside| View { visit, judged, beside });
    let link = visit.href(&format!("/plans/{}/peers", plan.plan.id), &[]) + "#" + &indicator.id;
    Ok(html! {
        section id="beside" {
            h2 { (visit.say("beside-title")) }
            @match &beside {
                Some(view) => (view.content()),
                None => p.second { (visit.say("beside-nothing-common")) },
            }
            p { a href=(link) { (visit.say("beside-all")) } }
        }
    })
}

struct View<'a> {
    visit: &'a Visit,
    judged: &'a Judged,
    beside: &'a PeerComparison,
}

impl View<'_> {
    fn say(&self, key: &str, fillings: &[(&str, String)]) -> String {
        let fillings: Vec<_> = fillings.iter().map(|(name, value)| (*name, value.clone().into())).collect();
        self.visit.language.say_with(key, &fillings)
    }

    fn content(&self) -> Markup {
        html! {
            p { (self.sentence()) }
            div.chart { (PreEscaped(self.drawing().draw().page())) }
            p.caption { (self.visit.say("beside-caption")) }
            (self.table())
            @for note in &self.beside.notes { p.second.small { (self.note(note)) } }
        }
    }

    /// A period in running text: 2023年.
    fn when(&self, period: Period) -> String {
        match (period, self.visit.language) {
            (Period::Year(year), Language::Zh) => format!("{year}年"),
            _ => period.to_string(),
        }
    }

    fn amount(&self, value: Decimal) -> String {
        format!("{}{}", figure::number(value), self.beside.unit)
    }

    fn sentence(&self) -> String {
        let of = self.beside;
        let own = of.rows.iter().find(|row| row.own);
        let mut words = own.map_or_else(String::new, |own| {
            let value = self.amount(own.to.value);
            self.say("beside-own", &[("period", self.when(of.to)), ("own", own.region.clone()), ("value", value)])
        });
        match of.place {
            Some(place) => {
                let key = if place.tied { "beside-place-tied" } else { "beside-place" };
                let fillings = [("of", place.of.to_string()), ("place", place.place.to_string())];
                words.push_str(&self.say(key, &fillings));
            }
            None => words.push_str(&self.visit.say("beside-no-place")),
        }
        if let Some(median) = of.median {
            words.push_str(&self.say("beside-median", &[("value", self.amount(median))]));
        }
        if let (Some(change), Some(from)) = (&of.change, of.from) {
            let fillings = [
                ("period", self.when(from)),
                ("own", self.moved(change, change.own)),
                ("peers", self.moved(change, change.median)),
            ];
            words.push_str(&self.say("beside-change", &fillings));
        }
        words + &self.visit.say("beside-end")
    }

    /// A change in words: 提高0.4个百分点, 下降12.5%.
    fn moved(&self, change: &PeerChange, value: Decimal) -> String {
        let amount = figure::number(half_up(value.abs(), 2));
        let unit = if change.unit == "百分点" { self.visit.say("beside-points") } else { change.unit.clone() };
        let key = match (value.is_zero(), value.is_sign_negative()) {
            (true, _) => "beside-same",
            (false, true) => "beside-down",
            (false, false) => "beside-up",
        };
        self.say(key, &[("value", format!("{amount}{unit}"))])
    }

    fn drawing(&self) -> Dumbbell {
        let row = |row: &PeerRow| DumbbellRow {
            name: marked(row),
            from: row.from.as_ref().map(|value| value.value),
            to: Some(row.to.value),
            own: row.own,
        };
        let name = self.judged.record.indicator.name.clone();
        Dumbbell {
            title: self.say("beside-drawing", &[("name", name)]),
            unit: self.beside.unit.clone(),
            from: self.beside.from.map(|from| self.when(from)).unwrap_or_default(),
            to: self.when(self.beside.to),
            rows: self.beside.rows.iter().map(row).collect(),
        }
    }

    fn table(&self) -> Markup {
        let head = |period: Period| html! { th.number scope="col" { (period) @if !self.beside.unit.is_empty() { " (" (self.beside.unit) ")" } } };
        let cell = |value: Option<&PeerValue>, label: String| {
            html! {
                td.number data-label=(label) {
                    @match value { Some(value) => (figure::number(value.value)), None => (figure::missing(&self.visit.say("beside-none"))) }
                }
            }
        };
        html! {
            div.table.cards { table {
                thead { tr {
                    th scope="col" { (self.visit.say("peers-region")) }
                    @if let Some(from) = self.beside.from { (head(from)) }
                    (head(self.beside.to))
                    th scope="col" { (self.visit.say("figure-source")) }
                } }
                tbody { @for row in &self.beside.rows { tr {
                    th scope="row" { @if row.own { strong { (marked(row)) } } @else { (marked(row)) } }
                    @if let Some(from) = self.beside.from { (cell(row.from.as_ref(), from.to_string())) }
                    (cell(Some(&row.to), self.beside.to.to_string()))
                    td.small data-label=(self.visit.say("figure-source")) {
                        div { (self.source(&row.to)) }
                        @if let Some(first) = row.from.as_ref().filter(|first| first.source != row.to.source) { div { (self.source(first)) } }
                    }
                } } }
            } }
        }
    }

    fn source(&self, value: &PeerValue) -> String {
        let Some(standing) = value.standing else { return value.source.clone() };
        let standing = figure::standing(standing, self.visit.language);
        if value.source.is_empty() { standing } else { format!("{standing}：{}", value.source) }
    }

    fn note(&self, note: &PeerNote) -> String {
        match note {
            PeerNote::OtherDefinition { region, words } => {
                self.say("beside-other-definition", &[("region", region.clone()), ("words", words.clone())])
            }
            PeerNote::NotThen { region, latest } => self.say(
                "beside-not-then",
                &[("region", region.clone()), ("period", self.when(self.beside.to)), ("latest", self.when(*latest))],
            ),
            PeerNote::OtherUnit { region, unit } => {
                self.say("beside-other-unit", &[("region", region.clone()), ("unit", unit.clone())])
            }
            PeerNote::Redefined { from } => self.say("beside-redefined", &[("period", self.when(*from))]),
        }
    }
}

/// The name of a region; * where its figure follows another definition.
fn marked(row: &PeerRow) -> String {
    format!("{}{}", row.region, if row.other_definition { "*" } else { "" })
}
