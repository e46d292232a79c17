package tickwatch.detector.analysis;

/**
 * An earlier anomaly of the same table that looked like this one.
 *
 * @param id of the earlier one
 * @param distance 0 for the same channels in the same shares and directions, 1 for nothing in
 *     common
 * @param verdict what people said of it; empty if nothing
 */
public record Similar(String id, double distance, String verdict) {}
