"""Stylesheets that import others are collected with those inside them: one request, no chain of round trips.

In development the browser follows the imports itself, so the sources stay small files and nothing has to be built.
"""

from __future__ import annotations

import posixpath
import re
from collections.abc import Mapping
from typing import Any

from django.core.files.base import ContentFile, File

IMPORT = re.compile(r'@import url\("([^":]+)"\);\n?')
RELATIVE_URL = re.compile(r"""url\(\s*(?!["']?(?:data:|/|#|https?:))""")

Paths = Mapping[str, tuple[Any, str]]


class _Joined:
    """Stands in for the storage of one stylesheet and opens it with its imports inside."""

    def __init__(self, paths: Paths, name: str) -> None:
        self.paths, self.name = paths, name

    def open(self, path: str) -> File:
        return ContentFile(joined(self.paths, self.name).encode())


def _read(paths: Paths, name: str) -> str:
    storage, path = paths[name]
    with storage.open(path) as file:
        return file.read().decode()


def joined(paths: Paths, name: str) -> str:
    """The text of a stylesheet with what it imports in place of each import. ValueError when a stylesheet of another
    folder has relative addresses of its own: they would point elsewhere."""
    folder = posixpath.dirname(name)

    def inside(match: re.Match[str]) -> str:
        other = posixpath.normpath(posixpath.join(folder, match[1]))
        text = joined(paths, other).removeprefix('@charset "UTF-8";')
        if posixpath.dirname(other) != folder and RELATIVE_URL.search(text):
            raise ValueError(f"{other} cannot be joined into {name}: it has relative addresses")
        return text.rstrip() + "\n"

    return IMPORT.sub(inside, _read(paths, name))


def with_imports_inside(paths: Paths) -> dict[str, tuple[Any, str]]:
    """The files to collect, every stylesheet that imports others with those inside it."""
    return {
        name: (_Joined(paths, name), path)
        if name.endswith(".css") and IMPORT.search(_read(paths, name))
        else (storage, path)
        for name, (storage, path) in paths.items()
    }
