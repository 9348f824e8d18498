"""The accounts app."""

from django.apps import AppConfig


class AccountsConfig(AppConfig):
    """Users, roles, audit."""

    name = "demoforge.accounts"
    label = "accounts"
