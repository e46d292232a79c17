package tickwatch.bench.rdb;

import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Clock;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import org.jspecify.annotations.Nullable;
import tickwatch.ipc.net.Endpoint;
import tickwatch.ipc.value.Dictionary;
import tickwatch.ipc.value.Value;
import tickwatch.q.Globals;
import tickwatch.q.Interpreter;
import tickwatch.q.Limits;
import tickwatch.q.QError;
import tickwatch.rdb.QueryLimits;
import tickwatch.rdb.Rdb;
import tickwatch.rdb.RdbConfig;
import tickwatch.rdb.store.GrowingTable;
import tickwatch.rdb.store.Retention;

/**
 * How long do everyday queries take on 5,000,000 rows of an rdb's table?
 *
 * <p>Rows of time, one of 100 syms and 8 floats. Five ways of each query: q text, parsed and
 * evaluated on the store's snapshot, with one thread and with two; the same as SQL in DuckDB over
 * JDBC, with one thread and with two; a hand-written loop over plain arrays ({@link Floor}), one
 * thread; and the q text sent over TCP to a running rdb whose whole answer is read. Each of the
 * three has a table of its own. Ways are interleaved in an order that is shuffled every round;
 * medians of 31 after a second for warm-up. Unit: milliseconds of wall-clock time.
 *
 * <p>What a round trip adds is found from rounds of their own, in which it takes turns with q in
 * process, on as many threads as that rdb takes, and nobody else has a turn, from the differences
 * of {@code 4 * 31} pairs: DuckDB leaves the caches of the processors full of its own, and a round
 * trip is mostly what it finds there. The round trip among all ways, which shows that, has its own
 * column.
 *
 * <pre>
 *   scripts/bench.sh rdb
 * </pre>
 */
public final class QueryBenchmark {
  private static final int ROWS = 5_000_000;
  private static final int PROBES = 10_000;
  private static final int BATCH = 1_000;
  private static final int PEER_WARM_UP = 3;
  private static final int ROUNDS = Integer.getInteger("rounds", 31);
  private static final int TRIP_WARM_UP = 10;

  /** Pairs: a scan of milliseconds varies by more than a round trip takes. */
  private static final int TRIP_ROUNDS = 4 * ROUNDS;

  private static final long WARM_UP_NANOS = 800_000_000L;
  private static final int WARM_UP_RUNS = 3_000;

  /** What one of DuckDB's ways of a query may take altogether; a slow one gets fewer rounds. */
  private static final long PEER_NANOS = 8_000_000_000L;

  private static final String SYM = "SENSOR042";
  private static final int SYM_CODE = 42;
  private static final long MINUTE_NANOS = 60_000_000_000L;

  /** What a round trip may add to a query in process. */
  private static final double TRIP_MILLIS = 0.3;

  private static final double TRIP_MILLIS_A_BYTE = 1.5e-6;

  private interface Way {
    /** How many rows the answer has; -1 where that is not looked at. */
    int run() throws Exception;
  }

  /**
   * @param atMost the most that q may take with one thread: as a share of the floor, or in
   *     milliseconds
   */
  private record Shape(
      String name, String q, @Nullable String sql, Way floor, double atMost, boolean inMillis) {}

  private final Readings readings = new Readings(ROWS);
  private final Readings probe = probe(readings);
  private final Floor floor = new Floor(readings);
  private final GrowingTable table = table(readings);
  private final Interpreter one = q(table, Limits.defaults());

  // A table of its own, as the rdb has: nobody finds in the caches what another has just read.
  private final Interpreter two = q(table(readings), Limits.defaults().withThreads(2));

  private static GrowingTable table(Readings readings) {
    GrowingTable table = new GrowingTable(Readings.NAMES, Readings.TYPES, Retention.ALL);
    for (int from = 0; from < ROWS; from += BATCH) {
      table.append(readings.rows(from, BATCH));
    }
    table.publish();
    return table;
  }

  private Interpreter q(GrowingTable from, Limits limits) {
    Globals globals = new Tables(from, probe.rows(0, PROBES));
    return new Interpreter(globals, Clock.systemUTC(), limits);
  }

  /** Sorted times between the table's, each with a sym. */
  private static Readings probe(Readings readings) {
    Readings probe = new Readings(PROBES);
    Random random = new Random(2);
    for (int i = 0; i < PROBES; i++) {
      probe.time[i] = readings.time[random.nextInt(readings.count)] + 500;
    }
    Arrays.sort(probe.time);
    return probe;
  }

  private List<Shape> shapes() {
    String window = "0D00:05";
    return List.of(
        new Shape(
            "count", "count readings", "select count(*) from readings", floor::count, 0.1, true),
        new Shape(
            "last row by sym",
            "select by sym from readings",
            "select r.* from readings r join (select sym, max(time) t from readings group by sym) x"
                + " on r.sym = x.sym and r.time = x.t",
            () -> rows(floor.lastBySym()),
            0.1,
            true),
        new Shape(
            "distinct syms",
            "exec distinct sym from readings",
            "select distinct sym from readings",
            () -> rows(floor.distinct()),
            0.1,
            true),
        new Shape(
            "last 100 rows",
            "-100#readings",
            "select * from readings order by time desc limit 100",
            () -> rows(floor.lastRows(100)),
            0.1,
            true),
        new Shape(
            "one sym's last five minutes",
            "select from readings where time>(last time)-" + window + ",sym=`" + SYM,
            "select * from readings where time > (select max(time) from readings)"
                + " - interval 5 minute and sym = '"
                + SYM
                + "'",
            () -> rows(floor.lastMinutes(SYM_CODE, 5 * MINUTE_NANOS)),
            2,
            false),
        new Shape(
            "avg, max, min by sym",
            "select avg ch0,max ch0,min ch0 by sym from readings",
            "select sym, avg(ch0), max(ch0), min(ch0) from readings group by sym",
            () -> rows(floor.averageBySym()),
            2,
            false),
        new Shape(
            "cor by sym",
            "select ch0 cor ch1 by sym from readings",
            "select sym, corr(ch0, ch1) from readings group by sym",
            () -> rows(floor.correlationBySym()),
            2,
            false),
        new Shape(
            "one sym's 1-minute bars",
            "select first ch0,max ch0,min ch0,last ch0 by 0D00:01 xbar time from readings where sym=`"
                + SYM,
            "select time_bucket(interval 1 minute, time) b, arg_min(ch0, time), max(ch0), min(ch0),"
                + " arg_max(ch0, time) from readings where sym = '"
                + SYM
                + "' group by b order by b",
            () -> rows(floor.bars(SYM_CODE, MINUTE_NANOS)),
            0.2,
            false),
        new Shape(
            "count where ch0>108",
            "exec count i from readings where ch0>108",
            "select count(*) from readings where ch0 > 108",
            () -> floor.countAbove(108),
            1.5,
            false),
        new Shape(
            "aj of 10,000 rows",
            "aj[`sym`time;probe;readings]",
            "select p.time, p.sym, r.ch0, r.ch1, r.ch2, r.ch3, r.ch4, r.ch5, r.ch6, r.ch7"
                + " from probe p asof join readings r on p.sym = r.sym and p.time >= r.time",
            () -> rows(floor.asof(probe)),
            2,
            false));
  }

  private static int rows(Object answer) {
    return answer.hashCode() == 42 ? 1 : -1;
  }

  public static void main(String[] args) throws Exception {
    Path directory = Files.createTempDirectory("tickwatch-bench");
    Path log = directory.resolve("readings2026.01.01");
    QueryBenchmark benchmark = new QueryBenchmark();
    try (LogTickerplant tickerplant = new LogTickerplant(log, benchmark.readings, BATCH);
        Rdb rdb =
            Rdb.start(
                RdbConfig.defaults(new Endpoint("localhost", tickerplant.port(), "bench", ""))
                    .withPort(0));
        QueryClient client = new QueryClient(rdb.port());
        DuckPeer duck = new DuckPeer()) {
      byte[] count =
          QueryClient.message("$[ROWS=count readings;0;'wait]".replace("ROWS", "" + ROWS));
      awaitAnswer(client, count);
      client.ask(QueryClient.message(probeText(benchmark.probe)));
      duck.append("readings", benchmark.readings, 0, ROWS, 100_000);
      duck.append("probe", benchmark.probe, 0, PROBES, PROBES);
      benchmark.run(client, duck);
    } finally {
      Files.deleteIfExists(log);
      Files.deleteIfExists(directory);
    }
  }

  private static void awaitAnswer(QueryClient client, byte[] question) throws InterruptedException {
    long deadline = System.nanoTime() + MINUTE_NANOS;
    while (true) {
      try {
        client.ask(question);
        return;
      } catch (java.io.IOException e) {
        if (System.nanoTime() > deadline) {
          throw new IllegalStateException("the rdb has not replayed its log within a minute", e);
        }
        Thread.sleep(50);
      }
    }
  }

  /** Makes the same probe at the server: times and syms, found in its own table. */
  private static String probeText(Readings probe) {
    StringBuilder text = new StringBuilder("probe:([]time:\"p\"$");
    for (int i = 0; i < probe.count; i++) {
      text.append(i == 0 ? "" : " ").append(probe.time[i]);
    }
    text.append(";sym:`$");
    text.append("\"SENSOR\",/:-3#'\"00\",/:string ");
    for (int i = 0; i < probe.count; i++) {
      text.append(i == 0 ? "" : " ").append(probe.sym[i]);
    }
    return text.append(")").toString();
  }

  private void run(QueryClient client, DuckPeer duck) throws Exception {
    System.out.println();
    System.out.printf(
        Locale.ROOT,
        "| query on %,d rows, ms | floor | q | q, 2 threads | DuckDB | DuckDB, 2 threads | over TCP"
            + " | TCP adds, by turns with q alone | allowed | bytes | q ÷ floor | q ÷ DuckDB, 2 threads each | bar | met |%n",
        ROWS);
    System.out.println(
        "| --- | --- | --- | --- | --- | --- | --- | --- | --- | --- | --- | --- | --- | --- |");
    List<String> trips = new ArrayList<>();
    for (Shape shape : shapes()) {
      measure(shape, client, duck, trips);
    }
    System.out.println();
    System.out.printf(
        Locale.ROOT,
        "Over TCP beyond what is allowed on top (%.1f ms and %.1f ns a byte): %s%n",
        TRIP_MILLIS,
        TRIP_MILLIS_A_BYTE * 1e6,
        trips.isEmpty() ? "none" : String.join(", ", trips));
    double raw = (8 + 4 + 8.0 * Readings.CHANNELS) * ROWS;
    System.out.printf(
        Locale.ROOT,
        "Allocated column bytes: %.3f of the raw columns%n",
        table.allocatedBytes() / raw);
  }

  private void measure(Shape shape, QueryClient client, DuckPeer duck, List<String> trips)
      throws Exception {
    byte[] message = QueryClient.message(shape.q());
    String sql = shape.sql();
    boolean[] works = {sql != null};
    List<Way> ways =
        List.of(
            shape.floor(),
            () -> evaluate(one, shape.q()),
            () -> evaluate(two, shape.q()),
            () -> duck(duck, sql, 1, works),
            () -> duck(duck, sql, 2, works),
            () -> client.ask(message));
    double[][] millis = new double[ways.size()][ROUNDS];
    int[] answers = new int[ways.size()];
    int[] rounds = new int[ways.size()];
    long[] spent = new long[ways.size()];
    for (int way : new int[] {0, 1, 2, 5}) {
      long end = System.nanoTime() + WARM_UP_NANOS;
      for (int run = 0; run < WARM_UP_RUNS && System.nanoTime() < end; run++) {
        answers[way] = ways.get(way).run();
      }
    }
    List<Integer> order = new ArrayList<>(List.of(0, 1, 2, 3, 4, 5));
    Random random = new Random(3);
    for (int round = -PEER_WARM_UP; round < ROUNDS; round++) {
      // Whoever comes behind the peer finds the caches full of other things.
      Collections.shuffle(order, random);
      for (int way : order) {
        boolean peer = way == 3 || way == 4;
        if (peer && spent[way] > PEER_NANOS && rounds[way] > 4) {
          continue;
        }
        if (peer && works[0]) {
          duck.threads(way - 2);
        }
        long start = System.nanoTime();
        answers[way] = ways.get(way).run();
        long nanos = System.nanoTime() - start;
        spent[way] += nanos;
        if (round >= 0) {
          millis[way][rounds[way]++] = nanos / 1e6;
        }
      }
    }
    for (int way = 0; way < ways.size(); way++) {
      millis[way] = Arrays.copyOf(millis[way], rounds[way]);
    }
    if (works[0] && answers[3] != answers[1] && answers[1] >= 0) {
      throw new AssertionError(
          shape.name() + ": " + answers[1] + " rows in q and " + answers[3] + " in DuckDB");
    }
    double floorMillis = median(millis[0]);
    double q = median(millis[1]);
    double added = addedByTrip(ways.get(QueryLimits.defaults().cores() == 1 ? 1 : 2), ways.get(5));
    double allowed = TRIP_MILLIS + TRIP_MILLIS_A_BYTE * answers[5];
    boolean met = shape.inMillis() ? q <= shape.atMost() : q <= shape.atMost() * floorMillis;
    System.out.printf(
        Locale.ROOT,
        "| %s | %s | %s | %s | %s | %s | %s | %.3f | %.3f | %,d | %.2f | %s | %s | %s |%n",
        shape.name(),
        text(millis[0]),
        text(millis[1]),
        text(millis[2]),
        works[0] ? text(millis[3]) : "-",
        works[0] ? text(millis[4]) : "-",
        text(millis[5]),
        added,
        allowed,
        answers[5],
        q / floorMillis,
        works[0]
            ? String.format(Locale.ROOT, "1/%.0f", median(millis[4]) / median(millis[2]))
            : "-",
        shape.inMillis()
            ? shape.atMost() + " ms"
            : String.format(Locale.ROOT, "%.1f × floor", shape.atMost()),
        met ? "yes" : "**no**");
    if (added > allowed) {
      trips.add(String.format(Locale.ROOT, "%s by %.2f ms", shape.name(), added - allowed));
    }
  }

  /**
   * What asking over TCP takes on top of a query in process, the two by turns: the median of the
   * differences of each pair, in which what slows both is gone.
   */
  private static double addedByTrip(Way inProcess, Way trip) throws Exception {
    double[] added = new double[TRIP_ROUNDS];
    Random random = new Random(4);
    for (int round = -TRIP_WARM_UP; round < TRIP_ROUNDS; round++) {
      boolean isTripFirst = random.nextBoolean();
      for (int turn = 0; turn < 2; turn++) {
        boolean isTrip = (turn == 0) == isTripFirst;
        long start = System.nanoTime();
        (isTrip ? trip : inProcess).run();
        double millis = (System.nanoTime() - start) / 1e6;
        if (round >= 0) {
          added[round] += isTrip ? millis : -millis;
        }
      }
    }
    return median(added);
  }

  private static int evaluate(Interpreter interpreter, String q) {
    Value value = interpreter.evaluate(q);
    return value instanceof Dictionary d
        ? d.keys().count()
        : value.count() == 1 ? -1 : value.count();
  }

  /** A query that this DuckDB cannot do is left out, and why is said. */
  private static int duck(DuckPeer duck, @Nullable String sql, int threads, boolean[] works) {
    if (!works[0] || sql == null) {
      return -1;
    }
    try {
      return duck.query(sql);
    } catch (SQLException e) {
      works[0] = false;
      System.err.println("left out, DuckDB with " + threads + " threads: " + e.getMessage());
      return -1;
    }
  }

  private static double median(double[] items) {
    double[] sorted = items.clone();
    Arrays.sort(sorted);
    return sorted[sorted.length / 2];
  }

  private static String text(double[] items) {
    double[] sorted = items.clone();
    Arrays.sort(sorted);
    return String.format(
        Locale.ROOT,
        "%.3f (%.3f-%.3f)",
        median(sorted),
        sorted[sorted.length / 20],
        sorted[sorted.length - 1 - sorted.length / 20]);
  }

  /** The store's snapshot, and the rows to be joined with it. */
  private record Tables(GrowingTable readings, tickwatch.ipc.value.Table probe) implements Globals {
    @Override
    public @Nullable Value get(String name) {
      return switch (name) {
        case "readings" -> readings.snapshot();
        case "probe" -> probe;
        default -> null;
      };
    }

    @Override
    public void set(String name, Value value) {
      throw new QError("noupdate", "nothing can be changed here");
    }

    @Override
    public Collection<String> names() {
      return List.of("readings", "probe");
    }
  }
}
