from django.apps import AppConfig


class SearchConfig(AppConfig):
    name = "search"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from common.search_documents import set_search_index
        from search.replace import replace_documents

        set_search_index(replace_documents)
