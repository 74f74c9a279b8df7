"""Strategic choices: editing, order, and archiving with exactly what belongs to it."""

import pytest
from django.urls import reverse

from actions.models import Action
from plans.models import Choice, Indicator
from tests.factories import ActionFactory, ChoiceFactory, IndicatorFactory
from tests.plans.conftest import HTMX, fields_of


def at_choice(verb, choice):
    return reverse(f"plans:choice_{verb}", args=[choice.plan_id, choice.pk])


@pytest.fixture
def owner(client_of, plan_owner):
    return client_of(plan_owner)


def test_saving_answers_the_text_of_that_choice(client_of, choice_owner, choice, fill):
    response = fill(client_of(choice_owner), at_choice("edit", choice), HTMX, how="een betere zoekmachine")
    shown = response.content.decode()
    assert shown.strip().startswith(f'<div class="ogsm-choice" id="choice-{choice.pk}-text"')
    assert "een betere zoekmachine" in shown


def test_only_people_who_take_part_can_own_a_choice(owner, choice, viewer, stranger, fill):
    assert viewer.name not in owner.get(at_choice("edit", choice)).content.decode()
    for nobody in (viewer, stranger):
        response = fill(owner, at_choice("edit", choice), owner=nobody.pk)
        assert response.status_code == 422


def test_a_conflict_over_the_owner_names_people(owner, choice, member, responsible, process_owner, at):
    sent = fields_of(owner.get(at_choice("edit", choice)).content.decode())
    choice.change(by=process_owner, at=at, owner=member)
    response = owner.post(at_choice("edit", choice), {**sent, "owner": responsible.pk}, headers=HTMX)
    assert response.status_code == 409
    assert f"<dd>{member.name}</dd>" in response.content.decode()


def test_the_first_choice_takes_the_place_of_the_empty_lines(owner, plan, fill):
    response = fill(owner, reverse("plans:choice_add", args=[plan.pk]), HTMX, short_name="Webshop", goal="Meer online")
    assert response["HX-Retarget"] == "#rows"
    second = fill(owner, reverse("plans:choice_add", args=[plan.pk]), HTMX, short_name="Mensen", goal="Een team")
    assert "HX-Retarget" not in second
    assert 'id="choice-add"' in second.content.decode()
    assert [choice.colour for choice in plan.choices.numbered()] == [1, 2]


def test_a_choice_moves_with_its_whole_row(owner, choice):
    second = ChoiceFactory(plan=choice.plan)
    response = owner.post(at_choice("move", second), {"to": "up"}, headers=HTMX)
    assert response["HX-Retarget"] == "#rows"
    assert [one.pk for one in choice.plan.choices.numbered()] == [second.pk, choice.pk]


def test_archiving_asks_first_and_says_what_goes_along(owner, choice, action):
    IndicatorFactory.create_batch(2, choice=choice)
    shown = owner.get(at_choice("archive", choice), headers=HTMX).content.decode()
    assert "2 indicators" in shown
    assert "1 action." in shown
    assert not Choice.objects.archived().exists()


def test_a_choice_takes_its_pieces_along_and_brings_back_exactly_those(owner, choice, action, responsible, at):
    indicator, gone_before = IndicatorFactory.create_batch(2, choice=choice)
    gone_action = ActionFactory(choice=choice, responsible=responsible)
    for piece in (gone_before, gone_action):
        piece.archive(by=responsible, at=at)
    owner.post(at_choice("archive", choice))
    assert not Indicator.objects.live().exists()
    assert not Action.objects.live().exists()
    owner.post(at_choice("restore", choice))
    assert list(Choice.objects.live()) == [choice]
    assert list(Indicator.objects.live()) == [indicator]
    assert list(Action.objects.live()) == [action]


def test_the_undo_of_the_archive_is_in_the_answer(owner, choice):
    response = owner.post(at_choice("archive", choice), headers=HTMX)
    assert at_choice("restore", choice) in response["HX-Trigger"]
    assert "dialogClose" in response["HX-Trigger"]
    assert choice.goal not in response.content.decode()


def test_what_was_archived_waits_with_a_way_back(owner, choice, action, plan_owner, at):
    indicator = IndicatorFactory(choice=choice, name="Levertijd")
    indicator.archive(by=plan_owner, at=at)
    page = reverse("plans:plan_archived", args=[choice.plan_id])
    shown = owner.get(page).content.decode()
    assert reverse("plans:indicator_restore", args=[choice.plan_id, indicator.pk]) in shown
    choice.archive(by=plan_owner, at=at)
    shown = owner.get(page).content.decode()
    assert f"Restore choice “{choice}” first." in shown
    assert action.result not in shown
    refused = owner.post(reverse("plans:indicator_restore", args=[choice.plan_id, indicator.pk]))
    assert refused.status_code == 404


def test_nothing_archived_says_so(owner, plan):
    shown = owner.get(reverse("plans:plan_archived", args=[plan.pk])).content.decode()
    assert "Nothing is archived" in shown
