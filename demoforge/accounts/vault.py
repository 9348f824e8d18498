"""Secrets of users: encrypted in Redis memory, per user, for a limited time; gone at log-out and at the next log-in.

The encryption key is derived from the server's key, the user, their password and log-in, the secret's name and what
it is bound to (such as the address it may be sent to). So a secret cannot be read any more once the password is
changed or somebody has logged in anew, and never as another secret or for another address, whatever is left in
memory. Workers read by user id. Without Redis, as in the headless command, secrets live in this process only.
"""

import base64
import hashlib
import hmac
import json
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from typing import Literal, get_args

import structlog
from cryptography.fernet import Fernet, InvalidToken
from django.conf import settings
from django.core.cache import cache
from redis import RedisError

from demoforge.accounts.models import User
from demoforge.errors import Explained

log = structlog.get_logger(__name__)

SecretName = Literal[
    "anthropic_key",
    "openai_key",
    "compatible_key",
    "github_token",
    "dbt_cloud_token",
    "dbt_cloud_user_token",
    "snowflake_password",
    "snowflake_private_key",
    "snowflake_passphrase",
    "bigquery_keyfile",
    "databricks_token",
    "redshift_password",
]
NAMES: tuple[SecretName, ...] = get_args(SecretName)


class VaultUnreachable(Explained):
    """The memory that holds the secrets does not answer."""

    status = 503

    def __init__(self) -> None:
        super().__init__(
            "The memory that keeps keys cannot be reached, so nothing was kept.",
            "Try again in a minute; if it happens again, tell an administrator that Redis does not answer.",
        )


def put(user: User, name: SecretName, secret: str, *, bound_to: str = "") -> None:
    """Keep a secret of a user, in place of an earlier one; its time begins anew. Raises VaultUnreachable."""
    token = _cipher(user, name, bound_to).encrypt(secret.encode()).decode()
    with _reached():
        cache.set(_place(user, name), token, timeout=settings.SECRET_SECONDS)


def get(user: User, name: SecretName, *, bound_to: str = "") -> str | None:
    """The secret; None when there is none for this, its time is over, or password or log-in have changed."""
    token = _token(user, name)
    if token is None:
        return None
    try:
        found = _cipher(user, name, bound_to).decrypt(token.encode(), ttl=settings.SECRET_SECONDS)
    except InvalidToken:
        return None
    return found.decode()


def kept_until(user: User, name: SecretName, *, bound_to: str = "") -> datetime | None:
    """When the secret will be forgotten; None when there is no readable one."""
    token = _token(user, name)
    if token is None:
        return None
    try:
        kept_at = _cipher(user, name, bound_to).extract_timestamp(token.encode())
    except InvalidToken:
        return None
    until = datetime.fromtimestamp(kept_at, UTC) + timedelta(seconds=settings.SECRET_SECONDS)
    return until if until > datetime.now(UTC) else None


def has(user: User, name: SecretName, *, bound_to: str = "") -> bool:
    """Whether there is a readable secret."""
    return get(user, name, bound_to=bound_to) is not None


def forget(user: User, name: SecretName) -> None:
    """Remove one secret. One that is not there is no error. Raises VaultUnreachable."""
    with _reached():
        cache.delete(_place(user, name))


def forget_all(user: User) -> None:
    """Remove every secret of a user: at log-out, and at log-in.

    Nobody is kept from either when the memory does not answer: the next log-in makes the secrets unreadable anyway.
    """
    try:
        with _reached():
            cache.delete_many([_place(user, name) for name in NAMES])
    except VaultUnreachable:
        log.warning("vault_not_wiped", user=user.pk)


def _token(user: User, name: SecretName) -> str | None:
    """What is kept, still encrypted; None also when the memory does not answer."""
    try:
        with _reached():
            token = cache.get(_place(user, name))
    except VaultUnreachable:
        return None
    return token if isinstance(token, str) else None


def _place(user: User, name: SecretName) -> str:
    return f"vault:{user.pk}:{name}"


def _cipher(user: User, name: SecretName, bound_to: str) -> Fernet:
    logged_in = user.last_login.timestamp() if user.last_login else 0
    state = json.dumps(["vault", user.pk, user.get_session_auth_hash(), logged_in, name, bound_to])
    digest = hmac.new(settings.VAULT_KEY.encode(), state.encode(), hashlib.sha256).digest()
    return Fernet(base64.urlsafe_b64encode(digest))


@contextmanager
def _reached() -> Iterator[None]:
    try:
        yield
    except RedisError as error:
        log.warning("vault_unreachable", error=type(error).__name__)
        raise VaultUnreachable from None
