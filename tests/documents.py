"""Reading a PDF in tests: its words as a reader hears them, its page, its fonts."""

from __future__ import annotations

import io
from typing import Any

from django.http import HttpResponse
from pypdf import PdfReader

from plans.models import Plan

MM = 72 / 25.4
# What looks the same and may come out as another letter: one shape in the font stands for both apostrophes.
SAME = {"\N{NO-BREAK SPACE}": " ", "\N{EN SPACE}": " ", "\N{MODIFIER LETTER APOSTROPHE}": "’"}


def opened(response: HttpResponse) -> PdfReader:
    """The PDF in an answer; anything else fails the test."""
    assert response.status_code == 200
    assert response["Content-Type"] == "application/pdf"
    return document_of(response.content)


def document_of(data: bytes) -> PdfReader:
    return PdfReader(io.BytesIO(data))


def names_on(plan: Plan) -> list[str]:
    """Every name people gave on a plan: its ambition, goals, choices, indicators, actions, and their own."""
    names = [plan.name, plan.organisation, plan.ambition, *(goal.name for goal in plan.goals.live())]
    for choice in plan.choices.live():
        names += [choice.goal, choice.how, choice.short_name, choice.stops, choice.owner.name]
        names += [indicator.name for indicator in choice.indicators.live()]
    for action in plan.actions.live():
        names += [action.result, action.responsible.name]
    return names


def missing(names: list[str], words: str) -> list[str]:
    return [name for name in names if plain(name) not in words]


def plain(text: str) -> str:
    """On one line, with ordinary spaces: where lines break is no matter."""
    return " ".join(text.translate(str.maketrans(SAME)).split())


def words_of(document: PdfReader) -> str:
    return plain(" ".join(page.extract_text() for page in document.pages))


def size_of(document: PdfReader) -> tuple[int, int]:
    """Width and height of the first page, in mm."""
    box = document.pages[0].mediabox
    return round(float(box.width) / MM), round(float(box.height) / MM)


def tags_of(document: PdfReader) -> set[str]:
    """The kinds of structure in the document: 'H1', 'Table', 'TH'…"""
    found: set[str] = set()

    def visit(node: Any) -> None:
        node = node.get_object() if hasattr(node, "get_object") else node
        if isinstance(node, list):
            for child in node:
                visit(child)
        elif hasattr(node, "get"):
            found.add(str(node.get("/S", "")).removeprefix("/"))
            visit(node.get("/K"))

    visit(document.trailer["/Root"]["/StructTreeRoot"])
    return found - {""}


def fonts_of(document: PdfReader) -> set[str]:
    """Names of the fonts whose letters travel along in the file."""
    found = set()
    for page in document.pages:
        for font in page["/Resources"]["/Font"].values():
            for inner in font.get_object().get("/DescendantFonts", []):
                descriptor = inner.get_object()["/FontDescriptor"]
                if any(f"/FontFile{kind}" in descriptor for kind in ("", 2, 3)):
                    found.add(str(descriptor["/FontName"]).partition("+")[2])
    return found
