"""Inviting people by e-mail: account and membership at once, a link that works once and expires, and what refuses."""

import datetime as dt
import re

import pytest
import time_machine
from django.core import mail, signing
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from ogsm.accounts.models import User
from plans.invitation_models import Standing
from plans.models import Invitation
from tests import factories
from tests.plans.conftest import HTMX
from updates.models import OutgoingMail
from updates.outbox import send_due

ANSWERS = {"name": "Nina de Wit", "new_password1": "fietsbel-en-regenjas", "new_password2": "fietsbel-en-regenjas"}
NEW = "nina@example.org"


@pytest.fixture
def owner(client_of, plan_owner):
    return client_of(plan_owner)


@pytest.fixture
def invite(owner, plan):
    """Sends the form, and the mails that follow."""

    def send(people, to=None, by=None, **more):
        answer = (by or owner).post(
            reverse("plans:member_add", args=[(to or plan).pk]), {"people": people, "role": "member"} | more
        )
        send_due(timezone.now())
        return answer

    return send


@pytest.fixture
def again(owner):
    def send(membership):
        answer = owner.post(reverse("plans:member_invite", args=[membership.plan_id, membership.pk]))
        send_due(timezone.now())
        return answer

    return send


def link_in(message):
    return re.search(r"https?://[^/]+(/accounts/invitation/\S+)", message.body)[1]


def membership_of(plan, email=NEW):
    return plan.memberships.get(user__email=email)


def remove(owner, plan, email=NEW):
    return owner.post(reverse("plans:member_remove", args=[plan.pk, membership_of(plan, email).pk]))


def signed_in_as(client):
    return client.session.get("_auth_user_id")


def test_somebody_new_is_a_member_at_once_and_gets_a_link(invite, plan, plan_owner, choice):
    response = invite(f"Nina de Wit <{NEW.upper()}>", role="viewer")
    assert response.status_code == 302
    membership = membership_of(plan)
    assert (str(membership.user), membership.user.has_usable_password(), membership.role) == (
        "Nina de Wit", False, "viewer",
    )  # fmt: skip
    assert membership.history.get().history_user == plan_owner
    [message] = mail.outbox
    assert message.to == [NEW]
    assert message.subject == "Karin de Boer invites you to the plan ‘Groei 2026’"
    assert message.reply_to == [plan_owner.email]
    assert "Hello Nina," in message.body
    assert "Thursday 25 June 2026" in message.body
    page, kind = message.alternatives[0]
    assert kind == "text/html"
    assert link_in(message) in page


def test_who_is_invited_can_be_made_responsible_before_they_answer(invite, owner, plan, choice, on):
    invite(NEW)
    user = User.objects.get(email=NEW)
    response = owner.post(
        reverse("actions:action_add", args=[plan.pk]),
        {"choice": choice.pk, "result": "Iedereen heeft een plan", "responsible": user.pk, "deadline": str(on)},
    )
    assert response.status_code in (200, 204, 302)
    assert plan.actions.get().responsible == user


def test_the_link_asks_for_name_and_password_and_leads_into_the_plan(invite, plan, plan_owner, client):
    invite(NEW)
    link = link_in(mail.outbox[0])
    page = client.get(link)
    assert page.status_code == 200
    assert "Karin de Boer invites you; your role is member." in page.text
    assert NEW in page.text
    assert "no-store" in page["Cache-Control"]
    response = client.post(link, ANSWERS)
    assert response["Location"] == plan.get_absolute_url()
    user = User.objects.get(email=NEW)
    assert (user.name, user.check_password(ANSWERS["new_password1"])) == ("Nina de Wit", True)
    assert signed_in_as(client) == str(user.pk)
    assert client.get(plan.get_absolute_url()).status_code == 200


def test_opening_the_link_changes_nothing(invite, client):
    invite(NEW)
    before = User.objects.filter(email=NEW).values().get()
    for method in (client.get, client.head, client.get):
        assert method(link_in(mail.outbox[0])).status_code == 200
    assert User.objects.filter(email=NEW).values().get() == before
    assert signed_in_as(client) is None
    assert Invitation.objects.get().accepted_at is None


@pytest.mark.parametrize(
    ("changed", "field"),
    [
        ({"name": ""}, "name"),
        ({"name": "x" * 200}, "name"),
        ({"new_password1": "kort", "new_password2": "kort"}, "new_password2"),
        ({"new_password1": "password123", "new_password2": "password123"}, "new_password2"),
        ({"new_password1": "demo-demo-demo", "new_password2": "demo-demo-demo"}, "new_password2"),
        ({"new_password2": "iets-heel-anders"}, "new_password2"),
    ],
)
def test_a_mistake_is_said_beside_its_field_and_the_link_still_works(invite, client, changed, field):
    invite(NEW)
    link = link_in(mail.outbox[0])
    response = client.post(link, ANSWERS | changed)
    assert response.status_code == 422
    assert field in response.context["form"].errors
    assert not User.objects.get(email=NEW).has_usable_password()
    assert client.post(link, ANSWERS).status_code == 302


def test_the_link_works_once(invite, client):
    invite(NEW)
    link = link_in(mail.outbox[0])
    client.post(link, ANSWERS)
    for method, data in (("get", {}), ("post", ANSWERS | {"new_password1": "x" * 12, "new_password2": "x" * 12})):
        answer = getattr(Client(), method)(link, data)
        assert answer.status_code == 410
        assert "It has been used" in answer.text
    assert User.objects.get(email=NEW).check_password(ANSWERS["new_password1"])


def test_of_two_at_the_same_moment_one_comes_in(invite, plan, at):
    invite(NEW)
    first, second = Invitation.objects.get(), Invitation.objects.get()
    first.accept(name="Nina", password="fietsbel-en-regenjas", number=1, at=at)
    with pytest.raises(Exception, match="no longer works"):
        second.accept(name="Eve", password="een-ander-wachtwoord", number=1, at=at)
    assert User.objects.get(email=NEW).name == "Nina"


def test_an_invitation_is_good_for_fourteen_days(invite, at):
    invite(NEW)
    invitation = Invitation.objects.get()
    sent = invitation.invited_at
    assert invitation.standing(sent + dt.timedelta(days=14, seconds=-1)) == Standing.OPEN
    assert invitation.standing(sent + dt.timedelta(days=14)) == Standing.EXPIRED


def test_an_expired_link_says_what_to_do_and_is_renewed(invite, again, owner, plan, client, at):
    invite(NEW)
    old = link_in(mail.outbox[0])
    with time_machine.travel(at + dt.timedelta(days=15)):
        owner.force_login(plan.memberships.get(role="owner").user)
        answer = client.get(old)
        assert answer.status_code == 410
        assert "Ask whoever invited you to send it again." in answer.text
        assert client.post(old, ANSWERS).status_code == 410
        assert "Invitation expired on" in owner.get(reverse("plans:member_list", args=[plan.pk])).text
        again(membership_of(plan))
        assert client.get(link_in(mail.outbox[1])).status_code == 200


def test_sending_again_ends_the_link_before(invite, again, plan, client):
    invite(NEW)
    assert again(membership_of(plan)).status_code == 302
    first, second = map(link_in, mail.outbox)
    assert first != second
    answer = client.post(first, ANSWERS)
    assert answer.status_code == 410
    assert "A newer one was sent after it." in answer.text
    assert client.post(second, ANSWERS).status_code == 302


def test_a_withdrawn_invitation_opens_nothing(invite, owner, plan, client):
    invite(NEW)
    link = link_in(mail.outbox[0])
    assert remove(owner, plan).status_code == 302
    answer = client.get(link)
    assert answer.status_code == 410
    assert "was withdrawn" in answer.text
    assert client.post(link, ANSWERS).status_code == 410
    assert not User.objects.get(email=NEW).has_usable_password()


def test_who_was_withdrawn_is_invited_again_with_a_new_link(invite, owner, plan, client):
    invite(NEW)
    remove(owner, plan)
    invite(NEW)
    first, second = map(link_in, mail.outbox)
    assert client.get(first).status_code == 410
    assert client.post(second, ANSWERS)["Location"] == plan.get_absolute_url()


def test_an_invited_person_with_work_is_handed_over_before_they_are_withdrawn(invite, owner, plan, choice):
    invite(NEW)
    factories.ActionFactory(choice=choice, responsible=User.objects.get(email=NEW))
    answer = remove(owner, plan)
    assert answer.status_code == 422
    assert reverse("updates:member_hand_over", args=[plan.pk, membership_of(plan).pk]) in answer.text


def test_a_password_chosen_another_way_uses_the_link_up(invite, client):
    invite(NEW)
    user = User.objects.get(email=NEW)
    user.set_password("een-ander-wachtwoord")
    user.save()
    assert client.post(link_in(mail.outbox[0]), ANSWERS).status_code == 410
    user.refresh_from_db()
    assert user.check_password("een-ander-wachtwoord")


def test_one_password_accepts_the_invitations_of_all_plans(invite, plan, plan_owner, client):
    other = factories.PlanFactory()
    factories.MembershipFactory(plan=other, user=plan_owner, role="owner")
    invite(NEW)
    invite(NEW, to=other)
    first, second = map(link_in, mail.outbox)
    client.post(second, ANSWERS)
    assert Client().get(first).status_code == 410
    assert not Invitation.objects.filter(accepted_at=None).exists()
    assert client.get(plan.get_absolute_url()).status_code == 200


def test_somebody_switched_off_gets_no_mail_and_no_way_in(invite, plan, client):
    invite(NEW)
    User.objects.filter(email=NEW).update(is_active=False)
    assert client.post(link_in(mail.outbox[0]), ANSWERS).status_code == 410
    off = factories.UserFactory(is_active=False)
    invite(off.email)
    assert plan.memberships.filter(user=off).exists()
    assert len(mail.outbox) == 1


@pytest.mark.parametrize("salt", ["django.core.signing", "something-else"])
def test_what_was_signed_for_anything_else_opens_nothing(invite, client, salt):
    invite(NEW)
    token = signing.dumps(f"{Invitation.objects.get().pk}:1", salt=salt)
    assert client.get(f"/accounts/invitation/{token}/").status_code == 404
    assert client.post(f"/accounts/invitation/{token}/", ANSWERS).status_code == 404


@pytest.mark.parametrize("token", ["x", "a" * 3000, "%00", "a:b:c"])
def test_a_made_up_link_is_not_found(db, client, token):
    assert client.get(f"/accounts/invitation/{token}/").status_code == 404
    assert client.post(f"/accounts/invitation/{token}/", ANSWERS).status_code == 404


def test_a_link_with_one_letter_changed_is_not_found(invite, client, settings):
    settings.ACCOUNT_RATE_LIMITS = {**settings.RATE_LIMITS, "link_guess": ""}
    invite(NEW)
    link = link_in(mail.outbox[0])
    for place in range(len("/accounts/invitation/"), len(link) - 1):
        tampered = link[:place] + ("A" if link[place] != "A" else "B") + link[place + 1 :]
        assert client.get(tampered).status_code == 404, tampered


def test_a_link_of_somebody_else_does_not_take_over_who_is_signed_in(invite, client_of, member):
    invite(NEW)
    client = client_of(member)
    for answer in (client.get(link_in(mail.outbox[0])), client.post(link_in(mail.outbox[0]), ANSWERS)):
        assert answer.status_code == 409
        assert "You are signed in as Lotte Bakker" in answer.text
    assert signed_in_as(client) == str(member.pk)
    assert not User.objects.get(email=NEW).has_usable_password()


def test_the_owner_never_sees_the_link(invite, again, owner, plan):
    responses = [invite(NEW), again(membership_of(plan)), owner.get(reverse("plans:member_list", args=[plan.pk]))]
    assert all("/accounts/invitation/" not in response.text for response in responses)


def test_somebody_with_a_password_gets_word_of_it_and_no_link_to_choose_one(invite, plan, stranger):
    invite("VERA@example.org")
    assert plan.memberships.get(user=stranger).role == "member"
    [message] = mail.outbox
    assert message.subject == "Karin de Boer added you to the plan ‘Groei 2026’"
    assert plan.get_absolute_url() in message.body
    assert "/accounts/" not in message.body + message.alternatives[0][0]
    assert not Invitation.objects.exists()


def test_mails_are_in_the_language_of_who_gets_them(invite, stranger, client):
    User.objects.filter(pk=stranger.pk).update(language="nl")
    invite(f"{stranger.email}, {NEW}")
    dutch, english = sorted(mail.outbox, key=lambda message: message.to != [stranger.email])
    assert 'lang="nl"' in dutch.alternatives[0][0]
    assert 'lang="en"' in english.alternatives[0][0]


def test_a_name_cannot_bring_in_a_header_or_markup(invite, plan, plan_owner):
    type(plan).objects.filter(pk=plan.pk).update(name="Groei\r\nBcc: eve@x.nl")
    User.objects.filter(pk=plan_owner.pk).update(name="<b>Karin</b>")
    invite(NEW)
    [message] = mail.outbox
    assert "\n" not in message.subject
    assert message.recipients() == [NEW]
    assert b"\nBcc:" not in message.message().as_bytes().partition(b"\n\n")[0]
    assert "<b>Karin" not in message.alternatives[0][0]


def test_several_are_invited_at_once_and_the_answer_says_what_became_of_each(invite, owner, plan, member, stranger):
    response = invite(f"nina@x.nl\nBob Kok <bob@x.nl>, {stranger.email}; {member.email}")
    assert response.status_code == 302
    said = owner.get(response["Location"]).text
    assert "Nina and Bob Kok are invited" in said
    assert "Vera Mulder is a member now." in said
    assert "Lotte Bakker was a member already." in said
    many = invite(", ".join(f"n{n}@x.nl" for n in range(40)))
    assert "40 people are invited" in owner.get(many["Location"]).text
    mail.outbox = mail.outbox[:3]
    assert sorted(message.to[0] for message in mail.outbox) == ["bob@x.nl", "nina@x.nl", "vera@example.org"]


@pytest.mark.parametrize(
    ("fields", "wrong"),
    [
        ({"people": ""}, "people"),
        ({"people": ",;"}, "people"),
        ({"people": "geen adres"}, "people"),
        ({"people": "nina@x.nl, bob@"}, "people"),
        ({"people": "henk@example.org"}, "people"),
        ({"people": "nina@x.nl\x00"}, "people"),
        ({"people": "x" * 30_000}, "people"),
        ({"people": ",".join(f"n{n}@x.nl" for n in range(51))}, "people"),
        ({"people": "nina@x.nl", "role": "king"}, "role"),
    ],
)
def test_a_mistake_invites_nobody(owner, plan, fields, wrong):
    response = owner.post(reverse("plans:member_add", args=[plan.pk]), {"role": "member", **fields}, headers=HTMX)
    assert response.status_code == 422
    assert wrong in response.context["form"].errors
    assert plan.memberships.count() == 6
    assert mail.outbox == []


def test_a_form_sent_twice_invites_once(invite, plan):
    for _ in range(2):
        invite("nina@x.nl, bob@x.nl")
    assert len(mail.outbox) == 2
    assert plan.memberships.count() == 8


def test_inviting_is_slowed_down(invite, plan):
    for number in range(20):
        invite(f"n{number}@x.nl")
    response = invite("n21@x.nl")
    assert response.status_code == 422
    assert "very many invitations" in response.text
    assert len(mail.outbox) == 20


def test_one_person_is_not_mailed_over_and_over(invite, again, plan):
    invite(NEW)
    answers = [again(membership_of(plan)).status_code for _ in range(6)]
    assert answers == [302] * 5 + [429]
    assert len(mail.outbox) == 6


def test_who_signs_in_already_is_not_invited_again(again, plan, member):
    answer = again(membership_of(plan, member.email))
    assert answer.status_code == 422
    assert "has a password already" in answer.text
    assert mail.outbox == []


def test_somebody_added_in_the_administration_is_invited_from_the_list(again, owner, plan):
    user = User.objects.create_user(NEW)
    factories.MembershipFactory(plan=plan, user=user)
    assert "Has no password yet" in owner.get(reverse("plans:member_list", args=[plan.pk])).text
    again(membership_of(plan))
    assert [message.to for message in mail.outbox] == [[NEW]]


def test_the_administration_looks_an_invitation_up_without_its_link(invite, client_of, admin):
    invite(NEW)
    page = reverse("admin:plans_invitation_change", args=[Invitation.objects.get().pk])
    for address in (page, reverse("admin:plans_invitation_changelist") + "?q=nina"):
        answer = client_of(admin).get(address)
        assert answer.status_code == 200
        assert "Nina" in answer.text
        assert "/accounts/invitation/" not in answer.text
    assert client_of(admin).post(page, {}).status_code == 403


def test_the_list_says_who_is_invited_and_until_when(invite, client_of, plan, viewer):
    invite(NEW)
    assert "Invited, until 25 Jun" in " ".join(
        client_of(viewer).get(reverse("plans:member_list", args=[plan.pk])).text.split()
    )


def test_a_mail_server_that_is_away_keeps_nobody_waiting_and_the_mail_comes_later(owner, plan, settings):
    settings.EMAIL_BACKEND, settings.EMAIL_HOST, settings.EMAIL_PORT = (
        "django.core.mail.backends.smtp.EmailBackend", "127.0.0.1", 1,
    )  # fmt: skip
    people = reverse("plans:member_list", args=[plan.pk])
    answer = owner.post(reverse("plans:member_add", args=[plan.pk]), {"people": NEW, "role": "member"}, follow=True)
    assert "Nina is invited" in answer.text
    assert send_due(timezone.now()).sent == 0
    assert "Invited, until" in owner.get(people).text
    later = timezone.now() + dt.timedelta(minutes=20)
    with time_machine.travel(later):
        assert "The invitation is not sent yet" in owner.get(people).text
        settings.EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
        send_due(later)
        assert Client().get(link_in(mail.outbox[0])).status_code == 200
        assert "Invited, until" in owner.get(people).text


def test_a_link_that_is_worth_nothing_any_more_is_not_mailed(owner, plan, stranger):
    add = reverse("plans:member_add", args=[plan.pk])
    owner.post(add, {"people": f"{NEW}, {stranger.email}", "role": "member"})
    for email in (NEW, stranger.email):
        remove(owner, plan, email)
    assert send_due(timezone.now()).left_out == 2
    assert mail.outbox == []
    assert "accounts/invitation" not in str(list(OutgoingMail.objects.values()))
