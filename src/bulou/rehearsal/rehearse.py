"""A whole rehearsal: enrol the devices, learn the roster, play the day. For ``bulou rehearse`` and ``bulou demo``."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from typing import Any

from bulou.rehearsal.client import Client, Enrolled, Stopped
from bulou.rehearsal.device import Device
from bulou.rehearsal.driver import FLUSH, Driver, Pace, Progress, speed_for
from bulou.rehearsal.roster import Roster, RosterDiffers
from bulou.rehearsal.scenario import Scenario
from bulou.rehearsal.script import Script, write
from bulou.rehearsal.town import Town
from bulou.rehearsal.wire import Names


class NotEnrolled(Exception):
    """Devices have no token, or their token is not taken."""


def rehearse(
    url: str,
    town: Town,
    scenario: Scenario,
    tokens: Sequence[Mapping[str, Any]],
    *,
    campaign: int | None = None,
    prevalence: Mapping[int, float] | None = None,
    seed: int = 0,
    speed: float = 0.0,
    minutes: float | None = None,
    batch: int = 200,
    connections: int = 8,
    ca: str | None = None,
    show: Callable[[Progress], None] | None = None,
    script: Script | None = None,
    ready: Callable[[], None] | None = None,
) -> dict[str, Any]:
    """Play a day against a running server; return what was done, ready for JSON.

    Parameters:
        tokens: one {name, token, ...} for each device of ``staff.devices(town, scenario)``.
        campaign: the open round; without it the newest open PCR round that the work packs name.
        speed: 1 is real time, 0 as fast as the server takes it; ``minutes`` sets the speed instead.
        ca: file of the certificate authority of a server with TLS of its own.
        show: called about once a second.
        script: the day, when it was written before (``script.write``).
        ready: called when all devices are enrolled and have their packs, just before the day begins.

    Raises:
        NotEnrolled: a device has no token or its token is refused.
        RosterDiffers: the server's people are not those of the town, or no round is open.
    """
    day = script or write(town, scenario, dict(prevalence or {}), seed)
    speed = speed_for(day, minutes) if minutes else speed
    pace = Pace(
        speed=speed,
        batch=batch,
        # However short the day, each device tells it in some thirty steps.
        flush=min(FLUSH, day.seconds() / speed / 30) if speed else FLUSH,
        repeated_uploads=scenario.repeated_uploads,
        seed=seed,
    )
    return asyncio.run(
        _rehearse(Client(url, connections, ca=ca), town, scenario.start, tokens, campaign, day, pace, show, ready)
    )


async def _rehearse(
    client: Client,
    town: Town,
    start: datetime,
    tokens: Sequence[Mapping[str, Any]],
    campaign: int | None,
    script: Script,
    pace: Pace,
    show: Callable[[Progress], None] | None,
    ready: Callable[[], None] | None,
) -> dict[str, Any]:
    async with client:
        enrolled = await enrol(client, script, tokens)
        roster = Roster(town)
        await learn(client, script, enrolled, roster)
        roster.check()
        if campaign is None and not roster.campaigns:
            raise RosterDiffers("no work pack names an open round; open one before rehearsing")
        names = Names(
            start=start,
            campaign=campaign or max(roster.campaigns),
            persons=roster.persons,
            households=roster.households,
            journals={plan.name: row.journal for plan, row in zip(script.devices, enrolled, strict=True)},
        )
        devices = [
            Device(plan.name, items, offset, row.journal, row.key)
            for plan, items, offset, row in zip(
                script.devices, script.entries, script.offsets_ms, enrolled, strict=True
            )
        ]
        driver = Driver(client, names, devices, pace, show)
        if ready:
            ready()
        await driver.play()
        return {**driver.summary(), "campaign": names.campaign, "devices": len(devices), "offline": len(script.offline)}


async def enrol(client: Client, script: Script, tokens: Sequence[Mapping[str, Any]]) -> list[Enrolled]:
    """Enrol every device of a script.

    Raises:
        NotEnrolled: a device has no token or its token is refused.
    """
    given = {row["name"]: row["token"] for row in tokens}
    without = [plan.name for plan in script.devices if plan.name not in given]
    if without:
        raise NotEnrolled(f"{len(without)} devices have no token, first {without[0]!r}")
    try:
        return await _all([client.enrol(given[plan.name]) for plan in script.devices])
    except Stopped as error:
        raise NotEnrolled(f"a token was refused: {error}") from error


async def learn(client: Client, script: Script, enrolled: Sequence[Enrolled], roster: Roster) -> None:
    """Fetch the work packs of the phones into ``roster``."""

    async def one(key: str) -> None:
        roster.learn(await client.pack(key))

    pairs = zip(script.devices, enrolled, strict=True)
    await _all([one(row.key) for plan, row in pairs if plan.kind == "phone"])


async def _all(work: Sequence[Any]) -> list[Any]:
    """Await all; on a failure the others end first, so that none is left behind."""
    tasks = [asyncio.ensure_future(item) for item in work]
    try:
        return await asyncio.gather(*tasks)
    except BaseException:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        raise
