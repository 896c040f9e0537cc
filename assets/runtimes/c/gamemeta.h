/* gamemeta.h: an agent of gamemeta in C99 or C++, in one header. SPDX-License-Identifier: MIT
 *
 * In one file: #define GAMEMETA_IMPLEMENTATION, then #include "gamemeta.h"; elsewhere include it alone.
 * Every function that can fail gives NULL, or a sentence that says what is wrong; then nothing has changed.
 * Nothing is allocated after gm_begin and gm_resume. Link with -lm.
 */
#ifndef GAMEMETA_H
#define GAMEMETA_H
#include <stddef.h>
#include <stdint.h>
#ifdef __cplusplus
extern "C" {
#endif

typedef struct gm_agent gm_agent;
typedef struct gm_mind gm_mind;
/* What n minds are shown: all parts of a kind side by side, one mind after the other. README.md lists them. */
typedef struct {
    const int32_t *symbols;
    const float *quantities;
    const uint8_t *images;
} gm_obs;

/* The agent out of the bytes of agent.bin, which are copied. */
const char *gm_load(gm_agent **agent, const void *bytes, size_t size);
/* Skill of minds that begin from now on: 1 plays as trained, 0 at random. */
const char *gm_skill(gm_agent *agent, double skill);
/* n minds that know nothing of their level; the same seed gives the same choices. */
const char *gm_begin(gm_mind **mind, const gm_agent *agent, int n, uint64_t seed);
/* Writes n rows of actions: the codes of all heads, then the numbers. Reward and done of the step that led here;
 * the first act of an episode gets its first observation with done = 1. */
const char *gm_act(gm_mind *mind, const gm_obs *obs, const float *reward, const uint8_t *done, float *action);
/* What the minds have learned, for a save game: gm_memory_size bytes. */
size_t gm_memory_size(const gm_mind *mind);
void gm_memory(const gm_mind *mind, void *bytes);
const char *gm_resume(gm_mind **mind, const gm_agent *agent, const void *bytes, size_t size);
/* Clears the memory on a new level: of minds whose `which` is not 0; of all where it is NULL. */
void gm_forget(gm_mind *mind, const uint8_t *which);
void gm_end(gm_mind *mind);
void gm_free(gm_agent *agent);

/* For checkers: minds, numbers of an action, of symbols, quantities and images of one observation; and what the
 * network of a mind said last: logits, then means. */
int gm_minds(const gm_mind *mind);
void gm_sizes(const gm_agent *agent, int *width, int *outputs, int *symbols, int *quantities, int *images);
const float *gm_outputs(const gm_mind *mind);

#ifdef __cplusplus
}
#endif
#endif

#ifdef GAMEMETA_IMPLEMENTATION
#include <math.h>
#include <stdlib.h>
#include <string.h>
#ifdef __cplusplus
#define GM_ALONE __restrict
#else
#define GM_ALONE restrict
#endif

enum { GM_SYMBOLS, GM_QUANTITIES, GM_NORMALISED, GM_IMAGE };
enum { GM_MINGRU, GM_GRU, GM_TABLE, GM_ATTENTION };
enum { GM_MOST_HEADS = 64, GM_MOST_NUMBERS = 256, GM_MOST_CELLS = 256, GM_MOST_STAGES = 8, GM_MOST_BLOCKS = 8 };
enum { GM_MOST_CONVOLUTIONS = GM_MOST_STAGES * (1 + 2 * GM_MOST_BLOCKS), GM_HEADER = 48, GM_SAVED = 72 };

typedef struct { int kind, size, codes, height, width, channels; const float *mean, *deviation; } gm_part;
typedef struct { const float *weight[GM_MOST_CONVOLUTIONS], *bias[GM_MOST_CONVOLUTIONS], *out; } gm_image;
typedef struct { const float *bias, *symbols, *quantities; gm_image *images; int width; } gm_encoder;
typedef struct {
    int kind, keys, rows, values, units, heads, window, state;
    const float *weight, *bias, *recurrent, *recurrent_bias, *distance_bias, *out;
    const float *value, *value_bias, *read, *context, *context_bias, *carry, *mix, *pick, *action_keys;
    gm_encoder encoder;
} gm_cell;

struct gm_agent {
    char digest[16];
    double skill;
    int32_t *integers;
    float *floats;
    int memory, width, state, heads, numbers, parts, mask, reward_normalised, stages, blocks, cells;
    int choices[GM_MOST_HEADS], channels[GM_MOST_STAGES], start_action[GM_MOST_HEADS], start_done;
    int outputs, actions, most, symbols, quantities, pixels, pictures, area;
    const float *start, *start_numbers, *start_reward, *reward_mean, *reward_deviation;
    const float *spread, *middle, *half, *low, *high, *actor, *actor_bias, *choice_actor;
    gm_part *part;
    gm_cell *cell;
    gm_encoder encoder;
    gm_image *images;
};

struct gm_mind {
    const gm_agent *agent;
    int n, read;
    uint64_t seed, *steps;
    double skill;
    float *state, *after, *numbers, *thought, *outputs, *room, *picture[3];
    int32_t *seat, *rows;
    uint8_t *action, *begun;
    char *block;
};

/* Random streams: splitmix64. */
static uint64_t gm_mix(uint64_t x) {
    x = (x ^ (x >> 30)) * UINT64_C(0xBF58476D1CE4E5B9);
    x = (x ^ (x >> 27)) * UINT64_C(0x94D049BB133111EB);
    return x ^ (x >> 31);
}
static uint64_t gm_combine(uint64_t seed, uint64_t number) {
    const uint64_t golden = UINT64_C(0x9E3779B97F4A7C15);
    return gm_mix(gm_mix(seed + golden) ^ (number * golden + golden));
}
static float gm_uniform(uint64_t lane, uint64_t number) {
    return (float)(gm_combine(lane, number) >> 40) * (1.0f / 16777216.0f);
}
static double gm_normal(uint64_t lane, uint64_t number) {
    uint64_t bits = gm_combine(lane, number);
    double unit = 1.0 / 4294967296.0;
    double radius = sqrt(-2.0 * log(((double)(bits >> 32) + 1.0) * unit));
    return (float)(radius * cos(6.283185307179586 * unit * (double)(bits & UINT64_C(0xFFFFFFFF))));
}
static uint32_t gm_crc(const uint8_t *bytes, size_t size) {
    uint32_t crc = 0xFFFFFFFFu;
    for (size_t i = 0; i < size; i++) {
        crc ^= bytes[i];
        for (int k = 0; k < 8; k++) crc = (crc >> 1) ^ (0xEDB88320u & (0u - (crc & 1u)));
    }
    return ~crc;
}

/* Arithmetic. Loops are written so that compilers make them wide: without branches, and nothing overlaps. */
static inline float gm_within(float x) {
    x = x > -87.0f ? x : -87.0f;
    return x < 88.0f ? x : 88.0f;
}
/* e to the x, which is within -87 and 88, exact to 2e-7 of itself. */
static inline float gm_power(float x) {
    union { int32_t bits; float value; } power;
    int32_t whole = (int32_t)(x * 1.44269504f + 127.5f) - 127;
    float r = (x - (float)whole * 0.693359375f) + (float)whole * 2.12194440e-4f;
    float p = 1.9875691500e-4f;
    p = p * r + 1.3981999507e-3f;
    p = p * r + 8.3334519073e-3f;
    p = p * r + 4.1665795894e-2f;
    p = p * r + 1.6666665459e-1f;
    p = p * r + 5.0000001201e-1f;
    power.bits = (whole + 127) * 8388608;
    return (p * r * r + r + 1.0f) * power.value;
}
static float gm_exp(float x) { return x == x ? gm_power(gm_within(x)) : x; }
/* y [n] = sigmoid(by x), NaN where x is not finite. */
static void gm_sigmoid(const float *x, float by, float *GM_ALONE y, int n) {
    for (int i = 0; i < n; i++) y[i] = gm_within(-by * x[i]);
    for (int i = 0; i < n; i++) y[i] = 1.0f / (1.0f + gm_power(y[i])) + 0.0f * x[i];
}
/* y [n] = x sigmoid(x). */
static void gm_swish(const float *x, float *GM_ALONE y, int n) {
    for (int i = 0; i < n; i++) y[i] = gm_within(-x[i]);
    for (int i = 0; i < n; i++) y[i] = x[i] / (1.0f + gm_power(y[i]));
}
static float gm_dot(const float *a, const float *b, int n) {
    float s[16] = {0};
    float total = 0;
    int i = 0;
    for (; i + 16 <= n; i += 16)
        for (int k = 0; k < 16; k++) s[k] += a[i + k] * b[i + k];
    for (; i < n; i++) total += a[i] * b[i];
    for (int k = 0; k < 8; k++) s[k] += s[k + 8];
    for (int k = 0; k < 4; k++) s[k] += s[k + 4];
    return total + (s[0] + s[2]) + (s[1] + s[3]);
}
static void gm_add(float *y, const float *x, float by, int n) {
    for (int i = 0; i < n; i++) y[i] += by * x[i];
}
/* y [outputs] += matrix [inputs, outputs] x, eight inputs at once: outputs stand side by side, so compilers make it wide. */
static void gm_plus(const float *matrix, const float *x, float *GM_ALONE y, int outputs, int inputs) {
    size_t n = (size_t)outputs;
    for (; inputs >= 8; inputs -= 8, x += 8, matrix += 8 * n) {
        const float *a = matrix, *b = a + n, *c = b + n, *d = c + n, *e = d + n, *f = e + n, *g = f + n, *h = g + n;
        for (size_t k = 0; k < n; k++)
            y[k] += ((a[k] * x[0] + b[k] * x[1]) + (c[k] * x[2] + d[k] * x[3])) + ((e[k] * x[4] + f[k] * x[5]) + (g[k] * x[6] + h[k] * x[7]));
    }
    for (; inputs > 0; inputs--, x++, matrix += n) gm_add(y, matrix, *x, outputs);
}
/* y = bias + matrix x; without a bias where it is NULL. */
static void gm_times(const float *matrix, const float *bias, const float *x, float *y, int outputs, int inputs) {
    if (bias) memcpy(y, bias, 4 * (size_t)outputs);
    else memset(y, 0, 4 * (size_t)outputs);
    gm_plus(matrix, x, y, outputs, inputs);
}
static void gm_rms(const float *x, float *y, int n) {
    float by = 1.0f / sqrtf(gm_dot(x, x, n) / (float)n + 1e-5f);
    for (int i = 0; i < n; i++) y[i] = x[i] * by;
}
/* asinh or nothing of a distance from the mean, within -10..10. */
static float gm_scaled(float value, float mean, float deviation, int squeezed) {
    if (!(deviation > 0)) return 0;
    double away = ((double)value - mean) / deviation;
    if (squeezed) away = away < 0 ? -log(sqrt(away * away + 1) - away) : log(sqrt(away * away + 1) + away);
    return (float)(away < -10 ? -10 : away > 10 ? 10 : away);
}

/* Reading agent.bin: whole numbers and arrays from the first to the last. */
typedef struct { const int32_t *next; const uint8_t *bytes; float *floats; uint64_t left, room; int bad; } gm_reader;

static int gm_integer(gm_reader *r, int least, int most) {
    if (r->bad || r->left == 0 || *r->next < least || *r->next > most) {
        r->bad = 1;
        return least;
    }
    r->left--;
    return *r->next++;
}
static const float *gm_array(gm_reader *r, uint64_t rows, uint64_t columns) {
    float *array = r->floats;
    uint64_t size = rows * columns;
    if (r->bad || rows > r->room || columns > r->room || size > r->room) {
        r->bad = 1;
        return NULL;
    }
    memcpy(array, r->bytes, 4 * (size_t)size);
    r->bytes += 4 * size;
    r->floats += size;
    r->room -= size;
    return array;
}
/* A matrix [outputs, inputs] of the file as [inputs, outputs], which gm_plus takes. */
static const float *gm_matrix(gm_reader *r, uint64_t outputs, uint64_t inputs) {
    const uint8_t *from = r->bytes;
    float *to = r->floats;
    if (!gm_array(r, outputs, inputs)) return NULL;
    for (uint64_t i = 0; i < outputs; i++)
        for (uint64_t j = 0; j < inputs; j++, from += 4) memcpy(to + j * outputs + i, from, 4);
    return to;
}
static int gm_halved(int side) { return (side + 1) / 2; }

/* The number of features of a picture after all stages. */
static uint64_t gm_features(const gm_agent *a, const gm_part *p) {
    int height = p->height, width = p->width;
    for (int s = 0; s < a->stages; s++) {
        height = gm_halved(height);
        width = gm_halved(width);
    }
    return a->stages ? (uint64_t)height * (uint64_t)width * (uint64_t)a->channels[a->stages - 1] : 0;
}
static void gm_read_encoder(gm_reader *r, const gm_agent *a, gm_encoder *e, gm_image *images, int width, int before) {
    uint64_t rows = 0, values = 0, w = (uint64_t)width;
    for (int k = 0; k < a->parts; k++) {
        const gm_part *p = a->part + k;
        if (p->kind == GM_SYMBOLS) rows += (uint64_t)p->size * (uint64_t)p->codes;
        else if (p->kind != GM_IMAGE) values += (uint64_t)p->size;
    }
    if (before) {
        rows += (uint64_t)a->heads * (uint64_t)(a->most + 1) + 2;
        values += (uint64_t)a->numbers + 1;
    }
    e->width = width;
    e->images = images;
    e->bias = gm_array(r, w, 1);
    e->symbols = gm_array(r, rows, w);
    e->quantities = gm_array(r, values, w);
    for (int k = 0, j = 0; k < a->parts; k++) {
        const gm_part *p = a->part + k;
        int channels = p->channels, c = 0;
        if (p->kind != GM_IMAGE) continue;
        for (int s = 0; s < a->stages; s++)
            for (int b = 0; b < 1 + 2 * a->blocks; b++, c++) {
                images[j].weight[c] = gm_matrix(r, (uint64_t)a->channels[s], 9 * (uint64_t)channels);
                images[j].bias[c] = gm_array(r, (uint64_t)a->channels[s], 1);
                channels = a->channels[s];
            }
        images[j++].out = gm_matrix(r, w, gm_features(a, p));
    }
}
static void gm_read_attention(gm_reader *r, const gm_agent *a, gm_cell *c) {
    uint64_t w = (uint64_t)a->width, outputs;
    c->heads = gm_integer(r, 1, a->width);
    c->window = gm_integer(r, 1, 1 << 20);
    if (a->width % c->heads || (uint64_t)(a->width / c->heads) * (uint64_t)c->window > (1u << 24)) r->bad = 1;
    if (r->bad) return;
    c->state = 2 * (a->width / c->heads) * c->window + 1;
    outputs = 2 * (w + w / (uint64_t)c->heads);
    c->weight = gm_matrix(r, outputs, w);
    c->bias = gm_array(r, outputs, 1);
    c->distance_bias = gm_array(r, (uint64_t)c->heads, (uint64_t)c->window);
    c->out = gm_matrix(r, w, w);
}
static void gm_read_table(gm_reader *r, gm_agent *a, gm_cell *c, gm_image *images) {
    uint64_t w = (uint64_t)a->width, places = 1, u, v;
    c->keys = gm_integer(r, -2, a->parts - 1);
    c->rows = gm_integer(r, 1, 1 << 20);
    c->values = gm_integer(r, 1, 256);
    c->units = gm_integer(r, 1, 1024);
    int carry = gm_integer(r, 0, 1);
    u = (uint64_t)c->units;
    v = (uint64_t)c->values;
    c->state = c->rows * (c->values + 1) + (c->keys == -2 ? c->rows : 1);
    if (c->keys >= 0) {
        const gm_part *p = a->part + c->keys;
        if (p->kind != GM_SYMBOLS) r->bad = 1;
        else if (p->codes > 1)
            for (int k = 0; k < p->size && places <= (1u << 20); k++) places *= (uint64_t)p->codes;
    }
    if (a->numbers || !a->heads || (c->keys > -2 && places * (uint64_t)a->actions != (uint64_t)c->rows)) r->bad = 1;
    c->value = gm_matrix(r, v, w);
    c->value_bias = gm_array(r, v, 1);
    c->read = gm_matrix(r, u, v + 1);
    c->context = gm_matrix(r, u, w);
    c->context_bias = gm_array(r, u, 1);
    c->carry = carry ? gm_matrix(r, u, u) : NULL;
    c->mix = gm_matrix(r, u, u);
    c->pick = gm_array(r, u, 1);
    c->out = gm_matrix(r, w, 2 * u);
    if (c->keys == -2) {
        gm_read_encoder(r, a, &c->encoder, images, c->rows, 0);
        c->action_keys = gm_array(r, (uint64_t)a->actions, (uint64_t)c->rows);
    }
}
static int gm_read(gm_reader *r, gm_agent *a) {
    int most = 1 << 24;
    a->memory = gm_integer(r, 0, 2);
    a->width = gm_integer(r, 8, 4096);
    a->state = gm_integer(r, 1, 1 << 28);
    a->heads = gm_integer(r, 0, GM_MOST_HEADS);
    for (int h = 0; h < a->heads; h++) {
        a->choices[h] = gm_integer(r, 1, 255);
        a->actions += a->choices[h];
        if (a->choices[h] > a->most) a->most = a->choices[h];
    }
    a->numbers = gm_integer(r, 0, GM_MOST_NUMBERS);
    a->outputs = a->actions + a->numbers;
    a->parts = gm_integer(r, 0, 4096);
    a->part = (gm_part *)calloc((size_t)a->parts + 1, sizeof *a->part);
    if (!a->part) return 0;
    uint64_t sizes[3] = {0, 0, 0};
    for (int k = 0; k < a->parts; k++) {
        gm_part *p = a->part + k;
        p->kind = gm_integer(r, 0, 3);
        p->size = gm_integer(r, 1, most);
        p->codes = gm_integer(r, p->kind == GM_SYMBOLS, 65536);
        p->height = gm_integer(r, p->kind == GM_IMAGE ? 8 : 0, 4096);
        p->width = gm_integer(r, p->kind == GM_IMAGE ? 8 : 0, 4096);
        p->channels = gm_integer(r, p->kind == GM_IMAGE, 256);
        sizes[p->kind == GM_SYMBOLS ? 0 : p->kind == GM_IMAGE ? 2 : 1] += (uint64_t)p->size;
        if (p->kind != GM_IMAGE) continue;
        if ((uint64_t)p->height * (uint64_t)p->width * (uint64_t)p->channels != (uint64_t)p->size) r->bad = 1;
        if (p->height * p->width > a->area) a->area = p->height * p->width;
        a->pictures++;
    }
    if (sizes[0] > (uint64_t)most || sizes[1] > (uint64_t)most || sizes[2] > (uint64_t)most) r->bad = 1;
    a->symbols = (int)sizes[0];
    a->quantities = (int)sizes[1];
    a->pixels = (int)sizes[2];
    a->mask = gm_integer(r, -1, a->parts - 1);
    if (a->mask >= 0) {
        const gm_part *p = a->part + a->mask;
        if (p->kind != GM_SYMBOLS || p->codes != 2 || p->size != a->actions || !a->heads) r->bad = 1;
    }
    a->reward_normalised = gm_integer(r, 0, 1);
    a->stages = gm_integer(r, a->pictures > 0, GM_MOST_STAGES);
    a->blocks = gm_integer(r, 0, GM_MOST_BLOCKS);
    for (int s = 0; s < a->stages; s++) a->channels[s] = gm_integer(r, 1, 256);
    for (int h = 0; h < a->heads; h++) a->start_action[h] = gm_integer(r, 0, a->choices[h]);
    a->start_done = gm_integer(r, 0, 1);
    a->cells = gm_integer(r, 1, GM_MOST_CELLS);
    if (r->bad || (!a->heads && !a->numbers)) return 0;

    a->start = gm_array(r, (uint64_t)a->state, 1);
    a->start_numbers = gm_array(r, (uint64_t)a->numbers, 1);
    a->start_reward = gm_array(r, 1, 1);
    for (int k = 0; k < a->parts; k++)
        if (a->part[k].kind == GM_NORMALISED) {
            a->part[k].mean = gm_array(r, (uint64_t)a->part[k].size, 1);
            a->part[k].deviation = gm_array(r, (uint64_t)a->part[k].size, 1);
        }
    a->reward_mean = gm_array(r, (uint64_t)a->reward_normalised, 1);
    a->reward_deviation = gm_array(r, (uint64_t)a->reward_normalised, 1);
    const float **of_numbers[5] = {&a->spread, &a->middle, &a->half, &a->low, &a->high};
    for (int k = 0; k < 5; k++) *of_numbers[k] = gm_array(r, (uint64_t)a->numbers, 1);
    for (int k = 0; k < a->numbers && !r->bad; k++) r->bad = !(a->half[k] > 0);
    a->cell = (gm_cell *)calloc((size_t)a->cells, sizeof *a->cell);
    a->images = (gm_image *)calloc((size_t)(a->cells + 1) * (size_t)(a->pictures + 1), sizeof *a->images);
    if (!a->cell || !a->images) return 0;
    gm_read_encoder(r, a, &a->encoder, a->images, a->width, 1);
    uint64_t state = 0, w = (uint64_t)a->width;
    int tables = 0, units = 0;
    for (int k = 0; k < a->cells && !r->bad; k++) {
        gm_cell *c = a->cell + k;
        c->kind = gm_integer(r, 0, 3);
        c->state = a->width;
        if (c->kind == GM_TABLE) {
            gm_read_table(r, a, c, a->images + (size_t)(k + 1) * (size_t)a->pictures);
            if (tables++ && units != c->units) r->bad = 1;
            units = c->units;
        } else if (c->kind == GM_ATTENTION) {
            gm_read_attention(r, a, c);
        } else {
            c->weight = gm_matrix(r, 3 * w, w);
            c->bias = gm_array(r, 3 * w, 1);
            c->recurrent = c->kind == GM_GRU ? gm_matrix(r, 3 * w, w) : NULL;
            c->recurrent_bias = c->kind == GM_GRU ? gm_array(r, 3 * w, 1) : NULL;
            c->out = gm_matrix(r, w, w);
        }
        state += (uint64_t)c->state;
    }
    a->actor = gm_matrix(r, (uint64_t)a->outputs, w);
    a->actor_bias = gm_array(r, (uint64_t)a->outputs, 1);
    a->choice_actor = tables ? gm_array(r, (uint64_t)units, 1) : NULL;
    return !r->bad && r->left == 0 && r->room == 0 && state == (uint64_t)a->state;
}

/* Whether a state is one that acting can lead to. */
static int gm_possible(const gm_agent *a, const float *state) {
    for (int k = 0; k < a->cells; k++) {
        const gm_cell *c = a->cell + k;
        for (int i = 0; i < c->state; i++)
            if (!(fabsf(state[i]) < 1e12f)) return 0;
        if (c->kind == GM_TABLE) {
            int v = c->values + 1;
            float last = state[c->state - 1];
            for (int i = 0; i < c->rows; i++)
                if (state[c->keys == -2 ? c->values * c->rows + i : i * v + c->values] < 0) return 0;
            if (c->keys != -2 && !(last >= 0 && last < (float)(c->rows / a->actions) && last == floorf(last))) return 0;
        }
        if (c->kind == GM_ATTENTION) {
            float count = state[c->state - 1];
            if (!(count >= 0 && count < 2.0f * (float)c->window && count == floorf(count))) return 0;
        }
        state += c->state;
    }
    return 1;
}

static int gm_all_finite(const uint8_t *bytes, uint32_t count) {
    float x;
    for (uint32_t k = 0; k < count; k++, bytes += 4) {
        memcpy(&x, bytes, 4);
        if (!isfinite(x)) return 0;
    }
    return 1;
}

const char *gm_load(gm_agent **agent, const void *bytes, size_t size) {
    const uint8_t *at = (const uint8_t *)bytes;
    uint32_t header[4], crc, one = 1;
    *agent = NULL;
    if (*(const uint8_t *)&one != 1) return "this processor is big-endian, which gamemeta.h does not know.";
    if (!at || size < GM_HEADER + 4 || memcmp(at, "GMEXPORT", 8)) return "these bytes are no agent.bin of gamemeta, or cut off.";
    memcpy(header, at + 8, sizeof header);
    if (header[0] != 1) return "agent.bin is of another version; take gamemeta.h of the same export.";
    uint64_t sum = GM_HEADER + 4 + 4 * (uint64_t)header[1] + header[2] + 4 * (uint64_t)header[3];
    memcpy(&crc, at + size - 4, 4);
    if (sum != size || gm_crc(at, size - 4) != crc) return "agent.bin is cut off or damaged; copy it again.";
    gm_agent *a = (gm_agent *)calloc(1, sizeof *a);
    if (!a) return "there is not enough memory for this agent.";
    memcpy(&a->skill, at + 24, 8);
    memcpy(a->digest, at + 32, 16);
    a->integers = (int32_t *)malloc(4 * (size_t)header[1] + 4);
    a->floats = (float *)malloc(4 * (size_t)header[3] + 4);
    gm_reader r = {a->integers, at + GM_HEADER + 4 * (size_t)header[1] + header[2], a->floats, header[1], header[3], 0};
    int good = 0;
    if (a->integers && a->floats) {
        memcpy(a->integers, at + GM_HEADER, 4 * (size_t)header[1]);
        good = gm_all_finite(r.bytes, header[3]) && a->skill >= 0 && a->skill <= 1 && gm_read(&r, a) && gm_possible(a, a->start);
    }
    if (!good) {
        gm_free(a);
        return "agent.bin is damaged, or there is not enough memory for it; export the agent again.";
    }
    *agent = a;
    return NULL;
}

void gm_free(gm_agent *a) {
    if (!a) return;
    free(a->integers);
    free(a->floats);
    free(a->part);
    free(a->cell);
    free(a->images);
    free(a);
}

const char *gm_skill(gm_agent *agent, double skill) {
    if (!(skill >= 0 && skill <= 1)) return "skill: give 0 (plays at random) to 1 (plays as it was trained).";
    agent->skill = skill;
    return NULL;
}

static int gm_max(int a, int b) { return a > b ? a : b; }

static const char *gm_make(gm_mind **mind, const gm_agent *a, int n, uint64_t seed, double skill) {
    *mind = NULL;
    if (n < 1 || n > 1 << 20) return "n: begin with at least one mind, and at most 1048576.";
    gm_mind *m = (gm_mind *)calloc(1, sizeof *m);
    size_t wide = (size_t)a->width, room = 0, count = (size_t)n, channels = 1, features = 0, window = 0;
    for (int k = 0; k < a->cells; k++) {
        const gm_cell *c = a->cell + k;
        size_t rows = c->keys == -2 ? (size_t)c->rows : 0, units = (size_t)c->units, v = (size_t)c->values + 1;
        size_t needed = c->kind == GM_TABLE ? 4 * v + rows + 3 * units + (size_t)a->actions * (v + 4 * units + 2 + rows) : 0;
        if (needed > room) room = needed;
        if (rows > wide) wide = rows;
        if ((size_t)c->window > window) window = (size_t)c->window;
    }
    for (int k = 0; k < a->parts; k++) {
        if (a->part[k].kind == GM_IMAGE) channels = (size_t)gm_max((int)channels, a->part[k].channels);
    }
    for (int s = 0; s < a->stages; s++) channels = (size_t)gm_max((int)channels, a->channels[s]);
    if (a->pictures) features = 9 * channels;
    size_t picture = (size_t)a->area * channels;
    size_t rows = (size_t)a->symbols + (size_t)a->heads + 1, values = (size_t)a->quantities + (size_t)a->numbers + 1;
    room += window + 9 * (size_t)a->width + 2 * wide + values + features + (size_t)a->actions + 64;
    size_t floats = count * (2 * (size_t)a->state + (size_t)a->numbers + 2 * (size_t)a->outputs) + room + 3 * picture;
    if (m && floats < ((size_t)1 << 31)) m->block = (char *)calloc(1, 8 * count + 4 * (floats + count + rows) + count * (size_t)(a->heads + 1));
    if (!m || !m->block) {
        free(m);
        return "there is not enough memory for so many minds.";
    }
    float *f;
    m->agent = a;
    m->n = n;
    m->seed = seed;
    m->skill = skill;
    m->steps = (uint64_t *)(void *)m->block;
    m->state = f = (float *)(void *)(m->steps + count);
    m->after = f += count * (size_t)a->state;
    m->numbers = f += count * (size_t)a->state;
    m->thought = f += count * (size_t)a->numbers;
    m->outputs = f += count * (size_t)a->outputs;
    m->picture[0] = f += count * (size_t)a->outputs;
    m->picture[1] = f += picture;
    m->picture[2] = f += picture;
    m->room = f += picture;
    m->seat = (int32_t *)(void *)(f + room);
    m->rows = m->seat + count;
    m->action = (uint8_t *)(m->rows + rows);
    m->begun = m->action + count * (size_t)a->heads;
    for (int i = 0; i < n; i++) m->seat[i] = -1;
    gm_forget(m, NULL);
    *mind = m;
    return NULL;
}

const char *gm_begin(gm_mind **mind, const gm_agent *agent, int n, uint64_t seed) {
    return gm_make(mind, agent, n, seed, agent->skill);
}

void gm_end(gm_mind *mind) {
    if (!mind) return;
    free(mind->block);
    free(mind);
}

void gm_forget(gm_mind *m, const uint8_t *which) {
    const gm_agent *a = m->agent;
    for (int i = 0; i < m->n; i++) {
        if (which && !which[i]) continue;
        memcpy(m->state + (size_t)i * (size_t)a->state, a->start, 4 * (size_t)a->state);
        memset(m->action + i * a->heads, 0, (size_t)a->heads);
        for (int k = 0; k < a->numbers; k++) m->numbers[i * a->numbers + k] = 0;
        for (int k = 0; k < a->outputs; k++) m->thought[i * a->outputs + k] = 0;
        m->begun[i] = 0;
    }
}

/* The network. out = the convolution of a picture [height, width, inputs], squeezed by relu where asked. */
static void gm_convolve(const float *in, float *out, const float *weight, const float *bias, int height, int width,
                        int inputs, int outputs, int relu, float *room) {
    for (int y = 0; y < height; y++)
        for (int x = 0; x < width; x++) {
            float *p = room;
            for (int i = y - 1; i <= y + 1; i++)
                for (int j = x - 1; j <= x + 1; j++)
                    for (int c = 0; c < inputs; c++) {
                        float v = i < 0 || j < 0 || i >= height || j >= width ? 0 : in[(i * width + j) * inputs + c];
                        *p++ = relu && v < 0 ? 0 : v;
                    }
            gm_times(weight, bias, room, out + (y * width + x) * outputs, outputs, 9 * inputs);
        }
}
static void gm_pool(const float *in, float *out, int height, int width, int channels) {
    for (int y = 0; y < height; y += 2)
        for (int x = 0; x < width; x += 2)
            for (int c = 0; c < channels; c++) {
                float most = in[(y * width + x) * channels + c];
                for (int i = gm_max(y - 1, 0); i <= y + 1 && i < height; i++)
                    for (int j = gm_max(x - 1, 0); j <= x + 1 && j < width; j++) {
                        float v = in[(i * width + j) * channels + c];
                        if (v > most) most = v;
                    }
                *out++ = most;
            }
}
/* x += what is seen in one picture. */
static void gm_look(const gm_mind *m, const gm_part *p, const gm_image *image, const uint8_t *bytes, float *x, int wide, float *room) {
    const gm_agent *a = m->agent;
    int height = p->height, width = p->width, inputs = p->channels, c = 0;
    float *in = m->picture[1], *one = m->picture[0], *two = m->picture[2];
    for (int i = 0; i < p->size; i++) in[i] = (float)bytes[i];
    for (int s = 0; s < a->stages; s++) {
        int outputs = a->channels[s];
        gm_convolve(in, one, image->weight[c], image->bias[c], height, width, inputs, outputs, 0, room);
        gm_pool(one, in, height, width, outputs);
        height = gm_halved(height);
        width = gm_halved(width);
        inputs = outputs;
        c++;
        for (int b = 0; b < a->blocks; b++, c += 2) {
            gm_convolve(in, one, image->weight[c], image->bias[c], height, width, inputs, inputs, 1, room);
            gm_convolve(one, two, image->weight[c + 1], image->bias[c + 1], height, width, inputs, inputs, 1, room);
            gm_add(in, two, 1, height * width * inputs);
        }
    }
    int features = height * width * inputs;
    for (int i = 0; i < features; i++) in[i] = in[i] > 0 ? in[i] : 0;
    gm_plus(image->out, in, x, wide, features);
}
static void gm_encode(const gm_mind *m, const gm_encoder *e, int rows, const float *values, int count, const uint8_t *images, float *x, float *room) {
    const gm_agent *a = m->agent;
    size_t w = (size_t)e->width;
    memcpy(x, e->bias, 4 * w);
    for (int k = 0; k < rows; k++) gm_add(x, e->symbols + (size_t)m->rows[k] * w, 1, e->width);
    for (int k = 0; k < count; k++) gm_add(x, e->quantities + (size_t)k * w, values[k], e->width);
    for (int k = 0, j = 0; k < a->parts; k++)
        if (a->part[k].kind == GM_IMAGE) {
            gm_look(m, a->part + k, e->images + j++, images, x, e->width, room);
            images += a->part[k].size;
        }
}
static void gm_recur(const gm_cell *c, int w, float *state, float *x, float *room) {
    float *normal = room, *p = room + w, *q = p + 3 * w, *s = q + 3 * w;
    gm_rms(x, normal, w);
    gm_times(c->weight, c->bias, normal, p, 3 * w, w);
    if (c->kind == GM_MINGRU) {
        gm_sigmoid(p, 1, s, w);
        gm_sigmoid(p + w, 2, q, w);
        gm_swish(p + 2 * w, q + w, w);
        for (int i = 0; i < w; i++) state[i] += s[i] * (2.0f * q[i] - 1.0f - state[i]);
        for (int i = 0; i < w; i++) normal[i] = state[i] * q[w + i];
    } else {
        gm_times(c->recurrent, c->recurrent_bias, state, q, 3 * w, w);
        gm_add(p, q, 1, 2 * w);
        gm_sigmoid(p, 1, s, 2 * w);
        for (int i = 0; i < w; i++) p[2 * w + i] += s[i] * q[2 * w + i];
        gm_sigmoid(p + 2 * w, 2, q, w);
        for (int i = 0; i < w; i++) state[i] = 2.0f * q[i] - 1.0f + s[w + i] * (state[i] - (2.0f * q[i] - 1.0f));
        memcpy(normal, state, 4 * (size_t)w);
    }
    gm_plus(c->out, normal, x, w, w);
}
/* Takes the step into the ring of keys [size, window] and values [window, size], and reads it with every head. */
static void gm_attend(const gm_cell *c, int w, float *state, float *x, float *room) {
    int window = c->window, size = w / c->heads;
    float *normal = room, *p = normal + w, *read = p + 2 * (w + size), *score = read + w;
    float *keys = state, *values = keys + size * window, *count = values + size * window;
    int newest = (int)*count % window, steps = (int)*count + 1, taken = steps < window ? steps : window;
    gm_rms(x, normal, w);
    gm_times(c->weight, c->bias, normal, p, 2 * (w + size), w);
    for (int j = 0; j < size; j++) keys[j * window + newest] = p[2 * w + j];
    memcpy(values + newest * size, p + 2 * w + size, 4 * (size_t)size);
    *count = (float)(steps < 2 * window ? steps : window);
    memset(read, 0, 4 * (size_t)w);
    for (int h = 0; h < c->heads; h++) {
        const float *query = p + h * size, *bias = c->distance_bias + h * window;
        float scale = 1 / sqrtf((float)size), top = -1e30f, sum = 0;
        for (int s = 0; s < taken; s++) score[s] = bias[s <= newest ? newest - s : newest - s + window];
        for (int j = 0; j < size; j++) gm_add(score, keys + j * window, scale * query[j], taken);
        for (int s = 0; s < taken; s++) top = score[s] > top ? score[s] : top;
        for (int s = 0; s < taken; s++) sum += score[s] = gm_exp(score[s] - top);
        for (int s = 0; s < taken; s++) gm_add(read + h * size, values + s * size, score[s] / sum, size);
    }
    gm_swish(p + w, normal, w);
    for (int i = 0; i < w; i++) normal[i] *= read[i];
    gm_plus(c->out, normal, x, w, w);
}
/* The address [rows] of one action: softmax-like, of length 1. */
static void gm_address(const gm_cell *c, const float *logits, int action, float *out) {
    const float *keys = c->action_keys + (size_t)action * (size_t)c->rows;
    float top = logits[0] + keys[0], sum = 0;
    for (int i = 1; i < c->rows; i++) top = logits[i] + keys[i] > top ? logits[i] + keys[i] : top;
    for (int i = 0; i < c->rows; i++) {
        out[i] = gm_exp(logits[i] + keys[i] - top);
        sum += out[i] * out[i];
    }
    for (int i = 0; i < c->rows; i++) out[i] /= sqrtf(sum);
}
/* Writes what the last action led to, and reads y [actions, values + 1] where the agent is now. */
static void gm_recall(const gm_mind *m, const gm_cell *c, const int32_t *action, const int32_t *shown, const float *values,
                      const uint8_t *images, const float *written, float *state, float *y, float *room) {
    const gm_agent *a = m->agent;
    int v = c->values + 1, first = 0, size = c->rows * v;
    float *last = state + size;
    for (int h = 0; h < a->heads; first += a->choices[h++]) {
        if (!action[h]) continue;
        int taken = first + action[h] - 1;
        if (c->keys == -2) {
            gm_address(c, last, taken, room);
            for (int k = 0; k < v; k++) gm_add(state + k * c->rows, room, written[k], c->rows);
        } else {
            gm_add(state + ((int)*last * a->actions + taken) * v, written, 1, v);
        }
    }
    if (c->keys == -2) {
        gm_encode(m, &c->encoder, a->symbols, values, a->quantities, images, last, room);
        for (int k = 0; k < a->actions; k++) {
            gm_address(c, last, k, room);
            for (int j = 0; j < v; j++) y[k * v + j] = gm_dot(state + j * c->rows, room, c->rows);
        }
        return;
    }
    int here = 0;
    for (int k = 0; c->keys >= 0 && k < a->parts; shown += a->part[k].kind == GM_SYMBOLS ? a->part[k].size : 0, k++)
        if (k == c->keys)
            for (int i = 0; i < a->part[k].size; i++) here = here * a->part[k].codes + shown[i];
    memcpy(y, state + (size_t)(here * a->actions) * (size_t)v, 4 * (size_t)(a->actions * v));
    *last = (float)here;
}
static void gm_think(const gm_agent *a, const gm_cell *c, const float *normal, float *y, float *x, float *choices, int first, float *room) {
    int u = c->units, v = c->values + 1, n = a->actions;
    float *known = room, *mixed = known + n * u, *score = mixed + n * u, *both = score + n, *context = both + 2 * u, top = -1e30f, sum = 0;
    gm_times(c->context, c->context_bias, normal, context, u, a->width);
    for (int k = 0; k < n; k++) {
        float *facts = y + k * v, share = 1 / (1 + facts[v - 1]);
        for (int j = 0; j < v - 1; j++) facts[j] *= share;
        facts[v - 1] = share;
        gm_times(c->read, context, facts, known + k * u, u, v);
        if (c->carry && !first) {
            gm_times(c->carry, NULL, choices + k * u, mixed, u, u);
            gm_add(known + k * u, mixed, 1, u);
        }
        gm_swish(known + k * u, both, u);
        memcpy(known + k * u, both, 4 * (size_t)u);
        gm_times(c->mix, NULL, known + k * u, mixed, u, u);
        gm_swish(mixed, both, u);
        gm_add(known + k * u, both, 1, u);
        score[k] = gm_dot(known + k * u, c->pick, u);
        if (score[k] > top) top = score[k];
    }
    for (int k = 0; k < n; k++) sum += score[k] = gm_exp(score[k] - top);
    memset(both, 0, 8 * (size_t)u);
    for (int k = 0; k < n; k++) {
        gm_add(both, known + k * u, score[k] / sum, u);
        gm_add(both + u, known + k * u, 1.0f / (float)n, u);
    }
    gm_plus(c->out, both, x, a->width, 2 * u);
    if (first) memcpy(choices, known, 4 * (size_t)(n * u));
    else gm_add(choices, known, 1, n * u);
}
/* One step of one mind, whose rows stand in m->rows; action [heads] before, state in place. */
static void gm_network(const gm_mind *m, const int32_t *shown, const int32_t *action, const float *values, const uint8_t *images, float *state, float *outputs, float *room) {
    const gm_agent *a = m->agent;
    int w = a->width, first = 1;
    float *x = room, *normal = x + w, *choices = normal + w;
    float *scratch = choices;
    for (int k = 0; k < a->cells; k++)
        if (a->cell[k].kind == GM_TABLE) scratch = choices + a->actions * a->cell[k].units;
    gm_encode(m, &a->encoder, a->symbols + a->heads + 1, values, a->quantities + a->numbers + 1, images, x, scratch);
    for (int i = 0; i < w; i++) x[i] = x[i] > 0 ? x[i] : 0;
    for (int k = 0; k < a->cells; state += a->cell[k++].state) {
        const gm_cell *c = a->cell + k;
        if (c->kind != GM_TABLE) {
            if (c->kind == GM_ATTENTION) gm_attend(c, w, state, x, scratch);
            else gm_recur(c, w, state, x, scratch);
            continue;
        }
        float *written = scratch, *y = written + c->values + 1, *rest = y + a->actions * (c->values + 1);
        gm_rms(x, normal, w);
        gm_times(c->value, c->value_bias, normal, written, c->values, w);
        written[c->values] = 1;
        gm_recall(m, c, action, shown, values, images, written, state, y, rest);
        gm_think(a, c, normal, y, x, choices, first, rest);
        first = 0;
    }
    gm_rms(x, normal, w);
    gm_times(a->actor, a->actor_bias, normal, outputs, a->outputs, w);
    if (!first) {
        int units = 0;
        for (int k = 0; k < a->cells; k++) units = gm_max(units, a->cell[k].units);
        for (int k = 0; k < a->outputs; k++) outputs[k] += gm_dot(choices + k * units, a->choice_actor, units);
    }
}

/* What is wrong with what the minds are shown; NULL where nothing is. */
static const char *gm_wrong(const gm_mind *m, const gm_obs *obs, const float *reward, const uint8_t *done) {
    const gm_agent *a = m->agent;
    if (!obs || !reward || !done || (a->symbols && !obs->symbols) || (a->quantities && !obs->quantities) || (a->pixels && !obs->images))
        return "obs, reward or done is missing; give every part of the observation.";
    for (int i = 0; i < m->n; i++) {
        const int32_t *symbol = obs->symbols + (size_t)i * (size_t)a->symbols;
        if (!isfinite(reward[i])) return "reward is NaN or infinite; look where the game computes it.";
        for (int k = 0; k < a->parts; k++) {
            const gm_part *p = a->part + k;
            if (p->kind != GM_SYMBOLS) continue;
            for (int j = 0; j < p->size; j++)
                if (symbol[j] < 0 || symbol[j] >= p->codes) return "a symbol is none of its part's codes; README.md lists how many each part has.";
            for (int h = 0, first = 0; k == a->mask && h < a->heads; first += a->choices[h++]) {
                int legal = 0;
                for (int j = 0; j < a->choices[h]; j++) legal |= symbol[first + j];
                if (!legal) return "action_mask leaves no legal choice in a head; set at least one to 1.";
            }
            symbol += p->size;
        }
    }
    for (size_t k = 0; k < (size_t)m->n * (size_t)a->quantities; k++)
        if (!isfinite(obs->quantities[k])) return "the observation holds NaN or infinity; look where the game computes it.";
    return NULL;
}

/* Writes the action of mind i, and what its next inputs say about it. */
static void gm_choose(gm_mind *m, int i, const int32_t *mask, int start, float *action) {
    const gm_agent *a = m->agent;
    const float *logits = m->outputs + (size_t)i * (size_t)a->outputs;
    uint64_t lane = gm_combine(m->seed, (uint64_t)i), step = m->steps[i];
    int weak = m->skill < 1;
    double heat = weak ? m->skill * m->skill : 1;
    if (weak) {
        float *thought = m->thought + (size_t)i * (size_t)a->outputs;
        uint64_t reactions = gm_combine(m->seed ^ (UINT64_C(1) << 61), (uint64_t)i);
        if (gm_uniform(reactions, step) >= (float)(0.5 * (1 - m->skill))) memcpy(thought, logits, 4 * (size_t)a->outputs);
        else if (start) memset(thought, 0, 4 * (size_t)a->outputs);
        logits = thought;
    }
    for (int h = 0, first = 0; h < a->heads; first += a->choices[h++]) {
        float share[255], top = -1e30f, total = 0, sum = 0;
        int chosen = 0, last = a->choices[h] - 1;
        for (int k = 0; k <= last; k++) {
            share[k] = mask && !mask[first + k] ? -1e9f : (float)(logits[first + k] * heat);
            if (share[k] > top) top = share[k];
        }
        for (int k = 0; k <= last; k++) total += share[k] = share[k] - top < -87 ? 0 : gm_exp(share[k] - top);
        float wanted = gm_uniform(lane, step * (uint64_t)(a->heads + a->numbers) + (uint64_t)h) * total;
        while (chosen < last && (sum += share[chosen]) <= wanted) chosen++;
        action[h] = (float)chosen;
        m->action[i * a->heads + h] = (uint8_t)(chosen + 1);
    }
    for (int k = 0; k < a->numbers; k++) {
        uint64_t number = step * (uint64_t)(a->heads + a->numbers) + (uint64_t)(a->heads + k);
        double unit = tanh(logits[a->actions + k] + a->spread[k] * gm_normal(lane, number));
        if (weak) {
            uint64_t numbers = gm_combine(m->seed ^ (UINT64_C(1) << 62), (uint64_t)i);
            double chance = 2.0 * gm_uniform(numbers, step * (uint64_t)a->numbers + (uint64_t)k) - 1;
            unit = m->skill * unit + (1 - m->skill) * chance;
            unit = unit < -0.999999 ? -0.999999 : unit > 0.999999 ? 0.999999 : unit;
        }
        float value = (float)(a->middle[k] + a->half[k] * unit);
        value = value < a->low[k] ? a->low[k] : value > a->high[k] ? a->high[k] : value;
        unit = ((double)value - a->middle[k]) / a->half[k];
        action[a->heads + k] = value;
        m->numbers[i * a->numbers + k] = (float)(unit < -1 ? -1 : unit > 1 ? 1 : unit);
    }
}

const char *gm_act(gm_mind *m, const gm_obs *obs, const float *reward, const uint8_t *done, float *action) {
    const gm_agent *a = m->agent;
    const char *wrong = gm_wrong(m, obs, reward, done);
    if (wrong) return wrong;
    size_t size = (size_t)a->state;
    int mask = 0;
    for (int k = 0; k < a->mask; k++) mask += a->part[k].kind == GM_SYMBOLS ? a->part[k].size : 0;
    for (int i = 0; i < m->n; i++) {
        const int32_t *shown = a->symbols ? obs->symbols + (size_t)i * (size_t)a->symbols : NULL;
        const float *seen = a->quantities ? obs->quantities + (size_t)i * (size_t)a->quantities : NULL;
        int start = !m->begun[i] || a->memory == 2 || (a->memory == 1 && done[i]), row = 0, count = 0, at = 0;
        int32_t before[GM_MOST_HEADS];
        float *values = m->room, *state = m->after + (size_t)i * size, *outputs = m->outputs + (size_t)i * (size_t)a->outputs;
        for (int k = 0; k < a->parts; k++) {
            const gm_part *p = a->part + k;
            for (int j = 0; j < p->size && p->kind == GM_SYMBOLS; j++, row += p->codes, at++) m->rows[at] = row + shown[at];
            for (int j = 0; j < p->size && (p->kind == GM_QUANTITIES || p->kind == GM_NORMALISED); j++, count++)
                values[count] = p->kind == GM_QUANTITIES ? seen[count] : gm_scaled(seen[count], p->mean[j], p->deviation[j], 0);
        }
        for (int h = 0; h < a->heads; h++, row += a->most + 1) {
            before[h] = start ? a->start_action[h] : m->action[i * a->heads + h];
            m->rows[at++] = row + before[h];
        }
        m->rows[at] = row + (start ? a->start_done : done[i] != 0);
        for (int k = 0; k < a->numbers; k++) values[count++] = start ? a->start_numbers[k] : m->numbers[i * a->numbers + k];
        values[count] = start ? *a->start_reward : reward[i];
        if (a->reward_normalised) values[count] = gm_scaled(values[count], *a->reward_mean, *a->reward_deviation, 1);
        memcpy(state, start ? a->start : m->state + (size_t)i * size, 4 * size);
        gm_network(m, shown, before, values, a->pixels ? obs->images + (size_t)i * (size_t)a->pixels : NULL, state, outputs, values + count + 1);
        for (int k = 0; k < a->outputs; k++)
            if (!isfinite(outputs[k])) return "the agent's network answers with NaN or infinity; is an observation or reward enormous?";
    }
    for (int i = 0; i < m->n; i++) {
        int start = !m->begun[i] || a->memory == 2 || (a->memory == 1 && done[i]);
        gm_choose(m, i, a->mask < 0 ? NULL : obs->symbols + (size_t)i * (size_t)a->symbols + mask, start, action + i * (a->heads + a->numbers));
        m->begun[i] = 1;
        m->steps[i]++;
    }
    memcpy(m->state, m->after, 4 * (size_t)m->n * size);
    return NULL;
}

/* The memory as bytes. */
static size_t gm_thoughts(const gm_mind *m) { return m->skill < 1 ? (size_t)m->agent->outputs : 0; }

size_t gm_memory_size(const gm_mind *m) {
    const gm_agent *a = m->agent;
    return GM_SAVED + 4 + (size_t)m->n * (8 + 4 * ((size_t)a->state + (size_t)a->numbers + gm_thoughts(m) + 1) + (size_t)a->heads + 1);
}
/* Copies all arrays to the bytes, or out of them. */
static void gm_copy(gm_mind *m, uint8_t *at, int out) {
    const gm_agent *a = m->agent;
    size_t n = (size_t)m->n;
    void *array[7] = {m->steps, m->state, m->numbers, m->thought, m->seat, m->action, m->begun};
    size_t size[7] = {8, 4 * (size_t)a->state, 4 * (size_t)a->numbers, 4 * gm_thoughts(m), 4, (size_t)a->heads, 1};
    for (int k = 0; k < 7; at += n * size[k++]) {
        if (!size[k]) continue;
        if (out) memcpy(at, array[k], n * size[k]);
        else memcpy(array[k], at, n * size[k]);
    }
}
void gm_memory(const gm_mind *m, void *bytes) {
    const gm_agent *a = m->agent;
    uint8_t *at = (uint8_t *)bytes;
    uint32_t head[2] = {3, (uint32_t)m->n}, crc;
    uint32_t sizes[6] = {(uint32_t)a->state, (uint32_t)a->numbers, (uint32_t)gm_thoughts(m), (uint32_t)a->heads, 0, 0};
    size_t size = gm_memory_size(m);
    memcpy(at, "GMMEMORY", 8);
    memcpy(at + 8, head, 8);
    memcpy(at + 16, &m->seed, 8);
    memcpy(at + 24, &m->skill, 8);
    memcpy(at + 32, a->digest, 16);
    memcpy(at + 48, sizes, sizeof sizes);
    gm_copy((gm_mind *)m, at + GM_SAVED, 1);
    crc = gm_crc(at, size - 4);
    memcpy(at + size - 4, &crc, 4);
}
const char *gm_resume(gm_mind **mind, const gm_agent *a, const void *bytes, size_t size) {
    uint8_t *at = (uint8_t *)bytes;
    uint32_t head[2], sizes[6], crc;
    uint64_t seed;
    double skill;
    *mind = NULL;
    if (!at || size < GM_SAVED + 4 || memcmp(at, "GMMEMORY", 8)) return "these bytes are not the memory of an agent, or cut off.";
    memcpy(head, at + 8, 8);
    memcpy(&seed, at + 16, 8);
    memcpy(&skill, at + 24, 8);
    memcpy(sizes, at + 48, sizeof sizes);
    memcpy(&crc, at + size - 4, 4);
    if (head[0] != 3) return "this memory is of another version; take gamemeta.h of the release that wrote it.";
    if (gm_crc(at, size - 4) != crc) return "this memory is damaged; take an earlier save.";
    if (memcmp(at + 32, a->digest, 16)) return "this memory belongs to another agent; load the one that was playing.";
    int fits = skill >= 0 && skill <= 1 && sizes[0] == (uint32_t)a->state && sizes[1] == (uint32_t)a->numbers && sizes[4] == 0;
    fits = fits && sizes[2] == (skill < 1 ? (uint32_t)a->outputs : 0) && sizes[3] == (uint32_t)a->heads;
    if (!fits || head[1] < 1 || head[1] > 1 << 20) return "this memory is damaged: its sizes are not those of this agent.";
    uint64_t row = 8 + 4 * ((uint64_t)a->state + (uint64_t)a->numbers + sizes[2] + 1) + (uint64_t)a->heads + 1;
    if (GM_SAVED + 4 + head[1] * row != size) return "this memory is cut off or damaged; take an earlier save.";
    const char *wrong = gm_make(mind, a, (int)head[1], seed, skill);
    if (wrong) return wrong;
    gm_mind *m = *mind;
    gm_copy(m, at + GM_SAVED, 0);
    for (int i = 0; i < m->n; i++) {
        int good = m->steps[i] < UINT64_C(1) << 48 && gm_possible(a, m->state + (size_t)i * (size_t)a->state);
        for (int h = 0; h < a->heads; h++) good = good && m->action[i * a->heads + h] <= a->choices[h];
        for (int k = 0; k < a->numbers; k++) good = good && fabsf(m->numbers[i * a->numbers + k]) <= 1;
        for (size_t k = 0; k < gm_thoughts(m); k++) good = good && isfinite(m->thought[(size_t)i * (size_t)a->outputs + k]);
        if (good) continue;
        gm_end(m);
        *mind = NULL;
        return "this memory is damaged: it holds what no memory holds. Take an earlier save.";
    }
    return NULL;
}

int gm_minds(const gm_mind *mind) { return mind->n; }
void gm_sizes(const gm_agent *a, int *width, int *outputs, int *symbols, int *quantities, int *images) {
    *width = a->heads + a->numbers;
    *outputs = a->outputs;
    *symbols = a->symbols;
    *quantities = a->quantities;
    *images = a->pixels;
}
const float *gm_outputs(const gm_mind *mind) { return mind->outputs; }
#endif
