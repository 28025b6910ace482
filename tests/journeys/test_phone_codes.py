"""Codes that are not ours: identity numbers, which arrive as a digest and a tail and lie nowhere in clear; codes of
other systems; lines of our own sheets of paper.
"""

# ruff: noqa: F811  the fixtures come from the journeys of the board
from __future__ import annotations

import shutil
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from playwright.sync_api import Browser, expect

from bulou.config import supervisor
from bulou.config.postgres import DATABASE
from bulou.ledger.areas import found_id
from bulou.ledger.check_digit import label
from bulou.ledger.scope import EVERYWHERE, scoped
from bulou.places.identity import Keyring
from bulou.places.models import Person
from bulou.rounds.paper.actions import print_sheets
from tests import desk_round
from tests.house.tree import ROOT
from tests.journeys.phones import called, doors, enrol, entries, phone
from tests.journeys.test_board import browser, morning  # noqa: F401  fixtures

pytestmark = pytest.mark.skipif(shutil.which("chromium") is None, reason="needs the system's Chromium")
#: Of nobody: the check digits are right, the places are not.
TYPED, SCANNED = "990101190001010018", "99010119500101007X"


@pytest.fixture(scope="module")
def folder(tmp_path_factory, installed) -> Path:
    return installed(tmp_path_factory.mktemp("codes") / "data")


@pytest.fixture(scope="module")
def served(folder: Path) -> Iterator[supervisor.Running]:
    """An installation that knows codes of other systems."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("DJANGO_ALLOW_ASYNC_UNSAFE", "1")  # as in the journeys of the board
        patch.setenv("BULOU_CODES", str(ROOT / "examples" / "codes.toml"))
        with supervisor.running(folder) as server:
            yield server


@pytest.fixture(scope="module")
def building(morning: desk_round.Morning) -> int:
    building = morning.missed_building()
    called(morning, building)
    return building


def everything(served: supervisor.Running, folder: Path) -> str:
    """Return all rows of all tables as text, bytes in hexadecimal digits, and all logs."""
    assert served.cluster
    told = [file.read_text("utf-8", "replace") for file in folder.rglob("*.log*")]
    assert told
    with served.cluster.connect(DATABASE) as db:
        tables = db.execute(
            "SELECT format('%I.%I', schemaname, tablename) FROM pg_tables WHERE schemaname = 'public'"
        ).fetchall()
        for (table,) in tables:
            told += [row for (row,) in db.execute(f"SELECT t::text FROM {table} AS t")]
    return "\n".join(told)


def spellings(text: str) -> set[str]:
    """Return how a text would stand in ``everything``."""
    return {text, text.encode().hex(), text[:17], text[:17].encode().hex()}


@pytest.mark.parametrize(("lang", "role", "number"), [("zh", "volunteer", TYPED), ("en", "sampler", SCANNED)])
def test_an_identity_number_arrives_as_a_digest_and_a_tail(
    browser: Browser,
    served: supervisor.Running,
    folder: Path,
    building: int,
    lang: str,
    role: str,
    number: str,
) -> None:
    """Typed at a door by a volunteer, read by a scanner at the table of a sampler; without a network at that time."""
    said = {
        "zh": {"tab": "新增", "name": "姓名", "number": "证件号", "keep": "登记", "astray": "只能写在证件号一栏",
               "wrong": "校验位不符"},
        "en": {"name": "Name", "number": "Identity number", "keep": "Register", "elsewhere": "No identity numbers",
               "register": "Register here", "read": "Number read"},
    }[lang]  # fmt: skip
    with phone(browser, served) as mine:
        page = mine.page
        enrol(mine, served, building, role, f"证件 {role}", lang=lang)
        mine.ready()
        mine.context.set_offline(True)
        if role == "volunteer":
            mine.tap(said["tab"])
            page.get_by_label(said["name"], exact=True).fill(number)  # into the wrong field
            expect(page.get_by_role("alert")).to_contain_text(said["astray"])
            page.get_by_label(said["name"], exact=True).fill("沈客")
            page.get_by_label(said["number"]).fill(number[:17] + "9")
            expect(page.get_by_role("alert")).to_contain_text(said["wrong"])
            page.get_by_label(said["number"]).fill(number)
        else:
            mine.scan(label(370_001))
            mine.scan(f"IDNO={number}")
            mine.panel("warn", said["elsewhere"])
            mine.tap(said["register"])
            expect(page.get_by_label(said["number"])).to_have_value(number)
            # Once more while the name is being written: the number goes into its own field.
            page.get_by_label(said["number"]).fill("")
            page.get_by_label(said["name"], exact=True).fill("Ann Guest")
            page.get_by_label(said["name"], exact=True).focus()
            mine.scan(number)
            mine.panel("good", said["read"])
            expect(page.get_by_label(said["name"], exact=True)).to_have_value("Ann Guest")
            expect(page.get_by_label(said["number"])).to_have_value(number)
        wrong = mine.wrong()
        mine.tap(said["keep"], exact=True)
        mine.figure("kept", 2)
        assert number not in str(mine.kept()) and number[:17] not in page.content()
        mine.context.set_offline(False)
        mine.figure("confirmed", 2)
        assert [kind for _n, kind, refused in entries(mine.journal) if not refused] == [
            "device.reported", "person.found",
        ]  # fmt: skip
        keys = Keyring.open(folder)
        with scoped(EVERYWHERE):
            person = Person.objects.get(pk=found_id(mine.journal, 2))
            assert (bytes(person.id_digest or b""), person.id_tail, person.card) == (
                keys.digest(number), number[-4:], None,
            )  # fmt: skip
        told = everything(served, folder)
        assert any(one in told for one in spellings(person.name)), "the search finds what is there"
        assert [one for one in spellings(number) if one in told] == []
        assert "\n".join(wrong) == ""


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_codes_of_other_systems(browser: Browser, served: supervisor.Running, building: int, lang: str) -> None:
    """A card of the estate and a maker's tube are understood; what is not says what to do."""
    tube = label(380_001 if lang == "zh" else 380_002)
    home = doors(building)[2 if lang == "zh" else 3]
    person, name = home.persons[0]
    known, unknown, digit = {
        "zh": ("不在本机名单", "不认识“SSM:77”", "校验位不符"),
        "en": ("Not on this phone's lists", "“SSM:77” is not known here", "check digit"),
    }[lang]
    with phone(browser, served) as mine:
        enrol(mine, served, building, "sampler", f"外码 {lang}", lang=lang)
        mine.ready()
        mine.context.set_offline(True)
        mine.scan(f"T-{tube + 1:08}")
        mine.panel("bad", digit)
        mine.scan("SSM:77")
        mine.panel("bad", unknown)
        mine.scan(f"T-{tube:08}")
        mine.panel("good", str(tube))
        mine.scan("ESTATE:77")
        mine.panel("warn", known)
        mine.scan("SSM:77")
        mine.panel("bad", unknown)
        wrong = mine.wrong()
        mine.scan(f"ESTATE:{person}")
        mine.panel("good", name)
        expect(mine.page.locator("[data-count]")).to_have_attribute("data-count", "1")
        wrong += mine.wrong()
        assert "\n".join(wrong) == ""


def test_a_line_of_a_sheet_of_paper_is_its_person(browser: Browser, served: supervisor.Running, building: int) -> None:
    """The sheet's own number, which looks like a label, opens no tube."""
    with scoped(EVERYWHERE):
        (printed, *_), _sheets = print_sheets(building, datetime.now(UTC), "desk")
    line, resident = next((n, one) for n, one in enumerate(printed.lines, 1) if one.name and one.door)
    with phone(browser, served) as mine:
        enrol(mine, served, building, "sampler", "纸单手机")
        mine.ready()
        mine.context.set_offline(True)
        mine.scan(printed.number)
        mine.panel("bad", "纸质名单")
        mine.scan(f"{printed.number}-{line}")
        mine.panel("bad", "纸质名单")
        mine.scan(label(390_001))
        mine.panel("good", str(label(390_001)))
        mine.scan(f"{printed.number}-99")
        mine.panel("bad", "纸质名单")
        mine.scan(f"{printed.number}-{line}")
        mine.panel("good", resident.name)
