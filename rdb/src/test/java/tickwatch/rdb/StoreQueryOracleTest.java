package tickwatch.rdb;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.time.Clock;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.function.Predicate;
import java.util.function.ToDoubleFunction;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tickwatch.ipc.value.Dictionary;
import tickwatch.ipc.value.FloatVector;
import tickwatch.ipc.value.IntVector;
import tickwatch.ipc.value.LongAtom;
import tickwatch.ipc.value.LongVector;
import tickwatch.ipc.value.Null;
import tickwatch.ipc.value.QType;
import tickwatch.ipc.value.SymbolVector;
import tickwatch.ipc.value.Table;
import tickwatch.ipc.value.Value;
import tickwatch.ipc.value.Vector;
import tickwatch.q.Globals;
import tickwatch.q.Interpreter;
import tickwatch.q.Limits;
import tickwatch.rdb.store.GrowingTable;
import tickwatch.rdb.store.Retention;

/**
 * Random queries on a store's table, with its sorted times and its index, with one thread and with
 * several, against loops over rows that know none of it.
 */
final class StoreQueryOracleTest {
  private record Row(long time, String sym, double price, long size, int level) {}

  /** A condition as text and as what it says of a row. */
  private record Condition(String q, Predicate<Row> holds) {}

  private record Aggregate(String q, ToDoubleFunction<List<Row>> of) {}

  private static final List<String> NAMES = List.of("time", "sym", "price", "size", "level");
  private static final List<QType> TYPES =
      List.of(QType.TIMESTAMP, QType.SYMBOL, QType.FLOAT, QType.LONG, QType.INT);
  private static final String[] SYMS = {"d", "a", "c", "", "b", "rare"};
  private static final int ROWS = 300_000;

  private final List<Row> rows = new ArrayList<>();
  private Table table = new Table(List.of("none"), List.of(LongVector.of(QType.LONG)));

  private void fill(Random random, boolean late, long keep) {
    GrowingTable store = new GrowingTable(NAMES, TYPES, new Retention(null, keep, Long.MAX_VALUE));
    long time = 0;
    while (rows.size() < ROWS) {
      List<Row> batch = new ArrayList<>();
      for (int i = random.nextInt(3_000); i >= 0; i--) {
        time += random.nextInt(4) * (late && random.nextInt(1_000) == 0 ? -50L : 1L);
        batch.add(
            new Row(
                time,
                SYMS[random.nextInt(1_000) == 0 ? 5 : random.nextInt(5)],
                price(random),
                random.nextInt(20) == 0 ? Null.LONG : random.nextInt(100) - 20,
                random.nextInt(20) == 0 ? Null.INT : random.nextInt(10) - 2));
      }
      store.append(columns(batch));
      store.publish();
      rows.addAll(batch);
    }
    int hidden = (int) Math.max(0, rows.size() - keep);
    rows.subList(0, hidden).clear();
    table = store.snapshot();
    assertThat(table.rowCount()).isEqualTo(rows.size());
    assertThat(((SymbolVector) table.columns().get(1)).index()).isNotNull();
  }

  private static double price(Random random) {
    return switch (random.nextInt(40)) {
      case 0, 1 -> Double.NaN;
      case 2 -> Double.POSITIVE_INFINITY;
      case 3 -> Math.nextUp(50.0);
      case 4 -> 50 * (1 + 0x1p-42);
      case 5 -> -0.0;
      default -> random.nextInt(1_000) / 8.0;
    };
  }

  private static Table columns(List<Row> batch) {
    return new Table(
        NAMES,
        List.of(
            LongVector.of(QType.TIMESTAMP, batch.stream().mapToLong(Row::time).toArray()),
            SymbolVector.of(batch.stream().map(Row::sym).toArray(String[]::new)),
            FloatVector.of(QType.FLOAT, batch.stream().mapToDouble(Row::price).toArray()),
            LongVector.of(QType.LONG, batch.stream().mapToLong(Row::size).toArray()),
            IntVector.of(QType.INT, batch.stream().mapToInt(Row::level).toArray())));
  }

  // ---- conditions, and what they say of a row

  private static Condition condition(Random random, long lastTime) {
    String op = List.of("=", "<", ">", "<=", ">=", "<>").get(random.nextInt(6));
    return switch (random.nextInt(7)) {
      case 0 -> {
        String sym = SYMS[random.nextInt(SYMS.length)];
        yield new Condition("sym=`" + sym, row -> row.sym.equals(sym));
      }
      case 1 -> {
        List<String> syms = List.of("c", "nosuch", SYMS[random.nextInt(SYMS.length)], "rare");
        yield new Condition("sym in `" + String.join("`", syms), row -> syms.contains(row.sym));
      }
      case 2 -> {
        long time = (long) (random.nextDouble() * lastTime);
        yield new Condition(
            "time" + op + "2000.01.01D0+" + time, row -> holds(op, Long.compare(row.time, time)));
      }
      case 3 -> {
        long from = (long) (random.nextDouble() * lastTime);
        long to = from + (long) (random.nextDouble() * lastTime);
        yield new Condition(
            "time within 2000.01.01D0+" + from + " " + to,
            row -> row.time >= from && row.time <= to);
      }
      case 4 -> {
        double price =
            random.nextInt(5) == 0 ? 0 : random.nextInt(4) == 0 ? 50 : random.nextInt(100);
        yield new Condition(
            "price" + op + price + "f", row -> holds(op, compare(row.price, price)));
      }
      case 5 -> {
        long size = random.nextInt(110) - 25L;
        boolean isNull = random.nextInt(6) == 0;
        long bound = isNull ? Null.LONG : size;
        yield new Condition(
            "size" + op + (isNull ? "0N" : "" + size),
            row -> holds(op, Long.compare(row.size, bound)));
      }
      default -> {
        int low = random.nextInt(8) - 3;
        int high = low + random.nextInt(5);
        yield new Condition(
            "level within " + low + " " + high, row -> row.level >= low && row.level <= high);
      }
    };
  }

  private static boolean holds(String op, int sign) {
    return switch (op) {
      case "=" -> sign == 0;
      case "<>" -> sign != 0;
      case "<" -> sign < 0;
      case ">" -> sign > 0;
      case "<=" -> sign <= 0;
      default -> sign >= 0;
    };
  }

  /** As q compares floats: a null is least, and what differs by less than 2^-43 is equal. */
  private static int compare(double x, double y) {
    if (Double.isNaN(x)) {
      return -1;
    }
    double distance = Math.abs(x - y);
    return x == y
            || (Double.isFinite(distance)
                && distance <= 0x1p-43 * Math.max(Math.abs(x), Math.abs(y)))
        ? 0
        : Double.compare(x, y);
  }

  // ---- aggregates

  private static double[] prices(List<Row> group) {
    return group.stream().mapToDouble(Row::price).filter(p -> !Double.isNaN(p)).toArray();
  }

  private static double average(double[] items) {
    return Arrays.stream(items).sum() / items.length;
  }

  private static List<double[]> pairs(List<Row> group) {
    return group.stream()
        .filter(row -> row.size != Null.LONG && row.level != Null.INT)
        .map(row -> new double[] {row.size, row.level})
        .toList();
  }

  private static double covariance(List<double[]> pairs, int a, int b) {
    double meanA = pairs.stream().mapToDouble(pair -> pair[a]).sum() / pairs.size();
    double meanB = pairs.stream().mapToDouble(pair -> pair[b]).sum() / pairs.size();
    return pairs.stream().mapToDouble(pair -> (pair[a] - meanA) * (pair[b] - meanB)).sum()
        / pairs.size();
  }

  private static final List<Aggregate> AGGREGATES =
      List.of(
          new Aggregate("count i", List::size),
          new Aggregate("n:count price", List::size),
          new Aggregate("first size", group -> longOrNull(group.get(0).size)),
          new Aggregate("last level", group -> intOrNull(group.get(group.size() - 1).level)),
          new Aggregate("avg price", group -> average(prices(group))),
          new Aggregate(
              "max price",
              group -> Arrays.stream(prices(group)).max().orElse(Double.NEGATIVE_INFINITY)),
          new Aggregate(
              "min price",
              group -> Arrays.stream(prices(group)).min().orElse(Double.POSITIVE_INFINITY)),
          new Aggregate(
              "sum size",
              group -> group.stream().filter(r -> r.size != Null.LONG).mapToLong(Row::size).sum()),
          new Aggregate(
              "max level",
              group ->
                  group.stream()
                      .filter(r -> r.level != Null.INT)
                      .mapToInt(Row::level)
                      .max()
                      .orElse(-Integer.MAX_VALUE)),
          new Aggregate("dev size", group -> Math.sqrt(covariance(sizes(group), 0, 0))),
          new Aggregate("size cov level", group -> covariance(pairs(group), 0, 1)),
          new Aggregate(
              "size cor level",
              group ->
                  covariance(pairs(group), 0, 1)
                      / Math.sqrt(covariance(pairs(group), 0, 0) * covariance(pairs(group), 1, 1))),
          new Aggregate(
              "range:(max size)-min size",
              group ->
                  group.stream()
                          .filter(r -> r.size != Null.LONG)
                          .mapToLong(Row::size)
                          .max()
                          .orElse(-Long.MAX_VALUE)
                      - group.stream()
                          .filter(r -> r.size != Null.LONG)
                          .mapToLong(Row::size)
                          .min()
                          .orElse(Long.MAX_VALUE)));

  private static List<double[]> sizes(List<Row> group) {
    return group.stream()
        .filter(row -> row.size != Null.LONG)
        .map(row -> new double[] {row.size})
        .toList();
  }

  private static double longOrNull(long item) {
    return item == Null.LONG ? Double.NaN : item;
  }

  private static double intOrNull(int item) {
    return item == Null.INT ? Double.NaN : item;
  }

  // ---- the tests

  @ParameterizedTest
  @CsvSource({
    "1, false, 9223372036854775807, 1",
    "2, false, 9223372036854775807, 3",
    "3, true, 9223372036854775807, 2",
    "4, false, 100000, 1",
    "5, true, 270000, 2"
  })
  void queriesAnswerWhatALoopOverTheRowsDoes(long seed, boolean late, long keep, int threads) {
    Random random = new Random(seed);
    fill(random, late, keep);
    Interpreter q = interpreter(threads);
    long lastTime = rows.get(rows.size() - 1).time;
    for (int n = 0; n < 12; n++) {
      List<Condition> where = new ArrayList<>();
      for (int i = random.nextInt(4); i > 0; i--) {
        where.add(condition(random, lastTime));
      }
      Predicate<Row> holds =
          where.stream().map(Condition::holds).reduce(row -> true, Predicate::and);
      List<Row> expected = rows.stream().filter(holds).toList();
      String phrase = where.isEmpty() ? "" : " where " + texts(where);
      String what = "seed " + seed + ": " + phrase;

      assertThat(q.evaluate("exec count i from t" + phrase))
          .as(what)
          .isEqualTo(LongAtom.of(expected.size()));
      assertThat(q.evaluate("select from t" + phrase)).as(what).isEqualTo(columns(expected));
      assertThat(q.evaluate("exec distinct sym from t" + phrase))
          .as(what)
          .isEqualTo(
              SymbolVector.of(expected.stream().map(Row::sym).distinct().toArray(String[]::new)));
      assertLastBySym(q.evaluate("select by sym from t" + phrase), expected, what);
      assertGroups(q, random, phrase, expected, what);
    }
  }

  private static String texts(List<Condition> where) {
    return String.join(",", where.stream().map(Condition::q).toList());
  }

  private static void assertLastBySym(Value got, List<Row> expected, String what) {
    Map<String, Row> last = new TreeMap<>();
    expected.forEach(row -> last.put(row.sym, row));
    Dictionary keyed = (Dictionary) got;
    assertThat(((Table) keyed.keys()).column("sym"))
        .as(what)
        .isEqualTo(SymbolVector.of(last.keySet().toArray(new String[0])));
    Table values = columns(List.copyOf(last.values()));
    for (String name : List.of("time", "price", "size", "level")) {
      assertThat(((Table) keyed.values()).column(name)).as(what).isEqualTo(values.column(name));
    }
  }

  private static void assertGroups(
      Interpreter q, Random random, String phrase, List<Row> expected, String what) {
    boolean bySym = random.nextBoolean();
    Map<Object, List<Row>> groups = new TreeMap<>();
    for (Row row : expected) {
      Object key = bySym ? row.sym : (Object) Math.floorDiv(row.time, 20_000L);
      groups.computeIfAbsent(key, k -> new ArrayList<>()).add(row);
    }
    List<Aggregate> wanted = new ArrayList<>();
    for (int i = 0; i < 4; i++) {
      wanted.add(AGGREGATES.get(random.nextInt(AGGREGATES.size())));
    }
    String text =
        "select "
            + String.join(",", wanted.stream().map(Aggregate::q).toList())
            + " by "
            + (bySym ? "sym" : "20000 xbar time")
            + " from t"
            + phrase;
    Table values = (Table) ((Dictionary) q.evaluate(text)).values();
    for (int a = 0; a < wanted.size(); a++) {
      Vector got = values.columns().get(a);
      assertThat(got.length()).as(what + ": " + text).isEqualTo(groups.size());
      int g = 0;
      for (List<Row> group : groups.values()) {
        double item = number(got.item(g++));
        double oracle = wanted.get(a).of().applyAsDouble(group);
        if (Double.isFinite(oracle)) {
          assertThat(item)
              .as(what + ": " + text + ": " + wanted.get(a).q())
              .isCloseTo(oracle, within(1e-9 * Math.max(1, Math.abs(oracle))));
        } else {
          assertThat(item)
              .as(what + ": " + text + ": " + wanted.get(a).q())
              .isEqualTo(Double.valueOf(oracle));
        }
      }
    }
  }

  private static double number(Value item) {
    return switch (item.type()) {
      case LONG -> longOrNull(((LongAtom) item).value());
      case INT -> intOrNull(((tickwatch.ipc.value.IntAtom) item).value());
      default -> ((tickwatch.ipc.value.FloatAtom) item).value();
    };
  }

  @ParameterizedTest
  @CsvSource({
    "11, false, 9223372036854775807",
    "12, true, 9223372036854775807",
    "13, false, 120000"
  })
  void ajFindsTheLastRowBefore(long seed, boolean late, long keep) {
    Random random = new Random(seed);
    fill(random, late, keep);
    Interpreter q = interpreter(1);
    int first = (int) rows.get(0).time - 10;
    int span = (int) rows.get(rows.size() - 1).time - first + 20;
    for (boolean sorted : new boolean[] {true, false}) {
      long[] times = random.longs(300, first, (long) first + span).toArray();
      if (sorted) {
        Arrays.sort(times);
      }
      String[] syms = new String[times.length];
      for (int i = 0; i < syms.length; i++) {
        syms[i] = random.nextInt(20) == 0 ? "nosuch" : SYMS[random.nextInt(SYMS.length)];
      }
      globals.probe =
          new Table(
              List.of("time", "sym"),
              List.of(LongVector.of(QType.TIMESTAMP, times), SymbolVector.of(syms)));

      Table joined = (Table) q.evaluate("aj[`sym`time;p;t]");

      for (int i = 0; i < times.length; i++) {
        Row last = null;
        if (!late) {
          for (Row row : rows) {
            if (row.time > times[i]) {
              break;
            }
            last = row.sym.equals(syms[i]) ? row : last;
          }
          assertThat(requireNonNull(joined.column("price")).item(i))
              .as("seed %d, row %d", seed, i)
              .isEqualTo(tickwatch.ipc.value.FloatAtom.of(last == null ? Double.NaN : last.price));
        }
      }
      if (late) {
        // Times that do not ascend: the same as without index and attribute.
        assertThat(joined).isEqualTo(q.evaluate("aj[`sym`time;p;update sym:`$string sym from t]"));
      }
    }
  }

  private final Tables globals = new Tables();

  private Interpreter interpreter(int threads) {
    globals.t = table;
    return new Interpreter(globals, Clock.systemUTC(), Limits.defaults().withThreads(threads));
  }

  private static final class Tables implements Globals {
    private @Nullable Table t;
    private @Nullable Table probe;

    @Override
    public @Nullable Value get(String name) {
      return switch (name) {
        case "t" -> t;
        case "p" -> probe;
        default -> null;
      };
    }

    @Override
    public void set(String name, Value value) {}

    @Override
    public Collection<String> names() {
      return List.of("t", "p");
    }
  }
}
