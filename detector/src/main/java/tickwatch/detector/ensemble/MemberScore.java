package tickwatch.detector.ensemble;

/**
 * What one detector of several says of a row.
 *
 * @param name as flags and pipeline files have it
 * @param weight relative to the others'
 * @param score in units of what its scores of normal rows seldom exceed; NaN if it has none
 */
public record MemberScore(String name, double weight, double score) {}
