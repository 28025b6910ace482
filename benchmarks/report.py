"""Runs every benchmark and writes docs/results.md from what they print: no figure there is typed by hand.

python benchmarks/report.py [--short] [NAME ...]
"""

import argparse
import json
import subprocess
import sys
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

HERE = Path(__file__).resolve().parent
PAGE = HERE.parent / "docs" / "results.md"
NOT_A_BENCHMARK = {"report", "common"}


def names() -> list[str]:
    """The benchmarks of this folder."""
    return sorted(file.stem for file in HERE.glob("*.py") if file.stem not in NOT_A_BENCHMARK)


def run(name: str, short: bool) -> dict[str, Any]:
    """Run one benchmark; its last line is one JSON object.

    Raises:
        SystemExit: it failed, or printed no result.
    """
    command = [sys.executable, str(HERE / f"{name}.py"), "--json", *(["--short"] if short else [])]
    done = subprocess.run(command, stdout=subprocess.PIPE, text=True, check=False)
    try:
        return json.loads(done.stdout.strip().splitlines()[-1])
    except (IndexError, json.JSONDecodeError):
        raise SystemExit(f"{name}: no result (exit status {done.returncode})") from None


def table(head: Iterable[str], rows: Iterable[Iterable[object]]) -> Iterator[str]:
    """The lines of a table."""
    titles = list(head)
    yield "| " + " | ".join(titles) + " |"
    yield "|" + "---|" * len(titles)
    for row in rows:
        yield "| " + " | ".join(said(cell) for cell in row) + " |"
    yield ""


def said(value: object) -> str:
    """A figure as a reader likes it: thousands apart, no more digits than it has meaning."""
    match value:
        case None:
            return "not measured"
        case bool():
            return "yes" if value else "**no**"
        case int():
            return f"{value:,}"
        case float():
            return f"{value:,.0f}" if abs(value) >= 1000 else f"{value:.3g}"
        case dict():
            return ", ".join(f"{name} {said(part)}" for name, part in value.items())
        case list() | tuple():
            return ", ".join(said(part) for part in value)
        case _:
            return str(value).replace("|", "\\|")


def page(results: list[dict[str, Any]], short: bool) -> str:
    """The text of docs/results.md."""
    length = "their short form (`--short`)" if short else "full length"
    out = [
        "# Results",
        "",
        f"Written by `make bench` from what the benchmarks print, at {length}. Read the ratios; the rates are those of"
        " the machine.",
        "",
    ]
    for result in results:
        out += [f"## {result['name']}", "", f"Machine: {said(result['machine'])}.", ""]
        rows = ((row["name"], row["value"], row["want"], row["ok"]) for row in result["targets"])
        out += [*table(("target", "value", "wanted", "reached"), rows)]
        out += [*table(("figure", "value"), result["figures"].items())]
    return "\n".join(out)


def main() -> int:
    """Run all or the named benchmarks; exit status 1 when a target is missed."""
    parser = argparse.ArgumentParser(description="Run the benchmarks and write docs/results.md.")
    parser.add_argument("names", nargs="*", metavar="NAME", help="default: all")
    parser.add_argument("--short", action="store_true", help="each ends within 45 seconds; the page is not written")
    options = parser.parse_args()
    results = []
    for name in options.names or names():
        print(f"{name} ...", flush=True)
        results.append(run(name, options.short))
    missed = [f"{r['name']}: {t['name']}" for r in results for t in r["targets"] if not t["ok"]]
    if options.short or options.names:
        print(page(results, options.short))  # only a whole run at full length becomes the published page
    else:
        PAGE.write_text(page(results, options.short), "utf-8")
        print(PAGE.relative_to(HERE.parent))
    print("\n".join(f"missed: {row}" for row in missed))
    return 1 if missed else 0


if __name__ == "__main__":
    sys.exit(main())
