"""Links lists of several sources: who is surely one person, who may be, and whom one source alone knows.

Works in a DuckDB of its own, with memory and disk capped. Records go in as they were written (``add``), the answer is
in terms of their ids. The same records with the same seed give the same answer.
"""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date
from itertools import pairwise
from typing import Any

import numpy as np

from bulou.ledger.statements import statements
from bulou.places.linkage import rules
from bulou.places.linkage.model import COMPARISONS, trained
from bulou.places.linkage.pairing import clear, one_to_one

PREPARE, CANDIDATES, DECIDE = (statements(__package__, file) for file in ("prepare", "candidates", "decide"))
#: So many records are searched for candidates at a time, and so many pairs compared.
RECORDS_A_PART, PAIRS_A_PART = 4_000_000, 1_500_000
#: Statements of candidates.sql, one after the other.
REASONS_TO_COMPARE = (
    "number", "phone", "name_birth", "sound_birth", "door", "building", "building_sound", "building_letters",
    "compound",
)  # fmt: skip
COLUMNS = ("id", "mask", "name", "number", "birth", "phone", "compound", "building", "room")


@dataclass(frozen=True, slots=True)
class Settings:
    """What a run may use. ``memory``: of the database, in MB; ``disk``: what it may put aside, in MB."""

    memory: int = 2500
    disk: int = 8000
    threads: int = 2
    seed: int = 104
    sample: int = 1_000_000


@dataclass(slots=True)
class Linked:
    """What was found, by ids of records.

    ``person``: of each record, the smallest id of the same person. ``merges``: (a, b, reason, weight) of each merge,
    ``doubts`` the same for a person to settle, ``singles``: records that one source alone knows.
    """

    ids: Any
    person: Any
    merges: list[tuple[int, int, str, float]]
    doubts: list[tuple[int, int, str, float]]
    singles: list[int]
    compared: int
    weights: dict[str, list[tuple[str, float]]] = field(default_factory=dict)


@contextmanager
def database(settings: Settings = Settings()) -> Iterator[Any]:
    """Give an empty DuckDB with the table ``records``, which goes with what it put aside."""
    import duckdb

    with tempfile.TemporaryDirectory(prefix="bulou-linkage-") as folder:
        config: dict[str, Any] = {
            "memory_limit": f"{settings.memory}MB", "threads": settings.threads, "temp_directory": folder,
            "max_temp_directory_size": f"{settings.disk}MB", "preserve_insertion_order": False,
        }  # fmt: skip
        with duckdb.connect(":memory:", config=config) as connection:
            connection.execute(PREPARE["records"])
            yield connection


def link(connection: Any, settings: Settings = Settings(), told: Callable[[str], None] = lambda _: None) -> Linked:
    """Link what is in ``records``; ``told`` hears what is being done."""
    told("prepare")
    _prepare(connection)
    (sources, count) = connection.execute("SELECT bit_count(bit_or(mask)), count(*) FROM prepared").fetchall()[0]
    if count < 2:
        ids = connection.execute("SELECT unique_id FROM prepared ORDER BY 1").fetchnumpy()["unique_id"]
        return Linked(ids, ids, [], [], ids.tolist(), 0)
    told("train")
    linker, api = trained(connection, count // max(sources, 1) or 1, settings.seed, settings.sample)
    told("candidates")
    connection.execute(CANDIDATES["empty"])
    parts = count // RECORDS_A_PART + 1
    for part in range(parts):
        for name in REASONS_TO_COMPARE:
            connection.execute(CANDIDATES[name], {"part": part, "parts": parts})
    connection.execute(CANDIDATES["pairs"])
    connection.execute("DROP TABLE found")
    told("compare")
    compared = _compare(connection, linker, api)
    told("decide")
    return _decided(connection, sources, compared)


def _prepare(connection: Any) -> None:
    """Fill the tables of keys: each written form is cleaned once, by the house's own functions."""
    import pyarrow as pa

    from bulou.places.documents import read_document
    from bulou.places.keys import building_key, door_key, name_key, phone_key
    from bulou.places.names import pinyin

    far = date(2200, 1, 1)

    def written(column: str) -> list[str]:
        rows = connection.execute(f"SELECT DISTINCT {column} FROM records WHERE {column} <> ''").fetchall()
        return sorted(value for (value,) in rows)

    def table(name: str, **columns: list[Any]) -> None:
        given = pa.table({key: pa.array(values, pa.string()) for key, values in columns.items()})
        connection.register("given", given)
        connection.execute(f"CREATE OR REPLACE TABLE {name} AS SELECT * FROM given")
        connection.unregister("given")

    raw = written("name")
    keys = [name_key(one) for one in raw]
    table("name_keys", raw=raw, key=keys, sound=[pinyin(key)[0] for key in keys])
    raw = sorted(phone for (phone,) in connection.execute(PREPARE["odd_phones"]).fetchall())
    table("phone_keys", raw=raw, key=[phone_key(one) or None for one in raw])
    raw = sorted(number for (number,) in connection.execute(PREPARE["odd_numbers"]).fetchall())
    read = [read_document(one, far)[0] for one in raw]
    table(
        "odd_keys", raw=raw, key=[one.number if one else None for one in read],
        birth=[one.born.isoformat() if one and one.born else None for one in read],
    )  # fmt: skip
    connection.execute(PREPARE["numbers"])
    connection.execute("INSERT INTO number_keys SELECT * FROM odd_keys WHERE key IS NOT NULL")
    kinds, raws, cleaned = [], [], []
    for kind, key in (("compound", name_key), ("building", building_key), ("room", door_key)):
        values = written(kind)
        kinds += [kind] * len(values)
        raws += values
        cleaned += [key(one) or None for one in values]
    table("part_keys", kind=kinds, raw=raws, key=cleaned)
    for name in ("prepared", "crowded_phones", "crowded_doors"):
        connection.execute(PREPARE[name])


def _compare(connection: Any, linker: Any, api: Any) -> int:
    """Let Splink weigh all pairs, share by share; return how many there were."""
    connection.execute(DECIDE["scored"])
    (pairs,) = connection.execute("SELECT count(*) FROM pairs").fetchall()[0]
    (lowest, highest) = connection.execute("SELECT min(join_key_l), max(join_key_l) + 1 FROM pairs").fetchall()[0]
    shares = pairs // PAIRS_A_PART + 1
    levels = ", ".join(f"gamma_{name}" for name in COMPARISONS)
    edges = [lowest + (highest - lowest) * at // shares for at in range(shares + 1)] if pairs else []
    for at, (low, high) in enumerate(pairwise(edges)):
        connection.execute(
            f"CREATE OR REPLACE TABLE share_{at} AS SELECT * FROM pairs WHERE join_key_l >= ? AND join_key_l < ?",
            [low, high],
        )
        linker.table_management.register_blocked_pairs_for_predict(api.register(f"share_{at}"))
        answer = linker.inference.predict(warning_mode="never")
        connection.execute(
            f"INSERT INTO scored SELECT unique_id_l, unique_id_r, round(match_weight, 2), {levels}"
            f" FROM {answer.physical_name}"
        )
        answer.drop_table_from_database_and_remove_from_cache()
        connection.execute(f"DROP TABLE IF EXISTS share_{at}")
    return pairs


def _decided(connection: Any, sources: int, compared: int) -> Linked:
    connection.execute(
        DECIDE["judged"].format(certain=rules.case(rules.CERTAIN), doubtful=rules.case(rules.DOUBTFUL)),
        {"floor": rules.FLOOR},
    )
    records = connection.execute("SELECT unique_id, mask FROM prepared ORDER BY unique_id").fetchnumpy()
    ids, mask = records["unique_id"], records["mask"]
    pairs = connection.execute(
        "SELECT l, r, weight, certain, doubtful, numbered FROM judged WHERE certain > 0 OR doubtful > 0"
        " ORDER BY weight DESC, l, r"
    ).fetchnumpy()
    left, right = np.searchsorted(ids, pairs["l"]), np.searchsorted(ids, pairs["r"])
    weight, certain, doubtful = pairs["weight"], pairs["certain"], pairs["doubtful"]
    alone = clear(left, right, mask, weight, rules.MARGIN)
    sure = (certain > 0) & alone
    person, taken = one_to_one(left[sure], right[sure], mask)
    merges = _named(ids, pairs, np.flatnonzero(sure)[taken], certain, rules.CERTAIN)
    unsure = np.flatnonzero(~sure)
    _, asked = one_to_one(left[unsure], right[unsure], mask, person, once=True)
    asked = unsure[asked]
    doubts = _named(ids, pairs, asked[certain[asked] > 0], np.ones_like(certain), rules.OTHERS)
    doubts += _named(ids, pairs, asked[certain[asked] == 0], doubtful, rules.DOUBTFUL)
    return _left_over(connection, sources, Linked(ids, ids[person], merges, doubts, [], compared))


def _named(
    ids: Any, pairs: Any, at: Any, number: Any, ladder: tuple[rules.Rule, ...]
) -> list[tuple[int, int, str, float]]:
    names = [rule.name for rule in ladder]
    return [
        (a, b, names[rule - 1], weight)
        for a, b, rule, weight in zip(
            pairs["l"][at].tolist(),
            pairs["r"][at].tolist(),
            number[at].tolist(),
            pairs["weight"][at].tolist(),
            strict=True,
        )
    ]


def _left_over(connection: Any, sources: int, linked: Linked) -> Linked:
    """Add what only the whole shows: the only namesake left over, and whom one source alone knows."""
    import pyarrow as pa

    connection.register("given", pa.table({"id": linked.ids, "person": linked.person}))
    connection.execute("CREATE OR REPLACE TABLE clusters AS SELECT * FROM given")
    connection.unregister("given")
    of = dict(zip(linked.ids.tolist(), linked.person.tolist(), strict=True)) if linked.doubts else {}
    asked = {of[one] for a, b, *_ in linked.doubts for one in (a, b)}
    for a, b in connection.execute(DECIDE["namesakes"], {"sources": sources}).fetchall():
        of = of or dict(zip(linked.ids.tolist(), linked.person.tolist(), strict=True))
        if not asked & {of[a], of[b]}:
            linked.doubts.append((a, b, "namesake", 0.0))
            asked |= {of[a], of[b]}
    _people, first, held = np.unique(linked.person, return_index=True, return_counts=True)
    linked.singles = linked.ids[first[held == 1]].tolist()
    return linked
