-- Work items of a plan, how sure the rules are of its commitments, and what
-- people decide of both.

-- NULL for certain: a column that is NULL is not part of a row's digest, so the
-- rows of plans stored before this step still verify.
ALTER TABLE commitments ADD COLUMN confidence TEXT COLLATE "C";

CREATE TABLE work_items (
    plan_id  BIGINT NOT NULL REFERENCES plans (id),
    number   BIGINT NOT NULL,
    chapter  TEXT COLLATE "C" NOT NULL,
    item     TEXT COLLATE "C" NOT NULL,
    seq      BIGINT NOT NULL,
    digest   TEXT COLLATE "C" NOT NULL,
    PRIMARY KEY (plan_id, number)
);
CREATE INDEX work_items_by_seq ON work_items (seq);

-- `payload` is JSON, NULL where the action says all; `batch` the number of the
-- first decision made in the same press.
CREATE TABLE decisions (
    plan_id    BIGINT NOT NULL REFERENCES plans (id),
    number     BIGINT NOT NULL,
    batch      BIGINT NOT NULL,
    candidate  TEXT COLLATE "C" NOT NULL,
    action     TEXT COLLATE "C" NOT NULL,
    payload    TEXT COLLATE "C",
    reason     TEXT COLLATE "C" NOT NULL,
    at         BIGINT NOT NULL,
    actor      TEXT COLLATE "C" NOT NULL,
    seq        BIGINT NOT NULL,
    digest     TEXT COLLATE "C" NOT NULL,
    PRIMARY KEY (plan_id, number)
);
CREATE INDEX decisions_by_seq ON decisions (seq);
