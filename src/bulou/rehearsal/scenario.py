"""What happens in a rehearsal: shares, times and rates, read from small TOML files under ``scenarios/``."""

from __future__ import annotations

import csv
import tomllib
from dataclasses import dataclass, field, fields, replace
from datetime import datetime
from pathlib import Path
from typing import Any

import msgspec

from bulou.ledger.areas import area_id

FOLDER = Path(__file__).parent / "scenarios"


@dataclass(frozen=True)
class Scenario:
    """One day of a round. Shares are of all persons unless said otherwise; times are minutes unless said otherwise.

    The 27 seconds a person in one lane is the figure published for Jinjiang; the other figures are assumptions of an
    exercise, chosen so that every kind of entry occurs.
    """

    name: str = "one-round"
    zh: str = ""
    en: str = ""
    start: datetime = field(default_factory=lambda: datetime.fromisoformat("2022-04-04T06:00:00+08:00"))
    # Sampling.
    seconds_a_person: float = 27.0
    lanes_per_1000: float = 2.0
    pool_size: int = 10
    people_a_phone: int = 5000
    people_a_phone_least: int = 150
    call_from: int = 15
    call_to: int = 30
    second_pass_hours: float = 8.0
    plan_hours: float = 12.0
    # Who does not come.
    absent: float = 0.03
    absent_return: float = 0.75
    refuse: float = 0.004
    refuse_persuaded: float = 0.3
    excused: float = 0.006
    silent: float = 0.002
    never_called: float = 0.001
    found: float = 0.005
    moved_within: float = 0.0005
    excuses: dict[str, float] = field(
        default_factory=lambda: {
            "in_hospital": 0.3,
            "in_facility": 0.2,
            "moved_out": 0.25,
            "sampled_elsewhere": 0.12,
            "not_known_here": 0.06,
            "medical_reason": 0.05,
            "deceased": 0.02,
        }
    )
    # Infection: overall rate, and the part of it that is spread evenly and not by published address-days.
    infected: float = 0.0008
    infected_evenly: float = 0.2
    # Mistakes, as shares of tubes.
    invalid: float = 0.002
    mistyped: float = 0.001
    in_two_boxes: float = 0.0005
    left_behind: float = 0.0005
    sampled_twice: float = 0.0002
    # Phones.
    offline: float = 0.15
    offline_hours: tuple[float, float] = (1.0, 4.0)
    clock_off: float = 0.01
    repeated_uploads: float = 0.02
    # Couriers and laboratories.
    laboratories: int = 4
    courier_every: float = 60.0
    courier_travel: tuple[float, float] = (20.0, 50.0)
    box_size: int = 40
    result_median: float = 240.0
    result_sigma: float = 0.3
    retest_median: float = 120.0
    retest_after: tuple[float, float] = (20.0, 90.0)
    retest_missed: float = 0.04


def names() -> list[str]:
    """Return the names of the scenarios that come with the product."""
    return sorted(path.stem for path in FOLDER.glob("*.toml"))


def load(name: str | Path, **changes: Any) -> Scenario:
    """Return a scenario by its name, or from a TOML file; ``changes`` override single fields.

    Raises:
        FileNotFoundError: there is no such scenario.
        ValueError: a field is unknown or of another type, or a share is outside 0..1.
    """
    path = Path(name) if str(name).endswith(".toml") else FOLDER / f"{name}.toml"
    if not path.exists():
        raise FileNotFoundError(f"no scenario {name!r}; there are: {', '.join(names())}")
    told = {"name": path.stem, **tomllib.loads(path.read_text("utf-8")), **changes}
    unknown = told.keys() - {item.name for item in fields(Scenario)}
    if unknown:
        raise ValueError(f"scenario {path.stem}: unknown fields {sorted(unknown)}")
    return check(msgspec.convert(told, Scenario))


def check(scenario: Scenario) -> Scenario:
    """Return the scenario.

    Raises:
        ValueError: the start has no zone, a share is outside 0..1, or those who do not come are more than all.
    """
    if scenario.start.tzinfo is None:
        raise ValueError("the start of a scenario needs a time zone")
    away = ("absent", "refuse", "excused", "silent", "never_called", "moved_within")
    others = ("absent_return", "refuse_persuaded", "found", "infected", "infected_evenly", "invalid", "mistyped",
              "in_two_boxes", "left_behind", "sampled_twice", "offline", "clock_off", "repeated_uploads",
              "retest_missed")  # fmt: skip
    for name in (*away, *others):
        if not 0 <= getattr(scenario, name) <= 1:
            raise ValueError(f"{name} is a share from 0 to 1, not {getattr(scenario, name)}")
    if sum(getattr(scenario, name) for name in away) > 1:
        raise ValueError("more people stay away than there are")
    if not 1 <= scenario.pool_size <= 20:
        raise ValueError("a tube holds 1 to 20 people")
    sizes = ("seconds_a_person", "lanes_per_1000", "people_a_phone_least", "call_from", "call_to", "second_pass_hours",
             "plan_hours", "laboratories", "courier_every", "box_size", "result_median", "retest_median")  # fmt: skip
    for name in sizes:
        if not 0 < getattr(scenario, name) < 100_000:
            raise ValueError(f"{name} is a number above 0, not {getattr(scenario, name)}")
    if scenario.call_from > scenario.call_to:
        raise ValueError("call_from is larger than call_to")
    if not 1 <= scenario.people_a_phone <= 5000:
        raise ValueError("a phone carries at most 5,000 people")
    return scenario


def calm(scenario: Scenario) -> Scenario:
    """Return the scenario without planted mistakes and bad networks, for a day that must end in plain figures."""
    return replace(
        scenario,
        mistyped=0.0,
        in_two_boxes=0.0,
        left_behind=0.0,
        sampled_twice=0.0,
        repeated_uploads=0.0,
        clock_off=0.0,
    )


def on_day_of(scenario: Scenario, moment: datetime) -> Scenario:
    """Return the scenario on the day of ``moment`` (in the scenario's zone), at the same time of day.

    A server takes entries that are dated within a day of a device's enrolment, so that a drill is held today.
    """
    day = moment.astimezone(scenario.start.tzinfo).date()
    return replace(scenario, start=datetime.combine(day, scenario.start.timetz()))


def read_prevalence(example_dir: Path | str, district: int) -> dict[int, float]:
    """Return the published address-days by compound id, from prevalence.csv of an example folder ({} without it)."""
    path = Path(example_dir) / "prevalence.csv"
    if not path.exists():
        return {}
    with path.open(encoding="utf-8") as file:
        return {
            area_id(district, int(row["street"]), int(row["neighbourhood"]), int(row["compound"])): float(
                row["address_days"]
            )
            for row in csv.DictReader(file)
        }
