-- Files handed in as evidence, each once however often it is handed in. The hash is
-- SM3 of the content; the audit chain covers this row and by the hash the content.
CREATE TABLE evidence_files (
    hash        TEXT COLLATE "C" PRIMARY KEY,
    media_type  TEXT COLLATE "C" NOT NULL,
    size        BIGINT NOT NULL,
    name        TEXT COLLATE "C" NOT NULL,
    at          BIGINT NOT NULL,
    actor       TEXT COLLATE "C" NOT NULL,
    seq         BIGINT NOT NULL,
    digest      TEXT COLLATE "C" NOT NULL
);
CREATE INDEX evidence_files_by_seq ON evidence_files (seq);
-- Apart, so that nobody who looks at the list reads the contents.
CREATE TABLE evidence_contents (
    hash   TEXT COLLATE "C" PRIMARY KEY REFERENCES evidence_files (hash),
    bytes  BYTEA NOT NULL
);
