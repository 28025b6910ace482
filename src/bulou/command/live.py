"""Live parts that cost little: read once for all who see the same, written only when it differs, not read at all while
the ledger is still.

Three savings, each on its own:

- What was read within ``window`` seconds serves everybody with the same address, language, areas and abilities; what
  took long to read serves longer, so that a dear part costs a server that has much to do no more than a hundredth.
- While the ledger has told of no entry since the last reading (its tick, one LISTEN connection a process), that reading
  holds for up to ``LONGEST``: what time alone changes, and registers that send no tick, are seen again after that.
- What is read anew and equals what was shown before is not written anew, and a browser that has it is told so (304).

The data's age is never among what is compared: it goes with each answer in a header of its own, and is that of the
reading, not of the answer.
"""

from __future__ import annotations

import functools
import html
import logging
import re
import threading
import time
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass
from hashlib import blake2b
from typing import Any
from urllib.parse import quote

import psycopg
from django.db import Error, connections
from django.http import HttpRequest, HttpResponse, HttpResponseNotModified
from django.template.loader import get_template
from django.template.response import TemplateResponse

from bulou.ledger.statements import statements

log = logging.getLogger(__name__)

SQL = statements(__package__, "live")
#: How long a reading holds while the ledger is still, in seconds.
LONGEST = 60.0
#: A reading serves for so many times what it took, up to DEAR seconds.
SPARED, DEAR = 100, 30.0
#: Readings kept at most; a board of a district is some 25 kB.
MOST = 500
#: After a lost connection, in seconds.
AGAIN = 2.0
#: Of a page's context: what is never compared.
AGES = ("now", "data_age")
#: Of a page's context: true where something is still being read, so that a still ledger does not mean a still page.
UNFINISHED = "unfinished"
#: Where a part says how old its data are.
AGE = re.compile(rb"<span data-age>.*?</span>", re.DOTALL)


class Ticks:
    """Counts what the ledger tells. ``now`` is None while nobody listens: then everything may have changed."""

    def __init__(self, using: str = "default") -> None:
        self._using = using
        self._count: int | None = None
        self._told = threading.Condition()
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._listen, name="ticks", daemon=True)
        self._thread.start()

    @property
    def now(self) -> int | None:
        """Return how often the ledger has told of entries."""
        return self._count

    def after(self, count: int | None, patience: float = 10.0) -> int | None:
        """Wait until the count is another one, at most ``patience`` seconds; return it."""
        with self._told:
            self._told.wait_for(lambda: self._count != count, patience)
            return self._count

    def close(self) -> None:
        """Listen no more."""
        self._over.set()
        self._thread.join()

    def _listen(self) -> None:
        connection, heard = connections[self._using], 0
        while not self._over.is_set():
            try:
                with connection.cursor() as cursor:
                    cursor.execute(SQL["listen"])
                heard = self._tell(heard + 1) or 0  # what came before is not known
                while not self._over.is_set():
                    for _ in connection.connection.notifies(timeout=1, stop_after=1):
                        heard = self._tell(heard + 1) or 0
            except (Error, psycopg.Error) as error:
                log.warning("the ledger's ticks are not heard: %s", type(error).__name__)
            self._tell(None)
            connection.close()
            self._over.wait(AGAIN)

    def _tell(self, count: int | None) -> int | None:
        with self._told:
            self._count = count
            self._told.notify_all()
        return count


@dataclass(frozen=True, slots=True)
class Reading:
    """What a part showed: ``told``, its context, written as ``body``; ``age``: the words of the data's age.

    ``at``: when it was read, of the monotonic clock; ``took``: for how many seconds; ``tick``: the ledger's, before the
    reading began.
    """

    told: dict[str, Any]
    body: bytes
    tag: str
    age: str
    at: float
    took: float
    tick: int | None


class Shared:
    """The latest readings of one process."""

    def __init__(self, ticks: Ticks | None = None, clock: Callable[[], float] = time.monotonic) -> None:
        self.ticks, self.clock = ticks, clock
        self._kept: OrderedDict[Any, Reading] = OrderedDict()
        self._lock = threading.Lock()

    @property
    def tick(self) -> int | None:
        """Return the ledger's tick, or None where nobody listens."""
        return self.ticks.now if self.ticks else None

    def get(self, key: Any) -> Reading | None:
        """Return the latest reading."""
        return self._kept.get(key)

    def keep(self, key: Any, reading: Reading) -> None:
        """Keep a reading in place of the last one."""
        with self._lock:
            self._kept[key] = reading
            self._kept.move_to_end(key)
            if len(self._kept) > MOST:
                self._kept.popitem(last=False)

    def forget(self) -> None:
        """Forget all readings: who has just decided something must not see the list from before."""
        with self._lock:
            self._kept.clear()

    def holds(self, reading: Reading, window: float) -> bool:
        """Tell whether a reading can be shown again without a look at the database."""
        age = self.clock() - reading.at
        still = reading.tick is not None and reading.tick == self.tick
        return age < max(window, min(SPARED * reading.took, DEAR)) or (still and age < LONGEST)


#: Set by the process that serves; without it each part is read for each who asks.
SHARED: Shared | None = None


def share() -> None:
    """Let this process share readings and listen to the ledger."""
    global SHARED
    SHARED = Shared(Ticks())


def forget() -> None:
    """Let the next reader of each part see what is now."""
    if SHARED is not None:
        SHARED.forget()


def is_live(request: HttpRequest) -> bool:
    """Tell whether a part of an open page asks for itself."""
    return request.headers.get("X-Bulou-Part") == "live"


def part(age: str, window: float) -> Callable[[Callable[..., HttpResponse]], Callable[..., HttpResponse]]:
    """Make a page's live part cheap; the page itself stays as it is.

    Parameters:
        age: template of the sentence that says how old the data are; in the part it stands within ``data-age``.
        window: seconds for which one reading serves all.

    The view returns a TemplateResponse whose context says all that the template shows, in values that can be compared.
    """

    def decorate(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
        @functools.wraps(view)
        def inner(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
            if not is_live(request):
                return view(request, *args, **kwargs)
            shared = SHARED
            key, before = None, None
            if shared is not None:
                key = _key(request)
                before = shared.get(key)
                if before is not None and shared.holds(before, window):
                    return _answer(request, before)
            tick, at = (shared.tick, shared.clock()) if shared else (None, 0.0)
            response = view(request, *args, **kwargs)
            if not isinstance(response, TemplateResponse) or response.status_code != 200:
                return response
            took = shared.clock() - at if shared else 0.0
            reading = _reading(response, before, age, (at, took, tick))
            if shared is not None:
                shared.keep(key, reading)
            return _answer(request, reading)

        return inner

    return decorate


def _key(request: HttpRequest) -> Any:
    """Return all by which two readers may see different things."""
    return (
        request.get_full_path(), request.LANGUAGE_CODE, request.ranges, request.areas, request.abilities,
        connections["default"].settings_dict["NAME"],
    )  # fmt: skip


def _reading(
    response: TemplateResponse, before: Reading | None, age: str, when: tuple[float, float, int | None]
) -> Reading:
    at, took, tick = when
    context = response.context_data or {}
    told = {name: value for name, value in context.items() if name not in AGES}
    if told.get(UNFINISHED):
        tick = None
    words = " ".join(get_template(age).render(context).split())
    if before is not None and before.told == told:
        return Reading(told, before.body, before.tag, words, at, took, tick)
    body = AGE.sub(b"<span data-age></span>", response.render().content)
    return Reading(told, body, f'"{blake2b(body, digest_size=12).hexdigest()}"', words, at, took, tick)


def _answer(request: HttpRequest, reading: Reading) -> HttpResponse:
    """Return a reading, or that the browser has it; either way with the words of the data's age."""
    if request.headers.get("If-None-Match") == reading.tag:
        answer: HttpResponse = HttpResponseNotModified()
    else:
        said = f"<span data-age>{reading.age}</span>".encode()
        answer = HttpResponse(AGE.sub(lambda _: said, reading.body))
    answer.headers["ETag"] = reading.tag
    answer.headers["X-Bulou-Age"] = quote(html.unescape(reading.age))
    return answer
