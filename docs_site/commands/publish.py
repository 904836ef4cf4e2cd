"""``callboard docs publish``: shows how it goes, and what came of it."""

from __future__ import annotations

import argparse
import sys
from dataclasses import asdict

import orjson
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

from catalog.commands.terminal import harmless, open_console
from catalog.entity_ref import EntityRef
from docs_site.publishing.publish import Publication, publish_site, publish_source
from docs_site.settings import docs_settings
from docs_site.store import OnProgress
from docs_site.stores import docs_store

DEFAULT_KIND = "component"


def run(arguments: argparse.Namespace) -> int:
    console = open_console(stderr=True)
    publication = _publish(arguments, console)
    if arguments.json:
        sys.stdout.write(orjson.dumps(_describe(publication), option=orjson.OPT_INDENT_2).decode() + "\n")
    else:
        console.print(_summary(publication), style="green")
    return 0


def _publish(arguments: argparse.Namespace, console: Console) -> Publication:
    ref = EntityRef.parse(arguments.entity, default_kind=DEFAULT_KIND)
    settings, store = docs_settings(), docs_store()
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    with Progress(*columns, console=console, transient=True, disable=not console.is_terminal) as progress:
        on_progress = _bar(progress)
        if arguments.site:
            return publish_site(arguments.site, ref, settings=settings, store=store, on_progress=on_progress)
        return publish_source(
            arguments.source,
            ref,
            settings=settings,
            store=store,
            on_line=lambda line: console.print(harmless(line), style="dim"),
            on_progress=on_progress,
        )


def _bar(progress: Progress) -> OnProgress:
    task = progress.add_task("building", total=None)
    return lambda done, of: progress.update(task, description="publishing", completed=done, total=of)


def _summary(publication: Publication) -> str:
    removed = f", {publication.removed} removed" if publication.removed else ""
    text = f"{publication.entity_ref}: {publication.files} files published, {publication.size} bytes{removed}"
    return harmless(text)


def _describe(publication: Publication) -> dict[str, object]:
    described = asdict(publication)
    return {"entityRef": described.pop("entity_ref"), "siteName": described.pop("site_name"), **described}
