from django.apps import AppConfig


class IdentityConfig(AppConfig):
    name = "identity"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Every process decides by the policy of its configuration. A wrong one stops the start, with a ConfigError."""
        from django.conf import settings

        from common.permissions import set_policy
        from identity.permissions.read import read_policy

        set_policy(read_policy(settings.APP_CONFIG))
