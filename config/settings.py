"""Django settings (the serve command's helper replaces this bootstrap)."""

SECRET_KEY = "bootstrap"
INSTALLED_APPS = ["django.contrib.contenttypes", "django.contrib.auth", "rest_framework", "catalog"]
DATABASES = {"default": {"ENGINE": "django.db.backends.sqlite3", "NAME": "/tmp/callboard-bootstrap.sqlite3"}}
USE_TZ = True
ROOT_URLCONF = "config.urls"
