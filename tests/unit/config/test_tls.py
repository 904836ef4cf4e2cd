"""``backend.https``."""

import pytest

from common.app_config import AppConfig, ConfigError
from config.tls import read_tls


@pytest.mark.parametrize("backend", [{}, {"https": False}])
def test_there_is_none_unless_it_is_configured(backend, tmp_path):
    assert read_tls(AppConfig.from_dict({"backend": backend}), data_dir=tmp_path) is None


def test_puts_certificate_and_key_into_files_that_only_we_can_read(tmp_path):
    config = AppConfig.from_dict({"backend": {"https": {"certificate": {"cert": "CERT", "key": "KEY"}}}})

    tls = read_tls(config, data_dir=tmp_path)

    assert (tls.certificate.read_text(), tls.key.read_text()) == ("CERT", "KEY")
    assert tls.key.stat().st_mode & 0o777 == 0o600


@pytest.mark.parametrize(
    ("https", "message"),
    [
        pytest.param(
            True, "backend.https: got true, expected { certificate: { cert, key } } with PEM texts", id="only true"
        ),
        pytest.param(
            {"certificate": {"cert": "CERT"}},
            "backend.https.certificate: got an object, expected { cert, key } with PEM texts",
            id="half of it",
        ),
    ],
)
def test_says_what_it_needs(https, message, tmp_path):
    with pytest.raises(ConfigError) as raised:
        read_tls(AppConfig.from_dict({"backend": {"https": https}}), data_dir=tmp_path)

    assert str(raised.value) == f"app-config.yaml: {message}"
