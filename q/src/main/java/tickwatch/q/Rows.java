package tickwatch.q;

import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tickwatch.ipc.value.Attribute;
import tickwatch.ipc.value.SymbolAtom;
import tickwatch.ipc.value.Table;
import tickwatch.ipc.value.Value;
import tickwatch.ipc.value.Vector;

/**
 * The rows of a table that a query's phrase sees, column by column, each cut out when first named.
 *
 * <p>Rows that a {@link Filter} leaves are looked for only when somebody wants them, or wants to
 * know how many there are.
 */
final class Rows {
  private final Table table;

  /** The rows seen; null for those from {@link #from} to {@link #to} that the filter leaves. */
  private int @Nullable [] picked;

  private final int from;
  private final int to;
  private final @Nullable Filter filter;
  private final Context context;

  /** Whether the picked rows ascend. */
  private final boolean ascending;

  private int count = -1;
  private final Map<String, Vector> cut = new HashMap<>();

  private Rows(
      Context context,
      Table table,
      int @Nullable [] picked,
      boolean ascending,
      int from,
      int to,
      @Nullable Filter filter) {
    this.context = context;
    this.table = table;
    this.picked = picked;
    this.ascending = ascending;
    this.from = from;
    this.to = to;
    this.filter = filter;
  }

  private Rows ofRange(int low, int high) {
    return new Rows(context, table, null, true, low, high, null);
  }

  private Rows ofPicked(int[] rows, boolean inOrder) {
    return new Rows(context, table, rows, inOrder, 0, rows.length, null);
  }

  static Rows all(Context context, Table table) {
    return new Rows(context, table, null, true, 0, table.rowCount(), null);
  }

  /** Whether it is all rows from {@link #from} to {@link #to}. */
  private boolean isRange() {
    return picked == null && filter == null;
  }

  private int @Nullable [] picked() {
    Filter wanted = filter;
    if (picked == null && wanted != null) {
      picked = wanted.selectAll(context, from, to);
    }
    return picked;
  }

  /** These of the rows seen here, in this order. */
  Rows pick(int[] rows) {
    return pick(rows, false);
  }

  /** These of the rows seen here, which ascend. */
  Rows pickAscending(int[] rows) {
    return pick(rows, ascending);
  }

  private Rows pick(int[] rows, boolean inOrder) {
    int[] out = new int[rows.length];
    int[] mine = picked();
    for (int i = 0; i < out.length; i++) {
      out[i] = mine == null ? from + rows[i] : mine[rows[i]];
    }
    return ofPicked(out, inOrder);
  }

  /** Those that satisfy a condition on a column of the table. */
  Rows where(Filter condition) {
    if (isRange()) {
      int[] range = condition.range();
      if (range != null) {
        int low = Math.max(from, range[0]);
        return ofRange(low, Math.max(low, Math.min(to, range[1])));
      }
      int[] indexed = condition.indexed(from, to);
      return indexed != null
          ? ofPicked(indexed, true)
          : new Rows(context, table, null, true, from, to, condition);
    }
    int[] mine = picked();
    return mine == null ? this : ofPicked(condition.keep(mine), ascending);
  }

  /** The rows seen here from one position to another. */
  Rows slice(int low, int high) {
    int[] mine = picked();
    return mine == null
        ? ofRange(from + low, from + high)
        : ofPicked(Arrays.copyOfRange(mine, low, high), ascending);
  }

  int count() {
    int[] mine = picked;
    if (mine != null) {
      return mine.length;
    }
    if (count < 0) {
      count = filter == null ? to - from : filter.countAll(context, from, to);
    }
    return count;
  }

  boolean isAll() {
    return isRange() && from == 0 && to == table.rowCount();
  }

  Table table() {
    return table;
  }

  /** Whether the rows are in the table's order. */
  boolean ascends() {
    return ascending;
  }

  /** Where in the table a row is. */
  int position(int row) {
    int[] mine = picked();
    return mine == null ? from + row : mine[row];
  }

  /** The positions of the rows in the table. */
  int[] positions() {
    int[] mine = picked();
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
    int[] mine = picked();
    if (mine != null) {
      Vector out = Vectors.at(whole, mine, mine.length);
      return ascending && whole.attribute() == Attribute.SORTED
          ? out.withAttribute(Attribute.SORTED)
          : out;
    }
    return isAll() ? whole : whole.slice(from, to);
  }

  /** All columns of these rows. */
  Table rows() {
    if (isAll()) {
      return table;
    }
    int[] mine = picked();
    return mine != null ? Vectors.rows(table, mine, mine.length) : table.slice(from, to);
  }

  /** Whether a name is a column, or the row numbers: something with an item for each row. */
  boolean has(String name) {
    return name.equals("i") || table.names().contains(name);
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
