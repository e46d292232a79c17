package tickwatch.q;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.function.ToDoubleFunction;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tickwatch.ipc.value.Attribute;
import tickwatch.ipc.value.Dictionary;
import tickwatch.ipc.value.FloatVector;
import tickwatch.ipc.value.IntVector;
import tickwatch.ipc.value.LongVector;
import tickwatch.ipc.value.Null;
import tickwatch.ipc.value.QType;
import tickwatch.ipc.value.SymbolVector;
import tickwatch.ipc.value.Table;
import tickwatch.ipc.value.Value;
import tickwatch.ipc.value.Vector;

/** Queries on random tables of growing columns, against the same in plain loops over rows. */
final class QueryOracleTest {
  private record Row(long time, String sym, double price, long size) {}

  private static final int ROWS = Vector.CHUNK + 3_000;
  private static final String[] SYMS = {"d", "a", "c", "b", ""};

  private final List<Row> rows = new ArrayList<>();
  private final MapGlobals globals = new MapGlobals();
  private final Interpreter q = new Interpreter(globals, Transcript.CLOCK, Limits.defaults());

  private void fill(long seed) {
    Random random = new Random(seed);
    long time = 0;
    for (int i = 0; i < ROWS; i++) {
      time += random.nextInt(3);
      rows.add(
          new Row(
              time,
              SYMS[random.nextInt(SYMS.length)],
              random.nextInt(20) == 0 ? Double.NaN : random.nextInt(1000) / 8.0,
              random.nextInt(20) == 0 ? Null.LONG : random.nextInt(100)));
    }
    globals.set("t", table());
  }

  /** The rows in columns of two chunks, as a store grows them; the second only begun. */
  private Table table() {
    long[][] times = new long[2][Vector.CHUNK];
    long[][] sizes = new long[2][Vector.CHUNK];
    double[][] prices = new double[2][Vector.CHUNK];
    int[][] codes = new int[2][Vector.CHUNK];
    for (int i = 0; i < ROWS; i++) {
      Row row = rows.get(i);
      int chunk = i >>> Vector.CHUNK_SHIFT;
      int at = i & Vector.CHUNK_MASK;
      times[chunk][at] = row.time;
      sizes[chunk][at] = row.size;
      prices[chunk][at] = row.price;
      codes[chunk][at] = List.of(SYMS).indexOf(row.sym);
    }
    return new Table(
        List.of("time", "sym", "price", "size"),
        List.of(
            LongVector.ofChunks(QType.TIMESTAMP, times, ROWS).withAttribute(Attribute.SORTED),
            SymbolVector.ofCodes(
                SYMS, SYMS.length, true, IntVector.ofChunks(QType.INT, codes, ROWS)),
            FloatVector.ofChunks(QType.FLOAT, prices, ROWS),
            LongVector.ofChunks(QType.LONG, sizes, ROWS)));
  }

  private Map<String, List<Row>> bySym() {
    Map<String, List<Row>> out = new TreeMap<>();
    for (Row row : rows) {
      out.computeIfAbsent(row.sym, sym -> new ArrayList<>()).add(row);
    }
    return out;
  }

  private static double[] prices(List<Row> rows) {
    return rows.stream().mapToDouble(Row::price).filter(p -> !Double.isNaN(p)).toArray();
  }

  private void assertColumn(Dictionary result, String column, ToDoubleFunction<List<Row>> oracle) {
    Vector values = ((Table) result.values()).column(column);
    Vector syms = ((Table) result.keys()).column("sym");
    Map<String, List<Row>> groups = bySym();
    assertThat(((SymbolVector) java.util.Objects.requireNonNull(syms)).toArray())
        .containsExactly(groups.keySet().toArray(new String[0]));
    double[] got = Vectors.doubles(java.util.Objects.requireNonNull(values));
    int i = 0;
    for (List<Row> group : groups.values()) {
      assertThat(got[i++])
          .as(column)
          .isCloseTo(
              oracle.applyAsDouble(group), org.assertj.core.data.Percentage.withPercentage(1e-9));
    }
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3})
  void aggregatesByKeyAreThoseOfALoopOverItsRows(long seed) {
    fill(seed);

    Dictionary result =
        (Dictionary)
            q.evaluate(
                "select n:count i,s:sum size,lo:min price,hi:max price,mean:avg price,sd:dev price,"
                    + "f:first time,l:last time,m:med price,vwap:size wavg price,"
                    + "spread:(max price)-min price,half:sum 0.5*size,odd:{sum x mod 2}size"
                    + " by sym from t");

    assertColumn(result, "n", List::size);
    assertColumn(
        result, "s", g -> g.stream().mapToLong(r -> r.size == Null.LONG ? 0 : r.size).sum());
    assertColumn(result, "lo", g -> java.util.Arrays.stream(prices(g)).min().orElseThrow());
    assertColumn(result, "hi", g -> java.util.Arrays.stream(prices(g)).max().orElseThrow());
    assertColumn(result, "mean", g -> java.util.Arrays.stream(prices(g)).average().orElseThrow());
    assertColumn(result, "sd", QueryOracleTest::deviation);
    assertColumn(result, "f", g -> g.get(0).time);
    assertColumn(result, "l", g -> g.get(g.size() - 1).time);
    assertColumn(result, "m", QueryOracleTest::median);
    assertColumn(result, "vwap", QueryOracleTest::weightedAverage);
    assertColumn(
        result,
        "spread",
        g ->
            java.util.Arrays.stream(prices(g)).max().orElseThrow()
                - java.util.Arrays.stream(prices(g)).min().orElseThrow());
    assertColumn(
        result,
        "half",
        g -> g.stream().mapToDouble(r -> r.size == Null.LONG ? 0 : r.size / 2.0).sum());
    assertColumn(
        result, "odd", g -> g.stream().filter(r -> r.size != Null.LONG && r.size % 2 == 1).count());
  }

  private static double deviation(List<Row> rows) {
    double[] prices = prices(rows);
    double mean = java.util.Arrays.stream(prices).average().orElseThrow();
    return Math.sqrt(
        java.util.Arrays.stream(prices).map(p -> (p - mean) * (p - mean)).sum() / prices.length);
  }

  private static double median(List<Row> rows) {
    double[] prices = prices(rows);
    java.util.Arrays.sort(prices);
    int n = prices.length;
    return n % 2 == 1 ? prices[n / 2] : (prices[n / 2 - 1] + prices[n / 2]) / 2;
  }

  private static double weightedAverage(List<Row> rows) {
    double sum = 0;
    double weights = 0;
    for (Row row : rows) {
      if (row.size != Null.LONG && !Double.isNaN(row.price)) {
        sum += row.size * row.price;
        weights += row.size;
      }
    }
    return sum / weights;
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "time>=0D00:00:00.000030000+2000.01.01D0",
        "time>2000.01.01D00:00:00.000030000",
        "time<2000.01.01D00:00:00.000030000",
        "time<=2000.01.01D00:00:00.000030000",
        "time=2000.01.01D00:00:00.000030000",
        "time within 2000.01.01D00:00:00.000020000 2000.01.01D00:00:00.000030000"
      })
  void aRangeOfASortedColumnIsWhatTheSameConditionFindsRowByRow(String condition) {
    fill(9);
    globals.set("u", ((Table) java.util.Objects.requireNonNull(globals.get("t"))).slice(0, ROWS));

    Value fast = q.evaluate("select from t where " + condition + ",sym in `a`b,price>50");
    Value slow =
        q.evaluate(
            "select from (update time:`#time from t) where ("
                + condition
                + ")&(sym in `a`b)&price>50");

    assertThat(fast).isEqualTo(slow);
    assertThat(fast.count()).isPositive();
  }

  @ParameterizedTest
  @ValueSource(longs = {4, 5})
  void filtersAndSortsAreThoseOfAStream(long seed) {
    fill(seed);

    Table result =
        (Table) q.evaluate("`size`price xdesc select from t where sym=`c,size within 10 12");

    List<Row> expected =
        rows.stream()
            .filter(r -> r.sym.equals("c") && r.size >= 10 && r.size <= 12)
            .sorted(
                java.util.Comparator.comparingLong(Row::size)
                    .thenComparingLong(r -> Order.key(r.price))
                    .reversed())
            .toList();
    assertThat(result.rowCount()).isEqualTo(expected.size()).isPositive();
    for (int i = 0; i < expected.size(); i++) {
      Row row = expected.get(i);
      assertThat(Vectors.itemAt(result.columns().get(3), i))
          .isEqualTo(tickwatch.ipc.value.LongAtom.of(row.size));
      assertThat(Vectors.doubleOf(Vectors.itemAt(result.columns().get(2), i)))
          .isEqualTo(Double.valueOf(row.price));
    }
  }
}
