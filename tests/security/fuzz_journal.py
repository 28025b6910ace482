"""Coverage-guided fuzzing of the way from a request's bytes to what its entries say: `field.decode`, `ledger.rules`.

Run by `test_fuzz.py`; by hand, with libFuzzer's own options after the folders:

    python tests/security/fuzz_journal.py NEW_FINDINGS tests/security/corpus -max_total_time=300

What must hold, for any bytes:

- nothing is raised but Problem (the request as a whole) and Refused (one entry);
- a report or a stray for each entry of the list, no more and no less, each refusal with a number that exists;
- what a report keeps is its content in one byte form: decoded again and written again, it is the same;
- a report that came decoded has all that PostgreSQL needs: no NUL, no number beyond 2^53.
"""

from __future__ import annotations

import json
import random
import sys
from datetime import UTC, datetime
from typing import Any

import atheris

with atheris.instrument_imports(include=["bulou", "msgspec"]):
    from bulou.config.database import setup

    setup()
    from bulou.field import decode
    from bulou.field.decode import Stray
    from bulou.field.problems import Problem
    from bulou.ledger import rules
    from bulou.ledger.effects import Expanded
    from bulou.ledger.intake import Report
    from bulou.ledger.refusals import REFUSALS, Refused
    from bulou.ledger.scope import EVERYWHERE
    from bulou.ledger.vocabulary import REGISTRY

JOURNAL = 77
ENROLLED, EXPIRES = datetime(2000, 1, 1, tzinfo=UTC), datetime(2100, 1, 1, tzinfo=UTC)
WRITERS = [
    rules.JournalFacts(JOURNAL, kind, EVERYWHERE, ENROLLED, EXPIRES)
    for kind in ("phone", "courier", "laboratory", "desk")
]
#: Values at the edges of what columns, JavaScript, the calendar and the vocabulary hold.
ODD: list[Any] = [
    None, True, 0, 1, -1, 20, 2**24, 2**31, 2**49, 2**52, 2**53 - 1, 2**53, 2**63, 1e308, 0.5, "", "\0", "字" * 61,
    "x" * 2_001, "0001-01-01T00:00:00+14:00", "9999-12-31T23:59:59.999999-12:00", "2022-04-04", "1e3", [], {}, [1, 1],
    {"\0": 1}, *REGISTRY.duties, *REGISTRY.entries,
    *(reason.name for duty in REGISTRY.duties.values() for reason in duty.reasons),
]  # fmt: skip


def mutate(data: bytes, limit: int, seed: int) -> bytes:
    """Change bytes, or, where the text is JSON, one value in it: most changes of bytes end at the first brace."""
    dice = random.Random(seed)
    try:
        content = json.loads(data)
    except (ValueError, RecursionError):
        content = None
    if not isinstance(content, dict | list) or dice.random() < 0.4:
        return atheris.Mutate(data, limit)
    _change(content, dice)
    return json.dumps(content, ensure_ascii=dice.random() < 0.5).encode("utf-8", "surrogatepass")[:limit]


def _change(content: Any, dice: random.Random) -> None:
    """Change, add, repeat or take away one value somewhere inside."""
    while content:
        key = dice.choice(list(content) if isinstance(content, dict) else range(len(content)))
        if isinstance(content[key], dict | list) and content[key] and dice.random() < 0.8:
            content = content[key]
            continue
        match dice.randrange(4):
            case 0 if isinstance(content, dict):
                del content[key]
            case 1 if isinstance(content, list):
                content.append(content[key])
            case 2 if isinstance(content, dict):
                content[str(dice.choice(ODD))] = dice.choice(ODD)
            case _:
                content[key] = dice.choice(ODD)
        return


def one(data: bytes) -> None:
    """Take one request through the parser and, entry by entry, through the rules."""
    try:
        items = decode.request(JOURNAL, data)
    except Problem as problem:
        assert problem.code in (413, 422), problem.code
        return
    for item in items:
        if isinstance(item, Stray):
            assert item.refusal.code == 115 and item.raw is not None
        else:
            _report(item)


def _report(report: Report) -> None:
    assert 1 <= report.number <= rules.MAX_NUMBER
    if report.entry is None:
        assert report.refusal is not None and 100 <= report.refusal.code < 400 and report.refusal.code in REFUSALS
        return
    assert report.refusal is None
    back = rules.decode(report.journal, report.number, report.raw)
    assert "\0" not in back.kind
    assert not any(isinstance(value, str) and "\0" in value for _, value in decode._leaves(back.body, "body"))
    for facts in WRITERS:
        try:
            said = rules.expand(report.entry, facts)
        except Refused as refused:
            assert 100 <= refused.code < 400
        else:
            assert rules.expand(back, facts) == said, "the kept content says something else"
            _storable(said)


def _storable(said: Expanded) -> None:
    """Hold what goes to the database to the range of its columns."""
    for line in said.lines:
        assert 0 < line.key.subject < 2**53 and 0 < line.key.campaign < 2**31 and 0 <= line.area < 2**53
    for movement in said.movements:
        assert 0 < movement.quantity < 2**31
    for voided in said.voids:
        assert all(0 < number < 2**53 for number in voided)


if __name__ == "__main__":
    atheris.Setup(sys.argv, one, custom_mutator=mutate)
    atheris.Fuzz()
