from __future__ import annotations

import json
import time
from pathlib import Path
from typing import TYPE_CHECKING

import polars as pl
import pytest

from goldgate.eval.report.secrets import RULES, mask, mask_column

if TYPE_CHECKING:
    from collections.abc import Iterator

DATA = Path(__file__).parents[5] / "shared" / "data"
DRAWN = "q7Zt2Lm9Xk4Vb8Nc1Rd6Sf3Gh5Jw0PyTuEiOaQzWxCvBnMlKjHgFdSa"
AWS_SECRET = "wJalrXUtnFEMI/K7MDENG+bPxRfiCYzEXAMPLEKE"
TWICE = DRAWN * 2

SECRETS = {
    "AKIA" + "IOSFODNN7EXAMPLE": "AWS access key",
    "ASIA" + "Y34FZKBOKMUTVV7A": "AWS access key",
    f"aws_secret_access_key = {AWS_SECRET}": "AWS secret key",
    f'"SecretAccessKey": "{AWS_SECRET}"': "AWS secret key",
    f"AWS_SECRET_KEY={AWS_SECRET}": "AWS secret key",
    f"aws_session_token={TWICE}{DRAWN}": "AWS session token",
    f"it returned IQoJb3JpZ2lu{TWICE}== for the role": "AWS session token",
    f"ghp_{DRAWN[:36]}": "GitHub token",
    f"github_pat_{DRAWN[:22]}_{DRAWN}": "GitHub token",
    f"glpat-{DRAWN[:20]}": "GitLab token",
    f"xoxb-1234567890-{DRAWN[:24]}": "Slack token",
    f"https://hooks.slack.com/services/T0A1B2C3D/B0A1B2C3D/{DRAWN[:24]}": "Slack webhook",
    f"sk_live_{DRAWN[:24]}": "Stripe key",
    f"sk-ant-api03-{DRAWN}-AA": "Anthropic key",
    f"sk-proj-{DRAWN}": "OpenAI key",
    f"sk-{DRAWN[:48]}": "OpenAI key",
    f"AIza{DRAWN[:35]}": "Google API key",
    f"ya29.{DRAWN}": "Google token",
    f"hf_{DRAWN[:34]}": "Hugging Face token",
    f"dapi{'0123456789abcdef' * 2}": "Databricks token",
    f"npm_{DRAWN[:36]}": "npm token",
    f"pypi-AgEIcHlwaS5vcmc{DRAWN}": "PyPI token",
    f"SG.{DRAWN[:22]}.{DRAWN[:43]}": "SendGrid key",
    f"AccountName=x;AccountKey={(TWICE)[:86]}==;": "Azure key",
    f"eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxMjM0NTY3ODkwIn0.{DRAWN[:43]}": "JSON Web Token",
    "postgres://app:correct-horse@db.internal:5432/prod": "password",
    "Authorization: Basic " + "dXNlcjpwYXNzd29yZA==": "authorization",
    f'{{"Authorization": "Bearer {DRAWN[:30]}"}}': "authorization",
    f"curl with bearer {DRAWN[:30]}": "bearer token",
    f"api_key: {DRAWN[:20]}": "API key",
    f'"client_secret": "{DRAWN[:16]}"': "API key",
    f"https://example.org/v1?apikey={DRAWN[:24]}&page=2": "API key",
    f"DJANGO_SECRET_KEY='{DRAWN[:50]}'": "API key",
    f"refresh_token={DRAWN[:40]}": "token",
    "DB_PASSWORD=hunter2!": "password",
    'password: "s3cr3t-horse"': "password",
}
PEM = "-----BEGIN RSA PRIVATE KEY-----\nMIIEowIBAAKCAQEA0Z3VS5JJcds3xfn\nABCDEFGHIJKLMNOPQRSTUV\n-----END RSA PRIVATE KEY-----"

ORDINARY = (
    "sha256:" + "7ac10d0d" * 8,
    f"123456789012.dkr.ecr.eu-west-1.amazonaws.com/finrag@sha256:{'0d' * 32}",
    "9f31c2e0b7d44c1f8e2a9f31c2e0b7d44c1f8e2a",
    "run 550e8400-e29b-41d4-a716-446655440000 of the service",
    "token: 550e8400-e29b-41d4-a716-446655440000",
    "AAPL_10-K_2019_123",
    "token: AAPL_10-K_2019_123",
    "next_token=page_2_of_10",
    "input_tokens: 1290, output_tokens=128, token_f1: 0.8312",
    "Net sales in Asia Pacific rose to $4,1234.5 million; ASIA 2019 and the risk-adjusted return",
    "The tokenizer turns 'secret' into one token: secret",
    "Bearer bonds and certificates of 2019 carry interest; the bearer notwithstanding.",
    "The password is required. Passwords: at least 12 characters.",
    "api_key: YOUR_API_KEY_HERE, password=<password>, token=${TOKEN}, secret: ***",
    "Authorization: Bearer YOUR_TOKEN",
    "password = os.environ['DB_PASSWORD_1']",
    'api_key = config.get("OPENAI_KEY_2")',
    "https://example.org:8080/a@b, ssh://git@example.org:22/x, http://[::1]:80/",
    "iVBORw0KGgoAAAANSUhEUgAAAAUAAAAFCAYAAACNbyblAAAAHElEQVQI12P4",
    "Key: value pairs; primary_key = id_123; secret_name: prod/db/password; secret santa: 12 December 2019",
    "eyJ is how a JSON object begins in base64",
    "[masked: AWS access key]",
    "task-1234567890123456789012345678901234567890",
)


@pytest.mark.parametrize(("text", "name"), SECRETS.items(), ids=lambda part: part[:24])
def test_a_secret_is_replaced_by_a_note(text: str, name: str) -> None:
    shown = mask(f"The answer holds {text} and goes on")
    assert f"[masked: {name}]" in shown
    assert shown.startswith("The answer holds ")
    assert shown.endswith(" and goes on")
    assert all(secret not in shown for secret in (DRAWN[:16], AWS_SECRET, "hunter2", "s3cr3t", "correct-horse"))


@pytest.mark.parametrize("text", ORDINARY)
def test_ordinary_texts_stay(text: str) -> None:
    assert mask(text) == text


def test_a_private_key_goes_whole_with_or_without_its_end() -> None:
    note = "[masked: private key]"
    assert mask(f"before {PEM} after") == f"before {note} after"
    assert mask(json.dumps({"key": PEM})) == json.dumps({"key": note})
    assert mask(PEM[:80]) == note
    assert mask(f"{PEM}\n{PEM}") == f"{note}\n{note}"


def test_what_names_the_secret_stays() -> None:
    assert mask("postgres://app:hunter2@db/prod") == "postgres://app:[masked: password]@db/prod"
    assert mask("user=me&password=hunter2!&page=2") == "user=me&password=[masked: password]&page=2"
    pair = mask(f"{'AKIA' + 'IOSFODNN7EXAMPLE'},{AWS_SECRET}\n")
    assert pair == "[masked: AWS access key],[masked: AWS secret key]\n"


@pytest.mark.parametrize("text", SECRETS)
def test_masking_twice_changes_nothing_more(text: str) -> None:
    assert mask(mask(text)) == mask(text)


def test_a_column_is_masked_as_its_texts_are() -> None:
    texts = [*SECRETS, PEM, *ORDINARY]
    masked, count = mask_column(pl.Series("t", [*texts, None, *texts]))
    assert masked.to_list() == [*(mask(text) for text in texts), None, *(mask(text) for text in texts)]
    assert count == 2 * (len(SECRETS) + 1)
    assert masked.name == "t"


def test_a_column_without_secrets_or_rows_is_handed_back() -> None:
    texts = pl.Series("t", ["one", None, "secret: none"])
    assert mask_column(texts) == (texts, 0)
    assert mask_column(pl.Series("t", [], dtype=pl.String))[1] == 0


def test_hints_are_in_lower_case() -> None:
    assert all(hint == hint.lower() for rule in RULES for hint in rule.hints)


@pytest.mark.parametrize(
    "unit", ["eyJ", "://", "://a:", "password", "password=", "-----BEGIN PRIVATE KEY-----", "token = ", "bearer ", "AKIA", "a1"]
)
def test_a_long_text_takes_no_long_time(unit: str) -> None:
    text = unit * (1_000_000 // len(unit))
    started = time.perf_counter()
    mask(text)
    assert time.perf_counter() - started < 5


def texts_of(value: object) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        yield from (text for part in value.values() for text in texts_of(part))
    elif isinstance(value, list):
        yield from (text for part in value for text in texts_of(part))


@pytest.mark.parametrize("folder", ["finsights", "convfinqa", "tatqa", "xquad_en", "evouna", "unieval"])
def test_nothing_is_masked_in_public_data(folder: str) -> None:
    if not (DATA / folder).is_dir():
        pytest.skip(f"{folder} is not beside the project: ../shared/data/{folder}")
    found: list[str] = []
    for path in sorted((DATA / folder).rglob("*.json*")):
        content = path.read_text(encoding="utf-8")
        documents = content.splitlines() if path.suffix == ".jsonl" else [content]
        found += [text for document in documents for text in texts_of(json.loads(document))]
    for path in sorted((DATA / folder).rglob("*.parquet")):
        found += [text for column in pl.read_parquet(path).select(pl.col(pl.String)) for text in column.drop_nulls()]
    assert len(found) > 300
    texts = pl.Series(found)
    masked, count = mask_column(texts)
    assert (count, masked.filter(masked != texts).to_list()) == (0, [])
