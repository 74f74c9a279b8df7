"""The product's settings as a whole process of it runs in tests: all of them, but for static files that are not
collected and passwords that are cheap."""

from ogsm.settings import *
from ogsm.settings import STORAGES

STORAGES["staticfiles"] = {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}
WHITENOISE_AUTOREFRESH = WHITENOISE_USE_FINDERS = True
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
