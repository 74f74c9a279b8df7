"""The numbers in minutes, wishes and decisions: of the database on one side, of a file on the other."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any, Protocol

from .fields import KINDS
from .replaced import PEOPLE


class Numbers(Protocol):
    """What a number on this side is called on the other."""

    def person(self, number: int | None) -> int | None: ...
    def item(self, kind: str, number: int) -> int:
        """Of a kind of the file ('actions'), also of what is not there any more."""
        ...


def key_of(key: str, to: Numbers) -> str:
    """'action-57' → 'action-12'."""
    kind, _dash, number = key.partition("-")
    return f"{kind}-{to.item(KINDS[kind], int(number))}"


_STORED = re.compile(rf"({'|'.join(KINDS)})-[0-9]{{1,18}}", re.ASCII)


def is_key(key: Any) -> bool:
    """Whether the database means something by it."""
    return isinstance(key, str) and _STORED.fullmatch(key) is not None


def record_of(record: Mapping[str, Any], to: Numbers) -> dict[str, Any]:
    """Minutes with the numbers of the other side; all else to the letter."""
    told: dict[str, Any] = {**record}
    told["attendance"] = [_with(entry, to, people=("user",)) for entry in record["attendance"]]
    told["lines"] = [_line(line, to) for line in record["lines"]]
    told["changes"] = [_with(change, to, actions=("action",)) for change in record["changes"]]
    if "other_decisions" in record:
        told["other_decisions"] = [_decision(decision, to) for decision in record["other_decisions"]]
    if "indicators" in record:
        lights = record["indicators"].items()
        told["indicators"] = {str(to.item("indicators", int(number))): light for number, light in lights}
    return told


def _line(line: Mapping[str, Any], to: Numbers) -> dict[str, Any]:
    told = _with(line, to, people=("person_id",), actions=("action",))
    told["key"] = key_of(line["key"], to)
    told["decisions"] = [_decision(decision, to) for decision in line["decisions"]]
    return told


def _decision(decision: Mapping[str, Any], to: Numbers) -> dict[str, Any]:
    return _with(decision, to, people=("who_id", "from_id", "to_id"), actions=("action",))


def _with(
    part: Mapping[str, Any], to: Numbers, *, people: tuple[str, ...] = (), actions: tuple[str, ...] = ()
) -> dict[str, Any]:  # fmt: skip
    told: dict[str, Any] = {**part}
    told |= {name: to.person(part[name]) for name in people if name in part}
    told |= {name: to.item("actions", part[name]) for name in actions if part.get(name) is not None}
    return told


def replaced_of(replaced: Mapping[str, Any], to: Numbers) -> dict[str, Any]:
    """What a decision changed; only people are numbers there."""
    return {
        name: [to.person(number) for number in pair] if name in PEOPLE else list(pair)
        for name, pair in replaced.items()
    }  # fmt: skip


def people_in(record: Mapping[str, Any]) -> Iterator[int]:
    """The people whom minutes name by number."""
    parts = [*record["attendance"], *record["lines"], *record.get("other_decisions", ())]
    parts += [decision for line in record["lines"] for decision in line["decisions"]]
    for part in parts:
        for name in ("user", "person_id", "who_id", "from_id", "to_id"):
            if part.get(name) is not None:
                yield part[name]
