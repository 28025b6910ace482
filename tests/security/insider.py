"""An installation with something in every table, sealed; and what somebody with the database's password does to it."""

from __future__ import annotations

import csv
import json
import random
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path

import psycopg
from django.contrib.auth.models import User
from django.db import connection

from bulou.desk.accounts import actions as accounts
from bulou.field import actions as devices
from bulou.field import decode, posting
from bulou.field.decode import Stray
from bulou.field.enrolling import handing
from bulou.field.enrolling import reads as enrolling
from bulou.field.times import actions as times
from bulou.ledger import intake, journals, seal
from bulou.ledger.areas import span
from bulou.ledger.effects import Entry
from bulou.ledger.intake import Report
from bulou.ledger.refusals import Refused
from bulou.ledger.scope import EVERYWHERE, multirange, scoped
from bulou.ledger.seal_key import Signer
from bulou.people import access_record
from bulou.places import doubts, imports
from bulou.places.actions import load_areas
from bulou.places.models import Doubt
from bulou.places.rules import check_character
from bulou.rounds.actions import close_round, open_round
from bulou.rounds.chat_list import taken
from bulou.ui import figures as reads
from bulou.ui.desk_journal import writer
from tests import cast
from tests import desk_street as street
from tests.builders import Pen, rivals
from tests.laws.test_mutations import a_plain_day
from tests.security import two_streets

TITLES = ["街镇", "居委会", "小区", "楼号", "单元", "楼层", "室号", "姓名", "证件号码", "出生日期", "电话", "特殊需求"]
#: Of a region that does not exist.
NUMBER = (start := "31990419700102001") + check_character(start)


def settle(folder: Path) -> list[seal.Seal]:
    """Fill every table by the product's own ways, and seal it in two hours; return the seals."""
    street.settle()
    two_streets.move_in()
    signer = Signer.open(folder)
    made = seal.make(cast.minute(610), signer, "owner")
    _rounds()
    _lists(folder)
    _devices()
    _people()
    _times()
    _decisions()
    made += seal.make(cast.minute(700), signer, "owner")
    return made


def _rounds() -> None:
    desk = Pen(cast.DESK, next=200)
    ayi = Pen(cast.AYI, next=200)
    mei, ding, gui = (cast.PERSONS[name].id for name in ("mei", "ding", "gui"))
    street.post(*a_plain_day())
    street.post(
        desk.deferred(100, mei, until=cast.minute(300)), ayi.offered(101, ding, to=cast.BRIDGE),
        desk.standing(102, gui, "now.waits.person.1", "tired", until=cast.minute(900)),
        ayi.write("tube.sealed", 103, campaign=cast.ROUND, tube=cast.TUBES["T3"], mode="single", persons=[gui]),
        ayi.closed(104),
    )  # fmt: skip
    odd = Pen(cast.LAO, next=300)
    refused = Entry(cast.LAO, 300, "nonsense", cast.minute(10), cast.NO_1, {})
    first, second = rivals(refused, odd.called(11, gui))
    for batch in ([first], [second], [Entry(cast.LAO, 302, "nonsense", cast.minute(12), cast.NO_1, {})]):
        intake.post(batch, cast.minute(605))
    found = odd.write(
        "person.found", 13, campaign=cast.ROUND, name="某甲", door="502", card={"key": "x", "data": "AAAA"}
    )
    posting.settle([posting.Sent(cast.LAO, [Report.of(found)])], cast.minute(606))
    unread = Report(cast.LAO, 303, None, b'{"kind": 7}', Refused(103, "kind"))
    posting.settle([posting.Sent(cast.LAO, [unread, Stray(cast.LAO, b"{", Refused(115, "n"))])], cast.minute(606))
    opener, _ = journals.enrol("command", "system", EVERYWHERE, cast.DAWN, cast.minute(9000))
    open_round(2, "第二轮", cast.COURT, opener, cast.minute(200), cast.minute(620))
    with scoped(EVERYWHERE), connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM ledger_duty WHERE campaign = 2 AND outcome = 0")
        still = cursor.fetchone()[0]
    close_round(2, cast.COURT, opener, cast.minute(300), cast.minute(621), {"order_of_command": still})


def _lists(folder: Path) -> None:
    """Two lists of one office, the second of which says something else; a row that is refused; an area renamed."""

    def row(name: str, phone: str, needs: str = "") -> list[str]:
        return ["梅溪街道", "梅溪一居委", "梅溪新村", "1号楼", "1", "5", "501", name, NUMBER, "1970", phone, needs]

    for n, rows in enumerate(([row("新甲", "00012345678"), row("", "")], [row("新甲", "00087654321", "卧床")])):
        with (folder / "list.csv").open("w", encoding="utf-8", newline="") as file:
            csv.writer(file).writerows([TITLES, *rows])
        imports.import_persons(folder / "list.csv", folder, cast.minute(400 + n), source="派出所", registered=bool(n))
    load_areas([{"id": cast.NO_1, "name": "一号楼", "x": 7.5}], cast.minute(402), "区划表")


def _devices() -> None:
    with scoped(EVERYWHERE):
        tokens = [
            devices.offer_enrolment(name, "phone", (span(cast.NO_1),), cast.minute(9000), "command", cast.DAWN)
            for name in ("前门", "后门", "旧门")
        ]
    enrolled = [devices.enrol(token, cast.minute(5)) for token in tokens[:2]]
    journals.revoke(enrolled[1].journal, cast.minute(50))
    with connection.cursor() as cursor:
        values = {"token_hash": journals.hashed(tokens[2]), "at": cast.minute(6), "scope": multirange(EVERYWHERE)}
        with scoped(EVERYWHERE):
            cursor.execute(enrolling.SQL["withdraw"], values)
    told = {"n": 1, "kind": "swab.called", "at": cast.minute(20).isoformat(), "area": cast.NO_1,
            "body": {"campaign": cast.ROUND, "persons": [two_streets.GUI]}}  # fmt: skip
    file = json.dumps({"journal": enrolled[0].journal, "entries": [told]}).encode()
    with scoped(EVERYWHERE):
        handing.hand_in(file, "street", EVERYWHERE, lambda _ability, _area: True, cast.minute(607))


def _times() -> None:
    """A phone's clock was wrong: one entry is said anew, one is taken back, and one counts by the wrong time."""
    with scoped(EVERYWHERE):
        phone, _ = journals.enrol("1号楼门口", "phone", (span(cast.NO_1),), cast.DAWN, cast.minute(600))
        # Two that say the same of the same people cannot be told apart once the desk has said one of them anew.
        people = (two_streets.GUI, cast.PERSONS["mei"].id, two_streets.GUI)
        told = [
            {"n": n, "kind": "swab.called", "v": 1, "area": cast.NO_1, "offset_ms": 0,
             "at": (cast.minute(minute) + timedelta(days=days)).isoformat(), "jump_ms": 86_400_000 * days or 60_000,
             "body": {"campaign": cast.ROUND, "persons": [people[n - 1]]}}
            for n, minute, days in ((1, 90, 3), (2, 95, 3), (3, 40, 0))
        ]  # fmt: skip
        sent = [decode.entry(phone, json.dumps(one).encode()) for one in told]
        posting.settle([posting.Sent(phone, sent)], cast.minute(606))
        who = (User.objects.get(username="street").pk, "street", EVERYWHERE)
        for number in (1, 2):
            times.accept(phone, [number], cast.minute(90 + number), *who, cast.minute(608))
        times.undo(phone, 2, *who, cast.minute(609))


def _decisions() -> None:
    """Of doubts one is decided, one is taken back and one is open; a list is taken back."""
    with scoped(EVERYWHERE):
        same, two, _open = Doubt.objects.order_by("id").values_list("id", flat=True)[:3]
        doubts.decide(same, "same", "street", EVERYWHERE, cast.minute(611))
        doubts.decide(two, "two", "street", EVERYWHERE, cast.minute(612))
        doubts.take_back(two, "street", EVERYWHERE, cast.minute(613))
        reads.rows(taken.SQL["undo"], taken=1, at=cast.minute(614), user="x")


def _people() -> None:
    now = datetime.now(UTC)
    user = User.objects.get(username="neighbour")
    with scoped(EVERYWHERE):
        access_record.review(1, "right", "order seen", "district", cast.minute(90))
        accounts.give(user, "street", [cast.STREET], now + timedelta(days=3), "district", "x", now)
        accounts.end(user, user.grants.latest("id").pk, "district", "over", now)
        writer(user.pk, "neighbour", (span(street.NEXT_STREET),), cast.DAWN)


#: Other values of a column by its type; of other types a number more or less, or none that anything has.
CHANGED = {
    "boolean": ["NOT {c}"],
    "text": ["{c} || 'x'", "''", "repeat('x', 100000)"],
    "bytea": ["set_byte({c}, 0, get_byte({c}, 0) # 1)", "'\\x00'::bytea", "''::bytea"],
    "timestamp with time zone": ["{c} + interval '3 hours'", "'infinity'", "'-infinity'", "'4713-01-01 BC'"],
    "jsonb": ["""'{{"x": "1"}}'""", "'[1]'", "'null'"],
    "int8multirange": ["{c} + '{{[3,4)}}'::int8multirange", "'{{}}'", "'{{(,)}}'"],
    "text[]": ["array_append({c}, 'x')", "'{{{{a}},{{b}}}}'"],
    "bigint[]": ["array_append({c}, 3)", "'{{{{1}},{{2}}}}'"],
    "integer[]": ["array_append({c}, 3)", "{c}[2:]", "'{{{{1}},{{2}}}}'"],
    "smallint[]": ["array_append({c}, 3::smallint)", "'{{{{1}},{{2}}}}'"],
    "bytea[]": ["array_append({c}, '\\x00'::bytea)", "array_append({c}, NULL)"],
    "smallint": ["{c} + 1", "{c} + 1000", "32767", "-32768"],
    "integer": ["{c} + 1", "{c} + 1000", "2147483647", "-2147483648"],
    "bigint": ["{c} + 1", "{c} + 1000", "9223372036854775807", "-9223372036854775808"],
}
NUMBER_CHANGED = ["{c} + 1", "{c} + 1000"]
#: A value where there is none in any row.
SET = {
    "boolean": "true", "text": "'x'", "bytea": "'\\x00'", "timestamp with time zone": "'2022-04-04Z'", "jsonb": "'{}'",
    "int8multirange": "'{[3,4)}'", "text[]": "'{x}'", "bigint[]": "'{3}'", "integer[]": "'{3}'",
    "smallint[]": "'{3}'",
}  # fmt: skip


def catalogue(url: str) -> dict[str, dict[str, str]]:
    """Return each table's columns with their types; what the database computes is no column to change."""
    found: dict[str, dict[str, str]] = {}
    with psycopg.connect(url) as owner:
        for table, column, kind in owner.execute(
            "SELECT c.relname, a.attname, replace(format_type(a.atttypid, NULL), 'character varying', 'text')"
            " FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid WHERE c.relnamespace = 'public'::regnamespace"
            " AND c.relkind IN ('r', 'p') AND a.attnum > 0 AND NOT a.attisdropped AND a.attgenerated = ''"
        ):
            found.setdefault(table, {})[column] = kind
    return found


@contextmanager
def changed(url: str, table: str, column: str, kind: str, dice: random.Random) -> Iterator[str]:
    """Give a random row another value in one column for a while; yields the row as it was."""
    c = f'"{column}"'
    with psycopg.connect(url, autocommit=True) as owner:
        rows = owner.execute(f"SELECT ctid::text, {c}::text, left(to_jsonb(t)::text, 300) FROM {table} t").fetchall()
        set_ = [row for row in rows if row[1] is not None]
        ctid, before, row = dice.choice(set_ or rows)
        ways = CHANGED.get(kind, NUMBER_CHANGED) if set_ else [SET.get(kind, "3")]
        now = None
        for way in dice.sample(ways, len(ways)):
            with suppress(psycopg.Error, TypeError):  # another row may have that number, or this one that value
                value = way.format(c=c) if set_ else way
                change = f"UPDATE {table} SET {c} = {value} WHERE ctid = '{ctid}' AND {c} IS DISTINCT FROM {value}"
                (now,) = owner.execute(f"{change} RETURNING ctid").fetchone()
                row = f"{row}, {column} := {value}"
                break
        assert now is not None, f"{table}.{column} of {row} could not be changed"
        try:
            yield row
        finally:
            assert owner.execute(f"UPDATE {table} SET {c} = %s WHERE ctid = %s", [before, now]).rowcount == 1
