"""`python -m service.healthcheck`: exit 0 while /healthz on this machine answers 200. The image's HEALTHCHECK."""

from __future__ import annotations

import os
import sys
from urllib.error import URLError
from urllib.request import urlopen


def healthy(port: str) -> bool:
    """Whether /healthz on `port` answers 200."""
    try:
        with urlopen(f"http://127.0.0.1:{port}/healthz", timeout=4) as answer:
            return int(answer.status) == 200
    except (URLError, OSError):
        return False


if __name__ == "__main__":
    sys.exit(0 if healthy(os.environ.get("PORT") or "8080") else 1)
