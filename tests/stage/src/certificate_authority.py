# Makes a certificate authority, and a certificate of it for this machine, in a
# folder: authority.pem, certificate.pem, key.pem.
import datetime
import ipaddress
import pathlib
import sys

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec

folder = pathlib.Path(sys.argv[1])
now = datetime.datetime.now(datetime.timezone.utc)


def certificate(name, key, issuer, issuer_key, is_authority, names=None):
    builder = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(issuer)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - datetime.timedelta(days=1))
        .not_valid_after(now + datetime.timedelta(days=7))
        .add_extension(x509.BasicConstraints(is_authority, None), critical=True)
    )
    if names:
        builder = builder.add_extension(x509.SubjectAlternativeName(names), critical=False)
    return builder.sign(issuer_key, hashes.SHA256())


def named(text):
    return x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, text)])


root_key, key = (ec.generate_private_key(ec.SECP256R1()) for _ in range(2))
root = certificate(named("Tests"), root_key, named("Tests"), root_key, True)
names = [x509.DNSName("localhost"), x509.IPAddress(ipaddress.ip_address("127.0.0.1"))]
leaf = certificate(named("localhost"), key, root.subject, root_key, False, names)
pem = serialization.Encoding.PEM
folder.mkdir(parents=True, exist_ok=True)
(folder / "authority.pem").write_bytes(root.public_bytes(pem))
(folder / "certificate.pem").write_bytes(leaf.public_bytes(pem))
(folder / "key.pem").write_bytes(
    key.private_bytes(
        pem, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
)
