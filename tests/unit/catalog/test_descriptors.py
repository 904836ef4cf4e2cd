"""Descriptor text to documents: what an author writes, and what the catalog makes of it."""

import pytest

from catalog.descriptors import BrokenDocument, DescriptorError, EntityDocument, parse_descriptor, parse_values
from catalog.settings import Limits

TYPICAL = b"""\
apiVersion: backstage.io/v1alpha1
kind: Component
metadata:
  name: cart
  annotations:
    github.com/project-slug: shop/cart
  tags: [java, payments]
  links:
    - url: https://example.com/a
      title: A
    - url: https://example.com/b
      title: B
spec:
  type: service
  lifecycle: production
  owner: team-a
"""


def parse(text, *, limits=None, location="url:https://example.com/catalog-info.yaml"):
    data = text if isinstance(text, bytes) else text.encode()
    return parse_descriptor(data, location=location, limits=limits or Limits())


def entities(text):
    return [document.entity for document in parse(text)]


def test_reads_a_typical_file():
    assert entities(TYPICAL) == [
        {
            "apiVersion": "backstage.io/v1alpha1",
            "kind": "Component",
            "metadata": {
                "name": "cart",
                "annotations": {"github.com/project-slug": "shop/cart"},
                "tags": ["java", "payments"],
                "links": [
                    {"url": "https://example.com/a", "title": "A"},
                    {"url": "https://example.com/b", "title": "B"},
                ],
            },
            "spec": {"type": "service", "lifecycle": "production", "owner": "team-a"},
        }
    ]


def test_skips_empty_documents():
    assert entities("# nothing\n---\n---\na: 1\n---\n# more nothing\n...\n---\nb: 2\n") == [{"a": 1}, {"b": 2}]


@pytest.mark.parametrize("text", ["", "\n", "# only a comment", "---\n", "...\n", "\ufeff", "---\n---\n", "null\n"])
def test_a_file_of_nothing_has_no_documents(text):
    assert parse(text) == []


def test_reads_json_files_with_a_byte_order_mark():
    assert entities('\ufeff{"a": {"b": [1, true, null, "\\ud83d\\ude00"]}}') == [{"a": {"b": [1, True, None, "😀"]}}]


def test_reads_windows_line_ends():
    assert entities("a: 1\r\nb: |\r\n  x\r\n  y\r\n---\r\nc: d\r\n") == [{"a": 1, "b": "x\ny\n"}, {"c": "d"}]


def test_numbers_are_those_of_javascript():
    text = "[1.0, 1e3, -0, .inf, .nan, 0o17, 0123, 1.10, 9007199254740993, 12345678901234567890, 1_000, 0x1F, 12:30]"

    assert entities(f"a: {text}") == [
        {"a": [1, 1000, 0, None, None, 15, 123, 1.1, 9007199254740992, 12345678901234567890.0, "1_000", 31, "12:30"]}
    ]


def test_words_that_yaml_1_1_takes_for_others_are_text():
    text = "a: [yes, no, on, off, y, 2024-01-02, 2024-01-02T03:04:05Z, ~, True]"

    assert entities(text) == [{"a": ["yes", "no", "on", "off", "y", "2024-01-02", "2024-01-02T03:04:05Z", None, True]}]


def test_keys_are_text():
    assert entities("1: a\n1.5: b\ntrue: c\n~: d\n1e21: e\n") == [
        {"1": "a", "1.5": "b", "true": "c", "": "d", "1e+21": "e"}
    ]


def test_aliases_stand_for_copies_and_merge_keys_are_keys_like_others():
    [document] = parse("base: &base {a: [1]}\nother: *base\nmerged: {<<: *base, b: 2}\n")

    assert document.entity == {
        "base": {"a": [1]},
        "other": {"a": [1]},
        "merged": {"<<": {"a": [1]}, "b": 2},
    }
    assert document.entity["base"] is not document.entity["other"]


def test_a_key_that_comes_twice_breaks_its_document_and_no_other():
    before, broken, after = parse("a: 1\n---\nb: 1\nc: 2\nb: 3\n---\nd: 1\n")

    assert (before, after) == (EntityDocument({"a": 1}), EntityDocument({"d": 1}))
    assert isinstance(broken, BrokenDocument)
    assert broken.line == 5
    assert broken.error.name == "Error"
    assert broken.error.message == (
        "YAML error at url:https://example.com/catalog-info.yaml, YAMLParseError: "
        "Map keys must be unique at line 5, column 1:\n\nc: 2\nb: 3\n^\n"
    )


def test_a_syntax_error_loses_only_its_own_document():
    before, broken, after = parse("a: 1\n---\nb: {\n---\nc: 2\n")

    assert (before, after) == (EntityDocument({"a": 1}), EntityDocument({"c": 2}))
    assert broken.line == 4
    assert "Flow map in block collection must be sufficiently indented and end with a }" in broken.error.message


def test_a_bad_document_among_thousands_does_not_hide_the_others():
    good = "kind: Component\nmetadata:\n  name: a\n"
    documents = parse("---\n".join([good] * 300 + ["a: [\n"] + [good] * 300))

    assert [type(document) for document in documents].count(EntityDocument) == 600
    assert documents[300].line == 300 * 4 + 2


@pytest.mark.parametrize(
    ("text", "kind"), [("- a", "object"), ("text", "string"), ("42", "number"), ("1.5", "number"), ("true", "boolean")]
)
def test_a_document_that_is_no_mapping_says_what_it_is(text, kind):
    [document] = parse(text)

    assert isinstance(document, BrokenDocument)
    assert str(document.error) == f"Expected object at root, got {kind}"


def test_a_long_line_is_shown_around_the_fault():
    [document] = parse('a: "' + "x" * 100 + '" y' + "z" * 100)

    assert str(document.error).splitlines()[2:] == ["…" + "x" * 37 + '" y' + "z" * 38 + "…", " " * 40 + "^" * 40]


def test_an_unknown_alias_says_so():
    [document] = parse("a: *nobody\n")

    assert str(document.error) == (
        "YAML error at url:https://example.com/catalog-info.yaml, YAMLParseError: Unresolved alias (the anchor must be"
        " set before the alias): nobody at line 1, column 4:\n\na: *nobody\n   ^^^^^^^\n"
    )


def test_yaml_1_1_is_refused_rather_than_read_with_other_values():
    [document] = parse("%YAML 1.1\n---\na: yes\n")

    assert "YAML 1.1 is not read, since its words and numbers mean other things; remove this line" in str(
        document.error
    )


def test_tags_of_the_core_schema_choose_the_type_and_others_mean_nothing():
    text = 'a: !!str 123\nb: !!int "3"\nc: !mine x\nd: !mine {x: 1}\ne: ! 12\nf: !!float 1e3\ng: !!int x\n'

    assert entities(text) == [{"a": "123", "b": 3, "c": "x", "d": {"x": 1}, "e": "12", "f": 1000, "g": "x"}]


def test_tags_whose_values_json_cannot_hold_are_refused():
    [document] = parse("a: !!binary aGk=\n")

    assert "The tag !!binary is not supported; write the value as text or as a plain mapping" in str(document.error)


def test_unrendered_templates_become_odd_keys_as_in_backstage():
    assert entities('name: {{ values.name | dump }}\nx: {{a + "/" + b}}') == [
        {"name": {"{ values.name | dump }": None}, "x": {'{ a + "/" + b }': None}}
    ]


def test_values_of_any_kind_can_be_read_from_a_file():
    assert parse_values(b"- 1\n- a: 2\n---\n# empty\n---\ntext\n", location="x", limits=Limits()) == [
        [1, {"a": 2}],
        None,
        "text",
    ]


def test_reading_values_raises_what_is_wrong_with_any_document():
    with pytest.raises(DescriptorError, match="Map keys must be unique"):
        parse_values(b"a: 1\n---\na: 1\na: 2\n", location="x", limits=Limits())
