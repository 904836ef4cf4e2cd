"""How JavaScript turns one kind of value into another, compares and adds them."""

from __future__ import annotations

from scaffolder.templating.errors import Fault
from scaffolder.templating.limits import Budget
from scaffolder.templating.numbers import NAN, Number, number, number_text, text_number
from scaffolder.templating.taint import Secret
from scaffolder.templating.values import (
    UNDEFINED,
    Regex,
    SafeString,
    TemplateCallable,
    Value,
    is_nullish,
    is_number,
)

CANONICAL_FLAGS = "gimy"
LINE_END_ESCAPES = {"\n": "\\n", "\r": "\\r", "\u2028": "\\u2028", "\u2029": "\\u2029"}


def regex_text(value: Regex) -> str:
    source = "".join(LINE_END_ESCAPES.get(c, c) for c in value.pattern) or "(?:)"
    return f"/{source}/{''.join(flag for flag in CANONICAL_FLAGS if flag in value.flags)}"


def to_primitive(value: Value, budget: Budget) -> Value:
    """The value itself, or the text that an object is in a sum or a comparison. Raises Fault for what is callable."""
    if isinstance(value, str | bool | int | float) or is_nullish(value):
        return value
    if isinstance(value, SafeString):
        return value.text
    if isinstance(value, list):
        return join_texts([element_text(item, budget) for item in charged(value, budget)], budget)
    if isinstance(value, dict):
        refuse_callables(value, budget)
        return "[object Object]"
    if isinstance(value, Regex):
        return regex_text(value)
    raise Fault("Callable values cannot be coerced")


def charged(items: list[Value], budget: Budget) -> list[Value]:
    budget.charge(len(items))
    return items


def join_texts(texts: list[str], budget: Budget, separator: str = ",") -> str:
    budget.reserve_text(sum(map(len, texts)) + len(separator) * len(texts))
    joined = separator.join(texts)
    return Secret(joined) if any(isinstance(text, Secret) for text in (separator, *texts)) else joined


def element_text(value: Value, budget: Budget) -> str:
    """The text of an array's element: nothing for null and undefined."""
    return "" if is_nullish(value) else to_text(value, budget)


def to_text(value: Value, budget: Budget) -> str:
    """``String(value)``."""
    if isinstance(value, str):
        return value
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int | float):
        return number_text(value)
    if value is None:
        return "null"
    if value is UNDEFINED:
        return "undefined"
    text: str = to_primitive(value, budget)
    return text


def render_text(value: Value, budget: Budget) -> str:
    """What a template prints for the value: as ``String(value)``, but nothing for null and undefined."""
    return "" if value is None or value is UNDEFINED else to_text(value, budget)


def to_number(value: Value, budget: Budget) -> Number:
    """``Number(value)``."""
    if isinstance(value, bool):
        return int(value)
    if isinstance(value, int | float):
        return value
    if value is None:
        return 0
    if value is UNDEFINED:
        return NAN
    return text_number(to_primitive(value, budget))


def strict_equal(left: Value, right: Value) -> bool:
    """``===``: texts and numbers by what they are, everything else by which one it is."""
    if isinstance(left, str):
        return isinstance(right, str) and left == right
    if is_number(left):
        return is_number(right) and bool(left == right)
    return left is right


def loose_equal(left: Value, right: Value, budget: Budget) -> bool:
    """``==``."""
    if strict_equal(left, right):
        return True
    if is_object(left):
        return not is_object(right) and primitives_equal(to_primitive(left, budget), right, budget)
    return primitives_equal(left, to_primitive(right, budget), budget)


def is_object(value: Value) -> bool:
    return isinstance(value, list | dict | SafeString | Regex | TemplateCallable)


def primitives_equal(left: Value, right: Value, budget: Budget) -> bool:
    if is_nullish(left) or is_nullish(right):
        return is_nullish(left) and is_nullish(right)
    if isinstance(left, str) and isinstance(right, str):
        return left == right
    return bool(to_number(left, budget) == to_number(right, budget))


def add(left: Value, right: Value, budget: Budget) -> Value:
    """``+``: a text if either side is one or becomes one, else a sum."""
    left, right = to_primitive(left, budget), to_primitive(right, budget)
    if isinstance(left, str) or isinstance(right, str):
        return concatenate(left, right, budget)
    return number(to_number(left, budget) + to_number(right, budget))


def concatenate(left: Value, right: Value, budget: Budget) -> str:
    """``~``."""
    left, right = to_text(left, budget), to_text(right, budget)
    budget.reserve_text(len(left) + len(right))
    text = left + right
    return Secret(text) if isinstance(left, Secret) or isinstance(right, Secret) else text


def order(left: Value, right: Value, budget: Budget) -> Number:
    """Below zero, zero or above as left is less, equal or greater; NaN if they cannot be compared."""
    left, right = to_primitive(left, budget), to_primitive(right, budget)
    if not (isinstance(left, str) and isinstance(right, str)):
        left, right = to_number(left, budget), to_number(right, budget)
    if left < right:
        return -1
    if left > right:
        return 1
    return 0 if left == right else NAN


def refuse_callables(value: Value, budget: Budget) -> None:
    """Raises Fault if the value is callable, or something in it is."""
    if isinstance(value, TemplateCallable):
        raise Fault("Callable values cannot be coerced")
    if budget.holds_callables and isinstance(value, list | dict):
        budget.charge(len(value))
        for item in value.values() if isinstance(value, dict) else value:
            refuse_callables(item, budget)


def noted(value: Value, budget: Budget) -> Value:
    """A value that goes into a list or record, remembered if it can be called."""
    if isinstance(value, TemplateCallable):
        budget.holds_callables = True
    return value
