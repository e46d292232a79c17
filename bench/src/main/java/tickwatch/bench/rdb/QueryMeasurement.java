package tickwatch.bench.rdb;

import java.time.Clock;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import tickwatch.ipc.value.FloatVector;
import tickwatch.ipc.value.LongVector;
import tickwatch.ipc.value.SymbolVector;
import tickwatch.ipc.value.Table;
import tickwatch.ipc.value.Value;
import tickwatch.q.Globals;
import tickwatch.q.Interpreter;
import tickwatch.q.Limits;
import tickwatch.q.QError;
import tickwatch.rdb.store.GrowingTable;
import tickwatch.rdb.store.Retention;

/**
 * How long do everyday queries take on 5,000,000 rows of an rdb's table, in process, on one thread?
 *
 * <p>Three ways of each: the q text, parsed and evaluated on a snapshot; a hand-written loop over
 * the snapshot's vectors, which shows what chunks cost; and the floor, the same loop over plain
 * arrays with symbols as ints. Rounds are interleaved; medians of 31 after 10 for warm-up. Unit:
 * milliseconds of the thread's CPU time.
 *
 * <pre>
 *   java -XX:+UseSerialGC -Xmx4g -cp … tickwatch.bench.rdb.QueryMeasurement
 * </pre>
 */
public final class QueryMeasurement {
  private static final int ROWS = 5_000_000;
  private static final int WARM_UP = 10;
  private static final int ROUNDS = 31;
  private static final String SYM = "SENSOR042";
  private static final int SYM_CODE = 42;

  private final Readings readings = new Readings(ROWS);
  private final GrowingTable table =
      new GrowingTable(Readings.NAMES, Readings.TYPES, Retention.ALL);
  private final Interpreter interpreter =
      new Interpreter(new TableOnly(table), Clock.systemUTC(), Limits.defaults());

  private QueryMeasurement() {
    for (int from = 0; from < ROWS; from += 1_000) {
      table.append(readings.rows(from, 1_000));
    }
    table.publish();
  }

  public static void main(String[] args) {
    QueryMeasurement measurement = new QueryMeasurement();
    System.out.printf(
        "%-34s %22s %22s %22s %8s%n", "query", "floor", "loop on snapshot", "q", "ratio");
    measurement.measure(
        "count", "count readings", m -> m.readings.count, m -> m.snapshot().rowCount());
    measurement.measure(
        "last by sym",
        "select last ch0 by sym from readings",
        QueryMeasurement::floorLast,
        QueryMeasurement::snapshotLast);
    measurement.measure(
        "avg by sym",
        "select avg ch0 by sym from readings",
        QueryMeasurement::floorAverage,
        QueryMeasurement::snapshotAverage);
    long from = measurement.readings.time[ROWS / 2];
    String within =
        "select from readings where time within (\"p\"$"
            + from
            + ";\"p\"$"
            + (from + 999_999_999L)
            + ")";
    measurement.measure(
        "one second", within, m -> m.floorSecond(from), m -> m.snapshotSecond(from));
    measurement.measure(
        "one sym",
        "select from readings where sym=`" + SYM,
        QueryMeasurement::floorSym,
        QueryMeasurement::snapshotSym);
    measurement.measure(
        "count where ch0>108",
        "exec count i from readings where ch0>108",
        QueryMeasurement::floorAbove,
        QueryMeasurement::snapshotAbove);
  }

  private interface Way {
    /** Some number that depends on the result. */
    long run(QueryMeasurement on);
  }

  private void measure(String name, String q, Way floor, Way snapshot) {
    double[][] millis = new double[3][ROUNDS];
    List<LongSupplier> ways =
        List.of(() -> floor.run(this), () -> snapshot.run(this), () -> evaluate(q));
    long sink = 0;
    for (int round = -WARM_UP; round < ROUNDS; round++) {
      for (int way = 0; way < 3; way++) {
        long start = CpuTime.nanos();
        sink += ways.get(way).getAsLong();
        if (round >= 0) {
          millis[way][round] = (CpuTime.nanos() - start) / 1e6;
        }
      }
    }
    System.out.printf(
        "%-34s %22s %22s %22s %8.2f%s%n",
        name,
        summary(millis[0]),
        summary(millis[1]),
        summary(millis[2]),
        median(millis[2]) / median(millis[0]),
        sink == 42 ? " " : "");
  }

  private long evaluate(String q) {
    return interpreter.evaluate(q).count();
  }

  private Table snapshot() {
    return table.snapshot();
  }

  private long floorLast() {
    double[] last = new double[Readings.SYMS];
    boolean[] seen = new boolean[Readings.SYMS];
    int found = 0;
    for (int i = readings.count - 1; i >= 0 && found < Readings.SYMS; i--) {
      int code = readings.sym[i];
      if (!seen[code]) {
        seen[code] = true;
        last[code] = readings.channels[0][i];
        found++;
      }
    }
    return (long) last[3];
  }

  private long snapshotLast() {
    Table rows = snapshot();
    SymbolVector sym = (SymbolVector) rows.columns().get(1);
    FloatVector channel = (FloatVector) rows.columns().get(2);
    double[] last = new double[sym.domainLength()];
    boolean[] seen = new boolean[last.length];
    int found = 0;
    for (int i = sym.length() - 1; i >= 0 && found < last.length; i--) {
      int code = sym.code(i);
      if (!seen[code]) {
        seen[code] = true;
        last[code] = channel.get(i);
        found++;
      }
    }
    return (long) last[3];
  }

  private long floorAverage() {
    double[] sums = new double[Readings.SYMS];
    int[] counts = new int[Readings.SYMS];
    int[] sym = readings.sym;
    double[] channel = readings.channels[0];
    for (int i = 0; i < readings.count; i++) {
      sums[sym[i]] += channel[i];
      counts[sym[i]]++;
    }
    return (long) sums[3] + counts[4];
  }

  private long snapshotAverage() {
    Table rows = snapshot();
    SymbolVector sym = (SymbolVector) rows.columns().get(1);
    FloatVector channel = (FloatVector) rows.columns().get(2);
    double[] sums = new double[sym.domainLength()];
    int[] counts = new int[sums.length];
    int length = sym.length();
    for (int i = 0; i < length; i++) {
      int code = sym.code(i);
      sums[code] += channel.get(i);
      counts[code]++;
    }
    return (long) sums[3] + counts[4];
  }

  private long floorSecond(long from) {
    int first = Arrays.binarySearch(readings.time, from);
    int end = Arrays.binarySearch(readings.time, from + 1_000_000_000L);
    return Arrays.copyOfRange(readings.time, first, end).length
        + Arrays.copyOfRange(readings.sym, first, end).length
        + Arrays.stream(readings.channels)
            .mapToLong(channel -> Arrays.copyOfRange(channel, first, end).length)
            .sum();
  }

  private long snapshotSecond(long from) {
    Table rows = snapshot();
    LongVector time = (LongVector) rows.columns().get(0);
    return rows.slice(firstNotBelow(time, from), firstNotBelow(time, from + 1_000_000_000L))
        .rowCount();
  }

  private static int firstNotBelow(LongVector time, long wanted) {
    int low = 0;
    int high = time.length();
    while (low < high) {
      int middle = (low + high) >>> 1;
      if (time.get(middle) < wanted) {
        low = middle + 1;
      } else {
        high = middle;
      }
    }
    return low;
  }

  private long floorSym() {
    int[] indexes = new int[readings.count];
    int found = 0;
    for (int i = 0; i < readings.count; i++) {
      if (readings.sym[i] == SYM_CODE) {
        indexes[found++] = i;
      }
    }
    long[] time = new long[found];
    for (int i = 0; i < found; i++) {
      time[i] = readings.time[indexes[i]];
    }
    double[][] channels = new double[Readings.CHANNELS][found];
    for (int channel = 0; channel < channels.length; channel++) {
      double[] source = readings.channels[channel];
      for (int i = 0; i < found; i++) {
        channels[channel][i] = source[indexes[i]];
      }
    }
    return (long) time.length + channels[3].length;
  }

  private long snapshotSym() {
    Table rows = snapshot();
    SymbolVector sym = (SymbolVector) rows.columns().get(1);
    int wanted = sym.codeOf(SYM);
    int length = sym.length();
    int[] indexes = new int[length];
    int found = 0;
    for (int i = 0; i < length; i++) {
      if (sym.code(i) == wanted) {
        indexes[found++] = i;
      }
    }
    return rows.at(indexes, found).rowCount();
  }

  private long floorAbove() {
    int found = 0;
    double[] channel = readings.channels[0];
    for (int i = 0; i < readings.count; i++) {
      if (channel[i] > 108) {
        found++;
      }
    }
    return found;
  }

  private long snapshotAbove() {
    FloatVector channel = (FloatVector) snapshot().columns().get(2);
    int found = 0;
    int length = channel.length();
    for (int i = 0; i < length; i++) {
      if (channel.get(i) > 108) {
        found++;
      }
    }
    return found;
  }

  private static double median(double[] items) {
    double[] sorted = items.clone();
    Arrays.sort(sorted);
    return sorted[sorted.length / 2];
  }

  private static String summary(double[] items) {
    double[] sorted = items.clone();
    Arrays.sort(sorted);
    return String.format("%.3f (%.3f-%.3f)", median(sorted), sorted[0], sorted[sorted.length - 1]);
  }

  /** One variable: the table's snapshot. */
  private record TableOnly(GrowingTable table) implements Globals {
    @Override
    public @Nullable Value get(String name) {
      return name.equals("readings") ? table.snapshot() : null;
    }

    @Override
    public void set(String name, Value value) {
      throw new QError("noupdate", "nothing can be changed here");
    }

    @Override
    public Collection<String> names() {
      return List.of("readings");
    }
  }
}
