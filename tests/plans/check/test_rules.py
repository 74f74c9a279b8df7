"""Each rule of the plan check by itself: what it notices, what it lets pass, and where it sends the reader."""

import datetime as dt
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from plans.check import action_rules, choice_rules, indicator_rules, plan_rules
from plans.check.ambition import ambition_parts, parts_without_goal
from plans.check.core import Place, Spot
from plans.check.report import RULES, report
from plans.rules import CHOICES_AT_MOST, ENABLING_AT_MOST

from .pieces import ENDS_ON, JOOST, ON, STARTS_ON, action, choice, goal, indicator, plan

DAY = dt.timedelta(days=1)


def said(rule, plan, on=ON):
    """The sentences of what the rule finds."""
    return [finding.what for finding in rule.findings(plan, on)]


def spots(rule, plan, on=ON):
    return [spot for finding in rule.findings(plan, on) for spot in finding.spots]


@pytest.mark.parametrize("rule", RULES, ids=[rule.name for rule in RULES])
def test_nothing_is_said_of_a_good_plan(rule):
    assert said(rule, plan()) == []


def test_an_ambition_that_is_not_written_is_missed():
    empty = plan(ambition=" \n")
    assert said(plan_rules.ambition_missing, empty) == [""]
    assert spots(plan_rules.ambition_missing, empty) == [Spot(Place.AMBITION, field="ambition")]


@pytest.mark.parametrize(
    ("ambition", "amounts"),
    [
        ("In 2028 halen wij 20% van de omzet uit diensten", ["20%"]),
        ("Wij groeien naar € 48 mln met 6,5 procent winst", ["€ 48 mln", "6,5 procent"]),
        ("We reach 2 million people", ["2 million"]),
        ("In 2028 zijn wij in 12 provincies de eerste keus", []),
        ("Wij zijn 24/7 bereikbaar, in 2027 en in 2028", []),
    ],
)
def test_amounts_in_the_ambition_are_pointed_out_and_years_are_not(ambition, amounts):
    found = said(plan_rules.ambition_with_amounts, plan(ambition=ambition))
    assert found == [f"“{amount}” can be the target of a goal." for amount in amounts]


def test_a_plan_without_goals_is_told_so_and_led_to_a_new_one():
    assert said(plan_rules.goals_missing, plan(goals=())) == [""]
    assert spots(plan_rules.goals_missing, plan(goals=())) == [Spot(Place.NEW_GOAL, field="name")]


def test_a_goal_wants_a_target_and_a_day_within_the_plan():
    bad = plan(goals=(goal(4, target=None), goal(5, due_on=ENDS_ON + DAY), goal(6, due_on=ENDS_ON)))
    assert spots(plan_rules.goal_without_target, bad) == [Spot(Place.GOAL, 4, "target")]
    assert spots(plan_rules.goal_after_end, bad) == [Spot(Place.GOAL, 5, "due_on")]


def test_parts_of_the_ambition_whose_words_no_goal_has_are_asked_about():
    ambition = "In 2028 zijn wij de eerste keus in Noord- en Oost-Nederland: wij kennen hun werk, leveren op tijd."
    goals = (goal(name="marktaandeel noord en oost"),)
    asked = said(plan_rules.ambition_without_goal, plan(ambition=ambition, goals=goals))
    assert asked == ["“wij kennen hun werk”", "“leveren op tijd”"]
    assert plan_rules.ambition_without_goal.asks


def test_without_any_goal_the_question_is_not_asked_yet():
    assert said(plan_rules.ambition_without_goal, plan(goals=())) == []


@given(st.text(max_size=200))
def test_every_part_is_made_of_words_of_the_ambition_in_their_order(ambition):
    left = " ".join(ambition.split())
    for part in ambition_parts(ambition):
        assert part in left
        left = left[left.index(part) + len(part) :]


PARTS = ["wij kennen hun werk", "leveren op tijd", "iedere school komt langs", "we earn what we spend"]


@given(st.lists(st.sampled_from(PARTS), unique=True, min_size=1), st.sets(st.sampled_from(PARTS)))
def test_a_part_is_no_longer_asked_about_once_a_goal_has_its_words(parts, covered):
    asked = parts_without_goal(", ".join(parts), covered)
    assert asked == [part for part in parts if part not in covered]


@given(st.integers(0, 9), st.integers(0, 5))
def test_five_business_and_two_enabling_choices_are_enough(business, enabling):
    choices = [choice(pk) for pk in range(business)]
    choices += [choice(100 + pk, is_enabling=True) for pk in range(enabling)]
    found = said(plan_rules.too_many_choices, plan(choices=tuple(choices)))
    assert len(found) == (business > CHOICES_AT_MOST) + (enabling > ENABLING_AT_MOST)


@pytest.mark.parametrize(
    ("fault", "rule", "field"),
    [
        ({"how": ""}, choice_rules.choice_without_how, "how"),
        ({"how": "beter samen te werken"}, choice_rules.choice_with_vague_how, "how"),
        ({"has_owner": False}, choice_rules.choice_without_owner, "owner"),
        ({"stops": ""}, choice_rules.choice_without_stop, "stops"),
    ],
)
def test_a_choice_that_lacks_something_is_noticed_at_the_field(fault, rule, field):
    bad = plan(choices=(choice(1), choice(2, **fault)))
    assert spots(rule, bad) == [Spot(Place.CHOICE, 2, field)]
    assert [finding.choice_id for finding in rule.findings(bad, ON)] == [2]


def test_an_enabling_choice_need_not_stop_anything():
    assert said(choice_rules.choice_without_stop, plan(choices=(choice(stops="", is_enabling=True),))) == []


def test_a_choice_wants_an_indicator_and_an_action():
    bare = plan(choices=(choice(1), choice(2)))
    assert spots(choice_rules.choice_without_indicator, bare) == [Spot(Place.NEW_INDICATOR, 2, "name")]
    assert spots(choice_rules.choice_without_action, bare) == [Spot(Place.NEW_ACTION, 2, "result")]


def test_a_choice_whose_actions_are_all_done_has_had_its_actions():
    done = plan(actions=(action(is_done=True),))
    assert said(choice_rules.choice_without_action, done) == []


@pytest.mark.parametrize(
    ("values", "is_quiet"),
    [
        ({"starts_on": dt.date(2026, 9, 10), "deadline": dt.date(2026, 12, 1)}, False),
        ({"starts_on": dt.date(2026, 9, 11), "deadline": dt.date(2026, 12, 1)}, True),
        ({"starts_on": None, "deadline": dt.date(2026, 9, 10)}, False),
        ({"starts_on": None, "deadline": dt.date(2026, 12, 1)}, True),
        ({"starts_on": None, "deadline": dt.date(2026, 12, 1), "is_going": True}, False),
        ({"starts_on": ON, "deadline": ON, "is_done": True}, True),
        ({"starts_on": None, "deadline": ON - DAY}, False),
    ],
)
def test_a_choice_has_work_within_three_months_or_is_told_so(values, is_quiet):
    other = action(9, 2)  # the rule is about open actions: there is one elsewhere
    quiet = plan(choices=(choice(1), choice(2)), actions=(action(**values), other))
    found = choice_rules.choice_without_work_soon.findings(quiet, ON)
    assert [finding.choice_id for finding in found] == ([1] if is_quiet else [])


def test_the_coming_quarter_of_a_plan_that_has_yet_to_begin_starts_with_it():
    begins = dt.date(2027, 1, 1)
    later = plan(starts_on=begins, is_draft=True, actions=(action(starts_on=begins, deadline=begins + 60 * DAY),))
    assert said(choice_rules.choice_without_work_soon, later) == []


def test_nothing_is_asked_of_a_quarter_in_which_the_plan_ends():
    ending = plan(ends_on=ON + 60 * DAY, actions=(action(starts_on=ON + 50 * DAY, deadline=ON + 400 * DAY),))
    assert said(choice_rules.choice_without_work_soon, ending) == []


@pytest.mark.parametrize(
    ("fault", "rule", "spot"),
    [
        ({"has_target": False}, indicator_rules.indicator_without_target, Spot(Place.INDICATOR, 3, "target")),
        ({"path_lacks": "baseline"}, indicator_rules.indicator_without_path, Spot(Place.INDICATOR, 3, "baseline")),
        ({"source": " "}, indicator_rules.indicator_without_source, Spot(Place.INDICATOR, 3, "source")),
        ({"is_unmeasured": True}, indicator_rules.indicator_unmeasured, Spot(Place.VALUE, 3, "value")),
    ],
)
def test_an_indicator_that_lacks_something_is_noticed_at_the_field(fault, rule, spot):
    bad = plan(indicators=(indicator(1), indicator(3, **fault)))
    assert said(rule, bad) == ["“Klanten met een plan”"]
    assert spots(rule, bad) == [spot]


def test_a_draft_is_not_blamed_for_values_nobody_was_asked_for():
    draft = plan(is_draft=True, indicators=(indicator(is_unmeasured=True),))
    assert said(indicator_rules.indicator_unmeasured, draft) == []


def test_one_target_missing_is_not_said_twice():
    bare = plan(indicators=(indicator(has_target=False, path_lacks="baseline"),))
    assert said(indicator_rules.indicator_without_path, bare) == []


def test_wording_is_judged_of_open_actions_alone_and_everyday_work_apart():
    mixed = plan(
        actions=(
            action(1, result="Communicatie verbeteren"),
            action(2, result="De voorraad bijhouden"),
            action(3, result="Imago versterken", is_done=True),
        )
    )
    assert spots(action_rules.action_without_result, mixed) == [Spot(Place.ACTION, 1, "result")]
    assert spots(action_rules.action_of_every_day, mixed) == [Spot(Place.ACTION, 2, "result")]
    assert said(action_rules.action_without_result, mixed) == [
        "“Communicatie verbeteren”. “verbeteren” is an effort. What will be true when it is done?"
    ]


@pytest.mark.parametrize(
    ("values", "count"), [({}, 1), ({"is_going": True}, 0), ({"is_done": True}, 0), ({"starts_on": ON}, 0)]
)
def test_an_action_that_has_yet_to_begin_wants_a_start(values, count):
    bad = plan(actions=(action(7, **{"starts_on": None, **values}), action(8)))
    assert spots(action_rules.action_without_start, bad) == [Spot(Place.ACTION, 7, "starts_on")] * count


def test_a_deadline_lies_within_the_plan():
    bad = plan(actions=(action(7, deadline=ENDS_ON), action(8, deadline=ENDS_ON + DAY)))
    assert spots(action_rules.deadline_after_end, bad) == [Spot(Place.ACTION, 8, "deadline")]


def test_more_than_half_of_the_deadlines_in_one_month_is_a_heap():
    december = [action(pk, deadline=dt.date(2026, 12, pk + 1)) for pk in range(4)]
    others = [action(10 + pk, deadline=dt.date(2026, 7 + pk, 1)) for pk in range(3)]
    heap = plan(actions=(*december, *others))
    assert said(action_rules.deadlines_bunched, heap) == ["4 of the 7 deadlines to come are in December 2026."]
    spread = plan(actions=(*december[:3], *others))
    assert said(action_rules.deadlines_bunched, spread) == []


def test_a_heap_at_the_very_end_of_a_plan_can_no_longer_be_spread():
    actions = tuple(action(pk, deadline=ON + 20 * DAY) for pk in range(8))
    assert said(action_rules.deadlines_bunched, plan(actions=actions))
    assert said(action_rules.deadlines_bunched, plan(actions=actions, ends_on=ON + 30 * DAY)) == []


def test_a_fourth_deadline_in_a_month_is_too_many_and_each_of_them_can_be_moved():
    july = [action(pk, deadline=dt.date(2026, 7, 20 - pk), responsible=JOOST) for pk in range(4)]
    full = plan(actions=tuple(july))
    assert said(action_rules.month_overfull, full) == ["Joost van Leeuwen has 4 deadlines in July 2026."]
    assert [spot.pk for spot in spots(action_rules.month_overfull, full)] == [3, 2, 1, 0]
    assert {spot.field for spot in spots(action_rules.month_overfull, full)} == {"deadline"}
    assert said(action_rules.month_overfull, plan(actions=tuple(july[:3]))) == []


@pytest.mark.parametrize(
    ("kind", "spot"),
    [
        ("ambition", Spot(Place.AMBITION, field="ambition")),
        ("goal", Spot(Place.GOAL, 1, "name")),
        ("choice", Spot(Place.CHOICE, 1, "goal")),
        ("indicator", Spot(Place.INDICATOR, 1, "name")),
        ("action", Spot(Place.ACTION, 1, "result")),
    ],
)
def test_a_wording_is_as_long_as_the_page_has_room_for_and_no_longer(kind, spot):
    def worded(length):
        text = "x" * length
        return {
            "ambition": plan(ambition=text),
            "goal": plan(goals=(goal(name=text),)),
            "choice": plan(choices=(choice(goal=text, how=""),)),
            "indicator": plan(indicators=(indicator(name=text),)),
            "action": plan(actions=(action(result=text),)),
        }[kind]

    most = plan_rules.LONGEST[kind]
    assert spots(plan_rules.too_long, worded(most)) == []
    assert spots(plan_rules.too_long, worded(most + 1)) == [spot]
    assert f"has {most + 1} characters; about {most} fit." in said(plan_rules.too_long, worded(most + 1))[0]


def test_a_long_choice_is_shortened_where_it_is_longest():
    long = plan(choices=(choice(goal="kort", how="x" * 200),))
    assert spots(plan_rules.too_long, long) == [Spot(Place.CHOICE, 1, "how")]


def test_a_row_is_as_high_as_its_longer_list_and_the_page_holds_so_many():
    def rows(actions, indicators):
        return plan(
            choices=(choice(1), choice(2)),
            actions=tuple(action(pk, is_done=pk % 2 == 0) for pk in range(actions)),
            indicators=tuple(indicator(pk, 2) for pk in range(indicators)),
        )

    assert said(plan_rules.page_full, rows(30, plan_rules.PAGE_LINES - 30)) == []
    assert said(plan_rules.page_full, rows(30, plan_rules.PAGE_LINES - 29)) == [
        "The rows together are 45 lines high; 44 fit on the printed page."
    ]


def test_sessions_are_missed_until_the_plan_ends():
    assert said(plan_rules.sessions_missing, plan(has_session=False)) == [""]
    assert said(plan_rules.sessions_missing, plan(has_session=False), on=ENDS_ON + DAY) == []


def test_the_state_of_a_plan_goes_with_its_period():
    draft = plan(is_draft=True)
    assert said(plan_rules.state_behind_period, draft, on=STARTS_ON) == []
    assert said(plan_rules.state_behind_period, draft, on=STARTS_ON + DAY) == [
        "The plan's period began on 1 Jan 2026, and it is still a draft."
    ]
    assert said(plan_rules.state_behind_period, plan(), on=ENDS_ON) == []
    assert said(plan_rules.state_behind_period, plan(), on=ENDS_ON + DAY) == [
        "The plan's period ended on 31 Dec 2027, and it is still active."
    ]


def test_a_rule_without_anything_to_look_at_neither_holds_nor_fails():
    bare = report(plan(goals=(), indicators=(), actions=()), ON)
    assert {outcome.rule.name for outcome in bare.waiting} >= {"goal-without-target", "action-without-start"}
    assert not set(bare.waiting) & set(bare.counted)
    assert {outcome.rule.name for outcome in bare.failing} == {
        "goals-missing",
        "choice-without-indicator",
        "choice-without-action",
    }


def test_a_question_counts_neither_for_nor_against():
    asking = report(plan(ambition="Wij zijn de prettigste werkgever van de regio"), ON)
    assert [outcome.rule.name for outcome in asking.questions] == ["ambition-without-goal"]
    assert asking.failing == []
    assert len(asking.counted) == len(RULES) - 1


def test_every_finding_is_said_once_and_under_its_own_choice():
    bad = plan(choices=(choice(1, how=""), choice(2, has_owner=False)), has_session=False)
    found = report(bad, ON)
    by_choice = {subject: [rule.name for rule, _ in found.about(subject)] for subject in (None, 1, 2)}
    assert by_choice == {
        None: ["sessions-missing"],
        1: ["choice-without-how"],
        2: ["choice-without-owner", "choice-without-indicator", "choice-without-action"],
    }
    assert sum(len(found) for subject in (None, 1, 2) for _, found in report(bad, ON).about(subject)) == sum(
        len(outcome.findings) for outcome in found.failing
    )


def test_names_of_rules_are_different_and_every_rule_explains_itself():
    assert len({rule.name for rule in RULES}) == len(RULES)
    for rule in RULES:
        assert all(str(text) for text in (rule.norm, rule.title, rule.why, rule.todo))


def test_a_rule_never_changes_what_it_looks_at():
    bad = plan(choices=(choice(how=""),), actions=(action(result="Website"),))
    assert replace(bad) == bad
    assert report(bad, ON) == report(bad, ON)
