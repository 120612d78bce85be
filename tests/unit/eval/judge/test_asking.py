"""Asking a judge: faults are repeated and never scores, nothing is asked twice, a budget ends it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from goldgate.eval.errors import OutsideError, UsageError
from goldgate.eval.judge.asking import Question, Replies, Terms, ask
from goldgate.eval.judge.cache import Cache
from goldgate.eval.judge.model import ModelFault, Prompt
from goldgate.eval.judge.parsing import Rating, parse_rating
from tests.fakes.judge_model import JudgeModel, Script

if TYPE_CHECKING:
    from pathlib import Path

    from goldgate.eval.results import Progress

BUSY = ModelFault("ThrottlingException: slow down", busy=True)
DROPPED = ModelFault("the connection broke off")


def question(number: int) -> Question:
    return Question(prompt=Prompt(system="s", user=f"u{number}"), read=lambda text: parse_rating(text, (1, 5)))


def questions(n: int) -> list[tuple[Question, ...]]:
    return [(question(number),) for number in range(n)]


class Pauses:
    def __init__(self) -> None:
        self.seconds: list[float] = []

    async def __call__(self, seconds: float) -> None:
        self.seconds.append(seconds)


def asked(
    model: JudgeModel, n: int = 1, *, folder: Path | None = None, pauses: Pauses | None = None, **terms: float
) -> Replies:
    with Cache(folder) as cache:
        return ask(questions(n), model, cache, Terms(**terms), pause=pauses or Pauses())  # type: ignore[arg-type]


def test_every_question_is_asked_once_and_several_at_once() -> None:
    model = JudgeModel(Script("4"))
    replies = asked(model, 50, concurrency=8)
    assert len(model.prompts) == len(replies.said) == 50
    assert model.most_at_once == 8
    assert set(replies.said.values()) == {Rating(score=4)}
    assert replies.new_usd == pytest.approx(0.50)


def test_what_was_said_is_not_asked_again(tmp_path: Path) -> None:
    first, second = JudgeModel(Script("4")), JudgeModel(Script("1"))
    asked(first, 5, folder=tmp_path)
    again = asked(second, 7, folder=tmp_path)
    assert (len(second.prompts), again.reused) == (2, 5)
    assert again.new_usd == pytest.approx(0.02)
    assert sum(again.cost_usd.values()) == pytest.approx(0.07)
    asked(other := JudgeModel(Script("4"), identity="fake 2"), 5, folder=tmp_path)
    assert len(other.prompts) == 5


def test_the_same_prompt_twice_is_one_question() -> None:
    model = JudgeModel(Script("4"))
    ask([*questions(2), *questions(2)], model, Cache(None), Terms())
    assert len(model.prompts) == 2


def test_a_reply_that_cannot_be_read_is_asked_for_once_more() -> None:
    model = JudgeModel(Script("well", "4"))
    replies = asked(model)
    assert [*replies.said.values()] == [Rating(score=4)]
    assert "could not be read (no score is found: well)" in model.prompts[1].user
    assert replies.faults == {}
    assert replies.new_usd == pytest.approx(0.02)


def test_two_replies_that_cannot_be_read_are_a_fault_and_are_not_kept(tmp_path: Path) -> None:
    model = JudgeModel(Script("well"))
    replies = asked(model, folder=tmp_path)
    assert (replies.said, len(model.prompts)) == ({}, 2)
    assert [*replies.faults.values()] == ["the judge's reply could not be read: no score is found: well"]
    assert asked(JudgeModel(Script("4")), folder=tmp_path).said


def test_a_throttled_call_is_repeated_after_growing_pauses() -> None:
    pauses = Pauses()
    replies = asked(JudgeModel(Script(BUSY, BUSY, DROPPED, "4")), pauses=pauses, pause_seconds=1.0)
    assert len(replies.said) == 1
    assert [1 <= pauses.seconds[0] <= 2, 2 <= pauses.seconds[1] <= 4, 4 <= pauses.seconds[2] <= 8] == [True] * 3


def test_a_wait_that_the_model_asks_for_is_kept() -> None:
    pauses = Pauses()
    asked(JudgeModel(Script(ModelFault("busy", busy=True, retry_after=7.0), "4")), pauses=pauses)
    assert 7 <= pauses.seconds[0] < 8


def test_a_fault_of_one_prompt_is_a_missing_score() -> None:
    def reply(prompt: Prompt) -> str | ModelFault:
        return ModelFault("refused", again=False) if prompt.user == "u1" else "4"

    replies = asked(JudgeModel(reply), 3)
    assert (len(replies.said), [*replies.faults.values()]) == (2, ["refused"])


def test_prompts_that_are_refused_do_not_end_a_run_that_has_answers() -> None:
    def reply(prompt: Prompt) -> str | ModelFault:
        return "4" if int(prompt.user[1:]) % 20 == 0 else ModelFault("refused", again=False)

    replies = asked(JudgeModel(reply), 400, give_up=100)
    assert (len(replies.said), len(replies.faults)) == (20, 380)
    with pytest.raises(OutsideError, match="refused"):
        asked(JudgeModel(Script(ModelFault("refused", again=False))), 400, give_up=100)


def test_a_model_that_is_not_there_ends_it_soon() -> None:
    model = JudgeModel(Script(DROPPED))
    with pytest.raises(OutsideError, match="the judge fake does not answer: the connection broke off"):
        asked(model, 1000)
    assert len(model.prompts) <= 20


def test_a_throttled_model_is_given_more_time_than_one_that_is_not_there() -> None:
    model = JudgeModel(Script(*[BUSY] * 40, "4"))
    assert len(asked(model, 10).said) == 10


def test_an_error_that_no_prompt_survives_is_raised_as_it_is() -> None:
    with pytest.raises(UsageError, match="no such model"):
        asked(JudgeModel(Script(UsageError("no such model"))), 10)


def test_a_budget_stops_it_cleanly_and_counts_what_the_evaluation_spent() -> None:
    model = JudgeModel(Script("4"))
    replies = asked(model, 100, budget_usd=1.0, spent_usd=0.8, concurrency=4)
    assert 17 <= len(replies.said) <= 20
    assert replies.new_usd <= 0.2 + 1e-9
    assert replies.stopped == f"the budget of $1.00 is spent: the judge gave {len(replies.said)} of 100 replies"
    assert not replies.faults


def test_a_budget_that_is_spent_already_asks_nothing() -> None:
    model = JudgeModel(Script("4"))
    assert asked(model, 5, budget_usd=0.0).stopped is not None
    assert model.prompts == []


def test_the_part_that_a_budget_leaves_is_no_first_part() -> None:
    model = JudgeModel(Script("4"))
    asked(model, 100, budget_usd=0.3, concurrency=1, seed=3)
    places = [int(prompt.user[1:]) for prompt in model.prompts]
    assert max(places) > 60


def test_the_questions_of_a_row_are_asked_together() -> None:
    model = JudgeModel(Script("4"))
    pairs = [(question(2 * row), question(2 * row + 1)) for row in range(50)]
    ask(pairs, model, Cache(None), Terms(budget_usd=0.4, concurrency=1))
    places = [int(prompt.user[1:]) for prompt in model.prompts]
    assert len({place // 2 for place in places}) == len(places) / 2 == 20


def test_progress_counts_to_the_end() -> None:
    told: list[Progress] = []
    ask(questions(5), JudgeModel(Script("4")), Cache(None), Terms(), on_progress=told.append)
    assert [(told[0].done, told[0].total), (told[-1].done, told[-1].errors)] == [(0, 5), (5, 0)]
