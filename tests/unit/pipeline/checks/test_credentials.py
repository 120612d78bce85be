from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from goldgate.pipeline.checks.credentials import (
    credential_checks,
    environment_is_clean,
    files_of,
    history_is_clean,
    holds_key,
    layers_are_clean,
)
from goldgate.pipeline.errors import OutsideError
from tests.fakes.saved_image import in_chunks, packed, saved

if TYPE_CHECKING:
    from tests.fakes.saved_image import Layout

# Put together here, so that no scanner takes this file for a leak.
KEY_ID = "AKIA" + "Q7Z3M5K9W2X8C4V6"
PAT = "ghp_" + "a1B2" * 9
PEM = "-----BEGIN RSA " + "PRIVATE KEY-----\n" + "MIIEpAIBAAKCAQEA0Z3VS5JJcds3xfn" * 3 + "\n-----END RSA PRIVATE KEY-----\n"


@pytest.mark.parametrize(
    ("environment", "ok", "detail"),
    [
        ([], True, "0 variables"),
        (["PATH=/usr/bin", "GPG_KEY=A035C8C1", "PYTHON_VERSION=3.11"], True, "3 variables"),
        (["FINRAG_API_KEY="], True, "1 variables"),
        (["MAX_TOKENS=1024", "TOKENIZERS_PARALLELISM=false"], True, "2 variables"),
        (["AWS_SECRET_ACCESS_KEY=x"], False, "set: AWS_SECRET_ACCESS_KEY"),
        (["HF_TOKEN=x", "A=b", "db_password=y"], False, "set: HF_TOKEN, db_password"),
        ([f"HARMLESS={KEY_ID}"], False, "set: HARMLESS"),
        ([f"URL=https://{PAT}@github.com"], False, "set: URL"),
    ],
)
def test_the_environment(environment: list[str], *, ok: bool, detail: str) -> None:
    assert environment_is_clean(environment) == (ok, detail)


@pytest.mark.parametrize(
    ("command", "ok"),
    [
        ("/bin/sh -c pip install --no-cache-dir -r requirements.txt # buildkit", True),
        ('ENV PIP_TOKEN=""', True),
        ("|1 PIP_TOKEN=hunter2 /bin/sh -c pip install x", False),
        ("ENV GPG_KEY=A035C8C19219BA821ECEA86B64E628F8D684696D", True),
        (f"RUN /bin/sh -c curl -u {PAT} https://x", False),
        (f"RUN echo {KEY_ID} > /key", False),
    ],
)
def test_the_history(command: str, *, ok: bool) -> None:
    clean, detail = history_is_clean([{"CreatedBy": "CMD [x]"}, {"CreatedBy": command}, {}])
    assert clean is ok
    assert detail.startswith("3 steps" if ok else "in: ")


@pytest.mark.parametrize("secret", ["hunter2", PAT, KEY_ID])
def test_the_history_names_the_step_and_not_the_secret(secret: str) -> None:
    for command in (f"|1 PIP_TOKEN={secret} /bin/sh -c pip install x", f"RUN API_KEY={secret} x"):
        clean, detail = history_is_clean([{"CreatedBy": command}])
        assert not clean
        assert secret not in detail
    assert PAT not in history_is_clean([{"CreatedBy": f"RUN curl {PAT}"}])[1]


@pytest.mark.parametrize("layout", ["docker", "oci"])
@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("root/.aws/credentials", b"[default]\naws_access_key_id = x\n"),
        ("app/.env", b"DEBUG=1"),
        ("home/app/.ssh/id_ed25519", b"anything"),
        ("root/.docker/config.json", b'{"auths": {}}'),
        ("app/settings.py", f"KEY = '{KEY_ID}'".encode()),
        ("app/key.pem", PEM.encode()),
        ("app/remote", PAT.encode()),
    ],
)
def test_a_secret_in_any_layer_is_found(layout: Layout, name: str, content: bytes) -> None:
    image = saved({"bin/true": b"\x7fELF..."}, {name: content}, layout=layout)
    assert layers_are_clean(in_chunks(image)) == (False, f"in: {name}")


@pytest.mark.parametrize("layout", ["docker", "oci"])
def test_a_file_that_a_later_layer_deletes_is_found(layout: Layout) -> None:
    image = saved({"app/.netrc": b"machine x login y password z"}, {"app/.wh..netrc": b""}, layout=layout)
    assert layers_are_clean(in_chunks(image)) == (False, "in: app/.netrc")


@pytest.mark.parametrize("layout", ["docker", "oci"])
def test_a_clean_image_tells_how_many_files_it_has(layout: Layout) -> None:
    image = saved({"bin/true": b"\x7fELF...", "etc/passwd": b"root:x:0:0"}, {"app/.env": b" \n"}, layout=layout)
    assert layers_are_clean(in_chunks(image)) == (True, "3 files")


def test_five_files_are_named_at_most() -> None:
    image = saved({f"app/{n}/.env": b"x" for n in range(7)})
    assert layers_are_clean([image])[1] == "in: " + ", ".join(f"app/{n}/.env" for n in range(5))


@pytest.mark.parametrize(
    ("content", "found"),
    [
        (KEY_ID.encode(), True),
        (f"x{KEY_ID}".encode(), False),
        (f"{KEY_ID}x".encode(), False),
        (b"AKIAIOSFODNN7EXAMPLE", False),
        (f"for example: {KEY_ID}".encode(), False),
        (f"for example{' ' * 60}{KEY_ID}".encode(), True),
        (b"\x7fELF" + PEM.encode(), False),
        (PEM.encode(), True),
        (b"-----BEGIN PRIVATE KEY-----\n<put your key here>\n", False),
        (b"PRIVATE KEY-----", False),
        (b"sk-" + b"a" * 39, False),
        (b"sk-ant-" + b"a1-_" * 10, True),
        (b"", False),
    ],
)
def test_what_is_shaped_like_a_key(content: bytes, *, found: bool) -> None:
    assert holds_key(content) is found


def test_large_files_are_passed_over_and_what_follows_is_read() -> None:
    image = saved({"model.bin": b"\0" * (4 * 2**20 + 1), "after.txt": b"x"}, {"last.txt": b"y"})
    assert list(files_of(in_chunks(image, 1 << 20))) == [("after.txt", b"x"), ("last.txt", b"y")]


def test_the_three_checks_of_an_image() -> None:
    checks = credential_checks({"Config": {"Env": ["API_KEY=x"]}}, [{"CreatedBy": "ARG A"}], [saved({"a": b"b"})])
    assert [(check.name, check.ok) for check in checks] == [
        ("no credentials in its environment", False),
        ("no credentials in its history", True),
        ("no credentials in its layers", True),
    ]
    assert checks[0].to_json()["detail"] == "set: API_KEY"


def test_a_layer_that_cannot_be_read_is_not_called_clean() -> None:
    digest = "f" * 64
    image = packed({f"blobs/sha256/{digest}": b"\x28\xb5\x2f\xfd" + bytes(5000)})
    with pytest.raises(OutsideError, match="compressed with zstd"):
        layers_are_clean([image])
