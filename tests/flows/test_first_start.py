"""The first minutes with EVCE: first start, log-in, language, light and dark, a phone."""

import pytest
from playwright.sync_api import Page, expect

from tests.flows.conftest import Product, log_in

PHONE = {"width": 320, "height": 640}


def finish_first_start(page: Page, product: Product) -> None:
    page.goto(product.url)
    page.locator("[name=code]").fill(product.first_start_code)
    for role, who in (("admin", product.admin), ("operator", product.operator)):
        page.locator(f"[name={role}_name]").fill(who.name)
        page.locator(f"[name={role}_password]").fill(who.password)
        page.locator(f"[name={role}_password_again]").fill(who.password)
    page.locator("[name=understood]").check()
    page.locator("main button[type=submit]").click()


def overflow_px(page: Page) -> int:
    """How far the page would have to be scrolled sideways."""
    return int(page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth"))


@pytest.mark.timeout(180)
def test_the_first_start_leads_to_the_live_page_and_closes(fresh_product: Product, stranger: Page) -> None:
    assert fresh_product.first_start_code in fresh_product.log
    finish_first_start(stranger, fresh_product)
    expect(stranger.get_by_role("button", name=fresh_product.admin.name)).to_be_visible()
    assert not (fresh_product.data_dir / "first-start-code").exists()
    stranger.goto(f"{fresh_product.url}/first-start/")
    expect(stranger).not_to_have_url(f"{fresh_product.url}/first-start/")


@pytest.mark.timeout(180)
def test_a_user_logs_in_reads_french_in_the_dark_on_a_phone(product: Product, stranger: Page) -> None:
    log_in(stranger, product, product.operator)
    stranger.goto(f"{product.url}/account/language/")
    stranger.get_by_label("Français").check()
    stranger.get_by_role("button", name="Save").click()
    expect(stranger.locator("html")).to_have_attribute("lang", "fr")

    stranger.locator(".theme-toggle").click()
    stranger.locator("[data-theme-choice=dark]").click()
    expect(stranger.locator("html")).to_have_attribute("data-bs-theme", "dark")
    stranger.reload()
    expect(stranger.locator("html")).to_have_attribute("data-bs-theme", "dark")

    stranger.set_viewport_size(PHONE)
    for path in ("/", "/account/password/", "/account/language/"):
        stranger.goto(product.url + path)
        assert overflow_px(stranger) <= 0, path


@pytest.mark.timeout(180)
def test_the_pages_are_used_by_keyboard(product: Product, stranger: Page) -> None:
    stranger.goto(f"{product.url}/login/")
    stranger.keyboard.type(product.operator.name)
    stranger.keyboard.press("Tab")
    stranger.keyboard.type(product.operator.password)
    stranger.keyboard.press("Enter")
    stranger.wait_for_url(lambda url: "/login/" not in url)

    stranger.goto(f"{product.url}/account/language/")
    stranger.keyboard.press("Tab")
    expect(stranger.locator(".skip-link")).to_be_focused()
    stranger.keyboard.press("Enter")
    expect(stranger.locator("main")).to_be_focused()
    stranger.keyboard.press("Tab")
    expect(stranger.locator("[name=language]:focus")).to_have_count(1)


@pytest.mark.timeout(180)
def test_nothing_is_loaded_from_elsewhere(product: Product, stranger: Page) -> None:
    asked: list[str] = []
    stranger.on("request", lambda request: asked.append(request.url))
    log_in(stranger, product, product.admin)
    stranger.goto(f"{product.url}/admin/")
    assert asked
    assert [url for url in asked if not url.startswith((product.url, product.url.replace("http", "ws"), "data:"))] == []
