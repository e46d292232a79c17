package tickwatch.q;

import org.jspecify.annotations.Nullable;
import tickwatch.ipc.value.Atom;
import tickwatch.ipc.value.Attribute;
import tickwatch.ipc.value.BinaryPrimitive;
import tickwatch.ipc.value.QType;
import tickwatch.ipc.value.Value;
import tickwatch.ipc.value.Vector;

/**
 * A condition such as {@code time>=x} or {@code time within x} on a column that is known to be
 * sorted: the rows that satisfy it lie together, and two binary searches find them.
 */
final class SortedRange {
  private static final int WITHIN = 24;

  private SortedRange() {}

  /** The rows that satisfy it; null where it is no such condition. */
  static @Nullable Rows of(Rows rows, Expr condition, Frame frame) {
    if (!(condition instanceof Expr.Apply apply)
        || apply.args().length != 2
        || !(apply.function() instanceof Expr.Constant function)
        || !(apply.args()[0] instanceof Expr.Name name)) {
      return null;
    }
    Expr right = apply.args()[1];
    if (right == null) {
      return null;
    }
    Vector column = rows.column(name.name);
    if (column == null
        || column.attribute() != Attribute.SORTED
        || !Vectors.isIntegral(column.type())) {
      return null;
    }
    Compare.Op op = Verbs.comparison(function.value());
    boolean within = function.value().equals(new BinaryPrimitive(WITHIN));
    if ((op == null && !within) || op == Compare.Op.NOT_EQUAL) {
      return null;
    }
    Value wanted = Evaluator.evaluate(right, frame.over(rows));
    int count = column.length();
    if (within) {
      if (!(wanted instanceof Vector pair) || pair.length() != 2 || !meets(column, pair)) {
        return null;
      }
      Vector ends = converted(column, pair);
      int from = below(column, Vectors.longOf(ends.item(0)));
      int to = notAbove(column, Vectors.longOf(ends.item(1)));
      return rows.slice(from, Math.max(from, to));
    }
    if (!(wanted instanceof Atom) || !meets(column, wanted) || op == null) {
      return null;
    }
    long end = Vectors.longOf(converted(column, Vectors.listOf(wanted)).item(0));
    int from = op == Compare.Op.GREATER ? notAbove(column, end) : op.less ? 0 : below(column, end);
    int to =
        op == Compare.Op.LESS ? below(column, end) : op.greater ? count : notAbove(column, end);
    return rows.slice(from, Math.max(from, to));
  }

  /** Whether comparing happens in the column's own type. */
  private static boolean meets(Vector column, Value wanted) {
    QType mine = column.type();
    QType other = wanted.type();
    if (mine == other) {
      return true;
    }
    if (mine.isTemporal() && other.isTemporal()) {
      return Types.MEET.of(mine, other) == mine;
    }
    return Vectors.isIntegral(other) && !mine.isTemporal();
  }

  private static Vector converted(Vector column, Vector wanted) {
    return column.type().isTemporal() && wanted.type().isTemporal()
        ? (Vector) Casts.cast(wanted, column.type())
        : wanted;
  }

  /** How many items lie below. */
  private static int below(Vector column, long end) {
    long[] one = new long[1];
    int low = 0;
    int high = column.length();
    while (low < high) {
      int middle = (low + high) >>> 1;
      Vectors.readLongs(column, middle, one, 1);
      if (one[0] < end) {
        low = middle + 1;
      } else {
        high = middle;
      }
    }
    return low;
  }

  /** How many items do not lie above. */
  private static int notAbove(Vector column, long end) {
    return end == Long.MAX_VALUE ? column.length() : below(column, end + 1);
  }
}
