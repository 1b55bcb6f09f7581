/* Order statistics: exact, whatever the order of the values. No value may be a NaN. */
#include "kernel.h"

#include <string.h>

#if defined(__GNUC__) && !defined(__clang__)
#pragma GCC optimize("finite-math-only", "no-signed-zeros") /* so that the lesser of two values is one instruction */
#endif

static inline uint32_t key_of(float value) {
    uint32_t bits;
    memcpy(&bits, &value, sizeof bits);
    return bits & 0x80000000u ? ~bits : bits | 0x80000000u;
}

static inline float value_of(uint32_t key) {
    uint32_t bits = key & 0x80000000u ? key & 0x7fffffffu : ~key;
    float value;
    memcpy(&value, &bits, sizeof value);
    return value;
}

WIDE static void make_keys(const float *values, int n, uint32_t *keys) {
    for (int i = 0; i < n; i++) keys[i] = key_of(values[i]);
}

WIDE static int count_at_most(const uint32_t *keys, int n, uint32_t level) {
    int some = 0;
    for (int i = 0; i < n; i++) some += keys[i] <= level;
    return some;
}

WIDE static void extremes_of(const uint32_t *keys, int n, uint32_t *least, uint32_t *most) {
    uint32_t low = UINT32_MAX, high = 0;
    for (int i = 0; i < n; i++) {
        low = keys[i] < low ? keys[i] : low;
        high = keys[i] > high ? keys[i] : high;
    }
    *least = low;
    *most = high;
}

/* Return the least key that is at least `lower`: the differences of others wrap, and are large. */
WIDE static uint32_t least_from(const uint32_t *keys, int n, uint32_t lower) {
    uint32_t least = UINT32_MAX;
    for (int i = 0; i < n; i++) least = keys[i] - lower < least ? keys[i] - lower : least;
    return lower + least;
}

/* Return the largest key that is at most `upper`. */
WIDE static uint32_t most_up_to(const uint32_t *keys, int n, uint32_t upper) {
    uint32_t least = UINT32_MAX;
    for (int i = 0; i < n; i++) least = upper - keys[i] < least ? upper - keys[i] : least;
    return upper - least;
}

/* Return the value that would be at `rank` (from 0) if the values were sorted. The range that holds it is cut where the
 * rank would be if values were spread evenly in it, or in the middle where that gained little, until it holds one. scratch: n; the keys of the values are left there. */
float select_rank(const float *values, int n, int rank, uint32_t *scratch) {
    uint32_t low, high;
    make_keys(values, n, scratch);
    extremes_of(scratch, n, &low, &high);
    for (int below = 0, up_to = n, halve = 0; low < high;) {
        const int inside = up_to - below;
        if (inside == 1) return value_of(least_from(scratch, n, low));
        uint32_t cut = low + (high - low) / 2;
        if (!halve) {
            const float from = value_of(low), share = ((float)(rank - below) + 0.5f) / (float)inside;
            const uint32_t even = key_of(from + share * (value_of(high) - from));
            cut = even < low ? low : even < high ? even : high - 1;
        }
        const int count = count_at_most(scratch, n, cut);
        if (count > rank) high = cut, up_to = count;
        else low = cut + 1, below = count;
        halve = !halve && 4 * (up_to - below) > inside;
    }
    return value_of(low);
}

/* Return the median; the mean of the two middle values where their number is even. */
float median_of(const float *values, int n, uint32_t *scratch) {
    const float upper = select_rank(values, n, n / 2, scratch);
    if (n % 2) return upper;
    const uint32_t below = key_of(upper) - 1; /* select_rank left the keys of all values */
    if (count_at_most(scratch, n, below) < n / 2) return upper;
    return (value_of(most_up_to(scratch, n, below)) + upper) * 0.5f;
}

static inline __attribute__((always_inline)) void exchange(float *low, float *high, int columns) {
    INDEPENDENT
    for (int i = 0; i < columns; i++) {
        float a = low[i], b = high[i];
        low[i] = a < b ? a : b;
        high[i] = a < b ? b : a;
    }
}

static inline __attribute__((always_inline)) void merge_exchange(float *rows, int n, int columns) {
    int top = 1;
    while (2 * top < n) top *= 2;
    for (int p = top; n > 1 && p > 0; p /= 2) {
        int q = top, r = 0, d = p;
        for (;;) {
            for (int i = 0; i < n - d; i++)
                if ((i & p) == r) exchange(rows + (size_t)i * columns, rows + (size_t)(i + d) * columns, columns);
            if (q == p) break;
            d = q - p;
            q /= 2;
            r = p;
        }
    }
}

/* Sort each column of `rows`, shape (n, columns), by Batcher's merge exchange (Knuth, volume 3, 5.2.2 M). */
WIDE void sort_columns(float *rows, int n, int columns) { merge_exchange(rows, n, columns); }

enum { AT_ONCE = 64 };

WIDE static void sort_some_columns(float *rows, int n) { merge_exchange(rows, n, AT_ONCE); }

/* Write the values at `ranks` of each column of `sample`, shape (n, columns), whose rows are `stride` floats apart.
 * scratch: 64 n, zeroed. */
EXPORT void column_ranks(
    const float *sample, ptrdiff_t stride, int n, int columns, const int *ranks, int n_ranks, float *out, float *scratch
) {
    for (int first = 0; first < columns; first += AT_ONCE) {
        const size_t some = columns - first < AT_ONCE ? columns - first : AT_ONCE;
        for (int i = 0; i < n; i++) {
            const float *row = sample + i * stride + first;
            memcpy(scratch + (size_t)i * AT_ONCE, row, some * sizeof(float));
            fetch_soon(row + AT_ONCE, AT_ONCE * sizeof(float)); /* while these are sorted */
        }
        sort_some_columns(scratch, n);
        for (int k = 0; k < n_ranks; k++)
            memcpy(out + (size_t)k * columns + first, scratch + (size_t)ranks[k] * AT_ONCE, some * sizeof(float));
    }
}

WIDE static int count_above(const float *restrict values, int n, float level) {
    int above = 0;
    for (int i = 0; i < n; i++) above += values[i] > level;
    return above;
}

/* Write the value at `rank` of each of `n` rows of `length` values, where it or that of a row at most `reach` away is
 * above `level`; elsewhere 0. scratch: length and n. */
EXPORT void row_ranks(
    const float *rows, int n, int length, int rank, float level, int reach, float *out, uint32_t *scratch
) {
    int *high = (int *)(scratch + (size_t)length);
    for (int i = 0; i < n; i++) high[i] = count_above(rows + (size_t)i * length, length, level) >= length - rank;
    for (int i = 0; i < n; i++) {
        int near = 0;
        for (int k = i - reach; k <= i + reach; k++) near |= k >= 0 && k < n && high[k];
        out[i] = near ? select_rank(rows + (size_t)i * length, length, rank, scratch) : 0.0f;
    }
}

/* Move the values so that the k-th smallest stands at k, none larger before it. */
void select_place(double *values, int n, int k) {
    int low = 0, high = n - 1;
    while (low < high) {
        const double pivot = values[low + (high - low) / 2];
        int i = low, j = high;
        while (i <= j) {
            while (values[i] < pivot) i++;
            while (pivot < values[j]) j--;
            if (i <= j) {
                const double swapped = values[i];
                values[i++] = values[j];
                values[j--] = swapped;
            }
        }
        if (k <= j) high = j;
        else if (k >= i) low = i;
        else return;
    }
}

/* Return the median of n > 0 values, which are moved. */
double middle_of(double *values, int n) {
    select_place(values, n, n / 2);
    if (n % 2) return values[n / 2];
    double below = values[0];
    for (int i = 1; i < n / 2; i++) below = values[i] > below ? values[i] : below;
    return (below + values[n / 2]) / 2;
}
