package tickwatch.detector.analysis;

/**
 * What an anomaly touched so far.
 *
 * @param nanos from its beginning to its last flagged row
 * @param flags flagged rows
 * @param channels channels outside their band on at least one flagged row
 * @param sensors this sensor and those that moved with it
 * @param deviation summed over flagged rows and channels outside their band: how far off, in
 *     half-widths of the band
 */
public record Impact(long nanos, long flags, int channels, int sensors, double deviation) {}
