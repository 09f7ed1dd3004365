"""The entrance for WSGI servers; `cefn serve` uses it."""

import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "cefn.config.settings")
application = get_wsgi_application()
