"""The entry point of WSGI servers."""

import gc
import os

from django.core.wsgi import get_wsgi_application
from django.urls import get_resolver

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "demoforge.settings")

application = get_wsgi_application()

# Views and all they import are loaded now, not by the first request. They stay, so the garbage collector need not walk
# them again within somebody's request: with 10,000 demos that is 100 ms and more.
len(get_resolver().url_patterns)
gc.collect()
gc.freeze()
