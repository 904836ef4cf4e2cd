"""Signing in by popup, in a browser that holds us to our own headers: an app, Callboard and a provider, three origins."""

import json

import pytest
from selenium.webdriver.support.ui import WebDriverWait

from tests.browser.chromium import started
from tests.fakes.server import FakeServer, Response
from tests.fakes.sign_in import CLIENT_ID, CLIENT_SECRET, FakeOidc
from tests.integration.serving import free_port, running_server

pytestmark = pytest.mark.enable_socket
# As Backstage's frontend does: it waits for the messages of the popup, and asks for the session with its cookies.
APP = """
<!doctype html><title>app</title><link rel="icon" href="data:,"><button>Sign in</button>
<script>
const backend = '%s';
window.told = [];
addEventListener('message', event => window.told.push([event.origin, event.data]));
document.querySelector('button').onclick = () => {
  window.popup = open(`${backend}/api/auth/oidc/start?env=development&origin=${encodeURIComponent(location.origin)}`);
};
window.refresh = () => fetch(`${backend}/api/auth/oidc/refresh?env=development`, {
  headers: {'X-Requested-With': 'XMLHttpRequest'}, credentials: 'include',
}).then(response => response.json()).then(session => { window.session = session; });
</script>
"""


def configuration(app, oidc, port) -> str:
    resolver = {
        "resolver": "emailMatchingUserEntityProfileEmail",
        "dangerouslyAllowSignInWithoutUserInCatalog": True,
    }
    provider = {
        "metadataUrl": f"{oidc.url}/.well-known/openid-configuration",
        "clientId": CLIENT_ID,
        "clientSecret": CLIENT_SECRET,
        "prompt": "auto",
        "signIn": {"resolvers": [resolver]},
    }
    backend = {
        "baseUrl": f"http://localhost:{port}",
        "listen": {"host": "127.0.0.1"},
        "cors": {"origin": app.url, "credentials": True},
    }
    auth = {"providers": {"oidc": {"development": provider}}}
    return json.dumps({"app": {"baseUrl": app.url}, "backend": backend, "auth": auth})


def test_the_popup_signs_in_and_closes_and_the_session_lasts(tmp_path):
    port = free_port()
    page = (APP % f"http://localhost:{port}").encode()
    with FakeServer(lambda request: Response(200, page, {"Content-Type": "text/html"})) as app, FakeOidc() as oidc:
        config = configuration(app, oidc, port)
        with (
            running_server(tmp_path, config, port=port) as server,
            started(1280, tmp_path / "profile", has_javascript=True) as browser,
        ):
            server.wait_until_ready()
            browser.driver.get(app.url)
            browser.choose("button")
            wait = WebDriverWait(browser.driver, 60)
            wait.until(lambda _: browser.evaluate("window.popup.closed"))

            (first, second) = browser.evaluate("window.told")
            assert first == [
                server.url.replace("127.0.0.1", "localhost"),
                {"type": "config_info", "targetOrigin": app.url},
            ]
            assert second[1]["type"] == "authorization_response"
            assert second[1]["response"]["profile"]["displayName"] == "Alice A."

            browser.evaluate("window.refresh()")
            wait.until(lambda _: browser.evaluate("window.session"))
            session = browser.evaluate("window.session")
            assert session["backstageIdentity"]["identity"]["userEntityRef"] == "user:default/alice@example.com"
            assert browser.evaluate("document.cookie") == ""
            assert browser.complaints() == []
