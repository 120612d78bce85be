"""The configuration that the rest of the pipeline reads: one file with one environment laid over it."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from ..errors import UsageError
from .suggest import did_you_mean

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from .positions import KeyPath, Mark
    from .schema import Aws, ConfigFile, Data
    from .service_schema import Service


@dataclass(frozen=True, kw_only=True)
class Config:
    """A checked configuration. `path` is the file as it was named, `environment` the overlay that was laid over it."""

    path: Path
    environment: str | None
    file: ConfigFile
    marks: Mapping[KeyPath, Mark]

    @property
    def project(self) -> str:
        """Name of the project."""
        return self.file.project

    @property
    def root(self) -> Path:
        """The folder that the paths in the file start from: the file's own."""
        return self.path.parent

    @property
    def aws(self) -> Aws:
        """Region, account, endpoint and credentials source."""
        return self.file.aws

    @property
    def data(self) -> Data | None:
        """The data of the services in S3, where the file names any."""
        return self.file.data

    @property
    def serving_models(self) -> Mapping[str, Any]:
        """The models of the service by name, unread; a judge may be one of them."""
        return self.file.serving_models

    @property
    def services(self) -> Mapping[str, Service]:
        """The services by name, in the order of the file."""
        return self.file.services

    def service(self, name: str | None = None) -> Service:
        """The service of that name; without a name the only one there is.

        Raises UsageError where there is no such service, or several to choose from.
        """
        names = list(self.services)
        wanted = names[0] if name is None and len(names) == 1 else name
        if wanted in names:
            return self.services[str(wanted)]
        if name is None:
            what = f"there are {len(names)} services: {', '.join(names)}."
            raise UsageError(what, where=str(self.path), next_step="Name one of them.")
        what = f'there is no service "{name}"{did_you_mean(name, names)} It has: {", ".join(names)}.'
        raise UsageError(what, where=self.where("services"))

    def line(self, path: KeyPath) -> int | None:
        """The line of a key or list item, the overlay's where the value comes from there; None for what the file does not say.

        `config.line(("services", "finrag", "deploy", "memory"))`
        """
        mark = self.marks.get(tuple(path))
        return mark.line if mark else None

    def where(self, *path: str | int) -> str:
        """`file:line` of the key, or of the nearest section around it that the file has."""
        for end in range(len(path), 0, -1):
            mark = self.marks.get(path[:end])
            if mark:
                return mark.where
        return str(self.path)

    def resolve(self, path: str) -> Path:
        """A path of the file as a path for this process."""
        return self.root / path

    def to_dict(self) -> dict[str, Any]:
        """The resolved configuration with its defaults, as JSON values."""
        return self.file.model_dump(mode="json")

    def digest(self, *path: str | int) -> str:
        """SHA-256 (hex) of the resolved configuration, or of one part of it: `digest("services", "finrag", "request")`.

        Order of keys, comments and white space do not change it. KeyError where there is no such part.
        """
        part: Any = self.to_dict()
        for key in path:
            part = part[key]
        text = json.dumps(part, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
        return hashlib.sha256(text.encode()).hexdigest()
