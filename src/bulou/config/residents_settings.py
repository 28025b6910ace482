"""Django settings of the process that serves the resident's page: those of the desk, without accounts or sessions."""

from bulou.config.settings import *  # noqa: F403
from bulou.config.settings import TEMPLATES

ROOT_URLCONF = "bulou.residents.addresses"
MIDDLEWARE = ["bulou.desk.watch.Watch", "bulou.residents.headers.Headers"]
TEMPLATES = [TEMPLATES[0] | {"OPTIONS": {"context_processors": ["django.template.context_processors.i18n"]}}]
DATA_UPLOAD_MAX_MEMORY_SIZE, DATA_UPLOAD_MAX_NUMBER_FIELDS = 20_000, 20
