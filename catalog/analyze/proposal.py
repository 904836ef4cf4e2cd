"""A descriptor for a repository that has none: a component and its APIs, each with what led to every field."""

from __future__ import annotations

import re
from typing import Any

from catalog.analyze.api_definitions import ApiDefinition, find_api_definitions
from catalog.analyze.fields import Fields
from catalog.analyze.language import find_language
from catalog.analyze.owner import FoundOwner, find_owner
from catalog.analyze.readme import Readme, read_readme
from catalog.analyze.repository import Repository
from catalog.kinds.formats import is_object_name, is_tag

NO_NAME = re.compile(r"[^A-Za-z0-9._-]+")
ENDS = re.compile(r"^[^A-Za-z0-9]+|[^A-Za-z0-9]+$")
LONGEST_NAME = 63
MOST_TAGS = 20
DOCS = ("mkdocs.yml", "mkdocs.yaml")
IMAGES = ("Dockerfile", "Containerfile")
Generated = dict[str, Any]


def propose_entities(repository: Repository, guessed: dict[str, Any]) -> list[Generated]:
    """``[{"entity", "fields"}]`` in the API's words, the component first."""
    readme = read_readme(repository)
    owner = find_owner(repository, repository.host.type if repository.host else "")
    definitions = find_api_definitions(repository)
    component = _Component(repository, guessed).build(readme, owner, definitions)
    names = _names_of(definitions, component["entity"]["metadata"]["name"])
    if names:
        component["entity"]["spec"]["providesApis"] = list(names)
    apis = [_api(name, definition, owner, repository) for name, definition in names.items()]
    return [component, *apis]


class _Component:
    def __init__(self, repository: Repository, guessed: dict[str, Any]) -> None:
        self.repository = repository
        self.entity = {**guessed, "metadata": {**guessed["metadata"]}, "spec": {**guessed["spec"]}}
        self.fields = Fields()

    def build(self, readme: Readme | None, owner: FoundOwner, definitions: list[ApiDefinition]) -> Generated:
        self._name()
        self._texts(readme)
        self._annotations()
        self._tags()
        self._type(definitions)
        self.fields.leave_open("spec.lifecycle", "nothing in a repository tells how far it is")
        _set_owner(self.entity, self.fields, owner)
        for definition in definitions:
            self.fields.suggest("spec.providesApis", definition.path, f"{definition.path} defines an API")
        return {"entity": self.entity, "fields": self.fields.rows}

    def _name(self) -> None:
        folder = self.repository.folder.rstrip("/").rpartition("/")[2]
        name = to_name(folder or self.repository.name)
        self.entity["metadata"]["name"] = name
        if name:
            self.fields.suggest("metadata.name", name, "the folder's name" if folder else "the repository's name")
        else:
            self.fields.ask("metadata.name", f"'{self.repository.name}' cannot be the name of an entity")

    def _texts(self, readme: Readme | None) -> None:
        metadata = self.entity["metadata"]
        if readme and readme.title and readme.title.lower() != metadata["name"].lower():
            metadata["title"] = readme.title
            self.fields.suggest("metadata.title", readme.title, f"the title of {readme.path}")
        told = self.repository.told.description.strip() if not self.repository.folder else ""
        if told:
            metadata["description"] = told
            self.fields.suggest("metadata.description", told, "the description on the host")
        elif readme and readme.description:
            metadata["description"] = readme.description
            self.fields.suggest("metadata.description", readme.description, f"the first words of {readme.path}")

    def _annotations(self) -> None:
        for slug, value in self.entity["metadata"].get("annotations", {}).items():
            self.fields.suggest(f"metadata.annotations.{slug}", value, "where the repository lies")
        docs = next((name for name in DOCS if self.repository.folder + name in self.repository.files), None)
        if docs:
            annotations = self.entity["metadata"].get("annotations", {})
            self.entity["metadata"]["annotations"] = {**annotations, "backstage.io/techdocs-ref": "dir:."}
            self.fields.suggest("metadata.annotations.backstage.io/techdocs-ref", "dir:.", f"there is a {docs}")

    def _tags(self) -> None:
        tags: list[str] = []
        if language := find_language(self.repository):
            tags.append(language[0])
            self.fields.suggest("metadata.tags", language[0], f"the language: {language[1]}")
        for topic in self.repository.told.topics:
            if topic not in tags:
                tags.append(topic)
                self.fields.suggest("metadata.tags", topic, "a topic on the host")
        tags = [tag for tag in tags if is_tag(tag)][:MOST_TAGS]
        if tags:
            self.entity["metadata"]["tags"] = tags

    def _type(self, definitions: list[ApiDefinition]) -> None:
        image = next((name for name in IMAGES if self.repository.folder + name in self.repository.files), None)
        evidence = f"there is a {image}" if image else f"it has {definitions[0].path}" if definitions else ""
        if evidence:
            self.entity["spec"]["type"] = "service"
            self.fields.suggest("spec.type", "service", evidence)
        else:
            self.fields.leave_open("spec.type", "nothing tells whether it is a service, a website or a library")


def _set_owner(entity: dict[str, Any], fields: Fields, owner: FoundOwner) -> None:
    if owner.owner:
        entity["spec"]["owner"] = owner.owner
        fields.suggest("spec.owner", owner.owner, owner.evidence)
    else:
        fields.ask("spec.owner", owner.evidence)


def _names_of(definitions: list[ApiDefinition], component: str) -> dict[str, ApiDefinition]:
    """The component's name for an only one; else with what tells them apart."""
    if not component:
        return {}
    if len(definitions) == 1:
        return {component: definitions[0]}
    names: dict[str, ApiDefinition] = {}
    for definition in definitions:
        stem = definition.path.rpartition(".")[0]
        short, long = (
            to_name(f"{component}-{stem.rpartition('/')[2]}"),
            to_name(f"{component}-{stem.replace('/', '-')}"),
        )
        names[next((name for name in (short, long) if name not in names), f"{long[:59]}-{len(names)}")] = definition
    return names


def _api(name: str, definition: ApiDefinition, owner: FoundOwner, repository: Repository) -> Generated:
    path = f"./{definition.path.removeprefix(repository.folder)}"
    metadata: dict[str, Any] = {"name": name}
    spec = {"type": definition.type, "lifecycle": "unknown", "definition": {"$text": path}}
    entity = {"apiVersion": "backstage.io/v1alpha1", "kind": "API", "metadata": metadata, "spec": spec}
    fields = Fields()
    fields.suggest("metadata.name", name, f"out of the component's name and {definition.path}")
    if definition.title and definition.title.lower() != name.lower():
        metadata["title"] = definition.title
        fields.suggest("metadata.title", definition.title, f"info.title of {definition.path}")
    fields.suggest("spec.type", definition.type, f"what {definition.path} is written in")
    fields.suggest("spec.definition", path, "the file, from where the descriptor would lie")
    fields.leave_open("spec.lifecycle", "nothing in a repository tells how far it is")
    _set_owner(entity, fields, owner)
    return {"entity": entity, "fields": fields.rows}


def to_name(text: str) -> str:
    """The nearest name that an entity may have; empty if there is none."""
    name = ENDS.sub("", NO_NAME.sub("-", text)[:LONGEST_NAME])
    return name if is_object_name(name) else ""
