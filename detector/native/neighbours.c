/* What the odds of a candidate's neighbours say, as detector/events/neighbours.py, which says why. Candidates are sorted
 * by onset. */
#include "kernel.h"
#include "limits.h"

#include <math.h>

typedef struct {
    const double *onset_s, *offset_s, *x, *y, *extent, *weight, *odds;
} Scene;

enum { N_NEIGHBOURS = 17, HERE = 0, ELSEWHERE = 1 };

/* Columns of a row, and how many follow each other there: here and elsewhere, or since and until. */
enum { ODDS, AT_ONCE, BEFORE, AFTER = 4, SINCE = 6, SINCE_HERE = 8, UNLIKELY = 10, BEST = 12, USUAL = 14, UNDER_WAY = 16 };

static int place_of(const Scene *scene, int a, int b) {
    const double reach = VIEWS_SAME_PLACE * (scene->extent[a] + scene->extent[b]);
    const double apart = hypot(scene->x[a] - scene->x[b], scene->y[a] - scene->y[b]);
    return apart <= fmax(reach, VIEWS_SAME_LIMB) ? HERE : ELSEWHERE;
}

static void raise_to(double *best, double odds) { *best = fmax(*best, odds); }

static void neighbour_row(const Scene *scene, int i, int first, int last, double *out) {
    int n_like[2] = {0, 0}, n_unlikely[2] = {0, 0};
    double sum[2] = {0, 0};
    for (int k = 0; k < N_NEIGHBOURS; k++) out[k] = NEIGHBOURS_NOBODY;
    for (int k = SINCE; k < UNLIKELY; k++) out[k] = NEIGHBOURS_NEAR_S;
    out[ODDS] = scene->odds[i];
    for (int k = first; k < last; k++) {
        const double later_s = scene->onset_s[k] - scene->onset_s[i], apart_s = fabs(later_s), odds = scene->odds[k];
        if (later_s < -NEIGHBOURS_BEGUN_S && scene->offset_s[k] > scene->onset_s[i]) raise_to(out + UNDER_WAY, odds);
        if (apart_s <= NEIGHBOURS_AT_ONCE_S) {
            if (k != i) raise_to(out + AT_ONCE, odds);
            continue;
        }
        const int place = place_of(scene, k, i), after = later_s > 0;
        raise_to(out + BEST + place, odds);
        if (apart_s <= NEIGHBOURS_SOON_S) raise_to(out + (after ? AFTER : BEFORE) + place, odds);
        if (odds > NEIGHBOURS_LIKELY) out[SINCE + after] = fmin(out[SINCE + after], apart_s);
        if (odds > NEIGHBOURS_POSSIBLE && place == HERE) out[SINCE_HERE + after] = fmin(out[SINCE_HERE + after], apart_s);
        if (scene->weight[k] < NEIGHBOURS_AS_HEAVY * scene->weight[i]) continue;
        n_like[place]++;
        sum[place] += odds;
        n_unlikely[place] += odds < NEIGHBOURS_UNLIKELY && apart_s <= NEIGHBOURS_NEAR_S;
    }
    for (int place = HERE; place <= ELSEWHERE; place++) {
        out[UNLIKELY + place] = log1p(n_unlikely[place]);
        if (n_like[place]) out[USUAL + place] = sum[place] / n_like[place];
    }
}

/* Write the N_NEIGHBOURS features of candidates which[m], in ascending order. columns: seven, of n numbers each. */
EXPORT void neighbour_rows(const double *columns, int n, const int *which, int m, double *out) {
    const size_t size = (size_t)n;
    const Scene scene = {columns, columns + size, columns + 2 * size, columns + 3 * size, columns + 4 * size,
                         columns + 5 * size, columns + 6 * size};
    int first = 0, last = 0;
    for (int row = 0; row < m; row++) {
        const double onset_s = scene.onset_s[which[row]];
        while (scene.onset_s[first] < onset_s - NEIGHBOURS_AROUND_S) first++;
        while (last < n && scene.onset_s[last] < onset_s + NEIGHBOURS_AROUND_S) last++;
        neighbour_row(&scene, which[row], first, last, out + (size_t)row * N_NEIGHBOURS);
    }
}
