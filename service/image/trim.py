"""Cut an installed environment down to what runs: no tests, no type stubs, no symbol tables, no AWS services unused.

Run by the Dockerfile: `python trim.py /opt/venv`. What stays is compiled with hashes instead of times, and every file
gets the same time, so that the same requirements give the same bytes.
"""

from __future__ import annotations

import compileall
import os
import shutil
import struct
import sys
from pathlib import Path
from py_compile import PycInvalidationMode
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

AWS_SERVICES = frozenset({"s3", "sts", "bedrock-runtime"})
FOLDERS = frozenset({"tests", "test", "testing", "__pycache__", "examples"})
# numpy imports numpy.testing lazily, but its own `_core` and scipy-like users name these; they are kept.
KEPT = frozenset({"numpy/testing"})
UNUSED = (
    "numpy/f2py", "numpy/distutils", "numpy/_core/include", "numpy/_core/lib", "numpy/typing/tests", "numpy/random/lib",
    "numpy/random/_examples", "boto3/examples", "boto3/data", "bin",
)  # fmt: skip
SUFFIXES = (".pyi", ".a", ".h", ".pxd", ".pyx", ".c", ".md", ".rst")


def main(root: Path) -> None:
    """Trim the site-packages under `root`."""
    for site in root.glob("lib/python*/site-packages"):
        _remove(site)
        _keep_services(site / "botocore" / "data")
        for path in _libraries(site):
            strip(path)
        compileall.compile_dir(str(site), quiet=2, force=True, invalidation_mode=PycInvalidationMode.UNCHECKED_HASH)
    for path in [root, *root.rglob("*")]:
        os.utime(path, (0, 0), follow_symlinks=False)


def _remove(site: Path) -> None:
    for name in UNUSED:
        shutil.rmtree(site / name, ignore_errors=True)
    for folder, names, files in os.walk(site):
        here = Path(folder)
        for name in list(names):
            if name in FOLDERS and (here / name).relative_to(site).as_posix() not in KEPT:
                shutil.rmtree(here / name)
                names.remove(name)
        for file in files:
            if file.endswith(SUFFIXES) or file == "RECORD":
                (here / file).unlink()


def _keep_services(data: Path) -> None:
    if not data.is_dir():
        return
    for path in data.iterdir():
        if path.is_dir() and path.name not in AWS_SERVICES:
            shutil.rmtree(path)


def _libraries(site: Path) -> Iterator[Path]:
    for path in site.rglob("*.so*"):
        if path.is_file() and not path.is_symlink():
            yield path


def strip(path: Path) -> None:
    """Drop what follows the last loadable byte of a 64-bit little-endian ELF file: symbol tables and section headers.

    The loader reads segments, not sections (ELF specification, "Program Loading"), so nothing that runs is touched.
    """
    with path.open("r+b") as file:
        header = bytearray(file.read(64))
        if header[:6] != b"\x7fELF\x02\x01":
            return
        offset, size, count = struct.unpack_from("<Q", header, 32)[0], *struct.unpack_from("<HH", header, 54)
        file.seek(offset)
        table = file.read(size * count)
        end = max(offset + len(table), 64)
        for at in range(count):
            start, length = (
                struct.unpack_from("<Q", table, at * size + 8)[0],
                struct.unpack_from("<Q", table, at * size + 32)[0],
            )
            end = max(end, start + length)
        struct.pack_into("<Q", header, 40, 0)
        struct.pack_into("<HHH", header, 58, 64, 0, 0)
        file.seek(0)
        file.write(header)
        file.truncate(end)


if __name__ == "__main__":
    main(Path(sys.argv[1]))
