//! Every address of the program: its table of contents.

use std::time::Duration;

use axum::{
    Router,
    extract::DefaultBodyLimit,
    http::StatusCode,
    middleware,
    routing::{get, post, put},
};
use tower_http::{catch_panic::CatchPanicLayer, timeout::TimeoutLayer};

use super::{App, assets, speak};
use crate::{api, pages};

/// The largest upload, form and file together: a little more than the largest
/// document that is read, so that the reader's own message is met first.
const LARGEST_UPLOAD: usize = document_reader::MAX_BYTES + 1024 * 1024;
/// The largest form without a file.
const LARGEST_FORM: usize = 256 * 1024;
/// No request takes longer; a plan of 64 MB is read in less.
const LONGEST: Duration = Duration::from_secs(120);

pub(crate) fn router(app: &App) -> Router {
    let routes = Router::new()
        .merge(pages())
        .merge(uploads())
        .nest("/api/v1", programs())
        .route("/health", get(api::health))
        .route("/assets/{mark}/{name}", get(assets::asset));
    dressed(app, routes)
}

/// Routes with what every request goes through: the edge that speaks, a limit of
/// time, and a net under panics.
fn dressed(app: &App, routes: Router<App>) -> Router {
    routes
        .fallback(async || StatusCode::NOT_FOUND)
        .method_not_allowed_fallback(async || StatusCode::METHOD_NOT_ALLOWED)
        .layer(CatchPanicLayer::custom(speak::panicked))
        .layer(TimeoutLayer::with_status_code(StatusCode::REQUEST_TIMEOUT, LONGEST))
        .layer(middleware::from_fn_with_state(app.clone(), speak::speak))
        .with_state(app.clone())
}

/// For people.
fn pages() -> Router<App> {
    Router::new()
        .route("/", get(pages::home::home))
        .route("/login", get(pages::login::login).post(pages::login::log_in))
        .route("/login/openid", get(pages::openid::begin))
        .route(crate::openid::RETURN, get(pages::openid::finish))
        .route("/logout", post(pages::login::log_out))
        .route("/account", get(pages::account::account).post(pages::account::change_password))
        .route("/account/password", get(pages::account::new_password).post(pages::account::set_new_password))
        .route("/account/sessions", post(pages::account::end_other_sessions))
        .route("/account/sessions/{session}", post(pages::account::end_session))
        .route("/dictionary", get(pages::dictionary::dictionary))
        .route("/inbox", get(pages::inbox::inbox_page).post(pages::inbox::note_item))
        .route("/plans", get(pages::plans::plans))
        .route("/plans/import/{draft}", get(pages::import::preview).post(pages::import::accept))
        .route("/plans/{plan}", get(pages::overview::overview))
        .route("/plans/{plan}/what-if", get(pages::what_if::what_if))
        .route("/plans/{plan}/rule-sets", get(pages::rule_sets::rule_sets))
        .route("/plans/{plan}/brief", get(pages::brief::brief))
        .route("/plans/{plan}/brief.docx", get(pages::brief::docx))
        .route("/plans/{plan}/source", get(pages::source::source))
        .route("/plans/{plan}/confirm", get(pages::confirm::confirm).post(pages::confirm::decide))
        .route("/plans/{plan}/confirm/coverage", get(pages::confirm::coverage))
        .route("/plans/{plan}/confirm/cases.md", get(pages::confirm::cases))
        .route("/plans/{plan}/indicators", get(pages::indicators::indicators))
        .route("/plans/{plan}/indicators.csv", get(pages::indicators::csv))
        .route("/plans/{plan}/indicators.xlsx", get(pages::indicators::xlsx))
        .route("/plans/{plan}/indicators/{indicator}", get(pages::indicator::indicator))
        .route("/plans/{plan}/indicators/{indicator}/forecasts", get(pages::indicator::forecasts))
        .route("/plans/{plan}/indicators/{indicator}/figures", post(pages::indicator::enter_figure))
        .route("/plans/{plan}/indicators/{indicator}/correct", post(pages::indicator::correct_indicator))
        .route("/plans/{plan}/peers", get(pages::peers::list).post(pages::peers::change))
        .route("/plans/{plan}/peers.csv", get(pages::peers::csv))
        .route("/plans/{plan}/peers.xlsx", get(pages::peers::xlsx))
        .route("/plans/{plan}/peers/template.xlsx", get(pages::peers::template))
        .route("/plans/{plan}/editions/drafts/{draft}", get(pages::editions::preview).post(pages::editions::accept))
        .route("/plans/{plan}/editions/{number}", get(pages::editions::edition))
        .route("/plans/{plan}/editions/{number}/source", get(pages::editions::edition_source))
        .route("/plans/{plan}/quality", get(pages::quality::quality))
        .route("/plans/{plan}/quality.csv", get(pages::quality::quality_csv))
        .route("/plans/{plan}/contradictions", get(pages::quality::contradictions::contradictions))
        .route("/plans/{plan}/contradictions.csv", get(pages::quality::contradictions::contradictions_csv))
        .route("/plans/{plan}/work", get(pages::work::work))
        .route("/plans/{plan}/work.csv", get(pages::work::csv))
        .route("/plans/{plan}/work.xlsx", get(pages::work::xlsx))
        .route("/plans/{plan}/assignments", get(pages::assignments::assignments))
        .route("/plans/{plan}/assignments.xlsx", get(pages::assignments::xlsx))
        .route("/plans/{plan}/assignments.docx", get(pages::assignments::docx))
        .route(
            "/plans/{plan}/assignments/offer",
            get(pages::assignments::suggestions).post(pages::assignments::offer_all),
        )
        .route("/plans/{plan}/assignments/unit", get(pages::assignments::unit).post(pages::assignments::answer))
        .route("/plans/{plan}/assignments/arbitration", get(pages::assignments::arbitration))
        .route(
            "/plans/{plan}/assignments/import/{draft}",
            get(pages::assignments::preview_ledger).post(pages::assignments::take_ledger),
        )
        .route("/plans/{plan}/assignments/import/past/{number}", get(pages::assignments::past_import))
        .route("/plans/{plan}/assignments/{subject}", get(pages::assignments::part).post(pages::assignments::act))
        .route("/plans/{plan}/rounds", get(pages::rounds::rounds).post(pages::rounds::open_round))
        .route("/plans/{plan}/rounds/days", post(pages::rounds::set_days))
        .route("/plans/{plan}/rounds/{round}", get(pages::rounds::round).post(pages::rounds::change_round))
        .route("/report", get(pages::report::report))
        .route("/report/{plan}/{round}/{unit}", get(pages::report::sheet).post(pages::report::judge))
        .route("/report/{plan}/{round}/{unit}/template.xlsx", get(pages::report::template))
        .route("/plans/{plan}/health", get(pages::health::health))
        .route("/plans/{plan}/work/{item}", get(pages::work::item))
        .route("/plans/{plan}/nodes/{subject}", post(pages::work::change_nodes))
        .route("/plans/{plan}/breakdown", get(pages::breakdown::breakdown))
        .route("/plans/{plan}/breakdown/gaps", get(pages::breakdown::gaps))
        .route("/plans/{plan}/breakdown/gaps.csv", get(pages::breakdown::gaps_csv))
        .route("/plans/{plan}/breakdown/nodes", get(pages::breakdown::nodes).post(pages::breakdown::plan_nodes))
        .route(
            "/plans/{plan}/breakdown/{indicator}",
            get(pages::breakdown::indicator).post(pages::breakdown::change_years),
        )
        .route("/plans/{plan}/breakdown/{indicator}/shares", post(pages::breakdown::change_shares))
        .route("/plans/{plan}/marks", get(pages::marks::marks_page).post(pages::marks::mark))
        .route("/plans/{plan}/slice", get(pages::slice::slice).post(pages::slice::renew_links))
        .route("/plans/{plan}/slice/{item}", post(pages::slice::decide_link))
        .route("/plans/{plan}/evidence/{file}", get(pages::evidence::download).post(pages::evidence::detach))
        .route("/units", get(pages::units::units).post(pages::units::add_unit))
        .route("/units/{unit}", get(pages::units::one::unit).post(pages::units::one::change_unit))
        .route("/units/import/{draft}", get(pages::units::transfer::preview).post(pages::units::transfer::accept))
        .route("/units.xlsx", get(pages::units::transfer::export))
        .route("/units/template.xlsx", get(pages::units::transfer::template))
        .route("/regions", get(pages::units::regions::regions).post(pages::units::regions::name_region))
        .route("/people/{person}", get(pages::people::person).post(pages::people::change_person))
        .route("/duties", get(pages::duties::duties))
        .route("/duties/{duty}", get(pages::duties::one::duty).post(pages::duties::one::change_duty))
        .route("/plans/{plan}/assessments", get(pages::assessments::assessments).post(pages::assessments::open))
        .route("/plans/{plan}/assessments/{id}", get(pages::assessments::assessment).post(pages::assessments::act))
        .route("/plans/{plan}/assessments/{id}/report.docx", get(pages::assessments::docx))
        .route("/plans/{plan}/assessments/{id}/report.pdf", get(pages::assessments::pdf))
        .route("/public", get(pages::public::plans))
        .route("/public/plans/{plan}", get(pages::public::plan))
        .route("/public/plans/{plan}/assessments/{id}", get(pages::assessments::public))
        .route("/public/plans/{plan}/assessments/{id}/report.docx", get(pages::assessments::public_docx))
        .route("/public/plans/{plan}/assessments/{id}/report.pdf", get(pages::assessments::public_pdf))
        .route("/system", get(pages::system::system))
        .route("/system/users", post(pages::system::add_user))
        .route("/system/users/{name}", post(pages::system::change_user))
        .route("/system/users/{name}/role", post(pages::roles::grant_role))
        .route("/system/users/{name}/reset", post(pages::credentials::reset_password))
        .route("/system/identities", post(pages::credentials::link_identity))
        .route("/system/identities/unlink", post(pages::credentials::unlink_identity))
        .layer(DefaultBodyLimit::max(LARGEST_FORM))
}

/// Pages that take a file, or a long form.
fn uploads() -> Router<App> {
    Router::new()
        .route("/report/{plan}/{round}", get(pages::report::round).post(pages::report::fill))
        .route("/report/{plan}/{round}/{unit}/workbook", post(pages::report::upload))
        .route("/units/import", get(pages::units::transfer::import_form).post(pages::units::transfer::upload))
        .route("/plans/import", get(pages::import::import_form).post(pages::import::upload_plan))
        .route("/plans/{plan}/editions", get(pages::editions::editions).post(pages::editions::upload_edition))
        .route(
            "/plans/{plan}/assignments/import",
            get(pages::assignments::uploads).post(pages::assignments::upload_ledger),
        )
        .route("/plans/{plan}/breakdown/budget", get(pages::breakdown::budget).post(pages::breakdown::change_budget))
        .route("/plans/{plan}/assessments/{id}/check", post(pages::assessments::check_numbers))
        .route("/plans/{plan}/evidence", post(pages::evidence::attach))
        .route("/plans/{plan}/figures", get(pages::figures::figures).post(pages::figures::upload_figures))
        .route("/plans/{plan}/peers/import", post(pages::peers::upload))
        .layer(DefaultBodyLimit::max(LARGEST_UPLOAD))
}

/// For programs.
fn programs() -> Router<App> {
    Router::new()
        .route("/sessions", post(api::sessions::log_in).delete(api::sessions::log_out))
        .route("/account/password", put(api::account::set_password))
        .route("/public/plans", get(api::public::plans))
        .route("/public/plans/{plan}", get(api::public::plan))
        .route("/plans", get(api::plans::plans))
        .route("/plans/{plan}", get(api::plans::plan))
        .route("/plans/{plan}/indicators", get(api::indicators::indicators))
        .route("/plans/{plan}/indicators/{indicator}", get(api::indicators::indicator))
        .route("/plans/{plan}/indicators/{indicator}/forecasts", get(api::indicators::forecasts))
        .route("/plans/{plan}/rounds", get(api::rounds::rounds))
        .route("/plans/{plan}/rounds/{round}/rows", get(api::rounds::rows).post(api::rounds::answer))
        .route("/plans/{plan}/observations", get(api::observations::observations).post(api::observations::record))
        .route("/plans/{plan}/evidence", get(api::evidence::list).post(api::evidence::attach))
        .route("/plans/{plan}/evidence/{file}", get(pages::evidence::download).delete(api::evidence::detach))
        .layer(DefaultBodyLimit::max(LARGEST_UPLOAD))
}

#[cfg(test)]
mod tests {
    use axum::{body::Body, http::Request, response::Response};
    use http_body_util::BodyExt as _;
    use plan_store::Store;
    use tower::ServiceExt as _;

    use super::*;
    use crate::{clock::Clock, settings::Settings};

    #[test]
    fn the_page_on_the_interface_names_every_address() {
        let page = include_str!("../../../../docs/api.md");
        let this = include_str!("router.rs");
        let programs = this.split("fn programs()").nth(1).and_then(|rest| rest.split("\n}").next()).unwrap();
        let addresses: Vec<&str> = programs.split(".route(\"").skip(1).map(|r| r.split('"').next().unwrap()).collect();
        assert!(addresses.len() >= 6);
        for address in addresses {
            assert!(page.contains(&format!("/api/v1{address}`")), "{address} is not in docs/api.md");
        }
    }

    async fn panics() -> Response {
        panic!("on purpose")
    }

    #[tokio::test]
    async fn a_panic_is_answered_with_a_sentence_and_a_code() {
        let folder = tempfile::tempdir().unwrap();
        let url = format!("sqlite:{}", folder.path().join("test.db").display());
        let store = Store::connect(&url, Clock::System.now()).await.unwrap();
        let app = App::new(store, Settings::default(), Clock::System, Vec::new());
        let routes = Router::new().route("/panics", get(panics)).route("/api/panics", get(panics));
        let service = dressed(&app, routes);
        for (path, words) in [("/panics", "程序出错"), ("/api/panics", "\"code\":\"broken\"")] {
            let request = Request::get(path).body(Body::empty()).unwrap();
            let response = service.clone().oneshot(request).await.unwrap();
            assert_eq!(response.status(), StatusCode::INTERNAL_SERVER_ERROR, "{path}");
            assert!(response.headers().contains_key("content-security-policy"), "{path}");
            let body = response.into_body().collect().await.unwrap().to_bytes();
            let body = String::from_utf8_lossy(&body);
            assert!(body.contains(words) && !body.contains("on purpose"), "{path}: {body}");
        }
    }
}
