"""Prints the code of an offer: on a page of its own, to be scanned by one device or by the volunteers of the day."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from importlib.resources import as_file, files

import typst

from bulou.field.roles import ROLES, TASKS
from bulou.rounds.paper.pdf import FONT, code

STEPS = (
    ("用手机相机扫码，在浏览器中打开。", "Scan the code with the phone's camera and open it in the browser."),
    ("填写自己的姓名，等待任务名单下载完成。", "Enter your own name and wait until the task list is loaded."),
    ("断网时照常工作，有网络后自动补传。", "Without a network go on working; it is sent as soon as there is one."),
    (
        "手机遗失请立即报告居委会。请勿拍照转发本页。",
        "Report a lost phone at once. Do not pass on a photo of this.",
    ),
)


@dataclass(frozen=True, slots=True)
class Card:
    """What is printed. ``places``: the areas by name; ``until`` as it is read; ``admits``: how many devices;
    ``trust``: where a phone that comes for the first time learns to trust a local certificate, if it must.
    """

    name: str
    role: str
    places: str
    until: str
    admits: int
    url: str
    trust: str = ""


def _first(trust: str) -> list[tuple[str, str]]:
    if not trust:
        return []
    return [
        (
            f"第一次使用的手机先打开 {trust} 并按提示信任证书。",
            f"A phone that is new first opens {trust} and trusts the certificate.",
        )
    ]


def render(card: Card) -> bytes:
    """Return the page as a PDF."""
    role = ROLES.get(card.role)
    titles = ("班次卡", "Shift card") if card.admits > 1 else ("设备登记", "Enrolment of a device")
    facts = [("区域 area", card.places), ("有效至 until", card.until), ("可登记 admits", str(card.admits))]
    if role:
        tasks = "、".join(TASKS[name].zh for name in role.tasks)
        facts.insert(0, ("角色 role", f"{role.zh} {role.en} · {tasks}"))
    data = {
        "title_zh": titles[0], "title_en": titles[1], "name": card.name, "url": card.url, "qr": code(card.url),
        "facts": facts, "steps": [*_first(card.trust), *STEPS],
    }  # fmt: skip
    with as_file(files(FONT)) as fonts, as_file(files(__package__) / "card.typ") as page:
        return typst.compile(
            page.read_bytes(), font_paths=[str(fonts)], ignore_system_fonts=True,
            sys_inputs={"data": json.dumps(data, ensure_ascii=False)},
        )  # fmt: skip


def render_many(cards: Sequence[Card]) -> bytes:
    """Return the codes of many devices as a PDF, eight on a page, to be cut and given out."""
    told = [
        {
            "name": card.name, "role": f"{role.zh} {role.en}" if (role := ROLES.get(card.role)) else "",
            "places": card.places, "until": card.until, "qr": code(card.url), "trust": card.trust,
        }
        for card in cards
    ]  # fmt: skip
    with as_file(files(FONT)) as fonts, as_file(files(__package__) / "cards.typ") as page:
        return typst.compile(
            page.read_bytes(), font_paths=[str(fonts)], ignore_system_fonts=True,
            sys_inputs={"data": json.dumps(told, ensure_ascii=False)},
        )  # fmt: skip
