"""What a template asks of the page's script or style is done: an attribute that nobody reads promises nothing."""

import re

from tests.house.tree import ROOT

#: Of the style sheet that is used as it comes; and what journeys find a step by.
FOREIGN = {"data-bs-theme", "data-verified"}
#: Where templates of a process of its own lie: it has a script of its own.
APART = "trust"


def test_every_attribute_is_read_by_a_script_or_a_style() -> None:
    """A button that should ask first and does not was one of them."""
    source = ROOT / "src" / "bulou"
    pages = [file for file in source.rglob("*.html") if APART not in file.stem and APART not in file.parent.name]
    asked = {name for file in pages for name in re.findall(r"\bdata-[a-z]+(?:-[a-z]+)*", file.read_text("utf-8"))}
    read = "\n".join(file.read_text("utf-8") for file in (ROOT / "web" / "src").iterdir())
    camel = {name: "dataset." + re.sub(r"-([a-z])", lambda m: m[1].upper(), name[5:]) for name in asked}
    unread = sorted(name for name in asked - FOREIGN if name not in read and camel[name] not in read)
    assert "data-confirm" in asked and not unread
