"""Networks of a user's own: stacked or one by one, the numbers are those of `torch.optim`."""

import warnings
from dataclasses import replace

import pytest
import torch
from torch import nn
from torch.nn import functional as F
from torch.optim import SGD, Adam, AdamW

from helpers import load_digits, sweep_nets, synthetic_regression
from helpers.seeding import BATCHES, MASKS, START, seeded
from helpers.sweeps import modules, nets

DIGITS = load_digits(100)
FEW = {"num_epochs": 2, "lr": 0.1, "batch_size": 20}
GRID = {"p": [0.0, 0.2, 0.6], "lambd": [0.0, 0.05]}


def mlp():
    hidden = [nn.Linear(64, 16), nn.ReLU(), nn.Dropout(), nn.Linear(16, 16), nn.ReLU(), nn.Dropout()]
    return nn.Sequential(*hidden, nn.Linear(16, 10))


def cnn():
    first = [nn.Unflatten(1, (1, 8, 8)), nn.Conv2d(1, 4, 3), nn.ReLU(), nn.Dropout2d(), nn.Conv2d(4, 4, 3)]
    return nn.Sequential(*first, nn.ReLU(), nn.Flatten(), nn.Dropout(), nn.Linear(64, 10))


class Residual(nn.Module):
    def __init__(self):
        super().__init__()
        self.first, self.block, self.last = nn.Linear(64, 16), nn.Linear(16, 16), nn.Linear(16, 10)
        self.norm, self.dropout = nn.LayerNorm(16), nn.Dropout()

    def forward(self, X):
        H = self.first(X)
        return self.last(H + self.dropout(self.block(self.norm(H)).relu()))


class Transformer(nn.Module):
    def __init__(self):
        super().__init__()
        self.rows = nn.Linear(8, 8)
        self.block = nn.TransformerEncoderLayer(8, 2, 16, dropout=0.0, batch_first=True)
        self.dropout, self.last = nn.Dropout(), nn.Linear(8, 10)

    def forward(self, X):
        return self.last(self.dropout(self.block(self.rows(X.view(-1, 8, 8)))).mean(dim=1))


class Embedded(nn.Module):
    def __init__(self):
        super().__init__()
        self.grey, self.dropout, self.last = nn.Embedding(17, 3), nn.Dropout(), nn.Linear(192, 10)

    def forward(self, X):
        return self.last(self.dropout(self.grey((16 * X).long()).flatten(1)))


class Noisy(nn.Module):
    """It draws random numbers by itself, which no stack can share."""

    def __init__(self):
        super().__init__()
        self.last = nn.Linear(64, 10)

    def forward(self, X):
        return self.last(F.dropout(X, 0.5, self.training))


NETS = [mlp, cnn, Residual, Transformer, Embedded]


def sweep(make_net=mlp, data=DIGITS, **options):
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        return sweep_nets(make_net, data, **(FEW | options))


def assert_same(one, other, rtol=1e-4):
    for name, curve in one.curves.items():
        torch.testing.assert_close(curve, other.curves[name], rtol=rtol, atol=1e-6)
    for name, weights in one.weights.items():
        torch.testing.assert_close(weights, other.weights[name], rtol=rtol, atol=1e-5)


# Stacked and one by one


@pytest.mark.parametrize("make_net", NETS, ids=lambda net: net.__name__)
def test_a_stack_trains_as_one_net_after_the_other(make_net):
    made = [sweep(make_net, **GRID, num_seeds=2, stack=stack) for stack in (True, False)]
    assert_same(*made)
    finals = made[0].final("train_loss")
    assert finals.unique().numel() == finals.numel() == 12  # no two are the same training


@pytest.mark.parametrize("optimizer", [Adam, AdamW], ids=["Adam", "AdamW"])
def test_a_stack_trains_so_with_other_optimizers(optimizer):
    options = {"optimizer": optimizer, "lr": 0.01, "num_seeds": 2}
    assert_same(*(sweep(mlp, **GRID, **options, stack=stack) for stack in (True, False)), rtol=1e-3)


def by_hand(make_net, data, lambd, optimizer, loss=F.cross_entropy):
    """Train one net of seed 0 as torch's users do: weight decay by the optimizer, on what has two dimensions."""
    torch.manual_seed(START)
    net = make_net()
    (shuffle,), (mask,) = seeded([0], BATCHES), seeded([0], MASKS)
    net = modules.pair_dropouts(net)
    sizes = modules.measure_sizes(net, data.X_train[:2])
    weights = [param for param in net.parameters() if param.dim() >= 2]
    others = [param for param in net.parameters() if param.dim() < 2]
    trainer = optimizer([{"params": weights, "weight_decay": lambd}, {"params": others, "weight_decay": 0.0}])
    for _ in range(FEW["num_epochs"]):
        for rows in torch.randperm(data.num_train, generator=shuffle).split(FEW["batch_size"]):
            draws = nets.draw(sizes, len(rows), [mask], "cpu")
            for name, layer in modules.dropouts(net).items():
                layer.draw = draws[name][0]
            trainer.zero_grad()
            loss(net(data.X_train[rows]), data.y_train[rows]).backward()
            trainer.step()
    return loss(net.eval()(data.X_test), data.y_test).item()


@pytest.mark.parametrize("stack", [True, False])
@pytest.mark.parametrize(
    ("optimizer", "lr"),
    [
        (SGD, 0.1),
        (lambda params, lr, **rest: SGD(params, lr, momentum=0.9, **rest), 0.05),
        (Adam, 0.01),
        (AdamW, 0.01),
    ],
    ids=["SGD", "momentum", "Adam", "AdamW"],
)
def test_the_decay_is_that_of_the_optimizer(optimizer, lr, stack):
    decay = "decoupled" if optimizer is AdamW else "l2"
    found = sweep(mlp, lambd=[0.0, 1.0], optimizer=optimizer, lr=lr, decay=decay, stack=stack).final("test_loss")[0]
    for lambd, loss in zip((0.0, 1.0), found.tolist(), strict=True):
        by_torch = by_hand(mlp, DIGITS, lambd, lambda groups: optimizer(groups, lr=lr))
        assert loss == pytest.approx(by_torch, rel=1e-4)
    assert abs(found[0] - found[1]) > 1e-3


def test_adamw_decays_decoupled_unless_told_otherwise():
    options = {"lambd": [0.3], "optimizer": AdamW, "lr": 0.01}
    plain, decoupled, in_gradient = (sweep(**options, decay=decay) for decay in (None, "decoupled", "l2"))
    assert_same(plain, decoupled)
    assert (plain.final("test_loss") - in_gradient.final("test_loss")).abs().min() > 1e-3


def test_only_weights_decay_unless_a_function_says_otherwise():
    strong = {"lambd": [0.0, 10.0], "lr": 0.1, "num_epochs": 5}
    plain, all_of_it = sweep(**strong), sweep(**strong, decays=lambda name, param: True)
    assert plain.weights["6.weight"][0, 1].norm() < 0.01 * plain.weights["6.weight"][0, 0].norm()
    assert plain.weights["6.bias"][0, 1].norm() > 5 * all_of_it.weights["6.bias"][0, 1].norm()


# Masks


def test_what_a_small_p_drops_a_larger_one_drops_too():
    layer = modules.PairedDropout(0.5)
    layer.draw, x = torch.rand(1000, 4, generator=seeded([0], MASKS)[0]), torch.ones(1000, 4)
    kept = {}
    for p in (0.2, 0.6):
        layer.p.fill_(p)
        out = layer(x)
        kept[p] = out > 0
        assert out.max() == pytest.approx(1 / (1 - p))
        assert kept[p].float().mean() == pytest.approx(1 - p, abs=0.05)
    assert not (kept[0.6] & ~kept[0.2]).any()
    assert torch.equal(layer.eval()(x), x)


def test_all_of_a_map_is_dropped_together():
    net = modules.pair_dropouts(cnn())
    sizes = modules.measure_sizes(net, DIGITS.X_train[:2])
    assert sizes.draws == {"3": (4, 1, 1), "7": (64,)}


def test_with_p_1_everything_is_dropped_and_nothing_is_lost():
    made = sweep(p=[0.0, 1.0])
    assert made.final("train_loss").isfinite().all()
    assert made.final("train_loss")[0, 1] > made.final("train_loss")[0, 0]


def test_a_function_of_p_makes_the_nets_itself():
    made = sweep(lambda p: nn.Sequential(nn.Dropout(p / 2), nn.Linear(64, 10)), p=[0.0, 0.8])
    same = sweep(lambda: nn.Sequential(nn.Dropout(), nn.Linear(64, 10)), p=[0.0, 0.4])
    assert_same(made, same)


def test_without_p_each_layer_keeps_its_own():
    own = sweep(lambda: nn.Sequential(nn.Dropout(0.3), nn.Linear(64, 10)), lambd=[0.0])
    given = sweep(lambda: nn.Sequential(nn.Dropout(), nn.Linear(64, 10)), p=[0.3])
    torch.testing.assert_close(own.final("train_loss"), given.final("train_loss"))


# What cannot be stacked


def batch_norm():
    return nn.Sequential(nn.Linear(64, 8), nn.BatchNorm1d(8), nn.ReLU(), nn.Dropout(), nn.Linear(8, 10))


def test_batch_normalization_is_trained_one_by_one_and_that_is_said():
    with pytest.warns(UserWarning, match="one by one.*1.running_mean"):
        made = sweep_nets(batch_norm, DIGITS, p=[0.0, 0.5], **FEW)
    assert_same(made, sweep(batch_norm, p=[0.0, 0.5], stack=False))


def test_a_net_that_draws_by_itself_is_trained_one_by_one_the_same_each_time():
    with pytest.warns(UserWarning, match="one by one"):
        made = sweep_nets(Noisy, DIGITS, lambd=[0.0, 0.0], **FEW)
    torch.manual_seed(7)
    assert_same(made, sweep(Noisy, lambd=[0.0, 0.0], stack=False))
    torch.testing.assert_close(*made.final("test_loss")[0])  # the same draws for both λ


def test_convolutions_over_large_images_are_trained_one_by_one_without_a_word():
    def large():
        return nn.Sequential(nn.Unflatten(1, (1, 28, 28)), nn.Conv2d(1, 16, 5), nn.Flatten(), nn.Linear(9216, 10))

    assert not modules.is_faster_stacked(large(), torch.zeros(2, 784))
    assert all(modules.is_faster_stacked(make_net(), DIGITS.X_train[:2]) for make_net in NETS)


def test_training_leaves_the_random_numbers_of_its_user_alone():
    before = torch.random.get_rng_state()
    for stack in (True, False):
        sweep(p=[0.5], stack=stack)
    assert torch.equal(torch.random.get_rng_state(), before)


# Memory, losses, seeds


def test_blocks_that_fit_into_memory_train_as_one():
    whole, one_by_one = sweep(**GRID, num_seeds=2), sweep(**GRID, num_seeds=2, max_bytes=1)
    assert_same(whole, one_by_one)
    recipe = nets.Recipe(mlp, F.cross_entropy, SGD, False, None, "cpu", 0)
    sizes = modules.measure_sizes(mlp(), DIGITS.X_train[:2])
    fit = [
        nets.most_values(replace(recipe, max_bytes=max_bytes), mlp(), sizes, 20, 2) for max_bytes in (1, 2**20, 2**30)
    ]
    assert fit[0] == 1 < fit[1] < 10 < fit[2]


@pytest.mark.parametrize("loss", [None, F.mse_loss, nn.HuberLoss()], ids=["half", "mse_loss", "Huber"])
def test_numbers_are_learned_with_any_loss(loss):
    data = synthetic_regression(40, 20, 5, w=1.0, noise=0.1)
    made = [
        sweep(lambda: nn.Linear(5, 1), data, lambd=[0.0, 1.0], loss=loss, num_epochs=20, num_seeds=2, stack=stack)
        for stack in (True, False)
    ]
    assert_same(*made)
    assert set(made[0].curves) == {"train_loss", "test_loss"}
    by_torch = by_hand(lambda: nn.Linear(5, 1), data, 1.0, lambda groups: SGD(groups, lr=0.1), loss or nets.half_mse)
    assert made[0].curves["test_loss"].shape == (2, 2, 20)
    assert made[0].curves["test_loss"][0, 1, 1].item() == pytest.approx(by_torch, rel=1e-4)


def test_each_seed_has_its_own_net_data_and_masks():
    drawn = []

    def data(seed):
        drawn.append(seed)
        return load_digits(100, seed=seed)

    both, second = sweep(mlp, data, p=[0.2], num_seeds=2, seed=3), sweep(mlp, lambda _: data(4), p=[0.2], seed=4)
    assert {3, 4} == set(drawn)
    torch.testing.assert_close(both.at(0.2)["test_loss"][1:], second.at(0.2)["test_loss"])


# Bad input, before anything is trained


@pytest.mark.parametrize(
    ("changed", "error", "words"),
    [
        (
            {"make_net": lambda: nn.Linear(64, 3), "p": None, "lambd": [0]},
            ValueError,
            r"output of the net must be \(8, 10\).*got \(8, 3\)",
        ),
        ({"make_net": lambda: 7}, TypeError, "must return a Module, got 7"),
        ({"make_net": lambda: nn.Linear(64, 10), "p": [0.5]}, ValueError, "p = 0.5 for one without"),
        ({"loss": lambda y_hat, y: y_hat.sum() / 0}, ValueError, "finite number at the start, got"),
        ({"loss": lambda y_hat, y: y_hat.sum(dim=1)}, ValueError, "one finite number"),
        ({"p": [1.5]}, ValueError, "1.5"),
        ({"p": []}, ValueError, "at least one value"),
        ({"lambd": [20.0], "lr": 0.1}, ValueError, "below 2"),
        ({"p": None}, ValueError, "p or lambd must be given"),
        ({"decay": "l1"}, ValueError, "must be l2 or decoupled, got 'l1'"),
        ({"data": 3}, TypeError, "ImageData or RegressionData"),
        ({"max_bytes": 0}, ValueError, "max_bytes must be at least 1, got 0"),
        ({"num_seeds": 0}, ValueError, "num_seeds"),
    ],
)
def test_bad_input_is_told_before_training(changed, error, words, monkeypatch):
    monkeypatch.setattr(nets.Stack, "step", lambda *_: pytest.fail("trained"))
    monkeypatch.setattr(nets.OneByOne, "step", lambda *_: pytest.fail("trained"))
    options = {"make_net": mlp, "data": DIGITS, "p": [0.5]} | FEW | changed
    with pytest.raises(error, match=words):
        sweep_nets(**options)


def test_a_sweep_of_nets_is_saved_and_loaded(tmp_path):
    made = sweep(**GRID)
    made.save(tmp_path / "nets.npz")
    again = type(made).load(tmp_path / "nets.npz")
    assert_same(made, again, rtol=0)
    assert (again.name, again.best("test_acc")) == ("(λ, p)", made.best("test_acc"))


def test_the_net_that_is_wanted_can_be_had_from_the_weights():
    made = sweep(p=[0.0, 0.5])
    net = mlp()
    net.load_state_dict({name: weights[0, 1] for name, weights in made.weights.items()})
    acc = (net.eval()(DIGITS.X_test).argmax(dim=1) == DIGITS.y_test).float().mean()
    assert acc.item() == pytest.approx(made.final("test_acc")[0, 1].item())
