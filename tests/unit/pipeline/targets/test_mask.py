from __future__ import annotations

import pytest

from goldgate.pipeline.targets.mask import masked, masked_value


@pytest.mark.parametrize(
    ("text", "hidden"),
    [
        ("using AKIAIOSFODNN7EXAMPLE now", "AKIAIOSFODNN7EXAMPLE"),
        ("session ASIAIOSFODNN7EXAMPLE", "ASIAIOSFODNN7EXAMPLE"),
        ("key wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY end", "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY"),
        ("Authorization: Bearer abc.def-ghi_123456", "abc.def-ghi_123456"),
        ("authorization: basic dXNlcjpwYXNzd29yZA==", "dXNlcjpwYXNzd29yZA=="),
        ("password=hunter2 and more", "hunter2"),
        ("DB_PASSWORD: 'hunter two'", "hunter two"),
        ('{"api_key": "abc123"}', "abc123"),
        ("aws_secret_access_key = abcdef", "abcdef"),
        ("aws_session_token=FwoGZXIvYXdzE", "FwoGZXIvYXdzE"),
        ("postgres://user:pa55@db/finrag", "pa55"),
        ("token eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxIn0.c2lnbmF0dXJl", "c2lnbmF0dXJl"),
        ("ghp_abcdefghijklmnopqrstuvwxyz0123456789", "ghp_abcdefghijklmnop"),
    ],
)
def test_secrets_are_hidden(text: str, hidden: str) -> None:
    assert hidden not in masked(text)
    assert "****" in masked(text)


@pytest.mark.parametrize(
    "text",
    [
        "loading embeddings: 1,840 MB",
        "input_tokens: 512, output_tokens: 40",
        f"sha256:{'a1' * 32} is pulled",
        "commit 9f31c2e0a8b7d6c5e4f3a2b1c0d9e8f7a6b5c4d3",
        "GET /healthz 503",
        "s3://finrag-data/ML_EMBED_ASSETS/sentences.parquet",
        "arn:aws:ecs:us-east-1:123456789012:task-definition/finrag:12",
    ],
)
def test_the_rest_stays(text: str) -> None:
    assert masked(text) == text


def test_values_of_secret_environment_are_hidden_whole() -> None:
    assert masked_value("environment FINRAG_API_KEY", "plain") == "****"
    assert masked_value("environment MODE", "plain") == "plain"
    assert masked_value("secret FINRAG_API_KEY", "arn:aws:ssm:x") == "arn:aws:ssm:x"
    assert masked_value("options", {"a": ["password=x", 1]}) == {"a": ["password=****", 1]}
