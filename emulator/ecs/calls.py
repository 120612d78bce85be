"""Which ECS operations are ours; all others are moto's."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from .. import backends
from ..wire import Answer, AwsError, json_answer
from . import arns, checks, release_calls, service_calls, task_calls

if TYPE_CHECKING:
    from ..wire import Call
    from .store import Store

_CALLS = {
    "CreateService": service_calls.create,
    "UpdateService": service_calls.update,
    "DeleteService": service_calls.delete,
    "DescribeServices": service_calls.describe,
    "ListServices": service_calls.list_all,
    "ListServiceDeployments": release_calls.list_all,
    "DescribeServiceDeployments": release_calls.describe,
    "StopServiceDeployment": release_calls.stop,
    "ContinueServiceDeployment": release_calls.resume,
    "DescribeServiceRevisions": release_calls.revisions,
    "ListTasks": task_calls.list_all,
    "DescribeTasks": task_calls.describe,
}
_RUNS = {"RunTask": task_calls.run, "StopTask": task_calls.stop}
_TAGS = frozenset({"TagResource", "UntagResource", "ListTagsForResource"})


class EcsCalls:
    """Answers ECS calls from the store; `runner` starts and stops tasks."""

    def __init__(self, store: Store, runner: task_calls.Runner) -> None:
        self._store = store
        self._runner = runner

    def __call__(self, call: Call) -> Answer | None:
        """Answer a call, or return None to leave it to moto."""
        operation = call.operation
        if operation == "DescribeClusters":
            return self._clusters(call)
        if operation == "DeleteCluster":
            self._check_empty(call)
            return None
        if operation not in _CALLS and operation not in _RUNS and operation not in _TAGS:
            return None
        wanted = checks.validated(call)
        with self._store.lock:
            value = self._value(operation, wanted, call.region)
        return json_answer(value) if value is not None else None

    def _value(self, operation: str, wanted: dict[str, Any], region: str) -> dict[str, Any] | None:
        if operation in _TAGS:
            return task_calls.tag(self._store, wanted)
        if operation in _RUNS:
            return _RUNS[operation](self._store, wanted, region, self._runner)
        return _CALLS[operation](self._store, wanted, region)

    def _clusters(self, call: Call) -> Answer:
        """moto's clusters with our counts."""
        answer = backends.answer(call)
        body = json.loads(answer.body)
        for cluster in body.get("clusters", []):
            cluster.update(self._counts(call.region, cluster["clusterName"]))
        return replace(answer, body=json.dumps(body).encode())

    def _counts(self, region: str, cluster: str) -> dict[str, int]:
        with self._store.lock:
            tasks = [t for t in self._store.tasks.values() if (t.region, t.cluster) == (region, cluster)]
            services = [s for s in self._store.services.values() if (s.region, s.cluster) == (region, cluster)]
        return {
            "runningTasksCount": sum(t.last_status == "RUNNING" for t in tasks),
            "pendingTasksCount": sum(t.last_status in {"PROVISIONING", "PENDING", "ACTIVATING"} for t in tasks),
            "activeServicesCount": sum(s.status == "ACTIVE" for s in services),
        }

    def _check_empty(self, call: Call) -> None:
        count = self._counts(call.region, arns.last(call.json().get("cluster", "default")))
        if count["activeServicesCount"]:
            message = "The Cluster cannot be deleted while Services are active."
            raise AwsError(code="ClusterContainsServicesException", message=message)
        if count["runningTasksCount"] or count["pendingTasksCount"]:
            raise AwsError(
                code="ClusterContainsTasksException", message="The Cluster cannot be deleted while Tasks are active."
            )
