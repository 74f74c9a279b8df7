#!/bin/sh
# Runs a command against a PostgreSQL that exists only as long as the command runs:
#     scripts/pg-test.sh make test
# The command finds it in DATABASE_URL. Needs PostgreSQL's own programs, no running server and no rights.
set -eu

[ $# -gt 0 ] || { echo "usage: $0 COMMAND [ARGUMENT...]" >&2; exit 2; }

bin=
for initdb in "$(command -v initdb || true)" $(ls -1d /usr/lib/postgresql/*/bin/initdb 2>/dev/null | sort -rV); do
  if [ -x "$initdb" ]; then bin=$(dirname "$(readlink -f "$initdb")"); break; fi
done
[ -n "$bin" ] || { echo "pg-test: PostgreSQL is not installed (apt-get install postgresql)" >&2; exit 1; }

dir=$(mktemp -d "${TMPDIR:-/tmp}/ogsm-pg.XXXXXX")

# PostgreSQL refuses to run as root: then its own user does it.
as=
if [ "$(id -u)" = 0 ]; then
  owner=postgres; id "$owner" >/dev/null 2>&1 || owner=nobody
  chown "$owner" "$dir"
  if command -v setpriv >/dev/null; then
    as="setpriv --reuid=$(id -u "$owner") --regid=$(id -g "$owner") --clear-groups --"
  else
    as="runuser -u $owner --"
  fi
fi

stop() {
  $as "$bin/pg_ctl" -D "$dir/data" -m immediate -s stop >/dev/null 2>&1 || true
  rm -rf "$dir"
}
trap stop EXIT
trap 'exit 130' INT TERM

port=$(python3 -c 'import socket; s = socket.socket(); s.bind(("127.0.0.1", 0)); print(s.getsockname()[1])')
cd "$dir"
$as "$bin/initdb" -A trust -U ogsm -E UTF8 --locale=C.UTF-8 -N -D "$dir/data" >/dev/null
$as "$bin/pg_ctl" -D "$dir/data" -s -w -l "$dir/log" start -o "-h 127.0.0.1 -p $port -k '$dir' -c fsync=off \
  -c full_page_writes=off -c synchronous_commit=off -c max_connections=200" || { cat "$dir/log" >&2; exit 1; }
cd "$OLDPWD"

export DATABASE_URL="postgres://ogsm@127.0.0.1:$port/postgres"
"$@"
