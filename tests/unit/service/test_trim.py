from __future__ import annotations

import struct
from typing import TYPE_CHECKING

from service.image.trim import main, strip

if TYPE_CHECKING:
    from pathlib import Path


def elf(path: Path) -> bytes:
    """A 64-bit file with one segment of 200 bytes and 50 bytes of symbols behind it; the bytes of the segment."""
    header = bytearray(b"\x7fELF\x02\x01\x01" + bytes(57))
    struct.pack_into("<QQ", header, 32, 64, 250)  # program headers at 64, section headers at 250
    struct.pack_into("<HHHHHH", header, 52, 64, 56, 1, 64, 3, 2)
    program = bytearray(56)
    struct.pack_into("<Q", program, 8, 0)
    struct.pack_into("<Q", program, 32, 200)
    path.write_bytes(bytes(header) + bytes(program) + b"c" * 80 + b"s" * 50)
    return b"c" * 80


def test_symbols_go_and_segments_stay(tmp_path: Path) -> None:
    library = tmp_path / "x.so"
    code = elf(library)
    strip(library)
    found = library.read_bytes()
    assert len(found) == 200
    assert found[120:] == code
    assert struct.unpack_from("<Q", found, 40)[0] == 0
    assert struct.unpack_from("<HHH", found, 58) == (64, 0, 0)


def test_what_is_no_library_is_left_alone(tmp_path: Path) -> None:
    script = tmp_path / "x.so.txt"
    script.write_bytes(b"GROUP ( libm.so )" * 10)
    strip(script)
    assert script.read_bytes() == b"GROUP ( libm.so )" * 10


def test_what_does_not_run_goes(tmp_path: Path) -> None:
    site = tmp_path / "lib" / "python3.11" / "site-packages"
    for name in (
        "numpy/tests/test_a.py",
        "numpy/core.py",
        "numpy/core.pyi",
        "botocore/data/s3/x.json",
        "botocore/data/ec2/x.json",
        "botocore/data/partitions.json",
    ):
        path = site / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text("x = 1\n", encoding="utf-8")
    main(tmp_path)
    left = {path.relative_to(site).as_posix() for path in site.rglob("*") if path.is_file()}
    assert {"numpy/core.py", "botocore/data/s3/x.json", "botocore/data/partitions.json"} <= left
    assert not any(name.startswith(("numpy/tests", "botocore/data/ec2")) or name.endswith(".pyi") for name in left)
    assert any(name.startswith("numpy/__pycache__/core") for name in left), "what stays is compiled"
    assert {(site / name).stat().st_mtime for name in left} == {0.0}


def test_the_same_files_give_the_same_bytes(tmp_path: Path) -> None:
    found = []
    for name in ("a", "b"):
        path = tmp_path / name / "lib" / "python3.11" / "site-packages" / "numpy" / "core.py"
        path.parent.mkdir(parents=True)
        path.write_text("x = 1\n", encoding="utf-8")
        main(tmp_path / name)
        found.append(next(path.parent.rglob("*.pyc")).read_bytes()[:16])
    assert found[0] == found[1]
