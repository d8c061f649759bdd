"""What an operator sees of a station that accepts its limits and ignores them (S15), and what to do about it."""

import json
from dataclasses import replace
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from simulator.world import World
from tests.flows.conftest import Product
from tests.flows.test_charging import QUICK, site, street

pytestmark = pytest.mark.timeout(240)
PHONE = {"width": 360, "height": 740}


def ignore_limits(world: World) -> None:
    station = world.station("EV-1")
    station.behave(replace(station.spec, ignores_limits=True), world.now())


def test_a_station_that_ignores_its_limit_is_shown_and_put_back_by_its_operator(
    product: Product, page: Page, tmp_path: Path
) -> None:
    document = site()
    file = tmp_path / "site.json"
    file.write_text(json.dumps(document))
    product.manage("load_site", str(file))
    bay_1, bay_2 = page.locator("tr.outlet", has_text="Bay 1"), page.locator("tr.outlet", has_text="Bay 2")
    with street(document, product.ocpp_url) as tell:
        expect(bay_1).to_contain_text("Available", timeout=30_000)
        tell(ignore_limits)
        tell(lambda world: world.plug("EV-1", car=QUICK))
        tell(lambda world: world.plug("EV-2", car=QUICK))
        expect(bay_1).to_contain_text("Not controllable", timeout=60_000)
        expect(bay_1.locator('[data-f="why"]')).to_contain_text("It was told")
        expect(bay_2.locator('[data-f="set"]')).to_have_text("8 A")
        page.set_viewport_size(PHONE)
        bay_1.get_by_role("link").click()
        card = page.locator(".disobeys")
        expect(card).to_contain_text("Connector 1 needs attention")
        expect(card).to_contain_text("EVCE keeps its rating of 32 A for it")
        assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")
        card.get_by_role("button").click()
        expect(page.get_by_text("Connector 1 is tried again.")).to_be_visible()
        expect(page.locator(".journal-table")).to_contain_text("put back into service by")
