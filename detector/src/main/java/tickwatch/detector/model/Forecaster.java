package tickwatch.detector.model;

/**
 * Forecasts the next row of many windows at once, or gives their last row back. Windows do not
 * depend on each other.
 *
 * <p><b>Threads.</b> One thread at a time.
 */
public interface Forecaster extends AutoCloseable {
  /** Rows in a window. */
  int window();

  int channels();

  /** The most windows one call takes. */
  int maxBatch();

  /**
   * Puts a window in a place of the next call's batch.
   *
   * @param slot 0 to {@code maxBatch - 1}
   * @param window at least {@code window × channels} z-scores from {@code from} on, oldest row
   *     first
   */
  void put(int slot, float[] window, int from);

  /**
   * Forecasts the windows in the first {@code count} slots.
   *
   * @param forecasts takes {@code count × channels} z-scores
   */
  void forecast(int count, float[] forecasts);

  /**
   * Forecasts the window in one slot, in a call of its own: the bits do not depend on what else is
   * in the batch.
   *
   * @param forecasts takes the slot's channels at {@code to}
   */
  void forecastAlone(int slot, float[] forecasts, int to);

  @Override
  void close();
}
