"""Live parts that cost little: read once for all who see the same, written only when it differs, not read at all while
the ledger is still.

Three savings, each on its own:

- What was read within ``window`` seconds serves everybody with the same address, language, areas and abilities; what
  took long to read twice serves longer, so that a dear part costs a server that has much to do no more than a third
  of a hundredth. What took long once may only have been the first on a connection, with its plans to make.
- While the ledger has told of no change in its areas since the last reading (``ticks``), that reading holds for up to
  ``LONGEST``: what time alone changes, and what is not told (registers, a person of here who was taken a second time
  elsewhere), is seen again after that.
- What is read anew and equals what was shown before is not written anew, and a browser that has it is told so (304).

The data's age is never among what is compared: it goes with each answer in a header of its own, and is that of the
reading, not of the answer.
"""

from __future__ import annotations

import functools
import html
import re
import threading
import time
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass
from hashlib import blake2b
from typing import Any
from urllib.parse import quote

from django.db import connections
from django.http import HttpRequest, HttpResponse, HttpResponseNotModified
from django.template.loader import get_template
from django.template.response import TemplateResponse

from bulou.ledger.areas import ROOT
from bulou.ui.live.change_listener import ChangeListener

#: How long a reading holds while the ledger is still, in seconds.
LONGEST = 60.0
#: A reading serves for so many times what it took, up to DEAR seconds.
SPARED, DEAR = 300, 30.0
#: Readings kept at most; a board of a district is some 25 kB.
MOST = 1_000
#: Of a page's context: what is never compared.
AGES = ("now", "data_age")
#: Of a page's context: true where something is still being read, so that a still ledger does not mean a still page.
UNFINISHED = "unfinished"
#: Where a part says how old its data are.
AGE = re.compile(rb"<span data-age>.*?</span>", re.DOTALL)


@dataclass(frozen=True, slots=True)
class Reading:
    """What a part showed: ``told``, its context, written as ``body``; ``age``: the words of the data's age.

    ``at``: when it was read, of the monotonic clock; ``took``: for how many seconds; ``dear``: for
    how many at least this one and the one before took; ``tick``: the ledger's, before the reading began; ``areas``:
    where a change may change it.
    """

    told: dict[str, Any]
    body: bytes
    tag: str
    age: str
    at: float
    took: float
    tick: int | None
    areas: tuple[int, ...] = (ROOT,)
    dear: float = 0.0


#: What was shown: the key of its reading, and for how many seconds one serves all.
Shown = tuple[Any, float]


class Shared:
    """The latest readings of one process."""

    def __init__(self, ticks: ChangeListener | None = None, clock: Callable[[], float] = time.monotonic) -> None:
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
        latest = self.ticks.latest(reading.areas) if self.ticks else None
        still = reading.tick is not None and latest is not None and latest <= reading.tick
        return age < max(window, min(SPARED * reading.dear, DEAR)) or (still and age < LONGEST)


#: Set by the process that serves; without it each part is read for each who asks.
SHARED: Shared | None = None


def share() -> None:
    """Let this process share readings and listen to the ledger."""
    global SHARED
    SHARED = Shared(ChangeListener())


def ends() -> int | None:
    """Return how often anybody's access has ended or changed; None where nobody hears of it."""
    return SHARED.ticks.ends if SHARED is not None and SHARED.ticks is not None else None


def forget() -> None:
    """Let the next reader of each part see what is now."""
    if SHARED is not None:
        SHARED.forget()


def is_live(request: HttpRequest) -> bool:
    """Tell whether a part of an open page asks for itself."""
    return request.headers.get("X-Bulou-Part") == "live"


def part(
    age: str, window: float, own: Callable[[HttpRequest], bool] | None = None
) -> Callable[[Callable[..., HttpResponse]], Callable[..., HttpResponse]]:
    """Make a page's live part cheap; the page itself stays as it is.

    Parameters:
        age: template of the sentence that says how old the data are; in the part it stands within ``data-age``.
        window: seconds for which one reading serves all.
        own: tells of a request whether what it shows is on record as its user's look; such a reading serves its user
            alone, since whoever is shown it without having been read for would leave no trace.

    The view returns a TemplateResponse whose context says all that the template shows, in values that can be compared.
    Whoever knows what its reader may see asks ``held`` first, which needs no database and so no transaction.
    """

    def key_of(request: HttpRequest) -> Any:
        return _key(request), request.user.pk if own and own(request) else None

    def decorate(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
        def held(request: HttpRequest) -> HttpResponse | None:
            """Return the answer from a reading that holds."""
            if SHARED is None or not is_live(request) or request.method not in ("GET", "HEAD"):
                return None
            return again(request, (key_of(request), window))

        @functools.wraps(view)
        def inner(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
            if not is_live(request):
                return view(request, *args, **kwargs)
            shared = SHARED or Shared()
            key, tick, at = key_of(request), shared.tick, shared.clock()
            response = view(request, *args, **kwargs)
            if not isinstance(response, TemplateResponse) or response.status_code != 200:
                return response
            where = (kwargs["area"],) if "area" in kwargs else request.areas
            reading = _reading(response, shared.get(key), age, (at, shared.clock() - at, tick, where))
            shared.keep(key, reading)
            return _answer(request, reading, (key, window))

        inner.held = held  # type: ignore[attr-defined]
        return inner

    return decorate


def _key(request: HttpRequest) -> Any:
    """Return all by which two readers may see different things."""
    return (
        request.get_full_path(), request.LANGUAGE_CODE, request.ranges, request.areas, request.abilities,
        connections["default"].settings_dict["NAME"],
    )  # fmt: skip


def _reading(
    response: TemplateResponse, before: Reading | None, age: str, seen: tuple[float, float, int | None, tuple[int, ...]]
) -> Reading:
    at, took, tick, areas = seen
    context = response.context_data or {}
    told = {name: value for name, value in context.items() if name not in AGES}
    if told.get(UNFINISHED):
        tick = None
    words = " ".join(get_template(age).render(context).split())
    dear = min(took, before.took) if before else 0.0
    if before is not None and before.told == told:
        return Reading(told, before.body, before.tag, words, at, took, tick, areas, dear)
    body = AGE.sub(b"<span data-age></span>", response.render().content)
    return Reading(told, body, f'"{blake2b(body, digest_size=12).hexdigest()}"', words, at, took, tick, areas, dear)


def again(request: HttpRequest, shown: Shown) -> HttpResponse | None:
    """Return the answer from a part's reading where one holds. Whether the reader may see it is not looked at here."""
    reading = SHARED and SHARED.get(shown[0])
    return _answer(request, reading, shown) if SHARED and reading and SHARED.holds(reading, shown[1]) else None


def _answer(request: HttpRequest, reading: Reading, shown: Shown) -> HttpResponse:
    """Return a reading, or that the browser has it; either way with the words of the data's age."""
    if request.headers.get("If-None-Match") == reading.tag:
        answer: HttpResponse = HttpResponseNotModified()
    else:
        said = f"<span data-age>{reading.age}</span>".encode()
        answer = HttpResponse(AGE.sub(lambda _: said, reading.body))
    answer.headers["ETag"] = reading.tag
    answer.headers["X-Bulou-Age"] = quote(html.unescape(reading.age))
    answer.shown = shown  # type: ignore[attr-defined]
    return answer
