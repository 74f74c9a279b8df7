"""Measures the pages against their budgets and prints a table: `make bench`.

DATABASE_URL names the database, which has to be empty; without it an SQLite file that is thrown away afterwards.
"""

import argparse
import os
import sys
import tempfile

parser = argparse.ArgumentParser(prog="make bench", description=__doc__)
parser.add_argument("--rounds", type=int, default=40, help="how often each page is asked for")
parser.add_argument("--clients", type=int, default=32, help="how many at once under load; 0 leaves that out")
parser.add_argument("--seconds", type=float, default=10, help="how long each load lasts")
options = parser.parse_args()

with tempfile.TemporaryDirectory(prefix="ogsm-bench-") as folder:
    os.environ.update(DEBUG="0", DEMO="0", HTTPS="0", SECRET_KEY="bench", ALLOWED_HOSTS="testserver,127.0.0.1")
    os.environ.update(CACHE_URL="dbcache://cache", ACCESS_LOG="0", DJANGO_SETTINGS_MODULE="ogsm.settings")
    os.environ.setdefault("DATABASE_URL", f"sqlite:///{folder}/bench.sqlite3")

    import django

    django.setup()

    from .report import report

    sys.exit(report(rounds=options.rounds, clients=options.clients, seconds=options.seconds))
