"""Photos that a phone's entry names come piece by piece, and go on where they broke off."""

from __future__ import annotations

import hashlib
import random
from concurrent.futures import ThreadPoolExecutor
from io import BytesIO
from pathlib import Path
from typing import Any

import httpx
import msgspec
import pytest
from PIL import Image

from bulou.config.connections import Urls
from bulou.field import openapi
from bulou.ledger.scope import EVERYWHERE, scoped
from bulou.oversight.findings import PROGRAMME
from bulou.ui.attachments.models import Photo
from tests import cast
from tests.doors.field_door import Device, Door, running
from tests.doors.test_field_works import phone, post

OPENED = {"topic": "gate", "severity": "minor", "what": "东门无人登记", "owner": "居委会"}


@pytest.fixture(scope="module")
def shared(settled_clone) -> Any:
    """Plum Creek, in which the round is open."""
    with settled_clone() as urls:
        yield urls


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("data")


@pytest.fixture(scope="module")
def door(shared: Urls, folder: Path) -> Any:
    with running(shared, str(folder)) as door:
        yield door


@pytest.fixture
def inspector(door: Door) -> Device:
    return phone(door, "inspector", cast.ESTATE)


def photograph(seed: int = 1, size: tuple[int, int] = (600, 400)) -> bytes:
    """A photo with noise, so that it does not shrink, and with a secret behind the picture."""
    noise = random.Random(seed).randbytes(size[0] * size[1] * 3)
    exif = Image.Exif()
    exif[0x010F] = "SECRET-CAMERA"
    out = BytesIO()
    Image.frombytes("RGB", size, noise).save(out, "JPEG", quality=80, exif=exif)
    return out.getvalue()


def digest_of(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


def opened(device: Device, *contents: bytes, **more: Any) -> int:
    """Record a finding that names photos; return the number of the entry."""
    photos = [digest_of(content) for content in contents]
    said = OPENED | {"photos": photos} | more
    return post(device, "finding.opened", cast.NO_1, campaign=PROGRAMME.id, subjects=[cast.NO_1], **said)["n"]


def send(device: Device, digest: str, entry: int, offset: int, size: int, piece: bytes = b"") -> httpx.Response:
    return device.door.client.post(
        f"/field/photos/{digest}", params={"entry": entry, "offset": offset, "size": size}, content=piece,
        headers=device.headers | {"content-type": "application/octet-stream"},
    )  # fmt: skip


def told(answer: httpx.Response) -> tuple[int, bool]:
    assert answer.status_code == 200, answer.text
    known = msgspec.json.decode(answer.content, type=openapi.PhotoAnswer)
    return known.held, known.done


def whole(device: Device, content: bytes, entry: int, step: int = 40_000) -> None:
    held = 0
    for at in range(0, len(content), step):
        held, done = told(send(device, digest_of(content), entry, at, len(content), content[at : at + step]))
        assert held == min(at + step, len(content)) and done is (held == len(content))


def of(entry: int, device: Device) -> list[Photo]:
    with scoped(EVERYWHERE):
        return list(Photo.objects.filter(about__startswith="finding.", by__endswith=f"#{device.id}").order_by("pk"))


def test_a_photo_stands_with_the_duty_that_its_entry_opened(inspector: Device, folder: Path) -> None:
    content = photograph()
    entry = opened(inspector, content)
    whole(inspector, content, entry)
    (photo,) = of(entry, inspector)
    assert (photo.source, photo.area, photo.width) == (digest_of(content), cast.NO_1, 600)
    campaign, subject, _occasion = photo.about.removeprefix("finding.").split(".")
    assert (int(campaign), int(subject)) == (PROGRAMME.id, cast.NO_1)
    kept = (folder / "photos" / photo.digest[:2] / f"{photo.digest}.jpg").read_bytes()
    assert b"SECRET-CAMERA" in content and b"SECRET-CAMERA" not in kept
    assert not list((folder / "photos" / "arriving" / str(inspector.id)).iterdir()), "nothing is left lying about"


def test_what_broke_off_goes_on_where_it_stopped(shared: Urls, door: Door, folder: Path) -> None:
    """Also where the door itself was ended in between."""
    content = photograph(2)
    digest, size = digest_of(content), len(content)
    with running(shared, str(folder)) as first:
        device = phone(first, "inspector", cast.ESTATE)
        entry = opened(device, content)
        assert told(send(device, digest, entry, 0, size, content[:30_000])) == (30_000, False)
    device.door = door
    assert told(send(device, digest, entry, 0, size)) == (30_000, False), "an empty piece asks how much is there"
    assert told(send(device, digest, entry, 30_000, size, content[30_000:])) == (size, True)
    assert told(send(device, digest, entry, 0, size)) == (size, True), "asked again it says the same"
    assert len(of(entry, device)) == 1


@pytest.mark.parametrize("seed", range(12))
def test_pieces_in_any_order_and_twice_give_the_photo_once(inspector: Device, seed: int) -> None:
    """Whatever a phone sends again, early, late or beyond the end, the photo is whole in the end and there once."""
    chance = random.Random(seed)
    content = photograph(100 + seed, (chance.randint(40, 300), chance.randint(40, 300)))
    digest, size, entry, held, done = digest_of(content), len(content), opened(inspector, content), 0, False
    for _ in range(400):
        if chance.random() < 0.5:  # a piece from anywhere, with or without its rest
            at = chance.randint(0, size)
            piece = content[at : at + chance.randint(0, size)] + b"x" * chance.choice((0, 0, size))
        else:
            at, piece = held, content[held : held + chance.randint(0, max(1, size // 3))]
        now, done = told(send(inspector, digest, entry, at, size, piece[:900_000]))
        assert held <= now <= size, "what has arrived stays"
        held = now
        if done:
            break
    assert done and len(of(entry, inspector)) == 1


def test_two_at_once(inspector: Device) -> None:
    content = photograph(3)
    digest, size, entry = digest_of(content), len(content), opened(inspector, content)
    with ThreadPoolExecutor(6) as threads:
        answers = [*threads.map(lambda _: send(inspector, digest, entry, 0, size, content), range(6))]
    assert {told(answer) for answer in answers} == {(size, True)} and len(of(entry, inspector)) == 1


def test_only_what_an_own_entry_names_is_taken(door: Door, inspector: Device) -> None:
    content, other = photograph(4), photograph(5)
    entry = opened(inspector, content)
    stranger = phone(door, "inspector", cast.ESTATE)
    for device, photo, number in (
        (inspector, other, entry), (inspector, content, entry + 50), (stranger, content, entry),
        (inspector, content, 0),
    ):  # fmt: skip
        answer = send(device, digest_of(photo), number, 0, len(photo), photo)
        assert (answer.status_code, answer.json()["code"]) == (416, 416), answer.text
        assert of(entry, device) == []
    voided = inspector.said("entry.voided", {"journal": inspector.id, "number": entry, "reason": "x"})
    inspector.post(voided | {"area": cast.NO_1})
    assert send(inspector, digest_of(content), entry, 0, len(content), content).status_code == 416, "it was taken back"


def test_the_content_is_what_was_reported(inspector: Device) -> None:
    content = photograph(6)
    entry = opened(inspector, content)
    wrong = content[:-2] + b"xx"
    answer = send(inspector, digest_of(content), entry, 0, len(content), wrong)
    assert (answer.status_code, answer.json()["field"]) == (415, "digest") and of(entry, inspector) == []
    whole(inspector, content, entry)


@pytest.mark.parametrize("content", [b"%PDF-1.7 no photo", b"<svg/>", photograph(7)[:500], b"MZ" + bytes(1000)])
def test_what_is_no_photo_is_refused_by_its_content(inspector: Device, content: bytes) -> None:
    entry = opened(inspector, content)
    answer = send(inspector, digest_of(content), entry, 0, len(content), content)
    assert (answer.status_code, answer.json()["code"]) == (415, 415) and answer.json()["zh"]
    assert of(entry, inspector) == []


def test_bad_addresses(door: Door, inspector: Device) -> None:
    content = photograph(8)
    digest, size, entry = digest_of(content), len(content), opened(inspector, content)
    assert send(inspector, digest, entry, 0, 16 * 2**20).json()["code"] == 415
    assert send(inspector, digest, entry, 0, 0).json()["code"] == 415
    assert send(inspector, digest, entry, 0, size, bytes(2**20 + 1)).json()["code"] == 413
    assert send(inspector, digest.upper(), entry, 0, size).json()["code"] == 404
    assert door.client.post(f"/field/photos/{digest}", headers=inspector.headers).json()["code"] == 422
    for text in ("x", "-1", "1" * 20, "\u0661"):
        sent = {"entry": entry, "offset": text, "size": size}
        assert door.client.post(f"/field/photos/{digest}", params=sent, headers=inspector.headers).status_code == 422
    assert door.client.post(f"/field/photos/{digest}", params={"entry": entry}).json()["code"] == 401


def test_too_many_on_their_way(inspector: Device, monkeypatch: pytest.MonkeyPatch) -> None:
    contents = [photograph(1000 + n, (60, 40)) for n in range(42)]
    answers = []
    for part in range(0, 42, 6):
        own = contents[part : part + 6]
        entry = opened(inspector, *own)
        answers += [
            send(inspector, digest_of(one), entry, 0, len(one), one[:10]).status_code for one in own
        ]  # fmt: skip
    assert answers == [200] * 40 + [429] * 2


def test_phones_are_asked_for_photos(door: Door, inspector: Device) -> None:
    from tests.doors.test_field_works import fetched

    (work,) = [one for one in fetched(door, inspector)["works"] if one["kind"] == "finding"]
    fields = {one["name"]: one for one in work["opening"]["fields"]}
    assert fields["photos"]["type"] == "photo" and not fields["photos"]["required"] and fields["photos"]["most"] == 6
