"""The workbook in other programs: saved again by LibreOffice it is still the same, and what was edited comes in."""

from __future__ import annotations

import datetime as dt
import shutil
import subprocess
from pathlib import Path

import pytest
from django.urls import reverse

from tests import factories

from .conftest import Book, upload

SOFFICE = shutil.which("soffice") or shutil.which("libreoffice")
ON_DISK = "LibreOffice is not on this machine: install libreoffice-calc to try the workbook in it"
STARTS = ["=1+1", "@x", "+x", "-x", "Winkel"]

pytestmark = [pytest.mark.slow, pytest.mark.skipif(SOFFICE is None, reason=ON_DISK)]


def day(number: int, month: int) -> dt.datetime:
    return dt.datetime(2026, month, number)  # noqa: DTZ001  (a spreadsheet has no zones)


@pytest.fixture
def saved_again(tmp_path: Path):
    """What LibreOffice makes of a workbook that it opens and saves; with a profile of its own."""

    def convert(data: bytes) -> bytes:
        source, target = tmp_path / "plan.xlsx", tmp_path / "out" / "plan.xlsx"
        source.write_bytes(data)
        target.unlink(missing_ok=True)
        profile = f"-env:UserInstallation=file://{tmp_path}/profile"
        how = ["--headless", "--convert-to", "xlsx:Calc MS Excel 2007 XML", "--outdir", str(target.parent)]
        subprocess.run([SOFFICE, profile, *how, str(source)], check=True, timeout=180, capture_output=True)
        return target.read_bytes()

    return convert


@pytest.fixture
def hand_in(plan, client_of, plan_owner):
    def post(data):
        address = reverse("exchange:plan_import", args=[plan.pk])
        return client_of(plan_owner).post(address, {"file": upload(data)}, follow=True).context["found"]

    return post


@pytest.fixture
def filled(plan, choice, responsible, member):
    """Five actions, four of which begin as a formula does; a goal, and an indicator in percents with a value."""
    actions = [
        factories.ActionFactory(
            choice=choice, responsible=responsible, involved=[member], starts_on=dt.date(2026, 6, 1),
            result=f"{start} {n} heeft een plan", description=f"{start}\r\nregel twee  ",
        )
        for n, start in enumerate(STARTS)
    ]  # fmt: skip
    factories.GoalFactory(plan=plan, name="=Omzet", target="1500000.5")
    indicator = factories.IndicatorFactory(choice=choice, unit="percent")
    factories.IndicatorValueFactory(indicator=indicator, value="12.125")
    return actions, indicator


def said(found):
    return [(change.address, change.before, change.after) for row in found.rows for change in row.changes]


@pytest.mark.parametrize("language", ["en", "nl"])
@pytest.mark.parametrize("name", ["plan_xlsx", "actions_xlsx"])
def test_saved_by_libreoffice_it_changes_nothing(
    export, hand_in, saved_again, plan, filled, plan_owner, name, language
):
    plan_owner.language = language
    plan_owner.save()
    data = saved_again(export(plan, name).data)
    found = hand_in(data)
    assert (said(found), found.faults, found.notes, found.missing) == ([], [], [], 0)
    actions, _indicator = filled
    for action in actions:
        cell = Book(data).cell("actions", action.pk, "result")
        assert (cell.data_type, cell.value) == ("s", action.result)


@pytest.mark.parametrize("language", ["en", "nl"])
def test_ten_cells_edited_in_it_are_exactly_ten_changes(
    export, hand_in, saved_again, plan, filled, plan_owner, language
):
    plan_owner.language = language
    plan_owner.save()
    actions, indicator = filled
    book = Book(saved_again(export(plan).data))
    typed = [book.set("actions", action.pk, "description", "=1+1") for action in actions[1:]]
    typed += [book.set("actions", action.pk, "deadline", day(31, 8)) for action in actions[:4]]
    typed += [
        book.set("actions", actions[4].pk, "result", "@iedere winkel heeft een plan"),
        book.set("indicators", indicator.pk, "month:2026-05-01", 13),
    ]
    for action in actions[1:]:
        book.cell("actions", action.pk, "description").data_type = "s"  # as text, which its format says it is
    found = hand_in(saved_again(book.data))
    assert sorted(address for address, _before, _after in said(found)) == sorted(typed)
    assert (found.change_count, found.faults) == (10, [])
    assert [after for _address, _before, after in said(found)].count("=1+1") == 4
