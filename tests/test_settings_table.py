"""Every environment variable is in docs/operations.md, with what the code says of it."""

import pytest

from ogsm.settings_table import SOURCES, Setting, document, read, table, written_into


def test_the_table_in_the_docs_is_that_of_the_code():
    """Out of date? `make settings` writes it anew."""
    assert written_into(document().read_text()) == document().read_text()


def test_every_setting_says_what_it_does_and_what_it_is_unless_set(settings):
    every = [setting for source in SOURCES for setting in read((settings.BASE_DIR / source).read_text())]
    assert {"SECRET_KEY", "DATABASE_URL", "WEB_CONCURRENCY"} <= {setting.name for setting in every}
    assert [setting.name for setting in every if not setting.comment] == []
    assert [setting.name for setting in every if setting.default == "?"] == [], "say it in words: (default: …)"


@pytest.mark.parametrize(
    ("line", "row"),
    [
        ('A = env.bool("A", default=False)  # beside', ("off", "beside")),
        ('# above,\n# in two lines\nA = env.str("A", default="x")', ("`x`", "above, in two lines")),
        ('A = env.str("A")  # must be there', ("none", "must be there")),
        ('# words (default: what you like)\nA = env.int("A", default=1 + 1)', ("what you like", "words")),
        ('A = env.int("A", default=0)  # zero', ("`0`", "zero")),
        ('A = env.list("A", default=[])  # many', ("none", "many")),
        ('# of a block\n\nA = env("A", default="b")', ("`b`", "")),
        ('A = {"b": env.str("A", default=c + d)}', ("?", "")),
    ],
)
def test_a_setting_is_read_with_the_comment_at_it(line, row):
    assert read(f"# --- data {'-' * 20}\n{line}\n") == [Setting("A", "data", *row)]


def test_a_document_without_a_place_for_it_is_refused():
    with pytest.raises(ValueError, match="no place"):
        written_into("# Running it")


def test_a_bar_in_a_comment_breaks_no_row():
    assert all(row.replace("\\|", "").count("|") == 4 for row in table().splitlines())
