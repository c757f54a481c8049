-- Who was given their password by somebody else has to change it first. Accounts
-- from before have no word on it, and NULL is left out of digests.
ALTER TABLE users ADD COLUMN must_change BIGINT;
-- By which provider a session was opened; NULL by password.
ALTER TABLE sessions ADD COLUMN provider TEXT COLLATE "C";
-- Which account a person at an identity provider has; each change is a further
-- version, and no account means that the link was taken back.
CREATE TABLE identities (
    issuer     TEXT COLLATE "C" NOT NULL,
    subject    TEXT COLLATE "C" NOT NULL,
    version    BIGINT NOT NULL,
    user_name  TEXT COLLATE "C",
    at         BIGINT NOT NULL,
    actor      TEXT COLLATE "C" NOT NULL,
    seq        BIGINT NOT NULL,
    digest     TEXT COLLATE "C" NOT NULL,
    PRIMARY KEY (issuer, subject, version)
);
CREATE INDEX identities_by_seq ON identities (seq);
