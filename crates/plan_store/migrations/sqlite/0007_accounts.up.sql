-- Who was given their password by somebody else has to change it first. Accounts
-- from before have no word on it, and NULL is left out of digests.
ALTER TABLE users ADD COLUMN must_change INTEGER;
-- By which provider a session was opened; NULL by password.
ALTER TABLE sessions ADD COLUMN provider TEXT;
-- Which account a person at an identity provider has; each change is a further
-- version, and no account means that the link was taken back.
CREATE TABLE identities (
    issuer     TEXT NOT NULL,
    subject    TEXT NOT NULL,
    version    INTEGER NOT NULL,
    user_name  TEXT,
    at         INTEGER NOT NULL,
    actor      TEXT NOT NULL,
    seq        INTEGER NOT NULL,
    digest     TEXT NOT NULL,
    PRIMARY KEY (issuer, subject, version)
) STRICT, WITHOUT ROWID;
CREATE INDEX identities_by_seq ON identities (seq);
