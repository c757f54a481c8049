//! Who is whose at an identity provider, and the way into accounts by it.

use plan_workflow::{
    accounts::identities::{Identity, IdentityStore},
    storage::{Stamp, StorageError, Stored},
};
use serde_json::json;

use crate::{
    chain::{Chain, Entry},
    decode::moment,
    encode::micros,
    engine::{Keep, Row, Tx, values},
    store::Store,
    tables::{IDENTITIES, Rows},
    writer::{Change, Done},
};

const COLUMNS: &str = "i.issuer, i.subject, i.version, i.user_name, i.at, i.actor";
const LATEST: &str = "i.version = (SELECT MAX(v.version) FROM identities v \
                      WHERE v.issuer = i.issuer AND v.subject = i.subject)";

fn identity(row: &Row) -> Stored<Identity> {
    Ok(Identity {
        issuer: row.text(0)?,
        subject: row.text(1)?,
        version: row.count(2)?,
        user: row.opt_text(3)?,
        at: moment(row, 4)?,
        actor: row.text(5)?,
    })
}

impl IdentityStore for Store {
    async fn identity(&self, issuer: &str, subject: &str) -> Stored<Option<Identity>> {
        let sql = format!("SELECT {COLUMNS} FROM identities i WHERE i.issuer = $1 AND i.subject = $2 AND {LATEST}");
        let found = self.rows("identities", sql, values![issuer, subject], identity).await?;
        Ok(found.into_iter().next())
    }

    async fn identities(&self) -> Stored<Vec<Identity>> {
        let sql =
            format!("SELECT {COLUMNS} FROM identities i WHERE {LATEST} ORDER BY i.user_name, i.issuer, i.subject");
        self.rows("identities", sql, Vec::new(), identity).await
    }

    async fn put_identity(&self, stamp: Stamp, identity: Identity) -> Stored<()> {
        self.write(Change::PutIdentity(stamp, Box::new(identity))).await.map(|_| ())
    }
}

pub(crate) async fn put(tx: &mut Tx, chain: &mut Chain, stamp: Stamp, new: Identity) -> Stored<Done> {
    let Identity { issuer, subject, user, version, .. } = new;
    let sql = "SELECT version, user_name FROM identities WHERE issuer = $1 AND subject = $2 \
               ORDER BY version DESC LIMIT 1";
    let found = tx.first(sql, values![issuer.as_str(), subject.as_str()]).await?;
    let latest = found.as_ref().map_or(Ok(0), |row| row.count(0))?;
    if latest.checked_add(1) != Some(version) {
        return Err(StorageError::Conflict { what: "统一身份", id: subject, latest });
    }
    if let Some(user) = &user {
        let sql = format!(
            "SELECT i.subject FROM identities i WHERE i.issuer = $1 AND i.user_name = $2 AND i.subject <> $3 AND {LATEST}"
        );
        let taken = tx.first(sqlx::AssertSqlSafe(sql), values![issuer.as_str(), user.as_str(), subject.as_str()]);
        if taken.await?.is_some() {
            return Err(StorageError::Duplicate { what: "与其他统一身份关联的账号", id: user.clone() });
        }
    }
    let before = found.map_or(Ok(None), |row| row.opt_text(1))?;
    if let Some(before) = before.filter(|before| user.as_ref() != Some(before)) {
        let sql = "DELETE FROM sessions WHERE user_name = $1 AND provider = $2";
        tx.execute(sql, values![before, issuer.as_str()], Keep::Prepared).await?;
    }
    let seq = chain.next();
    let mut rows = Rows::default();
    let row =
        values![issuer.as_str(), subject.as_str(), version, user.clone(), micros(stamp.at), stamp.actor.as_str(),];
    rows.add(&IDENTITIES, seq, row);
    let claims = rows.claims();
    rows.write(tx).await?;
    let action = if user.is_some() { "identity.link" } else { "identity.unlink" };
    let facts = json!({ "issuer": issuer, "user": user, "version": version });
    chain.add(&stamp, Entry { action, object: format!("identity:{subject}"), facts, claims });
    Ok(Done::Nothing)
}
