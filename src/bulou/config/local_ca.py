"""The local certificate authority of an installation: HTTPS on a network that no public authority reaches.

    DIR/tls/root.key    the root's key, readable by the owner alone; it never leaves the folder
    DIR/tls/root.pem    the root, for phones to install
    DIR/tls/server.pem  the server's key and certificate in one file, so that both change at once

Whoever holds the root's key could speak for other servers to every phone that trusts the root. So the root itself says
for which names it may speak (RFC 5280, 4.2.1.10): private addresses, local names, and those that it was made for.
"""

from __future__ import annotations

import os
import secrets
import socket
from collections.abc import Iterable
from contextlib import suppress
from datetime import datetime, timedelta
from ipaddress import IPv4Address, IPv6Address, ip_address, ip_network
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

from bulou.config.data_folder import Folder

ROOT_DAYS = 3650
#: Apple's devices refuse a server's certificate that is valid for longer than 398 days.
SERVER_DAYS = 397
#: Issued anew when fewer days than this are left.
RENEW_DAYS = 30
#: Phones whose clock is behind believe a new certificate too.
BEFORE = timedelta(days=1)
LOCAL_NAMES = ("localhost", "local", "lan", "internal", "home.arpa")
LOCAL_NETWORKS = tuple(
    map(
        ip_network,
        ("10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "100.64.0.0/10", "127.0.0.0/8", "169.254.0.0/16",
         "fc00::/7", "fe80::/10", "::1/128"),
    )
)  # fmt: skip


class NotPermitted(ValueError):
    """The root may not speak for a name."""


def address(name: str) -> IPv4Address | IPv6Address | None:
    """Return a name that is an IP address as one."""
    try:
        return ip_address(name)
    except ValueError:
        return None


def make_root(title: str, names: Iterable[str], key: ec.EllipticCurvePrivateKey, now: datetime) -> x509.Certificate:
    """Return a root of ROOT_DAYS called ``title`` for private addresses, local names and ``names``."""
    subject = x509.Name([
        x509.NameAttribute(NameOID.ORGANIZATION_NAME, "Bulou"), x509.NameAttribute(NameOID.COMMON_NAME, title[:64]),
    ])  # fmt: skip
    permitted: list[x509.GeneralName] = [x509.DNSName(name) for name in LOCAL_NAMES]
    permitted += [x509.IPAddress(network) for network in LOCAL_NETWORKS]
    for name in sorted(set(names)):
        own = address(name)
        if not _within(permitted, name):
            permitted.append(x509.IPAddress(ip_network(own)) if own else x509.DNSName(name))
    public = key.public_key()
    return (
        _begun(subject, subject, public, now, now - BEFORE + timedelta(days=ROOT_DAYS))
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .add_extension(_usage(sign_certificates=True), critical=True)
        .add_extension(x509.NameConstraints(permitted, None), critical=True)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(public), critical=False)
        .sign(key, hashes.SHA256())
    )


def issue(
    root: x509.Certificate,
    root_key: ec.EllipticCurvePrivateKey,
    key: ec.EllipticCurvePrivateKey,
    names: Iterable[str],
    now: datetime,
) -> x509.Certificate:
    """Return a server's certificate of SERVER_DAYS for ``names``, not beyond the end of the root.

    Raises:
        NotPermitted: the root may not speak for one of them; the error's text is the name.
    """
    wanted = sorted(set(names))
    for name in wanted:
        if not permits(root, name):
            raise NotPermitted(name)
    alternatives = [x509.IPAddress(own) if (own := address(name)) else x509.DNSName(name) for name in wanted]
    until = min(now - BEFORE + timedelta(days=SERVER_DAYS), root.not_valid_after_utc)
    public = key.public_key()
    # Without a common name: older verifiers would hold it against the root's permitted names.
    subject = x509.Name([x509.NameAttribute(NameOID.ORGANIZATION_NAME, "Bulou")])
    identifier = root.extensions.get_extension_for_class(x509.SubjectKeyIdentifier).value
    return (
        _begun(subject, root.subject, public, now, until)
        .add_extension(x509.SubjectAlternativeName(alternatives), critical=False)
        .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
        .add_extension(_usage(sign_certificates=False), critical=True)
        .add_extension(x509.ExtendedKeyUsage([ExtendedKeyUsageOID.SERVER_AUTH]), critical=False)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(public), critical=False)
        .add_extension(x509.AuthorityKeyIdentifier.from_issuer_subject_key_identifier(identifier), critical=False)
        .sign(root_key, hashes.SHA256())
    )


def permits(root: x509.Certificate, name: str) -> bool:
    """Return whether a root may speak for a name."""
    constraints = root.extensions.get_extension_for_class(x509.NameConstraints).value
    return _within(constraints.permitted_subtrees or (), name)


def names_of(certificate: x509.Certificate) -> set[str]:
    """Return the names and addresses that a server's certificate is for."""
    names = certificate.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
    return {str(name.value) for name in names}


def current(certificate: x509.Certificate, root: x509.Certificate, names: set[str], now: datetime) -> bool:
    """Return whether a server's certificate still serves: of this root, for all names, not close to its end.

    Names too many are no reason to issue anew: an interface that comes and goes would end connections each time.
    """
    soon = min(now + timedelta(days=RENEW_DAYS), root.not_valid_after_utc)
    try:
        certificate.verify_directly_issued_by(root)
    except Exception:  # another root, another form of key: each its own kind of error
        return False
    return names <= names_of(certificate) and certificate.not_valid_after_utc >= soon


class Authority:
    """The local authority of a data folder. ``made``: this start made the root, so that no phone trusts it yet."""

    def __init__(self, folder: Folder, names: Iterable[str], now: datetime) -> None:
        """Take the root of the folder; make one for ``names`` when there is none or its end is close."""
        folder.create()
        self._folder, self.path = folder, folder.path / "tls"
        self.path.mkdir(mode=0o700, exist_ok=True)
        self.root_file, self.server_file = self.path / "root.pem", self.path / "server.pem"
        key_file = self.path / "root.key"
        with folder.locked("tls"):
            found = None
            if self.root_file.exists() and key_file.exists():
                found = x509.load_pem_x509_certificate(self.root_file.read_bytes())
            self.made = found is None or found.not_valid_after_utc < now + timedelta(days=RENEW_DAYS)
            if self.made:
                key = ec.generate_private_key(ec.SECP256R1())
                title = f"Bulou {socket.gethostname()[:40]} {secrets.token_hex(3).upper()}"
                found = make_root(title, names, key, now)
                _write(key_file, _private(key), 0o600)
                _write(self.root_file, found.public_bytes(serialization.Encoding.PEM), 0o644)
        assert found is not None
        self.root = found
        loaded = serialization.load_pem_private_key(key_file.read_bytes(), None)
        assert isinstance(loaded, ec.EllipticCurvePrivateKey)
        self._key = loaded

    @property
    def title(self) -> str:
        """The name under which phones list the root."""
        return str(self.root.subject.get_attributes_for_oid(NameOID.COMMON_NAME)[0].value)

    @property
    def fingerprint(self) -> str:
        """SHA-256 of the root as phones show it: AB:CD:..."""
        return self.root.fingerprint(hashes.SHA256()).hex(":").upper()

    def renew(self, names: set[str], now: datetime) -> bool:
        """See that ``server_file`` holds a current certificate for ``names``; return whether it was issued anew.

        Raises:
            NotPermitted: the root may not speak for one of the names.
        """
        with self._folder.locked("tls"):
            with suppress(FileNotFoundError, ValueError):
                if current(x509.load_pem_x509_certificate(self.server_file.read_bytes()), self.root, names, now):
                    return False
            key = ec.generate_private_key(ec.SECP256R1())
            made = issue(self.root, self._key, key, names, now)
            _write(self.server_file, _private(key) + made.public_bytes(serialization.Encoding.PEM), 0o600)
            return True


def _within(permitted: Iterable[x509.GeneralName], name: str) -> bool:
    own = address(name)
    for subtree in permitted:
        if own is not None:
            if isinstance(subtree, x509.IPAddress) and own in ip_network(str(subtree.value)):
                return True
        elif isinstance(subtree, x509.DNSName) and f".{name}".endswith(f".{subtree.value}"):
            return True
    return False


def _begun(
    subject: x509.Name, issuer: x509.Name, public: ec.EllipticCurvePublicKey, now: datetime, until: datetime
) -> x509.CertificateBuilder:
    return (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer)
        .public_key(public)
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - BEFORE)
        .not_valid_after(until)
    )


def _usage(sign_certificates: bool) -> x509.KeyUsage:
    return x509.KeyUsage(
        digital_signature=not sign_certificates, key_cert_sign=sign_certificates, crl_sign=sign_certificates,
        content_commitment=False, key_encipherment=False, data_encipherment=False, key_agreement=False,
        encipher_only=False, decipher_only=False,
    )  # fmt: skip


def _private(key: ec.EllipticCurvePrivateKey) -> bytes:
    return key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )


def _write(file: Path, content: bytes, mode: int) -> None:
    """Put a file there whole or not at all."""
    draft = file.with_suffix(".new")
    draft.unlink(missing_ok=True)
    with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, mode), "wb") as out:
        out.write(content)
        out.flush()
        os.fsync(out.fileno())
    draft.rename(file)
