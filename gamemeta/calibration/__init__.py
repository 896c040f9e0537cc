"""Games whose best possible score is known, and the classic players of them.

A meta-learned agent is compared here with what the last ninety years offer and, where it can be
computed, with the optimum: `bandits`, `mdps` and `grid` each hold the instances, a table `PLAYERS`
of players by name and `play`; `bayes` and `gittins` compute exact values and indices; `published`
holds the figures of the papers with a mark that says how far each can be trusted.

NumPy and numba only; no torch.
"""
