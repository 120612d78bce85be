"""One fault in the complete file, and the exact words about it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from .files import COMPLETE, changed, messages

if TYPE_CHECKING:
    from pathlib import Path

GATE = "{metric: retrieval.recall@10, min: 0.80}"
PORT = "    port: 8080\n"
MEMORY = "      memory: 512\n"

KEYS = [
    ("retrieval:", "retreival:", '3: unknown key "retreival" in the top level; did you mean "retrieval"?'),
    (PORT, "    Port: 8080\n", '6: unknown key "Port" in services.finrag; did you mean "port"?'),
    (PORT, "    name: x\n", None),
    (PORT, "    cpu: 256\n", '6: unknown key "cpu" in services.finrag. It belongs in services.<name>.deploy.'),
    (
        MEMORY,
        "      memory: 512\n      strategy: {xyzzy: 1}\n",
        (
            '18: unknown key "xyzzy" in services.finrag.deploy.strategy. '
            "Known here: type, minimum_healthy_percent, maximum_percent, circuit_breaker."
        ),
    ),
    (
        GATE,
        "{metric: errors.rate, max: 0.0, max_dorp: 0.1}",
        '13: unknown key "max_dorp" in services.finrag.gates[0]; did you mean "max_drop"?',
    ),
    ("project: finrag\n", "", '1: the top level lacks the key "project".'),
    ("      cluster: finrag\n", "", '14: services.finrag.deploy lacks the key "cluster".'),
    ("          path: /query\n".removeprefix("    "), "", '7: services.finrag.request lacks the key "path".'),
    (PORT, "    corpus:\n", "6: services.finrag.corpus has no value. Give it one, or take the line out."),
    ("memory: 512", "memory:", "17: services.finrag.deploy.memory has no value. Give it one, or take the line out."),
]

TYPES = [
    ("8080", '"8080"', '6: services.finrag.port must be a whole number, not the text "8080". Take the quotes away.'),
    ("8080", "http", '6: services.finrag.port must be a whole number, not the text "http".'),
    ("8080", "80.5", "6: services.finrag.port must be a whole number, not the number 80.5."),
    ("8080", "yes", "6: services.finrag.port must be a whole number, not true."),
    ("8080", "[1]", "6: services.finrag.port must be a whole number, not a list."),
    ("8080", "{a: 1}", "6: services.finrag.port must be a whole number, not a mapping."),
    ("8080", "2026-11-20", "6: services.finrag.port must be a whole number, not a date."),
    ("0.80", '"0.80"', '13: services.finrag.gates[0].min must be a number, not the text "0.80". Take the quotes away.'),
    (
        "0.80",
        "8e-1",
        '13: services.finrag.gates[0].min must be a number, not the text "8e-1". YAML 1.1 reads 8e-1 as text; write 0.8.',
    ),
    ("0.80", ".nan", "13: services.finrag.gates[0].min must be a finite number, not the number nan."),
    ("project: finrag", "project: 7", '2: project must be text, not the number 7. Quote it: "7".'),
    ("project: finrag", "project: 1.10", '2: project must be text, not the number 1.1. Quote it: "1.10".'),
    ("project: finrag", "project: yes", '2: project must be text, not true. Quote it: "yes".'),
    ("project: finrag", 'project: ""', "2: project must not be empty."),
    ("[gold.jsonl]", "gold.jsonl", None),
    ("[gold.jsonl]", "[7]", "11: services.finrag.gold_sets[0] must be a mapping of keys, not the number 7."),
    ("[gold.jsonl]", "[]", "11: services.finrag.gold_sets must not be empty."),
    ("{top_k: 10}", "10", "3: retrieval must be a mapping of keys, not the number 10."),
    (MEMORY, MEMORY + "      strategy: rolling\n", None),
    (
        MEMORY,
        MEMORY + '      strategy: {circuit_breaker: "yes"}\n',
        '18: services.finrag.deploy.strategy.circuit_breaker must be true or false, not the text "yes". Take the quotes away.',
    ),
    (
        MEMORY,
        MEMORY + "      environment: {WORKERS: 2}\n",
        '18: services.finrag.deploy.environment.WORKERS must be text, not the number 2. Quote it: "2".',
    ),
    (
        GATE,
        "{metric: answer.token_f1, min: 0.8, slice: {year: 2024}}",
        '13: services.finrag.gates[0].slice.year must be text, not the number 2024. Quote it: "2024".',
    ),
]

RANGES = [
    ("8080", "0", "6: services.finrag.port must be 1 or more, not 0."),
    ("8080", "99999", "6: services.finrag.port must be 65,535 or less, not 99,999."),
    (
        PORT,
        "    health: healthz\n",
        '6: services.finrag.health must begin with "/" and hold no blanks, not the text "healthz".',
    ),
    (PORT, "    start: {timeout_seconds: 0}\n", "6: services.finrag.start.timeout_seconds must be 1 or more, not 0."),
    (
        PORT,
        "    evaluation: {budget_usd: 0}\n",
        "6: services.finrag.evaluation.budget_usd must be more than 0, not 0.",
    ),
    (
        PORT,
        "    corpus: {file: s3://b/c.parquet, missing_evidence: eror}\n",
        '6: services.finrag.corpus.missing_evidence must be one of error, report, not the text "eror"; did you mean error?',
    ),
    (
        PORT,
        "    publish: {bucket: My_Bucket}\n",
        (
            "6: services.finrag.publish.bucket must be the name of a bucket: 3 to 63 lower-case letters, digits, dots and "
            'hyphens, not the text "My_Bucket".'
        ),
    ),
    (
        MEMORY,
        MEMORY + "      repository: FinRAG\n",
        (
            "18: services.finrag.deploy.repository must be the name of a repository: lower-case letters and digits, joined by "
            '. _ - or /, not the text "FinRAG".'
        ),
    ),
    (
        MEMORY,
        MEMORY + "      network: {subnets: []}\n",
        "18: services.finrag.deploy.network.subnets must not be empty.",
    ),
    (
        MEMORY,
        MEMORY + "      network: {subnets: [a], security_groups: [a, b, c, d, e, f]}\n",
        "18: services.finrag.deploy.network.security_groups may have 5 items at most.",
    ),
    ("version: 1", "version: 2", "1: version must be 1, not the number 2."),
    ("version: 1", 'version: "1"', '1: version must be 1, not the text "1".'),
    (
        "retrieval: {top_k: 10}",
        "aws: {account_id: 123456789012}",
        '3: aws.account_id must be text, not the number 123456789012. Quote it: "123456789012".',
    ),
    (
        "retrieval: {top_k: 10}",
        "aws: {account_id: '12'}",
        '3: aws.account_id must be the 12 digits of an account, quoted, not the text "12".',
    ),
    (
        "retrieval: {top_k: 10}",
        "aws: {endpoint: localhost}",
        (
            "3: aws.endpoint must be the word emulator, or an address that begins with http:// or https://, "
            'not the text "localhost".'
        ),
    ),
    (
        "retrieval: {top_k: 10}",
        "aws: {region: Frankfurt}",
        '3: aws.region must be the name of an AWS region, such as us-east-1, not the text "Frankfurt".',
    ),
    (
        "retrieval: {top_k: 10}",
        "aws: {role_arn: deployer}",
        '3: aws.role_arn must be the ARN of a role: arn:aws:iam::<account>:role/<name>, not the text "deployer".',
    ),
]

DEPLOY = [
    ("memory: 512", "memory: 30720", "17: cpu 256 allows memory 512, 1024 or 2048 MiB, not 30720."),
    ("cpu: 256", "cpu: 4096", "17: cpu 4096 allows memory 8192 to 30720 MiB in steps of 1024, not 512."),
    ("cpu: 256", "cpu: 300", "16: cpu 300 is no size of Fargate; it has 256, 512, 1024, 2048, 4096, 8192, 16384."),
    ("cpu: 256", "cpu: true", "16: services.finrag.deploy.cpu must be a whole number, not true."),
    (
        MEMORY,
        MEMORY + "      strategy: {type: canary, percent: 10, bake_minutes: 10}\n",
        '18: services.finrag.deploy.strategy.type "canary" is not built yet; so far there is only rolling.',
    ),
    (
        MEMORY,
        MEMORY + "      strategy: {type: blue_green}\n",
        '18: services.finrag.deploy.strategy.type "blue_green" is not built yet; so far there is only rolling.',
    ),
    (
        MEMORY,
        MEMORY + "      strategy: {type: roling}\n",
        '18: services.finrag.deploy.strategy.type must be rolling, not the text "roling".',
    ),
    (
        MEMORY,
        MEMORY + "      strategy: rolling\n",
        "18: services.finrag.deploy.strategy must be a mapping, not only a name. Write it like {type: rolling}.",
    ),
    (
        MEMORY,
        MEMORY + "      target: lambda_image\n",
        '18: services.finrag.deploy.target "lambda_image" is not built yet; so far there is only ecs.',
    ),
    (
        "  finrag:\n",
        "  Fin_RAG:\n",
        ('5: the name of a service is lower-case letters, digits and hyphens, and begins with a letter, not "Fin_RAG".'),
    ),
]

GATES = [
    (
        "retrieval.recall@10",
        "retreival.recall@10",
        '13: there is no metric "retreival.recall@10"; did you mean "retrieval.recall@10"?',
    ),
    (
        "retrieval.recall@10",
        "retrieval.recal@5",
        '13: there is no metric "retrieval.recal@5"; did you mean "retrieval.recall@5"?',
    ),
    ("retrieval.recall@10", "token_f1", '13: there is no metric "token_f1"; did you mean "answer.token_f1"?'),
    ("retrieval.recall@10", "answer.token_f2", '13: there is no metric "answer.token_f2"; did you mean "answer.token_f1"?'),
    ("retrieval.recall@10", "latency.p95", '13: there is no metric "latency.p95"; did you mean "latency.p95_ms"?'),
    (
        "retrieval.recall@10",
        "vibes",
        '13: there is no metric "vibes". A metric of your own is called custom.<name>.',
    ),
    (GATE, "{metric: errors.rate}", "13: services.finrag.gates[0] has no rule. Give it one of min, max, max_drop, max_rise."),
    ("min: 0.80", "min: 0.9, max: 0.8", "13: no value keeps this gate: min 0.9 is above max 0.8."),
    ("min: 0.80", "min: 80", "13: retrieval.recall@10 is a fraction between 0 and 1, and min is 80. 80 % are 0.8."),
    ("min: 0.80", "max_drop: 2", "13: retrieval.recall@10 is a fraction between 0 and 1, and max_drop is 2. 2 % are 0.02."),
    ("min: 0.80", "max: -0.1", "13: retrieval.recall@10 is a fraction between 0 and 1, and max is -0.1."),
    (
        GATE,
        "{metric: latency.p95_ms, max_rise: -5}",
        "13: services.finrag.gates[0].max_rise must be 0 or more, not -5.",
    ),
    (
        GATE,
        GATE + "\n      - {metric: retrieval.recall@10, max_drop: 0.02}",
        "14: retrieval.recall@10 has a gate on the same cases in line 13. Put the rules of both into one.",
    ),
]

REQUEST = [
    (
        '"{{ input }}"',
        "hello",
        (
            '9: services.finrag.request.body never uses the input, so every case would ask the same. Put "{{ input }}" where '
            "the question goes."
        ),
    ),
    (
        "answer: answer",
        "answer: 'choices[0'",
        '10: services.finrag.request.answer "choices[0" is not a JMESPath expression: it breaks off.',
    ),
    (
        "answer: answer",
        "answer: a b",
        '10: services.finrag.request.answer "a b" is not a JMESPath expression: character 3 is out of place.',
    ),
    (
        "answer: answer",
        "answer: a#",
        '10: services.finrag.request.answer "a#" is not a JMESPath expression: character 2 is out of place.',
    ),
]

EVERY = [case for case in [*KEYS, *TYPES, *RANGES, *DEPLOY, *GATES, *REQUEST] if case[2] is not None]


@pytest.mark.parametrize(("old", "new", "message"), EVERY)
def test_one_fault(tmp_path: Path, old: str, new: str, message: str) -> None:
    assert messages(tmp_path, changed(old, new)) == [f"ml_config.yaml:{message}"]


@pytest.mark.parametrize(
    "gate",
    [
        "{metric: retrieval.ndcg@5, min: 0.0}",
        "{metric: retrieval.mrr, max_drop: 1}",
        "{metric: regression.pinball@0.9, max: 3.5}",
        "{metric: regression.r2, min: -2}",
        "{metric: judge.helpful-ness, min: 4}",
        "{metric: custom.my_metric, min: 90, max: 110}",
        "{metric: tokens.output, max_rise: 50}",
        "{metric: answer.token_f1, min: 0.6, max: 0.6}",
        "{metric: retrieval.recall@10, min: 0.8}\n      - {metric: retrieval.recall@10, min: 0.7, slice: {kind: list}}",
    ],
)
def test_gates_that_can_be_held(tmp_path: Path, gate: str) -> None:
    assert messages(tmp_path, changed(GATE, gate)) == []


def test_a_gold_set_list_is_a_list(tmp_path: Path) -> None:
    (found,) = messages(tmp_path, changed("[gold.jsonl]", "gold.jsonl"))
    assert (
        found == 'ml_config.yaml:11: services.finrag.gold_sets must be a list ("- one" a line, or [one, two]), '
        'not the text "gold.jsonl".'
    )


def test_the_key_of_a_service_is_its_name(tmp_path: Path) -> None:
    (found,) = messages(tmp_path, changed(PORT, "    name: other\n"))
    assert found.startswith('ml_config.yaml:6: unknown key "name" in services.finrag.')


def test_services_must_be_there(tmp_path: Path) -> None:
    top = "version: 1\nproject: x\n"
    assert messages(tmp_path, top) == ['ml_config.yaml:1: the top level lacks the key "services".']
    assert messages(tmp_path, top + "services: {}\n") == ["ml_config.yaml:3: services must not be empty."]
    assert messages(tmp_path, top + "services: []\n") == ["ml_config.yaml:3: services must be a mapping of keys, not a list."]
    (wrong,) = messages(tmp_path, top + "services: {a: 1}\n")
    assert wrong == "ml_config.yaml:3: services.a must be a mapping of keys, not the number 1."


def test_what_belongs_to_the_service_is_left_to_it(tmp_path: Path) -> None:
    text = (
        changed("{top_k: 10}", "{top_k: ten, anything: null}")
        + "data: {bucket: data-bucket, sentences: s.parquet, cache: {mb: 1}}\n"
    )
    assert messages(tmp_path, text + "embedding: {x: [1, null]}\nserving_models: {default: {y: 1e3}}\n") == []


@pytest.mark.parametrize(
    ("line", "message"),
    [
        (
            "deploy_note: AKIA" + "QWERTYUIOPASDFGH",
            (
                "3: retrieval.deploy_note looks like an AWS access key; this file goes into the image and the repository. Take "
                "it out and revoke it; put the new one in AWS Secrets Manager and name its ARN under deploy.secrets."
            ),
        ),
        (
            "db_password: hunter2",
            (
                "3: retrieval.db_password looks like a credential; this file goes into the image and the repository. Take "
                "it out and revoke it; put the new one in AWS Secrets Manager and name its ARN under deploy.secrets."
            ),
        ),
    ],
)
def test_credentials_are_refused_wherever_they_stand(tmp_path: Path, line: str, message: str) -> None:
    assert messages(tmp_path, changed("{top_k: 10}", f"{{{line}}}")) == [f"ml_config.yaml:{message}"]


def test_credentials_of_aws_have_their_own_places(tmp_path: Path) -> None:
    text = COMPLETE + "environments:\n  local:\n    aws: {profile: AKIA" + "QWERTYUIOPASDFGH}\n"
    assert messages(tmp_path, text, "local") == [
        (
            "ml_config.yaml:20: environments.local.aws.profile looks like an AWS access key; this file goes into the image and "
            "the repository. Take it out and revoke it; credentials come from the environment, a profile (aws.profile) or the "
            "OIDC role."
        )
    ]


def test_where_a_secret_lies_may_be_said(tmp_path: Path) -> None:
    arn = "arn:aws:secretsmanager:us-east-1:123456789012:secret:finrag-api-key"
    text = changed(MEMORY, f'{MEMORY}      secrets: {{FINRAG_API_KEY: "{arn}", DB_PASSWORD: finrag/db}}\n')
    assert messages(tmp_path, text) == []
