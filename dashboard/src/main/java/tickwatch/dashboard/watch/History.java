package tickwatch.dashboard.watch;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import tickwatch.ipc.value.LongVector;
import tickwatch.ipc.value.SymbolAtom;
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
    List<String> channels = new ArrayList<>();
    List<Integer> positions = new ArrayList<>();
    for (int i = 0; i < rows.names().size(); i++) {
      if (Rows.isChannel(rows.columns().get(i).type())) {
        channels.add(SymbolAtom.textOf(rows.names().get(i)));
        positions.add(i);
      }
    }
    int limit = Integer.highestOneBit(Math.max(64, rows.rowCount())) * 2;
    Sensor sensor = new Sensor(table, sym, channels, limit);
    double[] values = new double[channels.size()];
    if (rows.column("time") instanceof LongVector times) {
      for (int row = 0; row < rows.rowCount(); row++) {
        for (int c = 0; c < values.length; c++) {
          values[c] = Rows.number(rows.columns().get(positions.get(c)), row);
        }
        sensor.add(times.get(row), 0, values);
      }
    }
    Rows verdicts = new Rows(scores);
    for (int row = 0; row < verdicts.count(); row++) {
      double[] expected = verdicts.numbers("expected", row);
      double[] @Nullable [] vectors =
          expected == null || expected.length != channels.size()
              ? null
              : new double[] @Nullable [] {
                expected,
                verdicts.numbers("lower", row),
                verdicts.numbers("upper", row),
                verdicts.numbers("contribution", row)
              };
      sensor.judge(
          verdicts.symbol("detector", row),
          verdicts.whole("time", row),
          verdicts.whole("seq", row),
          verdicts.number("score", row),
          verdicts.number("threshold", row),
          verdicts.flag("flag", row),
          vectors);
    }
    return sensor;
  }
}
