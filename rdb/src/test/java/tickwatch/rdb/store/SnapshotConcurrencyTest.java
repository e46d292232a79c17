package tickwatch.rdb.store;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import tickwatch.ipc.value.Attribute;
import tickwatch.ipc.value.FloatVector;
import tickwatch.ipc.value.GuidVector;
import tickwatch.ipc.value.ListVector;
import tickwatch.ipc.value.LongVector;
import tickwatch.ipc.value.QType;
import tickwatch.ipc.value.SymbolVector;
import tickwatch.ipc.value.Table;
import tickwatch.ipc.value.Value;
import tickwatch.ipc.value.Vector;

/**
 * Readers check snapshots while the writer appends, grows short chunks, adds chunks and names, and
 * drops old chunks. Row n holds n in every column, so half a row, a row out of place, or a row that
 * changes shows.
 */
final class SnapshotConcurrencyTest {
  private static final int ROWS = 400_000;
  private static final int KEPT = 100_000;
  private static final List<String> NAMES = List.of("time", "sym", "x", "g", "l");

  @Test
  @Timeout(value = 60, unit = TimeUnit.SECONDS)
  void aReaderSeesWholeRowsInOrderAndNoneChanges() throws Exception {
    GrowingTable table =
        new GrowingTable(
            NAMES,
            List.of(QType.TIMESTAMP, QType.SYMBOL, QType.FLOAT, QType.GUID, QType.LIST),
            new Retention(Duration.ofNanos(KEPT), Long.MAX_VALUE, Long.MAX_VALUE));
    AtomicBoolean done = new AtomicBoolean();
    ExecutorService readers = Executors.newFixedThreadPool(2);
    try {
      List<Future<Integer>> checked = new ArrayList<>();
      for (int seed = 0; seed < 2; seed++) {
        checked.add(readers.submit(reader(table, done, new Random(seed))));
      }
      Random random = new Random(42);
      int next = 0;
      while (next < ROWS) {
        int count = Math.min(random.nextInt(3) == 0 ? 1 : random.nextInt(100), ROWS - next);
        table.append(rows(next, count));
        next += count;
        if (random.nextBoolean()) {
          table.publish();
        }
      }
      table.publish();
      done.set(true);
      for (Future<Integer> reader : checked) {
        assertThat(reader.get()).isPositive();
      }
      assertThat(table.rowCount()).isEqualTo(KEPT + 1);
    } finally {
      done.set(true);
      readers.shutdownNow();
    }
  }

  private static Callable<Integer> reader(GrowingTable table, AtomicBoolean done, Random random) {
    return () -> {
      int snapshots = 0;
      long lastEnd = 0;
      Table held = table.snapshot();
      while (!done.get()) {
        Table now = table.snapshot();
        long end = check(now, random);
        assertThat(end).isGreaterThanOrEqualTo(lastEnd);
        lastEnd = end;
        if (snapshots % 50 == 0) {
          check(held, random);
          held = now;
        }
        snapshots++;
      }
      check(table.snapshot(), random);
      return snapshots;
    };
  }

  /** Looks at the first and last rows and at some between; the number after the last. */
  private static long check(Table table, Random random) {
    int count = table.rowCount();
    LongVector times = (LongVector) table.columns().get(0);
    if (count == 0) {
      return 0;
    }
    assertThat(times.attribute()).isEqualTo(Attribute.SORTED);
    long first = times.get(0);
    // The newest rows at once, before the writer gets on with them.
    for (int look = 1; look < 40; look++) {
      int row = look < 10 ? Math.max(0, count - look) : random.nextInt(count);
      long n = first + row;
      SymbolVector syms = (SymbolVector) table.columns().get(1);
      GuidVector guids = (GuidVector) table.columns().get(3);
      Value item = ((ListVector) table.columns().get(4)).get(row);
      if (times.get(row) != n
          || !syms.get(row).equals("s" + n / 100)
          || ((FloatVector) table.columns().get(2)).get(row) != n
          || guids.high(row) != n
          || guids.low(row) != -n
          || !item.equals(LongVector.of(QType.LONG, n))) {
        throw new AssertionError("row " + row + " of " + count + ", expected " + n + ": " + item);
      }
    }
    return first + count;
  }

  private static Table rows(int from, int count) {
    long[] times = new long[count];
    String[] syms = new String[count];
    double[] floats = new double[count];
    long[] halves = new long[2 * count];
    Value[] items = new Value[count];
    for (int i = 0; i < count; i++) {
      int n = from + i;
      times[i] = n;
      syms[i] = "s" + n / 100;
      floats[i] = n;
      halves[2 * i] = n;
      halves[2 * i + 1] = -n;
      items[i] = LongVector.of(QType.LONG, n);
    }
    List<Vector> columns =
        List.of(
            LongVector.of(QType.TIMESTAMP, times),
            SymbolVector.of(syms),
            FloatVector.of(QType.FLOAT, floats),
            GuidVector.of(LongVector.of(QType.LONG, halves)),
            ListVector.of(items));
    return new Table(NAMES, columns);
  }
}
