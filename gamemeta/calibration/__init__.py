"""Games whose best possible score is known, and the classic players of them.

A meta-learned agent is compared here with what the last ninety years offer and, where it can be
computed, with the optimum: `bandits`, `mdps`, `grid`, `darkroom` and `keydoor` each hold the instances
and a table `PLAYERS` of players by name; `bayes` and `gittins` compute exact values and indices;
`published` holds the figures of the papers with a mark that says how far each can be trusted.

NumPy and numba only; no torch.
"""
