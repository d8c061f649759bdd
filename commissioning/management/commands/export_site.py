"""`manage.py export_site`: the site as a site file, on standard output."""

from typing import Any

from django.core.management.base import BaseCommand
from django.db import transaction

from commissioning.exporting import export_site, to_json


class Command(BaseCommand):
    help = "Write the installation as a JSON file that load_site reads (docs/site-file.md)."

    def handle(self, *args: Any, **options: Any) -> None:
        with transaction.atomic():
            document = export_site()
        self.stdout.write(to_json(document), ending="")
