"""Service deployments: begun, completed, tripped, rolled back, stopped, superseded. Hold the store's lock."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from . import arns, breaker
from .model import Deployment, Release, Revision

if TYPE_CHECKING:
    from collections.abc import Mapping

    from .model import Service
    from .store import Store

MAX_RELEASES = 50


def add_revision(store: Store, service: Service, images: list[dict[str, str]]) -> Revision:
    """Freeze the service's settings and definition as a new revision."""
    arn = arns.new_child_arn("service-revision", service.region, service.cluster, service.name)
    revision = Revision(
        arn=arn, created_at=store.clock(), definition=service.definition, settings=dict(service.settings), images=images
    )
    service.revisions.append(revision)
    return revision


def start(store: Store, service: Service, images: list[dict[str, str]]) -> Release:
    """Begin a release of the service as it is set now; one under way is superseded."""
    now = store.clock()
    _supersede(service, now)
    held = {task.deployment for task in store.tasks_of(service) if task.alive}
    sources = [{"arn": d.revision, "deployment": d.id} for d in service.deployments if d.id in held]
    revision = add_revision(store, service, images)
    for other in service.deployments:
        other.status = "ACTIVE"
        other.updated_at = now
    deployment = _deployment(service, revision, now)
    service.deployments = [deployment, *service.deployments]
    service.steady = False
    watched = breaker.enabled(service.configuration)
    release = Release(
        arn=arns.new_child_arn("service-deployment", service.region, service.cluster, service.name),
        deployment=deployment.id,
        target=revision.arn,
        sources=sources,
        configuration=dict(service.configuration),
        created_at=now,
        updated_at=now,
        breaker_status="MONITORING" if watched else "DISABLED",
        threshold=threshold_of(service),
    )
    service.releases = [*service.releases, release][-MAX_RELEASES:]
    _forget_revisions(service)
    store.changed()
    return release


def threshold_of(service: Service) -> int:
    """The failures that trip this service's breaker now."""
    return breaker.threshold(service.configuration.get("deploymentCircuitBreaker", {}), service.desired)


def _deployment(service: Service, revision: Revision, now: float) -> Deployment:
    number = arns.new_deployment_id()
    reason = f"ECS deployment {number} in progress."
    return Deployment(
        id=number,
        revision=revision.arn,
        definition=revision.definition,
        desired=service.desired,
        created_at=now,
        updated_at=now,
        rollout_reason=reason,
    )


def _supersede(service: Service, now: float) -> None:
    release = service.release
    if release is None or not release.active:
        return
    release.status, release.reason = "STOPPED", "Service deployment stopped because a new service deployment was started."
    _end(release, now)
    release.stopped_at = now


def _end(release: Release, now: float) -> None:
    release.finished_at = release.updated_at = now
    if release.breaker_status == "MONITORING":
        release.breaker_status = "MONITORING_COMPLETE"


def _forget_revisions(service: Service) -> None:
    used = {release.target for release in service.releases} | {service.last_good}
    used |= {d.revision for d in service.deployments}
    used |= {source["arn"] for release in service.releases for source in release.sources}
    service.revisions = [revision for revision in service.revisions if revision.arn in used]


def begin(release: Release, now: float) -> None:
    """PENDING becomes IN_PROGRESS."""
    release.status, release.started_at, release.updated_at = "IN_PROGRESS", now, now


def complete(store: Store, service: Service) -> None:
    """The primary deployment has all its tasks healthy, and nothing else serves."""
    now = store.clock()
    primary, release = service.primary, service.release
    primary.rollout_state, primary.updated_at = "COMPLETED", now
    primary.rollout_reason = f"ECS deployment {primary.id} completed."
    service.last_good = primary.revision
    store.note(service, f"(deployment {primary.id}) deployment completed.")
    if release is not None and release.active:
        rolled_back = release.rollback is not None
        release.status = "ROLLBACK_SUCCESSFUL" if rolled_back else "SUCCESSFUL"
        if not rolled_back:
            release.reason = None
        _end(release, now)
    store.changed()


def trip(store: Store, service: Service, release: Release) -> None:
    """The breaker ends the deployment: it fails, and is rolled back where the configuration says so."""
    now = store.clock()
    primary = service.primary
    primary.rollout_state, primary.updated_at = "FAILED", now
    primary.rollout_reason = "ECS deployment circuit breaker: tasks failed to start."
    release.breaker_status = "TRIGGERED"
    store.note(service, f"(deployment {primary.id}) deployment failed: tasks failed to start.")
    cause = "Service deployment rolled back because the circuit breaker threshold was exceeded."
    if breaker.rolls_back(service.configuration):
        roll_back(store, service, release, cause)
        return
    release.status, release.stopped_at = "STOPPED", now
    release.reason = "Service deployment stopped because the circuit breaker threshold was exceeded."
    _end(release, now)
    store.changed()


def roll_back(store: Store, service: Service, release: Release, cause: str) -> None:
    """Make the last completed revision primary again; without one the rollback fails and nothing more is started."""
    now = store.clock()
    failed = service.primary
    release.reason, release.updated_at = cause, now
    if failed.rollout_state == "IN_PROGRESS":
        failed.rollout_state, failed.rollout_reason = "FAILED", cause
    if service.last_good is None or service.last_good == failed.revision:
        release.status = "ROLLBACK_FAILED"
        release.reason = f"{cause} There is no service revision to roll back to."
        _end(release, now)
        store.changed()
        return
    release.status = "ROLLBACK_IN_PROGRESS"
    release.rollback = {"reason": cause, "startedAt": now, "serviceRevisionArn": service.last_good}
    _make_primary(store, service, service.revision(service.last_good), now)
    store.changed()


def _make_primary(store: Store, service: Service, revision: Revision, now: float) -> None:
    for other in service.deployments:
        other.status, other.updated_at = "ACTIVE", now
    found = next((d for d in service.deployments if d.revision == revision.arn), None)
    if found is None:
        found = _deployment(service, revision, now)
        service.deployments.append(found)
    found.status, found.rollout_state, found.desired, found.updated_at = "PRIMARY", "IN_PROGRESS", service.desired, now
    found.failed_tasks, found.next_start_at = 0, 0.0
    found.rollout_reason = f"ECS deployment circuit breaker: rolling back to deploymentId {found.id}."
    service.deployments = [found, *(d for d in service.deployments if d is not found)]
    service.definition, service.settings = revision.definition, dict(revision.settings)
    service.steady = False
    store.note(service, f"rolling back to deployment {found.id}.")


def stop(store: Store, service: Service, release: Release, stop_type: str) -> None:
    """Stop a release that is under way: ROLLBACK takes the last completed revision back, ABORT leaves all as it is."""
    now = store.clock()
    if stop_type == "ROLLBACK":
        roll_back(store, service, release, "Service deployment rolled back because of a user-initiated request.")
        return
    primary = service.primary
    primary.rollout_state, primary.rollout_reason = "FAILED", "Service deployment stopped by the user."
    release.status, release.reason, release.stopped_at = "STOPPED", "Service deployment stopped by the user.", now
    _end(release, now)
    store.changed()


def counts(store: Store, service: Service, deployment_id: str) -> Mapping[str, int]:
    """requested, running and pending tasks of a deployment, in the words of ServiceRevisionSummary."""
    tasks = [t for t in store.tasks_of(service) if t.deployment == deployment_id and t.last_status != "STOPPED"]
    running = sum(task.last_status == "RUNNING" for task in tasks)
    pending = sum(task.last_status in {"PROVISIONING", "PENDING", "ACTIVATING"} for task in tasks)
    primary: Any = next((d for d in service.deployments if d.id == deployment_id and d.status == "PRIMARY"), None)
    requested = service.desired if primary is not None and primary.rollout_state != "FAILED" else sum(t.alive for t in tasks)
    return {"requestedTaskCount": requested, "runningTaskCount": running, "pendingTaskCount": pending}
