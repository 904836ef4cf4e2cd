"""The provider of one tenant of Microsoft Entra ID."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import closing
from dataclasses import replace
from functools import partial
from urllib.parse import quote

from catalog.entity_ref import LocationRef
from catalog.providers.org.at_once import ask_at_once
from catalog.providers.org.hierarchy import Document
from catalog.providers.org.msgraph.client import Graph
from catalog.providers.org.msgraph.config import GraphConfig, Question
from catalog.providers.org.msgraph.relations import Membership, resolve_relations
from catalog.providers.org.msgraph.transform import build_group, build_root, build_user, id_of
from catalog.providers.org.notes import Notes
from catalog.providers.org.provider import OrgProvider
from catalog.providers.org.result import OrgMember, build_result, has_sound_name
from catalog.providers.provider import ProviderResult, ReadContext
from integrations.hosts.answer import Row, text_of

USER = "#microsoft.graph.user"
GROUP = "#microsoft.graph.group"
NO_MAIL = "left out because they have no id, name or mail address"
NO_NAME = "left out because they have no id or name"


class GraphOrgProvider(OrgProvider[GraphConfig]):
    """Users and groups of one tenant. Each run reads them all: one list of users, one of groups, the members of each."""

    kind = "microsoftGraphOrg"
    bucket = "MicrosoftGraphOrgEntityProvider"

    def read(self, context: ReadContext) -> ProviderResult:
        notes = Notes()
        with closing(Graph(self._config)) as graph:
            reader = _Reader(self._config, graph, context, notes)
            users = reader.users()
            root, groups, membership = reader.groups()
        resolve_relations(users, groups, root, membership)
        members = (self._member(document) for document in (*users, *groups))
        return build_result(members, location_key=f"msgraph-org-provider:{self._config.id}", notes=notes)

    def _member(self, document: Document) -> OrgMember:
        id_ = id_of(document)
        return OrgMember(document, LocationRef("msgraph", f"{self._config.id}/{quote(id_, safe='')}"), source_id=id_)


class _Reader:
    def __init__(self, config: GraphConfig, graph: Graph, context: ReadContext, notes: Notes) -> None:
        self._config = config
        self._graph = graph
        self._context = context
        self._notes = notes

    def users(self) -> list[Document]:
        return self._build(self._user_rows(), build_user, NO_MAIL)

    def groups(self) -> tuple[Document | None, list[Document], Membership]:
        """The tenant's own group, all groups with it, and who is in them."""
        root = build_root(self._graph.organization())
        if root is not None and not has_sound_name(root, id_of(root), self._notes):
            root = None
        membership, seen = Membership(), dict[str, Row]()
        rows = list(self._listed(self._config.groups))
        found = self._read_members(rows, membership, seen)
        if self._config.has_sub_groups:
            named = {text_of(row, "id") for row in rows}
            below = [row for id_, row in seen.items() if id_ not in named]
            found += self._read_members(below, membership, {})
        return root, ([root] if root else []) + found, membership

    def _read_members(self, rows: Sequence[Row], membership: Membership, seen: dict[str, Row]) -> list[Document]:
        """Those groups as entities. Groups among their members come into ``seen``."""
        documents = self._build(rows, build_group, NO_NAME)
        questions = {id_: Question(("groups", id_, "members")) for id_ in map(id_of, documents)}
        for id_, members in self._at_once(questions):
            for member in members:
                type_, member_id = member.get("@odata.type"), text_of(member, "id")
                if not member_id:
                    continue
                if type_ == USER:
                    membership.users[id_].add(member_id)
                elif type_ == GROUP:
                    membership.groups[id_].add(member_id)
                    seen[member_id] = member
        return documents

    def _user_rows(self) -> Iterable[Row]:
        if self._config.of_members is None:
            return self._graph.all(self._config.users)
        found: dict[str, Row] = {}
        groups = [text_of(row, "id") for row in self._listed(self._config.of_members)]
        users = self._config.users
        asked = {id_: replace(users, path=("groups", id_, "members", "microsoft.graph.user")) for id_ in groups if id_}
        for _, members in self._at_once(asked):
            found |= {text_of(row, "id"): row for row in members}
        return found.values()

    def _build(self, rows: Iterable[Row], build: Callable[[Row], Document | None], missing: str) -> list[Document]:
        found: dict[str, Document] = {}
        for done, row in enumerate(rows):
            self._context.progress(done, 0)
            document = build(row)
            if document is None:
                self._notes.add(missing, text_of(row, "displayName") or text_of(row, "id") or "?")
            elif has_sound_name(document, id_of(document), self._notes):
                found[id_of(document)] = document
        return list(found.values())

    def _listed(self, question: Question) -> Iterator[Row]:
        """A long list, with a word on how far it is."""
        for done, row in enumerate(self._graph.all(question)):
            self._context.progress(done, 0)
            yield row

    def _at_once(self, questions: dict[str, Question]) -> Iterator[tuple[str, list[Row]]]:
        calls = {id_: partial(self._all, question) for id_, question in questions.items()}
        return ask_at_once(calls, self._context.progress)

    def _all(self, question: Question) -> list[Row]:
        return list(self._graph.all(question))
