"""The ground as a Django app: its commands and static files. It has no models."""

from django.apps import AppConfig

from demoforge.celery import app as celery_app

__all__ = ["GroundConfig", "celery_app"]


class GroundConfig(AppConfig):
    """Makes the Celery app the current one in every process that loads Django."""

    name = "demoforge"
    label = "ground"
    verbose_name = "DemoForge"
