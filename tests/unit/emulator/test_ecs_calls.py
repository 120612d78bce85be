"""ECS's calls through a real boto3 client: every answer fits botocore's model, every refusal has AWS's name."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import botocore.session
import pytest
from botocore.exceptions import ClientError

from emulator.ecs.controller import Controller

if TYPE_CHECKING:
    from botocore.model import Shape

    from tests.fakes.in_process_aws import InProcessAws

MODEL = botocore.session.get_session().get_service_model("ecs")
TYPES: dict[str, tuple[type, ...]] = {
    "string": (str,),
    "boolean": (bool,),
    "integer": (int,),
    "long": (int,),
    "timestamp": (float,),
    "double": (int, float),
    "map": (dict,),
}
NETWORK = {"awsvpcConfiguration": {"subnets": ["subnet-1"]}}


def problems(value: Any, shape: Shape, where: str) -> list[str]:
    """How `value` departs from botocore's shape: unknown fields, wrong types, unknown words of an enumeration."""
    if shape.type_name == "structure":
        if not isinstance(value, dict):
            return [f"{where} is no structure"]
        unknown = [f"{where}.{name} is unknown" for name in value if name not in shape.members]
        missing = [f"{where}.{name} is missing" for name in shape.required_members if name not in value]
        known = [(name, item) for name, item in value.items() if name in shape.members]
        return unknown + missing + [p for name, item in known for p in problems(item, shape.members[name], f"{where}.{name}")]
    if shape.type_name == "list":
        return [p for item in value for p in problems(item, shape.member, f"{where}[]")]
    if not isinstance(value, TYPES[shape.type_name]) or (isinstance(value, bool) and shape.type_name != "boolean"):
        return [f"{where} is {type(value).__name__}, not {shape.type_name}"]
    words = getattr(shape, "enum", None)
    return [f"{where} is {value!r}"] if words and value not in words else []


def prepare(aws: InProcessAws, *, cpu: str = "256") -> Any:
    ecs = aws.client("ecs")
    ecs.create_cluster(clusterName="c")
    ecs.register_task_definition(
        family="f",
        networkMode="awsvpc",
        cpu=cpu,
        memory="512",
        requiresCompatibilities=["FARGATE"],
        containerDefinitions=[
            {"name": "app", "image": "127.0.0.1:4566/i@sha256:" + "1" * 64, "portMappings": [{"containerPort": 80}]}
        ],
    )
    return ecs


def create(ecs: Any, **fields: Any) -> Any:
    wanted = {"cluster": "c", "serviceName": "s", "taskDefinition": "f", "desiredCount": 2, "networkConfiguration": NETWORK}
    return ecs.create_service(**{**wanted, **fields})["service"]


def run(aws: InProcessAws, times: int = 12) -> None:
    controller = Controller(store=aws.store, tasks=aws.runner)
    for _ in range(times):
        aws.clock.now += 0.5
        for service in aws.store.services.values():
            controller.step(service)
        aws.runner.advance()


def test_every_answer_fits_the_model(aws: InProcessAws) -> None:
    ecs = prepare(aws)
    breaker = {"deploymentCircuitBreaker": {"enable": True, "rollback": True}}
    create(ecs, tags=[{"key": "a", "value": "b"}], propagateTags="SERVICE", deploymentConfiguration=breaker)
    run(aws)
    ecs.register_task_definition(family="f", cpu="256", memory="512", containerDefinitions=[{"name": "app", "image": "bad"}])
    bad = ecs.describe_task_definition(taskDefinition="f:2")["taskDefinition"]["taskDefinitionArn"]
    aws.runner.fails.add(bad)
    arn = ecs.update_service(cluster="c", service="s", taskDefinition="f:2")["service"]["currentServiceDeployment"]
    run(aws)
    release = ecs.describe_service_deployments(serviceDeploymentArns=[arn])["serviceDeployments"][0]
    assert release["status"] == "ROLLBACK_SUCCESSFUL"
    revisions = [release["targetServiceRevision"]["arn"], release["rollback"]["serviceRevisionArn"]]
    found = ecs.describe_service_revisions(serviceRevisionArns=revisions)["serviceRevisions"]
    assert found[1]["containerImages"][0]["imageDigest"] == "sha256:" + "1" * 64
    ecs.list_service_deployments(cluster="c", service="s", status=["ROLLBACK_SUCCESSFUL"])
    for status in ("RUNNING", "STOPPED"):
        tasks = ecs.list_tasks(cluster="c", serviceName="s", desiredStatus=status)["taskArns"]
        assert ecs.describe_tasks(cluster="c", tasks=tasks, include=["TAGS"])["failures"] == []
    ecs.describe_services(cluster="c", services=["s"], include=["TAGS"])
    ecs.list_services(cluster="c")
    ecs.run_task(cluster="c", taskDefinition="f:1", networkConfiguration=NETWORK)
    assert ecs.describe_clusters(clusters=["c"])["clusters"][0]["runningTasksCount"] == 2
    ecs.delete_service(cluster="c", service="s", force=True)
    seen = [p for name, body in aws.bodies for p in problems(body, MODEL.operation_model(name).output_shape, name)]
    assert seen == []
    assert len(aws.bodies) > 12


def test_the_answer_to_an_update_names_its_own_deployment(aws: InProcessAws) -> None:
    ecs = prepare(aws)
    first = create(ecs)["currentServiceDeployment"]
    run(aws)
    same = ecs.update_service(cluster="c", service="s", taskDefinition="f:1")["service"]["currentServiceDeployment"]
    forced = ecs.update_service(cluster="c", service="s", forceNewDeployment=True)["service"]["currentServiceDeployment"]
    assert same == first
    assert forced != first
    listed = ecs.list_service_deployments(cluster="c", service="s", status=["PENDING", "IN_PROGRESS"])["serviceDeployments"]
    assert [item["serviceDeploymentArn"] for item in listed] == [forced]


def test_a_deployment_can_be_stopped_once(aws: InProcessAws) -> None:
    ecs = prepare(aws)
    create(ecs)
    run(aws)
    arn = ecs.update_service(cluster="c", service="s", forceNewDeployment=True)["service"]["currentServiceDeployment"]
    assert ecs.stop_service_deployment(serviceDeploymentArn=arn)["serviceDeploymentArn"] == arn
    run(aws)
    with pytest.raises(ClientError) as caught:
        ecs.stop_service_deployment(serviceDeploymentArn=arn)
    assert caught.value.response["Error"]["Code"] == "ConflictException"


REFUSED = [
    ("describe_services", {"cluster": "no", "services": ["s"]}, "ClusterNotFoundException"),
    ("update_service", {"cluster": "c", "service": "no"}, "ServiceNotFoundException"),
    ("list_tasks", {"cluster": "c", "serviceName": "no"}, "ServiceNotFoundException"),
    ("create_service", {"cluster": "c", "serviceName": "x", "taskDefinition": "no"}, "ClientException"),
    ("create_service", {"cluster": "c", "serviceName": "x", "taskDefinition": "f"}, "InvalidParameterException"),
    (
        "stop_service_deployment",
        {"serviceDeploymentArn": "arn:aws:ecs:us-east-1:1:service-deployment/c/s/1"},
        "ServiceDeploymentNotFoundException",
    ),
    ("stop_task", {"cluster": "c", "task": "no"}, "InvalidParameterException"),
    ("delete_cluster", {"cluster": "c"}, "ClusterContainsServicesException"),
    ("delete_service", {"cluster": "c", "service": "s"}, "InvalidParameterException"),
    ("describe_service_deployments", {"serviceDeploymentArns": ["x"] * 21}, "InvalidParameterException"),
]


@pytest.mark.parametrize(("name", "fields", "code"), REFUSED)
def test_refusals_have_aws_names(aws: InProcessAws, name: str, fields: dict[str, Any], code: str) -> None:
    ecs = prepare(aws)
    create(ecs)
    with pytest.raises(ClientError) as caught:
        getattr(ecs, name)(**fields)
    assert caught.value.response["Error"]["Code"] == code


@pytest.mark.parametrize(
    "configuration",
    [
        {"strategy": "CANARY", "canaryConfiguration": {"canaryPercent": 10.0}},
        {"strategy": "BLUE_GREEN"},
        {"strategy": "LINEAR"},
        {"alarms": {"alarmNames": ["a"], "enable": True, "rollback": True}},
    ],
)
def test_what_is_not_built_is_said(aws: InProcessAws, configuration: dict[str, Any]) -> None:
    ecs = prepare(aws)
    create(ecs)
    before = ecs.describe_services(cluster="c", services=["s"])["services"][0]["deploymentConfiguration"]
    with pytest.raises(ClientError, match=r"InvalidParameterException.*(not supported here|does not support)"):
        ecs.update_service(cluster="c", service="s", deploymentConfiguration=configuration)
    assert ecs.describe_services(cluster="c", services=["s"])["services"][0]["deploymentConfiguration"] == before


def test_a_load_balancer_must_fit_the_task_definition(aws: InProcessAws) -> None:
    ecs = prepare(aws)
    for entry, words in [
        ({"targetGroupArn": "tg", "containerName": "no", "containerPort": 80}, "container no does not exist"),
        ({"targetGroupArn": "tg", "containerName": "app", "containerPort": 81}, "did not have a container port 81"),
        ({"targetGroupArn": "tg", "containerName": "app", "containerPort": 80}, "target group does not exist"),
    ]:
        with pytest.raises(ClientError, match=words):
            create(ecs, loadBalancers=[entry])


def test_a_name_is_free_again_when_the_service_is_gone(aws: InProcessAws) -> None:
    ecs = prepare(aws)
    create(ecs)
    with pytest.raises(ClientError, match="not idempotent"):
        create(ecs)
    ecs.delete_service(cluster="c", service="s", force=True)
    with pytest.raises(ClientError, match="still Draining"):
        create(ecs)
    run(aws)
    assert ecs.describe_services(cluster="c", services=["s"])["services"][0]["status"] == "INACTIVE"
    assert create(ecs)["status"] == "ACTIVE"


def test_long_lists_come_in_pages(aws: InProcessAws) -> None:
    ecs = prepare(aws)
    for number in range(12):
        create(ecs, serviceName=f"s{number}", desiredCount=0)
    pages = [page["serviceArns"] for page in ecs.get_paginator("list_services").paginate(cluster="c")]
    assert [len(page) for page in pages] == [10, 2]


def test_services_and_tasks_have_tags(aws: InProcessAws) -> None:
    ecs = prepare(aws)
    arn = create(ecs, tags=[{"key": "a", "value": "1"}])["serviceArn"]
    ecs.tag_resource(resourceArn=arn, tags=[{"key": "a", "value": "2"}, {"key": "b", "value": "3"}])
    ecs.untag_resource(resourceArn=arn, tagKeys=["b"])
    assert ecs.list_tags_for_resource(resourceArn=arn)["tags"] == [{"key": "a", "value": "2"}]
    cluster = ecs.describe_clusters(clusters=["c"])["clusters"][0]["clusterArn"]
    ecs.tag_resource(resourceArn=cluster, tags=[{"key": "m", "value": "moto"}])
    assert ecs.list_tags_for_resource(resourceArn=cluster)["tags"] == [{"key": "m", "value": "moto"}]
