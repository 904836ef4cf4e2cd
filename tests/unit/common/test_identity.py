"""What a restricted token may do."""

import pytest

from common.errors import NotAllowedError
from common.identity import ANONYMOUS, Identity, Restriction, ensure_allowed, identity_of


def service(**restrictions) -> Identity:
    return Identity("service", "ci", restrictions=restrictions or None)


def refusal(*args) -> str:
    with pytest.raises(NotAllowedError) as error:
        ensure_allowed(*args)
    return str(error.value)


@pytest.mark.parametrize("identity", [ANONYMOUS, service(), Identity("user", "user:default/alice")])
def test_unrestricted_identities_may_do_anything(identity):
    ensure_allowed(identity, "catalog", "delete")


def test_a_token_is_good_for_its_plugins_only():
    token = service(scaffolder=Restriction(), catalog=Restriction())
    ensure_allowed(token, "catalog", "delete")
    assert refusal(token, "search", "read") == (
        "This token's access is restricted to plugin(s) 'catalog', 'scaffolder'"
    )


def test_a_token_is_good_for_its_actions_only():
    token = service(catalog=Restriction(actions=frozenset({"read"})))
    ensure_allowed(token, "catalog", "read")
    message = "This token's access to 'catalog' is restricted to action(s) 'read'"
    assert refusal(token, "catalog", "delete") == message
    assert refusal(token, "catalog", None) == message


def test_a_token_is_good_for_its_permissions_only():
    token = service(catalog=Restriction(permissions=frozenset({"catalog.entity.read"})))
    ensure_allowed(token, "catalog", "read", "catalog.entity.read")
    message = "This token's access to 'catalog' is restricted to permission(s) 'catalog.entity.read'"
    assert refusal(token, "catalog", "read", "catalog.location.read") == message
    assert refusal(token, "catalog", "read") == message


def test_without_middleware_nobody_asks():
    assert identity_of(object()) == ANONYMOUS
