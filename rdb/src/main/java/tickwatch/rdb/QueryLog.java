package tickwatch.rdb;

import java.time.Clock;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import tickwatch.ipc.value.ByteVector;
import tickwatch.ipc.value.Epoch;
import tickwatch.ipc.value.FloatVector;
import tickwatch.ipc.value.IntVector;
import tickwatch.ipc.value.ListVector;
import tickwatch.ipc.value.LongVector;
import tickwatch.ipc.value.QType;
import tickwatch.ipc.value.SymbolVector;
import tickwatch.ipc.value.Table;
import tickwatch.ipc.value.Value;
import tickwatch.rdb.store.GrowingTable;
import tickwatch.rdb.store.Retention;

/**
 * Who asked what, as a table: the variable {@value #NAME}.
 *
 * <pre>
 *   time   timestamp  when the query was done, UTC
 *   user   symbol
 *   w      int        its connection's handle
 *   text   string     what was asked; the text of a function applied, "-" of anything else
 *   ms     float      decoding and evaluating
 *   rows   long       of the answer; 0 of an error
 *   error  symbol     the word; null where it did not fail
 * </pre>
 *
 * <p>The newest {@value #MOST_ROWS} stay. A query is in it a moment after its answer has gone out,
 * and before the next one of its connection.
 *
 * <p><b>Threads.</b> Any; the lock makes the callers one writer after the other.
 */
final class QueryLog {
  static final String NAME = ".usage.usage";

  private static final int MOST_ROWS = 10_000;

  private static final List<String> COLUMNS =
      List.of("time", "user", "w", "text", "ms", "rows", "error");

  private final GrowingTable table =
      new GrowingTable(
          COLUMNS,
          List.of(
              QType.TIMESTAMP,
              QType.SYMBOL,
              QType.INT,
              QType.LIST,
              QType.FLOAT,
              QType.LONG,
              QType.SYMBOL),
          new Retention(null, MOST_ROWS, Long.MAX_VALUE));

  private final Clock clock;

  QueryLog(Clock clock) {
    this.clock = clock;
  }

  /**
   * @param error empty where it did not fail
   */
  synchronized void add(String user, int handle, String text, long nanos, long rows, String error) {
    try {
      Instant now = clock.instant();
      table.append(
          new Table(
              COLUMNS,
              List.of(
                  LongVector.of(QType.TIMESTAMP, Epoch.timestampOf(now)),
                  SymbolVector.of(user),
                  IntVector.of(QType.INT, handle),
                  ListVector.of(ByteVector.string(text)),
                  FloatVector.of(QType.FLOAT, nanos / 1e6),
                  LongVector.of(QType.LONG, rows),
                  SymbolVector.of(error))));
      table.publish();
    } catch (OutOfMemoryError e) {
      // Some columns may have grown and others not.
      table.clear();
    }
  }

  Table snapshot() {
    return table.snapshot();
  }

  /** The rows of one user: others' texts may say what is not meant for everybody. */
  Table snapshot(String user) {
    Table all = table.snapshot();
    SymbolVector users = (SymbolVector) all.columns().get(1);
    int[] rows =
        IntStream.range(0, users.length()).filter(row -> users.get(row).equals(user)).toArray();
    LongVector times = (LongVector) all.columns().get(0);
    IntVector handles = (IntVector) all.columns().get(2);
    ListVector texts = (ListVector) all.columns().get(3);
    FloatVector millis = (FloatVector) all.columns().get(4);
    LongVector counts = (LongVector) all.columns().get(5);
    SymbolVector errors = (SymbolVector) all.columns().get(6);
    return new Table(
        COLUMNS,
        List.of(
            LongVector.of(QType.TIMESTAMP, Arrays.stream(rows).mapToLong(times::get).toArray()),
            SymbolVector.of(Arrays.stream(rows).mapToObj(users::get).toArray(String[]::new)),
            IntVector.of(QType.INT, Arrays.stream(rows).map(handles::get).toArray()),
            ListVector.of(Arrays.stream(rows).mapToObj(texts::get).toArray(Value[]::new)),
            FloatVector.of(QType.FLOAT, Arrays.stream(rows).mapToDouble(millis::get).toArray()),
            LongVector.of(QType.LONG, Arrays.stream(rows).mapToLong(counts::get).toArray()),
            SymbolVector.of(Arrays.stream(rows).mapToObj(errors::get).toArray(String[]::new))));
  }
}
