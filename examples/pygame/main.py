"""The window of the game: python main.py [SAVE] [SEED]"""

import sys

import pygame
from guard import DEN, LIMIT, MAP, OPENS, STEPS, WIDE, Game

TILE, ROWS, GOLD, GREY = 72, WIDE - 2, (240, 210, 110), (190, 190, 205)
HELP = "Arrows or WASD run, space waits, N: new game, Esc: quit"
KEYS = {"w": "up", "s": "down", "a": "left", "d": "right", "space": "wait"}
DOORS = {"1": (96, 200, 96), "2": (90, 140, 230), "3": (220, 90, 90), "4": (170, 110, 220)}


def play(save, seed=None):
    """Play until the window is closed. Returns the game."""
    pygame.display.init()
    pygame.font.init()
    pygame.display.set_caption("A guard that learns")
    screen, goes_on = pygame.display.set_mode((ROWS * TILE, ROWS * TILE + 110)), True
    game = Game(save, seed)
    while goes_on:
        draw(screen, game)
        goes_on = all(handle(game, event) for event in [pygame.event.wait(), *pygame.event.get()])
    pygame.quit()
    return game


def handle(game, event):
    key = pygame.key.name(event.key) if event.type == pygame.KEYDOWN else ""
    move = KEYS.get(key, key)
    if move in STEPS and not game.winner:
        game.turn(move)
    elif key in ("return", "enter") and game.winner:
        game.begin_match()
    elif key == "n":
        game.new_game()
    return key != "escape" and event.type != pygame.QUIT


def draw(screen, game):
    screen.fill((24, 22, 40))
    for place in range(WIDE, WIDE * WIDE - WIDE):
        draw_tile(screen, place, game.turns < OPENS)
    aside = 14 if game.player == game.guard_at else 0
    draw_figure(screen, game.player, (245, 160, 60), -aside)
    draw_figure(screen, game.guard_at, (80, 205, 215), aside)
    score = f"Match {game.matches + (not game.winner)}. The guard has won {game.wins} of {game.matches}."
    write(screen, status(game), 34, GOLD, midleft=(16, ROWS * TILE + 22))
    write(screen, score, 24, GREY, midleft=(16, ROWS * TILE + 56))
    write(screen, game.note or HELP, 24, GREY, midleft=(16, ROWS * TILE + 84))
    pygame.display.flip()


def write(screen, words, size, colour, **where):
    text = pygame.font.Font(None, size).render(words, True, colour)
    screen.blit(text, text.get_rect(**where))


def draw_figure(screen, place, colour, aside):
    y, x = (TILE * k - TILE // 2 for k in divmod(place, WIDE))
    pygame.draw.circle(screen, colour, (x + aside, y), 22)
    for eye in (aside - 8, aside + 8):
        pygame.draw.circle(screen, "white", (x + eye, y - 4), 6)
        pygame.draw.circle(screen, "black", (x + eye, y - 3), 3)


def draw_tile(screen, place, closed):
    y, x = (TILE * k - TILE for k in divmod(place, WIDE))
    what, square = MAP[place], pygame.Rect(x, y, TILE, TILE)
    colour = (70, 72, 116) if what == "#" else (200, 183, 153)
    pygame.draw.rect(screen, colour, square.inflate(-4, -4), border_radius=8 if what == "#" else 2)
    if place == DEN:
        pygame.draw.circle(screen, (120, 100, 80), square.center, 34, 6 if closed else 0)
    if what in DOORS:
        pygame.draw.rect(screen, DOORS[what], square.inflate(-16, -10), border_radius=22)
        write(screen, what, 44, "white", center=square.center)


def status(game):
    if game.winner:
        lost = "Caught!" if game.player == game.guard_at else "Too slow!"
        return (f"Out by {MAP[game.player]}!" if game.winner == "player" else lost) + " Enter: next match."
    if game.turns < OPENS:
        return f"The den opens in {OPENS - game.turns}. You are the orange one."
    return f"Run, two tiles a turn! {LIMIT - game.turns} turns left."


if __name__ == "__main__":
    saves = pygame.system.get_pref_path("gamemeta", "guard")  # where games of this user keep theirs
    play(sys.argv[1] if len(sys.argv) > 1 else saves + "guard.save", *map(int, sys.argv[2:3]))
