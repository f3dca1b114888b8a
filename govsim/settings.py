"""One settings file for the demo, the tests and production: everything comes from the environment.

Without any environment the embedded defaults hold: SQLite and secrets in `var/`, loopback only.
"""

import hashlib
import secrets as random_secrets
from pathlib import Path
from typing import Any

import environ
import structlog
from django.utils.csp import CSP

from govsim.secrets import read_or_create

env = environ.Env()
ROOT = Path(__file__).resolve().parent.parent
VAR = Path(env.str("GOVSIM_VAR", default=str(ROOT / "var"))).resolve()
VAR.mkdir(parents=True, exist_ok=True)

DEBUG = False
DEMO = env.bool("GOVSIM_DEMO", default=False)  # persona switching; loopback only
SECRET_KEY = read_or_create(VAR, "secret_key", lambda: random_secrets.token_urlsafe(64).encode()).decode()
PUBLIC_URL = env.str("PUBLIC_URL", default="http://127.0.0.1:8000").rstrip("/")
ALLOWED_HOSTS = env.list("GOVSIM_ALLOWED_HOSTS", default=["127.0.0.1", "localhost", "[::1]"])
CSRF_TRUSTED_ORIGINS = [PUBLIC_URL]
ALLOW_SIMULATED_REGIONS = True  # identifiers of the safe ranges count as valid (domain.md §C.1)

INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "rest_framework",
    "drf_spectacular",
    "drf_spectacular_sidecar",
    "django_filters",
    "django_htmx",
    "axes",
    "django_structlog",
    "govsim.core",
    "govsim.exchange",
    "certificates",
    "services",
    "approvals",
    "govsim.web",
    "govsim",
]

MIDDLEWARE = [
    "govsim.web.request_id.request_id",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.middleware.csp.ContentSecurityPolicyMiddleware",
    "govsim.web.gate.gate",  # before anything is read from the database
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_structlog.middlewares.RequestMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "govsim.web.middleware.seat",
    "axes.middleware.AxesMiddleware",
]

ROOT_URLCONF = "govsim.urls"
WSGI_APPLICATION = "govsim.wsgi.application"
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
AUTHENTICATION_BACKENDS = ["axes.backends.AxesStandaloneBackend", "django.contrib.auth.backends.ModelBackend"]
LOGIN_URL = "sign-in"

TEMPLATES: list[dict[str, Any]] = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.template.context_processors.csp",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "govsim.web.context.shell",
            ],
        },
    },
]

# --- database -------------------------------------------------------------------------------------------------
DATABASES: dict[str, dict[str, Any]] = {
    "default": env.db_url("DATABASE_URL", default=f"sqlite:///{VAR / 'db.sqlite3'}"),
}
DATABASE = DATABASES["default"]
SQLITE = DATABASE["ENGINE"].endswith("sqlite3")
if SQLITE:
    # Read-then-write transactions of several processes only wait, never fail, in this mode (WAL + IMMEDIATE).
    DATABASE["OPTIONS"] = {
        "timeout": 20,
        "transaction_mode": "IMMEDIATE",
        # A checkpoint copies a page once however often it was written since the last one: with 32 MB of log instead
        # of 4 a page that every batch writes (indexes) is copied once in eight.
        "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL; PRAGMA foreign_keys=ON;"
        " PRAGMA wal_autocheckpoint=8000;",
    }
    # A database in memory locks its tables between threads; a file does not.
    DATABASE["TEST"] = {"NAME": str(VAR / "test.sqlite3")}
else:
    DATABASE["CONN_HEALTH_CHECKS"] = True
# On SQLite, too: to open it anew for each request costs more than all the rest of a request.
DATABASE["CONN_MAX_AGE"] = None
AUDIT_SHARDS = 1 if SQLITE else 8  # one writer at a time anyway on SQLite (decision 17)

CACHES = {"default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}}
AXES_HANDLER = "axes.handlers.database.AxesDatabaseHandler"
AXES_FAILURE_LIMIT = 5
AXES_COOLOFF_TIME = 0.25  # hours
AXES_LOCKOUT_PARAMETERS = [["username", "ip_address"]]
AXES_HTTP_RESPONSE_CODE = 429

# --- broker: a doorbell, never a record ------------------------------------------------------------------------
BROKER_URL = env.str("BROKER_URL", default=f"redis+socket://{VAR / 'run' / 'broker.sock'}?virtual_host=0")
# Installations that share a broker do not hear each other's bell; what belongs to one shares its secret key.
BROKER_PREFIX = f"govsim:{hashlib.sha256(SECRET_KEY.encode()).hexdigest()[:8]}:"
DRAIN_BATCH = env.int("GOVSIM_DRAIN_BATCH", default=200)
LEASE_SECONDS = env.int("GOVSIM_LEASE_SECONDS", default=20)  # a batch takes one or two
TASK_SECONDS = env.int("GOVSIM_TASK_SECONDS", default=25)  # a task is then told to end; a fifth later, killed
MAX_ATTEMPTS = env.int("GOVSIM_MAX_ATTEMPTS", default=5)
MOST_WAITING = env.int("GOVSIM_MOST_WAITING", default=5_000)  # due cases beyond which nothing new is taken in
# Requests of one web process that are at work, and that stand in line; more are refused with 503 (govsim.web.gate).
# On SQLite a POST waits while a worker records its batch. On PostgreSQL each thread keeps a connection, so fewer wait.
NEW_WORK_AT_ONCE = env.int("GOVSIM_NEW_WORK_AT_ONCE", default=4)
NEW_WORK_IN_LINE = env.int("GOVSIM_NEW_WORK_IN_LINE", default=60 if SQLITE else 12)
OTHERS_AT_ONCE = env.int("GOVSIM_OTHERS_AT_ONCE", default=4)
OTHERS_IN_LINE = env.int("GOVSIM_OTHERS_IN_LINE", default=44 if SQLITE else 16)

# --- web --------------------------------------------------------------------------------------------------------
STATIC_URL = "/static/"
STATIC_ROOT = VAR / "static"
STATIC_ROOT.mkdir(exist_ok=True)
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "govsim.web.static_files.StaticFiles"},
}
WHITENOISE_USE_FINDERS = True
MEDIA_ROOT = VAR / "uploads"
METRICS_OPEN = env.bool("GOVSIM_METRICS_OPEN", default=False)  # /metrics for others than this machine

HTTPS = PUBLIC_URL.startswith("https://")
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = HTTPS
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = CSRF_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_AGE = 8 * 3600
SECURE_HSTS_SECONDS = 31_536_000 if HTTPS else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = SECURE_HSTS_PRELOAD = HTTPS
SECURE_SSL_REDIRECT = HTTPS
SILENCED_SYSTEM_CHECKS = ["security.W019"]  # the presenter frames our own pages, so SAMEORIGIN and not DENY
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "SAMEORIGIN"
SECURE_CSP = {
    "default-src": [CSP.NONE],
    "script-src": [CSP.SELF, CSP.NONCE],
    "style-src": [CSP.SELF],
    "img-src": [CSP.SELF, "data:"],
    "connect-src": [CSP.SELF],
    "font-src": [CSP.SELF],
    "form-action": [CSP.SELF],
    "base-uri": [CSP.NONE],
    "frame-ancestors": [CSP.SELF],
    "report-uri": ["/csp-report"],
}
DATA_UPLOAD_MAX_MEMORY_SIZE = 2_621_440
MESSAGE_STORAGE = "django.contrib.messages.storage.session.SessionStorage"

# --- language and time ---------------------------------------------------------------------------------------------
LANGUAGE_CODE = "zh-hans"
LANGUAGES = [("zh-hans", "中文"), ("en", "English")]
LOCALE_PATHS = [ROOT / "govsim" / "locale"]
USE_I18N = True
TIME_ZONE = "Asia/Shanghai"
USE_TZ = True

# --- API ---------------------------------------------------------------------------------------------------------
REST_FRAMEWORK = {
    "DEFAULT_AUTHENTICATION_CLASSES": [
        "govsim.web.authentication.TokenAuthentication",
        "rest_framework.authentication.SessionAuthentication",
    ],
    "DEFAULT_PERMISSION_CLASSES": ["rest_framework.permissions.IsAuthenticated"],
    "DEFAULT_RENDERER_CLASSES": ["rest_framework.renderers.JSONRenderer"],
    "DEFAULT_PARSER_CLASSES": ["govsim.web.parsers.StrictJSONParser"],
    "DEFAULT_SCHEMA_CLASS": "govsim.web.openapi.Schema",
    "DEFAULT_THROTTLE_CLASSES": ["rest_framework.throttling.ScopedRateThrottle"],
    "DEFAULT_THROTTLE_RATES": {"applications": env.str("GOVSIM_APPLICATION_RATE", default="6000/min") or None},
    "DEFAULT_PAGINATION_CLASS": "govsim.web.pagination.Cursor",
    "PAGE_SIZE": 50,
    "EXCEPTION_HANDLER": "govsim.web.problems.handle",
    "UNAUTHENTICATED_USER": "django.contrib.auth.models.AnonymousUser",
}
SPECTACULAR_SETTINGS = {
    "TITLE": "govsim API",
    "DESCRIPTION": "模拟系统，非政府网站。Simulation, not a government site.",
    "VERSION": "1",
    "OAS_VERSION": "3.1.0",
    "SERVE_INCLUDE_SCHEMA": False,
    "SWAGGER_UI_DIST": "SIDECAR",
    "SWAGGER_UI_FAVICON_HREF": "SIDECAR",
    "REDOC_DIST": "SIDECAR",
    "SCHEMA_PATH_PREFIX": "/api/v1",
    "COMPONENT_SPLIT_REQUEST": True,
    "SORT_OPERATIONS": False,
    "POSTPROCESSING_HOOKS": [],  # choices stand where they are used, not as components with made-up names
}

DJANGO_STRUCTLOG_CELERY_ENABLED = True  # what a request sends to a worker carries the request's id
structlog.configure(  # through the standard library, so that one level switches one logger
    processors=[
        structlog.stdlib.filter_by_level,
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_log_level,
        structlog.processors.KeyValueRenderer(key_order=["event"]),
    ],
    logger_factory=structlog.stdlib.LoggerFactory(),
    wrapper_class=structlog.stdlib.BoundLogger,
    cache_logger_on_first_use=True,
)
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "filters": {"ids": {"()": "govsim.core.logs.Ids"}},
    "formatters": {"line": {"format": "%(asctime)s %(levelname)s %(name)s [%(ids)s] %(message)s"}},
    "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "line", "filters": ["ids"]}},
    "root": {"handlers": ["stderr"], "level": env.str("GOVSIM_LOG_LEVEL", default="INFO")},
    "loggers": {"django_structlog": {"level": "WARNING"}, "axes": {"level": "WARNING"}, "httpx": {"level": "WARNING"}},
}
