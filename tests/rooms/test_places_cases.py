"""What offices' lists do to a register, by the command: names damaged on the way, numbers lost, births that cannot be.

Each list is invented here. What is right is what a person who looks at both lists would say.
"""

from __future__ import annotations

import argparse
import csv
import io
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from django.db import connection

from bulou.ledger import clock
from bulou.ledger.areas import area_id
from bulou.ledger.scope import EVERYWHERE, scoped
from bulou.ledger.vocabulary import REGISTRY
from bulou.people.rules import search_query
from bulou.people.search import search
from bulou.places import actions, command
from bulou.places.documents import check_character
from bulou.rounds.actions import join_newcomers

TITLES = ["姓名", "证件号码", "出生日期", "电话", "小区", "楼号", "室号"]
SWAB = REGISTRY.duties["swab"]


def number(serial: int, day: str = "19810203") -> str:
    """An identity number of a region that does not exist, with the right check character."""
    start = f"319904{day}{serial:03}"
    return start + check_character(start)


def row(
    name: str, id_number: str = "", born: str = "", phone: str = "", building: str = "1号楼", door: str = "101"
) -> list[str]:
    return [name, id_number, born, phone, "平安小区", building, door]


@pytest.fixture
def places(db: None) -> None:
    named = [
        (area_id(1), "试验区"), (area_id(1, 1), "东试镇"), (area_id(1, 1, 1), "一居委"),
        (area_id(1, 1, 1, 1), "平安小区"),
        *((area_id(1, 1, 1, 1, n), f"{n}号楼") for n in (1, 2, 3)),
    ]  # fmt: skip
    actions.load_areas([{"id": area, "name": name} for area, name in named], clock.now(), "区划表")


@pytest.fixture
def take(places: None, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Callable[..., dict[str, Any]]:
    """Run the command over rows, or over a file; return what it prints as JSON, or its sentence and status."""

    def take(*rows: list[str] | Path, name: str = "名册", options: tuple[str, ...] = ()) -> dict[str, Any]:
        file = rows[0] if isinstance(rows[0], Path) else tmp_path / f"{name}.csv"
        if not isinstance(rows[0], Path):
            with file.open("w", encoding="utf-8", newline="") as out:
                csv.writer(out).writerows([TITLES, *rows])
        parser = argparse.ArgumentParser()
        command.add_arguments(parser)
        given = parser.parse_args([str(file), "--json", *options], argparse.Namespace(data=tmp_path))
        status = command.run(given, join_newcomers)
        printed = capsys.readouterr()
        return json.loads(printed.out) if status == 0 else {"status": status, "said": printed.err}

    return take


def people(*columns: str) -> list[tuple]:
    """Return columns of everybody on record, in the order in which they came."""
    with scoped(EVERYWHERE), connection.cursor() as cursor:
        cursor.execute(f"SELECT {', '.join(columns)} FROM places_person ORDER BY id")
        return cursor.fetchall()


def names() -> list[str]:
    return [name for (name,) in people("name")]


def rejects(outcome: dict[str, Any]) -> list[dict[str, str]]:
    text = Path(outcome["rejects_file"]).read_text("utf-8-sig")
    return list(csv.DictReader(io.StringIO(text)))


# -- names that were damaged on the way -------------------------------------------------------------

GOOD = ["李䶮", "𠮷试苗", "李□明", "王试东", "陈试堃", "赵试喆", "钱试𬭎", "孙试丽", "周试芳", "吴试国", "郑试圆"]
DAMAGED = ["李\ufffd", "?试苗", "李〇明", "王*", "陈试KUN", "赵试吉吉", "钱", "孙某", "周**", "吴试国(已故)", "鄭試圓"]


@pytest.mark.parametrize("numbered", [True, False], ids=["with numbers", "without"])
def test_a_damaged_name_never_takes_the_place_of_a_good_one(take, numbered):
    def lines(those: list[str]) -> list[list[str]]:
        return [row(name, number(n) if numbered else "", door=f"2{n:02}") for n, name in enumerate(those, 1)]

    take(*lines(GOOD), name="物业")
    outcome = take(*lines(DAMAGED), name="街道")
    assert names() == GOOD and (outcome["added"], outcome["changed"]) == (0, 0)
    refused = {one["姓名"]: one["原因"][1:4] for one in rejects(outcome)}
    assert refused == {
        "李\ufffd": "316", "?试苗": "316", "王*": "316", "钱": "316", "孙某": "316", "周**": "316",
        "吴试国(已故)": "318",
    }  # fmt: skip
    # Written otherwise, and maybe the same: nobody is added, and a person is asked.
    assert [(one["kind"], one["row"]) for one in outcome["doubted"]] == [("name", n) for n in (4, 6, 7, 12)]


def test_one_name_with_dots_and_spaces_of_every_kind_is_one_person(take):
    dots = "·•・．‧⋅●∙.ㆍ･。-—*▪ "
    outcome = take(*(row(f"买买提{dot}吐尔逊", door="301") for dot in dots), row("买买提吐尔逊", door="301"))
    assert names() == ["买买提·吐尔逊"] and outcome["accepted"] == len(dots) + 1
    spaced = ["古丽娜", "古丽娜 ", " 古丽娜", "古 丽 娜", "古丽娜\u3000", "古丽娜\u200b", "\ufeff古丽娜",
              "古丽娜\u00ad", "古\u200d丽娜",
              "\u202d古丽娜\u202c", "古丽娜\U000e0100", "古丽娜\t"]  # fmt: skip
    assert take(*(row(name, door="302") for name in spaced), name="另一")["added"] == 1


# -- numbers that were lost -------------------------------------------------------------------------


def test_three_people_whose_numbers_a_spreadsheet_made_one(take, tmp_path):
    one = number(900, "19550105")  # 15 digits are kept; what was filled up again passes its own check
    outcome = take(*(row(f"试{c}", one, door=f"40{n}") for n, c in enumerate("甲乙丙", 1)))
    assert outcome["added"] == 3 and [one["kind"] for one in outcome["doubted"]] == ["twice"] * 2
    assert [digest is not None for (digest,) in people("id_digest")] == [True, False, False]

    made = openpyxl.Workbook()
    for line in (TITLES, ["试丁", int(number(911, "19550105")[:17] + "0"), "", "", "平安小区", "1号楼", "404"]):
        made.active.append(line)
    made.save(tmp_path / "数字.xlsx")
    cell = take(tmp_path / "数字.xlsx")
    assert [(flag["column"], flag["code"]) for flag in cell["flagged"]] == [("证件号码", 321)] and cell["added"] == 1
    for lost in ("3.19904E+17", "319904195501059000"):
        told = take(row("试戊", lost, door="405"), name=lost)
        assert [flag["code"] for flag in told["flagged"]] == [321] and told["by_code"] == {}
    assert sum(digest is not None for (digest,) in people("id_digest")) == 1


def test_marks_that_keep_a_number_text_are_taken_off(take):
    forms = ["'{}", '="{}"', "`{}", "\t{}", "’{}", " {} ", "＝＂{}＂", "身份证号：{}"]
    outcome = take(*(row(f"卞试{c}", form.format(number(n)), door=f"5{n:02}")
                     for n, (c, form) in enumerate(zip("甲乙丙丁戊己庚辛", forms, strict=True), 1)))  # fmt: skip
    assert outcome["flagged"] == [] and len({digest for (digest,) in people("id_digest")}) == len(forms)


def test_a_number_of_another_kind_or_none_costs_nobody(take):
    said = {"E12345678": 0, "A123456(7)": 0, "沪字第123456号": 0, "L1234567(美国)": 0, "无": 324, "未办": 303,
            number(1)[:-1]: 303, "319904********0115": 330, number(1)[:-1] + "*": 303}  # fmt: skip
    outcome = take(
        *(
            row(f"施试{c}", text, door=f"6{n:02}")
            for n, (c, text) in enumerate(zip("甲乙丙丁戊己庚辛壬", said, strict=True))
        )
    )
    assert outcome["accepted"] == len(said) == outcome["added"]
    assert [(flag["row"] - 2, flag["code"]) for flag in outcome["flagged"]] == [
        (n, code) for n, code in enumerate(said.values()) if code
    ]


# -- births -----------------------------------------------------------------------------------------


def test_a_birth_that_contradicts_the_number_is_refused_with_the_field(take):
    outcome = take(
        row("施试甲", number(11), "1981-02-03", door="701"), row("施试乙", number(12), "1982-02-03", door="702"),
        row("施试丙", number(13), "1918-02-03", door="703"), row("施试丁", number(14), "1981-03-02", door="704"),
    )  # fmt: skip
    assert outcome["by_code"] == {"305": 2}
    assert [one["姓名"] for one in rejects(outcome)] == ["施试乙", "施试丙"]
    assert all("birth_date" in one["reasons"] for one in rejects(outcome))
    # Day and month the other way round, and the year agrees: the cell is left and told.
    assert [(flag["row"], flag["column"], flag["code"]) for flag in outcome["flagged"]] == [(5, "出生日期", 305)]


@pytest.mark.parametrize(
    "born", ["2199-12-31", "99999", "1871", "1899-12-31", "0", "2月3日", "1900-01-00", "1980-02-30"]
)
def test_a_birth_that_cannot_be_costs_the_cell(take, born):
    outcome = take(row("未试甲", born=born, door="801"))
    assert people("name", "birth_year") == [("未试甲", None)]
    assert [(flag["column"], flag["code"]) for flag in outcome["flagged"]] in (
        [("出生日期", 304)], [("出生日期", 324)],
    )  # fmt: skip


@pytest.mark.parametrize("day", ["20990101", "18710101", "19800230"])
def test_a_number_of_nobody_alive_is_no_number(take, day):
    outcome = take(row("未试乙", number(11, day), door="802"))
    assert people("birth_year", "id_digest") == [(None, None)] and outcome["flagged"][0]["code"] == 303


# -- when a list holds ------------------------------------------------------------------------------


def test_a_later_list_counts_and_one_of_the_future_is_refused(take):
    def listed(phone: str, *options: str) -> dict[str, Any]:
        return take(row("时试甲", number(21), phone=phone, door="901"), name=phone, options=options)

    listed("13900003001", "--as-of", "2022-04-02")
    listed("13900003002", "--as-of", "2022-04-03")
    assert listed("13900003003", "--as-of", "2022-04-01")["changed"] == 0
    for wrong in ("2202-04-04", "0022-04-04", "4.4", "2022-13-01"):
        told = listed("13900003004", "--as-of", wrong)
        assert told["status"] == 2 and "--as-of" in told["said"] and "Traceback" not in told["said"]
    assert people("phone") == [("13900003002",)]
    assert listed("13900003005")["changed"] == 1 and people("phone") == [("13900003005",)]


# -- what comes back --------------------------------------------------------------------------------


def test_rejects_are_mended_and_come_back(take, tmp_path):
    outcome = take(
        row("返试甲", number(31), phone="-", door="911"), row("=返试乙", phone="13900003102", door="912"),
        row("返试丙", number(33), phone="+8613900003103转1", building="9号楼", door="913"),
    )  # fmt: skip
    assert names() == ["返试甲", "=返试乙"] and outcome["rejected"] == 1
    file = Path(outcome["rejects_file"])
    text = file.read_text("utf-8-sig")
    assert number(33) not in text and "*" * 14 + number(33)[-4:] in text
    mended = tmp_path / file.name
    mended.write_text(text.replace("9号楼", "3号楼"), "utf-8-sig")
    assert (back := take(mended))["added"] == 1 and back["source"] == outcome["source"]
    digests = people("name", "id_digest", "birth_year", "phone")
    assert digests[2][0] == "返试丙" and digests[2][2:] == (1981, "13900003103转1")
    # The number that the code stands for is known again from a list that has it in full.
    assert take(row("返试丙", number(33), building="3号楼", door="913"), name="又一")["unchanged"] == 1


def test_rejects_of_a_list_with_the_buildings_between_its_rows_keep_them(take, tmp_path):
    file = tmp_path / "楼.csv"
    file.write_text("平安小区\n室号,姓名\n1号楼\n101,王*\n2号楼\n201,李试乙\n202,李*\n", "utf-8")
    outcome = take(file)
    assert (outcome["accepted"], outcome["rejected"]) == (1, 2)
    mended = tmp_path / Path(outcome["rejects_file"]).name
    mended.write_text(Path(outcome["rejects_file"]).read_text("utf-8-sig").replace("*", "试甲"), "utf-8")
    assert take(mended)["accepted"] == 2
    assert people("name", "area - (area >> 12 << 12)") == [("李试乙", 2), ("王试甲", 1), ("李试甲", 2)]


@pytest.mark.parametrize("column", range(len(TITLES)))
def test_an_identity_number_in_any_cell_is_kept_nowhere_in_plain(take, tmp_path, column):
    """Right, mistyped, spaced, of fifteen digits: refused or left, and hidden in the rejects and the report."""
    for n, text in enumerate(
        (number(41), number(41)[:-1] + "Z", " ".join(number(41)), number(41)[:6] + number(41)[8:17])
    ):
        cells = row("密试甲", door=f"92{n}")
        cells[column] = f"{cells[column]} {text}"
        outcome = take(cells, name=f"{column}-{n}")
        kept = json.dumps(outcome, ensure_ascii=False) + Path(outcome["report_file"]).read_text("utf-8")
        kept += Path(outcome["rejects_file"]).read_text("utf-8-sig") if outcome["rejects_file"] else ""
        kept += str(people("name", "phone", "phone_2", "bed")) + everything()
        assert text not in kept and number(41)[:12] not in kept, TITLES[column]


def everything() -> str:
    """Return what the register's tables of lists, doors and doubts hold."""
    with scoped(EVERYWHERE), connection.cursor() as cursor:
        said = ""
        for table in (
            "places_household",
            "places_import_refusal",
            "places_import_flag",
            "places_doubt",
            "places_person_fact",
        ):
            cursor.execute(f"SELECT coalesce(string_agg(t::text, ' '), '') FROM {table} t")
            said += cursor.fetchone()[0]
    return said


# -- search -----------------------------------------------------------------------------------------

WRITTEN = {
    "搜试一": (
        "+86 139-0000-3201",
        ["13900003201", "+8613900003201", "139 0000 3201", "8613900003201", "(+86)139-0000-3201", "3201"],
    ),
    "搜试二": ("(021)64003202", ["(021)64003202", "02164003202", "021-6400 3202", "64003202", "+86 21 64003202"]),
    "搜试三": ("64003203转8012", ["64003203", "64003203转8012", "021-64003203"]),
    "搜试四": ("13900003204/64003205", ["13900003204", "64003205"]),
    "搜试五": ("１３９００００３２０６（儿子）", ["13900003206", "１３９００００３２０６"]),
    "搜试六": ("+1 (415) 555-0207", ["+1 415 555 0207", "+1 (415) 555-0207", "0014155550207"]),
    "Müller Jürgen": ("13900003208", ["muller", "MÜLLER", "Jurgen", "jürgen", "müller jürgen", "Ｍuller"]),
    "买买提·吐尔逊": ("13900003209", ["买买提吐尔逊", "买买提•吐尔逊", "买买提 吐尔逊", "吐尔逊", "maimaiti"]),
    "搜试七": ("13900003210", ["平安小区 1号楼 1208", "平安小区１号楼１２０８室", "平安小区一号楼#1208"]),
}


def test_everybody_is_found_by_every_spelling(take):
    doors = ["1201", "1202", "1203", "1204", "1205", "1206", "1207", "1209", "1208室"]
    take(*(row(name, phone=phone, door=door) for (name, (phone, _)), door in zip(WRITTEN.items(), doors, strict=True)))
    wrong = []
    for name, (_, asked) in WRITTEN.items():
        for text in asked:
            with scoped(EVERYWHERE):
                hits, _ = search(search_query(text), EVERYWHERE, 0, SWAB)
            if [hit.name for hit in hits] != [name]:
                wrong.append((name, text, [hit.name for hit in hits]))
    assert wrong == []
