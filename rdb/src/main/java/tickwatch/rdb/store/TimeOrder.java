package tickwatch.rdb.store;

import org.jspecify.annotations.Nullable;
import tickwatch.ipc.value.Infinity;
import tickwatch.ipc.value.Null;
import tickwatch.ipc.value.QType;
import tickwatch.ipc.value.Vector;

/**
 * Reads a column of times as it grows: whether it ascends, and how old its rows are.
 *
 * <p><b>Nulls.</b> Lowest in the order, as q sorts them; of no age. Infinite times are of no age
 * either, or one of them would make every other row too old.
 */
abstract class TimeOrder {
  /** How to read this column, or null where its type is no time. */
  static @Nullable TimeOrder of(Column column) {
    if (!column.type().isTemporal()) {
      return null;
    }
    if (column instanceof LongColumn longs) {
      return new OfLongs(longs);
    }
    if (column instanceof IntColumn ints) {
      return new OfInts(ints);
    }
    if (column instanceof FloatColumn floats) {
      return new OfFloats(floats);
    }
    throw new IllegalStateException(column.getClass() + " of type " + column.type());
  }

  /**
   * Whether none of the {@code count} items from {@code from} on, all in one chunk, is below the
   * one before it.
   */
  abstract boolean ascends(int from, int count);

  /** The item in nanoseconds, or {@link Null#LONG} where it is of no age. */
  abstract long nanos(int index);

  /** The newest of {@code count} items, or {@link Null#LONG} where all are of no age. */
  final long newest(int from, int count) {
    long newest = Null.LONG;
    for (int i = from; i < from + count; i++) {
      newest = Math.max(newest, nanos(i));
    }
    return newest;
  }

  private static final class OfLongs extends TimeOrder {
    private final LongColumn column;

    OfLongs(LongColumn column) {
      this.column = column;
    }

    @Override
    boolean ascends(int from, int count) {
      long before = from == 0 ? Null.LONG : column.get(from - 1);
      long[] items = column.chunk(from >>> Vector.CHUNK_SHIFT);
      int at = from & Vector.CHUNK_MASK;
      for (int i = at; i < at + count; i++) {
        if (items[i] < before) {
          return false;
        }
        before = items[i];
      }
      return true;
    }

    @Override
    long nanos(int index) {
      long item = column.get(index);
      return item == Infinity.LONG || item == -Infinity.LONG ? Null.LONG : item;
    }
  }

  private static final class OfInts extends TimeOrder {
    private final IntColumn column;
    private final long nanosAnItem;

    OfInts(IntColumn column) {
      this.column = column;
      this.nanosAnItem = nanosAnItem(column.type());
    }

    @Override
    boolean ascends(int from, int count) {
      int before = from == 0 ? Null.INT : column.get(from - 1);
      int[] items = column.chunk(from >>> Vector.CHUNK_SHIFT);
      int at = from & Vector.CHUNK_MASK;
      for (int i = at; i < at + count; i++) {
        if (items[i] < before) {
          return false;
        }
        before = items[i];
      }
      return true;
    }

    @Override
    long nanos(int index) {
      int item = column.get(index);
      return nanosAnItem == 0 || item == Null.INT || item == Infinity.INT || item == -Infinity.INT
          ? Null.LONG
          : item * nanosAnItem;
    }

    /** 0 for months, which have no fixed length. */
    private static long nanosAnItem(QType type) {
      return switch (type) {
        case TIME -> 1_000_000L;
        case SECOND -> 1_000_000_000L;
        case MINUTE -> 60_000_000_000L;
        case DATE -> 86_400_000_000_000L;
        default -> 0;
      };
    }
  }

  private static final class OfFloats extends TimeOrder {
    private final FloatColumn column;

    OfFloats(FloatColumn column) {
      this.column = column;
    }

    @Override
    boolean ascends(int from, int count) {
      double before = from == 0 ? Double.NaN : column.get(from - 1);
      for (int i = from; i < from + count; i++) {
        double item = column.get(i);
        if (item < before || (Double.isNaN(item) && !Double.isNaN(before))) {
          return false;
        }
        before = item;
      }
      return true;
    }

    @Override
    long nanos(int index) {
      double item = column.get(index);
      return Double.isNaN(item) || Double.isInfinite(item)
          ? Null.LONG
          : (long) (item * 86_400_000_000_000.0);
    }
  }
}
