package tickwatch.q;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import tickwatch.ipc.value.Dictionary;
import tickwatch.ipc.value.ListVector;
import tickwatch.ipc.value.Table;
import tickwatch.ipc.value.Value;
import tickwatch.ipc.value.Vector;

/**
 * Applying what is defined on typed atoms and vectors to lists, dictionaries and tables of them.
 */
final class Atomic {
  interface One {
    Value apply(Value x);
  }

  interface Two {
    Value apply(Value x, Value y);
  }

  private Atomic() {}

  static Value unary(Value x, One leaf) {
    if (x instanceof ListVector list) {
      Value[] out = new Value[list.length()];
      Meter meter = Meter.here();
      for (int i = 0; i < out.length; i++) {
        meter.pass();
        out[i] = unary(list.get(i), leaf);
        meter.made(Context.size(out[i]));
      }
      return Vectors.list(out);
    }
    if (x instanceof Dictionary d) {
      return new Dictionary(d.keys(), unary(d.values(), leaf));
    }
    if (x instanceof Table t) {
      return eachColumn(t, column -> unary(column, leaf));
    }
    return leaf.apply(x);
  }

  static Table eachColumn(Table table, One leaf) {
    List<Vector> out = new ArrayList<>();
    for (Vector column : table.columns()) {
      Value value = leaf.apply(column);
      if (!(value instanceof Vector v)) {
        throw QError.type("a column that became " + Types.name(value));
      }
      out.add(v);
    }
    return new Table(table.names(), out);
  }

  static Value binary(Value x, Value y, Two leaf) {
    return binary(x, y, leaf, null);
  }

  /**
   * Applies to pairs.
   *
   * @param alone what becomes of a value whose key only the right dictionary has; null: it stays
   */
  static Value binary(Value x, Value y, Two leaf, @Nullable One alone) {
    if (x instanceof Dictionary a && y instanceof Dictionary b) {
      return dictionaries(a, b, leaf, alone);
    }
    if (x instanceof Dictionary a) {
      return new Dictionary(a.keys(), binary(a.values(), y, leaf, alone));
    }
    if (y instanceof Dictionary b) {
      return new Dictionary(b.keys(), binary(x, b.values(), leaf, alone));
    }
    if (x instanceof Table a && y instanceof Table b) {
      return tables(a, b, leaf, alone);
    }
    if (x instanceof Table a) {
      return eachColumn(a, column -> binary(column, y, leaf, alone));
    }
    if (y instanceof Table b) {
      return eachColumn(b, column -> binary(x, column, leaf, alone));
    }
    if (x instanceof ListVector || y instanceof ListVector) {
      return lists(x, y, leaf, alone);
    }
    if (x instanceof Vector a && y instanceof Vector b && a.length() != b.length()) {
      throw QError.length(a.length(), b.length());
    }
    return leaf.apply(x, y);
  }

  private static Value lists(Value x, Value y, Two leaf, @Nullable One alone) {
    Vector a = x instanceof Vector v ? v : null;
    Vector b = y instanceof Vector v ? v : null;
    if (a != null && b != null && a.length() != b.length()) {
      throw QError.length(a.length(), b.length());
    }
    int count = a != null ? a.length() : b != null ? b.length() : 0;
    Value[] out = new Value[count];
    Meter meter = Meter.here();
    for (int i = 0; i < count; i++) {
      meter.pass();
      out[i] = binary(a == null ? x : a.item(i), b == null ? y : b.item(i), leaf, alone);
      meter.made(Context.size(out[i]));
    }
    return Vectors.list(out);
  }

  private static Value tables(Table a, Table b, Two leaf, @Nullable One alone) {
    if (a.rowCount() != b.rowCount()) {
      throw QError.length(a.rowCount(), b.rowCount());
    }
    List<Vector> out = new ArrayList<>();
    for (int c = 0; c < a.names().size(); c++) {
      Vector other = b.column(a.names().get(c));
      out.add(
          other == null
              ? a.columns().get(c)
              : (Vector) binary(a.columns().get(c), other, leaf, alone));
    }
    List<String> names = new ArrayList<>(a.names());
    for (int c = 0; c < b.names().size(); c++) {
      if (!a.names().contains(b.names().get(c))) {
        Vector column = b.columns().get(c);
        names.add(b.names().get(c));
        out.add(alone == null ? column : (Vector) unary(column, alone));
      }
    }
    return new Table(names, out);
  }

  private static Value dictionaries(Dictionary a, Dictionary b, Two leaf, @Nullable One alone) {
    if (a.keys().equals(b.keys())) {
      return new Dictionary(a.keys(), binary(a.values(), b.values(), leaf, alone));
    }
    Value keys = a.keys();
    Value[] values = Vectors.items(a.values());
    int[] found = Search.positions(keys, b.keys());
    List<Value> all = new ArrayList<>(List.of(values));
    List<Integer> fresh = new ArrayList<>();
    Meter meter = Meter.here();
    for (int i = 0; i < found.length; i++) {
      meter.pass();
      Value right = Vectors.itemAt(b.values(), i);
      if (found[i] < values.length) {
        all.set(found[i], binary(all.get(found[i]), right, leaf, alone));
      } else {
        fresh.add(i);
        all.add(alone == null ? right : unary(right, alone));
      }
    }
    int[] more = fresh.stream().mapToInt(Integer::intValue).toArray();
    Value added = Vectors.at(b.keys(), more, more.length);
    Value joined = Lists.join(keys, added);
    Value out = Vectors.collapse(all.toArray(new Value[0]));
    return new Dictionary(joined, out);
  }
}
