"""What gunicorn serves: gunicorn ogsm.wsgi"""

import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "ogsm.settings")
application = get_wsgi_application()
