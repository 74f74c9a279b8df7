"""The mail with the minutes: one's own part first, made of the record alone."""

import copy
import datetime as dt

import pytest
from django.urls import reverse

from tests import factories
from tests.updates.meeting import line_of, running
from updates import closing, outbox, services, steering_services
from updates.minutes_mail import Reader, letter
from updates.models import Session, Update

DAY = dt.timedelta(days=1)


@pytest.fixture
def late(choice, responsible, member, on, at):
    action = factories.ActionFactory(
        choice=choice, responsible=responsible, status="doing", deadline=on - 6 * DAY, result="Tien klanten bestellen"
    )
    Update.give(action, by=responsible, at=at - DAY, status="doing", light="red", need="Een jurist", need_of=member)
    return action


@pytest.fixture
def held(plan, process_owner, member, choice_owner, late, choice, on, at) -> Session:
    """A new deadline for the responsible's action, an agreement of the member and help the member promised, an extra
    action for the choice owner."""
    session = running(plan, process_owner, facilitator=process_owner)
    by = {"by": process_owner, "at": at + dt.timedelta(minutes=10)}
    line = line_of(session, late)
    services.deadline_decide(line, to_date=on + 30 * DAY, reason="Het contract komt later", **by)
    services.agreement_make(line, text="Belt de leverancier", who=member, due_on=on + 4 * DAY, **by)
    services.help_promise(line, late.help_requests.get(), who=member, due_on=on + 9 * DAY, text="Kijkt het na", **by)
    services.action_add(line, result="Offerte ligt er", responsible=choice_owner, deadline=on + 20 * DAY, **by)
    line.write_note("Joost licht toe.")
    closing.session_close(session, by=process_owner, at=at + dt.timedelta(minutes=42))
    return session


def said_to(session, person, record=None):
    reader = Reader(person.pk, str(person))
    return letter(record or session.minutes_record, reader=reader, plan_id=session.plan_id, session_id=session.pk)


def own(session, person, record=None):
    """Heading → titles of one's own part."""
    parts = said_to(session, person, record)["own"]
    return {part.heading: [entry.title for entry in part.entries] for part in parts}


def mail_to(mailoutbox, person):
    return next(mail for mail in mailoutbox if mail.to == [person.email])


def test_each_reads_what_they_agreed_promised_and_what_was_decided_about_their_work(
    held, member, responsible, choice_owner, plan_owner
):
    agreed = {"What you agreed": ["Belt de leverancier"], "Help you promised": ["Kijkt het na"]}
    assert own(held, member) == agreed
    assert own(held, responsible) == {"Decided about your work": ["Tien klanten bestellen"]}
    assert own(held, choice_owner) == {"Decided about your work": ["Offerte ligt er"]}
    assert own(held, plan_owner) == {}


def test_a_namesake_is_not_taken_for_the_reader(held, member):
    namesake = factories.UserFactory(name=member.name)
    assert own(held, namesake) == {}


def test_minutes_of_the_first_version_still_make_a_letter_by_name(held, member, responsible):
    record = copy.deepcopy(held.minutes_record)
    record["version"] = 1
    for entry in record["attendance"]:
        del entry["user"]
    del record["next_place"]
    for line in record["lines"]:
        for key in ("person_id", "carried"):
            del line[key]
        for decision in line["decisions"]:
            for key in ("who_id", "action"):
                del decision[key]
    assert own(held, member, record)["What you agreed"] == ["Belt de leverancier"]
    assert own(held, responsible, record) == {"Decided about your work": ["Tien klanten bestellen"]}


def test_the_new_and_the_old_responsible_both_read_of_a_hand_over(
    plan, process_owner, late, member, responsible, choice_owner, at
):
    session = running(plan, process_owner)
    services.responsible_decide(line_of(session, late), responsible=member, reason="Tijd", by=process_owner, at=at)
    closing.session_close(session, by=process_owner, at=at)
    for person in (member, responsible):
        assert own(session, person) == {"Decided about your work": ["Tien klanten bestellen"]}
    assert own(session, choice_owner) == {}


def test_ones_own_part_stands_before_the_whole_in_text_and_html(held, member, mailoutbox, at):
    outbox.send_due(at + DAY)
    mail = mail_to(mailoutbox, member)
    assert mail.subject == "Groei 2026: minutes of the update session of 11 Jun 2026"
    html = mail.alternatives[0][0]
    for text in (mail.body, html):
        first = text.index("Belt de leverancier")
        assert first < text.index("Het contract komt later")
        assert "Joost licht toe." in text
        assert "1 action off plan" in text
    assert "New date: 5 Jun 2026 → 11 Jul 2026. Reason: Het contract komt later" in mail.body
    assert '<s class="from">5 Jun 2026</s> 11 Jul 2026' in html
    assert mail.reply_to == ["peter@example.org"]


def test_its_links_are_whole_and_lead_to_what_lives(held, late, member, mailoutbox, at, settings):
    outbox.send_due(at + DAY)
    mail = mail_to(mailoutbox, member)
    for address in (
        reverse("updates:session_minutes", args=[held.plan_id, held.pk]),
        reverse("updates:session_minutes_pdf", args=[held.plan_id, held.pk]),
        reverse("actions:action_page", args=[held.plan_id, late.pk]),
    ):
        assert settings.SITE_URL + address in mail.body
        assert f'href="{settings.SITE_URL}{address}"' in mail.alternatives[0][0]


def test_who_has_no_part_in_it_is_told_so(held, plan_owner, mailoutbox, at):
    outbox.send_due(at + DAY)
    assert "Nothing was agreed with you" in mail_to(mailoutbox, plan_owner).body


def test_it_is_in_the_readers_language(held, member, mailoutbox, at):
    member.language = "nl"
    member.save()
    outbox.send_due(at + DAY)
    mail = mail_to(mailoutbox, member)
    assert "11 juni" in mail.body
    assert "Belt de leverancier" in mail.body


def test_what_changed_after_the_closing_changes_nothing_in_it(held, late, member, process_owner, mailoutbox, at):
    before = said_to(held, member)
    late.refresh_from_db()
    late.edit(by=process_owner, at=at + DAY, why="Anders", result="Iets heel anders")
    held.decisions.update(text="Vervalst", after="2030-01-01")
    outbox.send_due(at + DAY)
    assert said_to(held, member)["parts"] == before["parts"]
    assert "Tien klanten bestellen" in mail_to(mailoutbox, member).body
    assert "Vervalst" not in mail_to(mailoutbox, member).body


def test_making_it_asks_nothing_of_the_database(held, member, django_assert_num_queries):
    with django_assert_num_queries(0):
        said_to(held, member)


def test_a_steering_session_tells_owners_what_was_decided_about_their_choice(
    plan, choice, choice_owner, process_owner, member, at
):
    session = running(plan, process_owner, kind="steering", minutes=90)
    steering_services.choice_change(
        line_of(session, choice), goal="Meer omzet", how="een app", reason="Beter", by=process_owner, at=at
    )
    closing.session_close(session, by=process_owner, at=at)
    assert own(session, choice_owner) == {"Decided about your work": ["Meer installateurs bestellen online"]}
    said = said_to(session, choice_owner)
    assert said["figures"][0] == "0 of 1 choices reviewed"
    (entry,) = said["own"][0].entries
    assert entry.said[0].text.startswith("Choice changed: Meer installateurs bestellen online by")
    assert "→ Meer omzet by een app. Reason: Beter" in entry.said[0].text
    assert entry.url.endswith(reverse("updates:choice_review", args=[plan.pk, choice.pk]))
