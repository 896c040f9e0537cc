/* Plays with one mind, by lines on standard input: see ports.py. cc -O3 -I FOLDER play.c -o play -lm */
#define GAMEMETA_IMPLEMENTATION
#include "gamemeta.h"
#include <stdio.h>

static char line[1 << 16];

static int said(const char *wrong) {
    printf("> %s\n", wrong ? wrong : "ok");
    fflush(stdout);
    return !wrong;
}
static void *read_file(const char *name, size_t *size) {
    FILE *file = fopen(name, "rb");
    if (!file) exit(2);
    fseek(file, 0, SEEK_END);
    *size = (size_t)ftell(file);
    rewind(file);
    void *bytes = malloc(*size + 1);
    if (!bytes || fread(bytes, 1, *size, file) != *size) exit(2);
    fclose(file);
    return bytes;
}
static void act(gm_mind *mind, const gm_agent *agent, char *words) {
    int width, outputs, symbols, quantities, images;
    gm_sizes(agent, &width, &outputs, &symbols, &quantities, &images);
    int32_t *shown = (int32_t *)calloc((size_t)symbols + 1, 4);
    float *action = (float *)calloc((size_t)width, 4);
    if (!shown || !action) exit(2);
    float reward = strtof(words, &words);
    uint8_t done = (uint8_t)strtol(words, &words, 10);
    for (int k = 0; k < symbols; k++) shown[k] = (int32_t)strtol(words, &words, 10);
    gm_obs obs = {shown, NULL, NULL};
    const char *wrong = gm_act(mind, &obs, &reward, &done, action);
    if (wrong) said(wrong);
    else printf("> %d\n", (int)action[0]);
    fflush(stdout);
    free(shown);
    free(action);
}
static void save(gm_mind *mind, const char *name) {
    size_t size = gm_memory_size(mind);
    void *memory = malloc(size);
    FILE *file = fopen(name, "wb");
    if (!memory || !file) exit(2);
    gm_memory(mind, memory);
    said(fwrite(memory, 1, size, file) == size && fclose(file) == 0 ? NULL : "the file cannot be written.");
    free(memory);
}

int main(void) {
    gm_agent *agent = NULL;
    gm_mind *mind = NULL;
    size_t size;
    while (fgets(line, sizeof line, stdin)) {
        line[strcspn(line, "\n")] = 0;
        char *words = strchr(line, ' ');
        if (!words) return 2;
        *words++ = 0;
        if (!strcmp(line, "act")) {
            act(mind, agent, words);
        } else if (!strcmp(line, "begin")) {
            gm_end(mind);
            said(gm_begin(&mind, agent, 1, strtoull(words, NULL, 10)));
        } else if (!strcmp(line, "save")) {
            save(mind, words);
        } else {
            void *bytes = read_file(words, &size);
            gm_end(mind);
            mind = NULL;
            if (!strcmp(line, "resume")) {
                said(gm_resume(&mind, agent, bytes, size));
            } else {
                gm_free(agent);
                said(gm_load(&agent, bytes, size));
            }
            free(bytes);
        }
    }
    return 0;
}
