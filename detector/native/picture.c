/* One step from a picture to the next: smooth it, explain its light, and sum the equations of its blocks. */
#include "limits.h"
#include "motion.h"

#include <math.h>
#include <string.h>

#define OFFSET ((float)LIGHTING_OFFSET)
#define LEAST_SHIFT ((float)DIFFERENCE_LEAST_SHIFT)

typedef struct {
    double brightness, ratio, shift_x, shift_y, change, texture;
    int n_fast;
} Numbers;

EXPORT int kernel_version(void) { return KERNEL_VERSION; }

/* Smooth one line of the picture (3 x 3, reflected at the border) and return the sum of its values. */
WIDE static float smooth_line(
    const Motion *m, const uint8_t *restrict above, const uint8_t *restrict here, const uint8_t *restrict below,
    float *restrict wide, float *restrict out
) {
    const float centre = m->smooth[0], side = m->smooth[1];
    const int width = m->width;
    for (int x = 0; x < width; x++) wide[x] = centre * (float)here[x] + side * (float)(above[x] + below[x]);
    wide[-1] = wide[1];
    wide[width] = wide[width - 2];
    float parts[16] = {0};
    int x = 0;
    for (; x + 16 <= width; x += 16)
        for (int k = 0; k < 16; k++) {
            const float value = centre * wide[x + k] + side * (wide[x + k - 1] + wide[x + k + 1]);
            out[x + k] = value;
            parts[k] += value;
        }
    for (; x < width; x++) {
        out[x] = centre * wide[x] + side * (wide[x - 1] + wide[x + 1]);
        parts[x % 16] += out[x];
    }
    float sum = 0.0f;
    for (int k = 0; k < 16; k++) sum += parts[k];
    return sum;
}

/* Means of two by two pixels of two lines, rounded as OpenCV's INTER_AREA does. */
WIDE static void halve_pair(const uint8_t *restrict one, const uint8_t *restrict two, int n, uint8_t *restrict out) {
    for (int x = 0; x < n; x++) out[x] = (uint8_t)((one[2 * x] + one[2 * x + 1] + two[2 * x] + two[2 * x + 1] + 2) >> 2);
}

/* Smooth the new picture and bin it; return its mean. half: room for a picture of half its size, or NULL. */
static double take_in(Motion *m, const uint8_t *luma, ptrdiff_t stride, uint8_t *half) {
    float *picture = m->picture[m->now];
    const int last = m->height - 1;
    double sum = 0;
    for (int y = 0; y <= last; y++) {
        const uint8_t *here = luma + y * stride, *above = y ? here - stride : here + stride;
        sum += smooth_line(m, above, here, y < last ? here + stride : here - stride, m->line[0], picture + y * m->stride);
        if (y % 2) {
            bin_lines(m, y / 2);
            if (half) halve_pair(here - stride, here, m->width / 2, half + (size_t)(y / 2) * (size_t)(m->width / 2));
        }
    }
    return sum / ((double)m->width * m->height);
}

/* One line of the mean picture, with its border reflected, and of the difference with the light taken out. */
WIDE static void compare_line(const Motion *m, int y, float *restrict mean, float *restrict difference) {
    const float *restrict now = m->picture[m->now] + (size_t)y * m->stride;
    const float *restrict before = m->picture[!m->now] + (size_t)y * m->stride;
    const float ratio = m->rows_ratio[y];
    const int width = m->width;
    for (int x = 0; x < width; x++) {
        float lit = (before[x] + OFFSET) * ratio - OFFSET;
        difference[x] = now[x] - lit;
        mean[x] = 0.5f * (now[x] + lit);
    }
    mean[-1] = mean[1];
    mean[width] = mean[width - 2];
}

/* Add a line's products to the six sums of its columns; the gradients are eight times too large here. */
WIDE static void add_line(
    int width, const float *a, const float *b, const float *c, const float *d, float *const column[N_SUMS]
) {
    float *xx = column[JXX], *xy = column[JXY], *yy = column[JYY];
    float *xd = column[BX], *yd = column[BY], *dd = column[DD];
    float *mx = column[MX], *my = column[MY], *md = column[MD];
    INDEPENDENT
    for (int x = 0; x < width; x++) {
        float gx = (a[x + 1] - a[x - 1]) + 2 * (b[x + 1] - b[x - 1]) + (c[x + 1] - c[x - 1]);
        float gy = (c[x - 1] - a[x - 1]) + 2 * (c[x] - a[x]) + (c[x + 1] - a[x + 1]);
        xx[x] += gx * gx;
        xy[x] += gx * gy;
        yy[x] += gy * gy;
        xd[x] += gx * d[x];
        yd[x] += gy * d[x];
        dd[x] += d[x] * d[x];
        mx[x] += gx;
        my[x] += gy;
        md[x] += d[x];
    }
}

/* As add_line for four lines at once, with nothing there before: for blocks of four lines, the usual ones. */
WIDE static void add_four_lines(int width, const float *const line[6], const float *const d[4], float *const column[N_SUMS]) {
    const float *l0 = line[0], *l1 = line[1], *l2 = line[2], *l3 = line[3], *l4 = line[4], *l5 = line[5];
    const float *d0 = d[0], *d1 = d[1], *d2 = d[2], *d3 = d[3];
    float *xx = column[JXX], *xy = column[JXY], *yy = column[JYY];
    float *xd = column[BX], *yd = column[BY], *dd = column[DD];
    float *mx = column[MX], *my = column[MY], *md = column[MD];
    INDEPENDENT
    for (int x = 0; x < width; x++) {
        /* across (gradient down the lines needs 1 2 1 of each line) and along (difference of the neighbours) */
        const float a0 = l0[x - 1] + 2 * l0[x] + l0[x + 1], a1 = l1[x - 1] + 2 * l1[x] + l1[x + 1];
        const float a2 = l2[x - 1] + 2 * l2[x] + l2[x + 1], a3 = l3[x - 1] + 2 * l3[x] + l3[x + 1];
        const float a4 = l4[x - 1] + 2 * l4[x] + l4[x + 1], a5 = l5[x - 1] + 2 * l5[x] + l5[x + 1];
        const float e0 = l0[x + 1] - l0[x - 1], e1 = l1[x + 1] - l1[x - 1], e2 = l2[x + 1] - l2[x - 1];
        const float e3 = l3[x + 1] - l3[x - 1], e4 = l4[x + 1] - l4[x - 1], e5 = l5[x + 1] - l5[x - 1];
        const float x0 = e0 + 2 * e1 + e2, x1 = e1 + 2 * e2 + e3, x2 = e2 + 2 * e3 + e4, x3 = e3 + 2 * e4 + e5;
        const float y0 = a2 - a0, y1 = a3 - a1, y2 = a4 - a2, y3 = a5 - a3;
        xx[x] = (x0 * x0 + x1 * x1) + (x2 * x2 + x3 * x3);
        xy[x] = (x0 * y0 + x1 * y1) + (x2 * y2 + x3 * y3);
        yy[x] = (y0 * y0 + y1 * y1) + (y2 * y2 + y3 * y3);
        xd[x] = (x0 * d0[x] + x1 * d1[x]) + (x2 * d2[x] + x3 * d3[x]);
        yd[x] = (y0 * d0[x] + y1 * d1[x]) + (y2 * d2[x] + y3 * d3[x]);
        dd[x] = (d0[x] * d0[x] + d1[x] * d1[x]) + (d2[x] * d2[x] + d3[x] * d3[x]);
        mx[x] = (x0 + x1) + (x2 + x3);
        my[x] = (y0 + y1) + (y2 + y3);
        md[x] = (d0[x] + d1[x]) + (d2[x] + d3[x]);
    }
}

/* Bring the columns' sums together to means of the blocks of one row. */
WIDE static void close_row(const float *restrict column, int cols, int block, float scale, float *restrict out) {
    if (block == 4)
        for (int i = 0; i < cols; i++)
            out[i] = ((column[4 * i] + column[4 * i + 1]) + (column[4 * i + 2] + column[4 * i + 3])) * scale;
    else
        for (int i = 0; i < cols; i++) {
            float sum = 0.0f;
            for (int k = 0; k < block; k++) sum += column[i * block + k];
            out[i] = sum * scale;
        }
}

static void close_rows(Motion *m, int row) {
    const int cols = m->blocks.cols, block = m->block;
    const float area = 1.0f / (float)(block * block);
    const float scale[N_SUMS] = {area / 64, area / 64, area / 64, area / 8, area / 8, area, area / 8, area / 8, area};
    for (int s = 0; s < N_SUMS; s++)
        close_row(m->column[s], cols, block, scale[s], m->sums[s] + (size_t)row * cols);
}

static void swap_lines(float **one, float **other) {
    float *was = *one;
    *one = *other;
    *other = was;
}

/* The lines y - 1 to y + n of the mean picture and y to y + n - 1 of the difference, for a row of blocks. */
static void compare_lines(Motion *m, int y) {
    const int n = m->block, last = m->height - 1;
    if (y) { /* the two last lines of the row before stand for what is above */
        swap_lines(&m->line[0], &m->line[n]);
        swap_lines(&m->line[1], &m->line[n + 1]);
        swap_lines(&m->difference[0], &m->difference[n]);
    } else compare_line(m, 0, m->line[1], m->difference[0]);
    for (int k = 1; k <= n && y + k <= last; k++) compare_line(m, y + k, m->line[k + 1], m->difference[k]);
    const size_t bytes = (size_t)m->stride * sizeof(float);
    if (!y) memcpy(m->line[0] - MARGIN, m->line[2] - MARGIN, bytes);
    if (y + n > last) memcpy(m->line[n + 1] - MARGIN, m->line[n - 1] - MARGIN, bytes);
}

static void sum_blocks(Motion *m) {
    for (int row = 0; row < m->blocks.rows; row++) {
        compare_lines(m, row * m->block);
        const float *const *line = (const float *const *)m->line, *const *d = (const float *const *)m->difference;
        if (m->block == 4) add_four_lines(m->width, line, d, m->column);
        else {
            for (int s = 0; s < N_SUMS; s++) memset(m->column[s], 0, (size_t)m->width * sizeof(float));
            for (int k = 0; k < m->block; k++) add_line(m->width, line[k], line[k + 1], line[k + 2], d[k], m->column);
        }
        close_rows(m, row);
    }
}

/* Count the blocks that flow.py would look at; a hair more, to be safe. */
WIDE static int count_fast(const BlockResult *out, int n) {
    const float *flow = out->flow, *residue = out->residue, *energy = out->energy;
    int fast = 0;
    for (int i = 0; i < n; i++) {
        const float x = flow[2 * i], y = flow[2 * i + 1];
        fast += ((x * x + y * y > 0.159f) | (residue[i] > 5.99f)) & (energy[i] > 0.99f);
    }
    return fast;
}

/* Take means for the picture's track. */
static void sum_up(const BlockResult *out, int n, Numbers *numbers) {
    double change = 0, texture = 0;
    for (int i = 0; i < n; i++) {
        change += (double)out->residue[i] * out->residue[i];
        texture += (double)out->texture[i] * out->texture[i];
    }
    numbers->change = sqrt(change / n);
    numbers->texture = sqrt(texture / n);
    numbers->n_fast = count_fast(out, n);
}

/* Take the next picture, and write how each block moved since the one before; `joined` 0: there is none before. half:
 * as in take_in. */
EXPORT void motion_step(
    Motion *m, const uint8_t *luma, ptrdiff_t stride, int joined, float *flow, float *energy, uint8_t *explained,
    float *residue, float *texture, Numbers *numbers, uint8_t *half
) {
    const BlockResult out = {flow, energy, residue, texture, explained};
    const int n = m->blocks.rows * m->blocks.cols, before = m->now;
    float shift[2] = {0.0f, 0.0f};
    m->now = !before;
    numbers->brightness = take_in(m, luma, stride, half);
    if (!joined) {
        memcpy(m->picture[before], m->picture[m->now], (size_t)m->stride * m->height * sizeof(float));
        memcpy(m->binned[before], m->binned[m->now], (size_t)m->bins * m->bands * sizeof(float));
    }
    numbers->ratio = explain_light(m);
    sum_blocks(m);
    picture_shift(m->sums, &m->blocks, shift);
    if (fabsf(shift[0]) > LEAST_SHIFT || fabsf(shift[1]) > LEAST_SHIFT) take_out_shift(m->sums, n, shift);
    else shift[0] = shift[1] = 0.0f;
    for (int s = 0; s < N_SUMS; s++) pool_blocks(m->sums[s], &m->blocks);
    take_out_offset(m->sums, &m->blocks);
    solve_blocks(m->sums, &m->blocks, &out);
    numbers->shift_x = shift[0];
    numbers->shift_y = shift[1];
    sum_up(&out, n, numbers);
}
