/* From block sums to shifts: as _picture_shift, _pool and _solve of difference.py, which say why. */
#include "kernel.h"
#include "limits.h"

#include <math.h>

#define RIDGE ((float)DIFFERENCE_RIDGE)
#define NO_CHANGE ((float)DIFFERENCE_NO_CHANGE)
#define SAYS_NOTHING ((float)DIFFERENCE_SAYS_NOTHING)
#define TEXTURE_CAP ((float)DIFFERENCE_TEXTURE_CAP)
#define SHIFT_SCALE ((float)DIFFERENCE_SHIFT_SCALE)
#define LANES 8 /* sums are taken in so many parts, in the same order on every machine */

WIDE static void raw_shifts(float *const sums[N_SUMS], int n, float *restrict ux, float *restrict uy, float *restrict t) {
    const float *jxx = sums[JXX], *jxy = sums[JXY], *jyy = sums[JYY], *bx = sums[BX], *by = sums[BY];
    for (int i = 0; i < n; i++) {
        float a = jxx[i] + RIDGE, d = jyy[i] + RIDGE, det = a * d - jxy[i] * jxy[i];
        ux[i] = (jxy[i] * by[i] - d * bx[i]) / det;
        uy[i] = (jxy[i] * bx[i] - a * by[i]) / det;
        t[i] = jxx[i] + jyy[i];
    }
}

/* Sum the equations of all blocks, those far from the shift (sx, sy) or too plain with less weight or none. */
WIDE static void weighted_sums(
    float *const sums[N_SUMS], const BlockScratch *scratch, float least, float sx, float sy, double total[5]
) {
    const float *ux = scratch->ux, *uy = scratch->uy, *texture = scratch->texture;
    const int n = scratch->rows * scratch->cols;
    float parts[5][LANES] = {{0}};
    for (int i = 0; i < n; i += LANES) {
        const int some = n - i < LANES ? n - i : LANES;
        for (int k = 0; k < some; k++) {
            float x = ux[i + k] - sx, y = uy[i + k] - sy, t = texture[i + k];
            float cap = t > TEXTURE_CAP ? TEXTURE_CAP / t : 1.0f;
            float weight = (t > least ? cap : 0.0f) / (1.0f + (x * x + y * y) / (SHIFT_SCALE * SHIFT_SCALE));
            for (int s = 0; s < 5; s++) parts[s][k] += weight * sums[s][i + k];
        }
    }
    for (int s = 0; s < 5; s++) {
        total[s] = 0;
        for (int k = 0; k < LANES; k++) total[s] += parts[s][k];
    }
}

/* Find the one shift that most of the picture shares; (0, 0) where there is none. */
void picture_shift(float *const sums[N_SUMS], const BlockScratch *scratch, float shift[2]) {
    const int n = scratch->rows * scratch->cols;
    raw_shifts(sums, n, scratch->ux, scratch->uy, scratch->texture);
    float half = 0.5f * median_of(scratch->texture, n, scratch->keys);
    const float least = half > 1.0f ? half : 1.0f;
    int sure = 0;
    for (int i = 0; i < n; i++) {
        scratch->sure_x[sure] = scratch->ux[i];
        scratch->sure_y[sure] = scratch->uy[i];
        sure += scratch->texture[i] > least;
    }
    shift[0] = shift[1] = 0.0f;
    if (sure < 0.05 * n) return;
    double sx = median_of(scratch->sure_x, sure, scratch->keys), sy = median_of(scratch->sure_y, sure, scratch->keys);
    for (int round = 0; round < 3; round++) {
        double total[5];
        weighted_sums(sums, scratch, least, (float)sx, (float)sy, total);
        double a = total[JXX], b = total[JXY], d = total[JYY], p = total[BX], q = total[BY], det = a * d - b * b;
        if (det <= 1e-6 * (a + d) * (a + d)) return;
        sx = (b * q - d * p) / det;
        sy = (b * p - a * q) / det;
    }
    shift[0] = (float)sx;
    shift[1] = (float)sy;
}

WIDE void take_out_shift(float *const sums[N_SUMS], int n, const float shift[2]) {
    const float *jxx = sums[JXX], *jxy = sums[JXY], *jyy = sums[JYY], sx = shift[0], sy = shift[1];
    float *restrict bx = sums[BX], *restrict by = sums[BY], *restrict dd = sums[DD];
    for (int i = 0; i < n; i++) {
        dd[i] += 2 * (sx * bx[i] + sy * by[i]) + sx * sx * jxx[i] + 2 * sx * sy * jxy[i] + sy * sy * jyy[i];
        bx[i] += jxx[i] * sx + jxy[i] * sy;
        by[i] += jxy[i] * sx + jyy[i] * sy;
    }
    for (int i = 0; i < n; i++) sums[MD][i] += sx * sums[MX][i] + sy * sums[MY][i];
}

/* Let each block have got brighter or darker as a whole, as far as that explains its change better than a shift does:
   as _light_part of difference.py. */
WIDE void take_out_offset(float *const sums[N_SUMS], const BlockScratch *scratch) {
    const float *mx = sums[MX], *my = sums[MY], *md = sums[MD], *ux = scratch->ux, *uy = scratch->uy;
    float *restrict jxx = sums[JXX], *restrict jxy = sums[JXY], *restrict jyy = sums[JYY];
    float *restrict bx = sums[BX], *restrict by = sums[BY], *restrict dd = sums[DD];
    const int n = scratch->rows * scratch->cols;
    raw_shifts(sums, n, scratch->ux, scratch->uy, scratch->texture);
    INDEPENDENT
    for (int i = 0; i < n; i++) {
        const float shift = ux[i] * bx[i] + uy[i] * by[i], light = md[i] * md[i];
        const float part = light * light / (light * light + shift * shift + NO_CHANGE);
        const float x = jxx[i] - part * mx[i] * mx[i], y = jyy[i] - part * my[i] * my[i];
        jxx[i] = x > 0.0f ? x : 0.0f;
        jyy[i] = y > 0.0f ? y : 0.0f;
        jxy[i] -= part * mx[i] * my[i];
        bx[i] -= part * mx[i] * md[i];
        by[i] -= part * my[i] * md[i];
        dd[i] -= part * light;
    }
}

/* Weigh each block with its neighbours, 1 2 1 across and down; beyond the border stands the border's block again. */
WIDE void pool_blocks(float *blocks, const BlockScratch *scratch) {
    const int rows = scratch->rows, cols = scratch->cols;
    float *restrict across = scratch->ux; /* not where it is read from: a line that was just written is slow to read askew */
    for (int row = 0; row < rows; row++) {
        const float *line = blocks + (size_t)row * cols;
        float *out = across + (size_t)row * cols;
        INDEPENDENT
        for (int x = 1; x < cols - 1; x++) out[x] = 0.25f * line[x - 1] + 0.5f * line[x] + 0.25f * line[x + 1];
        out[0] = 0.25f * line[0] + 0.5f * line[0] + 0.25f * line[1];
        out[cols - 1] = 0.25f * line[cols - 2] + 0.5f * line[cols - 1] + 0.25f * line[cols - 1];
    }
    for (int row = 0; row < rows; row++) {
        const float *here = across + (size_t)row * cols;
        const float *above = row ? here - cols : here, *below = row + 1 < rows ? here + cols : here;
        float *line = blocks + (size_t)row * cols;
        INDEPENDENT
        for (int x = 0; x < cols; x++) line[x] = 0.25f * above[x] + 0.5f * here[x] + 0.25f * below[x];
    }
}

/* Loops of one kind of arithmetic each: together, compilers take them one block at a time. */
WIDE void solve_blocks(float *const sums[N_SUMS], const BlockScratch *scratch, const BlockResult *out) {
    const int n = scratch->rows * scratch->cols;
    const float *ux = scratch->ux, *uy = scratch->uy, *bx = sums[BX], *by = sums[BY], *dd = sums[DD];
    float *restrict flow = out->flow, *restrict energy = out->energy;
    float *restrict residue = out->residue, *restrict texture = out->texture;
    raw_shifts(sums, n, scratch->ux, scratch->uy, texture);
    INDEPENDENT
    for (int i = 0; i < n; i++) {
        flow[2 * i] = ux[i];
        flow[2 * i + 1] = uy[i];
    }
    INDEPENDENT
    for (int i = 0; i < n; i++) {
        const float explained = -(ux[i] * bx[i] + uy[i] * by[i]);
        energy[i] = explained > 0.0f ? explained : 0.0f;
        residue[i] = dd[i] > 0.0f ? dd[i] : 0.0f;
    }
    INDEPENDENT
    for (int i = 0; i < n; i++) {
        const float share = energy[i] / (residue[i] + SAYS_NOTHING);
        out->explained[i] = (uint8_t)(255.0f * (share < 1.0f ? share : 1.0f));
    }
    for (int i = 0; i < n; i++) {
        energy[i] = sqrtf(energy[i]);
        residue[i] = sqrtf(residue[i]);
        texture[i] = sqrtf(texture[i]);
    }
}
