/* The sum of many trees for many rows, as _sum of classify/predict.py. */
#include "kernel.h"

typedef struct {
    double threshold, value; /* a value at most the threshold goes left; what a leaf adds */
    int32_t feature, next[2], unused; /* a column; how many nodes further the next is to the left and right; 0 in a leaf */
} Node;

enum { ROWS_AT_ONCE = 64, LANES = 8 };

static inline int32_t step_of(const Node *at, const double *row) { return at->next[!(row[at->feature] <= at->threshold)]; }

/* Add to total[LANES] the leaf that each row comes to: side by side, as each step has to wait for the one before. */
static void add_leaves(const double *rows, int columns, const Node *tree, double *total) {
    const double *row[LANES];
    const Node *at[LANES];
    int32_t moved;
    for (int k = 0; k < LANES; k++) {
        row[k] = rows + (ptrdiff_t)k * columns;
        at[k] = tree;
    }
    do {
        moved = 0;
        for (int k = 0; k < LANES; k++) {
            const int32_t step = step_of(at[k], row[k]);
            at[k] += step;
            moved |= step;
        }
    } while (moved);
    for (int k = 0; k < LANES; k++) total[k] += at[k]->value;
}

/* Add to total[n] the leaves of n_trees trees; root[t] is the first node of tree t. values: n rows, `columns` apart. */
EXPORT void add_trees(
    const double *values, int n, int columns, const Node *nodes, const int32_t *root, int n_trees, double *total
) {
    for (int first = 0; first < n; first += ROWS_AT_ONCE) { /* a tree is read once for all of them */
        const int end = first + ROWS_AT_ONCE < n ? first + ROWS_AT_ONCE : n;
        for (int t = 0; t < n_trees; t++) {
            const Node *tree = nodes + root[t];
            int i = first;
            for (; i + LANES <= end; i += LANES) add_leaves(values + (ptrdiff_t)i * columns, columns, tree, total + i);
            for (; i < end; i++) {
                const Node *at = tree;
                for (int32_t step; (step = step_of(at, values + (ptrdiff_t)i * columns)); at += step) continue;
                total[i] += at->value;
            }
        }
    }
}
