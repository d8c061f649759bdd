"""The 15-minute review of priorities, driven by Celery beat."""

from celery import shared_task

from common import hints


@shared_task(name="control.tasks.review_ranks", ignore_result=True)
def review_ranks() -> None:
    """Tell the core that ranks are due (ENE-11)."""
    hints.send("review", {})
