"""A command that is told to end leaves nothing running: SIGTERM and SIGHUP go the way of Ctrl-C."""

from __future__ import annotations

import signal
import sys
import threading
from types import FrameType
from typing import Any

ENDING = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
#: Seconds after which a signal that could not be raised is raised once more.
SOON = 0.02


class Ended(BaseException):
    """A signal ends this process; what is open is closed on the way up."""

    def __init__(self, number: int) -> None:
        self.status = 128 + number
        super().__init__(signal.Signals(number).name)


def heard() -> None:
    """Let the first signal raise `Ended` in the main thread. The next ones find it at closing, and change nothing."""
    if threading.current_thread() is not threading.main_thread():
        return
    for number in ENDING:
        if signal.getsignal(number) is not signal.SIG_IGN:  # nohup
            signal.signal(number, _end)
    sys.unraisablehook = _once_more


def _end(number: int, _frame: FrameType | None) -> None:
    for other in ENDING:
        signal.signal(other, _nothing)
    raise Ended(number)


def _once_more(unraisable: Any) -> None:
    """A signal that came while Python was tidying up (``__del__``, a weak reference) raised where nothing can be
    raised: it is raised again a moment later.
    """
    error = unraisable.exc_value
    if not isinstance(error, Ended):
        sys.__unraisablehook__(unraisable)
        return

    def late(_number: int, _frame: FrameType | None) -> None:
        raise Ended(error.status - 128)

    signal.signal(signal.SIGALRM, late)
    signal.setitimer(signal.ITIMER_REAL, SOON)


def _nothing(_number: int, _frame: FrameType | None) -> None:
    """Closing takes its time and is bounded: the database has a minute to stop."""
