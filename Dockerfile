# The program and what it stands on, and nothing else: no compiler, no Node.js, no secret. docs/operations.md runs it.

FROM python:3.13-slim-trixie AS built
WORKDIR /app
# The locks first, so that a change of the program installs nothing again. Each file is checked against its hash.
COPY requirements.txt requirements-server.txt package.json package-lock.json .npmrc ./
COPY scripts/bootstrap.py scripts/node-requirements.txt scripts/
RUN python3 scripts/bootstrap.py --server && rm -rf .tools
COPY . .
# The two values are needed to start at all; nothing is signed with them and nothing of them is kept.
RUN SECRET_KEY=only-while-building ALLOWED_HOSTS=localhost .venv/bin/python manage.py collectstatic --no-input \
 && .venv/bin/python -m compileall -q ogsm plans actions updates

FROM python:3.13-slim-trixie
# Pango makes the PDFs, PostgreSQL's own programs make its backups. Their versions are those of the Debian release.
# hadolint ignore=DL3008
RUN apt-get update \
 && apt-get install -y --no-install-recommends \
      libharfbuzz-subset0 libpango-1.0-0 libpangoft2-1.0-0 postgresql-client \
 && rm -rf /var/lib/apt/lists/*
RUN useradd --uid 10001 --user-group --no-create-home --home-dir /data --shell /usr/sbin/nologin ogsm \
 && install -d -o ogsm -g ogsm -m 0700 /data
WORKDIR /app
COPY --from=built /app /app
ENV PATH=/app/.venv/bin:$PATH \
    PYTHONUNBUFFERED=1 \
    PYTHONDONTWRITEBYTECODE=1 \
    BIND=0.0.0.0:8000 \
    DATABASE_URL=sqlite:////data/ogsm.sqlite3
# All that is written lies here and in /tmp; the rest may be read-only.
VOLUME /data
USER 10001
EXPOSE 8000
HEALTHCHECK --interval=30s --timeout=5s --start-period=30s --retries=3 CMD ["python", "scripts/healthcheck.py"]
CMD ["gunicorn", "ogsm.wsgi"]
