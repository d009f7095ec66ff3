"""One check per exercise of the chapters, with a diagnosis for each well-known wrong answer.

``checks.prior_std(prior_std)`` calls the learner's function on small inputs and prints one line: `not answered yet`,
`correct` and why it matters, or `not yet` with the result, what was expected and, for a known mistake, what it is.
``checks.more_epochs(more_epochs, claim)`` repeats an experiment on seeds of its own, and holds the learner's mean, its
standard error and the claim against what it finds. A check raises nothing, returns nothing, stops an answer that never
ends, and restores the global random state.
"""

from helpers.checks.averages import draws_needed, geometric_mean, p_of_alpha
from helpers.checks.decay import lambda_of_half_life, losses_over_lambda, matrix_step, noise_variance
from helpers.checks.decay_concise import map_weights, param_groups, prior_std, sum_settings
from helpers.checks.decay_experiments import adam_norm, centred_bias, data_or_penalty, ten_times_the_data
from helpers.checks.dropout import activation_variance, dropconnect, own_noise, p_for_variance
from helpers.checks.dropout_experiments import forgotten_train, input_dropout, more_epochs, swapped_ps
from helpers.checks.nets import is_dropping, make_net, predict, units_needed
from helpers.checks.optimizers import adamw_lambd, decay_groups, max_norm, sgdw_settings
from helpers.checks.own import fold_errors, in_units, seeds_needed, small_cnn
from helpers.checks.own_experiments import luck_of_the_map, many_lambdas
from helpers.checks.penalties import coordinate_descent, l1_steps, logistic_c, momentum_lasso
from helpers.checks.penalty_experiments import adaptive_lasso, rotated_inputs
from helpers.checks.project import fit_cars, fit_digits
from helpers.checks.selection import early_stop, examples_needed, group_folds, p_for_more_data
from helpers.checks.selection_experiments import halved_lambda, validated_lambda
from helpers.checks.thinned import mc_predict
from helpers.checks.thinned_experiments import average_of_masks, longer_training
from helpers.checks.together import checked_labels, interaction

__all__ = [
    "activation_variance",
    "adam_norm",
    "adamw_lambd",
    "adaptive_lasso",
    "average_of_masks",
    "centred_bias",
    "checked_labels",
    "coordinate_descent",
    "data_or_penalty",
    "decay_groups",
    "draws_needed",
    "dropconnect",
    "early_stop",
    "examples_needed",
    "fit_cars",
    "fit_digits",
    "fold_errors",
    "forgotten_train",
    "geometric_mean",
    "group_folds",
    "halved_lambda",
    "in_units",
    "input_dropout",
    "interaction",
    "is_dropping",
    "l1_steps",
    "lambda_of_half_life",
    "logistic_c",
    "longer_training",
    "losses_over_lambda",
    "luck_of_the_map",
    "make_net",
    "many_lambdas",
    "map_weights",
    "matrix_step",
    "max_norm",
    "mc_predict",
    "momentum_lasso",
    "more_epochs",
    "noise_variance",
    "own_noise",
    "p_for_more_data",
    "p_for_variance",
    "p_of_alpha",
    "param_groups",
    "predict",
    "prior_std",
    "rotated_inputs",
    "seeds_needed",
    "sgdw_settings",
    "small_cnn",
    "sum_settings",
    "swapped_ps",
    "ten_times_the_data",
    "units_needed",
    "validated_lambda",
]
