from django.apps import AppConfig


class CommsConfig(AppConfig):
    name = "comms"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Whoever has something to say reaches it through the ports of ``common``."""
        from common.notifications import set_notifier
        from common.signals import set_publisher
        from comms.notifications.send import send
        from comms.signals.publish import publish

        set_notifier(send)
        set_publisher(publish)
