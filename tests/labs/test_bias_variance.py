"""The bias and variance lab without a browser."""

import pytest
import torch

from helpers import BiasVarianceLab
from helpers.labs.bias_variance import AXIS, GRID, bumps, draw_sets, wiggle
from helpers.labs.frames import MAX_BYTES
from helpers.selection import ridge_path


@pytest.fixture(scope="module")
def lab():
    made = BiasVarianceLab()
    yield made
    made.close()


def test_a_picture_and_a_sentence_for_each_lambda(lab):
    assert [value for _, value in lab.slider.options] == lab.lambdas == list(AXIS)
    assert [lab.picture(lambd) for lambd in AXIS] == lab.frames.pngs
    for lambd, sentence in zip(AXIS, lab.frames.readout, strict=True):
        now = lab.at(lambd)
        assert sentence.startswith(f"λ = {lambd:g}: bias² {now['bias2']:.3f} + variance {now['variance']:.3f} ")


def test_the_numbers_are_those_of_200_fits(lab):
    x, y = draw_sets(n=20, noise=0.5, seed=1)
    assert x.shape == y.shape == (200, 20, 1)
    lambd = 0.1
    w, b = ridge_path(bumps(x), y, torch.tensor([lambd], dtype=torch.float64))
    fits = bumps(GRID) @ w + b
    now = lab.at(lambd)
    assert now["bias2"] == pytest.approx((fits.mean(dim=0) - wiggle(GRID)).square().mean().item())
    assert now["error"] == pytest.approx((fits - wiggle(GRID)).square().mean().item() + 0.5**2)
    assert now["error"] == pytest.approx(now["bias2"] + now["variance"] + 0.25)


def test_bias_grows_and_variance_shrinks(lab):
    for earlier, later in ((0.0, 0.01), (0.01, 0.1), (0.1, 10.0)):
        assert lab.at(earlier)["bias2"] < lab.at(later)["bias2"]
        assert lab.at(earlier)["variance"] > lab.at(later)["variance"]


def test_the_choices_are_the_best(lab):
    assert set(lab.best) == {"sum", "cross-validation", "one standard error"}
    for name, curve in (("sum", "error"), ("cross-validation", "cv_error")):
        assert lab.best[name] == min(AXIS, key=lambda lambd: lab.at(lambd)[curve])
    smallest = lab.at(lab.best["cross-validation"])
    limit = smallest["cv_error"] + smallest["cv_se"]
    assert lab.best["one standard error"] == max(lambd for lambd in AXIS if lab.at(lambd)["cv_error"] <= limit)


def test_a_lambda_off_the_axis(lab):
    with pytest.raises(ValueError, match=r"0\.04"):
        lab.at(0.04)


def test_controls_draw_again():
    lab = BiasVarianceLab()
    variances = [lab.at(0.01)["variance"]]
    before = lab.frames.pngs
    for change in ({"n": 100}, {"noise": 2.0}, {"seed": 7}):
        lab.set(**change)
        assert lab.frames.message == ""
        assert lab.frames.pngs != before
        before = lab.frames.pngs
        variances.append(lab.at(0.01)["variance"])
    lab.close()
    assert variances[1] < variances[0] / 2, "more examples"
    assert variances[2] > 10 * variances[1], "more noise"
    assert variances[3] == pytest.approx(variances[2], rel=0.2), "other draws of the same source"


@pytest.mark.parametrize(("name", "value"), [("n", 15), ("n", 300), ("noise", 0.05), ("noise", 3.0)])
def test_the_ends_of_every_control(lab, name, value):
    before = lab.controls[name].value
    lab.set(**{name: value})
    assert lab.frames.message == ""
    assert sum(map(len, lab.frames.pngs)) < MAX_BYTES
    lab.set(**{name: before})


def test_a_failure_is_shown_and_the_old_pictures_stay(lab, monkeypatch):
    before, best = lab.frames.pngs, lab.best
    monkeypatch.setattr(lab, "_draw", lambda *args: 1 / 0)
    lab.set(seed=3)
    assert "ZeroDivisionError" in lab.frames.message
    assert (lab.frames.pngs, lab.best) == (before, best)
    monkeypatch.undo()
    lab.set(seed=1)
