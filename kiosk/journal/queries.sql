-- name: add_entry
INSERT INTO entry (seq, at, kind, lane, attempt, code_key, mono_ns, clock_state, body, chain)
VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?);

-- name: last_entry
SELECT seq, chain FROM entry ORDER BY seq DESC LIMIT 1;

-- name: highest_seq
SELECT seq FROM sqlite_sequence WHERE name = 'entry';

-- name: entries_from
SELECT seq, at, kind, lane, attempt, code_key, mono_ns, clock_state, body, chain
FROM entry WHERE seq >= ? ORDER BY seq;

-- name: chain_before
SELECT seq, chain FROM entry WHERE seq < ? ORDER BY seq DESC LIMIT 1;

-- name: state_of_attempt
SELECT state, seq FROM attempt WHERE id = ?;

-- name: add_attempt
INSERT INTO attempt (id, seq, state) VALUES (?, ?, ?);

-- name: move_attempt
UPDATE attempt SET state = ? WHERE id = ?;

-- name: add_identity
INSERT OR IGNORE INTO attempt_identity (identity, seq) VALUES (?, ?);

-- name: entries_by_identity
SELECT e.seq, e.at, e.kind, e.lane, e.attempt, e.code_key, e.mono_ns, e.clock_state, e.body, e.chain
FROM attempt_identity AS i
CROSS JOIN attempt AS a ON a.seq = i.seq
CROSS JOIN entry AS e ON e.attempt = a.id
WHERE i.identity = ?;

-- name: entries_of_open_attempts
SELECT e.seq, e.at, e.kind, e.lane, e.attempt, e.code_key, e.mono_ns, e.clock_state, e.body, e.chain
FROM attempt AS a
CROSS JOIN entry AS e ON e.attempt = a.id -- in this order: few attempts are open
WHERE a.state IN ('intended', 'owed')
ORDER BY e.seq;

-- name: entries_of_open_conversations
SELECT e.seq, e.at, e.kind, e.lane, e.attempt, e.code_key, e.mono_ns, e.clock_state, e.body, e.chain
FROM attempt AS a
CROSS JOIN entry AS e ON e.attempt = a.id -- in this order: few conversations are open
WHERE a.state IN (
    'opening', 'open', 'adding', 'removing', 'setting', 'unsure', 'held', 'confirmed', 'completing', 'redeemed',
    'failed', 'closing')
ORDER BY e.seq;

-- name: entries_of_jobs
SELECT seq, at, kind, lane, attempt, code_key, mono_ns, clock_state, body, chain
FROM entry WHERE kind = 'issue' ORDER BY seq;

-- name: begun_job
SELECT at, attempt, body FROM entry WHERE kind = 'issue' AND body ->> 'step' = 'begin' ORDER BY seq LIMIT 1;

-- name: ended_job
SELECT body FROM entry WHERE kind = 'issue' AND body ->> 'step' = 'end' ORDER BY seq LIMIT 1;

-- name: stages_of_requests
SELECT state, count(*) FROM attempt WHERE id GLOB '*/*' GROUP BY state;

-- name: tokens_given
SELECT coalesce(sum(json_array_length(body, '$.tokens')), 0) FROM entry
WHERE kind = 'issue' AND body ->> 'step' = 'accept';

-- name: tokens_ended
SELECT body ->> 'token_state', count(*) FROM entry
WHERE kind = 'issue' AND body ->> 'step' IN ('resolve', 'conclude') GROUP BY 1;

-- name: last_admission
SELECT seq, lane FROM entry
WHERE attempt = ? AND kind = 'told' AND body ->> 'outcome' = 'admit'
ORDER BY seq DESC LIMIT 1;

-- name: what_came_after
SELECT kind FROM entry
WHERE seq > :seq AND (kind IN ('started', 'stopped') OR (kind = 'told' AND lane = :lane))
ORDER BY seq LIMIT 1;

-- name: identity_key
SELECT fingerprint FROM main.identity_key;

-- name: set_identity_key
INSERT OR REPLACE INTO identity_key (only, fingerprint) VALUES (1, ?);

-- name: forget_identities
DELETE FROM attempt_identity;

-- name: forget_attempts
DELETE FROM attempt;

-- name: attempts
SELECT id, seq, state FROM attempt ORDER BY seq;

-- name: identities
SELECT identity, seq FROM attempt_identity ORDER BY seq, identity;

-- name: derived_states_differ
SELECT id FROM (
    SELECT id, seq, state FROM main.attempt EXCEPT SELECT id, seq, state FROM temp.attempt
    UNION ALL
    SELECT * FROM (SELECT id, seq, state FROM temp.attempt EXCEPT SELECT id, seq, state FROM main.attempt)
) ORDER BY seq LIMIT 1;

-- name: derived_identities_differ
SELECT seq FROM (
    SELECT identity, seq FROM main.attempt_identity EXCEPT SELECT identity, seq FROM temp.attempt_identity
    UNION ALL
    SELECT * FROM (
        SELECT identity, seq FROM temp.attempt_identity EXCEPT SELECT identity, seq FROM main.attempt_identity
    )
) ORDER BY seq LIMIT 1;

-- name: listing
SELECT e.seq, e.at, e.kind, coalesce(e.lane, begun.lane), e.attempt, e.code_key, e.mono_ns, e.clock_state, e.body,
       e.chain, a.state, CASE WHEN begun.seq <> e.seq THEN begun.body END
FROM entry AS e
LEFT JOIN attempt AS a ON a.id = e.attempt
LEFT JOIN entry AS begun ON begun.seq = a.seq
WHERE e.seq > :after AND e.seq < :before
  AND (:since IS NULL OR e.at >= :since)
  AND (:until IS NULL OR e.at < :until)
  AND (:lane IS NULL OR coalesce(e.lane, begun.lane) = :lane)
  AND (:kind IS NULL OR e.kind = :kind)
  AND (:state IS NULL OR a.state = :state)
  AND (NOT :brief OR e.kind IN ('told', 'parked', 'undone', 'started', 'stopped', 'override')
    OR (e.kind = 'settled' AND EXISTS (
      SELECT 1 FROM entry AS earlier
      WHERE earlier.attempt = e.attempt AND earlier.kind = 'owed' AND earlier.seq < e.seq))
    OR (e.kind = 'voucher' AND (e.body ->> 'step' IN ('ticketed', 'failed', 'closed')
      OR (e.body ->> 'step' = 'redeemed' AND a.state = 'redeemed')))
    OR (e.kind = 'issue' AND e.body ->> 'step' IN ('begin', 'refuse', 'doubt', 'again', 'find', 'end')));

-- name: entries_of_parked_attempts
SELECT e.seq, e.at, e.kind, e.lane, e.attempt, e.code_key, e.mono_ns, e.clock_state, e.body, e.chain
FROM attempt AS a
CROSS JOIN entry AS e ON e.attempt = a.id
WHERE a.state = 'parked'
ORDER BY e.seq;
