package tickwatch.dashboard.watch;

import org.jspecify.annotations.Nullable;

/**
 * What one browser looks at, and how far it has been told.
 *
 * <p><b>Resuming.</b> Each frame carries a {@link #mark() mark}: the run of this process, how often
 * old rows of the sensor were judged again, and the row before which everything was final. A
 * browser that comes back with a mark of the same run gets the rows from there on, else all of
 * them.
 *
 * <p><b>Threads.</b> One thread.
 */
public final class Viewer {
  private static final int MOST_ROWS = 1 << 20;
  private static final int MOST_PIXELS = 8192;

  final String wantedKey;
  final int rows;
  final int every;
  private final @Nullable String resumeMark;

  @Nullable Sensor sensor;
  @Nullable String mark;
  boolean isWhole;
  boolean isTold;
  long cursor;
  long anomalyCursor;
  long statsDueNanos;
  long sensorsDueNanos;
  private boolean isStarted;

  /**
   * A browser that has seen nothing yet.
   *
   * @param wantedKey {@code table/sym}; empty for whichever is most worth looking at
   * @param rows in its window
   * @param pixels across a chart
   * @param resumeMark the mark of the last frame it saw, or null
   */
  public Viewer(String wantedKey, int rows, int pixels, @Nullable String resumeMark) {
    this.wantedKey = wantedKey;
    this.rows = Math.max(10, Math.min(MOST_ROWS, rows));
    this.every = Points.every(this.rows, Math.max(50, Math.min(MOST_PIXELS, pixels)));
    this.resumeMark = resumeMark;
  }

  /** Looks at a sensor from now on. */
  void look(Sensor at, String run) {
    sensor = at;
    cursor = 0;
    isWhole = true;
    if (!isStarted && resumeMark != null) {
      String[] parts = resumeMark.split("\\.", 4);
      if (parts.length == 3 && parts[0].equals(run) && parts[1].equals("" + at.rewrites())) {
        resume(at, parts[2]);
      }
    }
    isStarted = true;
  }

  private void resume(Sensor at, String row) {
    try {
      long from = Long.parseLong(row);
      // What lies before the window was dropped by the browser too; what lies before the ring is
      // gone.
      if (from >= at.first() && from <= at.next()) {
        cursor = from;
        isWhole = false;
      }
    } catch (NumberFormatException e) {
      // not one of ours: the whole window it is
      isWhole = true;
    }
  }

  /** The mark of its last frame; null before there was a sensor to look at. */
  public @Nullable String mark() {
    return mark;
  }

  void changedFrom(long row) {
    cursor = Math.min(cursor, row);
  }

  static String mark(String run, Sensor sensor) {
    return run + "." + sensor.rewrites() + "." + sensor.settled();
  }
}
