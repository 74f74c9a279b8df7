"""The plan as a PDF: one page to hang on the wall."""

import datetime as dt

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from ogsm import demo
from ogsm.accounts.models import User
from tests import factories
from tests.documents import fonts_of, missing, names_on, opened, size_of, tags_of, words_of
from tests.plans.conftest import HTMX

A3 = (420, 297)


def address(plan):
    return reverse("plans:plan_pdf", args=[plan.pk])


@pytest.fixture
def pdf(client_of):
    """The plan's PDF as somebody gets it."""
    return lambda plan, user, **headers: opened(client_of(user).get(address(plan), headers=headers))


@pytest.fixture(scope="module")
def demo_plans(django_db_setup, django_db_blocker):
    """Built once, since that takes long; only the language of its owner is changed."""
    with django_db_blocker.unblock(), transaction.atomic():
        yield demo.build(at=factories.AT)
        transaction.set_rollback(True)


@pytest.mark.parametrize(("place", "language", "green"), [(0, "nl", "Groen"), (1, "en", "Green")])
def test_a_plan_is_one_tagged_page_with_every_name_on_it(db, pdf, demo_plans, place, language, green):
    plan = demo_plans[place]
    owner = plan.memberships.get(role="owner").user
    User.objects.filter(pk=owner.pk).update(language=language)
    document = pdf(plan, User.objects.get(pk=owner.pk))

    assert len(document.pages) == 1
    assert size_of(document) == A3
    root = document.trailer["/Root"]
    assert root["/Lang"] == language
    assert root["/MarkInfo"]["/Marked"]
    assert document.metadata.title == plan.name
    assert tags_of(document) >= {"H1", "H2", "H3", "L", "Table", "TH", "TD", "Figure"}
    assert {"Inter", "Source-Serif"} <= {
        font for name in fonts_of(document) for font in ("Inter", "Source-Serif") if font in name
    }

    words = words_of(document)
    names = names_on(plan)
    assert len(names) > 80
    assert missing([*names, green], words) == []


def test_lights_are_words_and_done_actions_are_there_too(pdf, plan, choice, action, responsible, viewer):
    factories.ActionFactory(choice=choice, responsible=responsible, light="red", status="doing", result="Dit is rood")
    factories.ActionFactory(
        choice=choice, responsible=responsible, status="done", completed_on=dt.date(2026, 5, 4), result="Dit is af"
    )
    words = words_of(pdf(plan, viewer))
    for text in ("Red Dit is rood", "To do Webshop toont levertijd per artikel", "Done Dit is af 4 May"):
        assert text in words


def test_a_draft_says_so_and_an_empty_plan_is_a_page_as_well(pdf, viewer):
    plan = factories.PlanFactory(state="draft", ambition="", name="Leeg")
    factories.MembershipFactory(plan=plan, user=viewer, role="viewer")
    words = words_of(pdf(plan, viewer))
    for text in ("Leeg · draft", "No ambition written yet.", "No goals yet.", "No strategic choices yet."):
        assert text in words


def fill(plan, actions, people=8, text="Elke installateur heeft in juni een accountplan"):
    """Five choices with eighteen indicators, and so many actions of one line."""
    colleagues = [factories.UserFactory() for _ in range(people)]
    choices = [factories.ChoiceFactory(plan=plan, owner=colleagues[0]) for _ in range(5)]
    for number in range(18):
        factories.IndicatorValueFactory(indicator=factories.IndicatorFactory(choice=choices[number % 5]))
    for number in range(actions):
        factories.ActionFactory(
            choice=choices[number % 5], responsible=colleagues[number % people], result=f"{text} {number}"
        )


@pytest.mark.parametrize("actions", [30, 44])
def test_what_fits_on_the_page_does_not_spill_over(pdf, client_of, plan, plan_owner, actions):
    fill(plan, actions)
    assert len(pdf(plan, plan_owner).pages) == 1
    shown = client_of(plan_owner).get(plan.get_absolute_url()).content.decode()
    assert ('data-density="tight"' in shown) == (actions == 44)
    assert "What to shorten" not in shown


def test_more_than_forty_four_actions_are_a_lot_for_one_page(client_of, plan, plan_owner):
    fill(plan, 45)
    shown = client_of(plan_owner).get(plan.get_absolute_url()).content.decode()
    assert "45 actions are a lot for one A3: up to 44 read well." in shown
    assert "What to shorten" in shown


def test_the_word_about_it_goes_when_enough_is_archived(client_of, plan, plan_owner, at):
    fill(plan, 45)
    client, part = client_of(plan_owner), plan.get_absolute_url() + "?part=paper"
    assert "What to shorten" in client.get(part, headers=HTMX).content.decode()
    plan.actions.live().first().archive(by=plan_owner, at=at)
    emptied = client.get(part, headers=HTMX).content.decode()
    assert "What to shorten" not in emptied
    assert "planChanged" in emptied, "and it comes back by itself"


def test_a_plan_that_is_too_long_takes_two_pages_and_tells_its_owner_what_to_shorten(
    pdf, client_of, plan, plan_owner, viewer
):
    fill(plan, 60, text="Elke installateur in Noord- en Oost-Nederland heeft in juni een accountplan, en dat is plan")
    assert len(pdf(plan, plan_owner).pages) == 2
    shown = client_of(plan_owner).get(plan.get_absolute_url()).content.decode()
    assert "lines too long for one A3." in shown
    first = plan.choices.live()[0]
    assert f'Archive actions of <a href="#choice-{first.pk}">{first.short_name}</a>' in shown
    assert "that are done or not needed: it has 12." in shown
    assert "What to shorten" not in client_of(viewer).get(plan.get_absolute_url()).content.decode()


def test_the_file_has_a_safe_name_and_stays_with_its_reader(client_of, plan, viewer):
    plan.name = "Groei/2026–2028: «naar» 50%"
    plan.save()
    response = client_of(viewer).get(address(plan))
    assert response["Content-Disposition"] == 'inline; filename="groei-2026-2028-naar-50-2026-06-11.pdf"'
    assert "private" in response["Cache-Control"]


def test_without_pango_there_is_a_sentence_and_the_way_to_print(client_of, plan, viewer, without_pango):
    client = client_of(viewer)
    response = client.get(address(plan))
    assert response.status_code == 200
    shown = response.content.decode()
    assert "a library this server does not have" in shown
    assert f'href="{plan.get_absolute_url()}"' in shown
    assert "No PDF on this server" in client.get(plan.get_absolute_url()).content.decode()


def test_a_stranger_finds_no_pdf(client_of, plan, stranger, admin):
    for user in (stranger, admin):
        assert client_of(user).get(address(plan)).status_code == 404


def test_the_number_of_queries_does_not_grow_with_the_plan(client_of, plan, viewer, django_assert_num_queries):
    client = client_of(viewer)
    fill(plan, 10)
    with CaptureQueriesContext(connection) as few:
        client.get(address(plan))
    fill(plan, 20)
    with django_assert_num_queries(len(few)):
        client.get(address(plan))
