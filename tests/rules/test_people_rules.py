"""What a text of the search box can mean."""

from __future__ import annotations

import pytest

from bulou.command.people.rules import Asked, mask_name, mask_phone, understand


@pytest.mark.parametrize(
    ("text", "asked"),
    [
        ("王桂芳", Asked(name="王桂芳", place="王桂芳")),
        (" 王 ", Asked(name="王")),
        ("WangGuiFang", Asked(name="wangguifang", latin="wangguifang")),
        ("wang gui fang", Asked(name="wangguifang", latin="wangguifang")),
        ("Martin Keller", Asked(name="martinkeller", latin="martinkeller")),
        ("wgf", Asked(name="wgf", latin="wgf")),
        ("w", Asked()),
        ("", Asked()),
        ("1234", Asked(tail="1234", phone="1234", person=1234)),
        ("１２３Ｘ", Asked(tail="123X")),
        ("31010419800101123x", Asked(tail="123X")),
        ("138 0000 0001", Asked(phone="13800000001", person=13800000001)),
        ("501", Asked(person=501)),
        ("P501", Asked(person=501)),
        ("h:41", Asked(household=41)),
        ("https://bulou.example/people/501", Asked(person=501)),
        ("https://bulou.example/people/households/41", Asked(household=41)),
        (f"P{2**53}", Asked()),
        ("12-502", Asked(phone="12502", person=12502, building="12", door="502")),
        ("梅溪新村 1号楼 202", Asked(place="梅溪新村", building="1", door="202")),
        ("梅溪新村1号2单元202室", Asked(place="梅溪新村", building="1", stairwell="2", door="202")),
        ("桂林路100弄 3号 502室", Asked(place="桂林路100弄", building="3", door="502")),
        ("桥头楼 102", Asked(place="桥头楼", door="102")),
        ("梅溪公寓 1A", Asked(place="梅溪公寓", door="1A")),
        ("梅溪新村 3", Asked(place="梅溪新村", building="3")),
    ],
)
def test_a_text_is_understood(text: str, asked: Asked) -> None:
    assert understand(text) == asked


@pytest.mark.parametrize("text", ["'; DROP TABLE", "%", "_", "\x00", "王%", "😀", "٣", "²", "P²", "1" * 300])
def test_odd_texts_are_no_fault(text: str) -> None:
    understand(text)


def test_masks_show_little() -> None:
    assert [mask_name(name) for name in ("王", "王芳", "王桂芳", "Martin Keller")] == ["王*", "王*", "王**", "M**"]
    assert mask_phone("13800000001") == "138******01"
    assert mask_phone("64311234") == "643***34" and mask_phone("12345") == "***45" and mask_phone(None) == ""
