/* How a tube is split into zones, and what is read of a zone's blocks: as zones.py, which says why. */
#include "kernel.h"
#include "limits.h"

#include <math.h>
#include <string.h>

#define CAP ((float)ZONES_CAP)
enum { AROUND = 9, SQUARINGS = 40 };

typedef struct {
    float x, y;
} Shift;

typedef struct {
    double x, y;
} Wide;

/* A part of the window: frames from `first`, lines from `row`, columns from `col`. */
typedef struct {
    int rows, cols;                              /* of the window */
    int first, row, col, frames, high, wide;     /* of the part */
    const Shift *flow;                           /* (., rows, cols) */
    const float *strength;                       /* (., rows, cols) */
} Part;

typedef struct {
    Shift *weighted, *rhythm;                    /* (frames, blocks); (frames) */
    float *power, *peak, *around, *line, *inner; /* (blocks); inner twice that */
    uint8_t *free, *same, *wide;                 /* (blocks) */
    int *stack;                                  /* (blocks) */
} Split;

static inline size_t place(const Part *part, int t, int row) {
    return ((size_t)(part->first + t) * part->rows + part->row + row) * part->cols + part->col;
}

/* Weigh one line of blocks in units of their thresholds; add to power and peak. */
WIDE static void weigh_line(
    const Shift *restrict flow, const float *restrict strength, const uint8_t *restrict mask, int n,
    Shift *restrict weighted, float *restrict power, float *restrict peak
) {
    for (int i = 0; i < n; i++) {
        const float capped = strength[i] < CAP ? strength[i] : CAP, s = mask[i] ? capped : 0.0f;
        const float length = sqrtf(flow[i].x * flow[i].x + flow[i].y * flow[i].y);
        const float scale = s / (length > 1e-20f ? length : 1e-20f);
        weighted[i].x = flow[i].x * scale;
        weighted[i].y = flow[i].y * scale;
        power[i] += s * s;
        peak[i] = s > peak[i] ? s : peak[i];
    }
}

static void weigh(const Part *part, const uint8_t *mask, Split *split) {
    const int n = part->high * part->wide;
    memset(split->power, 0, (size_t)n * sizeof(float));
    memset(split->peak, 0, (size_t)n * sizeof(float));
    memset(split->free, 0, (size_t)n);
    for (int t = 0; t < part->frames; t++)
        for (int row = 0; row < part->high; row++) {
            const size_t from = place(part, t, row), to = (size_t)row * part->wide, at = (size_t)t * n + to;
            weigh_line(part->flow + from, part->strength + from, mask + at, part->wide, split->weighted + at,
                       split->power + to, split->peak + to);
            for (int i = 0; i < part->wide; i++) split->free[to + i] |= mask[at + i];
        }
}

/* Return the free block with most power in itself and its neighbours. */
static int find_seed(const Part *part, Split *split) {
    const int high = part->high, wide = part->wide;
    int seed = -1;
    for (int row = 0; row < high; row++) {
        const float *here = split->power + (size_t)row * wide;
        for (int x = 0; x < wide; x++) {
            double sum = here[x];
            if (row) sum += here[x - wide];
            if (row + 1 < high) sum += here[x + wide];
            split->line[x] = (float)(sum / 3);
        }
        for (int x = 0; x < wide; x++) {
            const double sum = (double)split->line[x] + (x ? split->line[x - 1] : 0) + (x + 1 < wide ? split->line[x + 1] : 0);
            const int at = row * wide + x;
            split->around[at] = split->free[at] ? (float)(sum / 3) : -1.0f;
            if (seed < 0 || split->around[at] > split->around[seed]) seed = at;
        }
    }
    return seed;
}

/* Bring a matrix (n, n), which is its own conjugate transpose, to that of its main direction: by squaring it. */
static void keep_main_direction(Wide *matrix, int n) {
    Wide square[AROUND * AROUND];
    for (int round = 0; round < SQUARINGS; round++) {
        double trace = 0, squares = 0;
        for (int i = 0; i < n; i++) trace += matrix[i * n + i].x;
        if (!(trace > 0)) return;
        for (int i = 0; i < n * n; i++) {
            matrix[i].x /= trace;
            matrix[i].y /= trace;
            squares += matrix[i].x * matrix[i].x + matrix[i].y * matrix[i].y;
        }
        if (squares > 1 - 1e-14) return; /* one direction alone is left */
        for (int i = 0; i < n; i++)
            for (int j = 0; j < n; j++) {
                Wide sum = {0, 0};
                for (int k = 0; k < n; k++) {
                    const Wide a = matrix[i * n + k], b = matrix[k * n + j];
                    sum.x += a.x * b.x - a.y * b.y;
                    sum.y += a.x * b.y + a.y * b.x;
                }
                square[i * n + j] = sum;
            }
        memcpy(matrix, square, (size_t)(n * n) * sizeof *matrix);
    }
}

/* Write the common rhythm of the free blocks around the seed: what the first singular vector explains. */
static void seed_rhythm(const Part *part, Split *split, int seed) {
    const int wide = part->wide, blocks = part->high * wide, row = seed / wide, col = seed % wide;
    int near[AROUND], n = 0, best = 0;
    Wide matrix[AROUND * AROUND];
    for (int r = row ? row - 1 : 0; r <= row + 1 && r < part->high; r++)
        for (int c = col ? col - 1 : 0; c <= col + 1 && c < wide; c++)
            if (split->free[r * wide + c]) near[n++] = r * wide + c;
    memset(matrix, 0, sizeof matrix);
    for (int t = 0; t < part->frames; t++) {
        const Shift *w = split->weighted + (size_t)t * blocks;
        for (int i = 0; i < n; i++)
            for (int j = 0; j < n; j++) { /* conj(w_i) w_j */
                const Wide a = {w[near[i]].x, w[near[i]].y}, b = {w[near[j]].x, w[near[j]].y};
                matrix[i * n + j].x += a.x * b.x + a.y * b.y;
                matrix[i * n + j].y += a.x * b.y - a.y * b.x;
            }
    }
    keep_main_direction(matrix, n);
    for (int i = 1; i < n; i++)
        if (matrix[i * n + i].x > matrix[best * n + best].x) best = i;
    const double length = sqrt(matrix[best * n + best].x);
    for (int t = 0; t < part->frames; t++) {
        const Shift *w = split->weighted + (size_t)t * blocks;
        Wide sum = {0, 0};
        for (int i = 0; i < n; i++) { /* w_i times the direction, which is column `best` of the matrix */
            const Wide p = matrix[i * n + best];
            sum.x += w[near[i]].x * p.x - w[near[i]].y * p.y;
            sum.y += w[near[i]].x * p.y + w[near[i]].y * p.x;
        }
        split->rhythm[t] = (Shift){(float)(sum.x / (length > 0 ? length : 1)), (float)(sum.y / (length > 0 ? length : 1))};
    }
}

WIDE static void add_inner(const Shift *restrict w, Shift by, int n, float *restrict x, float *restrict y) {
    for (int i = 0; i < n; i++) { /* w conj(by) */
        x[i] += w[i].x * by.x + w[i].y * by.y;
        y[i] += w[i].y * by.x - w[i].x * by.y;
    }
}

/* Leave in `same` the part that is connected with the seed's, each block taken with its eight neighbours. */
static void keep_connected(const Part *part, Split *split, int seed) {
    const int high = part->high, wide = part->wide, blocks = high * wide;
    uint8_t *grown = split->wide;
    memset(grown, 0, (size_t)blocks);
    for (int at = 0; at < blocks; at++) {
        if (!split->same[at]) continue;
        const int row = at / wide, col = at % wide;
        for (int r = row ? row - 1 : 0; r <= row + 1 && r < high; r++)
            for (int c = col ? col - 1 : 0; c <= col + 1 && c < wide; c++) grown[r * wide + c] = 1;
    }
    int depth = 0;
    split->stack[depth++] = seed;
    grown[seed] = 2;
    while (depth) {
        const int at = split->stack[--depth], row = at / wide, col = at % wide;
        const int next[4] = {row ? at - wide : at, row + 1 < high ? at + wide : at, col ? at - 1 : at,
                             col + 1 < wide ? at + 1 : at};
        for (int k = 0; k < 4; k++)
            if (grown[next[k]] == 1) {
                grown[next[k]] = 2;
                split->stack[depth++] = next[k];
            }
    }
    for (int at = 0; at < blocks; at++) split->same[at] &= grown[at] == 2;
}

/* Write the rhythm that the blocks in `same` have in common, each weighed by its inner product with the last one. */
static void follow_members(const Part *part, Split *split) {
    const int blocks = part->high * part->wide;
    const float *x = split->inner, *y = x + blocks;
    int *member = split->stack, n = 0;
    for (int i = 0; i < blocks; i++) {
        member[n] = i;
        n += split->same[i];
    }
    for (int t = 0; t < part->frames; t++) {
        const Shift *w = split->weighted + (size_t)t * blocks;
        double sx = 0, sy = 0;
        for (int k = 0; k < n; k++) { /* w conj(inner) */
            const int i = member[k];
            sx += w[i].x * x[i] + w[i].y * y[i];
            sy += w[i].y * x[i] - w[i].x * y[i];
        }
        split->rhythm[t] = (Shift){(float)sx, (float)sy};
    }
}

/* Leave in `same` the free blocks that share the rhythm of the strongest spot and are connected with it. */
static void find_members(const Part *part, Split *split) {
    const int blocks = part->high * part->wide, seed = find_seed(part, split);
    float *x = split->inner, *y = x + blocks;
    seed_rhythm(part, split, seed);
    for (int round = 0; round < 2; round++) {
        double squares = 0;
        memset(x, 0, 2 * (size_t)blocks * sizeof(float));
        for (int t = 0; t < part->frames; t++) {
            const Shift by = split->rhythm[t];
            add_inner(split->weighted + (size_t)t * blocks, by, blocks, x, y);
            squares += (double)by.x * by.x + (double)by.y * by.y;
        }
        const float length = squares > 1e-12 ? (float)sqrt(squares) : 1e-6f;
        for (int i = 0; i < blocks; i++) {
            const float size = sqrtf(split->power[i]), least = (float)ZONES_SAME_RHYTHM * length * (size > 1e-6f ? size : 1e-6f);
            split->same[i] = split->free[i] && sqrtf(x[i] * x[i] + y[i] * y[i]) > least;
        }
        split->same[seed] = 1;
        keep_connected(part, split, seed);
        if (!round) follow_members(part, split);
    }
}

/* Split a tube into zones of one rhythm, the strongest first, as long as a free block reaches `seed`. mask: (frames,
 * high, wide). Writes to `labels` (high, wide) the number of each block's zone, or -1; returns how many there are.
 * scratch: blocks (2 frames + 6) + 2 frames floats, then 4 blocks of bytes. */
EXPORT int split_tube(const Part *part, const uint8_t *mask, float seed, int *labels, float *scratch) {
    const int blocks = part->high * part->wide;
    Split split = {.weighted = (Shift *)scratch};
    int zones = 0;
    split.rhythm = split.weighted + (size_t)part->frames * blocks;
    split.power = (float *)(split.rhythm + part->frames);
    split.peak = split.power + blocks;
    split.around = split.peak + blocks;
    split.inner = split.around + blocks;
    split.line = split.inner; /* used at other times */
    split.stack = (int *)(split.inner + 2 * (size_t)blocks);
    split.free = (uint8_t *)(split.stack + blocks);
    split.same = split.free + blocks;
    split.wide = split.same + blocks;
    weigh(part, mask, &split);
    for (int i = 0; i < blocks; i++) labels[i] = -1;
    for (int round = 0; round < ZONES_MOST_ZONES; round++) {
        int strong = 0, members = 0;
        for (int i = 0; i < blocks; i++) strong |= split.free[i] && split.peak[i] >= seed;
        if (!strong) break;
        find_members(part, &split);
        for (int i = 0; i < blocks; i++) members += split.same[i];
        for (int i = 0; i < blocks; i++) {
            if (!split.same[i]) continue;
            if (members >= ZONES_FEWEST) labels[i] = zones;
            split.free[i] = 0;
            split.power[i] = 0.0f;
        }
        zones += members >= ZONES_FEWEST;
    }
    return zones;
}

/* Read n blocks (`at`: places among the `size` of a frame) frame by frame: velocity (frames, n) in pixels of the
 * recording per second, their peak strength, the share of the difference that shifts explain, how far they are above 1
 * in all and (`ring`: which of them) in the outermost two rings. rate: 1 / seconds since the frame before. */
EXPORT void read_blocks(
    const Shift *flow, const float *strength, const uint8_t *share, int frames, int size, const int *at,
    const uint8_t *ring, int n, float scale_x, float scale_y, const double *rate, Shift *velocity, float *peak,
    float *explained, double *moved, double *edge
) {
    *edge = 0;
    for (int t = 0; t < frames; t++, flow += size, strength += size, share += size, velocity += n) {
        float most = 0.0f;
        double sum = 0, shares = 0;
        for (int k = 0; k < n; k++) {
            const float s = strength[at[k]] < CAP ? strength[at[k]] : CAP;
            const double above = s > 1.0f ? s - 1.0f : 0.0f;
            velocity[k].x = (float)(flow[at[k]].x * scale_x * rate[t]);
            velocity[k].y = (float)(flow[at[k]].y * scale_y * rate[t]);
            most = s > most ? s : most;
            shares += (above + ZONES_AT_REST) * share[at[k]];
            sum += above;
            *edge += ring[k] ? above : 0;
        }
        peak[t] = most;
        explained[t] = (float)(shares / (255 * (sum + n * ZONES_AT_REST)));
        moved[t] = sum;
    }
}
