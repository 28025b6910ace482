"""Medicines that people run out of (代配药): who needs what by when, fetched in one run, a bag for each person.

A run is a number that those who are fetched for together carry; it is composed on a page of its own. Each bag is
handed to somebody who is named.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from bulou.ledger.steps import Choice, Field, Step
from bulou.ledger.vocabulary import DutyKind, Mark, Programme, Reason, Stage, Subject
from bulou.ui.room import Act, Column, Menu, Work

#: Medicines belong to no round: a campaign that is always open.
PROGRAMME = Programme(1_000_037, "代配药", "medicines fetched for people")

MEDICINE = DutyKind(
    37, "medicine", Subject.PERSON, "应送药", "medicine owed",
    (
        Stage("open", "待编入代配", "to be put on a run", within=1440),
        Stage("on_run", "已编入，待配齐", "on a run, to be bought", within=1440),
        Stage("bought", "已配齐，待送", "bought, to be handed over", within=720),
        Stage("handed_over", "已送到", "handed over"),
    ),
    took_part=3,
    values=("", "self", "family", "neighbour"),
    goes_back=True,
    reasons=(
        Reason("nobody_in", Mark.DEFERRED, "家中无人", "nobody in"),
        Reason("not_in_stock", Mark.DEFERRED, "药房缺货", "out of stock at the pharmacy"),
        Reason("prescription_awaited", Mark.DEFERRED, "待医生开方", "the prescription is awaited"),
        Reason("wrong_medicine", Mark.REFUSED, "药不对，拒收", "wrong medicine, not taken"),
        Reason("not_wanted", Mark.REFUSED, "不要了", "not wanted"),
        Reason("family_bought", Mark.EXCUSED, "家人已经买到", "the family has bought it"),
        Reason("doctor_stopped", Mark.EXCUSED, "医嘱停用", "stopped by the doctor"),
        Reason("in_hospital", Mark.EXCUSED, "住院", "in hospital"),
    ),
)  # fmt: skip

PRESCRIPTIONS = (
    Choice("paper", "有纸质处方或病历", "a paper prescription or record"),
    Choice("online", "互联网医院开方", "prescribed online"),
    Choice("none", "非处方药", "no prescription needed"),
    Choice("missing", "还没有处方", "no prescription yet"),
)
OUTCOMES = (
    Choice("self", "交给本人", "handed to the person"),
    Choice("family", "交给家人", "handed to the family"),
    Choice("neighbour", "交给本人指定的人", "handed to whom the person named"),
)

STEPS = (
    Step(
        "medicine.opened", "登记要配的药", "medicine asked for", "opens", many=True,
        call=("登记要配的药", "Record a medicine"),
        fields=(
            Field("items", "long", "要什么药", "Which medicines", most=500,
                  help_zh="每行一种：药名、规格、数量，例如：氨氯地平 5mg 2盒",
                  help_en="One a line: name, strength, quantity, for example: amlodipine 5mg 2盒"),
            Field("lasts_until", "date", "现有的吃到哪天", "What is there lasts until", required=False),
            Field("prescription", "choice", "处方", "Prescription", choices=PRESCRIPTIONS),
            Field("note", "text", "备注", "Note", required=False, most=200, help_zh="医保卡怎么交、常去的医院",
                  help_en="How the insurance card is given, the usual hospital"),
            Field("due", "time", "限期", "To be there by", required=False, books="due"),
        ),
    ),
    Step(
        "medicine.on_run", "编入一趟代配", "put on a run", "advances", "on_run",
        (
            Field("run", "text", "趟次", "Run", most=40),
            Field("buyer", "text", "谁去配", "Who fetches", most=40),
            Field("pharmacy", "text", "医院或药房", "Hospital or pharmacy", most=60),
            Field("leaves", "time", "几点去", "Leaves at", required=False),
        ),
    ),
    Step(
        "medicine.bought", "配齐装袋", "bought and in a bag", "advances", "bought",
        (
            Field("bag", "text", "袋号", "Bag", required=False, most=20),
            Field("lacks", "text", "缺什么", "What is lacking", required=False, most=200),
            Field("cost", "int", "花费（元）", "Cost (yuan)", required=False, most=100_000),
        ),
    ),
    Step(
        "medicine.handed_over", "送到", "handed over", "advances", "handed_over",
        (
            Field("outcome", "choice", "交给谁", "To whom", choices=OUTCOMES, books="value", default="self"),
            Field("received_by", "text", "收药人姓名", "Name of who took it", most=40, personal=True),
        ),
    ),
    Step(
        "medicine.off_run", "退出这一趟", "taken off the run", "returns", "open",
        (Field("why", "text", "原因", "Reason"),),
    ),
)  # fmt: skip

ACTS = (
    Act("on_run", "编入一趟代配", "Put on a run", "medicine.on_run", ("open",)),
    Act("bought", "配齐装袋", "Bought", "medicine.bought", ("on_run",)),
    Act("handed_over", "送到", "Handed over", "medicine.handed_over", ("bought",), bulk=False, phone=True),
    Act("deferred", "暂缓", "Defer", "duty.deferred", phone=True),
    Act("refused", "没收下", "Not taken", "duty.refused", bulk=False, phone=True),
    Act("off_run", "退出这一趟", "Take off the run", "medicine.off_run", ("on_run", "bought"), bulk=False),
    Act("returned", "没送到，退回", "Not there, return", "duty.returned", bulk=False, closed=True),
    Act("given", "交给谁办", "Give to", "duty.given"),
    Act("due", "限期", "Set a time limit", "duty.due"),
    Act("reopened", "重新打开", "Reopen", "duty.reopened", bulk=False, closed=True),
    Act("excused", "不用送", "End with a reason", "duty.excused", bulk=False,
        confirm=("确认后不再配送。", "Nothing is fetched for this any more.")),
)  # fmt: skip

COLUMNS = (
    Column("person", "人员", "Person", "subject"),
    Column("items", "要什么药", "Which medicines", "last.items"),
    Column("place", "地点", "Place", "place"),
    Column("door", "室号", "Door", "door"),
    Column("stage", "当前", "Now at", "stage"),
    Column("run", "趟次", "Run", "last.run"),
    Column("lasts_until", "现有的吃到哪天", "What is there lasts until", "last.lasts_until"),
    Column("prescription", "处方", "Prescription", "last.prescription"),
    Column("waiting", "已等", "Waiting", "waiting"),
    Column("due", "期限", "Limit", "due"),
    Column("outcome", "交给谁", "To whom", "value"),
    Column("phone", "电话", "Telephone", "phone", file=True),
    Column("buyer", "谁去配", "Who fetches", "last.buyer", file=True),
    Column("bag", "袋号", "Bag", "last.bag", file=True),
    Column("given", "交给", "Given to", "given"),
)


def runs(request: Any, _area: int) -> str:
    """Draw the way to the runs, above the list."""
    from django.template.loader import render_to_string

    return render_to_string("relief/_runs.html", {}, request)


MEDICINES = Work(
    MEDICINE, PROGRAMME, STEPS, ACTS, COLUMNS,
    owners={"open": "request", "on_run": "request", "bought": "request"}, words="decide",
    phones=("volunteer", "deliverer"), where="given",
    menu=Menu("代配药", "Medicines", "package", "", 51),
    zh_help="谁缺什么药、吃到哪天；同一楼栋或居委会的编成一趟去配，一人一袋，交给写得出姓名的人。",
    en_help="Who needs which medicine by when; people of one neighbourhood are fetched for in one run, a bag for each,"
    " handed to somebody who is named.",
    above=runs,
)  # fmt: skip

_UNITS = "盒|瓶|支|片|粒|袋|包|板|套|个|boxe?s?|packs?"
_ITEM = re.compile(rf"^(?P<name>.+?)[\s,，x×*]*(?P<n>\d{{1,4}})\s*(?P<unit>{_UNITS})$", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Item:
    """A line of a list of medicines. ``n``: how many of ``unit``; None where the line does not say."""

    name: str
    n: int | None
    unit: str = ""


@dataclass(frozen=True, slots=True)
class Total:
    """A medicine of a run: how many are bought, for how many people, and for how many of them no quantity is said."""

    name: str
    unit: str
    n: int
    people: int
    unsaid: int


def items_of(text: str) -> list[Item]:
    """Return the medicines of a text, one a line or behind a semicolon."""
    out = []
    for line in re.split(r"[\n;；]", text):
        plain = " ".join(line.split())
        if not plain:
            continue
        found = _ITEM.match(plain)
        out.append(Item(found["name"].strip(), int(found["n"]), found["unit"].lower()) if found else Item(plain, None))
    return out


def totals(texts: Iterable[str]) -> list[Total]:
    """Return what is to be bought for people together, by name; names are compared without spaces and case."""
    found: dict[tuple[str, str], list[Item]] = {}
    for text in texts:
        own: dict[tuple[str, str], list[Item]] = {}
        for item in items_of(text):
            own.setdefault(("".join(item.name.split()).casefold(), item.unit), []).append(item)
        for key, said in own.items():
            whole = None if any(one.n is None for one in said) else sum(one.n or 0 for one in said)
            found.setdefault(key, []).append(Item(said[0].name, whole, said[0].unit))
    out = [
        Total(own[0].name, own[0].unit, sum(one.n or 0 for one in own), len(own), sum(one.n is None for one in own))
        for own in found.values()
    ]
    return sorted(out, key=lambda one: (-one.people, one.name))
