"""One action under an update: what its line and its form show, on My work, on its own page and in a dialog."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from django.db.models import OuterRef, Subquery
from django.utils.translation import gettext as _

from actions.models import Action
from actions.rules import TIME_FLAGS, Flag
from ogsm import words

from .forms import AnswersForm, UpdateForm
from .models import HelpRequest, Update, UpdateDraft

if TYPE_CHECKING:
    from ogsm.accounts.models import User
    from plans.access import PlanAccess


@dataclass
class UpdateItem:
    """An action with its flags, its latest update and a draft; folded, or open with its form. `on_behalf` is the
    responsible when the reader answers for them; `corrects` when the form changes `last` instead of following it."""

    action: Action
    on: dt.date
    last: Update | None = None
    draft: UpdateDraft | None = None
    plan_name: str = ""
    form: AnswersForm | None = None
    on_behalf: User | None = None
    may_correct: bool = False
    corrects: bool = False
    focus: bool = False
    refusal: str = ""
    token: uuid.UUID = field(default_factory=uuid.uuid4)

    def __post_init__(self) -> None:
        """That no update was given is why it stands here; it is not said again as a flag."""
        self.action.flag_bits &= ~Flag.NO_UPDATE

    @property
    def is_late(self) -> bool:
        return bool(self.action.flags & Flag.LATE)

    @property
    def may_unchanged(self) -> bool:
        """In one click, where an earlier update exists and time has not overtaken it."""
        return self.last is not None and not self.action.flags & TIME_FLAGS

    @property
    def choice_label(self) -> str:
        """'3 Digital', after the plan's name for who is in several."""
        choice = self.action.choice
        number = getattr(choice, "number", None)
        label = f"{number} {choice.short_name}" if number else choice.short_name
        return f"{self.plan_name} · {label}" if self.plan_name else label

    @property
    def kept_as(self) -> str:
        """The name under which a device keeps what was typed here and not sent; with the person who typed it."""
        return f"correct-{self.last.pk}" if self.corrects and self.last else f"update-{self.action.pk}"

    @property
    def kept_base(self) -> str:
        """What was typed belongs to the round after this update: once another is given, it is past."""
        return str(self.last.pk if self.last else 0)

    @property
    def given_words(self) -> str:
        """'Update given today, 08:36', also when it was 'unchanged' or given by somebody else."""
        if self.last is None:
            return ""
        moment = {
            "day": words.ago(self.last.at, self.on),
            "time": words.clock(self.last.at),
            "name": self.last.author.name,
        }
        if self.last.author_id != self.action.responsible_id:
            return _("Update given %(day)s, %(time)s, by %(name)s") % moment
        if self.last.unchanged:
            return _("Unchanged, given %(day)s, %(time)s") % moment
        return _("Update given %(day)s, %(time)s") % moment


def update_item(access: PlanAccess, action: Action, on: dt.date) -> UpdateItem:
    """The item of an action that has its flags, for who may give its update. Six queries at most."""
    user = access.user
    action.plan = access.plan
    numbers = {choice.pk: choice for choice in access.plan.choices.numbered()}
    action.choice = numbers.get(action.choice_id, action.choice)
    takes_part = action.responsible_id == user.pk or (
        action.responsible_id not in access.stands_in_for and action.involved.filter(pk=user.pk).exists()
    )
    several = user.memberships.filter(plan__state="active", plan__archived_at=None).count() > 1
    return UpdateItem(
        action,
        on,
        last=action.updates.select_related("author").first(),
        draft=action.update_drafts.filter(user=user).first(),
        plan_name=access.plan.name if several else "",
        on_behalf=None if takes_part else action.responsible,
    )


def open_form(
    item: UpdateItem,
    user: User,
    *,
    may_move_deadline: bool,
    data: Mapping[str, Any] | None = None,
    first: Mapping[str, str] | None = None,
) -> UpdateForm:
    """The form of a new update: the first question empty, the rest as last time, a draft before both, and before that
    the answer (`first`) with which it was opened."""
    form = UpdateForm(
        data, subject=item.action, voice=item.on_behalf or user, on=item.on, may_move_deadline=may_move_deadline,
        initial={
            "token": item.token, **first_answers(item), **(item.draft.answers if item.draft else {}), **(first or {}),
        },
    )  # fmt: skip
    if item.action.open_help:
        requests = HelpRequest.objects.open().filter(action=item.action)
        form.open_help = list(requests.select_related("asked_of"))
    return form


def first_answers(item: UpdateItem) -> dict[str, Any]:
    """The answers a form begins with; an expected end that has passed is not said again."""
    action, last = item.action, item.last
    expected = action.expected_end
    return {
        "next": last.next if last else "",
        "need": last.need if last else "",
        "need_of": last.need_of_id if last else None,
        "light": action.light,
        "status": action.status,
        "expected_end": expected if expected and expected >= item.on else None,
    }


def correction_form(item: UpdateItem, user: User, data: Mapping[str, Any] | None = None) -> AnswersForm:
    """The form of an update that was given, with what it says now."""
    initial = {name: getattr(item.last, name) for name in AnswersForm.ANSWERS if name != "need_of"}
    initial["need_of"] = item.last.need_of_id if item.last else None
    return AnswersForm(data, subject=item.action, voice=item.on_behalf or user, on=item.on, initial=initial)


def help_words(asked: HelpRequest) -> str:
    """How a request was answered: 'Yes, by 1 July', 'Partly', 'No'; '' while it is open."""
    if asked.state == HelpRequest.State.OPEN:
        return ""
    said = str(asked.get_state_display()).capitalize()
    if asked.promised_on:
        said = _("%(answer)s, by %(day)s") % {"answer": said, "day": words.day(asked.promised_on)}
    return f"{said}: {asked.answer}" if asked.answer else said


def latest_updates(user: User, ids: list[int]) -> tuple[dict[int, Update], dict[int, UpdateDraft]]:
    """By action: its latest update, and what the user typed for it but did not give yet. Two queries."""
    latest = Update.objects.filter(action=OuterRef("pk")).order_by("-at", "-pk").values("pk")[:1]
    newest = Update.objects.filter(pk__in=Action.objects.filter(pk__in=ids).values_list(Subquery(latest)))
    updates = {update.action_id: update for update in newest.select_related("author")}
    drafts = {draft.action_id: draft for draft in UpdateDraft.objects.filter(user=user, action__in=ids)}
    return updates, drafts
