"""GitHub: one call, one request; no waiting and no repeating."""

from provisioning.clients.github.answers import Identity, Key, Owner, Pull, Repository
from provisioning.clients.github.client import GitHubClient
from provisioning.clients.github.errors import Moved, NotAsOrdered, NotReady, RuleViolation

__all__ = [
    "GitHubClient",
    "Identity",
    "Key",
    "Moved",
    "NotAsOrdered",
    "NotReady",
    "Owner",
    "Pull",
    "Repository",
    "RuleViolation",
]
