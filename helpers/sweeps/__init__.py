"""Sweeps: a whole axis of λ or of p, trained at once. A slider then only looks up results and never trains."""

from helpers.sweeps.any_net import sweep_nets
from helpers.sweeps.axes import sweep_decay_and_dropout, sweep_dropout, sweep_weight_decay
from helpers.sweeps.processes import processes
from helpers.sweeps.sweep import Sweep

__all__ = ["Sweep", "processes", "sweep_decay_and_dropout", "sweep_dropout", "sweep_nets", "sweep_weight_decay"]
