"""Makes docs/mails.md and its pictures: every mail of a session's month, from the real templates and the demo's plans.

    .venv/bin/python scripts/mail_pictures.py [FOLDER]

Needs Chromium. The day is fixed, so the pictures change only when a mail does. FOLDER instead of docs/ for a look.
"""

from __future__ import annotations

import base64
import datetime as dt
import os
import shutil
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tests.settings")

import django  # noqa: E402

django.setup()

from django.conf import settings  # noqa: E402
from django.core.management import call_command  # noqa: E402
from playwright.sync_api import sync_playwright  # noqa: E402

from ogsm import demo  # noqa: E402
from ogsm.accounts.models import User  # noqa: E402
from plans.models import Plan  # noqa: E402
from updates import outbox  # noqa: E402
from updates.models import Decision, HelpRequest, OutgoingMail  # noqa: E402
from updates.reminders import owing_of  # noqa: E402

AT = dt.datetime(2026, 6, 11, 9, 0, tzinfo=dt.timezone(dt.timedelta(hours=2)))


@dataclass(frozen=True)
class Picture:
    """One mail in the book: to whom, about what, and how it is read."""

    name: str
    title: str
    about: str
    email: str
    template: str
    facts: dict[str, object]
    at: dt.datetime = AT
    language: str = "en"
    width: int = 680
    dark: bool = False


def pictures(plan: Plan) -> list[Picture]:
    session = plan.sessions.get(state="open")
    preparation = "session_preparation"

    def facts(stage: str, **more: object) -> dict[str, object]:
        return {"session": session.pk, "stage": stage, **more}

    nothing = next(one.user.email for one in owing_of(session, AT.date()) if not one.owes)
    items: dict[str, list[str]] = {}
    for promise in Decision.objects.open_promises().filter(plan=plan).select_related("who"):
        items.setdefault(promise.who.email, []).append(f"promise-{promise.pk}-soon")
    for asked in HelpRequest.objects.open().filter(action__plan=plan).exclude(asked_of=None).select_related("asked_of"):
        items.setdefault(asked.asked_of.email, []).append(f"help-{asked.pk}")
    busiest = max(items, key=lambda email: len(items[email]))
    held = plan.sessions.closed().filter(kind="update")[0]
    agreed = held.decisions.standing().exclude(who=None).select_related("who").first()
    party = agreed.who.email if agreed and agreed.who else "choice@demo.example"
    return [
        Picture(
            "invitation", "Invitation, seven days before", "To everybody who takes part, when preparation opens.",
            "responsible@demo.example", preparation, facts("invitation"),
        ),
        Picture(
            "invitation-phone", "The same in Dutch on a phone",
            "In the language of the reader's profile, one column, a button for the thumb.",
            "responsible@demo.example", preparation, facts("invitation"), language="nl", width=360,
        ),
        Picture(
            "invitation-nothing", "Invitation to who owes no update",
            "What else waits is listed; with nothing at all it is only day, time and place.",
            nothing, preparation, facts("invitation"),
        ),
        Picture(
            "reminder", "Reminder, three days before", "Only to who still owes updates or figures.",
            "responsible@demo.example", preparation, facts("reminder"),
        ),
        Picture(
            "last-call", "Last call, one day before", "To who still owes; the process owner also reads who is silent.",
            "process@demo.example", preparation, facts("last-call"), at=session.starts_at - dt.timedelta(days=1),
        ),
        Picture(
            "falling-due", "Agreements and help falling due",
            "In the morning, one mail a day: what is due tomorrow, what is late since, and what was asked by name.",
            busiest, "falling_due", {"items": items[busiest]},
        ),
        Picture(
            "minutes", "The minutes, when a session closes",
            "To everybody who takes part: what the reader agreed, promised and is asked to know first, then all of it.",
            party, "minutes", {"session": held.pk},
        ),
        Picture(
            "calendar", "Sessions for the calendar",
            "To everybody who takes part, with a file that calendars read: what is new, has changed or is cancelled"
            " since the last one, all of a plan in one mail. Closing a plan takes its sessions off the calendars.",
            "responsible@demo.example", "calendar_news", calendar_facts(plan),
        ),
        Picture(
            "dark", "In the dark", "Programs that know a dark form get the product's dark set.",
            "responsible@demo.example", preparation, facts("reminder"), language="nl", dark=True,
        ),
    ]  # fmt: skip


def calendar_facts(plan: Plan) -> dict[str, object]:
    """One session moved, one cancelled, and the rest of the year new."""
    tellings = []
    for session in plan.sessions.filter(state="planned").order_by("starts_at"):
        told: dict[str, object] = {"starts_at": session.starts_at.isoformat(), "minutes": session.minutes}
        tellings.append({"news": "new", "kind": session.kind, "place": session.place, **told})
    earlier = dt.datetime.fromisoformat(str(tellings[0]["starts_at"])) - dt.timedelta(days=1)
    tellings[0] |= {"news": "changed", "was": {**tellings[0], "starts_at": earlier.isoformat()}}
    tellings[-1]["news"] = "cancelled"
    return {"plan": plan.name, "plan_id": plan.pk, "tellings": tellings}


def main(folder: Path) -> None:
    settings.SITE_URL = "https://ogsm.example.org"
    shots = folder / "screenshots"
    shots.mkdir(parents=True, exist_ok=True)
    call_command("migrate", verbosity=0)
    dutch, english = demo.build(at=AT)
    by_language = {"nl": {one.name: one for one in pictures(dutch)}, "en": {one.name: one for one in pictures(english)}}
    letters = [letter_of(by_language[one.language][name]) for name, one in by_language["en"].items()]
    book = [INTRODUCTION]
    with sync_playwright() as playwright:
        program = shutil.which("chromium") or shutil.which("chromium-browser")
        browser = playwright.chromium.launch(executable_path=program, args=["--no-sandbox", "--disable-gpu"])
        for letter in letters:
            theme = "dark" if letter.picture.dark else "light"
            page = browser.new_page(viewport={"width": letter.picture.width, "height": 200}, color_scheme=theme)
            page.set_content(letter.page)
            page.add_style_tag(content=fonts())
            page.evaluate("document.fonts.ready")
            page.screenshot(path=shots / f"mail-{letter.picture.name}.png", full_page=True)
            page.close()
            book.append(letter.chapter())
        browser.close()
    (folder / "mails.md").write_text("\n".join(book))


def fonts() -> str:
    """The product's own, as on a machine that has them."""
    files = {
        "Inter": settings.NODE_MODULES / "@fontsource-variable/inter/files/inter-latin-wght-normal.woff2",
        "Source Serif 4": settings.NODE_MODULES
        / "@fontsource/source-serif-4/files/source-serif-4-latin-400-normal.woff2",
    }
    rules = []
    for name, file in files.items():
        data = base64.b64encode(file.read_bytes()).decode()
        rules.append(f"@font-face{{font-family:'{name}';font-weight:100 900;src:url(data:font/woff2;base64,{data})}}")
    return "".join(rules)


@dataclass(frozen=True)
class Letter:
    picture: Picture
    subject: str
    text: str
    page: str

    def chapter(self) -> str:
        one = self.picture
        lines = [
            f"## {one.title}",
            one.about,
            f"Subject: *{self.subject}*",
            f"![{one.title}](screenshots/mail-{one.name}.png)",
        ]
        if one.name in WITH_TEXT:
            lines += ["Its text part, for who reads mail without a page:", f"```text\n{self.text.strip()}\n```"]
        return "\n\n".join(lines) + "\n"


def letter_of(picture: Picture) -> Letter:
    """The mail as it would go out at that moment."""
    settings.ORGANISATION_NAME = "Veldwijk Techniek" if picture.language == "nl" else "Northgate Supply"
    reader = User.objects.get(email=picture.email)
    reader.language = picture.language
    mail = OutgoingMail(user=reader, occasion=picture.name, template=picture.template, facts=picture.facts)
    message = outbox.compose(mail, at=picture.at)
    if message is None:
        raise SystemExit(f"{picture.name}: nothing to say")
    return Letter(picture, str(message.subject), str(message.body), str(message.alternatives[0][0]))


WITH_TEXT = {"invitation", "falling-due", "minutes"}
INTRODUCTION = """# The mails

What the product sends by itself, made from the real templates and the demo's plans by `scripts/mail_pictures.py`. One
mail per person and occasion, never twice; in the reader's language; text and a page without pictures or anything to
fetch; a link that needs no password and ends with the session. Nothing is sent about a plan that is a draft, closed or
archived (but that its sessions come off the calendars), nor to who is no longer active. `manage.py run_due --dry-run`
says what would go out now, and to whom.
"""
if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as scratch:
        settings.DATABASES["default"]["NAME"] = f"{scratch}/mails.sqlite3"
        main(Path(sys.argv[1]) if len(sys.argv) > 1 else ROOT / "docs")
