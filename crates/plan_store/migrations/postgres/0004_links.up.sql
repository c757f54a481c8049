-- How the indicators of an annual plan stand to those of the plan it carries out:
-- proposed at import, decided by people; each change is a further version.
CREATE TABLE links (
    plan_id  BIGINT NOT NULL REFERENCES plans (id),
    item     TEXT COLLATE "C" NOT NULL,
    version  BIGINT NOT NULL,
    parent   BIGINT NOT NULL REFERENCES plans (id),
    other    TEXT COLLATE "C",
    state    TEXT COLLATE "C" NOT NULL,
    score    BIGINT NOT NULL,
    reasons  TEXT COLLATE "C" NOT NULL,
    note     TEXT COLLATE "C" NOT NULL,
    at       BIGINT NOT NULL,
    actor    TEXT COLLATE "C" NOT NULL,
    seq      BIGINT NOT NULL,
    digest   TEXT COLLATE "C" NOT NULL,
    PRIMARY KEY (plan_id, item, version)
);
CREATE INDEX links_by_parent ON links (parent);
CREATE INDEX links_by_seq ON links (seq);
