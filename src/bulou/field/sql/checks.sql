-- What verify compares of devices, and what they say to the seal. A sealed text never changes: a column that is added later
-- comes last and says nothing where it is null. Times are microseconds since 1970.

-- name: devices
-- Each device against its journal and the offer that it came with; offers against the devices that came.
SELECT jsonb_build_object('device', d.journal)::text,
       jsonb_build_object('kind', j.kind, 'ranges', j.ranges::text, 'expires_at', j.expires_at, 'role', d.role,
                          'enrolled_at', d.enrolled_at)::text,
       jsonb_build_object('kind', o.kind, 'ranges', o.ranges::text, 'expires_at', o.valid_until, 'role', o.role,
                          'enrolled_at', j.enrolled_at)::text
FROM field_device AS d
LEFT JOIN ledger_journal AS j ON j.id = d.journal
LEFT JOIN field_enrolment AS o ON o.token_hash = d.token_hash
WHERE (j.kind, j.ranges, j.expires_at, d.role, d.enrolled_at)
      IS DISTINCT FROM (o.kind, o.ranges, o.valid_until, o.role, j.enrolled_at)
   OR d.enrolled_at > o.usable_until OR d.enrolled_at > o.withdrawn_at
UNION ALL
SELECT jsonb_build_object('offer', left(encode(o.token_hash, 'hex'), 16))::text, o.used::text, coalesce(d.n, 0)::text
FROM field_enrolment AS o
LEFT JOIN (SELECT token_hash, count(*) AS n FROM field_device GROUP BY 1) AS d USING (token_hash)
WHERE o.used <> coalesce(d.n, 0)

-- name: correctors
-- The journal in which a user corrects times is a desk's journal of that scope.
WITH c AS (
  SELECT *, CASE WHEN pg_input_is_valid(scope, 'int8multirange') THEN scope::int8multirange END AS ranges
  FROM field_corrector
)
SELECT jsonb_build_object('user', c.user_id, 'scope', c.scope)::text,
       jsonb_build_object('journal', c.journal, 'kind', j.kind, 'ranges', j.ranges::text)::text,
       jsonb_build_object('journal', j.id, 'kind', 'desk', 'ranges', c.ranges::text)::text
FROM c LEFT JOIN ledger_journal AS j ON j.id = c.journal
WHERE (c.journal, j.kind, j.ranges) IS DISTINCT FROM (j.id, 'desk', c.ranges)

-- name: anew
-- What was said anew: of an entry that was refused for its time or is void, by an entry of the desk that says the same of
-- the same area, kept when it was noted, in the user's journal of corrections; and entries there that count and stand for
-- nothing. Somebody found gets the id that the device's number gives, and what voids names what was said anew.
SELECT jsonb_build_object('journal', a.journal, 'number', a.number)::text,
       jsonb_build_object('by_journal', a.by_journal, 'by_number', a.by_number, 'by', a.by, 'at', a.at)::text,
       jsonb_build_object('by_journal', o.journal, 'by_number', o.number, 'by', j.name, 'at', o.received_at)::text
FROM field_accepted AS a
LEFT JOIN ledger_entry AS e ON e.journal = a.journal AND e.number = a.number
LEFT JOIN ledger_entry AS o ON o.journal = a.by_journal AND o.number = a.by_number
LEFT JOIN ledger_journal AS j ON j.id = a.by_journal
WHERE (e.refusal = 105 OR EXISTS (SELECT FROM ledger_void AS v WHERE v.journal = e.journal AND v.number = e.number))
        IS NOT TRUE
   OR (e.area, e.kind, a.at) IS DISTINCT FROM (o.area, o.kind, o.received_at)
   OR CASE WHEN e.kind <> 'entry.voided' AND coalesce(e.refusal, 105) = 105
           THEN (convert_from(e.raw, 'UTF8')::jsonb -> 'body') - 'person'
             <> (convert_from(o.raw, 'UTF8')::jsonb -> 'body') - 'person' END
   OR starts_with(j.name, a.by || ' · ') IS NOT TRUE
UNION ALL
SELECT jsonb_build_object('journal', o.journal, 'number', o.number)::text, to_jsonb(o.kind)::text, NULL
FROM field_corrector AS c
JOIN ledger_entry AS o ON o.journal = c.journal
WHERE o.refusal IS NULL AND o.kind <> 'entry.voided'
  AND NOT EXISTS (SELECT FROM field_accepted AS a WHERE a.by_journal = o.journal AND a.by_number = o.number)
  AND NOT EXISTS (SELECT FROM ledger_void AS v WHERE v.journal = o.journal AND v.number = o.number)

-- name: offer
-- To the seal: an offer to enrol.
INSERT INTO seal_said
SELECT encode(token_hash, 'hex'), offered_at, concat_ws(' ', 'offer', encode(token_hash, 'hex'), quote_literal(name), kind,
  quote_literal(role), ranges, trunc(extract(epoch FROM valid_until) * 1000000), quote_literal(offered_by),
  trunc(extract(epoch FROM offered_at) * 1000000), trunc(extract(epoch FROM usable_until) * 1000000), admits)
FROM field_enrolment

-- name: offer_end
-- To the seal: an offer that was withdrawn.
INSERT INTO seal_said
SELECT encode(token_hash, 'hex'), withdrawn_at,
       concat_ws(' ', 'offer_end', encode(token_hash, 'hex'), trunc(extract(epoch FROM withdrawn_at) * 1000000))
FROM field_enrolment WHERE withdrawn_at IS NOT NULL

-- name: device
-- To the seal: a device that was enrolled.
INSERT INTO seal_said
SELECT journal::text, enrolled_at, concat_ws(' ', 'device', journal, encode(token_hash, 'hex'), quote_literal(role),
                                             trunc(extract(epoch FROM enrolled_at) * 1000000))
FROM field_device

-- name: handing
-- To the seal: a journal that came as a file.
INSERT INTO seal_said
SELECT id::text, at, concat_ws(' ', 'handing', id, journal, quote_literal(by), encode(digest, 'hex'), entries, kept, repeated,
                               refused, trunc(extract(epoch FROM at) * 1000000))
FROM field_handing

-- name: jump
-- To the seal: by how much the clock of a phone had jumped before an entry.
INSERT INTO seal_said
SELECT journal || '/' || number, received_at, concat_ws(' ', 'jump', journal, number, jump_ms,
                                                        trunc(extract(epoch FROM received_at) * 1000000))
FROM field_jump
