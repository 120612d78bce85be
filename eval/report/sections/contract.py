"""The contract that the image held before it was asked anything."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from ..cases import CaseTable
    from ..model import ReportInput


def view(report: ReportInput, _table: CaseTable) -> dict[str, Any] | None:
    """The checks and how many hold; None where none was made."""
    checks = [
        {"ok": bool(check.get("ok")), **{key: check.get(key) for key in ("name", "seconds", "detail")}}
        for check in (report.contract or {}).get("checks") or []
    ]
    return {"checks": checks, "passed": sum(check["ok"] for check in checks)} if checks else None
