"""`bulou check zones-2022`: levels that the rule derives day by day, held against the lists of April 2022."""

import argparse
import json
from pathlib import Path
from typing import Any

from bulou.config.told import chinese

LEVELS = {"lockdown": "封控区", "control": "管控区", "precaution": "防范区"}
#: Parts of the result with precision and recall.
PARTS = (
    ("levels", "全部", "all"),
    ("explicit", "名单明列的", "named by a list"),
    ("by_absence", "按“其余为封控区”计的", "by absence, the rest is lockdown"),
    ("by_name", "按名称计", "by name"),
)
HELP = "hold the rule of levels against published lists 用公布的三区名单检验分区规则"


def _folder(text: str) -> Path:
    path = Path(text)
    if not path.is_dir():
        raise argparse.ArgumentTypeError(
            f"“{text}”不可用，须为已有的目录" if chinese() else f'"{text}" cannot be used: a folder that is there'
        )
    return path


def arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the options."""
    parser.add_argument(
        "--instance", metavar="DIR", type=_folder, required=True,
        help="folder with positives/ and zones/, places/ where there is one 数据目录",
    )  # fmt: skip
    parser.add_argument("--json", action="store_true", help="print one JSON object")


def run(options: argparse.Namespace) -> int:
    """Print how far rule and lists agree; exit status 1 where nothing can be compared."""
    from bulou.zones import published
    from bulou.zones.report import report

    found = report(published.read(options.instance))
    print(json.dumps(found, ensure_ascii=False) if options.json else _text(found))
    return 0 if found["units"] else 1


def _text(found: dict[str, Any]) -> str:
    zh = chinese()

    def word(chinese_word: str, english_word: str) -> str:
        return chinese_word if zh else english_word

    def level(name: str) -> str:
        return LEVELS[name] if zh else name

    lines = [word("名称对上 {}，未对上 {}", "names matched {}, not {}").format(found["matched"], found["unmatched"])]
    lines += [f"{word('缺少', 'missing')}: {one}" for one in found["missing"]]
    lines += [f"{word('有误', 'unreadable')}: {one}" for one in found["problems"]]
    for part, zh_part, en_part in PARTS:
        lines.append(word(zh_part, en_part))
        lines += [
            f"  {level(name):12} precision {_share(one['precision'])}  recall {_share(one['recall'])}  n {one['n']}"
            for name, one in found[part].items() if one["n"] or one["derived"]
        ]  # fmt: skip
    for name, rows in found["reasons"].items():
        lines.append(f"{level(name)}: {word('不一致的原因', 'why they differ')}")
        lines += [
            f"  {row['n']:6} {word('规则得出', 'rule says')} {level(row['derived'])}: {row[word('zh', 'en')]}"
            for row in rows
        ]
    for one in found["lists"]:
        told = one["why_not"] or f"{one['matched']} + {one['unmatched']}, {one['units']}"
        lines.append(f"{one['area']} {one['day']}: {told}")
    for part, zh_part in (("matched", "对上的名称"), ("unmatched", "未对上的名称")):
        lines.append(f"{word(zh_part, f'names {part}')}: " + "、".join(one["name"] for one in found["names"][part]))
    return "\n".join([*lines, found["universe"]])


def _share(number: float | None) -> str:
    return "-" if number is None else f"{number:.3f}"
