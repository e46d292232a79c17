package tickwatch.q;

import java.util.Arrays;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import tickwatch.ipc.value.Atom;
import tickwatch.ipc.value.Attribute;
import tickwatch.ipc.value.LongVector;
import tickwatch.ipc.value.Null;
import tickwatch.ipc.value.QType;
import tickwatch.ipc.value.Value;

/**
 * Rows grouped by {@code size xbar column} where the column ascends: the end of each bar is
 * searched for, so that few of its items are looked at. Rows that an index found lie far apart, and
 * each look costs a walk to memory.
 */
final class Bars {
  private static final Value XBAR = Objects.requireNonNull(Verbs.keyword("xbar")).value();

  /** The bars, the earliest first. */
  final Groups groups;

  /** Where each begins. */
  final LongVector starts;

  private Bars(Groups groups, LongVector starts) {
    this.groups = groups;
    this.starts = starts;
  }

  /** The bars that an expression makes of rows; null if it is another one, or the rows are. */
  static @Nullable Bars of(Expr by, Rows rows) {
    if (!(by instanceof Expr.Apply apply)
        || apply.args().length != 2
        || !(apply.function() instanceof Expr.Constant function)
        || !function.value().equals(XBAR)
        || !(apply.args()[0] instanceof Expr.Constant size)
        || !(apply.args()[1] instanceof Expr.Name name)
        || !(rows.table().column(name.name) instanceof LongVector column)
        || column.attribute() != Attribute.SORTED
        || !rows.ascends()) {
      return null;
    }
    long length = length(size.value(), column.type());
    int count = rows.count();
    if (length <= 0 || count == 0) {
      return null;
    }
    long least = column.get(rows.position(0));
    long most = column.get(rows.position(count - 1));
    if (least < Null.LONG + length || most > Long.MAX_VALUE - length) {
      return null;
    }
    int[] ids = new int[count];
    int[] first = new int[64];
    long[] starts = new long[64];
    int bars = 0;
    for (int at = 0; at < count; bars++) {
      if (bars == first.length) {
        first = Arrays.copyOf(first, 2 * bars);
        starts = Arrays.copyOf(starts, 2 * bars);
      }
      long item = column.get(rows.position(at));
      first[bars] = at;
      starts[bars] = item - Math.floorMod(item, length);
      int next = below(starts[bars] + length, column, rows, at + 1, count);
      Arrays.fill(ids, at, next, bars);
      at = next;
    }
    return new Bars(
        Groups.ofIds(ids, bars, first), LongVector.of(column.type(), Arrays.copyOf(starts, bars)));
  }

  /** A bar's length in the column's unit; 0 where it has none. */
  private static long length(Value size, QType type) {
    if (!(size instanceof Atom)) {
      return 0;
    }
    if (size.type() == QType.LONG) {
      return Vectors.longOf(size);
    }
    return type.isTemporal() && Temporals.isSpan(size.type())
        ? Vectors.longOf(Casts.cast(size, QType.TIMESPAN))
        : 0;
  }

  /**
   * The first of the rows from {@code from} on whose item is not below {@code end}, or the count.
   */
  private static int below(long end, LongVector column, Rows rows, int from, int count) {
    int low = from;
    int step = 1;
    while (low + step <= count && column.get(rows.position(low + step - 1)) < end) {
      low += step;
      step *= 2;
    }
    int high = Math.min(count, low + step - 1);
    while (low < high) {
      int middle = (low + high) >>> 1;
      if (column.get(rows.position(middle)) < end) {
        low = middle + 1;
      } else {
        high = middle;
      }
    }
    return low;
  }
}
