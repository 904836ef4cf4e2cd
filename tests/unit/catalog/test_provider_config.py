"""What ``catalog.providers`` may say, and what is told where it says something else."""

from datetime import UTC, datetime, timedelta

import pytest

from catalog.providers.registry import build_providers
from catalog.providers.schedule import Schedule
from catalog.settings import CatalogSettings
from common.app_config import AppConfig
from common.app_config.error import ConfigError

NOW = datetime(2026, 11, 21, 19, 3, 10, tzinfo=UTC)
INTEGRATIONS = {
    "github": [{"host": "github.com", "apps": [{"appId": 7, "privateKey": "k", "clientId": "c", "clientSecret": "s"}]}],
    "gitea": [{"host": "git.example.com"}],
}


def build(**providers):
    return build_providers(AppConfig.from_dict({"integrations": INTEGRATIONS, "catalog": {"providers": providers}}))


def test_one_section_or_a_map_of_ids():
    assert [provider.name for provider in build(github={"organization": "acme"})] == ["github-provider:default"]
    assert [provider.name for provider in build(github={"app": 7})] == ["github-provider:default"]
    both = build(github={"a": {"organization": "acme"}, "b": {"organization": "other"}})
    assert [provider.name for provider in both] == ["github-provider:a", "github-provider:b"]


def test_each_host_has_backstages_names():
    found = build(
        github={"organization": "acme"},
        gitlab={"lab": {"host": "gitlab.com", "group": "acme"}},
        gitea={"git": {"host": "git.example.com", "organization": "acme"}},
        bitbucketCloud={"workspace": "acme"},
        azureDevOps={"main": {"organization": "acme", "project": "web"}},
    )
    assert [(provider.kind, provider.name) for provider in found] == [
        ("github", "github-provider:default"),
        ("gitlab", "GitlabDiscoveryEntityProvider:lab"),
        ("gitea", "gitea-provider:git"),
        ("bitbucketCloud", "bitbucketCloud-provider:default"),
        ("azureDevOps", "AzureDevOpsEntityProvider:main"),
    ]
    assert [provider.name for provider in found if provider.is_for("GitLab.com")] == [
        "GitlabDiscoveryEntityProvider:lab"
    ]


def test_kinds_that_are_not_known_here_are_no_fault():
    assert build(awsS3={"x": {"bucketName": "b"}}) == ()


def test_defaults_of_the_schedule_are_backstages():
    assert build(github={"organization": "acme"})[0].schedule == Schedule(timedelta(hours=3), timedelta(hours=1))
    assert build(gitlab={"x": {"host": "gitlab.com"}})[0].schedule == Schedule(
        timedelta(minutes=30), timedelta(minutes=3)
    )


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        ({"frequency": {"minutes": 5}}, Schedule(timedelta(minutes=5))),
        ({"frequency": "PT2H", "timeout": "5m"}, Schedule(timedelta(hours=2), timedelta(minutes=5))),
        ({"initialDelay": {"seconds": 15}}, Schedule(initial_delay=timedelta(seconds=15))),
        ({"frequency": {"cron": "0 */2 * * *"}}, Schedule(None, cron="0 */2 * * *")),
        ({"frequency": {"trigger": "manual"}}, Schedule(None)),
    ],
)
def test_reads_a_schedule(written, expected):
    assert Schedule.from_app_config(AppConfig.from_dict({"schedule": written})) == expected


@pytest.mark.parametrize(
    ("schedule", "first", "following"),
    [
        (Schedule(timedelta(minutes=5)), NOW, NOW + timedelta(minutes=5)),
        (Schedule(initial_delay=timedelta(seconds=9)), NOW + timedelta(seconds=9), NOW + timedelta(minutes=30)),
        (Schedule(None), None, None),
        (
            Schedule(None, cron="0 */2 * * *"),
            datetime(2026, 11, 21, 20, tzinfo=UTC),
            datetime(2026, 11, 21, 20, tzinfo=UTC),
        ),
        (Schedule(None, cron="0 30 3 * * 1"), *[datetime(2026, 11, 23, 3, 30, tzinfo=UTC)] * 2),
    ],
)
def test_says_when_it_is_due(schedule, first, following):
    assert (schedule.first_after(NOW), schedule.next_after(NOW)) == (first, following)


@pytest.mark.parametrize(
    ("providers", "message"),
    [
        ({"github": {"a": {}}}, "catalog.providers.github.a.organization: got nothing, expected the name of an organ"),
        ({"github": {"app": 8}}, "catalog.providers.github.app: got 8, expected the appId of one of the 'apps' of the"),
        (
            {"github": {"organization": "a", "host": "ghe.example.com"}},
            "catalog.providers.github.host: got 'ghe.example.com', expected a host that 'integrations.github' names",
        ),
        (
            {"github": {"organization": "a", "catalogPath": "**/x.yaml", "validateLocationsExist": True}},
            "catalog.providers.github.validateLocationsExist: got true, expected false, as catalogPath is a pattern",
        ),
        (
            {"github": {"organization": "a", "filters": {"repository": "("}}},
            "catalog.providers.github.filters.repository: got '(', expected a regular expression",
        ),
        (
            {"github": {"organization": "a", "filters": {"visibility": ["secret"]}}},
            "catalog.providers.github.filters.visibility: got a list, expected a list of 'private', 'internal'",
        ),
        (
            {"github": {"organization": "a", "schedule": {"frequency": {"cron": "hourly"}}}},
            "catalog.providers.github.schedule.frequency.cron: got 'hourly', expected a cron line of five fields",
        ),
        (
            {"github": {"organization": "a", "schedule": {"frequency": {"minutes": 0}}}},
            "catalog.providers.github.schedule.frequency: got an object, expected a duration above 0",
        ),
        ({"gitlab": {"x": {}}}, "catalog.providers.gitlab.x.host: got nothing, expected the host of a GitLab"),
        ({"azureDevOps": {"x": {"organization": "a"}}}, "catalog.providers.azureDevOps.x.project: got nothing"),
        ({"gitea": {"x": {"host": "git.example.com"}}}, "catalog.providers.gitea.x.organization: got nothing"),
        ({"bitbucketServer": {"x": {}}}, "catalog.providers.bitbucketServer.x.host: got nothing, expected the host"),
        ({"bitbucketCloud": {"x": {}}}, "catalog.providers.bitbucketCloud.x.workspace: got nothing"),
    ],
)
def test_a_fault_names_key_value_and_what_was_expected(providers, message):
    with pytest.raises(ConfigError) as raised:
        build(**providers)
    assert message in str(raised.value)


@pytest.mark.parametrize("share", [-0.1, 1.5, "much", True])
def test_the_share_that_may_go_is_one(share):
    config = AppConfig.from_dict({"callboard": {"catalog": {"providers": {"maxShrink": share}}}})
    with pytest.raises(ConfigError, match=r"callboard\.catalog\.providers\.maxShrink.*from 0 .* to 1"):
        CatalogSettings.from_app_config(config)
