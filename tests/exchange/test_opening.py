"""Hostile and broken files: each gets a sentence beside the field, and none is opened further than it needs."""

from __future__ import annotations

import io
import struct
import zipfile

import openpyxl
import pytest
import xlsxwriter
from django.urls import reverse

from ogsm.exchange import opening
from tests import factories

from .conftest import upload

TYPES = "[Content_Types].xml"
DAMAGED = "This workbook is damaged"


def workbook(rows=(("Actie", "Wie", "Klaar"),)) -> bytes:
    book = openpyxl.Workbook()
    for row in rows:
        book.active.append(row)
    output = io.BytesIO()
    book.save(output)
    return output.getvalue()


def with_part(name: str, data: bytes, base: bytes | None = None) -> bytes:
    """A workbook in which one part is another, or was added."""
    output = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(base or workbook())) as old,
        zipfile.ZipFile(output, "w", zipfile.ZIP_DEFLATED) as new,
    ):
        for part in old.namelist():
            if part != name:
                new.writestr(part, old.read(part))
        new.writestr(name, data)
    return output.getvalue()


def sheet(rows: bytes, doctype: bytes = b"") -> bytes:
    main = b"http://schemas.openxmlformats.org/spreadsheetml/2006/main"
    return (
        b'<?xml version="1.0"?>' + doctype + b'<worksheet xmlns="' + main + b'"><sheetData>' + rows + b"</sheetData>"
        b"</worksheet>"
    )


def locked_part() -> bytes:
    data = bytearray(workbook())
    for mark, place in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        at = data.find(mark)
        struct.pack_into("<H", data, at + place, 1)
    return bytes(data)


def smaller_than_it_is() -> bytes:
    """A bomb whose list of contents says that it is small."""
    data = bytearray(with_part("xl/worksheets/sheet1.xml", sheet(CELL % b"x" * 1) + b" " * 70_000_000))
    at = data.rfind(b"PK\x01\x02")
    struct.pack_into("<L", data, at + 24, 2000)
    return bytes(data)


def one_text_everywhere() -> bytes:
    """A long text that stands once in the file and in many of its cells."""
    output = io.BytesIO()
    with xlsxwriter.Workbook(output, {"in_memory": True}) as book:
        page = book.add_worksheet()
        for row in range(2000):
            page.write_string(row, 0, "x" * 30_000)
    return output.getvalue()


SHEET = "xl/worksheets/sheet1.xml"
ENTITY = b'<!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/passwd">]>'
LAUGHS = b'<!DOCTYPE x [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;">]>'
CELL = b'<row r="1"><c r="A1" t="inlineStr"><is><t>%s</t></is></c></row>'

FAR_ROW = sheet(b'<row r="99999999999"><c r="A1"><v>1</v></c></row>')
FAR_COLUMN = sheet(b'<row r="1"><c r="ZZZZZZ1"><v>1</v></c></row>')
WIDE_ROWS = b"".join(b'<row r="%d"><c r="XFD%d"><v>1</v></c></row>' % (row, row) for row in range(1, 2000))
NO_NUMBER = sheet(b'<row r="1"><c r="A1" t="n"><v>een</v></c></row>')
OUTSIDE = "refers to something outside"
HOSTILE = {
    "nothing": (b"", "plan.xlsx", "This file is empty."),
    "not a zip": (b"Dit is geen werkmap", "plan.xlsx", "This is no workbook."),
    "truncated": (workbook()[:900], "plan.xlsx", DAMAGED),
    "a zip of something else": (None, "plan.xlsx", "This is no workbook."),
    "locked with a password": (opening.OLD_OFFICE + b"x" * 600, "plan.xlsx", "locked with a password"),
    "a locked part": (locked_part(), "plan.xlsx", "locked with a password"),
    "an old kind": (opening.OLD_OFFICE + b"x" * 600, "plan.xls", "workbook of an old kind (.xls)"),
    "macros": (with_part("xl/vbaProject.bin", b"x"), "plan.xlsm", "has macros in it"),
    "a bomb": (with_part("xl/media/a.png", b"0" * 70_000_000), "plan.xlsx", "far larger inside than it looks"),
    "parts without end": (None, "plan.xlsx", "far larger inside than it looks"),
    "an entity outside": (with_part(SHEET, sheet(CELL % b"&e;", ENTITY)), "plan.xlsx", OUTSIDE),
    "entities in entities": (with_part(SHEET, sheet(CELL % b"&b;", LAUGHS)), "plan.xlsx", OUTSIDE),
    "an entity in the workbook": (
        with_part("xl/workbook.xml", ENTITY + b"<workbook>&e;</workbook>"),
        "plan.xlsx",
        OUTSIDE,
    ),
    "a list of contents that lies": (None, "plan.xlsx", DAMAGED),
    "one text in every cell": (None, "plan.xlsx", "far larger inside than it looks"),
    "styles without end": (with_part("xl/styles.xml", b" " * 7_000_000), "plan.xlsx", "far larger inside than it"),
    "rows as wide as can be": (with_part(SHEET, sheet(WIDE_ROWS)), "plan.xlsx", "far larger inside than it looks"),
    "no xml": (with_part(SHEET, b"\x00\x01<<<"), "plan.xlsx", DAMAGED),
    "a row beyond all rows": (with_part(SHEET, FAR_ROW), "plan.xlsx", "far larger inside than it looks"),
    "a cell beyond all columns": (with_part(SHEET, FAR_COLUMN), "plan.xlsx", DAMAGED),
    "a number that is none": (with_part(SHEET, NO_NUMBER), "plan.xlsx", DAMAGED),
    "an empty sheet": (with_part(SHEET, sheet(b"")), "plan.xlsx", "There is nothing on the sheets"),
}  # fmt: skip


def many_parts() -> bytes:
    output = io.BytesIO()
    with zipfile.ZipFile(output, "w") as book:
        for number in range(opening.MOST_PARTS + 1):
            book.writestr(f"xl/{number}.xml", b"")
    return output.getvalue()


def other_zip() -> bytes:
    output = io.BytesIO()
    with zipfile.ZipFile(output, "w") as book:
        book.writestr("word/document.xml", b"<x/>")
    return output.getvalue()


MADE_LATER = {
    "parts without end": many_parts,
    "a zip of something else": other_zip,
    "a list of contents that lies": smaller_than_it_is,
    "one text in every cell": one_text_everywhere,
}


@pytest.fixture
def hand_in(plan, choice, client_of, plan_owner):
    def post(data, name="plan.xlsx"):
        address = reverse("exchange:plan_import", args=[plan.pk])
        return client_of(plan_owner).post(address, {"file": upload(data, name)}, follow=True)

    return post


@pytest.mark.parametrize("what", HOSTILE)
def test_a_file_that_is_not_read_gets_a_sentence_beside_the_field(hand_in, what):
    data, name, said = HOSTILE[what]
    answer = hand_in(MADE_LATER[what]() if data is None else data, name)
    page = answer.content.decode()
    assert answer.status_code == 422
    assert 'id="exchange-error"' in page
    assert said in page
    assert "root:" not in page


def test_without_a_file_it_asks_for_one(client_of, plan, plan_owner):
    answer = client_of(plan_owner).post(reverse("exchange:plan_import", args=[plan.pk]), {})
    assert (answer.status_code, "Choose a file first." in answer.content.decode()) == (422, True)


def test_more_than_ten_megabytes_is_not_opened(hand_in):
    answer = hand_in(b"PK" + b"x" * opening.MOST_BYTES)
    assert (answer.status_code, "larger than 10 MB" in answer.content.decode()) == (422, True)


@pytest.mark.slow
def test_more_than_twenty_thousand_rows_are_not_read(hand_in):
    answer = hand_in(
        workbook([("Actie", "Wie", "Klaar"), *((f"Actie {n}", "Joost", "1-9-2026") for n in range(20_010))])
    )
    assert (answer.status_code, "more than 20,000 rows" in answer.content.decode()) == (422, True)


def test_sheets_that_lie_about_their_size_are_read_as_they_are(hand_in):
    main = b"http://schemas.openxmlformats.org/spreadsheetml/2006/main"
    lies = (
        b'<worksheet xmlns="' + main + b'"><dimension ref="A1:XFD1048576"/><sheetData>'
        b'<row r="1"><c r="A1" t="inlineStr"><is><t>Actie</t></is></c>'
        b'<c r="B1" t="inlineStr"><is><t>Klaar</t></is></c></row>'
        b'<row r="5"><c r="A5" t="inlineStr"><is><t>Het is af</t></is></c></row></sheetData></worksheet>'
    )
    page = hand_in(with_part(SHEET, lies))
    assert page.context["sheet"].table == [["Het is af", ""]]


@pytest.mark.parametrize(
    "data", [b"Actie;Klaar\nA\x00B is af;1-9-2026\n", "Actie;Klaar\nÉén is af;1-9-2026".encode("cp1252")]
)
def test_a_csv_file_with_odd_signs_is_read(hand_in, data):
    sheet = hand_in(data, "lijst.csv").context["sheet"]
    assert [row[0] for row in sheet.table] in (["AB is af"], ["Één is af"])


def test_a_stale_or_made_up_token_asks_for_the_file_again(client_of, plan, plan_owner):
    client, address = client_of(plan_owner), reverse("exchange:plan_import", args=[plan.pk])
    for token in ("", "x" * 5000, "../../etc/passwd", "a\x00b", "iets"):
        assert "This file is no longer kept here." in client.get(address, {"file": token}).content.decode()
        posted = client.post(f"{address}take/", {"file": token})
        assert posted.status_code == 422


def test_the_name_of_the_file_is_shown_as_text(hand_in, export, plan):
    name = "<script>alert(1)</script>" + "x" * 400 + ".xlsx"
    page = hand_in(export(plan).data, name)
    assert "<script>alert" not in page.content.decode()
    assert len(page.context["upload"].name) <= 80


def test_broken_keys_in_our_own_sheet_do_no_harm(hand_in, export, plan, choice):
    factories.ActionFactory(choice=choice)
    book = export(plan)
    for number, value in enumerate(["month:9999-12-01", "month:x", "year:0001-01-01", "deadline", None], start=30):
        book.sheet("indicators").cell(1, number).value = value
    sheet = book.sheet("actions")
    sheet.cell(3, 1).value = "1e999"
    sheet.cell(3, 2).value = "= = a=b=c \x0b"[:7]
    page = hand_in(book.data)
    assert page.status_code == 200
    assert page.context["found"].rows == []
