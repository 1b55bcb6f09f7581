/* The state of the motion stage: its memory, and the weights that do not change. */
#include "motion.h"

#include <math.h>
#include <stdlib.h>

EXPORT void motion_free(Motion *motion) {
    if (motion) free(motion->memory);
    free(motion);
}

static float *take(float **at, size_t n) {
    float *taken = *at;
    *at += (n + 15) / 16 * 16;
    return taken;
}

/* Lay the arrays out one after the other; with `base` NULL this only counts. */
static size_t lay_out(Motion *m, float *base) {
    float *at = base;
    const size_t n = (size_t)m->blocks.rows * m->blocks.cols, binned = (size_t)m->bins * m->bands;
    for (int k = 0; k < 2; k++) m->picture[k] = take(&at, (size_t)m->stride * m->height);
    for (int k = 0; k < 2; k++) m->binned[k] = take(&at, binned);
    m->ratio = take(&at, binned);
    m->bands_ratio = take(&at, (size_t)m->bands + TAPS);
    m->rows_ratio = take(&at, (size_t)m->height);
    for (int k = 0; k < m->block + 2; k++) m->line[k] = take(&at, (size_t)m->stride) + MARGIN;
    for (int k = 0; k < m->block + 1; k++) m->difference[k] = take(&at, (size_t)m->stride);
    for (int k = 0; k < N_SUMS; k++) m->column[k] = take(&at, (size_t)m->stride);
    for (int k = 0; k < N_SUMS; k++) m->sums[k] = take(&at, n);
    m->blocks.ux = take(&at, n);
    m->blocks.uy = take(&at, n);
    m->blocks.sure_x = take(&at, n);
    m->blocks.sure_y = take(&at, n);
    m->blocks.texture = take(&at, n);
    m->blocks.keys = (uint32_t *)take(&at, n + binned);
    m->bin_from = (int *)take(&at, (size_t)m->bins);
    m->bin_weight = take(&at, (size_t)m->bins * m->bin_columns);
    return (size_t)(at - base);
}

/* Share the columns of a line among the bins by area, as OpenCV's INTER_AREA does. */
static void weigh_bins(Motion *m) {
    const double wide = (double)m->width / m->bins;
    for (int bin = 0; bin < m->bins; bin++) {
        const double from = bin * wide, to = from + wide;
        m->bin_from[bin] = (int)floor(from + 1e-6);
        for (int k = 0; k < m->bin_columns; k++) {
            const double low = fmax(from, m->bin_from[bin] + k), high = fmin(to, m->bin_from[bin] + k + 1.0);
            m->bin_weight[bin * m->bin_columns + k] = high - low > 1e-6 ? (float)((high - low) / wide / 2) : 0.0f;
        }
    }
}

static void weigh_taps(Motion *m) {
    double sum = 0, tap[TAPS];
    for (int k = 0; k < TAPS; k++) sum += tap[k] = exp(-(k - TAPS / 2) * (k - TAPS / 2) / (2 * 2.0 * 2.0));
    for (int k = 0; k < TAPS; k++) m->taps[k] = (float)(tap[k] / sum);
    const double side = exp(-1 / (2 * 0.7 * 0.7));
    m->smooth[0] = (float)(1 / (1 + 2 * side));
    m->smooth[1] = (float)(side / (1 + 2 * side));
}

/* Return the state for pictures of rows x cols blocks, `block` pixels wide and high (even, up to 32); NULL without memory. */
EXPORT Motion *motion_new(int rows, int cols, int block) {
    Motion *m = calloc(1, sizeof *m);
    if (!m) return NULL;
    m->blocks.rows = rows;
    m->blocks.cols = cols;
    m->block = block;
    m->width = cols * block;
    m->height = rows * block;
    m->bins = m->width / 8 > 4 ? m->width / 8 : 4;
    m->bands = m->height / 2 > 4 ? m->height / 2 : 4;
    m->bin_columns = m->width % m->bins ? m->width / m->bins + 2 : m->width / m->bins;
    m->stride = (m->width + 15) / 16 * 16 + 2 * MARGIN;
    const size_t floats = lay_out(m, NULL);
    m->memory = calloc(floats, sizeof(float));
    if (!m->memory) {
        free(m);
        return NULL;
    }
    lay_out(m, m->memory);
    weigh_bins(m);
    weigh_taps(m);
    return m;
}
