"""The farm of this process's environment, for Celery's own commands: `celery -A studio.celery flower`."""

import os

from studio.farm import farm
from studio.settings import settings

app = farm(settings(os.environ))
