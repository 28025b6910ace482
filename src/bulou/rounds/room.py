"""What the house must know of screening: its units, sites and calls, the coverage check, and who may do what there."""

from __future__ import annotations

from bulou.rounds.coverage_check.kind import REVISIT, REVISITS
from bulou.rounds.self_test.kind import POSITIVE, RECHECKS, SELF_TEST, SELF_TESTS
from bulou.rounds.self_test.kind import RECHECK as SINGLE_TEST
from bulou.rounds.units import LABORATORY, SITE, TEAM
from bulou.ui.room import Ability, Page, Room

CALLS = Ability("calls", "安排采样点和叫号", "set up sampling sites and calls", ("command", "street", "committee"))
RECHECK = Ability("recheck", "抽查覆盖率", "check coverage by a sample", ("command", "street", "inspector"))
_UNDER = "rounds/<int:campaign>/areas/<int:area>"
_CALLS, _CHECK = "bulou.rounds.calls.pages", "bulou.rounds.coverage_check.pages"

ROOM = Room(
    "rounds", "筛查", "screening", duties=(REVISIT, SELF_TEST, SINGLE_TEST), works=(REVISITS, SELF_TESTS, RECHECKS),
    consequences=(POSITIVE,),
    abilities=(CALLS, RECHECK),
    units=(SITE, LABORATORY, TEAM),
    pages=(
        Page(f"{_UNDER}/calls", "calls", f"{_CALLS}.page", "board"),
        Page(f"{_UNDER}/calls/act", "calls-act", f"{_CALLS}.act", "calls"),
        Page(f"{_UNDER}/calls/print", "calls-print", f"{_CALLS}.printed", "board"),
        Page(f"{_UNDER}/coverage", "coverage", f"{_CHECK}.page", "board"),
        Page(f"{_UNDER}/coverage/act", "coverage-act", f"{_CHECK}.act", "recheck"),
    ),
)  # fmt: skip
