/* Order statistics: exact, whatever the order of the values. No value may be a NaN. */
#include "kernel.h"

#include <string.h>

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

/* Return the value that would be at `rank` (from 0) if the values were sorted: the range that holds it is halved until
 * one is left, which takes some thirty fast passes, fewer than sorting by digits takes slow ones. */
float select_rank(const float *values, int n, int rank, uint32_t *scratch) {
    uint32_t low, high;
    make_keys(values, n, scratch);
    extremes_of(scratch, n, &low, &high);
    while (low < high) {
        const uint32_t middle = low + (high - low) / 2;
        if (count_at_most(scratch, n, middle) > rank) high = middle;
        else low = middle + 1;
    }
    return value_of(low);
}

/* Count the keys below `upper`, and find the largest of them. */
WIDE static int count_below(const uint32_t *keys, int n, uint32_t upper, uint32_t *largest) {
    int below = 0;
    uint32_t most = 0;
    for (int i = 0; i < n; i++) {
        uint32_t key = keys[i] < upper ? keys[i] : 0;
        below += keys[i] < upper;
        most = key > most ? key : most;
    }
    *largest = most;
    return below;
}

/* Return the median; the mean of the two middle values where their number is even. */
float median_of(const float *values, int n, uint32_t *scratch) {
    float upper = select_rank(values, n, n / 2, scratch);
    if (n % 2) return upper;
    uint32_t lower, *keys = scratch + n;
    make_keys(values, n, keys);
    return count_below(keys, n, key_of(upper), &lower) == n / 2 ? (value_of(lower) + upper) * 0.5f : upper;
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
        for (int i = 0; i < n; i++)
            memcpy(scratch + (size_t)i * AT_ONCE, sample + i * stride + first, some * sizeof(float));
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
 * above `level`; elsewhere 0. scratch: 2 * length and n. */
EXPORT void row_ranks(
    const float *rows, int n, int length, int rank, float level, int reach, float *out, uint32_t *scratch
) {
    int *high = (int *)(scratch + 2 * (size_t)length);
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
