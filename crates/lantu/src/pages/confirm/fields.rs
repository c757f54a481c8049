//! The fields of a candidate: drawn as a form, and read back from one.

use maud::{Markup, html};
use plan_model::{Amount, Comparison, Decimal, DueYear, WorkKind, parse_decimal, plain};
use plan_workflow::{
    WorkflowError,
    confirm::{Content, blank_measure, blank_work},
};

use crate::{
    server::{posted::Form, visit::Visit},
    ui::form::{Field, choice},
};

/// 每年, as people write it in the field of the year.
const EVERY_YEAR: &str = "每年";

type Values = Vec<(&'static str, String)>;

/// What stands in the fields of a content.
fn values(content: &Content) -> Values {
    let number = |value: Option<Decimal>| value.map(plain).unwrap_or_default();
    let due = |due: DueYear| if due == DueYear::EveryYear { EVERY_YEAR.to_owned() } else { due.to_string() };
    let text = |text: &Option<String>| text.clone().unwrap_or_default();
    let mut values = vec![("kind", content.kind().to_owned()), ("name", content.name().to_owned())];
    match content {
        Content::Measure(found) => values.extend([
            ("op", found.target.comparison.to_string()),
            ("value", number(found.target.value)),
            ("high", number(found.target.value_high)),
            ("unit", found.target.unit.clone()),
            ("due", due(found.target.due)),
            ("soft", if found.target.soft { "yes" } else { "no" }.to_owned()),
            ("class", found.class.to_string()),
            ("intent", found.intent.to_string()),
        ]),
        Content::Work(found) => values.extend([
            ("verb", found.verb.clone()),
            ("lead", text(&found.lead)),
            ("place", text(&found.place)),
            ("stage", found.stage.map(|stage| stage.to_string()).unwrap_or_default()),
            ("amount", found.amount.as_ref().map(|amount| plain(amount.value)).unwrap_or_default()),
            ("amount_unit", found.amount.as_ref().map(|amount| amount.unit.clone()).unwrap_or_default()),
            ("due", due(found.due)),
        ]),
    }
    values
}

struct Drawing<'a> {
    visit: &'a Visit,
    values: Values,
    typed: Option<&'a Form>,
}

impl Drawing<'_> {
    fn value(&self, name: &str) -> String {
        let kept = || self.values.iter().find(|(key, _)| *key == name).map(|(_, value)| value.clone());
        self.typed.map(|form| form.get(name).to_owned()).or_else(kept).unwrap_or_default()
    }

    fn line(&self, name: &'static str, label: &str) -> Markup {
        let value = self.value(name);
        Field { name, label: self.visit.say(label), value: &value, ..Field::default() }.draw()
    }

    fn choice(&self, name: &str, label: &str, options: &[(&str, String)]) -> Markup {
        let options: Vec<(String, String)> = options.iter().map(|(c, w)| ((*c).to_owned(), w.clone())).collect();
        choice(name, &self.visit.say(label), &self.value(name), &options)
    }

    fn words(&self, prefix: &str, codes: &[&'static str]) -> Vec<(&'static str, String)> {
        codes.iter().map(|code| (*code, self.visit.say(&format!("{prefix}-{}", code.replace('_', "-"))))).collect()
    }

    fn measure(&self) -> Markup {
        let say = |key: &str| self.visit.say(key);
        let ops = [
            (Comparison::AtLeast, say("op-at-least")),
            (Comparison::MoreThan, say("op-more-than")),
            (Comparison::AtMost, say("op-at-most")),
            (Comparison::LessThan, say("op-less-than")),
            (Comparison::About, say("op-about")),
            (Comparison::Equal, say("op-equal")),
        ]
        .map(|(op, words)| (op.code(), words));
        let soft = [("no", say("confirm-firm")), ("yes", say("confirm-soft"))];
        let classes: Vec<&str> = plan_model::CommitmentClass::ALL.iter().map(|class| class.code()).collect();
        let intents: Vec<&str> = plan_model::Intent::ALL.iter().map(|intent| intent.code()).collect();
        html! {
            (self.choice("op", "confirm-op", &ops))
            (self.line("value", "confirm-value"))
            (self.line("high", "confirm-high"))
            (self.line("unit", "confirm-unit"))
            (self.choice("soft", "confirm-force", &soft))
            (self.choice("class", "confirm-class", &self.words("class", &classes)))
            (self.choice("intent", "confirm-intent", &self.words("intent", &intents)))
        }
    }

    fn work(&self) -> Markup {
        let mut stages = vec![("", self.visit.say("stage-none"))];
        let codes: Vec<&str> = plan_model::Stage::ALL.iter().map(|stage| stage.code()).collect();
        stages.extend(self.words("stage", &codes));
        html! {
            (self.line("verb", "confirm-verb"))
            (self.line("lead", "confirm-lead"))
            (self.line("place", "confirm-place"))
            (self.choice("stage", "confirm-stage", &stages))
            (self.line("amount", "confirm-amount"))
            (self.line("amount_unit", "confirm-amount-unit"))
        }
    }
}

/// The fields of a content, with what was typed where something was. With `both`
/// the kind may be chosen freely, and the fields of either sort are there.
pub(super) fn draw(visit: &Visit, content: &Content, typed: Option<&Form>, both: bool) -> Markup {
    let drawing = Drawing { visit, values: values(content), typed };
    let measure = matches!(content, Content::Measure(_));
    let mut kinds = Vec::new();
    if both || measure {
        kinds.push(("measure", visit.say("workkind-measure")));
    }
    if both || !measure {
        let codes: Vec<&str> = WorkKind::ALL.iter().map(|kind| kind.code()).collect();
        kinds.extend(drawing.words("workkind", &codes));
    }
    html! {
        div.candidate-fields {
            div.wide { (drawing.line("name", "confirm-name")) }
            @if kinds.len() > 1 { (drawing.choice("kind", "confirm-kind", &kinds)) } @else { input type="hidden" name="kind" value="measure"; }
            @if both || measure { fieldset.of-measure { legend.hidden { (visit.say("workkind-measure")) } (drawing.measure()) } }
            @if both || !measure { fieldset.of-work { legend.hidden { (visit.say("workkind-task")) } (drawing.work()) } }
            (drawing.line("due", "confirm-due"))
        }
    }
}

fn bad(field: &'static str, message: impl Into<String>) -> WorkflowError {
    WorkflowError::BadInput { field, message: message.into() }
}

/// A figure as people type it.
pub(super) fn number(text: &str) -> Result<Decimal, WorkflowError> {
    parse_decimal(text).map_err(|error| bad("目标值", error.to_string()))
}

fn due(text: &str) -> Result<DueYear, WorkflowError> {
    if text == EVERY_YEAR {
        return Ok(DueYear::EveryYear);
    }
    text.parse().map_err(|_| bad("年份", format!("“{text}”不是年份；请填四位年份、“每年”，或留空")))
}

/// What the form says of a candidate that said `base`; place and rule stay.
pub(super) fn read(form: &Form, base: &Content) -> Result<Content, WorkflowError> {
    let optional = |name: &str| Some(form.get(name).to_owned()).filter(|text| !text.is_empty());
    let amount = |name: &str| optional(name).map(|text| number(&text)).transpose();
    let mut content = match form.get("kind") {
        "measure" => {
            let mut found = match base {
                Content::Measure(found) => found.clone(),
                Content::Work(_) => blank_measure(""),
            };
            found.target.comparison = form.get("op").parse().map_err(|e| bad("比较", format!("{e}")))?;
            found.target.value = amount("value")?;
            found.target.value_high = amount("high")?;
            form.get("unit").clone_into(&mut found.target.unit);
            found.target.due = due(form.get("due"))?;
            found.target.soft = form.get("soft") == "yes";
            found.class = form.get("class").parse().map_err(|e| bad("类别", format!("{e}")))?;
            found.intent = form.get("intent").parse().map_err(|e| bad("意图", format!("{e}")))?;
            form.get("name").clone_into(&mut found.name);
            Content::Measure(found)
        }
        kind => {
            let mut found = match base {
                Content::Work(found) => found.clone(),
                Content::Measure(_) => blank_work(""),
            };
            found.kind = kind.parse().map_err(|e| bad("类别", format!("{e}")))?;
            form.get("name").clone_into(&mut found.name);
            form.get("verb").clone_into(&mut found.verb);
            found.lead = optional("lead");
            found.place = optional("place");
            found.stage = optional("stage").map(|s| s.parse().map_err(|e| bad("阶段", format!("{e}")))).transpose()?;
            let unit = form.get("amount_unit").to_owned();
            found.amount = amount("amount")?.map(|value| Amount { value, unit });
            found.due = due(form.get("due"))?;
            Content::Work(found)
        }
    };
    content.put_at(base.anchor(), base.quote().to_owned());
    Ok(content)
}
