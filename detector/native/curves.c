/* How zones moved around candidates, moment by moment: as _of_zones of events/curves.py, which says why. */
#include "excursion.h"
#include "kernel.h"
#include "limits.h"

#include <math.h>

enum { OF_ZONE = 6 };

/* Frames of all zones, one zone's after the other's. */
typedef struct {
    const double *time_s;
    const float *along, *across, *strength, *away, *explained;
} Frames;

/* Where a time lies among the frames of a zone: `part` of the way from one to the next, if the zone was there then. */
typedef struct {
    ptrdiff_t low, high;
    double part;
    int seen;
} Moment;

static Moment find(const double *time_s, ptrdiff_t begin, ptrdiff_t last, double at_s) {
    ptrdiff_t low = begin, beyond = last + 1;
    while (beyond - low > 1) { /* the last frame that is not later, or the first one */
        const ptrdiff_t middle = low + (beyond - low) / 2;
        if (time_s[middle] <= at_s) low = middle;
        else beyond = middle;
    }
    const ptrdiff_t high = low < last ? low + 1 : last;
    const double gap_s = time_s[high] - time_s[low], part = (at_s - time_s[low]) / (gap_s > 0 ? gap_s : 1.0);
    return (Moment){low, high, part < 0 ? 0 : part > 1 ? 1 : part, at_s >= time_s[begin] && at_s <= time_s[last]};
}

static double read_at(const float *column, Moment moment) {
    const double low = column[moment.low];
    return moment.seen ? low + (column[moment.high] - low) * moment.part : 0.0;
}

static Place place_at(const Place *place, ptrdiff_t first, Moment moment) {
    const Place low = place[moment.low - first], high = place[moment.high - first];
    return (Place){low.x + (high.x - low.x) * moment.part, low.y + (high.y - low.y) * moment.part};
}

/* Add up steps from frame `first` on, until `last`: where the zone is. */
static void follow(const Frames *frames, ptrdiff_t first, ptrdiff_t last, Place *place) {
    place[0] = (Place){0, 0};
    for (ptrdiff_t i = first + 1; i <= last; i++) {
        const double since_s = frames->time_s[i] - frames->time_s[i - 1];
        place[i - first].x = place[i - first - 1].x + frames->along[i] * since_s;
        place[i - first].y = place[i - first - 1].y + frames->across[i] * since_s;
    }
}

static double held(double value) {
    return value < -CURVES_LARGEST ? -CURVES_LARGEST : value > CURVES_LARGEST ? CURVES_LARGEST : value;
}

/* asked: onset, peak and offset in seconds. */
static void curve_row(
    const Frames *frames, ptrdiff_t begin, ptrdiff_t last, const double asked[3], Place *place,
    double out[OF_ZONE][CURVES_MOMENTS]
) {
    const double onset_s = asked[0], over_s = at_least(asked[2], onset_s + CURVES_LEAST_S);
    Moment moments[CURVES_MOMENTS], onset, peak;
    Place velocity[CURVES_MOMENTS];
    double fastest = 0, nearest = INFINITY, farthest = 0, away[CURVES_MOMENTS];
    for (int k = 0; k < CURVES_MOMENTS; k++)
        moments[k] = find(frames->time_s, begin, last, onset_s + CURVES_FROM_S + CURVES_EVERY_S * k);
    onset = find(frames->time_s, begin, last, onset_s);
    peak = find(frames->time_s, begin, last, asked[1]);
    const ptrdiff_t first = moments[0].low, end = moments[CURVES_MOMENTS - 1].high;
    follow(frames, first, end > peak.high ? end : peak.high, place);
    const Place start = place_at(place, first, onset), top = place_at(place, first, peak);
    const Place way = {top.x - start.x, top.y - start.y};
    const double reach = at_least(hypot(way.x, way.y), CURVES_SMALL);
    for (int k = 0; k < CURVES_MOMENTS; k++) {
        velocity[k] = (Place){read_at(frames->along, moments[k]), read_at(frames->across, moments[k])};
        away[k] = read_at(frames->away, moments[k]);
        nearest = away[k] < nearest ? away[k] : nearest;
    }
    for (int k = 0; k < CURVES_MOMENTS; k++) {
        const double at_s = onset_s + CURVES_FROM_S + CURVES_EVERY_S * k;
        away[k] -= nearest;
        if (at_s < onset_s || at_s > over_s) continue;
        fastest = at_least(hypot(velocity[k].x, velocity[k].y), fastest);
        farthest = at_least(away[k], farthest);
    }
    fastest = reach * at_least(fastest, CURVES_SMALL);
    farthest = at_least(farthest, CURVES_GREY);
    for (int k = 0; k < CURVES_MOMENTS; k++) {
        const Place here = place_at(place, first, moments[k]), v = velocity[k];
        out[0][k] = held((v.x * way.x + v.y * way.y) / fastest); /* turned so that the way out leads to the right */
        out[1][k] = held((v.y * way.x - v.x * way.y) / fastest);
        out[2][k] = held(((here.x - start.x) * way.x + (here.y - start.y) * way.y) / (reach * reach));
        out[3][k] = log1p(read_at(frames->strength, moments[k])) / 2;
        out[4][k] = held(away[k] / farthest);
        out[5][k] = read_at(frames->explained, moments[k]);
    }
}

/* Write the curves (n, OF_ZONE, CURVES_MOMENTS) of zones, whose frames begin at starts[zone]. asked: (n, 3).
 * scratch: two doubles for every frame of the longest zone. */
EXPORT void curve_rows(
    const double *time_s, const float *const columns[5], const int64_t *starts, const int32_t *zone, int n,
    const double *asked, void *scratch, double *curves
) {
    const Frames frames = {time_s, columns[0], columns[1], columns[2], columns[3], columns[4]};
    for (int row = 0; row < n; row++) {
        double(*out)[CURVES_MOMENTS] = (double(*)[CURVES_MOMENTS])(curves + (size_t)row * OF_ZONE * CURVES_MOMENTS);
        curve_row(&frames, starts[zone[row]], starts[zone[row] + 1] - 1, asked + 3 * row, scratch, out);
    }
}
