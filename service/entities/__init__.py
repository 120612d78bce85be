"""What a question is about: companies, years, sections and KPIs, found with the words of the collection itself."""

from __future__ import annotations

from .companies import Company, CompanyNames
from .metrics import Metric, MetricNames
from .question import Question, Reader
from .sections import find_sections
from .years import Years, find_years

__all__ = [
    "Company",
    "CompanyNames",
    "Metric",
    "MetricNames",
    "Question",
    "Reader",
    "Years",
    "find_sections",
    "find_years",
]
