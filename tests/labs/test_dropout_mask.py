"""`DropoutMaskLab`: its masks against uniform draws, their moments against theory, its pictures against both."""

from itertools import pairwise

import numpy as np
import pytest
import torch
from matplotlib.colors import to_hex

from helpers.drawing.style import CURSOR, EDGE, GRID, INK, TEST, TRAIN
from helpers.labs import dropout_mask
from helpers.seeding import nth_seed
from tests.labs.pictures import edges, keys, look, made, panel, places, segments, ticks, title, xy
from tests.labs.quick import quick_lab, values

PS = [i / 20 for i in range(20)]
H = [2.0, 0.7, 1.4, 0.4, 1.1]
NAMES = ["h₁", "h₂", "h₃", "h₄", "h₅"]
UNITS = [[(x, (n - 1) / 2 - j) for j in range(n)] for x, n in enumerate((4, 5, 5, 3))]  # places, layer by layer
DRAWS = 1000


@pytest.fixture(scope="module")
def shown():
    return made(dropout_mask, seed=0, resample=0)


@pytest.fixture
def lab():
    with quick_lab("DropoutMaskLab") as opened:
        yield opened


def factors(seed, resample):
    """Return by what 1,000 masks multiply two layers of five units, (P, 1000, 2, 5): all p share their draws."""
    draws = torch.rand(DRAWS, 2, 5, generator=torch.Generator().manual_seed(nth_seed(seed, resample))).numpy()
    return np.stack([np.where(draws < p, 0, 1 / (1 - p)) for p in PS])


def expected(seed, resample):
    """Return the lab's numbers, one dict for each p."""
    multiplied = factors(seed, resample)
    columns = {"num_dropped": (multiplied[:, 0] == 0).sum(axis=(1, 2))}
    columns |= {"mean": 2 * multiplied[:, :, 0, 0].mean(axis=1)}
    columns |= {"variance": 4 * multiplied[:, :, 0, 0].var(axis=1, ddof=1)}
    columns |= {"expected_variance": [4 * p / (1 - p) for p in PS]}
    return [dict(zip(columns, row, strict=True)) for row in zip(*columns.values(), strict=True)]


def check_numbers(numbers, seed, resample):
    for now, wanted in zip(numbers, expected(seed, resample), strict=True):
        assert now == pytest.approx(wanted, rel=1e-5)


# The numbers


def test_the_factors_are_0_or_the_scale_and_more_p_only_ever_drops_more_units(shown):
    np.testing.assert_allclose(shown.scene.source, factors(seed=0, resample=0), rtol=1e-6)
    kept = shown.scene.source > 0
    assert kept[0].all()
    assert (kept[1:] <= kept[:-1]).all()


def test_every_unit_and_layer_has_draws_of_its_own(shown):
    units = shown.scene.source[PS.index(0.5)].flatten(1)  # (draws, hidden units)
    correlations = torch.corrcoef(units.T) - torch.eye(10)
    assert correlations.abs().max() < 5 / DRAWS**0.5


def test_the_numbers_are_those_of_the_masks(shown):
    check_numbers(shown.scene.numbers, seed=0, resample=0)
    assert shown.scene.numbers[0] == {"num_dropped": 0, "mean": 2.0, "variance": 0.0, "expected_variance": 0.0}


def test_mean_and_variance_agree_with_theory_within_standard_errors(shown):
    for p, now in zip(PS[1:], shown.scene.numbers[1:], strict=True):
        variance, kurtosis = 4 * p / (1 - p), (1 - 3 * p * (1 - p)) / (p * (1 - p))
        assert abs(now["mean"] - 2) < 4 * (variance / DRAWS) ** 0.5
        assert abs(now["variance"] / variance - 1) < 4 * ((kurtosis - 1) / DRAWS + 2 / DRAWS**2) ** 0.5


def change(p, dropped):
    """Return what the read-out says of the units that stay."""
    if dropped == 10:
        return ""
    factor = {0: "stays as it is", 0.5: "is doubled"}.get(p, f"is multiplied by {1 / (1 - p):.3g}")
    return f", {'the rest' if dropped else 'each'} {factor}"


def check_read_out(scene):
    for p, now, text in zip(PS, scene.numbers, scene.readout, strict=True):
        dropped = now["num_dropped"]
        assert text == (
            f"p = {p:g}: {dropped} of 10 hidden units {'is' if dropped == 1 else 'are'} dropped{change(p, dropped)}; "
            f"over 1,000 draws the mean of h′₁ is {now['mean']:.2f} (h₁ = 2)."
        )
    return {now["num_dropped"] for now in scene.numbers}


def test_the_read_out_says_the_numbers():
    counts = set.union(*(check_read_out(made(dropout_mask, seed=seed, resample=0).scene) for seed in range(4)))
    assert {0, 1, 2, 10} <= counts, "each way to say it"


# The button and the seed


def test_it_starts_as_it_says(lab):
    assert values(lab) == {"resample": 0}
    assert lab.axes[0].values == tuple(PS)
    assert lab.frames.index == lab.axes[0].index(0.5)
    check_numbers(lab.scene.numbers, seed=0, resample=0)


def differ(one, other):
    """Return whether the masks of two draws differ at every p above 0, and the first, which are drawn, at p = 0.5."""
    unlike = one != other
    return unlike[1:].flatten(1).any(dim=1).all() and unlike[PS.index(0.5), 0].any()


def test_the_button_draws_new_masks_and_nothing_else(lab):
    for presses in (1, 2):
        before = lab.source
        lab.press("resample")
        assert lab.frames.message == ""
        check_numbers(lab.scene.numbers, seed=0, resample=presses)
        assert differ(lab.source, before)


def test_two_seeds_differ_and_one_repeats_its_draws(lab):
    with quick_lab("DropoutMaskLab") as same, quick_lab("DropoutMaskLab", seed=1) as other:
        for presses in (0, 1):
            assert lab.scene.numbers == same.scene.numbers
            assert torch.equal(lab.source, same.source)
            check_numbers(other.scene.numbers, seed=1, resample=presses)
            assert differ(lab.source, other.source)
            for one in (lab, same, other):
                one.press("resample")


def test_the_global_random_state_stays(lab):
    state = torch.get_rng_state()
    lab.press("resample")
    assert torch.equal(torch.get_rng_state(), state)


# The picture of the network


def gone(shown, i):
    """Return the places of the hidden units that the mask of a p drops, and of those that it keeps."""
    hidden, factor = UNITS[1] + UNITS[2], shown.scene.source[i, 0].flatten().tolist()
    dropped = [unit for unit, by in zip(hidden, factor, strict=True) if by == 0]
    return dropped, [unit for unit in hidden if unit not in dropped]


def points(dots):
    return list(map(tuple, xy(dots).T))


def test_dropped_units_are_crossed_out_and_the_others_full(shown):
    drawing = shown.drawings["net"]
    for i in places(drawing, len(PS)):
        dropped, kept = gone(shown, i)
        assert points(drawing.moving["kept"]) == kept
        assert points(drawing.moving["dropped"]) == points(drawing.moving["crosses"]) == dropped
        assert len(dropped) == shown.scene.numbers[i]["num_dropped"]
        assert points(drawing.moving["ends"]) == UNITS[0] + UNITS[-1]
    looks = {name: drawing.moving[name] for name in ("ends", "kept", "dropped", "crosses")}
    assert {name: dots.get_marker() for name, dots in looks.items()} == dict(zip(looks, "soox", strict=True))
    faces = {name: to_hex(dots.get_markerfacecolor()) for name, dots in looks.items() if name != "crosses"}
    assert faces == {"ends": "#d0d0d0", "kept": TRAIN, "dropped": "#ffffff"}
    rims = {name: to_hex(dots.get_markeredgecolor()) for name, dots in looks.items()}
    assert rims == {"ends": CURSOR, "kept": TRAIN, "dropped": EDGE, "crosses": CURSOR}
    assert {dots.get_linestyle() for dots in looks.values()} == {"None"}


def as_links(lines):
    return sorted(tuple(map(tuple, link)) for link in lines)


def test_links_of_dropped_units_are_cut(shown):
    drawing, all_links = shown.drawings["net"], [[a, b] for near, far in pairwise(UNITS) for a in near for b in far]
    assert len(all_links) == 60
    for i in places(drawing, len(PS)):
        dropped, _ = gone(shown, i)
        cut = [link for link in all_links if set(link) & set(dropped)]
        assert as_links(segments(drawing.moving["cut_links"])) == as_links(cut)
        assert as_links(segments(drawing.moving["links"])) == as_links(link for link in all_links if link not in cut)
    looks = {name: drawing.moving[name] for name in ("links", "cut_links")}
    assert {name: to_hex(lines.get_color()[0]) for name, lines in looks.items()} == {
        "links": EDGE,
        "cut_links": "#d0d0d0",
    }
    solid = {name: lines.get_linestyle()[0][1] is None for name, lines in looks.items()}
    assert solid == {"links": True, "cut_links": False}


def test_units_that_stay_have_their_names(shown):
    drawing = shown.drawings["net"]
    for i in places(drawing, len(PS)):
        dropped, _ = gone(shown, i)
        for name, unit in zip(NAMES, UNITS[1], strict=True):
            text = drawing.moving[name]
            assert (text.get_text(), text.get_position()) == (name, unit)
            assert text.get_visible() == (unit not in dropped)
    order = list(drawing.moving)
    assert order.index("kept") < order.index(NAMES[0]), "a name is drawn on its unit"
    assert to_hex(drawing.moving[NAMES[0]].get_color()) == "#ffffff"


def test_layers_have_their_names_below(shown):
    ax = panel(shown.drawings["net"])
    layers = {text.get_text(): text.get_position()[0] for text in ax.texts if text.get_text() not in NAMES}
    assert layers == {"inputs": 0, "hidden 1": 1, "hidden 2": 2, "outputs": 3}
    assert {text.get_position()[1] < -2.5 for text in ax.texts if text.get_text() in layers} == {True}
    assert not ax.axison
    assert ax.get_xlim()[0] < 0 < 3 < ax.get_xlim()[1]
    assert ax.get_ylim()[0] < -2 < 2 < ax.get_ylim()[1]
    assert title(shown.drawings["net"]) == "one mask: × is a dropped unit"


# The picture of the outputs


def named(factor, h):
    """Return what stands above a bar: its height, an arrow if it is cut at 8, or a cross."""
    if factor == 0:
        return "×"
    return f"{factor * h:.3g}{' ↑' if factor * h > 8.01 else ''}"


def test_bars_are_the_outputs_times_their_factors_and_too_long_ones_are_cut(shown):
    drawing = shown.drawings["outputs"]
    said = set()
    for i in places(drawing, len(PS)):
        for j, factor in enumerate(shown.scene.source[i, 0, 0].tolist()):
            bar, text = drawing.moving[f"bar {j}"], drawing.moving[f"text {j}"]
            assert bar.get_height() == pytest.approx(min(factor * H[j], 8))
            assert text.get_text() == named(factor, H[j])
            assert text.get_position() == pytest.approx((j + 0.2, bar.get_height() + 0.1))
            assert (bar.get_y(), bar.get_x() + bar.get_width() / 2) == pytest.approx((0, j + 0.2))
            said.add(text.get_text()[-1])
        assert drawing.moving["scale"].get_text() == f"1 / (1 − p) = {1 / (1 - PS[i]):.3g}"
    assert {"×", "↑"} < said
    assert {to_hex(drawing.moving[f"bar {j}"].get_facecolor()) for j in range(5)} == {TRAIN}


def test_bars_of_before_stand_beside_them(shown):
    drawing, ax = shown.drawings["outputs"], panel(shown.drawings["outputs"])
    for j, h in enumerate(H):
        before, after = drawing.still[f"before {j}"], drawing.moving[f"bar {j}"]
        assert (before.get_y(), before.get_height()) == (0, pytest.approx(h))
        assert j - 0.5 < before.get_x() < before.get_x() + before.get_width() < after.get_x()
        assert to_hex(before.get_facecolor()) == "#d0d0d0"
    legend = ax.get_legend()
    colors = [to_hex(key.get_facecolor()) for key in legend.legend_handles]
    assert dict(zip([text.get_text() for text in legend.get_texts()], colors, strict=True)) == {
        "h": "#d0d0d0",
        "h′": TRAIN,
    }
    assert ticks(ax.xaxis) == dict(enumerate(NAMES))
    assert title(drawing) == "hidden 1: outputs before and after dropout"


def test_no_word_above_the_bars_covers_another(shown):
    drawing, ax = shown.drawings["outputs"], panel(shown.drawings["outputs"])
    shown.figure.canvas.draw()
    corner = [drawing.moving["scale"], *ax.get_legend().get_texts(), *ax.get_legend().legend_handles]
    words = [drawing.moving[f"text {j}"] for j in range(5)] + corner
    for _ in places(drawing, len(PS)):
        boxes = [artist.get_window_extent() for artist in words]
        assert not any(one.overlaps(other) for k, one in enumerate(boxes) for other in boxes[:k])
        assert all(ax.bbox.x0 < box.x0 and box.x1 <= ax.bbox.x1 and box.y1 <= ax.bbox.y1 for box in boxes)


# The picture of the mean


def test_the_mean_so_far_runs_in_a_band_of_two_standard_errors(shown):
    drawing, n = shown.drawings["mean"], np.arange(1, DRAWS + 1)
    for i in places(drawing, len(PS)):
        means = 2 * np.cumsum(shown.scene.source[i, :, 0, 0].double().numpy()) / n
        np.testing.assert_allclose(xy(drawing.moving["mean"]), [n, means], rtol=1e-4, atol=1e-6)
        error = 2 * np.sqrt(4 * PS[i] / (1 - PS[i]) / n)
        np.testing.assert_allclose(edges(drawing.moving["band"]), [n, 2 - error, 2 + error], rtol=1e-5, atol=1e-6)
        assert means[-1] == pytest.approx(shown.scene.numbers[i]["mean"], rel=1e-5)
        assert list(drawing.moving["truth"].get_ydata()) == [2, 2]
    assert to_hex(drawing.moving["band"].get_facecolor()[0]) == GRID
    assert list(drawing.moving) == ["band", "truth", "mean"], "the band lies behind"


def test_the_mean_has_axes_and_names(shown):
    drawing, ax = shown.drawings["mean"], panel(shown.drawings["mean"])
    assert look(drawing.moving["mean"]) == (TRAIN, "-")
    assert look(drawing.moving["truth"]) == (TEST, "--")
    assert keys(ax.get_legend()) == {"mean of h′₁": (TRAIN, "-"), "h₁ = 2": (TEST, "--")}
    assert ticks(ax.xaxis) == {1: "1", 10: "10", 100: "100", 1000: "1,000"}
    assert (ax.get_xlabel(), ax.get_xscale(), ax.get_xlim()) == ("number of draws", "log", (1, 1000))
    assert ax.get_ylim() == (0, 6)
    assert title(drawing) == "mean of h′₁ so far; shaded: h₁ ± 2 standard errors"


# The picture of the variance


def test_the_variance_as_measured_and_as_expected(shown):
    drawing, ax = shown.drawings["variance"], panel(shown.drawings["variance"])
    measured = np.array([now["variance"] for now in shown.scene.numbers])
    np.testing.assert_allclose(xy(drawing.still["measured"]), [PS, measured])
    p, expected_variance = xy(drawing.still["expected"])
    np.testing.assert_allclose(expected_variance, 4 * p / (1 - p), rtol=1e-5)
    assert (p[0], p[-1]) == (0, pytest.approx(0.95))
    assert np.diff(p).max() < 0.01
    for i in places(drawing, len(PS)):
        assert drawing.moving["cursor"].get_xdata() == [PS[i], PS[i]]
        np.testing.assert_allclose(xy(drawing.moving["variance_dot"]), [[PS[i]], [measured[i]]])
    assert ax.get_ylim()[0] < 0 < max(measured.max(), expected_variance.max()) < ax.get_ylim()[1]
    assert ax.get_xlim()[0] < 0 < 0.95 < ax.get_xlim()[1]
    assert (title(drawing), ax.get_xlabel()) == ("variance of h′₁ over 1,000 draws", "p")


def test_the_variance_has_dots_dashes_and_names(shown):
    drawing = shown.drawings["variance"]
    legend = panel(drawing).get_legend()
    assert [text.get_text() for text in legend.get_texts()] == ["measured", "p / (1 − p) · h₁²"]
    for dots in (drawing.still["measured"], legend.legend_handles[0]):
        assert (dots.get_marker(), dots.get_linestyle()) == ("o", "None")
        assert (to_hex(dots.get_markeredgecolor()), to_hex(dots.get_markerfacecolor())) == (TRAIN, "#ffffff")
    assert look(drawing.still["expected"]) == look(legend.legend_handles[1]) == (TEST, "--")
    assert look(drawing.moving["cursor"]) == (INK, "-")
    assert drawing.moving["variance_dot"].get_color() == TRAIN


@pytest.mark.parametrize("seed", ["one", 0.5, None])
def test_a_seed_that_is_no_integer_is_refused(seed):
    with pytest.raises(TypeError, match=f"seed must be an integer, got {seed!r}"):
        dropout_mask.make(seed=seed, resample=0)
