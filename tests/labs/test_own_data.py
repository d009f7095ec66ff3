"""Labs of a reader's own data: what they train is what was asked for, and what nobody knows is not drawn."""

import numpy as np
import pytest
import torch
from sklearn.datasets import load_diabetes, make_regression
from sklearn.linear_model import ElasticNet, LinearRegression

from helpers import DropoutLab, ImageData, PathLab, RegressionData, WeightDecayLab, load_digits, synthetic_regression
from helpers.data.regression import split_own
from helpers.labs import dropout, path, weight_decay
from helpers.labs.training import stable_lr
from helpers.sweeps import sweep_dropout, sweep_weight_decay
from tests.labs.pictures import heights, made, panel, places, ticks, title, xy
from tests.labs.quick import quick_lab, values

LAMBDAS = weight_decay.AXIS.values


@pytest.fixture(scope="module")
def diabetes():
    return RegressionData.from_table(load_diabetes(as_frame=True, scaled=False).frame, target="target")


def made_up(num_inputs, n=60, scale=1.0, heavy=False):
    X, y = make_regression(n, num_inputs, n_informative=3, noise=20, random_state=0)
    X = X**3 if heavy else X
    return RegressionData.from_arrays(X, scale * y)


@pytest.mark.parametrize(
    ("lab", "data", "says"),
    [
        (
            WeightDecayLab,
            np.ones((3, 2)),
            r"must be RegressionData, got ndarray: create it with .*RegressionData.from_table",
        ),
        (PathLab, load_digits(), "must be RegressionData, got ImageData"),
        (DropoutLab, synthetic_regression(), r"must be ImageData, got RegressionData: .*ImageData.from_dataset"),
    ],
)
def test_other_data_are_refused_with_how_to_make_them(lab, data, says):
    with pytest.raises(TypeError, match=says):
        lab(data=data)


# WeightDecayLab


@pytest.fixture(scope="module")
def shown(diabetes):
    return made(weight_decay, "make_own", data=diabetes, scale=0.5, epochs=20, seeds=2)


def test_weight_decay_trains_on_the_given_examples_with_a_standardized_target(shown, diabetes):
    data = diabetes.with_scaled_target()
    how = {"lr": stable_lr(data.X_train, 17, 30), "batch_size": 17, "init_std": 0.5, "record_every": 1}
    sweep = sweep_weight_decay(data, LAMBDAS, num_epochs=20, num_seeds=2, **how)
    for name, curve in sweep.curves.items():
        torch.testing.assert_close(shown.scene.source.curves[name], curve, rtol=1e-4, atol=1e-6)
    baseline = data.y_test.square().mean().item() / 2
    assert shown.scene.numbers[3]["mean_predictor_loss"] == pytest.approx(baseline, rel=1e-4)
    assert f"(predicting the mean: {baseline:.3g})" in shown.scene.readout[3]


def test_weight_decay_draws_no_true_weights_and_names_the_inputs(shown, diabetes):
    drawing = shown.drawings["weights"]
    assert list(drawing.moving) == ["weights"]
    for i in places(drawing, len(LAMBDAS)):
        np.testing.assert_array_equal(heights(drawing.moving["weights"]), shown.scene.source.weights[0, i])
    assert ticks(panel(drawing).xaxis) == dict(enumerate(diabetes.feature_names))
    assert title(drawing) == "final weights"
    assert title(shown.drawings["finals"]) == "final loss for every λ (target standardized)"


def test_weight_decay_draws_true_weights_where_they_are_known():
    data = synthetic_regression(30, 30, 5, w=1.0)
    drawing = made(weight_decay, "make_own", data=data, scale=0, epochs=5, seeds=1).drawings["weights"]
    scaled = data.with_scaled_target().w.flatten()
    np.testing.assert_allclose(xy(drawing.moving["true_weights"])[1], scaled)
    assert title(drawing) == "final weights, and the true ones (dashed)"


def test_weight_decay_has_no_boxes_for_what_the_data_decide(diabetes):
    with quick_lab("WeightDecayLab", data=diabetes) as lab:
        assert values(lab) == {"scale": 0, "epochs": 100, "seeds": 4}
        lab.set(epochs=10, seeds=1, scale=1)
        assert lab.frames.message == ""
        assert "(one seed)" in lab.scene.readout[0]
        assert lab.source.epochs[-1] == 10


@pytest.mark.parametrize("scale", [1e-3, 1.0, 1e6])
@pytest.mark.parametrize("heavy", [False, True], ids=["normal", "heavy tails"])
@pytest.mark.parametrize("num_inputs", [3, 100])
def test_weight_decay_stays_stable_whatever_the_data(num_inputs, heavy, scale):
    data = made_up(num_inputs, scale=scale, heavy=heavy)
    numbers = made(weight_decay, "make_own", data=data, scale=1, epochs=20, seeds=2).scene.numbers
    losses = np.array([now["train_loss"] for now in numbers])
    assert np.isfinite(losses).all()
    assert losses.min() < 0.3, "something is learned"
    assert losses[-1] < 0.6, "and what is decayed does not exceed predicting the mean by much"


def test_twice_that_rate_is_near_the_end_of_what_is_stable():
    data = made_up(10).with_scaled_target()
    lr = stable_lr(data.X_train, data.num_train, 0)
    largest = torch.linalg.eigvalsh(torch.cov(data.X_train.T, correction=0))[-1].item()
    assert lr == pytest.approx(1 / largest, rel=1e-3), "of all examples at once, and centred ones"
    losses = []
    for factor in (1.9, 2.1):
        how = {"lr": factor * lr, "batch_size": data.num_train, "num_epochs": 300}
        losses.append(sweep_weight_decay(data, [0.0], **how).final("train_loss").item())
    assert losses[0] < 0.1
    assert not losses[1] < 1e3
    assert stable_lr(data.X_train, 5, 0) < lr, "small minibatches differ from one another"
    assert stable_lr(data.X_train, data.num_train, 30) == pytest.approx(1 / (largest + 30), rel=1e-3)


# DropoutLab


def test_dropout_trains_on_images_of_each_seed():
    data = load_digits(200)
    shown = made(dropout, "make_own", data=data, n=60, flipped=0.5, epochs=3, seeds=2).scene.source

    def drawn(seed):
        return data.subset(60, 1000, seed=seed).with_label_noise(0.5, seed=seed)

    how = {"num_hiddens": (48, 48), "num_epochs": 3, "lr": 0.3, "record_every": 1}
    wanted = sweep_dropout(drawn, dropout.PAIRS, num_seeds=2, **how)
    for name, curve in wanted.curves.items():
        torch.testing.assert_close(shown.curves[name], curve, rtol=1e-4, atol=1e-5)


def test_dropout_has_no_menu_of_images():
    with quick_lab("DropoutLab", data=load_digits(40)) as lab:
        lab.set(n=20, epochs=3, seeds=1)
        assert lab.frames.message == ""
        assert values(lab) == {"n": 20, "flipped": 0, "epochs": 3, "seeds": 1}
        lab.reset()
        assert values(lab) == {"n": 40, "flipped": 0, "epochs": 50, "seeds": 2}


def test_dropout_learns_large_bright_images_more_slowly():
    assert dropout.lr_of(load_digits().X_train) == 0.3
    bright = 0.5 + 0.1 * torch.rand(100, 1024)
    assert dropout.lr_of(bright) == pytest.approx(4 / 1024 / 0.55**2, rel=0.02)
    assert dropout.lr_of(torch.zeros(5, 4)) == 0.3


def test_dropout_scales_its_axes_by_the_number_of_classes():
    X, y = torch.rand(40, 2, 2), torch.arange(40) % 2
    data = ImageData.from_arrays(X, y)
    drawings = made(dropout, "make_own", data=data, n=30, flipped=0, epochs=3, seeds=1).drawings
    assert panel(drawings["losses"]).get_ylim() == pytest.approx((0, 2 * np.log10(2)))
    low, high = panel(drawings["accuracies"]).get_ylim()
    assert low <= 0.4 < high == 1


# PathLab


@pytest.fixture(scope="module")
def paths(diabetes):
    return made(path, "make_own", data=diabetes, n=332, junk=2, seeds=2)


OWN_PAIRS = [(lambd, share) for lambd in path.OWN_AXES[0].values for share in path.OWN_AXES[1].values]


def test_paths_are_those_of_the_given_split_with_a_standardized_target(diabetes):
    shown = made(path, "make_own", data=diabetes, n=332, junk=0, seeds=1).scene
    data = diabetes.with_scaled_target()
    X, y, X_test, y_test = (part.double().numpy() for part in (data.X_train, data.y_train, data.X_test, data.y_test))
    for lambd, share in ((0, 1.0), (0.01, 0.5), (0.1, 1.0), (0.3, 0.9)):
        now = shown.numbers[OWN_PAIRS.index((lambd, share))]
        one = ElasticNet(alpha=lambd, l1_ratio=share, tol=1e-9, max_iter=100_000) if lambd else LinearRegression()
        one.fit(X, y[:, 0])
        assert [now[name] for name in diabetes.feature_names] == pytest.approx(one.coef_, abs=1e-4)
        assert now["num_nonzero"] == (one.coef_ != 0).sum()
        assert now["test_loss"] == pytest.approx(((one.predict(X_test) - y_test[:, 0]) ** 2).mean() / 2, rel=1e-3)
    assert shown.numbers[OWN_PAIRS.index((1, 1.0))]["num_nonzero"] == 0


def test_further_splits_divide_all_examples_at_random_and_share_no_example(diabetes):
    splits = [split_own(diabetes, 332, 1, seed) for seed in range(3)]
    whole = sorted(torch.cat([diabetes.y_train, diabetes.y_test]).flatten().tolist())
    for X, y, X_test, y_test in splits:
        assert (X.shape, X_test.shape) == ((332, 11), (110, 11))
        assert sorted(torch.cat([y, y_test]).flatten().tolist()) == whole
    torch.testing.assert_close(splits[0][0][:, :10], diabetes.X_train.double())
    torch.testing.assert_close(splits[0][3], diabetes.y_test.double())
    assert not torch.equal(splits[1][1], splits[2][1])
    for seed in (0, 1):
        X, y, X_test, y_test = split_own(diabetes, 50, 0, seed)
        rows = [set(map(tuple, part.tolist())) for part in (X, X_test)]
        assert [len(part) for part in rows] == [50, 110]
        assert not rows[0] & rows[1]


def test_paths_name_the_inputs_and_not_the_noise(paths, diabetes):
    names = {text.get_text() for text in panel(paths.drawings["paths"]).texts} - {"//"}
    assert names == set(diabetes.feature_names)
    assert ticks(panel(paths.drawings["weights"]).xaxis) == dict(enumerate(diabetes.feature_names))
    colors = paths.drawings["weights"].moving["weights"].get_colors()
    assert len({tuple(color) for color in colors[:10]}) == 1, "nobody says which of them are correlated"
    assert tuple(colors[10]) == tuple(colors[11]) != tuple(colors[0])
    now = paths.scene.numbers[0]
    assert paths.scene.readout[0] == (
        f"λ = 0, ℓ1 share 0: 12 of 12 weights are not 0, {now['dof']:.1f} degrees of freedom, "
        f"held-out loss {now['test_loss']:.3f}, target standardized (mean of 2 splits)."
    )


@pytest.mark.parametrize("num_inputs", [1, 100])
def test_paths_of_few_and_of_many_inputs(num_inputs):
    X = np.random.default_rng(0).standard_normal((60, num_inputs))
    data = RegressionData.from_arrays(X, X[:, 0] * 1e6 + np.random.default_rng(1).standard_normal(60) * 1e6)
    extreme = made(path, "make_own", data=data, n=40, junk=0, seeds=1)
    assert np.isfinite([list(now.values()) for now in extreme.scene.numbers]).all()
    assert ("x1" in extreme.scene.numbers[0]) == (num_inputs == 1)
    drawing = extreme.drawings["paths"]
    assert len({text.get_text() for text in panel(drawing).texts} - {"//"}) == min(10, num_inputs)
    low, high = panel(extreme.drawings["losses"]).get_ylim()
    of_mean = max(extreme.scene.numbers[-1][name] for name in ("train_loss", "test_loss"))
    assert low < of_mean < high < 4 * of_mean


def test_paths_have_boxes_for_examples_noise_and_splits(diabetes):
    with quick_lab("PathLab", data=diabetes) as lab:
        assert values(lab) == {"n": 332, "junk": 0, "seeds": 1}
        assert [lab.frames.index, lab.frames.index_2] == [axis.start for axis in path.OWN_AXES]
        before = lab.at(0.1, 1.0)
        lab.set(n=50, junk=3)
        assert lab.frames.message == ""
        assert lab.source.weights.shape == (1, len(OWN_PAIRS), 13)
        assert lab.at(0.1, 1.0) != before


def test_a_feature_that_has_the_name_of_a_number_does_not_replace_it():
    X = np.random.default_rng(0).standard_normal((40, 2))
    data = RegressionData.from_arrays(X, X.sum(axis=1), feature_names=["test_loss", "dof"])
    now = made(path, "make_own", data=data, n=30, junk=0, seeds=1).scene.numbers[0]
    assert now["dof"] == pytest.approx(2)
    assert now["test_loss"] == pytest.approx(0, abs=1e-6)
