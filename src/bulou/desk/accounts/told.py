"""Changes of accounts in words. The record keeps short codes and ids of areas; what it keeps is never changed."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from bulou.desk.abilities import ROLES
from bulou.ui import words
from bulou.ui.figures import Name
from bulou.ui.templatetags.naming import place

WHATS = {
    "given": gettext_lazy("授予角色"),
    "ended": gettext_lazy("结束角色"),
    "added": gettext_lazy("新增账号"),
    "password": gettext_lazy("重置密码"),
    "password-set": gettext_lazy("本人设置密码"),
    "strengthened": gettext_lazy("密码加密方式升级，密码不变"),
    "adopted": gettext_lazy("升级时登记"),
    "unlocked": gettext_lazy("解除锁定"),
    "second-removed": gettext_lazy("移除两步验证"),
    "second-set": gettext_lazy("本人启用两步验证"),
    "key-made": gettext_lazy("生成接口密钥"),
    "key-revoked": gettext_lazy("停用接口密钥"),
}
#: What the command line writes for the names and reasons that people give on the desk.
WRITERS = {
    "command line": gettext_lazy("命令行"),
    "first start": gettext_lazy("首次启动"),
    "rehearsal": gettext_lazy("演练程序"),
}
REASONS = {
    "given by the command line": gettext_lazy("由命令行授予"),
    "given anew": gettext_lazy("重新授予"),
    "-": gettext_lazy("未写原因"),
}
DETAIL = re.compile(r"(?P<role>[a-z]+) (?P<areas>[0-9,]*)(?: (?P<until>[0-9-]{10}))?: (?P<reason>.*)", re.DOTALL)


@dataclass(frozen=True, slots=True)
class Detail:
    """What a change was about. ``role`` is "" where it was no role's; then ``reason`` is all there is."""

    role: str
    areas: tuple[int, ...]
    until: str
    reason: str

    def text(self, places: Mapping[int, Name]) -> str:
        """Return it in words."""
        told = [words.of(ROLES, self.role)] if self.role else []
        if self.areas:
            told.append(_("、").join(place(area, places.get(area)) for area in self.areas))
        told += [_("有效至%(day)s") % {"day": self.until}] if self.until else []
        return " · ".join([*told, reason(self.reason)] if self.reason else told)


def read(what: str, detail: str) -> Detail:
    """Return what the record's text says; one that is written otherwise is all words."""
    found = DETAIL.fullmatch(detail) if what in ("given", "ended") else None
    if not found:
        return Detail("", (), "", detail)
    areas = tuple(int(area) for area in found["areas"].split(",") if area and len(area) < 17)
    return Detail(found["role"], areas, found["until"] or "", found["reason"])


def what(code: str) -> str:
    """Return the name of a change."""
    return words.of(WHATS, code)


def writer(by: str) -> str:
    """Return who made a change: a user, or a program by its name."""
    return str(WRITERS.get(by, by))


def reason(text: str) -> str:
    """Return why, in the words of who gave it; the programs' own are translated."""
    return str(REASONS.get(text, text))
