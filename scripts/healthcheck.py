#!/usr/bin/env python3
"""Ends with 0 when the web server in this container answers that it is well. Standard library only, to be quick.

It asks by the first name in ALLOWED_HOSTS, since the application answers to its own names alone.
"""

from __future__ import annotations

import http.client
import os
import sys


def main() -> int:
    port = int(os.environ.get("BIND", "127.0.0.1:8000").rpartition(":")[2])
    name = os.environ.get("ALLOWED_HOSTS", "").split(",")[0].strip().lstrip(".")
    asked = http.client.HTTPConnection("127.0.0.1", port, timeout=4)
    try:
        asked.request("GET", "/healthz", headers={"Host": name if name not in ("", "*") else "localhost"})
        answer = asked.getresponse()
        text = answer.read(200).decode(errors="replace").strip()
    except (OSError, http.client.HTTPException) as error:
        print(f"no answer: {error}")
        return 1
    finally:
        asked.close()
    print(f"{answer.status} {text}")
    return 0 if answer.status == 200 else 1


if __name__ == "__main__":
    sys.exit(main())
