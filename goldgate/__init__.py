"""No image serves users before it has passed its gold set."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from goldgate.eval.evaluation import compare_tables as compare
    from goldgate.eval.evaluation import evaluate
    from goldgate.eval.evaluation import score_responses as score
    from goldgate.eval.gold.load import load_gold
    from goldgate.eval.score.registry import metric

__version__ = "0.1.0"
__all__ = ["compare", "evaluate", "load_gold", "metric", "score"]

_HOMES = {
    "compare": ("goldgate.eval.evaluation", "compare_tables"),
    "evaluate": ("goldgate.eval.evaluation", "evaluate"),
    "load_gold": ("goldgate.eval.gold.load", "load_gold"),
    "metric": ("goldgate.eval.score.registry", "metric"),
    "score": ("goldgate.eval.evaluation", "score_responses"),
}


def __getattr__(name: str) -> Any:
    """Import a public function when it is first asked for, so that `import goldgate` stays cheap."""
    if name not in _HOMES:
        msg = f"module 'goldgate' has no attribute {name!r}"
        raise AttributeError(msg)
    from importlib import import_module

    module, attribute = _HOMES[name]
    return getattr(import_module(module), attribute)
