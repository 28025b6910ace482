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
