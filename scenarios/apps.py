"""The scenarios app: what the demo is."""

from django.apps import AppConfig


class ScenariosConfig(AppConfig):
    """Demos, plans, proofs."""

    name = "scenarios"
