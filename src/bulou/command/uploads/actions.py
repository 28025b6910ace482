"""What is done with an uploaded file: kept, looked through, imported by a process of its own, given up."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from itertools import islice
from typing import Any
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db import IntegrityError, transaction
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from bulou.command.uploads import areas, store
from bulou.command.uploads.models import AREAS, DONE, DROPPED, FAILED, KEPT, PERSONS, RUNNING, Upload
from bulou.ledger import clock
from bulou.ledger.scope import EVERYWHERE, Ranges, scoped
from bulou.places import imports, sources
from bulou.places.actions import load_areas
from bulou.places.imports import CHUNK
from bulou.places.preview import Preview, preview
from bulou.places.tables import HEAD_ROWS, open_book
from bulou.places.text_file import UnreadableFile
from bulou.places.vocabulary import FIELD_NAMES
from bulou.rounds.actions import join_newcomers
from bulou.ui import background, halting

WORKER = "bulou.command.uploads.worker"
#: No list is older: a day before is a mistyped year.
EARLIEST = 1990
#: A file that nobody imported goes after this time: it is full of names.
KEPT_FOR = timedelta(days=2)
#: So many steps a bar has at least; a smaller file is read in smaller parts.
PARTS, SMALLEST = 20, 1000
LONGEST = 80
#: Why an import ended that somebody has cancelled.
HALTED = "已取消，此前写入的保留；可以继续导入，也可以整份撤销 / cancelled; what was written stays"


class Refusal(ValueError):
    """What cannot be done; its text is the sentence that the page shows."""


def sentence(both: str) -> str:
    """Return a sentence that is given in Chinese and English in the reader's language."""
    zh, _mark, en = both.partition(" / ")
    return (en or zh) if (get_language() or "").startswith("en") else zh


def keep(
    kind: str, file: store.Uploaded | None, user: str, within: int, source: str, as_of: str, registered: bool,
    areas_: Sequence[int], ranges: Ranges, now: datetime, source_kind: str = "", trust: int = 0,
) -> Upload:  # fmt: skip
    """Keep an uploaded file; nothing of it is imported yet.

    Parameters:
        within: what the list is about, 0 where its rows say so.
        source_kind, trust: of ``places.sources``; "" and 0 where it stays what the source is known as.
        areas_: those of the user, by the first of which the file is seen.

    Raises:
        Refusal: no file, too large a one, one of another kind, or a day that cannot be.
    """
    if file is None or not file.size:
        raise Refusal(_("请选择文件。"))
    if file.size > store.LARGEST:
        raise Refusal(_("文件超过%(n)s MB，请按街镇分开上传。") % {"n": store.LARGEST >> 20})
    endings = store.ENDINGS[kind]
    if not store.name_of(file.name or "").lower().endswith(endings):
        raise Refusal(_("请选择这些格式之一的文件：%(endings)s。") % {"endings": " ".join(endings)})
    if source_kind not in ("", *sources.KINDS) or trust not in (0, *sources.TRUSTS):
        raise Refusal(_("请从列出的来源种类和可信程度中选择。"))
    day = _day(as_of, now)
    _forget_old(now)
    folder, name = store.keep(file)
    return Upload.objects.create(
        kind=kind, folder=folder, file_name=name, size=file.size, source=" ".join(source.split())[:LONGEST],
        source_kind=source_kind, trust=trust, within=within, as_of=day, registered=registered,
        area=within or areas_[0], ranges=[*map(list, ranges)], by=user, made_at=now,
    )  # fmt: skip


def _day(text: str, now: datetime) -> date | None:
    """Return the day of a list.

    Raises:
        Refusal: it is no day, lies ahead, or is older than any list.
    """
    if not text:
        return None
    try:
        day = date.fromisoformat(text)
    except ValueError:
        raise Refusal(_("名册日期请按年-月-日填写。")) from None
    if day > now.astimezone(ZoneInfo(settings.TIME_ZONE)).date():
        raise Refusal(_("名册日期在将来，请核对年份。"))
    if day.year < EARLIEST:
        raise Refusal(_("名册日期早于%(year)s年，请核对年份。") % {"year": EARLIEST})
    return day


def holds_from(one: Upload, now: datetime) -> datetime:
    """Return from when a list holds: from its day's beginning, a list of today, or of no day, from now on."""
    zone = ZoneInfo(settings.TIME_ZONE)
    if one.as_of is None or one.as_of == now.astimezone(zone).date():
        return now
    return datetime.combine(one.as_of, time(), zone).astimezone(UTC)


@dataclass(frozen=True, slots=True)
class Looked:
    """A list as it would be read. ``titles``: of its columns, to choose from; ``wrong``: why it cannot be read so."""

    preview: Preview | None
    titles: list[str]
    wrong: str = ""


def look(one: Upload, now: datetime) -> Looked:
    """Read the beginning of a list as it would be imported; nothing is written."""
    path = store.path(one.folder, one.file_name)
    try:
        listed, _source = imports.open_list(
            path, holds_from(one, now), one.source or None, one.mapping, one.within, one.reach
        )
        return Looked(preview(listed), [title for title in listed.header.titles if title])
    except UnreadableFile as error:
        return Looked(None, _titles(path), sentence(str(error)))
    except FileNotFoundError:
        return Looked(None, [], _("文件已删除，请重新上传。"))


def _titles(path: Any) -> list[str]:
    """Return the fullest row at the head of a file whose header nobody understands: there a person finds the titles."""
    try:
        head = [cells for page in open_book(path).pages if not page.hidden for cells in islice(page.read(), HEAD_ROWS)]
    except UnreadableFile:
        return []
    fullest = max(head, key=lambda cells: sum(bool(cell.strip()) for cell in cells), default=[])
    return list(dict.fromkeys(cell.strip() for cell in fullest if 0 < len(cell.strip()) < 40))


def choose(one: Upload, chosen: Mapping[str, str], titles: Sequence[str]) -> None:
    """Keep which column holds which field, as a person has chosen it.

    Raises:
        Refusal: a column is chosen for two fields.
    """
    mapping = {name: title for name, title in chosen.items() if name in FIELD_NAMES and title in titles}
    twice = [title for title in mapping.values() if list(mapping.values()).count(title) > 1]
    if twice:
        raise Refusal(_("“%(title)s”一列选给了两个字段。") % {"title": twice[0]})
    one.mapping = mapping
    one.save(update_fields=["mapping"])


def start(one: Upload, now: datetime) -> None:
    """Have a list imported; the process that does it starts when this is committed.

    Raises:
        Refusal: it runs or has run, cannot be read, or another one is being imported.
    """
    if one.state not in (KEPT, FAILED):
        raise Refusal(_("这份文件已经导入或已删除。"))
    looked = look(one, now)
    if looked.preview is None:
        raise Refusal(looked.wrong)
    _forget_dead(now)
    try:
        with transaction.atomic():
            done = Upload.objects.filter(pk=one.pk, state__in=(KEPT, FAILED)).update(
                state=RUNNING, asked_at=now, ended_at=None, why="",
                total=store.lines(store.path(one.folder, one.file_name)),
            )  # fmt: skip
    except IntegrityError:
        raise Refusal(_("另一份名册正在导入，请等它完成。")) from None
    if done:
        halting.forget(background.IMPORTING, one.pk)
        background.ask(WORKER, one.pk)


def go_on(one: Upload, now: datetime) -> None:
    """Start an import anew that was broken off; it goes on behind the last row that was written.

    Raises:
        Refusal: it is not broken off.
    """
    if one.state != RUNNING or one.asked_at is None or not background.is_stuck(background.IMPORTING, one.asked_at, now):
        raise Refusal(_("正在进行，请稍候。"))
    Upload.objects.filter(pk=one.pk, state=RUNNING).update(asked_at=now)
    background.ask(WORKER, one.pk)


def cancel(one: Upload, user: str, now: datetime) -> None:
    """Have a running import end behind the rows that it is writing; what is written stays.

    Raises:
        Refusal: it does not run.
    """
    if one.state != RUNNING or one.kind != PERSONS:
        raise Refusal(_("这项工作已经结束。"))
    halting.ask(background.IMPORTING, one.pk, one.area, user, now)


def drop(one: Upload, now: datetime) -> bool:
    """Remove a file that was not imported; tell whether it was one."""
    done = Upload.objects.filter(pk=one.pk, state__in=(KEPT, FAILED)).update(state=DROPPED, ended_at=now)
    if done:
        store.remove(one.folder)
    return bool(done)


def perform(number: int) -> None:
    """Import a list that was asked for: the work of the process."""
    with background.alone(background.IMPORTING) as mine:
        if not mine:
            return
        with scoped(EVERYWHERE):
            one = Upload.objects.filter(pk=number, state=RUNNING, kind=PERSONS).first()
        if one is None:
            return
        now = clock.now()
        chunk = min(CHUNK, max(SMALLEST, (one.total or 0) // PARTS))
        try:
            try:
                sources.declare(sources.named(one.file_name, one.source), one.source_kind, one.trust, one.by, now)
                outcome = imports.import_persons(
                    store.path(one.folder, one.file_name), background.data_folder(), now, source=one.source or None,
                    mapping=one.mapping, within=one.within, registered=one.registered,
                    valid_from=holds_from(one, now), ranges=one.reach, chunk=chunk,
                    progress=lambda at: _told(number, at),
                )  # fmt: skip
            finally:  # also where it broke off behind some of its rows
                joined = join_newcomers(clock.now(), clock.now())
        except halting.Halted:
            _end(number, state=FAILED, why=HALTED)
            return
        except (UnreadableFile, imports.Busy, FileNotFoundError) as error:
            both = str(error) if isinstance(error, ValueError | RuntimeError) else "文件已删除 / the file is gone"
            _end(number, state=FAILED, why=both)
            return
        except Exception:
            _end(number, state=FAILED, why="导入出错 / the import failed")
            raise
        told = outcome.as_json()
        rounds = [{"round": n, "added": j.added, "out_of_scope": j.out_of_scope} for n, j in joined.items()]
        _end(
            number, state=DONE, run=outcome.run, told=told, joined=rounds, read=outcome.read,
            accepted=outcome.accepted, rejected=outcome.rejected, at_row=outcome.read + outcome.skipped,
        )  # fmt: skip
        store.remove(one.folder)


def _told(number: int, at: imports.Progress) -> None:
    with scoped(EVERYWHERE):
        Upload.objects.filter(pk=number).update(
            at_row=at.row, read=at.read, accepted=at.accepted, rejected=at.rejected, run=at.run
        )
    halting.check(background.IMPORTING, number)


def _end(number: int, **values: Any) -> None:
    with scoped(EVERYWHERE):
        Upload.objects.filter(pk=number).update(ended_at=clock.now(), **values)


def load(one: Upload, now: datetime) -> int:
    """Load an area table; return how many areas came. All of it or nothing.

    Raises:
        Refusal: it has faults, is gone, or was loaded already.
    """
    if one.kind != AREAS or one.state != KEPT:
        raise Refusal(_("这份文件已经导入或已删除。"))
    try:
        table = areas.read(store.path(one.folder, one.file_name), one.reach)
    except FileNotFoundError:
        raise Refusal(_("文件已删除，请重新上传。")) from None
    except UnreadableFile as error:
        raise Refusal(sentence(str(error))) from None
    if table.faults or not table.rows:
        raise Refusal(_("表中有错误，没有导入。"))
    n = load_areas(table.rows, now, one.file_name)
    told = {"new": table.new, "changed": table.changed, "same": table.same}
    Upload.objects.filter(pk=one.pk).update(state=DONE, ended_at=now, read=n, accepted=n, told=told)
    transaction.on_commit(lambda: store.remove(one.folder))
    return n


def _forget_old(now: datetime) -> None:
    """Remove files that nobody imported."""
    with scoped(EVERYWHERE):
        old = Upload.objects.filter(state__in=(KEPT, FAILED), made_at__lt=now - KEPT_FOR)
        for one in old:
            drop(one, now)


def _forget_dead(now: datetime) -> None:
    """Let go of an import whose process has died, so that another one may begin; it can be started again later."""
    with scoped(EVERYWHERE):
        for one in Upload.objects.filter(state=RUNNING):
            if one.asked_at and background.is_stuck(background.IMPORTING, one.asked_at, now):
                Upload.objects.filter(pk=one.pk, state=RUNNING).update(
                    state=FAILED, why="导入中断，可以继续 / the import was broken off; start it again", ended_at=now
                )
