"""Sets up an exercise in a data folder and plays it: a town, its roster, an open round, enrolled devices, a day.

It uses the rooms as a district would: areas are loaded, the roster is imported from a file, command opens the round,
devices enrol with tokens, and the day itself comes in over HTTP only.
"""

from __future__ import annotations

import os
import secrets
import shutil
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from bulou.config import alone, database, exercise_works
from bulou.config.postgres import Cluster
from bulou.config.supervisor import Running, free_port, running
from bulou.config.told import Told, shown
from bulou.ledger import clock
from bulou.ledger.areas import area_id, span

#: The examples lie beside the sources, in a checkout.
EXAMPLE = Path(__file__).parents[3] / "examples" / "xuhui-2022"
DISTRICT = area_id(104)
USER = "demo"
#: Devices have this long to enrol and fetch their packs before the day begins to run.
LEAD = timedelta(seconds=5)
#: Phones that play declared kinds have as many people as a pack takes, so that there are few of them.
PEOPLE_A_PHONE = 3_500
#: How long after its last entry the exercise's clock runs on.
AFTER = timedelta(hours=1)


@dataclass(frozen=True)
class Plan:
    """What is played: where, for how many persons, which scenario, how fast."""

    folder: Path
    example: Path
    people: int
    seed: int
    scenario: str
    speed: float
    minutes: float | None
    port: int
    say: Callable[[str], None]


@dataclass(frozen=True)
class Played:
    """What an exercise left: the campaign, the driver's summary, seconds for each step, the running server."""

    campaign: int
    summary: dict[str, Any]
    seconds: dict[str, float]
    server: Running
    password: str


def say(text: str) -> None:
    """Tell the person at the terminal; standard output is kept for the result."""
    print(text, file=sys.stderr, flush=True)


@contextmanager
def played(plan: Plan) -> Iterator[Played]:
    """Play an exercise; the server runs on until the block is left.

    Raises:
        ExerciseFound: the folder holds another roster already.
    """
    seconds: dict[str, float] = {}
    began = time.perf_counter()

    def step(name: str) -> None:
        nonlocal began
        seconds[name] = round(time.perf_counter() - began, 1)
        began = time.perf_counter()

    scene = scene_of(plan)
    free_port("127.0.0.1", plan.port)  # before the town is built, which takes its time
    os.environ.setdefault("BULOU_TOTP", "off")  # nobody scans a code to look at a demo
    with database.using(plan.folder):
        step("database")
        from bulou.rehearsal import scenario as scenarios
        from bulou.rehearsal.rehearse import rehearse
        from bulou.rehearsal.script import write
        from bulou.rehearsal.staff import devices
        from bulou.rehearsal.town import make_town

        plan.say(f"合成城镇 synthetic town: {plan.people:,} persons, seed {plan.seed}")
        town = make_town(plan.example, plan.people, plan.seed)
        script = write(town, scene, scenarios.read_prevalence(plan.example, 104), plan.seed)
        step("script")
        start = scene.start.astimezone(UTC)
        end = start + timedelta(seconds=script.seconds()) + AFTER
        clock.play(plan.folder, start, end, 1.0, lead=timedelta(days=1))  # stands at the start until the day begins
        _settle_town(plan, town, start)
        step("roster")
        campaign = _open(plan, start, end, start + timedelta(hours=scene.plan_hours))
        step("opening")
        password = _user()
        tokens = _tokens(devices(town, scene), start, end)
        step("devices")
        with running(plan.folder, port=plan.port) as server:
            step("server")
            plan.say(f"\n  指挥台 desk  {server.url}\n  登录 sign in  {USER} / {password}\n")
            speed = plan.speed
            if plan.minutes:
                speed = max(1.0, script.seconds() / (plan.minutes * 60))
            clock.play(plan.folder, start, end, speed, lead=LEAD if speed else timedelta())
            summary = rehearse(
                server.url,
                town,
                scene,
                tokens,
                campaign=campaign,
                seed=plan.seed,
                speed=speed,
                script=script,
                show=lambda progress: plan.say(progress.line()),
            )
            clock.play(plan.folder, start, end, 0)  # the day is over
            step("day")
            wide = devices(town, replace(scene, people_a_phone_least=PEOPLE_A_PHONE))
            summary["works"] = exercise_works.play(
                server.url, wide, DISTRICT, start, end, plan.people, plan.seed, plan.say
            )
            step("works")
            yield Played(campaign, summary, seconds, server, password)


def scene_of(plan: Plan) -> Any:
    """Return what is to happen.

    Raises:
        Told: there is no such scenario, or its file cannot be used.
    """
    from bulou.rehearsal import scenario as scenarios

    try:
        return scenarios.load(plan.scenario)
    except FileNotFoundError:
        known = ", ".join(scenarios.names())
        name = shown(plan.scenario, 100)
        raise Told(
            f"没有名为“{name}”的情景：可选 {known}，或给一个 .toml 文件。",
            f'there is no scenario "{name}": there are {known}, or give a .toml file.',
        ) from None
    except (ValueError, TypeError, AttributeError, RecursionError) as error:
        why = shown(error, 200)
        raise Told(f"情景文件不可用：{why}。", f"the scenario cannot be used: {why}.") from None


class ExerciseFound(Told):
    """The data folder holds a roster that this exercise did not make."""


def remove_exercise(folder: Path) -> None:
    """Remove a data folder that an exercise made; one that holds anything else stays.

    Raises:
        ExerciseFound: the folder has data, and they are not an exercise's.
    """
    if not folder.exists() or not any(held.name != alone.FILE for held in folder.iterdir()):
        return
    if not (folder / clock.FILE).exists():
        raise ExerciseFound(
            f"{folder} 不是演练的数据目录，未作改动：请另给一个目录。",
            f"{folder} was not made by an exercise, and is left as it is: give another folder.",
        )
    Cluster(folder).stop()
    for held in folder.iterdir():
        if held.name == alone.FILE:  # held by this process
            continue
        if held.is_dir() and not held.is_symlink():
            shutil.rmtree(held)
        else:
            held.unlink()


def _settle_town(plan: Plan, town: Any, at: datetime) -> None:
    """Load the area tree, and import the roster from a file as an office would send it."""
    from django.db import connections

    from bulou.ledger.scope import EVERYWHERE, scoped
    from bulou.places.actions import load_areas
    from bulou.places.imports import Progress, import_persons
    from bulou.rehearsal.town import areas_rows, write_persons_csv

    with scoped(EVERYWHERE), connections["default"].cursor() as cursor:
        cursor.execute("SELECT count(*) FROM places_person")
        if cursor.fetchone()[0]:
            raise ExerciseFound(
                f"{plan.folder} 中已有人员：请用 --data 给一个空目录。",
                f"{plan.folder} holds people already: give an empty folder with --data.",
            )
        load_areas(areas_rows(town), at, "examples/xuhui-2022")
    file = plan.folder / f"roster-{plan.people}.csv"
    write_persons_csv(town, file, language="zh")

    def show(progress: Progress) -> None:
        plan.say(f"导入名册 importing the roster: {progress.read:,} rows, {progress.rejected:,} rejected")

    outcome = import_persons(file, plan.folder, at, source="synthetic roster", progress=show)
    if outcome.accepted != plan.people:
        raise RuntimeError(f"{outcome.accepted} of {plan.people} persons were accepted: {outcome.as_json()}")
    file.unlink()


def _open(plan: Plan, start: datetime, end: datetime, until: datetime) -> int:
    """Open the round as command does; return the campaign's number."""
    from bulou.ledger import journals
    from bulou.rounds.actions import open_round

    campaign = 1
    desk, _ = journals.enrol("district command", "desk", (span(DISTRICT),), start, end + timedelta(days=1))
    name = f"{start.astimezone(plan_zone()):%Y-%m-%d} 核酸筛查"
    opened = open_round(campaign, name, DISTRICT, desk, start, clock.now(), until=until)
    plan.say(f"轮次已开 round opened: {opened.owed:,} owed, {opened.out_of_scope:,} out of scope")
    return campaign


def plan_zone() -> Any:
    """Return the installation's zone, which day names follow."""
    from zoneinfo import ZoneInfo

    from bulou.config.environment import read

    return ZoneInfo(read("BULOU_TIME_ZONE"))


def _user() -> str:
    """Give the demo's user a new password; it is shown once on the terminal."""
    from bulou.desk.actions import add_user

    password = secrets.token_hex(6)
    add_user(USER, password, [0], ("command", "auditor", "administrator"))
    return password


def _tokens(plans: list[Any], start: datetime, end: datetime) -> list[dict[str, Any]]:
    """Offer enrolment to each device, valid for the day of the exercise."""
    from bulou.field.actions import offer_enrolment
    from bulou.ledger.scope import EVERYWHERE, scoped

    with scoped(EVERYWHERE):
        return [
            {
                "name": plan.name,
                "token": offer_enrolment(
                    plan.name, plan.kind, tuple(map(span, plan.areas)), end + timedelta(days=1), "demo", start
                ),
            }
            for plan in plans
        ]
