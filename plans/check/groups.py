"""The findings as the page shows them: by strategic choice, each rule said once, with the links of this reader."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from .core import Finding, Rule
from .links import Links
from .report import Report


@dataclass(frozen=True)
class Link:
    """`label` names the piece where one finding has several; else the rule's `todo` says enough."""

    label: str
    url: str


@dataclass(frozen=True)
class Line:
    what: str
    links: list[Link]

    @property
    def url(self) -> str:
        """Where the one thing to mend is; '' for none or several."""
        return self.links[0].url if len(self.links) == 1 and not self.links[0].label else ""

    @property
    def pieces(self) -> list[Link]:
        """The pieces among which something is to be mended, by name."""
        return [link for link in self.links if link.label]


@dataclass(frozen=True)
class Block:
    """One rule, and where it does not hold. `is_first`: of the blocks with this rule on the page."""

    rule: Rule
    lines: list[Line]
    is_first: bool = True


@dataclass(frozen=True)
class Group:
    """`choice` is None for the plan as a whole."""

    choice: Any
    blocks: list[Block]

    @property
    def count(self) -> int:
        return sum(len(block.lines) for block in self.blocks)


def groups_of(report: Report, links: Links) -> list[Group]:
    """The plan as a whole first, then the choices in the order of the page; only those with findings."""
    subjects: list[Any] = [None, *links.reading.choices.values()]
    seen: set[str] = set()
    groups = [Group(choice, blocks_of(report.about(choice and choice.pk), links, seen)) for choice in subjects]
    return [group for group in groups if group.blocks]


def blocks_of(
    found: Iterable[tuple[Rule, Iterable[Finding]]], links: Links, seen: set[str] | None = None
) -> list[Block]:
    """`seen` gathers the names of the rules that have had a block."""
    seen = set() if seen is None else seen
    blocks = []
    for rule, findings in found:
        lines = [_line(finding, links) for finding in findings]
        blocks.append(Block(rule, lines, is_first=rule.name not in seen))
        seen.add(rule.name)
    return blocks


def _line(finding: Finding, links: Links) -> Line:
    return Line(finding.what, [Link(spot.label, url) for spot in finding.spots if (url := links.to(spot))])
