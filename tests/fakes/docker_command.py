"""Docker clients as small shell scripts: what they say to `buildx version`, `--version` and `build`."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

BUILT = f"sha256:{'1' * 64}"
PROGRESS = """\
#1 [internal] load build definition from Dockerfile
#1 DONE 0.0s

#4 [build 1/2] FROM docker.io/library/python:3.11-slim-bookworm
#4 CACHED

#5 [build 2/2] RUN pip install --require-hashes -r requirements.txt
#5 CACHED

#6 [stage-1 2/4] RUN useradd --uid 10001 app
#6 CACHED

#7 [stage-1 3/4] COPY service ./service
#7 DONE 0.1s

#8 [stage-1 4/4] COPY ml_config.yaml .
#8 0.051 a line of its output with [9/9] in it
#8 DONE 0.0s

#9 exporting to image
#9 CACHED
"""
SCRIPT = """\
#!/bin/sh
{{
  for word in "$@"; do printf '%s\\n' "$word"; done
}} > "{folder}/arguments-$1"
env > "{folder}/environment"
case "$1" in
  buildx) [ "$2" = version ] && exit {buildx} ;;
  --version) echo 'Docker version {version}, build 1'; exit 0 ;;
esac
for word in "$@"; do
  case "$word" in --iidfile=*) [ {code} = 0 ] && printf %s '{built}' > "${{word#--iidfile=}}" ;; esac
done
cat <<'PROGRESS'
{progress}PROGRESS
exit {code}
"""


def docker_command(
    folder: Path, *, version: str = "20.10.24+dfsg1", buildx: bool = False, progress: str = PROGRESS, code: int = 0
) -> Path:
    """Put a docker client into `folder`, which then holds its last `arguments-<word>` and `environment` too."""
    folder.mkdir(parents=True, exist_ok=True)
    program = folder / "docker"
    text = SCRIPT.format(folder=folder, version=version, buildx=0 if buildx else 1, progress=progress, code=code, built=BUILT)
    program.write_text(text)
    program.chmod(0o755)
    return program
