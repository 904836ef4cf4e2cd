"""Where each path leads. The catalog's API first: it is asked most."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.urls import include, path
from django.views.generic import RedirectView

from config import celery as bell
from config.metrics import show_metrics
from config.static_files import serve_static
from identity.cookie_api import user_cookie

# Doors ring for workers through this app, and no other.
bell.app.set_default()
admin.autodiscover()

urlpatterns: list[Any] = [
    path("api/catalog/", include("catalog.api.urls")),
    path("api/scaffolder/", include("scaffolder.api.urls")),
    path("api/<slug:plugin>/.backstage/auth/v1/cookie", user_cookie),
    path("api/auth/", include("identity.urls")),
    path("api/permission/", include("identity.permission_urls")),
    path("api/search/", include("search.urls")),
    path("api/ownership/", include("ownership.urls")),
    path("api/techdocs/", include("docs_site.urls")),
    path("api/mcp-actions/", include("mcp_actions.urls")),
    path("api/", include("comms.urls")),
    path("", include("portal.urls")),
    # Where the root belongs to a Backstage frontend (config/app_frontend.py), our pages are below this.
    path("callboard", RedirectView.as_view(url="/callboard/")),
    path("callboard/", include("portal.urls")),
    path("metrics", show_metrics),
    path("static/<path:name>", serve_static),
    path("admin/", admin.site.urls),
]

handler400 = "common.exception_handler.handler400"
handler403 = "common.exception_handler.handler403"
handler404 = "portal.not_found.handler404"
handler500 = "common.exception_handler.handler500"
