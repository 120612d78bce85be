from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from goldgate.pipeline.config.load import ConfigError, load_config
from goldgate.pipeline.errors import Problems

from .files import COMPLETE, changed, load, messages, write

if TYPE_CHECKING:
    from pathlib import Path

OVERLAYS = """\
environments:
  local:
    aws: {endpoint: emulator}
    retrieval: {top_k: 5}
  production:
    aws: {region: eu-central-1, account_id: "123456789012"}
    services:
      finrag:
        gates: [{metric: errors.rate, max: 0.0}]
        deploy: {memory: 1024, environment: {A: "1"}}
"""


def test_short_file_has_sane_defaults(tmp_path: Path) -> None:
    service = load(tmp_path, COMPLETE.replace("    port: 8080\n", "")).service()
    assert (service.name, service.port, service.health) == ("finrag", 8080, "/healthz")
    assert (service.build.dockerfile, service.build.context, service.build.platform) == ("Dockerfile", ".", "linux/amd64")
    assert (service.deploy.service, service.deploy.repository, service.deploy.log_group) == ("finrag", "finrag", "/ecs/finrag")
    assert (service.deploy.strategy.type, service.deploy.strategy.circuit_breaker) == ("rolling", True)
    assert [gold.path for gold in service.gold_sets] == ["gold.jsonl"]
    assert service.publish is None


def test_a_service_without_gates_must_answer_every_case(tmp_path: Path) -> None:
    text = changed("    gates:\n      - {metric: retrieval.recall@10, min: 0.80}\n", "")
    (gate,) = load(tmp_path, text).service().gates
    assert (gate.metric, gate.min, gate.max) == ("errors.rate", None, 0.0)


def test_names_are_lent_from_what_the_file_says(tmp_path: Path) -> None:
    text = changed("memory: 512", "memory: 512\n      service: web\n      load_balancer: {target_group: t}")
    deploy = load(tmp_path, text.replace("port: 8080", "port: 9000")).service().deploy
    assert (deploy.service, deploy.repository, deploy.log_group) == ("web", "finrag", "/ecs/web")
    assert deploy.load_balancer is not None
    assert deploy.load_balancer.container_port == 9000


def test_a_gold_set_may_say_more_than_its_path(tmp_path: Path) -> None:
    text = changed("[gold.jsonl]", "[gold.jsonl, {path: gold.jsonl, format: finrag, missing_evidence: report}]")
    first, second = load(tmp_path, text).service().gold_sets
    assert (first.format, first.missing_evidence) == (None, None)
    assert (second.format, second.missing_evidence) == ("finrag", "report")


def test_overlay_merges_mappings_and_replaces_the_rest(tmp_path: Path) -> None:
    config = load(tmp_path, COMPLETE + OVERLAYS, "production")
    deploy = config.service().deploy
    assert (deploy.cluster, deploy.cpu, deploy.memory, deploy.environment) == ("finrag", 256, 1024, {"A": "1"})
    assert [gate.metric for gate in config.service().gates] == ["errors.rate"]
    assert (config.aws.region, config.aws.account_id, config.aws.endpoint_url) == ("eu-central-1", "123456789012", None)
    assert config.file.retrieval == {"top_k": 10}


def test_the_emulator_has_its_address(tmp_path: Path) -> None:
    aws = load(tmp_path, COMPLETE + OVERLAYS, "local").aws
    assert aws.is_emulator
    assert aws.endpoint_url == "http://127.0.0.1:4566"


def test_null_in_an_overlay_takes_a_key_away(tmp_path: Path) -> None:
    text = COMPLETE + "environments:\n  local:\n    services: {finrag: {port: null, gates: null}}\n"
    service = load(tmp_path, text.replace("port: 8080", "port: 9000"), "local").service()
    assert service.port == 8080
    assert service.gates[0].metric == "errors.rate"


def test_an_empty_overlay_changes_nothing(tmp_path: Path) -> None:
    assert load(tmp_path, COMPLETE + "environments:\n  local:\n", "local").service().port == 8080


def test_overrides_are_the_strongest(tmp_path: Path) -> None:
    settings = ["services.finrag.deploy.memory=2048", "services.finrag.deploy.environment={B: x}", "aws.profile=ci"]
    config = load(tmp_path, COMPLETE + OVERLAYS, "production", settings)
    assert config.service().deploy.memory == 2048
    assert config.service().deploy.environment == {"B": "x"}
    assert config.aws.profile == "ci"
    assert config.line(("services", "finrag", "deploy", "memory")) is None


@pytest.mark.parametrize(
    ("setting", "message"),
    [
        ("port", 'command line: "port" is no override: that is a key path, an equals sign and a value.'),
        ("a..b=1", 'command line: "a..b" is no override: that is a key path, an equals sign and a value.'),
        (
            "services.finrag.gates.0.min=1",
            'command line: "0" is to be set below something that is no mapping; lists are replaced whole.',
        ),
        ("project=[", "command line: the value [ is not YAML. Quote it."),
        (
            "services.finrag.port=0",
            "command line: services.finrag.port must be 1 or more, not 0.",
        ),
        ("servces.x=1", 'command line: unknown key "servces" in the top level; did you mean "services"?'),
    ],
)
def test_overrides_that_cannot_be(tmp_path: Path, setting: str, message: str) -> None:
    (found,) = messages(tmp_path, COMPLETE, None, [setting])
    assert found.startswith(message)


def test_a_secret_in_an_override_is_refused_and_not_shown(tmp_path: Path) -> None:
    (found,) = messages(tmp_path, COMPLETE, None, ["services.finrag.deploy.environment.K=AKIA" + "ABCDEFGHIJKLMNOP"])
    assert found.startswith("command line: services.finrag.deploy.environment.K looks like an AWS access key;")
    assert "ABCDEFGHIJKLMNOP" not in found


def test_an_unknown_environment_gets_a_suggestion(tmp_path: Path) -> None:
    assert messages(tmp_path, COMPLETE + OVERLAYS, "prodution") == [
        'ml_config.yaml:18: there is no environment "prodution"; did you mean "production"? It has: local, production.'
    ]
    assert messages(tmp_path, COMPLETE, "local") == [
        'ml_config.yaml: there is no environment "local". Name one under "environments", or leave --env out.'
    ]


def test_an_error_in_an_overlay_names_the_overlays_line(tmp_path: Path) -> None:
    text = COMPLETE + OVERLAYS.replace("memory: 1024", "memory: 30720").replace("endpoint:", "endpiont:")
    assert messages(tmp_path, text, "local") == [
        'ml_config.yaml:20: unknown key "endpiont" in environments.local.aws; did you mean "endpoint"?',
        "ml_config.yaml:27: cpu 256 allows memory 512, 1024 or 2048 MiB, not 30720.",
    ]


def test_a_size_that_an_overlays_cpu_spoils_cites_the_overlay(tmp_path: Path) -> None:
    text = COMPLETE + OVERLAYS.replace("memory: 1024", "cpu: 1024")
    assert messages(tmp_path, text, "production") == [
        "ml_config.yaml:27: cpu 1024 allows memory 2048 to 8192 MiB in steps of 1024, not 512."
    ]


def test_a_key_that_only_one_environment_gives_is_missed_in_the_others(tmp_path: Path) -> None:
    text = changed("      cluster: finrag\n", "") + OVERLAYS.replace("{memory", "{cluster: c, memory")
    lacking = 'ml_config.yaml:14: services.finrag.deploy lacks the key "cluster".'
    assert messages(tmp_path, text, "local") == [lacking]
    assert messages(tmp_path, text, "production") == [f'{lacking} (environment "local")']
    assert messages(tmp_path, text, None) == [lacking]


def test_faults_of_the_base_do_not_name_an_environment(tmp_path: Path) -> None:
    text = COMPLETE.replace("port: 8080", "port: 0") + OVERLAYS
    wrong = "ml_config.yaml:6: services.finrag.port must be 1 or more, not 0."
    assert messages(tmp_path, text, "local") == [wrong]
    assert messages(tmp_path, text, "nowhere")[0] == wrong


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("local: 5", "ml_config.yaml:19: environments.local must be a mapping, not the number 5."),
        (
            "local: {version: 2}",
            'ml_config.yaml:19: "version" may not stand in environments.local: it is the same for all environments.',
        ),
        (
            "local: {gates: []}",
            'ml_config.yaml:19: unknown key "gates" in environments.local. It belongs in services.<name>.',
        ),
    ],
)
def test_overlays_that_cannot_be(tmp_path: Path, text: str, message: str) -> None:
    assert messages(tmp_path, f"{COMPLETE}environments:\n  {text}\n", "local") == [message]


def test_environments_must_be_named(tmp_path: Path) -> None:
    assert messages(tmp_path, COMPLETE + "environments: [local]\n") == [
        "ml_config.yaml:18: environments must be a mapping of names to overlays, not a list."
    ]


def test_all_errors_come_at_once_in_the_order_of_the_file(tmp_path: Path) -> None:
    text = COMPLETE.replace("retrieval:", "retreival:").replace("memory: 512", "memory: 30720")
    with pytest.raises(Problems) as caught:
        load(tmp_path, text)
    assert str(caught.value).replace(f"{tmp_path}/", "") == (
        'ml_config.yaml:3: unknown key "retreival" in the top level; did you mean "retrieval"?\n'
        "ml_config.yaml:17: cpu 256 allows memory 512, 1024 or 2048 MiB, not 30720.\n"
        "2 errors. Keys: docs/config.md"
    )
    assert caught.value.exit_code == 2


def test_an_error_has_its_place_in_parts(tmp_path: Path) -> None:
    with pytest.raises(Problems) as caught:
        load(tmp_path, changed("memory: 512", "memory: 30720"))
    (problem,) = caught.value.problems
    assert isinstance(problem, ConfigError)
    assert (problem.file, problem.line, problem.column) == (str(tmp_path / "ml_config.yaml"), 17, 7)
    assert problem.to_json() == {
        "error": "ConfigError",
        "what": "cpu 256 allows memory 512, 1024 or 2048 MiB, not 30720.",
        "where": f"{tmp_path}/ml_config.yaml:17",
        "next": None,
        "exit_code": 2,
        "file": f"{tmp_path}/ml_config.yaml",
        "line": 17,
        "column": 7,
    }


def test_a_file_below_the_current_folder_is_named_from_there(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = write(tmp_path, COMPLETE.replace("version: 1", "version: 2"))
    monkeypatch.chdir(tmp_path)
    with pytest.raises(Problems, match=r"^ml_config.yaml:1: version must be 1, not the number 2.\n1 error. Keys"):
        load_config(path, None)


def test_a_missing_file_says_what_to_copy(tmp_path: Path) -> None:
    with pytest.raises(ConfigError) as caught:
        load_config(tmp_path / "ml_config.yaml", None)
    assert str(caught.value) == (
        f"{tmp_path}/ml_config.yaml: there is no such file. Copy the minimal example of docs/config.md there and put in "
        "your own names, or name another file."
    )


def test_files_that_cannot_be_read(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match=r"the file cannot be read: is a directory\.$"):
        load_config(tmp_path, None)
    (tmp_path / "latin").write_bytes(b"project: caf\xe9\n")
    with pytest.raises(ConfigError, match=r"the file is not UTF-8 text \(byte 12\)\. Save it as UTF-8\.$"):
        load_config(tmp_path / "latin", None)


def test_files_are_looked_for_beside_the_configuration(tmp_path: Path) -> None:
    text = changed("    port: 8080\n", "    contract: {smoke: smoke, loader: {command: [x], event: e.json}}\n")
    text = text.replace("[gold.jsonl]", "[gold.jsonl, none.jsonl, {path: nix.jsonl}, s3://b/gold.jsonl]")
    after = "Paths start from the folder of this file."
    assert messages(tmp_path, text) == [
        f"ml_config.yaml:6: there is no folder of smoke events at smoke. {after}",
        f"ml_config.yaml:6: there is no event for the loader at e.json. {after}",
        f"ml_config.yaml:11: there is no gold set at none.jsonl. {after}",
        f"ml_config.yaml:11: there is no gold set at nix.jsonl. {after}",
    ]
    assert load_config(tmp_path / "ml_config.yaml", None, check_files=False).service().contract.smoke == "smoke"


def test_the_dockerfile_is_looked_for(tmp_path: Path) -> None:
    path = write(tmp_path, COMPLETE)
    (tmp_path / "Dockerfile").unlink()
    with pytest.raises(
        Problems, match=r":5: there is no Dockerfile beside this file\. Name the one to build in services\.finrag"
    ):
        load_config(path, None)
    path.write_text(changed("    port: 8080\n", "    build: {dockerfile: docker/Web}\n"))
    with pytest.raises(Problems, match=r":6: there is no Dockerfile at docker/Web\. Paths start"):
        load_config(path, None)
