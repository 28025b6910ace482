-- Rights and indexes of stock. Each statement may run again; it is part of the installation.

-- name: goods_stay
-- A good is closed and never removed.
REVOKE DELETE ON stock_good FROM bulou_app

-- name: lots_stay
-- A lot is what stands on its label, and the history is written once.
REVOKE UPDATE, DELETE ON stock_lot, stock_good_change FROM bulou_app

-- name: goods_ids
-- Ids given out stay below those of what is found in the field.
ALTER SEQUENCE stock_good_id_seq MAXVALUE 4503599627370495

-- name: held
-- What a store holds, without reading what 400,000 households were handed out of the same good.
CREATE INDEX IF NOT EXISTS stock_held ON ledger_holding (holder, item_kind, item) WHERE holder_kind = 7

-- name: on_the_way
-- Transfers on their way: holders outside, numbered by the entry that sent them.
CREATE INDEX IF NOT EXISTS stock_on_the_way ON ledger_holding (holder) WHERE holder_kind = 12 AND item_kind IN (11, 14)

-- name: out
-- What left a store, by time.
CREATE INDEX IF NOT EXISTS stock_out ON ledger_movement (from_id, at) WHERE from_kind = 7

-- name: in
-- What came into a store, by time.
CREATE INDEX IF NOT EXISTS stock_in ON ledger_movement (to_id, at) WHERE to_kind = 7
