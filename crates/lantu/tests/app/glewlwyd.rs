//! A real identity provider for these tests: Glewlwyd, started here on the loopback
//! address with one fictional person, and a browser of two lines to use it with.

use std::{
    fs,
    io::Write as _,
    net::TcpListener,
    path::Path,
    process::{Child, Command, Stdio},
    time::Duration,
};

use axum::http::{HeaderMap, Method, Request, StatusCode, header};
use http_body_util::{BodyExt as _, Full};
use hyper_util::{
    client::legacy::{Client, connect::HttpConnector},
    rt::TokioExecutor,
};
use serde_json::{Value, json};

/// The tables the Debian package brings.
const TABLES: &str = "/usr/share/dbconfig-common/data/glewlwyd/install/sqlite3";
/// The secret under which Lantu is registered.
pub const SECRET: &str = "fictional-secret-of-lantu";
/// The fictional person's name and password there.
pub const LOGIN: (&str, &str) = ("shenchayue", "fictional-pass-9");

/// A provider; it ends with this process, however it ends: its keeper waits for
/// the end of its own standard input.
pub struct Glewlwyd {
    pub issuer: String,
    root: String,
    _keeper: Child,
    _folder: tempfile::TempDir,
}

/// A browser: it keeps its cookies and follows nothing by itself.
pub struct Web {
    client: Client<HttpConnector, Full<axum::body::Bytes>>,
    cookies: Vec<String>,
}

impl Web {
    pub fn new() -> Self {
        Self { client: Client::builder(TokioExecutor::new()).build_http(), cookies: Vec::new() }
    }

    pub async fn ask(&mut self, method: Method, url: &str, body: Option<Value>) -> (StatusCode, HeaderMap, String) {
        let request = Request::builder().method(method).uri(url).header(header::COOKIE, self.cookies.join("; "));
        let request = request.header(header::CONTENT_TYPE, "application/json");
        let body = body.map(|body| body.to_string()).unwrap_or_default();
        let answer = self.client.request(request.body(Full::from(body)).unwrap()).await.expect("the provider answers");
        let (head, body) = answer.into_parts();
        for cookie in head.headers.get_all(header::SET_COOKIE) {
            self.cookies.push(cookie.to_str().unwrap().split(';').next().unwrap().to_owned());
        }
        let body = body.collect().await.unwrap().to_bytes();
        (head.status, head.headers, String::from_utf8_lossy(&body).into_owned())
    }

    async fn done(&mut self, method: Method, url: &str, body: Value) {
        let (status, _, said) = self.ask(method, url, Some(body)).await;
        assert_eq!(status, StatusCode::OK, "{url}: {said}");
    }
}

/// What a program printed; says how to install it where it is not there.
pub fn run(program: &str, arguments: &[&str], input: &[u8]) -> String {
    let started = Command::new(program).args(arguments).stdin(Stdio::piped()).stdout(Stdio::piped()).spawn();
    let mut child = started.unwrap_or_else(|error| {
        panic!("{program} does not start ({error}); install what the tests need: scripts/install-test-needs")
    });
    child.stdin.take().unwrap().write_all(input).unwrap();
    let done = child.wait_with_output().unwrap();
    assert!(done.status.success(), "{program} {arguments:?}: {}", done.status);
    String::from_utf8(done.stdout).unwrap()
}

const KEEPER: &str = r#"glewlwyd --config-file="$1" >"$2" 2>&1 </dev/null & server=$!; cat >/dev/null; kill $server"#;

impl Glewlwyd {
    /// Starts one where Lantu at `address` is registered as `lantu`.
    pub async fn start(address: &str) -> Self {
        assert!(
            Path::new(TABLES).exists(),
            "the identity provider of the tests (Glewlwyd) was not found; install what the tests need: \
             scripts/install-test-needs, or on Debian: apt-get install glewlwyd dbconfig-sqlite3 openssl"
        );
        let folder = tempfile::tempdir().unwrap();
        let file = |name: &str| folder.path().join(name).display().to_string();
        run("sqlite3", &[&file("db")], &fs::read(TABLES).unwrap());
        let port = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
        let root = format!("http://127.0.0.1:{port}");
        let modules = ["user", "client", "user_auth_scheme", "plugin"].map(|kind| {
            format!("{kind}_module_path=\"/usr/lib/glewlwyd/{}\"\n", kind.trim_start_matches("user_auth_"))
        });
        let settings = format!(
            "port={port}\nbind_address=\"127.0.0.1\"\nexternal_url=\"{root}\"\nlogin_url=\"login.html\"\n\
             api_prefix=\"api\"\nlog_mode=\"console\"\nlog_level=\"WARNING\"\nsession_key=\"GLEWLWYD2_SESSION_ID\"\n\
             admin_scope=\"g_admin\"\nprofile_scope=\"g_profile\"\nhash_algorithm=\"SHA512\"\n{}\
             database={{type=\"sqlite3\"; path=\"{}\";}};\n",
            modules.concat(),
            file("db"),
        );
        fs::write(file("settings"), settings).unwrap();
        let keeper = Command::new("sh")
            .args(["-c", KEEPER, "keeper", &file("settings"), &file("said")])
            .stdin(Stdio::piped())
            .spawn()
            .expect("a shell starts");
        let mut patience = 200;
        while tokio::net::TcpStream::connect(("127.0.0.1", port)).await.is_err() {
            patience -= 1;
            let said = || fs::read_to_string(file("said")).unwrap_or_default();
            assert!(patience > 0, "the identity provider did not start: {}", said());
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
        let glewlwyd = Self { issuer: format!("{root}/api/oidc"), root, _keeper: keeper, _folder: folder };
        glewlwyd.set_up(address).await;
        glewlwyd
    }

    /// Registers Lantu and the person, as an administrator would in its pages. The
    /// administrator's password is the one the package's tables come with.
    async fn set_up(&self, address: &str) {
        let api = |path: &str| format!("{}/api/{path}", self.root);
        let mut admin = Web::new();
        admin.done(Method::POST, &api("auth/"), json!({"username": "admin", "password": "password"})).await;
        let arguments = ["genpkey", "-quiet", "-algorithm", "RSA", "-pkeyopt", "rsa_keygen_bits:2048"];
        let key = run("openssl", &arguments, b"");
        let public = run("openssl", &["pkey", "-pubout"], key.as_bytes());
        let name = json!({"name": "preferred_username", "type": "string", "user-property": "username",
                          "mandatory": true, "on-demand": false, "scope": []});
        let plugin = json!({
            "iss": self.issuer, "jwt-type": "rsa", "jwt-key-size": "256", "key": key, "cert": public,
            "subject-type": "public", "access-token-duration": 600, "refresh-token-duration": 600, "code-duration": 60,
            "refresh-token-rolling": false, "allow-non-oidc": false, "auth-type-code-enabled": true,
            "auth-type-token-enabled": false, "auth-type-id-token-enabled": true, "auth-type-none-enabled": false,
            "auth-type-password-enabled": false, "auth-type-client-enabled": false, "auth-type-refresh-enabled": false,
            "auth-type-implicit-enabled": false, "auth-type-device-enabled": false, "jwks-show": true,
            "pkce-allowed": true, "pkce-required": true, "pkce-method-plain-allowed": false, "name-claim": "no",
            "email-claim": "no", "scope-claim": "no", "address-claim": {"type": "no"}, "scope": [{"name": "openid"}],
            "claims": [name],
        });
        let plugin = json!({"module": "oidc", "name": "oidc", "display_name": "OIDC", "parameters": plugin});
        admin.done(Method::POST, &api("mod/plugin/"), plugin).await;
        let client = json!({
            "client_id": "lantu", "name": "Lantu", "scope": ["openid"], "confidential": true, "enabled": true,
            "client_secret": SECRET, "password": SECRET, "redirect_uri": [format!("{address}/login/openid/return")],
            "authorization_type": ["code"], "token_endpoint_auth_method": ["client_secret_basic"],
        });
        admin.done(Method::POST, &api("client/"), client).await;
        let (username, password) = LOGIN;
        let user =
            json!({"username": username, "password": password, "enabled": true, "scope": ["g_profile", "openid"]});
        admin.done(Method::POST, &api("user/"), user).await;
    }

    /// The person logs in there, lets Lantu know who it is, and is sent back: the
    /// path and query at which Lantu is asked next.
    pub async fn log_in(&self, asked: &str) -> String {
        let mut web = Web::new();
        let (status, headers, _) = web.ask(Method::GET, asked, None).await;
        assert_eq!(status, StatusCode::FOUND);
        assert!(headers[header::LOCATION].to_str().unwrap().contains("login.html"), "nobody is let in unasked");
        let (username, password) = LOGIN;
        let login = json!({"username": username, "password": password});
        web.done(Method::POST, &format!("{}/api/auth/", self.root), login).await;
        web.done(Method::PUT, &format!("{}/api/auth/grant/lantu/", self.root), json!({"scope": "openid"})).await;
        let (status, headers, said) = web.ask(Method::GET, &format!("{asked}&g_continue="), None).await;
        assert_eq!(status, StatusCode::FOUND, "{said}");
        let back = headers[header::LOCATION].to_str().unwrap().to_owned();
        let at = back.find("/login/openid/return").unwrap_or_else(|| panic!("sent back to Lantu: {back}"));
        back[at..].to_owned()
    }
}
