/* What noise.py, tubes.py and zones.py do with all blocks of all frames of a window; arrays are (n, blocks). */
#include "kernel.h"

#include <string.h>

enum { LANES = 16 };

/* out = energy / max(levels, gradient * least); levels and gradient are those of the frame's stretch of time. */
WIDE static void divide_row(
    const float *restrict energy, const float *restrict levels, const float *restrict gradient, float least, int n,
    float *restrict out
) {
    for (int i = 0; i < n; i++) {
        float other = gradient[i] * least, threshold = levels[i] > other ? levels[i] : other;
        out[i] = energy[i] / threshold;
    }
}

EXPORT void strength_rows(
    const float *energy, const float *levels, const float *gradient, const int *which, const float *least, int n,
    int blocks, float *out
) {
    for (int i = 0; i < n; i++) {
        const size_t stretch = (size_t)which[i] * blocks, frame = (size_t)i * blocks;
        divide_row(energy + frame, levels + stretch, gradient + stretch, least[i], blocks, out + frame);
    }
}

WIDE static float excess_of_row(const float *restrict strength, int n, float cap, int *active) {
    float parts[LANES] = {0};
    int counts[LANES] = {0}, i = 0;
    for (; i + LANES <= n; i += LANES)
        for (int k = 0; k < LANES; k++) {
            float s = strength[i + k], capped = s < cap ? s : cap;
            parts[k] += capped > 1.0f ? capped - 1.0f : 0.0f;
            counts[k] += s > 1.0f;
        }
    for (; i < n; i++) {
        float s = strength[i], capped = s < cap ? s : cap;
        parts[i % LANES] += capped > 1.0f ? capped - 1.0f : 0.0f;
        counts[i % LANES] += s > 1.0f;
    }
    float sum = 0.0f;
    int count = 0;
    for (int k = 0; k < LANES; k++) {
        sum += parts[k];
        count += counts[k];
    }
    *active = count;
    return sum;
}

/* Write how far the blocks of each frame are above 1 in all, each counted up to `cap`, and how many are. */
EXPORT void excess_of_rows(const float *strength, int n, int blocks, float cap, float *total, int *active) {
    for (int i = 0; i < n; i++) total[i] = excess_of_row(strength + (size_t)i * blocks, blocks, cap, active + i);
}

/* --- tubes: blocks above 1 that touch, from blocks that reach `seed` on ------------------------------------------ */

typedef struct {
    int n, rows, cols, words, reach; /* words: of 64 columns, in a line; reach: frames over which blocks touch */
    const int *stretch;              /* (n): frames of different stretches never touch */
    uint64_t *left, *todo;           /* (n, rows, words): above 1 and not yet in a tube; found, not yet spread */
    int *stack, depth;               /* lines (frame * rows + row) that have something to do */
    int *blocks, n_blocks;           /* (., 3): frame, row, column of what was found */
} Flood;

WIDE static int any_above(const float *restrict line, int n, float level) {
    int any = 0;
    for (int i = 0; i < n; i++) any |= line[i] > level;
    return any;
}

static int lowest(uint64_t bits) { return __builtin_ctzll(bits); }

static void mark_active(Flood *f, const float *strength) {
    for (int line = 0; line < f->n * f->rows; line++) {
        const float *values = strength + (size_t)line * f->cols;
        if (!any_above(values, f->cols, 1.0f)) continue;
        for (int x = 0; x < f->cols; x++)
            f->left[(size_t)line * f->words + x / 64] |= (uint64_t)(values[x] > 1.0f) << x % 64;
    }
}

/* Take these blocks of a line into the tube, so that their neighbours will be looked for. */
static void take_in(Flood *f, int line, int word, uint64_t found) {
    const size_t at = (size_t)line * f->words + word;
    int waits = 0;
    for (int w = 0; w < f->words; w++) waits |= f->todo[(size_t)line * f->words + w] != 0;
    if (!waits) f->stack[f->depth++] = line;
    f->left[at] &= ~found;
    f->todo[at] |= found;
    for (; found; found &= found - 1) {
        int *block = f->blocks + 3 * (size_t)f->n_blocks++;
        block[0] = line / f->rows;
        block[1] = line % f->rows;
        block[2] = word * 64 + lowest(found);
    }
}

/* Bits of a word, those of its neighbours too, spread by three columns either way. */
static uint64_t spread(const uint64_t *line, int word, int words) {
    const uint64_t before = word ? line[word - 1] : 0, here = line[word], after = word + 1 < words ? line[word + 1] : 0;
    uint64_t out = here;
    for (int k = 1; k <= 3; k++) out |= here << k | here >> k | before >> (64 - k) | after << (64 - k);
    return out;
}

static void fill(Flood *f) {
    uint64_t from[16], wide[16];
    while (f->depth) {
        const int line = f->stack[--f->depth], frame = line / f->rows, row = line % f->rows;
        const int low = row > 3 ? row - 3 : 0, high = row + 3 < f->rows ? row + 3 : f->rows - 1;
        memcpy(from, f->todo + (size_t)line * f->words, (size_t)f->words * sizeof *from);
        memset(f->todo + (size_t)line * f->words, 0, (size_t)f->words * sizeof *from);
        for (int w = 0; w < f->words; w++) wide[w] = spread(from, w, f->words);
        for (int t = frame - f->reach; t <= frame + f->reach; t++) {
            if (t < 0 || t >= f->n || f->stretch[t] != f->stretch[frame]) continue;
            for (int other = t * f->rows + low; other <= t * f->rows + high; other++)
                for (int w = 0; w < f->words; w++) {
                    const uint64_t found = wide[w] & f->left[(size_t)other * f->words + w];
                    if (found) take_in(f, other, w, found);
                }
        }
    }
}

/* Find the tubes of `strength` (n, rows, cols). `scratch` holds 2 n rows words zeroed 64-bit words and n rows ints
 * after them. Writes the blocks of tube after tube to `blocks` (room for all that are active) and where each tube ends
 * to `ends`; returns the number of tubes. */
EXPORT int find_tubes(
    const float *strength, int n, int rows, int cols, int reach, const int *stretch, float seed, uint64_t *scratch,
    int *blocks, int *ends
) {
    const int words = (cols + 63) / 64;
    const size_t size = (size_t)n * rows * words;
    int *stack = (int *)(scratch + 2 * size), tubes = 0;
    Flood f = {n, rows, cols, words, reach, stretch, scratch, scratch + size, stack, 0, blocks, 0};
    mark_active(&f, strength);
    for (int line = 0; line < n * rows; line++)
        for (int w = 0; w < words; w++) {
            const uint64_t *left = f.left + (size_t)line * words + w;
            for (uint64_t bits = *left; bits; bits &= bits - 1) {
                const int x = lowest(bits);
                if (!(*left >> x & 1) || strength[(size_t)line * cols + w * 64 + x] < seed) continue;
                take_in(&f, line, w, (uint64_t)1 << x);
                fill(&f);
                ends[tubes++] = f.n_blocks;
            }
        }
    return tubes;
}
