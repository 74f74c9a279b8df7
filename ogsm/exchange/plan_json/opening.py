"""Opens a plan.json of which nothing is trusted: bounded, read strictly, and in the end a PlanFile or a Refused."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from django.core.exceptions import ValidationError as Wrong
from django.core.validators import URLValidator, validate_email
from django.utils.translation import gettext as _
from pydantic import ValidationError

from ..opening import Refused
from .format import NAME, VERSION, PlanFile
from .wording import in_words

MOST_BYTES = 10_000_000  # on the page; who has the server may load more
MOST_PIECES = 500_000
MOST_NAMES = 20_000
SHOWN = 20
NUMBERED = "people goals choices indicators actions help_requests points sessions decisions".split()
WITHIN = {"actions": ("updates", "shifts"), "sessions": ("lines",)}


class Faulty(Refused):
    """Read, but not to be taken in: `faults` says where and why, the first twenty."""

    def __init__(self, faults: list[Fault], more: int = 0) -> None:
        super().__init__(_("This file cannot be taken in as it is. Nothing was made."))
        self.faults = faults
        self.more = more


@dataclass(frozen=True)
class Fault:
    """Where in the file ('actions[3].deadline') and what is wrong there, in a sentence."""

    path: str
    text: str


@dataclass(frozen=True)
class Opened:
    """A file that may come in. `named` are the numbers of the people that something in it is of."""

    file: PlanFile
    named: frozenset[int]


def open_plan(data: bytes, *, most_bytes: int = MOST_BYTES) -> Opened:
    """Refused, or Faulty, with sentences for the one who chose the file."""
    if len(data) > most_bytes:
        raise Refused(_("This file is larger than %(most)d MB.") % {"most": most_bytes // 1_000_000})
    raw = _parsed(data)
    _look_at_head(raw)
    there, faults = _numbers(raw)
    context: dict[str, Any] = {"there": there, "line_kinds": _line_kinds(raw), "named": set()}
    try:
        file = PlanFile.model_validate(raw, context=context)
    except ValidationError as error:
        found = error.errors(include_url=False, include_input=False)
        faults += [Fault(_path(one["loc"]), in_words(one)) for one in found[: SHOWN + 1]]
        raise Faulty(faults[:SHOWN], max(0, len(found) - SHOWN)) from None
    faults += _bad_addresses(file)
    if faults:
        raise Faulty(faults[:SHOWN], max(0, len(faults) - SHOWN))
    return Opened(file, frozenset(context["named"]))


# ---- JSON, strictly ----
def _parsed(data: bytes) -> Any:
    not_json = Refused(
        _("This is no plan.json: it cannot be read as JSON. It may be damaged, or another kind of file.")
    )
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise not_json from None
    if text.count("{") + text.count("[") > MOST_PIECES:
        raise Refused(_("There are more pieces in this file than any plan has. It is not opened."))
    try:
        return json.loads(text, object_pairs_hook=_object, parse_constant=_no_number)
    except Refused:
        raise
    except RecursionError:
        raise Refused(_("This file is built deeper than any plan. It is not opened.")) from None
    except ValueError:
        raise not_json from None


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) < len(pairs):
        seen: set[str] = set()
        twice = next(name for name, _value in pairs if name in seen or seen.add(name))  # type: ignore[func-returns-value]
        name = _printable(twice)
        raise Refused(
            _("“%(name)s” stands twice in one piece of this file. It is not clear which one holds.") % {"name": name}
        )
    if len(found) > MOST_NAMES:
        raise Refused(_("There are more pieces in this file than any plan has. It is not opened."))
    return found


def _no_number(name: str) -> Any:
    raise Refused(_("“%(name)s” in this file is no number that a plan can have.") % {"name": name})


def _look_at_head(raw: Any) -> None:
    if not isinstance(raw, dict) or raw.get("format") != NAME:
        raise Refused(_("This is no plan.json of OGSM. Choose a file that was downloaded from a plan."))
    version = raw.get("version")
    if isinstance(version, bool) or not isinstance(version, int) or version < 1:
        raise Refused(_("This file does not say which version of plan.json it is."))
    if version > VERSION:
        raise Refused(_("This file was made by a newer version of OGSM. Bring this installation up to date first."))


# ---- what is in it, before it is read ----
def _pieces(raw: dict[str, Any], name: str) -> Iterator[tuple[str, dict[str, Any]]]:
    """(path, piece) of each piece in a list, as far as these are."""
    found = raw.get(name)
    for place, piece in enumerate(found if isinstance(found, list) else ()):
        if isinstance(piece, dict):
            yield f"{name}[{place}]", piece


def _numbers(raw: dict[str, Any]) -> tuple[dict[str, set[int]], list[Fault]]:
    """The numbers that each kind of piece has in the file, and which of them stand twice."""
    there: dict[str, set[int]] = {}
    faults: list[Fault] = []

    def count(kind: str, path: str, piece: dict[str, Any]) -> None:
        number, known = piece.get("id"), there.setdefault(kind, set())
        if isinstance(number, int) and not isinstance(number, bool):
            if number in known and len(faults) <= SHOWN:
                faults.append(Fault(f"{path}.id", _("There is another piece of this kind with this number.")))
            known.add(number)

    for kind in NUMBERED:
        for path, piece in _pieces(raw, kind):
            count(kind, path, piece)
            for inner in WITHIN.get(kind, ()):
                for below, part in _pieces(piece, inner):
                    count(inner, f"{path}.{below}", part)
    return there, faults


def _line_kinds(raw: dict[str, Any]) -> dict[int, str]:
    """What each line of an agenda is about."""
    kinds = {}
    for _path, session in _pieces(raw, "sessions"):
        for _below, line in _pieces(session, "lines"):
            if isinstance(line.get("id"), int) and isinstance(line.get("kind"), str):
                kinds[line["id"]] = line["kind"]
    return kinds


def _bad_addresses(file: PlanFile) -> list[Fault]:
    """E-mail addresses and links that no form would take."""
    mails = ((f"people[{place}].email", person.email) for place, person in enumerate(file.people))
    links = ((f"actions[{place}].link", action.link) for place, action in enumerate(file.actions) if action.link)
    faults = [Fault(path, _("This is no e-mail address.")) for path, text in mails if not _passes(validate_email, text)]
    is_link = URLValidator()
    return faults + [Fault(path, _("This is no web address.")) for path, text in links if not _passes(is_link, text)]


def _passes(check: Callable[[str], None], text: str) -> bool:
    try:
        check(text)
    except Wrong:
        return False
    return True


def _path(loc: tuple[int | str, ...]) -> str:
    path = ""
    for step in loc:
        path += f"[{step}]" if isinstance(step, int) else f".{_printable(step)}"
    return path.lstrip(".")


def _printable(text: str) -> str:
    """As much of it as a page can show."""
    return "".join(letter if letter.isprintable() else "?" for letter in text[:60])
