"""A hash of content: what is equal has one, in every process; what differs has another."""

import os
import subprocess
import sys
from functools import partial
from pathlib import Path

import numpy as np
import pytest
import torch
from torch import nn

from helpers.sweeps.fingerprint import fingerprint
from tests.sweeps.sweep_data import FEW, REGRESSION, draw

SCALE = 2.0
X = torch.arange(6.0)


def scaled(x):
    return x * SCALE


class Net(nn.Module):
    def __init__(self, p):
        super().__init__()
        self.linear, self.p = nn.Linear(3, 2), p

    def forward(self, X):
        return scaled(self.linear(X))


def make_net(p):
    return Net(p)


PAIRS = {  # one thing in two forms
    "a view": (X[2:4], torch.tensor([2.0, 3.0])),
    "another order in memory": (X.view(2, 3).T, X.view(2, 3).T.contiguous()),
    "a list": ([1, 2.5], (1, 2.5)),
    "a set": ({"a", "b", "c"}, {"c", "b", "a"}),
    "a function": (lambda x: x + 1, lambda x: x + 1),
    "data": (draw(3), draw(3)),
}
DIFFERENT = [
    *(0, 0.0, False, None, "0", b"0", (), [0], [[0]], {"a": 0}, {0: "a"}, ["a", 0]),
    *(1e-3, 1.0000000000000002e-3, float("nan")),
    *(X, X.double(), X.view(2, 3), X.view(3, 2), X + 1, X.numpy(), X.int(), torch.tensor(0.0), torch.zeros(1)),
    *(torch.bfloat16, torch.float32, torch.device("cpu"), np.float64(0), np.zeros(1)),
    *([1, [2, 3]], [[1, 2], 3], [1, 2, 3], ["ab", "c"], ["a", "bc"], range(4)),
    *(FEW, REGRESSION, draw(0), draw(1)),
    *(draw, partial(draw, 1), partial(draw, seed=1), make_net, scaled, torch.relu, torch.tanh, nn.ReLU, nn.Tanh),
    *((lambda x: x + 1), (lambda x: x + 2), (lambda x: x * 1), (lambda y=1: y), (lambda y=2: y)),
]


@pytest.mark.parametrize("pair", PAIRS.values(), ids=PAIRS)
def test_equal_contents_have_one_hash(pair):
    assert fingerprint(pair[0]) == fingerprint(pair[1])


def test_whatever_differs_has_another_hash():
    hashes = [fingerprint(value) for value in DIFFERENT]
    assert len(set(hashes)) == len(hashes)
    assert fingerprint(1, 2) not in {fingerprint(12), fingerprint((1, 2), ()), fingerprint(1), fingerprint(2, 1)}


def test_a_function_counts_by_all_that_it_names_of_ones_own(monkeypatch):
    """A cell that is changed and run again must not bring back what the old code had trained."""
    before = fingerprint(make_net)
    monkeypatch.setitem(globals(), "SCALE", 3.0)
    after = fingerprint(make_net)
    assert after != before, "make_net names Net, whose forward names scaled, which names SCALE"
    monkeypatch.setattr(Net, "extra", 1, raising=False)
    assert fingerprint(make_net) not in {before, after}


def test_what_a_function_encloses_counts():
    def scale_by(factor):
        return lambda x: factor * x

    assert fingerprint(scale_by(2)) == fingerprint(scale_by(2)) != fingerprint(scale_by(3))


def test_a_network_counts_by_its_parameters():
    torch.manual_seed(0)
    net, other = nn.Sequential(nn.Linear(2, 3), nn.ReLU()), nn.Sequential(nn.Linear(2, 3), nn.ReLU())
    other.load_state_dict(net.state_dict())
    assert fingerprint(net) == fingerprint(other)
    with torch.no_grad():
        other[0].bias[1] += 1
    assert fingerprint(net) != fingerprint(other)


@pytest.mark.parametrize(
    "value",
    [torch.Generator(), iter([]), [object()], np.array([object()])],
    ids=["generator", "iterator", "object", "array of objects"],
)
def test_what_has_no_content_is_refused(value):
    with pytest.raises(TypeError, match="what is stored must depend on contents alone, got "):
        fingerprint(value)


def test_another_process_finds_the_same_hash():
    code = "from tests.sweeps.test_fingerprint import *; print(fingerprint(PAIRS['a set'][0], FEW, make_net, draw))"
    out = subprocess.run(
        [sys.executable, "-c", code],
        cwd=Path(__file__).parents[2],
        env=os.environ | {"PYTHONHASHSEED": "7"},
        capture_output=True,
        text=True,
        check=True,
    )
    assert out.stdout.strip() == fingerprint(PAIRS["a set"][0], FEW, make_net, draw)
