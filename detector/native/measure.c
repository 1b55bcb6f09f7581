/* What is measured of an excursion: as detector/events/candidates.py, which says what each number is. */
#include "limits.h"
#include "measure.h"

#include <stdlib.h>

static Place unit_of(Place a) {
    const double length = length_of(a);
    return length > 0 ? (Place){a.x / length, a.y / length} : (Place){1, 0};
}

static double rms_of(const double *values, Span span) {
    double sum = 0;
    for (int i = span.low; i < span.high; i++) sum += values[i] * values[i];
    return span.high > span.low ? sqrt(sum / (span.high - span.low)) : 0.0;
}

static double least_of(const double *speed, Span span) {
    if (span.high - span.low < 3) return rms_of(speed, span);
    double least = INFINITY;
    for (int i = span.low + 2; i < span.high; i++) {
        const double mean = speed[i - 2] * (1.0 / 3) + speed[i - 1] * (1.0 / 3) + speed[i] * (1.0 / 3);
        least = mean < least ? mean : least;
    }
    return least;
}

static void look_at_rest(
    const Path *path, const Place *position, int before, int end, double peak_speed, double top, double *row
) {
    const double onset_s = row[ONSET], offset_s = row[OFFSET], end_s = path->time_s[end];
    const double until_s = fmin(offset_s + CANDIDATES_QUIET_S_0, end_s);
    const Span quiet = between(path->time_s, path->n, onset_s - CANDIDATES_QUIET_S_0, onset_s - CANDIDATES_QUIET_S_1);
    const Span later = between(path->time_s, path->n, offset_s + CANDIDATES_QUIET_S_1, until_s);
    const int early = quiet.low < before ? quiet.low : before;
    const Place drift = {position[before].x - position[early].x, position[before].y - position[early].y};
    row[BEFORE] = rms_of(path->speed, quiet) / peak_speed;
    row[RESTED] = least_of(path->speed, quiet) / peak_speed;
    row[AFTER] = rms_of(path->speed, later) / peak_speed;
    row[DRIFT] = length_of(drift) / top;
}

/* Return the length of the motion around frame `at`, over short rests. */
static double stretch_of(const Path *path, int at) {
    int start = at, end, before;
    while (start >= 0 && !(path->strength[start] > 1)) start--;
    if (start < 0) /* nothing moved until then: the first motion after it */
        for (start = at + 1; start < path->n && !(path->strength[start] > 1); start++) continue;
    if (start >= path->n) return 0.0;
    end = before = start;
    for (int i = start - 1; i >= 0; i--)
        if (path->strength[i] > 1) {
            if (path->time_s[before] - path->time_s[i] > PARTING_REST_S) break;
            before = i;
        }
    for (int i = start + 1; i < path->n; i++)
        if (path->strength[i] > 1) {
            if (path->time_s[i] - path->time_s[end] > PARTING_REST_S) break;
            end = i;
        }
    return path->time_s[end] - path->time_s[before > 0 ? before - 1 : 0];
}

static void look_around(const Picture *picture, double first_s, double last_s, double *row) {
    const Span during = between(picture->time_s, picture->n, first_s - 0.02, last_s + 0.02);
    const Span around = between(picture->time_s, picture->n, first_s - CANDIDATES_AROUND_S, last_s + CANDIDATES_AROUND_S);
    double light = 0, shift = 0, activity = 0, outside = 0;
    int judged = 0;
    for (int i = during.low; i < during.high; i++) {
        light = at_least(fabsf(picture->light[i]), light);
        shift = at_least(hypotf(picture->shift_x[i], picture->shift_y[i]), shift);
        activity = at_least(picture->activity[i], activity);
        judged += picture->judged[i] != 0;
    }
    for (int i = around.low; i < around.high; i++)
        if (i < during.low || i >= during.high) outside += picture->activity[i];
    const int n = during.high - during.low, others = around.high - around.low - n;
    row[LIGHT] = light;
    row[SHIFT] = shift / picture->width;
    row[ACTIVITY] = activity;
    row[ACTIVITY_AROUND] = others > 0 ? outside / others : 0.0;
    row[UNJUDGED] = n > 0 ? 1 - judged / (double)n : 0.0;
}

static double reversal_of(const Burst *bursts, int n) {
    const Burst *largest = bursts + 1;
    if (n == 1) return 0.0;
    for (int k = 2; k < n; k++)
        if (length_of(bursts[k].shift) > length_of(largest->shift)) largest = bursts + k;
    return -along_of(unit_of(largest->shift), unit_of(bursts->shift));
}

/* Write the times, and how far it went and came back; return the last frame that belongs to it. scratch: 4 n. */
static int look_at_way(
    const Path *path, const Burst *bursts, int n, int before, const Place *position, double *scratch, double *row
) {
    const Burst *out = bursts;
    const int last = bursts[n - 1].last > out->last ? bursts[n - 1].last : out->last;
    const Place way = unit_of(out->shift);
    double *away = scratch, *share = scratch + path->n;
    for (int i = 0; i <= last; i++) away[i] = along_of(position[i], way);
    const double top = at_least(away[out->last], 1e-9);
    for (int i = before; i <= out->last; i++) share[i] = away[i] / top;
    row[ONSET] = crossing(path->time_s, share, before, out->last, TIMING_EDGE);
    row[RISE] = crossing(path->time_s, share, before, out->last, CANDIDATES_RISEN) - row[ONSET];
    row[OFFSET] = offset_of(path, bursts, n, away, before, top, scratch + 2 * path->n);
    row[AMPLITUDE_PX] = top;
    int far = out->last;
    for (int i = far + 1; i <= last && path->time_s[i] <= row[OFFSET]; i++)
        if (away[i] > away[far]) far = i;
    row[PEAK] = path->time_s[far];
    return last;
}

/* Return the share of the change in frames [first, last] that shifts explain, each weighed by how far the zone is above
 * its threshold. */
static double explained_of(const Path *path, int first, int last) {
    double sum = 0, weights = 0;
    for (int i = first; i <= last; i++) {
        const double weight = at_least((double)path->strength[i] - 1, 0) + CANDIDATES_AT_REST;
        sum += weight * path->explained[i];
        weights += weight;
    }
    return sum / weights;
}

/* Write a row for the excursion of n bursts, the first of which is its way out; `following` is the first frame of the
 * next one. scratch: 6 times the path's length. */
static void measure_excursion(
    const Path *path, const Burst *bursts, int n, int following, const Zone *zone, const Picture *picture,
    double *scratch, double *row
) {
    const Burst *out = bursts;
    const double reach = zone->reach * CANDIDATES_TIP, peak_speed = out->peak_speed;
    Place *position = (Place *)scratch;
    const int before = foot_of(path, out), frames = path->n;
    for (int i = 0; i < frames; i++)
        position[i] = (Place){path->position[i].x - path->position[before].x, path->position[i].y - path->position[before].y};
    scratch += 2 * frames;
    const int last = look_at_way(path, bursts, n, before, position, scratch, row);
    const double top = row[AMPLITUDE_PX];
    int end = count_before(path->time_s, frames, path->time_s[out->last] + CANDIDATES_AFTER_S);
    double farthest = length_of(position[out->last]);
    for (int i = out->last + 1; i <= last; i++) farthest = fmax(length_of(position[i]), farthest);
    end = end < following - 1 ? end : following - 1;
    end = end < frames - 1 ? end : frames - 1;
    end = end > last ? end : last;
    double slow = 0;
    for (int i = out->first; i <= last; i++) slow = at_least(length_of(path->slow[i]), slow);
    const double snr = peak_speed / at_least(path->noise, 1e-3);
    row[END] = n > 1 ? row[OFFSET] : back_in_sight(path, out, following, row[OFFSET]);
    row[PEAK] = fmin(row[PEAK], row[END]);
    row[AMPLITUDE_PX] = top * reach;
    row[PEAK_SPEED_PX] = peak_speed * reach;
    row[AMPLITUDE] = top * reach / picture->width;
    row[SPEED] = peak_speed * reach / picture->width;
    row[DURATION] = row[OFFSET] - row[ONSET];
    row[RETURNED] = 1 - length_of(position[end]) / at_least(farthest, 1e-9);
    row[REVERSAL] = reversal_of(bursts, n);
    row[STRENGTH] = out->strength;
    row[SNR] = fmin(snr, CANDIDATES_LARGEST_SNR);
    row[AREA] = zone->area;
    row[EXTENT] = zone->extent;
    row[EDGE_SHARE] = zone->edge;
    row[COHERENCE] = zone->coherence;
    row[TEXTURE] = zone->texture;
    row[SHARE] = path->share[out->peak];
    row[EXPLAINED] = explained_of(path, out->first, last);
    row[INTERVAL] = path->interval_s;
    row[IN_MOTION] = stretch_of(path, out->peak);
    row[SLOW] = slow / peak_speed;
    look_at_rest(path, position, before, end, peak_speed, top, row);
    look_at_waveform(path, bursts, n, position, top, scratch, row);
    look_at_likeness(path, position, scratch, row);
    look_around(picture, path->time_s[before], path->time_s[last], row);
}

EXPORT int measured_columns(void) { return N_COLUMNS; }

/* The tracks of zones, one after the other; a zone's begin at starts[zone]. constants: CONSTANTS a zone. */
typedef struct {
    const double *time_s;
    const float *along, *across, *strength, *explained, *share, *away;
    const int64_t *starts;
    const double *constants;
    int n; /* zones */
} Zones;

enum { X, Y, EXTENT_OF, AREA_OF, EDGE_OF, DIRECTION, COHERENCE_OF, TEXTURE_OF, REACH, CONSTANTS };

typedef struct {
    double *memory, *scratch;
    size_t size, room; /* frames, and numbers of scratch */
    int seen;          /* frames of the picture before the last zone's surroundings */
} Workspace;

/* Make room for a path of n frames and its bursts; return 0 where the memory for it is not there. */
static int make_room(Workspace *work, Path *path) {
    const size_t n = (size_t)path->n;
    if (n > work->size) {
        free(work->memory);
        work->size = 2 * n;
        work->memory = malloc(work->size * (8 * sizeof *work->memory + sizeof(Burst)));
        if (!work->memory) return work->size = 0;
    }
    path->step = (Place *)work->memory;
    path->position = path->step + n;
    path->slow = path->position + n;
    path->speed = work->memory + 6 * n;
    path->away = path->speed + n;
    const int window = set_interval(path, path->speed);
    const size_t needed = 7 * n + 2 * (size_t)window + 80;
    if (needed > work->room) {
        free(work->scratch);
        work->room = 2 * needed;
        work->scratch = malloc(work->room * sizeof *work->scratch);
        if (!work->scratch) return work->room = 0;
    }
    return 1;
}

/* Return the part of the picture's track that an excursion of the path can have around it. */
static Picture around_path(const Path *path, const Picture *picture, Workspace *work) {
    const double from_s = path->time_s[0] - CANDIDATES_AROUND_S, to_s = path->time_s[path->n - 1] + CANDIDATES_AROUND_S;
    /* zones come by time: there is seldom anything to find before the last one's */
    const int before = work->seen && picture->time_s[work->seen - 1] < from_s ? work->seen : 0;
    int low = before, step = 64;
    while (low + step < picture->n && picture->time_s[low + step] < to_s) low += step, step *= 2;
    const int end = low + step < picture->n ? low + step : picture->n;
    low = before + count_before(picture->time_s + before, end - before, from_s);
    work->seen = low;
    return (Picture){count_before(picture->time_s + low, end - low, to_s), picture->time_s + low, picture->activity + low,
                     picture->light + low, picture->shift_x + low, picture->shift_y + low, picture->judged + low,
                     picture->width};
}

/* Measure the excursions of n bursts of a path, in order; return their number. */
static int measure_path(
    const Path *path, Burst *bursts, int n, const Zone *zone, const Picture *picture, double *scratch, double *rows
) {
    int out = 0, found = 0;
    while (out < n) {
        int together = 1;
        while (out + together < n && !bursts[out + together].leaves) together++;
        const int following = out + together < n ? bursts[out + together].first : path->n;
        double *row = rows + (size_t)found++ * N_COLUMNS;
        measure_excursion(path, bursts + out, together, following, zone, picture, scratch, row);
        out += together;
    }
    return found;
}

/* Measure all excursions of a zone; return their number, -1 where `rows` has no room for them, and -2 where the
 * memory for it is not there. */
static int measure_zone(
    const Zones *zones, int k, const Picture *picture, double least, Workspace *work, double *rows, int room
) {
    const size_t at = (size_t)zones->starts[k];
    const double *constants = zones->constants + (size_t)k * CONSTANTS;
    const Zone zone = {constants[AREA_OF], constants[EXTENT_OF], constants[EDGE_OF], constants[COHERENCE_OF],
                       constants[TEXTURE_OF], constants[REACH]};
    Path path = {.n = (int)(zones->starts[k + 1] - zones->starts[k]), .time_s = zones->time_s + at,
                 .strength = zones->strength + at, .share = zones->share + at, .explained = zones->explained + at};
    if (path.n == 0) return 0;
    if (!make_room(work, &path)) return -2;
    Burst *bursts = (Burst *)(path.away + path.n);
    follow_path(&path, zones->along + at, zones->across + at, work->scratch);
    set_away(&path, zones->away + at, work->scratch);
    int n = find_bursts(&path, least, bursts);
    if (path.time_s[0] > picture->time_s[0]) {
        const int unseen = first_in_sight(&path, bursts, n);
        bursts += unseen;
        n -= unseen;
    }
    if (!n) return 0;
    n = pair_bursts(&path, bursts, n);
    if (n > room) return -1;
    const Picture around = around_path(&path, picture, work);
    return measure_path(&path, bursts, n, &zone, &around, work->scratch, rows);
}

/* Measure the excursions of zones from number *next on, as long as `rows` has room for them; write which zone each row
 * is of and return their number, -1 where the memory is not there. *next is then the first zone that was not measured.
 * `least` is the least peak speed of a burst, in pixels a second. */
EXPORT int measure_zones(
    const Zones *zones, const Picture *picture, double least, double *rows, int64_t *zone_of, int room, int *next
) {
    Workspace work = {NULL, NULL, 0, 0, 0};
    int found = 0;
    for (; *next < zones->n; ++*next) {
        const int more = measure_zone(zones, *next, picture, least, &work, rows + (size_t)found * N_COLUMNS, room - found);
        if (more == -2) found = -1;
        if (more < 0) break;
        for (int i = 0; i < more; i++) zone_of[found + i] = *next;
        found += more;
    }
    free(work.memory);
    free(work.scratch);
    return found;
}
