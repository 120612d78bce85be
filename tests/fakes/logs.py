"""CloudWatch Logs in memory: groups with streams of lines."""

from __future__ import annotations

from typing import Any

from .clock import START
from .shapes import check, refuse


class FakeLogs:
    """`groups` is {group: {stream: [line]}}; `denied` makes reading lines fail."""

    def __init__(self, groups: dict[str, dict[str, list[str]]] | None = None) -> None:
        self.groups = {} if groups is None else groups
        self.denied = False

    def describe_log_groups(self, **request: Any) -> dict[str, Any]:
        check("logs", "DescribeLogGroups", request=request)
        return {"logGroups": [{"logGroupName": name} for name in self.groups if name.startswith(request["logGroupNamePrefix"])]}

    def create_log_group(self, **request: Any) -> dict[str, Any]:
        check("logs", "CreateLogGroup", request=request)
        if request["logGroupName"] in self.groups:
            refuse("CreateLogGroup", "ResourceAlreadyExistsException", "The specified log group already exists")
        self.groups[request["logGroupName"]] = {}
        return {}

    def get_log_events(self, **request: Any) -> dict[str, Any]:
        check("logs", "GetLogEvents", request=request)
        if self.denied:
            refuse("GetLogEvents", "AccessDeniedException", "not allowed")
        lines = self.groups.get(request["logGroupName"], {}).get(request["logStreamName"])
        if lines is None:
            refuse("GetLogEvents", "ResourceNotFoundException", "The specified log stream does not exist.")
        at = int(START * 1000)
        return {"events": [{"timestamp": at + n, "message": line} for n, line in enumerate(lines[-request["limit"] :])]}
