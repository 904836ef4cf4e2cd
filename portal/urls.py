"""The pages that Callboard shows a person. Mounted at the root."""

from django.urls import path

from portal.assets_view import serve_asset
from portal.catalog_page import show_catalog
from portal.create_form import show_form
from portal.create_page import show_templates
from portal.entity_page import show_entity
from portal.errors_page import show_errors
from portal.locations_page import show_locations
from portal.providers_page import show_providers
from portal.task_orders import order_cancel, order_retry
from portal.task_page import show_task
from portal.tasks_page import show_tasks

urlpatterns = [
    path("", show_catalog, name="catalog"),
    path("entities/<str:kind>/<str:namespace>/<str:name>", show_entity, name="entity"),
    path("create", show_templates, name="create"),
    path("create/<str:namespace>/<str:name>", show_form, name="create-form"),
    path("tasks", show_tasks, name="tasks"),
    path("tasks/<str:task_id>", show_task, name="task"),
    path("tasks/<str:task_id>/cancel", order_cancel, name="task-cancel"),
    path("tasks/<str:task_id>/retry", order_retry, name="task-retry"),
    path("errors", show_errors, name="errors"),
    path("locations", show_locations, name="locations"),
    path("providers", show_providers, name="providers"),
    path("assets/<str:fingerprint>/<str:name>", serve_asset, name="asset"),
]
