"""Django's settings: what app-config says, typed. Raises ConfigError, which the command line shows as one line."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from common.app_config import default_config_paths, load_app_config
from config import env
from config.data_dir import ensure_data_dir
from config.databases import database_settings, is_postgres
from config.logs import logging_settings
from config.secret_key import read_secret_key
from config.server_settings import RedisSettings, public_origin

_config_files = env.read_config_files()
APP_CONFIG = load_app_config(
    default_config_paths(Path.cwd()) if _config_files is None else _config_files, env=env.read_environment()
)
CALLBOARD_DATA_DIR = ensure_data_dir(env.read_data_dir())
CALLBOARD_IS_DEVELOPMENT = env.is_development()
CALLBOARD_REDIS = RedisSettings.from_app_config(APP_CONFIG, env_url=env.read_redis_url())

DATABASES = {"default": database_settings(APP_CONFIG, url=env.read_database_url(), data_dir=CALLBOARD_DATA_DIR)}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
SECRET_KEY = read_secret_key(APP_CONFIG, data_dir=CALLBOARD_DATA_DIR, is_shared=is_postgres(DATABASES["default"]))

INSTALLED_APPS = [
    "django.contrib.contenttypes",
    "django.contrib.auth",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.contrib.admin.apps.SimpleAdminConfig",
    "rest_framework",
    "catalog",
    "ownership",
    "scaffolder",
    "search",
    "comms",
    "docs_site",
    "mcp_actions",
    "portal",
    "identity",
]
MIDDLEWARE = [
    "common.security_headers.SecurityHeadersMiddleware",
    "common.cors.CorsMiddleware",
    "config.app_frontend.AppFrontendMiddleware",
    "config.page_middleware.PageSessionMiddleware",
    "config.page_middleware.PageCsrfMiddleware",
    "config.page_middleware.PageAuthenticationMiddleware",
    "config.page_middleware.PageMessageMiddleware",
    "identity.middleware.IdentityMiddleware",
    "common.exception_handler.ErrorMiddleware",
]
TEMPLATES: list[dict[str, Any]] = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
            ]
        },
    }
]
ROOT_URLCONF = "config.urls"
APPEND_SLASH = False
# Whoever stands before us (or nobody) decides which host names lead here; links are built from backend.baseUrl.
ALLOWED_HOSTS = ["*"]
# Whoever ends TLS before us hands over plain HTTP: forms come from the address that browsers see.
CSRF_TRUSTED_ORIGINS = [public_origin(APP_CONFIG)]
STATIC_URL = "static/"
LOGIN_URL = "admin:login"

USE_TZ = True
TIME_ZONE = "UTC"
USE_I18N = False

LOGGING_CONFIG = "config.logs.configure_logging"
LOGGING = logging_settings(APP_CONFIG)

DATA_UPLOAD_MAX_MEMORY_SIZE = None  # the door bounds bodies, see config/door.py
REST_FRAMEWORK = {
    "EXCEPTION_HANDLER": "common.exception_handler.drf_exception_handler",
    "UNAUTHENTICATED_USER": None,
}
