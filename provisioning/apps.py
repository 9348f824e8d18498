"""The provisioning app: make it real."""

from django.apps import AppConfig


class ProvisioningConfig(AppConfig):
    """Builds."""

    name = "provisioning"
