"""The language that most of a repository is written in."""

from __future__ import annotations

from collections import Counter

from catalog.analyze.repository import Repository

LANGUAGES = {
    **dict.fromkeys(("py", "pyi"), "python"),
    **dict.fromkeys(("ts", "tsx", "mts"), "typescript"),
    **dict.fromkeys(("js", "jsx", "mjs", "cjs"), "javascript"),
    **dict.fromkeys(("c", "h"), "c"),
    **dict.fromkeys(("cc", "cpp", "cxx", "hpp", "hh"), "c++"),
    **dict.fromkeys(("kt", "kts"), "kotlin"),
    **dict.fromkeys(("ex", "exs"), "elixir"),
    **dict.fromkeys(("hs", "lhs"), "haskell"),
    **dict.fromkeys(("pl", "pm"), "perl"),
    **dict.fromkeys(("sh", "bash"), "shell"),
    "go": "go",
    "java": "java",
    "cs": "c#",
    "fs": "f#",
    "rb": "ruby",
    "php": "php",
    "rs": "rust",
    "swift": "swift",
    "scala": "scala",
    "clj": "clojure",
    "dart": "dart",
    "erl": "erlang",
    "jl": "julia",
    "lua": "lua",
    "r": "r",
    "tf": "terraform",
    "vue": "vue",
    "zig": "zig",
}
# What others wrote, or machines did.
FOREIGN = frozenset(("node_modules", "vendor", "third_party", "third-party", "dist", "build", "generated", ".venv"))


def is_own(path: str) -> bool:
    return FOREIGN.isdisjoint(path.split("/"))


def find_language(repository: Repository) -> tuple[str, str] | None:
    """The language as a tag, and how it is known. None where nothing tells it."""
    if repository.told.language and not repository.folder:
        return repository.told.language.lower().replace(" ", "-"), "the host's word for most of the code"
    counts: Counter[str] = Counter()
    for path in filter(is_own, repository.files):
        language = LANGUAGES.get(path.rpartition("/")[2].rpartition(".")[2].lower())
        if language:
            counts[language] += 1
    if not counts:
        return None
    language, count = min(counts.items(), key=lambda item: (-item[1], item[0]))
    return language, f"{count} of {counts.total()} source files"
