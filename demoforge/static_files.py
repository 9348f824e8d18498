"""Collects the static files, but only when they have changed since the last start."""

import hashlib

from django.conf import settings
from django.contrib.staticfiles.finders import get_finders
from django.core.management import call_command


def collect_if_changed() -> bool:
    """Bring STATIC_ROOT up to date; whether there was anything to do."""
    stamp = settings.STATIC_ROOT / ".sources"
    state = _state()
    if stamp.is_file() and stamp.read_text() == state:
        return False
    call_command("collectstatic", interactive=False, verbosity=0, clear=True)
    stamp.write_text(state)
    return True


def _state() -> str:
    """A digest over name, size and time of change of every source file, and how they are stored."""
    digest = hashlib.sha256(settings.STORAGES["staticfiles"]["BACKEND"].encode())
    for finder in get_finders():
        for path, storage in sorted(finder.list(ignore_patterns=None), key=lambda found: found[0]):
            changed = storage.get_modified_time(path).timestamp()
            digest.update(f"{path}:{storage.size(path)}:{changed}\n".encode())
    return digest.hexdigest()
