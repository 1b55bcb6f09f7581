/* How unlike its picture at rest a zone looks: as detector/motion/rest.py, which tells why. */
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
    for (int t = 0; t < frames; t++) {
        const uint8_t *seen = picture + (size_t)t * (size_t)size;
        int64_t sum = 0, squares = 0;
        double common = 0;
        for (int b = 0; b < n; b++) {
            const int value = seen[at[b]];
            sum += value;
            squares += value * value;
            common += value * rest[b];
        }
        const double varied = (double)squares - (double)sum * (double)sum / n;
        double gain = (common + least) / (contrast + least);
        gain = gain < REST_GAIN_0 ? REST_GAIN_0 : gain > REST_GAIN_1 ? REST_GAIN_1 : gain;
        const double left = varied - 2 * gain * common + gain * gain * contrast;
        away[t] = (float)sqrt((left > 0 ? left : 0) / n);
    }
}
