package tickwatch.dashboard.watch;

import tickwatch.ipc.value.LongVector;
import tickwatch.ipc.value.Table;

/** Rows from before those that are kept here, as a database answered them. */
public final class History {
  private History() {}

  /**
   * A sensor that holds just these rows.
   *
   * @param table the table's name, one char a byte
   * @param rows of that table and sym, in order of time
   * @param scores the verdicts on them, as the score table has them, in order
   */
  public static Sensor sensor(String table, String sym, Table rows, Table scores) {
    Channels channels = Channels.of(rows);
    int limit = Integer.highestOneBit(Math.max(64, rows.rowCount())) * 2;
    Sensor sensor = new Sensor(table, sym, channels.names(), limit);
    double[] values = new double[channels.count()];
    if (rows.column("time") instanceof LongVector times) {
      for (int row = 0; row < rows.rowCount(); row++) {
        channels.read(rows, row, values);
        sensor.add(times.get(row), 0, values);
      }
    }
    Rows verdicts = new Rows(scores);
    for (int row = 0; row < verdicts.count(); row++) {
      sensor.judge(verdicts, row);
    }
    return sensor;
  }
}
