"""`Prediction` without a browser: what it takes, what it sends, and what it leaves in a stored notebook."""

import io
import re
import shutil
import subprocess
from pathlib import Path

import numpy as np
import pytest
import torch
from PIL import Image

import helpers
from helpers.drawing.style import TEST, TRAIN
from helpers.labs import prediction as module
from helpers.labs.guessing import MOST_PLACES
from helpers.labs.prediction import GUESS, Prediction
from helpers.labs.words import WORDS
from helpers.sliders import lambda_axis, p_axis
from helpers.sweeps import Sweep

SCRIPT = Path(module.__file__).with_suffix(".js")
VIEW = "application/vnd.jupyter.widget-view+json"
LAMBDAS = (0.0, 0.1, 0.3, 1.0, 3.0, 10.0, 30.0)
EPOCHS = tuple(range(5, 501, 5))


@pytest.fixture(scope="module")
def sweep():
    """Four seeds, seven λ, a hundred records, all drawn at random."""
    draw = torch.Generator().manual_seed(1)
    shape = (4, len(LAMBDAS), len(EPOCHS))
    names = ("train_loss", "test_loss", "test_acc", "w_norm")
    curves = {name: 0.1 + 0.8 * torch.rand(shape, generator=draw, dtype=torch.float64) for name in names}
    return Sweep("λ", torch.tensor(LAMBDAS, dtype=torch.float64), torch.tensor(EPOCHS), curves, torch.zeros(4, 7, 2))


def made(**change):
    return Prediction(**{"question": "What?", "x": ["a", "b", "c"], "values": [[1, 2, 3.0]], "ylabel": "y"} | change)


def same(computed, values):
    bands = {"mean": values.mean(axis=0), "low": values.min(axis=0), "high": values.max(axis=0)}
    assert computed["runs"] == len(values)
    assert computed.keys() == bands.keys() | {"runs"}
    for name, band in bands.items():
        np.testing.assert_allclose(computed[name], band, rtol=1e-12)


def test_the_last_values_of_a_sweep(sweep):
    asked = helpers.Prediction.of_sweep("How?", sweep, "test_loss")
    same(asked.computed, sweep.curves["test_loss"][:, :, -1].numpy())
    assert asked.x["names"] == ["0", "0.1", "0.3", "1", "3", "10", "30"]
    assert (asked.x["label"], asked.y["label"]) == ("λ", "test loss")
    np.testing.assert_allclose(asked.x["places"], np.arange(7) / 6)
    assert asked.x["at"] == list(range(7))


def test_a_curve_of_a_sweep_over_epochs(sweep):
    asked = Prediction.of_sweep("How?", sweep, "test_loss", at=3.0)
    same(asked.computed, sweep.curves["test_loss"][:, 4].numpy())
    assert asked.x["label"] == "epoch"
    np.testing.assert_allclose(asked.x["places"], (np.array(EPOCHS) - 5) / 495)
    assert [asked.x["names"][i] for i in asked.x["at"]] == ["5", *(f"{50 * k}" for k in range(1, 11))]


@pytest.mark.parametrize(
    ("curve", "label", "best", "color"),
    [
        ("train_loss", "train loss", "lowest", TRAIN),
        ("test_acc", "test accuracy", "highest", TEST),
        ("w_norm", "‖w‖", "", TEST),
    ],
)
def test_each_curve_has_its_name_its_best_and_its_colour(sweep, curve, label, best, color):
    asked = Prediction.of_sweep("How?", sweep, curve)
    assert (asked.y["label"], asked.best, asked.colors["computed"]) == (label, best, color)


def test_what_the_sweep_says_can_be_said_otherwise(sweep):
    look = {
        "xlabel": "decay",
        "ylabel": "error",
        "best": "highest",
        "yscale": "log",
        "ylim": (0.01, 10),
        "color": TRAIN,
    }
    asked = Prediction.of_sweep("How?", sweep, "test_loss", **look)
    assert (asked.x["label"], asked.y["label"], asked.best) == ("decay", "error", "highest")
    assert asked.y["log"]
    assert asked.y["limits"] == [0.01, 10]
    assert asked.y["ticks"] == [0.01, 0.1, 1, 10]


def test_a_long_axis_is_thinned_for_the_guess_alone():
    axis = lambda_axis()
    n = len(axis.values)
    asked = Prediction("How?", axis, np.ones((2, n)), ylabel="y")
    at = asked.x["at"]
    assert len(at) == MOST_PLACES < n
    assert (at[0], at[-1]) == (0, n - 1)
    assert set(np.diff(at)) <= {n // MOST_PLACES, n // MOST_PLACES + 1}
    assert len(asked.computed["mean"]) == n
    assert asked.x["label"] == "λ"


@pytest.mark.parametrize(("n", "step"), [(12, 1), (13, 2), (25, 3), (33, 4)])
def test_a_long_axis_of_names_is_thinned_evenly_where_its_length_allows(n, step):
    names = [f"{15 * k}°" for k in range(n)]
    asked = Prediction("How?", names, np.ones((2, n)), ylabel="y")
    assert asked.x["at"] == list(range(0, n, step))


def test_an_axis_whose_zero_is_on_no_log_scale_is_broken_behind_it():
    asked = Prediction("How?", lambda_axis((0, 0.01, 0.1, 1)), np.ones((1, 4)), ylabel="y")
    assert asked.x["gap"] == pytest.approx(1 / 6)
    whole = Prediction("How?", p_axis((0, 0.25, 0.5, 0.75)), np.ones((1, 4)), ylabel="y")
    assert "gap" not in whole.x


@pytest.mark.parametrize("x", [range(1, 14), range(1, 101), np.linspace(-1, 1, 50), np.logspace(0, 3, 40)])
def test_a_long_axis_of_numbers_is_set_at_both_ends_and_few_places_between(x):
    asked = Prediction("How?", x, np.arange(len(x)), ylabel="y")
    at = asked.x["at"]
    assert (at[0], at[-1]) == (0, len(x) - 1)
    assert 3 <= len(at) <= MOST_PLACES
    assert at == sorted(set(at))


def test_numbers_lie_where_they_are_and_names_evenly():
    assert made(x=[0, 1, 4]).x["places"] == [0, 0.25, 1]
    assert made(x=["0", "1", "4"]).x["places"] == [0, 0.5, 1]


def test_one_run_may_be_a_row_of_numbers():
    assert made(values=[1, 2, 3]).computed == {"mean": [1, 2, 3], "low": [1, 2, 3], "high": [1, 2, 3], "runs": 1}


@pytest.mark.parametrize(
    ("values", "yscale"),
    [
        ([3, 3.2, 3.1], "linear"),
        ([0, 0, 0], "linear"),
        ([-2, 5, 1], "linear"),
        ([1e-6, 1, 50], "log"),
        ([7] * 3, "log"),
    ],
)
def test_the_axis_of_y_leaves_room_on_both_sides_and_names_its_ends(values, yscale):
    y = made(values=values, yscale=yscale).y
    scale = np.log if yscale == "log" else np.asarray
    low, high = scale(y["limits"])
    assert high - scale(max(values)) > 0.1 * (high - low)
    assert y["limits"][0] == 0 or scale(min(values)) - low > 0.1 * (high - low)
    assert 2 <= len(y["ticks"]) <= 8
    assert y["limits"][0] <= y["ticks"][0] < y["ticks"][-1] <= y["limits"][1]


def test_an_accuracy_is_at_most_one(sweep):
    assert Prediction.of_sweep("How?", sweep, "test_acc").y["limits"][1] == 1
    assert made(values=[91, 95, 97], ylabel="accuracy").y["limits"][1] >= 97  # in percent


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"x": ["a"]}, "x must hold at least 2 places, got 1"),
        ({"x": [0, 2, 1]}, "x must be finite and rise from place to place, got 0, 2, 1"),
        ({"x": [0, 1, np.inf]}, "x must be finite and rise from place to place, got 0, 1, inf"),
        ({"values": [1, 2]}, r"values must have the shape \(S, 3\), one for each place, got \(1, 2\)"),
        ({"values": np.ones((0, 3))}, r"values must have the shape \(S, 3\), .* got \(0, 3\)"),
        ({"values": np.ones((1, 1, 3))}, r"values must have the shape \(S, 3\), .* got \(1, 1, 3\)"),
        ({"values": [[1, 2, 3], [1, np.nan, 3]], "xlabel": "λ"}, "values must be finite, got nan at λ = b, run 1"),
        ({"values": [1, 0, 3], "yscale": "log"}, "yscale must be linear for values down to 0, got 'log'"),
        ({"yscale": "log", "ylim": (-1, 5)}, "yscale must be linear for values down to -1, got 'log'"),
        ({"yscale": "sqrt"}, "yscale must be linear or log, got 'sqrt'"),
        ({"ylim": (0, 2)}, r"ylim must rise and hold all values from 1 to 3, got \(0, 2\)"),
        ({"ylim": (5, 0)}, r"ylim must rise and hold all values from 1 to 3, got \(5, 0\)"),
        ({"ylim": (0, np.inf)}, r"ylim must rise and hold all values from 1 to 3, got \(0, inf\)"),
        ({"best": "first"}, "best must be lowest, highest or None, got 'first'"),
    ],
)
def test_what_it_does_not_take(change, message):
    with pytest.raises(ValueError, match=message):
        made(**change)


def test_what_a_sweep_does_not_have(sweep):
    with pytest.raises(ValueError, match="curve must be one of train_loss, test_loss, test_acc, w_norm, got 'loss'"):
        Prediction.of_sweep("How?", sweep, "loss")
    with pytest.raises(ValueError, match="λ = 2 was not trained: the nearest trained values are 1 and 3"):
        Prediction.of_sweep("How?", sweep, "test_loss", at=2)
    pairs = torch.tensor([[0, 0.5], [1, 0.5]])
    grid = Sweep("(λ, p)", pairs, sweep.epochs, {"test_loss": torch.rand(2, 2, 100)}, torch.zeros(2, 2, 2))
    with pytest.raises(ValueError, match=r"at must be a value of \(λ, p\), got None: pairs do not lie on one line"):
        Prediction.of_sweep("How?", grid, "test_loss")
    assert Prediction.of_sweep("How?", grid, "test_loss", at=(1, 0.5)).x["label"] == "epoch"


def test_a_sweep_that_diverged(sweep):
    lost = sweep.curves["test_loss"].clone()
    lost[2, 5, -1] = torch.inf
    diverged = Sweep(sweep.name, sweep.values, sweep.epochs, {"test_loss": lost}, sweep.weights)
    with pytest.raises(ValueError, match="values must be finite, got inf at λ = 10, run 2"):
        Prediction.of_sweep("How?", diverged, "test_loss")


def near(png, color):
    """Return how many pixels have about this colour."""
    pixels = np.asarray(Image.open(io.BytesIO(png)).convert("RGB")).astype(int)
    wanted = [int(color[i : i + 2], 16) for i in (1, 3, 5)]
    return int((np.abs(pixels - wanted).max(axis=2) < 40).sum())


def test_where_there_is_no_widget_the_question_stands_and_never_the_answer(sweep):
    asked = Prediction.of_sweep("How does it change?", sweep, "test_loss")
    data, metadata = asked._repr_mimebundle_()
    assert data["text/plain"] == "Prediction"  # constant: stored, and compared
    assert data[VIEW]["model_id"] == asked.model_id
    place = metadata["image/png"]
    assert place["alt"] == "Empty axes for a guess. How does it change?"
    assert Image.open(io.BytesIO(data["image/png"])).size == (2 * place["width"], 2 * place["height"])
    assert near(data["image/png"], TEST) == near(data["image/png"], GUESS) == 0
    assert near(data["image/png"], "#3c3c3c") > 500


@pytest.mark.parametrize("yscale", ["linear", "log"])
def test_the_still_picture_does_not_depend_on_what_was_computed(yscale):
    axes = {"yscale": yscale, "ylim": (0.5, 5)}
    assert made(values=[1, 2, 3], **axes).still == made(values=[[4, 1, 2], [3, 4, 4]], **axes).still
    assert made(values=[1, 2, 3], **axes).still != made(values=[1, 2, 3], question="And now?", **axes).still


def luminance(color):
    parts = [int(color[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    linear = [p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in parts]
    return np.dot(linear, (0.2126, 0.7152, 0.0722))


@pytest.mark.parametrize("color", [GUESS, TRAIN, TEST])
def test_the_colours_are_seen_on_light_and_dark(color):
    for background in ("#ffffff", "#111111"):
        dark, light = sorted((luminance(color), luminance(background)))
        assert (light + 0.05) / (dark + 0.05) >= 3


def test_the_words_come_from_one_place():
    asked = made()
    assert asked.words == WORDS["prediction"]
    script = SCRIPT.read_text(encoding="utf-8")
    used = set(re.findall(r'"(\w+)"', " ".join(re.findall(r"say\(([^,()]*)", script))))
    assert len(used) > 15
    assert used <= asked.words.keys()
    quoted = set(re.findall(r'"(\w+)"', script))
    assert asked.words.keys() - quoted == {"still", "still_alt"}  # which Python says


@pytest.mark.parametrize("way", ["save_changes", ".set(", ".send(", "localStorage", "fetch("])
def test_nothing_is_kept_or_sent(way):
    assert way not in SCRIPT.read_text(encoding="utf-8")


def test_the_script_needs_nothing_from_elsewhere():
    script = SCRIPT.read_text(encoding="utf-8")
    assert Prediction._esm == script
    assert "import" not in script
    assert re.findall(r"https?://[^\"]*", script) == ["http://www.w3.org/2000/svg"]  # a name, not an address
    assert "url(" not in Prediction._css


@pytest.mark.skipif(not shutil.which("node"), reason="no node here that could parse JavaScript")
@pytest.mark.parametrize("name", ["prediction", "question"])
def test_the_script_parses(tmp_path, name):
    copy = shutil.copy(SCRIPT.with_stem(name), tmp_path / f"{name}.mjs")
    subprocess.run(["node", "--check", copy], check=True)
