/* The shape of the path around an excursion: as detector/events/waveform.py, which says why. */
#include "limits.h"
#include "measure.h"

static double swings_of(const Path *path, Place way, double middle_s, double peak_speed) {
    const int low = count_before(path->time_s, path->n, middle_s - WAVEFORM_AROUND_S);
    const int high = count_before(path->time_s, path->n, middle_s + WAVEFORM_AROUND_S);
    int before = -1, swings = 0;
    for (int i = low; i < high; i++) {
        if (!(path->speed[i] > WAVEFORM_SWING * peak_speed)) continue;
        const int ahead = along_of(path->step[i], way) > 0;
        swings += before >= 0 && ahead != before;
        before = ahead;
    }
    return swings / at_least(high > low ? path->time_s[high - 1] - path->time_s[low] : 0.0, 0.1);
}

/* Write the waveform features. away: scratch, n. */
void look_at_waveform(
    const Path *path, const Burst *bursts, int n, const Place *position, double top, double *away, double *row
) {
    const Burst *out = bursts;
    const double middle_s = path->time_s[out->peak], length = at_least(length_of(out->shift), 1e-9);
    const Place way = {out->shift.x / length, out->shift.y / length};
    const Span near = between(path->time_s, path->n, middle_s - WAVEFORM_WINDOW_S, middle_s + WAVEFORM_WINDOW_S);
    const int frames = near.high - near.low;
    double sum = 0, squares = 0, cubes = 0, least = 0, back = 0;
    int still = 0;
    for (int i = near.low; i < near.high; i++) {
        away[i] = along_of(position[i], way);
        sum += away[i];
        least = away[i] < least ? away[i] : least;
        still += path->speed[i] < WAVEFORM_STILL * out->peak_speed;
    }
    const double mean = sum / frames;
    for (int i = near.low; i < near.high; i++) {
        const double from = away[i] - mean;
        squares += from * from;
        cubes += from * from * from;
    }
    const double spread = sqrt(squares / frames), wide = at_least(spread, 1e-9), beyond = -least / top;
    for (int k = 1; k < n; k++) back = at_least(bursts[k].peak_speed, back);
    back /= at_least(out->peak_speed, 1e-9);
    row[SKEW] = spread > 0 ? cubes / frames / (wide * wide * wide) : 0.0;
    row[REST_SHARE] = frames > 0 ? still / (double)frames : 1.0;
    row[BACK_SPEED] = back < 3.0 ? back : 3.0;
    row[SWINGS] = swings_of(path, way, middle_s, out->peak_speed);
    row[BEYOND] = beyond < 0 ? 0.0 : beyond < 2 ? beyond : 2.0;
}
