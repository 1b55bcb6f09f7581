/* The arithmetic of motion, and of the classifier's trees, in C: see docs/decisions/0011-a-small-kernel-in-c.md.
 *
 * It does what difference.py, lighting.py, noise.py, zones.py, candidates.py, curves.py, context.py, views.py,
 * predict.py, network.py and signal_values.py do with NumPy, in one pass over memory that is already in the processor's
 * cache. Sums are taken in a fixed order and multiplications are never fused with additions, so that every machine
 * gives the same bits.
 */
#ifndef SLEEPJERK_KERNEL_H
#define SLEEPJERK_KERNEL_H

#include <stddef.h>
#include <stdint.h>

#define KERNEL_VERSION 17 /* as VERSION in library.py: changes whenever a signature below does, or what one gives */

#if defined(_WIN32)
#define EXPORT __declspec(dllexport)
#else
#define EXPORT __attribute__((visibility("default")))
#endif

/* The loops over pictures are compiled for several kinds of processor; the loader takes the best that is there. */
#if defined(__GNUC__) && !defined(__clang__) && defined(__x86_64__) && defined(__linux__) && defined(__GLIBC__)
#if __GNUC__ >= 12
#define WIDEST "arch=x86-64-v4" /* its small integers, too: a tenth less time than with avx512f alone */
#else
#define WIDEST "avx512f"
#endif
#define WIDE __attribute__((target_clones(WIDEST, "avx2", "default")))
#else
#define WIDE
#endif

/* The loop below it has no step that depends on an earlier one: its arrays do not overlap. */
#if defined(__clang__)
#define INDEPENDENT _Pragma("clang loop vectorize(assume_safety)")
#elif defined(__GNUC__)
#define INDEPENDENT _Pragma("GCC ivdep")
#else
#define INDEPENDENT
#endif

/* Ask for memory that will be read soon, so that it need not be waited for. What lies beyond an array does no harm. */
static inline void fetch_soon(const void *from, ptrdiff_t bytes) {
    enum { CACHE_LINE = 64 };
    for (ptrdiff_t i = 0; i < bytes; i += CACHE_LINE) __builtin_prefetch((const char *)from + i);
}

/* order.c */
float select_rank(const float *values, int n, int rank, uint32_t *scratch); /* scratch: n */
float median_of(const float *values, int n, uint32_t *scratch);
void sort_columns(float *rows, int n, int columns);
void select_place(double *values, int n, int k);
double middle_of(double *values, int n);

/* blocks.c: block means, one after the other, of the products of gradients and difference, then of themselves */
enum { JXX, JXY, JYY, BX, BY, DD, MX, MY, MD, N_SUMS };

typedef struct {
    int rows, cols;
    float *ux, *uy, *sure_x, *sure_y, *texture; /* scratch, rows * cols each */
    uint32_t *keys;                             /* scratch, rows * cols or more */
} BlockScratch;

typedef struct {
    float *flow, *energy, *residue, *texture; /* rows * cols each, flow twice that */
    uint8_t *explained;                       /* rows * cols: share of the difference, in 255ths */
} BlockResult;

void picture_shift(float *const sums[N_SUMS], const BlockScratch *scratch, float shift[2]);
void take_out_shift(float *const sums[N_SUMS], int n, const float shift[2]);
void pool_blocks(float *blocks, const BlockScratch *scratch);
void take_out_offset(float *const sums[N_SUMS], const BlockScratch *scratch);
void solve_blocks(float *const sums[N_SUMS], const BlockScratch *scratch, const BlockResult *out);

#endif
