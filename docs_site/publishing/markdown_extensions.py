"""
Which Markdown extensions a site may have, and which options of theirs. Pure.

Options that name files, addresses, programs or Python objects are not among them.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from common.errors import InputError

NONE: frozenset[str] = frozenset()

OPTIONS: Mapping[str, frozenset[str]] = {
    "abbr": NONE,
    "admonition": NONE,
    "attr_list": NONE,
    "codehilite": frozenset({"linenums", "guess_lang", "css_class", "pygments_style", "noclasses", "use_pygments"}),
    "def_list": NONE,
    "extra": NONE,
    "fenced_code": frozenset({"lang_prefix"}),
    "footnotes": frozenset({"PLACE_MARKER", "UNIQUE_IDS", "BACKLINK_TEXT", "BACKLINK_TITLE", "SEPARATOR"}),
    "legacy_em": NONE,
    "md_in_html": NONE,
    "meta": NONE,
    "nl2br": NONE,
    "sane_lists": NONE,
    "smarty": frozenset({"smart_dashes", "smart_quotes", "smart_angled_quotes", "smart_ellipses"}),
    "tables": frozenset({"use_align_attribute"}),
    "toc": frozenset(
        {"title", "title_class", "toc_class", "anchorlink", "permalink", "permalink_title", "permalink_class"}
        | {"permalink_leading", "baselevel", "separator", "toc_depth", "marker"}
    ),
    "wikilinks": frozenset({"base_url", "end_url", "html_class"}),
    "pymdownx.arithmatex": frozenset({"generic", "block_tag", "inline_tag", "block_syntax", "inline_syntax"}),
    "pymdownx.betterem": frozenset({"smart_enable"}),
    "pymdownx.blocks.admonition": frozenset({"types"}),
    "pymdownx.blocks.details": frozenset({"types"}),
    "pymdownx.blocks.tab": frozenset({"alternate_style", "combine_header_slug", "separator"}),
    "pymdownx.caret": frozenset({"smart_insert", "insert", "superscript"}),
    "pymdownx.critic": frozenset({"mode"}),
    "pymdownx.details": NONE,
    "pymdownx.emoji": NONE,
    "pymdownx.escapeall": frozenset({"hardbreak", "nbsp"}),
    "pymdownx.extra": NONE,
    "pymdownx.highlight": frozenset(
        {"css_class", "guess_lang", "pygments_style", "noclasses", "use_pygments", "linenums", "linenums_style"}
        | {"linenums_special", "linenums_class", "auto_title", "line_spans", "anchor_linenums", "line_anchors"}
        | {"pygments_lang_class", "stripnl", "default_lang"}
    ),
    "pymdownx.inlinehilite": frozenset({"css_class", "style_plain_text"}),
    "pymdownx.keys": frozenset({"separator", "strict", "class", "camel_case"}),
    "pymdownx.magiclink": frozenset(
        {
            "hide_protocol",
            "repo_url_shortener",
            "repo_url_shorthand",
            "social_url_shorthand",
            "provider",
            "user",
            "repo",
        }
        | {"normalize_issue_symbols", "labels", "social_url_shortener"}
    ),
    "pymdownx.mark": frozenset({"smart_mark"}),
    "pymdownx.progressbar": frozenset({"add_classes", "level_class", "progress_increment"}),
    "pymdownx.saneheaders": NONE,
    "pymdownx.smartsymbols": frozenset(
        {"trademark", "copyright", "registered", "care_of", "plusminus", "arrows", "notequal", "fractions"}
        | {"ordinal_numbers"}
    ),
    "pymdownx.snippets": NONE,
    "pymdownx.striphtml": frozenset({"strip_comments", "strip_js_on_attributes", "strip_attributes"}),
    "pymdownx.superfences": frozenset({"css_class", "disable_indented_code_blocks", "preserve_tabs", "custom_fences"}),
    "pymdownx.tabbed": frozenset({"alternate_style", "combine_header_slug", "separator"}),
    "pymdownx.tasklist": frozenset({"custom_checkbox", "clickable_checkbox"}),
    "pymdownx.tilde": frozenset({"smart_delete", "delete", "subscript"}),
    "markdown_inline_graphviz": NONE,
    "mdx_truly_sane_lists": frozenset({"nested_indent", "truly_sane"}),
    "plantuml_markdown": NONE,
}
FENCE_SETTINGS = frozenset({"name", "class"})
LONG_PREFIX = "markdown.extensions."


def check_extensions(extensions: Any) -> list[dict[str, Any]]:
    """The extensions, each with its options. Raises InputError."""
    listed = [{name: options} for name, options in extensions.items()] if isinstance(extensions, dict) else extensions
    if not isinstance(listed, list):
        raise InputError("mkdocs.yml: markdown_extensions: expected a list")
    checked = []
    for item in listed:
        if not isinstance(item, str | dict):
            raise InputError("mkdocs.yml: markdown_extensions: expected a name, or a name with its options")
        pairs = [(item, None)] if isinstance(item, str) else list(item.items())
        checked += [{name: _check(name, options)} for name, options in pairs]
    return checked


def _check(name: Any, options: Any) -> dict[str, Any]:
    known = OPTIONS.get(str(name).removeprefix(LONG_PREFIX))
    if known is None:
        raise InputError(f"mkdocs.yml: the Markdown extension {name!r} is not allowed, please remove it")
    if options is not None and not isinstance(options, dict):
        raise InputError(f"mkdocs.yml: markdown_extensions: {name}: expected options")
    for option in options or {}:
        if option not in known:
            raise InputError(
                f"mkdocs.yml: the option {option!r} of the Markdown extension '{name}' is not allowed, please remove it"
            )
    _check_fences((options or {}).get("custom_fences"))
    return options or {}


def _check_fences(fences: Any) -> None:
    """Their format is a Python object; the usual one is right for diagrams that a browser draws."""
    for fence in fences if isinstance(fences, list) else [] if fences is None else [fences]:
        if not isinstance(fence, dict) or not fence.keys() <= FENCE_SETTINGS:
            raise InputError("mkdocs.yml: custom_fences: expected a name and a class only, please remove anything else")
