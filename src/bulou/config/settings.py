"""Django settings. Values that differ between installations come from `environment.TABLE`.

Importing this opens no connection and starts nothing; `database.prepare` does.
"""

from datetime import timedelta
from pathlib import Path
from urllib.parse import urlsplit

from django.contrib.messages.constants import ERROR

from bulou.config import connections, logs, rooms
from bulou.config.environment import read

PACKAGE = Path(__file__).resolve().parent.parent

ROOMS = rooms.applications()

INSTALLED_APPS = [
    *(f"bulou.{room}" for room in ROOMS),
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.contrib.postgres",
    "axes",
    "django_otp",
    "django_otp.plugins.otp_static",
    "django_otp.plugins.otp_totp",
]

MIDDLEWARE = [
    "bulou.desk.watch.Watch",
    "bulou.desk.headers.Headers",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "bulou.desk.accounts.backend.Reader",
    "django.contrib.auth.middleware.LoginRequiredMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "bulou.desk.access.AreaScope",
]

ROOT_URLCONF = "bulou.config.urls"
WSGI_APPLICATION = "bulou.config.wsgi.application"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.template.context_processors.i18n",
                "django.template.context_processors.tz",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "bulou.desk.navigation.frame",
                "bulou.desk.access.abilities",
            ]
        },
    }
]

DATABASES = connections.from_environment()
DATABASE_ROUTERS = ["bulou.config.connections.OwnerMigrates"]
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

SECRET_KEY = connections.signing_key()
DEBUG = read("BULOU_DEBUG") == "1"
PUBLIC_URL = read("BULOU_PUBLIC_URL").rstrip("/")
SMS_URL, SMS_KEY = read("BULOU_SMS_URL"), read("BULOU_SMS_KEY")
_secure = PUBLIC_URL.startswith("https://")
# The field door is the only public listener and checks the Host; the desk hears loopback alone.
ALLOWED_HOSTS = ["127.0.0.1", "localhost", "[::1]", "testserver"]
if PUBLIC_URL:
    ALLOWED_HOSTS.append(urlsplit(PUBLIC_URL).hostname or "")
    CSRF_TRUSTED_ORIGINS = [PUBLIC_URL]
TRUST_URL, TRUST_FINGERPRINT = read("BULOU_TRUST_URL"), read("BULOU_TRUST_FINGERPRINT")
TRUST_ROOT, DESK_URL = read("BULOU_TRUST_ROOT"), read("BULOU_DESK_URL")
RESIDENTS_URL = read("BULOU_RESIDENTS_URL")
#: Files of declared kinds of duty (programmes/).
PROGRAMMES = Path(read("BULOU_DATA")).expanduser() / "programmes"
CODES, METRICS_KEY = read("BULOU_CODES"), read("BULOU_METRICS_KEY")
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
# Sessions are in the database and nowhere else: what was ended is ended for every process.
SESSION_ENGINE = "bulou.desk.accounts.store"
CACHES = {"default": {"BACKEND": "django.core.cache.backends.dummy.DummyCache"}}
AUTHENTICATION_BACKENDS = ["bulou.desk.accounts.backend.Accounts"]
PASSWORD_HASHERS = ["bulou.desk.accounts.hashing.Recorded"]
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = _secure
SESSION_COOKIE_NAME = "bulou_session"
SESSION_COOKIE_AGE = 12 * 3600  # one shift
SESSION_COOKIE_HTTPONLY = CSRF_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = CSRF_COOKIE_SAMESITE = "Lax"
CSRF_COOKIE_NAME = "bulou_csrf"
SECURE_HSTS_SECONDS = 365 * 24 * 3600 if _secure else 0
SECURE_CONTENT_TYPE_NOSNIFF = True
X_FRAME_OPTIONS = "DENY"
SECURE_REFERRER_POLICY = "same-origin"

AUTH_PASSWORD_VALIDATORS = [
    {
        "NAME": "django.contrib.auth.password_validation.MinimumLengthValidator",
        "OPTIONS": {"min_length": 10},
    },
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]
PASSWORD_RESET_TIMEOUT = 24 * 3600  # the one-time link of an administrator
TOTP = read("BULOU_TOTP")
#: How doors are written; a row of places/addresses.py.
ADDRESS_STYLE = read("BULOU_ADDRESS_STYLE")
OTP_TOTP_ISSUER = "Bulou"

# Wrong tries are counted by django-axes; the three limits are in desk/accounts/lockout.py.
AXES_HANDLER = "bulou.desk.accounts.lockout.Handler"
AXES_LOCKOUT_PARAMETERS = [["username", "ip_address"], "username", "ip_address"]
AXES_FAILURE_LIMIT = 8  # lockout.BY_BOTH; the others are in proportion
AXES_COOLOFF_TIME = timedelta(minutes=15)
AXES_RESET_ON_SUCCESS = True
AXES_DISABLE_ACCESS_LOG = True  # Django keeps the last sign-in; no history of addresses
AXES_USERNAME_CALLABLE = "bulou.desk.accounts.lockout.name_of"
AXES_CLIENT_IP_CALLABLE = "bulou.desk.accounts.lockout.address_of"
AXES_SENSITIVE_PARAMETERS = ["username", "ip_address", "csrfmiddlewaretoken", "next", "name", "again"]
AXES_VERBOSE = False
# The sign-in page asks before it looks at a password: the library's middleware and backend have nothing to do.
SILENCED_SYSTEM_CHECKS = ["axes.W002", "axes.W003"]

LOGIN_URL = "/sign-in"
LOGIN_REDIRECT_URL = "now"
LOGOUT_REDIRECT_URL = "/sign-in"

LANGUAGE_CODE = read("BULOU_LANGUAGE")
LANGUAGES = [("zh-hans", "简体中文"), ("en", "English")]
LANGUAGE_COOKIE_NAME = "bulou_language"
LANGUAGE_COOKIE_HTTPONLY, LANGUAGE_COOKIE_SECURE, LANGUAGE_COOKIE_SAMESITE = True, _secure, "Lax"
USE_I18N = True
USE_TZ = True
TIME_ZONE = read("BULOU_TIME_ZONE")  # shown; psycopg sends and receives UTC instants

STATIC_URL = "/static/"
STATICFILES_DIRS = [path for path in [PACKAGE / "static"] if path.is_dir()]
# Served from the packages' own static folders: no collecting step between install and use.
WHITENOISE_USE_FINDERS = True
# What `make front` wrote has its digest in its name.
WHITENOISE_IMMUTABLE_FILE_TEST = r"/desk/build/[a-z]+-[\w-]{8}\.(css|js)$"
MESSAGE_TAGS = {ERROR: "danger"}  # as the style sheet calls it

LOGGING = logs.settings()
