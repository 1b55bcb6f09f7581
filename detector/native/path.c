/* The path of a zone and its bursts: as detector/events/bursts.py, which says why. */
#include "excursion.h"
#include "limits.h"

#include <string.h>

/* --- the path ---------------------------------------------------------------------------------------------------- */

enum { LINE = 16 }; /* floats that are worked on at a time */

static inline float within(float value, float low, float high) { return value < low ? low : value > high ? high : value; }

/* Write a sorted line with a value in the place of an old one; what lies between the two moves up by one. No branch
 * depends on the values, and no step waits for another. Before and after the line stand infinities. */
static inline void exchange(const float *restrict line, int length, float old, float value, float *restrict out) {
    if (value > old)
        for (int i = 0; i < length; i++) out[i] = line[i] < old ? line[i] : within(value, line[i], line[i + 1]);
    else
        for (int i = 0; i < length; i++) out[i] = line[i] > old ? line[i] : within(value, line[i - 1], line[i]);
}

/* The running median of `window` (odd) values, written to every second of `out`; beyond the ends stands the last one
 * again. scratch: twice the window and 5 LINE. */
WIDE static void running_median(const float *values, int n, int window, double *out, float *scratch) {
    const int half = window / 2, length = (window / LINE + 1) * LINE;
    float *line = scratch + LINE, *other = line + length + LINE;
    for (int i = -1; i <= length; i++) line[i] = other[i] = i < 0 ? -INFINITY : i < window ? values[0] : INFINITY;
    for (int i = -half; i < n; i++) {
        if (i >= 0) out[2 * i] = line[half];
        const float old = values[i > half ? i - half : 0], value = values[i + half + 1 < n ? i + half + 1 : n - 1];
        if (old == value) continue;
        exchange(line, length, old, value, other);
        float *swapped = line;
        line = other;
        other = swapped;
    }
}

static double value_near(const double *values, int n, int stride, int at) {
    return values[(ptrdiff_t)(at < 0 ? 0 : at < n ? at : n - 1) * stride];
}

static void running_mean(const double *values, int n, int stride, int window, double *out) {
    const int half = window / 2;
    double sum = 0;
    for (int k = -half; k <= half; k++) sum += value_near(values, n, stride, k);
    for (int i = 0; i < n; i++) {
        out[i * stride] = sum / window;
        sum += value_near(values, n, stride, i + half + 1) - value_near(values, n, stride, i - half);
    }
}

WIDE void lengths_of(const Place *restrict places, int n, double *restrict lengths) {
    for (int i = 0; i < n; i++) lengths[i] = length_of(places[i]);
}

/* Return the number of frames whose median is the slow movement; 1 for none. */
static int slow_window(double interval_s) {
    if (!(interval_s > 0)) return 1;
    return 2 * (int)floor(BURSTS_SLOW_S / at_least(interval_s, BURSTS_LEAST_INTERVAL_S) / 2 + 0.25) + 1;
}

/* Set the typical interval of a path whose times are set; return the number of frames of the slow movement.
 * scratch: n. */
int set_interval(Path *path, double *scratch) {
    path->interval_s = NAN;
    for (int i = 1; i < path->n; i++) scratch[i - 1] = path->time_s[i] - path->time_s[i - 1];
    if (path->n > 1) path->interval_s = middle_of(scratch, path->n - 1);
    return slow_window(path->interval_s);
}

/* Take the slow part out of the velocity. scratch: 4 n, the window and 5 LINE. */
static void take_out_slow(Path *path, const float *along, const float *across, Place *velocity, double *scratch) {
    const int n = path->n, window = slow_window(path->interval_s);
    memset(path->slow, 0, (size_t)n * sizeof *path->slow);
    if (window < 3) return;
    Place *middle = (Place *)scratch, *mean = middle + n;
    for (int side = 0; side < 2; side++) {
        const double *values = side ? &velocity->y : &velocity->x;
        running_median(side ? across : along, n, window, side ? &middle->y : &middle->x, (float *)(mean + n));
        running_mean(values, n, 2, window, side ? &mean->y : &mean->x);
    }
    for (int i = 0; i < n; i++) {
        const double agreed = along_of(mean[i], middle[i]);
        if (agreed <= 0) continue; /* most of it leads nowhere */
        const double size = length_of(middle[i]);
        double part = size > 0 ? agreed / (size * size) : 0.0;
        if (part < BURSTS_AGREED) continue;
        part = part < 1.0 ? part : 1.0;
        path->slow[i] = (Place){middle[i].x * part, middle[i].y * part};
        velocity[i].x -= path->slow[i].x;
        velocity[i].y -= path->slow[i].y;
    }
}

/* Return the zone's noise: the middle speed at rest; where it hardly rests, of the slowest fifth. scratch: n. */
static double noise_of(const Path *path, double *speeds) {
    int rest = 0;
    for (int i = 0; i < path->n; i++)
        if (path->strength[i] < 1) speeds[rest++] = path->speed[i];
    if (rest < 5) {
        memcpy(speeds, path->speed, (size_t)path->n * sizeof *speeds);
        rest = path->n / 5 > 1 ? path->n / 5 : 1;
        select_place(speeds, path->n, rest - 1);
    }
    return middle_of(speeds, rest) / 1.18;
}

/* Fill the path of a zone whose times, interval and strengths are set. scratch: 6 n, the window and 5 LINE. */
void follow_path(Path *path, const float *along, const float *across, double *scratch) {
    const int n = path->n;
    Place *velocity = (Place *)scratch, sum = {0, 0};
    for (int i = 0; i < n; i++) velocity[i] = (Place){along[i], across[i]};
    take_out_slow(path, along, across, velocity, scratch + 2 * n);
    lengths_of(velocity, n, path->speed);
    path->noise = noise_of(path, scratch + 2 * n);
    double before_s = path->time_s[0] - (n > 1 ? path->interval_s : 0.04);
    for (int i = 0; i < n; i++) {
        const double interval_s = path->time_s[i] - before_s;
        before_s = path->time_s[i];
        path->step[i] = (Place){velocity[i].x * interval_s, velocity[i].y * interval_s};
        sum.x += path->step[i].x;
        sum.y += path->step[i].y;
        path->position[i] = sum;
    }
}

/* --- bursts ------------------------------------------------------------------------------------------------------ */

Place shift_of(const Path *path, int first, int last) {
    Place sum = {0, 0};
    for (int i = first; i <= last; i++) sum.x += path->step[i].x, sum.y += path->step[i].y;
    return sum;
}

/* Set peak, speed, shift and strength of a burst from its first and last frame. */
void look_at_burst(const Path *path, Burst *burst) {
    burst->peak = burst->first;
    burst->strength = path->strength[burst->first];
    for (int i = burst->first; i <= burst->last; i++) {
        if (path->speed[i] > path->speed[burst->peak]) burst->peak = i;
        burst->strength = at_least(path->strength[i], burst->strength);
    }
    burst->peak_speed = path->speed[burst->peak];
    burst->shift = shift_of(path, burst->first, burst->last);
}

/* Append a run, or lengthen the one before where both go the same way over a dropout; return their number. */
static int add_run(const Path *path, Burst *runs, int n, int first, int last) {
    if (n) {
        Burst *before = runs + n - 1;
        const int apart = first - before->last;
        const int near = path->time_s[first] - path->time_s[before->last] <= BURSTS_DROPOUT_S || apart <= 2;
        if (near && apart > 1) {
            const Place a = shift_of(path, before->first, before->last), b = shift_of(path, first, last);
            if (along_of(a, b) > BURSTS_SAME_WAY * length_of(a) * length_of(b)) {
                before->last = last;
                return n;
            }
        }
    }
    runs[n].first = first;
    runs[n].last = last;
    return n + 1;
}

/* Find the runs of frames faster than `low`, cut where one turns by more than a right angle: from the frame before, or
   from the run's way so far (a limb that hardly moves at its farthest, and sideways, turns in two halves). */
static int find_runs(const Path *path, double low, Burst *runs) {
    int n = 0, start = -1;
    Place way = {0, 0};
    for (int k = 0; k < path->n; k++) {
        const Place step = path->step[k];
        const int fast = path->speed[k] >= low;
        if (fast && start >= 0 && (along_of(step, path->step[k - 1]) < 0 || along_of(step, way) < 0)) {
            n = add_run(path, runs, n, start, k - 1);
            start = k;
            way = (Place){0, 0};
        } else if (fast && start < 0) {
            start = k;
            way = (Place){0, 0};
        } else if (!fast && start >= 0) {
            n = add_run(path, runs, n, start, k - 1);
            start = -1;
        }
        way.x += step.x;
        way.y += step.y;
    }
    return start >= 0 ? add_run(path, runs, n, start, path->n - 1) : n;
}

/* Part the first of n runs where it has a lull that is no dropout, in place; return whether it has one. There is room for
 * one more. */
static int part_at_lull(const Path *path, Burst *runs, int n) {
    const double foot = BURSTS_FEET * runs->peak_speed;
    int fast = -1;
    for (int i = runs->first; i <= runs->last; i++) {
        if (path->speed[i] < foot) continue;
        if (fast >= 0 && i - fast > 2 && path->time_s[i] - path->time_s[fast] > BURSTS_DROPOUT_S) {
            part_burst(path, runs, n, fast);
            runs[1].first = i;
            return 1;
        }
        fast = i;
    }
    return 0;
}

/* Find the bursts of a path whose peak is faster than `least`; room for n of them. Returns their number. */
int find_bursts(const Path *path, double least, Burst *bursts) {
    least = at_least(least, 2 * BURSTS_NOISE_FACTOR * path->noise);
    int runs = find_runs(path, at_least(least * 0.25, BURSTS_NOISE_FACTOR * path->noise), bursts);
    runs = part_at_rest(path, bursts, runs);
    int n = 0;
    for (int k = 0; k < runs; k++) {
        look_at_burst(path, bursts + k);
        runs += part_at_lull(path, bursts + k, runs - k);
        Burst burst = bursts[k];
        if (burst.peak_speed < least || burst.strength < 1) continue;
        while (path->speed[burst.first] < BURSTS_FEET * burst.peak_speed) burst.first++;
        while (path->speed[burst.last] < BURSTS_FEET * burst.peak_speed) burst.last--;
        burst.shift = shift_of(path, burst.first, burst.last);
        bursts[n++] = burst;
    }
    return n;
}
