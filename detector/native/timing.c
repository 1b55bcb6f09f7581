/* When an excursion begins and ends: as detector/events/timing.py, which says why. */
#include "limits.h"
#include "measure.h"

enum { PHASES = 512 };

static double share_at(int k) {
    const double p = k / (double)PHASES;
    return 10 * (p * p * p) - 15 * (p * p * p * p) + 6 * (p * p * p * p * p);
}

static double shares[PHASES + 1]; /* of all phases */

__attribute__((constructor)) static void set_shares(void) {
    for (int k = 0; k <= PHASES; k++) shares[k] = share_at(k);
}

/* Return the phase of a movement of least jerk at a share of its way: straight between 513 points, as np.interp. */
static double phase_of(double share) {
    if (!(share > 0)) return 0;
    if (share >= 1) return 1;
    int low = 0, high = PHASES;
    while (high - low > 1) {
        const int middle = (low + high) / 2;
        if (shares[middle] <= share) low = middle;
        else high = middle;
    }
    const double from = shares[low], slope = (1.0 / PHASES) / (shares[high] - from);
    return slope * (share - from) + low / (double)PHASES;
}

static double between_frames(const double *time_s, const double *share, int k, int last, double level) {
    const double low = at_least(share[k - 1], 0.0), high = share[k], early = time_s[k - 1], late = time_s[k];
    const double at = phase_of(level), here = phase_of(high);
    if (low > TIMING_AT_REST) {
        const double before = phase_of(low);
        return early + (at - before) / at_least(here - before, 1e-6) * (late - early);
    }
    if (k < last && high < share[k + 1] && share[k + 1] < TIMING_NEAR_END) {
        const double moment = late - (here - at) * (time_s[k + 1] - late) / at_least(phase_of(share[k + 1]) - here, 1e-6);
        return moment < early ? early : moment < late ? moment : late;
    }
    return early + cbrt((level - low) / (high - low)) * (late - early);
}

double crossing(const double *time_s, const double *share, int first, int last, double level) {
    for (int k = last; k > first; k--)
        if (share[k - 1] <= level && level < share[k]) return between_frames(time_s, share, k, last, level);
    return time_s[first];
}

int foot_of(const Path *path, const Burst *out) {
    const double length = at_least(length_of(out->shift), 1e-9), least = TIMING_FOOT * length_of(path->step[out->peak]);
    const Place way = {out->shift.x / length, out->shift.y / length};
    int before = out->first > 1 ? out->first - 1 : 0;
    while (before > 0) {
        const double ahead = along_of(path->step[before], way);
        if (!(least < ahead && ahead < along_of(path->step[before + 1], way))) break;
        if (path->time_s[out->first] - path->time_s[before - 1] > TIMING_FOOT_S + TIMING_ROUNDING_S) break;
        if (path->away[before - 1] > path->away[before] + path->usual) break;
        before--;
    }
    return before;
}

/* Return when the zone looks nearly as at rest again after a way out that no burst leads back from, and `over_s` where it
 * does not before frame `following`. */
double back_in_sight(const Path *path, const Burst *out, int following, double over_s) {
    const double *time_s = path->time_s, *away = path->away;
    int end = count_before(time_s, path->n, time_s[out->last] + TIMING_LOOKED_FOR_S), far = out->peak;
    end = end < following ? end : following;
    for (int i = far + 1; i <= out->last; i++)
        if (away[i] > away[far]) far = i;
    double least = away[far];
    for (int i = far + 1; i < end; i++) least = away[i] < least ? away[i] : least;
    /* asked so that what is no number ends here, too: nothing would end the search below */
    if (!(away[far] >= path->usual && least <= TIMING_STAYS_OUT * away[far])) return over_s;
    const double level = least + TIMING_NEAR * (away[far] - least);
    int k = far + 1;
    while (away[k] > level) k++;
    const double share = (away[k - 1] - level) / (away[k - 1] - away[k]);
    return at_least(time_s[k - 1] + share * (time_s[k] - time_s[k - 1]), over_s);
}

/* Return when the way back is done. scratch: 2 n. */
double offset_of(
    const Path *path, const Burst *bursts, int n, const double *away, int first, double top, double *scratch
) {
    const Burst *out = bursts;
    double *share = scratch, *back_s = scratch + path->n;
    if (n == 1) {
        for (int i = first; i <= out->last; i++) share[i] = away[i] / top;
        return at_least(crossing(path->time_s, share, first, out->last, 1 - TIMING_EDGE), path->time_s[out->peak]);
    }
    int last = bursts[1].last;
    for (int k = 1; k < n; k++)
        if (along_of(bursts[k].shift, out->shift) < 0 && bursts[k].peak_speed >= TIMING_CREEP * out->peak_speed)
            last = bursts[k].last;
    const int length = last - out->last;
    const double final = away[last], way = at_least(top - final, 1e-9);
    for (int i = 0; i <= length; i++) {
        share[i] = (away[last - i] - final) / way;
        back_s[i] = -path->time_s[last - i];
    }
    return at_least(-crossing(back_s, share, 0, length, TIMING_EDGE), path->time_s[out->last]);
}
