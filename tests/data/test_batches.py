"""Minibatches: each pass meets each example once, in an order of its own."""

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from helpers.data import Batches


@given(n=st.integers(1, 40), batch_size=st.integers(1, 50), shuffle=st.booleans())
def test_each_pass_meets_each_example_once(n, batch_size, shuffle):
    X = torch.arange(n).reshape(n, 1)
    batches = Batches(X, -X.flatten(), batch_size, shuffle=shuffle)
    parts = list(batches)
    assert len(batches) == len(parts)
    assert [len(y) for _, y in parts[:-1]] == [batch_size] * (len(parts) - 1)
    assert all(torch.equal(part.flatten(), -y) for part, y in parts)
    assert sorted(torch.cat([part for part, _ in parts]).flatten().tolist()) == list(range(n))


def test_each_pass_takes_another_order_that_the_generator_decides():
    X = torch.arange(100)

    def two_passes(seed):
        batches = Batches(X, X, 7, generator=torch.Generator().manual_seed(seed))
        return [torch.cat([y for _, y in batches]).tolist() for _ in range(2)]

    before = torch.get_rng_state()
    first, second = two_passes(0)
    assert first != second
    assert [first, second] == two_passes(0) != two_passes(1)
    assert torch.equal(torch.get_rng_state(), before)


def test_the_global_generator_shuffles_if_there_is_no_other():
    X = torch.arange(100)
    torch.manual_seed(1)
    first = [y.tolist() for _, y in Batches(X, X, 10)]
    torch.manual_seed(1)
    assert first == [y.tolist() for _, y in Batches(X, X, 10)]


def test_unshuffled_minibatches_are_views():
    X, y = torch.zeros(10, 3), torch.zeros(10)
    for X_batch, y_batch in Batches(X, y, 4, shuffle=False):
        X_batch += 1
        y_batch += 1
    assert X.min() == y.min() == 1


def test_transform_sees_each_minibatch_of_images():
    batches = Batches(
        torch.ones(5, 4), torch.zeros(5), 2, transform=lambda X: X.reshape(-1, 1, 2, 2), class_names=("a",)
    )
    assert [X.shape for X, _ in batches] == [(2, 1, 2, 2), (2, 1, 2, 2), (1, 1, 2, 2)]
    assert (batches.batch_size, batches.class_names) == (2, ("a",))


@pytest.mark.parametrize(
    ("rows", "labels", "batch_size", "error", "says"),
    [
        (3, 4, 2, ValueError, "the same length and not be empty, got 3 and 4"),
        (0, 0, 2, ValueError, "the same length and not be empty, got 0 and 0"),
        (3, 3, 0, ValueError, "batch_size must be at least 1, got 0"),
        (3, 3, 1.5, TypeError, "batch_size must be an integer, got 1.5"),
    ],
)
def test_batches_refuse(rows, labels, batch_size, error, says):
    with pytest.raises(error, match=says):
        Batches(torch.ones(rows, 2), torch.ones(labels), batch_size)
