"""The minutes as a PDF to file: what their page says, on A4."""

from __future__ import annotations

import datetime as dt

import pytest
from django.urls import reverse

from ogsm.accounts.models import User
from tests import factories
from tests.documents import fonts_of, opened, plain, size_of, tags_of, words_of
from tests.updates.meeting import line_of, planned, running
from updates import services, steering_services
from updates.models import ChoiceReview, Session, Update

A4 = (210, 297)


def address(session: Session) -> str:
    return reverse("updates:session_minutes_pdf", args=[session.plan_id, session.pk])


@pytest.fixture
def held(plan, choice, process_owner, responsible, member, on, at) -> Session:
    """A closed session with a new deadline, an agreement and a correction."""
    late = factories.ActionFactory(
        choice=choice, responsible=responsible, status="doing", deadline=on - dt.timedelta(days=6),
        result="Tien klanten bestellen",
    )  # fmt: skip
    Update.give(late, by=responsible, at=at - dt.timedelta(days=1), status="doing", light="red")
    session = running(plan, process_owner, facilitator=process_owner)
    by = {"by": process_owner, "at": at + dt.timedelta(minutes=10)}
    line = line_of(session, late)
    services.deadline_decide(line, to_date=on + dt.timedelta(days=30), reason="Het contract komt later", **by)
    services.agreement_make(line, text="Belt de leverancier", who=member, due_on=on + dt.timedelta(days=4), **by)
    session.close(by=process_owner, at=at + dt.timedelta(minutes=42))
    session.correct("Het was de jurist.", by=process_owner, at=at + dt.timedelta(hours=2))
    return session


def test_it_holds_what_was_decided_and_agreed(client_of, viewer, held):
    document = opened(client_of(viewer).get(address(held)))
    assert size_of(document) == A4
    words = words_of(document)
    for text in (
        "Minutes of the update session · Groei 2026",
        "Thursday 11 June 2026",
        "led by Peter Smit",
        "Red",
        "Tien klanten bestellen",
        "New date: 5 Jun 2026 11 Jul 2026. Reason: Het contract komt later",
        "Belt de leverancier Lotte Bakker 15 Jun 2026",
        "Het was de jurist.",
    ):
        assert text in words
    assert "Add a correction" not in words


def test_it_is_tagged_and_in_the_language_of_its_reader(client_of, viewer, held):
    User.objects.filter(pk=viewer.pk).update(language="nl")
    document = opened(client_of(viewer).get(address(held)))
    root = document.trailer["/Root"]
    assert root["/Lang"] == "nl"
    assert root["/MarkInfo"]["/Marked"]
    assert "Groei 2026" in document.metadata.title
    assert tags_of(document) >= {"H1", "H2", "H3", "Table", "TH", "TD"}
    assert any(name.startswith("Inter") for name in fonts_of(document))
    assert "Nieuwe datum:" in words_of(document)


def test_an_entry_is_never_broken_over_two_pages(client_of, plan, choice, process_owner, responsible, viewer, on, at):
    for number in range(40):
        factories.ActionFactory(
            choice=choice, responsible=responsible, status="doing", deadline=on - dt.timedelta(days=number + 1),
            result=f"Resultaat {number:02} " + "met veel woorden " * (number % 13),
        )  # fmt: skip
    session = running(plan, process_owner)
    for line in session.lines.filter(kind="action"):
        line.write_note(f"{line.title} is besproken, einde {line.title[:12]}.")
    session.close(by=process_owner, at=at + dt.timedelta(minutes=42))
    pages = [plain(page.extract_text()) for page in opened(client_of(viewer).get(address(session))).pages]
    assert len(pages) > 2
    for number in range(40):
        name = f"Resultaat {number:02}"
        assert [name in page for page in pages] == [f"einde {name}." in page for page in pages]


def test_before_it_is_closed_a_session_has_none(client_of, plan, viewer):
    assert client_of(viewer).get(address(planned(plan))).status_code == 404


def test_a_stranger_finds_none(client_of, held, stranger):
    assert client_of(stranger).get(address(held)).status_code == 404


def test_the_page_of_the_minutes_leads_to_it(client_of, viewer, held):
    page = client_of(viewer).get(reverse("updates:session_minutes", args=[held.plan_id, held.pk]))
    assert f'href="{address(held)}"' in page.content.decode()


def test_its_file_is_named_for_the_plan_and_the_day(client_of, viewer, held):
    shown = client_of(viewer).get(address(held))["Content-Disposition"]
    assert shown == 'inline; filename="groei-2026-minutes-2026-06-11.pdf"'


def test_of_a_steering_session_it_holds_reviews_and_what_changed_of_the_plan(
    client_of, viewer, plan, choice, choice_owner, process_owner, at
):
    words = {"learned": "De prijs telt", "changes": "Andere partner"}
    ChoiceReview.give(choice, by=choice_owner, at=at - dt.timedelta(days=1), light="amber", **words)
    session = running(plan, process_owner, kind="steering", minutes=90)
    steering_services.choice_change(
        line_of(session, choice), goal=choice.goal, how="een app", reason="Sneller", by=process_owner, at=at
    )
    session.close(by=process_owner, at=at + dt.timedelta(minutes=80))
    document = words_of(opened(client_of(viewer).get(address(session))))
    for text in (
        "Minutes of the steering session",
        "1 of 1",
        "choices with a current review",
        "De prijs telt",
        "Andere partner",
        "Choice changed: … by de webshop de snelste weg te maken een app. Reason: Sneller",
        "80 min",
    ):
        assert text in document, text
