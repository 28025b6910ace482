"""The phone's app: its rules hold, its first load is small and comes from here, each package has its reason."""

import json
import re
import subprocess

import pytest

from tests.house.tree import ROOT, SOURCE, files

PHONE = ROOT / "phone"
BUILT = SOURCE / "field" / "static" / "phone"
#: What a phone loads before it can work, compressed: a few seconds on the worst line.
FIRST_LOAD = 250_000

built = pytest.mark.skipif(not (BUILT / "sw.js").exists(), reason="needs `make front`")


@pytest.mark.skipif(not (PHONE / "node_modules").exists(), reason="needs `make front`")
def test_the_rules_of_the_phone_hold():
    run = subprocess.run([PHONE / "npm", "run", "--silent", "test"], capture_output=True, text=True, check=False)
    assert run.returncode == 0, run.stdout + run.stderr


def offline() -> list[str]:
    """Return what the service worker keeps from the beginning."""
    listed = re.search(r'const FILES = (\["\./".*?\]);', (BUILT / "sw.js").read_text("utf-8"))
    assert listed
    return ["index.html" if name == "./" else name for name in json.loads(listed.group(1))]


@built
def test_the_first_load_is_small():
    files = [BUILT / name for name in offline()]
    sizes = [(file.with_name(f"{file.name}.gz") if file.suffix in (".js", ".css", ".html") else file) for file in files]
    assert sum(file.stat().st_size for file in sizes) < FIRST_LOAD
    assert not any(file.suffix == ".wasm" for file in files)
    assert any(file.suffix == ".wasm" for file in BUILT.glob("assets/*")), "the reader of codes is shipped, not fetched"


@built
def test_nothing_is_fetched_from_elsewhere():
    """The reader's package names a host as the place of its program; the app must say where it is before."""
    script = (PHONE / "src" / "scan" / "reader.ts").read_text("utf-8")
    assert script.index("locateFile: () => program") < script.index("readBarcodes(")
    page = (BUILT / "index.html").read_text("utf-8")
    assert "http" not in page and "<script>" not in page and "style=" not in page
    for file in BUILT.glob("assets/index*.js"):
        assert set(re.findall(r"https?://[\w.-]+", file.read_text("utf-8"))) <= {"http://www.w3.org"}


@built
def test_it_can_stand_on_the_home_screen():
    manifest = json.loads((BUILT / "manifest.webmanifest").read_text("utf-8"))
    sizes = {icon["sizes"] for icon in manifest["icons"] if (BUILT / icon["src"]).exists()}
    assert {"192x192", "512x512"} <= sizes and manifest["display"] == "standalone"
    assert {icon["src"] for icon in manifest["icons"]} <= set(offline())


def test_each_npm_package_says_why_it_is_there():
    package = json.loads((PHONE / "package.json").read_text("utf-8"))
    page = (ROOT / "docs" / "dependencies.md").read_text("utf-8")
    lock = json.loads((PHONE / "package-lock.json").read_text("utf-8"))["packages"]
    for name, version in (package["dependencies"] | package["devDependencies"]).items():
        assert re.search(rf"^\| `{re.escape(name)}` \| .+ \| .+ \|$", page, re.MULTILINE), name
        assert lock[f"node_modules/{name}"]["version"] == version
    assert [path for path, held in lock.items() if path and ("resolved" in held or "integrity" not in held)] == []


def test_texts_stand_in_the_tables_of_texts_alone():
    chinese = re.compile(r"[\u3400-\u9fff]")
    bare = [
        f"{path.name}: {row.strip()}"
        for path in files(".ts", ".tsx", under=("phone",))
        if "texts" not in path.parts and "tests" not in path.parts
        for row in path.read_text("utf-8").splitlines()
        if chinese.search(row.split("//")[0].split("/**")[0])
    ]
    assert bare == []
