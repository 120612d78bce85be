"""Answers: TAT-QA's official scores, and SQuAD, rouge-score and sacrebleu on damaged answers to XQuAD."""

from __future__ import annotations

import json
from collections import Counter
from typing import TYPE_CHECKING, Any

from goldgate import load_gold

from .reference import SHARED, Reference, lines, means

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from pathlib import Path

    Measure = Callable[[str, str], float]

TATQA = SHARED / "tatqa"
XQUAD = SHARED / "xquad_en/xquad.en.json"
PUNCTUATION = set("""!"#$%&'()*+,-./:;<=>?@[\\]^_`{|}~""")
ARTICLES = {"a", "an", "the"}


def tatqa(folder: Path) -> list[Reference]:
    """EM, F1 and scale of the sample prediction over the 1,668 questions of the dev split."""
    documents = json.loads((TATQA / "dataset_raw/tatqa_dataset_dev.json").read_text(encoding="utf-8"))
    said = json.loads((TATQA / "sample_prediction.json").read_text(encoding="utf-8"))
    gold = lines(folder / "gold.jsonl", (_case(question) for document in documents for question in document["questions"]))
    answers = lines(folder / "said.jsonl", ({"id": uid, "answer": json.dumps(pair)} for uid, pair in said.items()))
    metrics = ["tatqa.em", "tatqa.f1", "tatqa.scale"]
    got = means(gold, answers, metrics, folder=folder)
    what = f"{', '.join(f'`{name}`' for name in metrics)} in %: {len(said):,} questions"
    ours = tuple(100 * got[name] for name in metrics)
    return [Reference(what=what, source="TAT-QA's official scorer", published=(45.92, 58.88, 90.95), ours=ours, decimals=2)]


def _case(question: dict[str, Any]) -> dict[str, Any]:
    computed = question["answer_type"] in {"arithmetic", "count"}
    answer = {"numeric": float(question["answer"])} if computed else {"items": [part for part in question["answer"] if part]}
    scale = {"unit": question["scale"]} if question["scale"] else {}
    return {"id": question["uid"], "input": f"{question['uid']}: {question['question']}", "expected": {**answer, **scale}}


def xquad(folder: Path) -> list[Reference]:
    """The means of damaged answers, by SQuAD's rules written out plainly, by rouge-score and by sacrebleu."""
    gold = load_gold(XQUAD)
    pairs = [(_damaged(case.expected.texts[0], place), case.expected.texts) for place, case in enumerate(gold.cases)]
    answers = ({"id": case.id, "answer": answer} for case, (answer, _) in zip(gold.cases, pairs, strict=True))
    names = [name for names, _, _ in _PLAINLY for name in names]
    got = means(XQUAD, lines(folder / "said.jsonl", answers), names, folder=folder)
    return [
        Reference(
            what=f"{', '.join(f'`{name}`' for name in names)}: {len(pairs):,} damaged answers to XQuAD",
            source=source,
            published=tuple(_mean(pairs, reference()) for reference in references),
            ours=tuple(got[name] for name in names),
            decimals=6,
        )
        for names, source, references in _PLAINLY
    ]


def _damaged(text: str, place: int) -> str:
    """One answer in five as it is; the others with an article, with words missing, in capitals and reversed, or with more."""
    words = text.split()
    damages = (
        text,
        f"The {text}.",
        " ".join(words[1:]) or "-",
        " ".join(reversed(words)).upper(),
        f"{text} ({text}), it seems",
    )
    return damages[place % len(damages)]


def _mean(pairs: Sequence[tuple[str, Sequence[str]]], reference: Measure) -> float:
    return sum(max(reference(answer, text) for text in texts) for answer, texts in pairs) / len(pairs)


def _words(text: str) -> list[str]:
    plain = "".join(letter for letter in text.lower() if letter not in PUNCTUATION)
    return [word for word in plain.split() if word not in ARTICLES]


def _exact() -> Measure:
    return lambda answer, text: float(_words(answer) == _words(text))


def _token_f1() -> Measure:
    return _f1


def _f1(answer: str, text: str) -> float:
    said, wanted = _words(answer), _words(text)
    if not said or not wanted:
        return float(said == wanted)
    shared = sum((Counter(said) & Counter(wanted)).values())
    return 2 * shared / (len(said) + len(wanted))


def _rouge_l() -> Measure:
    from rouge_score.rouge_scorer import RougeScorer

    scorer = RougeScorer(["rougeL"], use_stemmer=False)
    return lambda answer, text: float(scorer.score(text, answer)["rougeL"].fmeasure)


def _chrf() -> Measure:
    from sacrebleu import sentence_chrf

    return lambda answer, text: float(sentence_chrf(answer, [text]).score) / 100


_PLAINLY = (
    (("answer.exact_match", "answer.token_f1"), "SQuAD's rules, written out plainly", (_exact, _token_f1)),
    (("answer.rouge_l",), "rouge-score", (_rouge_l,)),
    (("answer.chrf",), "sacrebleu", (_chrf,)),
)
