package tickwatch.tickerplant;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The shapes of the single rows that came over a connection: one for each table, publisher and way
 * to call {@code .u.upd}.
 *
 * <p><b>Threads.</b> The event loop's alone.
 */
final class RowShapes {
  private static final int MOST = 32;

  private final List<RowShape> known = new ArrayList<>();

  /**
   * The shape of which a message begins there, or null.
   *
   * @param bytes with {@link RowShape#SLACK} behind the last byte that is there
   */
  @Nullable RowShape of(byte[] bytes, int start) {
    for (int k = 0; k < known.size(); k++) {
      RowShape shape = known.get(k);
      if (shape.begins(bytes, start)) {
        return shape;
      }
    }
    return null;
  }

  /**
   * Whether a row should be an example of those to come.
   *
   * @param startLength bytes of its message before the row's first atom; with the table, the
   *     publisher and whether the row lacks its time it says which bytes they are
   */
  boolean wants(
      PublishedTable table, @Nullable Publisher publisher, boolean lacksTime, int startLength) {
    for (int k = 0; k < known.size(); k++) {
      RowShape shape = known.get(k);
      if (shape.table == table
          && shape.publisher == publisher
          && shape.lacksTime == lacksTime
          && shape.startLength == startLength) {
        return false;
      }
    }
    return true;
  }

  void add(RowShape shape) {
    if (known.size() == MOST) {
      known.clear();
    }
    known.add(shape);
  }
}
