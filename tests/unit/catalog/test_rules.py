import pytest

from catalog.entity_ref import LocationRef
from catalog.rules import rules_from_config
from common.app_config import AppConfig, ConfigError

HERE = LocationRef("url", "https://github.com/acme/app/blob/main/catalog-info.yaml")


def rules(value):
    return rules_from_config(AppConfig.from_dict({"catalog": {"rules": value}} if value is not None else {}), [])


def test_without_rules_only_components_apis_and_locations_may_come():
    default = rules(None)
    allowed = [
        kind
        for kind in ("Component", "API", "Location", "User", "Group", "Template")
        if default.allows({"kind": kind}, HERE)
    ]
    assert allowed == ["Component", "API", "Location"]


def test_kinds_are_compared_without_case():
    assert rules([{"allow": ["component"]}]).allows({"kind": "COMPONENT"}, HERE)


def test_a_rule_may_ask_for_a_type():
    only_databases = rules([{"allow": [{"kind": "Resource", "spec.type": "Database"}]}])
    assert only_databases.allows({"kind": "Resource", "spec": {"type": "database"}}, HERE)
    assert not only_databases.allows({"kind": "Resource", "spec": {"type": "bucket"}}, HERE)
    assert not only_databases.allows({"kind": "Resource"}, HERE)


@pytest.mark.parametrize(
    ("pattern", "matches"),
    [
        ("https://github.com/acme/*/blob/main/catalog-info.yaml", True),
        ("https://github.com/acme/**", True),
        ("https://GITHUB.com/acme/app/blob/{main,master}/*.yaml", True),
        ("https://github.com/*/blob/main/catalog-info.yaml", False),
        ("https://github.com/acme/app/blob/main/catalog-info.ym", False),
    ],
)
def test_a_rule_may_ask_for_an_origin_by_pattern(pattern, matches):
    only_there = rules([{"allow": ["User"], "locations": [{"type": "url", "pattern": pattern}]}])
    assert only_there.allows({"kind": "User"}, HERE) is matches


def test_an_origin_of_another_type_does_not_match():
    only_there = rules([{"allow": ["User"], "locations": [{"type": "file"}]}])
    assert not only_there.allows({"kind": "User"}, HERE)


def test_an_entry_with_both_exact_and_pattern_stops_the_start():
    with pytest.raises(ConfigError) as error:
        rules([{"allow": ["User"], "locations": [{"type": "url", "exact": "a", "pattern": "b"}]}])
    assert (
        str(error.value)
        == "app-config.yaml: catalog.rules[0].locations[0].pattern: got 'b', expected none beside 'exact'"
    )
