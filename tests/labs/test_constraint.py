"""`ConstraintLab` without a browser: the numbers, their duality, the pictures, and what a hand can change."""

from itertools import pairwise

import numpy as np
import pytest
import torch
from sklearn.linear_model import Lasso

from helpers.labs import constraint as module
from helpers.labs.constraint import PENALTIES, W_TILDE, A, ConstraintLab, pulls, solve, solve_l1, solve_l2, valley
from helpers.sliders import LAMBDAS

POSITIVE = LAMBDAS[1:]


@pytest.fixture(scope="module", params=PENALTIES)
def lab(request):
    """A lab that no test changes."""
    made = ConstraintLab(request.param)
    yield made
    made.close()


@pytest.fixture
def own_lab():
    made = ConstraintLab()
    yield made
    made.close()


def q_of(lab):
    return PENALTIES[lab.controls["penalty"].value]


def hard(theta, num_steps=4000):
    """Walk downhill; whenever outside of the fence, go back to its nearest point: as in chapter 1."""
    w = torch.zeros(2, dtype=torch.float64)
    for _ in range(num_steps):
        w = w - 0.5 * torch.tensor(A) @ (w - torch.tensor(W_TILDE))
        w = w * min(1.0, theta**0.5 / w.norm().item())
    return w.numpy()


def lasso(lambd):
    """Return the ℓ1 solution of scikit-learn: ½ ‖Cᵀ(w − w̃)‖² is the valley where A = C Cᵀ, and alpha is λ/n."""
    X = np.linalg.cholesky(A).T
    model = Lasso(alpha=lambd / 2, fit_intercept=False, tol=1e-14, max_iter=100_000)
    return model.fit(X, X @ W_TILDE).coef_


def test_the_valley_is_that_of_chapter_1():
    w = np.array([1.0, -2.0])
    assert valley(w) == pytest.approx(0.5 * (w - W_TILDE) @ A @ (w - W_TILDE))
    assert valley(W_TILDE) == 0
    grid = np.random.default_rng(0).normal(size=(2, 5))
    np.testing.assert_allclose(valley(grid), [valley(column) for column in grid.T])


@pytest.mark.parametrize("lambd", [0.05, 0.5, 2.0, 10.0])
def test_soft_and_hard_are_one(lambd):
    w = solve_l2(lambd)
    np.testing.assert_allclose(hard(w @ w), w, rtol=1e-6)


@pytest.mark.parametrize("lambd", POSITIVE)
def test_l1_is_what_scikit_learn_finds(lambd):
    np.testing.assert_allclose(solve_l1(lambd), lasso(lambd), atol=1e-6)


def test_l1_has_a_corner_and_an_end():
    assert (solve_l1(1.0) > 0).all()
    for lambd in (1.2, 2.5):
        assert solve_l1(lambd)[0] == pytest.approx(2.6 - lambd)
        assert solve_l1(lambd)[1] == 0
    assert not solve_l1(3.0).any()


@pytest.mark.parametrize("q", [2, 1])
@pytest.mark.parametrize("lambd", LAMBDAS)
def test_the_pulls_balance(lambd, q):
    loss, penalty = pulls(solve(lambd, q), lambd, q)
    np.testing.assert_allclose(loss, -penalty, atol=1e-12)


@pytest.mark.parametrize("q", [2, 1])
def test_the_pulls_balance_nowhere_else(q):
    for w in (solve(0.5, q) + np.array([0.1, 0]), np.zeros(2)):
        assert np.abs(pulls(w, 0.5, q).sum(axis=0)).max() > 0.05


def test_the_numbers_are_those_of_the_weights(lab):
    q = q_of(lab)
    for lambd in LAMBDAS:
        now, w = lab.at(lambd=lambd), solve(lambd, q)
        theta = w @ w if q == 2 else np.abs(w).sum()
        wanted = {"w_1": w[0], "w_2": w[1], "theta": theta, "loss": valley(w)}
        assert now == pytest.approx(wanted)


def test_theta_falls_and_the_loss_grows_with_lambda(lab):
    numbers = [lab.at(lambd) for lambd in LAMBDAS]
    for before, after in pairwise(numbers):
        alive = before["theta"] > 0
        assert after["theta"] < before["theta"] or not alive
        assert after["loss"] > before["loss"] or not alive
    assert numbers[0]["loss"] == pytest.approx(0)


def test_a_picture_and_a_fence_for_every_lambda(lab):
    assert len(lab.frames.pngs) == len(LAMBDAS) == len(lab.theta_slider.options) == len(lab.slider.options)
    assert [value for _, value in lab.theta_slider.options] == [lab.at(lambd)["theta"] for lambd in LAMBDAS]
    assert lab.picture(lambd=0.5) == lab.frames.pngs[LAMBDAS.index(0.5)]
    assert len({lab.picture(lambd) for lambd in LAMBDAS}) == len(LAMBDAS)


def test_all_start_at_one_place(lab):
    assert lab.slider.value == 0.5
    assert lab.slider.index == lab.theta_slider.index == lab.frames.index


def test_either_slider_is_joined_to_the_picture(lab):
    joined = {frozenset(widget for widget, _ in (link.source, link.target)) for link in lab._links}
    assert {frozenset((lab.slider, lab.frames)), frozenset((lab.slider, lab.theta_slider))} <= joined
    assert {trait for link in lab._links for _, trait in (link.source, link.target)} == {"index", "value"}
    assert lab.theta_slider in lab.box.children


def test_the_sentences():
    for penalty, fence in {
        "ℓ2": "‖w‖² ≤ 2.70: w = (1.37, 0.91), loss 0.24.",
        "ℓ1": "‖w‖₁ ≤ 2.32: w = (1.77, 0.55), loss 0.17.",
    }.items():
        lab = ConstraintLab(penalty)
        assert lab.frames.readout[lab.slider.index] == f"λ = 0.5 is the fence {fence}"
        assert ("circle" if penalty == "ℓ2" else "diamond") in lab.frames.alt[3]
        lab.close()


def test_the_penalty_changes_pictures_and_fences(own_lab):
    pictures, fences = own_lab.frames.pngs, own_lab.theta_slider.options
    own_lab.slider.index = own_lab.theta_slider.index = own_lab.frames.index = 30
    own_lab.set(penalty="ℓ1")
    assert own_lab.frames.message == ""
    assert not set(pictures) & set(own_lab.frames.pngs)
    assert own_lab.theta_slider.options != fences
    assert own_lab.at(2.0) == pytest.approx({"w_1": 0.6, "w_2": 0, "theta": 0.6, "loss": valley(np.array([0.6, 0]))})
    assert own_lab.slider.index == own_lab.theta_slider.index == own_lab.frames.index == 30
    own_lab.set(penalty="ℓ2")
    assert own_lab.frames.pngs == pictures
    assert own_lab.theta_slider.options == fences


def test_new_fences_never_send_the_sliders_to_their_start(own_lab):
    own_lab.slider.index = own_lab.theta_slider.index = 30
    sent = []
    own_lab.theta_slider.comm.send = lambda data, buffers: sent.append(data["state"])
    own_lab.set(penalty="ℓ1")
    assert any("_options_labels" in state for state in sent)
    assert {state["index"] for state in sent if "index" in state} <= {30}


def test_a_failure_is_shown_and_the_old_pictures_stay(own_lab, monkeypatch):
    picture, fences, now = own_lab.picture(0.5), own_lab.theta_slider.options, own_lab.at(0.5)

    def fail(*args):
        raise OSError("no ink")

    monkeypatch.setattr(module, "render", fail)
    own_lab.set(penalty="ℓ1")
    assert own_lab.frames.message == "OSError: no ink"
    assert (own_lab.picture(0.5), own_lab.theta_slider.options, own_lab.at(0.5)) == (picture, fences, now)


def test_what_is_not_there(lab):
    for ask in (lab.at, lab.picture):
        with pytest.raises(ValueError, match=r"λ = 0\.55 .* nearest .* 0\.5 and 0\.6"):
            ask(0.55)
    with pytest.raises(ValueError, match="no control named 'norm': there are penalty"):
        lab.set(norm=1)
    with pytest.raises(ValueError, match="penalty must be one of 'ℓ2', 'ℓ1', got 'l3'"):
        ConstraintLab("l3")
