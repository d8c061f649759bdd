"""The live page in a browser: it follows the site, says when it is old, and comes back by itself."""

import json
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.flows.conftest import Product

pytestmark = pytest.mark.timeout(180)


def site(**changed: Any) -> dict[str, Any]:
    connectors = [{"id": 1, "phases": "L1L2L3", "max_current_a": 32}]
    stations = [{"box_identity": f"EV-{n}", "name": f"Bay {n}", "connectors": connectors} for n in (1, 2)]
    return {
        "site": {"name": "Harbour", "grid": "3x400N"},
        "zones": [{"name": "Quay", "max_current_a": 60, "stations": stations, **changed}],
    }


def load(product: Product, folder: Path, document: dict[str, Any]) -> None:
    path = folder / "site.json"
    path.write_text(json.dumps(document))
    product.manage("load_site", str(path))


def test_a_loaded_site_and_its_changes_appear_without_reloading(product: Product, page: Page, tmp_path: Path) -> None:
    load(product, tmp_path, site())
    expect(page.locator("tr.outlet")).to_have_count(2, timeout=15_000)
    expect(page.locator("tr.outlet").first).to_contain_text("never connected")
    page.evaluate("window.neverReloaded = true")
    load(product, tmp_path, site(max_current_a=48))
    expect(page.locator('.zone [data-f="lim1"]')).to_have_text("48", timeout=15_000)
    assert page.evaluate("window.neverReloaded") is True


def test_the_page_says_when_evce_is_gone_and_recovers(product: Product, page: Page, tmp_path: Path) -> None:
    load(product, tmp_path, site())
    expect(page.locator("tr.outlet")).to_have_count(2, timeout=15_000)
    product.kill()
    expect(page.locator("[data-banner]")).to_contain_text("No connection to EVCE", timeout=10_000)
    expect(page.locator("[data-live]")).to_have_class("live is-stale")
    product.start()
    expect(page.locator("[data-banner]")).to_have_text("", timeout=30_000)
    expect(page.locator("[data-live]")).to_have_class("live")


def test_filters_work_by_keyboard_and_stay_in_the_address(product: Product, page: Page, tmp_path: Path) -> None:
    load(product, tmp_path, site())
    expect(page.locator("tr.outlet")).to_have_count(2, timeout=15_000)
    page.locator('[data-chip="charging"]').press("Enter")
    expect(page.locator("tr.outlet:visible")).to_have_count(0)
    expect(page.get_by_text("No charging point is in this state.")).to_be_visible()
    page.reload()
    expect(page.locator('[data-chip="charging"]')).to_have_attribute("aria-current", "true")
    page.locator('[data-chip="offline"]').press("Enter")
    expect(page.locator("tr.outlet:visible")).to_have_count(2)


def test_nothing_sticks_out_of_the_screen(product: Product, page: Page, tmp_path: Path) -> None:
    load(product, tmp_path, site())
    expect(page.locator("tr.outlet")).to_have_count(2, timeout=15_000)
    for width in (320, 360, 820, 1280):
        page.set_viewport_size({"width": width, "height": 740})
        assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth"), width
