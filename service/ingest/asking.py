"""How a person refers to companies and years, and the parts of a gold case."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from random import Random
from typing import TYPE_CHECKING, Any, TypeVar

from .wording import capital, phrases

if TYPE_CHECKING:
    from collections.abc import Callable, Hashable, Iterable, Sequence

    from .corpus import Corpus
    from .tables import Company

MOST_EVIDENCE = 6
SHORTEST_BARE_TICKER = 3
T = TypeVar("T")
Key = tuple[str, int, str]


@dataclass(frozen=True, kw_only=True)
class Draft:
    """A case without its id."""

    question: str
    expected: dict[str, Any]
    kind: str
    difficulty: str
    company: str
    cluster: str


@dataclass
class Asker:
    """Draws wordings for one kind of question; all draws come from one generator that the kind seeds."""

    corpus: Corpus
    kind: str
    rng: Random = field(init=False)
    _used: Counter[str] = field(init=False, default_factory=Counter)

    def __post_init__(self) -> None:
        self.rng = Random(f"{self.corpus.seed}:gold:{self.kind}")  # noqa: S311 - reproducible text, no secret

    @property
    def companies(self) -> dict[str, Company]:
        """The companies by ticker."""
        return dict(self.corpus.reference.companies)

    def company(self, ticker: str) -> str:
        """The company by its everyday name, another name, its full name or its ticker."""
        company = self.companies[ticker]
        bare = ticker if len(ticker) >= SHORTEST_BARE_TICKER else f"{company.short} ({ticker})"
        names = [company.short, self.rng.choice(company.aliases or (company.short,)), company.name, bare]
        return self.rng.choices(names, weights=[50, 22, 12, 16])[0]

    def year(self, year: int) -> str:
        """The year as people write it."""
        return self.rng.choices([str(year), f"fiscal {year}", f"FY{year}", f"fiscal year {year}"], weights=[50, 28, 12, 10])[0]

    def wording(self, name: str, options: Sequence[str]) -> str:
        """The next of `options` in an order of its own, so that all come up before one comes again."""
        order = Random(f"{self.corpus.seed}:{name}").sample(range(len(options)), len(options))  # noqa: S311 - reproducible text, no secret
        self._used[name] += 1
        return options[order[(self._used[name] - 1) % len(options)]]

    def ask(self, group: str, topic: str, ticker: str, year: int, **slots: object) -> str:
        """A question about `topic` of one company and year."""
        name = self.company(ticker)
        template = self.wording(f"{group}:{topic}", phrases("questions")[group][topic])
        return capital(template.format(co=name, poss=possessive(name), fy=self.year(year), **slots))


def possessive(name: str) -> str:
    """`Visa's`, `Meta Platforms'`."""
    return f"{name}'" if name.endswith("s") else f"{name}'s"


def spread(
    candidates: Iterable[T],
    count: int,
    rng: Random,
    *,
    limits: Sequence[tuple[Callable[[T], Hashable], int]],
) -> list[T]:
    """`count` of the candidates in a random order, such that no value of a limit's key is taken more often than it allows.

    Raises ValueError where the candidates do not suffice: the phrases or limits were changed without the numbers.
    """
    pool = list(candidates)
    rng.shuffle(pool)
    taken: list[T] = []
    seen: list[Counter[Hashable]] = [Counter() for _ in limits]
    for candidate in pool:
        keys = [key(candidate) for key, _ in limits]
        if all(counter[key] < most for counter, key, (_, most) in zip(seen, keys, limits, strict=True)):
            taken.append(candidate)
            for counter, key in zip(seen, keys, strict=True):
                counter[key] += 1
        if len(taken) == count:
            return taken
    msg = f"only {len(taken)} of {count} candidates within the limits"
    raise ValueError(msg)


def evidence(corpus: Corpus, *keys: Key) -> list[str]:
    """The ids of every sentence that states one of `keys`, without repeats."""
    return list(dict.fromkeys(name for key in keys for name in corpus.evidence(*key)))


def citable(corpus: Corpus, *keys: Key) -> bool:
    """Whether each key is stated, and not by more sentences in all than ten results could show with room to spare."""
    return all(corpus.evidence(*key) for key in keys) and len(evidence(corpus, *keys)) <= MOST_EVIDENCE
