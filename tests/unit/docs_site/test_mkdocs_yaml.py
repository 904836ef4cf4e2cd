"""What of an ``mkdocs.yml`` MkDocs gets to see."""

import pytest

from common.errors import InputError
from docs_site.publishing.mkdocs_yaml import left_out, read_mkdocs_config


def read(text):
    return read_mkdocs_config(text, default_name="cart")


def test_an_empty_file_gives_the_usual_configuration():
    assert read("") == {"site_name": "cart", "theme": {"name": "material"}, "plugins": [{"techdocs-core": {}}]}


def test_harmless_settings_stay_as_they_are():
    config = read(
        """
site_name: Cart
nav:
  - Home: index.md
  - Guide: [a.md, {B: b.md}]
theme: {name: material, palette: {primary: teal}}
plugins:
  - search: {lang: en}
  - techdocs-core: {use_material_search: true}
markdown_extensions:
  - toc: {permalink: true}
  - markdown.extensions.tables
  - pymdownx.superfences:
      custom_fences:
        - {name: mermaid, class: mermaid}
extra: {team: a}
"""
    )
    assert config["nav"] == [{"Home": "index.md"}, {"Guide": ["a.md", {"B": "b.md"}]}]
    assert config["theme"] == {"name": "material", "palette": {"primary": "teal"}}
    assert config["plugins"] == [{"techdocs-core": {"use_material_search": True}}, {"search": {"lang": "en"}}]
    assert config["markdown_extensions"][1] == {"markdown.extensions.tables": {}}
    assert config["extra"] == {"team": "a"}


def test_lists_may_be_written_as_objects():
    config = read("plugins: {search: {}}\nmarkdown_extensions: {toc: {permalink: true}}")
    assert config["plugins"] == [{"techdocs-core": {}}, {"search": {}}]
    assert config["markdown_extensions"] == [{"toc": {"permalink": True}}]


def test_another_theme_becomes_that_of_techdocs():
    assert read("theme: readthedocs")["theme"] == {"name": "material"}
    assert read("theme: {name: mkdocs, features: [x]}")["theme"] == {"name": "material"}


def test_settings_without_effect_are_left_out_and_named():
    text = "site_dir: /etc\nextra_javascript: [x.js]\nsite_name: x"
    assert read(text).keys() == {"site_name", "theme", "plugins"}
    assert left_out(text) == ["extra_javascript", "site_dir"]


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("hooks: [evil.py]", "mkdocs.yml: the setting 'hooks' is not allowed, please remove it"),
        ("INHERIT: ../other.yml", "the setting 'INHERIT' is not allowed"),
        ("extra_templates: [x.html]", "the setting 'extra_templates' is not allowed"),
        ("theme: {name: material, custom_dir: /etc}", "theme.custom_dir is not allowed"),
        ("theme: [x]", "theme: expected a name, or settings"),
        ("plugins: [exec]", "the plugin 'exec' is not allowed, please remove it. Allowed are redirects, search"),
        ("plugins: [search, macros: {}]", "the plugin 'macros' is not allowed"),
        ("plugins: [{search: {prebuild_index: node}}]", "the option 'prebuild_index' of the plugin 'search'"),
        ("plugins: [{search: 1}]", "plugins: search: expected options"),
        ("plugins: [{search: {}, exec: {}}]", "expected a name, or one name with its options"),
        ("plugins: text", "plugins: expected a list"),
        ("markdown_extensions: ['os:system']", "the Markdown extension 'os:system' is not allowed"),
        ("markdown_extensions: text", "markdown_extensions: expected a list"),
        ("markdown_extensions: [[1]]", "expected a name, or a name with its options"),
        ("markdown_extensions: [{toc: {slugify: os.system}}]", "the option 'slugify' of the Markdown extension 'toc'"),
        ("markdown_extensions: [{pymdownx.snippets: {base_path: /}}]", "the option 'base_path'"),
        ("markdown_extensions: [{pymdownx.snippets: {url_download: true}}]", "the option 'url_download'"),
        ("markdown_extensions: [{plantuml_markdown: {plantuml_cmd: id}}]", "the option 'plantuml_cmd'"),
        ("markdown_extensions: [{plantuml_markdown: {server: 'http://169.254.169.254'}}]", "the option 'server'"),
        (
            "markdown_extensions: [{pymdownx.superfences: {custom_fences: [{name: x, format: os.system}]}}]",
            "custom_fences: expected a name and a class only",
        ),
        ("markdown_extensions: [{pymdownx.superfences: {custom_fences: x}}]", "custom_fences: expected"),
        ("nav: [{A: '!include ./sub/mkdocs.yml'}]", "nav: '!include ./sub/mkdocs.yml' includes another site"),
        ("nav: [{A: [{B: '*include ./*/mkdocs.yml'}]}]", "includes another site"),
        ("nav: {A: ' !include x'}", "includes another site"),
        ("site_name: !ENV SECRET", "line 1: the YAML tag !ENV is not allowed"),
        (
            "site_name: x\nextra:\n  y: !!python/object/apply:os.system [id]",
            "line 3: the YAML tag !!python/object/apply:os",
        ),
        ("site_name: !!python/name:os.system", "the YAML tag !!python/name:os.system is not allowed"),
        ("extra: {a: &a [x], b: *a}", "the alias *a is not allowed"),
        ("extra: {a: !relative x}", "the YAML tag !relative is not allowed"),
        ("site_name: [a]", "site_name: expected a text"),
        ("docs_dir: 1", "docs_dir: expected a text"),
        ("- a", "expected settings, as in site_name"),
        ("a: b: c", "mkdocs.yml is no YAML"),
        ("a: [", "mkdocs.yml is no YAML"),
        ("[" * 60, "nested too deeply"),
        ("extra: " + "x" * 1_000_001, "too long"),
        ("extra: 2020-99-99", "it has a value that is none"),
    ],
)
def test_everything_else_is_refused(text, message):
    with pytest.raises(InputError) as raised:
        read(text)
    assert message in str(raised.value)
