package tickwatch.series;

/**
 * Hears how far a long run has come; called from any of its threads, several times a second at
 * most.
 */
@FunctionalInterface
public interface Progress {
  /** Nobody listens. */
  Progress NONE = (done, total) -> {};

  /**
   * Says how far it has come.
   *
   * @param done values finished so far
   * @param total values in all
   */
  void at(long done, long total);
}
