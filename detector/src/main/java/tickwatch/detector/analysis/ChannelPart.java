package tickwatch.detector.analysis;

/**
 * One channel's part in an anomaly, in the channel's own unit.
 *
 * @param channel its name
 * @param actual the value that came; NaN if it is missing
 * @param expected the forecast
 * @param lower the lower edge of the expected band
 * @param upper the upper edge
 * @param contribution its share of the row's score, 0 to 1
 */
public record ChannelPart(
    String channel,
    double actual,
    double expected,
    double lower,
    double upper,
    double contribution) {}
