from django.apps import AppConfig


class OwnershipConfig(AppConfig):
    name = "ownership"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Queries of the catalog can ask for what an owner has, and who stands below him."""
        from catalog.queries.named_sets import add_named_set
        from ownership.closure import find_owned_by_any

        add_named_set("callboard:ownedbytransitive", find_owned_by_any)
