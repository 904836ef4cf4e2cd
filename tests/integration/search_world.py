"""Entities and documents to be found, and the search API in front of them."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

from django.test import Client

from common.app_config import AppConfig
from common.search_documents import SearchDocument
from search.index.entities import forget_entity_documents
from search.index.stored import forget_stored_documents


class SearchWorld:
    """``find`` asks the API and gives the titles of the hits."""

    def __init__(self, settings: Any, client: Client, **config: Any) -> None:
        self.client = client
        settings.APP_CONFIG = AppConfig.from_dict(
            {"backend": {"auth": {"dangerouslyDisableDefaultAuthPolicy": True}}, **config}
        )
        forget_entity_documents()
        forget_stored_documents()

    def get(self, **query: Any) -> Any:
        return self.client.get(f"/api/search/query?{urlencode(query)}")

    def ask(self, term: str = "", **query: Any) -> dict[str, Any]:
        response = self.get(term=term, **query)
        assert response.status_code == 200, response.content
        answer: dict[str, Any] = response.json()
        return answer

    def find(self, term: str = "", **query: Any) -> list[str]:
        return [result["document"]["title"] for result in self.ask(term, **query)["results"]]


def make_page(
    title: str, text: str = "", *, entity_ref: str = "component:default/cart", **fields: Any
) -> SearchDocument:
    return SearchDocument(title, text, f"/docs/{title}", entity_ref, fields)
