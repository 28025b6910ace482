"""The desk as a WSGI application."""

import gc
import os

from django.core.wsgi import get_wsgi_application

from bulou.config import logs

logs.process = "desk"
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "bulou.config.settings")
application = get_wsgi_application()

from bulou.config import priority  # noqa: E402  needs the settings
from bulou.ui.live import background_cache, fragments  # noqa: E402

priority.share()
fragments.share()
background_cache.ahead()
gc.collect()
gc.freeze()  # what is loaded stays; each look through all of it takes a tenth of a second and the door's share of cache
