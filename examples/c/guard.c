/* A guard that learns which exit you make for: guard AGENT.BIN [SAVE] [SEED]. Without a terminal, a line a match. */
#define _POSIX_C_SOURCE 200809L
#define GAMEMETA_IMPLEMENTATION
#include "gamemeta.h"
#include <stdio.h>
#include <time.h>
#ifdef _WIN32
#include <conio.h>
#include <io.h>
#include <windows.h>
#define rename(from, to) !MoveFileExA(from, to, MOVEFILE_REPLACE_EXISTING)
#else
#include <termios.h>
#include <unistd.h>
static struct termios before;
#endif

enum { WIDE = 11, START = 27, DEN = 60, OPENS = 6, LIMIT = 30, SYMBOLS = 37, MOST = 1 << 22 };
enum { UP, DOWN, LEFT, RIGHT, WAIT, NEXT, NEW, QUIT, NOTHING };
static const char map[] = "######################" /* two walls all around */
                          "##1.....2##"
                          "##.#...#.##"
                          "##.......##"
                          "##...D...##"
                          "##.......##"
                          "##.#...#.##"
                          "##3.....4##"
                          "######################";
static const int steps[] = {-WIDE, WIDE, -1, 1, 0}, exits[] = {24, 30, 90, 96}; /* places are numbers of tiles */
static int guard, player, turns, winner, matches, wins, screen, colours;        /* winner: 'G', 'P' or 0 */
static const char *save;
static char note[300], bytes[MOST + 1]; /* bytes of the file that was read last */
static gm_agent *agent;
static gm_mind *mind;
static float reward;
static uint8_t done;

static void begin_match(void) { guard = START, player = DEN, turns = winner = 0; }

static int walk(int *who, int move) { /* whether there was room for the step */
    int to = *who + steps[move];
    if (to == *who || map[to] == '#' || map[to] == 'D') return 0;
    *who = to;
    return 1;
}

/* What the guard does next. It sees five tiles by five, where exits and player are, and how the match ended. */
static int decide(void) {
    int32_t seen[SYMBOLS], *next = seen;
    float action = WAIT;
    for (int k = 0; k < 25; k++) {
        int at = guard + (k / 5 - 2) * WIDE + k % 5 - 2, what = map[at];
        if (at == player) *next++ = 8;
        else *next++ = what == '.' ? 0 : what == '#' ? 1 : what == 'D' ? 6 : what - '1' + 2;
    }
    for (int k = 0; k < 5; k++) { /* rows and columns to the exits and the player, 16 where it stands */
        int at = k < 4 ? exits[k] : player;
        *next++ = at / WIDE - guard / WIDE + 16;
        *next++ = at % WIDE - guard % WIDE + 16;
    }
    *next++ = turns++;
    *next++ = !winner ? 0 : map[player] > '4' || map[player] < '1' ? 5 : map[player] - '0';
    const char *wrong = gm_act(mind, &(gm_obs){seen, NULL, NULL}, &reward, &done, &action);
    if (wrong) snprintf(note, sizeof note, "The guard stands still: %s", wrong);
    reward = done = 0;
    return (int)action;
}

/* A save game: score, who won, what the guard has learned. It is written beside the old one, then takes its name. */
static void keep(void) {
    char name[4096], memory[1 << 16];
    size_t size = gm_memory_size(mind);
    snprintf(name, sizeof name, "%s.new", save);
    FILE *file = size <= sizeof memory ? fopen(name, "wb") : NULL;
    note[0] = 0;
    if (file) {
        gm_memory(mind, memory);
        fprintf(file, "%d %d %d\n", matches, wins, winner == 'G');
        fwrite(memory, 1, size, file);
    }
    if (!file || (ferror(file) | fclose(file)) || rename(name, save)) strcpy(note, "It could not be saved.");
}

static size_t read_file(const char *name) {
    FILE *file = fopen(name, "rb");
    size_t size = file ? fread(bytes, 1, MOST, file) : 0;
    bytes[size] = 0;
    if (file) fclose(file);
    return size;
}

/* Goes on from the save game. A file that is none of this guard is kept under another name. */
static void resume(void) {
    char old[4096];
    int head = 0, m, w, won;
    gm_mind *kept = NULL;
    const char *wrong = "it has another form.";
    size_t size = read_file(save);
    if (sscanf(bytes, "%9d %9d %1d%n", &m, &w, &won, &head) == 3 && bytes[head++] == '\n' && w >= won && w <= m)
        wrong = gm_resume(&kept, agent, bytes + head, size - (size_t)head);
    if (!wrong && gm_minds(kept) == 1) {
        gm_end(mind);
        mind = kept, matches = m, wins = w, reward = won > 0, done = 1;
    } else if (size && (snprintf(old, sizeof old, "%s.old", save), !rename(save, old))) {
        snprintf(note, sizeof note, "The guard begins anew; %.99s was no save game of it: %s", old, wrong ? wrong : "");
    }
}

/* A turn: the guard decides on what it sees, then it takes a step and the player two. */
static void turn(int move) {
    walk(&guard, decide());
    for (int k = 0; k < 2 && turns > OPENS && !winner; k++) {
        if (guard != player && walk(&player, move) && map[player] != '.') winner = 'P';
        if (guard == player) winner = 'G';
    }
    if (winner) decide(); /* it sees how the match ended */
    else if (turns < LIMIT) return;
    else winner = 'G';
    reward = winner == 'G', done = 1;
    matches++, wins += winner == 'G';
    keep();
    if (!screen) printf("match %d: the %s wins\n", matches, winner == 'G' ? "guard" : "player");
}

static void draw(void) {
    static const char kinds[] = "#1234@G", shades[][3] = {"90", "32", "34", "31", "35", "93", "96"};
    fputs("\033[H\033[J", stdout);
    for (int at = WIDE + 1; at < WIDE * (WIDE - 1); at++) {
        int what = at == guard ? 'G' : at == player ? '@' : map[at];
        const char *kind = colours ? strchr(kinds, what) : NULL;
        if (kind) printf("\033[%sm%c\033[0m ", shades[kind - kinds], what);
        else printf("%c ", what == 'D' ? '_' : what);
        if (at % WIDE == WIDE - 2) putchar('\n'), at += 2;
    }
    if (winner == 'P') printf("\nYou are out by exit %c! Enter: next match.\n", map[player]);
    else if (winner) printf("\n%s! Enter: next match.\n", guard == player ? "Caught" : "Too slow");
    else if (turns < OPENS) printf("\nThe den opens in %d. You are @, the guard is G.\n", OPENS - turns);
    else printf("\nRun, two tiles a turn! %d turns left.\n", LIMIT - turns);
    printf("Match %d. The guard has won %d of %d.\n%s\n", matches + !winner, wins, matches, note);
    puts("Arrows or wasd run, space waits, n: new game, q: quit.");
    fflush(stdout);
}

static void restore(void) {
    fputs("\033[?25h\033[?1049l", stdout);
#ifndef _WIN32
    tcsetattr(0, TCSANOW, &before);
#endif
}

static void open_screen(void) {
    fputs("\033[?1049h\033[?25l", stdout); /* a screen of its own without a cursor */
#ifdef _WIN32
    SetConsoleMode(GetStdHandle(STD_OUTPUT_HANDLE), 7); /* with escape sequences */
#else
    tcgetattr(0, &before);
    struct termios raw = before;
    raw.c_lflag &= ~(tcflag_t)(ICANON | ECHO | ISIG);
    tcsetattr(0, TCSANOW, &raw);
#endif
    atexit(restore);
}

static int key(void) {
    const char *keys = "wsad \nnq", *at;
#ifdef _WIN32
    int c = screen ? _getch() : getchar();
    if (screen && (c == 0 || c == 0xE0)) keys = "HPKM", c = _getch();
#else
    int c = getchar(); /* of arrows three: escape, [ and a letter */
    if (c == 27 && ((c = getchar()) == '[' || c == 'O')) keys = "ABDC", c = getchar();
#endif
    if (c == EOF || c == 3 || c == 4) return QUIT;
    at = c ? strchr(keys, c == '\r' ? '\n' : c) : NULL;
    return at ? (int)(at - keys) : NOTHING;
}

int main(int count, char **words) {
    const char *plain = getenv("NO_COLOR"), *weights = count > 1 ? words[1] : "agent.bin";
    int sizes[5], move, size = (int)read_file(weights);
    const char *wrong = size ? gm_load(&agent, bytes, (size_t)size) : "there is no such file.";
    if (!wrong) gm_sizes(agent, sizes, sizes + 1, sizes + 2, sizes + 3, sizes + 4);
    if (!wrong && sizes[2] != SYMBOLS) wrong = "this agent does not play `tag`.";
    if (!wrong) wrong = gm_begin(&mind, agent, 1, count > 3 ? strtoull(words[3], NULL, 10) : (uint64_t)time(NULL));
    if (wrong) return fprintf(stderr, "%s: %s\n", weights, wrong), 2;
    save = count > 2 ? words[2] : "guard.save";
    colours = !plain || !*plain;
    if ((screen = isatty(0) && isatty(1))) open_screen();
    resume();
    begin_match();
    for (;;) {
        if (screen) draw();
        else if (note[0]) fprintf(stderr, "%s\n", note), note[0] = 0;
        if ((move = key()) == QUIT) return 0;
        if (move == NEW) gm_forget(mind, NULL), matches = wins = 0, note[0] = 0, remove(save);
        if (move == NEW || (move == NEXT && winner)) begin_match();
        if (move <= WAIT && !winner) turn(move);
    }
}
