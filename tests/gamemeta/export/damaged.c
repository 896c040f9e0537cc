/* Damaged agents, observations and memories: damaged AGENT.BIN TIMES. Build it with sanitizers. */
#define GAMEMETA_IMPLEMENTATION
#include "gamemeta.h"
#include <stdio.h>

static uint64_t luck = 88172645463325252ull;

static uint64_t drawn(uint64_t most) {
    luck ^= luck << 13;
    luck ^= luck >> 7;
    luck ^= luck << 17;
    return luck % most;
}

/* Some bytes, whole numbers and the length changed, mostly with the checksum that they need. */
static size_t damage(uint8_t *bytes, size_t size, size_t header) {
    const uint32_t odd[6] = {0, 1, 0xFFFFFFFFu, 0x7FFFFFFFu, 0x7FC00000u, 0x7F000000u};
    for (uint64_t k = 1 + drawn(4); k; k--) {
        size_t at = (size_t)drawn(drawn(2) && header < size ? header : size);
        uint64_t way = drawn(4);
        if (way == 0) bytes[at] = (uint8_t)drawn(256);
        if (way == 1) bytes[at] ^= (uint8_t)(1u << drawn(8));
        if (way == 2 && at / 4 * 4 + 4 <= size) memcpy(bytes + at / 4 * 4, odd + drawn(6), 4);
        if (way == 3 && drawn(6) == 0 && size > 10) size -= (size_t)drawn(size / 2);
    }
    if (drawn(8)) {
        uint32_t crc = gm_crc(bytes, size - 4);
        memcpy(bytes + size - 4, &crc, 4);
    }
    return size;
}

/* A copy that ends where the bytes end, so that a sanitizer sees what is read beyond them. */
static uint8_t *copied(const uint8_t *bytes, size_t size) {
    uint8_t *copy = (uint8_t *)malloc(size);
    if (!copy) exit(2);
    memcpy(copy, bytes, size);
    return copy;
}

static void play(gm_agent *agent, int odd_obs, int odd_memory, long *acted, long *resumed) {
    int width, outputs, symbols, quantities, images;
    gm_mind *mind, *other;
    gm_sizes(agent, &width, &outputs, &symbols, &quantities, &images);
    if ((double)symbols + quantities + images > 1e6 || gm_begin(&mind, agent, 2, drawn(1000))) return;
    int32_t *shown = (int32_t *)calloc(2 * (size_t)symbols + 1, 4);
    float *seen = (float *)calloc(2 * (size_t)quantities + 1, 4), *action = (float *)calloc(2 * (size_t)width, 4);
    uint8_t *pixels = (uint8_t *)calloc(2 * (size_t)images + 1, 1);
    for (int t = 0; t < 4 && gm_minds(mind) == 2; t++) {
        float reward[2] = {0, 1};
        uint8_t done[2] = {(uint8_t)drawn(2), (uint8_t)drawn(2)};
        gm_obs obs = {shown, seen, pixels};
        for (int k = 0; k < 2 * symbols; k++) shown[k] = odd_obs && !drawn(20) ? (int32_t)drawn(1ull << 32) : (int32_t)drawn(2);
        for (int k = 0; k < 2 * quantities; k++) {
            uint32_t bits = (uint32_t)drawn(1ull << 32);
            seen[k] = (float)drawn(100) / 50;
            if (odd_obs && !drawn(20)) memcpy(seen + k, &bits, 4);
        }
        for (int k = 0; k < 2 * images; k++) pixels[k] = (uint8_t)drawn(256);
        if (odd_obs && !drawn(9)) reward[0] = (float)NAN;
        *acted += !gm_act(mind, &obs, reward, done, action);
        size_t size = gm_memory_size(mind);
        uint8_t *memory = (uint8_t *)malloc(size);
        gm_memory(mind, memory);
        if (odd_memory) size = damage(memory, size, 90);
        uint8_t *exact = copied(memory, size);
        if (!gm_resume(&other, agent, exact, size)) {
            gm_end(mind);
            mind = other;
            ++*resumed;
        }
        free(memory);
        free(exact);
        if (!drawn(3)) gm_forget(mind, NULL);
    }
    gm_end(mind);
    free(shown);
    free(seen);
    free(action);
    free(pixels);
}

int main(int count, char **words) {
    FILE *file = count > 2 ? fopen(words[1], "rb") : NULL;
    if (!file) return 2;
    fseek(file, 0, SEEK_END);
    size_t size = (size_t)ftell(file);
    uint8_t *bytes = (uint8_t *)malloc(size);
    rewind(file);
    if (fread(bytes, 1, size, file) != size) return 2;
    fclose(file);
    long loaded = 0, acted = 0, resumed = 0;
    for (int i = 0; i < atoi(words[2]); i++) {
        uint8_t *copy = copied(bytes, size);
        size_t length = i % 3 == 0 ? damage(copy, size, 300) : size;
        uint8_t *exact = copied(copy, length);
        gm_agent *agent;
        const char *wrong = gm_load(&agent, exact, length);
        free(copy);
        free(exact);
        if (wrong) continue;
        loaded++;
        play(agent, i % 3 == 1, i % 3 == 2, &acted, &resumed);
        gm_free(agent);
    }
    free(bytes);
    printf("loaded %ld acted %ld resumed %ld\n", loaded, acted, resumed);
    return 0;
}
