/* Which bursts belong together: as detector/events/pairing.py, which says why. */
#include "excursion.h"
#include "limits.h"

/* Return the first burst that is known to begin from rest, in a track that began before it was seen. */
int first_in_sight(const Path *path, const Burst *bursts, int n) {
    if (!n || bursts[0].first > 1) return 0;
    int seen = 0;
    for (int k = 1; k < n; k++) {
        const double begin_s = path->time_s[bursts[k].first];
        const double rest_s = begin_s - path->time_s[bursts[k - 1].last];
        seen = seen || begin_s - path->time_s[0] > PAIRING_UNSEEN_S || rest_s > PARTING_REST_S;
        if (seen && !ends_at_rest(path, bursts + k)) return k;
    }
    return n;
}

/* Return the seconds from frame `last` to the frame before a burst. */
static double gap_s(const Path *path, int last, const Burst *burst) {
    return path->time_s[burst->first > 0 ? burst->first - 1 : 0] - path->time_s[last];
}

/* Where an excursion is, of which n bursts are known, before another one comes. */
typedef struct {
    Place place; /* from rest */
    double away, reach, still_s;
    int returned;
} Standing;

static Standing standing_of(const Path *path, const Burst *burst, const Burst *way, int n) {
    const int last = way[n - 1].last;
    const Place rest = way->first ? path->position[way->first - 1] : (Place){0, 0};
    Standing now = {.place = {path->position[last].x - rest.x, path->position[last].y - rest.y}};
    now.away = length_of(now.place);
    now.reach = length_of(way->shift);
    now.still_s = gap_s(path, last, burst);
    const int near = n > 1 && now.away <= PARTING_REBOUND * now.reach;
    now.returned = near || (begins_at_rest(path, way) && begins_at_rest(path, burst));
    return now;
}

static int leads_back(const Burst *burst, const Standing *now) {
    const double toward = along_of(burst->shift, now->place) / at_least(length_of(burst->shift) * now->away, PAIRING_LEAST);
    return now->still_s <= PAIRING_HOLD_S && toward <= PAIRING_BACK && !now->returned;
}

static int belongs(const Path *path, const Burst *burst, const Burst *way, int n) {
    const Standing now = standing_of(path, burst, way, n);
    const double size = length_of(burst->shift);
    if (!now.returned) return leads_back(burst, &now) && size <= PAIRING_BACK_AT_MOST * now.reach;
    const Place then = {now.place.x + burst->shift.x, now.place.y + burst->shift.y};
    const double most = length_of(then) <= now.away ? PARTING_REBOUND : PARTING_SWING;
    return now.still_s <= PAIRING_REBOUND_GAP_S && size <= most * now.reach;
}

static double fastest(const Path *path, int low, int high) {
    double most = 0;
    for (int i = low; i < high; i++) most = at_least(path->speed[i], most);
    return most;
}

/* Return the frame in which a burst that brings back the n bursts from `way` on stops at rest and goes on; or -1. */
static int stop_within(const Path *path, const Burst *burst, const Burst *way, int n) {
    const Standing now = standing_of(path, burst, way, n);
    const int first = burst->first, end = burst->last + 1;
    if (end - first < 3 || !leads_back(burst, &now)) return -1;
    int stop = -1;
    double least = PAIRING_STOP;
    for (int i = first + 1; i < end - 1; i++) {
        const double beside = fmin(fastest(path, first, i), fastest(path, i + 1, end));
        const double share = path->speed[i] / at_least(beside, PAIRING_LEAST);
        if (share < least) least = share, stop = i;
    }
    if (stop < 0 || length_of(shift_of(path, stop + 1, burst->last)) < PARTING_SWING * now.reach) return -1;
    const Place rest = way->first ? path->position[way->first - 1] : (Place){0, 0};
    const Place there = {path->position[stop].x - rest.x, path->position[stop].y - rest.y};
    if (length_of(there) <= PARTING_REBOUND * now.reach) return stop;
    return rests_between(path, way->first, stop, burst->last) ? stop : -1;
}

/* Return whether a burst rides on a slow movement, and the way out that it seems to come back from is that. */
static int rides(const Path *path, const Burst *burst, const Burst *way) {
    const double took_s = path->time_s[way->last] - path->time_s[way->first > 0 ? way->first - 1 : 0];
    const double undone = -along_of(burst[1].shift, burst->shift), size = length_of(burst->shift);
    const int slow = took_s > PAIRING_RISE_S + path->interval_s && burst->peak_speed > way->peak_speed;
    return slow && undone >= PARTING_REBOUND * size * size && gap_s(path, burst->last, burst + 1) <= PAIRING_HOLD_S;
}

/* Say of each burst whether it leaves rest, and part those that bring an excursion back and go on as the next one, in
 * place; return the number of all. There is room, as in part_at_rest. */
int pair_bursts(const Path *path, Burst *bursts, int n) {
    int way = 0;
    bursts[0].leaves = 1;
    for (int next = 1; next < n; next++) {
        Burst *burst = bursts + next;
        const int stop = stop_within(path, burst, bursts + way, next - way);
        if (stop >= 0) part_burst(path, burst, n++ - next, stop);
        burst->leaves = !belongs(path, burst, bursts + way, next - way) || (next + 1 < n && rides(path, burst, bursts + way));
        if (burst->leaves) way = next;
    }
    return n;
}
