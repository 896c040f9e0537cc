"""Drawing actions, for rollouts and evaluation alike."""

from typing import Any

import numpy as np

from gamemeta_levels.kernel import kernel, uniform


@kernel
def sample(logits: Any, seed: Any, number: Any, action: Any, log_prob: Any) -> None:
    """Draw action[i, head] from softmax(logits[i]) of one head; adds its log probability.

    The draw depends on (seed[i], number[i]) alone. `action` int64 [N], `log_prob` float32 [N].
    """
    for i in range(logits.shape[0]):
        row = logits[i]
        top = row[0]
        for a in range(1, row.shape[0]):
            top = max(top, row[a])
        total = np.float32(0)
        for a in range(row.shape[0]):
            total += np.exp(row[a] - top)
        wanted = uniform(seed[i], number[i]) * total
        chosen, mass = 0, np.exp(row[0] - top)
        while chosen < row.shape[0] - 1 and wanted >= mass:
            chosen += 1
            mass += np.exp(row[chosen] - top)
        action[i] = chosen
        log_prob[i] += row[chosen] - top - np.log(total)
