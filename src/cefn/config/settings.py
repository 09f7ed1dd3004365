"""Django's settings; everything that differs between places comes from the environment (see environment.py)."""

import os
from pathlib import Path

from django.utils.translation import gettext_lazy as _

from cefn.config.database import database_from_url
from cefn.config.environment import environment_read
from cefn.config.layers import LAYERS
from cefn.config.logs import logging_settings

PACKAGE = Path(__file__).resolve().parent.parent
ENVIRONMENT = environment_read(os.environ)

CEFN_HOME = ENVIRONMENT.home
CEFN_PUBLIC_URL = ENVIRONMENT.public_url
SECRET_KEY = ENVIRONMENT.secret_key
DEBUG = ENVIRONMENT.debug
ALLOWED_HOSTS = list(ENVIRONMENT.allowed_hosts)

# ------------------------------------------------------------------------------------------------- apps
# The layers, lowest first, so that an app's tables exist before those that point to them.
CEFN_APPS = [f"cefn.{name}" for layer in reversed(LAYERS) for name in layer if (PACKAGE / name / "apps.py").is_file()]
INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django_htmx",
    *CEFN_APPS,
]
MIDDLEWARE = [
    "cefn.config.middleware.RequestMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "cefn.config.middleware.StrictHeadersMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
]
ROOT_URLCONF = "cefn.config.urls"
WSGI_APPLICATION = "cefn.config.wsgi.application"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.template.context_processors.i18n",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "cefn.web.shell.shell_context",
            ],
        },
    }
]

# ------------------------------------------------------------------------------------------------- database
DATABASES = {"default": database_from_url(ENVIRONMENT.database_url, sqlite_synchronous=ENVIRONMENT.sqlite_synchronous)}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

# ------------------------------------------------------------------------------------------------- people
AUTH_USER_MODEL = "platform.User"
AUTHENTICATION_BACKENDS = ["django.contrib.auth.backends.ModelBackend"]
PASSWORD_HASHERS = [
    "django.contrib.auth.hashers.Argon2PasswordHasher",
    "django.contrib.auth.hashers.PBKDF2PasswordHasher",
]
AUTH_PASSWORD_VALIDATORS = [
    {
        "NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator",
        "OPTIONS": {"user_attributes": ("email", "name")},
    },
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 10}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]

# ------------------------------------------------------------------------------------------------- safety
SESSION_COOKIE_AGE = 14 * 24 * 3600
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_SECURE = ENVIRONMENT.is_https
CSRF_FAILURE_VIEW = "cefn.web.handlers.forbidden"
CSRF_COOKIE_SAMESITE = "Lax"
CSRF_COOKIE_SECURE = ENVIRONMENT.is_https
CSRF_TRUSTED_ORIGINS = [CEFN_PUBLIC_URL] if CEFN_PUBLIC_URL else []
LANGUAGE_COOKIE_SECURE = ENVIRONMENT.is_https
LANGUAGE_COOKIE_SAMESITE = "Lax"
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
SECURE_HSTS_SECONDS = 365 * 24 * 3600 if ENVIRONMENT.is_https else 0
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if ENVIRONMENT.trust_proxy else None
SECURE_SSL_REDIRECT = ENVIRONMENT.is_https and ENVIRONMENT.trust_proxy
X_FRAME_OPTIONS = "SAMEORIGIN"
# A whole order sheet or a bank statement fits; streaming readers hold the memory flat beyond this.
DATA_UPLOAD_MAX_MEMORY_SIZE = 10 * 1024 * 1024
DATA_UPLOAD_MAX_NUMBER_FIELDS = 10_000
FILE_UPLOAD_MAX_MEMORY_SIZE = 1024 * 1024

# ------------------------------------------------------------------------------------------------- languages and time
USE_TZ = True
TIME_ZONE = "UTC"
USE_I18N = True
LANGUAGE_CODE = "en"
LANGUAGES = [("en", _("English")), ("cy", _("Welsh"))]
LOCALE_PATHS = [PACKAGE / "locale"]

# ------------------------------------------------------------------------------------------------- files
STATIC_URL = "/static/"
STATIC_ROOT = CEFN_HOME / "static"
MEDIA_ROOT = CEFN_HOME / "files"
STATIC_STORAGE = (
    "whitenoise.storage.CompressedManifestStaticFilesStorage"
    if ENVIRONMENT.static_hashed
    else "django.contrib.staticfiles.storage.StaticFilesStorage"
)
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": STATIC_STORAGE},
}
WHITENOISE_ALLOW_ALL_ORIGINS = False
WHITENOISE_USE_FINDERS = not ENVIRONMENT.static_hashed
WHITENOISE_AUTOREFRESH = not ENVIRONMENT.static_hashed

# ------------------------------------------------------------------------------------------------- logs
LOGGING = logging_settings(level=ENVIRONMENT.log_level, style=ENVIRONMENT.log_format)
