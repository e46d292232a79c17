package tickwatch.detector;

import java.util.ArrayList;
import java.util.List;
import tickwatch.ipc.value.FloatVector;
import tickwatch.ipc.value.LongVector;
import tickwatch.ipc.value.QType;
import tickwatch.ipc.value.SymbolVector;
import tickwatch.ipc.value.Table;
import tickwatch.ipc.value.Vector;
import tickwatch.tick.TableSchema;

/** Rows of a table with time, sym and float channels, as a tickerplant would publish them. */
final class Rows {
  private final String name;
  private final List<String> channels;
  private final List<Long> times = new ArrayList<>();
  private final List<String> syms = new ArrayList<>();
  private final List<double[]> values = new ArrayList<>();

  Rows(String name, List<String> channels) {
    this.name = name;
    this.channels = channels;
  }

  static TableSchema schema(String name, List<String> channels) {
    List<String> columns = new ArrayList<>(List.of("time", "sym"));
    List<QType> types = new ArrayList<>(List.of(QType.TIMESTAMP, QType.SYMBOL));
    for (String channel : channels) {
      columns.add(channel);
      types.add(QType.FLOAT);
    }
    return new TableSchema(name, columns, types, 0);
  }

  Rows add(long time, String sym, double... row) {
    times.add(time);
    syms.add(sym);
    values.add(row.clone());
    return this;
  }

  int count() {
    return times.size();
  }

  String name() {
    return name;
  }

  Table table() {
    return table(0, count());
  }

  /** The rows from {@code from} to {@code to - 1}. */
  Table table(int from, int to) {
    List<Vector> columns = new ArrayList<>();
    columns.add(
        LongVector.of(
            QType.TIMESTAMP,
            times.subList(from, to).stream().mapToLong(Long::longValue).toArray()));
    columns.add(SymbolVector.of(syms.subList(from, to).toArray(String[]::new)));
    for (int c = 0; c < channels.size(); c++) {
      int channel = c;
      columns.add(
          FloatVector.of(
              QType.FLOAT,
              values.subList(from, to).stream().mapToDouble(row -> row[channel]).toArray()));
    }
    return new Table(schema(name, channels).columns(), columns);
  }
}
