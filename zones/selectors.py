"""The installation and its tree as others read it."""

from collections.abc import Iterable

from zones.models import Site, Zone


def site() -> Site:
    """The one installation; made with its defaults when it is asked for first."""
    found, _created = Site.objects.get_or_create(pk=1)
    return found


def in_tree_order(zones: Iterable[Zone]) -> list[Zone]:
    """Parents before their sub-zones, each level in its order. Zones of a cycle are left out."""
    children: dict[int | None, list[Zone]] = {}
    for zone in sorted(zones, key=lambda z: (z.position, z.pk)):
        children.setdefault(zone.parent_id, []).append(zone)
    ordered: list[Zone] = []
    waiting = list(reversed(children.get(None, [])))
    while waiting:
        zone = waiting.pop()
        ordered.append(zone)
        waiting.extend(reversed(children.get(zone.pk, [])))
    return ordered


def zone_tree() -> list[Zone]:
    return in_tree_order(Zone.objects.all())
