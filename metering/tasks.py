"""What Celery beat asks of the meters."""

from celery import shared_task

from metering.polling import poller


@shared_task(name="metering.tasks.poll_meters", ignore_result=True)
def poll_meters() -> None:
    """A tick, every second, on the queue "polling" (one consuming process). The polling itself goes on without it."""
    poller.tick()
