"""How gunicorn serves, read by itself from the folder it is started in: gunicorn ogsm.wsgi

A worker is a process of about 130 MB; threads within it share that and wait for the database and the mail of others.
Two workers of two threads serve a few hundred people. On SQLite more than two gain little, since one writes at a time;
on PostgreSQL set WEB_CONCURRENCY to the number of cores, and count two connections for each. More threads are no gain:
they wait for each other's Python while one of them holds the database (see docs/speed.md).
"""

import os
from pathlib import Path

# address and port it listens to, for the proxy in front
bind = os.environ.get("BIND", "127.0.0.1:8000")
# processes that serve: 2 on SQLite, the number of cores on PostgreSQL
workers = int(os.environ.get("WEB_CONCURRENCY", "2"))
worker_class = "gthread"
# requests at once in each process, and so connections to the database
threads = int(os.environ.get("WEB_THREADS", "2"))

control_socket_disable = True  # nobody controls it but by signals
preload_app = True  # trouble at the start ends the start, and the workers share what they loaded
timeout = 60  # s without a sign of life of a worker before it is replaced
graceful_timeout = 30  # s that a stop waits for requests in hand: stop and upgrade lose none
keepalive = 65  # s; longer than the proxy keeps an idle connection, so that it never writes into a closed one
# What a PDF or a large workbook took stays with a worker: it begins anew now and then, not both at once.
max_requests, max_requests_jitter = 20_000, 2_000

# Where workers show that they live: memory, since a slow disk is no reason to replace one.
worker_tmp_dir = "/dev/shm" if Path("/dev/shm").is_dir() else None  # noqa: S108

# A request says neither where the program is mounted (SCRIPT_NAME) nor, unasked, that it came over HTTPS: gunicorn
# believes that of any neighbour on this machine. Whether to believe a proxy is BEHIND_PROXY's to say.
forwarder_headers = ""
secure_scheme_headers = {}
