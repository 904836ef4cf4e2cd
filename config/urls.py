"""Where each path leads."""

from django.urls import include, path

urlpatterns = [
    path("api/catalog/", include("catalog.api.urls")),
]
