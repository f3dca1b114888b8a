"""The WSGI entry of the web server."""

import os
import sys

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "govsim.settings")
# Whoever only says no, or verifies, waits for the interpreter behind each busy thread: a fifth of the usual 5 ms.
sys.setswitchinterval(0.001)
application = get_wsgi_application()
