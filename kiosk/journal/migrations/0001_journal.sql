-- The record. Rows are only ever added: the triggers hold whoever opens the file to it, the chain shows who got round them.
CREATE TABLE entry (
    seq INTEGER PRIMARY KEY AUTOINCREMENT, -- sqlite_sequence remembers the highest: a tail that was cut off shows
    at TEXT NOT NULL,
    kind TEXT NOT NULL,
    lane TEXT,
    attempt TEXT,
    code_key BLOB,
    mono_ns INTEGER NOT NULL,
    clock_state TEXT NOT NULL,
    body TEXT NOT NULL,
    chain BLOB NOT NULL
) STRICT;

CREATE INDEX entry_attempt ON entry (attempt) WHERE attempt IS NOT NULL;

CREATE TRIGGER entry_is_never_changed BEFORE UPDATE ON entry
BEGIN
    SELECT RAISE(ABORT, 'rows of the journal are never changed');
END;

CREATE TRIGGER entry_is_never_deleted BEFORE DELETE ON entry
BEGIN
    SELECT RAISE(ABORT, 'rows of the journal are never deleted');
END;

-- INSERT OR REPLACE would delete without the trigger above.
CREATE TRIGGER entry_comes_last BEFORE INSERT ON entry
WHEN NEW.seq IS NOT (SELECT coalesce(max(seq), 0) + 1 FROM entry)
BEGIN
    SELECT RAISE(ABORT, 'a row of the journal comes after the last one');
END;

-- Derived from the rows in the transaction that adds them, and from nothing else: an index, not a record.
-- `kiosk journal verify` compares it with the rows; it can always be made again.
CREATE TABLE attempt (
    seq INTEGER PRIMARY KEY REFERENCES entry (seq), -- of its `intended` row
    id TEXT NOT NULL UNIQUE,
    state TEXT NOT NULL
) STRICT;

CREATE INDEX attempt_open ON attempt (seq) WHERE state IN ('intended', 'owed');

CREATE TABLE attempt_identity (
    identity BLOB NOT NULL, -- a keyed hash: of the code, or of an identifier of one of its bookings
    seq INTEGER NOT NULL REFERENCES attempt (seq),
    PRIMARY KEY (identity, seq)
) STRICT, WITHOUT ROWID;

-- Which key the identities were made with.
CREATE TABLE identity_key (
    only INTEGER PRIMARY KEY CHECK (only = 1),
    fingerprint BLOB NOT NULL
) STRICT;
