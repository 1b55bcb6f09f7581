/* The numbers of zones as their checksum takes them: as ContentDigest of exports/signal_values.py. */
#include "kernel.h"

#include <string.h>

enum { TRACKS = 6, SINGLE = 10 };

/* Write n zones one after the other: the times of its frames, its tracks, then its SINGLE values. A zone's frames begin at
 * starts[zone] in the arrays. out: 4 doubles a frame and SINGLE a zone. */
EXPORT void lay_out_zones(
    const double *time_s, const float *const tracks[TRACKS], const double *single, const int64_t *starts, int n, double *out
) {
    for (int zone = 0; zone < n; zone++) {
        const size_t first = (size_t)starts[zone], frames = (size_t)(starts[zone + 1] - starts[zone]);
        memcpy(out, time_s + first, frames * sizeof *time_s);
        for (int k = 0; k < TRACKS; k++)
            memcpy((float *)(out + frames) + (size_t)k * frames, tracks[k] + first, frames * sizeof(float));
        out += 4 * frames;
        memcpy(out, single + (size_t)zone * SINGLE, SINGLE * sizeof *out);
        out += SINGLE;
    }
}
