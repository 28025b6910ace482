-- What verify compares of devices' service, and what it says to the seal. A sealed text never changes: a column that is added
-- later comes last and says nothing where it is null.

-- name: acts
-- Acts on a device that its journal does not know.
SELECT jsonb_build_object('act', s.id, 'journal', s.journal)::text, jsonb_build_object('act', s.act, 'at', s.at)::text,
       '"in the record of the journal"'
FROM devices_service AS s
WHERE NOT EXISTS (SELECT FROM ledger_journal_record AS r WHERE r.journal = s.journal AND r.what = s.act AND r.at = s.at)

-- name: service
-- To the seal: a device taken out of service, or let back into it.
INSERT INTO seal_said
SELECT id::text, at, concat_ws(' ', 'service', id, journal, area, act, quote_literal(by), quote_literal(why),
                               trunc(extract(epoch FROM at) * 1000000))
FROM devices_service
