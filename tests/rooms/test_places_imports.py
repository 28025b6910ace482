"""Imports of rosters: messy files, twice the same, broken off, rejects mended, later lists and their facts."""

from __future__ import annotations

import csv
import shutil
from datetime import UTC, datetime, timedelta
from pathlib import Path

import openpyxl
import pytest
from django.db import connection

from bulou.ledger.areas import area_id, span
from bulou.ledger.scope import EVERYWHERE, scoped
from bulou.places import actions, imports, reads
from bulou.places.identity import Keyring
from bulou.places.preview import preview
from bulou.places.rules import check_character
from bulou.places.text_file import UnreadableFile

AT = datetime(2022, 4, 3, 8, tzinfo=UTC)
LATER = AT + timedelta(days=1)
ROSTERS = Path(__file__).parents[2] / "examples" / "rosters"
HOUSE = area_id(1, 1, 1, 1, 1)
TITLES = ["街镇", "居委会", "小区", "楼号", "单元", "室号", "姓名", "证件号码", "出生日期", "电话", "特殊需求"]


def number(day: str, serial: int) -> str:
    """An identity number of a region that does not exist, with the right check character."""
    start = f"000000{day}{serial:03}"
    return start + check_character(start)


def line(name: str, id_number: str = "", door: str = "101", born: str = "", phone: str = "", building: str = "1号楼"):
    return ["试验镇", "一居委", "平安小区", building, "1", door, name, id_number, born, phone, ""]


def write(path: Path, rows: list[list[str]], titles: list[str] = TITLES) -> Path:
    with path.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows([titles, *rows])
    return path


@pytest.fixture
def areas(db):
    """One compound of two buildings, and the compound of the sample rosters."""
    named = [
        (area_id(1), "试验区"), (area_id(1, 1), "试验镇"), (area_id(1, 1, 1), "一居委"),
        (area_id(1, 1, 1, 1), "平安小区"), (HOUSE, "1号楼"), (area_id(1, 1, 1, 1, 2), "2号楼"),
        (area_id(1, 2), "华泾镇"), (area_id(1, 2, 1), "华臻居委会"), (area_id(1, 2, 1, 1), "华泾路1000弄"),
        *((area_id(1, 2, 1, 1, n), f"{n}号楼") for n in range(1, 10)),
    ]  # fmt: skip
    actions.load_areas([{"id": area, "name": name} for area, name in named], AT, "区划表")


def people() -> dict[str, dict]:
    with scoped(EVERYWHERE):
        return {row["name"]: row for row in reads.persons(EVERYWHERE)}


def facts(name: str) -> list[tuple]:
    person = people()[name]["id"]
    with scoped(EVERYWHERE):
        return [(f["attribute"], f["value"], f["source"], f["valid_to"]) for f in reads.history(person)]


ONE = [
    line("王试安", number("19800102", 1), phone="00012345678"),
    line("王试宁", number("20190304", 2)),
    line("李试平", "", "102", "1940年5月"),
]


def test_a_list_comes_in_once_however_often_it_is_sent(areas, tmp_path):
    file = write(tmp_path / "名册.csv", ONE)
    first = imports.import_persons(file, tmp_path, AT)
    assert (first.read, first.accepted, first.rejected, first.added) == (3, 3, 0, 3) and first.rejects_file is None
    again = imports.import_persons(file, tmp_path, LATER)
    assert (again.read, again.added, again.changed, again.unchanged) == (3, 0, 0, 3)
    assert {name: (p["birth_year"], p["area"]) for name, p in people().items()} == {
        "王试安": (1980, HOUSE), "王试宁": (2019, HOUSE), "李试平": (1940, HOUSE),
    }  # fmt: skip


def test_identity_numbers_are_nowhere_in_the_database(areas, tmp_path, owner_url):
    import psycopg

    plain = number("19800102", 1)
    rows = [*ONE, line("坏试号", plain[:-1] + ("1" if plain[-1] != "1" else "2"))]
    imports.import_persons(write(tmp_path / "a.csv", rows), tmp_path, AT)
    with psycopg.connect(owner_url) as owner:
        tables = owner.execute("SELECT tablename FROM pg_tables WHERE tablename LIKE 'places%%'").fetchall()
        for (table,) in tables:
            text = str(owner.execute(f"SELECT t::text FROM {table} t").fetchall())
            assert plain not in text and plain[:17] not in text, table
    assert (tmp_path / "identity-keys.json").stat().st_mode & 0o777 == 0o600


def test_the_sample_rosters_give_what_their_faults_say(areas, tmp_path):
    expected = {
        "property.xlsx": ({15}, {17: 302}),
        "police.csv": ({18}, {7: 302, 16: 303}),
        "clinic.csv": ({8, 11, 17}, {3: 0, 7: 304}),
    }
    for name, (rows, cells) in expected.items():
        outcome = imports.import_persons(ROSTERS / name, tmp_path, AT)
        with connection.cursor() as cursor:
            cursor.execute("SELECT DISTINCT row FROM places_import_refusal WHERE run = %s", [outcome.run])
            assert {row for (row,) in cursor.fetchall()} == rows, name
        assert outcome.read == outcome.accepted + outcome.rejected and outcome.rejected == len(rows)
        flagged = {cell["row"]: cell["code"] for cell in outcome.flagged if cell["code"] not in (325, 329)}
        assert flagged == {row: code for row, code in cells.items() if code}, name
        assert imports.import_persons(ROSTERS / name, tmp_path, LATER).unchanged == outcome.accepted
    known = people()
    assert '=HYPERLINK("http://invalid.example/","江试红伟")' in known or "江试红伟" in known
    assert "蒋试淑" in known and "胡试晴强" in known


@pytest.mark.parametrize("name", ["property.xlsx", "police.csv", "clinic.csv"])
def test_rejects_come_back_in_the_same_form_and_can_be_mended(areas, tmp_path, name):
    first = imports.import_persons(ROSTERS / name, tmp_path, AT)
    file = Path(first.rejects_file)
    assert file.stat().st_mode & 0o777 == 0o600
    again = imports.import_persons(file, tmp_path, AT)
    assert (again.read, again.rejected, again.by_code) == (first.rejected, first.rejected, first.by_code)
    assert again.source == first.source


def test_a_mended_rejects_file_is_taken(areas, tmp_path):
    plain = number("19800102", 1)
    rows = [
        line("=1+王试安", plain, building="9号楼"),
        line("李试平", number("19900102", 2)),
        line("王*", plain, "102"),
    ]
    first = imports.import_persons(write(tmp_path / "a.csv", rows), tmp_path, AT)
    file = Path(first.rejects_file)
    text = file.read_text("utf-8-sig")
    assert "'=1+王试安" in text and "[307]" in text and "区域表" in text
    assert plain not in text and plain[:14] not in text and "*" * 14 + plain[-4:] in text
    file.write_text(text.replace("9号楼", "1号楼"), "utf-8-sig")
    second = imports.import_persons(file, tmp_path, AT)
    assert (second.added, second.rejected, second.flagged_by_code) == (1, 1, {329: 1})
    # The number came along: another list knows her by it.
    moved = write(tmp_path / "b.csv", [line("=1+王试安", plain, "301", building="2号楼")])
    assert imports.import_persons(moved, tmp_path, LATER).changed == 1
    with scoped(EVERYWHERE), connection.cursor() as cursor:
        cursor.execute("SELECT birth_year, sex, id_tail FROM places_person WHERE name_key LIKE '%王试安'")
        assert cursor.fetchall() == [(1980, 1 if int(plain[16]) % 2 else 2, plain[-4:])]


def test_a_broken_off_import_goes_on_where_it_was(areas, tmp_path):
    rows = [line(f"试{n:03}", number("19800102", n), str(100 + n)) for n in range(95)] + [line("", "", "")]
    file = write(tmp_path / "long.csv", rows)

    class Killed(Exception):
        pass

    def kill(at: imports.Progress) -> None:
        if at.read >= 40:
            raise Killed

    with pytest.raises(Killed):
        imports.import_persons(file, tmp_path, AT, chunk=20, progress=kill)
    assert len(people()) == 40
    rest = imports.import_persons(file, tmp_path, LATER, chunk=20)
    assert rest.resumed_at == 41
    assert (rest.read, rest.added, rest.rejected) == (96, 95, 1)
    assert len(people()) == 95


def test_a_chunk_that_fails_leaves_nothing(areas, tmp_path, monkeypatch):
    file = write(tmp_path / "a.csv", ONE)
    monkeypatch.setitem(imports.SQL, "seen", "SELECT 1 / 0")
    with pytest.raises(Exception, match="zero"):
        imports.import_persons(file, tmp_path, AT)
    assert people() == {}
    monkeypatch.undo()
    assert imports.import_persons(file, tmp_path, AT).added == 3


def test_a_later_list_changes_values_and_keeps_the_earlier_ones(areas, tmp_path):
    imports.import_persons(write(tmp_path / "物业.csv", ONE), tmp_path, AT)
    newer = [line("王试安", number("19800102", 1), "201", phone="00087654321", building="2号楼")]
    outcome = imports.import_persons(write(tmp_path / "派出所.csv", newer), tmp_path, LATER)
    assert (outcome.added, outcome.changed) == (0, 1)
    moved = people()["王试安"]
    assert (moved["phone"], moved["area"]) == ("00087654321", area_id(1, 1, 1, 1, 2))
    assert [fact for fact in facts("王试安") if fact[0] == "phone"] == [
        ("phone", "00012345678", "物业", LATER), ("phone", "00087654321", "派出所", None),
    ]  # fmt: skip
    # The first source says again what it said before: no news.
    again = imports.import_persons(tmp_path / "物业.csv", tmp_path, LATER + timedelta(days=1))
    assert again.changed == 0 and people()["王试安"]["phone"] == "00087654321"


def test_an_older_list_changes_nothing_that_is_known(areas, tmp_path):
    imports.import_persons(write(tmp_path / "新.csv", ONE), tmp_path, LATER)
    older = [line("王试安", number("19800102", 1), phone="00011111111")]
    imports.import_persons(write(tmp_path / "旧.csv", older), tmp_path, LATER, valid_from=AT)
    assert people()["王试安"]["phone"] == "00012345678"


def test_somebody_without_a_number_is_known_by_name_year_and_door(areas, tmp_path):
    imports.import_persons(write(tmp_path / "a.csv", [line("李试平", "", "102", "1940")]), tmp_path, AT)
    second = [line("李 试平", number("19400501", 3), "102室"), line("李试平", "", "103", "1940")]
    outcome = imports.import_persons(write(tmp_path / "b.csv", second), tmp_path, LATER)
    assert (outcome.added, outcome.changed) == (1, 1)  # the number is added to the first; another door, another person


def test_a_second_row_about_one_person_only_adds(areas, tmp_path):
    twice = [ONE[0], line("王试安", number("19800102", 1), phone="00099999999"), ONE[0]]
    file = write(tmp_path / "a.csv", twice)
    for at in (AT, LATER):
        outcome = imports.import_persons(file, tmp_path, at)
        assert (outcome.accepted, outcome.rejected, outcome.doubts) == (3, 0, 0)
        assert people()["王试安"]["phone"] == "00012345678"
    assert [fact[:2] for fact in facts("王试安")] == [("phone_2", "00099999999")]


def test_a_new_key_still_knows_everybody(areas, tmp_path):
    file = write(tmp_path / "a.csv", ONE)
    imports.import_persons(file, tmp_path, AT)
    ring = Keyring.rotate(tmp_path)
    assert imports.import_persons(file, tmp_path, LATER).added == 0
    with scoped(EVERYWHERE), connection.cursor() as cursor:
        cursor.execute("SELECT DISTINCT key_version FROM places_person WHERE key_version IS NOT NULL")
        assert cursor.fetchall() == [(2,)]
    assert digests() == {ring.digest(number("19800102", 1)), ring.digest(number("20190304", 2))}


def digests() -> set[bytes]:
    with scoped(EVERYWHERE), connection.cursor() as cursor:
        cursor.execute("SELECT id_digest FROM places_person WHERE id_digest IS NOT NULL")
        return {bytes(row[0]) for row in cursor.fetchall()}


def test_numbers_are_kept_under_the_newest_key(areas, tmp_path):
    Keyring.open(tmp_path)
    ring = Keyring.rotate(tmp_path)
    imports.import_persons(write(tmp_path / "a.csv", ONE), tmp_path, AT)
    told = number("19800102", 1)
    assert ring.digest(told) == ring.digest(told, 2) != ring.digest(told, 1)
    assert digests() == {ring.digest(told, 2), ring.digest(number("20190304", 2), 2)}


def test_two_rows_of_one_number_in_one_chunk_are_one_person(areas, tmp_path):
    """Whatever door the second one stands at: the number decides, and the first row's person is there already."""
    rows = [line("王试安", number("19800102", 1)), line("王试安", number("19800102", 1), "102"), ONE[1]]
    outcome = imports.import_persons(write(tmp_path / "a.csv", rows), tmp_path, AT)
    assert (outcome.accepted, outcome.added) == (3, 2)
    with scoped(EVERYWHERE), connection.cursor() as cursor:
        cursor.execute("SELECT count(*), count(DISTINCT id_digest) FROM places_person WHERE id_digest IS NOT NULL")
        assert cursor.fetchone() == (2, 2)


def test_each_row_of_one_number_in_one_chunk_adds_what_it_says(areas, tmp_path):
    """One chunk writes the rows about a person one after another, each upon the one before."""
    told = number("19800102", 1)
    bare, second, third = (line("王试安", told, phone=phone) for phone in ("", "00012345678", "00099999999"))
    third[-1] = "透析"
    imports.import_persons(write(tmp_path / "a.csv", [ONE[1]]), tmp_path, AT)
    imports.import_persons(write(tmp_path / "b.csv", [bare]), tmp_path, AT)
    imports.import_persons(write(tmp_path / "c.csv", [second, third]), tmp_path, LATER)
    person = people()["王试安"]
    assert (person["phone"], person["needs"]) == ("00012345678", ["dialysis"])
    assert ("phone_2", "00099999999") in [fact[:2] for fact in facts("王试安")]


def test_a_row_is_given_back_with_all_of_its_faults(areas, tmp_path):
    wrong = line("", "319904198001021X", "", "1980-13-45")
    outcome = imports.import_persons(write(tmp_path / "a.csv", [wrong, ONE[0]]), tmp_path, AT)
    assert (outcome.accepted, outcome.rejected) == (1, 1)
    with open(outcome.rejects_file, encoding="utf-8-sig", newline="") as file:
        _titles, row = csv.reader(file)
    assert (row[-2].count("（应为："), row[-1].count("(expected:")) == (2, 2), row


def test_a_register_does_not_move_people(areas, tmp_path):
    imports.import_persons(write(tmp_path / "a.csv", ONE[:1]), tmp_path, AT)
    register = [line("王试安", number("19800102", 1), "301", building="2号楼")]
    imports.import_persons(write(tmp_path / "户籍.csv", register), tmp_path, LATER, registered=True)
    with scoped(EVERYWHERE), connection.cursor() as cursor:
        cursor.execute("SELECT area, found_area, registered_area FROM places_person")
        assert cursor.fetchall() == [(HOUSE, HOUSE, area_id(1, 1, 1, 1, 2))]
        cursor.execute("SELECT count(*) FROM places_household")
        assert cursor.fetchone() == (1,)


def test_addresses_outside_the_importers_areas_are_refused(areas, tmp_path):
    rows = [ONE[0], line("李试外", building="2号楼")]
    outcome = imports.import_persons(write(tmp_path / "a.csv", rows), tmp_path, AT, ranges=(span(HOUSE),))
    assert (outcome.accepted, outcome.by_code) == (1, {312: 1})


def test_a_mapping_given_once_is_remembered(areas, tmp_path):
    titles = [*TITLES[:6], "谁", *TITLES[7:]]
    write(tmp_path / "a.csv", ONE, titles)
    with pytest.raises(UnreadableFile):
        imports.import_persons(tmp_path / "a.csv", tmp_path, AT, source="街道")
    imports.import_persons(tmp_path / "a.csv", tmp_path, AT, source="街道", mapping={"name": "谁"})
    shutil.copy(tmp_path / "a.csv", tmp_path / "b.csv")
    assert imports.import_persons(tmp_path / "b.csv", tmp_path, LATER, source="街道").unchanged == 3


def test_a_preview_shows_and_writes_nothing(areas, tmp_path):
    plain = number("19800102", 1)
    listed, _ = imports.open_list(write(tmp_path / "a.csv", [*ONE, line("", "")]), AT)
    shown = preview(listed)
    assert (shown.good, shown.refused, shown.by_code, shown.complete) == (3, 1, {301: 1}, True)
    assert plain not in str(shown) and shown.first[0]["identity"].endswith(plain[-4:])
    assert people() == {}


def test_a_workbook_with_titles_and_merged_cells(areas, tmp_path):
    book = openpyxl.Workbook()
    page = book.active
    page["A1"] = "平安小区住户表"
    for row in (["楼栋", "室号", "姓名", "出生年月"], ["1", "101", "王试安", 1980], [None, None, "王试宁", 2019]):
        page.append(row)
    page.merge_cells("A3:A4")
    page.merge_cells("B3:B4")
    book.save(tmp_path / "a.xlsx")
    outcome = imports.import_persons(tmp_path / "a.xlsx", tmp_path, AT)
    assert outcome.added == 2 and people()["王试宁"]["area"] == HOUSE


@pytest.mark.parametrize("content", [b"", b"\xff\xfe\x00\x81\x30", b"a,b\n1,2\n", b"PK\x03\x04 no workbook"])
def test_what_is_no_list_is_refused_in_words(areas, tmp_path, content):
    for suffix in (".csv", ".xlsx"):
        file = tmp_path / f"x{suffix}"
        file.write_bytes(content)
        with pytest.raises(UnreadableFile):
            imports.import_persons(file, tmp_path, AT)
