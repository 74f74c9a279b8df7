"""All settings. Each comes from an environment variable with a safe default.

The comment beside or above each becomes its row in docs/operations.md (`make settings`).

Safe by default: without any variable it refuses to start (no SECRET_KEY), and with one it serves only HTTPS.
DEBUG=1 is for developing, DEMO=1 for trying it out on one's own machine.
"""

from importlib.util import find_spec
from pathlib import Path

import environ
from csp.constants import NONE, SELF, UNSAFE_INLINE
from django.utils.translation import gettext_lazy as _

from ogsm import rates

BASE_DIR = Path(__file__).resolve().parent.parent
NODE_MODULES = BASE_DIR / "node_modules"
LOOPBACK = ["127.0.0.1", "localhost", "[::1]"]

env = environ.Env()

# --- how it runs -----------------------------------------------------------------------------------------------------
DEBUG = env.bool("DEBUG", default=False)  # `1`: for developing on one's own machine
# `1`: accepts the demo people's public password, so it answers to this machine's own names only; `make demo` sets it
DEMO = env.bool("DEMO", default=False)
LOCAL = DEBUG or DEMO
PUBLIC_KEY = "protects-nothing-but-one-machine"
# signs sessions and links; at least 50 random characters (default: none, required)
SECRET_KEY = env.str("SECRET_KEY", default=PUBLIC_KEY if LOCAL else env.NOTSET)
# keys of before, with commas: what they signed still holds, and nothing new is signed with them
SECRET_KEY_FALLBACKS = env.list("SECRET_KEY_FALLBACKS", default=[])
# host names it answers to, with commas (default: none, required)
ALLOWED_HOSTS = LOOPBACK if DEMO else env.list("ALLOWED_HOSTS", default=LOOPBACK if DEBUG else [])
# `https://…` origins with commas, when the proxy changes the host name
CSRF_TRUSTED_ORIGINS = env.list("CSRF_TRUSTED_ORIGINS", default=[])

ORGANISATION_NAME = env.str("ORGANISATION_NAME", default="OGSM")  # shown above every page and in mail
# `0` serves plain HTTP: no redirect, no HSTS, cookies without `Secure` (default: on)
HTTPS = env.bool("HTTPS", default=not LOCAL)
_PORT = env.str("PORT", default="8000")  # where `make demo` serves
_host = ALLOWED_HOSTS[0] if len(ALLOWED_HOSTS) == 1 and ALLOWED_HOSTS[0][:1] not in ("*", ".") else ""
_site = f"http{'s' if HTTPS else ''}://{_host}" if _host else f"http://127.0.0.1:{_PORT}"
# where people reach it: every link that is mailed begins with it, whatever a request says of its host (default: the
# one name in `ALLOWED_HOSTS`, else `http://127.0.0.1:8000`)
SITE_URL = env.str("SITE_URL", default=_site).rstrip("/")

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
    "allauth.socialaccount.providers.openid_connect",
    "ogsm.apps.UserSessionsConfig",
    "crispy_forms",
    "crispy_bootstrap5",
    "django_filters",
    "django_guid",
    "django_htmx",
    "simple_history",
    "template_partials",
]

MIDDLEWARE = [
    "ogsm.middleware.room_for_calls",  # the first: room for all that follow
    "ogsm.logs.request_log",  # sees what was answered, and how long it took
    "django_guid.middleware.guid_middleware",
    "ogsm.response_headers.headers",  # sees every answer
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "csp.middleware.CSPMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "ogsm.health.asked_by_machines",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "ogsm.api.middleware.for_programs",
    "ogsm.middleware.readable",
    "ogsm.middleware.admin_styles",
    "ogsm.middleware.calendar_without_cookies",
    "ogsm.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "ogsm.limits.size",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.auth.middleware.LoginRequiredMiddleware",
    "ogsm.middleware.moment",
    "ogsm.middleware.profile_language",
    "django.contrib.messages.middleware.MessageMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "ogsm.sign_in.two_steps.TwoStepsFirst",
    "django_htmx.middleware.HtmxMiddleware",
    "ogsm.limits.RateLimits",
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
# `postgres://user:password@host/name` for PostgreSQL (default: `sqlite:///db.sqlite3` in the program's folder)
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
    # A server that is gone without a word is given up after seconds, not after the minutes that TCP takes for it.
    _database["OPTIONS"] = {
        "connect_timeout": 5,
        "tcp_user_timeout": 15_000,
        "keepalives_idle": 10,
        "keepalives_interval": 5,
        "keepalives_count": 3,
        # A statement that was sent five times is prepared: PostgreSQL reads and plans it no more (docs/growing.md).
        "server_side_binding": True,
        "prepare_threshold": 5,
        **_database.get("OPTIONS", {}),
    }
    # connections that the threads of a process share, at most; 0: each thread keeps one of its own (docs/growing.md)
    if _pool := env.int("DATABASE_POOL", default=0):
        _database["CONN_MAX_AGE"] = 0  # the pool keeps them
        _database["OPTIONS"]["pool"] = {"min_size": 1, "max_size": _pool, "timeout": 10}

# `redis://host:6379/0` for Redis; never memory of one process, since every web process must see the same: sign-in
# throttling counts in it (default: a table in the database)
CACHES = {"default": env.cache_url("CACHE_URL", default="dbcache://cache?max_entries=10000")}
SESSION_ENGINE = "django.contrib.sessions.backends.cached_db"
if CACHES["default"]["BACKEND"].endswith(".RedisCache"):
    # It may go away and come back with what it knew: sessions, which have to end everywhere at once, are not in it.
    CACHES["default"]["BACKEND"] = "ogsm.caches.ForgivingRedisCache"
    SESSION_ENGINE = "django.contrib.sessions.backends.db"
MESSAGE_STORAGE = "django.contrib.messages.storage.session.SessionStorage"

# --- languages and time ----------------------------------------------------------------------------------------------
LANGUAGE_CODE = env.str("DEFAULT_LANGUAGE", default="en")  # `nl` or `en`, for who leaves it to the browser
LANGUAGES = [("en", _("English")), ("nl", _("Dutch"))]
LOCALE_PATHS = [BASE_DIR / "ogsm" / "locale"]
TIME_ZONE = env.str("TIME_ZONE", default="Europe/Amsterdam")  # decides what *today* and *late* are
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
    {"NAME": "ogsm.accounts.auth.TokensEndWithThePassword"},
]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "/"
LOGOUT_REDIRECT_URL = "account_login"
ACCOUNT_ADAPTER = "ogsm.sign_in.mails.Adapter"
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
SOCIALACCOUNT_ADAPTER = "ogsm.sign_in.oidc.SocialAdapter"
SOCIALACCOUNT_PROVIDERS = {"openid_connect": {"provider_class": "ogsm.sign_in.oidc.Provider"}}
SOCIALACCOUNT_STORE_TOKENS = False
SOCIALACCOUNT_REQUESTS_TIMEOUT = 10  # s
# the organisation's own sign-in (OpenID Connect): the provider's issuer address, see docs/sign-in.md
OIDC_ISSUER = env.str("OIDC_ISSUER", default="").rstrip("/")
# what the provider calls this application
OIDC_CLIENT_ID = env.str("OIDC_CLIENT_ID", default="")
# the secret that the provider gave with it
OIDC_CLIENT_SECRET = env.str("OIDC_CLIENT_SECRET", default="")
# the words on the button (default: `ORGANISATION_NAME`)
OIDC_NAME = env.str("OIDC_NAME", default=ORGANISATION_NAME)
# `1`: passwords and passkeys open the door for superusers alone
OIDC_ONLY = env.bool("OIDC_ONLY", default=False) and bool(OIDC_ISSUER)
# domains whose people get an account at their first sign-in; empty: only who has one (was invited)
OIDC_CREATE = [domain.lower() for domain in env.list("OIDC_CREATE", default=[])]
# domains whose addresses count as verified though the provider does not say so (Entra ID does not)
OIDC_VERIFIED_DOMAINS = env.list("OIDC_VERIFIED_DOMAINS", default=[])
# who has to sign in in two steps: nobody, superusers, owners, everybody; several with commas (default: `nobody`)
REQUIRE_TWO_FACTORS = env.list("REQUIRE_TWO_FACTORS", default=["nobody"])
MFA_ADAPTER = "ogsm.sign_in.two_steps.MfaAdapter"
MFA_SUPPORTED_TYPES = ["totp", "webauthn", "recovery_codes"]
MFA_TOTP_ISSUER = ORGANISATION_NAME
MFA_TOTP_TOLERANCE = 1  # the code before and after counts too: telephones' clocks differ
MFA_ALLOW_UNVERIFIED_EMAIL = True  # addresses are proven by invitation
MFA_PASSKEY_LOGIN_ENABLED = True
MFA_WEBAUTHN_ALLOW_INSECURE_ORIGIN = LOCAL

# --- how often -------------------------------------------------------------------------------------------------------
# other limits than these, such as `export=60/m/user,login=100/m/ip`: times/within/whose, see docs/security.md
_other_rates = env.str("RATE_LIMITS", default="")
RATE_LIMITS = rates.with_changes(
    {
        "login": "30/m/ip",  # sign-in forms sent
        "login_failed": "10/m/ip,5/5m/key",  # wrong passwords; key: the account. Wrong codes of the second step too
        "reset_password": "20/m/ip,5/m/key",  # links asked for; key: the e-mail address
        "reset_password_from_key": "20/m/ip",  # new passwords by such a link
        "reauthenticate": "10/m/user",  # the password asked once more
        "change_password": "5/m/user",
        "signup": "20/m/ip",
        "link_guess": "30/m/ip",  # invitations, links of mails and calendar addresses that do not exist
        "invite": "20/h/user",  # forms, of up to fifty people each
        "invite_again": "5/h/key",  # key: who is invited
        "export": "30/m/user",  # workbooks and PDFs
        "import": "20/m/user",  # files and pasted lists
        "api": "300/m/key",  # requests of programs; key: the token
    },
    _other_rates,
)
ACCOUNT_RATE_LIMITS = RATE_LIMITS

# --- mail ------------------------------------------------------------------------------------------------------------
# `smtp+tls://user:password@host:587` for a mail server that wants a sign-in (default: `smtp://localhost:25`)
vars().update(env.email_url("EMAIL_URL", default="consolemail://" if LOCAL else "smtp://localhost:25"))
EMAIL_TIMEOUT = 20
MAIL_AT_ONCE = env.bool("MAIL_AT_ONCE", default=True)  # what somebody waits for goes out beside the request
# sender of all mail, and organizer of the sessions in calendars: keep it the same
DEFAULT_FROM_EMAIL = SERVER_EMAIL = env.str("DEFAULT_FROM_EMAIL", default="OGSM <ogsm@localhost>")

# --- what the browser may do -----------------------------------------------------------------------------------------
SECURE_SSL_REDIRECT = HTTPS
SECURE_REDIRECT_EXEMPT = [r"^healthz$", r"^readyz$"]
SECURE_HSTS_SECONDS = 365 * 24 * 3600 if HTTPS else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = SECURE_HSTS_PRELOAD = HTTPS
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = LANGUAGE_COOKIE_SECURE = HTTPS
if HTTPS:  # names that no other host of the domain, and no page over plain HTTP, can set
    SESSION_COOKIE_NAME, CSRF_COOKIE_NAME = "__Host-sessionid", "__Host-csrftoken"
SESSION_COOKIE_HTTPONLY = CSRF_COOKIE_HTTPONLY = True
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
# `1`: trust X-Forwarded-Proto, X-Forwarded-For and X-Request-ID of the one proxy in front that ends HTTPS
BEHIND_PROXY = env.bool("BEHIND_PROXY", default=False)
if BEHIND_PROXY:
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
LOG_FORMAT = env.str("LOG_FORMAT", default="line")  # line, to read along, or json, for programs; see docs/logs.md
ACCESS_LOG = env.bool("ACCESS_LOG", default=not DEMO)  # a line per request (default: on, off in a demo)
SLOW_QUERY_MS = env.int("SLOW_QUERY_MS", default=0)  # statements that take as long are written down; 0: none
DJANGO_GUID = {"GUID_HEADER_NAME": "X-Request-ID", "EXPOSE_HEADER": False}
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"()": "ogsm.logs.Line"}, "json": {"()": "ogsm.logs.Json"}},
    "handlers": {
        # to standard error
        "console": {"class": "logging.StreamHandler", "formatter": "json" if LOG_FORMAT == "json" else "line"},
        "nowhere": {"class": "logging.NullHandler"},
    },
    # what goes to standard error: DEBUG, INFO, WARNING or ERROR
    "root": {"handlers": ["console"], "level": env.str("LOG_LEVEL", default="INFO")},
    # Django's own handlers would write each line twice, and mail errors to ADMINS.
    "loggers": {
        "django": {"handlers": [], "propagate": True},
        # The line of the request says the same of what was refused; this one adds the errors.
        "django.request": {"level": "ERROR"},
        # Whoever asks under a wrong name gets 400 and the line of the request; scanners do it all day.
        "django.security.DisallowedHost": {"handlers": ["nowhere"], "propagate": False},
        # The development server's own, with whole addresses.
        "django.server": {"handlers": ["nowhere"], "propagate": False},
        "django_guid": {"level": "ERROR"},
        "gunicorn.error": {"handlers": [], "propagate": True},
        "ogsm.access": {"level": "INFO" if ACCESS_LOG else "WARNING"},
        # They report every step and every rule of ours that is meant for browsers alone.
        "weasyprint": {"level": "ERROR"},
        "fontTools": {"level": "ERROR"},
        "fido2": {"level": "WARNING"},
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
