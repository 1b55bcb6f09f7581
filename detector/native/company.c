/* What a candidate's neighbours say, and which candidates are views of one movement: as detector/events/context.py and
 * views.py, which say why. Candidates are sorted by onset. */
#include "kernel.h"
#include "limits.h"

#include <math.h>
#include <stdlib.h>

typedef struct {
    int n;
    const double *onset_s, *x, *y, *extent, *amplitude, *weight;
} Scene;

enum { N_LISTS = 7, N_CONTEXT = 15 };

/* Candidates from `first` to before `last`; room: scratch for N_LISTS lists of as many numbers. */
typedef struct {
    int first, last;
    double *room;
} Around;

static double mean_of(const double *values, int n) {
    double sum = 0;
    for (int i = 0; i < n; i++) sum += values[i];
    return sum / n;
}

/* Standard deviation of n values around their mean. */
static double spread_of(const double *values, int n, double mean) {
    double sum = 0;
    for (int i = 0; i < n; i++) sum += (values[i] - mean) * (values[i] - mean);
    return sqrt(sum / n);
}

static int near_to(const Scene *scene, int a, int b) {
    const double reach = VIEWS_SAME_PLACE * (scene->extent[a] + scene->extent[b]);
    return hypot(scene->x[a] - scene->x[b], scene->y[a] - scene->y[b]) <= fmax(reach, VIEWS_SAME_LIMB);
}

/* Write number, pace, and the variation of intervals and amplitudes; the intervals take the place of `away`. */
static void rhythm(double *away, const double *amplitude, int n, double out[4]) {
    out[0] = n, out[1] = 0, out[2] = out[3] = 1;
    if (n < 3) return;
    for (int i = 0; i < n - 1; i++) away[i] = fmax(away[i + 1] - away[i], 1e-3);
    if (n > 3) {
        const double mean = mean_of(away, n - 1), usual = mean_of(amplitude, n);
        out[2] = spread_of(away, n - 1, mean) / mean;
        out[3] = spread_of(amplitude, n, usual) / usual;
    }
    out[1] = 1 / middle_of(away, n - 1);
}

/* Write number, variation of short intervals, length of the run and the gaps; candidate `at` is at 0 s. room: n. */
static void habit(const double *away, int n, int at, double *room, double out[5]) {
    int n_short = 0, first = at, last = at;
    for (int i = 0; i < n - 1; i++) {
        const double interval = away[i + 1] - away[i];
        if (interval <= CONTEXT_RUN_GAP_S) room[n_short++] = interval;
    }
    while (first > 0 && away[first] - away[first - 1] <= CONTEXT_RUN_GAP_S) first--;
    while (last < n - 1 && away[last + 1] - away[last] <= CONTEXT_RUN_GAP_S) last++;
    out[0] = n, out[1] = 1;
    if (n_short > 3) {
        const double mean = mean_of(room, n_short);
        out[1] = spread_of(room, n_short, mean) / fmax(mean, 1e-3);
    }
    out[2] = away[last] - away[first];
    out[3] = at > 0 ? fmin(-away[at - 1], CONTEXT_FAR_S) : CONTEXT_FAR_S;
    out[4] = at + 1 < n ? fmin(away[at + 1], CONTEXT_FAR_S) : CONTEXT_FAR_S;
}

/* Return the logarithm of a weight over the median of others. */
static double above(double weight, double *others, int n) {
    const double usual = n ? middle_of(others, n) : 0;
    return log10(fmin(CONTEXT_CLEAR, weight / fmax(usual, 1e-9)));
}

static void context_row(const Scene *scene, int i, const Around *around, double *out) {
    const int room = around->last - around->first;
    double *away = around->room, *soon = away + room, *size = soon + room, *here = size + room, *there = here + room,
           *once_x = there + room, *once_y = once_x + room;
    int n_company = 0, n_soon = 0, n_here = 0, n_there = 0, n_crowd = 0, n_near = 0, n_once = 0, at = 0;
    for (int k = around->first; k < around->last; k++) {
        const double apart_s = scene->onset_s[k] - scene->onset_s[i];
        const int heavy = scene->weight[k] >= CONTEXT_AS_HEAVY * scene->weight[i];
        if (near_to(scene, k, i)) {
            if (k != i) here[n_here++] = scene->weight[k];
            if (!heavy || scene->amplitude[k] < CONTEXT_ALIKE * scene->amplitude[i]) continue;
            at += apart_s < 0; /* the first of those at 0 s, as searchsorted finds it */
            away[n_company++] = apart_s;
            if (fabs(apart_s) > CONTEXT_COMPANY_S) continue;
            size[n_soon] = scene->amplitude[k];
            soon[n_soon++] = apart_s;
            continue;
        }
        there[n_there++] = scene->weight[k];
        if (!heavy) continue;
        n_crowd++;
        n_near += fabs(apart_s) <= CONTEXT_CROWD_S;
        if (fabs(apart_s) > CONTEXT_AT_ONCE_S) continue;
        once_x[n_once] = scene->x[k];
        once_y[n_once++] = scene->y[k];
    }
    rhythm(soon, size, n_soon, out);
    habit(away, n_company, at, soon, out + 4);
    out[9] = n_once;
    out[10] = 0;
    if (n_once > 1) {
        const double wide = spread_of(once_x, n_once, mean_of(once_x, n_once));
        const double high = spread_of(once_y, n_once, mean_of(once_y, n_once));
        out[10] = sqrt(wide * wide + high * high);
    }
    out[11] = n_near;
    out[12] = n_crowd;
    out[13] = above(scene->weight[i], there, n_there);
    out[14] = above(scene->weight[i], here, n_here);
}

/* Write the N_CONTEXT features of context of each candidate; return 0 where there is no memory for it. columns: six, of n. */
EXPORT int context_rows(const double *columns, int n, double *out) {
    const size_t size = (size_t)n;
    const Scene scene = {n, columns, columns + size, columns + 2 * size, columns + 3 * size, columns + 4 * size,
                         columns + 5 * size};
    Around around = {0, 0, NULL};
    int room = 0;
    for (int i = 0; i < n; i++) {
        while (scene.onset_s[around.first] < scene.onset_s[i] - CONTEXT_LONG_S) around.first++;
        while (around.last < n && scene.onset_s[around.last] < scene.onset_s[i] + CONTEXT_LONG_S + 1e-9) around.last++;
        if (around.last - around.first > room) {
            room = 2 * (around.last - around.first);
            free(around.room);
            around.room = malloc((size_t)room * N_LISTS * sizeof(double));
            if (!around.room) return 0;
        }
        context_row(&scene, i, &around, out + (size_t)i * N_CONTEXT);
    }
    free(around.room);
    return 1;
}

static int first_from(const double *onset_s, int n, double from_s) {
    int low = 0, high = n;
    while (low < high) {
        const int middle = low + (high - low) / 2;
        if (onset_s[middle] < from_s) low = middle + 1;
        else high = middle;
    }
    return low;
}

/* Write whose view each candidate is: -1 for none's, -2 where that stays open until more candidates are known than
 * those that begin before until_s. columns: onset, x, y, extent, offset, weight, n each; order: the heaviest first;
 * zone: a number for each zone. */
EXPORT void find_leaders(const double *columns, int n, const int *order, const int *zone, double until_s, int *leader) {
    const size_t size = (size_t)n;
    const Scene scene = {n, columns, columns + size, columns + 2 * size, columns + 3 * size, NULL, columns + 5 * size};
    const double *onset_s = scene.onset_s, *offset_s = columns + 4 * size;
    enum { NONE = -1, OPEN = -2, UNSEEN = -3 };
    for (int i = 0; i < n; i++) leader[i] = UNSEEN;
    for (int turn = 0; turn < n; turn++) {
        const int i = order[turn];
        int best = onset_s[i] + VIEWS_SURELY_S < until_s ? NONE : OPEN;
        for (int k = first_from(onset_s, n, onset_s[i] - VIEWS_BRIEF_S - VIEWS_LATE_S); k < n && best != OPEN; k++) {
            if (onset_s[k] - VIEWS_EARLY_S > onset_s[i]) break;
            if ((leader[k] != NONE && leader[k] != OPEN) || zone[k] == zone[i]) continue;
            const double end_s = offset_s[k] - onset_s[k] <= VIEWS_BRIEF_S ? offset_s[k] : onset_s[k];
            if (onset_s[i] >= fmax(end_s, onset_s[k] + VIEWS_LEAST_S) + VIEWS_LATE_S) continue;
            if (best >= 0 && leader[k] == NONE && scene.weight[k] <= scene.weight[best]) continue;
            if (near_to(&scene, i, k)) best = leader[k] == NONE ? k : OPEN;
        }
        leader[i] = best;
    }
}
