"""What devices say of themselves comes through the one door and is kept as standings."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from bulou.field.devices import reads
from bulou.ledger import intake, journals
from bulou.ledger.areas import area_id, span
from bulou.ledger.check_digit import label
from bulou.ledger.effects import Entry
from bulou.ledger.models import Standing
from bulou.ledger.scope import EVERYWHERE, scoped

NOW = datetime(2022, 4, 4, 8, tzinfo=UTC)
AREA = area_id(1, 2, 3)


@pytest.fixture
def phone(db: None) -> int:
    journal, _ = journals.enrol("门口手机", "phone", (span(AREA),), NOW, NOW + timedelta(days=1))
    return journal


def post(journal: int, number: int, kind: str, body: dict) -> intake.Receipt:
    with scoped(EVERYWHERE):
        return intake.post([Entry(journal, number, kind, NOW, AREA, body)], NOW)[0]


def test_a_device_reports_its_state_and_its_labels(phone: int) -> None:
    state = {"battery_pct": 17, "unsent": 3, "oldest_unsent_s": 90, "storage_free_mb": 800, "app": "1.0"}
    assert post(phone, 1, "device.reported", state).status == "kept"
    assert post(phone, 2, "labels.issued", {"from": label(100), "to": label(149)}).status == "kept"
    with scoped(EVERYWHERE):
        kept = dict(Standing.objects.filter(subject_kind=6, subject=phone).values_list("name", "value"))
    assert kept == {
        "device.state": "17|3|90|800|1.0",
        f"device.labels.{label(100)}": f"{label(100)}-{label(149)}",
    }


def test_a_wrong_check_digit_and_a_range_that_ends_before_it_begins_are_refused(phone: int) -> None:
    wrong = post(phone, 1, "labels.issued", {"from": label(100) ^ 1, "to": label(149)})
    assert (wrong.status, wrong.code) == ("refused", 117)
    back = post(phone, 2, "labels.issued", {"from": label(149), "to": label(100)})
    assert (back.status, back.code) == ("refused", 103)


def test_whether_a_device_is_charged_is_seen_at_a_glance(phone: int) -> None:
    other, _ = journals.enrol("备用机", "phone", (span(AREA),), NOW - timedelta(days=2), NOW - timedelta(hours=1))
    state = {"battery_pct": 9, "unsent": 0, "app": "1|0"}
    assert post(phone, 1, "device.reported", state | {"charging": True}).code is None

    def seen() -> dict[str, int]:
        with scoped(EVERYWHERE):
            found, _total = reads.devices(EVERYWHERE, NOW + timedelta(minutes=5))
            assert {one.id for one in found} == {phone, other}
            return dict(reads.glance(found))

    assert seen() == {"silent": 0, "low": 0, "expired": 1, "charging": 1}
    assert post(phone, 2, "device.reported", state | {"charging": False}).code is None
    with scoped(EVERYWHERE):
        found, _total = reads.devices(EVERYWHERE, NOW + timedelta(hours=3))
    assert dict(reads.glance(found)) == {"silent": 1, "low": 1, "expired": 1, "charging": 0}


def test_the_page_tells_labels_not_reconciled_and_revokes_only_ones_own(phone: int, client) -> None:
    from bulou.desk.actions import add_user
    from bulou.ledger.models import Journal

    post(phone, 1, "device.reported", {"battery_pct": 17, "unsent": 3, "app": "1.0"})
    post(phone, 2, "labels.issued", {"from": label(100), "to": label(149)})
    add_user("own", "plum-creek-at-dawn", [area_id(1, 2)])
    add_user("other", "plum-creek-at-dawn", [area_id(1, 3)])
    client.login(username="other", password="plum-creek-at-dawn")
    assert "门口手机" not in client.get("/devices").content.decode()
    assert client.post(f"/devices/{phone}/revoke").status_code == 404
    client.login(username="own", password="plum-creek-at-dawn")
    page = client.get("/devices").content.decode()
    assert "17 %" in page and "领用50张，未核销50张" in page
    asked = client.post(f"/devices/{phone}/revoke").content.decode()
    assert "停用设备“门口手机”？" in asked and "还有3条没有发送" in asked
    assert Journal.objects.get(pk=phone).revoked_at is None, "asked is not done"
    client.post(f"/devices/{phone}/revoke", {"sure": "1", "why": "掉在车上"})
    assert Journal.objects.get(pk=phone).revoked_at is not None


def test_a_phone_enrolled_again_leaves_its_old_journal_to_somebody(phone: int, client, db: None) -> None:
    """Its storage was cleared in the middle of the shift: 50 labels, one tube sealed, one broken, no closing entry."""
    from bulou.command.worklist.models import Owner
    from bulou.desk.actions import add_user
    from bulou.ledger import clock

    post(phone, 1, "labels.issued", {"from": label(100), "to": label(149)})
    post(phone, 2, "tube.sealed", {"campaign": 1, "tube": label(100), "mode": "pooled", "persons": [1]})
    broken = {"campaign": 1, "duty": "tube", "subjects": [label(101)], "reason": "destroyed", "evidence": "摔破"}
    post(phone, 3, "duty.excused", broken)
    journals.revoke(phone, NOW)
    journals.enrol("门口手机", "phone", (span(AREA),), clock.now(), clock.now() + timedelta(days=1))
    add_user("own", "plum-creek-at-dawn", [area_id(1, 2)])
    with scoped(EVERYWHERE):
        Owner.objects.create(area=AREA, name="李值班")
    client.login(username="own", password="plum-creek-at-dawn")
    page = client.get("/devices").content.decode()
    assert page.count("门口手机") == 2 and "领用50张，未核销48张" in page and "未交班" in page
    listed = client.get("/now?class=silent").content.decode()
    row = f"silent.journal.0.{phone}.2:{area_id(1, 2)}"
    assert row in listed and "已停用，可能还有记录没有上传" in listed and "李值班" in listed
    # Handed in with its closing entry, it is nobody's matter any more.
    post(phone, 4, "journal.closed", {"last": 4})
    assert row not in client.get("/now?class=silent").content.decode()


def test_the_page_says_how_the_server_is(phone: int, client, tmp_path, monkeypatch) -> None:
    from bulou.desk.actions import add_user

    add_user("own", "plum-creek-at-dawn", [area_id(1, 2)])
    client.login(username="own", password="plum-creek-at-dawn")
    monkeypatch.setenv("BULOU_DATA", str(tmp_path))
    page = client.get("/devices").content.decode()
    assert "还没有备份" in page and "不由本机运行" in page and "运行正常" in page
    (tmp_path / "backups").mkdir()
    (tmp_path / "backups" / "1.dump").touch()
    page = client.get("/devices").content.decode()
    assert "最近一次" in page and "已超过一天" not in page


@pytest.fixture
def manager(db: None):
    from django.contrib.auth.models import User
    from django.test import Client

    from bulou.desk.actions import add_user

    add_user("own", "plum-creek-at-dawn", [area_id(1, 2)])
    add_user("other", "plum-creek-at-dawn", [area_id(1, 3)])
    browser = Client()
    browser.force_login(User.objects.get(username="own"))
    return browser


def in_service(journal: int) -> bool:
    from bulou.ledger.models import Journal

    return Journal.objects.get(pk=journal).revoked_at is None


def enrolled(name: str, last: bool = True) -> int:
    """A phone whose key still holds today, or that ran out yesterday."""
    from bulou.ledger import clock

    end = clock.now() + (timedelta(days=1) if last else timedelta(days=-1))
    return journals.enrol(name, "phone", (span(AREA),), NOW, end)[0]


def test_a_device_out_of_service_comes_back_and_the_record_says_by_whom(manager) -> None:
    phone, late = enrolled("门口手机"), enrolled("昨天的手机", last=False)
    manager.post(f"/devices/{phone}/revoke", {"sure": "1", "why": "掉在车上"})
    assert not in_service(phone)
    page = manager.get("/devices").content.decode()
    assert f"/devices/{phone}/reinstate" in page and f"/devices/{late}/reinstate" not in page
    asked = manager.get(f"/devices/{phone}/reinstate").content.decode()
    assert "恢复使用设备“门口手机”？" in asked and "掉在车上" in asked and "own" in asked
    manager.post(f"/devices/{phone}/reinstate")
    assert not in_service(phone), "asked is not done"
    manager.post(f"/devices/{phone}/reinstate", {"sure": "1"})
    assert in_service(phone)
    assert "这台设备没有停用" in manager.get(f"/devices/{phone}/reinstate").content.decode()
    manager.post(f"/devices/{late}/revoke", {"sure": "1"})
    manager.post(f"/devices/{late}/reinstate", {"sure": "1"})
    assert not in_service(late), "what has run out is not let back in"
    assert "请重新登记" in manager.get(f"/devices/{late}/reinstate").content.decode()
    for act in ("revoke", "reinstate"):
        assert manager.get(f"/devices/{2**60}/{act}").status_code == 404


def test_what_was_done_to_devices_is_undone_as_a_whole_by_who_did_it(manager, monkeypatch) -> None:
    import re

    from django.contrib.auth.models import User
    from django.test import Client

    from bulou.field.devices import service
    from bulou.ledger import clock

    phones = [enrolled(f"手机 {n}") for n in range(3)]
    ranges = (span(area_id(1, 2)),)
    with scoped(ranges):
        assert service.serve(service.REVOKED, phones, "own", "", ranges, clock.now()) == 3
    (done,) = re.findall(r'name="done" value="([^"]+)"', manager.get("/devices").content.decode())
    other = Client()
    other.force_login(User.objects.get(username="other"))
    other.post("/devices/undo", {"done": done})
    manager.post("/devices/undo", {"done": "revoked.1"})
    assert not any(in_service(phone) for phone in phones)
    assert "已撤销：3台设备" in manager.post("/devices/undo", {"done": done}, follow=True).content.decode()
    assert all(in_service(phone) for phone in phones)
    manager.post(f"/devices/{phones[0]}/revoke", {"sure": "1"})
    monkeypatch.setattr(service, "UNDO", timedelta(0))
    assert 'name="done"' not in manager.get("/devices").content.decode()


def test_no_device_is_beyond_the_end_of_the_page(manager, monkeypatch) -> None:
    from bulou.field.devices import reads

    monkeypatch.setattr(reads, "LIMIT", 2)
    for n in range(5):
        enrolled(f"手机 {n}")
    pages = [manager.get(f"/devices?from={start}").content.decode() for start in (0, 2, 4)]
    assert all(any(f"手机 {n}<" in page for page in pages) for n in range(5))
    assert "?from=2" in pages[0] and "?from=4" in pages[1] and "下一页" not in pages[2]
    assert manager.get("/devices?from=x").status_code == 200
