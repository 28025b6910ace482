"""A command that is told to end leaves nothing running: SIGTERM and SIGHUP go the way of Ctrl-C."""

from __future__ import annotations

import signal
import threading
from types import FrameType

ENDING = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


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


def _end(number: int, _frame: FrameType | None) -> None:
    for other in ENDING:
        signal.signal(other, _nothing)
    raise Ended(number)


def _nothing(_number: int, _frame: FrameType | None) -> None:
    """Closing takes its time and is bounded: the database has a minute to stop."""
