/* What path.c, parting.c and pairing.c find in the track of a zone, and is measured of it: as in detector/events, which says why. */
#ifndef SLEEPJERK_EXCURSION_H
#define SLEEPJERK_EXCURSION_H

#include "kernel.h"

#include <math.h>

typedef struct {
    double x, y; /* along the zone's main axis, and across */
} Place;

typedef struct {
    int n;
    const double *time_s;
    const float *strength, *share, *explained; /* of the zone */
    Place *step, *position, *slow;
    double *speed, *away; /* away: from the picture at rest, less what noise leaves there */
    double noise, interval_s, usual;
} Path;

typedef struct {
    int first, last, peak, leaves; /* leaves: it is a way out, and no part of the excursion before */
    Place shift;
    double peak_speed, strength;
} Burst;

typedef struct {
    int n;
    const double *time_s;
    const float *activity, *light, *shift_x, *shift_y;
    const uint8_t *judged;
    int width;
} Picture;

typedef struct {
    double area, extent, edge, coherence, texture, reach;
} Zone;

/* As hypot, to the last bit but for numbers whose squares are none, and without a branch, so that many can be done at
 * once: the root of the squares, less what was rounded (C. F. Borges, arXiv:1904.09481). */
static inline double length_of(Place a) {
    const double x = fabs(a.x), y = fabs(a.y), most = x > y ? x : y, least = x > y ? y : x;
    const double root = sqrt(most * most + least * least), over = root - most, above = root - least;
    const int close = root <= 2 * least;
    const double one = close ? most * (2 * above - most) : 2 * over * (most - 2 * least);
    const double other = close ? (above - 2 * (most - least)) * above : (4 * over - least) * least + over * over;
    return root > 0 ? root - (one + other) / (2 * root) : 0.0;
}

static inline double along_of(Place a, Place b) { return a.x * b.x + a.y * b.y; }

static inline double at_least(double value, double least) { return value > least ? value : least; }

/* Return how many of the n rising values are below `value`. */
static inline int count_before(const double *values, int n, double value) {
    int low = 0;
    while (n > 0) {
        const int half = n / 2, below = values[low + half] < value; /* no branch: it could not be foretold */
        low = below ? low + half + 1 : low;
        n = below ? n - half - 1 : half;
    }
    return low;
}

/* path.c */
void lengths_of(const Place *places, int n, double *lengths);
int set_interval(Path *path, double *scratch);
void follow_path(Path *path, const float *along, const float *across, double *scratch);
Place shift_of(const Path *path, int first, int last);
void look_at_burst(const Path *path, Burst *burst);
int find_bursts(const Path *path, double least, Burst *bursts);

/* parting.c */
int rests_between(const Path *path, int first, int rest, int last);
int begins_at_rest(const Path *path, const Burst *burst);
int ends_at_rest(const Path *path, const Burst *burst);
void part_burst(const Path *path, Burst *bursts, int n, int after);
int part_at_rest(const Path *path, Burst *runs, int n);

/* pairing.c */
int first_in_sight(const Path *path, const Burst *bursts, int n);
int pair_bursts(const Path *path, Burst *bursts, int n);

#endif
