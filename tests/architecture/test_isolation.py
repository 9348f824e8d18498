"""Tests stay on this machine and away from this clone's data."""

import socket
from pathlib import Path

import pytest
import pytest_socket
from django.conf import settings

ROOT = Path(__file__).resolve().parents[2]


def test_nothing_outside_this_machine_can_be_reached() -> None:
    with pytest.raises(pytest_socket.SocketConnectBlockedError):
        socket.create_connection(("192.0.2.1", 443), timeout=1)


def test_loopback_can_be_reached() -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        socket.create_connection(server.getsockname(), timeout=5).close()


def test_the_tests_use_no_data_of_this_clone() -> None:
    used = [settings.VAR_DIR, settings.LOG_FILE, settings.LOCAL_REPOSITORIES, settings.STATIC_ROOT]
    assert not [path for path in used if path.is_relative_to(ROOT)]
    assert settings.TESTING
