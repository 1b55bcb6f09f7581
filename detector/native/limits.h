/* Limits that Python code and kernel share. Made by `make docs` from the modules named; do not edit. */
#ifndef SLEEPJERK_LIMITS_H
#define SLEEPJERK_LIMITS_H

#define DIFFERENCE_RIDGE 0.3 /* motion.difference._RIDGE */
#define DIFFERENCE_LEAST_SHIFT 0.02 /* motion.difference._LEAST_SHIFT */
#define DIFFERENCE_TEXTURE_CAP 50.0 /* motion.difference._TEXTURE_CAP */
#define DIFFERENCE_SHIFT_SCALE 0.1 /* motion.difference._SHIFT_SCALE */
#define LIGHTING_OFFSET 4.0 /* motion.lighting.OFFSET */
#define ZONES_SAME_RHYTHM 0.6 /* motion.zones._SAME_RHYTHM */
#define ZONES_MOST_ZONES 40 /* motion.zones._MOST_ZONES */
#define ZONES_FEWEST 3 /* motion.zones._FEWEST */
#define ZONES_CAP 30.0 /* motion.zones._CAP */
#define BURSTS_SLOW_S 1.0 /* events.bursts._SLOW_S */
#define BURSTS_AGREED 0.5 /* events.bursts._AGREED */
#define BURSTS_NOISE_FACTOR 3.0 /* events.bursts._NOISE_FACTOR */
#define BURSTS_FEET 0.15 /* events.bursts._FEET */
#define BURSTS_DROPOUT_S 0.06 /* events.bursts._DROPOUT_S */
#define BURSTS_SAME_WAY 0.3 /* events.bursts._SAME_WAY */
#define CANDIDATES_RISEN 0.85 /* events.candidates._RISEN */
#define CANDIDATES_AFTER_S 0.6 /* events.candidates._AFTER_S */
#define CANDIDATES_QUIET_S_0 0.35 /* events.candidates._QUIET_S */
#define CANDIDATES_QUIET_S_1 0.04 /* events.candidates._QUIET_S */
#define CANDIDATES_LARGEST_SNR 100.0 /* events.candidates._LARGEST_SNR */
#define CANDIDATES_AROUND_S 1.5 /* events.candidates._AROUND_S */
#define CANDIDATES_TIP 1.15 /* events.candidates._TIP */
#define LIKENESS_BEFORE_S 0.35 /* events.likeness._BEFORE_S */
#define LIKENESS_BACK_S 0.6 /* events.likeness._BACK_S */
#define LIKENESS_AROUND_S 1.0 /* events.likeness._AROUND_S */
#define LIKENESS_USUAL 0.1 /* events.likeness._USUAL */
#define LIKENESS_NEAR 0.3 /* events.likeness._NEAR */
#define LIKENESS_CLEAR 20.0 /* events.likeness._CLEAR */
#define LIKENESS_LEAST 0.3 /* events.likeness._LEAST */
#define PAIRING_HOLD_S 0.6 /* events.pairing._HOLD_S */
#define PAIRING_BACK -0.4 /* events.pairing._BACK */
#define PAIRING_BACK_AT_MOST 2.5 /* events.pairing._BACK_AT_MOST */
#define PAIRING_REBOUND 0.45 /* events.pairing._REBOUND */
#define PAIRING_SWING 0.25 /* events.pairing._SWING */
#define PAIRING_REBOUND_GAP_S 0.06 /* events.pairing._REBOUND_GAP_S */
#define PAIRING_UNSEEN_S 0.8 /* events.pairing._UNSEEN_S */
#define PAIRING_REST_S 0.1 /* events.pairing.REST_S */
#define TIMING_EDGE 0.12 /* events.timing.EDGE */
#define TIMING_AT_REST 0.04 /* events.timing._AT_REST */
#define TIMING_NEAR_END 0.95 /* events.timing._NEAR_END */
#define TIMING_CREEP 0.08 /* events.timing._CREEP */
#define TIMING_FOOT 0.03 /* events.timing._FOOT */
#define TIMING_FOOT_S 0.08 /* events.timing._FOOT_S */
#define TIMING_ROUNDING_S 1e-06 /* events.timing._ROUNDING_S */
#define WAVEFORM_WINDOW_S 0.6 /* events.waveform._WINDOW_S */
#define WAVEFORM_AROUND_S 1.0 /* events.waveform._AROUND_S */
#define WAVEFORM_STILL 0.2 /* events.waveform._STILL */
#define WAVEFORM_SWING 0.3 /* events.waveform._SWING */

#endif
