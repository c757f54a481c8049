-- Plans, their text and register, figures, people, the audit chain.
--
-- Every table of the register is only ever added to. `seq` is the audit record
-- that a row was written with, `digest` the SM3 of the row; together they let
-- verify-audit name the place where something was changed behind the chain's
-- back. Times are microseconds since 1970 (UTC), figures exact decimals as text.

CREATE TABLE audit (
    seq       BIGINT PRIMARY KEY,
    at        BIGINT NOT NULL,
    actor     TEXT COLLATE "C" NOT NULL,
    action    TEXT COLLATE "C" NOT NULL,
    object    TEXT COLLATE "C" NOT NULL,
    detail    TEXT COLLATE "C" NOT NULL,
    previous  TEXT COLLATE "C" NOT NULL,
    hash      TEXT COLLATE "C" NOT NULL
);

-- The end of the chain, so that cutting off its last records shows.
CREATE TABLE audit_head (
    id    BIGINT PRIMARY KEY CHECK (id = 1),
    seq   BIGINT NOT NULL,
    hash  TEXT COLLATE "C" NOT NULL
);
INSERT INTO audit_head (id, seq, hash)
VALUES (1, 0, '0000000000000000000000000000000000000000000000000000000000000000');

CREATE TABLE plans (
    id            BIGINT PRIMARY KEY,
    title         TEXT COLLATE "C" NOT NULL,
    jurisdiction  TEXT COLLATE "C" NOT NULL,
    first_year    BIGINT NOT NULL,
    last_year     BIGINT NOT NULL,
    kind          TEXT COLLATE "C" NOT NULL,
    parent        BIGINT REFERENCES plans (id),
    file_name     TEXT COLLATE "C" NOT NULL,
    text_digest   TEXT COLLATE "C" NOT NULL,
    at            BIGINT NOT NULL,
    actor         TEXT COLLATE "C" NOT NULL,
    seq           BIGINT NOT NULL,
    digest        TEXT COLLATE "C" NOT NULL
);
CREATE INDEX plans_by_text ON plans (jurisdiction, first_year, last_year, text_digest);
CREATE INDEX plans_by_seq ON plans (seq);

-- When something of a plan changed last. Not covered by the chain: it can be
-- computed again from what is.
CREATE TABLE plan_changes (
    plan_id  BIGINT PRIMARY KEY REFERENCES plans (id),
    seq      BIGINT NOT NULL,
    at       BIGINT NOT NULL
);

CREATE TABLE sources (
    plan_id     BIGINT PRIMARY KEY REFERENCES plans (id),
    format      TEXT COLLATE "C" NOT NULL,
    encoding    TEXT COLLATE "C" NOT NULL,
    headings    TEXT COLLATE "C" NOT NULL,
    tables      TEXT COLLATE "C" NOT NULL,
    problems    TEXT COLLATE "C" NOT NULL,
    quantities  TEXT COLLATE "C" NOT NULL,
    seq         BIGINT NOT NULL,
    digest      TEXT COLLATE "C" NOT NULL
);
CREATE INDEX sources_by_seq ON sources (seq);

CREATE TABLE source_lines (
    plan_id     BIGINT NOT NULL REFERENCES plans (id),
    line        BIGINT NOT NULL,
    role        TEXT COLLATE "C" NOT NULL,
    body_start  BIGINT NOT NULL,
    glued_box   BIGINT,
    text        TEXT COLLATE "C" NOT NULL,
    seq         BIGINT NOT NULL,
    digest      TEXT COLLATE "C" NOT NULL,
    PRIMARY KEY (plan_id, line)
);
CREATE INDEX source_lines_by_seq ON source_lines (seq);

CREATE TABLE facts (
    plan_id     BIGINT NOT NULL REFERENCES plans (id),
    number      BIGINT NOT NULL,
    name        TEXT COLLATE "C" NOT NULL,
    value       TEXT COLLATE "C" NOT NULL,
    period      TEXT COLLATE "C",
    line        BIGINT NOT NULL,
    start_char  BIGINT NOT NULL,
    end_char    BIGINT NOT NULL,
    quote       TEXT COLLATE "C" NOT NULL,
    rule        TEXT COLLATE "C" NOT NULL,
    seq         BIGINT NOT NULL,
    digest      TEXT COLLATE "C" NOT NULL,
    PRIMARY KEY (plan_id, number)
);
CREATE INDEX facts_by_seq ON facts (seq);

CREATE TABLE indicators (
    plan_id      BIGINT NOT NULL REFERENCES plans (id),
    code         TEXT COLLATE "C" NOT NULL,
    version      BIGINT NOT NULL,
    name         TEXT COLLATE "C" NOT NULL,
    group_name   TEXT COLLATE "C" NOT NULL,
    unit         TEXT COLLATE "C" NOT NULL,
    kind         TEXT COLLATE "C" NOT NULL,
    measure      TEXT COLLATE "C" NOT NULL,
    direction    TEXT COLLATE "C",
    base_value   TEXT COLLATE "C",
    base_period  TEXT COLLATE "C",
    targets      TEXT COLLATE "C" NOT NULL,
    mentions     TEXT COLLATE "C" NOT NULL,
    base_fact    BIGINT,
    reason       TEXT COLLATE "C" NOT NULL,
    at           BIGINT NOT NULL,
    actor        TEXT COLLATE "C" NOT NULL,
    seq          BIGINT NOT NULL,
    digest       TEXT COLLATE "C" NOT NULL,
    PRIMARY KEY (plan_id, code, version)
);
CREATE INDEX indicators_by_seq ON indicators (seq);

CREATE TABLE commitments (
    plan_id     BIGINT NOT NULL REFERENCES plans (id),
    number      BIGINT NOT NULL,
    indicator   TEXT COLLATE "C" NOT NULL,
    chapter     TEXT COLLATE "C" NOT NULL,
    bases       TEXT COLLATE "C" NOT NULL,
    name        TEXT COLLATE "C" NOT NULL,
    class       TEXT COLLATE "C" NOT NULL,
    intent      TEXT COLLATE "C" NOT NULL,
    target      TEXT COLLATE "C" NOT NULL,
    line        BIGINT NOT NULL,
    start_char  BIGINT NOT NULL,
    end_char    BIGINT NOT NULL,
    quote       TEXT COLLATE "C" NOT NULL,
    rule        TEXT COLLATE "C" NOT NULL,
    seq         BIGINT NOT NULL,
    digest      TEXT COLLATE "C" NOT NULL,
    PRIMARY KEY (plan_id, number)
);
CREATE INDEX commitments_by_seq ON commitments (seq);

CREATE TABLE figures (
    plan_id    BIGINT NOT NULL REFERENCES plans (id),
    indicator  TEXT COLLATE "C" NOT NULL,
    period     TEXT COLLATE "C" NOT NULL,
    standing   TEXT COLLATE "C" NOT NULL,
    vintage    BIGINT NOT NULL,
    value      TEXT COLLATE "C" NOT NULL,
    source     TEXT COLLATE "C" NOT NULL,
    note       TEXT COLLATE "C" NOT NULL,
    at         BIGINT NOT NULL,
    actor      TEXT COLLATE "C" NOT NULL,
    seq        BIGINT NOT NULL,
    digest     TEXT COLLATE "C" NOT NULL,
    PRIMARY KEY (plan_id, indicator, period, standing, vintage)
);
CREATE INDEX figures_by_seq ON figures (seq);

-- Changes of definition (口径) of an indicator; a correction is a further version.
CREATE TABLE series_breaks (
    plan_id      BIGINT NOT NULL REFERENCES plans (id),
    indicator    TEXT COLLATE "C" NOT NULL,
    from_period  TEXT COLLATE "C" NOT NULL,
    version      BIGINT NOT NULL,
    overlap_old  TEXT COLLATE "C",
    overlap_new  TEXT COLLATE "C",
    reason       TEXT COLLATE "C" NOT NULL,
    at           BIGINT NOT NULL,
    actor        TEXT COLLATE "C" NOT NULL,
    seq          BIGINT NOT NULL,
    digest       TEXT COLLATE "C" NOT NULL,
    PRIMARY KEY (plan_id, indicator, from_period, version)
);
CREATE INDEX series_breaks_by_seq ON series_breaks (seq);

CREATE TABLE users (
    name           TEXT COLLATE "C" NOT NULL,
    version        BIGINT NOT NULL,
    role           TEXT COLLATE "C" NOT NULL,
    password_hash  TEXT COLLATE "C" NOT NULL,
    active         BIGINT NOT NULL,
    at             BIGINT NOT NULL,
    actor          TEXT COLLATE "C" NOT NULL,
    seq            BIGINT NOT NULL,
    digest         TEXT COLLATE "C" NOT NULL,
    PRIMARY KEY (name, version)
);
CREATE INDEX users_by_seq ON users (seq);

-- Sessions and failed log-ins come and go; opening and ending a session is in
-- the audit chain, these rows are not.
CREATE TABLE sessions (
    token_hash  TEXT COLLATE "C" PRIMARY KEY,
    user_name   TEXT COLLATE "C" NOT NULL,
    csrf        TEXT COLLATE "C" NOT NULL,
    address     TEXT COLLATE "C" NOT NULL,
    created_at  BIGINT NOT NULL,
    seen_at     BIGINT NOT NULL,
    expires_at  BIGINT NOT NULL
);
CREATE INDEX sessions_by_user ON sessions (user_name);
CREATE INDEX sessions_by_end ON sessions (expires_at);

CREATE TABLE login_attempts (
    key       TEXT COLLATE "C" PRIMARY KEY,
    failures  BIGINT NOT NULL,
    last_at   BIGINT NOT NULL
);
CREATE INDEX login_attempts_by_time ON login_attempts (last_at);
