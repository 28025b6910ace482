"""The files of this repository, as the house tests look at them."""

import ast
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
SOURCE = ROOT / "src" / "bulou"
WRITTEN = ("src", "tests", "benchmarks", "docs", "examples", "phone", "web", ".ci")
PASSED_BY = {"node_modules", "__pycache__", "dist", "site", ".venv", "build"}


def files(*suffixes: str, under: tuple[str, ...] = WRITTEN) -> list[Path]:
    """All files below the folders `under` with one of the suffixes, and those of the top folder."""
    found = [path for path in ROOT.iterdir() if path.is_file()] if under == WRITTEN else []
    for name in under:
        found += (ROOT / name).rglob("*")
    return sorted(
        path
        for path in found
        if path.is_file() and path.suffix in suffixes and not PASSED_BY & set(path.relative_to(ROOT).parts)
    )


def name_of(path: Path) -> str:
    """The path as the repository shows it."""
    return path.relative_to(ROOT).as_posix()


def module_of(path: Path) -> str:
    """The dotted name of a file below src/."""
    parts = path.relative_to(ROOT / "src").with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


def imports(path: Path) -> Iterator[str]:
    """The dotted names of our own that a file imports, wherever in the file it does so."""
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names if alias.name.split(".")[0] == "bulou")
        elif isinstance(node, ast.ImportFrom) and (node.module or "").split(".")[0] == "bulou":
            for alias in node.names:
                yield f"{node.module}.{alias.name}"
