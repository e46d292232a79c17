package tickwatch.detector.health;

/**
 * Data went wrong, or is well again.
 *
 * @param id {@code source.sym.ailment[.channel].seq}: the same when it is over
 * @param time of the row at which it showed, a timestamp
 * @param since when it began
 * @param channel empty where it is not one channel's
 * @param isOver whether it is over
 * @param text for people
 */
public record HealthEvent(
    String id,
    String sym,
    Ailment ailment,
    String channel,
    long time,
    long since,
    boolean isOver,
    String text) {}
