"""`bulou import persons` and `bulou import areas`: options, and what is printed. The database is ready by then."""

from __future__ import annotations

import argparse
import csv
import json
import sys
from dataclasses import asdict
from datetime import UTC, datetime
from math import isfinite
from pathlib import Path

from bulou.places import actions, imports
from bulou.places.sheets import UnreadableFile
from bulou.places.understand import preview
from bulou.places.vocabulary import FIELD_NAMES, ROW_REFUSALS


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


def run(options: argparse.Namespace) -> int:
    """Import (or preview) the file; print the result. Exit status 0 done, 2 not read or wrong use."""
    try:
        mapping = dict(_pair(text) for text in options.map)
        since = datetime.fromisoformat(options.as_of).astimezone(UTC) if options.as_of else None
    except ValueError as error:
        print(f"bulou: {error}", file=sys.stderr)
        return 2
    try:
        if options.preview:
            listed, source = imports.open_list(options.file, options.source, mapping, options.within)
            _print_preview({"source": source, **asdict(preview(listed))}, options.json)
            return 0
        outcome = imports.import_persons(
            options.file,
            options.data,
            datetime.now(UTC),
            source=options.source,
            mapping=mapping,
            within=options.within,
            registered=options.registered,
            valid_from=since,
            progress=None if options.json and not sys.stderr.isatty() else _progress,
        )
    except (UnreadableFile, imports.Busy) as error:
        print(f"bulou: {error}", file=sys.stderr)
        return 2
    if options.json:
        print(json.dumps(outcome.as_json(), ensure_ascii=False))
    else:
        _print_outcome(outcome)
    return 0


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
    print(f"读取 read {outcome.read:,} = 接受 accepted {outcome.accepted:,} + 退回 rejected {outcome.rejected:,}")
    print(f"新增 added {outcome.added:,}, 变更 changed {outcome.changed:,}, 未变 unchanged {outcome.unchanged:,}")
    for code, count in outcome.by_code.items():
        print(f"  [{code}] {ROW_REFUSALS[code].zh} {ROW_REFUSALS[code].en}: {count:,}")
    if outcome.rejects_file:
        print(f"退回行（改正后可再次导入） rejects, to be mended and imported again: {outcome.rejects_file}")


def _print_preview(shown: dict, as_json: bool) -> None:
    if as_json:
        print(json.dumps(shown, ensure_ascii=False))
        return
    for name in ("source", "encoding", "header_row", "mapping", "unread", "missing", "within"):
        print(f"{name}: {shown[name]}")
    more = "" if shown["complete"] else " (first rows only 仅前若干行)"
    print(f"可导入 good {shown['good']}, 退回 refused {shown['refused']}, 空行 blank {shown['skipped']}{more}")
    for code, count in shown["by_code"].items():
        print(f"  [{code}] {ROW_REFUSALS[code].zh} {ROW_REFUSALS[code].en}: {count}")
    for row in shown["first"]:
        print(json.dumps(row, ensure_ascii=False))
