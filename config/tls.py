"""``backend.https``: our own TLS, for who has no proxy before us."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from common.app_config import AppConfig
from config.secret_files import write_secret


@dataclass(frozen=True, slots=True)
class TlsFiles:
    certificate: Path
    key: Path


def read_tls(config: AppConfig, *, data_dir: Path) -> TlsFiles | None:
    """
    None without ``backend.https``. The PEM texts of the configuration go to files, which the server wants.

    Raises ConfigError, also for ``true``: Backstage makes a certificate then, which no client trusts.
    """
    value = config.get("backend.https")
    if value is None or value is False:
        return None
    if value is True:
        raise config.error("backend.https", "{ certificate: { cert, key } } with PEM texts")
    section = config.section("backend.https.certificate")
    certificate, key = section.string("cert"), section.string("key")
    if not certificate or not key:
        raise config.error("backend.https.certificate", "{ cert, key } with PEM texts")
    return TlsFiles(
        write_secret(data_dir / "https-cert.pem", certificate), write_secret(data_dir / "https-key.pem", key)
    )
