"""``/api/auth``: public routes, for those who have no credentials yet."""

from __future__ import annotations

from django.urls import path, re_path

from identity.api import guest_refresh, jwks, openid_configuration, unknown_provider, user_info

urlpatterns = [
    path(".well-known/jwks.json", jwks),
    path(".well-known/openid-configuration", openid_configuration),
    path("v1/userinfo", user_info),
    path("guest/refresh", guest_refresh),
    re_path(r"^(?P<provider>[^/]+)(?:/.*)?$", unknown_provider),
]
