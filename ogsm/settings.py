"""All settings. Each comes from an environment variable with a safe default; README.md lists them.

Safe by default: without any variable it refuses to start (no SECRET_KEY), and with one it serves only HTTPS.
DEBUG=1 is for developing, DEMO=1 for trying it out on one's own machine.
"""

from importlib.util import find_spec
from pathlib import Path

import environ
from csp.constants import NONE, SELF, UNSAFE_INLINE
from django.utils.translation import gettext_lazy as _

BASE_DIR = Path(__file__).resolve().parent.parent
NODE_MODULES = BASE_DIR / "node_modules"
LOOPBACK = ["127.0.0.1", "localhost", "[::1]"]

env = environ.Env()

# --- how it runs -----------------------------------------------------------------------------------------------------
DEBUG = env.bool("DEBUG", default=False)
# DEMO accepts the demo people's public password, so it answers to this machine's own names only.
DEMO = env.bool("DEMO", default=False)
LOCAL = DEBUG or DEMO
SECRET_KEY = env.str("SECRET_KEY", default="protects-nothing-but-one-machine" if LOCAL else env.NOTSET)
ALLOWED_HOSTS = LOOPBACK if DEMO else env.list("ALLOWED_HOSTS", default=LOOPBACK if DEBUG else [])
CSRF_TRUSTED_ORIGINS = env.list("CSRF_TRUSTED_ORIGINS", default=[])

ORGANISATION_NAME = env.str("ORGANISATION_NAME", default="OGSM")
# for links outside a request
SITE_URL = env.str("SITE_URL", default=f"http://127.0.0.1:{env.str('PORT', default='8000')}").rstrip("/")

# --- applications ----------------------------------------------------------------------------------------------------
INSTALLED_APPS = [
    "ogsm.apps.OgsmConfig",
    "ogsm.accounts",
    "plans",
    "actions",
    "updates",
    "django.contrib.admin",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "ogsm.apps.StaticFilesConfig",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "allauth.socialaccount",
    "crispy_forms",
    "crispy_bootstrap5",
    "django_filters",
    "django_htmx",
    "simple_history",
    "template_partials",
]

MIDDLEWARE = [
    "ogsm.middleware.room_for_calls",  # the first: room for all that follow
    "django.middleware.security.SecurityMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "csp.middleware.CSPMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "ogsm.middleware.readable",
    "ogsm.middleware.admin_styles",
    "ogsm.middleware.calendar_without_cookies",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.auth.middleware.LoginRequiredMiddleware",
    "ogsm.middleware.moment",
    "ogsm.middleware.profile_language",
    "django.contrib.messages.middleware.MessageMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "simple_history.middleware.HistoryRequestMiddleware",
    "ogsm.middleware.PlanTransaction",  # the last: it calls the view
]

ROOT_URLCONF = "ogsm.urls"
WSGI_APPLICATION = "ogsm.wsgi.application"
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,  # with this Django caches compiled templates itself, and template_partials wraps that loader
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "ogsm.http.shell",
            ],
        },
    }
]
CRISPY_ALLOWED_TEMPLATE_PACKS = "bootstrap5"
CRISPY_TEMPLATE_PACK = "bootstrap5"

# --- data ------------------------------------------------------------------------------------------------------------
DATABASES = {"default": env.db_url("DATABASE_URL", default=f"sqlite:///{BASE_DIR / 'db.sqlite3'}")}
_database = DATABASES["default"]
_database.setdefault("CONN_MAX_AGE", 60)  # s; opening SQLite and reading its tables costs a third of a short answer
if _database["ENGINE"] == "django.db.backends.sqlite3":
    # Many writers at once: a write takes its lock at the start and waits for it, readers never wait (WAL).
    _database["OPTIONS"] = {
        "transaction_mode": "IMMEDIATE",
        "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL; PRAGMA busy_timeout=5000;",
        **_database.get("OPTIONS", {}),
    }
else:
    _database["CONN_HEALTH_CHECKS"] = True
    # connections that the threads of a process share, at most; 0: each thread keeps one of its own (docs/growing.md)
    if _pool := env.int("DATABASE_POOL", default=0):
        _database["CONN_MAX_AGE"] = 0  # the pool keeps them
        _database.setdefault("OPTIONS", {})["pool"] = {"min_size": 1, "max_size": _pool, "timeout": 10}

# In the database, so that every web process sees the same: sign-in throttling counts in it.
CACHES = {"default": env.cache_url("CACHE_URL", default="dbcache://cache?max_entries=10000")}
SESSION_ENGINE = "django.contrib.sessions.backends.cached_db"
MESSAGE_STORAGE = "django.contrib.messages.storage.session.SessionStorage"

# --- languages and time ----------------------------------------------------------------------------------------------
LANGUAGE_CODE = env.str("DEFAULT_LANGUAGE", default="en")  # of mails to who leaves the language to the browser
LANGUAGES = [("en", _("English")), ("nl", _("Dutch"))]
LOCALE_PATHS = [BASE_DIR / "ogsm" / "locale"]
TIME_ZONE = env.str("TIME_ZONE", default="Europe/Amsterdam")
USE_TZ = True

# --- static files ----------------------------------------------------------------------------------------------------
STATIC_URL = "static/"
STATIC_ROOT = BASE_DIR / "staticfiles"
VENDOR_DIRS = [
    ("vendor/bootstrap", NODE_MODULES / "bootstrap" / "dist"),
    ("vendor/inter", NODE_MODULES / "@fontsource-variable" / "inter"),
    ("vendor/sortablejs", NODE_MODULES / "sortablejs"),
    ("vendor/source-serif-4", NODE_MODULES / "@fontsource" / "source-serif-4"),
]
STATICFILES_DIRS = [BASE_DIR / "static", *VENDOR_DIRS]
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {
        "BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage" if DEBUG else "ogsm.staticfiles.Storage"
    },
}
WHITENOISE_USE_FINDERS = DEBUG
WHITENOISE_ALLOW_ALL_ORIGINS = False

# --- sign-in ---------------------------------------------------------------------------------------------------------
AUTH_USER_MODEL = "accounts.User"
SIMPLE_HISTORY_REVERT_DISABLED = True  # the administration shows earlier states; verbs change the present one
# Addresses are unique in any case, through a constraint on the lower-cased address that this check does not see.
SILENCED_SYSTEM_CHECKS = ["auth.W004"]
AUTHENTICATION_BACKENDS = ["ogsm.accounts.auth.Backend"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {
        "NAME": "django.contrib.auth.password_validation.MinimumLengthValidator",
        "OPTIONS": {"min_length": 10},
    },
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "ogsm.accounts.auth.NotTheDemoPassword"},
]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "/"
LOGOUT_REDIRECT_URL = "account_login"
ACCOUNT_ADAPTER = "ogsm.accounts.adapter.Adapter"
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_FORMS = {"login": "ogsm.accounts.forms.SignInForm"}
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*"]
ACCOUNT_EMAIL_VERIFICATION = "none"  # people are invited, or take part through a mailed link: that proves the address
ACCOUNT_LOGOUT_ON_PASSWORD_CHANGE = False  # the other sessions end, this one stays
ACCOUNT_LOGOUT_ON_GET = False
ACCOUNT_EMAIL_SUBJECT_PREFIX = ""
ACCOUNT_SESSION_REMEMBER = True
ACCOUNT_EMAIL_UNKNOWN_ACCOUNTS = False  # a password reset mails nobody but our own people
ACCOUNT_RATE_LIMITS = {"login_failed": "10/m/ip,5/5m/key", "invite": "20/h/user", "invite_again": "5/h/key"}
SOCIALACCOUNT_ONLY = False
SOCIALACCOUNT_ADAPTER = "ogsm.accounts.adapter.SocialAdapter"
MFA_SUPPORTED_TYPES = ["totp", "recovery_codes"]
MFA_TOTP_ISSUER = ORGANISATION_NAME

# --- mail ------------------------------------------------------------------------------------------------------------
vars().update(env.email_url("EMAIL_URL", default="consolemail://" if LOCAL else "smtp://localhost:25"))
EMAIL_TIMEOUT = 20
DEFAULT_FROM_EMAIL = SERVER_EMAIL = env.str("DEFAULT_FROM_EMAIL", default="OGSM <ogsm@localhost>")

# --- what the browser may do -----------------------------------------------------------------------------------------
HTTPS = env.bool("HTTPS", default=not LOCAL)
SECURE_SSL_REDIRECT = HTTPS
SECURE_REDIRECT_EXEMPT = [r"^healthz$"]
SECURE_HSTS_SECONDS = 365 * 24 * 3600 if HTTPS else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = SECURE_HSTS_PRELOAD = HTTPS
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = LANGUAGE_COOKIE_SECURE = HTTPS
SESSION_COOKIE_HTTPONLY = CSRF_COOKIE_HTTPONLY = True
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
# One proxy in front that ends HTTPS and sets X-Forwarded-Proto and X-Forwarded-For.
if env.bool("BEHIND_PROXY", default=False):
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
    ALLAUTH_TRUSTED_PROXY_COUNT = 1
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [SELF],
        "img-src": [SELF, "data:"],
        "base-uri": [NONE],
        "form-action": [SELF],
        "frame-ancestors": [NONE],
        "object-src": [NONE],
    }
}
# The history pages of the admin bring one inline style of their own.
ADMIN_STYLE_SRC = [SELF, UNSAFE_INLINE]

# --- log -------------------------------------------------------------------------------------------------------------
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"format": "{asctime} {levelname} {name}: {message}", "style": "{"}},
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "line"}},
    "root": {"handlers": ["console"], "level": env.str("LOG_LEVEL", default="INFO")},
    # Django's own handlers would write each line twice, and mail errors to ADMINS.
    "loggers": {
        "django": {"handlers": [], "propagate": True},
        "django.server": {"propagate": False},
        # They report every step and every rule of ours that is meant for browsers alone.
        "weasyprint": {"level": "ERROR"},
        "fontTools": {"level": "ERROR"},
    },
}

# --- developing ------------------------------------------------------------------------------------------------------
if DEBUG:
    INTERNAL_IPS = ["127.0.0.1"]
    for _module, _app, _middleware in [
        (
            "debug_toolbar",
            "debug_toolbar",
            "debug_toolbar.middleware.DebugToolbarMiddleware",
        ),
        (
            "django_browser_reload",
            "django_browser_reload",
            "django_browser_reload.middleware.BrowserReloadMiddleware",
        ),
        ("zeal", "zeal", "zeal.middleware.zeal_middleware"),
    ]:
        if find_spec(_module):
            INSTALLED_APPS.append(_app)
            MIDDLEWARE.append(_middleware)
    ZEAL_RAISE = False
