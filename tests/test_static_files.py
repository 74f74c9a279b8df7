"""Static files as they are served: collected, hashed, compressed."""

import re
from pathlib import Path

import pytest
from django.conf import settings as project
from django.core.management import call_command

from ogsm import staticfiles
from ogsm.pdf_engine import STYLES

NAMED = re.compile(r"""{%\s*static\s+['"]([^'"]+)['"]""")
IMPORTED = re.compile(r"""(?:from|import)\s*["'](\.[^"']+)["']""")


@pytest.fixture(scope="module")
def collected(tmp_path_factory):
    """Everything collected the way an installation does it; its hashed names by plain name, and its folder."""
    root = tmp_path_factory.mktemp("static")
    storage = staticfiles.Storage(location=str(root), base_url="/static/")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("django.contrib.staticfiles.management.commands.collectstatic.staticfiles_storage", storage)
        call_command("collectstatic", interactive=False, verbosity=0)
    return storage.hashed_files, root


def test_every_file_a_page_asks_for_is_there(collected):
    names, root = collected
    asked = {
        match
        for page in (Path(project.BASE_DIR) / "templates").rglob("*.html")
        for match in NAMED.findall(page.read_text())
    }
    assert {"css/app.css", "js/app.js"} <= asked
    asked |= {*STYLES, "img/paper-clock.svg", "img/paper-speech.svg", "img/paper-hand.svg"}  # of the PDFs
    assert [name for name in sorted(asked) if name not in names or not (root / names[name]).is_file()] == []


def test_modules_import_each_other_by_hashed_name(collected):
    names, root = collected
    imports = {
        imported: (root / names[name]).parent / imported
        for name in names
        if name.startswith("js/")
        for imported in IMPORTED.findall((root / names[name]).read_text())
    }
    assert imports
    assert [
        name for name, path in imports.items() if not path.is_file() or not re.search(r"\.[0-9a-f]{12}\.js$", name)
    ] == []


def test_a_first_visit_is_light(collected):
    """Everything but fonts stays below 100 KB compressed, which leaves 20 KB for the page itself."""
    names, root = collected
    text = ["css/app.css", "django_htmx/htmx-2.min.js", *(name for name in names if name.startswith("js/"))]
    assert sum((root / f"{names[name]}.br").stat().st_size for name in text) < 100_000
    fonts = [name for name in names if "-latin-" in name and "-ext-" not in name and "italic" not in name]
    assert 0 < sum((root / names[name]).stat().st_size for name in fonts) <= 110_000


def test_what_no_page_asks_for_is_left_out(collected):
    names, _ = collected
    assert [name for name in names if name.endswith((".map", ".md", ".woff")) or "cyrillic" in name] == []


def test_collecting_again_is_left_out_while_nothing_changed(tmp_path, settings, monkeypatch):
    settings.STATIC_ROOT = str(tmp_path)
    calls = []
    monkeypatch.setattr(staticfiles, "call_command", lambda *arguments, **options: calls.append(arguments))
    assert staticfiles.collect_if_changed()
    assert not staticfiles.collect_if_changed()
    monkeypatch.setattr(staticfiles, "_sources_digest", lambda: "something changed")
    assert staticfiles.collect_if_changed()
    assert calls == [("collectstatic",), ("collectstatic",)]
