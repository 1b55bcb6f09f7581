/* What the picture at rest says of motion through it: as detector/events/parting.py, which says why. */
#include "excursion.h"
#include "limits.h"

#include <string.h>

static double farthest_away(const Path *path, int low, int high) {
    double most = 0;
    for (int i = low; i < high; i++) most = at_least(path->away[i], most);
    return most;
}

/* Return whether there is rest in frame `rest`, but not before it, from `first`, nor after it. */
int rests_between(const Path *path, int first, int rest, int last) {
    const double least = fmin(farthest_away(path, first, rest), farthest_away(path, rest + 1, last + 1));
    return least > PARTING_SURE * path->usual && path->away[rest] <= PARTING_AT_REST * least;
}

int begins_at_rest(const Path *path, const Burst *burst) {
    const double farthest = farthest_away(path, burst->first, burst->last + 1);
    const double away = path->away[burst->first > 0 ? burst->first - 1 : 0];
    return farthest > PARTING_SURE * path->usual && away <= PARTING_AT_REST * farthest;
}

int ends_at_rest(const Path *path, const Burst *burst) {
    const double away = path->away[burst->first > 0 ? burst->first - 1 : 0];
    return away > PARTING_SURE * path->usual && path->away[burst->last] <= PARTING_AT_REST * away;
}

/* Return the frame in which a run passes through rest from one side to the other; -1 where it does not. */
static int rest_within(const Path *path, int first, int last) {
    if (first < 1 || last - first < 2) return -1;
    int rest = first;
    for (int i = first + 1; i < last; i++)
        if (path->away[i] < path->away[rest]) rest = i;
    if (!rests_between(path, first - 1, rest, last)) return -1;
    const double back = length_of(shift_of(path, first, rest)), on = length_of(shift_of(path, rest + 1, last));
    return on >= PARTING_REBOUND * back && back >= PARTING_SWING * on ? rest : -1;
}

/* Part the first of n bursts after a frame; there is room for one more. */
void part_burst(const Path *path, Burst *bursts, int n, int after) {
    memmove(bursts + 1, bursts, (size_t)n * sizeof *bursts);
    bursts[0].last = after;
    bursts[1].first = after + 1;
    look_at_burst(path, bursts);
    look_at_burst(path, bursts + 1);
}

/* Part runs that lead through rest far to the other side, in place; return the number of all. There is room: no two runs
 * share a frame. */
int part_at_rest(const Path *path, Burst *runs, int n) {
    for (int k = 1; k < n; k++) {
        const int first = runs[k].first;
        if (path->time_s[first > 0 ? first - 1 : 0] - path->time_s[runs[k - 1].last] > PARTING_REST_S) continue;
        const int rest = rest_within(path, first, runs[k].last);
        if (rest < 0) continue;
        part_burst(path, runs + k, n - k, rest);
        n++, k++;
    }
    return n;
}
