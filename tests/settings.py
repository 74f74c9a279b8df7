"""The product's settings as the tests run them: without HTTPS, on a database of this process, with cheap passwords.

DATABASE_URL may name a PostgreSQL (scripts/pg-test.sh does); nothing else is taken from the environment.
"""

import os
import tempfile
from pathlib import Path

os.environ.update(DEBUG="0", DEMO="0", HTTPS="0", SECRET_KEY="tests", ALLOWED_HOSTS="testserver,localhost,127.0.0.1")
os.environ.update(CACHE_URL="locmemcache://", EMAIL_URL="memorymail://", ORGANISATION_NAME="Testbedrijf")
os.environ.update(ACCESS_LOG="0", MAIL_AT_ONCE="0")
for _name in (
    "TIME_ZONE",
    "SITE_URL",
    "BEHIND_PROXY",
    "CSRF_TRUSTED_ORIGINS",
    "DEFAULT_FROM_EMAIL",
    "LOG_LEVEL",
    "LOG_FORMAT",
    "SLOW_QUERY_MS",
    "DEFAULT_LANGUAGE",
    "RATE_LIMITS",
    "SECRET_KEY_FALLBACKS",
    "OIDC_ISSUER",
    "OIDC_CLIENT_ID",
    "OIDC_CLIENT_SECRET",
    "OIDC_NAME",
    "OIDC_ONLY",
    "OIDC_CREATE",
    "OIDC_VERIFIED_DOMAINS",
    "REQUIRE_TWO_FACTORS",
):
    os.environ.pop(_name, None)

from ogsm.settings import *
from ogsm.settings import DATABASES, INSTALLED_APPS, MIDDLEWARE, STORAGES

_folder = tempfile.TemporaryDirectory(prefix="ogsm-tests-")

if DATABASES["default"]["ENGINE"] == "django.db.backends.sqlite3":
    # A real file, so that threads (the browser's server, parallel writers) have connections of their own.
    DATABASES["default"]["NAME"] = f"{_folder.name}/unused.sqlite3"
    DATABASES["default"]["TEST"] = {"NAME": f"{_folder.name}/tests.sqlite3"}
    DATABASES["default"]["OPTIONS"]["init_command"] += " PRAGMA synchronous=OFF;"

PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]

# Static files come straight from where they lie.
STORAGES["staticfiles"] = {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}
STATIC_ROOT = Path(_folder.name)
WHITENOISE_AUTOREFRESH = WHITENOISE_USE_FINDERS = True

# A query repeated per row fails the test that does it.
INSTALLED_APPS += ["zeal"]
MIDDLEWARE.insert(0, "zeal.middleware.zeal_middleware")
ZEAL_RAISE = True
