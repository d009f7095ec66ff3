"""All thinned nets, and some: enumeration, Monte Carlo dropout, entropy and mutual information."""

import math

import pytest
import torch
from torch import nn
from torch.nn import functional as F

from helpers import dropout_mlp, entropy, exact_expectation, mc_dropout, mutual_information, ridge, thinned_masks
from helpers.thinned import dropout_on


@pytest.fixture
def X():
    return torch.randn(7, 4, generator=torch.Generator().manual_seed(1))


def modes(net):
    return [module.training for module in net.modules()]


class TestMasks:
    @pytest.mark.parametrize("p", [0.0, 0.2, 0.5, 1.0])
    @pytest.mark.parametrize("num_units", [1, 2, 5])
    def test_each_mask_once_with_its_probability(self, num_units, p):
        masks, probabilities = thinned_masks(num_units, p)
        assert masks.shape == (2**num_units, num_units)
        assert len(masks.unique(dim=0)) == 2**num_units
        kept = masks.sum(dim=1).tolist()
        expected = torch.tensor([(1 - p) ** k * p ** (num_units - k) for k in kept], dtype=torch.double)
        torch.testing.assert_close(probabilities, expected)

    @pytest.mark.parametrize("num_units", [0, 17])
    def test_too_few_and_too_many_units(self, num_units):
        with pytest.raises(ValueError, match=f"num_units must be in .1, 16., got {num_units}"):
            thinned_masks(num_units, 0.5)

    def test_p_that_is_no_probability(self):
        with pytest.raises(ValueError, match="p must be in"):
            thinned_masks(3, 1.5)


class TestExactExpectation:
    def test_mean_and_variance_of_the_factors(self):
        p = 0.2
        mean = exact_expectation(lambda factors: factors, 4, p)
        second_moment = exact_expectation(lambda factors: factors[:, None] * factors, 4, p)
        torch.testing.assert_close(mean, torch.ones(4).double())
        torch.testing.assert_close(second_moment, 1 + p / (1 - p) * torch.eye(4).double())

    def test_nothing_is_kept_at_p_1(self):
        with pytest.raises(ValueError, match="p must be below 1"):
            exact_expectation(lambda factors: factors, 2, 1)

    def test_weight_scaling_is_exact_for_a_linear_net(self, X):
        first, second, last = nn.Linear(4, 3), nn.Linear(3, 3), nn.Linear(3, 2)
        mean = exact_expectation(lambda f: last(second(first(X) * f[:3]) * f[3:]).detach(), 6, 0.4)
        torch.testing.assert_close(mean, last(second(first(X))).double(), rtol=1e-5, atol=1e-6)

    def test_weight_scaling_is_the_geometric_mean_of_a_softmax_net(self, X):
        net = dropout_mlp([4, 6, 3], 0.5).eval().requires_grad_(False)

        def log_probs(factors):
            return net[3](net[1](net[0](X)) * factors).log_softmax(dim=1)

        geometric = exact_expectation(log_probs, 6, 0.5).softmax(dim=1)
        torch.testing.assert_close(geometric, net(X).softmax(dim=1).double(), rtol=1e-5, atol=1e-6)

    def test_weight_scaling_is_no_mean_behind_a_second_relu(self, X):
        net = dropout_mlp([4, 5, 5, 3], 0.5).eval().requires_grad_(False)

        def logits(factors):
            return net[6](net[4](net[3](net[1](net[0](X)) * factors[:5])) * factors[5:])

        assert (exact_expectation(logits, 10, 0.5) - net(X)).abs().max() > 1e-3

    def test_input_dropout_is_ridge_on_standardized_columns(self, X):
        X = X.double()
        X, y = (X - X.mean(dim=0)) / X.std(dim=0, correction=0), X.sum(dim=1, keepdim=True).sin()
        p = 0.25
        w, b = ridge(X, y, p / (1 - p))
        w.requires_grad_(), b.requires_grad_()
        exact_expectation(lambda factors: F.mse_loss(X * factors @ w + b, y) / 2, 4, p).backward()
        torch.testing.assert_close((w.grad, b.grad), (torch.zeros_like(w), torch.zeros_like(b)), atol=1e-7, rtol=0)


class TestMonteCarlo:
    def test_comes_to_the_exact_expectation(self, X):
        net = dropout_mlp([4, 6, 3], 0.3).requires_grad_(False)
        H = torch.relu(net[0](X))
        exact = exact_expectation(lambda factors: net[3](H * factors).softmax(dim=1), 6, 0.3)
        square = exact_expectation(lambda factors: net[3](H * factors).softmax(dim=1) ** 2, 6, 0.3)
        num_draws = 20_000
        standard_error = ((square - exact**2).clamp_min(0) / num_draws).sqrt()
        sampled = mc_dropout(net, X, num_draws).softmax(dim=2).mean(dim=0)
        assert ((sampled - exact).abs() <= 5 * standard_error + 1e-6).all()

    def test_every_draw_and_every_row_has_a_mask_of_its_own(self):
        draws = mc_dropout(nn.Sequential(nn.Dropout(0.5)), torch.ones(3, 200), 4)
        assert draws.shape == (4, 3, 200)
        assert len(draws.flatten(0, 1).unique(dim=0)) == 12

    def test_a_seed_repeats_and_the_global_state_stays(self, X):
        net, state = dropout_mlp([4, 6, 3], 0.5), torch.get_rng_state()
        first, again, other = (mc_dropout(net, X, 5, seed=seed) for seed in (1, 1, 2))
        assert torch.equal(first, again)
        assert not torch.equal(first, other)
        assert not first.requires_grad
        assert torch.equal(torch.get_rng_state(), state)

    @pytest.mark.parametrize("training", [True, False])
    def test_batch_normalization_stays_in_eval_mode(self, X, training):
        net = nn.Sequential(nn.Linear(4, 5), nn.BatchNorm1d(5), nn.Dropout(0.5)).train(training)
        net[1].running_mean.fill_(3.0)
        draws = mc_dropout(net, X, 50)
        H = net[1].eval()(net[0](X)).detach()
        torch.testing.assert_close(draws, torch.where(draws == 0, 0, 2 * H.expand_as(draws)))
        assert (net[1].running_mean == 3).all()

    def test_images_and_dropped_channels(self):
        draws = mc_dropout(nn.Dropout2d(0.5), torch.ones(2, 6, 3, 3), 5)
        assert draws.shape == (5, 2, 6, 3, 3)
        assert (draws == draws[..., :1, :1]).all()

    def test_no_dropout_layer_and_no_draws(self, X):
        with pytest.raises(ValueError, match=r"must hold a dropout layer, such as nn\.Dropout, got Linear"):
            mc_dropout(nn.Linear(4, 2), X, 3)
        with pytest.raises(ValueError, match="num_draws must be at least 1, got 0"):
            mc_dropout(nn.Dropout(), X, 0)


class TestModes:
    def test_each_module_gets_its_own_mode_back(self):
        net = nn.Sequential(nn.BatchNorm1d(3), nn.Sequential(nn.Dropout(), nn.Linear(3, 2)))
        net[0].eval()  # frozen, in a net that is training
        before = modes(net)
        with dropout_on(net):
            assert modes(net) == [False, False, False, True, False]
        assert modes(net) == before

    def test_a_module_that_stands_in_two_places_keeps_its_mode(self):
        shared = nn.Dropout()
        net = nn.Sequential(nn.Sequential(shared), nn.Sequential(shared))
        shared.eval()
        before = modes(net)
        with dropout_on(net):
            assert shared.training
        assert modes(net) == before

    def test_also_after_an_error(self):
        net = nn.Sequential(nn.Dropout()).eval()
        with pytest.raises(RuntimeError, match="stop"), dropout_on(net):
            raise RuntimeError("stop")
        assert modes(net) == [False, False]


class TestUncertainty:
    def test_entropy_at_its_ends(self):
        certain, uniform = entropy(torch.tensor([[1.0, 0, 0, 0], [0.25] * 4]))
        assert certain == 0, "exactly"
        torch.testing.assert_close(uniform, torch.tensor(math.log(4)))

    def test_agreement_is_no_information_and_quarrel_is_all(self):
        unsure = torch.full((6, 1, 2), 0.5)
        quarrel = torch.eye(2)[:, None].repeat(3, 1, 1)  # (6, 1, 2)
        torch.testing.assert_close(mutual_information(unsure), torch.zeros(1))
        torch.testing.assert_close(mutual_information(quarrel), torch.tensor([math.log(2)]))

    def test_is_never_negative(self):
        probs = torch.randn(20, 30, 5, generator=torch.Generator().manual_seed(0)).softmax(dim=2)
        assert (mutual_information(probs) > 0).all()

    @pytest.mark.parametrize("measure", [entropy, mutual_information])
    def test_logits_are_refused(self, measure):
        with pytest.raises(ValueError, match="probs must sum to 1, got a sum of 6: logits need a softmax first"):
            measure(torch.full((2, 1, 3), 2.0))
