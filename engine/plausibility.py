"""A zone meter whose signs flip under load (F11): what flowed in can't flow out a second later."""

from engine.building import distrust
from engine.state import Site
from engine.wiring import LINES

LOADED_MA = 3_000
SIGN = "sign"


def check_signs(site: Site) -> None:
    """Distrust a meter that shows every loaded line reversed at once, until it shows import there again.

    What the metered production explains is no reversal.
    """
    for position, config in enumerate(site.config.zones):
        if config.meter is None or not site.meters[config.meter].fresh:
            continue
        meter, zone = site.meters[config.meter], site.zones[position]
        behind = [meter.currents_ma[line] + zone.production_ma[line] for line in LINES]
        if zone.reversed_ma is None and zone.behind_ma is not None and _reversed(zone.behind_ma, behind):
            zone.reversed_ma = zone.behind_ma
        elif zone.reversed_ma is not None and not _reversed(zone.reversed_ma, behind, 0):
            zone.reversed_ma = None
        zone.behind_ma = behind
        if zone.reversed_ma is not None:
            distrust(site, meter, SIGN)


def _reversed(before: list[int], now: list[int], share_pct: int = 50) -> bool:
    """Each line that carried a load shows at least this share of it as export."""
    loaded = [line for line in LINES if before[line] >= LOADED_MA]
    return bool(loaded) and all(now[line] < -before[line] * share_pct // 100 for line in loaded)
