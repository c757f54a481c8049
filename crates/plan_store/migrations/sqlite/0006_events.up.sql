-- What happened, stream by stream: assignments, reports, breakdowns and the like are
-- folds of these rows. The body is the event as JSON.
CREATE TABLE events (
    stream   TEXT NOT NULL,
    number   INTEGER NOT NULL,
    kind     TEXT NOT NULL,
    subject  TEXT NOT NULL,
    body     TEXT NOT NULL,
    at       INTEGER NOT NULL,
    actor    TEXT NOT NULL,
    seq      INTEGER NOT NULL,
    digest   TEXT NOT NULL,
    PRIMARY KEY (stream, number)
) STRICT, WITHOUT ROWID;
CREATE INDEX events_by_seq ON events (seq);
