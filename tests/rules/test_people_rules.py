"""What a text of the search box can mean."""

from __future__ import annotations

import pytest

from bulou.people.rules import SearchQuery, mask_name, mask_phone, search_query


@pytest.mark.parametrize(
    ("text", "asked"),
    [
        ("王桂芳", SearchQuery(name="王桂芳", place="王桂芳")),
        (" 王 ", SearchQuery(name="王")),
        ("WangGuiFang", SearchQuery(name="wangguifang", latin="wangguifang")),
        ("wang gui fang", SearchQuery(name="wangguifang", latin="wangguifang")),
        ("Martin Keller", SearchQuery(name="martinkeller", latin="martinkeller")),
        ("wgf", SearchQuery(name="wgf", latin="wgf")),
        ("w", SearchQuery()),
        ("", SearchQuery()),
        ("1234", SearchQuery(tail="1234", phone="1234", person=1234)),
        ("１２３Ｘ", SearchQuery(tail="123X")),
        ("31010419800101123x", SearchQuery(tail="123X")),
        ("138 0000 0001", SearchQuery(phone="13800000001", person=13800000001)),
        ("501", SearchQuery(person=501)),
        ("P501", SearchQuery(person=501)),
        ("h:41", SearchQuery(household=41)),
        ("https://bulou.example/people/501", SearchQuery(person=501)),
        ("https://bulou.example/people/households/41", SearchQuery(household=41)),
        (f"P{2**53}", SearchQuery()),
        ("12-502", SearchQuery(phone="12502", person=12502, building="12", door="502")),
        ("梅溪新村 1号楼 202", SearchQuery(place="梅溪新村", building="1", door="202")),
        ("梅溪新村1号2单元202室", SearchQuery(place="梅溪新村", building="1", stairwell="2", door="202")),
        ("桂林路100弄 3号 502室", SearchQuery(place="桂林路100弄", building="3", door="502")),
        ("桥头楼 102", SearchQuery(place="桥头楼", door="102")),
        ("梅溪公寓 1A", SearchQuery(place="梅溪公寓", door="1A")),
        ("梅溪新村 3", SearchQuery(place="梅溪新村", building="3")),
    ],
)
def test_a_text_is_understood(text: str, asked: SearchQuery) -> None:
    assert search_query(text) == asked


@pytest.mark.parametrize("text", ["'; DROP TABLE", "%", "_", "\x00", "王%", "😀", "٣", "²", "P²", "1" * 300])
def test_odd_texts_are_no_fault(text: str) -> None:
    search_query(text)


def test_masks_show_little() -> None:
    assert [mask_name(name) for name in ("王", "王芳", "王桂芳", "Martin Keller")] == ["王*", "王*", "王**", "M**"]
    assert mask_phone("13800000001") == "138******01"
    assert mask_phone("64311234") == "643***34" and mask_phone("12345") == "***45" and mask_phone(None) == ""
