"""A zone meter whose signs flip under load (F11): what flowed in can't flow out a second later."""

from engine.building import distrust, production_ma
from engine.state import Lines, Site, Zone
from engine.wiring import LINES

LOADED_MA = 3_000
READS = 2
"""The sun may be read a second later than what it feeds in."""
SIGN = "sign"


def check_signs(site: Site, now: float) -> None:
    """Distrust a meter that shows every loaded line reversed at once, until it shows import there again.

    What the metered production explains is no reversal; while a production meter is lost nothing is known of that, and
    what was behind the meter before is what its readings after that are compared with.
    """
    known = all(site.meters[meter].trusted for meter in site.config.production_meters)
    production = production_ma(site, now)
    for position, config in enumerate(site.config.zones):
        meter, zone = site.meters.get(config.meter or 0), site.zones[position]
        if config.meter is None or meter is None or not meter.fresh:
            continue
        if not known and not zone.reversed_reads:
            continue
        _look(zone, [meter.currents_ma[line] + production[position][line] for line in LINES])
        if zone.reversed_reads >= READS:
            distrust(site, meter, SIGN)


def recall_reversal(site: Site, meter: int) -> None:
    """It was reversed before a restart: what it shows now is no reading of a zone that gives its production away."""
    for position, config in enumerate(site.config.zones):
        if config.meter == meter:
            zone = site.zones[position]
            zone.behind_ma, zone.reversed_reads = [LOADED_MA] * len(LINES), READS
            site.alarm("meter_lost", site.meters[meter].config.name, raised=True, reason=SIGN)


def _look(zone: Zone, behind: Lines) -> None:
    """`zone.behind_ma` stays what it was before a reversal until that is over."""
    before = zone.behind_ma
    if before is not None and (_still if zone.reversed_reads >= READS else _reversed)(before, behind):
        zone.reversed_reads += 1
    else:
        zone.behind_ma, zone.reversed_reads = behind, 0


def _reversed(before: Lines, now: Lines) -> bool:
    """Each line that carried a load shows at least half of it as export."""
    loaded = [line for line in LINES if before[line] >= LOADED_MA]
    return bool(loaded) and all(now[line] < -before[line] // 2 for line in loaded)


def _still(before: Lines, now: Lines) -> bool:
    """No line that carried a load shows import again, or one of them shows a load as export: others may be off."""
    loaded = [now[line] for line in LINES if before[line] >= LOADED_MA]
    return all(ma <= 0 for ma in loaded) or any(ma <= -LOADED_MA for ma in loaded)
