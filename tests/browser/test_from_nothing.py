"""From an empty installation to a plan on paper, with the keyboard alone."""

import io
import re

from django.core.management import call_command
from playwright.sync_api import Locator, Page, expect

from actions.models import Action
from ogsm.accounts.models import User
from plans.models import Plan
from tests.documents import document_of, missing, names_on, words_of

PASSWORD = "a-very-good-one"
CHOICES = {
    "Webshop": ("More installers order online", "making the web shop the fastest way"),
    "Advice": ("Installers ask us first", "giving every branch an adviser"),
    "Stock": ("What is ordered today is there tomorrow", "sharing stock between branches"),
    "People": ("Everybody knows their trade", "training each colleague twice a year"),
}
ROWS = """Action\tChoice\tWho\tDue
Every branch has an adviser with a diary\tAdvice\tJoost\t30-9-2026
All branches see each other's stock\t3\tBakker, Lotte\twk 40
Each colleague has a plan for training\tPeople\tKarin de Boer\t1 Oct 2026
"""


class Keys:
    """A reader without a mouse: goes on with Tab until something has focus, types, presses Enter."""

    def __init__(self, page: Page) -> None:
        self.page = page

    def to(self, wanted: Locator) -> Locator:
        """Tab until it has focus, once round the page at most."""
        expect(wanted.first).to_be_visible()
        self.page.wait_for_load_state("networkidle")
        for _step in range(250):
            if wanted.evaluate_all("found => found.includes(document.activeElement)"):
                return wanted
            self.page.keyboard.press("Tab")
        raise AssertionError(f"{wanted} is not reached by keyboard")

    def field(self, label: str) -> Locator:
        """The field whose label begins so; not the pen with the same word in its name."""
        begins = self.page.get_by_label(re.compile(rf"^\s*{re.escape(label)}"))
        return self.page.locator("input, textarea, select").and_(begins)

    def press(self, role: str, name: str) -> None:
        self.to(self.page.get_by_role(role, name=name, exact=True))  # type: ignore[arg-type]
        self.page.keyboard.press("Enter")

    def write(self, label: str, text: str) -> None:
        self.to(self.field(label))
        self.page.keyboard.press("Control+a")
        self.page.keyboard.insert_text(text)

    def choose(self, label: str, option: str) -> None:
        """By its first letters, as in any list."""
        field = self.to(self.field(label))
        self.page.keyboard.type(option)
        expect(field.locator("option:checked")).to_have_text(re.compile(re.escape(option)))

    def step(self, number: int) -> None:
        expect(self.page.locator("#plan-steps")).to_contain_text(f"Step {number} of 8")

    def focused(self, label: str) -> None:
        expect(self.field(label).first).to_be_focused()


def signed_in_for_the_first_time(keys: Keys) -> None:
    """By the link that the installation prints."""
    out = io.StringIO()
    call_command("first_owner", "karin@example.org", name="Karin de Boer", stdout=out)
    keys.page.goto(re.search(r"http://[^/]+(/\S+)", out.getvalue())[1])
    for name in ("password1", "password2"):
        keys.to(keys.page.locator(f"[name={name}]"))
        keys.page.keyboard.insert_text(PASSWORD)
    keys.page.keyboard.press("Enter")
    expect(keys.page).to_have_url(re.compile("/done/|/login/"))
    keys.page.goto("/accounts/login/?next=/plans/new/")
    keys.write("E-mail address", "karin@example.org")
    keys.write("Password", PASSWORD)
    keys.page.keyboard.press("Enter")


def write_goals(keys: Keys) -> None:
    for number, name in enumerate(("turnover", "share of installers", "satisfaction"), start=1):
        keys.step(2)
        keys.focused("Name")
        keys.write("Name", name)
        keys.write("Target", f"{number}00")
        keys.page.keyboard.press("Enter")
        expect(keys.page.locator("#goals")).to_contain_text(name)
        offered = "On to the strategic choices" if number == 3 else "Another goal"
        expect(keys.page.get_by_role("link", name=offered)).to_be_focused()
        keys.page.keyboard.press("Enter")


def write_choices(keys: Keys) -> None:
    for number, (name, (goal, how)) in enumerate(CHOICES.items(), start=1):
        keys.step(3)
        keys.focused("Goal")
        keys.write("Goal", goal)
        keys.write("By (how)", how)
        keys.write("No longer", f"what stands in the way of {name}")
        keys.write("Short name", name)
        keys.choose("Choice owner", "Karin")
        keys.press("button", "Save")
        expect(keys.page.locator(".ogsm-row h3")).to_have_count(number)
        expect(keys.page.locator("#plan-steps [autofocus]")).to_be_focused()
        keys.press("link", "On to the indicators" if number == 4 else "Another strategic choice")


def write_indicators(keys: Keys) -> None:
    for number, name in enumerate(CHOICES, start=1):
        keys.step(4)
        expect(keys.page.get_by_role("heading", name=f"Choice {number} of 4: {name}")).to_be_visible()
        keys.focused("Name")
        keys.write("Name", f"figure of {name}")
        keys.write("Target", "80")
        keys.press("button", "Save")
        expect(keys.page.locator("table.ind")).to_have_count(number)
        expect(keys.page.get_by_role("link", name="Another indicator")).to_be_focused()
        following = [*CHOICES, ""][number]
        keys.press("link", f"On to choice {number + 1}: {following}" if following else "On to the actions")


def write_an_action(keys: Keys) -> None:
    keys.step(5)
    keys.focused("Result")
    keys.write("Result", "The web shop shows when each article is there")
    keys.choose("Responsible", "Karin")
    keys.to(keys.field("Deadline"))
    keys.page.keyboard.type("09092026")  # the same in every order of day and month
    keys.press("button", "Add")
    expect(keys.page.get_by_role("dialog")).to_be_hidden()
    expect(keys.page.locator("table.act")).to_contain_text("The web shop shows")
    expect(keys.page.get_by_role("link", name="Another action")).to_be_focused()


def add_people(keys: Keys) -> None:
    keys.press("link", "Add people first")
    keys.step(6)
    keys.press("link", "Add people")
    keys.press("link", "Invite people")
    keys.focused("E-mail addresses")
    keys.write("E-mail addresses", "Joost van Leeuwen <joost@example.org>, Lotte Bakker <lotte@example.org>")
    keys.press("button", "Invite")
    expect(keys.page.get_by_role("heading", name="3 members")).to_be_visible()


def paste_actions(keys: Keys) -> None:
    keys.press("link", "On to the sessions")
    keys.step(7)
    keys.press("link", "First actions")
    keys.focused("Result")
    keys.page.keyboard.press("Escape")
    expect(keys.page.get_by_role("dialog")).to_be_hidden()
    keys.press("link", "Paste rows from a spreadsheet")
    keys.focused("Rows from your list")
    keys.page.keyboard.insert_text(ROWS)
    keys.press("button", "Look at the rows")
    expect(keys.page.get_by_role("button", name="Add the ticked actions")).to_be_focused()
    keys.page.keyboard.press("Enter")
    expect(keys.page.get_by_text("3 actions added.")).to_be_visible()


def plan_sessions_and_activate(keys: Keys) -> None:
    keys.press("link", "Plan a year of sessions")
    keys.step(7)
    keys.press("link", "Plan the sessions")
    keys.press("link", "Plan the year")
    keys.press("button", "Plan these sessions")
    expect(keys.page.get_by_text("sessions planned")).to_be_visible()
    keys.press("link", "On to activating the plan")
    keys.step(8)
    keys.press("link", "Activate the plan")
    keys.press("button", "Activate")
    expect(keys.page.get_by_text("The plan is active.", exact=True)).to_be_visible()


def test_a_plan_is_built_from_an_empty_installation_with_the_keyboard_alone_and_fits_on_one_page(page: Page) -> None:
    keys = Keys(page)
    signed_in_for_the_first_time(keys)
    keys.write("What do you want to achieve", "In 2028 installers like to build with us best of all")
    keys.press("button", "On to the goals")
    write_goals(keys)
    write_choices(keys)
    write_indicators(keys)
    write_an_action(keys)
    add_people(keys)
    paste_actions(keys)
    plan_sessions_and_activate(keys)

    plan = Plan.objects.get()
    assert plan.is_active
    assert plan.sessions.coming().count() > 5
    assert set(Action.objects.values_list("responsible__name", flat=True)) == {
        "Karin de Boer", "Joost van Leeuwen", "Lotte Bakker",
    }  # fmt: skip
    assert User.objects.count() == 3
    document = document_of(page.request.get(f"{plan.get_absolute_url()}export/plan.pdf").body())
    assert len(document.pages) == 1
    assert missing(names_on(plan), words_of(document)) == []
