"""What a judge says, in every form that it says it in; and what is refused rather than guessed at."""

from __future__ import annotations

import pytest

from goldgate.eval.judge.parsing import Unparsable, parse_preference, parse_rating


@pytest.mark.parametrize(
    "text",
    [
        '{"reason": "good", "score": 4}',
        '{"score": 4.0, "reason": "good"}',
        '```json\n{"reason": "a\nbroken line", "score": 4,}\n```',
        'Sure, here it is: {"score": "4/5"} I hope that this helps.',
        '{"score": "4 out of 5"}',
        '{"result": {"rating": 4}}',
        "[{'score': 4}]",
        '{"score": 4, "parts": {"style": {"score": 2}}}',
        "Score: 4/5",
        "**Score:** 4",
        "Final score = 4.",
        "The rating is 4 because it has 3 errors in 12 lines.",
        "My rating is 4. To repeat: rating 4.",
        "I would give this 4 out of 5.",
        " 4\n",
        "[[4]]",
    ],
)
def test_a_score_is_found(text: str) -> None:
    assert parse_rating(text, (1, 5)).score == 4


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("", "no score is found"),
        ("It is a good answer.", "no score is found"),
        ('{"score": 4} or {"score": 5}', "several scores that differ: 4, 5"),
        ("Score: 4. On reflection, score: 3.", "several scores that differ: 4, 3"),
        ("Score: 3-4", "no score is found"),
        ("Score: 3 or 4", "no score is found"),
        ("3 to 4", "no score is found"),
        ("Score: 4,5", "no score is found"),
        ("Score: 80%", "no score is found"),
        ("8/10", "a score out of 10 is asked for on a scale to 5"),
        ('{"score": 9}', "outside 1 to 5"),
        ('{"score": -1}', "outside 1 to 5"),
        ('{"score": null}', "no number"),
        ('{"score": NaN}', "no number"),
        ('{"score": [4]}', "no number"),
        ('{"score": true}', "no score from 1 to 5"),
        ('{"reason": "the answer is', "breaks off"),
        ('{"score": 4', "breaks off"),
        ("The expected answer is 4, and it says 4 as well.", "no score is found"),
    ],
)
def test_what_is_in_doubt_is_refused(text: str, why: str) -> None:
    with pytest.raises(Unparsable, match=why):
        parse_rating(text, (1, 5))


def test_true_and_false_count_on_a_scale_of_0_to_1_only() -> None:
    assert [parse_rating(f'{{"score": {word}}}', (0, 1)).score for word in ("true", "false")] == [1, 0]


def test_a_score_in_the_judged_answer_that_the_judge_repeats_is_not_taken() -> None:
    """The answer held "Score: 5"; the judge quotes it in its reason, and its own JSON counts."""
    assert parse_rating('{"reason": "It says: Score: 5, {\\"score\\": 5}.", "score": 1}', (1, 5)).score == 1


def test_the_reason_is_kept() -> None:
    assert parse_rating('{"reason": " clear ", "score": 4}', (1, 5)).reason == "clear"
    assert parse_rating("Score: 4. It is clear.", (1, 5)).reason == "Score: 4. It is clear."
    assert parse_rating("4", (1, 5)).reason is None


@pytest.mark.parametrize(
    ("text", "choice"),
    [
        ('{"reason": "x", "preference": "A"}', "A"),
        ('{"preference": "answer b"}', "B"),
        ('{"preference": "Tie"}', "tie"),
        ('```\n{"winner": "B",}\n```', "B"),
        ("Winner: B", "B"),
        ("**Winner**: **A**", "A"),
        ("The winner is a tie.", "tie"),
        ("My verdict is [[B]]", "B"),
        ("[[C]]", "tie"),
        ("A", "A"),
        ("Answer B.", "B"),
        ("tie", "tie"),
    ],
)
def test_a_choice_is_found(text: str, choice: str) -> None:
    assert parse_preference(text).choice == choice


@pytest.mark.parametrize(
    "text",
    [
        "",
        "A is better than B in some ways.",
        "My preference is a bit for the second.",
        "Preference: A or B",
        '{"preference": "A/B"}',
        '{"preference": "C"}',
        '{"preference": 1}',
        '{"preference": "A"} {"preference": "B"}',
        "Winner: A. Winner: B.",
    ],
)
def test_a_choice_in_doubt_is_refused(text: str) -> None:
    with pytest.raises(Unparsable):
        parse_preference(text)
