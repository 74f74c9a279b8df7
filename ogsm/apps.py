from django.apps import AppConfig
from django.contrib.staticfiles.apps import StaticFilesConfig as DjangoStaticFilesConfig
from django.utils.translation import gettext_lazy as _


class OgsmConfig(AppConfig):
    name = "ogsm"
    verbose_name = _("OGSM")

    def ready(self) -> None:
        from . import checks  # noqa: F401  (registers them)


class StaticFilesConfig(DjangoStaticFilesConfig):
    """Collects only what pages can ask for: of the npm packages, no variants, sources, maps or far alphabets."""

    ignore_patterns = [
        *DjangoStaticFilesConfig.ignore_patterns,
        *["*.map", "*.md", "*.ts", "*.json", "LICENSE", "scss", "src"],
        # Bootstrap: the one stylesheet; native elements do what its scripts do
        *["bootstrap-*.css", "*.rtl.css", "*.rtl.min.css", "bootstrap.*.js", "bootstrap.js"],
        *["sortable.complete.esm.js", "sortable.core.esm.js"],
        # fonts: our own stylesheet names the few files it needs
        *["[0-9][0-9][0-9]*.css", "index.css", "latin*.css", "cyrillic*", "greek*", "vietnamese*"],
        *["opsz*.css", "standard*.css", "wght*.css", "*.woff", "*-opsz-*", "*-standard-*"],
        *["*-cyrillic-*", "*-greek-*", "*-vietnamese-*", "*-[235689]00-*.woff2"],
    ]
