"""The parser of journals takes any bytes: a bounded, seeded run of the fuzzer; `SECURITY=full` runs it for minutes."""

from __future__ import annotations

import re
import subprocess
import sys
from importlib.util import find_spec
from pathlib import Path

import pytest

HERE = Path(__file__).parent
ENOUGH = 20_000
SECONDS = 240


@pytest.mark.skipif(find_spec("atheris") is None, reason="atheris has no build for this Python")
def test_any_bytes_get_a_numbered_answer(tmp_path: Path, full: bool, capsys: pytest.CaptureFixture[str]) -> None:
    found = tmp_path / "found"
    found.mkdir()
    bound = f"-max_total_time={SECONDS}" if full else f"-runs={ENOUGH}"
    command = [sys.executable, str(HERE / "fuzz_journal.py"), str(found), str(HERE / "corpus"), bound, "-seed=7"]
    run = subprocess.run(
        [*command, f"-artifact_prefix={tmp_path}/", "-max_len=8192", "-timeout=10", "-rss_limit_mb=2048"],
        capture_output=True, text=True, errors="replace", timeout=60 + SECONDS, check=False,
    )  # fmt: skip
    told = run.stdout + run.stderr
    assert run.returncode == 0, told[-4000:]
    done = re.search(r"#(\d+)\s+DONE\s+cov: (\d+)", told)
    assert done, told[-2000:]
    runs, covered = map(int, done.groups())
    with capsys.disabled():
        print(f"\nfuzzing of the journal: {runs} runs, {covered} branches")
    assert runs >= ENOUGH
    assert covered > 200, "the parser is hardly reached: is it instrumented?"


def test_the_lock_asks_for_the_fuzzer_only_where_it_is_built() -> None:
    """pip-compile drops the condition: put it back after `make lock`, or other machines cannot set up."""
    lock = (HERE.parents[1] / "requirements-dev.lock").read_text("utf-8")
    (line,) = re.findall(r"^atheris==.*$", lock, re.MULTILINE)
    assert 'sys_platform == "linux" and platform_machine == "x86_64"' in line
