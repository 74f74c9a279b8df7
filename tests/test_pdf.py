"""What all PDFs share: their names, and that they are made of nothing but our own files."""

import datetime as dt

import pytest

from ogsm.pdf import file_name
from ogsm.pdf_engine import NOWHERE, StaticFiles, make_pdf
from tests.documents import document_of, words_of

ON = dt.date(2026, 6, 8)


@pytest.mark.parametrize(
    ("parts", "name"),
    [
        (["Strategie 2026–2028"], "strategie-2026-2028-2026-06-08.pdf"),
        (['Groei/krimp: "één" plan\r\n', "verslag"], "groei-krimp-een-plan-verslag-2026-06-08.pdf"),
        (["計画"], "plan-2026-06-08.pdf"),
    ],
)
def test_a_file_is_named_for_its_plan_and_day_with_plain_letters_only(parts, name):
    assert file_name(*parts, on=ON) == name


@pytest.mark.parametrize(
    "address", ["http://127.0.0.1:1/x.png", "file:///etc/hostname", "https://static.invalid/media/x.png", "ftp://x/y"]
)
def test_nothing_is_fetched_but_static_files(address):
    with pytest.raises(ValueError, match="disallowed"):
        StaticFiles().fetch(address)


@pytest.mark.parametrize("name", ["../ogsm/settings.py", "%2e%2e/manage.py", "css/none.css"])
def test_no_file_outside_the_static_folders_is_read(name):
    with pytest.raises(Exception, match=r"located outside|No such file"):
        StaticFiles().fetch(f"{NOWHERE}static/{name}").read()


def test_a_document_is_made_even_where_it_asks_for_what_it_may_not_have():
    html = '<!doctype html><html lang="en"><title>T</title><p>Words<img alt="x" src="http://127.0.0.1:1/x.png">'
    data, pages = make_pdf(html, "https://ogsm.example/")
    assert pages == 1
    assert "Words" in words_of(document_of(data))
