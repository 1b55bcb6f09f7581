/* Halve a picture by area, as often as asked, in one pass: what OpenCV's INTER_AREA gives if it is called as often. */
#include "kernel.h"

typedef uint16_t __attribute__((may_alias, aligned(1))) Pair; /* two neighbours in a line; which comes first is no matter */

enum { MOST_LEVELS = 4 };

WIDE static void halve_lines(const uint8_t *one, const uint8_t *two, int n, uint8_t *restrict out) {
    const Pair *a = (const Pair *)one, *b = (const Pair *)two;
    INDEPENDENT
    for (int i = 0; i < n; i++) {
        uint16_t sum = (uint16_t)((a[i] & 255) + (a[i] >> 8) + (b[i] & 255) + (b[i] >> 8) + 2);
        out[i] = (uint8_t)(sum >> 2);
    }
}

/* Write line `y` of the picture that was halved `level` times; `lines` has room for two lines of each level. */
static void write_line(
    const uint8_t *picture, ptrdiff_t stride, int width, int level, int y, uint8_t *const lines[MOST_LEVELS],
    uint8_t *out
) {
    const int half = width >> level;
    if (level == 1) {
        halve_lines(picture + 2 * y * stride, picture + (2 * y + 1) * stride, half, out);
        return;
    }
    uint8_t *above = lines[level - 1], *below = above + 2 * half;
    write_line(picture, stride, width, level - 1, 2 * y, lines, above);
    write_line(picture, stride, width, level - 1, 2 * y + 1, lines, below);
    halve_lines(above, below, half, out);
}

/* Halve a picture of `width` x `height` `levels` times (1 to 4; both sides must divide). scratch: 4 * width. */
EXPORT void halve_picture(
    const uint8_t *picture, ptrdiff_t stride, int width, int height, int levels, uint8_t *out, uint8_t *scratch
) {
    uint8_t *lines[MOST_LEVELS] = {scratch, scratch, scratch + 2 * width, scratch + 3 * width};
    for (int y = 0; y < height >> levels; y++)
        write_line(picture, stride, width, levels, y, lines, out + (ptrdiff_t)y * (width >> levels));
}
