"""The path lab without a browser: a grid of λ and the share of ℓ1."""

import numpy as np
import pytest
from sklearn.datasets import load_diabetes
from sklearn.linear_model import ElasticNet, Ridge

from helpers import PathLab
from helpers.labs.path import FEATURES, LAMBDAS, SHARES, _split


@pytest.fixture(scope="module")
def lab():
    """A lab that is only read."""
    made = PathLab()
    yield made
    made.close()


@pytest.fixture
def own_lab():
    made = PathLab()
    yield made
    made.close()


def test_a_picture_for_each_pair(lab):
    pictures = [lab.picture(lambd, share) for lambd in LAMBDAS for share in SHARES]
    assert pictures == lab.frames.pngs


def test_two_sliders_lead_to_a_pair(lab):
    for i, j in ((0, 0), (len(LAMBDAS) - 1, len(SHARES) - 1), (5, 2)):
        lab.frames.index, lab.frames.index_2 = i, j
        assert lab.frames.picture == lab.picture(LAMBDAS[i], SHARES[j])
        assert lab.frames.readout[lab.frames.position].startswith(f"λ = {LAMBDAS[i]:g}, ℓ1 share {SHARES[j]:g}: ")


@pytest.mark.parametrize("share", [0.5, 1.0])
def test_weights_and_losses_are_those_of_scikit_learn(lab, share):
    X, y, X_test, y_test = (t.numpy() for t in _split(60, 0, 0))
    model = ElasticNet(alpha=5, l1_ratio=share, tol=1e-9, max_iter=100_000).fit(X, y.ravel())
    w = lab.weights(5, share)
    np.testing.assert_allclose(list(w.values()), model.coef_, rtol=1e-3, atol=1e-3)
    held_out = ((model.predict(X_test) - y_test.ravel()) ** 2).mean() / 2
    k = lab.sweep.index((5, share))
    assert lab.sweep.final("test_loss")[0, k].item() == pytest.approx(held_out, rel=1e-4)
    assert lab.at(5, share)["num_nonzero"] == (model.coef_ != 0).sum()
    assert lab.at(5, share)["test_loss"] == pytest.approx(lab.sweep.final("test_loss")[:, k].mean().item())


def test_without_l1_it_is_ridge_and_no_weight_is_zero(lab):
    X, y, _, _ = (t.numpy() for t in _split(60, 0, 0))
    model = Ridge(alpha=60 * 5).fit(X, y.ravel())
    np.testing.assert_allclose(list(lab.weights(5, 0).values()), model.coef_, rtol=1e-3)
    assert lab.at(50, 0)["num_nonzero"] == 10 > lab.at(50, 0)["dof"]


def test_the_read_out_says_the_numbers(lab):
    now = lab.at(5, 1)
    text = lab.frames.readout[LAMBDAS.index(5) * len(SHARES) + SHARES.index(1)]
    assert f"{now['num_nonzero']:.0f} of 10 weights are not 0, {now['dof']:.1f} degrees of freedom" in text
    assert f"held-out loss {now['test_loss']:.0f} (mean of 10 splits)" in text


def test_a_split_is_a_partition_standardized_by_its_training_part():
    X, y, X_test, y_test = _split(60, 3, seed=1)
    assert (X.shape, X_test.shape) == ((60, 13), (382, 13))
    assert X.mean(dim=0).abs().max() < 1e-9
    assert (X.std(dim=0, correction=0) - 1).abs().max() < 1e-9
    _, targets = load_diabetes(return_X_y=True, scaled=False)
    assert sorted([*y.ravel().tolist(), *y_test.ravel().tolist()]) == sorted(targets.tolist())
    assert y.sum() != _split(60, 3, seed=2)[1].sum()


def test_controls_solve_again(own_lab):
    before = own_lab.frames.pngs
    own_lab.set(junk=20)
    assert own_lab.frames.message == ""
    assert own_lab.frames.pngs != before
    assert own_lab.sweep.weights.shape == (10, len(LAMBDAS) * len(SHARES), 10 + 20)
    assert list(own_lab.weights(1, 1)) == list(FEATURES)
    own_lab.set(n=20, seeds=1)  # fewer examples than inputs
    assert own_lab.frames.message == ""
    assert own_lab.sweep.num_seeds == 1
    assert "(mean of 1 split)" in own_lab.frames.readout[0]


def test_a_pair_off_the_grid(lab):
    with pytest.raises(ValueError, match=r"0\.3"):
        lab.at(5, 0.3)
