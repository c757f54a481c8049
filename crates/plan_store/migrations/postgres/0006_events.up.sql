-- What happened, stream by stream: assignments, reports, breakdowns and the like are
-- folds of these rows. The body is the event as JSON.
CREATE TABLE events (
    stream   TEXT COLLATE "C" NOT NULL,
    number   BIGINT NOT NULL,
    kind     TEXT COLLATE "C" NOT NULL,
    subject  TEXT COLLATE "C" NOT NULL,
    body     TEXT COLLATE "C" NOT NULL,
    at       BIGINT NOT NULL,
    actor    TEXT COLLATE "C" NOT NULL,
    seq      BIGINT NOT NULL,
    digest   TEXT COLLATE "C" NOT NULL,
    PRIMARY KEY (stream, number)
);
CREATE INDEX events_by_seq ON events (seq);
