"""Settings of BottleCRM, which the tests run as it comes from PyPI, on SQLite."""

import os

from crm.settings import *  # noqa: F403


class _NoMigrations(dict):
    """Tables are made from the models at once, not step by step through their past."""

    def __contains__(self, app):
        return True

    def __getitem__(self, app):
        return None


INSTALLED_APPS = [app for app in INSTALLED_APPS if app != "django_ses"]  # noqa: F405
SECRET_KEY = "for tests"
DEBUG = False
ALLOWED_HOSTS = ["127.0.0.1"]
DATABASES = {
    "default": {
        "ENGINE": "django.db.backends.sqlite3",
        "NAME": os.environ["BOTTLE_DATABASE"],
        "OPTIONS": {"timeout": 10},
    }
}
MIGRATION_MODULES = _NoMigrations()
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
EMAIL_BACKEND = "django.core.mail.backends.dummy.EmailBackend"
LOGGING = {"version": 1, "disable_existing_loggers": False}
