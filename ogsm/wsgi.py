"""What gunicorn serves: gunicorn ogsm.wsgi"""

import os

from django.core.wsgi import get_wsgi_application

from ogsm.garbage import collect_less

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "ogsm.settings")
application = get_wsgi_application()
collect_less()
