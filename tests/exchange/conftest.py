"""A plan as a workbook, and a workbook in somebody's hands."""

from __future__ import annotations

import datetime as dt
import io
import json
from collections.abc import Callable
from typing import Any

import openpyxl
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from ogsm.accounts.models import User
from ogsm.exchange.layout import ID
from ogsm.exchange.opening import open_file
from ogsm.exchange.plan_json.kept import keep as keep_plan
from ogsm.exchange.plan_json.writing import plan_json
from ogsm.exchange.uploads import keep
from ogsm.exchange.writer import plan_workbook
from plans.access import PlanAccess
from plans.models import Plan

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


class Book:
    """A workbook as somebody edits it: cells by the id of their row and the key of their column."""

    def __init__(self, data: bytes) -> None:
        self.book = openpyxl.load_workbook(io.BytesIO(data))

    def sheet(self, kind: str) -> Any:
        for sheet in self.book:
            if str(sheet["A1"].value).startswith(f"ogsm:{kind}:"):
                return sheet
        raise LookupError(kind)

    def column(self, kind: str, key: str) -> int:
        if key == ID:
            return 1
        return next(cell.column for cell in self.sheet(kind)[1] if cell.value == key)

    def row(self, kind: str, pk: int) -> int:
        return next(cell.row for cell in self.sheet(kind)["A"] if cell.value == pk)

    def cell(self, kind: str, pk: int, key: str) -> Any:
        return self.sheet(kind).cell(self.row(kind, pk), self.column(kind, key))

    def set(self, kind: str, pk: int, key: str, value: Any) -> str:
        """Types in a cell; returns its address."""
        cell = self.cell(kind, pk, key)
        cell.value = value
        return f"{self.sheet(kind).title}!{cell.coordinate}"

    def add(self, kind: str = "actions", **values: Any) -> int:
        """A row below the last one; returns its number."""
        sheet = self.sheet(kind)
        row = max(cell.row for cell in sheet["A"] if cell.value is not None) + 1
        while any(cell.value is not None for cell in sheet[row]):
            row += 1
        for key, value in values.items():
            sheet.cell(row, self.column(kind, key)).value = value
        return row

    @property
    def data(self) -> bytes:
        output = io.BytesIO()
        self.book.save(output)
        return output.getvalue()


@pytest.fixture
def export(client_of: Callable[[User], Client], plan_owner: User) -> Callable[..., Book]:
    """The workbook as somebody downloads it."""

    def download(plan: Plan, name: str = "plan_xlsx", by: User | None = None) -> Book:
        return Book(client_of(by or plan_owner).get(reverse(f"exchange:{name}", args=[plan.pk])).content)

    return download


def upload(data: bytes, name: str = "plan.xlsx") -> SimpleUploadedFile:
    return SimpleUploadedFile(name, data, content_type=XLSX)


def brought_back(plan: Plan, user: User, on: dt.date) -> str:
    """The token of a workbook that somebody edited and handed in: changes, an addition and mistakes."""
    access = PlanAccess(plan, plan.memberships.get(user=user), user)
    book = Book(plan_workbook(access, on))
    first, second, *_rest = plan.actions.live().values_list("pk", flat=True)
    book.set("actions", first, "deadline", "31-02-2026")
    book.set("actions", first, "description", "Zie de map\nop de schijf")
    book.set("actions", second, "result", "Elke winkel heeft een plan voor het komende jaar " * 4)
    choice, responsible = (book.cell("actions", first, key).value for key in ("choice", "responsible"))
    new = {"result": "Elke winkel heeft een plan", "deadline": dt.datetime(2027, 5, 1)}  # noqa: DTZ001
    book.add(choice=choice, responsible=responsible, **new)
    return keep("plan.xlsx", open_file(upload(book.data)), plan_id=plan.pk, user_id=user.pk).token


def sent_by_another(plan: Plan, user: User, on: dt.date) -> str:
    """The token of a workbook that somebody hands in for a new plan: with people nobody knows here, and a mistake."""
    access = PlanAccess(plan, plan.memberships.get(user=user), user)
    book = Book(plan_workbook(access, on))
    first, second, *_rest = plan.actions.live().values_list("pk", flat=True)
    book.set("actions", first, "responsible", "Truus van den Onbekende-Achternaam")
    book.set("actions", second, "deadline", "31-02-2026")
    return keep("plan.xlsx", open_file(upload(book.data)), plan_id=0, user_id=user.pk).token


@pytest.fixture
def look(plan: Plan, client_of: Callable[[User], Client], plan_owner: User) -> Callable[..., Any]:
    """Hands a workbook in as somebody; the answer is the page with what it would change."""

    def hand_in(book: Any, by: User = plan_owner, name: str = "plan.xlsx", of: Plan = plan) -> Any:
        address = reverse("exchange:plan_import", args=[of.pk])
        data = book if isinstance(book, bytes) else book.data
        return client_of(by).post(address, {"file": upload(data, name)}, follow=True)

    return hand_in


@pytest.fixture
def take(plan: Plan, client_of: Callable[[User], Client], plan_owner: User) -> Callable[..., Any]:
    """Takes over what the page ticked, or what is given, as the same person."""

    def post(page: Any, ticked: Any = None, by: User = plan_owner, **more: Any) -> Any:
        shown = page.context
        form = {"file": shown["upload"].token, "seen": shown["found"].seen, "take": ticked or list(shown["ticked"])}
        return client_of(by).post(reverse("exchange:plan_import_take", args=[plan.pk]), {**form, **more})

    return post


def changes(page: Any) -> list[Any]:
    return [change for row in page.context["found"].rows for change in row.changes]


def faults(page: Any) -> list[tuple[str, str]]:
    return [(fault.address, fault.text) for fault in page.context["found"].faults]


def handed_in(plan: Plan, user: User) -> str:
    """The token of a plan.json that somebody handed in, in which one person has no account here."""
    told = json.loads(plan_json(plan))
    told["people"][0]["email"] = "iemand@elders.example"
    told["people"][0]["name"] = "Iemand van Elders"
    return keep_plan("plan.json", json.dumps(told).encode(), user_id=user.pk).token
