/* Whether a zone looks again as it did at rest: as detector/events/likeness.py, which says why. */
#include "limits.h"
#include "measure.h"

/* Set how far each frame is from rest, less what noise leaves there. values: scratch, n. */
void set_away(Path *path, const float *away, double *values) {
    for (int i = 0; i < path->n; i++) values[i] = away[i];
    const double rank = LIKENESS_USUAL * (path->n - 1);
    const int low = (int)rank;
    select_place(values, path->n, low);
    double next = low + 1 < path->n ? values[low + 1] : values[low];
    for (int i = low + 2; i < path->n; i++) next = values[i] < next ? values[i] : next;
    path->usual = at_least(values[low] + (rank - low) * (next - values[low]), LIKENESS_LEAST);
    for (int i = 0; i < path->n; i++)
        path->away[i] = sqrt(at_least((double)away[i] * away[i] - path->usual * path->usual, 0.0));
}

static double least_share(const double *away, int low, int high, double farthest) {
    double least = 2.0;
    for (int i = low; i < high; i++) least = away[i] / farthest < least ? away[i] / farthest : least;
    return least;
}

static double largest_of(const double *values, int low, int high) {
    double largest = 0;
    for (int i = low; i < high; i++) largest = at_least(values[i], largest);
    return largest;
}

/* Return the correlation of away with the distance from rest. distance: scratch, n of the path. */
static double fit_of(const double *away, const Place *position, int low, int high, double *distance) {
    const int n = high - low;
    double mean = 0, middle = 0, both = 0, one = 0, other = 0;
    if (n < 3) return 0.0;
    lengths_of(position + low, n, distance + low);
    for (int i = low; i < high; i++) {
        mean += away[i];
        middle += distance[i];
    }
    mean /= n;
    middle /= n;
    for (int i = low; i < high; i++) {
        const double a = away[i] - mean, b = distance[i] - middle;
        both += a * b;
        one += a * a;
        other += b * b;
    }
    const double size = sqrt(one * other);
    return size > 1e-9 ? both / size : 0.0;
}

/* Write the likeness features. scratch: n. */
void look_at_likeness(const Path *path, const Place *position, double *scratch, double *row) {
    const double *away = path->away, *time_s = path->time_s, onset_s = row[ONSET], offset_s = row[OFFSET];
    const int n = path->n, begin = count_before(time_s, n, onset_s);
    const int first = count_before(time_s, n, onset_s - LIKENESS_AROUND_S);
    const int last = count_before(time_s, n, offset_s + LIKENESS_AROUND_S);
    const int back = count_before(time_s, n, offset_s + LIKENESS_BACK_S);
    int end = count_before(time_s, n, offset_s), out = 0;
    end = end > begin + 1 ? end : begin + 1;
    const double farthest = at_least(largest_of(away, begin, end + 1 < n ? end + 1 : n), 1e-6);
    const double sooner = largest_of(away, first, begin - 1), later = largest_of(away, end + 1, last);
    const double snr = farthest / path->usual, alone = farthest / at_least(at_least(sooner, later), 1e-6);
    for (int i = first; i < last; i++) out += away[i] > LIKENESS_NEAR * farthest;
    row[AWAY_SNR] = fmin(snr, LIKENESS_CLEAR);
    row[AWAY_BEFORE] = least_share(away, count_before(time_s, n, onset_s - LIKENESS_BEFORE_S), begin, farthest);
    row[AWAY_AFTER] = least_share(away, end, back, farthest);
    row[AWAY_SHARE] = last > first ? out / (double)(last - first) : 1.0;
    row[AWAY_ALONE] = fmin(alone, LIKENESS_CLEAR);
    row[AWAY_FIT] = fit_of(away, position, count_before(time_s, n, onset_s - LIKENESS_BACK_S), back, scratch);
}
