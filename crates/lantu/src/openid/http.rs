//! The way to the provider: https, no redirects followed, bounded in time and size.

use std::{path::Path, pin::Pin, time::Duration};

use axum::body::Bytes;
use http_body_util::{BodyExt as _, Full, Limited};
use hyper_rustls::{ConfigBuilderExt as _, HttpsConnector, HttpsConnectorBuilder};
use hyper_util::{
    client::legacy::{Client, connect::HttpConnector},
    rt::TokioExecutor,
};
use openidconnect::{HttpRequest, HttpResponse};
use rustls::{
    ClientConfig, RootCertStore,
    pki_types::{CertificateDer, pem::PemObject as _},
};

/// The provider answers within this time, or counts as not reachable.
const LONGEST: Duration = Duration::from_secs(10);
/// The largest answer that is read, in bytes.
const LARGEST: usize = 1024 * 1024;

/// Why the provider could not be asked.
#[derive(Debug, thiserror::Error)]
pub(super) enum HttpError {
    #[error("no connection")]
    Connection(#[from] hyper_util::client::legacy::Error),
    #[error("the answer broke off or is too large: {0}")]
    Body(Box<dyn std::error::Error + Send + Sync>),
    #[error("no answer within {} seconds", LONGEST.as_secs())]
    TooLong,
}

type Answer = Pin<Box<dyn Future<Output = Result<HttpResponse, HttpError>> + Send>>;

/// Asks the provider.
#[derive(Clone)]
pub(super) struct Http(Client<HttpsConnector<HttpConnector>, Full<Bytes>>);

impl Http {
    /// With the certificates of a file, or those of the operating system, which
    /// must then have some where the provider is asked over https.
    pub(super) fn new(ca_file: Option<&Path>, https: bool) -> Result<Self, String> {
        let config = || {
            let provider = std::sync::Arc::new(rustls::crypto::ring::default_provider());
            let versions = ClientConfig::builder_with_provider(provider).with_safe_default_protocol_versions();
            versions.map_err(|error| format!("TLS 不可用（{error}）；请联系维护人员"))
        };
        let roots = match ca_file {
            Some(file) => config()?.with_root_certificates(certificates(file)?),
            None => match config()?.with_native_roots() {
                Ok(roots) => roots,
                Err(_) if !https => config()?.with_root_certificates(RootCertStore::empty()),
                Err(error) => {
                    let hint = "请安装 ca-certificates，或在 openid.ca_file 写明证书文件";
                    return Err(format!("openid：系统没有根证书（{error}）；{hint}"));
                }
            },
        };
        let connector = HttpsConnectorBuilder::new()
            .with_tls_config(roots.with_no_client_auth())
            .https_or_http()
            .enable_http1()
            .build();
        Ok(Self(Client::builder(TokioExecutor::new()).build(connector)))
    }

    /// The client in the form that the protocol's library takes.
    pub(super) fn sender(&self) -> impl Fn(HttpRequest) -> Answer + Send + Sync + 'static {
        let http = self.clone();
        move |request| {
            let http = http.clone();
            Box::pin(async move {
                let answer = tokio::time::timeout(LONGEST, http.send(request));
                answer.await.unwrap_or(Err(HttpError::TooLong))
            })
        }
    }

    async fn send(&self, request: HttpRequest) -> Result<HttpResponse, HttpError> {
        let answer = self.0.request(request.map(|body| Full::new(Bytes::from(body)))).await?;
        let (head, body) = answer.into_parts();
        let body = Limited::new(body, LARGEST).collect().await.map_err(HttpError::Body)?;
        Ok(HttpResponse::from_parts(head, body.to_bytes().to_vec()))
    }
}

fn certificates(file: &Path) -> Result<RootCertStore, String> {
    let wrong = |said: String| format!("openid.ca_file：读不了 {}（{said}）；请给出 PEM 证书文件", file.display());
    let mut roots = RootCertStore::empty();
    for certificate in CertificateDer::pem_file_iter(file).map_err(|error| wrong(error.to_string()))? {
        let certificate = certificate.map_err(|error| wrong(error.to_string()))?;
        roots.add(certificate).map_err(|error| wrong(error.to_string()))?;
    }
    if roots.is_empty() { Err(wrong("其中没有证书".to_owned())) } else { Ok(roots) }
}
