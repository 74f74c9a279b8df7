"""What the text of a cell in somebody's own spreadsheet is worth as a field of an action, or a sentence why not."""

from __future__ import annotations

import datetime as dt

from django.core.exceptions import ValidationError
from django.core.validators import URLValidator
from django.utils.translation import gettext as _

from . import recognise as known

LONGEST = {known.RESULT: 240, known.DESCRIPTION: 5000, known.LINK: 500}


def _not_too_long(text: str, kind: str) -> str:
    if len(text) > LONGEST[kind]:
        raise ValidationError(
            _("At most %(most)d characters; this is %(now)d.") % {"most": LONGEST[kind], "now": len(text)}
        )
    return text


def result_of(text: str) -> str:
    """One line, whatever was typed."""
    line = " ".join(text.split())
    if not line:
        raise ValidationError(_("Say what the result is."))
    return _not_too_long(line, known.RESULT)


def description_of(text: str) -> str:
    return _not_too_long(text, known.DESCRIPTION)


def link_of(text: str) -> str:
    if text and "://" not in text:
        text = f"https://{text}"
    if text:
        try:
            URLValidator(["http", "https"])(text)
        except ValidationError:
            raise ValidationError(_("This is no address of a page. Empty it to leave it out.")) from None
    return _not_too_long(text, known.LINK)


def day_of(text: str, on: dt.date, *, start: bool = False) -> dt.date:
    day = known.read_day(text, on, start=start)
    if day is None:
        raise ValidationError(_("There is no such day. Write it as 31-12-2026."))
    return day


def deadline_of(text: str, on: dt.date) -> dt.date:
    if not text:
        raise ValidationError(_("By when? Write it as 31-12-2026."))
    return day_of(text, on)


def status_of(text: str) -> str:
    status = known.read_status(text)
    if status is None:
        raise ValidationError(_("Write 'to do', 'in progress' or 'done'."))
    return status
