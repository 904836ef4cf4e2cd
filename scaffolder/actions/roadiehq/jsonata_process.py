"""
The program that evaluates one JSONata expression, in a process of its own that may be killed at any moment.

It reads ``{"path", "expression", "data", "memory", "seconds", "longest"}`` as JSON and writes ``{"result"}``,
``{"undefined"}`` or ``{"error"}``, which is not longer than that. It gets no environment, and the language has no way
to files or the network.
"""

from __future__ import annotations

import json
import resource
import sys
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import regex  # type: ignore[import-untyped]
    from jsonata.regex_engine import RegexFlags  # type: ignore[import-untyped]

DEEPEST = 20_000
STACK_DEPTH = 3_000


def main() -> None:
    order = json.load(sys.stdin)
    sys.path[:] = order["path"]
    resource.setrlimit(resource.RLIMIT_AS, (order["memory"], order["memory"]))
    resource.setrlimit(resource.RLIMIT_CPU, (order["seconds"], order["seconds"]))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    sys.setrecursionlimit(DEEPEST)
    answer = json.dumps(_answer(order["expression"], order["data"]))
    if len(answer) > order["longest"]:
        answer = json.dumps({"error": f"its result has more than {order['longest']} bytes"})
    sys.stdout.write(answer)


def _answer(expression: str, data: Any) -> dict[str, Any]:
    from jsonata import Jsonata  # type: ignore[import-untyped]
    from jsonata.jexception import JException  # type: ignore[import-untyped]

    try:
        program = Jsonata(expression, regex_engine=_compile_regex, stack=STACK_DEPTH)
        program.set_output_convert_nulls(False)
        result = program.evaluate(_with_nulls(data))
        if result is None:
            return {"undefined": True}
        return {"result": _as_json(result)}
    except JException as error:
        return {"error": str(error)}
    except (RecursionError, MemoryError):
        return {"error": "it goes too deep, or makes too much"}
    except Exception as error:
        # The library raises whatever Python does where an expression is wrong in a way it did not foresee.
        return {"error": f"{type(error).__name__}: {error}"}


def _with_nulls(value: Any) -> Any:
    """The library takes None for undefined."""
    from jsonata.utils import Utils  # type: ignore[import-untyped]

    if value is None:
        return Utils.NULL_VALUE
    if isinstance(value, dict):
        return {key: _with_nulls(item) for key, item in value.items()}
    return [_with_nulls(item) for item in value] if isinstance(value, list) else value


def _as_json(value: Any) -> Any:
    """Raises ValueError for a function, which JSON cannot hold."""
    from jsonata.utils import Utils

    if value is Utils.NULL_VALUE or value is None:
        return None
    if isinstance(value, dict):
        return {str(key): _as_json(item) for key, item in value.items()}
    if isinstance(value, list | tuple | range):
        return [_as_json(item) for item in value]
    if isinstance(value, str | bool | int | float):
        return value
    raise ValueError("the result is a function, which cannot be given as an output")


def _compile_regex(pattern: str, flags: RegexFlags) -> regex.Pattern[str]:
    """JavaScript's syntax, for an engine that can be interrupted."""

    from scaffolder.templating.js_regex import backtracking_program

    letters = ("i" if flags.case_insensitive else "") + ("m" if flags.multiline else "")
    program: regex.Pattern[str] = backtracking_program(pattern, letters)
    return program


if __name__ == "__main__":
    main()
