"""What every page of a report is made with: templates, style sheets, scripts, and the policy that admits just these."""

from __future__ import annotations

import base64
import hashlib
import re
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from . import figures, plots, sentence, worddiff
from .gates import SIGNS, WORDS
from .secrets import mask
from .text import safe_href, visible

if TYPE_CHECKING:
    from .gates import Gate
    from .model import ReportInput

HERE = Path(__file__).parent
NONE = "'none'"
_UNIT = re.compile(r"(?<=\d) (?=(?:%|ms|s|min|h|points?|MB)(?![\w]))|(?<=min) (?=\d)")
_CODE = re.compile(r"(`[^`\n]+`|(?<![\w./])[a-z_]+\.[a-z][a-z0-9_]*(?:@\d+)?(?= (?:on|is) ))")


def policy(style: str, script: str = "", *, beside: bool = False) -> str:
    """A Content-Security-Policy that runs this style sheet and this script and nothing else, and reaches no address.

    With a script, workers made of the page's own text may run. `beside` admits script files of the page's own folder.
    """
    scripts = [f"'{_digest(script)}'"] if script else []
    scripts += ["'self'"] if beside else []
    workers = "worker-src blob:; " if script else ""
    return (
        f"default-src 'none'; style-src '{_digest(style)}'; script-src {' '.join(scripts) or NONE}; {workers}"
        "img-src data:; base-uri 'none'; form-action 'none'"
    )


@cache
def style(*names: str) -> str:
    """Style sheets as one text."""
    return "\n".join(_asset(f"{name}.css") for name in names)


@cache
def script(*names: str) -> str:
    """Scripts as one text, in a scope of their own."""
    return '"use strict";\n(() => {\n' + "\n".join(_asset(f"{name}.js") for name in names) + "})();\n"


@cache
def environment() -> Environment:
    """The templates with autoescaping; whatever they print is made visible first (controls, bidirectional overrides)."""
    made = Environment(
        loader=FileSystemLoader(HERE / "templates"),
        autoescape=True,
        trim_blocks=True,
        lstrip_blocks=True,
        undefined=StrictUndefined,
        finalize=_shown,
    )
    made.globals |= {"signs": SIGNS, "words": WORDS, "titles": sentence.TITLES}
    made.filters |= {
        "allowed": _allowed,
        "axis": plots.forest_axis,
        "clock": figures.clock,
        "coded": _coded,
        "day": figures.day,
        "difference": figures.difference,
        "forest": _forest,
        "href": safe_href,
        "margin": lambda gate: figures.size(gate.metric, gate.bound or 0.0),
        "moment": figures.moment,
        "ms": lambda amount: figures.NONE if amount is None else figures.milliseconds(amount),
        "plain_name": figures.plain_name,
        "plottable": lambda gate: bool(_forest(gate, None)),
        "seconds": figures.seconds,
        "sees": lambda gate: figures.size(gate.metric, gate.smallest_effect or 0.0),
        "sentence": _capital,
        "short": figures.short,
        "short_value": _short_value,
        "slice_label": figures.slice_label,
        "spread": lambda gate: figures.interval(gate.metric, gate.low, gate.high, signed=gate.relative),
        "to_live": _to_live,
        "typeset": figures.typeset,
        "unbroken": _unbroken,
        "value": figures.value,
        "worddiff": worddiff.diff,
    }
    return made


def _forest(gate: Gate, scale: plots.Scale | None) -> Markup:
    return plots.forest_row(gate, scale or plots.own_scale(gate), label_bound=scale is None)


def _allowed(gate: Gate) -> str:
    if gate.bound is None:
        return figures.NONE
    if gate.relative:
        return figures.difference(gate.metric, gate.bound if gate.rule == "max_rise" else -gate.bound)
    return f"{'≥' if gate.rule == 'min' else '≤'} {figures.value(gate.metric, gate.bound)}"


def _short_value(text: str) -> str:
    return figures.short(text) if text.startswith("sha256:") or "@sha256:" in text else text


def _coded(text: str) -> Markup:
    """The text with what stands in backticks and the names of metrics (`retrieval.recall@10`) set as code."""
    runs = _CODE.split(visible(text))
    return Markup("").join(
        Markup("<code>{}</code>").format(run.strip("`")) if at % 2 else run for at, run in enumerate(runs) if run
    )


def _unbroken(text: str) -> str:
    """The text with its numbers and their units kept on one line."""
    return _UNIT.sub("\u00a0", text)


def _to_live(text: Markup, report: ReportInput) -> Markup:
    """The line that says with what the run was compared, with a link to that release's report and its day as a time."""
    lead, named, rest = text.partition("what is live")
    if not named or report.live is None:
        return text
    address = safe_href(report.live.url)
    link = Markup('<a href="{}">{}</a>').format(address, named) if address else named
    day = figures.day(report.live.released_at)
    before, found, after = rest.partition(f"released {day}")
    when = Markup('released <time datetime="{}">{}</time>').format(report.live.released_at, day) if found else found
    return Markup("").join([lead, link, before, when, after])


def _capital(text: str) -> str:
    """The first letter large, unless the first word is a metric's name (recall@10, token_f1)."""
    first = text.partition(" ")[0]
    return text if "_" in first or "@" in first else text[:1].upper() + text[1:]


def _shown(value: Any) -> Any:
    if isinstance(value, Markup) or not isinstance(value, str):
        return value
    return visible(mask(value))


def _digest(text: str) -> str:
    return f"sha256-{base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()}"


@cache
def _asset(name: str) -> str:
    return (HERE / "assets" / name).read_text(encoding="utf-8")
