"""Runs every benchmark and writes docs/results.md from what they print: no figure there is typed by hand.

python benchmarks/report.py [--short] [--page] [NAME ...]

What a run at full length prints is kept in benchmarks/results/NAME.json, and the page is written from what is kept. The
city is not run with the others: it takes twenty minutes and 25 GB of disk; its kept result is on the page, or the words
that there is none.
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
RESULTS = HERE / "results"
#: What was printed by runs that are no benchmarks, kept with the machine they ran on.
BY_HAND = {"demo of the whole district": RESULTS / "demo-full.txt", "faults": RESULTS / "faults.txt"}
NOT_A_BENCHMARK = {"report", "common", "doors", "town", "day", "lists"}
RUN_ALONE = {"city"}

#: What a target is held beside: the figures of the same run that say what less work costs, by benchmark.
BASELINES = {
    "intake": ("copy_door_per_s", "empty_door_per_s", "db_ceiling_tubes_per_s", "db_orm_tubes_per_s"),
    "opening": ("copy_s",),
    "verify": ("read_all_s",),
    "city": ("copy_samples_per_s",),
    "reads": ("bare_transaction_p50_ms",),
    "desk": (
        "intake_p99_alone_ms",
        "intake_p99_beside_boards_to_alone_90_ci",
        "intake_p99_beside_walker_to_alone",
    ),
    "field_day": ("direct_entries_per_s",),
    "people": ("bare_lookup_p50_ms", "bare_lookup_p99_ms"),
    "linkage": ("exact_join_precision", "exact_join_recall", "exact_join_s"),
    "dispatch": ("first_come_p95_wait_h", "first_come_driven_h", "library_driven_h"),
}
TURNS = (
    "one interpreter reads the requests and runs the rules, and they take turns: at this load both cores are idle for a"
    " third of the time, while a batch waits five times for the database and the loop for the batch (py-spy, perf, wait"
    " events of the database). Tried without a gain: two batches at once, smaller ones that overlap, a shorter switch"
    " interval of threads, sending a batch in slices; two door processes gave 15 %"
)
#: Why a target is missed, by the benchmark and the beginning of the target's name. Only what is missed now is shown.
REASONS = {
    ("intake", "tubes over HTTP to a door that only copies"): TURNS,
    ("intake", "tubes over HTTP to an empty door"): "the empty door of this run answers five times as often as the one"
    " that the share was reckoned from; the 2,000 tubes a second behind it are met",
    ("intake", "p99 over HTTP at full load"): TURNS,
    ("intake", "in the database to one transaction"): "a batch of 200 takes the rules 15 ms of Python, which the"
    " server's work overlaps by a quarter, and the server 24 ms, in which it writes four tables that the ceiling does"
    " not: the entries with their content, movements, holdings, and the duties of the tubes themselves (perf). Sending"
    " in slices overlapped no more",
    ("intake", "p99 at 300 tubes/s"): "commits now and then wait a tenth of a second for the disk (WalSync)",
    ("desk", "the intake's p99 beside boards"): "the median is the same. More than half of it was the door's own work"
    " for pages, which has been halved since (decision 14); what is left is not known by its parts",
}


def names() -> list[str]:
    """The benchmarks of this folder, those that run alone as well."""
    return sorted(file.stem for file in HERE.glob("*.py") if file.stem not in NOT_A_BENCHMARK)


def kept(name: str) -> dict[str, Any] | None:
    """The kept result of a benchmark, or None."""
    file = RESULTS / f"{name}.json"
    return json.loads(file.read_text("utf-8")) if file.exists() else None


def verdict(benchmark: str, target: dict[str, Any]) -> str:
    """Met or missed, and why it is missed."""
    if target["want"] == "reported":
        return "reported"
    if target["ok"]:
        return "met"
    reasons = (
        text for (name, start), text in REASONS.items() if name == benchmark and target["name"].startswith(start)
    )
    return f"**missed**: {next(reasons, 'not explained yet')}"


def baseline(result: dict[str, Any]) -> str:
    """The figures that less work costs, from the same run."""
    figures = result["figures"]
    return ", ".join(f"{name} {said(figures[name])}" for name in BASELINES.get(result["name"], ()) if name in figures)


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
        case []:
            return "none"
        case list() | tuple():
            return ", ".join(said(part) for part in value)
        case _:
            return str(value).replace("|", "\\|")


def page(results: list[dict[str, Any]], absent: Iterable[str], short: bool) -> str:
    """The text of docs/results.md."""
    length = "in their short form (`--short`)" if short else "at full length"
    out = [
        "# Results",
        "",
        f"Written from what the benchmarks print {length} (`make bench`; `benchmarks/results/`). Read the ratios; the"
        " rates are those of the machine.",
        "",
    ]
    rows = [
        (f"[{r['name']}](#{r['name']})", t["name"], t["value"], t["want"], verdict(r["name"], t), baseline(r) or "none")
        for r in results
        for t in r["targets"]
    ]
    out += table(("benchmark", "target", "figure", "wanted", "met or missed", "baseline of the same run"), rows)
    out += [f"Not run yet: {', '.join(absent)}.", ""] if absent else []
    for title, file in BY_HAND.items():
        if file.exists():
            out += [f"## {title}", "", "```text", file.read_text("utf-8").rstrip(), "```", ""]
    for result in results:
        out += [f"## {result['name']}", "", f"Machine: {said(result['machine'])}.", ""]
        plain = {name: value for name, value in result["figures"].items() if not rows_of(value)}
        out += table(("figure", "value"), plain.items())
        for name, value in result["figures"].items():
            if rows_of(value):
                out += [f"{name}:", "", *table(value[0], (row.values() for row in value))]
    return "\n".join(out)


def rows_of(value: object) -> bool:
    """Tell whether a figure is a table of its own."""
    return isinstance(value, list) and bool(value) and all(isinstance(row, dict) for row in value)


def main() -> int:
    """Run all or the named benchmarks; exit status 1 when a target is missed."""
    parser = argparse.ArgumentParser(description="Run the benchmarks and write docs/results.md.")
    parser.add_argument("names", nargs="*", metavar="NAME", help="default: all that do not run alone")
    parser.add_argument("--short", action="store_true", help="each ends within a minute; nothing is written")
    parser.add_argument("--page", action="store_true", help="run nothing: write the page from the kept results")
    options = parser.parse_args()
    results = []
    wanted = [] if options.page else options.names or [name for name in names() if name not in RUN_ALONE]
    for name in wanted:
        print(f"{name} ...", flush=True)
        results.append(run(name, options.short))
        if not options.short:
            RESULTS.mkdir(exist_ok=True)
            (RESULTS / f"{name}.json").write_text(json.dumps(results[-1], ensure_ascii=False, indent=1) + "\n", "utf-8")
    if options.short:
        print(page(results, (), short=True))
    else:
        found = {name: kept(name) for name in names()}
        results = [result for result in found.values() if result]
        PAGE.write_text(page(results, [name for name, result in found.items() if not result], short=False), "utf-8")
        print(PAGE.relative_to(HERE.parent))
    missed = [f"{r['name']}: {t['name']}" for r in results for t in r["targets"] if not t["ok"]]
    print("\n".join(f"missed: {row}" for row in missed))
    return 1 if missed else 0


if __name__ == "__main__":
    sys.exit(main())
