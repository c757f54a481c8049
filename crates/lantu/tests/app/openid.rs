//! Logging in by an identity provider: a real one, and one that lies.

use std::{
    collections::BTreeMap,
    sync::{Arc, Mutex},
    time::{Duration, SystemTime},
};

use axum::{Json, Router, extract::State, http::StatusCode, response::IntoResponse, routing::get};
use jiff::Timestamp;
use lantu::openid::Entry;
use openidconnect::{
    AccessToken, Audience, ClientSecret, EmptyAdditionalClaims, EndUserUsername, IssuerUrl, Nonce,
    PrivateSigningKey as _, StandardClaims, SubjectIdentifier,
    core::{
        CoreEdDsaPrivateSigningKey, CoreHmacKey, CoreIdToken, CoreIdTokenClaims, CoreJsonWebKeySet,
        CoreJwsSigningAlgorithm,
    },
};
use plan_workflow::accounts::identities::Linking;
use serde_json::{Value, json};

use crate::{
    glewlwyd::{self, Glewlwyd},
    people::{Answer, NOW, Office, PASSWORD, Person},
};

/// Where browsers think that Lantu is.
const ADDRESS: &str = "http://127.0.0.1:8420";

/// The settings for a provider; the secret is read from a file, as in an office.
fn entry(issuer: &str, linking: Linking) -> (Entry, tempfile::NamedTempFile) {
    let secret = tempfile::NamedTempFile::new().unwrap();
    std::fs::write(secret.path(), format!("{}\n", glewlwyd::SECRET)).unwrap();
    let entry = Entry {
        issuer: issuer.to_owned(),
        client_id: "lantu".to_owned(),
        client_secret_file: Some(secret.path().to_owned()),
        client_secret_env: None,
        address: ADDRESS.to_owned(),
        claim: "preferred_username".to_owned(),
        scopes: Vec::new(),
        linking,
        button: Some("用市统一身份认证登录".to_owned()),
        button_en: None,
        ca_file: None,
    };
    (entry, secret)
}

async fn office(issuer: &str, linking: Linking) -> Office {
    let (entry, _secret) = entry(issuer, linking);
    Office::with_provider(entry).await
}

/// The fields of an address.
fn fields(address: &str) -> BTreeMap<String, String> {
    url::Url::parse(address).unwrap().query_pairs().into_owned().collect()
}

/// Somebody presses the button: the address at the provider they are sent to.
async fn begin(person: &mut Person, next: &str) -> String {
    let answer = person.get(&format!("/login/openid?next={next}")).await;
    assert_eq!(answer.status, StatusCode::SEE_OTHER, "{}", answer.text());
    person.cookie = format!("lantu_openid={}", answer.cookie("lantu_openid").unwrap());
    answer.location().to_owned()
}

/// Somebody presses the button, logs in there and comes back.
async fn there_and_back(provider: &Glewlwyd, person: &mut Person) -> Answer {
    let asked = begin(person, "/").await;
    person.get(&provider.log_in(&asked).await).await
}

/// The person with the session that an answer gave.
fn entered(person: &Person, answer: &Answer) -> Person {
    let mut person = person.clone();
    person.cookie = format!("lantu_session={}", answer.cookie("lantu_session").expect("a session is given"));
    person
}

/// Nobody was logged in, the page says why and still takes a password.
fn refused(answer: &Answer, status: StatusCode, words: &str) {
    assert_eq!(answer.status, status, "{}", answer.text());
    assert!(answer.cookie("lantu_session").is_none());
    let main = answer.main();
    assert!(main.contains(words) && main.contains("name=\"password\""), "{words}: {main}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_person_logs_in_by_a_real_provider() {
    let provider = Glewlwyd::start(ADDRESS).await;
    let office = office(&provider.issuer, Linking::Administrator).await;
    let mut person = office.passer_by();
    let login = person.get("/login?next=%2Fplans").await.main();
    assert!(login.contains("用市统一身份认证登录") && login.contains("/login/openid?next=%2Fplans"), "{login}");

    let asked = begin(&mut person, "%2Fplans").await;
    let sent = fields(&asked);
    assert_eq!((sent["response_type"].as_str(), sent["code_challenge_method"].as_str()), ("code", "S256"));
    assert!(["state", "nonce", "code_challenge"].iter().all(|field| sent[*field].len() >= 20), "{asked}");
    assert_eq!(sent["redirect_uri"], format!("{ADDRESS}/login/openid/return"));

    // Known there and not here: refused with the name to be linked, nobody is created.
    let first = person.get(&provider.log_in(&asked).await).await;
    refused(&first, StatusCode::FORBIDDEN, "尚未关联");
    let main = first.main();
    let subject = main.split("登录：").nth(1).unwrap().split('<').next().unwrap().to_owned();
    let system = office.administrator("system_admin").await;
    assert!(!system.get("/system").await.main().contains(&subject));
    let link = [("subject", subject.as_str()), ("account", "沈查阅")];
    assert_eq!(office.reader().await.post("/system/identities", &link).await.status, StatusCode::FORBIDDEN);
    let linked = system.post("/system/identities", &link).await;
    assert_eq!(linked.status, StatusCode::SEE_OTHER, "{}", linked.text());
    assert!(system.get("/system").await.main().contains(&subject));

    let back = provider.log_in(&begin(&mut person, "%2Fplans").await).await;
    let answer = person.get(&back).await;
    assert_eq!((answer.status, answer.location()), (StatusCode::SEE_OTHER, "/plans"));
    let mut inside = entered(&person, &answer);
    let account = inside.get("/account").await;
    assert!(account.main().contains("沈查阅") && account.main().contains("统一身份认证"), "{}", account.main());
    inside.token = account.form_token();

    // The answer of the provider is good once, and its code not with another state either.
    refused(&person.get(&back).await, StatusCode::BAD_REQUEST, "已失效");
    let code = &fields(&format!("{ADDRESS}{back}"))["code"];
    let state = &fields(&begin(&mut person, "/").await)["state"];
    let replayed = person.get(&format!("/login/openid/return?state={state}&code={code}")).await;
    refused(&replayed, StatusCode::FORBIDDEN, "没有通过");

    // Logging out ends it here; taking the link back ends it at once.
    assert_eq!(inside.post("/logout", &[]).await.status, StatusCode::SEE_OTHER);
    assert_eq!(inside.get("/plans").await.status, StatusCode::SEE_OTHER);
    let again = there_and_back(&provider, &mut person).await;
    let inside = entered(&person, &again);
    assert_eq!(inside.get("/plans").await.status, StatusCode::OK);
    let unlink = [("subject", subject.as_str()), ("issuer", provider.issuer.as_str())];
    assert_eq!(system.post("/system/identities/unlink", &unlink).await.status, StatusCode::SEE_OTHER);
    assert_eq!(inside.get("/plans").await.status, StatusCode::SEE_OTHER);
    let last = there_and_back(&provider, &mut person).await;
    refused(&last, StatusCode::FORBIDDEN, "尚未关联");
}

#[tokio::test(flavor = "multi_thread")]
async fn an_account_of_the_same_name_is_found_where_the_settings_say_so() {
    let provider = Glewlwyd::start(ADDRESS).await;
    let office = office(&provider.issuer, Linking::AccountName).await;
    let mut person = office.passer_by();
    let nobody = there_and_back(&provider, &mut person).await;
    refused(&nobody, StatusCode::FORBIDDEN, "尚未关联");
    // Somebody else set this one's password; it is not what lets them in.
    let new = [("name", glewlwyd::LOGIN.0), ("password", PASSWORD)];
    let added = office.administrator("system_admin").await.post("/system/users", &new).await;
    assert_eq!(added.status, StatusCode::SEE_OTHER);
    let path = format!("/system/users/{}/role", glewlwyd::LOGIN.0);
    let granted = office.administrator("security_admin").await.post(&path, &[("role", "reader")]).await;
    assert_eq!(granted.status, StatusCode::SEE_OTHER);
    let answer = there_and_back(&provider, &mut person).await;
    assert_eq!(entered(&person, &answer).get("/plans").await.status, StatusCode::OK);
    assert!(office.administrator("audit_admin").await.get("/system").await.main().contains("identity.link"));
}

#[tokio::test]
async fn a_provider_that_is_down_stops_nobody_with_a_password() {
    let office = office("http://127.0.0.1:9/nobody", Linking::Administrator).await;
    refused(&office.passer_by().get("/login/openid").await, StatusCode::SERVICE_UNAVAILABLE, "暂时连不上");
    assert_eq!(office.passer_by().try_log_in("沈查阅", PASSWORD).await.status, StatusCode::SEE_OTHER);
    let english = office.passer_by().get("/login/openid?lang=en").await;
    assert!(english.main().contains("cannot be reached"), "{}", english.main());
}

#[tokio::test]
async fn without_a_provider_there_is_no_way_to_one() {
    let office = Office::open().await;
    for path in ["/login/openid", "/login/openid/return?state=a&code=b"] {
        assert_eq!(office.passer_by().get(path).await.status, StatusCode::NOT_FOUND, "{path}");
    }
    assert!(!office.passer_by().get("/login").await.main().contains("/login/openid"));
    let link = [("subject", "s"), ("account", "沈查阅")];
    assert_eq!(
        office.administrator("system_admin").await.post("/system/identities", &link).await.status,
        StatusCode::NOT_FOUND
    );
}

/// What the lying provider's token endpoint answers next.
type Tokens = Arc<Mutex<(u16, Value)>>;

/// A provider that answers whatever a test wants.
struct Liar {
    issuer: String,
    key: CoreEdDsaPrivateSigningKey,
    tokens: Tokens,
}

fn fresh_key() -> CoreEdDsaPrivateSigningKey {
    let pem = glewlwyd::run("openssl", &["genpkey", "-algorithm", "ed25519"], b"");
    CoreEdDsaPrivateSigningKey::from_ed25519_pem(&pem, None).unwrap()
}

impl Liar {
    async fn start() -> Self {
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let issuer = format!("http://{}", listener.local_addr().unwrap());
        let key = fresh_key();
        let about = json!({
            "issuer": issuer, "authorization_endpoint": format!("{issuer}/auth"),
            "token_endpoint": format!("{issuer}/token"), "jwks_uri": format!("{issuer}/keys"),
            "response_types_supported": ["code"], "subject_types_supported": ["public"],
            "id_token_signing_alg_values_supported": ["EdDSA", "HS256", "none"],
        });
        let keys = serde_json::to_value(CoreJsonWebKeySet::new(vec![key.as_verification_key()])).unwrap();
        let tokens = Tokens::default();
        let said = |value: Value| get(move || std::future::ready(Json(value)));
        let token = async |State(tokens): State<Tokens>| {
            let (status, value) = tokens.lock().unwrap().clone();
            (StatusCode::from_u16(status).unwrap(), Json(value)).into_response()
        };
        let routes = Router::new()
            .route("/.well-known/openid-configuration", said(about))
            .route("/keys", said(keys))
            .route("/token", axum::routing::post(token))
            .with_state(Arc::clone(&tokens));
        tokio::spawn(async move { axum::serve(listener, routes).await });
        Self { issuer, key, tokens }
    }

    /// The claims of an honest token.
    fn claims(&self, nonce: &str) -> CoreIdTokenClaims {
        let name = EndUserUsername::new("沈查阅".to_owned());
        let person = StandardClaims::new(SubjectIdentifier::new("s-1".to_owned())).set_preferred_username(Some(name));
        let issuer = IssuerUrl::new(self.issuer.clone()).unwrap();
        let audience = vec![Audience::new("lantu".to_owned())];
        CoreIdTokenClaims::new(issuer, audience, at(600).into(), at(0).into(), person, EmptyAdditionalClaims {})
            .set_nonce(Some(Nonce::new(nonce.to_owned())))
    }

    fn signed(&self, claims: CoreIdTokenClaims) -> String {
        let access = AccessToken::new("access".to_owned());
        CoreIdToken::new(claims, &self.key, CoreJwsSigningAlgorithm::EdDsa, Some(&access), None).unwrap().to_string()
    }

    /// Somebody logs in, and the token endpoint answers this for the nonce asked with.
    async fn log_in(&self, office: &Office, lie: impl FnOnce(&str) -> (u16, Value)) -> Answer {
        let mut person = office.passer_by();
        let sent = fields(&begin(&mut person, "/").await);
        *self.tokens.lock().unwrap() = lie(&sent["nonce"]);
        person.get(&format!("/login/openid/return?code=c&state={}", sent["state"])).await
    }
}

/// So many seconds after the office's moment.
fn at(seconds: i64) -> SystemTime {
    let now = SystemTime::from(NOW.parse::<Timestamp>().unwrap());
    let by = Duration::from_secs(seconds.unsigned_abs());
    if seconds < 0 { now - by } else { now + by }
}

fn with_token(token: &str) -> (u16, Value) {
    (200, json!({"access_token": "access", "token_type": "Bearer", "id_token": token}))
}

#[tokio::test]
async fn what_a_lying_provider_says_opens_nothing() {
    let liar = &Liar::start().await;
    let office = office(&liar.issuer, Linking::AccountName).await;
    let other = fresh_key();
    let honest = |nonce: &str| with_token(&liar.signed(liar.claims(nonce)));
    type Lie<'a> = Box<dyn Fn(&str) -> (u16, Value) + 'a>;
    let lie = |change: fn(CoreIdTokenClaims) -> CoreIdTokenClaims| -> Lie<'_> {
        Box::new(move |nonce: &str| with_token(&liar.signed(change(liar.claims(nonce)))))
    };
    let with_key = |nonce: &str| {
        let token = CoreIdToken::new(liar.claims(nonce), &other, CoreJwsSigningAlgorithm::EdDsa, None, None).unwrap();
        with_token(&token.to_string())
    };
    let with_secret = |nonce: &str| {
        let key = CoreHmacKey::new(ClientSecret::new(glewlwyd::SECRET.to_owned()).secret().as_bytes());
        let sha = CoreJwsSigningAlgorithm::HmacSha256;
        with_token(&CoreIdToken::new(liar.claims(nonce), &key, sha, None, None).unwrap().to_string())
    };
    // {"alg":"none"}, the claims of an honest token, and no signature.
    let unsigned = |nonce: &str| {
        let token = liar.signed(liar.claims(nonce));
        with_token(&format!("eyJhbGciOiJub25lIn0.{}.", token.split('.').nth(1).unwrap()))
    };
    let changed = |nonce: &str| {
        let (mine, others) = (liar.signed(liar.claims(nonce)), liar.signed(liar.claims("other")));
        let part = |token: &str, at: usize| token.split('.').nth(at).unwrap().to_owned();
        with_token(&format!("{}.{}.{}", part(&mine, 0), part(&mine, 1), part(&others, 2)))
    };
    let of_another_access = |nonce: &str| {
        let (status, mut answer) = with_token(&liar.signed(liar.claims(nonce)));
        answer["access_token"] = "stolen".into();
        (status, answer)
    };
    let lies: [(&str, Lie<'_>, &str); 14] = [
        ("nonce", lie(|claims| claims.set_nonce(Some(Nonce::new("another".to_owned())))), "未能通过核验"),
        ("no nonce", lie(|claims| claims.set_nonce(None)), "未能通过核验"),
        ("expired", lie(|claims| claims.set_expiration(at(-120).into())), "未能通过核验"),
        ("audience", lie(|claims| claims.set_audiences(vec![Audience::new("other".to_owned())])), "未能通过核验"),
        (
            "one more audience",
            lie(|claims| claims.set_audiences(["lantu", "other"].map(|a| Audience::new(a.to_owned())).to_vec())),
            "未能通过核验",
        ),
        (
            "issuer",
            lie(|claims| claims.set_issuer(IssuerUrl::new("http://127.0.0.1:1".to_owned()).unwrap())),
            "未能通过核验",
        ),
        ("another key", Box::new(with_key), "未能通过核验"),
        ("our own secret as key", Box::new(with_secret), "未能通过核验"),
        ("no signature", Box::new(unsigned), "未能通过核验"),
        ("another's signature", Box::new(changed), "未能通过核验"),
        ("another access token", Box::new(of_another_access), "未能通过核验"),
        ("no token", Box::new(|_| (200, json!({"access_token": "a", "token_type": "Bearer"}))), "未能通过核验"),
        ("no JSON of its kind", Box::new(|_| (200, json!(["what"]))), "未能通过核验"),
        ("the code is refused", Box::new(|_| (400, json!({"error": "invalid_grant"}))), "没有通过"),
    ];
    for (what, lie, words) in lies {
        let answer = liar.log_in(&office, |nonce| lie(nonce)).await;
        assert!(answer.main().contains(words), "{what}: {}", answer.main());
        refused(&answer, StatusCode::FORBIDDEN, words);
    }
    // The same with nothing wrong lets the person in: it was the lies that were refused.
    let answer = liar.log_in(&office, honest).await;
    assert_eq!(answer.status, StatusCode::SEE_OTHER, "{}", answer.text());
    assert!(answer.cookie("lantu_session").is_some());
}

#[tokio::test]
async fn only_the_browser_that_began_comes_back_and_once() {
    let liar = Liar::start().await;
    let office = office(&liar.issuer, Linking::AccountName).await;
    let mut person = office.passer_by();
    let sent = fields(&begin(&mut person, "/").await);
    *liar.tokens.lock().unwrap() = with_token(&liar.signed(liar.claims(&sent["nonce"])));
    let back = format!("/login/openid/return?code=c&state={}", sent["state"]);
    let lost = |answer: &Answer| refused(answer, StatusCode::BAD_REQUEST, "已失效");
    lost(&person.get("/login/openid/return").await);
    lost(&person.get("/login/openid/return?code=c&state=another").await);
    lost(&office.passer_by().get(&back).await);
    let mut stranger = office.passer_by();
    begin(&mut stranger, "/").await;
    lost(&stranger.get(&back).await);
    // Strangers have not spoilt it for whom it is.
    assert_eq!(person.get(&back).await.status, StatusCode::SEE_OTHER);
    lost(&person.get(&back).await);

    let denied = async |tail: &str| {
        let mut person = office.passer_by();
        let state = fields(&begin(&mut person, "/").await)["state"].clone();
        person.get(&format!("/login/openid/return?state={state}&{tail}")).await
    };
    refused(&denied("error=access_denied").await, StatusCode::FORBIDDEN, "没有通过");
    refused(&denied("code=c&iss=http%3A%2F%2Felsewhere.example").await, StatusCode::FORBIDDEN, "未能通过核验");
    for next in ["//elsewhere.example", "https%3A%2F%2Felsewhere.example"] {
        let mut person = office.passer_by();
        let sent = fields(&begin(&mut person, next).await);
        *liar.tokens.lock().unwrap() = with_token(&liar.signed(liar.claims(&sent["nonce"])));
        let answer = person.get(&format!("/login/openid/return?code=c&state={}", sent["state"])).await;
        assert_eq!(answer.location(), "/", "led nowhere else");
    }
}
