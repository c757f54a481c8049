-- Plans, their text and register, figures, people, the audit chain.
--
-- Every table of the register is only ever added to. `seq` is the audit record
-- that a row was written with, `digest` the SM3 of the row; together they let
-- verify-audit name the place where something was changed behind the chain's
-- back. Times are microseconds since 1970 (UTC), figures exact decimals as text.

CREATE TABLE audit (
    seq       INTEGER PRIMARY KEY,
    at        INTEGER NOT NULL,
    actor     TEXT NOT NULL,
    action    TEXT NOT NULL,
    object    TEXT NOT NULL,
    detail    TEXT NOT NULL,
    previous  TEXT NOT NULL,
    hash      TEXT NOT NULL
) STRICT;

-- The end of the chain, so that cutting off its last records shows.
CREATE TABLE audit_head (
    id    INTEGER PRIMARY KEY CHECK (id = 1),
    seq   INTEGER NOT NULL,
    hash  TEXT NOT NULL
) STRICT;
INSERT INTO audit_head (id, seq, hash)
VALUES (1, 0, '0000000000000000000000000000000000000000000000000000000000000000');

CREATE TABLE plans (
    id            INTEGER PRIMARY KEY,
    title         TEXT NOT NULL,
    jurisdiction  TEXT NOT NULL,
    first_year    INTEGER NOT NULL,
    last_year     INTEGER NOT NULL,
    kind          TEXT NOT NULL,
    parent        INTEGER REFERENCES plans (id),
    file_name     TEXT NOT NULL,
    text_digest   TEXT NOT NULL,
    at            INTEGER NOT NULL,
    actor         TEXT NOT NULL,
    seq           INTEGER NOT NULL,
    digest        TEXT NOT NULL
) STRICT;
CREATE INDEX plans_by_text ON plans (jurisdiction, first_year, last_year, text_digest);
CREATE INDEX plans_by_seq ON plans (seq);

-- When something of a plan changed last. Not covered by the chain: it can be
-- computed again from what is.
CREATE TABLE plan_changes (
    plan_id  INTEGER PRIMARY KEY REFERENCES plans (id),
    seq      INTEGER NOT NULL,
    at       INTEGER NOT NULL
) STRICT;

CREATE TABLE sources (
    plan_id     INTEGER PRIMARY KEY REFERENCES plans (id),
    format      TEXT NOT NULL,
    encoding    TEXT NOT NULL,
    headings    TEXT NOT NULL,
    tables      TEXT NOT NULL,
    problems    TEXT NOT NULL,
    quantities  TEXT NOT NULL,
    seq         INTEGER NOT NULL,
    digest      TEXT NOT NULL
) STRICT;
CREATE INDEX sources_by_seq ON sources (seq);

CREATE TABLE source_lines (
    plan_id     INTEGER NOT NULL REFERENCES plans (id),
    line        INTEGER NOT NULL,
    role        TEXT NOT NULL,
    body_start  INTEGER NOT NULL,
    glued_box   INTEGER,
    text        TEXT NOT NULL,
    seq         INTEGER NOT NULL,
    digest      TEXT NOT NULL,
    PRIMARY KEY (plan_id, line)
) STRICT, WITHOUT ROWID;
CREATE INDEX source_lines_by_seq ON source_lines (seq);

CREATE TABLE facts (
    plan_id     INTEGER NOT NULL REFERENCES plans (id),
    number      INTEGER NOT NULL,
    name        TEXT NOT NULL,
    value       TEXT NOT NULL,
    period      TEXT,
    line        INTEGER NOT NULL,
    start_char  INTEGER NOT NULL,
    end_char    INTEGER NOT NULL,
    quote       TEXT NOT NULL,
    rule        TEXT NOT NULL,
    seq         INTEGER NOT NULL,
    digest      TEXT NOT NULL,
    PRIMARY KEY (plan_id, number)
) STRICT, WITHOUT ROWID;
CREATE INDEX facts_by_seq ON facts (seq);

CREATE TABLE indicators (
    plan_id      INTEGER NOT NULL REFERENCES plans (id),
    code         TEXT NOT NULL,
    version      INTEGER NOT NULL,
    name         TEXT NOT NULL,
    group_name   TEXT NOT NULL,
    unit         TEXT NOT NULL,
    kind         TEXT NOT NULL,
    measure      TEXT NOT NULL,
    direction    TEXT,
    base_value   TEXT,
    base_period  TEXT,
    targets      TEXT NOT NULL,
    mentions     TEXT NOT NULL,
    base_fact    INTEGER,
    reason       TEXT NOT NULL,
    at           INTEGER NOT NULL,
    actor        TEXT NOT NULL,
    seq          INTEGER NOT NULL,
    digest       TEXT NOT NULL,
    PRIMARY KEY (plan_id, code, version)
) STRICT, WITHOUT ROWID;
CREATE INDEX indicators_by_seq ON indicators (seq);

CREATE TABLE commitments (
    plan_id     INTEGER NOT NULL REFERENCES plans (id),
    number      INTEGER NOT NULL,
    indicator   TEXT NOT NULL,
    chapter     TEXT NOT NULL,
    bases       TEXT NOT NULL,
    name        TEXT NOT NULL,
    class       TEXT NOT NULL,
    intent      TEXT NOT NULL,
    target      TEXT NOT NULL,
    line        INTEGER NOT NULL,
    start_char  INTEGER NOT NULL,
    end_char    INTEGER NOT NULL,
    quote       TEXT NOT NULL,
    rule        TEXT NOT NULL,
    seq         INTEGER NOT NULL,
    digest      TEXT NOT NULL,
    PRIMARY KEY (plan_id, number)
) STRICT, WITHOUT ROWID;
CREATE INDEX commitments_by_seq ON commitments (seq);

CREATE TABLE figures (
    plan_id    INTEGER NOT NULL REFERENCES plans (id),
    indicator  TEXT NOT NULL,
    period     TEXT NOT NULL,
    standing   TEXT NOT NULL,
    vintage    INTEGER NOT NULL,
    value      TEXT NOT NULL,
    source     TEXT NOT NULL,
    note       TEXT NOT NULL,
    at         INTEGER NOT NULL,
    actor      TEXT NOT NULL,
    seq        INTEGER NOT NULL,
    digest     TEXT NOT NULL,
    PRIMARY KEY (plan_id, indicator, period, standing, vintage)
) STRICT, WITHOUT ROWID;
CREATE INDEX figures_by_seq ON figures (seq);

-- Changes of definition (口径) of an indicator; a correction is a further version.
CREATE TABLE series_breaks (
    plan_id      INTEGER NOT NULL REFERENCES plans (id),
    indicator    TEXT NOT NULL,
    from_period  TEXT NOT NULL,
    version      INTEGER NOT NULL,
    overlap_old  TEXT,
    overlap_new  TEXT,
    reason       TEXT NOT NULL,
    at           INTEGER NOT NULL,
    actor        TEXT NOT NULL,
    seq          INTEGER NOT NULL,
    digest       TEXT NOT NULL,
    PRIMARY KEY (plan_id, indicator, from_period, version)
) STRICT, WITHOUT ROWID;
CREATE INDEX series_breaks_by_seq ON series_breaks (seq);

CREATE TABLE users (
    name           TEXT NOT NULL,
    version        INTEGER NOT NULL,
    role           TEXT NOT NULL,
    password_hash  TEXT NOT NULL,
    active         INTEGER NOT NULL,
    at             INTEGER NOT NULL,
    actor          TEXT NOT NULL,
    seq            INTEGER NOT NULL,
    digest         TEXT NOT NULL,
    PRIMARY KEY (name, version)
) STRICT, WITHOUT ROWID;
CREATE INDEX users_by_seq ON users (seq);

-- Sessions and failed log-ins come and go; opening and ending a session is in
-- the audit chain, these rows are not.
CREATE TABLE sessions (
    token_hash  TEXT PRIMARY KEY,
    user_name   TEXT NOT NULL,
    csrf        TEXT NOT NULL,
    address     TEXT NOT NULL,
    created_at  INTEGER NOT NULL,
    seen_at     INTEGER NOT NULL,
    expires_at  INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX sessions_by_user ON sessions (user_name);
CREATE INDEX sessions_by_end ON sessions (expires_at);

CREATE TABLE login_attempts (
    key       TEXT PRIMARY KEY,
    failures  INTEGER NOT NULL,
    last_at   INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX login_attempts_by_time ON login_attempts (last_at);
