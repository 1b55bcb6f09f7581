/* What path.c finds in the track of a zone and measure.c measures of it: as in detector/events, which tells why. */
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
    const float *strength, *share, *active; /* of the zone */
    Place *step, *position, *slow;
    double *speed, *away; /* away: from the picture at rest, less what noise leaves there */
    double noise, interval_s, usual;
} Path;

typedef struct {
    int first, last, peak;
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

static inline double length_of(Place a) { return hypot(a.x, a.y); }

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

int set_interval(Path *path, double *scratch);
void follow_path(Path *path, const float *along, const float *across, double *scratch);
int find_bursts(const Path *path, double least, Burst *bursts);
int first_in_sight(const Path *path, const Burst *bursts, int n);
int belongs(const Path *path, const Burst *burst, const Burst *way, int n);

#endif
