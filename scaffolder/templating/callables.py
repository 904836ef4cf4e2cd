"""What templates can call: the host's functions, methods of values, ``range``, ``cycler`` and ``joiner``."""

from __future__ import annotations

from typing import Final

from scaffolder.templating.coercion import add, order, refuse_callables
from scaffolder.templating.errors import Fault
from scaffolder.templating.host import call_host
from scaffolder.templating.limits import MOST_ENTRIES, Budget
from scaffolder.templating.methods import Method, call_method
from scaffolder.templating.scopes import Function, Run
from scaffolder.templating.values import UNDEFINED, TemplateCallable, Value, arg, truthy

Keywords = dict[str, Value]


class Invocable(TemplateCallable):
    """Something to call. ``check`` sees how it is written, before any argument is evaluated."""

    __slots__ = ()

    def check(self, positional: int, keywords: int) -> None:
        """Raises Fault if it cannot be called with so many arguments."""

    def invoke(self, positional: list[Value], keywords: Keywords, run: Run) -> Value:
        raise NotImplementedError


def refuse_keywords(operation: str, keywords: int) -> None:
    if keywords:
        raise Fault(f"{operation} does not accept keyword arguments")


def refuse_callable_arguments(positional: list[Value], budget: Budget) -> None:
    for value in positional:
        refuse_callables(value, budget)


class HostFunction(Invocable):
    """A global function that the host gave."""

    __slots__ = ("function", "name")

    def __init__(self, name: str, function: Function) -> None:
        self.name = name
        self.function = function

    def check(self, positional: int, keywords: int) -> None:
        refuse_keywords(f"Registered global {self.name}", keywords)

    def invoke(self, positional: list[Value], keywords: Keywords, run: Run) -> Value:
        refuse_callable_arguments(positional, run.budget)
        return call_host(f'global "{self.name}"', self.function, positional, run)


class BoundMethod(Invocable):
    """``value.method`` before it is called."""

    __slots__ = ("method", "name", "receiver")

    def __init__(self, receiver: Value, name: str, method: Method) -> None:
        self.receiver = receiver
        self.name = name
        self.method = method

    def check(self, positional: int, keywords: int) -> None:
        check_method(self.name, self.method, positional, keywords)

    def invoke(self, positional: list[Value], keywords: Keywords, run: Run) -> Value:
        return call_method(self.method, self.receiver, positional, run)


def check_method(name: str, method: Method, positional: int, keywords: int) -> None:
    """Raises Fault if the method cannot be called with so many arguments."""
    refuse_keywords(f"Template intrinsic {name}", keywords)
    if method.least <= positional <= method.most:
        return
    wanted = str(method.least)
    if method.most > method.least:
        wanted = f"at least {method.least}" if method.most == Method.ANY else f"{method.least} to {int(method.most)}"
    raise Fault(f"Template intrinsic {name} requires {wanted} positional arguments")


class RangeFunction(Invocable):
    __slots__ = ()

    def check(self, positional: int, keywords: int) -> None:
        refuse_keywords("Built-in global range", keywords)
        if positional > 3:
            raise Fault("Built-in global range accepts at most 3 positional arguments")

    def invoke(self, positional: list[Value], keywords: Keywords, run: Run) -> Value:
        """The numbers from start until stop, compared and added as JavaScript would."""
        budget = run.budget
        refuse_callable_arguments(positional, budget)
        value, stop, step = arg(positional, 0), arg(positional, 1), arg(positional, 2)
        if stop is UNDEFINED:
            value, stop, step = 0, value, 1
        elif not truthy(step):
            step = 1
        forward = -1 if order(step, 0, budget) > 0 else 1
        items: list[Value] = []
        while order(value, stop, budget) == forward:
            items.append(value)
            budget.charge()
            if len(items) > MOST_ENTRIES:
                budget.reserve_entries(len(items))
            value = add(value, step, budget)
        return items


class Cycler(TemplateCallable):
    """``cycler('a', 'b')``: ``next()`` gives one after the other, round and round."""

    __slots__ = ("index", "items")

    def __init__(self, items: list[Value]) -> None:
        self.items = items
        self.index = -1

    def member(self, key: str) -> Value:
        if key == "current":
            return None if self.index < 0 else arg(self.items, self.index)
        return CyclerMethod(self, key) if key in ("next", "reset") else UNDEFINED


class CyclerMethod(Invocable):
    __slots__ = ("cycler", "name")

    def __init__(self, cycler: Cycler, name: str) -> None:
        self.cycler = cycler
        self.name = name

    def check(self, positional: int, keywords: int) -> None:
        refuse_keywords(f"Cycler {self.name}", keywords)
        if positional:
            raise Fault(f"Cycler {self.name} requires 0 positional arguments")

    def invoke(self, positional: list[Value], keywords: Keywords, run: Run) -> Value:
        cycler = self.cycler
        if self.name == "reset":
            cycler.index = -1
            return UNDEFINED
        cycler.index = (cycler.index + 1) % (len(cycler.items) or 1)
        return arg(cycler.items, cycler.index)


class CyclerFunction(Invocable):
    __slots__ = ()

    def check(self, positional: int, keywords: int) -> None:
        refuse_keywords("Built-in global cycler", keywords)

    def invoke(self, positional: list[Value], keywords: Keywords, run: Run) -> Value:
        refuse_callable_arguments(positional, run.budget)
        return Cycler(positional)


class Joiner(Invocable):
    """``joiner(',')``: nothing the first time it is called, its separator from then on."""

    __slots__ = ("separator", "used")

    def __init__(self, separator: Value) -> None:
        self.separator = separator
        self.used = False

    def check(self, positional: int, keywords: int) -> None:
        refuse_keywords("Joiner instance", keywords)
        if positional:
            raise Fault("Joiner instance requires 0 positional arguments")

    def invoke(self, positional: list[Value], keywords: Keywords, run: Run) -> Value:
        separator = self.separator if self.used else ""
        self.used = True
        return separator


class JoinerFunction(Invocable):
    __slots__ = ()

    def check(self, positional: int, keywords: int) -> None:
        refuse_keywords("Built-in global joiner", keywords)
        if positional > 1:
            raise Fault("Built-in global joiner accepts at most 1 positional argument")

    def invoke(self, positional: list[Value], keywords: Keywords, run: Run) -> Value:
        refuse_callable_arguments(positional, run.budget)
        separator = arg(positional, 0)
        return Joiner(separator if truthy(separator) else ",")


BUILTIN_GLOBALS: Final[dict[str, Invocable]] = {
    "range": RangeFunction(),
    "cycler": CyclerFunction(),
    "joiner": JoinerFunction(),
}
