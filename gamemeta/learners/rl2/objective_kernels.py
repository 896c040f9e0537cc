# mypy: disallow-untyped-defs=False, disallow-untyped-calls=False, check-untyped-defs=False
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
    outputs,
    heads,
    value,
    labels,
    rewards,
    steps,
    action,
    masks,
    guide,
    weights,
    clip,
    sums,
    grad,
    grad_log_prob,
):
    """Adds up the loss of rows and gives its gradient.

    Args:
        outputs: [R, C], outputs of all heads.
        heads, labels: [.. + 1], where the columns of discrete heads and of labels begin, and where they end.
        value, rewards: the column of the value, and the first of predicted rewards; -1 without these.
        steps: [6, R], old log probability, advantage, return, reward, and what the numbers of an action add
            to log probability and entropy.
        action: [R, heads].
        masks: [labels, R], classes that are right, bit by bit.
        guide: the label that the first head is to imitate; -1 for none.
        weights: [CLIPPED + 1], of each sum in the loss.
        clip: how far the probability ratio may move.
        sums: [CLIPPED + 1], is added to: what each term of the loss amounts to.
        grad: [R, C], out.
        grad_log_prob: [R], out: the gradient of what the numbers add to the log probability.
    """
    log_probs, probs = np.empty(outputs.shape[1], np.float32), np.empty(outputs.shape[1], np.float32)
    for r in range(outputs.shape[0]):
        grad[r] = _ZERO
        log_prob, entropy = steps[4, r], steps[5, r]
        for h in range(action.shape[1]):
            first, last = heads[h], heads[h + 1]
            entropy += _entropy(outputs, r, first, last, log_probs, probs, weights[ENTROPY], grad)
            log_prob += log_probs[first + action[r, h]]
        sums[ENTROPY] += entropy
        slope = weights[POLICY] * _policy(log_prob, steps[0, r], steps[1, r], clip, sums)
        grad_log_prob[r] = slope
        _towards(action, r, heads, slope, probs, grad)
        sums[VALUE] += _squared(outputs, r, value, steps[2, r], weights[VALUE], grad)
        for k in range(masks.shape[0]):
            sums[LABEL] += _label(
                outputs, r, labels[k], labels[k + 1], masks[k, r], weights[LABEL], probs, grad
            )
        if guide >= 0:
            sums[GUIDE] += _label(
                outputs, r, heads[0], heads[1], masks[guide, r], weights[GUIDE], probs, grad
            )
        if rewards >= 0:
            for h in range(action.shape[1]):
                column = rewards + heads[h] + action[r, h]
                sums[REWARD] += _squared(outputs, r, column, steps[3, r], weights[REWARD], grad)


@kernel
def _towards(action, r, heads, slope, probs, grad):
    """Adds the gradient of the log probability of an action, times `slope`."""
    for h in range(action.shape[1]):
        for j in range(heads[h], heads[h + 1]):
            grad[r, j] -= slope * probs[j]
        grad[r, heads[h] + action[r, h]] += slope


@kernel
def _squared(outputs, r, column, target, weight, grad):
    """Half of the squared error of an output that nothing else depends on; fills in its gradient."""
    error = outputs[r, column] - target
    grad[r, column] = weight * error
    return _HALF * error * error


@kernel
def _softmax(outputs, r, first, last, probs, place):
    """Fills in probabilities from `place` on, and gives the log of the sum of exp over the columns."""
    most, total = outputs[r, first], _ZERO
    for j in range(first + 1, last):
        most = max(most, outputs[r, j])
    for k in range(last - first):
        probs[place + k] = np.exp(outputs[r, first + k] - most)
        total += probs[place + k]
    for k in range(last - first):
        probs[place + k] /= total
    return most + np.log(total)


@kernel
def _entropy(outputs, r, first, last, log_probs, probs, weight, grad):
    """The entropy of a head; fills in its log probabilities and probabilities, and adds its gradient."""
    whole, entropy = _softmax(outputs, r, first, last, probs, first), _ZERO
    for j in range(first, last):
        log_probs[j] = outputs[r, j] - whole
        entropy -= probs[j] * log_probs[j]
    for j in range(first, last):
        grad[r, j] -= weight * probs[j] * (log_probs[j] + entropy)
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
def _label(outputs, r, first, last, mask, weight, probs, grad):
    """-log of the probability of the right classes, where any is; its gradient is added."""
    classes, best = min(last - first, BITS), -1
    for k in range(classes):
        if mask >> k & 1 and (best < 0 or outputs[r, first + k] > outputs[r, first + best]):
            best = k
    if best < 0:
        return _ZERO
    whole, most, total = _softmax(outputs, r, first, last, probs, 0), outputs[r, first + best], _ZERO
    for k in range(last - first):
        grad[r, first + k] += weight * probs[k]
    for k in range(classes):
        if mask >> k & 1:
            probs[k] = np.exp(outputs[r, first + k] - most)
            total += probs[k]
    for k in range(classes):
        if mask >> k & 1:
            grad[r, first + k] -= weight * probs[k] / total
    return whole - most - np.log(total)
