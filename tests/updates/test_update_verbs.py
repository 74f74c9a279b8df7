"""Unchanged, drafts and corrections of an update."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Callable

import pytest
import time_machine
from django.test import Client
from django.urls import reverse

from actions.models import Action
from ogsm.accounts.models import User
from tests import factories
from updates.models import Update, UpdateDraft

from .conftest import Give

SignIn = Callable[[User], Client]
WORK = {"HX-Request": "true", "HX-Target": "my-updates"}


def url(action: Action, name: str) -> str:
    return reverse(f"updates:{name}", args=[action.plan_id, action.pk])


def correct_url(update: Update) -> str:
    return reverse("updates:update_correct", args=[update.action.plan_id, update.pk])


def changed(**answers: str) -> dict[str, str]:
    return {"done": "Anders gezegd", "next": "", "need": "", "light": "amber", "status": "doing", **answers}


class TestUnchanged:
    def test_one_click_repeats_the_last_update(
        self, going: Action, responsible: User, client_of: SignIn, give: Give, on: dt.date
    ) -> None:
        give(going, 40, next="Contract tekenen", light="amber", expected_end=on + dt.timedelta(days=5))
        client_of(responsible).post(url(going, "update_unchanged"), {"token": str(uuid.uuid4())})
        update = going.updates.first()
        assert going.updates.count() == 2
        assert (update.unchanged, update.light, update.next, update.done) == (True, "amber", "Contract tekenen", "")
        assert not Action.objects.owed(on).filter(pk=going.pk).exists()

    def test_a_double_click_gives_one(self, going: Action, responsible: User, client_of: SignIn, give: Give) -> None:
        give(going, 40)
        form = {"token": str(uuid.uuid4())}
        for _ in range(2):
            assert client_of(responsible).post(url(going, "update_unchanged"), form, headers=WORK).status_code == 200
        assert going.updates.count() == 2

    def test_a_late_action_is_not_unchanged(
        self, late: Action, responsible: User, client_of: SignIn, give: Give
    ) -> None:
        give(late, 40)
        client = client_of(responsible)
        assert "update_unchanged" not in client.get("/").text
        answer = client.post(url(late, "update_unchanged"), headers=WORK)
        assert answer.status_code == 409
        assert "The dates no longer hold" in answer.text
        assert 'name="done"' in answer.text
        assert late.updates.count() == 1

    def test_without_an_earlier_update_there_is_nothing_to_repeat(
        self, going: Action, responsible: User, client_of: SignIn
    ) -> None:
        client = client_of(responsible)
        assert client.post(url(going, "update_unchanged")).status_code == 409
        assert f'action="{url(going, "update_unchanged")}"' not in client.get("/").text
        assert not going.updates.exists()

    def test_a_link_to_it_does_nothing(self, going: Action, responsible: User, client_of: SignIn, give: Give) -> None:
        give(going, 40)
        assert client_of(responsible).get(url(going, "update_unchanged")).status_code == 405

    def test_open_help_is_not_asked_again(
        self, going: Action, responsible: User, client_of: SignIn, give: Give
    ) -> None:
        give(going, 40, need="Een jurist")
        client_of(responsible).post(url(going, "update_unchanged"))
        assert going.help_requests.count() == 1


class TestDraft:
    def test_what_is_typed_is_there_again_after_a_reload(
        self, going: Action, responsible: User, client_of: SignIn
    ) -> None:
        client = client_of(responsible)
        answer = client.post(url(going, "update_draft"), {"done": "Halverwege de zi", "light": "red"})
        assert answer.text == "Draft saved at 09:00"
        page = client.get("/")
        assert "Halverwege de zi" in page.text
        assert "Draft saved at 09:00" in page.text
        assert "Halverwege de zi" in client.get(url(going, "update_give")).text

    def test_the_last_keystroke_wins(self, going: Action, responsible: User, client_of: SignIn) -> None:
        for text in ("Een", "Een zin"):
            client_of(responsible).post(url(going, "update_draft"), {"done": text})
        assert UpdateDraft.objects.get().answers["done"] == "Een zin"

    def test_it_is_gone_once_the_update_is_given(self, going: Action, responsible: User, client_of: SignIn) -> None:
        client, form = client_of(responsible), {"done": "Klaar", "status": "doing", "token": str(uuid.uuid4())}
        client.post(url(going, "update_draft"), form)
        client.post(url(going, "update_give"), form)
        assert not UpdateDraft.objects.exists()

    def test_one_that_arrives_after_its_update_is_not_kept(
        self, going: Action, responsible: User, client_of: SignIn
    ) -> None:
        client, form = client_of(responsible), {"done": "Klaar", "status": "doing", "token": str(uuid.uuid4())}
        client.post(url(going, "update_give"), form)
        assert client.post(url(going, "update_draft"), form).text == "Update given"
        assert not UpdateDraft.objects.exists()

    def test_it_is_only_ones_own(self, going: Action, responsible: User, plan_owner: User, client_of: SignIn) -> None:
        client_of(responsible).post(url(going, "update_draft"), {"done": "Nog geheim"})
        assert "Nog geheim" not in client_of(plan_owner).get(url(going, "update_give")).text

    def test_a_null_byte_is_left_out(self, going: Action, responsible: User, client_of: SignIn) -> None:
        answer = client_of(responsible).post(url(going, "update_draft"), {"done": "a\0b", "junk": "x"})
        assert answer.status_code == 200
        assert UpdateDraft.objects.get().answers == {"done": "ab"}

    @pytest.mark.parametrize(("who", "status"), [("member", 403), ("viewer", 403), ("stranger", 404)])
    def test_others_keep_no_draft(
        self, going: Action, client_of: SignIn, request: pytest.FixtureRequest, who: str, status: int
    ) -> None:
        answer = client_of(request.getfixturevalue(who)).post(url(going, "update_draft"), {"done": "x"})
        assert answer.status_code == status


class TestCorrection:
    def test_the_author_changes_an_update(
        self, going: Action, responsible: User, client_of: SignIn, give: Give
    ) -> None:
        update = give(going, done="Typfuot")
        client = client_of(responsible)
        assert "Typfuot" in client.get(correct_url(update)).text
        client.post(correct_url(update), changed())
        update.refresh_from_db()
        going.refresh_from_db()
        assert (update.done, update.light, going.light) == ("Anders gezegd", "amber", "amber")
        assert update.corrected_at is not None
        assert going.updates.count() == 1

    def test_not_after_the_next_update(self, going: Action, responsible: User, client_of: SignIn, give: Give) -> None:
        update = give(going, 2, done="Eerst")
        give(going, 1, done="Later")
        client = client_of(responsible)
        assert client.get(correct_url(update)).status_code == 409
        answer = client.post(correct_url(update), changed())
        assert answer.status_code == 409
        assert "can no longer be corrected" in answer.text
        assert "Anders gezegd" in answer.text, "what was typed is not lost"
        update.refresh_from_db()
        assert update.done == "Eerst"

    def test_not_after_a_session_has_started(
        self, going: Action, responsible: User, plan_owner: User, client_of: SignIn, give: Give, at: dt.datetime
    ) -> None:
        update = give(going, 1, done="Voor de sessie")
        factories.SessionFactory(plan=going.plan).start(by=plan_owner, at=at - dt.timedelta(hours=1))
        client = client_of(responsible)
        assert client.post(correct_url(update), changed()).status_code == 409
        assert correct_url(update) not in client.get("/").text

    def test_nobody_else_changes_it(self, going: Action, plan_owner: User, client_of: SignIn, give: Give) -> None:
        update = give(going)
        assert client_of(plan_owner).get(correct_url(update)).status_code == 403
        assert client_of(plan_owner).post(correct_url(update), changed()).status_code == 403

    def test_only_what_changed_reaches_the_action(
        self, going: Action, responsible: User, client_of: SignIn, give: Give, at: dt.datetime
    ) -> None:
        """Its card was moved meanwhile: putting a word right must not move it back."""
        update = give(going, 0.1, light="green")
        going.move_to("done", by=responsible, at=at)
        client_of(responsible).post(correct_url(update), changed(light="green"))
        going.refresh_from_db()
        assert going.status == "done"

    def test_a_light_that_a_reopening_emptied_stays_empty(
        self, going: Action, responsible: User, give: Give, on: dt.date, at: dt.datetime
    ) -> None:
        """Neither another answer nor another light of the old judgement brings it back."""
        update = give(going, 2, light="green")
        going.move_to("done", by=responsible, at=at - dt.timedelta(days=1))
        going.move_to("doing", by=responsible, at=at)
        end = on + dt.timedelta(days=9)
        update.correct(by=responsible, at=at, light="amber", expected_end=end)
        going.refresh_from_db()
        assert (going.light, going.expected_end) == ("", end)
        assert (update.light, update.expected_end) == ("amber", end)

    def test_a_light_that_another_responsible_emptied_stays_empty(
        self, going: Action, responsible: User, member: User, give: Give, on: dt.date, at: dt.datetime
    ) -> None:
        update = give(going, 2, light="green")
        going.edit(by=None, at=at, responsible=member)
        update.correct(by=responsible, at=at, light="amber", expected_end=on)
        going.refresh_from_db()
        assert (going.light, going.expected_end) == ("", on)

    def test_an_undone_reopening_emptied_nothing(
        self, going: Action, responsible: User, give: Give, at: dt.datetime
    ) -> None:
        update = give(going, 1, light="green")
        going.move_to("done", by=responsible, at=at)
        going.undo_move(by=responsible, at=at)
        update.correct(by=responsible, at=at, light="amber")
        going.refresh_from_db()
        assert going.light == "amber"

    def test_who_takes_back_done_keeps_the_light_of_the_same_update(
        self, going: Action, responsible: User, give: Give, at: dt.datetime
    ) -> None:
        update = give(going, status="done", light="green")
        update.correct(by=responsible, at=at, status="doing")
        going.refresh_from_db()
        assert (going.status, going.light) == ("doing", "green")

    def test_the_help_it_asked_is_reworded_not_asked_twice(
        self, going: Action, responsible: User, client_of: SignIn, give: Give
    ) -> None:
        update = give(going, need="Een juristt")
        client_of(responsible).post(correct_url(update), changed(need="Een jurist"))
        assert going.help_requests.get().text == "Een jurist"

    def test_help_taken_out_of_it_is_closed(
        self, going: Action, responsible: User, client_of: SignIn, give: Give
    ) -> None:
        update = give(going, need="Een jurist")
        client_of(responsible).post(correct_url(update), changed())
        going.refresh_from_db()
        assert going.help_requests.get().state == "closed"
        assert going.open_help == 0

    def test_in_place_it_answers_with_the_letter(
        self, going: Action, responsible: User, client_of: SignIn, give: Give
    ) -> None:
        update = give(going)
        client = client_of(responsible)
        with time_machine.travel(update.at + dt.timedelta(minutes=5)):
            form = client.get(correct_url(update), headers={"HX-Request": "true", "HX-Target": f"update-{going.pk}"})
            assert "Save the change" in form.text
            assert "data-draft-url" not in form.text
            answer = client.post(correct_url(update), changed(), headers=WORK)
        assert 'id="my-updates"' in answer.text
        assert "<html" not in answer.text
