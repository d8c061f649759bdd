"""All settings of EVCE, from the environment, checked at start. The table of variables is in README.md."""

import os
import tempfile
from datetime import timedelta
from pathlib import Path
from typing import Any

import structlog
from csp.constants import NONE, SELF

from evce_project import environment

BASE_DIR = Path(__file__).resolve().parent.parent

# Where this EVCE lives and listens
DATA_DIR = environment.directory("EVCE_DATA_DIR", BASE_DIR / "var" / "evce")
BIND = environment.address("EVCE_BIND", "0.0.0.0")  # noqa: S104  # a building's stations are other machines
HTTP_PORT = environment.port("EVCE_HTTP_PORT", 8000)
OCPP_PORT = environment.port("EVCE_OCPP_PORT", 9979)
environment.require_different(EVCE_HTTP_PORT=HTTP_PORT, EVCE_OCPP_PORT=OCPP_PORT)
REDIS_URL = environment.redis_url("REDIS_URL")
DEBUG = environment.flag("EVCE_DEBUG")
HTTPS = environment.flag("EVCE_HTTPS")

# Security
SECRET_KEY = environment.secret_key("EVCE_SECRET_KEY", DATA_DIR)
ALLOWED_HOSTS = environment.words("EVCE_ALLOWED_HOSTS") or environment.own_hosts(BIND)
CSRF_TRUSTED_ORIGINS = environment.words("EVCE_TRUSTED_ORIGINS")
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if HTTPS else None
SECURE_HSTS_SECONDS = 31_536_000 if HTTPS else 0
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = HTTPS
SESSION_COOKIE_HTTPONLY = CSRF_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = CSRF_COOKIE_SAMESITE = "Lax"
# Browsers keep cookies per host, not per port: two EVCEs on one machine must not end each other's sessions.
SESSION_COOKIE_NAME = f"evce_session_{HTTP_PORT}"
CSRF_COOKIE_NAME = f"evce_csrf_{HTTP_PORT}"
SESSION_COOKIE_AGE = 30 * 60
SESSION_SAVE_EVERY_REQUEST = True
SESSION_EXPIRE_AT_BROWSER_CLOSE = True
CONTENT_SECURITY_POLICY: dict[str, Any] = {
    "DIRECTIVES": {
        "default-src": [SELF],
        "img-src": [SELF, "data:"],
        "object-src": [NONE],
        "base-uri": [NONE],
        "form-action": [SELF],
        "frame-ancestors": [NONE],
    }
}
DATA_UPLOAD_MAX_MEMORY_SIZE = FILE_UPLOAD_MAX_MEMORY_SIZE = 2_621_440
DATA_UPLOAD_MAX_NUMBER_FIELDS = 5_000

INSTALLED_APPS = [
    "django.contrib.admin",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "channels",
    "csp",
    "crispy_forms",
    "crispy_bootstrap5",
    "common",
    "journal",
    "accounts",
    "zones",
    "rfid",
    "chargers",
    "transactions",
    "metering",
    "control",
    "gateway",
    "dashboard",
    "commissioning",
    "simulator",
    "evce_project",
]
MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "csp.middleware.CSPMiddleware",
    "django.middleware.gzip.GZipMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "accounts.middleware.LanguageMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "accounts.middleware.FirstStartMiddleware",
    "accounts.middleware.RoleMiddleware",
    "commissioning.middleware.SecondLookMiddleware",
]
ROOT_URLCONF = "evce_project.urls"
ASGI_APPLICATION = "evce_project.asgi.application"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "evce_project.status_bar.context",
            ]
        },
    }
]
CRISPY_ALLOWED_TEMPLATE_PACKS = "bootstrap5"
CRISPY_TEMPLATE_PACK = "bootstrap5"

# Users
AUTH_USER_MODEL = "accounts.User"
AUTHENTICATION_BACKENDS = ["accounts.backends.ThrottledBackend"]
AUTH_PASSWORD_VALIDATORS = [{"NAME": "accounts.passwords.CharacterClasses"}]
LOGIN_URL = "accounts:login"
LOGIN_REDIRECT_URL = "dashboard:home"
LOGOUT_REDIRECT_URL = "accounts:login"

# Storage
DATABASES = {"default": environment.database("DATABASE_URL", DATA_DIR / "evce.sqlite3")}
if DATABASES["default"]["ENGINE"] == "common.sqlite":
    # A file, so that threads share it as they do in the product; per process, so that runs side by side don't.
    DATABASES["default"]["TEST"] = {"NAME": f"{tempfile.gettempdir()}/evce-test-{os.getpid()}.sqlite3"}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
STATIC_URL = "/static/"
STATICFILES_DIRS = [BASE_DIR / "static"]
# Served from where the files are: nothing has to be collected before a start.
WHITENOISE_USE_FINDERS = True
WHITENOISE_AUTOREFRESH = DEBUG

# Languages and time: stored in UTC
LANGUAGE_CODE = "en"
LANGUAGES = [("en", "English"), ("fr", "Français")]
LOCALE_PATHS = [BASE_DIR / "locale"]
LANGUAGE_COOKIE_NAME = f"evce_language_{HTTP_PORT}"
USE_TZ = True
TIME_ZONE = environment.time_zone("EVCE_TIME_ZONE", "UTC")

# Between processes. redis-py's own limit of 100 connections would disconnect stations (performance.md 1.4).
CHANNEL_LAYERS: dict[str, Any] = {
    "default": {
        "BACKEND": "channels_redis.core.RedisChannelLayer",
        "CONFIG": {"hosts": [{"address": REDIS_URL, "max_connections": 5_000}], "prefix": "evce"},
    }
    if REDIS_URL
    else {"BACKEND": "channels.layers.InMemoryChannelLayer"}
}
CELERY_BROKER_URL = REDIS_URL or "memory://localhost/"
CELERY_BROKER_TRANSPORT_OPTIONS = {"visibility_timeout": 3_600} if REDIS_URL else {"polling_interval": 0.02}
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
CELERY_TASK_IGNORE_RESULT = True
CELERY_TASK_SERIALIZER = "json"
CELERY_ACCEPT_CONTENT = ["json"]
CELERY_ENABLE_UTC = True
CELERY_TIMEZONE = "UTC"
CELERY_WORKER_POOL = "threads"
CELERY_WORKER_CONCURRENCY = 4
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
CELERY_WORKER_REDIRECT_STDOUTS = False
CELERY_WORKER_HIJACK_ROOT_LOGGER = False
CELERY_WORKER_SEND_TASK_EVENTS = False
CELERY_TASK_DEFAULT_QUEUE = "evce"
CELERY_TASK_ROUTES = {"metering.tasks.poll_meters": {"queue": "polling"}}
CELERY_BEAT_SCHEDULER = "evce_project.scheduler.SteadyScheduler"
CELERY_BEAT_MAX_LOOP_INTERVAL = 1
CELERY_BEAT_SCHEDULE = {
    "poll meters": {
        "task": "metering.tasks.poll_meters",
        "schedule": timedelta(seconds=1),
        "options": {"queue": "polling", "expires": 1},
    },
    "review ranks": {
        "task": "control.tasks.review_ranks",
        "schedule": timedelta(seconds=900),
        "options": {"expires": 60},
    },
    "prune journal": {
        "task": "journal.tasks.prune",
        "schedule": timedelta(seconds=60),
        "options": {"expires": 60},
    },
    "prune samples": {
        "task": "transactions.tasks.prune_samples",
        "schedule": timedelta(hours=1),
        "options": {"expires": 600},
    },
}

LOG_LEVEL = environment.choice("EVCE_LOG_LEVEL", "INFO", ["DEBUG", "INFO", "WARNING", "ERROR"])
_SHARED_PROCESSORS: list[Any] = [
    structlog.contextvars.merge_contextvars,
    structlog.stdlib.add_log_level,
    structlog.stdlib.add_logger_name,
    structlog.stdlib.ExtraAdder(),
    structlog.processors.TimeStamper(fmt="iso", utc=True),
]
_RENDERERS: dict[str, list[Any]] = {
    "console": [structlog.dev.ConsoleRenderer(colors=False)],
    "json": [structlog.processors.dict_tracebacks, structlog.processors.JSONRenderer()],
}
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {
        "evce": {
            "()": structlog.stdlib.ProcessorFormatter,
            "foreign_pre_chain": _SHARED_PROCESSORS,
            "processors": [
                structlog.stdlib.ProcessorFormatter.remove_processors_meta,
                *_RENDERERS[environment.choice("EVCE_LOG_FORMAT", "console", ["console", "json"])],
            ],
        }
    },
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "evce"}},
    "root": {"handlers": ["console"], "level": LOG_LEVEL},
    "loggers": {
        # Django's own handlers would print each line twice.
        "django": {"handlers": [], "propagate": True, "level": LOG_LEVEL},
        "daphne": {"level": "WARNING"},
        "celery": {"level": "WARNING"},
        "kombu": {"level": "WARNING"},
        "asyncio": {"level": "WARNING"},
    },
}
