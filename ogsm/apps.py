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
