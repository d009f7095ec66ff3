"""The regressions that labs draw again and again: the curve, its noise, and the splits of the diabetes data."""

import math

import numpy as np
import pytest
import torch
from sklearn.datasets import load_diabetes

from helpers.data.regression import draw_wiggles, split_diabetes, wiggle

# A wiggly curve


def test_the_curve_is_its_equation():
    x = torch.linspace(-1, 1, 9, dtype=torch.float64)[:, None]
    np.testing.assert_allclose(wiggle(x), [[math.sin(5 * at) + 0.5 * math.cos(11 * at)] for at in x.ravel().tolist()])


def test_each_nth_of_the_interval_has_one_x():
    x, y = draw_wiggles(50, 20, 0.5, seed=3)
    assert x.shape == y.shape == (50, 20, 1)
    assert x.dtype == y.dtype == torch.float64
    parts = (x[:, :, 0] + 1) / 2 * 20  # 0 to 20
    assert torch.equal(parts.floor(), torch.arange(20.0, dtype=torch.float64).expand(50, 20))
    within = parts - parts.floor()
    assert within.mean().item() == pytest.approx(0.5, abs=4 / (12 * 1000) ** 0.5), "anywhere in it"
    assert within.std().item() == pytest.approx(1 / 12**0.5, rel=0.05)


def test_the_noise_is_normal_and_as_strong_as_asked():
    x, y = draw_wiggles(200, 50, 0.5, seed=0)
    noise = (y - wiggle(x)) / 0.5
    assert noise.mean().item() == pytest.approx(0, abs=4 / 100)
    assert noise.std().item() == pytest.approx(1, rel=4 / (2 * 10_000) ** 0.5)
    assert noise.pow(4).mean().item() == pytest.approx(3, abs=0.4)
    assert torch.corrcoef(torch.stack([x.ravel(), noise.ravel()]))[0, 1].abs() < 4 / 100


def test_the_strength_of_the_noise_changes_only_that():
    draws = {noise: draw_wiggles(3, 10, noise, seed=1) for noise in (0, 0.5, 2)}
    for x, _ in draws.values():
        assert torch.equal(x, draws[0][0])
    assert torch.equal(draws[0][1], wiggle(draws[0][0]))
    torch.testing.assert_close(draws[2][1] - draws[0][1], 4 * (draws[0.5][1] - draws[0][1]))


def test_training_sets_and_seeds_differ_and_a_seed_repeats():
    x, y = draw_wiggles(3, 10, 0.5, seed=1)
    for values, again, other in zip((x, y), draw_wiggles(3, 10, 0.5, 1), draw_wiggles(3, 10, 0.5, 2), strict=True):
        assert torch.equal(values, again)
        assert len(values.unique()) == 30
        assert not torch.isin(values, other).any()


# Splits of the diabetes data


def rows(X, y):
    """Return the rows of inputs and targets, in an order that does not depend on theirs."""
    table = np.column_stack([X, y])
    return table[np.lexsort(table.T)]


@pytest.mark.parametrize("seed", [0, 1])
def test_a_split_has_every_patient_once_with_its_own_target(seed):
    X, y, X_test, y_test = split_diabetes(60, 0, seed)
    assert (X.shape, y.shape) == ((60, 10), (60, 1))
    assert (X_test.shape, y_test.shape) == ((382, 10), (382, 1))
    # Standardizing moves and stretches each column; undo it by the means and deviations of all patients.
    inputs, targets = load_diabetes(return_X_y=True, scaled=False)
    split = torch.cat([X, X_test]).numpy()
    there = (split - split.mean(axis=0)) / split.std(axis=0) * inputs.std(axis=0) + inputs.mean(axis=0)
    np.testing.assert_allclose(
        rows(there.round(6), torch.cat([y, y_test]).numpy()), rows(inputs.round(6), targets), atol=1e-5
    )


def test_inputs_are_standardized_by_the_training_part_alone():
    X, _, X_test, _ = split_diabetes(60, 3, seed=1)
    torch.testing.assert_close(X.mean(dim=0), torch.zeros(13, dtype=torch.float64), rtol=0, atol=1e-9)
    torch.testing.assert_close(X.std(dim=0, correction=0), torch.ones(13, dtype=torch.float64))
    assert (X_test.mean(dim=0).abs() > 1e-3).all()
    assert X_test.mean(dim=0).abs().max() < 1, "but by the same shift and scale"
    assert ((X_test.std(dim=0) - 1).abs() > 1e-4).all()


def test_the_split_is_random():
    _, targets = load_diabetes(return_X_y=True, scaled=False)
    first = split_diabetes(60, 0, seed=0)[1][:, 0].numpy()
    assert not np.array_equal(first, targets[:60])
    assert first.mean() == pytest.approx(targets.mean(), abs=4 * targets.std() / 60**0.5)


def test_noise_inputs_change_nothing_else():
    plain, noisy = split_diabetes(60, 0, seed=2), split_diabetes(60, 5, seed=2)
    torch.testing.assert_close(noisy[0][:, :10], plain[0])
    torch.testing.assert_close(noisy[2][:, :10], plain[2])
    assert torch.equal(noisy[1], plain[1])
    assert torch.equal(noisy[3], plain[3])


def test_noise_inputs_are_noise():
    X, y, X_test, y_test = split_diabetes(221, 20, seed=0)
    junk, targets = torch.cat([X, X_test])[:, 10:], torch.cat([y, y_test])
    between = torch.corrcoef(torch.cat([junk, targets], dim=1).T) - torch.eye(21)
    assert between.abs().max() < 4.5 / 442**0.5
    assert junk.pow(4).mean().item() == pytest.approx(3, abs=0.3), "normal"


def test_seeds_differ_and_a_seed_repeats():
    first, again, other = (split_diabetes(60, 2, seed) for seed in (0, 0, 1))
    for part, same, different in zip(first, again, other, strict=True):
        assert torch.equal(part, same)
        assert not torch.equal(part, different)
    assert not torch.isin(first[0][:, 10:], other[0][:, 10:]).any()


def test_the_global_random_state_stays():
    state = torch.get_rng_state()
    draw_wiggles(2, 5, 1.0, seed=0)
    split_diabetes(20, 2, seed=0)
    assert torch.equal(torch.get_rng_state(), state)
