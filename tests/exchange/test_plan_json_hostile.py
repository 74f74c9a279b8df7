"""A plan.json of which nothing is trusted: it is refused in a sentence, or becomes a plan that every page can show."""

import copy
import json
import random

import pytest
from django.core.cache import cache
from django.core.management import CommandError, call_command
from django.urls import reverse
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from ogsm.accounts.models import User
from ogsm.exchange.plan_json.contents import Contents
from ogsm.exchange.plan_json.opening import Faulty, Refused, open_plan
from ogsm.exchange.plan_json.reading import plan_bring
from ogsm.exchange.plan_json.writing import plan_json
from plans.models import Plan

from .plans_lived import live_with

SMALL = {
    "format": "ogsm-plan",
    "version": 1,
    "plan": {"name": "Plan", "starts_on": "2026-01-01", "ends_on": "2026-12-31"},
    "people": [{"id": 1, "email": "karin@example.org"}],
    "members": [{"person": 1, "role": "owner"}],
}
BROKEN = {
    "no JSON": b"PK\x03\x04",
    "nothing": b"",
    "half a file": json.dumps(SMALL).encode()[:-9],
    "another encoding": json.dumps(SMALL).encode("utf-16"),
    "a depth bomb": b'{"format":"ogsm-plan","version":1,"plan":' + b"[" * 100_000,
    "a depth bomb of objects": b'{"a":' * 100_000 + b"1" + b"}" * 100_000,
    "a million pieces": b"[" + b"[]," * 1_000_000 + b"[]]",
    "a million names": b"{" + b",".join(b'"%d":1' % n for n in range(100_000)) + b"}",
    "a number without end": b'{"format":"ogsm-plan","version":' + b"9" * 10_000 + b"}",
    "no number": b'{"format":"ogsm-plan","version":NaN}',
    "infinity": b'{"format":"ogsm-plan","version":-Infinity}',
    "a name twice": b'{"format":"ogsm-plan","format":"ogsm-plan"}',
    "a list": b"[]",
    "another format": b'{"format":"trello","version":1}',
    "no version": b'{"format":"ogsm-plan"}',
    "a version that is true": b'{"format":"ogsm-plan","version":true}',
    "a newer version": b'{"format":"ogsm-plan","version":2}',
    "more than 10 MB": b" " * 10_000_001,
}


@pytest.mark.parametrize("what", BROKEN)
def test_a_file_that_is_none_is_refused_in_a_sentence(what):
    with pytest.raises(Refused) as refused:
        open_plan(BROKEN[what])
    assert refused.value.messages[0].endswith(".")


def changed(path, value):
    """The small file with one value replaced or added."""
    said = copy.deepcopy(SMALL)
    place = said
    *steps, last = path
    for step in steps:
        place = place[step]
    if isinstance(place, list) and last == len(place):
        place.append(value)
    else:
        place[last] = value
    return said


ACTION = {"id": 1, "choice": 1, "result": "Iets", "responsible": 1, "deadline": "2026-05-01"}
CHOICE = {"id": 1, "short_name": "Keuze", "goal": "Meer"}
SESSION = {"id": 1, "starts_at": "2026-05-01T09:00:00Z"}
LINE = {"id": 1, "kind": "goal", "section": "on-plan", "title": "Meer"}


@pytest.mark.parametrize(
    ("path", "value", "where", "sentence"),
    [
        (["plan", "name"], "a\x00b", "plan.name", "NUL"),
        (["plan", "name"], "a\ud800b", "plan.name", "letters that are none"),
        (["plan", "name"], "x" * 10_000, "plan.name", "longer than 120"),
        (["plan", "name"], "", "plan.name", "empty"),
        (["plan", "name"], None, "plan.name", "text"),
        (["plan", "name"], ["x"], "plan.name", "text"),
        (["plan", "starts_on"], "0001-01-01", "plan.starts_on", "2000 to 2099"),
        (["plan", "ends_on"], "9999-12-31", "plan.ends_on", "2000 to 2099"),
        (["plan", "ends_on"], "2026-02-31", "plan.ends_on", "a day"),
        (["plan", "ends_on"], "2025-12-31", "plan", "ends before it starts"),
        (["plan", "ends_on"], 20261231, "plan.ends_on", "text"),
        (["plan", "made_at"], "2026-01-01T00:00:00+99:99", "plan.made_at", "a moment"),
        (["plan", "made_at"], "0001-01-01T00:00:00Z", "plan.made_at", "2000 to 2099"),
        (["plan", "state"], "deleted", "plan.state", "one of"),
        (["plan", "pk"], 1, "plan.pk", "nothing of this name"),
        (["plan", "x\ud800"], 1, "plan", "letters that are none"),
        (["people", 0, "password"], "x", "people[0].password", "nothing of this name"),
        (["people", 0, "email"], "no address", "people[0].email", "no e-mail address"),
        (["people", 0, "id"], 0, "people[0].id", "at least 1"),
        (["people", 0, "id"], 10**30, "people[0].id", "at most"),
        (["people", 0, "id"], True, "people[0].id", "whole number"),
        (["people", 0, "id"], 1.0, "people[0].id", "whole number"),
        (["people", 1], {"id": 1, "email": "b@example.org"}, "people[1].id", "another piece"),
        (["people", 1], {"id": 2, "email": "KARIN@example.org"}, "", "same e-mail address"),
        (["members", 0, "person"], 2, "members[0].person", "no person 2"),
        (["members", 1], {"person": 1, "role": "viewer"}, "", "member twice"),
        (["goals"], [{"id": 1, "name": "G", "due_on": "2026-01-01", "target": "1e999"}], "goals[0].target", "amount"),
        (["goals"], [{"id": 1, "name": "G", "due_on": "2026-01-01", "target": "NaN"}], "goals[0].target", "amount"),
        (["goals"], [{"id": 1, "name": "G", "due_on": "2026-01-01", "target": 5}], "goals[0].target", "text"),
        (["goals"], {}, "goals", "a list"),
        (["actions"], [ACTION], "actions[0].choice", "no strategic choice 1"),
        (["sessions"], [{**SESSION, "lines": [{**LINE, "item": -(10**30)}]}], "sessions[0].lines[0].item", "at least"),
        (["points"], [{"id": 1, "text": "P", "added_at": "2026-01-01"}], "points[0].added_at", "a moment"),
    ],
)
def test_each_fault_is_told_with_its_place(path, value, where, sentence):
    with pytest.raises(Faulty) as faulty:
        open_plan(json.dumps(changed(path, value)).encode())
    told = [(fault.path, fault.text) for fault in faulty.value.faults]
    assert any(place.startswith(where) and sentence in text for place, text in told), told
    for place, text in told:
        f"{place} {text}".encode()  # a page can show it


@pytest.mark.parametrize("link", ["javascript:alert(1)", "data:text/html,x", "//x", "geen adres"])
def test_a_link_is_one_that_a_form_would_take(link):
    said = {**SMALL, "choices": [CHOICE], "actions": [{**ACTION, "link": link}]}
    with pytest.raises(Faulty) as faulty:
        open_plan(json.dumps(said).encode())
    assert [(fault.path, fault.text) for fault in faulty.value.faults] == [
        ("actions[0].link", "This is no web address.")
    ]


DECISION = {"id": 1, "kind": "other_responsible", "at": "2026-05-01T09:00:00Z", "action": 1}


@pytest.mark.parametrize(
    "decision",
    [
        {"replaced": {"plan_id": [1, 2]}},
        {"replaced": {"owner": [1, 1]}},
        {"replaced": {"responsible_id": [1, 99]}},
        {"replaced": {"responsible_id": [1]}},
        {"kind": "stop", "replaced": {"light": ["", "red"]}},
        {"kind": "target_changed", "before": "x", "after": "y"},
        {"kind": "goal_judged", "after": "partly 1e9 eur"},
        {"kind": "agreement"},
    ],
)
def test_a_decision_changes_nothing_but_what_its_kind_changes(decision):
    said = {**SMALL, "choices": [CHOICE], "actions": [ACTION], "decisions": [{**DECISION, **decision}]}
    with pytest.raises(Faulty) as faulty:
        open_plan(json.dumps(said).encode())
    assert faulty.value.faults[0].path.startswith("decisions[0]")


def test_a_hundred_thousand_faults_are_told_in_twenty():
    said = {
        **SMALL,
        "goals": [{"id": n, "name": ""} for n in range(100_000)],
        "plan": dict.fromkeys(map(str, range(500))),
    }
    with pytest.raises(Faulty) as faulty:
        open_plan(json.dumps(said).encode())
    assert len(faulty.value.faults) == 20
    assert 400 < faulty.value.more < 1000


@pytest.mark.django_db
def test_the_command_says_it_in_the_same_words(tmp_path):
    path = tmp_path / "plan.json"
    path.write_text(json.dumps(changed(["members", 0, "person"], 2)))
    with pytest.raises(CommandError, match=r"members\[0\].person: There is no person 2 in this file."):
        call_command("load_plan", str(path))
    with pytest.raises(CommandError, match="No such file"):
        call_command("load_plan", str(tmp_path / "nothing.json"))
    path.write_text(json.dumps({**SMALL, "members": []}))
    with pytest.raises(CommandError, match="--owner"):
        call_command("load_plan", str(path))
    assert (Plan.objects.count(), User.objects.count()) == (0, 0)


# ---- whatever is changed in a whole file ----
NASTY = [
    None, True, 0, 1, -1, 2, 99, 10**9, 2**63, 10**40, 1.5, "", "x", " ", "<b>", "x" * 301, "\u202e\U0001f600",
    "2026-05-01", "1999-12-31", "2099-12-31", "9999-12-31", "2026-05-01T09:00:00Z", "-0", "0.0001", "99999999999.9999",
    "action-1", "action--1", "point-1", "done", "red", "running", "closed", "update", "plan", "viewer", [], {},
    [1], [[]], ["late"], {"a": 1}, "actions", "%s %d {}", "number", "partly 1 eur", "-",
]  # fmt: skip


def mutated(said, rng):
    """The file with one to three values replaced, removed, doubled or swapped, anywhere in it."""
    said = copy.deepcopy(said)
    for _each in range(rng.choice([1, 1, 2, 3])):
        places = list(_places(said))
        holder, key = rng.choice(places)
        act = rng.random()
        if act < 0.7:
            holder[key] = copy.deepcopy(rng.choice(NASTY))
        elif act < 0.8:
            del holder[key]
        elif act < 0.9 and isinstance(holder, list):
            holder.append(copy.deepcopy(holder[key]))
        else:
            other, name = rng.choice(places)
            holder[key] = copy.deepcopy(other[name])
    return said


def _places(part):
    pairs = part.items() if isinstance(part, dict) else enumerate(part) if isinstance(part, list) else ()
    for key, value in list(pairs):
        yield part, key
        yield from _places(value)


PAGES = (
    "plans:plan_page plans:indicator_list plans:plan_check plans:member_list plans:plan_history plans:plan_archived"
    " actions:action_board actions:action_list actions:action_timeline updates:session_list updates:decision_list"
    " updates:help_list exchange:plan_json exchange:plan_xlsx"
).split()


def visit(client, plan):
    """Every page of it answers."""
    paths = [reverse(name, args=[plan.pk]) for name in PAGES] + ["/", "/plans/"]
    paths += [f"{reverse('actions:action_board', args=[plan.pk])}?all=1"]
    paths += [reverse("actions:action_page", args=[plan.pk, one]) for one in plan.actions.values_list("pk", flat=True)]
    for session in plan.sessions.all():
        names = ["session_page"]
        names += ["session_minutes"] if session.is_closed else ["session_run"] if session.is_running else []
        paths += [reverse(f"updates:{name}", args=[plan.pk, session.pk]) for name in names]
    for choice in plan.choices.all():
        paths.append(reverse("updates:choice_review", args=[plan.pk, choice.pk]))
        paths += [
            reverse("plans:indicator_page", args=[plan.pk, one.pk])
            for one in choice.indicators.filter(archived_at=None)
        ]
    cache.clear()  # how many files are asked for is limited, and many are here
    for path in paths:
        assert client.get(path, follow=True).status_code in (200, 404), path


def try_out(data, at, client, user):
    """Whether it came in; then all of its pages answer, and it goes out again."""
    try:
        opened = open_plan(data)
    except Refused:
        return False
    people = Contents.of(opened).people.with_accounts(at)
    plan = plan_bring(opened.file, people, by=user, at=at, reason="x", owner=user)
    visit(client, plan)
    open_plan(plan_json(plan))
    return True


@pytest.fixture
def whole(plan, at):
    return json.loads(plan_json(live_with(plan, at=at)))


@pytest.mark.slow  # two minutes, more on a busy machine
@settings(max_examples=150, suppress_health_check=list(HealthCheck))
@given(seed=st.integers(0, 2**32))
def test_whatever_is_changed_in_a_file_it_is_refused_or_can_be_shown(seed, whole, at, client_of, plan_owner):
    data = json.dumps(mutated(whole, random.Random(seed))).encode()  # noqa: S311
    assert try_out(data, at, client_of(plan_owner), plan_owner) in (True, False)
