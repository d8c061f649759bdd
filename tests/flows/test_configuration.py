"""An administrator makes mistakes in the configuration, is told at once, and sees hours of the day at work."""

import json
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.flows.conftest import Product
from tests.flows.test_dashboard import load, site

pytestmark = pytest.mark.timeout(180)


def test_a_zone_too_small_for_a_car_is_told_when_it_is_saved_and_stays_on_the_check(
    product: Product, page: Page, tmp_path: Path
) -> None:
    load(product, tmp_path, site())
    page.goto(f"{product.url}/admin/zones/zone/")
    page.get_by_role("link", name="Quay").first.click()
    page.locator("[name=max_current_a]").fill("5")
    page.locator("[name=_save]").click()
    expect(page.locator(".messagelist")).to_contain_text("It gives 5 A per phase at most")
    page.goto(f"{product.url}/admin/")
    page.get_by_role("link", name="Configuration check").click()
    expect(page.locator('[data-code="zone_below_minimum"]')).to_contain_text("Bay 1/1, Bay 2/1")


def test_hours_are_set_seen_in_the_week_and_named_on_the_live_page(
    product: Product, page: Page, tmp_path: Path
) -> None:
    load(product, tmp_path, site())
    page.goto(f"{product.url}/admin/zones/touperiod/add/")
    page.locator("[name=name]").fill("All day")
    page.locator("[name=max_charge_pct]").fill("50")
    page.locator("[name=slots-0-start]").fill("00:00")
    page.locator("[name=slots-0-end]").fill("00:00")
    page.locator("[name=_save]").click()
    expect(page.locator(".messagelist")).to_contain_text("It is assigned to no zone")
    page.get_by_role("link", name="Zones", exact=True).and_(page.locator(".tabs a")).click()
    page.locator("[name=applies]").check()
    page.get_by_role("button", name="Save").click()
    page.locator(".tabs").get_by_role("link", name="Summary").click()
    expect(page.locator(".week-picture")).to_contain_text("50 % · 30 A")
    page.goto(f"{product.url}/")
    expect(page.locator(".zone")).to_contain_text("Reduced to 50 % (time of use: All day)", timeout=15_000)
    entries = product.manage(
        "shell", "-v0", "-c", "from journal.models import *; print([e.message for e in Entry.objects.all()])"
    )
    assert "Reduced to 50 % (time of use: All day)." in entries


def test_the_commands_say_the_same(product: Product, page: Page, tmp_path: Path) -> None:
    path = tmp_path / "site.json"
    path.write_text(json.dumps(site(max_current_a=5)))
    assert "less than the minimum current" in product.manage("check_site", str(path))
