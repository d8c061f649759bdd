"""What a configuration allows and somebody will be surprised by: one list, shown wherever configuration happens."""

from commissioning.checks import hours, production, reductions, stations, zones
from commissioning.checks.findings import Finding, Kind, Severity
from commissioning.checks.site import CheckedSite
from zones import periods

__all__ = ["check"]

_ORDER = list(Severity)


def check(site: CheckedSite) -> list[Finding]:
    """Every finding, the worst first, in the active language. Pure."""
    found = [
        *zones.findings(site),
        *stations.findings(site),
        *production.findings(site),
        *reductions.findings(site),
        *(
            Finding("period_rule", Kind.PERIOD, p.path, p.message, Severity.ERROR)
            for p in periods.problems(site.periods)
        ),
        *hours.findings(site),
    ]
    return sorted(dict.fromkeys(found), key=lambda finding: _ORDER.index(finding.severity))
