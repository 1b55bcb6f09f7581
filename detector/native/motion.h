/* The state of the motion stage between two pictures, and who works on it. */
#ifndef SLEEPJERK_MOTION_H
#define SLEEPJERK_MOTION_H

#include "kernel.h"

enum { TAPS = 13, MARGIN = 8, MOST_PX = 32 }; /* MARGIN: floats before and after a line, so that loops need no special ends */

typedef struct {
    int width, height, block, bins, bands, stride; /* stride: floats from line to line of a picture */
    int now;                                       /* which of the two pictures is the newest */
    float smooth[2], taps[TAPS];                   /* centre and side of 3 x 3; down the bands */
    float *picture[2], *binned[2];                 /* (height, stride); (bins, bands) */
    float *ratio, *bands_ratio, *rows_ratio;       /* (bins, bands); (bands + TAPS); (height) */
    float *line[MOST_PX + 2], *difference[MOST_PX + 1]; /* of a row of blocks; of the mean also one above and below */
    float *column[N_SUMS];
    float *sums[N_SUMS];
    int *bin_from;       /* (bins): first column of each bin */
    float *bin_weight;   /* (bins, bin_columns) */
    int bin_columns;
    BlockScratch blocks;
    void *memory;
} Motion;

/* light.c */
void bin_lines(const Motion *m, int band);
float explain_light(Motion *m);

#endif
