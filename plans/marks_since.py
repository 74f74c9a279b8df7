"""What changed since a moment, as HTML: the mark on a piece, and the line above the page."""

from __future__ import annotations

from django.urls import reverse
from django.utils.html import escape, format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext, ngettext, pgettext

from ogsm.marks import icon_html

from .changes import Difference
from .readable import NOTHING
from .since import CHANGED, GONE, NEW, Moment, PieceChange, Since

ICONS = {NEW: "plus", CHANGED: "history", GONE: "archive"}


def _word(what: str) -> str:
    words = {
        NEW: pgettext("piece of a plan", "new"),
        CHANGED: pgettext("piece of a plan", "changed"),
        GONE: pgettext("piece of a plan", "archived"),
    }
    return words[what]


def _history_url(plan_id: int, moment: Moment, piece: str = "") -> str:
    """The history since that moment; of the ambition that is the plan's own."""
    kind, _dash, _number = piece.partition("-")
    of_piece = "" if not piece else "&kind=plan" if kind == "plan" else f"&piece={piece}"
    return f"{reverse('plans:plan_history', args=[plan_id])}?since={moment.value}{of_piece}"


def _difference_html(one: Difference) -> SafeString:
    became = format_html('<span class="sr">{}</span>', gettext("became"))
    before = SafeString("")
    if one.before != NOTHING:
        before = format_html('<del>{}</del> {}<span aria-hidden="true">→</span> ', one.before, became)
    return format_html("<dt>{}</dt><dd>{}<ins>{}</ins></dd>", one.label, before, one.after)


def since_mark_html(change: PieceChange, moment: Moment, plan_id: int) -> SafeString:
    """Icon and word on the piece, which open to what changed and lead to its history."""
    told = SafeString("".join(_difference_html(one) for one in change.differences))
    return format_html(
        ' <details class="since since-{}"><summary>{}{}<span class="sr"> {}: {}</span></summary>'
        '<div class="since-what">{}<a href="{}">{}</a></div></details>',
        change.what,
        icon_html(ICONS[change.what]),
        _word(change.what),
        gettext("since %(when)s") % {"when": moment.label},
        change.name if change.piece.partition("-")[0] != "plan" else gettext("Ambition"),
        format_html('<dl class="dl">{}</dl>', told) if told else "",
        _history_url(plan_id, moment, change.piece),
        gettext("Who did it, and why"),
    )


def _counts(since: Since) -> str:
    """'2 new, 4 changed, 1 archived', without what there is none of."""
    words = {
        NEW: lambda count: ngettext("%(count)d new", "%(count)d new", count),
        CHANGED: lambda count: ngettext("%(count)d changed", "%(count)d changed", count),
        GONE: lambda count: ngettext("%(count)d archived", "%(count)d archived", count),
    }
    counts = [(what, since.count(what)) for what in words]
    return ", ".join(words[what](count) % {"count": count} for what, count in counts if count)


def since_summary_html(since: Since, plan_id: int) -> SafeString:
    """How many pieces changed, of which kind; what is gone is named here, since it has no place on the page."""
    total, when = len(since.pieces), since.moment.label
    if not total:
        text = gettext("Nothing on this page changed since %(when)s.") % {"when": when}
        return format_html('<p class="since-line" role="status">{} {}</p>', SafeString(icon_html("history")), text)
    text = ngettext("%(total)d piece changed since %(when)s", "%(total)d pieces changed since %(when)s", total)
    gone = format_html_join(
        ", ", '<a href="{}">{}</a>', ((_history_url(plan_id, since.moment, one.piece), one.name) for one in since.gone)
    )
    return format_html(
        '<p class="since-line" role="status">{} <a href="{}">{}</a>: {}.{}</p>',
        SafeString(icon_html("history")),
        _history_url(plan_id, since.moment),
        text % {"total": total, "when": when},
        _counts(since),
        SafeString(f" <span>{escape(gettext('No longer on the page:'))} {gone}</span>") if gone else "",
    )
