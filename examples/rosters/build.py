"""Write the sample rosters: three lists as three offices would send them, with the faults such lists have.

    python examples/rosters/build.py [FOLDER]

Every person comes from the synthetic town (nobody is real). faults.csv names each fault that was put in, by file and
row (1 = first row of the file, title rows included), so that an importer can be held to it.
"""

from __future__ import annotations

import csv
import datetime
import sys
from pathlib import Path

import polars as pl
import xlsxwriter

from bulou.rehearsal.town import COLUMNS, NEEDS_ZH, make_town, persons_file

HERE = Path(__file__).parent
EXAMPLE = HERE.parent / "xuhui-2022"
SEED, PEOPLE, COMPOUND, COUNT = 20220404, 200_000, "华泾路1000弄", 57
FULL_WIDTH = str.maketrans("0123456789", "".join(chr(0xFF10 + i) for i in range(10)))


class Sheet:
    """Rows of one file with the faults noted as they are put in."""

    def __init__(self, name: str):
        self.name = name
        self.rows: list[list] = []
        self.faults: list[tuple[str, int, str]] = []

    def add(self, row: list, *faults: str) -> None:
        self.rows.append(row)
        self.faults += [(self.name, len(self.rows), fault) for fault in faults]


def people() -> list[dict]:
    """Return persons of one compound in order of door: the run of doors in which most people need something."""
    frame = persons_file(make_town(EXAMPLE, PEOPLE, SEED)).filter(pl.col("compound") == COMPOUND)
    needing = (frame["needs"] != "").cast(pl.Int32).to_list()
    start = max(
        range(len(needing) - COUNT + 1),
        key=lambda at: (sum(needing[at : at + COUNT]), -at),
    )
    return frame.slice(start, COUNT).to_dicts()


def date_styles(iso: str, turn: int) -> str:
    """Write a date in one of the styles offices use."""
    year, month, day = iso.split("-")
    styles = (
        iso,
        f"{year}/{int(month)}/{int(day)}",
        f"{year}{month}{day}",
        f"{year}年{int(month)}月{int(day)}日",
        f"{year}.{int(month)}.{int(day)}",
        f"{year}-{month}",
    )
    return styles[turn % len(styles)]


def with_phone(persons: list[dict], start: int) -> int:
    """Return the place of the first person from ``start`` on who has a phone."""
    return next(at for at in range(start, len(persons)) if persons[at]["phone"])


def wrong_check(number: str) -> str:
    """Return the identity number with another check digit."""
    return number[:-1] + ("1" if number[-1] != "1" else "2")


def property_sheet(persons: list[dict]) -> Sheet:
    """A property office's workbook: title, note, header in row 4, merged building and room, a blank row, a sum."""
    sheet = Sheet("property.xlsx")
    sheet.add([f"{COMPOUND}住户登记表(演练用,人员均为虚构)"], "title row")
    sheet.add(["填报单位:物业服务处", None, None, "填报日期:2022年4月2日"], "title row")
    sheet.add([], "blank row")
    sheet.add(
        [
            "序号",
            "楼栋",
            "单元",
            "室号",
            "姓名",
            "身份证号",
            "出生年月",
            "联系电话",
            "备注",
        ]
    )
    before: tuple = ()
    for turn, person in enumerate(persons):
        if turn == 9:
            sheet.add([], "blank row")
        building, home = (
            person["building"],
            (person["building"], person["stairwell"], person["door"]),
        )
        faults = []
        row = [
            turn + 1,
            building if not before or building != before[0] else None,
            person["stairwell"] if home != before else None,
            person["door"] if home != before else None,
            person["name"],
            person["id_number"],
            date_styles(person["birth_date"], turn),
            person["phone"],
            "、".join(NEEDS_ZH[need] for need in person["needs"].split(";") if need),
        ]
        if home == before:
            blank = "place not merged, above a blank row"
            faults.append(blank if turn == 9 else "merged cell: place only in the row above")
        if turn == 3:
            row[4] = f" {row[4][0]} {row[4][1:]} "
            faults.append("spaces in name")
        if turn == with_phone(persons, 6):
            row[7] = int(row[7])
            faults.append("phone stored as number: leading zeros lost")
        if turn == 7:
            row[6] = datetime.date.fromisoformat(person["birth_date"])
            faults.append("date stored as a date cell")
        if turn == 11:
            row[5] = wrong_check(row[5])
            faults.append("wrong check digit")
        sheet.add(row, *faults)
        before = home
    sheet.add(["合计", None, None, None, f"{len(persons)}人"], "sum row")
    return sheet


def police_sheet(persons: list[dict]) -> Sheet:
    """A police station's CSV in GB18030 with its own column names."""
    sheet = Sheet("police.csv")
    titles = [
        "街道",
        "居委会",
        "小区名称",
        "幢号",
        "单元",
        "楼层",
        "室",
        "姓名",
        "公民身份号码",
        "出生日期",
        "手机号码",
        "特殊人群",
    ]
    sheet.add(titles)
    keys = list(COLUMNS)
    for turn, person in enumerate(persons):
        row = ["" if person[key] is None else str(person[key]) for key in keys]
        row[11] = "、".join(NEEDS_ZH[need] for need in person["needs"].split(";") if need)
        row[9] = date_styles(person["birth_date"], turn)
        faults = []
        if turn in (2, 8):
            row[3], row[6] = row[3].translate(FULL_WIDTH), row[6].translate(FULL_WIDTH)
            faults.append("full-width digits")
        if turn == 4:
            row[7] = " ".join(row[7])
            faults.append("spaces in name")
        if turn == 5:
            row[8] = wrong_check(row[8])
            faults.append("wrong check digit")
        if turn == 10:
            row[8] = ""
            faults.append("no identity number")
        if turn == 12:
            row[8] = row[8][:-2]
            faults.append("identity number too short")
        if turn == 14:
            row[9] = "1975-01-02" if not person["birth_date"].startswith("1975") else "1976-01-02"
            faults.append("birth date differs from identity number")
        if row[8].endswith("X"):
            row[8] = row[8].lower()
            faults.append("lower-case x as check digit")
        sheet.add(row, *faults)
        if turn == 7:
            sheet.add(list(row), "duplicate row")
        if turn == 11:
            sheet.add([""] * len(titles), "blank row")
    return sheet


def clinic_sheet(persons: list[dict]) -> Sheet:
    """A clinic's CSV in UTF-8 with byte order mark, semicolons, English titles in another order."""
    sheet = Sheet("clinic.csv")
    sheet.add(
        [
            "No.",
            "Full name",
            "Date of birth",
            "ID number",
            "Tel",
            "Needs",
            "Street/Town",
            "Committee",
            "Compound",
            "Bldg",
            "Unit",
            "Floor",
            "Room",
        ]
    )
    for turn, person in enumerate(persons):
        row = [
            str(turn + 1),
            person["name"],
            date_styles(person["birth_date"], turn),
            person["id_number"],
            person["phone"] or "",
            person["needs"].replace(";", ", "),
            *(person[key] for key in ("street", "neighbourhood", "compound")),
            person["building"].removesuffix("号楼"),
            *(str(person[key]) for key in ("stairwell", "floor", "door")),
        ]
        faults = []
        if turn == 1:
            row[1] = '=HYPERLINK("http://invalid.example/","' + row[1] + '")'
            faults.append("formula in name")
        if turn == 3:
            row[1] = "@" + row[1]
            faults.append("formula in name")
        if turn == 5:
            row[2], row[3] = "1990-02-30", ""
            faults.append("impossible date")
        if turn == 6:
            row[1] = ""
            faults.append("no name")
        if turn == 8:
            row[2], row[3] = person["birth_date"][:4], ""
            faults.append("birth year only")
        if turn == 9:
            row[9] = "99"
            faults.append("building that does not exist")
        if turn == with_phone(persons, 14):
            row[4] = row[4][:3] + "-" + row[4][3:7] + " " + row[4][7:]
            faults.append("phone with separators")
        sheet.add(row, *faults)
        if turn == 10:
            again = list(row)
            again[1], again[0] = row[1] + " ", "11a"
            sheet.add(again, "duplicate row")
        if turn == 13:
            sheet.add(row[:6], "short row")
    return sheet


def write_workbook(sheet: Sheet, folder: Path) -> None:
    """Write the workbook with true merged cells and fixed times, so that it is the same every time."""
    with xlsxwriter.Workbook(str(folder / sheet.name)) as book:
        book.set_properties({"created": datetime.datetime(2022, 4, 2, tzinfo=datetime.UTC)})
        page = book.add_worksheet("登记表")
        day = book.add_format({"num_format": "yyyy/m/d"})
        page.merge_range(0, 0, 0, 8, sheet.rows[0][0])
        for at, row in enumerate(sheet.rows[1:], 1):
            for column, value in enumerate(row):
                if isinstance(value, datetime.date):
                    page.write_datetime(at, column, value, day)
                elif isinstance(value, int):
                    page.write_number(at, column, value)
                elif value is not None:
                    page.write_string(at, column, value)
        # Building, stairwell and room are written once and merged down to the end of their household or building.
        for column in (1, 2, 3):
            start = None
            for at in range(4, len(sheet.rows)):
                row = sheet.rows[at]
                goes_on = len(row) > 5 and row[column] is None
                if start is not None and not goes_on:
                    if at - start > 1:
                        page.merge_range(start, column, at - 1, column, sheet.rows[start][column])
                    start = None
                if start is None and len(row) > 5 and row[column] is not None:
                    start = at


def write_csv(sheet: Sheet, folder: Path, encoding: str, delimiter: str) -> None:
    with (folder / sheet.name).open("w", encoding=encoding, newline="") as file:
        csv.writer(file, delimiter=delimiter, lineterminator="\r\n").writerows(sheet.rows)


def main(folder: Path) -> None:
    persons = people()
    sheets = (
        property_sheet(persons[:20]),
        police_sheet(persons[17:38]),
        clinic_sheet(persons[36:57]),
    )
    write_workbook(sheets[0], folder)
    write_csv(sheets[1], folder, "gb18030", ",")
    write_csv(sheets[2], folder, "utf-8-sig", ";")
    with (folder / "faults.csv").open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(["file", "row", "fault"])
        writer.writerows(fault for sheet in sheets for fault in sheet.faults)


if __name__ == "__main__":
    main(Path(sys.argv[1]) if len(sys.argv) > 1 else HERE)
