from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from service.config import MLConfig
from service.errors import ConfigError, ConfigProblems

if TYPE_CHECKING:
    from pathlib import Path

TEXT = """\
version: 1
data:
  bucket: finrag-data
  base_path: ML_EMBED_ASSETS
embedding: {provider: bedrock, model_id: "cohere.embed-v4:0", dimensions: 1024, batch_size: 96}
retrieval: {top_k: 10, similarity_threshold: 0.3}
serving_models:
  default: {provider: bedrock, model_id: haiku, cost_per_1k_input: 0.001, cost_per_1k_output: 0.005}
  nova: {provider: bedrock, model_id: nova}
services: {finrag: {anything: [goes]}}
environments:
  local:
    aws: {region: eu-west-1, endpoint: emulator}
    embedding: {provider: local, dimensions: 256}
    retrieval: {top_k: 5}
    serving_models: {default: {provider: extractive}}
    services: {}
"""


def read(folder: Path, text: str = TEXT, **env: str) -> MLConfig:
    path = folder / "ml_config.yaml"
    path.write_text(text, encoding="utf-8")
    return MLConfig.load(path, env)


def problems(folder: Path, text: str, **env: str) -> list[str]:
    with pytest.raises(ConfigProblems) as caught:
        read(folder, text, **env)
    return [str(problem) for problem in caught.value.problems]


def test_the_names_that_users_know(tmp_path: Path) -> None:
    config = read(tmp_path)
    assert (config.bucket, config.region) == ("finrag-data", "us-east-1")
    assert (config.bedrock_model_id, config.bedrock_dimensions, config.bedrock_batch_size) == ("cohere.embed-v4:0", 1024, 96)
    assert config.input_sentences_path() == "s3://finrag-data/ML_EMBED_ASSETS/sentences.parquet"
    assert config.meta_embeds_path() == config.input_sentences_path()
    assert config.embeddings_path() == "s3://finrag-data/ML_EMBED_ASSETS/embeddings.parquet"
    assert config.kpi_facts_path() == "s3://finrag-data/ML_EMBED_ASSETS/kpi_facts.parquet"
    assert (config.top_k, config.similarity_threshold) == (10, 0.3)


def test_an_empty_base_path_leaves_no_slash(tmp_path: Path) -> None:
    assert read(tmp_path, TEXT.replace("ML_EMBED_ASSETS", '""')).embeddings_path() == "s3://finrag-data/embeddings.parquet"


def test_the_environment_lies_over_the_rest(tmp_path: Path) -> None:
    config = read(tmp_path, GOLDGATE_ENV="local")
    assert config.region == "eu-west-1"
    assert config.top_k == 5
    assert config.similarity_threshold == 0.3, "keys that the overlay does not name stay"


def test_another_provider_replaces_the_model_and_its_price(tmp_path: Path) -> None:
    config = read(tmp_path, GOLDGATE_ENV="local")
    model = config.serving_model()
    assert (model.name, config.cost(model, 1000, 1000)) == ("extractive", 0.0)
    assert (config.embedding.model_id, config.embedding.dimensions) == ("", 256)
    assert config.serving_model("nova").model_id == "nova"


def test_cost_is_per_thousand_tokens(tmp_path: Path) -> None:
    config = read(tmp_path)
    assert config.cost(config.serving_model(), 2000, 500) == pytest.approx(0.002 + 0.0025)


def test_the_region_of_the_process_counts_where_the_file_names_none(tmp_path: Path) -> None:
    assert read(tmp_path, AWS_REGION="ap-south-1").region == "ap-south-1"
    assert read(tmp_path, AWS_REGION="ap-south-1", GOLDGATE_ENV="local").region == "eu-west-1"


def test_storage_options_carry_credentials_and_endpoint(tmp_path: Path) -> None:
    options = read(
        tmp_path, AWS_ACCESS_KEY_ID="id", AWS_SECRET_ACCESS_KEY="key", AWS_ENDPOINT_URL="http://127.0.0.1:1"
    ).get_storage_options()
    assert options == {
        "aws_access_key_id": "id",
        "aws_secret_access_key": "key",
        "aws_endpoint_url": "http://127.0.0.1:1",
        "aws_region": "us-east-1",
        "aws_allow_http": "true",
    }
    assert read(tmp_path).get_storage_options() == {"aws_region": "us-east-1"}


def test_clients_are_made_once(tmp_path: Path) -> None:
    made: list[tuple[str, dict[str, Any]]] = []

    def client(name: str, **arguments: Any) -> object:
        made.append((name, arguments))
        return object()

    path = tmp_path / "ml_config.yaml"
    path.write_text(TEXT, encoding="utf-8")
    config = MLConfig.load(path, {"AWS_ENDPOINT_URL": "http://127.0.0.1:1"}, client)
    assert config.get_s3_client() is config.get_s3_client()
    assert config.get_bedrock_client() is not config.get_s3_client()
    assert [name for name, _ in made] == ["s3", "bedrock-runtime"]
    assert made[0][1]["endpoint_url"] == "http://127.0.0.1:1"


def test_all_errors_at_once_each_with_its_line(tmp_path: Path) -> None:
    text = (
        TEXT.replace("top_k: 10", "top_kk: 10")
        .replace("  bucket:", "  buckett: x\n  bucket:")
        .replace("dimensions: 1024", "dimensions: -1")
    )
    found = problems(tmp_path, text)
    assert 'ml_config.yaml:3: unknown key "buckett" in data; did you mean "bucket"?' in found
    assert 'ml_config.yaml:7: unknown key "top_kk" in retrieval; did you mean "top_k"?' in found
    assert any(line.startswith("ml_config.yaml:6: embedding.dimensions is -1:") for line in found)
    assert len(found) == 3


def test_an_error_in_the_overlay_has_the_line_of_the_overlay(tmp_path: Path) -> None:
    found = problems(tmp_path, TEXT.replace("top_k: 5", "top_k: many"), GOLDGATE_ENV="local")
    assert len(found) == 1
    assert found[0].startswith("ml_config.yaml:15: retrieval.top_k is 'many'")


def test_a_section_that_looks_like_ours_is_a_misspelling(tmp_path: Path) -> None:
    found = problems(tmp_path, TEXT + "retreival: {}\n")
    assert found == ['ml_config.yaml:18: unknown key "retreival"; did you mean "retrieval"?']


def test_sections_of_the_pipeline_are_left_alone(tmp_path: Path) -> None:
    assert read(tmp_path, TEXT + "defaults: {x: 1}\nledger: 5\n").bucket == "finrag-data"


def test_an_unknown_environment_names_those_there_are(tmp_path: Path) -> None:
    assert problems(tmp_path, TEXT, GOLDGATE_ENV="prod") == [
        'ml_config.yaml:11: GOLDGATE_ENV is "prod", but environments has only: local.'
    ]


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        (
            "  default: {provider: bedrock, model_id: haiku",
            "  main: {provider: bedrock, model_id: haiku",
            'serving_models needs a "default"',
        ),
        ('model_id: "cohere.embed-v4:0", ', "", 'embedding.provider "bedrock" needs a model_id'),
        ("model_id: nova", "temperature: 0", 'serving_models.nova: provider "bedrock" needs a model_id'),
        ("similarity_threshold: 0.3", "loader: local", 'retrieval.loader "local" needs data.folder'),
        ("  bucket: finrag-data\n", "", "data.bucket is missing"),
    ],
)
def test_what_cannot_work_together(tmp_path: Path, old: str, new: str, said: str) -> None:
    found = problems(tmp_path, TEXT.replace(old, new))
    assert len(found) == 1
    assert said in found[0]


def test_broken_yaml_has_a_line(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match=r"ml_config.yaml:2: this is not YAML"):
        read(tmp_path, "data: {bucket: x\nretrieval: [")


def test_a_repeated_key_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match=r'ml_config.yaml:3: the key "a" stands twice'):
        read(tmp_path, "data:\n  a: 1\n  a: 2\n")


def test_an_absent_file_names_the_variable(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="ML_CONFIG names another file"):
        MLConfig.load(tmp_path / "none.yaml", {})


def test_an_unknown_model_names_those_there_are(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="it has default, nova"):
        read(tmp_path).serving_model("sonnet")
