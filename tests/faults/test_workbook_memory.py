"""How much memory the largest workbook takes that is read at all: measured in a process of its own."""

from __future__ import annotations

import subprocess
import sys
import textwrap
from collections.abc import Callable
from io import BytesIO
from pathlib import Path

import pytest

from bulou.places import workbook
from bulou.places.workbook_guard import check
from bulou.rounds.reconciliation import template
from tests.workbooks import merged, xlsx

MOST_MB = 250
MEASURE = textwrap.dedent("""
    import resource, sys
    from pathlib import Path
    import fastexcel, openpyxl, polars
    from bulou.rounds.reconciliation import template
    from bulou.places.tables import open_book
    read = {
        "roster": lambda path: [sum(1 for _ in page.read()) for page in open_book(path).pages],
        "template": lambda path: template.read(path.read_bytes()),
    }
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    try:
        read[sys.argv[1]](Path(sys.argv[2]))
    except ValueError:
        pass
    print((resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) // 1024)
""")
#: Just within the bounds.
LARGEST: dict[str, Callable[[], bytes]] = {
    "cells": lambda: xlsx(("<row>" + "<c><v>1</v></c>" * 50 + "</row>") * 5_900),
    "a far cell": lambda: xlsx('<row r="20000"><c r="CV20000"><v>1</v></c></row>'),
    "styles": lambda: xlsx(styles="<xf><alignment/><protection/></xf>" * 19_000),
    "texts": lambda: xlsx(texts="<si><t>x</t></si>" * 290_000),
    "rows": lambda: xlsx('<row ht="12"/>' * 59_000),
    "merges": lambda: merged("A1:Z1900"),
    "a long text": lambda: xlsx(texts=f"<si><t>{'x' * 30_000_000}</t></si>"),
}


@pytest.mark.parametrize("reader", ["roster", "template"])
@pytest.mark.parametrize(
    "name", [name if name in ("cells", "texts") else pytest.param(name, marks=pytest.mark.long) for name in LARGEST]
)
def test_the_largest_that_is_read_takes_little(name: str, reader: str, tmp_path: Path) -> None:
    content = LARGEST[name]()
    assert len(content) < 100_000
    check(BytesIO(content), workbook.BOUNDS if reader == "roster" else template.BOUNDS)
    (tmp_path / "a.xlsx").write_bytes(content)
    command = [sys.executable, "-W", "ignore", "-c", MEASURE, reader, str(tmp_path / "a.xlsx")]
    took = int(subprocess.run(command, capture_output=True, text=True, check=True).stdout)
    assert took < MOST_MB, f"{took} MB"
