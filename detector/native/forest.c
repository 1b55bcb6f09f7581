/* The sum of many trees for many rows, as _sum of classify/predict.py. */
#include "kernel.h"

typedef struct {
    double threshold, value; /* a value at most the threshold goes left; what a leaf adds */
    int32_t feature, left, right, unused; /* the feature is -1 in a leaf; children are nodes of the same tree */
} Node;

enum { ROWS_AT_ONCE = 64 };

/* Add to total[n] the leaves of n_trees trees; root[t] is the first node of tree t. values: n rows of `columns`. */
EXPORT void add_trees(
    const double *values, int n, int columns, const Node *nodes, const int32_t *root, int n_trees, double *total
) {
    for (int first = 0; first < n; first += ROWS_AT_ONCE) { /* a tree is read once for all of them */
        const int end = first + ROWS_AT_ONCE < n ? first + ROWS_AT_ONCE : n;
        for (int t = 0; t < n_trees; t++) {
            const Node *tree = nodes + root[t];
            for (int i = first; i < end; i++) {
                const double *row = values + (ptrdiff_t)i * columns;
                const Node *at = tree;
                while (at->feature >= 0) at = tree + (row[at->feature] <= at->threshold ? at->left : at->right);
                total[i] += at->value;
            }
        }
    }
}
