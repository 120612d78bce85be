from __future__ import annotations

import pytest

from goldgate.pipeline.config.secrets import looks_secret, names_secret, secret_kind
from goldgate.pipeline.config.words import in_words

RANDOM_KEY = "wJalrXUtnFEMI/K7MDENG/" + "bPxRfiCYEXAMPLEKEY"


@pytest.mark.parametrize(
    ("value", "kind"),
    [
        ("AKIA" + "IOSFODNN7EXAMPLE", "an AWS access key"),
        ("key=ASIA" + "IOSFODNN7EXAMPLE;", "an AWS access key"),
        (RANDOM_KEY, "a secret key"),
        ("-----BEGIN RSA " + "PRIVATE KEY-----", "a private key"),
        ("ghp_" + "a1B2" * 9, "a GitHub token"),
        ("github_pat_" + "a1B2_" * 9, "a GitHub token"),
        ("sk-" + "ant-api03-abcdefghij1234", "an API key"),
        ("eyJhbGciOiJIUzI1NiJ9." + "eyJzdWIiOiIxMjM0NTY3ODkwIn0.x", "a signed token"),
        ("postgres://user:" + "hunter2@db/finrag", "a password within an address"),
    ],
)
def test_credentials_are_known(value: str, kind: str) -> None:
    assert secret_kind(value) == kind
    assert in_words(value) == "a text that is not shown"


@pytest.mark.parametrize(
    "value",
    [
        "us.anthropic.claude-sonnet-4-5-20250929-v1:0",
        "arn:aws:iam::123456789012:role/GoldgateDeployRoleForProductionAccount2026",
        "s3://finrag-data/ML_EMBED_ASSETS/sentences.parquet",
        "ML/Embeddings/FinRAG/Year2024/SentencesOfReports",
        "9f31c2e0b1a24c5d9f31c2e0b1a24c5d9f31c2e0",
        "sha256:6b86b273ff34fce19d6b804eff5a3f5747ada4eaa22f1d49c01e52ddb7875b4b",
        "http://127.0.0.1:4566",
        "contexts[].id",
        "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa",
    ],
)
def test_what_only_looks_long_is_none(value: str) -> None:
    assert not looks_secret(value)


@pytest.mark.parametrize(
    "key", ["password", "DB_PASSWORD", "api_key", "apikey", "AWS_SECRET_ACCESS_KEY", "auth-token", "token"]
)
def test_names_of_credentials(key: str) -> None:
    assert names_secret(key)


@pytest.mark.parametrize("key", ["tokens", "max_tokens", "secrets", "cost_per_1k_input", "keys", "monkey"])
def test_names_of_other_things(key: str) -> None:
    assert not names_secret(key)
