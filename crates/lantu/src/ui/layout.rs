//! The frame of every page: places at the left, plan and day on top, content.

use maud::{DOCTYPE, Markup, html};
use plan_workflow::{permissions::Action, records::Plan};

use crate::{
    messages::Language,
    pages::system,
    server::{App, assets, visit::Visit},
    ui::form,
};

/// The places of the left column.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Place {
    /// 总览
    Overview,
    /// 要情: what changed, what is behind, what waits for a decision
    Brief,
    /// 原文
    Source,
    /// 确认
    Confirm,
    /// 指标
    Indicators,
    /// 质量: figures that do not fit, and standings that contradict each other
    Quality,
    /// 任务: tasks, projects and other work
    Work,
    /// 责任分工: who does what
    Assignments,
    /// 分解: years, units, nodes, budget
    Breakdown,
    /// 导入数据: figures from a file
    Figures,
    /// 填报: what is due for one's units
    Report,
    /// 采集: the rounds of a plan
    Rounds,
    /// 衔接: an annual plan beside the plan it carries out
    Slice,
    /// 评估: assessments and their reports
    Assessments,
    /// 健康: is the work on the plan alive?
    Health,
    /// 待办: what waits for the person; reached from the top bar
    Inbox,
    /// 规划: all of them, and import
    Plans,
    /// 词典: the indicators that are known
    Dictionary,
    /// 单位与人员
    Units,
    /// 岗位: what one acts as, what waits for an answer
    Duties,
    /// 系统
    System,
}

impl Place {
    fn key(self) -> &'static str {
        match self {
            Place::Overview => "place-overview",
            Place::Brief => "place-brief",
            Place::Source => "place-source",
            Place::Confirm => "place-confirm",
            Place::Indicators => "place-indicators",
            Place::Quality => "place-quality",
            Place::Work => "place-work",
            Place::Assignments => "place-assignments",
            Place::Breakdown => "place-breakdown",
            Place::Figures => "place-figures",
            Place::Report => "place-report",
            Place::Rounds => "place-rounds",
            Place::Slice => "place-slice",
            Place::Assessments => "place-assessments",
            Place::Health => "place-health",
            Place::Inbox => "place-inbox",
            Place::Plans => "place-plans",
            Place::Dictionary => "place-dictionary",
            Place::Units => "place-units",
            Place::Duties => "place-duties",
            Place::System => "place-system",
        }
    }

    /// The address, for those that belong to a plan only with one.
    fn path(self, plan: Option<&Plan>) -> Option<String> {
        let of_plan = |tail: &str| plan.map(|plan| format!("/plans/{}{tail}", plan.id));
        match self {
            Place::Overview => of_plan(""),
            Place::Brief => of_plan("/brief"),
            Place::Source => of_plan("/source"),
            Place::Confirm => of_plan("/confirm"),
            Place::Indicators => of_plan("/indicators"),
            Place::Quality => of_plan("/quality"),
            Place::Work => of_plan("/work"),
            Place::Assignments => of_plan("/assignments"),
            Place::Breakdown => of_plan("/breakdown"),
            Place::Figures => of_plan("/figures"),
            Place::Report => Some("/report".to_owned()),
            Place::Rounds => of_plan("/rounds"),
            Place::Slice => of_plan("/slice"),
            Place::Assessments => of_plan("/assessments"),
            Place::Health => of_plan("/health"),
            Place::Inbox => Some("/inbox".to_owned()),
            Place::Plans => Some("/plans".to_owned()),
            Place::Dictionary => Some("/dictionary".to_owned()),
            Place::Units => Some("/units".to_owned()),
            Place::Duties => Some("/duties".to_owned()),
            Place::System => Some("/system".to_owned()),
        }
    }

    /// Whether its pages show what was known on a past day.
    fn looks_back(self) -> bool {
        matches!(self, Place::Overview | Place::Indicators | Place::Quality)
    }

    /// What one has to be allowed to do to be led there: one of these.
    fn needs(self) -> &'static [Action] {
        match self {
            Place::Assessments => &[Action::ReadPlans, Action::Evaluate],
            Place::Figures => &[Action::RecordFigures],
            Place::Report => &[Action::ReportForUnit, Action::ApproveForUnit],
            Place::Rounds => &[Action::CollectReports],
            Place::Units | Place::Duties => &[Action::ReadDirectory],
            Place::System => system::NEEDS,
            _ => &[Action::ReadPlans],
        }
    }
}

const PLACES: &[Place] = &[
    Place::Overview,
    Place::Brief,
    Place::Source,
    Place::Confirm,
    Place::Indicators,
    Place::Quality,
    Place::Work,
    Place::Assignments,
    Place::Breakdown,
    Place::Report,
    Place::Rounds,
    Place::Figures,
    Place::Slice,
    Place::Assessments,
    Place::Health,
    Place::Plans,
    Place::Dictionary,
    Place::Units,
    Place::Duties,
    Place::System,
];

/// What the frame of a page is made of.
pub(crate) struct Frame<'a> {
    /// Who visits.
    pub(crate) visit: &'a Visit,
    /// The place the page belongs to.
    pub(crate) place: Place,
    /// The plan it is about, if it is about one.
    pub(crate) plan: Option<&'a Plan>,
    /// The question the page answers; its title.
    pub(crate) title: &'a str,
}

/// A page within the frame.
pub(crate) fn page(app: &App, frame: &Frame<'_>, content: &Markup) -> Markup {
    let visit = frame.visit;
    let say = |key: &str| visit.language.say(key);
    let name = frame.plan.map(|plan| plan.head.title.as_str());
    let head = match name {
        Some(plan) => format!("{} · {plan}", frame.title),
        None => frame.title.to_owned(),
    };
    sheet(
        visit.language,
        &head,
        &html! {
            a.skip href="#content" { (say("skip-to-content")) }
            div.frame.has-sample[app.settings.sample.is_some()] {
                header.top {
                    a.brand href="/" { (say("brand")) }
                    @if let Some(plan) = frame.plan {
                        @if visit.may(Action::ReadPlans) { a.plan href=(visit.href("/plans", &[])) title=(say("top-switch-plan")) { (plan.head.title) } }
                        @else { span.plan { (plan.head.title) } }
                        span.second.small.nowrap.wide-only { (plan.head.period) }
                    }
                    span.spring {}
                    @if frame.plan.is_some() { (view_chip(app, visit)) }
                    (inbox(visit, frame.place))
                    (language_switch(visit.language, &visit.address))
                    (person(visit))
                }
                (sample_strip(app, visit.language))
                nav.places aria-label=(say("places")) {
                    ul {
                        @for &place in PLACES {
                            @if let Some(path) = place.path(frame.plan).filter(|_| visit.may_any(place.needs())) {
                                li { a href=(visit.href(&path, &[])) aria-current=[(place == frame.place).then_some("page")] { (say(place.key())) } }
                            }
                        }
                    }
                }
                main.content #content {
                    h1 { (frame.title) }
                    (looking_back(frame))
                    (content)
                }
            }
            (keys(visit.language, frame.place))
        },
    )
}

/// A page without places: login, and what went wrong before anybody logged in.
pub(crate) fn alone(app: &App, language: Language, address: &str, title: &str, content: &Markup) -> Markup {
    sheet(
        language,
        title,
        &html! {
            (sample_strip(app, language))
            main.alone #content {
                p.brand { (language.say("brand")) }
                h1 { (title) }
                (content)
                p.second.small { (language_switch(language, address)) }
            }
        },
    )
}

fn sheet(language: Language, title: &str, body: &Markup) -> Markup {
    html! {
        (DOCTYPE)
        html lang=(match language { Language::Zh => "zh-Hans", Language::En => "en" }) {
            head {
                meta charset="utf-8";
                meta name="viewport" content="width=device-width, initial-scale=1";
                title { (title) " · " (language.say("brand")) }
                link rel="stylesheet" href=(assets::href("style.css"));
                link rel="stylesheet" href=(assets::href("lights.css"));
                link rel="icon" type="image/svg+xml" href=(assets::href("icon.svg"));
                script src=(assets::href("lantu.js")) defer {}
            }
            body { (body) }
        }
    }
}

/// The line that says that what is shown is a sample.
fn sample_strip(app: &App, language: Language) -> Markup {
    html! { @if app.settings.sample.is_some() { div.sample role="note" { (language.say("sample-notice")) } } }
}

/// That the page shows a past day, or that it cannot, with the way back.
fn looking_back(frame: &Frame<'_>) -> Markup {
    let visit = frame.visit;
    let Some(day) = visit.known_on.filter(|_| frame.plan.is_some()) else { return html! {} };
    let key = if frame.place.looks_back() { "look-back" } else { "look-back-not-here" };
    let mut fields = visit.query();
    fields.retain(|(key, _)| key != "known_on");
    let fields: Vec<(&str, &str)> = fields.iter().map(|(key, value)| (key.as_str(), value.as_str())).collect();
    let path = visit.address.split('?').next().unwrap_or("/");
    html! {
        div.notice.warn role="note" {
            p {
                (visit.language.say_with(key, &[("date", day.to_string().into())])) " "
                a href=(crate::server::visit::address(path, &fields)) { (visit.say("look-back-end")) }
            }
        }
    }
}

/// The day and the rule set of judgement: shown always, changed by opening it.
fn view_chip(app: &App, visit: &Visit) -> Markup {
    let say = |key: &str| visit.language.say(key);
    let path = visit.address.split('?').next().unwrap_or("/");
    let title = |rules: &plan_assessment::RuleSet| match visit.language {
        Language::Zh => rules.title.clone(),
        Language::En => rules.title_en.clone(),
    };
    let current = app.rule_set(Some(&visit.rules)).map(title).unwrap_or_default();
    html! {
        details.chip {
            summary {
                (visit.language.say_with("top-as-of", &[("date", visit.as_of.to_string().into())]))
                @if let Some(day) = visit.known_on { " · " (visit.language.say_with("top-known-on", &[("date", day.to_string().into())])) }
                span.wide-only { " · " (current) }
            }
            form method="get" action=(path) {
                @for (key, value) in visit.query().iter().filter(|(key, _)| !matches!(key.as_str(), "as_of" | "known_on" | "rules" | "lang")) {
                    input type="hidden" name=(key) value=(value);
                }
                div.field {
                    label for="view-as-of" { (say("top-as-of-label")) }
                    input type="date" id="view-as-of" name="as_of" value=(visit.as_of) required;
                }
                div.field {
                    label for="view-known-on" { (say("top-known-on-label")) }
                    input type="date" id="view-known-on" name="known_on" value=[visit.known_on] max=(app.clock.today());
                }
                div.field {
                    label for="view-rules" { (say("top-rules-label")) }
                    select id="view-rules" name="rules" {
                        @for rules in &app.rule_sets {
                            option value=(rules.name) selected[rules.name == visit.rules] { (title(rules)) }
                        }
                    }
                }
                button.main type="submit" { (say("top-apply")) }
            }
        }
    }
}

/// The way to what waits for the person, with how much it is.
fn inbox(visit: &Visit, place: Place) -> Markup {
    let count = visit.language.say_with("top-inbox", &[("count", visit.waiting.into())]);
    html! {
        a.small.no-print.nowrap href="/inbox" title=(count) aria-label=(count) aria-current=[(place == Place::Inbox).then_some("page")] {
            (visit.say("place-inbox")) @if visit.waiting > 0 { " " span.kind { (visit.waiting) } }
        }
    }
}

/// The way to the same page in the other language, named in that language.
fn language_switch(language: Language, address: &str) -> Markup {
    let path = address.split('?').next().unwrap_or("/");
    let mut fields = crate::server::visit::query(address);
    fields.retain(|(key, _)| key != "lang");
    fields.push(("lang".to_owned(), language.other().code().to_owned()));
    let fields: Vec<(&str, &str)> = fields.iter().map(|(k, v)| (k.as_str(), v.as_str())).collect();
    let (code, words) = match language.other() {
        Language::Zh => ("zh-Hans", "中文"),
        Language::En => ("en", "English"),
    };
    html! { a.small.no-print href=(crate::server::visit::address(path, &fields)) lang=(code) hreflang=(code) { (words) } }
}

fn person(visit: &Visit) -> Markup {
    html! {
        form.person.actions method="post" action="/logout" {
            (form::token(&visit.session.csrf))
            a.small href="/account" { (visit.actor.name) span.wide-only { " · " (role(&visit.actor.role, visit.language)) } }
            button.plain.small type="submit" { (visit.say("log-out")) }
        }
    }
}

/// The name of a role; that none was granted, where there is none.
pub(crate) fn role(code: &str, language: Language) -> String {
    if code.is_empty() {
        return language.say("role-none");
    }
    let of_table = || plan_workflow::permissions::Permissions::standard().role(code).map(|role| role.name.clone());
    let translated = language.find(&format!("role-{code}"), &[]);
    match language {
        Language::Zh => of_table(),
        Language::En => translated,
    }
    .unwrap_or_else(|| code.to_owned())
}

const KEYS: &[(&str, &str)] = &[("/", "keys-search"), ("j k", "keys-rows"), ("Enter", "keys-open"), ("?", "keys-help")];
/// Those of the page on which candidates are confirmed.
const CONFIRM_KEYS: &[(&str, &str)] = &[
    ("j k", "keys-candidates"),
    ("o", "keys-next-open"),
    ("Enter a", "keys-accept"),
    ("x 1–5", "keys-reject"),
    ("e Enter", "keys-edit"),
    ("s", "keys-split"),
    ("m", "keys-merge"),
    ("n", "keys-add"),
    ("A", "keys-certain"),
    ("u", "keys-undo"),
    ("Esc", "keys-leave"),
    ("?", "keys-help"),
];

/// The keys that the script knows.
fn keys(language: Language, place: Place) -> Markup {
    html! {
        dialog id="keys" aria-label=(language.say("keys-title")) {
            h2 { (language.say("keys-title")) }
            dl.facts {
                @for (key, words) in if place == Place::Confirm { CONFIRM_KEYS } else { KEYS } {
                    dt { kbd { (key) } } dd { (language.say(words)) }
                }
            }
            form method="dialog" { button type="submit" { (language.say("keys-close")) } }
        }
    }
}
