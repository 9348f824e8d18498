"""The client of dbt Cloud's Admin API."""

from provisioning.clients.dbt_cloud.address import access_url
from provisioning.clients.dbt_cloud.answers import ServiceTokenRefused, TooMany, WrongAddress
from provisioning.clients.dbt_cloud.client import DbtCloudClient

__all__ = [
    "DbtCloudClient",
    "ServiceTokenRefused",
    "TooMany",
    "WrongAddress",
    "access_url",
]
