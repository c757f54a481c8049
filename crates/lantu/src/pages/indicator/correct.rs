//! The form that corrects what the register says of an indicator: kind, type,
//! direction, base. Each correction is a further version with its reason.

use axum::{
    extract::{Path, State},
    response::{IntoResponse, Redirect},
};
use maud::{Markup, html};
use plan_model::{Baseline, Direction, IndicatorKind, Measure, Period, parse_decimal, plain};
use plan_workflow::{
    WorkflowError,
    indicators::{self, Correction},
    permissions::Action,
};

use crate::{
    pages::plans::plan_id,
    server::{
        App,
        judged::Judged,
        posted::{Form, Posted},
        refusal::{Answer, Refusal, Spoken},
        visit::Visit,
    },
    ui::form::{self, Field, choice},
};

/// The form, closed until it is wanted.
pub(super) fn form(visit: &Visit, action: &str, judged: &Judged) -> Markup {
    let say = |key: &str| visit.say(key);
    let indicator = &judged.record.indicator;
    let kinds: Vec<(String, String)> = [
        (IndicatorKind::Binding, say("kind-binding")),
        (IndicatorKind::Expected, say("kind-expected")),
        (IndicatorKind::NotStated, say("kind-not-stated")),
    ]
    .map(|(kind, words)| (kind.code().to_owned(), words))
    .to_vec();
    let measures: Vec<(String, String)> = Measure::WORDS
        .iter()
        .map(|word| ((*word).to_owned(), say(&format!("measure-{}", word.replace('_', "-")))))
        .collect();
    let directions = [
        (String::new(), say("direction-not-stated")),
        (Direction::Higher.code().to_owned(), say("direction-higher")),
        (Direction::Lower.code().to_owned(), say("direction-lower")),
    ];
    let base = indicator.baseline.as_ref();
    let base_value = base.map(|b| plain(b.value)).unwrap_or_default();
    let base_period = base.and_then(|b| b.period).map(|p| p.to_string()).unwrap_or_default();
    html! {
        details id="correct" {
            summary { (say("correct-title")) }
            form.rows method="post" action=(action) {
                (form::token(&visit.session.csrf))
                input type="hidden" name="seen" value=(judged.record.version);
                (choice("kind", &say("indicator-kind"), indicator.kind.code(), &kinds))
                (choice("measure", &say("export-measure"), indicator.measure.word(), &measures))
                (Field { name: "other", label: say("correct-other"), value: indicator.measure.other().unwrap_or_default(), hint: say("correct-other-hint"), ..Field::default() }.draw())
                (choice("direction", &say("correct-direction"), indicator.direction.map_or("", Direction::code), &directions))
                (Field { name: "base", label: say("export-base"), value: &base_value, hint: say("correct-base-hint"), ..Field::default() }.draw())
                (Field { name: "base_period", label: say("export-base-period"), value: &base_period, hint: say("enter-period-hint"), ..Field::default() }.draw())
                (Field { name: "reason", label: say("correct-reason"), hint: say("correct-reason-hint"), required: true, ..Field::default() }.draw())
                div.actions { button type="submit" { (say("correct-submit")) } }
            }
        }
    }
}

/// What the form says, or which field it is wrong in.
fn correction(form: &Form) -> Result<Correction, WorkflowError> {
    let bad = |field: &'static str, message: String| WorkflowError::BadInput { field, message };
    let measure = match form.get("other") {
        "" => form.get("measure").to_owned(),
        other if matches!(form.get("measure"), "faster_than" | "in_step_with") => {
            format!("{}:{other}", form.get("measure"))
        }
        _ => form.get("measure").to_owned(),
    };
    let measure: Measure = measure.parse().map_err(|error| bad("类型", format!("{error}")))?;
    let kind: IndicatorKind = form.get("kind").parse().map_err(|error| bad("属性", format!("{error}")))?;
    let direction = match form.get("direction") {
        "" => None,
        word => Some(word.parse::<Direction>().map_err(|error| bad("方向", error.to_string()))?),
    };
    let period = match form.get("base_period") {
        "" => None,
        text => Some(text.parse::<Period>().map_err(|error| bad("基期", error.to_string()))?),
    };
    let baseline = match form.get("base") {
        "" => None,
        text => {
            let value = parse_decimal(text).map_err(|error| bad("基期值", error.to_string()))?;
            Some(Baseline { value, period })
        }
    };
    Ok(Correction {
        kind: Some(kind),
        measure: Some(measure),
        direction: Some(direction),
        baseline: Some(baseline),
        reason: form.get("reason").to_owned(),
    })
}

/// POST /plans/{plan}/indicators/{indicator}/correct
pub(crate) async fn correct_indicator(
    State(app): State<App>,
    Path((plan, indicator)): Path<(String, String)>,
    posted: Posted,
) -> Answer {
    let Posted { visit, form } = posted;
    visit.require(Action::ReviseIndicator)?;
    let id = plan_id(&plan)?;
    let seen = form.get("seen").parse().map_err(|_| Refusal::wrong_field("seen", form.get("seen")))?;
    let corrected = match correction(&form) {
        Ok(correction) => {
            indicators::correct(&app.store, &visit.actor, app.clock.now(), (id, &indicator, seen), correction).await
        }
        Err(error) => Err(error),
    };
    match corrected {
        Ok(_) => Ok(Redirect::to(&visit.href(&format!("/plans/{plan}/indicators/{indicator}"), &[])).into_response()),
        Err(error @ WorkflowError::BadInput { .. }) => {
            let refusal = Refusal::from(error);
            let wrong = refusal.words(visit.language).0;
            let page = super::page_with(&app, &visit, (&plan, &indicator), Some(&wrong)).await?;
            let mut response = (refusal.status, page).into_response();
            response.extensions_mut().insert(Spoken);
            Ok(response)
        }
        Err(error) => Err(error.into()),
    }
}
