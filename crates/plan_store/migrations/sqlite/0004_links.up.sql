-- How the indicators of an annual plan stand to those of the plan it carries out:
-- proposed at import, decided by people; each change is a further version.
CREATE TABLE links (
    plan_id  INTEGER NOT NULL REFERENCES plans (id),
    item     TEXT NOT NULL,
    version  INTEGER NOT NULL,
    parent   INTEGER NOT NULL REFERENCES plans (id),
    other    TEXT,
    state    TEXT NOT NULL,
    score    INTEGER NOT NULL,
    reasons  TEXT NOT NULL,
    note     TEXT NOT NULL,
    at       INTEGER NOT NULL,
    actor    TEXT NOT NULL,
    seq      INTEGER NOT NULL,
    digest   TEXT NOT NULL,
    PRIMARY KEY (plan_id, item, version)
) STRICT, WITHOUT ROWID;
CREATE INDEX links_by_parent ON links (parent);
CREATE INDEX links_by_seq ON links (seq);
