package tickwatch.dashboard.watch;

import java.util.List;
import tickwatch.ipc.value.SymbolAtom;
import tickwatch.ipc.value.Table;
import tickwatch.ipc.value.Vector;
import tickwatch.tick.TableSchema;

/** Which columns of a table are channels, and where they stand. */
final class Channels {
  private final List<String> columns;
  private final List<String> names;
  private final int[] positions;

  private Channels(TableSchema table) {
    List<String> channels = table.channels();
    this.columns = table.columns();
    this.names = channels.stream().map(SymbolAtom::textOf).toList();
    this.positions = channels.stream().mapToInt(columns::indexOf).toArray();
  }

  static Channels of(TableSchema table) {
    return new Channels(table);
  }

  /** Those of rows whose table is not known. */
  static Channels of(Table rows) {
    return new Channels(
        new TableSchema("", rows.names(), rows.columns().stream().map(Vector::type).toList(), 0));
  }

  /** These, or others where the rows have other columns. */
  Channels fit(Table rows) {
    return columns.equals(rows.names()) ? this : of(rows);
  }

  /** As text. */
  List<String> names() {
    return names;
  }

  int count() {
    return positions.length;
  }

  /** Reads the channels of a row; NaN for null. */
  void read(Table rows, int row, double[] values) {
    for (int c = 0; c < positions.length; c++) {
      values[c] = Rows.number(rows.columns().get(positions[c]), row);
    }
  }
}
