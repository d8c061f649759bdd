"""A real gateway in a process of its own: Daphne, the consumer, the writer, rows in SQLite. No control, no pages.

`python -m tests.gateway.serving PORT STATIONS` with EVCE_DATA_DIR set; prints `ready` once it listens.
"""

import sys

import django

VENDOR, MODEL = "Bench", "Loop"
"""What a station of this kind boots with; one of another kind would be asked anew what it can do."""


def add_stations(count: int) -> None:
    """CP0001 .. with one connector each, in one zone and a group that takes every card; known and set up already."""
    from chargers.models import Connector, Station
    from gateway.protocol.setup import MEASURAND_LADDER, MEASURANDS, WANTED
    from rfid.models import AuthGroup
    from zones.models import Zone

    zone, _ = Zone.objects.get_or_create(name="all", defaults={"max_current_a": 1_000})
    group, _ = AuthGroup.objects.get_or_create(name="all", defaults={"online": "all"})
    known = {**dict(WANTED), MEASURANDS: MEASURAND_LADDER[0]}
    stations = Station.objects.bulk_create(
        Station(
            box_identity=f"CP{i:04d}",
            state=Station.State.INSTALLED,
            group=group,
            zone=zone,
            vendor=VENDOR,
            model=MODEL,
            configuration=known,
        )
        for i in range(1, count + 1)
    )
    Connector.objects.bulk_create(Connector(station=station, number=1) for station in stations)


def serve(port: int, stations: int) -> None:
    from daphne.server import Server, twisted_loop
    from django.core.management import call_command

    from common.writer import writer
    from gateway.consumer import StationConsumer
    from gateway.port import port as stations_port

    call_command("migrate", verbosity=0)
    add_stations(stations)
    writer.start()

    def ready() -> None:
        stations_port.open(twisted_loop)
        # Endpoints listen from the next turn of the loop on.
        twisted_loop.call_soon(lambda: print("ready", flush=True))

    Server(
        application=StationConsumer.as_asgi(),
        endpoints=[f"tcp:{port}:interface=127.0.0.1"],
        ready_callable=ready,
        websocket_timeout=-1,
        ping_interval=10,
        ping_timeout=0,
        verbosity=0,
    ).run()
    writer.stop()


if __name__ == "__main__":
    django.setup()
    serve(int(sys.argv[1]), int(sys.argv[2]))
