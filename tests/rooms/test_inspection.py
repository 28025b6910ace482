"""Inspections by checklists with photos, findings put right and seen again, the report signed; directives."""

from __future__ import annotations

import re
from datetime import timedelta
from io import BytesIO
from pathlib import Path

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import ProgrammingError, connection, transaction
from django.test import Client
from docx import Document
from openpyxl import Workbook, load_workbook
from PIL import Image

from bulou.ledger import clock
from bulou.ledger.models import Duty
from bulou.ledger.scope import EVERYWHERE, scoped
from bulou.oversight.models import Checklist, Inspection, InspectionFinding, Report
from bulou.ui.attachments import actions as photos
from bulou.ui.attachments.models import Photo, PhotoLook
from tests import cast
from tests import desk_street as street
from tests.transfer import desk, said

pytestmark = pytest.mark.usefixtures("settled", "folder")


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("BULOU_DATA", str(tmp_path))
    return tmp_path / "photos"


def jpeg(name: str = "gate.jpg", colour: str = "red") -> SimpleUploadedFile:
    """A photo of a telephone lying on its side, with the place where it was taken."""
    out, image = BytesIO(), Image.new("RGB", (800, 400), colour)
    exif = Image.Exif()
    exif[0x0112] = 6
    exif[0x010F] = "SECRET-CAMERA"
    image.save(out, "JPEG", exif=exif)
    return SimpleUploadedFile(name, out.getvalue(), "image/jpeg")


def planned(browser: Client, area: int = cast.ESTATE, **given: str) -> int:
    sent = {
        "area": str(area), "f_manner": "spontaneous", "f_checklist": "compound", "f_inspectors": "督查一组",
        "step": "save",
    } | given  # fmt: skip
    answer = browser.post("/inspections/new", sent)
    assert answer.status_code == 302, said(answer)
    found = re.search(r"/inspections/(\d+)", answer["Location"])
    assert found
    return int(found[1])


GOOD = (
    "gate_staffed", "gate_checked", "no_crowding", "nobody_missed", "protection", "parcels", "vulnerable", "requests",
    "disinfection", "waste",
)  # fmt: skip


def answers(**wrong: str) -> dict[str, object]:
    """All in order, but for these questions; of each what was seen."""
    out: dict[str, object] = {f"f_{name}": "yes" for name in GOOD}
    for name, what in wrong.items():
        out |= {f"f_{name}": "no", f"f_what_{name}": what, f"f_grave_{name}": "grave", f"f_owner_{name}": "居委会"}
    return out


def one(model: type) -> object:
    with scoped(EVERYWHERE):
        return model.objects.get()


def findings() -> list[Duty]:
    with scoped(EVERYWHERE):
        return list(Duty.objects.filter(kind=41).order_by("occasion"))


def sheet_of(duty: Duty) -> str:
    return f"/work/finding/{duty.campaign}/{duty.subject}/{duty.occasion}"


def act(browser: Client, duty: Duty, name: str, **filled: str) -> str:
    row = f"{duty.campaign}.{duty.subject}.{duty.occasion}."
    sent = {"act": name, "row": row, "step": "sure", "from": "sheet", **{f"f_{k}": v for k, v in filled.items()}}
    return said(browser.post("/work/finding/act", sent, follow=True))


def test_a_inspection_is_made_put_right_seen_again_and_reported(folder: Path) -> None:
    inspector, committee = desk("inspector"), desk("committee", cast.UPPER)
    number = planned(inspector)
    form = said(inspector.get(f"/inspections/{number}/do"))
    assert "每个出入口都有人值守" in form and "photo_gate_staffed" in form
    sent = {"step": "end", **answers(gate_staffed="东门夜间无人值守"), "photo_gate_staffed": [jpeg()]}
    page = said(inspector.post(f"/inspections/{number}/do", sent, follow=True))
    assert "登记了1个问题" in page and "东门夜间无人值守" in page and "已添加1张照片" in page
    (duty,) = findings()
    sheet = said(inspector.get(sheet_of(duty)))
    assert "东门夜间无人值守" in sheet and "?small=1" in sheet
    assert "整改答复" in act(committee, duty, "answered", how="已增派保安两班", by="居委会主任")
    act(committee, duty, "seen", note="自己看过")
    assert findings()[0].stage == 1, "whoever answered does not see it again"
    act(inspector, duty, "criticised", measure="criticism", whom="物业项目部", for_what="卡口失守")
    act(committee, duty, "replied", reply="当晚人员临时抽调", replier="物业项目部")
    assert "复查合格" in act(inspector, duty, "seen", note="两人在岗")
    text = said(inspector.get(f"/inspections/{number}/report"))
    assert "发现问题1个，其中重大隐患1个" in text and "了结1个，未完成0个" in text
    pdf = inspector.get(f"/inspections/{number}/report.pdf")
    assert pdf.content.startswith(b"%PDF")
    word = Document(BytesIO(inspector.get(f"/inspections/{number}/report.docx").content))
    told = "\n".join(part.text for part in word.paragraphs)
    for expected in ("草稿", "东门夜间无人值守", "已增派保安两班", "批评教育", "当晚人员临时抽调", "两人在岗"):
        assert expected in told, expected
    assert len(word.inline_shapes) == 1


def test_a_signed_report_stays_as_it_is() -> None:
    inspector = desk("inspector")
    number = planned(inspector)
    inspector.post(f"/inspections/{number}/do", {"step": "end", **answers(waste="垃圾未清运")})
    page = f"/inspections/{number}/report"
    assert "请填写签发人" in said(inspector.post(page, {"step": "sign", "text": "正文", "name": " "}, follow=True))
    assert "报告正文应有" in said(inspector.post(page, {"step": "save", "text": " "}, follow=True))
    inspector.post(page, {"step": "save", "text": "第一段\n\n第二段"})
    assert "第二段" in said(inspector.get(page))
    done = said(inspector.post(page, {"step": "sign", "text": "定稿", "name": "王督查 组长"}, follow=True))
    assert "不能再改" in done and "王督查 组长" in done
    assert "报告已签发" in said(inspector.post(page, {"step": "save", "text": "改"}, follow=True))
    report = one(Report)
    assert isinstance(report, Report) and report.text == "定稿" and len(report.digest) == 64
    with scoped(EVERYWHERE):
        assert Report.objects.update(text="改") == 0, "the database holds it as well"
        assert Inspection.objects.update(inspectors="别人") == 0
    (duty,) = findings()
    act(desk("committee", cast.UPPER), duty, "answered", how="已清运", by="物业")
    assert "已清运" not in said(inspector.get(page)), "what came later is not in it"
    word = Document(BytesIO(inspector.get(f"{page}.docx").content))
    told = "\n".join(part.text for part in word.paragraphs)
    assert "草稿" not in told and "王督查 组长" in told and report.digest[:16] in told


def test_what_is_no_photo_is_named_and_the_rest_is_taken(folder: Path) -> None:
    inspector = desk("inspector")
    number = planned(inspector)
    sent = {
        "step": "keep",
        "photo_overview": [
            jpeg("好.jpg"), SimpleUploadedFile("假.jpg", b"%PDF-1.7 not a picture"), SimpleUploadedFile("空.jpg", b""),
            SimpleUploadedFile("坏.jpg", jpeg().read()[:400]),
        ],
    }  # fmt: skip
    page = said(inspector.post(f"/inspections/{number}/do", sent, follow=True))
    assert "已添加1张照片" in page and "“假.jpg”没有收：不是照片" in page and "“坏.jpg”没有收：照片已损坏" in page
    photo = one(Photo)
    assert isinstance(photo, Photo) and (photo.width, photo.height) == (400, 800), "set upright"
    kept = (folder / photo.digest[:2] / f"{photo.digest}.jpg").read_bytes()
    assert b"SECRET-CAMERA" not in kept and not Image.open(BytesIO(kept)).getexif()
    inspector.post(f"/inspections/{number}/do", {"step": "keep", "photo_overview": [jpeg("again.jpg")]})
    assert isinstance(one(Photo), Photo), "the same photo is kept once"


def test_a_photo_is_seen_within_its_area_and_each_look_is_on_record(folder: Path) -> None:
    inspector = desk("inspector")
    number = planned(inspector)
    about = {"about": f"inspection.{number}", "photos": [jpeg()]}
    assert "已添加1张照片" in said(inspector.post("/photos/add", about, follow=True))
    photo = one(Photo)
    assert isinstance(photo, Photo)
    url = f"/photos/{photo.pk}"
    answer = inspector.get(url)
    assert (answer["Content-Type"], answer.content[:2]) == ("image/jpeg", b"\xff\xd8")
    inspector.get(f"{url}?small=1")
    assert desk("inspector", street.NEXT_STREET).get(url).status_code == 404
    about = {"about": f"inspection.{number}", "photos": [jpeg()]}
    assert desk("inspector", street.NEXT_STREET).post("/photos/add", about).status_code == 404
    with scoped(EVERYWHERE):
        assert [look.by for look in PhotoLook.objects.all()] == [f"inspector-{cast.STREET}"]
    assert "请填写原因" in said(inspector.post(f"{url}/remove", {"why": " "}, follow=True))
    assert "照片已删除" in said(inspector.post(f"{url}/remove", {"why": "拍到人脸"}, follow=True))
    assert inspector.get(url).status_code == 404
    assert "拍到人脸" in said(inspector.get(f"/inspections/{number}"))


def test_photos_go_when_their_time_is_over(folder: Path) -> None:
    inspector = desk("inspector")
    number = planned(inspector)
    inspector.post("/photos/add", {"about": f"inspection.{number}", "photos": [jpeg()]})
    assert len(list(folder.rglob("*.jpg"))) == 2
    assert photos.expire(clock.now() + photos.KEPT - timedelta(hours=1)) == 0
    assert photos.expire(clock.now() + photos.KEPT + timedelta(hours=1)) == 1
    assert not list(folder.rglob("*.jpg"))


def test_a_form_that_is_not_filled_in_is_kept_and_says_where() -> None:
    inspector = desk("inspector")
    number = planned(inspector)
    sent = {"step": "end", "f_gate_staffed": "no", "f_grave_gate_staffed": "grave"}
    page = said(inspector.post(f"/inspections/{number}/do", sent, follow=True))
    assert "还有没填好的项" in page and "请填写。" in page and not findings()
    assert 'value="no" selected' in said(inspector.get(f"/inspections/{number}/do"))
    inspection = one(Inspection)
    assert isinstance(inspection, Inspection) and inspection.state == "begun"
    inspector.post(f"/inspections/{number}/do", {"step": "end", **answers()})
    again = said(inspector.post(f"/inspections/{number}/do", {"step": "end", **answers(waste="x")}, follow=True))
    assert "没有发现问题" in again and not findings(), "an inspection that is over is not made again"


def test_a_inspection_is_planned_late_and_cancelled_with_a_reason() -> None:
    inspector = desk("inspector")
    number = planned(inspector, f_manner="patrol", f_segment="梅溪路（1号至9号）", f_at="2022-04-04T09:00")
    page = said(inspector.get("/inspections"))
    assert "梅溪路（1号至9号）" in page and "已过时间" in page
    assert "请填写原因" in said(inspector.post(f"/inspections/{number}/act", {"why": ""}, follow=True))
    assert "检查已取消" in said(inspector.post(f"/inspections/{number}/act", {"why": "改期"}, follow=True))
    assert "没有待做的检查" in said(inspector.get("/inspections"))
    assert desk("inspector", street.NEXT_STREET).get(f"/inspections/{number}").status_code == 404
    sent = {"area": str(cast.ESTATE), "f_manner": "patrol", "f_checklist": "compound", "step": "save"}
    assert "请填写。" in said(inspector.post("/inspections/new", sent))


def test_three_inspections_find_the_same_and_it_rises_by_itself() -> None:
    inspector = desk("inspector")
    for area in (cast.ESTATE, cast.ESTATE, cast.LOWER):
        number = planned(inspector, area)
        inspector.post(f"/inspections/{number}/do", {"step": "end", **answers(gate_staffed="无人值守")})
    page = said(inspector.get("/work/finding"))
    assert "反复出现的问题" in page and page.count("卡口管理") >= 1
    with scoped(EVERYWHERE):
        assert InspectionFinding.objects.count() == 3
        first = Inspection.objects.order_by("pk")[0]
    assert "14天内在这里出现2次" in said(inspector.get(f"/inspections/{first.pk}/report"))


def test_a_checklist_goes_out_is_changed_and_comes_in_as_another_version() -> None:
    command = desk("command", cast.DISTRICT)
    with scoped(EVERYWHERE):
        first = Checklist.objects.get(name="shop")
    book = load_workbook(BytesIO(command.get(f"/checklists/{first.pk}/xlsform").content))
    survey = book["survey"]
    survey.append(["geopoint", "spot", "位置"])
    survey.append(["text", "remark", "其他情况", "Anything else"])
    row = survey.max_row - 1
    sent = {"step": "look", "file": _file(book)}
    page = said(command.post("/checklists/import", sent))
    assert "geopoint" in page and f">{row}<" in page and "只录入其余的题" in page and "其他情况" in page
    page = said(command.post("/checklists/import", {"step": "sure", "file": _file(book)}))
    assert "有不能录入的行" in page and _versions("shop") == 1
    page = said(command.post("/checklists/import", {"step": "sure", "partly": "on", "file": _file(book)}, follow=True))
    assert "第2版" in page and "其他情况" in page and _versions("shop") == 2
    for wrong in (b"nothing", _book([["type", "name"]]).read()):
        sent = {"step": "look", "file": SimpleUploadedFile("x.xlsx", wrong)}
        page = said(command.post("/checklists/import", sent))
        assert "无法读取该文件" in page or "没有可以录入的题目" in page
    assert desk("inspector").post("/checklists/import", {"step": "look"}).status_code == 403
    with pytest.raises(ProgrammingError), scoped(EVERYWHERE), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("UPDATE oversight_checklist SET form = '{}'")


def test_a_checklist_out_of_use_is_offered_to_nobody() -> None:
    command = desk("command", cast.DISTRICT)
    with scoped(EVERYWHERE):
        first = Checklist.objects.get(name="shop")
    assert "已停用" in said(command.post(f"/checklists/{first.pk}/act", {"act": "end"}, follow=True))
    assert "营业商铺检查表" not in said(command.get("/inspections/new"))
    assert "营业商铺检查表" in said(command.get("/checklists?state=all"))
    assert "已恢复使用" in said(command.post(f"/checklists/{first.pk}/act", {"act": "back"}, follow=True))


def _versions(name: str) -> int:
    with scoped(EVERYWHERE):
        return Checklist.objects.filter(name=name).count()


def _file(book: Workbook) -> SimpleUploadedFile:
    out = BytesIO()
    book.save(out)
    return SimpleUploadedFile("shop.xlsx", out.getvalue())


def _book(rows: list[list[str]]) -> SimpleUploadedFile:
    book = Workbook()
    book.worksheets[0].title = "survey"
    for row in rows:
        book.worksheets[0].append(row)
    return _file(book)


def test_a_directive_is_received_carried_out_and_checked_by_somebody_else() -> None:
    command, office = desk("command", cast.DISTRICT), desk("street")
    sent = {
        "subject": str(cast.STREET), "step": "sure", "f_source": "meeting", "f_what": "卡口24小时双岗",
        "f_owner": "街道办", "f_due": "2099-01-01T00:00",
    }  # fmt: skip
    assert "卡口24小时双岗" in said(command.post("/work/directive/new", sent, follow=True))
    with scoped(EVERYWHERE):
        duty = Duty.objects.get(kind=91)
    row = f"{duty.campaign}.{duty.subject}.{duty.occasion}."

    def do(browser: Client, name: str, **filled: str) -> str:
        sent = {"act": name, "row": row, "step": "sure", "from": "sheet", **filled}
        return said(browser.post("/work/directive/act", sent, follow=True))

    do(office, "received", f_by="值班室")
    do(office, "reported", f_how="已双岗", f_by="街道办")
    assert "须由另一人" in said(office.get(f"/work/directive/{row.replace('.', '/')}".rstrip("/")))
    do(office, "checked", f_note="自己看过")
    assert _stage() == 2, "whoever reported does not check"
    do(command, "rejected", f_why="西门仍单岗")
    assert _stage() == 1
    do(office, "reported", f_how="西门也已双岗", f_by="街道办")
    do(command, "checked", f_note="现场看过")
    assert _stage() == 3


def _stage() -> int:
    with scoped(EVERYWHERE):
        return Duty.objects.get(kind=91).stage
