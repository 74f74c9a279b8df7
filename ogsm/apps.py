from allauth.usersessions.apps import UserSessionsConfig as AllauthUserSessionsConfig
from django.apps import AppConfig
from django.conf import settings
from django.contrib.staticfiles.apps import StaticFilesConfig as DjangoStaticFilesConfig
from django.db.backends.signals import connection_created
from django.utils.translation import gettext_lazy as _


class OgsmConfig(AppConfig):
    name = "ogsm"
    verbose_name = _("OGSM")

    def ready(self) -> None:
        from . import checks  # noqa: F401  (registers them)

        if settings.SLOW_QUERY_MS:
            from .logs import watch_queries

            connection_created.connect(watch_queries)


class StaticFilesConfig(DjangoStaticFilesConfig):
    """Collects only what pages can ask for: of the packages, no variants, sources, maps or far alphabets."""

    ignore_patterns = [
        *DjangoStaticFilesConfig.ignore_patterns,
        *("*.map", "*.md", "*.ts", "*.json", "LICENSE", "scss", "src"),
        # Bootstrap: its reset only
        *("bootstrap.*", "bootstrap-grid*", "bootstrap-utilities*", "bootstrap-reboot.css", "*.rtl.*"),
        # htmx 2 without extensions; SortableJS as a module or one file
        *("htmx-2.js", "htmx-4*", "htmax-*", "hx-*", "Sortable.js", "sortable.complete.*", "sortable.core.*"),
        # fonts: css/fonts.css names the few files it needs
        *("[0-9][0-9][0-9]*.css", "index.css", "latin*.css", "opsz*.css", "standard*.css", "wght*.css"),
        *("cyrillic*", "greek*", "vietnamese*", "*-cyrillic-*", "*-greek-*", "*-vietnamese-*"),
        *("*.woff", "*-opsz-*", "*-standard-*", "*-wght-italic*", "*-[235789]00-*", "*-600-italic*"),
    ]


class UserSessionsConfig(AllauthUserSessionsConfig):
    """Notes where people sign in; allauth's own way asks two queries for each earlier place at every sign-in."""

    def ready(self) -> None:
        from allauth.account.signals import password_changed, user_logged_in

        from .accounts import signed_in

        user_logged_in.connect(signed_in.note)
        password_changed.connect(signed_in.note)  # the session goes on under another key
