"""The Celery application: tasks of every app, the schedule of the settings."""

import atexit
import os

from celery import Celery
from celery.signals import worker_init

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "evce_project.settings")

app = Celery("evce")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()


def start_writer(**_signal: object) -> None:
    """Tasks store readings through the writer, in whatever process the worker runs."""
    from common.writer import writer

    writer.start()
    atexit.register(writer.stop)


worker_init.connect(start_writer, weak=False)
