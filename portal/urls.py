"""The pages that Callboard shows a person. Mounted at the root."""

from django.urls import path

from portal.assets_view import serve_asset
from portal.catalog_page import show_catalog
from portal.entity_page import show_entity
from portal.errors_page import show_errors
from portal.locations_page import show_locations

urlpatterns = [
    path("", show_catalog, name="catalog"),
    path("entities/<str:kind>/<str:namespace>/<str:name>", show_entity, name="entity"),
    path("errors", show_errors, name="errors"),
    path("locations", show_locations, name="locations"),
    path("assets/<str:fingerprint>/<str:name>", serve_asset, name="asset"),
]
