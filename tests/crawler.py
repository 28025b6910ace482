"""Opens every link of the desk as one reader and judges what each page says: in words, in one language, and with
nothing that leads to a refusal.

The judgement knows what belongs to nobody's language: names and codes that the registers and reports hold (``Known``).
"""

from __future__ import annotations

import html
import io
import os
import re
import zipfile
from collections import deque
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from html.parser import HTMLParser
from typing import Any
from urllib.parse import parse_qsl, urljoin, urlsplit

from django.db import transaction
from django.test import Client
from django.urls import Resolver404, resolve

from bulou.desk.abilities import PAGES, PUBLIC, SIGNED_IN

CHINESE, ENGLISH = "zh-hans", "en"
HAN = re.compile(r"[\u3400-\u9fff]+")
WORD = re.compile(r"[A-Za-z]{2,}")
NUMBER = re.compile(r"(?<![\w.])\d[\d,]{8,}(?![\w.])")
#: What a program writes and no clerk.
INSIDES = re.compile(
    r"<\w+\.\w+[:>]| object at 0x|\bMatter\(|datetime\.|\bNone\b|\bTrue\b|\bFalse\b|\bnan\b|\{\{|\{%|%\(\w+\)|&\w+;"
    r"|\w+\(\w+=|Traceback|undefined|\[object |\b\w+_\w+ = |\b[a-z]+\.[a-z_]+: "
)
#: Read to or shown to somebody, besides the text itself.
SAID = ("title", "aria-label", "placeholder", "alt", "data-label", "data-news", "data-changed")
#: Not prose: codes to copy, keys to press.
CODES = {"code", "kbd", "script", "style", "time"}
#: A cell of an exported list that comes back: what tells whether the row was edited, or the code of an area.
STAMP = re.compile(r"[0-9a-f]{6}|\d{12,16}")
VOID = {"input", "meta", "link", "img", "br", "hr", "source", "wbr"}
#: Latin letters that Chinese offices write as they are.
TERMS = {"Excel", "PDF", "CSV", "SHA", "MB", "GB", "EN", "Bulou", "ID", "XLSForm", "LSForm", "OpenAPI", "xlsx"}
#: Other processes answer there, or nothing of the desk.
ELSEWHERE = re.compile(r"^(?!/)|^/(static|field|h)/")
#: A form of forms carries all its languages side by side.
BOTH = re.compile(r"/checklists/\d+/xlsform")
#: A number above is neither a count nor anything that somebody has in hand.
RAW_FROM = 2**28
#: Whether each reader opens each link and presses each button, in both languages; else the readers share the work.
FULL = os.environ.get("CRAWL") == "full"
#: How many of a kind each reader opens, the first in both languages and the others in one, the two in turn; of the rest
#: every so-manieth, each reader other ones.
EACH, SHARE = (3, 1) if FULL else (2, 16)


@dataclass(frozen=True)
class Known:
    """What the registers and reports hold. ``texts`` as they were written down, ``labels`` of tubes, boxes and phones;
    ``insides``: numbers of areas and journals, which no page shows.
    """

    texts: frozenset[str]
    labels: frozenset[int]
    insides: frozenset[int]

    @property
    def written(self) -> re.Pattern[str]:
        """Return what finds each of the texts, the longest first."""
        return re.compile("|".join(re.escape(text) for text in sorted(self.texts, key=len, reverse=True) if text))


@dataclass
class Form:
    """One form: where it goes, and what it sends when one of its buttons is pressed."""

    method: str
    action: str
    values: list[tuple[str, str]] = field(default_factory=list)
    buttons: list[tuple[str, str]] = field(default_factory=list)
    files: bool = False


class Page(HTMLParser):
    """What a page says, where it leads, what can be sent from it."""

    def __init__(self, source: str, address: str, language: str) -> None:
        super().__init__(convert_charrefs=True)
        self.address = address
        self.said: list[str] = []
        self.links: list[str] = []
        self.forms: list[Form] = []
        self._language = language
        self._open: list[tuple[str, bool]] = []
        self._select = ""
        self.feed(source)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        silent = tag in CODES or given.get("lang", self._language) != self._language
        silent = silent or any(silent for _, silent in self._open)
        if not silent:
            self.said += [given[name] for name in SAID if given.get(name)]
        if tag not in VOID:
            self._open.append((tag, silent))
        for name in ("href", "hx-get"):
            if tag != "link" and given.get(name):
                self.links.append(given[name])
        self._field(tag, given)

    def _field(self, tag: str, given: dict[str, str]) -> None:
        if tag == "form" and given.get("method") != "dialog":
            action = urljoin(self.address, given.get("action") or self.address)
            self.forms.append(Form(given.get("method", "get").lower(), action, files="enctype" in given))
        if tag == "option" and given.get("value", "").startswith("/"):
            self.links.append(given["value"])  # a list that leads on
        if not self.forms or "disabled" in given:
            return
        form = self.forms[-1]
        if tag == "select":
            self._select = given.get("name", "")
        elif tag == "option" and "selected" in given and self._select:
            form.values.append((self._select, given.get("value", "")))
        elif tag == "input" and given.get("name"):
            if given.get("type") not in ("checkbox", "radio", "file") or "checked" in given:
                form.values.append((given["name"], given.get("value", "")))
        elif tag == "button" and given.get("type") == "submit":
            form.buttons.append((given.get("name", ""), given.get("value", "")))

    def handle_endtag(self, tag: str) -> None:
        if any(open_ == tag for open_, _ in self._open):
            while self._open.pop()[0] != tag:
                pass
        if tag == "select":
            self._select = ""

    def handle_data(self, data: str) -> None:
        if data.strip() and not (self._open and self._open[-1][1]):
            self.said.append(" ".join(data.split()))


def judged(text: str, language: str, known: Known, written: re.Pattern[str]) -> Iterator[str]:
    """Yield what is wrong with a text that a page says."""
    bare = written.sub(" ", text)
    if found := INSIDES.search(bare):
        yield f"the machine's insides “{found.group()}”: {text[:160]}"
    for found in NUMBER.findall(bare):
        number = int(found.replace(",", ""))
        if number in known.insides or ("," not in found and number > RAW_FROM and number not in known.labels):
            yield f"a raw number {found}: {text[:160]}"
    if language == ENGLISH and (found := HAN.search(bare)):
        yield f"not in English “{found.group()}”: {text[:160]}"
    if language == CHINESE and (found := [word for word in WORD.findall(bare) if word not in TERMS]):
        yield f"not in Chinese “{' '.join(found)}”: {text[:160]}"


def texts_of(book: bytes) -> Iterator[str]:
    """Yield the texts of an Excel file."""
    with zipfile.ZipFile(io.BytesIO(book)) as file:
        for name in file.namelist():
            if name.startswith("xl/") and name.endswith(".xml") and ("sharedStrings" in name or "sheet" in name):
                for text in re.findall(r"<t[^>]*>(.*?)</t>", file.read(name).decode("utf-8"), re.DOTALL):
                    yield html.unescape(text)


@dataclass
class Reader:
    """One user in one browser: opens what is linked and collects what is wrong. ``turn``: which of the readers."""

    user: str
    held: frozenset[str]
    browser: Client
    known: Known
    turn: int = 0
    seen: set[str] = field(default_factory=set)
    faults: dict[str, list[str]] = field(default_factory=dict)
    pressed: set[tuple[str, ...]] = field(default_factory=set)
    opened: dict[str, int] = field(default_factory=dict)
    kinds: dict[str, int] = field(default_factory=dict)
    linked: set[str] = field(default_factory=set)
    single: int = 0

    @property
    def wrong(self) -> str:
        """Return each fault once, with the first page that has it."""
        return "\n".join(
            f"{self.user}: {fault} [{where[0]}{f' and {len(where) - 1} more' if where[1:] else ''}]"
            for fault, where in self.faults.items()
        )

    @property
    def reached(self) -> set[str]:
        """Return the names of the pages that a link or a form leads to, opened or not."""
        return {*self.opened, *self.linked, *(name for _, name, *_ in self.pressed)}

    def crawl(self, *starts: str) -> None:
        """Open what leads from the starts on; what is not opened, for there is enough of its kind, must be allowed."""
        written, ahead = self.known.written, deque((start, "") for start in starts)
        while ahead:
            address, origin = ahead.popleft()
            if address in self.seen:
                continue
            self.seen.add(address)
            self.linked.add(_name(address))
            languages = self._languages(address)
            if not languages:
                self._allowed(address, origin, "link")
            for n, language in enumerate(languages):
                page = self._read(address, language, written)
                if page is not None and not n:
                    ahead += [(link, address) for link in self._links(page)]
                    for form in page.forms:
                        self._hold(form, address, written)

    def _languages(self, address: str) -> tuple[str, ...]:
        """Return in which languages an address is opened. Of a kind of filter or order the first alone counts: the page
        that it narrows is opened anyway.
        """
        asked = sorted(parse_qsl(re.sub(r"\d+", "0", urlsplit(address).query)))
        kind = f"{_name(address)} {asked}"
        n = self.kinds[kind] = self.kinds.get(kind, 0) + 1
        if n == 1 and (FULL or not asked):
            return CHINESE, ENGLISH
        if n > 1 and (asked or (n > EACH and (n + self.turn) % SHARE)):
            return ()
        return (self._in_turn(),)

    def _in_turn(self) -> str:
        """Return the language of the next page that is opened in one alone; what one reader reads in Chinese the next
        one reads in English.
        """
        self.single += 1
        return (CHINESE, ENGLISH)[(self.turn + self.single) % 2]

    def _allowed(self, address: str, origin: str, what: str) -> None:
        name = _name(address)
        need = PAGES.get(name, "")
        if need not in (PUBLIC, SIGNED_IN) and not opens(need, self.held):
            self._note(origin, "", f"has a {what} to {name}, which asks for “{need}”")

    def _read(self, address: str, language: str, written: re.Pattern[str]) -> Page | None:
        self.browser.cookies["bulou_language"] = language
        answer = self.browser.get(address, follow=True)
        if answer.status_code != 200:
            self._note(address, language, f"answers {answer.status_code}")
            return None
        self.opened[_name(address)] = self.opened.get(_name(address), 0) + 1
        return self._judge(answer, answer.request["PATH_INFO"] if answer.redirect_chain else address, language, written)

    def _judge(self, answer: Any, address: str, language: str, written: re.Pattern[str]) -> Page | None:
        kind = answer.headers.get("Content-Type", "")
        page, said = None, []
        if kind.startswith("text/html"):
            page = Page(answer.content.decode(), address, language)
            said = page.said
        elif "spreadsheet" in kind and not BOTH.fullmatch(address):
            texts = texts_of(b"".join(answer) if answer.streaming else answer.content)
            said = [text for text in texts if not STAMP.fullmatch(text)]
        for text in said:
            for fault in judged(text, language, self.known, written):
                self._note(address, language, fault)
        return page

    def _links(self, page: Page) -> Iterator[str]:
        for link in page.links:
            parts = urlsplit(urljoin(page.address, link))
            if not parts.netloc and not ELSEWHERE.search(parts.path) and not link.startswith("#"):
                yield parts.path + ("?" + parts.query if parts.query else "")

    def _hold(self, form: Form, address: str, written: re.Pattern[str]) -> None:
        """Hold a form to what its reader may do; press each of its buttons once, and take back what that did."""
        name = _name(form.action)
        self.linked.add(name)
        self._allowed(form.action, address, "form")
        if name in ("sign-out", "set_language"):
            return
        for button in form.buttons or [("", "")]:
            key = (form.method, name, button[0], re.sub(r"\d+", "0", button[1]))
            if key in self.pressed:
                continue
            self.pressed.add(key)
            for language in (CHINESE, ENGLISH) if FULL else (self._in_turn(),):
                self.browser.cookies["bulou_language"] = language
                with transaction.atomic():
                    answer = self._send(form, [*form.values, *([button] if button[0] else [])])
                    transaction.set_rollback(True)
                if answer.status_code == 200:
                    self._judge(answer, address, language, written)
                else:
                    self._note(address, language, f"pressing {key} answers {answer.status_code}")

    def _send(self, form: Form, values: Iterable[tuple[str, str]]) -> Any:
        sent: dict[str, list[str]] = {}
        parts = urlsplit(form.action)
        for name, value in values:
            sent.setdefault(name, []).append(value)
        if form.method == "get":
            return self.browser.get(parts.path, dict(parse_qsl(parts.query)) | sent, follow=True)
        return self.browser.post(form.action, sent, follow=True)

    def _note(self, address: str, language: str, fault: str) -> None:
        where = self.faults.setdefault(f"{language} {fault}".strip(), [])
        if address not in where:
            where.append(address)


def opens(need: str, held: frozenset[str]) -> bool:
    """Say whether somebody's abilities open a page: all that it asks for."""
    return bool(need) and set(need.split()) <= held


def _name(address: str) -> str:
    """Return by which name the table of abilities knows an address."""
    try:
        match = resolve(urlsplit(address).path)
    except Resolver404:
        return "?"
    return match.url_name or match.route
