"""Signing in, as people do it."""

import re

import pytest
from playwright.sync_api import expect

PASSWORD = "a-good-password"


def test_signing_in_leads_to_where_i_wanted_to_be_and_out_again(page, member):
    page.goto("/accounts/profile/")
    page.get_by_label("E-mail address").fill(member.email)
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Sign in").click()
    expect(page).to_have_url(re.compile("/accounts/profile/$"))
    expect(page.get_by_role("heading", level=1)).to_have_text("My profile")
    page.get_by_text("LB", exact=True).click()
    page.get_by_role("button", name="Sign out").click()
    expect(page).to_have_url(re.compile("/accounts/login/$"))


def test_a_wrong_password_is_said_beside_the_form_and_the_address_is_kept(page, member):
    page.goto("/accounts/login/")
    page.get_by_label("E-mail address").fill(member.email)
    page.get_by_label("Password").fill("wrong")
    page.keyboard.press("Enter")
    expect(page.get_by_role("alert").or_(page.locator(".alert"))).to_contain_text("not correct")
    expect(page.get_by_label("E-mail address")).to_have_value(member.email)


def test_my_choice_of_language_and_colours_shows_at_once(page, signed_in, member):
    signed_in(page, member).goto("/accounts/profile/")
    page.get_by_label("Language").select_option("nl")
    page.get_by_label("Colours").select_option("dark")
    page.get_by_role("button", name="Save").click()
    expect(page.locator("html")).to_have_attribute("lang", "nl")
    expect(page.locator("html")).to_have_attribute("data-bs-theme", "dark")
    expect(page.locator("[name=language]")).to_have_value("nl")


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("language", ["en", "nl"])
def test_profile_and_sign_in_bar_nobody(page, signed_in, member, find_barriers, language, theme):
    page.emulate_media(color_scheme=theme)
    page.set_extra_http_headers({"Accept-Language": language})
    page.goto("/accounts/login/")
    assert find_barriers(page) == []
    member.language, member.theme = language, theme
    member.save()
    signed_in(page, member).goto("/accounts/profile/")
    assert find_barriers(page) == []


def test_the_pages_fit_a_phone_320_pixels_wide(page, signed_in, member):
    page.set_viewport_size({"width": 320, "height": 640})
    for address in ("/accounts/login/", "/accounts/profile/", "/accounts/password/change/"):
        page.goto(address)
        assert page.evaluate("document.documentElement.scrollWidth") <= 320
        signed_in(page, member)
