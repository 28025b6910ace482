"""The clock of an exercise."""

from datetime import UTC, datetime, timedelta

from bulou.ledger import clock

START = datetime(2022, 4, 4, 6, tzinfo=UTC)


def exercise(speed: float) -> clock.Exercise:
    return clock.Exercise(
        START.isoformat(),
        (START + timedelta(hours=12)).isoformat(),
        speed,
        datetime(2026, 1, 1, tzinfo=UTC).isoformat(),
    )


def test_it_runs_at_its_speed_between_start_and_end() -> None:
    real = datetime(2026, 1, 1, tzinfo=UTC)
    assert exercise(60).at(real - timedelta(hours=1)) == START
    assert exercise(60).at(real + timedelta(minutes=2)) == START + timedelta(hours=2)
    assert exercise(60).at(real + timedelta(days=2)) == START + timedelta(hours=12)
    assert exercise(0).at(real) == START + timedelta(hours=12)


def test_a_folder_without_exercise_has_the_real_time(tmp_path, monkeypatch) -> None:
    monkeypatch.setenv("BULOU_DATA", str(tmp_path))
    before = datetime.now(UTC)
    assert before <= clock.now() <= datetime.now(UTC)
    clock.play(tmp_path, START, START + timedelta(hours=1), 0)
    assert clock.now() == START + timedelta(hours=1)
    clock.play(tmp_path, START, START + timedelta(hours=3), 0)
    assert clock.now() == START + timedelta(hours=3)
