"""The regularizers against torch's own, and what they refuse."""

import math

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from torch.nn import functional as F

from helpers import (
    check_decay,
    check_probability,
    dropout_layer,
    elastic_net_penalty,
    l1_penalty,
    l2_penalty,
    squared_loss,
)

BIG = 400_000  # draws: a mean over them is good to about 1 / sqrt(BIG) = 0.0016
devices = pytest.mark.parametrize(
    "device", ["cpu", "meta"] + (["cuda"] if torch.cuda.is_available() else []), ids=lambda d: f"on_{d}"
)
shapes = st.lists(st.integers(0, 5), max_size=4).map(tuple)


def seeded(seed=0, device="cpu"):
    return torch.Generator(device).manual_seed(seed)


@given(shapes, st.floats(0, 1), st.integers(0, 100))
@settings(deadline=None)
def test_every_entry_is_dropped_or_scaled(shape, p, seed):
    X = torch.rand(shape, generator=seeded()) + 1
    out = dropout_layer(X, p, seeded(seed))
    assert out.shape == X.shape
    assert out.dtype == X.dtype
    kept = out != 0
    if p < 1:
        torch.testing.assert_close(out[kept], (X / (1 - p))[kept])
    assert p < 1 or not kept.any()
    assert p > 0 or kept.all()


@pytest.mark.parametrize("p", [0.1, 0.2, 0.5, 0.9])
def test_same_mean_variance_and_rate_as_torch(p):
    h = torch.full((BIG,), 3.0)
    ours, theirs = dropout_layer(h, p, seeded()), F.dropout(h, p)
    variance = p / (1 - p) * 9
    for out in (ours, theirs):
        assert abs(out.mean() - 3) < 5 * math.sqrt(variance / BIG)
        assert abs(out.var() / variance - 1) < 0.03
        assert abs((out == 0).float().mean() - p) < 5 * math.sqrt(p * (1 - p) / BIG)
    torch.testing.assert_close(ours.unique(), theirs.unique())


def test_ends():
    X = torch.randn(50, 40)
    assert torch.equal(dropout_layer(X, 0), X)
    assert torch.equal(dropout_layer(X, 1), torch.zeros_like(X))


def test_p_of_0_keeps_even_where_the_draw_is_0(monkeypatch):
    monkeypatch.setattr(torch, "rand", lambda shape, **options: torch.zeros(shape))
    assert torch.equal(dropout_layer(torch.ones(3, 2), 0.0), torch.ones(3, 2))


@pytest.mark.parametrize("p", [0.0, 0.3, 1.0])
def test_gradient_is_the_mask(p):
    X = torch.ones(30, 40, requires_grad=True)
    out = dropout_layer(X, p, seeded())
    out.sum().backward()
    assert torch.equal(X.grad, out.detach())


def test_gradient_is_torch_s():
    X = torch.ones(30, 40, requires_grad=True)
    out = F.dropout(X, 0.3)
    out.sum().backward()
    torch.testing.assert_close(X.grad, out.detach())  # the property of the test above, in torch's own


def test_gradcheck():
    X = torch.randn(4, 3, dtype=torch.float64, requires_grad=True)
    assert torch.autograd.gradcheck(lambda X: dropout_layer(X, 0.4, seeded()), X)


@pytest.mark.parametrize("dtype", [torch.float16, torch.bfloat16, torch.float32, torch.float64])
def test_dtype_is_kept_and_half_precision_does_not_change_the_rate(dtype):
    p = 0.001  # small: half precision draws multiples of 1/256 or of 1/2048
    out = dropout_layer(torch.ones(BIG, dtype=dtype), p, seeded())
    assert out.dtype == dtype
    assert abs((out == 0).float().mean() - p) < 5 * math.sqrt(p * (1 - p) / BIG)


@devices
def test_device_is_kept(device):
    assert dropout_layer(torch.ones(3, 2, device=device), 0.5).device.type == device


def test_examples_get_masks_of_their_own():
    out = dropout_layer(torch.ones(100, 64), 0.5, seeded())
    assert len({tuple(row) for row in out.tolist()}) == 100


def test_generator_repeats_and_leaves_the_global_one_alone():
    before = torch.get_rng_state()
    X = torch.ones(9, 9)
    assert torch.equal(dropout_layer(X, 0.5, seeded(3)), dropout_layer(X, 0.5, seeded(3)))
    assert torch.equal(before, torch.get_rng_state())


def test_mask_stream_does_not_depend_on_p():
    """Two trainings with different p see paired masks: what 0.2 drops, 0.6 drops too."""
    X = torch.ones(500)
    low, high = dropout_layer(X, 0.2, seeded()), dropout_layer(X, 0.6, seeded())
    assert (high[low == 0] == 0).all()


@pytest.mark.parametrize("p", [-0.1, 1.5, math.nan, math.inf])
def test_no_probability(p):
    for call in (lambda: check_probability(p), lambda: dropout_layer(torch.ones(2), p)):
        with pytest.raises(ValueError, match=rf"p must be in \[0, 1\], got {p}: .*probability of dropping"):
            call()


def test_integers_cannot_be_scaled():
    with pytest.raises(TypeError, match=r"floating point, got torch.int64"):
        dropout_layer(torch.arange(3), 0.5)


@given(st.integers(1, 5), st.integers(1, 5))
@settings(deadline=None)
def test_gradients_of_the_penalties(n, d):
    w = (torch.rand(n, d, generator=seeded()) + 0.1).requires_grad_()
    for penalty, expected in [(l2_penalty, w.detach()), (l1_penalty, torch.ones(n, d))]:
        torch.testing.assert_close(torch.autograd.grad(penalty(w), w)[0], expected)


def test_penalties_by_hand():
    w = torch.tensor([[3.0], [-4.0]])
    assert l2_penalty(w) == 12.5  # ½ 5²: the square of the norm, and half of it
    assert l1_penalty(w) == 7
    assert elastic_net_penalty(w, 0) == 12.5
    assert elastic_net_penalty(w, 1) == 7
    assert elastic_net_penalty(w, 0.2) == pytest.approx(0.2 * 7 + 0.8 * 12.5)


@pytest.mark.parametrize("share", [-0.1, 1.1])
def test_share_of_l1(share):
    with pytest.raises(ValueError, match=rf"l1_ratio must be in \[0, 1\], got {share}"):
        elastic_net_penalty(torch.ones(2), share)


@pytest.mark.parametrize("lambd", [-1.0, math.nan, math.inf])
def test_no_lambda(lambd):
    with pytest.raises(ValueError, match=f"lambd must be finite and at least 0, got {lambd}"):
        check_decay(lambd)


def test_decay_that_diverges():
    assert check_decay(3, lr=0.003) == 3.0
    assert check_decay(1e9) == 1e9, "without a step size, any λ has a minimum"
    with pytest.raises(
        ValueError, match=r"0.5 \* 4.0 = 2: each step multiplies w by .* -1, so the penalty alone diverges"
    ):
        check_decay(4.0, lr=0.5)


def test_squared_loss():
    torch.testing.assert_close(
        squared_loss(torch.tensor([[1.0], [5.0]]), torch.tensor([[3.0], [4.0]])).flatten(), torch.tensor([2.0, 0.5])
    )


@pytest.mark.parametrize(
    ("a", "b", "reason"), [((3, 1), (3,), "broadcast"), ((3,), (3, 1), "broadcast"), ((0, 1), (0, 1), "at least one")]
)
def test_squared_loss_refuses(a, b, reason):
    with pytest.raises(ValueError, match=reason):
        squared_loss(torch.zeros(a), torch.zeros(b))
