"""The workbook in other programs: saved again by LibreOffice it is still the same, and what was edited comes in."""

from __future__ import annotations

import datetime as dt
import shutil
import subprocess

import pytest
from django.urls import reverse

from tests import factories

from .conftest import Book, upload

SOFFICE = shutil.which("soffice") or shutil.which("libreoffice")


def saved_again(data: bytes, folder) -> bytes:
    """What LibreOffice makes of a workbook that it opens and saves."""
    (folder / "in").mkdir()
    (folder / "in" / "plan.xlsx").write_bytes(data)
    profile = f"-env:UserInstallation=file://{folder}/profile"
    how = ["--headless", "--convert-to", "xlsx:Calc MS Excel 2007 XML", "--outdir", str(folder / "out")]
    subprocess.run([SOFFICE, profile, *how, str(folder / "in" / "plan.xlsx")], check=True, timeout=180)
    return (folder / "out" / "plan.xlsx").read_bytes()


@pytest.fixture
def hand_in(plan, client_of, plan_owner):
    def post(data):
        address = reverse("exchange:plan_import", args=[plan.pk])
        return client_of(plan_owner).post(address, {"file": upload(data)}, follow=True).context["found"]

    return post


@pytest.mark.slow
@pytest.mark.skipif(SOFFICE is None, reason="LibreOffice (soffice) is not on this machine")
def test_saved_by_libreoffice_it_changes_nothing_and_ten_edits_are_ten_changes(
    export, hand_in, plan, choice, responsible, member, tmp_path
):
    actions = [
        factories.ActionFactory(
            choice=choice, responsible=responsible, involved=[member], starts_on=dt.date(2026, 6, 1),
            result=f"{start}Winkel {n} heeft een plan", description="Regel een\r\nregel twee  ",
        )
        for n, start in enumerate(["=", "+", "@", "-", ""])
    ]  # fmt: skip
    indicator = factories.IndicatorFactory(choice=choice, unit="percent")
    factories.IndicatorValueFactory(indicator=indicator, value="12.125")
    (tmp_path / "first").mkdir()
    data = saved_again(export(plan).data, tmp_path / "first")
    found = hand_in(data)
    assert (found.rows, found.faults, found.notes, found.missing) == ([], [], [], 0)
    book = Book(data)
    for action in actions:
        book.set("actions", action.pk, "description", "Zie map")
    for action in actions[:4]:
        book.set("actions", action.pk, "deadline", dt.datetime(2026, 8, 31))  # noqa: DTZ001
    book.set("indicators", indicator.pk, "month:2026-05-01", 13)
    (tmp_path / "second").mkdir()
    assert hand_in(saved_again(book.data, tmp_path / "second")).change_count == 10
