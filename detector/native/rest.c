/* How unlike its picture at rest a zone looks: as detector/motion/rest.py, which says why. */
#include "kernel.h"
#include "limits.h"

#include <math.h>

/* Return the median of the pixel `at` in n of the pictures. */
static double usual_of(const uint8_t *picture, size_t size, int at, const int *looks, int n) {
    uint8_t sorted[REST_LOOKS];
    for (int i = 0; i < n; i++) {
        const uint8_t value = picture[(size_t)looks[i] * size + at];
        int place = i;
        for (; place > 0 && sorted[place - 1] > value; place--) sorted[place] = sorted[place - 1];
        sorted[place] = value;
    }
    return (sorted[(n - 1) / 2] + sorted[n / 2]) / 2.0;
}

enum { AT_ONCE = 4 }; /* pictures: each sum waits for the one before, those of other pictures need not */

typedef struct {
    int64_t values, squares;
    double common;
} Sums;

/* Add up the pixels `at` of some pictures, their squares, and their products with the picture at rest. */
static inline __attribute__((always_inline)) void add_up(
    const uint8_t *picture, int size, int some, const int *at, int n, const double *rest, Sums *sums
) {
    for (int b = 0; b < n; b++)
        for (int k = 0; k < some; k++) {
            const int value = picture[(size_t)k * (size_t)size + (size_t)at[b]];
            sums[k].values += value;
            sums[k].squares += value * value;
            sums[k].common += value * rest[b];
        }
}

/* Write for each of the pictures, of `size` pixels, how far n of its pixels are from rest: the median of the pictures
 * `looks`, at most REST_LOOKS. rest: scratch, n. */
EXPORT void unlike_rest(
    const uint8_t *picture, int size, int frames, const int *at, int n, const int *looks, int n_looks, double *rest,
    float *away
) {
    double mean = 0, contrast = 0;
    for (int b = 0; b < n; b++) mean += rest[b] = usual_of(picture, (size_t)size, at[b], looks, n_looks);
    mean /= n;
    for (int b = 0; b < n; b++) {
        rest[b] -= mean;
        contrast += rest[b] * rest[b];
    }
    const double least = REST_RIDGE * REST_RIDGE * n;
    for (int t = 0; t < frames; t += AT_ONCE) {
        const int some = frames - t < AT_ONCE ? frames - t : AT_ONCE;
        Sums sums[AT_ONCE] = {{0}};
        if (some == AT_ONCE) add_up(picture + (size_t)t * (size_t)size, size, AT_ONCE, at, n, rest, sums);
        else add_up(picture + (size_t)t * (size_t)size, size, some, at, n, rest, sums);
        for (int k = 0; k < some; k++) {
            const double sum = (double)sums[k].values, common = sums[k].common;
            const double varied = (double)sums[k].squares - sum * sum / n;
            double gain = (common + least) / (contrast + least);
            gain = gain < REST_GAIN_0 ? REST_GAIN_0 : gain > REST_GAIN_1 ? REST_GAIN_1 : gain;
            const double left = varied - 2 * gain * common + gain * gain * contrast;
            away[t + k] = (float)sqrt((left > 0 ? left : 0) / n);
        }
    }
}
