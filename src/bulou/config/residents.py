"""The resident's page as a WSGI application of its own: no crowd at it can slow the desk or a phone."""

import os

from django.core.wsgi import get_wsgi_application

from bulou.config import logs

logs.process = "residents"
os.environ["DJANGO_SETTINGS_MODULE"] = "bulou.config.residents_settings"
application = get_wsgi_application()
