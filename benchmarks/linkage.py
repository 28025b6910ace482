"""Lists of several sources linked to persons: how many rightly, and at what cost, beside a join on identity numbers.

An instance is a folder with police.csv, property.csv and vacc.csv (row, name, id_number, birth_date, phone, compound,
building, room) and truth.csv (row, person, household). Without one a district is drawn by a seed. Counted are pairs of
rows: right are those of one person of the truth. A pair is put before a visitor when it is one of the doubtful pairs.
Visited are the persons of doubtful pairs and those whom one list alone knows. The time is from the files to the answer.
"""

from __future__ import annotations

import os
import tempfile
import time
from pathlib import Path
from typing import Any

import common
import lists

LISTS = ("police", "property", "vacc")
PEOPLE, FEW = 1_000_000, 40_000


def main() -> None:
    """Measure, and print the JSON."""
    options = common.arguments(__doc__ or "")
    with tempfile.TemporaryDirectory(prefix="bulou-lists-") as folder:
        where = options.instance
        if where is None:
            people = FEW if options.short else PEOPLE
            common.say(f"drawing a district of {people:,}")
            where = Path(folder)
            lists.draw(where, people, seed=11)
        with common.Watched(0.5, linkage=os.getpid()) as watched:
            figures = measured(where)
        figures["peak_mib"] = watched.peak["all"]
    precision, recall, visited = figures["precision"], figures["recall_with_visits"], figures["visited_share"]
    rows = figures["rows"]
    limit = 90 * max(1.0, rows / 3_000_000)
    common.finish(
        "linkage",
        figures,
        [
            common.target("precision of automatic merges", precision, ">= 0.998", precision >= 0.998),
            common.target("recall with visits", recall, ">= 0.985", recall >= 0.985),
            common.target("share of persons visited", visited, "<= 0.06", visited <= 0.06),
            common.target("seconds for all", figures["seconds"], f"<= {limit:.0f}", figures["seconds"] <= limit),
            common.target("peak memory, MiB", figures["peak_mib"], "<= 6144", figures["peak_mib"] <= 6144),
        ],
    )


def measured(where: Path) -> dict[str, Any]:
    """Link the lists of a folder, compare with its truth, and return the figures."""
    from bulou.places.linkage.link import Settings, database, link

    settings = Settings()
    steps: dict[str, float] = {}
    with database(settings) as connection:
        started = last = time.perf_counter()
        now = "read"

        def told(step: str) -> None:
            nonlocal last, now
            steps[now] = round(time.perf_counter() - last, 1)
            last, now = time.perf_counter(), step
            common.say(step)

        for source, name in enumerate(LISTS):
            connection.execute(
                "INSERT INTO records SELECT row::BIGINT, ?, coalesce(name, ''), coalesce(id_number, ''),"
                " coalesce(birth_date, ''), coalesce(phone, ''), coalesce(compound, ''), coalesce(building, ''),"
                " coalesce(room, '') FROM read_csv(?, all_varchar = true, header = true)",
                [1 << source, str(where / f"{name}.csv")],
            )
        answer = link(connection, settings, told)
        told("")
        seconds = time.perf_counter() - started
        figures = compared(connection, where, answer)
        right = figures.pop("right")
        plain = exact(connection)
    return {
        "rows": len(answer.ids), "seconds": round(seconds, 1), **figures, "compared_pairs": answer.compared,
        "merges": len(answer.merges), "doubts": len(answer.doubts), "singles": len(answer.singles), **plain,
        "steps": [{"step": name, "seconds": value} for name, value in steps.items()],
        "reasons": by_reason(answer, right),
    }  # fmt: skip


def compared(connection: Any, where: Path, answer: Any) -> dict[str, Any]:
    """Return precision and recall by pairs, and who is visited."""
    import pyarrow as pa

    connection.register("given", pa.table({"row": answer.ids, "found": answer.person}))
    connection.execute("CREATE OR REPLACE TABLE answer AS SELECT * FROM given")
    connection.execute(
        "CREATE OR REPLACE TABLE truth AS SELECT row::BIGINT AS row, person::BIGINT AS person"
        " FROM read_csv(?, all_varchar = true, header = true)", [str(where / "truth.csv")],
    )  # fmt: skip
    pairs = "SELECT sum(n * (n - 1) // 2) FROM (SELECT count(*) AS n FROM answer JOIN truth USING (row) GROUP BY {})"
    count = {
        key: int(connection.execute(pairs.format(by)).fetchall()[0][0])
        for key, by in (("true", "person"), ("found", "found"), ("right", "person, found"))
    }
    doubts = [(a, b, reason) for a, b, reason, _ in answer.doubts]
    columns = list(zip(*doubts, strict=True)) or [(), (), ()]
    connection.register("given", pa.table({
        "a": pa.array(columns[0], pa.int64()), "b": pa.array(columns[1], pa.int64()),
        "reason": pa.array(columns[2], pa.string()),
    }))  # fmt: skip
    connection.execute("CREATE OR REPLACE TABLE doubt AS SELECT * FROM given")
    # a visit that finds two to be one merges all their rows: every true pair between the two is put before a visitor
    visited = connection.execute(
        "SELECT count(*) FROM (SELECT DISTINCT least(x.row, y.row), greatest(x.row, y.row) FROM doubt d"
        " JOIN answer a ON a.row = d.a JOIN answer b ON b.row = d.b JOIN answer x ON x.found = a.found"
        " JOIN answer y ON y.found = b.found JOIN truth s ON s.row = x.row JOIN truth t ON t.row = y.row"
        " WHERE s.person = t.person AND a.found <> b.found)"
    ).fetchall()[0][0]
    connection.register("given", pa.table({"row": pa.array(answer.singles, pa.int64())}))
    persons, sent = connection.execute(
        "SELECT (SELECT count(DISTINCT person) FROM truth), (SELECT count(DISTINCT person) FROM truth WHERE row IN"
        " (SELECT a FROM doubt UNION SELECT b FROM doubt UNION SELECT row FROM given))"
    ).fetchall()[0]
    right = connection.execute(
        "SELECT reason, count(*), sum((s.person = t.person)::INT) FROM doubt d JOIN truth s ON s.row = d.a"
        " JOIN truth t ON t.row = d.b GROUP BY reason ORDER BY reason"
    ).fetchall()
    merges = [(a, b, reason) for a, b, reason, _ in answer.merges]
    columns = list(zip(*merges, strict=True))
    connection.register("given", pa.table(dict(zip("abc", columns, strict=True))))
    right += connection.execute(
        "SELECT c, count(*), sum((s.person = t.person)::INT) FROM given d JOIN truth s ON s.row = d.a"
        " JOIN truth t ON t.row = d.b GROUP BY c ORDER BY c"
    ).fetchall()
    return {
        "persons": persons, "true_pairs": count["true"],
        "precision": round(count["right"] / max(1, count["found"]), 5),
        "recall": round(count["right"] / count["true"], 5),
        "recall_with_visits": round((count["right"] + visited) / count["true"], 5),
        "visited_persons": sent, "visited_share": round(sent / persons, 4), "right": right,
    }  # fmt: skip


def by_reason(answer: Any, right: list[tuple[str, int, int]]) -> list[dict[str, Any]]:
    """Return how often each reason was right."""
    merged = {reason for _, _, reason, _ in answer.merges}
    return [
        {"reason": reason, "what": "merge" if reason in merged else "visit", "pairs": n, "right": round(yes / n, 4)}
        for reason, n, yes in right
    ]


def exact(connection: Any) -> dict[str, Any]:
    """The plain way: rows with the same identity number as written are one person."""
    started = time.perf_counter()
    found, right = connection.execute(
        "SELECT count(*), sum((s.person = t.person)::INT) FROM records l JOIN records r ON l.number = r.number"
        " AND l.mask < r.mask JOIN truth s ON s.row = l.id JOIN truth t ON t.row = r.id WHERE l.number <> ''"
    ).fetchall()[0]
    (true,) = connection.execute(
        "SELECT sum(n * (n - 1) // 2) FROM (SELECT count(*) AS n FROM truth GROUP BY person)"
    ).fetchall()[0]
    return {
        "exact_join_precision": round(right / max(1, found), 5), "exact_join_recall": round(right / int(true), 5),
        "exact_join_s": round(time.perf_counter() - started, 2),
    }  # fmt: skip


if __name__ == "__main__":
    main()
