"""The product in this process, on a database of its own. Import it before anything of the product.

With `--postgres` among the arguments the database is on a PostgreSQL server, which ends with the process.
"""

import os
import sys
import tempfile
from importlib import import_module
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))
os.environ["DJANGO_SETTINGS_MODULE"] = "demoforge.settings"
VAR = tempfile.TemporaryDirectory(prefix="demoforge-bench-")
os.environ["DEMOFORGE_VAR_DIR"] = VAR.name
os.environ["DATABASE_URL"] = ""
if "--postgres" in sys.argv:
    from tests.projects.postgres import start_server

    os.environ["DATABASE_URL"] = start_server()

import django  # noqa: E402

django.setup()

from django.conf import settings  # noqa: E402
from django.core.management import call_command  # noqa: E402

from demoforge.accounts.local import ensure_local_accounts  # noqa: E402
from demoforge.accounts.models import User  # noqa: E402
from demoforge.static_files import collect_if_changed  # noqa: E402


def ready() -> User:
    """An empty database with its tables, work done in this process, which has loaded what a web process loads.

    Returns the sales engineer.
    """
    settings.INLINE_WORK = True
    call_command("migrate", interactive=False, verbosity=0)
    ensure_local_accounts()
    collect_if_changed()
    import_module("demoforge.wsgi")
    return User.objects.get(username="se")
