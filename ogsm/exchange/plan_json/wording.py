"""What is wrong with a value of a plan.json, in a sentence of the active language."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

SENTENCES: dict[str, Any] = {
    # of pydantic
    "missing": gettext_lazy("This is missing."),
    "extra_forbidden": gettext_lazy("There is nothing of this name here in this version of the format."),
    "string_type": gettext_lazy("This has to be text."),
    "string_unicode": gettext_lazy("This text has letters that are none."),
    "string_too_short": gettext_lazy("This may not be empty."),
    "string_too_long": gettext_lazy("This is longer than %(max_length)s letters."),
    "int_type": gettext_lazy("This has to be a whole number."),
    "int_parsing_size": gettext_lazy("This number is too large."),
    "bool_type": gettext_lazy("This has to be true or false."),
    "list_type": gettext_lazy("This has to be a list."),
    "dict_type": gettext_lazy("This has to be an object."),
    "model_type": gettext_lazy("This has to be an object."),
    "model_attributes_type": gettext_lazy("This has to be an object."),
    "literal_error": gettext_lazy("This has to be one of: %(expected)s."),
    "greater_than_equal": gettext_lazy("This has to be at least %(ge)s."),
    "less_than_equal": gettext_lazy("This has to be at most %(le)s."),
    "too_short": gettext_lazy("There is too little in this list."),
    "too_long": gettext_lazy("There is too much in this list."),
    "string_pattern_mismatch": gettext_lazy("This is not written the way it should be."),
    # of a value
    "nul": gettext_lazy("This text has a sign in it that is none (NUL)."),
    "day": gettext_lazy("This has to be a day, as 2026-12-31."),
    "moment": gettext_lazy("This has to be a moment, as 2026-12-31T09:00:00Z."),
    "century": gettext_lazy("This lies outside the years 2000 to 2099."),
    "amount": gettext_lazy('This has to be an amount as text, such as "1250.5".'),
    "key": gettext_lazy("This has to say what it is about, as action-12."),
    "nothing": gettext_lazy("This is no number of a piece."),
    # of what does not fit together
    "no_people": gettext_lazy("There is no person %(number)s in this file."),
    "no_goals": gettext_lazy("There is no goal %(number)s in this file."),
    "no_choices": gettext_lazy("There is no strategic choice %(number)s in this file."),
    "no_indicators": gettext_lazy("There is no indicator %(number)s in this file."),
    "no_actions": gettext_lazy("There is no action %(number)s in this file."),
    "no_updates": gettext_lazy("There is no update %(number)s in this file."),
    "no_shifts": gettext_lazy("There is no deadline shift %(number)s in this file."),
    "no_help_requests": gettext_lazy("There is no help request %(number)s in this file."),
    "no_points": gettext_lazy("There is no agenda point %(number)s in this file."),
    "no_sessions": gettext_lazy("There is no session %(number)s in this file."),
    "no_lines": gettext_lazy("There is no agenda line %(number)s in this file."),
    "no_decisions": gettext_lazy("There is no decision %(number)s in this file."),
    "plan_ends": gettext_lazy("The plan ends before it starts."),
    "last_before_first": gettext_lazy("The last day lies before the first."),
    "own_deputy": gettext_lazy("Nobody stands in for themselves."),
    "target_before_baseline": gettext_lazy("The target's date lies before the baseline's."),
    "limit_negative": gettext_lazy("A limit says how far the value may fall short: enter zero or more."),
    "amber_below_green": gettext_lazy("The amber limit cannot be lower than the green one."),
    "period_twice": gettext_lazy("This period already has a value."),
    "period_begins": gettext_lazy("The period of a value is its first day."),
    "archived_with": gettext_lazy("This says that it was archived with its choice, but not when."),
    "shift_stays": gettext_lazy("The deadline stays where it was."),
    "deadline_before_start": gettext_lazy("The deadline lies before the start."),
    "done_has_day": gettext_lazy("A done action has the day on which it was done."),
    "answer_has_moment": gettext_lazy("An answered request has the moment of its answer."),
    "yes_has_day": gettext_lazy("Say by when you will help."),
    "update_box": gettext_lazy("A session takes 15 minutes or more; an update session 60 at most."),
    "closed_has_minutes": gettext_lazy("A closed session has the moment of its closing and its minutes; no other has."),
    "started_has_moment": gettext_lazy("A session that runs or is closed has the moment of its start; no other has."),
    "line_twice": gettext_lazy("This is already on the agenda."),
    "step": gettext_lazy("This is no step of a meeting."),
    "once_a_session": gettext_lazy("Somebody, or a goal, stands twice in this session."),
    "agreement_who_when": gettext_lazy("An agreement says who and by when."),
    "decision_words": gettext_lazy("What this decision changed is not written the way decisions keep it."),
    "replaced": gettext_lazy("A decision of this kind does not change this."),
    "action_facts": gettext_lazy("A line about an action says how that stood: status, light and deadline."),
    "figures": gettext_lazy("Part of the figures of this session is missing."),
    "email_twice": gettext_lazy("Two people in this file have the same e-mail address."),
    "member_twice": gettext_lazy("Somebody is a member twice."),
    "two_running": gettext_lazy("Another session of this plan is running."),
}
FOR_ANYTHING_ELSE = gettext_lazy("This is not written the way it should be.")


def in_words(error: Any) -> str:
    """The sentence for an error of pydantic."""
    known = dict(error.get("ctx") or {})
    if error["type"] == "literal_error":
        known["expected"] = str(known.get("expected", "")).replace(" or ", ", ")  # in any language
    sentence = SENTENCES.get(known.get("code") or error["type"], FOR_ANYTHING_ELSE)
    try:
        return str(sentence) % known if known else str(sentence)
    except (KeyError, TypeError, ValueError):
        return _("This is not written the way it should be.")
