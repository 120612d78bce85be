from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from moto import mock_aws

from goldgate.pipeline.aws import Aws
from goldgate.pipeline.config.load import load_config
from goldgate.pipeline.local.provision import provision
from goldgate.pipeline.local_state import LocalState
from tests.fakes.told import Told
from tests.unit.pipeline.config.files import COMPLETE, write

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

TEXT = COMPLETE.replace("project: finrag\n", "project: finrag\ndata: {bucket: finrag-data, sentences: s.parquet}\n").replace(
    "    deploy:\n", "    publish: {bucket: finrag-reports}\n    deploy:\n"
)
MADE = [
    "bucket finrag-data",
    "bucket finrag-reports",
    "repository finrag",
    "cluster finrag",
    "log group /ecs/finrag",
    "load balancer finrag on port 4666",
]


@pytest.fixture
def aws() -> Iterator[Aws]:
    """An account of moto's, which reaches no network."""
    with mock_aws():
        yield Aws("us-east-1", is_emulator=True)


def provisioned(folder: Path, aws: Aws, text: str = TEXT) -> tuple[list[str], list[str]]:
    """What was made, and what was told."""
    config = load_config(write(folder, text), None, check_files=False)
    told = Told()
    return provision(config, aws, LocalState(), told), told.steps


def test_all_that_the_configuration_names_is_made_once(tmp_path: Path, aws: Aws) -> None:
    text = TEXT + "      load_balancer: {target_group: finrag}\n"
    assert provisioned(tmp_path, aws, text) == (MADE, ["made " + ", ".join(MADE)])
    assert provisioned(tmp_path, aws, text) == ([], [])


def test_a_release_finds_what_it_needs(tmp_path: Path, aws: Aws) -> None:
    provisioned(tmp_path, aws, TEXT + "      load_balancer: {target_group: finrag}\n")
    assert aws.client("s3").get_bucket_versioning(Bucket="finrag-reports")["Status"] == "Enabled"
    repository = aws.client("ecr").describe_repositories(repositoryNames=["finrag"])["repositories"][0]
    assert repository["imageTagMutability"] == "IMMUTABLE"
    elbv2 = aws.client("elbv2")
    group = elbv2.describe_target_groups(Names=["finrag"])["TargetGroups"][0]
    assert (group["TargetType"], group["HealthCheckPath"], group["Port"]) == ("ip", "/healthz", 8080)
    balancer = elbv2.describe_load_balancers()["LoadBalancers"][0]["LoadBalancerArn"]
    listener = elbv2.describe_listeners(LoadBalancerArn=balancer)["Listeners"][0]
    assert (listener["Port"], listener["DefaultActions"][0]["TargetGroupArn"]) == (4666, group["TargetGroupArn"])


def test_without_a_load_balancer_none_is_made(tmp_path: Path, aws: Aws) -> None:
    assert provisioned(tmp_path, aws)[0] == MADE[:-1]
    assert aws.client("elbv2").describe_load_balancers()["LoadBalancers"] == []


def test_only_what_is_missing_is_made(tmp_path: Path, aws: Aws) -> None:
    aws.client("s3").create_bucket(Bucket="finrag-data")
    aws.client("ecs").create_cluster(clusterName="finrag")
    assert provisioned(tmp_path, aws)[0] == ["bucket finrag-reports", "repository finrag", "log group /ecs/finrag"]


def test_a_log_group_with_a_longer_name_is_another_one(tmp_path: Path, aws: Aws) -> None:
    aws.client("logs").create_log_group(logGroupName="/ecs/finrag-other")
    assert "log group /ecs/finrag" in provisioned(tmp_path, aws)[0]
