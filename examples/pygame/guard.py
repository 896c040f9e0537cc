"""A guard that learns which exit you make for: the rules, its mind and the save game."""

import random
from pathlib import Path

import numpy as np

import gamemeta
from gamemeta.errors import MemoryMismatch

ROOM = "1.....2 .#...#. ....... ...D... ....... .#...#. 3.....4"  # exits, walls, floor, den
WIDE, START, DEN, OPENS, LIMIT = 11, 27, 60, 6, 30  # places are numbers of tiles
MAP = "#" * 2 * WIDE + "".join(f"##{row}##" for row in ROOM.split()) + "#" * 2 * WIDE
PLACES = np.stack(np.divmod(np.arange(WIDE * WIDE), WIDE), 1)  # row and column of every tile
CODES = np.array([".#1234D".index(tile) for tile in MAP], np.uint8).reshape(WIDE, WIDE)  # as they are seen
STEPS = {"up": -WIDE, "down": WIDE, "left": -1, "right": 1, "wait": 0}  # in the order of the guard's choices


def walked(place, move):
    """Where a step leads: nowhere, if a wall or the den is there."""
    to = place + STEPS[move]
    return place if MAP[to] in "#D" else to


class Game:
    """Matches of one player against a guard, which goes on from the save game where there is one."""

    def __init__(self, save, seed=None):
        self.save, self.note = Path(save), ""
        self.agent = gamemeta.load("tag", backend="numpy")
        self.guard = self.agent.begin(seed=random.randrange(2**32) if seed is None else seed)
        self.matches, self.wins, self.reward, self.done = 0, 0, 0.0, False
        try:
            if self.save.exists():
                self.resume()
        except OSError as error:
            self.note = f"The guard begins anew: {self.save.name}: {error.strerror}."
        self.begin_match()

    def begin_match(self):
        self.guard_at, self.player, self.turns, self.winner = START, DEN, 0, None

    def new_game(self):
        self.guard.forget()  # another player, of whom it knows nothing
        self.matches, self.wins, self.reward = 0, 0, 0.0
        self.keep()
        self.begin_match()

    def turn(self, move):
        """The guard decides on what it sees, then it takes a step and the player two."""
        self.guard_at = walked(self.guard_at, self.decision())
        self.turns += 1
        for _ in range(2 if self.turns > OPENS else 0):
            if not self.winner and self.guard_at != self.player:
                self.player = walked(self.player, move)
            if MAP[self.player] in "1234":
                self.winner = "player"
            if self.guard_at == self.player:
                self.winner = "guard"
        if self.winner:
            self.decision()  # it sees how the match ended
        elif self.turns < LIMIT:
            return
        self.winner = self.winner or "guard"
        self.reward, self.done = float(self.winner == "guard"), True  # for the next act
        self.matches, self.wins = self.matches + 1, self.wins + (self.winner == "guard")
        self.keep()

    def decision(self):
        """What the guard does next; the act tells it what its last step led to, too."""
        action, self.reward, self.done = self.guard.act(self.seen(), self.reward, self.done), 0.0, False
        return list(STEPS)[int(action)]

    def seen(self):
        """Five tiles by five around the guard, how far exits and player are, and how the match ended."""
        (y, x), away = PLACES[self.guard_at], PLACES[self.player] - PLACES[self.guard_at]
        view, ended = CODES[y - 2 : y + 3, x - 2 : x + 3].copy(), MAP[self.player]
        if abs(away).max() <= 2:
            view[tuple(away + 2)] = 8  # the player
        outcome = 0 if not self.winner else int(ended) if ended in "1234" else 5
        return {
            "view": view,
            "exits": (PLACES[[24, 30, 90, 96]] - (y, x) + 16).ravel().astype(np.uint8),
            "runner": (away + 16).astype(np.uint8),
            "time": np.array([self.turns], np.uint8),
            "outcome": np.array([outcome], np.uint8),
        }

    def keep(self):
        """Save the score, who won, and what the guard has learned."""
        new, self.note = self.save.with_name(self.save.name + ".new"), ""
        try:
            new.write_bytes(f"{self.matches} {self.wins} {int(self.reward)}\n".encode() + self.guard.memory)
            new.replace(self.save)
        except OSError as error:
            self.note = f"It could not be saved: {error.strerror}."

    def resume(self):
        """Go on from the save game; a file that is none of this guard is kept under another name."""
        score, _, memory = self.save.read_bytes().partition(b"\n")
        try:
            matches, wins, won = map(int, score.split())
            guard = self.agent.resume(memory)
            if guard.n != 1 or not 0 <= won <= wins <= matches:
                raise ValueError
            self.guard, self.matches, self.wins, self.reward, self.done = guard, matches, wins, won, True
        except (MemoryMismatch, ValueError):
            old = self.save.replace(self.save.with_name(self.save.name + ".old"))
            self.note = f"The guard begins anew: {old.name} was no save game of it."
