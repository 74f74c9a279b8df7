"""System checks of our own; `manage.py check` runs them, and so does every command. Those about foolish settings
of an installation that others reach are asked for with `check --deploy`."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.core.checks import CheckMessage, Error, Tags, Warning, register

MEMORY_OF_ONE = ("locmem", "dummy")
MAIL_TO_NOBODY = ("console", "locmem", "dummy", "filebased")
THIS_MACHINE = ("", "localhost", "127.0.0.1", "::1")


@register
def node_modules(**kwargs: Any) -> list[CheckMessage]:
    """Pages without Bootstrap and fonts still answer 200, so nobody would notice before a user does."""
    missing = [str(folder) for _, folder in settings.VENDOR_DIRS if not folder.is_dir()]
    if not missing:
        return []
    return [
        Error(
            f"Third-party static files are missing: {', '.join(missing)}",
            hint="Run: python3 scripts/bootstrap.py",
            id="ogsm.E001",
        )
    ]


@register(Tags.security)
def secret_key(**kwargs: Any) -> list[CheckMessage]:
    """Whoever has the key signs in as anybody, and the demo's is in every copy of the source."""
    keys = [settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS]
    if settings.LOCAL or settings.PUBLIC_KEY not in keys:
        return []
    return [
        Error(
            "SECRET_KEY or SECRET_KEY_FALLBACKS has the public key of the demo.",
            hint="Make one: python3 -c 'import secrets; print(secrets.token_urlsafe(50))'",
            id="ogsm.E002",
        )
    ]


@register(Tags.security, deploy=True)
def where_it_is_reached(**kwargs: Any) -> list[CheckMessage]:
    """Which hosts it answers to, and what the links in mails begin with."""
    return [] if settings.LOCAL else list(_hosts())


def _hosts() -> Iterator[CheckMessage]:
    if any(host.startswith(("*", ".")) for host in settings.ALLOWED_HOSTS):
        yield Warning(
            "ALLOWED_HOSTS lets in any host of a domain.",
            hint="Name the hosts that people use; a page of another one could be made to look like this.",
            id="ogsm.W003",
        )
    site = urlsplit(settings.SITE_URL)
    if site.hostname in THIS_MACHINE:
        yield Warning(
            f"Links in mails lead to {settings.SITE_URL}, which works on this machine only.",
            hint="Set SITE_URL to what people type, such as https://ogsm.example.org",
            id="ogsm.W004",
        )
    elif settings.HTTPS and site.scheme != "https":
        yield Warning(
            f"Links in mails lead to {settings.SITE_URL}: secrets in them would travel unprotected.",
            hint="Let SITE_URL begin with https://",
            id="ogsm.W005",
        )
    if any("*" in origin or not origin.startswith("https://") for origin in settings.CSRF_TRUSTED_ORIGINS):
        yield Warning(
            "CSRF_TRUSTED_ORIGINS trusts forms of a whole domain, or sent over plain HTTP.",
            hint="Name each origin, with https://, or leave it out: only a proxy that changes the host needs it.",
            id="ogsm.W006",
        )


@register(Tags.security, deploy=True)
def what_it_leans_on(**kwargs: Any) -> list[CheckMessage]:
    """The cache and the mail server."""
    return [] if settings.LOCAL else [*_cache(), *_mail()]


def _cache() -> Iterator[CheckMessage]:
    engine = settings.CACHES["default"]["BACKEND"]
    if any(name in engine for name in MEMORY_OF_ONE):
        yield Warning(
            "CACHE_URL is the memory of one process: limits would count in each process apart, and what is handed in"
            " for import would not be found again by another.",
            hint="Leave CACHE_URL out (the database holds it) or use redis://…",
            id="ogsm.W007",
        )


def _mail() -> Iterator[CheckMessage]:
    if any(f".{name}." in settings.EMAIL_BACKEND for name in MAIL_TO_NOBODY):
        yield Warning(
            "EMAIL_URL sends mail to nobody: no invitation, no new password, no minutes.",
            hint="Set EMAIL_URL, such as smtp+tls://user:password@mail.example.org:587",
            id="ogsm.W008",
        )
    elif (
        settings.EMAIL_HOST not in THIS_MACHINE
        and settings.EMAIL_HOST_PASSWORD
        and not (settings.EMAIL_USE_TLS or settings.EMAIL_USE_SSL)
    ):
        yield Warning(
            f"EMAIL_URL sends its password to {settings.EMAIL_HOST} unprotected.",
            hint="Use smtp+tls:// or smtp+ssl://",
            id="ogsm.W009",
        )
