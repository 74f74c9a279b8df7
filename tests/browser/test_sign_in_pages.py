"""The pages around signing in: through a provider, in two steps, with a passkey, and leaving."""

import re

import pytest
from django.utils import timezone
from playwright.sync_api import expect

from tests.oidc_provider.running import PASSWORD as AT_THE_PROVIDER
from tests.oidc_provider.running import running_provider
from tests.test_two_steps import code_of

PASSWORD = "a-good-password"
NARROWEST = 320


@pytest.fixture(autouse=True)
def clock():
    """The provider's clock is the real one, and so is the one of codes; so ours is too."""


@pytest.fixture
def at():
    return timezone.now()


@pytest.fixture
def looked_at(page, find_barriers):
    """No barrier in either theme, and no wider than a narrow phone."""

    def look(name):
        wide = page.viewport_size
        assert find_barriers(page) == [], name
        page.emulate_media(color_scheme="dark")
        assert find_barriers(page, rules=["color-contrast"]) == [], f"{name} dark"
        page.emulate_media(color_scheme="light")
        page.set_viewport_size({"width": NARROWEST, "height": 640})
        assert page.evaluate("document.documentElement.scrollWidth") <= NARROWEST, name
        page.set_viewport_size(wide)

    return look


@pytest.fixture
def passkeys(page):
    """A device that keeps passkeys and always says yes."""
    device = page.context.new_cdp_session(page)
    device.send("WebAuthn.enable")
    options = {
        "protocol": "ctap2",
        "transport": "internal",
        "hasResidentKey": True,
        "hasUserVerification": True,
        "isUserVerified": True,
        "automaticPresenceSimulation": True,
    }
    device.send("WebAuthn.addVirtualAuthenticator", {"options": options})
    return device


def sign_in(page, member):
    page.goto("/accounts/login/")
    page.get_by_label("E-mail address").fill(member.email)
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Sign in", exact=True).click()


def confirm(page):
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Go on").click()


def secret_of(page):
    page.get_by_text("I cannot scan it").click()
    return page.get_by_label("Type this key in the app").input_value()


@pytest.mark.parametrize("language", ["en", "nl"])
def test_no_page_around_signing_in_has_a_barrier(page, member, looked_at, settings, problems, language):
    member.language = language
    member.save()
    settings.OIDC_ISSUER, settings.OIDC_NAME = "http://localhost:9", "Contoso"
    page.set_extra_http_headers({"Accept-Language": language})
    page.goto("/accounts/login/")
    looked_at("login")
    page.goto("/accounts/oidc/sso/login/callback/")
    looked_at("refused")
    assert problems.pop().startswith("Failed to load resource: the server responded with a status of 403")
    page.goto("/accounts/reauthenticate/")
    page.locator("[name=login]").fill(member.email)
    page.locator("[name=password]").fill(PASSWORD)
    page.locator("form[action='/accounts/login/'] button").click()
    expect(page.locator("[name=password]")).to_have_count(1)
    looked_at("reauthenticate")
    page.locator("[name=password]").fill(PASSWORD)
    page.locator(".sign-in .btn-primary").click()
    page.wait_for_url("/")
    for name in ("2fa", "2fa/totp/activate", "2fa/webauthn/add", "2fa/webauthn", "profile/remove", "profile/places"):
        page.goto(f"/accounts/{name}/")
        looked_at(name)
    page.goto("/accounts/2fa/totp/activate/")
    page.locator("details summary").last.click()
    page.locator("#id_code").fill(code_of(page.locator("#secret").input_value()))
    page.locator(".sign-in .btn-primary").click()
    expect(page.locator("#codes")).to_be_visible()
    looked_at("recovery codes")
    for name in ("2fa", "2fa/totp/deactivate", "2fa/recovery-codes/generate"):
        page.goto(f"/accounts/{name}/")
        looked_at(name)


def test_coming_in_through_the_provider_and_back_to_where_i_wanted_to_be(
    page, live_server, member, settings, tmp_path, problems
):
    with running_provider(tmp_path, f"{live_server.url}/accounts/oidc/sso/login/callback/") as provider:
        for name, value in provider.settings.items():
            setattr(settings, name, value)
        page.goto("/accounts/profile/")
        page.get_by_role("button", name="Sign in with Contoso").click()
        page.get_by_label("Username").fill("lotte")
        page.get_by_label("Password").fill(AT_THE_PROVIDER)
        page.get_by_role("button", name="Go on").click()
        expect(page.get_by_role("heading", name="My profile")).to_be_visible()
        expect(page.get_by_text(member.email)).to_be_visible()
    abroad = [problem for problem in problems if provider.address in problem]
    assert abroad
    problems[:] = [problem for problem in problems if problem not in abroad]


def test_an_app_is_set_up_by_its_picture_and_asked_for_next_time(page, member):
    sign_in(page, member)
    page.goto("/accounts/2fa/")
    page.get_by_role("link", name="Set up an app").click()
    confirm(page)
    picture = page.get_by_role("img", name="The same key as below")
    assert picture.evaluate("image => image.complete && image.naturalWidth") > 0
    secret = secret_of(page)
    page.get_by_label("Code of six digits").fill(code_of(secret))
    page.get_by_role("button", name="Switch on").click()
    expect(page.get_by_role("textbox", name="Recovery codes")).to_have_value(re.compile(r"^(\d{8}\n){9}\d{8}$"))
    with page.expect_download() as saved:
        page.get_by_role("link", name="Download").click()
    assert saved.value.suggested_filename == "recovery-codes.txt"
    page.context.clear_cookies()
    sign_in(page, member)
    page.get_by_label("Code").fill(code_of(secret, 1))
    page.get_by_role("button", name="Sign in", exact=True).click()
    expect(page).to_have_url("/")


def test_a_passkey_is_added_and_opens_the_door_alone_or_as_second_step(page, member, passkeys):
    sign_in(page, member)
    page.goto("/accounts/2fa/webauthn/add/")
    confirm(page)
    page.get_by_label("Name").fill("My laptop")
    page.get_by_role("button", name="Add a passkey").click()
    expect(page.get_by_role("heading", name="Recovery codes")).to_be_visible()
    page.goto("/accounts/2fa/webauthn/")
    expect(page.get_by_text("My laptop")).to_be_visible()
    page.context.clear_cookies()
    page.goto("/accounts/login/")
    page.get_by_role("button", name="Use a passkey").click()
    expect(page).to_have_url("/")
    page.context.clear_cookies()
    sign_in(page, member)
    page.get_by_role("button", name="Use a passkey").click()
    expect(page).to_have_url("/")


def test_a_device_that_gives_no_passkey_is_said_in_words(page, member, passkeys):
    page.goto("/accounts/login/")
    passkeys.send("WebAuthn.disable")
    page.evaluate("() => { navigator.credentials.get = () => Promise.reject(new Error('no')) }")
    page.get_by_role("button", name="Use a passkey").click()
    expect(page.get_by_text("Your device gave no passkey.")).to_be_visible()
    expect(page.get_by_role("button", name="Use a passkey")).to_be_enabled()
