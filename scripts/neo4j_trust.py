"""The system's certificate authorities as a trust store for Java, which knows only its own.

Without it Maven fails behind a private authority. Format: JKS version 2, https://github.com/openjdk/jdk/blob/master/src/java.base/share/classes/sun/security/provider/JavaKeyStore.java
It is written here because a Java without `keytool` is enough then, and every Java reads it under the default type too.
"""

from __future__ import annotations

import hashlib
import re
import ssl
import struct
from pathlib import Path

from project import UnavailableError

_PASSWORD = "changeit"  # what Java tries; it protects nothing, the certificates are public
_PEM = re.compile(r"-----BEGIN CERTIFICATE-----.+?-----END CERTIFICATE-----", re.DOTALL)
_USUAL_BUNDLES = (
    "/etc/ssl/certs/ca-certificates.crt",
    "/etc/pki/tls/certs/ca-bundle.crt",
    "/etc/ssl/ca-bundle.pem",
    "/etc/ssl/cert.pem",
)


def system_bundle() -> Path | None:
    """The file of trusted certificates in PEM: $SSL_CERT_FILE, else what Python's OpenSSL uses, else a usual place."""
    candidates = [ssl.get_default_verify_paths().cafile, *_USUAL_BUNDLES]
    return next((Path(each) for each in candidates if each and Path(each).is_file()), None)


def _text(value: str) -> bytes:
    return struct.pack(">H", len(value)) + value.encode()


def trust_store(pem: str) -> bytes:
    """A JKS trust store of every certificate in the text. Raises ValueError for one that can't be read."""
    certificates = [ssl.PEM_cert_to_DER_cert(each) for each in _PEM.findall(pem)]
    body = struct.pack(">III", 0xFEEDFEED, 2, len(certificates))
    for number, der in enumerate(certificates):
        entry = struct.pack(">I", 2) + _text(f"ca{number}") + struct.pack(">Q", 0) + _text("X.509")
        body += entry + struct.pack(">I", len(der)) + der
    return body + hashlib.sha1(_PASSWORD.encode("utf-16-be") + b"Mighty Aphrodite" + body).digest()


def java_options(folder: Path) -> str | None:
    """Writes the trust store into the folder and answers the options that make a Java use it; None without a bundle.

    Raises UnavailableError for a bundle that can't be read.
    """
    bundle = system_bundle()
    if bundle is None:
        return None
    store = folder / "trust.jks"
    try:
        store.write_bytes(trust_store(bundle.read_text("utf-8", errors="replace")))
    except (OSError, ValueError) as error:
        raise UnavailableError(f"The certificates in {bundle} can't be read ({error}): set SSL_CERT_FILE.") from error
    return f"-Djavax.net.ssl.trustStore={store} -Djavax.net.ssl.trustStorePassword={_PASSWORD}"
