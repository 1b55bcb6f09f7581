/* One layer of a network for many rows, as _sums of classify/network.py. */
#include "kernel.h"

/* Add to sums[outputs] what a row of values[inputs] brings: one input after the other, so that the order is fixed. */
WIDE static void add_row(
    const float *restrict values, int inputs, const float *restrict weights, int outputs, float *restrict sums
) {
    for (int i = 0; i < inputs; i++, weights += outputs)
        for (int k = 0; k < outputs; k++) sums[k] += values[i] * weights[k];
}

/* Add to sums (n, outputs), which hold the biases, values (n, inputs) times weights (inputs, outputs). */
EXPORT void add_layer(const float *values, int n, int inputs, const float *weights, int outputs, float *sums) {
    for (int row = 0; row < n; row++, values += inputs, sums += outputs) add_row(values, inputs, weights, outputs, sums);
}
