"""The page for whoever keeps the installation running: does `run_due` run, do mails go out, what goes out next."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from urllib.parse import urlsplit

from django.conf import settings
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db.models import Count, Q
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext, pgettext_lazy
from django.views.decorators.http import require_POST, require_safe

from updates.models import OutgoingMail, RunRecord, Session
from updates.reminder_rules import Stage, moment_of

from . import dates
from .request import Request

SILENT_AFTER = dt.timedelta(hours=1)
RUNS, MAILS, SESSIONS = 12, 20, 8

STAGES = {
    Stage.INVITATION: gettext_lazy("preparation opens, everybody is invited"),
    Stage.REMINDER: gettext_lazy("reminder, to who owes something"),
    Stage.LAST_CALL: gettext_lazy("last call, and who is silent to the process owner"),
}
ABOUT = {  # by the stage of a preparation, else by the template
    "invitation": gettext_lazy("invitation"),
    "reminder": gettext_lazy("reminder"),
    "last-call": gettext_lazy("last call"),
    "nudge": gettext_lazy("reminder sent by hand"),
    "falling_due": gettext_lazy("what falls due"),
    "member_added": gettext_lazy("word of a new plan"),
    "password_reset": gettext_lazy("link for a new password"),
    "minutes": pgettext_lazy("record", "minutes"),
}
COUNTS = {
    "opened": gettext_lazy("opened"),
    "queued": gettext_lazy("queued"),
    "sent": gettext_lazy("sent"),
    "failed": gettext_lazy("failed"),
    "given_up": gettext_lazy("given up"),
    "left_out": gettext_lazy("left out"),
}


@dataclass(frozen=True)
class RunLine:
    """One run in words."""

    run: RunRecord

    @property
    def did(self) -> str:
        """'1 opened, 5 queued'; only what there was."""
        counts = [f"{self.run.counts[name]} {word}" for name, word in COUNTS.items() if self.run.counts.get(name)]
        return ", ".join(counts) or _("nothing was due")

    @property
    def seconds(self) -> int:
        return round((self.run.finished_at - self.run.started_at).total_seconds()) if self.run.finished_at else 0


@dataclass(frozen=True)
class TroubleLine:
    """One mail that did not arrive, and what it is about."""

    mail: OutgoingMail

    @property
    def about(self) -> str:
        return str(ABOUT.get(self.mail.facts.get("stage", self.mail.template), self.mail.occasion))


@dataclass(frozen=True)
class NextMail:
    """What goes out next about a session, and when."""

    session: Session
    what: str
    at: dt.datetime
    people: int


def _superuser(request: Request) -> None:
    if not request.user.is_superuser:
        raise PermissionDenied


@require_safe
def operations(request: Request) -> HttpResponse:
    """Ten queries at most."""
    _superuser(request)
    runs = [RunLine(run) for run in RunRecord.objects.all()[:RUNS]]
    last = RunRecord.objects.exclude(finished_at=None).first()
    midnight = dates.start_of_day(request.on, timezone.get_default_timezone())
    mails = OutgoingMail.objects.select_related("user", "plan")
    given_up, retried = mails.given_up().order_by("-given_up_at"), mails.in_trouble().order_by("next_try_at")
    context = {
        "runs": runs,
        "last": RunLine(last) if last else None,
        "is_silent": last is None or request.at - last.started_at > SILENT_AFTER,
        "figures": OutgoingMail.objects.aggregate(
            waiting=Count("pk", filter=Q(sent_at=None, given_up_at=None, left_out_at=None, last_error="")),
            retrying=Count("pk", filter=Q(sent_at=None, given_up_at=None, left_out_at=None) & ~Q(last_error="")),
            given_up=Count("pk", filter=Q(given_up_at__isnull=False)),
            sent_today=Count("pk", filter=Q(sent_at__gte=midnight)),
        ),
        "trouble": [TroubleLine(mail) for mail in [*given_up[:MAILS], *retried[:MAILS]]],
        "next_mails": _next_mails(request.at),
        "leads_nowhere": not settings.LOCAL and urlsplit(settings.SITE_URL).hostname in ("127.0.0.1", "localhost"),
        "site_url": settings.SITE_URL,
        "has_server": settings.EMAIL_BACKEND.endswith("smtp.EmailBackend"),
    }
    return render(request, "operations.html", context)


def _next_mails(at: dt.datetime) -> list[NextMail]:
    """The next mail of each of the coming sessions, the soonest first. One query."""
    people = Count(
        "plan__memberships", filter=Q(plan__memberships__user__is_active=True) & ~Q(plan__memberships__role="viewer")
    )
    sessions = (
        Session.objects.filter(state__in=Session.COMING, starts_at__gt=at)
        .filter(plan__state="active", plan__archived_at=None)
        .select_related("plan")
        .defer("minutes_record")
        .annotate(people=people)
        .order_by("starts_at", "pk")
    )
    zone = timezone.get_default_timezone()
    found = []
    for session in sessions[:SESSIONS]:
        ahead = [(moment_of(stage, session.starts_at, zone), stage) for stage in Stage]
        coming = [(moment, stage) for moment, stage in ahead if moment > at]
        if not coming:
            continue
        moment, stage = coming[0]
        found.append(NextMail(session, str(STAGES[stage]), moment, session.people))
    return sorted(found, key=lambda mail: mail.at)


@require_POST
def operations_try_again(request: Request) -> HttpResponse:
    """Everything that was given up goes back into the outbox; the next run tries it."""
    _superuser(request)
    number = sum(mail.try_again(at=request.at) for mail in OutgoingMail.objects.given_up())
    said = ngettext("%(n)d mail goes out with the next run.", "%(n)d mails go out with the next run.", number)
    messages.success(request, said % {"n": number})
    return redirect("operations")
