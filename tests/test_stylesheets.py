"""Stylesheets are collected with what they import inside them."""

import pytest
from django.contrib.staticfiles.finders import get_finders
from django.core.files.base import ContentFile

from ogsm.stylesheets import joined, with_imports_inside


class Files:
    """A storage in memory."""

    def __init__(self, **texts):
        self.texts = {name.replace("__", "/") + ".css": text for name, text in texts.items()}
        self.paths = {name: (self, name) for name in self.texts}

    def open(self, name):
        return ContentFile(self.texts[name].encode())


def test_imports_stand_where_they_were_asked_for():
    files = Files(
        css__app='/* all */\n@import url("a.css");\n@import url("../vendor/b.css");\n', css__a="a{}", vendor__b="b{}\n"
    )
    assert joined(files.paths, "css/app.css") == "/* all */\na{}\nb{}\n"


def test_relative_addresses_of_another_folder_are_refused():
    files = Files(css__app='@import url("../vendor/b.css");', vendor__b="b{background:url(x.png)}")
    with pytest.raises(ValueError, match="relative addresses"):
        joined(files.paths, "css/app.css")


def test_files_without_imports_are_left_alone():
    files = Files(css__app='@import url("a.css");', css__a="a{}")
    collected = with_imports_inside(files.paths)
    assert collected["css/a.css"] == files.paths["css/a.css"]
    storage, path = collected["css/app.css"]
    assert storage.open(path).read() == b"a{}\n"


def test_our_own_stylesheet_joins_everything_a_page_needs():
    paths = {
        (f"{storage.prefix}/{path}" if getattr(storage, "prefix", "") else path): (storage, path)
        for finder in get_finders()
        for path, storage in finder.list(["*.js", "*.woff*", "*.map", "*.svg"])
    }
    text = joined(paths, "css/app.css")
    assert "@import" not in text
    for part in ("--paper", "@font-face", ".skip", ".btn-primary", "Reboot"):
        assert part in text
