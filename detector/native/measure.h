/* The row that is measured of an excursion, and who writes which part of it. */
#ifndef SLEEPJERK_MEASURE_H
#define SLEEPJERK_MEASURE_H

#include "excursion.h"

enum { /* the columns of a row: those of a candidate, then FEATURES of candidates.py */
    ONSET, PEAK, OFFSET, END, AMPLITUDE_PX, PEAK_SPEED_PX, AMPLITUDE, SPEED, DURATION, RISE, RETURNED, REVERSAL, BEFORE,
    RESTED, AFTER, DRIFT, STRENGTH, SNR, AREA, EXTENT, EDGE_SHARE, COHERENCE, SHARE, EXPLAINED, TEXTURE, LIGHT, SHIFT,
    ACTIVITY, ACTIVITY_AROUND, UNJUDGED, INTERVAL, IN_MOTION, SLOW, SKEW, REST_SHARE, BACK_SPEED, SWINGS, BEYOND,
    AWAY_SNR, AWAY_BEFORE, AWAY_AFTER, AWAY_SHARE, AWAY_ALONE, AWAY_FIT,
    N_COLUMNS
};

typedef struct {
    int low, high;
} Span;

static inline Span between(const double *time_s, int n, double low_s, double high_s) {
    const int low = count_before(time_s, n, low_s), high = count_before(time_s, n, high_s);
    return (Span){low, high > low ? high : low};
}

/* timing.c */
double crossing(const double *time_s, const double *share, int first, int last, double level);
int foot_of(const Path *path, const Burst *out);
double back_in_sight(const Path *path, const Burst *out, int following, double over_s);
double offset_of(const Path *path, const Burst *bursts, int n, const double *away, int first, double top, double *scratch);

/* waveform.c */
void look_at_waveform(
    const Path *path, const Burst *bursts, int n, const Place *position, double top, double *away, double *row
);

/* likeness.c */
void set_away(Path *path, const float *away, double *values);
void look_at_likeness(const Path *path, const Place *position, double *scratch, double *row);

#endif
