"""`bulou import persons` and `bulou import areas`: options, and what is printed. The database is ready by then."""

from __future__ import annotations

import argparse
import csv
import json
import sys
from collections.abc import Callable, Mapping
from dataclasses import asdict
from datetime import UTC, datetime
from math import isfinite
from pathlib import Path
from typing import Protocol, TextIO
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db import connection

from bulou.ledger import clock
from bulou.places import actions, imports
from bulou.places.preview import preview
from bulou.places.text_file import UnreadableFile
from bulou.places.vocabulary import FIELD_NAMES, ROW_REFUSALS

#: No list is older: a day before is a mistyped year.
EARLIEST = 1990
#: So many cells that were left are printed one by one.
SHOWN = 20


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the options of `bulou import persons`."""
    parser.add_argument("file", type=Path, metavar="FILE", help="CSV or Excel 名册文件")
    parser.add_argument("--json", action="store_true", help="print one JSON object")
    parser.add_argument("--preview", action="store_true", help="show what would be read, write nothing 预览")
    parser.add_argument("--source", help="who the list is from; its columns are remembered 来源 (default: file name)")
    parser.add_argument(
        "--within", type=int, default=0, metavar="AREA", help="the area the whole list is about 所属区域编号"
    )
    parser.add_argument(
        "--map",
        action="append",
        default=[],
        metavar="FIELD=TITLE",
        help=f"column of a field 列对应; fields: {', '.join(FIELD_NAMES)}",
    )
    parser.add_argument(
        "--registered",
        action="store_true",
        help="addresses are where people are registered, not where they live 户籍地址",
    )
    parser.add_argument("--as-of", metavar="DATE", help="day of the list, YYYY-MM-DD 名册日期 (default: now)")


class Joined(Protocol):
    """Newcomers to an open round, in persons: who owes it from now on, and whom its scope rule leaves out."""

    @property
    def added(self) -> int: ...

    @property
    def out_of_scope(self) -> int: ...


def run(options: argparse.Namespace, join: Callable[[datetime, datetime], Mapping[int, Joined]]) -> int:
    """Import (or preview) the file; print the result. Exit status 0 done, 2 not read or wrong use.

    Parameters:
        join: called once the register has changed, also where an import broke off behind some of its rows; says by open
            round who owes it from now on. The rounds are above this room.
    """
    now = clock.now()
    try:
        mapping = dict(_pair(text) for text in options.map)
        since = _day(options.as_of, now) if options.as_of else None
        if options.within and not _is_known(options.within):
            raise ValueError(f"--within {options.within}: 区域表中没有这个区域 / the area tree has no such area")
    except ValueError as error:
        print(f"bulou: {error}", file=sys.stderr)
        return 2
    joined: Mapping[int, Joined] = {}
    try:
        if options.preview:
            listed, source = imports.open_list(options.file, since or now, options.source, mapping, options.within)
            _print_preview({"source": source, **asdict(preview(listed))}, options.json)
            return 0
        try:
            outcome = imports.import_persons(
                options.file,
                options.data,
                now,
                source=options.source,
                mapping=mapping,
                within=options.within,
                registered=options.registered,
                valid_from=since,
                progress=None if options.json and not sys.stderr.isatty() else _progress,
            )
        finally:
            joined = join(clock.now(), clock.now())
    except (UnreadableFile, imports.Busy) as error:
        print(f"bulou: {error}", file=sys.stderr)
        _print_joined(joined, sys.stderr)
        return 2
    if options.json:
        rounds = [{"round": n, "added": one.added, "out_of_scope": one.out_of_scope} for n, one in joined.items()]
        print(json.dumps({**outcome.as_json(), "joined": rounds}, ensure_ascii=False))
    else:
        _print_outcome(outcome)
        _print_joined(joined, sys.stdout)
    return 0


def _day(text: str, now: datetime) -> datetime:
    """Return from when a list of a day holds: from that day's beginning, a list of today from now on.

    Raises:
        ValueError: it is no day, lies ahead, or is older than any list.
    """
    try:
        given = datetime.fromisoformat(text)
    except ValueError:
        raise ValueError(f"--as-of {text}: 应为 YYYY-MM-DD / expected YYYY-MM-DD") from None
    zone = ZoneInfo(settings.TIME_ZONE)
    day = given if given.tzinfo else given.replace(tzinfo=zone)
    if day > now:
        raise ValueError(
            f"--as-of {text}: 名册日期在将来，未导入；请核对年份"
            " / the day of the list lies ahead, nothing was imported: check the year"
        )
    if day.year < EARLIEST:
        raise ValueError(f"--as-of {text}: 早于 {EARLIEST} 年，请核对年份 / before {EARLIEST}: check the year")
    return now if len(text) <= len("2022-04-03") and day.date() == now.astimezone(zone).date() else day.astimezone(UTC)


def _is_known(area: int) -> bool:
    with connection.cursor() as cursor:
        cursor.execute("SELECT EXISTS (SELECT FROM places_area WHERE id = %s)", [area])
        return cursor.fetchone()[0]


def add_area_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the options of `bulou import areas`."""
    parser.add_argument("file", type=Path, metavar="FILE", help="CSV: id,name[,name_en,code,x,y] 区域表")
    parser.add_argument("--json", action="store_true", help="print one JSON object")


def run_areas(options: argparse.Namespace) -> int:
    """Load an area tree from a CSV file."""
    try:
        with options.file.open(encoding="utf-8-sig", newline="") as file:
            rows = [_area(row, number) for number, row in enumerate(csv.DictReader(file), 2)]
        count = actions.load_areas(rows, datetime.now(UTC), options.file.name)
    except (ValueError, csv.Error) as error:  # a UnicodeDecodeError is a ValueError
        print(f"bulou: {options.file}: {' '.join(str(error).split())}", file=sys.stderr)
        return 2
    print(json.dumps({"areas": count}) if options.json else f"{count} areas 区域")
    return 0


def _area(row: dict[str | None, str | None], number: int) -> dict[str, object]:
    """Return a row of the area table.

    Raises:
        ValueError: which row and column, and what was expected.
    """
    read: dict[str, object] = {str(name): value for name, value in row.items()}
    for name, kind, expected in (("id", int, "整数 a whole number"), ("x", float, "数 a number"), ("y", float, "数")):
        text = row.get(name) or ("" if name == "id" else "0")
        try:
            read[name] = kind(text)
            finite = isfinite(float(text))
        except (ValueError, OverflowError):
            finite = False
        if not finite:
            raise ValueError(f"第 {number} 行 row {number}, {name}: {text[:40]!r}; 应为 expected {expected}")
    name, *others = [row.get(title) or "" for title in ("name", "name_en", "code")]
    if not name.strip() or any("\0" in text for text in (name, *others)):
        raise ValueError(f"第 {number} 行 row {number}, name: 应为名称 expected a name")
    return read


def _pair(text: str) -> tuple[str, str]:
    name, mark, title = text.partition("=")
    if not mark or name not in FIELD_NAMES:
        raise ValueError(f"--map {text}: expected FIELD=TITLE with a field of {', '.join(FIELD_NAMES)}")
    return name, title


def _progress(at: imports.Progress) -> None:
    print(
        f"第 {at.row:,} 行 row {at.row:,}: 接受 accepted {at.accepted:,}, 退回 rejected {at.rejected:,}",
        file=sys.stderr,
    )


def _print_outcome(outcome: imports.Outcome) -> None:
    for sheet in outcome.sheets:
        name = sheet["sheet"] or outcome.source
        if not sheet["read"]:
            print(f"未读 not read: {name} ({sheet['why']} {sheet['why_en']})")
            continue
        hidden = f", 其中隐藏行 hidden rows among them {sheet['hidden_rows']}" if sheet["hidden_rows"] else ""
        print(f"已读 read: {name}, 表头第 {sheet['header_row']} 行 header in row {sheet['header_row']}, "
              f"{sheet['rows']:,} 行 rows{hidden}")  # fmt: skip
    for name, titles in outcome.columns.items():
        print(f"  {name} = {', '.join(titles)}")
    for one in outcome.left:
        if one["what"] != "sheet":
            print(f"未读入 left: {one['sheet']} {one['what']} {one['named']} ({one['zh']} {one['en']})")
    print(f"读取 read {outcome.read:,} = 接受 accepted {outcome.accepted:,} + 退回 rejected {outcome.rejected:,}")
    print(f"新增 added {outcome.added:,}, 变更 changed {outcome.changed:,}, 未变 unchanged {outcome.unchanged:,}")
    for code, count in outcome.by_code.items():
        print(f"  [{code}] {ROW_REFUSALS[code].zh} {ROW_REFUSALS[code].en}: {count:,}")
    if outcome.flagged_cells:
        print(f"未读入的格（人员已接受） cells that were left, the people taken: {outcome.flagged_cells:,}")
        for code, count in outcome.flagged_by_code.items():
            print(f"  [{code}] {ROW_REFUSALS[code].zh} {ROW_REFUSALS[code].en}: {count:,}")
        for cell in outcome.flagged[:SHOWN]:
            print(
                f"    {cell['sheet']} 第 {cell['row']} 行 row {cell['row']}, {cell['column']}:"
                f" [{cell['code']}] {cell['zh']}"
            )
    if outcome.doubts:
        print(f"存疑，待人工判断 doubts for a person to decide: {outcome.doubts:,} (/roster/doubts)")
    if outcome.rejects_file:
        print(f"退回行（改正后可再次导入） rejects, to be mended and imported again: {outcome.rejects_file}")
    print(f"报告 report: {outcome.report_file}")


def _print_joined(joined: Mapping[int, Joined], to: TextIO) -> None:
    for round_, one in joined.items():
        if one.added or one.out_of_scope:
            print(f"轮次 round {round_}: 补录应检 added after opening {one.added:,},"
                  f" 不在应检范围 out of scope {one.out_of_scope:,}", file=to)  # fmt: skip


def _print_preview(shown: dict, as_json: bool) -> None:
    if as_json:
        print(json.dumps(shown, ensure_ascii=False))
        return
    for name in ("source", "encoding", "header_row", "mapping", "unread", "missing", "within"):
        print(f"{name}: {shown[name]}")
    for one in shown["left"]:
        print(f"未读 left: {one['sheet']} {one['what']} {one['named']} ({one['zh']} {one['en']})")
    more = "" if shown["complete"] else " (first rows only 仅前若干行)"
    print(f"可导入 good {shown['good']}, 退回 refused {shown['refused']}, 空行 blank {shown['skipped']}{more}")
    for name in ("by_code", "flags"):
        for code, count in shown[name].items():
            print(f"  [{code}] {ROW_REFUSALS[code].zh} {ROW_REFUSALS[code].en}: {count}")
    for row in shown["first"]:
        print(json.dumps(row, ensure_ascii=False))
