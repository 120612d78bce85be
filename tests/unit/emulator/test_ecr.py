"""ECR: what a push records, immutable tags, addresses."""

from __future__ import annotations

import datetime as dt
import json
from typing import TYPE_CHECKING, Any

import pytest
from botocore.exceptions import ClientError

from emulator import ecr
from emulator.wire import AwsError

if TYPE_CHECKING:
    from tests.fakes.in_process_aws import InProcessAws

TYPE = "application/vnd.docker.distribution.manifest.v2+json"


def manifest(size: int) -> ecr.Manifest:
    layer = {"mediaType": "layer", "size": size, "digest": "sha256:" + "a" * 64}
    config = {"mediaType": "config", "size": 10, "digest": "sha256:" + "b" * 64}
    text = json.dumps({"schemaVersion": 2, "mediaType": TYPE, "config": config, "layers": [layer]}, indent=3)
    return ecr.Manifest(text=text, media_type=TYPE, digest=ecr.digest_of(text.encode()))


def repository(aws: InProcessAws, **fields: Any) -> Any:
    client = aws.client("ecr")
    client.create_repository(repositoryName="team/app", **fields)
    return client


def test_a_push_is_described_with_its_real_digest_and_size(aws: InProcessAws) -> None:
    client = repository(aws)
    ecr.record_push("team/app", "v1", manifest(100))
    image = client.describe_images(repositoryName="team/app")["imageDetails"][0]
    assert (image["imageDigest"], image["imageTags"], image["imageSizeInBytes"]) == (manifest(100).digest, ["v1"], 110)
    got = client.batch_get_image(repositoryName="team/app", imageIds=[{"imageTag": "v1"}])["images"][0]
    assert got["imageManifest"] == manifest(100).text


def test_a_tag_moves_and_the_old_image_stays_untagged(aws: InProcessAws) -> None:
    client = repository(aws)
    for size in (100, 200):
        ecr.record_push("team/app", "latest", manifest(size))
    images = {
        i["imageDigest"]: i.get("imageTags", []) for i in client.describe_images(repositoryName="team/app")["imageDetails"]
    }
    assert images == {manifest(100).digest: [], manifest(200).digest: ["latest"]}


def test_an_immutable_tag_does_not_move(aws: InProcessAws) -> None:
    client = repository(aws, imageTagMutability="IMMUTABLE")
    ecr.record_push("team/app", "v1", manifest(100))
    ecr.record_push("team/app", "v1", manifest(100))
    with pytest.raises(AwsError, match="immutable"):
        ecr.record_push("team/app", "v1", manifest(200))
    with pytest.raises(ClientError) as caught:
        client.put_image(repositoryName="team/app", imageTag="v1", imageManifest=manifest(200).text)
    assert caught.value.response["Error"]["Code"] == "ImageTagAlreadyExistsException"
    assert ecr.tags_of("team/app") == ["v1"]


def test_put_image_tags_what_was_pushed(aws: InProcessAws) -> None:
    client = repository(aws)
    ecr.record_push("team/app", None, manifest(100))
    made = client.put_image(repositoryName="team/app", imageTag="prod", imageManifest=manifest(100).text)["image"]
    assert made["imageId"] == {"imageDigest": manifest(100).digest, "imageTag": "prod"}
    with pytest.raises(ClientError, match="ImageAlreadyExistsException"):
        client.put_image(repositoryName="team/app", imageTag="prod", imageManifest=manifest(100).text)
    with pytest.raises(ClientError, match="ImageDigestDoesNotMatchException"):
        client.put_image(
            repositoryName="team/app", imageTag="x", imageManifest="{}", imageManifestMediaType=TYPE, imageDigest="sha256:1"
        )


def test_addresses_can_be_reached_and_the_token_is_fresh(aws: InProcessAws) -> None:
    client = repository(aws)
    assert client.describe_repositories()["repositories"][0]["repositoryUri"] == "127.0.0.1:4566/team/app"
    token = client.get_authorization_token()["authorizationData"][0]
    assert token["proxyEndpoint"] == "http://127.0.0.1:4566"
    assert token["expiresAt"] > dt.datetime.now(dt.UTC) + dt.timedelta(hours=11)


def test_an_unknown_repository_is_not_found(aws: InProcessAws) -> None:
    with pytest.raises(AwsError) as caught:
        ecr.find("nobody", "v1")
    assert caught.value.code == "RepositoryNotFoundException"
