-- Files handed in as evidence, each once however often it is handed in. The hash is
-- SM3 of the content; the audit chain covers this row and by the hash the content.
CREATE TABLE evidence_files (
    hash        TEXT PRIMARY KEY NOT NULL,
    media_type  TEXT NOT NULL,
    size        INTEGER NOT NULL,
    name        TEXT NOT NULL,
    at          INTEGER NOT NULL,
    actor       TEXT NOT NULL,
    seq         INTEGER NOT NULL,
    digest      TEXT NOT NULL
) STRICT;
CREATE INDEX evidence_files_by_seq ON evidence_files (seq);
-- Apart, so that nobody who looks at the list reads the contents.
CREATE TABLE evidence_contents (
    hash   TEXT PRIMARY KEY NOT NULL REFERENCES evidence_files (hash),
    bytes  BLOB NOT NULL
) STRICT;
