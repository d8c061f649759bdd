"""What happened on the site, read and searched in English and in French, on a telephone too."""

import json
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.flows.conftest import Product
from tests.flows.test_charging import QUICK, site, street

pytestmark = pytest.mark.timeout(240)
PHONE = {"width": 360, "height": 740}


def speak(product: Product, page: Page, language: str) -> None:
    page.goto(f"{product.url}/account/language/")
    page.locator(f"[name=language][value={language}]").check()
    page.locator("main form button[type=submit]").click()


def test_the_journal_is_read_and_searched_in_two_languages(product: Product, page: Page, tmp_path: Path) -> None:
    document = site()
    file = tmp_path / "site.json"
    file.write_text(json.dumps(document))
    product.manage("load_site", str(file))
    with street(document, product.ocpp_url) as tell:
        expect(page.locator("tr.outlet", has_text="Bay 1")).to_contain_text("Available", timeout=30_000)
        tell(lambda world: world.plug("EV-1", car=QUICK))
        expect(page.locator("tr.outlet", has_text="Bay 1")).to_contain_text("Charging", timeout=60_000)
        page.goto(f"{product.url}/journal/")
        table = page.locator(".journal-table")
        expect(table).to_contain_text("Setpoint")
        expect(table).to_contain_text("Station connected.")
        speak(product, page, "fr")
        page.set_viewport_size(PHONE)
        page.goto(f"{product.url}/journal/")
        expect(table).to_contain_text("Consigne")
        expect(table).to_contain_text("Un fichier de site a été chargé")
        expect(table).not_to_contain_text("Station connected.")
        page.locator("#text").fill("borne connectée")
        page.locator("#text").press("Enter")
        expect(table).to_contain_text("Borne connectée.")
        expect(table).not_to_contain_text("Consigne")
        assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")
