/* Make a picture smaller: by halves of its area, then perhaps to two thirds, in one pass over its lines.
 *
 * Halves are what OpenCV's INTER_AREA gives if it is called as often, thirds what its INTER_LINEAR gives, bit by bit.
 */
#include "kernel.h"

typedef uint16_t __attribute__((may_alias, aligned(1))) Pair; /* two neighbours in a line; which comes first is no matter */

enum { MOST_LEVELS = 4 };

WIDE static void halve_lines_plainly(const uint8_t *one, const uint8_t *two, int n, uint8_t *restrict out) {
    const Pair *a = (const Pair *)one, *b = (const Pair *)two;
    INDEPENDENT
    for (int i = 0; i < n; i++) {
        uint16_t sum = (uint16_t)((a[i] & 255) + (a[i] >> 8) + (b[i] & 255) + (b[i] >> 8) + 2);
        out[i] = (uint8_t)(sum >> 2);
    }
}

#if defined(__x86_64__) && defined(__GNUC__)
#include <immintrin.h>

/* The same by an instruction that adds neighbours, which compilers do not find: as fast as the lines can be read. */
__attribute__((target("avx2"))) static void halve_lines_avx2(
    const uint8_t *one, const uint8_t *two, int n, uint8_t *restrict out
) {
    const __m256i ones = _mm256_set1_epi8(1), half = _mm256_set1_epi16(2);
    int i = 0;
    for (; i + 32 <= n; i += 32) {
        __m256i sum[2];
        for (int k = 0; k < 2; k++) {
            __m256i a = _mm256_loadu_si256((const __m256i *)(one + 2 * i) + k);
            __m256i b = _mm256_loadu_si256((const __m256i *)(two + 2 * i) + k);
            sum[k] = _mm256_add_epi16(_mm256_maddubs_epi16(a, ones), _mm256_maddubs_epi16(b, ones));
            sum[k] = _mm256_srli_epi16(_mm256_add_epi16(sum[k], half), 2);
        }
        __m256i packed = _mm256_permute4x64_epi64(_mm256_packus_epi16(sum[0], sum[1]), 0xd8);
        _mm256_storeu_si256((__m256i *)(out + i), packed);
    }
    halve_lines_plainly(one + 2 * i, two + 2 * i, n - i, out + i);
}

static void halve_lines(const uint8_t *one, const uint8_t *two, int n, uint8_t *out) {
    if (__builtin_cpu_supports("avx2")) halve_lines_avx2(one, two, n, out);
    else halve_lines_plainly(one, two, n, out);
}
#else
#define halve_lines halve_lines_plainly
#endif

enum { AHEAD = 4 }; /* lines: of 2 to 16, what was quickest for pictures of 640 to 1920 pixels */

/* Write line `y` of the picture that was halved `level` times; `lines` has room for two lines of each level. */
static void write_line(
    const uint8_t *picture, ptrdiff_t stride, int width, int level, int y, uint8_t *const lines[MOST_LEVELS],
    uint8_t *out
) {
    const int half = width >> level;
    if (level == 1) {
        fetch_soon(picture + (2 * y + AHEAD) * stride, 2 * stride); /* no cache holds what a decoder's thread wrote */
        halve_lines(picture + 2 * y * stride, picture + (2 * y + 1) * stride, half, out);
        return;
    }
    uint8_t *above = lines[level - 1], *below = above + 2 * half;
    write_line(picture, stride, width, level - 1, 2 * y, lines, above);
    write_line(picture, stride, width, level - 1, 2 * y + 1, lines, below);
    halve_lines(above, below, half, out);
}

/* From three pixels of a line two, four times as large: 3/4 and 1/4, 1/4 and 3/4. */
WIDE static void thirds_across(const uint8_t *restrict line, int n, uint16_t *restrict out) {
    for (int i = 0; i < n; i++) {
        out[2 * i] = (uint16_t)(3 * line[3 * i] + line[3 * i + 1]);
        out[2 * i + 1] = (uint16_t)(line[3 * i + 1] + 3 * line[3 * i + 2]);
    }
}

/* The same down, of two lines: rounded as OpenCV rounds it. */
WIDE static void thirds_down(const uint16_t *restrict near, const uint16_t *restrict far, int n, uint8_t *restrict out) {
    for (int i = 0; i < n; i++) {
        uint16_t sum = (uint16_t)((uint16_t)(3 * near[i]) >> 2) + (far[i] >> 2);
        out[i] = (uint8_t)((sum + 2) >> 2);
    }
}

/* Halve a picture of `width` x `height` `levels` times (0 to 4; both sides must divide) and, with `thirds`, bring what
 * is left to two thirds (both sides must divide by three). scratch: 8 * width bytes, aligned for 16-bit numbers. */
EXPORT void shrink_picture(
    const uint8_t *picture, ptrdiff_t stride, int width, int height, int levels, int thirds, uint8_t *out,
    uint8_t *scratch
) {
    uint8_t *lines[MOST_LEVELS] = {scratch, scratch, scratch + 2 * width, scratch + 3 * width};
    uint8_t *last = scratch + 7 * width;
    const int wide = width >> levels, high = height >> levels, third = wide / 3;
    uint16_t *across = (uint16_t *)(scratch + 4 * width); /* three lines of two thirds: up to 4 * width bytes, half used */
    for (int y = 0; y < high; y++) {
        if (!thirds) {
            write_line(picture, stride, width, levels, y, lines, out + (ptrdiff_t)y * wide);
            continue;
        }
        const uint8_t *line = picture + y * stride;
        if (levels) write_line(picture, stride, width, levels, y, lines, last), line = last;
        thirds_across(line, third, across + y % 3 * 2 * third);
        if (y % 3 < 2) continue;
        const uint16_t *middle = across + 2 * third;
        uint8_t *two = out + (ptrdiff_t)(y / 3) * 4 * third;
        thirds_down(across, middle, 2 * third, two);
        thirds_down(middle + 2 * third, middle, 2 * third, two + 2 * third);
    }
}
