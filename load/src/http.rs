//! One connection to the server, kept open, one request after the other.

use http_body_util::{BodyExt as _, Full};
use hyper::{
    Method, Request, StatusCode,
    body::Bytes,
    client::conn::http1::{self, SendRequest},
    header,
};
use hyper_util::rt::TokioIo;
use tokio::net::TcpStream;

/// What went wrong, in words.
pub type Failure = Box<dyn std::error::Error + Send + Sync>;

/// A connection.
pub struct Connection {
    sender: SendRequest<Full<Bytes>>,
    host: String,
    /// Sent with every request: `Bearer …` or a cookie.
    pub proof: Option<(header::HeaderName, String)>,
}

/// An answer: its status and body.
pub type Answer = (StatusCode, Bytes);

impl Connection {
    /// Connects to `127.0.0.1:port`.
    pub async fn open(address: &str) -> Result<Self, Failure> {
        let stream = TcpStream::connect(address).await?;
        stream.set_nodelay(true)?;
        let (sender, connection) = http1::handshake(TokioIo::new(stream)).await?;
        tokio::spawn(async move {
            let _ = connection.await;
        });
        Ok(Self { sender, host: address.to_owned(), proof: None })
    }

    /// Asks and reads the whole answer.
    pub async fn ask(&mut self, method: Method, path: &str, body: Option<(&str, String)>) -> Result<Answer, Failure> {
        let (kind, body) = body.unwrap_or_default();
        self.ask_bytes(method, path, kind, body.into_bytes()).await
    }

    /// The same with a body of bytes; no content type where it is empty.
    pub async fn ask_bytes(&mut self, method: Method, path: &str, kind: &str, body: Vec<u8>) -> Result<Answer, Failure> {
        let mut request = Request::builder().method(method).uri(path).header(header::HOST, &self.host);
        if let Some((name, value)) = &self.proof {
            request = request.header(name, value);
        }
        if !kind.is_empty() {
            request = request.header(header::CONTENT_TYPE, kind);
        }
        self.sender.ready().await?;
        let answer = self.sender.send_request(request.body(Full::new(Bytes::from(body)))?).await?;
        let status = answer.status();
        Ok((status, answer.into_body().collect().await?.to_bytes()))
    }

    /// Asks, and fails where the answer is not one of these.
    pub async fn expect(
        &mut self,
        (method, path): (Method, &str),
        body: Option<(&str, String)>,
        fine: &[u16],
    ) -> Result<Bytes, Failure> {
        let (status, bytes) = self.ask(method.clone(), path, body).await?;
        if fine.contains(&status.as_u16()) {
            return Ok(bytes);
        }
        let said: String = String::from_utf8_lossy(&bytes).chars().take(300).collect();
        Err(format!("{method} {path}: {status}: {said}").into())
    }

    /// Logs in as a program and sends the token from now on.
    pub async fn log_in(&mut self, name: &str, password: &str) -> Result<(), Failure> {
        let body = serde_json::json!({ "name": name, "password": password }).to_string();
        let login = (Method::POST, "/api/v1/sessions");
        let answer = self.expect(login, Some(("application/json", body)), &[201]).await?;
        let answer: serde_json::Value = serde_json::from_slice(&answer)?;
        let token = answer["token"].as_str().ok_or("no token")?;
        self.proof = Some((header::AUTHORIZATION, format!("Bearer {token}")));
        Ok(())
    }
}
