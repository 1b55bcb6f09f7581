/* What light alone changed from a picture to the next, line by line: as in detector/motion/lighting.py. */
#include "limits.h"
#include "motion.h"

#define OFFSET ((float)LIGHTING_OFFSET)

static void bin_band(const Motion *m, const float *restrict one, const float *restrict two, float *out) {
    for (int bin = 0; bin < m->bins; bin++) {
        const int from = m->bin_from[bin];
        const float *weight = m->bin_weight + bin * m->bin_columns;
        float sum = 0.0f;
        for (int k = 0; k < m->bin_columns && from + k < m->width; k++) sum += weight[k] * (one[from + k] + two[from + k]);
        out[(size_t)bin * m->bands] = sum;
    }
}

/* As bin_band, for the common case that all bins are 8 columns wide. */
WIDE static void bin_band_of_8(const Motion *m, const float *restrict one, const float *restrict two, float *out) {
    for (int bin = 0; bin < m->bins; bin++) {
        const float *a = one + 8 * bin, *b = two + 8 * bin;
        float part[4];
        for (int k = 0; k < 4; k++) part[k] = (a[k] + b[k]) + (a[k + 4] + b[k + 4]);
        out[(size_t)bin * m->bands] = ((part[0] + part[2]) + (part[1] + part[3])) * 0.0625f;
    }
}

/* Bin the two lines of a band of the newest picture. */
void bin_lines(const Motion *m, int band) {
    const float *one = m->picture[m->now] + (size_t)(2 * band) * m->stride;
    (m->width == 8 * m->bins ? bin_band_of_8 : bin_band)(m, one, one + m->stride, m->binned[m->now] + band);
}

WIDE static void bin_ratios(const float *restrict now, const float *restrict before, float *restrict ratio, int n) {
    for (int i = 0; i < n; i++) ratio[i] = (now[i] + OFFSET) / (before[i] + OFFSET);
}

/* Fill `rows_ratio` with the light of each line; return the ratio of the whole picture. */
float explain_light(Motion *m) {
    const int bands = m->bands, half = TAPS / 2, middle = m->bins / 2;
    bin_ratios(m->binned[m->now], m->binned[!m->now], m->ratio, m->bins * bands);
    sort_columns(m->ratio, m->bins, bands);
    const float *upper = m->ratio + (size_t)middle * bands, *lower = m->bins % 2 ? upper : upper - bands;
    float *rows = m->bands_ratio + half;
    for (int i = 0; i < bands; i++) rows[i] = 0.5f * (lower[i] + upper[i]);
    const float all = median_of(rows, bands, m->blocks.keys);
    for (int k = 1; k <= half; k++) {
        rows[-k] = rows[0];
        rows[bands - 1 + k] = rows[bands - 1];
    }
    float *smooth = m->ratio; /* no longer needed as it was */
    for (int i = 0; i < bands; i++) {
        float sum = 0.0f;
        for (int k = 0; k < TAPS; k++) sum += m->taps[k] * rows[i + k - half];
        smooth[i] = sum;
    }
    for (int y = 0; y < m->height; y++) {
        const int near = y / 2, far = y % 2 ? near + 1 : near - 1;
        m->rows_ratio[y] = far < 0 || far >= bands ? smooth[near] : 0.75f * smooth[near] + 0.25f * smooth[far];
    }
    return all;
}
