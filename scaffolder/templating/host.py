"""The door to filters and functions of the host: what goes out and comes in is plain data, and is counted."""

from __future__ import annotations

from scaffolder.templating.errors import Fault
from scaffolder.templating.scopes import Function, Run
from scaffolder.templating.taint import is_tainted, tainted
from scaffolder.templating.transfer import Exporter, Importer
from scaffolder.templating.values import Value


def call_host(description: str, function: Function, arguments: list[Value], run: Run) -> Value:
    """Call the function with plain copies of the arguments. Raises Fault with the message of what it raises."""
    run.budget.add_call()
    exporter = Exporter(run.budget)
    given = [exporter.copy(value) for value in arguments]
    try:
        result = function(*given)
    except Exception as error:
        # The function may be a company's own: whatever it raises is a failure of the template that called it.
        raise Fault(f"Template {description} failed: {error}") from error
    value = Importer().copy(result)
    if run.tracks_secrets and any(is_tainted(argument, run.budget) for argument in arguments):
        return tainted(value, run.budget)
    return value
