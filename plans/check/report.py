"""All rules over one plan: what holds, what does not, and the findings by strategic choice. Pure."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from . import action_rules, choice_rules, indicator_rules, plan_rules
from .core import CheckedPlan, Finding, Rule

# in the order in which a plan is made, so that what comes first is said first
RULES: tuple[Rule, ...] = (
    plan_rules.ambition_missing,
    plan_rules.ambition_with_amounts,
    plan_rules.goals_missing,
    plan_rules.goal_without_target,
    plan_rules.goal_after_end,
    plan_rules.ambition_without_goal,
    plan_rules.too_many_choices,
    choice_rules.choice_without_how,
    choice_rules.choice_with_vague_how,
    choice_rules.choice_without_owner,
    choice_rules.choice_without_stop,
    choice_rules.choice_without_indicator,
    indicator_rules.indicator_without_target,
    indicator_rules.indicator_without_path,
    indicator_rules.indicator_without_source,
    indicator_rules.indicator_unmeasured,
    choice_rules.choice_without_action,
    action_rules.action_without_result,
    action_rules.action_of_every_day,
    action_rules.action_without_start,
    choice_rules.choice_without_work_soon,
    action_rules.month_overfull,
    action_rules.deadlines_bunched,
    action_rules.deadline_after_end,
    plan_rules.too_long,
    plan_rules.page_full,
    plan_rules.sessions_missing,
    plan_rules.state_behind_period,
)


@dataclass(frozen=True)
class Outcome:
    """What one rule found; `applies` is False while the plan has nothing yet that the rule is about."""

    rule: Rule
    applies: bool
    findings: tuple[Finding, ...] = ()

    @property
    def holds(self) -> bool:
        return self.applies and not self.findings


@dataclass(frozen=True)
class Report:
    outcomes: tuple[Outcome, ...]

    @property
    def counted(self) -> list[Outcome]:
        """Those that count for the score: no questions, and nothing that does not apply yet."""
        return [outcome for outcome in self.outcomes if outcome.applies and not outcome.rule.asks]

    @property
    def holding(self) -> list[Outcome]:
        return [outcome for outcome in self.counted if outcome.holds]

    @property
    def failing(self) -> list[Outcome]:
        return [outcome for outcome in self.counted if not outcome.holds]

    @property
    def waiting(self) -> list[Outcome]:
        return [outcome for outcome in self.outcomes if not outcome.applies and not outcome.rule.asks]

    @property
    def questions(self) -> list[Outcome]:
        return [outcome for outcome in self.outcomes if outcome.rule.asks and outcome.findings]

    def about(self, choice_id: int | None) -> list[tuple[Rule, list[Finding]]]:
        """What was found about one choice, or (None) the plan as a whole: by rule, without the questions."""
        return list(_by_rule(self.failing, choice_id))


def _by_rule(outcomes: Iterable[Outcome], choice_id: int | None) -> Iterator[tuple[Rule, list[Finding]]]:
    for outcome in outcomes:
        if found := [finding for finding in outcome.findings if finding.choice_id == choice_id]:
            yield outcome.rule, found


def report(plan: CheckedPlan, on: dt.date) -> Report:
    """Every rule's outcome, in order."""
    return Report(tuple(Outcome(rule, rule.about.applies_to(plan), rule.findings(plan, on)) for rule in RULES))
