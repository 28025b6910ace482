"""A small server that speaks the field door's language and fails as it is told: a real process behind real HTTP.

It holds what it was sent and tells it on /told. Faults come by the environment: FAULTS is a list of statuses with
which the first requests to /field/journal are answered, FORGET the number of entries after which the server is restored
from an empty backup, LIMIT the most entries of a request.
"""

import json
import os
from collections import Counter
from pathlib import Path

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

PACKS = json.loads(Path(os.environ["PACKS"]).read_text("utf-8"))
faults = json.loads(os.environ.get("FAULTS", "[]"))
forget = int(os.environ.get("FORGET", "0"))
limit = int(os.environ.get("LIMIT", "5000"))
first_journal = int(os.environ.get("FIRST_JOURNAL", "1"))

journals: dict[str, int] = {}
held: dict[int, dict[int, dict]] = {}
order: list[tuple[str, str, str]] = []
seen = Counter()


async def enrol(request: Request) -> Response:
    name = (await request.json())["token"]
    if name not in PACKS:
        return JSONResponse({"code": 401}, 401)
    journal = journals.setdefault(name, first_journal + 7 * len(journals))
    held.setdefault(journal, {})
    return JSONResponse({"journal": journal, "key": name.encode().hex(), "expires_at": "2022-04-05T00:00:00Z"})


async def pack(request: Request) -> Response:
    name = bearer(request)
    return JSONResponse(PACKS[name])


def bearer(request: Request) -> str:
    return bytes.fromhex(request.headers["authorization"].removeprefix("Bearer ")).decode()


async def journal(request: Request) -> Response:
    seen["requests"] += 1
    if faults:
        status = faults.pop(0)
        return JSONResponse({"code": status}, status, {"retry-after": "0"} if status == 429 else {})
    name = bearer(request)
    entries = (await request.json())["entries"]
    seen["largest"] = max(seen["largest"], len(entries))
    if len(entries) > limit:
        return JSONResponse({"code": 413}, 413)
    if forget and not seen["incarnation"] and len(order) >= forget:
        for mine in held.values():
            mine.clear()
        seen["incarnation"] += 1
    mine, statuses = held[journals[name]], []
    for entry in entries:
        statuses.append(
            "repeated" if mine.get(entry["n"]) == entry else "conflicting" if entry["n"] in mine else "kept"
        )
        mine.setdefault(entry["n"], entry)
        order.append((entry["at"], name, entry["kind"]))
    numbers = sorted(mine)
    upto = next((n - 1 for n, have in enumerate(numbers, 1) if n != have), len(numbers))
    missing, before = [], upto
    for number in numbers[upto:]:
        if number > before + 1:
            missing.append([before + 1, number - 1])
        before = number
    return JSONResponse(
        {
            "incarnation": f"life {seen['incarnation']}",
            "upto": upto,
            "missing": missing,
            "entries": [
                {"n": e["n"], "status": s, "code": None, "flags": []} for e, s in zip(entries, statuses, strict=True)
            ],
        }
    )


async def told(request: Request) -> Response:
    return JSONResponse({"journals": journals, "held": held, "order": order, "seen": seen})


async def healthz(request: Request) -> Response:
    return JSONResponse({"status": "ok"})


app = Starlette(
    routes=[
        Route("/field/enrol", enrol, methods=["POST"]),
        Route("/field/pack", pack),
        Route("/field/journal", journal, methods=["POST"]),
        Route("/told", told),
        Route("/healthz", healthz),
    ]
)
