"""Keys, tokens and passwords in the texts of others, replaced by a note of what stood there.

The patterns are those that gitleaks and detect-secrets publish, narrowed for prose: what has no sign of its own must stand
where a key, a token or a password is given.
"""

from __future__ import annotations

import math
import re
from collections import Counter
from functools import cache
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Callable

    import polars as pl

_UUID = re.compile(r"[0-9a-fA-F]{8}(?:-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}")
_DIGEST = re.compile(r"(?:sha\d{1,3}|md5|blake2[bs]?|arn|https?|s3|file|data)[:/-]")
_START, _END = r"(?<![A-Za-z0-9_-])", r"(?![A-Za-z0-9_])"
_GIVEN = r"""["'`]?\s{0,4}(?::=|=>|[:=])\s{0,4}["'`]?"""
_VALUE = r"""([^\s"'`,;<>(){}\[\]&|]{%d,400}+)(?![(\[])"""
_PASSWORD = r"passw(?:or)?d|passphrase|passcode|[_-]pass|pwd"  # noqa: S105
_KEY = (
    r"api[_-]?key|apikey|secret[_-]?key(?:[_-]base)?|access[_-]?key|auth[_-]?key|encryption[_-]?key|private[_-]?key|"
    r"client[_-]?secret|(?:app|shared|signing|webhook|consumer)[_-]?secret|credentials?|secret"
)
_TOKEN = r"(?:access|auth|refresh|id|bot|bearer|api|csrf|session|security|personal)?[_-]?token"  # noqa: S105


def mask(text: str) -> str:
    """The text with each secret replaced by a note such as `[masked: AWS access key]`; what names it stays."""
    lowered = text.lower()
    for rule in RULES:
        if any(hint in lowered for hint in rule.hints):
            text = rule.pattern.sub(rule.note, text)
    return text


def mask_column(texts: pl.Series) -> tuple[pl.Series, int]:
    """`mask` over a column of strings, and how many of them had something masked. Nulls stay."""
    suspects = texts.str.contains(_signs()).fill_null(value=False).arg_true()
    if not len(suspects):
        return texts, 0
    before = texts.gather(suspects)
    after = before.map_elements(mask, return_dtype=texts.dtype)
    differ = before != after
    masked = int(differ.sum())
    return (texts.scatter(suspects.filter(differ), after.filter(differ)) if masked else texts), masked


class Rule(NamedTuple):
    """A kind of secret: `sign` finds texts worth a look (Rust's syntax), `hints` one of which stands in every match in lower
    case, `pattern` has the secret as its first group, or as a whole; `sure` says of a secret without a sign of its own whether
    it is one.
    """

    name: str
    hints: tuple[str, ...]
    sign: str
    pattern: re.Pattern[str]
    sure: Callable[[str], bool] = bool

    def note(self, match: re.Match[str]) -> str:
        """What stands in the place of the match."""
        group = 1 if match.re.groups else 0
        if not self.sure(match[group]):
            return match[0]
        start, end = match.start(group) - match.start(), match.end(group) - match.start()
        return f"{match[0][:start]}[masked: {self.name}]{match[0][end:]}"


def _random(text: str) -> bool:
    """Whether a value looks drawn rather than named: letters and digits, many different, and no digest, address or id."""
    mixed = any(char.isalpha() for char in text) and any(char.isdigit() for char in text)
    return mixed and _entropy(text) >= 3 and not (_DIGEST.match(text) or _named(text))


def _random_token(text: str) -> bool:
    return _random(text) and not _UUID.fullmatch(text)


def _chosen(text: str) -> bool:
    """Whether a value may be a password: letters and something else, and not the name of a variable."""
    if text[0] in "$%*" or not any(char.isalpha() for char in text):
        return False
    return any(not char.isalpha() and char not in "._-/:" for char in text) and _entropy(text) >= 2 and not _named(text)


def _no_word(text: str) -> bool:
    return not all(re.fullmatch(r"[A-Z]?[a-z]{0,15}|[A-Z]{1,15}", part) for part in re.split(r"[_.-]", text))


def _no_blank(text: str) -> bool:
    return bool(text.strip("*x.•")) and text[0] not in "$<{%["


def _named(text: str) -> bool:
    """Whether it reads as parts that people name things with: words, numbers and short codes (AAPL_10-K_2019_123)."""
    parts = re.split(r"[_.:/-]", text)
    return len(parts) > 1 and all(part.isalpha() or part.isdigit() or len(part) <= 4 for part in parts)


def _entropy(text: str) -> float:
    """Shannon's entropy of its characters, in bits a character."""
    return -sum(n / len(text) * math.log2(n / len(text)) for n in Counter(text).values())


def _prefixed(name: str, hints: str, sign: str, rest: str) -> Rule:
    """A secret with a sign of its own in front."""
    return Rule(name, tuple(hints.split()), sign, re.compile(f"{_START}(?:{sign}){rest}"))


def _given(name: str, hints: str, words: str, value: str, sure: Callable[[str], bool]) -> Rule:
    """A secret that is assigned: `words = value`, as code, JSON, YAML or a query writes it."""
    sign = rf"""(?i:{words})["'`]?\s{{0,4}}[:=]"""
    return Rule(name, tuple(hints.split()), sign, re.compile(f"(?i:{words}){_GIVEN}{value}"), sure)


RULES = (
    Rule(
        "private key",
        ("private key",),
        "PRIVATE KEY",
        re.compile(
            r"-----BEGIN (?:[A-Z0-9]{1,20} ){0,3}PRIVATE KEY(?: BLOCK)?-----"
            r"(?:[^-]*(?:-(?!----)[^-]*)*-----END [A-Z0-9 ]{0,60}-----|(?:(?:\s|\\[nr])*[A-Za-z0-9+/]{20,}={0,2})*"
            r"(?:(?:\s|\\[nr])+[A-Za-z0-9+/=]+\Z)?)"
        ),
    ),
    Rule(
        "AWS secret key",
        ("akia", "asia"),
        r"(?:AKIA|ASIA)[A-Z0-9]{16}",
        re.compile(r"(?:AKIA|ASIA)[A-Z0-9]{16}[\s,:;\"'|]{1,8}([A-Za-z0-9/+]{40})(?![A-Za-z0-9/+])"),
    ),
    _prefixed("AWS access key", "a3t akia asia abia acca", "A3T[A-Z0-9]|AKIA|ASIA|ABIA|ACCA", f"[A-Z0-9]{{16}}{_END}"),
    _given(
        "AWS secret key",
        "secret",
        r"(?:aws[_-]?)?secret[_-]?(?:access[_-]?)?key",
        r"([A-Za-z0-9/+]{40})(?![A-Za-z0-9/+])",
        _random,
    ),
    _given("AWS session token", "token", r"(?:session|security)[_-]?token", r"([A-Za-z0-9/+=%_-]{100,})", _random),
    _prefixed(
        "AWS session token",
        "fwogzxivyxdz iqojb3jpz2lu fqogzxivyxdz aqodyxdz",
        "FwoGZXIvYXdz|IQoJb3JpZ2lu|FQoGZXIvYXdz|AQoDYXdz",
        "[A-Za-z0-9/+=%]{50,}",
    ),
    _prefixed("GitHub token", "ghp_ gho_ ghu_ ghs_ ghr_", "gh[pousr]_", "[A-Za-z0-9]{36,}"),
    _prefixed("GitHub token", "github_pat_", "github_pat_", "[A-Za-z0-9_]{22,}"),
    _prefixed(
        "GitLab token",
        "glpat- gldt- glrt- glptt- glft- glimt- glagent- gloas- glsoat- glcbt- glffct-",
        "gl(?:pat|dt|rt|ptt|ft|imt|agent|oas|soat|cbt|ffct)-",
        r"[\w-]{20,}(?:\.[\w-]+)*",
    ),
    _prefixed("Slack token", "xox xapp-", r"xox[a-z](?:\.xox[a-z])?-|xapp-\d-", "[A-Za-z0-9-]{10,}"),
    Rule(
        "Slack webhook",
        ("hooks.slack.com",),
        r"hooks\.slack\.com",
        re.compile(r"hooks\.slack\.com/(?:services|workflows|triggers)/([A-Za-z0-9+/]{20,})"),
    ),
    _prefixed("Stripe key", "k_live_ k_test_ k_prod_", "[sr]k_(?:live|test|prod)_", "[A-Za-z0-9]{10,}"),
    _prefixed("Stripe key", "whsec_", "whsec_", "[A-Za-z0-9+/]{24,}"),
    _prefixed("Anthropic key", "sk-ant-", "sk-ant-", r"[\w-]{20,}"),
    _prefixed("OpenAI key", "sk-proj- sk-svcacct- sk-admin-", "sk-(?:proj|svcacct|admin)-", r"[\w-]{20,}"),
    _prefixed("API key", "sk-or-v1- sk-lf-", "sk-(?:or-v1|lf)-", r"[\w-]{30,}"),
    _prefixed("OpenAI key", "sk-", "sk-[A-Za-z0-9]{20}", f"[A-Za-z0-9]{{12,}}{_END}"),
    _prefixed("Google API key", "aiza", "AIza", rf"[\w-]{{35}}{_END}"),
    _prefixed("Google token", "ya29. gocspx-", r"ya29\.|GOCSPX-", r"[\w-]{20,}"),
    _prefixed("Hugging Face token", "hf_", "hf_", f"[A-Za-z0-9]{{34,}}{_END}"),
    _prefixed("API key", "gsk_ xai-", "gsk_|xai-", f"[A-Za-z0-9]{{40,}}{_END}"),
    _prefixed("Databricks token", "dapi", "dapi[0-9a-f]{8}", rf"[0-9a-f]{{24}}(?:-\d)?{_END}"),
    _prefixed("npm token", "npm_", "npm_", f"[A-Za-z0-9]{{36}}{_END}"),
    _prefixed("PyPI token", "pypi-ageichlwas5vcmc", "pypi-AgEIcHlwaS5vcmc", r"[\w-]{50,}"),
    _prefixed("SendGrid key", "sg.", r"SG\.[\w-]{16}", r"[\w-]{4,6}\.[\w-]{43}"),
    Rule("Azure key", ("accountkey=",), "AccountKey=", re.compile("AccountKey=([A-Za-z0-9+/]{86}==)")),
    _prefixed("JSON Web Token", "eyj", r"eyJ[\w-]{8}", r"[\w-]{2,}\.eyJ[\w-]{10,}(?:\.[\w-]*)?"),
    Rule(
        "password",
        ("://",),
        r"://[^\s/:@]*:[^\s/@]+@",
        re.compile(r"://[^\s/:@]{0,256}:([^\s/@]{1,256})@(?=[\w\[])"),
        _no_blank,
    ),
    Rule(
        "authorization",
        ("authorization",),
        r"(?i:authorization)[\"'`]?\s{0,4}[:=]",
        re.compile(rf"(?i:authorization){_GIVEN}(?:[A-Za-z]{{4,10}} {{1,3}})?([\w.~+/=-]{{8,}})"),
        _no_word,
    ),
    Rule(
        "bearer token",
        ("bearer",),
        r"(?i:bearer)\s+[\w.~+/=-]{20}",
        re.compile(r"\b(?i:bearer)\s{1,3}([\w.~+/=-]{20,})"),
        _random,
    ),
    _given("API key", "key secret credential", _KEY, _VALUE % 12, _random),
    _given("token", "token", _TOKEN, _VALUE % 16, _random_token),
    _given("password", "passw passphrase passcode pass pwd", _PASSWORD, _VALUE % 6, _chosen),
)


@cache
def _signs() -> str:
    return "|".join(dict.fromkeys(f"(?:{rule.sign})" for rule in RULES))
