"""A look at something every so often, in a thread of its own."""

import logging
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager

log = logging.getLogger(__name__)


@contextmanager
def every(seconds: float, look: Callable[[], None], at: str, passing: tuple[type[Exception], ...]) -> Iterator[None]:
    """Call `look` every so many seconds inside the block.

    An error of the kinds in `passing` is written down, with what was looked at, and the next look tries again.
    """
    over = threading.Event()

    def watch() -> None:
        while not over.wait(seconds):
            try:
                look()
            except passing:
                log.exception("a look failed at the %s; the next one tries again", at)

    thread = threading.Thread(target=watch, name=at, daemon=True)
    thread.start()
    try:
        yield
    finally:
        over.set()
        thread.join()
