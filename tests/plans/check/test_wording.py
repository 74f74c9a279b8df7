"""Results are told from efforts, everyday work and headings, in Dutch and in English."""

import unicodedata

import pytest
from django.utils import translation
from hypothesis import given
from hypothesis import strategies as st

from ogsm.demo.dutch import PLAN as DUTCH_DEMO
from ogsm.demo.english import PLAN as ENGLISH_DEMO
from plans.check.advice import LONGEST, how_advice, result_advice
from plans.check.wording import weak_how, weak_result
from plans.check.words import Weakness

from .wordings import (
    BAD_HOWS,
    BAD_RESULTS_DUTCH,
    BAD_RESULTS_ENGLISH,
    GOOD_HOWS,
    GOOD_RESULTS_DUTCH,
    GOOD_RESULTS_ENGLISH,
    USUAL_RESULTS_DUTCH,
    USUAL_RESULTS_ENGLISH,
)

GOOD = [*GOOD_RESULTS_DUTCH, *GOOD_RESULTS_ENGLISH]
BAD = [*BAD_RESULTS_DUTCH, *BAD_RESULTS_ENGLISH]
USUAL = [*USUAL_RESULTS_DUTCH, *USUAL_RESULTS_ENGLISH]
DEMO = [DUTCH_DEMO, ENGLISH_DEMO]


@pytest.mark.parametrize("text", GOOD)
def test_a_result_is_let_pass(text):
    assert weak_result(text) is None


@pytest.mark.parametrize(("text", "words"), BAD)
def test_an_effort_a_wish_or_a_heading_is_noticed_by_its_words(text, words):
    found = weak_result(text)
    assert found is not None
    assert found.words.casefold() == words.casefold()
    assert found.weakness is not Weakness.USUAL


@pytest.mark.parametrize(("text", "words"), USUAL)
def test_everyday_work_is_noticed_by_its_words(text, words):
    found = weak_result(text)
    assert found is not None
    assert (found.words.casefold(), found.weakness) == (words.casefold(), Weakness.USUAL)


@pytest.mark.parametrize("text", GOOD_HOWS)
def test_a_how_that_can_be_seen_is_let_pass(text):
    assert weak_how(text) is None


@pytest.mark.parametrize(("text", "words"), BAD_HOWS)
def test_a_how_that_is_an_intention_is_noticed_by_its_words(text, words):
    found = weak_how(text)
    assert found is not None
    assert found.words.casefold() == words.casefold()


@pytest.mark.parametrize("text", [action.result for plan in DEMO for action in plan.actions])
def test_the_results_of_the_demo_are_results(text):
    assert weak_result(text) is None


@pytest.mark.parametrize("text", [choice.how for plan in DEMO for choice in plan.choices])
def test_the_hows_of_the_demo_are_hows(text):
    assert weak_how(text) is None


@pytest.mark.parametrize("text", ["", "   ", "!", "…"])
def test_what_says_nothing_at_all_is_let_pass(text):
    assert weak_result(text) is None
    assert weak_how(text) is None


@given(st.text(max_size=300))
def test_any_text_at_all_is_answered_with_words_of_its_own(text):
    found = weak_result(text)
    plain = " ".join(unicodedata.normalize("NFC", text).replace("’", "'").split())
    assert found is None or (found.words and found.words in plain)


@given(st.sampled_from([text for text, _ in [*BAD, *USUAL]]), st.sampled_from(["upper", "lower", "title", "swapcase"]))
def test_capitals_change_nothing(text, case):
    found, shouted = weak_result(text), weak_result(getattr(text, case)())
    assert shouted is not None
    assert found is not None
    assert (shouted.weakness, shouted.words.lower()) == (found.weakness, found.words.lower())


@given(st.sampled_from(GOOD), st.sampled_from([" ", "  ", "\t", "\n", "\N{NO-BREAK SPACE}"]))
def test_spaces_and_line_ends_change_nothing(text, space):
    assert weak_result(space + text.replace(" ", space) + space) is None


def test_the_advice_quotes_the_text_and_speaks_the_readers_language():
    text = "Samenwerking met de gemeente bevorderen"
    with translation.override("en"):
        assert result_advice(text) == "“bevorderen” is an effort. What will be true when it is done?"
    with translation.override("nl"):
        assert "‘bevorderen’" in result_advice(text)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("Facturen op tijd versturen", "“versturen” is work that goes on."),
        ("Zoveel mogelijk klanten bellen", "“Zoveel mogelijk” leaves it open."),
        ("Website", "“Website” is a subject."),
        ("De website is live", ""),
    ],
)
def test_each_weakness_has_advice_of_its_own(text, said):
    assert result_advice(text).startswith(said)
    assert bool(result_advice(text)) == bool(said)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("het stimuleren van ondernemerschap", "“stimuleren” is an intention."),
        ("doorgaan met wat we doen", "“doorgaan met” is going on as before."),
        ("beter samen te werken", "“beter” leaves it open."),
        ("actief accountmanagement", ""),
        ("accountmanagement", ""),
    ],
)
def test_a_how_has_advice_of_its_own(text, said):
    assert how_advice(text).startswith(said)
    assert bool(how_advice(text)) == bool(said)


def test_only_the_beginning_of_an_endless_text_is_looked_at():
    assert result_advice("de hal is open " * LONGEST + "verbeteren") == ""
