-- name: schema
-- The day's list: what an office said, to be asked again at any time. Codes stand here as keyed hashes only.
CREATE TABLE list (
    supplier TEXT NOT NULL,
    day TEXT NOT NULL,
    as_of TEXT,                          -- nothing on it is older than this; NULL before its first page
    expected INTEGER,                    -- bookings that the office spoke of
    complete INTEGER NOT NULL DEFAULT 0,
    pass INTEGER NOT NULL,               -- counts the passes; its bookings carry the number of the last one that met them
    began_at TEXT,                       -- of the pass under way; NULL between passes
    next_page INTEGER NOT NULL DEFAULT 1,
    entries INTEGER NOT NULL DEFAULT 0,  -- what the office has sent in this pass
    PRIMARY KEY (supplier, day)
) STRICT;

CREATE TABLE booking (
    id INTEGER PRIMARY KEY,
    supplier TEXT NOT NULL,
    identity BLOB NOT NULL,              -- a keyed hash: of the uuid, or of the reference where there is none
    day TEXT,                            -- NULL: open-dated
    pass INTEGER NOT NULL,
    seen_on TEXT,                        -- of open-dated ones: the day of their last change
    codes BLOB NOT NULL,                 -- its rows of `code`, packed: they are only written anew where they differ
    body TEXT NOT NULL,
    UNIQUE (identity, supplier)
) STRICT;

CREATE INDEX booking_day ON booking (supplier, day, pass);
-- To be read from end to end: an index would write a page of its own for every booking, and staff do not search often.
CREATE TABLE reference (
    booking INTEGER PRIMARY KEY REFERENCES booking (id),
    text TEXT NOT NULL COLLATE NOCASE
) STRICT;

CREATE TABLE code (
    hash BLOB NOT NULL,
    booking INTEGER NOT NULL REFERENCES booking (id),
    place INTEGER NOT NULL,              -- of its unit item; -1: the whole booking
    PRIMARY KEY (hash, booking, place)
) STRICT, WITHOUT ROWID;

CREATE TABLE made_with (
    only INTEGER PRIMARY KEY CHECK (only = 1),
    key_check BLOB NOT NULL
) STRICT;

-- name: made_with
SELECT key_check FROM made_with;

-- name: set_made_with
INSERT INTO made_with (only, key_check) VALUES (1, ?);

-- name: lists
SELECT supplier, day, as_of, pass, began_at, next_page, entries FROM list;

-- name: states
SELECT supplier, day, as_of, expected, complete,
       (SELECT count(*) FROM booking AS b WHERE b.supplier = list.supplier AND b.day = list.day)
FROM list ORDER BY supplier, day;

-- name: add_list
INSERT INTO list (supplier, day, pass, began_at) VALUES (?, ?, 1, ?);

-- name: doubt_list
UPDATE list SET as_of = NULL, complete = 0 WHERE supplier = ? AND day = ?;

-- name: begin_pass
UPDATE list SET pass = pass + 1, began_at = ?, next_page = 1, entries = 0 WHERE supplier = ? AND day = ?;

-- name: end_page
UPDATE list SET as_of = coalesce(as_of, began_at), next_page = :next_page, entries = entries + :entries,
       expected = CASE WHEN complete THEN expected ELSE :expected END
WHERE supplier = :supplier AND day = :day;

-- name: end_pass
UPDATE list SET began_at = NULL, next_page = 1, complete = max(complete, :filled),
       expected = CASE WHEN :whole OR NOT complete THEN entries ELSE expected END,
       as_of = CASE WHEN :whole THEN max(coalesce(as_of, began_at), began_at) ELSE as_of END
WHERE supplier = :supplier AND day = :day;

-- name: bookings_of_pass
SELECT count(*) FROM booking WHERE supplier = ? AND day = ? AND pass = ?;

-- name: bookings_so_far
SELECT count(*) FROM booking WHERE supplier = ? AND day = ? AND pass <= ?;

-- name: raise_as_of
UPDATE list SET as_of = :as_of WHERE supplier = :supplier AND as_of < :as_of;

-- name: expect_what_is_there
UPDATE list SET expected = (SELECT count(*) FROM booking AS b WHERE b.supplier = list.supplier AND b.day = list.day)
WHERE supplier = ? AND complete;

-- name: known_booking
SELECT id, day, codes FROM booking WHERE identity = ? AND supplier = ?;

-- name: add_booking
INSERT INTO booking (supplier, identity, day, pass, seen_on, codes, body)
VALUES (:supplier, :identity, :day, :pass, :seen_on, :codes, :body);

-- name: change_booking
UPDATE booking SET day = :day, pass = :pass, seen_on = :seen_on, codes = :codes, body = :body
WHERE id = :id;

-- name: put_reference
INSERT OR REPLACE INTO reference (booking, text) VALUES (?, ?);

-- name: add_code
INSERT OR IGNORE INTO code (hash, booking, place) VALUES (?, ?, ?);

-- name: drop_code
DELETE FROM code WHERE hash = ? AND booking = ? AND place = ?;

-- name: leftovers
SELECT id FROM booking WHERE supplier = ? AND day = ? AND pass < ?;

-- name: past
SELECT id FROM booking WHERE day < :before OR (day IS NULL AND seen_on < :unseen_since);

-- name: of_others
SELECT id FROM booking WHERE supplier NOT IN (SELECT value FROM json_each(?));

-- name: open_dated
SELECT id FROM booking WHERE supplier = ? AND day IS NULL;

-- name: forget_lists
DELETE FROM list WHERE day < ?;

-- name: forget_others
DELETE FROM list WHERE supplier NOT IN (SELECT value FROM json_each(?));

-- name: by_code
SELECT c.place, b.id, b.supplier, b.day, b.body
FROM code AS c JOIN booking AS b ON b.id = c.booking
WHERE c.hash = ? ORDER BY b.id, c.place;

-- name: by_reference
SELECT -1, b.id, b.supplier, b.day, b.body
FROM reference AS r JOIN booking AS b ON b.id = r.booking
WHERE r.text BETWEEN ? AND ? || char(1114111) ORDER BY r.text LIMIT ?;

-- name: drop_codes_of
DELETE FROM code WHERE booking IN (SELECT value FROM json_each(?));

-- name: drop_references_of
DELETE FROM reference WHERE booking IN (SELECT value FROM json_each(?));

-- name: drop_bookings
DELETE FROM booking WHERE id IN (SELECT value FROM json_each(?));
