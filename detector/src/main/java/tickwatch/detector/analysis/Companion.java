package tickwatch.detector.analysis;

/**
 * Another sensor of the same table that moved at about the same time.
 *
 * @param sym its name
 * @param id of its anomaly
 * @param lagNanos how much later than this one it began; negative if it began before
 */
public record Companion(String sym, String id, long lagNanos) {}
