"""``macro``, ``call`` and captures as closures."""

from __future__ import annotations

from scaffolder.templating import nodes
from scaffolder.templating.building import Builder, Evaluate, Execute
from scaffolder.templating.coercion import render_text
from scaffolder.templating.compile_calls import arguments_of
from scaffolder.templating.errors import Fault
from scaffolder.templating.macros import MacroCallable, Plan, captured
from scaffolder.templating.names import Names
from scaffolder.templating.scopes import Env, Scope


def plan_of(node: nodes.Macro | nodes.CallBlock, names: Names, build: Builder) -> Plan:
    """Compile parameters and body in a frame of their own. Of two parameters of one name the first has the slot."""
    signature = node.signature
    defaults: list[tuple[str, Evaluate]] = []
    slots: dict[str, int] = {}
    for name in signature.names:
        if name not in slots:
            slots[name] = names.bind(name)
    for name, default in signature.defaults:
        defaults.append((name, build.expression(default, names)))
    every = {*signature.names, *(name for name, _ in signature.defaults)}
    return Plan(
        frame=names.frame,
        names=tuple(signature.names),
        slots=tuple(slots[name] for name in signature.names),
        defaults=tuple(defaults),
        body=build.body(node.body, names),
        cost=node.cost,
        takes_caller="caller" in every,
    )


def macro(node: nodes.Macro, names: Names, build: Builder) -> Execute:
    slot = names.bind(node.name)
    plan = plan_of(node, names.macro(), build)

    def execute(env: Env, out: list[str]) -> None:
        defined = MacroCallable(plan, env.exported, env.exported, None, is_macro=True)
        env.slots[slot] = defined
        if env.exports_macros:
            env.exported.names[node.name] = defined

    return execute


def call_block(node: nodes.CallBlock, names: Names, build: Builder) -> Execute:
    target = build.expression(node.call.target, names)
    arguments = arguments_of(node.call.arguments, names, build)
    plan = plan_of(node, names.caller(), build)

    def execute(env: Env, out: list[str]) -> None:
        called = target(env)
        if not (isinstance(called, MacroCallable) and called.is_macro):
            raise Fault("Call blocks can target only template macros", node.offset)
        positional, keyword = arguments(env)
        keyword["caller"] = MacroCallable(plan, env.scope, env.exported, env.slots, is_macro=False)
        text = render_text(called.invoke(positional, keyword, env.run), env.budget)
        env.budget.add_output(len(text))
        out.append(text)

    return execute


def capture(node: nodes.Capture, names: Names, build: Builder) -> Evaluate:
    """The body of a filter block, with a scope of its own."""
    body = build.body(node.body, names)
    return lambda env: captured(body, env.within(Scope(env.scope, isolated=False)))
