"""The look of the desk: each npm package has its reason, the lock names no host, each icon that is used is built."""

import json
import re

from bulou.ui import assets
from tests.house.tree import ROOT, files, name_of

WEB = ROOT / "web"


def test_each_npm_package_says_why_it_is_there():
    package = json.loads((WEB / "package.json").read_text("utf-8"))
    page = (ROOT / "docs" / "dependencies.md").read_text("utf-8")
    named = {*package["dependencies"], *package["devDependencies"]}
    assert [
        name for name in named if not re.search(rf"^\| `{re.escape(name)}` \| .+ \| .+ \|$", page, re.MULTILINE)
    ] == []


def test_the_lock_pins_by_digest_and_names_no_host():
    lock = json.loads((WEB / "package-lock.json").read_text("utf-8"))
    package = json.loads((WEB / "package.json").read_text("utf-8"))
    locked = {path: held for path, held in lock["packages"].items() if path}
    assert [path for path, held in locked.items() if "resolved" in held or "integrity" not in held] == []
    for name, version in (package["dependencies"] | package["devDependencies"]).items():
        assert locked[f"node_modules/{name}"]["version"] == version


def test_each_icon_that_is_used_is_built():
    built = set(json.loads((WEB / "icons.json").read_text("utf-8")))
    used = {
        (name_of(path), icon)
        for path in files(".html", ".py", under=("src",))
        for icon in re.findall(r"""{% icon ["']([\w-]+)|\bicon=["']([\w-]+)["']""", path.read_text("utf-8"))
        for icon in icon
        if icon
    }
    assert sorted((where, icon) for where, icon in used if icon not in built) == []


def test_without_a_build_the_desk_has_no_files_to_name(tmp_path):
    assert assets.addresses(tmp_path) == {} == assets.icons(tmp_path)
