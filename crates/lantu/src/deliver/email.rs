//! Mail by SMTP.

use std::time::{Duration, SystemTime};

use lettre::{
    AsyncSmtpTransport, AsyncTransport as _, Message, Tokio1Executor,
    message::{Mailbox, header::ContentType},
    transport::smtp::{
        authentication::Credentials,
        client::{Certificate, Tls as TlsMode, TlsParameters},
    },
};
use plan_workflow::Timestamp;

use super::{
    Outcome,
    settings::{Email, Tls},
    text::Letter,
};

/// No answer of the server is waited for longer.
const LONGEST: Duration = Duration::from_secs(30);

/// Sends mail through one server.
pub(super) struct Mailer {
    transport: AsyncSmtpTransport<Tokio1Executor>,
    from: Mailbox,
}

impl Mailer {
    /// The server the settings name.
    pub(super) fn open(settings: &Email) -> Result<Self, String> {
        let from: Mailbox = settings.from.parse().map_err(|error| {
            format!(
                "[deliver.email] from = “{}” 不是邮箱地址（{error}）；请写作 蓝图 <lantu@example.org>",
                settings.from
            )
        })?;
        let tls = match settings.tls {
            Tls::None => TlsMode::None,
            Tls::Starttls => TlsMode::Required(parameters(settings)?),
            Tls::Tls => TlsMode::Wrapper(parameters(settings)?),
        };
        // "Dangerous" is the builder's word for choosing the protection oneself, which the line below does.
        let mut builder = AsyncSmtpTransport::<Tokio1Executor>::builder_dangerous(&settings.server)
            .port(settings.port())
            .tls(tls)
            .timeout(Some(LONGEST));
        if let Some(login) = &settings.login {
            builder = builder.credentials(Credentials::new(login.clone(), settings.password()?.show().to_owned()));
        }
        Ok(Self { transport: builder.build(), from })
    }

    /// Sends a letter to an address.
    pub(super) async fn send(&self, address: &str, id: &str, letter: &Letter, at: Timestamp) -> Outcome {
        let to: Mailbox = match address.parse() {
            Ok(to) => to,
            Err(error) => return Outcome::Never(format!("“{address}”不是邮箱地址（{error}）")),
        };
        let message = Message::builder()
            .from(self.from.clone())
            .to(to)
            .date(SystemTime::from(at))
            .message_id(Some(format!("<{id}@{}>", self.from.email.domain())))
            .subject(&letter.subject)
            .header(ContentType::TEXT_PLAIN)
            .body(letter.plain());
        let message = match message {
            Ok(message) => message,
            Err(error) => return Outcome::Never(format!("邮件无法写成（{error}）")),
        };
        // The transport limits each answer; together they may still take long.
        match tokio::time::timeout(LONGEST * 2, self.transport.send(message)).await {
            Ok(Ok(_)) => Outcome::Taken,
            Ok(Err(error)) if error.is_permanent() => Outcome::Never(format!("邮件服务器拒收（{}）", said(&error))),
            Ok(Err(error)) => Outcome::Later(format!("邮件暂未送出（{}）", said(&error))),
            Err(_) => Outcome::Later("邮件暂未送出（邮件服务器迟迟不答）".to_owned()),
        }
    }
}

fn parameters(settings: &Email) -> Result<TlsParameters, String> {
    let mut builder = TlsParameters::builder(settings.server.clone());
    if let Some(file) = &settings.authority {
        let place = file.display();
        let pem = std::fs::read(file).map_err(|error| format!("{place}: 读不了证书（{error}）；请检查路径和权限"))?;
        let authority =
            Certificate::from_pem(&pem).map_err(|error| format!("{place}: 不是证书（{error}）；请给出 PEM 文件"))?;
        builder = builder.add_root_certificate(authority);
    }
    builder.build().map_err(|error| format!("[deliver.email] 无法建立加密连接（{error}）；请检查 server 和证书"))
}

/// What the server said, with what lies below it.
fn said(error: &lettre::transport::smtp::Error) -> String {
    let mut text = error.to_string();
    let mut below = std::error::Error::source(error);
    while let Some(cause) = below {
        let cause_text = cause.to_string();
        if !text.contains(&cause_text) {
            text = format!("{text}: {cause_text}");
        }
        below = cause.source();
    }
    text
}
