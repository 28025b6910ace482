"""The `bulou` command, run as people run it."""

import json
import os
import subprocess
import sys
from pathlib import Path

import psycopg
import pytest

from bulou.config.postgres import APPLICATION, OWNER, Cluster


def bulou(*arguments: str, said: str = "") -> subprocess.CompletedProcess[str]:
    environment = {name: value for name, value in os.environ.items() if not name.startswith("BULOU_")}
    return subprocess.run(
        [sys.executable, "-m", "bulou.config.command", *arguments],
        input=said,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.fixture(scope="module")
def data(tmp_path_factory):
    folder = tmp_path_factory.mktemp("command") / "data"
    yield str(folder)
    Cluster(folder).stop()


def test_database_url_leads_to_a_running_migrated_database(data: str):
    done = bulou("database-url", "--data", data)
    assert (done.returncode, done.stderr) == (0, "")
    with psycopg.connect(done.stdout.strip()) as connection:
        assert connection.execute("SELECT current_user").fetchone() == (APPLICATION,)
        assert connection.execute("SELECT count(*) FROM django_migrations").fetchone() != (0,)
    with psycopg.connect(bulou("database-url", "--owner", "--data", data).stdout.strip()) as connection:
        assert connection.execute("SELECT current_user").fetchone() == (OWNER,)
    assert bulou("database-stop", "--data", data).returncode == 0
    assert Cluster(data).postmaster() is None


def test_a_user_is_added_with_areas(data: str, tmp_path: Path):
    rows = [f"{1 << 39},区", *(f"{1 << 39 | street << 31},街道{street}" for street in (3, 4))]
    (tmp_path / "areas.csv").write_text("\n".join(["id,name", *rows]), "utf-8")
    assert bulou("import", "areas", str(tmp_path / "areas.csv"), "--data", data).returncode == 0
    weak = bulou("user", "add", "王芳", "--area", "1.3", "--password-stdin", "--data", data, said="short\n")
    assert (weak.returncode, weak.stdout) == (2, "")
    assert "short" not in weak.stderr.replace("too short", "")
    done = bulou(
        *("user", "add", "王芳", "--area", "1.3", "--area", "1.4", "--password-stdin", "--data", data),
        said="correct horse battery\n",
    )
    assert (done.returncode, done.stdout, done.stderr) == (0, "王芳\n", "")
    with Cluster(data).running() as cluster, psycopg.connect(cluster.url(OWNER)) as connection:
        row = connection.execute(
            "SELECT username, cardinality(areas) FROM accounts_grant JOIN auth_user u ON u.id = user_id"
        ).fetchone()
    assert row == ("王芳", 2)


def test_verify_is_clean_on_an_empty_ledger_and_names_what_was_tampered_with(data: str):
    done = bulou("verify", "--json", "--data", data)
    assert (done.returncode, json.loads(done.stdout)) == (0, {"violations": 0, "differences": []})
    with Cluster(data).running() as cluster, psycopg.connect(cluster.url(OWNER)) as connection:
        connection.execute(
            "INSERT INTO ledger_counter (campaign, kind, area, frozen, added, open, done, excused, deferred, refused,"
            " stages) VALUES (1, 1, 1::bigint << 39, 1, 0, 1, 0, 0, 0, 0, '{1,0,0,0,0,0}')"
        )
    done = bulou("verify", "--json", "--data", data)
    told = json.loads(done.stdout)
    assert done.returncode == 1
    assert told["violations"] == len(told["differences"]) > 0
    assert any(difference["what"].startswith("counter") for difference in told["differences"])


@pytest.mark.parametrize("area", ["district", "1.2.3.4.5.6", "99999.1", "-1"])
def test_what_is_no_area_is_wrong_use(data: str, area: str):
    done = bulou("user", "add", "x", f"--area={area}", "--password-stdin", "--data", data)
    assert done.returncode == 2
    assert "--area" in done.stderr


def test_a_certificate_without_its_key_is_wrong_use(tmp_path: Path):
    (tmp_path / "chain.pem").touch()
    chain = str(tmp_path / "chain.pem")
    done = bulou("serve", "--host", "0.0.0.0", "--tls-cert", chain, "--data", str(tmp_path / "data"))
    assert done.returncode == 2
    assert "--tls-key" in done.stderr
    assert not (tmp_path / "data").exists()


def test_a_server_without_its_owner_cannot_be_migrated(data: str, tmp_path: Path, cluster: Cluster):
    environment = os.environ | {"BULOU_DATABASE_URL": cluster.url(APPLICATION, "postgres"), "BULOU_OWNER_URL": ""}
    done = subprocess.run(
        [sys.executable, "-m", "bulou.config.command", "migrate", "--data", str(tmp_path / "none")],
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 2
    assert "BULOU_OWNER_URL" in done.stderr
    assert not (tmp_path / "none").exists()
