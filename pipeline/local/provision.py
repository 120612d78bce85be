"""Making in the local AWS what Terraform makes once in AWS: buckets, repository, cluster, log group, load balancer."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from botocore.exceptions import ClientError

if TYPE_CHECKING:
    from ..aws import Aws
    from ..config.load import Config
    from ..config.schema import Service
    from ..local_state import LocalState
    from ..progress import Progress


def provision(config: Config, aws: Aws, state: LocalState, progress: Progress) -> list[str]:
    """Make what is missing for every service of the configuration; returns the names of what was made."""
    made: list[str] = []
    buckets = {config.data.bucket} if config.data else set()
    buckets |= {service.publish.bucket for service in config.services.values() if service.publish}
    for bucket in sorted(buckets):
        made += _bucket(aws.client("s3"), bucket)
    for service in config.services.values():
        made += _service(service, aws, state)
    if made:
        progress.step("made " + ", ".join(made))
    return made


def _service(service: Service, aws: Aws, state: LocalState) -> list[str]:
    deploy = service.deploy
    made = _repository(aws.client("ecr"), deploy.repository)
    made += _cluster(aws.client("ecs"), deploy.cluster)
    made += _log_group(aws.client("logs"), deploy.log_group)
    if deploy.load_balancer:
        made += _load_balancer(aws, deploy.load_balancer.target_group, service, state)
    return made


def _bucket(s3: Any, name: str) -> list[str]:
    try:
        s3.head_bucket(Bucket=name)
    except ClientError:
        s3.create_bucket(Bucket=name)
        s3.put_bucket_versioning(Bucket=name, VersioningConfiguration={"Status": "Enabled"})
        return [f"bucket {name}"]
    return []


def _repository(ecr: Any, name: str) -> list[str]:
    try:
        ecr.describe_repositories(repositoryNames=[name])
    except ecr.exceptions.RepositoryNotFoundException:
        ecr.create_repository(repositoryName=name, imageTagMutability="IMMUTABLE")
        return [f"repository {name}"]
    return []


def _cluster(ecs: Any, name: str) -> list[str]:
    found = ecs.describe_clusters(clusters=[name])["clusters"]
    if any(cluster["status"] == "ACTIVE" for cluster in found):
        return []
    ecs.create_cluster(clusterName=name)
    return [f"cluster {name}"]


def _log_group(logs: Any, name: str) -> list[str]:
    found = logs.describe_log_groups(logGroupNamePrefix=name)["logGroups"]
    if any(group["logGroupName"] == name for group in found):
        return []
    logs.create_log_group(logGroupName=name)
    return [f"log group {name}"]


def _load_balancer(aws: Aws, name: str, service: Service, state: LocalState) -> list[str]:
    elbv2 = aws.client("elbv2")
    try:
        elbv2.describe_target_groups(Names=[name])
    except ClientError:
        pass
    else:
        return []
    port = state.live_port(len(elbv2.describe_load_balancers()["LoadBalancers"]))
    subnets = [subnet["SubnetId"] for subnet in aws.client("ec2").describe_subnets()["Subnets"][:2]]
    balancer = elbv2.create_load_balancer(Name=name, Subnets=subnets, Scheme="internal", Type="application")
    vpc = balancer["LoadBalancers"][0]["VpcId"]
    group = elbv2.create_target_group(
        Name=name,
        Protocol="HTTP",
        Port=service.port,
        VpcId=vpc,
        TargetType="ip",
        HealthCheckPath=service.health,
        HealthCheckIntervalSeconds=5,
        HealthyThresholdCount=2,
        UnhealthyThresholdCount=2,
    )
    elbv2.create_listener(
        LoadBalancerArn=balancer["LoadBalancers"][0]["LoadBalancerArn"],
        Protocol="HTTP",
        Port=port,
        DefaultActions=[{"Type": "forward", "TargetGroupArn": group["TargetGroups"][0]["TargetGroupArn"]}],
    )
    return [f"load balancer {name} on port {port}"]
