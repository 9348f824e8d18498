"""The one settings file. Everything comes from the environment (or `.env`); `.env.example` lists it all.

A wrong value ends the program with one sentence that names the variable and what is allowed.
"""

import logging
import os
from pathlib import Path
from urllib.parse import urlsplit

from demoforge.accounts.sso.configuration import read_sign_on
from demoforge.content_policy import CONTENT_SECURITY_POLICY  # noqa: F401 - a setting
from demoforge.databases import with_options
from demoforge.environment import BindRule, Reader, host_of, read_env_file
from demoforge.keys import derived_key, local_key
from demoforge.logs import configure_structlog, key_material, logging_settings
from demoforge.zones import is_zone, machine_zone

BASE_DIR = Path(__file__).resolve().parent.parent
read_env_file(BASE_DIR / ".env")
read = Reader(os.environ)

# --- how it runs ------------------------------------------------------------
MODE = read.choice("DEMOFORGE_MODE", "local", ("local", "team"))
LOCAL_MODE = MODE == "local"
VAR_DIR = read.folder("DEMOFORGE_VAR_DIR", BASE_DIR / "var", base=BASE_DIR, make=True)
LOCAL_REPOSITORIES = read.folder("DEMOFORGE_LOCAL_REPOSITORIES", VAR_DIR / "repositories", base=BASE_DIR)
BIND_RULE = BindRule.of_mode(local=LOCAL_MODE)
BIND = read.text("DEMOFORGE_BIND", "127.0.0.1:8000", pattern=BIND_RULE.pattern, allowed=BIND_RULE.allowed)
TESTING = read.flag("DEMOFORGE_TESTING")
if TESTING and not LOCAL_MODE:
    read.fault("DEMOFORGE_TESTING", "is set in team mode", "nothing, outside the tests")

# --- secrets ----------------------------------------------------------------
SECRET_KEY = read.secret("SECRET_KEY", required=not LOCAL_MODE, shortest=50)
CRYPTOGRAPHY_KEY = read.secret("CRYPTOGRAPHY_KEY", required=not LOCAL_MODE, shortest=32)

# --- database, queue --------------------------------------------------------
_database = read.database("DATABASE_URL", f"sqlite:///{VAR_DIR / 'demoforge.sqlite3'}")
DATABASES = {"default": with_options(_database, test_file=VAR_DIR / "test.sqlite3")}
REDIS_URL = read.url("REDIS_URL", schemes=("redis", "rediss", "unix"))
LEASE_SECONDS = read.integer("DEMOFORGE_LEASE_SECONDS", 60, low=1, high=3600)
INLINE_WORK = False  # the headless command sets it: work is done in its own process, nothing is sent

# --- web --------------------------------------------------------------------
ALLOWED_HOSTS = read.words(
    "ALLOWED_HOSTS",
    "localhost,127.0.0.1" if LOCAL_MODE else "",
    pattern=r"\.?[\w-]+(\.[\w-]+)*|\[::1\]",
    allowed="host names, separated by commas",
)
if not ALLOWED_HOSTS:
    read.fault("ALLOWED_HOSTS", "is missing, and team mode needs it", "host names, separated by commas")
CSRF_TRUSTED_ORIGINS = read.words(
    "CSRF_TRUSTED_ORIGINS",
    pattern=r"https?://[\w.*-]+(:\d+)?",
    allowed="origins such as https://demoforge.example.com, separated by commas",
)
zone = read.text("DEMOFORGE_TIME_ZONE")  # empty: this machine's in local mode, otherwise UTC
if zone and not is_zone(zone):
    read.fault("DEMOFORGE_TIME_ZONE", f"is {zone!r}", "the name of a time zone, such as Europe/Oslo or UTC")
    zone = ""
TIME_ZONE = zone or (machine_zone() if LOCAL_MODE else "UTC")
SESSION_COOKIE_AGE = 3600 * read.integer("DEMOFORGE_SESSION_HOURS", 12, low=1, high=720)

# --- log --------------------------------------------------------------------
LEVELS = ("debug", "info", "warning", "error")
LOG_LEVEL = read.choice("DEMOFORGE_LOG_LEVEL", "info", LEVELS)
CONSOLE_LOG_LEVEL = read.choice("DEMOFORGE_CONSOLE_LOG_LEVEL", "warning", LEVELS)

# --- defaults that pages and commands may override --------------------------
AI_PROVIDERS = ("builtin", "anthropic", "openai", "compatible")
DEFAULT_AI_PROVIDER = read.choice("DEFAULT_AI_PROVIDER", "builtin", AI_PROVIDERS)
DEFAULT_AI_MODEL = read.text(
    "DEFAULT_AI_MODEL", pattern=r"[!-~]{1,200}", allowed="a model's name as its server has it, without blanks"
)
DEFAULT_WAREHOUSE_TYPE = read.choice(
    "DEFAULT_WAREHOUSE_TYPE", "snowflake", ("snowflake", "bigquery", "databricks", "redshift")
)
GITHUB_OWNER_PATTERN = r"[A-Za-z0-9](?:[A-Za-z0-9_-]{0,37}[A-Za-z0-9])?"
DEFAULT_GITHUB_ORG = read.text(
    "DEFAULT_GITHUB_ORG", pattern=GITHUB_OWNER_PATTERN, allowed="the name of a GitHub organisation"
)
DBT_ACCOUNT_PATTERN = r"[0-9]{1,18}"
DEFAULT_DBT_ACCOUNT_ID = read.text(
    "DEFAULT_DBT_ACCOUNT_ID", pattern=DBT_ACCOUNT_PATTERN, allowed="the number of a dbt account"
)
DBT_TEMPLATE_REPO_URL = read.text("DBT_TEMPLATE_REPO_URL")  # empty: the base project that ships
TALK_TRACK_TEMPLATE = read.text("DEMOFORGE_TALK_TRACK_TEMPLATE")  # a file; empty: the one that ships
if TALK_TRACK_TEMPLATE and not Path(TALK_TRACK_TEMPLATE).is_file():
    read.fault("DEMOFORGE_TALK_TRACK_TEMPLATE", "is not a file", "the path of a Jinja2 template")

# --- AI models: the workspace's own keys, and what people may choose ----------
ANTHROPIC_API_KEY = read.key("ANTHROPIC_API_KEY")
ANTHROPIC_BASE_URL = read.url("ANTHROPIC_BASE_URL", "https://api.anthropic.com", schemes=("https", "http"))
OPENAI_API_KEY = read.key("OPENAI_API_KEY")
OPENAI_BASE_URL = read.url("OPENAI_BASE_URL", "https://api.openai.com/v1", schemes=("https", "http"))
COMPATIBLE_API_KEY = read.key("COMPATIBLE_API_KEY")
COMPATIBLE_BASE_URL = read.url("COMPATIBLE_BASE_URL", schemes=("https", "http"))
HOST_PATTERN = r"(\*\.)?[A-Za-z0-9_-]+(\.[A-Za-z0-9_-]+)*(:\d{1,5})?"
MODEL_HOSTS = read.words(  # hosts of model servers that people may type; in local mode this machine's, too
    "DEMOFORGE_MODEL_HOSTS",
    "api.anthropic.com,api.openai.com,*.openai.azure.com,openrouter.ai,api.groq.com,api.together.xyz,"
    "api.deepseek.com,generativelanguage.googleapis.com",
    pattern=HOST_PATTERN,
    allowed="host names, such as models.example.com, *.example.com or models.example.com:8443",
)
SECRET_SECONDS = 3600 * read.integer("DEMOFORGE_SECRET_HOURS", 12, low=1, high=168)
AI_CALL_SECONDS = read.integer("DEMOFORGE_AI_CALL_SECONDS", 180, low=5, high=1800)
AI_DRAFT_SECONDS = read.integer("DEMOFORGE_AI_DRAFT_SECONDS", 600, low=10, high=7200)
AI_PARALLEL = read.integer("DEMOFORGE_AI_PARALLEL", 8, low=1, high=32)
AI_TEXT_DAYS = read.integer("DEMOFORGE_AI_TEXT_DAYS", 30, low=0, high=3650)
AI_PRICES = read.prices("DEMOFORGE_AI_PRICES")  # US dollars per million tokens: input, cached, output

# --- GitHub and dbt Cloud: the workspace's own accounts, and where people may send theirs ---
GITHUB_API_URL = read.url("GITHUB_API_URL", "https://api.github.com", schemes=("https", "http")).rstrip("/")
GITHUB_TOKEN = read.key("GITHUB_TOKEN")
GITHUB_OWNER = read.text(
    "GITHUB_OWNER", pattern=GITHUB_OWNER_PATTERN, allowed="the name of a GitHub organisation or person"
)
DBT_CLOUD_URL = read.url("DBT_CLOUD_URL", schemes=("https", "http")).rstrip("/")
DBT_CLOUD_ACCOUNT_ID = read.text(
    "DBT_CLOUD_ACCOUNT_ID", pattern=DBT_ACCOUNT_PATTERN, allowed="the number of a dbt account"
)
DBT_CLOUD_TOKEN = read.key("DBT_CLOUD_TOKEN")
DBT_CLOUD_USER_TOKEN = read.key("DBT_CLOUD_USER_TOKEN")  # a person's, for what a service token cannot ask
DBT_CLOUD_GITHUB_INSTALLATION_ID = read.text(
    "DBT_CLOUD_GITHUB_INSTALLATION_ID", pattern=DBT_ACCOUNT_PATTERN, allowed="the number of an installation"
)
DBT_CLOUD_CONNECTION_ID = read.text(
    "DBT_CLOUD_CONNECTION_ID", pattern=DBT_ACCOUNT_PATTERN, allowed="the number of a dbt Cloud connection"
)
GITHUB_HOSTS = read.words(  # hosts of GitHub's API that people may type; in local mode this machine's, too
    "DEMOFORGE_GITHUB_HOSTS",
    "api.github.com,*.ghe.com",
    pattern=HOST_PATTERN,
    allowed="host names, such as api.github.com, *.ghe.com or github.example.com",
)
DBT_HOSTS = read.words(
    "DEMOFORGE_DBT_HOSTS",
    "*.dbt.com,*.getdbt.com",
    pattern=HOST_PATTERN,
    allowed="host names, such as *.dbt.com or dbt.example.com",
)
GITHUB_HOSTS += host_of(GITHUB_API_URL)
DBT_HOSTS += host_of(DBT_CLOUD_URL)
OUTSIDE_CALL_SECONDS = read.integer("DEMOFORGE_OUTSIDE_CALL_SECONDS", 30, low=1, high=300)
GITHUB_WRITES_A_MINUTE = read.integer("DEMOFORGE_GITHUB_WRITES_A_MINUTE", 80, low=1, high=6000)
OUTSIDE_RETRY_SECONDS = 0.05 if TESTING else 1.0  # before the first repetition of a call that ended unclear

# --- the workspace's warehouses ---------------------------------------------
SNOWFLAKE_ACCOUNT = read.line("SNOWFLAKE_ACCOUNT")
SNOWFLAKE_DATABASE = read.line("SNOWFLAKE_DATABASE")
SNOWFLAKE_WAREHOUSE = read.line("SNOWFLAKE_WAREHOUSE")
SNOWFLAKE_ROLE = read.line("SNOWFLAKE_ROLE")
SNOWFLAKE_USER = read.line("SNOWFLAKE_USER")
SNOWFLAKE_PASSWORD = read.password("SNOWFLAKE_PASSWORD")
SNOWFLAKE_PRIVATE_KEY = read.document("SNOWFLAKE_PRIVATE_KEY", begins="-----BEGIN", base=BASE_DIR)
SNOWFLAKE_PRIVATE_KEY_PASSPHRASE = read.password("SNOWFLAKE_PRIVATE_KEY_PASSPHRASE")
BIGQUERY_KEYFILE = read.document("BIGQUERY_KEYFILE", begins="{", base=BASE_DIR)
BIGQUERY_PROJECT = read.line("BIGQUERY_PROJECT")  # empty: the key file's
BIGQUERY_LOCATION = read.line("BIGQUERY_LOCATION")
DATABRICKS_HOST = read.line("DATABRICKS_HOST")
DATABRICKS_HTTP_PATH = read.line("DATABRICKS_HTTP_PATH")
DATABRICKS_CATALOG = read.line("DATABRICKS_CATALOG")
DATABRICKS_TOKEN = read.key("DATABRICKS_TOKEN")
REDSHIFT_HOST = read.line("REDSHIFT_HOST")
REDSHIFT_PORT = read.integer("REDSHIFT_PORT", 5439, low=1, high=65535)
REDSHIFT_DATABASE = read.line("REDSHIFT_DATABASE")
REDSHIFT_USER = read.line("REDSHIFT_USER")
REDSHIFT_PASSWORD = read.password("REDSHIFT_PASSWORD")

# --- the Proof --------------------------------------------------------------
PROOF_SECONDS = read.integer("DEMOFORGE_PROOF_SECONDS", 120, low=10, high=3600)
PROOF_MEMORY_MB = read.integer("DEMOFORGE_PROOF_MEMORY_MB", 3072, low=1024, high=65536)

# --- the night: approved plans are proven again, see scenarios/nightly.py -----
clock = r"(?:[01]\d|2[0-3]):[0-5]\d"
NIGHT = read.text(
    "DEMOFORGE_NIGHT", "01:00-05:00", pattern=f"{clock}-{clock}|off", allowed="HH:MM-HH:MM, or off"
)
NIGHT_MINUTES = read.integer("DEMOFORGE_NIGHT_MINUTES", 60, low=1, high=1440)

# --- notices: what people are told, also by e-mail and in a chat -------------
PUBLIC_URL = read.url("DEMOFORGE_PUBLIC_URL", schemes=("https", "http")).rstrip("/")  # for links in messages
mail_server = read.mail_server("DEMOFORGE_EMAIL_URL")
EMAIL_HOST, EMAIL_PORT = mail_server.host, mail_server.port
EMAIL_HOST_USER, EMAIL_HOST_PASSWORD = mail_server.user, mail_server.password
EMAIL_USE_TLS, EMAIL_USE_SSL = mail_server.tls, mail_server.ssl
EMAIL_TIMEOUT = 20  # seconds
DEFAULT_FROM_EMAIL = read.sender("DEMOFORGE_EMAIL_FROM", needed=bool(EMAIL_HOST))
EMAIL_BACKEND = f"django.core.mail.backends.{'smtp' if EMAIL_HOST else 'dummy'}.EmailBackend"
WEBHOOK_URL = read.webhook("DEMOFORGE_WEBHOOK_URL", encrypted=not LOCAL_MODE)
WEBHOOK_SECONDS = 1.0 if TESTING else 10.0  # to connect, and between two bytes of the answer
AUDIT_DAYS = read.integer("DEMOFORGE_AUDIT_DAYS", 730, low=0, high=36500)  # 0: for ever

# --- single sign-on: see demoforge/accounts/sso ------------------------------
SIGN_ON = read_sign_on(read, base=BASE_DIR)

# --- tests only: where a process dies, see demoforge/faults.py --------------
TESTING_FAULTS = TESTING
FAULT = read.text("DEMOFORGE_FAULT", pattern=r"[\w-]+:(before|after)", allowed="POINT:before or POINT:after")
FAULT_ONCE = read.text("DEMOFORGE_FAULT_ONCE")

read.raw("DEMOFORGE_ENV_FILE", ".env")
read.refuse_unknown()
read.stop_if_wrong()

if not SECRET_KEY:
    SECRET_KEY = local_key(VAR_DIR / "secret_key")
CRYPTOGRAPHY_KEY = CRYPTOGRAPHY_KEY or derived_key(SECRET_KEY, "columns")
VAULT_KEY = derived_key(CRYPTOGRAPHY_KEY, "vault")

# ===== what follows is the same for everybody ================================
DEBUG = False
INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "csp",
    "django_htmx",
    "django_structlog",
    "allauth",
    "allauth.account",
    "allauth.socialaccount",
    "demoforge",
    "demoforge.accounts",
    "scenarios",
    "provisioning",
]
MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "csp.middleware.CSPMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "demoforge.health.HealthFirst",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "demoforge.accounts.origin.RememberOrigin",
    "django_structlog.middlewares.RequestMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "demoforge.middleware.LoginRequired",
    "demoforge.middleware.ExplainedErrors",
]
ROOT_URLCONF = "demoforge.urls"
WSGI_APPLICATION = "demoforge.wsgi.application"
ASGI_APPLICATION = "demoforge.asgi.application"
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
            ]
        },
    }
]
USE_TZ = True
LANGUAGE_CODE = "en-us"
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

# --- people -----------------------------------------------------------------
AUTH_USER_MODEL = "accounts.User"
SIGN_ON_BACKEND = "demoforge.accounts.backends.SignOnBackend"
AUTHENTICATION_BACKENDS = ["demoforge.accounts.backends.AccountBackend", SIGN_ON_BACKEND]
ACCOUNT_ADAPTER = "demoforge.accounts.sso.adapters.AccountAdapter"  # of django-allauth, as what follows
SOCIALACCOUNT_ADAPTER = "demoforge.accounts.sso.adapters.SignOnAdapter"
SOCIALACCOUNT_ONLY, ACCOUNT_EMAIL_VERIFICATION = True, "none"  # no sign-up, passwords or e-mails of its own
LOGIN_URL = "login"
LOGIN_REDIRECT_URL = "demo_list"
LOGOUT_REDIRECT_URL = "login"
LOGIN_FAILURES_PER_ACCOUNT = 5  # from one address, within the window
LOGIN_FAILURES_PER_ADDRESS = 30
LOGIN_WINDOW_SECONDS = 300
if TESTING:
    PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
else:
    PASSWORD_HASHERS = ["django.contrib.auth.hashers.PBKDF2PasswordHasher"]

# --- uploads: files that people upload are keys, which never touch a disk -----
FILE_UPLOAD_HANDLERS = ["django.core.files.uploadhandler.MemoryFileUploadHandler"]
FILE_UPLOAD_MAX_MEMORY_SIZE = 1_000_000  # bytes of a request; larger files are dropped

# --- security ---------------------------------------------------------------
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = SECURE_SSL_REDIRECT = not LOCAL_MODE
CSRF_FAILURE_VIEW = "demoforge.errors.csrf_failure"
X_FRAME_OPTIONS = "DENY"
SECURE_REFERRER_POLICY = "same-origin"
if not LOCAL_MODE:  # behind a proxy that speaks TLS and sets this header itself, see docs/operations.md
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
    SECURE_HSTS_SECONDS = 365 * 86400
    SECURE_HSTS_INCLUDE_SUBDOMAINS = True
    SECURE_REDIRECT_EXEMPT = [r"^health/$"]
    SILENCED_SYSTEM_CHECKS = ["security.W021"]  # HSTS preload is for the owner of the domain to ask for

# --- static files -----------------------------------------------------------
STATIC_URL = "/static/"
STATIC_ROOT = VAR_DIR / "static"
_HASHED = "whitenoise.storage.CompressedManifestStaticFilesStorage"
_PLAIN = "django.contrib.staticfiles.storage.StaticFilesStorage"
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": _PLAIN if TESTING else _HASHED},
}

# --- cache ------------------------------------------------------------------
if REDIS_URL:
    CACHES = {
        "default": {
            "BACKEND": "django.core.cache.backends.redis.RedisCache",
            "LOCATION": REDIS_URL,
            "KEY_PREFIX": "demoforge",
            "OPTIONS": {"socket_connect_timeout": 2, "socket_timeout": 5},
        }
    }
else:
    CACHES = {"default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}}

# --- Celery: ids in, nothing out; the database is the truth ------------------
_redis = urlsplit(REDIS_URL)
CELERY_BROKER_URL = f"redis+socket://{_redis.path}" if _redis.scheme == "unix" else REDIS_URL
CELERY_TASK_SERIALIZER = "json"
CELERY_ACCEPT_CONTENT = ["json"]
CELERY_TASK_IGNORE_RESULT = True
CELERY_TASK_ACKS_LATE = True
CELERY_TASK_PUBLISH_RETRY = False
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
CELERY_WORKER_HIJACK_ROOT_LOGGER = False
CELERY_WORKER_REDIRECT_STDOUTS = False
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
CELERY_BROKER_TRANSPORT_OPTIONS = {
    # Longer than any task, or a second worker would get it too. What a dead worker held is found by the nudge.
    "visibility_timeout": 21600,
    "socket_connect_timeout": 2,
    "max_retries": 1,  # who sends never waits long for a queue that is not there
    "interval_start": 0,
    "interval_step": 0.2,
    "interval_max": 0.2,
}
NUDGE_SECONDS = 5.0
NUDGE_TASKS = ("scenarios.nudge_revisions", "provisioning.nudge_builds")
HOURLY_TASKS = (
    "scenarios.purge_call_texts",
    "scenarios.check_templates",
    "accounts.carry_notices",
    "accounts.purge_audit",
    "accounts.clear_sessions",
    "provisioning.watch_expiry",
)

# --- log --------------------------------------------------------------------
LOG_FILE = VAR_DIR / "log" / "demoforge.jsonl"
LOGGING = logging_settings(
    path=LOG_FILE,
    level=LOG_LEVEL,
    console_level=CONSOLE_LOG_LEVEL,
    secrets=[
        *read.secrets,
        SECRET_KEY,
        CRYPTOGRAPHY_KEY,
        VAULT_KEY,
        str(DATABASES["default"].get("PASSWORD") or ""),
        _redis.password or "",
        EMAIL_HOST_PASSWORD,
        WEBHOOK_URL.partition("://")[2].partition("/")[2],  # as libraries write a call down: without its host
        *key_material(SNOWFLAKE_PRIVATE_KEY),
        *key_material(BIGQUERY_KEYFILE),
    ],
)
configure_structlog()
DJANGO_STRUCTLOG_CELERY_ENABLED = True
DJANGO_STRUCTLOG_USER_ID_FIELD = "pk"
DJANGO_STRUCTLOG_IP_LOGGING_ENABLED = False
DJANGO_STRUCTLOG_STATUS_4XX_LOG_LEVEL = logging.INFO  # a wrong address is no reason to wake anybody
