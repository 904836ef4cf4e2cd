"""Bitbucket Cloud as an OAuth consumer."""

import pytest

from integrations.hosts.errors import HostRefusedError
from integrations.hosts.open import open_host
from integrations.scm.integration import basic_authorization
from tests.fakes.server import Response
from tests.fakes.wire.bitbucket import WireBitbucketCloud

pytestmark = pytest.mark.loopback


@pytest.fixture
def bitbucket():
    with WireBitbucketCloud(tokens=("oauth-token",)) as server:
        server.repositories.add("acme", "shop")
        yield server


def open_as_consumer(server):
    integration = server.integration(username=None, secret=None, client_id="callboard", client_secret="s3cret")
    return open_host(integration, pause=lambda seconds: None)


@pytest.mark.parametrize(("lasts", "times"), [(7200, 1), (60, 2)])
def test_it_asks_for_a_token_and_again_before_that_ends(bitbucket, lasts, times):
    asked = []

    def answer(request):
        asked.append((request.path, request.headers["authorization"], request.body))
        return Response.of({"access_token": "oauth-token", "expires_in": lasts})

    bitbucket.answer_other = answer
    host = open_as_consumer(bitbucket)

    for _ in range(2):
        assert host.find_repository("acme/shop").full_name == "acme/shop"

    basic = basic_authorization("callboard", "s3cret")
    assert asked == [("/site/oauth2/access_token", basic, b"grant_type=client_credentials")] * times


def test_a_consumer_that_is_refused_says_so(bitbucket):
    bitbucket.answer_other = lambda request: Response.of({"error_description": "Invalid OAuth client s3cret"}, 401)

    with pytest.raises(HostRefusedError, match=r"POST /site/.*: .* answered 401 Invalid OAuth client \*\*\*") as caught:
        open_as_consumer(bitbucket).find_repository("acme/shop")

    assert "s3cret" not in str(caught.value)
