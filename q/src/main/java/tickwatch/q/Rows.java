package tickwatch.q;

import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tickwatch.ipc.value.SymbolAtom;
import tickwatch.ipc.value.Table;
import tickwatch.ipc.value.Value;
import tickwatch.ipc.value.Vector;

/**
 * The rows of a table that a query's phrase sees, column by column, each cut out when first named.
 */
final class Rows {
  private final Table table;

  /** The rows seen; null for those from {@link #from} to {@link #to}. */
  private final int @Nullable [] picked;

  private final int from;
  private final int to;
  private final Map<String, Vector> cut = new HashMap<>();

  private Rows(Table table, int @Nullable [] picked, int from, int to) {
    this.table = table;
    this.picked = picked;
    this.from = from;
    this.to = to;
  }

  static Rows all(Table table) {
    return new Rows(table, null, 0, table.rowCount());
  }

  /** These of the rows seen here. */
  Rows pick(int[] rows) {
    int[] out = new int[rows.length];
    int[] mine = picked;
    for (int i = 0; i < out.length; i++) {
      out[i] = mine == null ? from + rows[i] : mine[rows[i]];
    }
    return new Rows(table, out, 0, out.length);
  }

  /** The rows seen here from one position to another. */
  Rows slice(int low, int high) {
    int[] mine = picked;
    if (mine == null) {
      return new Rows(table, null, from + low, from + high);
    }
    return new Rows(table, java.util.Arrays.copyOfRange(mine, low, high), 0, high - low);
  }

  int count() {
    int[] mine = picked;
    return mine == null ? to - from : mine.length;
  }

  boolean isAll() {
    return picked == null && from == 0 && to == table.rowCount();
  }

  Table table() {
    return table;
  }

  /** The positions of the rows in the table. */
  int[] positions() {
    int[] mine = picked;
    if (mine != null) {
      return mine;
    }
    int[] out = new int[to - from];
    for (int i = 0; i < out.length; i++) {
      out[i] = from + i;
    }
    return out;
  }

  @Nullable Vector column(String name) {
    Vector known = cut.get(name);
    if (known != null) {
      return known;
    }
    Vector whole = table.column(name);
    if (whole == null) {
      return null;
    }
    Vector mine = of(whole);
    cut.put(name, mine);
    return mine;
  }

  private Vector of(Vector whole) {
    int[] mine = picked;
    if (mine != null) {
      return Vectors.at(whole, mine, mine.length);
    }
    return isAll() ? whole : whole.slice(from, to);
  }

  /** All columns of these rows. */
  Table rows() {
    if (isAll()) {
      return table;
    }
    int[] mine = picked;
    return mine != null ? Vectors.rows(table, mine, mine.length) : table.slice(from, to);
  }

  /**
   * What a name means here: a column, the row numbers, a part of a time; null for none of these.
   */
  @Nullable Value named(Context context, String name) {
    Vector column = column(name);
    if (column != null) {
      return column;
    }
    if (name.equals("i")) {
      int[] positions = positions();
      return Vectors.longVector(positions, positions.length);
    }
    int dot = name.indexOf('.');
    if (dot > 0) {
      Vector base = column(name.substring(0, dot));
      if (base != null && base.type().isTemporal()) {
        return Casts.dollar(context, new SymbolAtom(name.substring(dot + 1)), base);
      }
      return Enumerations.linked(context, base, name.substring(dot + 1));
    }
    return null;
  }
}
