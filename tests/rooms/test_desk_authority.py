"""The local certificate authority: how long its certificates last, for whom they speak, when they are issued anew."""

import hashlib
import ssl
import stat
import threading
from datetime import UTC, datetime, timedelta
from ipaddress import ip_address
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509.oid import ExtendedKeyUsageOID
from cryptography.x509.verification import PolicyBuilder, Store, VerificationError

from bulou.config import https
from bulou.config.data_folder import Folder
from bulou.config.database import NotReady
from bulou.config.local_ca import Authority, NotPermitted, issue, make_root, permits

NOW = datetime(2022, 4, 3, 4, tzinfo=UTC)
NAMES = {"desk.local", "192.168.1.5"}


@pytest.fixture
def folder(tmp_path: Path) -> Folder:
    return Folder(tmp_path / "data")


def shown(authority: Authority) -> x509.Certificate:
    return x509.load_pem_x509_certificate(authority.server_file.read_bytes())


def believed(authority: Authority, name: str, at: datetime) -> bool:
    """As a phone with the root would judge it."""
    own = x509.IPAddress(ip_address(name)) if name[0].isdigit() else x509.DNSName(name)
    verifier = PolicyBuilder().store(Store([authority.root])).time(at).build_server_verifier(own)
    try:
        verifier.verify(shown(authority), [])
    except VerificationError:
        return False
    return True


def test_what_phones_ask_of_a_certificate(folder: Folder):
    authority = Authority(folder, NAMES, NOW)
    authority.renew(NAMES, NOW)
    root, server = authority.root.extensions, shown(authority)
    assert root.get_extension_for_class(x509.BasicConstraints).value == x509.BasicConstraints(True, 0)
    assert authority.root.not_valid_after_utc - NOW > timedelta(days=3640)
    assert server.not_valid_after_utc - server.not_valid_before_utc <= timedelta(days=397)
    usage = server.extensions.get_extension_for_class(x509.ExtendedKeyUsage).value
    assert list(usage) == [ExtendedKeyUsageOID.SERVER_AUTH]
    assert authority.title.startswith("Bulou ")
    assert believed(authority, "desk.local", NOW) and believed(authority, "192.168.1.5", NOW)
    assert not believed(authority, "192.168.1.6", NOW)
    assert not believed(authority, "desk.local", NOW + timedelta(days=397))


def test_keys_are_readable_by_the_owner_alone(folder: Folder):
    authority = Authority(folder, NAMES, NOW)
    authority.renew(NAMES, NOW)
    modes = {file.name: stat.S_IMODE(file.stat().st_mode) for file in authority.path.iterdir()}
    assert modes == {"root.key": 0o600, "root.pem": 0o644, "server.pem": 0o600}
    assert stat.S_IMODE(authority.path.stat().st_mode) == 0o700
    assert "PRIVATE" not in authority.root_file.read_text()


def test_the_root_stays_and_the_certificate_is_renewed_before_its_end(folder: Folder):
    first = Authority(folder, NAMES, NOW)
    assert first.made and first.renew(NAMES, NOW)
    old = shown(first).serial_number
    again = Authority(folder, NAMES, NOW + timedelta(days=360))
    assert not again.made and again.fingerprint == first.fingerprint
    assert not again.renew(NAMES, NOW + timedelta(days=360))
    assert again.renew(NAMES, NOW + timedelta(days=367))
    assert shown(again).serial_number != old
    assert believed(again, "desk.local", NOW + timedelta(days=700))


def test_another_name_needs_another_certificate_and_one_less_does_not(folder: Folder):
    authority = Authority(folder, NAMES, NOW)
    authority.renew(NAMES, NOW)
    assert authority.renew({"192.168.1.6", *NAMES}, NOW)
    assert believed(authority, "192.168.1.6", NOW)
    assert not authority.renew({"192.168.1.6"}, NOW)


def test_the_root_speaks_for_local_names_and_its_own_alone(folder: Folder):
    authority = Authority(folder, {"bulou.example"}, NOW)
    for name in ("bulou.example", "any.local", "10.1.2.3", "fd00::1", "127.0.0.2"):
        assert permits(authority.root, name), name
    for name in ("example", "notbulou.example.org", "xlocal", "8.8.8.8", "2001:db8::1"):
        assert not permits(authority.root, name), name
        with pytest.raises(NotPermitted, match=name):
            authority.renew({name}, NOW)


def test_a_stolen_root_key_cannot_speak_for_other_sites(folder: Folder):
    authority = Authority(folder, NAMES, NOW)
    unbound = make_root(authority.title, {"bank.example"}, authority._key, NOW)
    key = ec.generate_private_key(ec.SECP256R1())
    forged = issue(unbound, authority._key, key, {"bank.example"}, NOW)
    authority.server_file.write_bytes(forged.public_bytes(Encoding.PEM))
    assert not believed(authority, "bank.example", NOW)
    authority.root = unbound
    assert believed(authority, "bank.example", NOW), "by its names alone, by nothing else"


@pytest.mark.parametrize("broken", ["root.key", "root.pem", "server.pem"])
def test_a_lost_file_is_made_anew(folder: Folder, broken: str):
    Authority(folder, NAMES, NOW).renew(NAMES, NOW)
    (folder.path / "tls" / broken).unlink()
    authority = Authority(folder, NAMES, NOW)
    assert authority.made is (broken != "server.pem")
    assert authority.renew(NAMES, NOW)
    assert believed(authority, "desk.local", NOW)


def test_a_root_near_its_end_is_replaced_at_a_start(folder: Folder):
    old = Authority(folder, NAMES, NOW)
    late = NOW + timedelta(days=3640)
    old.renew(NAMES, late)
    assert not old.renew(NAMES, late), "no certificate outlives its root: issuing again and again would not help"
    assert Authority(folder, NAMES, late).made


# -- where the door's certificate comes from -----------------------------------------------------


def test_an_address_asked_for_that_the_root_does_not_know_is_told(folder: Folder):
    https.Local(folder, "127.0.0.2", "bulou.example", NOW)
    with pytest.raises(NotReady, match=r"other\.example"):
        https.Local(folder, "127.0.0.2", "other.example", NOW)


def test_everywhere_means_every_address_of_the_machine(folder: Folder):
    source = https.Local(folder, "0.0.0.0", "Bulou.example", NOW)
    for name in ("127.0.0.1", "localhost", "bulou.example", https.reached_at("0.0.0.0")):
        assert believed(source.authority, name, NOW), name
    assert not source.look(NOW)
    assert source.look(NOW + timedelta(days=380))


def test_a_given_certificate_is_read_again_when_its_files_change(folder: Folder, caplog: pytest.LogCaptureFixture):
    authority = Authority(folder, NAMES, NOW)
    authority.renew(NAMES, NOW)
    given = https.Given(authority.server_file, authority.server_file, NOW)
    assert not given.look(NOW) and not caplog.records
    assert not given.look(NOW + timedelta(days=390))
    assert "ends at" in caplog.text
    authority.renew({"10.0.0.1"}, NOW)
    assert given.look(NOW) and not given.look(NOW)
    authority.server_file.unlink()
    assert not given.look(NOW), "the door goes on with what it has"
    with pytest.raises(NotReady):
        https.Given(authority.server_file, authority.server_file, NOW)


def test_the_watch_tells_of_another_certificate(folder: Folder, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(https, "LOOK_SECONDS", 0.01)
    authority = Authority(folder, NAMES, NOW)
    authority.renew(NAMES, datetime.now(UTC))
    given = https.Given(authority.server_file, authority.server_file, datetime.now(UTC))
    changed = threading.Event()
    with https.watched(given, changed.set):
        assert not changed.wait(0.05)
        authority.renew({"10.0.0.1"}, datetime.now(UTC))
        assert changed.wait(20)


def test_the_fingerprint_is_what_others_compute(folder: Folder):
    authority = Authority(folder, NAMES, NOW)
    der = ssl.PEM_cert_to_DER_cert(authority.root_file.read_text())
    assert authority.fingerprint.replace(":", "").lower() == hashlib.sha256(der).hexdigest()
