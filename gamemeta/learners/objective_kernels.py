"""PPO's loss and its gradient in one pass over rows. All arrays belong to the caller."""

import numpy as np

from gamemeta_levels.kernel import kernel

_ONE, _HALF, _ZERO = np.float32(1), np.float32(0.5), np.float32(0)
POLICY, VALUE, ENTROPY, LABEL, GUIDE, REWARD, KL, CLIPPED = range(8)
"""Places of the sums."""
BITS = 8
"""Of a mask of right classes."""


@kernel
def objective(
    said, heads, value, labels, rewards, steps, action, masks, guide, weights, clip, sums, grad, grad_log_prob
):
    """Adds up the loss of rows and gives its gradient.

    Args:
        said: [R, C], what the heads said.
        heads, labels: [.. + 1], where the columns of discrete heads and of labels begin, and where they end.
        value, rewards: the column of the value, and the first of predicted rewards; -1 without these.
        steps: [6, R], old log probability, advantage, return, reward, and what the numbers of an action add
            to log probability and entropy.
        action: [R, heads].
        masks: [labels, R], classes that are right, bit by bit.
        guide: the label that the first head is to imitate; -1 for none.
        weights: [REWARD + 1], of each sum in the loss.
        clip: how far the probability ratio may move.
        sums: [CLIPPED + 1], is added to: what each term of the loss amounts to.
        grad: [R, C], out.
        grad_log_prob: [R], out: the gradient of what the numbers add to the log probability.
    """
    log_probs = np.empty(heads[-1], np.float32)
    for r in range(said.shape[0]):
        grad[r] = _ZERO
        log_prob, entropy = steps[4, r], steps[5, r]
        for h in range(action.shape[1]):
            entropy += _log_softmax(said, r, heads[h], heads[h + 1], log_probs)
            log_prob += log_probs[heads[h] + action[r, h]]
        sums[ENTROPY] += entropy
        slope = weights[POLICY] * _policy(log_prob, steps[0, r], steps[1, r], clip, sums)
        grad_log_prob[r] = slope
        for h in range(action.shape[1]):
            _back_to_logits(log_probs, heads[h], heads[h + 1], weights[ENTROPY], slope, grad, r)
            grad[r, heads[h] + action[r, h]] += slope
        error = said[r, value] - steps[2, r]
        sums[VALUE] += _HALF * error * error
        grad[r, value] = weights[VALUE] * error
        for k in range(masks.shape[0]):
            sums[LABEL] += _label(said, r, labels[k], labels[k + 1], masks[k, r], weights[LABEL], grad)
        if guide >= 0:
            sums[GUIDE] += _label(said, r, heads[0], heads[1], masks[guide, r], weights[GUIDE], grad)
        if rewards >= 0:
            for h in range(action.shape[1]):
                column = rewards + heads[h] + action[r, h]
                error = said[r, column] - steps[3, r]
                sums[REWARD] += _HALF * error * error
                grad[r, column] = weights[REWARD] * error


@kernel
def _log_sum_exp(said, r, first, last):
    """log of the sum of exp over columns."""
    most = said[r, first]
    for j in range(first + 1, last):
        most = max(most, said[r, j])
    total = _ZERO
    for j in range(first, last):
        total += np.exp(said[r, j] - most)
    return most + np.log(total)


@kernel
def _log_softmax(said, r, first, last, log_probs):
    """Fills in log probabilities, and gives their entropy."""
    whole, entropy = _log_sum_exp(said, r, first, last), _ZERO
    for j in range(first, last):
        log_probs[j] = said[r, j] - whole
        entropy -= np.exp(log_probs[j]) * log_probs[j]
    return entropy


@kernel
def _policy(log_prob, old, advantage, clip, sums):
    """The derivative of minus the clipped gain with respect to the log probability."""
    change = log_prob - old
    ratio = np.exp(change)
    limited = min(max(ratio, _ONE - clip), _ONE + clip)
    sums[POLICY] -= min(ratio * advantage, limited * advantage)
    sums[KL] += ratio - _ONE - change
    sums[CLIPPED] += ratio != limited
    return -ratio * advantage if ratio * advantage <= limited * advantage else _ZERO


@kernel
def _back_to_logits(log_probs, first, last, entropy_weight, slope, grad, r):
    """The gradient of logits through the entropy, and through the sum in the log probability."""
    entropy = _ZERO
    for j in range(first, last):
        entropy -= np.exp(log_probs[j]) * log_probs[j]
    for j in range(first, last):
        p = np.exp(log_probs[j])
        grad[r, j] -= p * (entropy_weight * (log_probs[j] + entropy) + slope)


@kernel
def _label(said, r, first, last, mask, weight, grad):
    """-log of the probability of the right classes, where any is; its gradient is added."""
    classes, best = min(last - first, BITS), -1
    for k in range(classes):
        if mask >> k & 1 and (best < 0 or said[r, first + k] > said[r, first + best]):
            best = k
    if best < 0:
        return _ZERO
    whole, most, total = _log_sum_exp(said, r, first, last), said[r, first + best], _ZERO
    for k in range(classes):
        if mask >> k & 1:
            total += np.exp(said[r, first + k] - most)
    for j in range(first, last):
        grad[r, j] += weight * np.exp(said[r, j] - whole)
    for k in range(classes):
        if mask >> k & 1:
            grad[r, first + k] -= weight * np.exp(said[r, first + k] - most) / total
    return whole - most - np.log(total)
