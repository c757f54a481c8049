-- Work items of a plan, how sure the rules are of its commitments, and what
-- people decide of both.

-- NULL for certain: a column that is NULL is not part of a row's digest, so the
-- rows of plans stored before this step still verify.
ALTER TABLE commitments ADD COLUMN confidence TEXT;

CREATE TABLE work_items (
    plan_id  INTEGER NOT NULL REFERENCES plans (id),
    number   INTEGER NOT NULL,
    chapter  TEXT NOT NULL,
    item     TEXT NOT NULL,
    seq      INTEGER NOT NULL,
    digest   TEXT NOT NULL,
    PRIMARY KEY (plan_id, number)
) STRICT, WITHOUT ROWID;
CREATE INDEX work_items_by_seq ON work_items (seq);

-- `payload` is JSON, NULL where the action says all; `batch` the number of the
-- first decision made in the same press.
CREATE TABLE decisions (
    plan_id    INTEGER NOT NULL REFERENCES plans (id),
    number     INTEGER NOT NULL,
    batch      INTEGER NOT NULL,
    candidate  TEXT NOT NULL,
    action     TEXT NOT NULL,
    payload    TEXT,
    reason     TEXT NOT NULL,
    at         INTEGER NOT NULL,
    actor      TEXT NOT NULL,
    seq        INTEGER NOT NULL,
    digest     TEXT NOT NULL,
    PRIMARY KEY (plan_id, number)
) STRICT, WITHOUT ROWID;
CREATE INDEX decisions_by_seq ON decisions (seq);
