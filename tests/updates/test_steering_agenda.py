"""The agenda of a steering session: choices with their owner's review and indicators off their path; of a plan
session: first the goals with what was prepared about them."""

import datetime as dt
from decimal import Decimal

import pytest
from django.core.exceptions import ValidationError
from django.urls import reverse

from tests import factories
from tests.updates.meeting import closed, page_of, planned, running
from updates import outbox
from updates.live_agenda import make_lines
from updates.models import ChoiceReview, GoalReview
from updates.reminders import owing_of, session_mails
from updates.steering_agenda import current_since

DAY = dt.timedelta(days=1)


@pytest.fixture
def choices(plan, choice, choice_owner):
    """Three: the first of the choice owner, two without owner."""
    return [choice, *(factories.ChoiceFactory(plan=plan, short_name=name) for name in ("Prijs", "Team"))]


def steering(plan, days=0, **values):
    return planned(plan, days, kind="steering", minutes=90, **values)


def review(choice, by, at, light="green", **words):
    return ChoiceReview.give(choice, by=by, at=at, light=light, **words)


def keys(agenda, section=None):
    return [line.key for line in (agenda.of(section) if section else agenda.lines)]


def test_every_live_choice_is_on_it_once_the_worst_judged_first(plan, choices, plan_owner, choice_owner, on, at):
    review(choices[0], choice_owner, at - DAY, "green")
    review(choices[2], plan_owner, at - DAY, "red", learned="Geen vakmensen")
    gone = factories.ChoiceFactory(plan=plan)
    gone.archive(by=plan_owner, at=at)
    agenda = make_lines(steering(plan), on)
    assert keys(agenda, "off-plan") == [f"choice-{choices[place].pk}" for place in (2, 1, 0)]
    assert [line.flags for line in agenda.of("off-plan")] == [["red"], ["no-update"], []]
    assert agenda.of("off-plan")[0].facts["learned"] == "Geen vakmensen"


def test_indicators_off_their_path_are_on_it_also_those_that_were_before(plan, choice, process_owner, on, at):
    path = {"baseline": 0, "target": 100, "baseline_on": dt.date(2026, 1, 1), "target_on": dt.date(2026, 12, 31)}
    values = {"Groen": 60, "Oranje": 35, "Rood": 5, "Leeg": None}
    found = {}
    for name, value in values.items():
        found[name] = factories.IndicatorFactory(choice=choice, name=name, **path)
        if value is not None:
            factories.IndicatorValueFactory(indicator=found[name], period=dt.date(2026, 5, 1), value=value)
    closed(plan, process_owner, -1, kind="steering", minutes=90)
    agenda = make_lines(steering(plan, 1), on)
    assert [line.title for line in agenda.of("indicators")] == ["Rood", "Leeg", "Oranje"]
    assert [line.flags for line in agenda.of("indicators")] == [["red"], ["unmeasured"], ["amber"]]
    assert agenda.of("indicators")[0].times == 2


def test_a_green_choice_with_a_red_indicator_contradicts_itself(plan, choice, choice_owner, on, at):
    indicator = factories.IndicatorFactory(choice=choice)
    factories.IndicatorValueFactory(indicator=indicator, period=dt.date(2026, 5, 1), value=1)
    review(choice, choice_owner, at - DAY, "green")
    (line,) = make_lines(steering(plan), on).of("off-plan")
    assert line.flags == ["contradiction"]


def test_actions_stay_out_of_it(plan, action, on):
    action.change(by=None, at=factories.AT, deadline=on - DAY)
    assert [line.kind for line in make_lines(steering(plan), on).lines] == ["choice"]


def test_only_what_was_agreed_in_a_steering_session_is_carried_over(plan, choice, process_owner, member, on, at):
    first = closed(plan, process_owner, -30, kind="steering", minutes=90)
    due = {"plan": plan, "who": member, "due_on": on}
    mine = factories.DecisionFactory(session=first, text="Zoekt een partner", **due)
    factories.DecisionFactory(session=closed(plan, process_owner, -20), text="Belt", **due)
    assert keys(make_lines(steering(plan), on), "carried") == [f"agreement-{mine.pk}"]


def test_a_choice_grows_to_more_minutes_than_an_action(plan, choices, on):
    agenda = make_lines(steering(plan), on)
    assert [line.minutes for line in agenda.of("off-plan")] == [10, 10, 10]
    assert agenda.used <= agenda.box


def test_a_plan_session_takes_goals_first_with_what_was_prepared(plan, choice, plan_owner, on, at):
    goal, other = factories.GoalFactory(plan=plan, name="Omzet"), factories.GoalFactory(plan=plan, position=1)
    session = planned(plan, 3, kind="plan", minutes=240)
    GoalReview.give(session, goal, judgement="partly", actual=Decimal(900_000), text="Laat", by=plan_owner, at=at)
    agenda = make_lines(session, on)
    assert keys(agenda, "off-plan") == [f"goal-{goal.pk}", f"goal-{other.pk}", f"choice-{choice.pk}"]
    prepared, open_still = agenda.of("off-plan")[:2]
    assert (prepared.facts["judgement"], prepared.facts["actual"], prepared.flags) == ("partly", "900000", [])
    assert open_still.flags == ["not-judged"]
    goal.refresh_from_db()
    assert goal.judgement == "", "preparing judges nothing yet"


def test_the_page_shows_choices_reviews_and_who_still_owes_one(client_of, viewer, plan, choices, choice_owner, at):
    session = steering(plan, 3)
    page = page_of(client_of(viewer), session)
    assert f'data-agenda-line="choice-{choices[0].pk}"' in page
    assert "Strategic choices" in page
    assert "no review yet" in page
    assert "1 to go" in page
    review(choices[0], choice_owner, at, "amber", learned="De prijs telt", changes="Andere partner")
    page = page_of(client_of(viewer), session)
    for words in ("De prijs telt", "Andere partner", "33%", "of the choices has a current review"):
        assert words in page, words
    assert "1 to go" not in page


def test_a_coming_session_counts_reviews_as_it_will_once_its_preparation_opens(
    client_of, viewer, plan, choices, choice_owner, process_owner, on, at
):
    """Plan-wide the review stays current until then: it was given for the session before."""
    closed(plan, process_owner, -60, kind="steering", minutes=90)
    for choice in choices:
        review(choice, choice_owner, at - 40 * DAY)
    closed(plan, process_owner, -30, kind="steering", minutes=90)
    review(choices[0], choice_owner, at - DAY)
    session, client = steering(plan, 3), client_of(viewer)

    def shown():
        page = page_of(client, session)
        flags = [line.flags for line in make_lines(session, on).of("off-plan")]
        return "33%" in page, page.count("1 to go"), [one.reviews for one in owing_of(session, on) if one.owes], flags

    choices[1].change(by=process_owner, at=at, owner=process_owner)
    planned_as = shown()
    assert planned_as == (True, 1, [1], [["no-update"], ["no-update"], []])
    assert current_since(plan, on) < at - 40 * DAY, "between sessions"
    session.open(by=process_owner, at=at)
    assert shown() == planned_as
    assert current_since(plan, on) > at - 40 * DAY


def test_once_started_the_agenda_keeps_the_review_it_was_frozen_with(plan, choice, choice_owner, process_owner, at):
    review(choice, choice_owner, at - DAY, "red", learned="Toen")
    session = running(plan, process_owner, kind="steering", minutes=90)
    review(choice, choice_owner, at + DAY, "green", learned="Nu")
    assert session.lines.get(kind="choice").facts["learned"] == "Toen"


def test_queries_do_not_grow_with_the_plan(plan, on, django_assert_max_num_queries):
    for _ in range(10):
        factories.IndicatorFactory(choice=factories.ChoiceFactory(plan=plan))
        factories.GoalFactory(plan=plan)
    session = planned(plan, kind="plan", minutes=240)
    session.plan.pk  # noqa: B018
    with django_assert_max_num_queries(13):
        make_lines(session, on)


# ---- giving a review ----


def review_url(choice):
    return reverse("updates:choice_review", args=[choice.plan_id, choice.pk])


def test_the_owner_gives_a_review_and_everybody_reads_it(client_of, choice, choice_owner, viewer):
    answer = client_of(choice_owner).post(
        review_url(choice), {"light": "amber", "learned": "Prijs telt", "changes": ""}
    )
    assert answer.status_code == 302
    page = client_of(viewer).get(review_url(choice)).content.decode()
    assert "Prijs telt" in page
    assert "Amber" in page
    assert "Give the review" not in page


def test_who_leads_gives_it_on_the_owners_behalf(client_of, choice, process_owner, choice_owner):
    client_of(process_owner).post(review_url(choice), {"light": "green"})
    given = choice.reviews.get()
    assert (given.author, given.on_behalf_of) == (process_owner, choice_owner)
    assert "on behalf of Samira el Amrani" in client_of(process_owner).get(review_url(choice)).content.decode()


def test_a_review_sent_twice_is_one(client_of, choice, choice_owner):
    for _ in range(2):
        client_of(choice_owner).post(review_url(choice), {"light": "amber", "learned": "Prijs telt"})
    assert choice.reviews.count() == 1


def test_a_review_without_a_light_says_so_beside_the_field(client_of, choice, choice_owner):
    answer = client_of(choice_owner).post(review_url(choice), {"learned": "Veel"})
    assert answer.status_code == 422
    assert "Choose green, amber or red." in answer.content.decode()
    assert not choice.reviews.exists()


def test_my_work_asks_the_owner_while_a_steering_session_is_prepared(
    client_of, plan, choice, choice_owner, member, plan_owner, at
):
    client = client_of(choice_owner)
    session = steering(plan, 5)
    assert review_url(choice) not in client.get("/").content.decode()
    session.open(by=plan_owner, at=at)
    assert review_url(choice) in client.get("/").content.decode()
    assert review_url(choice) not in client_of(member).get("/").content.decode()
    review(choice, choice_owner, at, "green")
    assert "Choices to judge" not in client.get("/").content.decode()


def test_a_goal_is_prepared_for_a_plan_session_only(client_of, plan, plan_owner, at):
    goal = factories.GoalFactory(plan=plan)
    client, said = client_of(plan_owner), {"judgement": "partly", "actual": "900000", "text": "Laat begonnen"}
    for kind, status in (("steering", 409), ("plan", 302)):
        session = planned(plan, 3, kind=kind, minutes=90)
        address = reverse("updates:goal_review", args=[plan.pk, session.pk, goal.pk])
        assert client.post(address, said).status_code == status
    assert "partly reached: €900,000" in page_of(client, session)
    client.post(address, {**said, "judgement": "reached"})
    assert [each.judgement for each in session.goal_reviews.all()] == ["reached"]


def test_who_owes_a_review_is_invited_to_judge_and_reminded(
    plan, choice, choice_owner, member, plan_owner, mailoutbox, at
):
    session = steering(plan, 5)
    session.open(by=plan_owner, at=at)
    owing = {one.user: one for one in owing_of(session, at.date())}
    assert (owing[choice_owner].reviews, owing[choice_owner].owes) == (1, True)
    assert not owing[member].owes
    for mail in session_mails(session, at):
        mail.queue(at)
    outbox.send_due(at)
    mail = next(mail for mail in mailoutbox if mail.to == [choice_owner.email])
    assert "1 choice to judge" in mail.subject
    assert choice.goal in mail.body
    review(choice, choice_owner, at, "green")
    assert not any(one.owes for one in owing_of(session, at.date()))


def test_in_a_draft_no_choice_is_reviewed(client_of, plan, choice, plan_owner, at):
    plan.change(by=None, at=at, state="draft")
    with pytest.raises(ValidationError, match="once the plan is active"):
        review(choice, plan_owner, at)
    client, address = client_of(plan_owner), reverse("updates:choice_review", args=[plan.pk, choice.pk])
    assert "How is this choice going?" not in client.get(address).content.decode()
    assert client.post(address, {"light": "green"}).status_code == 403
    assert not choice.reviews.exists()
