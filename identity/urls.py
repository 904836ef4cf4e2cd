"""``/api/auth``: public routes, for those who have no credentials yet."""

from __future__ import annotations

from django.urls import path, re_path

from identity.api import guest_refresh, jwks, openid_configuration, unknown_provider, user_info
from identity.sign_in import api as sign_in
from identity.sign_in.settings import PROVIDERS

urlpatterns = [
    path(".well-known/jwks.json", jwks),
    path(".well-known/openid-configuration", openid_configuration),
    path("v1/userinfo", user_info),
    path("guest/refresh", guest_refresh),
    re_path(rf"^(?P<provider>{'|'.join(PROVIDERS)})/start$", sign_in.start),
    re_path(rf"^(?P<provider>{'|'.join(PROVIDERS)})/handler/frame$", sign_in.handler_frame),
    re_path(rf"^(?P<provider>{'|'.join(PROVIDERS)})/refresh$", sign_in.refresh),
    re_path(rf"^(?P<provider>{'|'.join(PROVIDERS)})/logout$", sign_in.logout),
    re_path(r"^(?P<provider>[^/]+)(?:/.*)?$", unknown_provider),
]
