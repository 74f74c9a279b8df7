"""What became of a line since the session before: kept with its facts, said in words of the active language.

The session before has a line for every action of that day, so what it said then is there to compare with.
"""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext, pgettext

from ogsm import marks, words

from .agenda import Kind, Section

if TYPE_CHECKING:
    from .models import Session

THEN = "last"  # the name of the fact


def remember_last_time(drafts: dict[str, dict[str, Any]], last: Session | None) -> None:
    """Puts in the facts of every action what was different at the session before. One query."""
    if last is None:
        return
    rows = last.lines.filter(kind=Kind.ACTION).values_list("item_id", "section", "facts", "person__name")
    before = {item_id: (section, facts, name) for item_id, section, facts, name in rows}
    day = last.day.isoformat()
    for key, draft in drafts.items():
        if not key.startswith(f"{Kind.ACTION}-"):
            continue
        action = draft["action"]
        told: dict[str, Any] = {"day": day}
        if action.pk in before:
            told |= _differences(*before[action.pk], draft)
            if last.closed_at and action.last_update_at and action.last_update_at > last.closed_at:
                told["updated"] = True
        else:
            told["new"] = True
        draft["facts"][THEN] = told


def _differences(section: str, then: dict[str, Any], person: str, draft: dict[str, Any]) -> dict[str, Any]:
    now = draft["facts"]
    told: dict[str, Any] = {}
    if section == Section.ON_PLAN and draft["flags"]:
        told["on_plan"] = True
    if then.get("status") == "done":
        return {"done": True} if now["status"] != "done" else {}
    told |= {name: then[name] for name in ("light", "deadline") if then.get(name) and then[name] != now[name]}
    if person and person != draft["person"].name:
        told["person"] = person
    return told


def since_last(line: Any) -> str:
    """'since 12 May: was amber, deadline was 30 June'; 'nothing new since 12 May'; '' for a first session."""
    told = (line.facts or {}).get(THEN)
    if not told or line.facts.get("status") == "done":
        return ""
    day = {"day": words.day_short(dt.date.fromisoformat(told["day"]))}
    if told.get("new"):
        return gettext("new since %(day)s") % day
    said = _said(told)
    if said:
        return gettext("since %(day)s: %(changes)s") % {**day, "changes": ", ".join(said)}
    return "" if told.get("updated") else gettext("nothing new since %(day)s") % day


def _said(told: dict[str, Any]) -> list[str]:
    said = []
    if told.get("done"):
        said.append(gettext("was done"))
    if light := told.get("light"):
        said.append(gettext("was %(light)s") % {"light": marks.light_word(light).lower()})
    elif told.get("on_plan"):
        said.append(pgettext("action", "was on plan"))
    if deadline := told.get("deadline"):
        text = gettext("deadline was %(day)s")
        said.append(text % {"day": words.day_short(dt.date.fromisoformat(deadline))})
    if person := told.get("person"):
        said.append(gettext("%(name)s had it") % {"name": person})
    return said
