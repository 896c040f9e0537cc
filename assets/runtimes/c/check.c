/* check.c: replays trace.bin with gamemeta.h. SPDX-License-Identifier: MIT
 *
 * cc -std=c99 -O2 check.c -o check -lm && ./check agent.bin trace.bin [--time]
 * Prints the largest error of a logit, equal actions of all, whether memories are equal, and ok or failed.
 */
#define GAMEMETA_IMPLEMENTATION
#include "gamemeta.h"
#include <stdio.h>
#include <time.h>

/* Of outputs and numbers; of memories, which are sums over hundreds of steps. */
static const double LIMIT = 2e-5, MEMORY_LIMIT = 1e-4;
static double largest;
static long equal, all;
static int memory_equal = 1;

static void fail(const char *words) {
    fprintf(stderr, "%s\n", words);
    exit(1);
}
static void need(const char *wrong) {
    if (wrong) fail(wrong);
}
static void *room(size_t size) {
    void *block = malloc(size + 1);
    if (!block) fail("there is not enough memory.");
    return block;
}
static uint8_t *read_file(const char *name, size_t *size) {
    FILE *file = fopen(name, "rb");
    uint8_t *bytes;
    long length;
    if (!file) fail("agent.bin or trace.bin cannot be opened: check AGENT.BIN TRACE.BIN [--time]");
    fseek(file, 0, SEEK_END);
    length = ftell(file);
    rewind(file);
    bytes = (uint8_t *)room((size_t)length);
    *size = fread(bytes, 1, (size_t)length, file);
    fclose(file);
    return bytes;
}
/* The distance of two numbers, relative beyond 1. */
static double apart(double mine, double golden) {
    double size = fabs(golden) > 1 ? fabs(golden) : 1, away = fabs(mine - golden) / size;
    return away == away ? away : 1e30;
}

typedef struct {
    gm_agent *agent;
    gm_mind *mind;
    uint32_t pool;
    int width, outputs, symbols, quantities, images, heads;
    int32_t *shown;
    float *seen, *action;
    uint8_t *pixels, *done;
    const uint8_t *pool_symbols, *pool_quantities, *pool_images;
} replay;

static void act(replay *r, const uint8_t *at, uint32_t bytes, int timed) {
    int n = r->mind ? gm_minds(r->mind) : 0;
    const uint8_t *reward = at + 4 * n, *done = reward + 4 * n, *outputs = done + 4 * n;
    const uint8_t *action = outputs + 4 * n * r->outputs;
    gm_obs obs;
    float rewards[64];
    if (n < 1 || n > 64 || bytes != 4 * (size_t)n * (3 + (size_t)r->outputs + (size_t)r->width))
        fail("trace.bin is the trace of another agent.");
    for (int i = 0; i < n; i++) {
        uint32_t which, flag;
        memcpy(&which, at + 4 * i, 4);
        memcpy(&flag, done + 4 * i, 4);
        if (which >= r->pool) fail("trace.bin is damaged.");
        r->done[i] = flag != 0;
        memcpy(r->shown + i * r->symbols, r->pool_symbols + which * 4 * (size_t)r->symbols, 4 * (size_t)r->symbols);
        memcpy(r->seen + i * r->quantities, r->pool_quantities + which * 4 * (size_t)r->quantities, 4 * (size_t)r->quantities);
        memcpy(r->pixels + i * r->images, r->pool_images + which * (size_t)r->images, (size_t)r->images);
    }
    memcpy(rewards, reward, 4 * (size_t)n);
    obs.symbols = r->shown;
    obs.quantities = r->seen;
    obs.images = r->pixels;
    need(gm_act(r->mind, &obs, rewards, r->done, r->action));
    if (timed) return;
    for (int i = 0; i < n * r->outputs; i++) {
        float golden;
        memcpy(&golden, outputs + 4 * i, 4);
        double away = apart(gm_outputs(r->mind)[i], golden);
        if (away > largest) largest = away;
    }
    for (int i = 0; i < n * r->width; i++) {
        float golden;
        int k = i % r->width - r->heads;
        memcpy(&golden, action + 4 * i, 4);
        all++;
        equal += k < 0 ? r->action[i] == golden
                       : fabs((double)r->action[i] - golden) <= LIMIT * r->agent->half[k];
    }
}
static void resume(replay *r, const uint8_t *bytes, size_t size) {
    gm_end(r->mind);
    need(gm_resume(&r->mind, r->agent, bytes, size));
}
/* Compares the memory with the golden one, and goes on from it. */
static void save(replay *r, const uint8_t *golden, size_t size) {
    uint8_t *mine = (uint8_t *)room(gm_memory_size(r->mind));
    size_t first = 72 + 8 * (size_t)gm_minds(r->mind), last = size - 4;
    size_t floats = (size_t)gm_minds(r->mind) * ((size_t)r->agent->state + (size_t)r->agent->numbers + gm_thoughts(r->mind));
    gm_memory(r->mind, mine);
    if (gm_memory_size(r->mind) != size || memcmp(mine, golden, first)) memory_equal = 0;
    else if (memcmp(mine + first + 4 * floats, golden + first + 4 * floats, last - first - 4 * floats)) memory_equal = 0;
    else
        for (size_t k = 0; k < floats; k++) {
            float a, b;
            memcpy(&a, mine + first + 4 * k, 4);
            memcpy(&b, golden + first + 4 * k, 4);
            if (apart(a, b) > MEMORY_LIMIT) memory_equal = 0;
        }
    resume(r, mine, gm_memory_size(r->mind));
    free(mine);
}
/* Plays all events; gives how many decisions there were. */
static long play(replay *r, const uint8_t *at, uint32_t events, const uint8_t *end, int timed) {
    long decisions = 0;
    for (uint32_t k = 0; k < events; k++) {
        uint32_t head[2], size;
        if (end - at < 8) fail("trace.bin is cut off.");
        memcpy(head, at, 8);
        at += 8;
        if (head[1] > (size_t)(end - at)) fail("trace.bin is cut off.");
        if (head[1] < 4) fail("trace.bin is damaged.");
        memcpy(&size, at, 4);
        if ((head[0] == 4 || head[0] == 5) && (!r->mind || head[1] < 4 || size > head[1] - 4)) fail("trace.bin is damaged.");
        if (head[0] == 1) {
            uint64_t seed;
            double skill;
            memcpy(&seed, at + 4, 8);
            memcpy(&skill, at + 12, 8);
            gm_end(r->mind);
            need(gm_skill(r->agent, skill));
            need(gm_begin(&r->mind, r->agent, (int)size, seed));
        } else if (head[0] == 2) {
            decisions += gm_minds(r->mind);
            act(r, at, head[1], timed);
        } else if (head[0] == 3 && r->mind) {
            if (head[1] < 4 * (size_t)gm_minds(r->mind)) fail("trace.bin is damaged.");
            for (int i = 0; i < gm_minds(r->mind); i++) r->done[i] = at[4 * i];
            gm_forget(r->mind, r->done);
        } else if (head[0] == 4 && !timed) {
            save(r, at + 4, size);
        } else if (head[0] == 5) {
            resume(r, at + 4, size);
        }
        at += head[1];
    }
    return decisions;
}

int main(int count, char **words) {
    static replay r;
    size_t size, length;
    uint32_t pool[2];
    if (count < 3) fail("check AGENT.BIN TRACE.BIN [--time]");
    uint8_t *bytes = read_file(words[1], &size), *trace = read_file(words[2], &length);
    need(gm_load(&r.agent, bytes, size));
    gm_sizes(r.agent, &r.width, &r.outputs, &r.symbols, &r.quantities, &r.images);
    r.heads = r.agent->heads;
    if (length < 16 || memcmp(trace, "GMTRACE1", 8)) fail("trace.bin is no trace.");
    memcpy(pool, trace + 8, 8);
    r.pool = pool[0];
    if (pool[0] > length || (uint64_t)pool[0] * (4 * ((uint64_t)r.symbols + (uint64_t)r.quantities) + (uint64_t)r.images) > length - 16)
        fail("trace.bin is the trace of another agent.");
    r.pool_symbols = trace + 16;
    r.pool_quantities = r.pool_symbols + 4 * (size_t)pool[0] * (size_t)r.symbols;
    r.pool_images = r.pool_quantities + 4 * (size_t)pool[0] * (size_t)r.quantities;
    r.shown = (int32_t *)room(64 * 4 * (size_t)r.symbols);
    r.seen = (float *)room(64 * 4 * (size_t)r.quantities);
    r.pixels = (uint8_t *)room(64 * (size_t)r.images);
    r.done = (uint8_t *)room(64);
    r.action = (float *)room(64 * 4 * (size_t)r.width);
    const uint8_t *events = r.pool_images + ((size_t)pool[0] * (size_t)r.images + 3) / 4 * 4;
    play(&r, events, pool[1], trace + length, 0);
    int good = largest <= LIMIT && equal == all && memory_equal;
    printf("error %.3g\nactions %ld %ld\nmemory %s\n", largest, equal, all, memory_equal ? "equal" : "differs");
    if (count > 3) {
        clock_t begun = clock();
        long decisions = 0;
        while (clock() - begun < CLOCKS_PER_SEC / 2) decisions += play(&r, events, pool[1], trace + length, 1);
        printf("us %.3g\n", (double)(clock() - begun) / CLOCKS_PER_SEC * 1e6 / (double)decisions);
    }
    puts(good ? "ok" : "failed");
    gm_end(r.mind);
    gm_free(r.agent);
    free(bytes);
    free(trace);
    free(r.shown);
    free(r.seen);
    free(r.pixels);
    free(r.done);
    free(r.action);
    return !good;
}
