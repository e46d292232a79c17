package tickwatch.q;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.IdentityHashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import tickwatch.ipc.value.Dictionary;
import tickwatch.ipc.value.FloatAtom;
import tickwatch.ipc.value.Null;
import tickwatch.ipc.value.SymbolAtom;
import tickwatch.ipc.value.Table;
import tickwatch.ipc.value.Value;

/**
 * Joins, foreign keys, {@code fby}, {@code by}, {@code update} and {@code delete} on random tables,
 * against loops over rows that are maps of names to cells. A cell is a Long, a Double, a String or
 * null.
 *
 * <p>{@code -Dtickwatch.seeds=5000} has it try as many tables.
 */
final class RowsOracleTest {
  private static final long SEEDS = Long.getLong("tickwatch.seeds", 60);

  /** A row, in the order of its columns. */
  private static final class Row extends LinkedHashMap<String, @Nullable Object> {
    private static final long serialVersionUID = 1L;

    Row() {}

    Row(Map<String, @Nullable Object> other) {
      super(other);
    }

    Row with(String name, @Nullable Object cell) {
      Row out = new Row(this);
      out.put(name, cell);
      return out;
    }

    List<@Nullable Object> of(List<String> names) {
      List<@Nullable Object> out = new ArrayList<>();
      for (String name : names) {
        out.add(get(name));
      }
      return out;
    }
  }

  private Random random = new Random(0);
  private MapGlobals globals = new MapGlobals();
  private Interpreter q = new Interpreter(globals, Transcript.CLOCK, Limits.defaults());
  private String context = "";

  @BeforeEach
  void fresh() {
    globals = new MapGlobals();
    q = new Interpreter(globals, Transcript.CLOCK, Limits.defaults());
  }

  private void eachSeed(Runnable body) {
    for (long seed = 1; seed <= SEEDS; seed++) {
      fresh();
      random = new Random(seed);
      context = "seed " + seed;
      body.run();
    }
  }

  // ---- random tables

  private static final String[] SYMS = {"a", "b", "c", "d"};

  private @Nullable Object cell(char kind) {
    boolean isNull = random.nextInt(8) == 0;
    return switch (kind) {
      case 's' -> isNull ? null : SYMS[random.nextInt(SYMS.length)];
      case 'j' -> isNull ? null : (Object) (long) (random.nextInt(7) - 2);
      case 'p' -> (long) random.nextInt(12);
      default -> isNull ? null : (Object) (random.nextInt(16) / 4.0 - 1);
    };
  }

  /** A column's kind is its name's first letter: sym, long, price, time. */
  private static char kind(String name) {
    return switch (name.charAt(0)) {
      case 's', 'r' -> 's';
      case 'j', 'k' -> 'j';
      case 't' -> 'p';
      default -> 'f';
    };
  }

  private List<Row> rows(int most, String... names) {
    List<Row> out = new ArrayList<>();
    for (int i = random.nextInt(most + 1); i > 0; i--) {
      Row row = new Row();
      for (String name : names) {
        row.put(name, cell(kind(name)));
      }
      out.add(row);
    }
    return out;
  }

  /** The first row of each key. */
  private static List<Row> unique(List<Row> rows, List<String> keys) {
    Map<Object, Row> seen = new LinkedHashMap<>();
    for (Row row : rows) {
      seen.putIfAbsent(row.of(keys), row);
    }
    return new ArrayList<>(seen.values());
  }

  private static String text(char kind, List<Row> rows, String name) {
    StringBuilder out = new StringBuilder("(`");
    out.append(
        switch (kind) {
          case 's' -> "symbol";
          case 'j' -> "long";
          case 'p' -> "timespan";
          default -> "float";
        });
    out.append("$())");
    for (Row row : rows) {
      Object cell = row.get(name);
      out.append(',');
      if (kind == 's') {
        out.append('`').append(cell == null ? "" : cell);
      } else if (cell == null) {
        out.append(kind == 'j' ? "0N" : kind == 'p' ? "0Nn" : "0n");
      } else if (kind == 'p') {
        out.append("(`timespan$").append(cell).append(')');
      } else {
        out.append(cell).append(kind == 'f' ? "f" : "");
      }
    }
    return out.toString();
  }

  /** Makes the variable; the first {@code keys} columns are its keys. */
  private void set(String variable, List<Row> rows, int keys, String... names) {
    StringBuilder text = new StringBuilder(variable + ":" + keys + "!flip`");
    text.append(String.join("`", names)).append("!");
    text.append(names.length == 1 ? "enlist(" : "(");
    for (int c = 0; c < names.length; c++) {
      text.append(c > 0 ? ";" : "").append(text(kind(names[c]), rows, names[c]));
    }
    text.append(')');
    Value unused = q.evaluate(text.toString());
    context += "; " + text;
  }

  /** Random rows, so many at most, which are a plain table in q now. */
  private List<Row> given(String variable, int most, String... names) {
    List<Row> rows = rows(most, names);
    set(variable, rows, 0, names);
    return rows;
  }

  private static List<Row> byTime(List<Row> rows) {
    List<Row> out = new ArrayList<>(rows);
    out.sort(Comparator.comparingLong(r -> (Long) Objects.requireNonNull(r.get("t"))));
    return out;
  }

  // ---- comparing

  private static @Nullable Object plain(Value cell) {
    if (cell instanceof SymbolAtom s) {
      return s.isNull() ? null : s.name();
    }
    if (cell instanceof FloatAtom f) {
      return Double.isNaN(f.value()) ? null : (Object) f.value();
    }
    long number = Vectors.longOf(cell);
    return number == Null.LONG ? null : (Object) number;
  }

  private static List<Row> rowsOf(Value answer) {
    Table table = Tables.unkeyed(answer);
    List<Row> out = new ArrayList<>();
    for (int i = 0; i < table.rowCount(); i++) {
      Row row = new Row();
      for (int c = 0; c < table.names().size(); c++) {
        row.put(table.names().get(c), plain(table.columns().get(c).item(i)));
      }
      out.add(row);
    }
    return out;
  }

  private void check(String text, List<Row> expected) {
    List<Row> got;
    try {
      got = rowsOf(q.evaluate(text));
    } catch (QError e) {
      throw new AssertionError(text + ": '" + e.word() + " with " + context, e);
    }
    boolean same = got.size() == expected.size();
    for (int i = 0; same && i < got.size(); i++) {
      same = sameRow(got.get(i), expected.get(i));
    }
    if (!same) {
      assertThat(got).as(text + " with " + context).isEqualTo(expected);
    }
  }

  private static boolean sameRow(Row a, Row b) {
    if (!new ArrayList<>(a.keySet()).equals(new ArrayList<>(b.keySet()))) {
      return false;
    }
    for (Map.Entry<String, @Nullable Object> cell : a.entrySet()) {
      Object other = b.get(cell.getKey());
      boolean close =
          cell.getValue() instanceof Double x
              && other instanceof Double y
              && (x.equals(y) || Math.abs(x - y) <= 1e-12 * Math.max(1, Math.abs(x)));
      if (!close && !Objects.equals(cell.getValue(), other)) {
        return false;
      }
    }
    return true;
  }

  // ---- joins by key

  private static @Nullable Row match(Row left, List<Row> right, List<String> keys) {
    for (Row row : right) {
      if (row.of(keys).equals(left.of(keys))) {
        return row;
      }
    }
    return null;
  }

  private static Row over(Row left, @Nullable Row right, List<String> values) {
    Row out = new Row(left);
    for (String name : values) {
      if (right != null) {
        out.put(name, right.get(name));
      } else {
        out.putIfAbsent(name, null);
        if (!out.containsKey(name)) {
          out.put(name, null);
        }
      }
    }
    return out;
  }

  @Test
  void joinsByKey() {
    eachSeed(
        () -> {
          List<String> keys = random.nextBoolean() ? List.of("s") : List.of("s", "k");
          List<String> values = List.of("f", "g", "j");
          String[] leftNames = {"s", "k", "f", "h", "j"};
          List<Row> x = given("x", 8, leftNames);
          List<String> rightNames = new ArrayList<>(keys);
          rightNames.addAll(values);
          List<Row> y = unique(rows(8, rightNames.toArray(new String[0])), keys);
          set("y", y, keys.size(), rightNames.toArray(new String[0]));

          List<Row> left = new ArrayList<>();
          List<Row> filled = new ArrayList<>();
          List<Row> inner = new ArrayList<>();
          List<Row> plus = new ArrayList<>();
          for (Row row : x) {
            Row found = match(row, y, keys);
            left.add(over(row, found, values));
            Row fill = over(row, null, values);
            Row sum = over(row, null, values);
            for (String name : values) {
              Object right = found == null ? null : found.get(name);
              if (right != null) {
                fill.put(name, right);
              }
              sum.put(name, added(name, row, right));
            }
            filled.add(fill);
            plus.add(sum);
            if (found != null) {
              inner.add(over(row, found, values));
            }
          }
          check("x lj y", left);
          check("x ljf y", filled);
          check("x ij y", inner);
          check("x pj y", plus);
          check("(`s`k xkey x)lj y", reordered(left, List.of("s", "k")));
        });
  }

  /** What {@code pj} makes of a cell: nothing added is zero, and a column of its own begins so. */
  private static @Nullable Object added(String name, Row left, @Nullable Object right) {
    boolean isLong = kind(name) == 'j';
    Object zero = isLong ? (Object) 0L : (Object) 0.0;
    Object more = right == null ? zero : right;
    if (!left.containsKey(name)) {
      return more;
    }
    Object mine = left.get(name);
    if (mine == null) {
      return null;
    }
    return isLong ? (Object) ((Long) mine + (Long) more) : (Object) ((Double) mine + (Double) more);
  }

  private static List<Row> reordered(List<Row> rows, List<String> first) {
    List<Row> out = new ArrayList<>();
    for (Row row : rows) {
      Row other = new Row();
      first.forEach(name -> other.put(name, row.get(name)));
      row.forEach(other::putIfAbsent);
      row.forEach(other::put);
      out.add(other);
    }
    return out;
  }

  @Test
  void equiJoinAndUnionJoin() {
    eachSeed(
        () -> {
          List<Row> x = given("x", 6, "s", "k", "f");
          List<Row> y = given("y", 6, "k", "s", "f", "g");
          List<String> by = random.nextBoolean() ? List.of("s") : List.of("s", "k");

          List<Row> joined = new ArrayList<>();
          for (Row left : x) {
            for (Row right : y) {
              if (left.of(by).equals(right.of(by))) {
                Row row = new Row(left);
                right.forEach(row::put);
                joined.add(row);
              }
            }
          }
          check("ej[`" + String.join("`", by) + ";x;y]", joined);

          List<Row> union = new ArrayList<>();
          for (Row left : x) {
            union.add(left.with("g", null));
          }
          for (Row right : y) {
            Row row = new Row();
            for (String name : List.of("s", "k", "f", "g")) {
              row.put(name, right.get(name));
            }
            union.add(row);
          }
          check("x uj y", union);

          List<Row> a = unique(x, List.of("s"));
          List<Row> b = unique(rows(6, "s", "f", "g"), List.of("s"));
          set("a", a, 1, "s", "k", "f");
          set("b", b, 1, "s", "f", "g");
          Map<@Nullable Object, Row> all = new LinkedHashMap<>();
          for (Row row : a) {
            all.put(row.get("s"), row.with("g", null));
          }
          for (Row row : b) {
            Row old = all.get(row.get("s"));
            Row now = old == null ? new Row() : new Row(old);
            now.put("s", row.get("s"));
            now.putIfAbsent("k", null);
            now.put("k", old == null ? null : old.get("k"));
            now.put("f", row.get("f"));
            now.put("g", row.get("g"));
            all.put(row.get("s"), now);
          }
          check("a uj b", new ArrayList<>(all.values()));

          List<Row> c = unique(rows(6, "s", "k", "f"), List.of("s"));
          set("c", c, 1, "s", "k", "f");
          Map<@Nullable Object, Row> upserted = new LinkedHashMap<>();
          a.forEach(row -> upserted.put(row.get("s"), row));
          c.forEach(row -> upserted.put(row.get("s"), row));
          check("a upsert c", new ArrayList<>(upserted.values()));
          check("a,c", new ArrayList<>(upserted.values()));
          check("a upsert 0!c", new ArrayList<>(upserted.values()));
        });
  }

  // ---- joins by time

  @Test
  void asOfJoins() {
    eachSeed(
        () -> {
          boolean keyed = random.nextInt(3) > 0;
          boolean two = keyed && random.nextBoolean();
          List<String> keys = two ? List.of("s", "k") : keyed ? List.of("s") : List.of();
          List<Row> x = given("x", 8, "s", "k", "t", "f");
          List<Row> y = byTime(rows(12, "s", "k", "t", "f", "g"));
          set("y", y, 0, "s", "k", "t", "f", "g");
          if (keyed && random.nextBoolean()) {
            Value unused = q.evaluate("y:update`g#s from y");
          }
          List<String> values = new ArrayList<>(List.of("s", "k", "f", "g"));
          values.removeAll(keys);
          List<Row> joined = new ArrayList<>();
          List<Row> theirTime = new ArrayList<>();
          List<Row> alone = new ArrayList<>();
          for (Row left : x) {
            Row found = null;
            for (Row right : y) {
              if (right.of(keys).equals(left.of(keys)) && time(right) <= time(left)) {
                found = right;
              }
            }
            Row row = over(left, found, values);
            joined.add(row);
            theirTime.add(found == null ? row : row.with("t", found.get("t")));
            Row single = new Row();
            for (String name : y.isEmpty() ? List.of("s", "k", "f", "g") : values(y, keys)) {
              single.put(name, found == null ? null : found.get(name));
            }
            alone.add(single);
          }
          String by = keyed ? "`" + String.join("`", keys) + "`t" : "`t";
          check("aj[" + by + ";x;y]", joined);
          check("aj0[" + by + ";x;y]", theirTime);
          if (!y.isEmpty()) {
            check("y asof (" + (keyed ? by : "enlist`t") + ")#x", alone);
          }
        });
  }

  private static List<String> values(List<Row> rows, List<String> keys) {
    List<String> out = new ArrayList<>(rows.get(0).keySet());
    out.removeAll(keys);
    out.remove("t");
    return out;
  }

  private static long time(Row row) {
    return (Long) Objects.requireNonNull(row.get("t"));
  }

  @Test
  void windowJoins() {
    eachSeed(
        () -> {
          List<Row> x = given("x", 6, "s", "t", "h");
          List<Row> y = byTime(rows(14, "s", "t", "f", "j"));
          y.sort(Comparator.comparing(r -> String.valueOf(r.get("s") == null ? "" : r.get("s"))));
          set("y", y, 0, "s", "t", "f", "j");
          int before = random.nextInt(4);
          int after = random.nextInt(4);
          String windows = "w:(`timespan$" + -before + " " + after + ")+\\:x`t";
          Value unused = q.evaluate(windows);
          for (boolean strict : new boolean[] {false, true}) {
            List<Row> expected = new ArrayList<>();
            for (Row left : x) {
              List<Row> in = new ArrayList<>();
              Row inForce = null;
              for (Row right : y) {
                if (!Objects.equals(right.get("s"), left.get("s"))) {
                  continue;
                }
                // Of several at the very start the last is in force.
                long start = time(left) - before;
                if (strict ? time(right) < start : time(right) <= start) {
                  inForce = right;
                } else if (time(right) <= time(left) + after) {
                  in.add(right);
                }
              }
              if (!strict && inForce != null) {
                in.add(0, inForce);
              }
              expected.add(
                  left.with("f", highest(in, "f", Double.NEGATIVE_INFINITY))
                      .with("j", total(in, "j")));
            }
            if (!x.isEmpty()) {
              check((strict ? "wj1" : "wj") + "[w;`s`t;x;(y;(max;`f);(sum;`j))]", expected);
            }
          }
        });
  }

  private static @Nullable Object highest(List<Row> rows, String name, double none) {
    double best = none;
    for (Row row : rows) {
      if (row.get(name) instanceof Double d) {
        best = Math.max(best, d);
      }
    }
    return best;
  }

  private static Object total(List<Row> rows, String name) {
    long sum = 0;
    for (Row row : rows) {
      if (row.get(name) instanceof Long j) {
        sum += j;
      }
    }
    return sum;
  }

  // ---- queries

  private record Aggregate(String text, Function<List<Row>, @Nullable Object> of) {}

  private static final List<Aggregate> AGGREGATES =
      List.of(
          new Aggregate("count i", g -> (long) g.size()),
          new Aggregate("sum j", g -> total(g, "j")),
          new Aggregate("max f", g -> highest(g, "f", Double.NEGATIVE_INFINITY)),
          new Aggregate("first j", g -> g.get(0).get("j")),
          new Aggregate("last f", g -> g.get(g.size() - 1).get("f")),
          new Aggregate("sum null j", g -> g.stream().filter(r -> r.get("j") == null).count()),
          new Aggregate("last h", g -> g.get(g.size() - 1).get("h")),
          new Aggregate(
              "avg f",
              g ->
                  g.stream()
                      .map(r -> r.get("f"))
                      .filter(Objects::nonNull)
                      .mapToDouble(v -> (Double) v)
                      .boxed()
                      .collect(java.util.stream.Collectors.averagingDouble(d -> d))),
          new Aggregate("count distinct s", g -> (long) new LinkedHashSet<>(column(g, "s")).size()),
          new Aggregate(
              "sum f*h",
              g ->
                  g.stream()
                      .filter(r -> r.get("f") != null && r.get("h") != null)
                      .mapToDouble(r -> cell(r, "f") * cell(r, "h"))
                      .sum()),
          new Aggregate("{sum x mod 3}0^j", g -> g.stream().mapToLong(RowsOracleTest::mod3).sum()));

  private static double cell(Row row, String name) {
    return (Double) Objects.requireNonNull(row.get(name));
  }

  private static long mod3(Row row) {
    return row.get("j") instanceof Long j ? Math.floorMod(j, 3L) : 0;
  }

  private static List<@Nullable Object> column(List<Row> rows, String name) {
    List<@Nullable Object> out = new ArrayList<>();
    rows.forEach(row -> out.add(row.get(name)));
    return out;
  }

  private record Condition(String text, Predicate<Row> holds) {}

  private static final List<Condition> CONDITIONS =
      List.of(
          new Condition("j>0", r -> r.get("j") instanceof Long j && j > 0),
          new Condition("f<1", r -> !(r.get("f") instanceof Double f) || f < 1),
          new Condition("s in`a`c", r -> "a".equals(r.get("s")) || "c".equals(r.get("s"))),
          new Condition("s=`b", r -> "b".equals(r.get("s"))),
          new Condition("not null j", r -> r.get("j") != null),
          new Condition("k within 0 3", r -> r.get("k") instanceof Long k && k >= 0 && k <= 3),
          new Condition("t<`timespan$6", r -> time(r) < 6),
          new Condition("j=k", r -> Objects.equals(r.get("j"), r.get("k"))),
          new Condition("s<>r", r -> !Objects.equals(r.get("s"), r.get("r"))));

  private static final String[] NAMES = {"s", "r", "k", "j", "f", "h", "t"};

  private List<Condition> conditions() {
    List<Condition> out = new ArrayList<>();
    for (int i = random.nextInt(3); i > 0; i--) {
      out.add(CONDITIONS.get(random.nextInt(CONDITIONS.size())));
    }
    return out;
  }

  private static String where(List<Condition> conditions) {
    return conditions.isEmpty()
        ? ""
        : " where " + String.join(",", conditions.stream().map(Condition::text).toList());
  }

  private static boolean holds(List<Condition> conditions, Row row) {
    return conditions.stream().allMatch(c -> c.holds().test(row));
  }

  /** What rows may be grouped by: a text, and what it is of a row. */
  private record Key(String name, String text, Function<Row, @Nullable Object> of) {}

  private static final List<Key> KEYS =
      List.of(
          new Key("s", "s", r -> r.get("s")),
          new Key("k", "k", r -> r.get("k")),
          new Key("r", "r", r -> r.get("r")),
          new Key("x", "x:j>0", r -> r.get("j") instanceof Long j && j > 0 ? 1L : 0L),
          new Key("b", "b:3 xbar k", r -> r.get("k") instanceof Long k ? k - mod(k, 3) : null),
          new Key("t", "t:(`timespan$4)xbar t", r -> time(r) - time(r) % 4));

  private static long mod(long number, long by) {
    return Math.floorMod(number, by);
  }

  private static int compare(@Nullable Object a, @Nullable Object b) {
    if (a == null || b == null) {
      return a == b ? 0 : a == null ? -1 : 1;
    }
    return a instanceof String s ? s.compareTo((String) b) : ((Long) a).compareTo((Long) b);
  }

  private static int compare(List<@Nullable Object> a, List<@Nullable Object> b) {
    for (int i = 0; i < a.size(); i++) {
      int sign = compare(a.get(i), b.get(i));
      if (sign != 0) {
        return sign;
      }
    }
    return 0;
  }

  private List<Key> keys() {
    List<Key> out = new ArrayList<>();
    out.add(KEYS.get(random.nextInt(KEYS.size())));
    Key second = KEYS.get(random.nextInt(KEYS.size()));
    if (random.nextBoolean() && !second.equals(out.get(0))) {
      out.add(second);
    }
    return out;
  }

  private static Map<List<@Nullable Object>, List<Row>> groups(List<Row> rows, List<Key> keys) {
    Map<List<@Nullable Object>, List<Row>> out = new TreeMap<>(RowsOracleTest::compare);
    for (Row row : rows) {
      List<@Nullable Object> key = new ArrayList<>();
      keys.forEach(k -> key.add(k.of().apply(row)));
      out.computeIfAbsent(key, unused -> new ArrayList<>()).add(row);
    }
    return out;
  }

  private static String by(List<Key> keys) {
    return " by " + String.join(",", keys.stream().map(Key::text).toList());
  }

  @Test
  void aggregatesByKeys() {
    eachSeed(
        () -> {
          List<Row> t = rows(random.nextInt(5) == 0 ? 60 : 10, NAMES);
          set("t", t, 0, NAMES);
          if (random.nextBoolean()) {
            Value unused = q.evaluate("t:update`g#s from t");
          }
          for (int n = 0; n < 8; n++) {
            List<Condition> where = conditions();
            List<Key> keys = keys();
            List<Row> kept = t.stream().filter(row -> holds(where, row)).toList();
            Aggregate one = AGGREGATES.get(random.nextInt(AGGREGATES.size()));
            Aggregate two = AGGREGATES.get(random.nextInt(AGGREGATES.size()));
            List<Row> expected = new ArrayList<>();
            groups(kept, keys)
                .forEach(
                    (key, rows) -> {
                      if (average(one, rows) && average(two, rows)) {
                        Row row = new Row();
                        for (int c = 0; c < key.size(); c++) {
                          row.put(keys.get(c).name(), key.get(c));
                        }
                        row.put("a1", one.of().apply(rows));
                        row.put("a2", two.of().apply(rows));
                        expected.add(row);
                      }
                    });
            if (expected.size() == groups(kept, keys).size() && !kept.isEmpty()) {
              check(
                  "select a1:"
                      + one.text()
                      + ",a2:"
                      + two.text()
                      + by(keys)
                      + " from t"
                      + where(where),
                  expected);
            }
          }
        });
  }

  /** An average of nothing is null, which the loop does not say. */
  private static boolean average(Aggregate aggregate, List<Row> rows) {
    return !aggregate.text().equals("avg f") || rows.stream().anyMatch(row -> row.get("f") != null);
  }

  @Test
  void filtersByGroups() {
    eachSeed(
        () -> {
          List<Row> t = given("t", 12, NAMES);
          List<Condition> where = conditions();
          List<Row> kept = t.stream().filter(row -> holds(where, row)).toList();
          List<Key> keys = random.nextBoolean() ? KEYS.subList(0, 1) : KEYS.subList(0, 2);
          String by = keys.size() == 1 ? "s" : "([]s;k)";
          List<Row> highest = new ArrayList<>();
          List<Row> newest = new ArrayList<>();
          List<Row> several = new ArrayList<>();
          Map<List<@Nullable Object>, List<Row>> groups = groups(kept, keys);
          for (Row row : kept) {
            List<Row> mine =
                groups.values().stream()
                    .filter(g -> g.stream().anyMatch(other -> isSame(other, row)))
                    .findFirst()
                    .orElseThrow();
            if (Objects.equals(highest(mine, "f", Double.NEGATIVE_INFINITY), row.get("f"))) {
              highest.add(row);
            }
            if (isSame(mine.get(mine.size() - 1), row)) {
              newest.add(row);
            }
            if (mine.size() > 1) {
              several.add(row);
            }
          }
          String select = "select from t" + where(where) + (where.isEmpty() ? " where " : ",");
          check(select + "f=(max;f)fby " + by, highest);
          check(select + "i=(last;i)fby " + by, newest);
          check(select + "1<({count x};i)fby " + by, several);
        });
  }

  @Test
  void updatesAndDeletes() {
    eachSeed(
        () -> {
          List<Row> t = given("t", 10, NAMES);
          List<Condition> where = conditions();
          List<Key> keys = keys();
          check(
              "delete from t" + (where.isEmpty() ? " where 0b" : where(where)),
              t.stream().filter(row -> where.isEmpty() || !holds(where, row)).toList());
          List<Row> doubled = new ArrayList<>();
          for (Row row : t) {
            boolean hit = holds(where, row);
            Row out = hit && row.get("f") instanceof Double f ? row.with("f", 2 * f) : row;
            doubled.add(out.with("n", hit ? row.get("j") : null));
          }
          check("update f:2*f,n:j from t" + where(where), doubled);

          IdentityHashMap<Row, @Nullable Object> sums = new IdentityHashMap<>();
          IdentityHashMap<Row, @Nullable Object> before = new IdentityHashMap<>();
          groups(t.stream().filter(row -> holds(where, row)).toList(), keys)
              .forEach(
                  (key, rows) -> {
                    Object last = null;
                    for (Row row : rows) {
                      sums.put(row, total(rows, "j"));
                      before.put(row, last);
                      last = row.get("s");
                    }
                  });
          List<Row> expected = new ArrayList<>();
          for (Row row : t) {
            expected.add(row.with("n", sums.get(row)).with("o", before.get(row)));
          }
          check("update n:sum j,o:prev s" + by(keys) + " from t" + where(where), expected);
        });
  }

  @Test
  void sortsDistinctRowsAndGroupsOfRows() {
    eachSeed(
        () -> {
          List<Row> t = given("t", 12, NAMES);
          List<Condition> where = conditions();
          List<Row> kept = t.stream().filter(row -> holds(where, row)).toList();

          List<String> some = random.nextBoolean() ? List.of("s") : List.of("s", "k");
          List<Row> distinct = new ArrayList<>();
          for (Row row : unique(kept, some)) {
            Row out = new Row();
            some.forEach(name -> out.put(name, row.get(name)));
            distinct.add(out);
          }
          check("select distinct " + String.join(",", some) + " from t" + where(where), distinct);

          Comparator<Row> order = RowsOracleTest.byCell("k").thenComparing(byCell("s"));
          check("`k`s xasc select from t" + where(where), kept.stream().sorted(order).toList());
          check(
              "`k`s xdesc select from t" + where(where),
              kept.stream().sorted(order.reversed()).toList());
          int n = 1 + random.nextInt(4);
          check(
              "select[" + n + ";>k]from t" + where(where),
              kept.stream().sorted(byCell("k").reversed()).limit(n).toList());

          List<Row> numbered = new ArrayList<>();
          for (Row row : kept) {
            Row out = new Row();
            out.put("s", row.get("s"));
            out.put("n", (long) identity(t, row));
            numbered.add(out);
          }
          check("select s,n:i from t" + where(where), numbered);

          Map<List<@Nullable Object>, List<Row>> groups = groups(kept, KEYS.subList(0, 1));
          List<Row> last = new ArrayList<>();
          List<Row> flat = new ArrayList<>();
          groups.forEach(
              (key, rows) -> {
                Row row = new Row();
                row.put("s", key.get(0));
                rows.get(rows.size() - 1).forEach(row::put);
                last.add(row);
                for (Row each : rows) {
                  Row out = new Row();
                  List.of("s", "j", "f").forEach(name -> out.put(name, each.get(name)));
                  flat.add(out);
                }
              });
          check("select by s from t" + where(where), last);
          if (!kept.isEmpty()) {
            check("ungroup select j,f by s from t" + where(where), flat);
            check("ungroup`s xasc`s xgroup select s,j,f from t" + where(where), flat);
            check(
                "{([]s:key x;n:value x)}exec sum j by s from t" + where(where),
                groups.entrySet().stream()
                    .map(
                        e -> {
                          Row row = new Row();
                          row.put("s", e.getKey().get(0));
                          return row.with("n", total(e.getValue(), "j"));
                        })
                    .toList());
          }
        });
  }

  /** Rows may be alike and yet two. */
  @SuppressWarnings("ReferenceEquality")
  private static boolean isSame(Row a, Row b) {
    return a == b;
  }

  private static int identity(List<Row> rows, Row wanted) {
    for (int i = 0; i < rows.size(); i++) {
      if (isSame(rows.get(i), wanted)) {
        return i;
      }
    }
    throw new AssertionError("a row of another table");
  }

  private static Comparator<Row> byCell(String name) {
    return (a, b) -> compare(a.get(name), b.get(name));
  }

  @Test
  void rowsAddedToVariables() {
    eachSeed(
        () -> {
          String[] names = {"s", "k", "f"};
          List<Row> t = given("t", 6, names);
          List<Row> more = given("more", 6, names);
          List<Row> all = new ArrayList<>(t);
          all.addAll(more);
          check("t,more", all);
          Value unused = q.evaluate(random.nextBoolean() ? "`t upsert more" : "`t insert more");
          check("t", all);
          Row one = rows(1, names).stream().findFirst().orElse(null);
          if (one != null) {
            set("one", List.of(one), 0, names);
            Value unusedToo =
                q.evaluate(random.nextBoolean() ? "`t upsert first one" : "`t insert one");
            all.add(one);
            check("t", all);
          }

          List<Row> keyed = unique(all, List.of("s", "k"));
          set("u", keyed, 2, names);
          List<Row> others = unique(rows(8, names), List.of("s", "k"));
          set("v", others, 2, names);
          List<Row> gone = new ArrayList<>(keyed);
          gone.removeIf(row -> match(row, others, List.of("s", "k")) != null);
          check("(key v)_u", gone);
          List<Row> found = new ArrayList<>();
          for (Row row : others) {
            Row there = match(row, keyed, List.of("s", "k"));
            Row out = new Row();
            found.add(out.with("f", there == null ? null : there.get("f")));
          }
          check("u key v", found);
        });
  }

  @Test
  void foreignKeys() {
    eachSeed(
        () -> {
          boolean longs = random.nextBoolean();
          String key = longs ? "k" : "s";
          List<Row> y = unique(rows(6, key, "f", "r"), List.of(key));
          y.removeIf(row -> row.get(key) == null);
          if (y.isEmpty()) {
            return;
          }
          List<Row> x = new ArrayList<>();
          for (Row row : rows(8, "j", "h")) {
            Row out = new Row();
            Object at = random.nextInt(6) == 0 ? null : y.get(random.nextInt(y.size())).get(key);
            out.put(key, at);
            row.forEach(out::put);
            x.add(out);
          }
          set("y", y, 1, key, "f", "r");
          set("x", x, 0, key, "j", "h");
          Value unused = q.evaluate("x:update " + key + ":`y$" + key + " from x");

          List<Row> followed = new ArrayList<>();
          List<Row> some = new ArrayList<>();
          Map<@Nullable Object, List<Row>> groups = new TreeMap<>(RowsOracleTest::compare);
          for (Row row : x) {
            Row there = match(row, y, List.of(key));
            Row out = new Row();
            out.put("j", row.get("j"));
            out.put("f", there == null ? null : there.get("f"));
            out.put("r", there == null ? null : there.get("r"));
            followed.add(out);
            groups.computeIfAbsent(out.get("r"), r -> new ArrayList<>()).add(row);
            if ("a".equals(out.get("r"))) {
              some.add(row);
            }
          }
          check("select j," + key + ".f," + key + ".r from x", followed);
          check("select from x where " + key + ".r=`a", some);
          List<Row> expected = new ArrayList<>();
          groups.forEach(
              (name, rows) -> {
                Row row = new Row();
                row.put("r", name);
                row.put("j", total(rows, "j"));
                expected.add(row);
              });
          if (!x.isEmpty()) {
            check("select sum j by " + key + ".r from x", expected);
          }
          assertThat(q.evaluate("fkeys x").count()).as(context).isEqualTo(1);
          assertThat(q.evaluate("y") instanceof Dictionary).isTrue();
        });
  }
}
