"""What an operator sees when cars come: a charge starts, and its setpoint falls when another car plugs in."""

import asyncio
import json
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from simulator.car import CarSpec
from simulator.spec import StationSpec
from simulator.world import World
from tests.flows.conftest import Product

pytestmark = pytest.mark.timeout(180)

QUICK = CarSpec(lag_s=0.2, ramp_s=0.5, start_delay_s=0.2, soc=0.1)


def site() -> dict[str, Any]:
    connectors = [{"id": 1, "phases": "L1L2L3", "max_current_a": 32}]
    stations = [{"box_identity": f"EV-{n}", "name": f"Bay {n}", "connectors": connectors} for n in (1, 2)]
    return {
        "site": {"name": "Harbour", "grid": "3x400N", "settle_s": 2},
        "zones": [{"name": "Quay", "max_current_a": 40, "stations": stations}],
        "groups": [{"name": "Open", "online": "off", "offline": "all", "stations": "all"}],
    }


@contextmanager
def street(document: dict[str, Any], ocpp_url: str) -> Iterator[Callable[[Callable[[World], object]], None]]:
    """Stations and cars on an event loop of their own; what is yielded does something there."""
    ready, done = threading.Event(), threading.Event()
    found: list[tuple[World, asyncio.AbstractEventLoop]] = []

    async def live() -> None:
        world = World(document, base=StationSpec("", sample_s=10, boot_s=1))
        await world.start(ocpp_url, spread_s=0.2)
        found.append((world, asyncio.get_running_loop()))
        ready.set()
        await asyncio.to_thread(done.wait)
        await world.stop()

    thread = threading.Thread(target=lambda: asyncio.run(live()))
    thread.start()
    assert ready.wait(20)
    world, loop = found[0]
    try:
        yield lambda act: loop.call_soon_threadsafe(lambda: act(world)) and None
    finally:
        done.set()
        thread.join(20)


def test_a_setpoint_falls_when_another_car_plugs_in(product: Product, page: Page, tmp_path: Path) -> None:
    document = site()
    file = tmp_path / "site.json"
    file.write_text(json.dumps(document))
    product.manage("load_site", str(file))
    bay_1, bay_2 = page.locator("tr.outlet", has_text="Bay 1"), page.locator("tr.outlet", has_text="Bay 2")
    with street(document, product.ocpp_url) as tell:
        expect(bay_1).to_contain_text("Available", timeout=30_000)
        tell(lambda world: world.plug("EV-1", car=QUICK))
        expect(bay_1.locator('[data-f="set"]')).to_have_text("32 A", timeout=30_000)
        expect(bay_1).to_contain_text("Charging")
        tell(lambda world: world.plug("EV-2", car=QUICK))
        expect(bay_1.locator('[data-f="set"]')).to_have_text("20 A", timeout=30_000)
        expect(bay_2.locator('[data-f="set"]')).to_have_text("20 A", timeout=30_000)
        expect(bay_1.locator('[data-f="why"]')).to_contain_text("2 cars share 40 A")
