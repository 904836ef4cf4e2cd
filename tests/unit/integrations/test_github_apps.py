"""GitHub Apps in the configuration."""

import pytest

from common.app_config import AppConfig
from common.app_config.error import ConfigError
from integrations.scm.github import GithubIntegration

APP = {
    "appId": 12,
    "clientId": "Iv1.x",
    "clientSecret": "client-s3cret",
    "webhookSecret": "hook-s3cret",
    "privateKey": "-----BEGIN s3cret-----\\nabc\\n-----END-----\\n",
    "allowedInstallationOwners": ["Acme"],
}


def read(app):
    config = AppConfig.from_dict({"integrations": {"github": [{"host": "github.com", "apps": [app]}]}})
    return GithubIntegration.read_all(config)[0]


def test_reads_an_app():
    (app,) = read(APP).apps

    assert (app.app_id, app.client_id) == (12, "Iv1.x")
    assert (app.client_secret, app.webhook_secret) == ("client-s3cret", "hook-s3cret")
    assert app.private_key == "-----BEGIN s3cret-----\nabc\n-----END-----\n"
    assert [app.may_act_for(owner) for owner in ("acme", "ACME", "other")] == [True, True, False]
    assert "s3cret" not in repr(read(APP))


def test_an_app_without_named_owners_acts_for_all():
    (app,) = read({name: value for name, value in APP.items() if name != "allowedInstallationOwners"}).apps

    assert app.may_act_for("anybody")


@pytest.mark.parametrize("missing", ["appId", "clientId", "privateKey"])
def test_says_what_an_app_lacks(missing):
    with pytest.raises(ConfigError, match=rf"integrations.github\[0\].apps\[0\].{missing}: got nothing"):
        read({name: value for name, value in APP.items() if name != missing})
