from django.apps import AppConfig

from common.cookie_paths import allow_cookie


class DocsSiteConfig(AppConfig):
    name = "docs_site"

    def ready(self) -> None:
        # Pictures and style sheets of a page: a browser fetches them without the page's token.
        allow_cookie("/api/techdocs/static/")
