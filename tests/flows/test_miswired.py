"""A meter that the cars have proven wrong, and a person who has put it right (MET-6), in French on a telephone too."""

import json
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.flows.conftest import Product
from tests.flows.test_charging import site
from tests.flows.test_journal import PHONE, speak

pytestmark = pytest.mark.timeout(240)
RAISE = (
    "from journal.services import raise_alarm;"
    "raise_alarm(code='meter_phases_swapped', subject='Main meter', params={'line': 'L1', 'shown_on': 'L2'})"
)


def test_a_meter_that_was_put_right_is_believed_again_with_a_button(
    product: Product, page: Page, tmp_path: Path
) -> None:
    document = site()
    document["meters"] = [{"name": "Main meter", "model": "PM5320, IEM3x5x", "host": "127.0.0.1", "port": 9}]
    document["zones"][0] |= {"meter": "Main meter", "degraded_a": 10}
    file = tmp_path / "site.json"
    file.write_text(json.dumps(document))
    product.manage("load_site", str(file))
    product.manage("shell", "-v", "0", "-c", RAISE)
    page.goto(f"{product.url}/alarms/")
    alarm = page.locator(".alarm-list > li", has_text="Phases look swapped")
    expect(alarm).to_contain_text("until then the meter is not believed")
    speak(product, page, "fr")
    page.set_viewport_size(PHONE)
    page.goto(f"{product.url}/alarms/")
    assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")
    alarm = page.locator(".alarm-list > li", has_text="Les phases semblent inversées entre elles")
    alarm.get_by_role("button", name="Il est bien câblé maintenant").click()
    expect(page.get_by_text("Les mesures du compteur Main meter comptent à nouveau.")).to_be_visible()
    expect(alarm).to_have_count(0)
    page.goto(f"{product.url}/journal/")
    expect(page.locator(".journal-table")).to_contain_text("Le compteur est maintenant bien câblé, dit ")
