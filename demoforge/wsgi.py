"""The entry point of WSGI servers."""

import gc
import os

from django.core.wsgi import get_wsgi_application
from django.urls import get_resolver

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "demoforge.settings")

application = get_wsgi_application()

# Views and all they import are loaded now, not by the first request. They stay, so the garbage collector need not walk
# them again within somebody's request: with 10,000 demos that is 100 ms and more. What a request makes is let go by
# its end, without cycles but for a few, so the collector looks rarely: a page over all demos makes 40,000 rows, among
# which it would look some sixty times and find nothing.
len(get_resolver().url_patterns)
gc.collect()
gc.freeze()
gc.set_threshold(10_000, 20, 50)
