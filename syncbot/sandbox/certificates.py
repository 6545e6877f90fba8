"""The throw-away certificate authority behind the sandbox's HTTPS, and a certificate to sign in with.

msal only talks to an authority over HTTPS, so the sandbox brings its own. It may sign for `localhost` and 127.0.0.1
only (name constraints), so that trusting it costs nothing elsewhere.
"""

import base64
import ipaddress
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.serialization import pkcs12
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

AnyKey = ec.EllipticCurvePrivateKey | rsa.RSAPrivateKey
_LIFE = timedelta(days=3650)
_LOCAL: Sequence[x509.GeneralName] = (
    x509.DNSName("localhost"),
    x509.IPAddress(ipaddress.ip_address("127.0.0.1")),
)
_MAY_SIGN: Sequence[x509.GeneralName] = (
    x509.DNSName("localhost"),
    x509.IPAddress(ipaddress.ip_network("127.0.0.0/8")),
)


@dataclass(frozen=True)
class Pair:
    """A certificate and its private key."""

    certificate: x509.Certificate
    key: AnyKey


@dataclass(frozen=True)
class Keyring:
    """The files of one sandbox: made once in a folder, found there again."""

    folder: Path

    @property
    def ca_path(self) -> Path:
        """What a client must trust (PEM)."""
        return self.folder / "ca.pem"

    @property
    def server_path(self) -> Path:
        """Certificate and key of the HTTPS server (PEM)."""
        return self.folder / "server.pem"

    @property
    def client_path(self) -> Path:
        """Certificate and key that the demo's application may sign in with (PEM)."""
        return self.folder / "client.pem"

    @property
    def client_pfx_path(self) -> Path:
        """The same as PKCS#12 without a passphrase, as msal reads it."""
        return self.folder / "client.pfx"

    @property
    def signing_path(self) -> Path:
        """The key that signs tokens (PEM)."""
        return self.folder / "tokens.pem"

    def client_certificate(self) -> x509.Certificate:
        """Return the certificate to register with the sign-in authority."""
        return x509.load_pem_x509_certificate(self.client_path.read_bytes())

    def signing_key(self) -> rsa.RSAPrivateKey:
        """Return the key that signs tokens."""
        key = serialization.load_pem_private_key(self.signing_path.read_bytes(), None)
        if not isinstance(key, rsa.RSAPrivateKey):
            raise TypeError(f"{self.signing_path.name} holds no RSA key")
        return key


def keyring(folder: Path) -> Keyring:
    """Return the keyring in a folder, made on the first call; keys are readable by their owner only."""
    ring = Keyring(folder)
    if ring.signing_path.exists():
        return ring
    folder.mkdir(parents=True, exist_ok=True)
    authority = certificate_authority()
    server = server_certificate(authority)
    client = client_certificate()
    ring.ca_path.write_bytes(_pem(authority.certificate))
    _write_secret(ring.server_path, _pem(server.certificate) + _key_pem(server.key))
    _write_secret(ring.client_path, _pem(client.certificate) + _key_pem(client.key))
    _write_secret(ring.client_pfx_path, _pfx(client))
    _write_secret(ring.signing_path, _key_pem(new_rsa_key()))  # last: it says that all are there
    return ring


def certificate_authority() -> Pair:
    """Make an authority that may sign for this machine only."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = _name("syncbot sandbox authority")
    builder = _builder(name, name, key).add_extension(
        x509.BasicConstraints(ca=True, path_length=0), critical=True
    )
    builder = builder.add_extension(_usage(signs_certificates=True), critical=True)
    builder = builder.add_extension(x509.NameConstraints(_MAY_SIGN, None), critical=True)
    return Pair(builder.sign(key, hashes.SHA256()), key)


def server_certificate(authority: Pair) -> Pair:
    """Make the certificate of a server on localhost and 127.0.0.1."""
    key = ec.generate_private_key(ec.SECP256R1())
    issuer_key = x509.AuthorityKeyIdentifier.from_issuer_public_key(authority.key.public_key())
    builder = _builder(_name("localhost"), authority.certificate.subject, key)
    builder = builder.add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
    builder = builder.add_extension(_usage(signs_certificates=False), critical=True)
    builder = builder.add_extension(x509.ExtendedKeyUsage([ExtendedKeyUsageOID.SERVER_AUTH]), critical=False)
    builder = builder.add_extension(x509.SubjectAlternativeName(_LOCAL), critical=False)
    builder = builder.add_extension(issuer_key, critical=False)
    return Pair(builder.sign(authority.key, hashes.SHA256()), key)


def client_certificate() -> Pair:
    """Make a self-signed RSA certificate to sign in with; Entra takes RSA only."""
    key = new_rsa_key()
    name = _name("syncbot sandbox application")
    return Pair(_builder(name, name, key).sign(key, hashes.SHA256()), key)


def new_rsa_key() -> rsa.RSAPrivateKey:
    """Make an RSA key of 2048 bits."""
    return rsa.generate_private_key(public_exponent=65537, key_size=2048)


def thumbprint(certificate: x509.Certificate, algorithm: hashes.HashAlgorithm | None = None) -> str:
    """Return the fingerprint (SHA-256 unless told otherwise) as base64url without padding, as in x5t#S256."""
    return base64url(certificate.fingerprint(algorithm or hashes.SHA256()))


def base64url(content: bytes) -> str:
    """Encode without padding (RFC 7515, 2)."""
    return base64.urlsafe_b64encode(content).rstrip(b"=").decode()


def _builder(subject: x509.Name, issuer: x509.Name, key: AnyKey) -> x509.CertificateBuilder:
    # The machine's time on purpose: TLS libraries compare it with theirs, not with the sandbox's clock.
    made = datetime.now(UTC) - timedelta(days=1)  # noqa: TID251
    return (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(made)
        .not_valid_after(made + _LIFE)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
    )


def _usage(*, signs_certificates: bool) -> x509.KeyUsage:
    return x509.KeyUsage(
        digital_signature=not signs_certificates,
        key_cert_sign=signs_certificates,
        crl_sign=signs_certificates,
        content_commitment=False,
        key_encipherment=False,
        data_encipherment=False,
        key_agreement=False,
        encipher_only=False,
        decipher_only=False,
    )


def _name(common: str) -> x509.Name:
    return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, common)])


def _pem(certificate: x509.Certificate) -> bytes:
    return certificate.public_bytes(serialization.Encoding.PEM)


def _key_pem(key: AnyKey) -> bytes:
    return key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )


def _pfx(pair: Pair) -> bytes:
    return pkcs12.serialize_key_and_certificates(
        b"syncbot", pair.key, pair.certificate, None, serialization.NoEncryption()
    )


def _write_secret(path: Path, content: bytes) -> None:
    path.touch(mode=0o600)
    path.write_bytes(content)
