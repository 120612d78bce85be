from __future__ import annotations

import pytest

from goldgate.eval.gold.wording import asks_figure, says_nothing, states_figure


@pytest.mark.parametrize(
    "question",
    [
        "How much did it cost?",
        "How many people work there?",
        "What was Ardent's revenue in 2020?",
        "What is the total net income of the group?",
        "What percentage of sales came from abroad?",
        "By what percentage did it grow?",
        "What does EXXON report as its total revenue in 2008, and how is this figure described in the filing?",
        "What were earnings per share?",
        "In 2019, what revenue did Apple make?",
    ],
)
def test_a_figure_is_asked_for(question: str) -> None:
    assert asks_figure(question)


@pytest.mark.parametrize(
    "question",
    [
        "What was the reason for the fall of revenue?",
        "What are the main drivers of net income?",
        "How does Microsoft describe the change in revenue?",
        "What revenue-related themes do they name?",
        "What is the revenue recognition policy?",
        "Who reports the highest revenue?",
        "What regulatory risks does it name?",
        "Did revenue fall?",
    ],
)
def test_no_figure_is_asked_for(question: str) -> None:
    assert not asks_figure(question)


@pytest.mark.parametrize(
    "text", ["$14.8 million", "up 12%", "1,200 people", "about three", "42", "It fell by 7 points", "none"]
)
def test_a_figure_is_stated(text: str) -> None:
    assert states_figure(text)


@pytest.mark.parametrize("text", ["See Note 18", "dated February 27, 2009", "in 2008", "the Financial Section", "the 10-K", ""])
def test_no_figure_is_stated(text: str) -> None:
    assert not states_figure(text)


def test_boilerplate_is_told_by_how_it_begins() -> None:
    assert says_nothing("Reference is made to the following in the Financial Section")
    assert says_nothing(" TBD")
    assert not says_nothing("Revenue, to which reference is made below, was $4 million.")
    assert not says_nothing("Todor Ivanov")
