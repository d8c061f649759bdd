"""What an ASGI server is pointed at."""

import os

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "evce_project.settings")

from django.core.asgi import get_asgi_application

# Django must be set up before consumers and their models are imported.
_pages = get_asgi_application()

from evce_project.routing import build_application

application = build_application(_pages)
