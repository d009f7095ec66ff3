"""The check of an experiment agrees with right numbers, names wrong ones, and holds the claim against fresh seeds."""

import re

import pytest
import torch

from helpers.checks.exploration import SEEDS, exploration

CLAIMS = ("larger", "smaller", "no difference")


def arms(seeds, gain):
    """Return what is compared and its baseline, (S, 2): both share most of their noise."""
    rows = []
    for seed in seeds:
        shared, own = torch.randn(2, generator=torch.Generator().manual_seed(seed), dtype=torch.double)
        rows.append((5 + shared + gain + own / 10, 5 + shared))
    return torch.tensor(rows)


def report(values):
    gains = values[:, 0] - values[:, 1]
    return gains.mean(), gains.std() / len(gains) ** 0.5


@pytest.fixture
def verdict(capsys):
    def run(answer, claim=..., gain=0.5):
        @exploration(*CLAIMS)
        def gain_of_noise(seeds):
            return arms(seeds, gain)

        assert gain_of_noise(answer, claim=claim) is None
        return capsys.readouterr().out.removeprefix("gain_of_noise: ").rstrip("\n")

    return run


@pytest.mark.parametrize(
    ("gain", "claim"), [(0.5, "larger"), (-0.5, "smaller"), (0.0, "no difference"), (0.04, "no difference")]
)
def test_right_numbers_and_a_claim_that_holds(verdict, gain, claim):
    line = verdict(lambda seeds: report(arms(seeds, gain)), claim, gain)
    assert line.startswith(f"correct: {claim!r} holds on 16 fresh seeds, which give ")
    other = verdict(lambda seeds: report(arms([seed + 500 for seed in seeds], gain)), claim, gain)
    assert other.startswith("correct: "), "other random numbers give the same conclusion"


@pytest.mark.parametrize(("claim", "speaks_for"), [("smaller", "larger"), ("no difference", "larger")])
def test_a_claim_that_does_not_hold(verdict, claim, speaks_for):
    line = verdict(lambda seeds: report(arms(seeds, 0.5)), claim)
    assert line.startswith(f"not yet: you claim {claim!r}, but 16 fresh seeds give 0.")
    assert line.endswith(f"which speaks for {speaks_for!r}")


@pytest.mark.parametrize(
    ("change", "diagnosis"),
    [
        (lambda mean, error: (-mean, error), "the sign is reversed$"),
        (lambda mean, error: (100 * mean, 100 * error), "return fractions, not percent$"),
        (lambda mean, error: (3 * mean, error), "is the setting that of the text"),
        (lambda mean, error: (3 * mean, 20 * error), "is the setting that of the text"),
        (lambda mean, error: (mean, 4 * error), "that is the standard deviation"),
        (lambda mean, error: (mean, error / 4), "not std / S$"),
        (lambda mean, error: (mean, 0.35), "treats the two as independent"),
        (lambda mean, error: (mean, 0.0), "the standard error is 0, expected a positive number"),
        (lambda mean, error: (mean, float("nan")), "expected finite numbers"),
        (lambda mean, error: mean, "must return two numbers"),
        (lambda mean, error: (mean, error, 3), "must return two numbers"),
        (lambda mean, error: ("large", error), "expected numbers of shape"),
        (lambda mean, error: None, "^not answered yet$"),
    ],
)
def test_a_wrong_report_is_named(verdict, change, diagnosis):
    line = verdict(lambda seeds: change(*report(arms(seeds, 0.5))), "larger")
    assert re.search(diagnosis, line), line


def test_an_answer_must_use_its_seeds(verdict):
    line = verdict(lambda seeds: report(arms(SEEDS, 0.5)), "larger")
    assert line.endswith("it returned the same for 16 seeds: does it use them?")


def test_says_the_numbers_and_asks_for_a_claim(verdict):
    line = verdict(lambda seeds: report(arms(seeds, 0.5)))
    assert line.endswith("Now pass a claim: 'larger', 'smaller', 'no difference'")
    assert "the claim must be one of 'larger', " in verdict(lambda seeds: report(arms(seeds, 0.5)), "it helps")
    assert "the claim must be one of" in verdict(lambda seeds: report(arms(seeds, 0.5)), torch.ones(3))


def test_the_seeds_are_fresh_and_the_experiment_runs_once(capsys):
    seen = []

    @exploration(*CLAIMS)
    def gain_of_noise(seeds):
        seen.append(tuple(seeds))
        return arms(seeds, 0.5)

    for _ in range(2):
        gain_of_noise(lambda seeds: report(arms(seeds, 0.5)), "larger")
        gain_of_noise(lambda seeds: "no numbers")
    assert seen == [SEEDS]
    assert min(SEEDS) >= 900


def test_wants_the_function_itself_and_three_claims(capsys):
    with pytest.raises(ValueError, match=r"three claims and at least 12 seeds, got \('larger',\) and 16"):
        exploration("larger")
    with pytest.raises(ValueError, match=r"and 3$"):
        exploration(*CLAIMS, seeds=(1, 2, 3))
    exploration(*CLAIMS)(lambda seeds: arms(seeds, 0.5))((1, 2))
    assert "pass the function itself" in capsys.readouterr().out
