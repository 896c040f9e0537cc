"""The worlds of other people's games behind a game of ours."""


def world_of(game, i):
    """World i of a game that plays in this process."""
    shared = game._worlds
    return shared._worlds._worlds[shared._number, i]
