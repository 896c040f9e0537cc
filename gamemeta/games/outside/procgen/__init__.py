"""The sixteen games of the Procgen benchmark (Cobbe et al. 2020) as games of ours: `procgen/coinrun`.

facts      the games, their modes, and published constants; needs no package
published  what OpenAI's PPO got, by training steps; needs no package
levels     the level family: one number a level
states     what Procgen's saved states hold
engine     N of Procgen's games side by side, each on a level of its own choosing
game       the `Game` on top of it
"""
