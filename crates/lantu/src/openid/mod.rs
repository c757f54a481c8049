//! Logging in by an identity provider: OpenID Connect, the authorization code
//! flow with PKCE, state and nonce (OpenID Connect Core 1.0, RFC 7636).
//!
//! The provider only says who somebody is. Which account that is, and whether
//! there is one, is decided in `plan_workflow::accounts::identities`.

mod entry;
mod http;
mod pending;

use std::{
    collections::BTreeMap,
    sync::{Arc, Mutex, PoisonError},
    time::SystemTime,
};

use jiff::{SignedDuration, Timestamp};
use openidconnect::{
    AccessTokenHash, AdditionalClaims, AuthorizationCode, Client, ClientId, ClientSecret, CsrfToken,
    EmptyExtraTokenFields, EndpointMaybeSet, EndpointNotSet, EndpointSet, IdTokenFields, IdTokenVerifier, IssuerUrl,
    Nonce, OAuth2TokenResponse as _, PkceCodeChallenge, PkceCodeVerifier, RedirectUrl, RequestTokenError, Scope,
    StandardErrorResponse, StandardTokenResponse, TokenResponse as _,
    core::{
        CoreAuthDisplay, CoreAuthPrompt, CoreAuthenticationFlow, CoreErrorResponseType, CoreGenderClaim,
        CoreJsonWebKey, CoreJweContentEncryptionAlgorithm, CoreJwsSigningAlgorithm, CoreProviderMetadata,
        CoreRevocableToken, CoreRevocationErrorResponse, CoreTokenIntrospectionResponse, CoreTokenType,
    },
};
use serde::{Deserialize, Serialize};

pub use self::entry::Entry;
use self::{
    http::Http,
    pending::{Begun, Pending},
};

/// Where the provider sends people back to.
pub(crate) const RETURN: &str = "/login/openid/return";

/// What the provider says of itself and its keys is asked for again after so long.
const KNOWN: SignedDuration = SignedDuration::from_mins(5);

/// So far two clocks may differ before a token counts as expired.
const SKEW: SignedDuration = SignedDuration::from_secs(60);

/// The signatures that are taken: those by a key that only the provider has.
const SIGNATURES: [CoreJwsSigningAlgorithm; 9] = [
    CoreJwsSigningAlgorithm::RsaSsaPkcs1V15Sha256,
    CoreJwsSigningAlgorithm::RsaSsaPkcs1V15Sha384,
    CoreJwsSigningAlgorithm::RsaSsaPkcs1V15Sha512,
    CoreJwsSigningAlgorithm::RsaSsaPssSha256,
    CoreJwsSigningAlgorithm::RsaSsaPssSha384,
    CoreJwsSigningAlgorithm::RsaSsaPssSha512,
    CoreJwsSigningAlgorithm::EcdsaP256Sha256,
    CoreJwsSigningAlgorithm::EcdsaP384Sha384,
    CoreJwsSigningAlgorithm::EdDsa,
];

/// The claims that the standard does not name.
#[derive(Debug, Clone, Default, Deserialize, Serialize)]
struct OtherClaims(BTreeMap<String, serde_json::Value>);
impl AdditionalClaims for OtherClaims {}

type Fields = IdTokenFields<
    OtherClaims,
    EmptyExtraTokenFields,
    CoreGenderClaim,
    CoreJweContentEncryptionAlgorithm,
    CoreJwsSigningAlgorithm,
>;
type Tokens = StandardTokenResponse<Fields, CoreTokenType>;
type Party = Client<
    OtherClaims,
    CoreAuthDisplay,
    CoreGenderClaim,
    CoreJweContentEncryptionAlgorithm,
    CoreJsonWebKey,
    CoreAuthPrompt,
    StandardErrorResponse<CoreErrorResponseType>,
    Tokens,
    CoreTokenIntrospectionResponse,
    CoreRevocableToken,
    CoreRevocationErrorResponse,
    EndpointSet,
    EndpointNotSet,
    EndpointNotSet,
    EndpointNotSet,
    EndpointMaybeSet,
    EndpointMaybeSet,
>;

/// Why somebody was not logged in by the provider. What it says is for the log;
/// the visitor gets a sentence of the login page.
#[derive(Debug, thiserror::Error)]
pub(crate) enum Failed {
    /// The provider does not answer, or not as one.
    #[error("the provider cannot be reached: {0}")]
    Unreachable(String),
    /// Nobody began this log-in here, or it is over.
    #[error("a log-in came back that was not begun here, or was used up")]
    Lost,
    /// The provider did not let the person in.
    #[error("the provider refused: {0}")]
    Denied(String),
    /// What the provider or somebody in its place says cannot be trusted.
    #[error("not to be trusted: {0}")]
    Untrusted(String),
}

/// What comes back with a person from the provider.
#[derive(Debug, Default)]
pub(crate) struct Back<'a> {
    /// What was given along.
    pub(crate) state: &'a str,
    /// What the identity can be fetched with.
    pub(crate) code: &'a str,
    /// Why there is none.
    pub(crate) error: Option<&'a str>,
    /// Who says so, where it is said (RFC 9207).
    pub(crate) issuer: Option<&'a str>,
}

/// Whom the provider vouches for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Person {
    /// Their name at the provider, which never goes to another person.
    pub(crate) subject: String,
    /// What their account is called, if the claim of the settings is there.
    pub(crate) account: Option<String>,
    /// Where they wanted to go.
    pub(crate) next: String,
}

/// The identity provider of this installation.
pub struct Provider {
    entry: Entry,
    issuer: IssuerUrl,
    back: RedirectUrl,
    secret: Option<ClientSecret>,
    http: Http,
    known: Mutex<Option<(Timestamp, Arc<CoreProviderMetadata>)>>,
    pending: Pending,
}

impl Provider {
    /// Checks the settings and reads the secret and the certificates they name.
    /// The provider itself is not asked: it may be down while we start.
    pub fn new(entry: Entry) -> Result<Self, String> {
        let issuer = entry.issuer()?;
        let back = RedirectUrl::new(format!("{}{RETURN}", entry.address()?.trim_end_matches('/')))
            .map_err(|error| format!("openid.address：地址有误（{error}）；请写浏览器访问本系统的地址"))?;
        let secret = entry.secret()?.map(ClientSecret::new);
        let http = Http::new(entry.ca_file.as_deref(), issuer.url().scheme() == "https")?;
        Ok(Self { entry, issuer, back, secret, http, known: Mutex::default(), pending: Pending::default() })
    }

    /// The settings it was made of.
    pub(crate) fn entry(&self) -> &Entry {
        &self.entry
    }

    /// The name of the provider.
    pub(crate) fn issuer(&self) -> &str {
        self.issuer.as_str()
    }

    /// Begins a log-in of a browser; answers the address at the provider to send
    /// it to. `next` is where the person wants to go afterwards.
    pub(crate) async fn begin(&self, browser: &str, next: &str, now: Timestamp) -> Result<String, Failed> {
        let party = self.party(self.metadata(now).await?);
        let (challenge, verifier) = PkceCodeChallenge::new_random_sha256();
        let flow = CoreAuthenticationFlow::AuthorizationCode;
        let scopes = self.entry.scopes.iter().map(|scope| Scope::new(scope.clone()));
        let (address, state, nonce) = party
            .authorize_url(flow, CsrfToken::new_random, Nonce::new_random)
            .add_scopes(scopes)
            .set_pkce_challenge(challenge)
            .url();
        let begun = Begun {
            browser: browser.to_owned(),
            nonce,
            verifier: verifier.into_secret(),
            next: next.to_owned(),
            at: now,
        };
        self.pending.keep(state.into_secret(), begun);
        Ok(address.into())
    }

    /// Takes a person back from the provider: fetches the identity token with the
    /// code, once, and answers whom it vouches for.
    pub(crate) async fn finish(&self, browser: &str, back: Back<'_>, now: Timestamp) -> Result<Person, Failed> {
        // Used up whatever happens next: neither state nor code is good twice.
        let begun = self.pending.take(back.state, browser, now).ok_or(Failed::Lost)?;
        if back.issuer.is_some_and(|issuer| issuer != self.issuer.as_str()) {
            return Err(Failed::Untrusted("another issuer answered".to_owned()));
        }
        if let Some(error) = back.error {
            return Err(Failed::Denied(error.to_owned()));
        }
        let party = self.party(self.metadata(now).await?);
        let tokens = self.tokens(&party, back.code, begun.verifier).await?;
        let (subject, account) = self.vouched(&party, &tokens, &begun.nonce, now).inspect_err(|_| {
            // Its keys may have changed since they were asked for.
            *self.known.lock().unwrap_or_else(PoisonError::into_inner) = None;
        })?;
        Ok(Person { subject, account, next: begun.next })
    }

    /// What the provider says of itself, and its keys.
    async fn metadata(&self, now: Timestamp) -> Result<Arc<CoreProviderMetadata>, Failed> {
        let known = self.known.lock().unwrap_or_else(PoisonError::into_inner).clone();
        if let Some((at, metadata)) = known
            && now.duration_since(at).abs() < KNOWN
        {
            return Ok(metadata);
        }
        let found = CoreProviderMetadata::discover_async(self.issuer.clone(), &self.http.sender()).await;
        let metadata = Arc::new(found.map_err(|error| Failed::Unreachable(causes(&error)))?);
        *self.known.lock().unwrap_or_else(PoisonError::into_inner) = Some((now, Arc::clone(&metadata)));
        Ok(metadata)
    }

    fn party(&self, metadata: Arc<CoreProviderMetadata>) -> Party {
        let client = ClientId::new(self.entry.client_id.clone());
        Party::from_provider_metadata(Arc::unwrap_or_clone(metadata), client, self.secret.clone())
            .set_redirect_uri(self.back.clone())
    }

    async fn tokens(&self, party: &Party, code: &str, verifier: String) -> Result<Tokens, Failed> {
        let request = party
            .exchange_code(AuthorizationCode::new(code.to_owned()))
            .map_err(|error| Failed::Unreachable(causes(&error)))?;
        let sender = self.http.sender();
        let answer = request.set_pkce_verifier(PkceCodeVerifier::new(verifier)).request_async(&sender).await;
        answer.map_err(|error| match error {
            RequestTokenError::ServerResponse(said) => Failed::Denied(said.to_string()),
            RequestTokenError::Parse(error, _) => Failed::Untrusted(causes(&error)),
            other => Failed::Unreachable(causes(&other)),
        })
    }

    /// Verifies the identity token (signature, issuer, audience, expiry, nonce)
    /// and that the access token belongs to it.
    fn vouched(
        &self,
        party: &Party,
        tokens: &Tokens,
        nonce: &Nonce,
        now: Timestamp,
    ) -> Result<(String, Option<String>), Failed> {
        let untrusted = |error: &dyn std::error::Error| Failed::Untrusted(causes(error));
        let no_token = || Failed::Untrusted("there is no identity token".to_owned());
        let token = tokens.id_token().ok_or_else(no_token)?;
        let time = now.saturating_sub(SKEW).unwrap_or(now);
        let verifier: IdTokenVerifier<'_, CoreJsonWebKey> =
            party.id_token_verifier().set_allowed_algs(SIGNATURES).set_time_fn(move || SystemTime::from(time).into());
        let claims = token.claims(&verifier, nonce).map_err(|error| untrusted(&error))?;
        if let Some(expected) = claims.access_token_hash() {
            let signature = token.signing_alg().map_err(|error| untrusted(&error))?;
            let key = token.signing_key(&verifier).map_err(|error| untrusted(&error))?;
            let actual = AccessTokenHash::from_token(tokens.access_token(), signature, key);
            if actual.map_err(|error| untrusted(&error))? != *expected {
                return Err(Failed::Untrusted("the access token is another's".to_owned()));
            }
        }
        let all = serde_json::to_value(claims).map_err(|error| untrusted(&error))?;
        let account = all.get(&self.entry.claim).and_then(|value| value.as_str()).map(str::to_owned);
        Ok((claims.subject().to_string(), account))
    }
}

/// An error with what caused it, for the log.
fn causes(error: &dyn std::error::Error) -> String {
    let mut said = error.to_string();
    let mut source = error.source();
    while let Some(error) = source {
        said.push_str(": ");
        said.push_str(&error.to_string());
        source = error.source();
    }
    said
}
