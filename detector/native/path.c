/* The path of a zone, its bursts and what belongs together: as bursts.py and pairing.py, which tell why. */
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

/* Return the number of frames whose median is the slow movement; 1 for none, -1 if the clock makes no sense. */
static int slow_window(double interval_s) {
    const double half = interval_s > 0 ? floor(BURSTS_SLOW_S / interval_s / 2 + 0.25) : 0;
    return half < 1e6 ? 2 * (int)half + 1 : -1;
}

/* Set the typical interval of a path whose times are set; return the number of frames of the slow movement, or -1.
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

static Place shift_of(const Path *path, int first, int last) {
    Place sum = {0, 0};
    for (int i = first; i <= last; i++) sum.x += path->step[i].x, sum.y += path->step[i].y;
    return sum;
}

/* Set peak, speed, shift and strength of a burst from its first and last frame. */
static void look_at_burst(const Path *path, Burst *burst) {
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

/* Find the runs of frames faster than `low`, cut where the direction turns by more than a right angle. */
static int find_runs(const Path *path, double low, Burst *runs) {
    int n = 0, start = -1;
    for (int k = 0; k < path->n; k++) {
        const int fast = path->speed[k] >= low;
        if (fast && start >= 0 && along_of(path->step[k], path->step[k - 1]) < 0) {
            n = add_run(path, runs, n, start, k - 1);
            start = k;
        } else if (fast && start < 0) start = k;
        else if (!fast && start >= 0) {
            n = add_run(path, runs, n, start, k - 1);
            start = -1;
        }
    }
    return start >= 0 ? add_run(path, runs, n, start, path->n - 1) : n;
}

/* Find the bursts of a path whose peak is faster than `least`; room for n of them. Returns their number. */
int find_bursts(const Path *path, double least, Burst *bursts) {
    least = at_least(least, 2 * BURSTS_NOISE_FACTOR * path->noise);
    const int runs = find_runs(path, at_least(least * 0.25, BURSTS_NOISE_FACTOR * path->noise), bursts);
    int n = 0;
    for (int k = 0; k < runs; k++) {
        Burst burst = bursts[k];
        look_at_burst(path, &burst);
        if (burst.peak_speed < least || burst.strength < 1) continue;
        while (path->speed[burst.first] < BURSTS_FEET * burst.peak_speed) burst.first++;
        while (path->speed[burst.last] < BURSTS_FEET * burst.peak_speed) burst.last--;
        burst.shift = shift_of(path, burst.first, burst.last);
        bursts[n++] = burst;
    }
    return n;
}

/* --- what belongs together --------------------------------------------------------------------------------------- */

/* Return the first burst that is known to begin from rest, in a track that began before it was seen. */
int first_in_sight(const Path *path, const Burst *bursts, int n) {
    if (!n || bursts[0].first > 1) return 0;
    for (int k = 1; k < n; k++) {
        const double begin_s = path->time_s[bursts[k].first];
        if (begin_s - path->time_s[0] > PAIRING_UNSEEN_S || begin_s - path->time_s[bursts[k - 1].last] > PAIRING_REST_S) return k;
    }
    return n;
}

/* Return the seconds from frame `last` to the frame before a burst. */
static double gap_s(const Path *path, int last, const Burst *burst) {
    return path->time_s[burst->first > 0 ? burst->first - 1 : 0] - path->time_s[last];
}

static double farthest_away(const Path *path, int low, int high) {
    double most = 0;
    for (int i = low; i < high; i++) most = at_least(path->away[i], most);
    return most;
}

/* Return the frame in which a burst passes through rest from one side to the other; -1 where it does not. */
static int rest_within(const Path *path, const Burst *burst) {
    const int first = burst->first, last = burst->last;
    if (first < 1 || last - first < 2) return -1;
    int rest = first;
    for (int i = first + 1; i < last; i++)
        if (path->away[i] < path->away[rest]) rest = i;
    const double least = fmin(farthest_away(path, first - 1, rest), farthest_away(path, rest + 1, last + 1));
    if (!(least > PAIRING_SURE * path->usual) || !(path->away[rest] <= PAIRING_AT_REST * least)) return -1;
    const double back = length_of(shift_of(path, first, rest)), on = length_of(shift_of(path, rest + 1, last));
    return on >= PAIRING_REBOUND * back && back >= PAIRING_SWING * on ? rest : -1;
}

/* Part bursts that lead through rest far to the other side, in place; return the number of all. There is room: no two
 * bursts share a frame. */
int part_at_rest(const Path *path, Burst *bursts, int n) {
    for (int k = 1; k < n; k++) {
        if (gap_s(path, bursts[k - 1].last, bursts + k) > PAIRING_REST_S) continue;
        const int rest = rest_within(path, bursts + k);
        if (rest < 0) continue;
        memmove(bursts + k + 1, bursts + k, (size_t)(n - k) * sizeof *bursts);
        bursts[k].last = rest;
        bursts[k + 1].first = rest + 1;
        look_at_burst(path, bursts + k);
        look_at_burst(path, bursts + k + 1);
        n++, k++;
    }
    return n;
}

/* Tell whether `burst` is the return or the rebound of the n bursts that begin with `way`. */
int belongs(const Path *path, const Burst *burst, const Burst *way, int n) {
    const int last = way[n - 1].last;
    const Place rest = way->first ? path->position[way->first - 1] : (Place){0, 0};
    const Place place = {path->position[last].x - rest.x, path->position[last].y - rest.y};
    const double still_s = gap_s(path, last, burst);
    const double reach = length_of(way->shift), size = length_of(burst->shift), away = length_of(place);
    if (n > 1 && away <= PAIRING_REBOUND * reach) {
        const Place then = {place.x + burst->shift.x, place.y + burst->shift.y};
        const double most = length_of(then) <= away ? PAIRING_REBOUND : PAIRING_SWING;
        return still_s <= PAIRING_REBOUND_GAP_S && size <= most * reach;
    }
    const double toward = along_of(burst->shift, place) / at_least(size * away, 1e-9);
    return still_s <= PAIRING_HOLD_S && toward <= PAIRING_BACK && size <= PAIRING_BACK_AT_MOST * reach;
}
