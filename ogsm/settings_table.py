"""The table of settings in docs/operations.md, read from the code: every `env.…("NAME", default=…)` and its comment."""

from __future__ import annotations

import ast
import re
from dataclasses import dataclass
from pathlib import Path

from django.conf import settings

SOURCES = ("ogsm/settings.py", "gunicorn.conf.py")
DOCUMENT = "docs/operations.md"
BEGIN, END = "<!-- settings: made by `make settings` -->", "<!-- settings end -->"
SECTION = re.compile(r"# --- (.+?) -{3,}$")
DEFAULT = re.compile(r"\s*\(default: (.+?)\)$")


@dataclass(frozen=True)
class Setting:
    name: str
    section: str
    default: str
    comment: str


def read(source: str) -> list[Setting]:
    """Each variable that the source reads, in its order; a name that is read twice counts once."""
    lines = source.splitlines()
    found: dict[str, Setting] = {}
    calls = [node for node in ast.walk(ast.parse(source)) if isinstance(node, ast.Call) and _reads_a_variable(node)]
    for call in sorted(calls, key=lambda call: call.lineno):
        [name] = [word.value for word in call.args[:1] if isinstance(word, ast.Constant)]
        comment, default = _comment(lines, call.lineno), _default(call)
        if said := DEFAULT.search(comment):
            comment, default = comment[: said.start()], said[1]
        found.setdefault(str(name), Setting(str(name), _section(lines, call.lineno), default, comment))
    return list(found.values())


def _reads_a_variable(call: ast.Call) -> bool:
    """`env.str("NAME")`, `env("NAME")` and `os.environ.get("NAME")`."""
    if not call.args or not isinstance(call.args[0], ast.Constant):
        return False
    return bool(re.match(r"(env|env\.\w+|os\.environ\.get)$", ast.unparse(call.func)))


def _default(call: ast.Call) -> str:
    given = [word.value for word in call.keywords if word.arg == "default"] or call.args[1:2]
    if not given or not isinstance(given[0], (ast.Constant, ast.List)):
        return "?" if given else "none"
    value = ast.literal_eval(given[0])
    if isinstance(value, bool):
        return "on" if value else "off"
    return f"`{value}`" if value or value == 0 else "none"


def _comment(lines: list[str], number: int) -> str:
    """What stands beside the line, else above it."""
    beside = re.search(r"\s{2}# (.+)$", lines[number - 1])
    if beside:
        return beside[1]
    above: list[str] = []
    for line in reversed(lines[: number - 1]):
        if not line.strip().startswith("# ") or SECTION.match(line):
            break
        above.insert(0, line.strip()[2:])
    return " ".join(above)


def _section(lines: list[str], number: int) -> str:
    heads = [head[1] for line in lines[:number] if (head := SECTION.match(line))]
    return heads[-1] if heads else "the web server"


def table() -> str:
    """The table as Markdown, a row of its own above each section."""
    rows = ["| Variable | Default | What it does |", "|---|---|---|"]
    section = ""
    for source in SOURCES:
        for setting in read((settings.BASE_DIR / source).read_text()):
            if setting.section != section:
                section = setting.section
                rows.append(f"| *{section}* | | |")
            rows.append(f"| `{setting.name}` | {setting.default} | {setting.comment.replace('|', chr(92) + '|')} |")
    return "\n".join(rows)


def written_into(document: str) -> str:
    """The text with the table of now between its two markers."""
    before, begin, rest = document.partition(BEGIN)
    _, end, after = rest.partition(END)
    if not begin or not end:
        raise ValueError(f"{DOCUMENT} has no place for the table: {BEGIN} … {END}")
    return f"{before}{BEGIN}\n\n{table()}\n\n{END}{after}"


def document() -> Path:
    return settings.BASE_DIR / DOCUMENT
