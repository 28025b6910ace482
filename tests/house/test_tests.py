"""The tests themselves: each module has a name of its own, and `make quick` finds what a change touches."""

from collections import Counter

from tests.house.tree import files, name_of
from tests.touched import touched


def test_modules_have_names_of_their_own():
    """Two folders without packages may not hold one name: the runner takes the second for the first."""
    names = Counter(path.name for path in files(".py", under=("tests",)) if path.name.startswith("test_"))
    assert [name for name, n in names.items() if n > 1] == []


def test_a_changed_module_runs_the_tests_that_import_it():
    tests = [name_of(path) for path in files(".py", under=("tests",)) if path.name.startswith("test_")]
    found = touched(["src/bulou/ledger/campaigns.py", "docs/index.md"], tests)
    assert "tests/laws/test_opening.py" in found
    assert "tests/house/test_tests.py" not in found
    assert touched(["tests/rooms/test_times.py"], tests) == ["tests/rooms/test_times.py"]
    assert touched(["README.md"], tests) == []
