-- Who answers for an area.

-- name: owners
-- Owners within the scope, each with the standing that keeps one away now.
SELECT o.area, o.desk, o.name, o.telephone, o.deputy, o.deputy_telephone,
       coalesce((SELECT min(s.name) FROM ledger_standing AS s
         WHERE s.subject_kind = o.kind AND s.subject = o.subject AND s.name = ANY (%(away)s)
           AND s.value NOT IN ('', 'no', 'negative', 'ended') AND (s.until IS NULL OR s.until > %(now)s)), ''),
       coalesce((SELECT min(s.name) FROM ledger_standing AS s
         WHERE s.subject_kind = o.deputy_kind AND s.subject = o.deputy_subject AND s.name = ANY (%(away)s)
           AND s.value NOT IN ('', 'no', 'negative', 'ended') AND (s.until IS NULL OR s.until > %(now)s)), '')
FROM now_owner AS o WHERE o.area = ANY (%(areas)s)
