"""Every text made from a secret is told, so that a redactor can hide it; what is not, is not."""

import pytest

from scaffolder.templating.context import Context
from scaffolder.templating.render import RenderOptions, render, render_value
from scaffolder.templating.taint import Secret

CONTEXT = Context.prepare(
    {
        "secrets": {"token": "s3cr3t-value", "list": ["one-secret", "two-secret"]},
        "environment": {"secrets": {"key": "env-secret"}, "parameters": {"region": "eu"}},
        "parameters": {"name": "shop"},
    },
    secret_paths=[("secrets",), ("environment", "secrets")],
)


def told(template):
    texts = []
    render_value(template, CONTEXT, options=RenderOptions(on_secret=texts.append))
    return texts


@pytest.mark.parametrize(
    ("template", "expected"),
    [
        ("${{ secrets.token }}", ["s3cr3t-value"]),
        ("${{ environment.secrets.key }}", ["env-secret"]),
        ("Bearer ${{ secrets.token }}!", ["s3cr3t-value", "Bearer s3cr3t-value!"]),
        ("${{ secrets.token | upper }}", ["S3CR3T-VALUE"]),
        ("${{ secrets.token.split('-')[1] }}", ["value"]),
        ("${{ secrets.token | replace('-', '_') | reverse }}", ["eulav_t3rc3s"]),
        ("${{ 'a' + secrets.token ~ 1 }}", ["as3cr3t-value1"]),
        ("${{ [1, secrets.token] | join('/') }}", ["1/s3cr3t-value"]),
        ("${{ { a: secrets.token } | dump }}", ['{"a":"s3cr3t-value"}']),
        ("${{ secrets.list }}", ["one-secret", "two-secret"]),
        ("${{ secrets.list | first }}", ["one-secret"]),
        ("x${{ secrets.list }}", ["one-secret,two-secret", "xone-secret,two-secret"]),
        ("${{ secrets.token | urlencode | safe }}", ["s3cr3t-value"]),
        ("${{ parameters.name if false else secrets.token }}", ["s3cr3t-value"]),
        ("${{ secrets.missing or secrets.token }}", ["s3cr3t-value"]),
        ("{% set t = secrets.token %}${{ t | title }}", ["S3cr3t-value", "S3cr3t-value"]),
        ("{% set t %}<${{ secrets.token }}>{% endset %}${{ t }}", ["s3cr3t-value", "<s3cr3t-value>", "<s3cr3t-value>"]),
        (
            "{% macro m(a) %}(${{ a }}){% endmacro %}${{ m(secrets.token) }}",
            ["s3cr3t-value", "(s3cr3t-value)", "(s3cr3t-value)"],
        ),
        ("{% filter upper %}x${{ secrets.token }}{% endfilter %}", ["s3cr3t-value", "XS3CR3T-VALUE"]),
        (
            "{% for s in secrets.list %}${{ s | upper }}{% endfor %}",
            ["ONE-SECRET", "TWO-SECRET", "ONE-SECRETTWO-SECRET"],
        ),
        ("{% for k, v in secrets %}${{ v.length }}{% endfor %}", []),
        ("${{ secrets.token[0] }}", ["s"]),
        ("${{ secrets.token | truncate(6, true, '') }}", ["s3cr3t"]),
        ("${{ secrets.token.replace(r/[0-9]/g, '') }}", ["scrt-value"]),
    ],
)
def test_tells_what_was_made_from_a_secret(template, expected):
    assert told(template) == expected


@pytest.mark.parametrize(
    "template",
    [
        "${{ parameters.name | upper }}",
        "${{ environment.parameters.region }}",
        "${{ secrets.token | length }}",
        "${{ 'yes' if secrets.token == 's3cr3t-value' else 'no' }}",
        "${{ secrets.missing }}",
        "${{ [parameters.name, secrets.token] | first }}",
        "${{ secrets.token | nosuchfilter }}",
        "plain",
    ],
)
def test_tells_nothing_of_other_texts(template):
    assert told(template) == []


def test_tells_of_secrets_deep_in_a_value():
    assert told({"a": ["${{ secrets.token }}", {"b": "x ${{ parameters.name }}"}]}) == ["s3cr3t-value"]


def test_what_goes_out_is_plain_text():
    value = render_value({"a": "${{ secrets.token }}", "b": "x${{ secrets.token }}"}, CONTEXT)

    assert value == {"a": "s3cr3t-value", "b": "xs3cr3t-value"}
    assert {type(text) for text in value.values()} == {str}
    assert type(render("${{ secrets.token }}", CONTEXT)) is str


def test_marks_can_be_kept_for_the_next_context():
    each = render_value("${{ secrets.list }}", CONTEXT, keep_secrets=True)
    texts = []

    assert [type(text) for text in each] == [Secret, Secret]
    derived = Context.prepare({}).with_value(["each"], {"value": each[0]})
    render("${{ each.value | upper }}", derived, options=RenderOptions(on_secret=texts.append))
    assert texts == ["ONE-SECRET", "ONE-SECRET"]


def test_a_hosts_filter_hands_the_mark_on():
    texts = []
    options = RenderOptions(filters={"twice": lambda text: [text, text]}, on_secret=texts.append)

    render_value("${{ secrets.token | twice }}", CONTEXT, options=options)

    assert texts == ["s3cr3t-value", "s3cr3t-value"]


def test_a_value_can_be_marked_when_it_is_added():
    context = Context.prepare({"steps": {}}).with_value(["steps", "a"], {"output": {"key": "made-up"}}, secret=True)
    texts = []

    render("${{ steps.a.output.key }}", context, options=RenderOptions(on_secret=texts.append))

    assert texts == ["made-up", "made-up"]
