package tickwatch.q;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tickwatch.ipc.value.Attribute;
import tickwatch.ipc.value.Dictionary;
import tickwatch.ipc.value.IntVector;
import tickwatch.ipc.value.ListVector;
import tickwatch.ipc.value.LongVector;
import tickwatch.ipc.value.Null;
import tickwatch.ipc.value.QType;
import tickwatch.ipc.value.SymbolAtom;
import tickwatch.ipc.value.SymbolVector;
import tickwatch.ipc.value.Table;
import tickwatch.ipc.value.Value;
import tickwatch.ipc.value.Vector;

/**
 * Symbols enumerated over a variable: a vector of symbols, or a keyed table of one symbol key,
 * which makes them a foreign key. Whole numbers may be a foreign key, too, or link to the rows of a
 * table.
 *
 * <p>An enumeration holds its symbols, not their positions: where items of its variable are
 * replaced, those of the variables that are enumerated over it are, too.
 */
final class Enumerations {
  private Enumerations() {}

  /** {@code `v$y}: symbols that are all in the variable. */
  static Value enumerate(Context context, String variable, Value y) {
    LongVector keys = numbers(context, variable);
    if (keys != null) {
      return enumerate(variable, keys, y);
    }
    Map<String, Integer> positions = positions(context, variable);
    context.domains.add(variable);
    return Atomic.unary(
        y,
        leaf -> {
          SymbolVector symbols = symbolsOf(leaf).withAttribute(Attribute.NONE);
          boolean[] missing = new boolean[symbols.domainLength()];
          Meter meter = Meter.here();
          for (int code = 0; code < missing.length; code++) {
            meter.pass();
            String name = symbols.domainName(code);
            missing[code] = !positions.containsKey(name) && !name.isEmpty();
          }
          for (int i = 0; i < symbols.length(); i++) {
            meter.pass();
            if (missing[symbols.code(i)]) {
              throw new QError("cast", "the symbol " + symbols.get(i) + " is not in " + variable);
            }
          }
          return like(leaf, symbols, variable);
        });
  }

  /** Has what is enumerated over a variable be its new items, where they are others. */
  static void follow(Context context, String variable, SymbolVector before, SymbolVector now) {
    if (begins(now, before)) {
      return;
    }
    Map<String, String> renamed = new HashMap<>();
    boolean changed = false;
    Meter meter = Meter.here();
    for (int i = 0; i < before.length(); i++) {
      meter.pass();
      String to = i < now.length() ? now.get(i) : "";
      changed |= renamed.putIfAbsent(before.get(i), to) == null && !to.equals(before.get(i));
    }
    if (!changed) {
      return;
    }
    for (String name : context.globals.names()) {
      Value value = context.globals.get(name);
      Value after = value == null ? null : renamed(value, variable, renamed);
      if (after != null && after != value) {
        context.globals.set(name, after);
      }
    }
  }

  /** Whether items were only added, as is the rule. */
  private static boolean begins(SymbolVector now, SymbolVector before) {
    boolean same = now.length() >= before.length();
    Meter meter = Meter.here();
    for (int i = 0; same && i < before.length(); i++) {
      meter.pass();
      same = now.get(i).equals(before.get(i));
    }
    return same;
  }

  private static Value renamed(Value value, String variable, Map<String, String> names) {
    if (value instanceof SymbolAtom a) {
      return variable.equals(a.enumeration())
          ? new SymbolAtom(names.getOrDefault(a.name(), a.name()), variable)
          : a;
    }
    if (value instanceof SymbolVector v) {
      if (!variable.equals(v.enumeration())) {
        return v;
      }
      String[] items = v.toArray();
      Meter meter = Meter.here();
      for (int i = 0; i < items.length; i++) {
        meter.pass();
        items[i] = names.getOrDefault(items[i], items[i]);
      }
      return Vectors.symbols(items).enumeratedOver(variable);
    }
    if (value instanceof ListVector list) {
      Value[] items = Vectors.items(list);
      boolean changed = false;
      Meter meter = Meter.here();
      for (int i = 0; i < items.length; i++) {
        meter.pass();
        Value item = renamed(items[i], variable, names);
        changed |= item != items[i];
        items[i] = item;
      }
      return changed ? ListVector.of(items) : list;
    }
    if (value instanceof Table t) {
      ListVector columns = ListVector.of(t.columns().toArray(new Value[0]));
      Value after = renamed(columns, variable, names);
      return after == columns
          ? t
          : new Table(
              t.names(), List.of(Vectors.items(after)).stream().map(c -> (Vector) c).toList());
    }
    if (value instanceof Dictionary d) {
      Value keys = renamed(d.keys(), variable, names);
      Value values = renamed(d.values(), variable, names);
      return keys == d.keys() && values == d.values() ? d : new Dictionary(keys, values, d.step());
    }
    return value;
  }

  private static Value enumerate(String table, LongVector keys, Value y) {
    return Atomic.unary(
        y,
        leaf -> {
          if (leaf.type() != QType.LONG) {
            throw QError.type("a foreign key of " + Types.name(leaf) + " (expected: longs)");
          }
          LongVector items = (LongVector) Vectors.listOf(leaf);
          int[] found = Search.positions(keys, items);
          Meter meter = Meter.here();
          for (int i = 0; i < found.length; i++) {
            meter.pass();
            if (found[i] == keys.length() && items.get(i) != Null.LONG) {
              throw new QError("cast", "the key " + items.get(i) + " is not in " + table);
            }
          }
          return like(leaf, items, new LongVector.Pointed(table, false));
        });
  }

  /** The items as what they point at, now that some may be new. */
  static Vector again(Context context, Vector before, Vector items) {
    String variable = variableOf(before);
    if (variable != null && before instanceof SymbolVector && items instanceof ListVector mixed) {
      Vector names = names(mixed);
      return names == null ? items : (Vector) enumerate(context, variable, names);
    }
    if (variable == null || items.type() != before.type()) {
      return items;
    }
    return isLink(before)
        ? ((LongVector) items).pointing(((LongVector) before).pointed())
        : (Vector) enumerate(context, variable, items);
  }

  /** Symbols of which some are enumerated, as names; null where there are others. */
  private static @Nullable Vector names(ListVector items) {
    String[] out = new String[items.length()];
    Meter meter = Meter.here();
    for (int i = 0; i < out.length; i++) {
      meter.pass();
      if (!(items.get(i) instanceof SymbolAtom symbol)) {
        return null;
      }
      out[i] = symbol.name();
    }
    return SymbolVector.of(out);
  }

  /** {@code `v?y}: symbols; those that the variable lacks are added to it. */
  static Value extend(Context context, String variable, Value y) {
    Value known = context.lookUp(context.namespace, variable);
    SymbolVector domain = known == null ? SymbolVector.of() : domain(variable, known);
    Map<String, Integer> seen = new HashMap<>();
    List<String> names = new ArrayList<>();
    Meter meter = Meter.here();
    for (int i = 0; i < domain.length(); i++) {
      meter.pass();
      if (seen.putIfAbsent(domain.get(i), i) == null) {
        names.add(domain.get(i));
      }
    }
    int before = names.size();
    context.domains.add(variable);
    Value out =
        Atomic.unary(
            y,
            leaf -> {
              SymbolVector symbols = symbolsOf(leaf);
              for (int i = 0; i < symbols.length(); i++) {
                meter.pass();
                if (seen.putIfAbsent(symbols.get(i), i) == null) {
                  names.add(symbols.get(i));
                }
              }
              return like(leaf, symbols, variable);
            });
    if (known == null || names.size() > before) {
      if (known instanceof Dictionary) {
        throw new QError("cast", "a symbol that is no key of " + variable);
      }
      context.assign(variable, Vectors.symbols(names));
    }
    return out;
  }

  /** {@code `v!y}: the symbols at these positions of the variable. */
  static Value ofIndexes(Context context, String variable, Value y) {
    LongVector keys = numbers(context, variable);
    boolean link = context.lookUp(context.namespace, variable) instanceof Table;
    if (link || keys != null) {
      return Atomic.unary(
          y,
          leaf -> {
            Value items = link || keys == null ? leaf : Indexing.at(context, keys, leaf);
            return like(
                leaf,
                (LongVector) Vectors.listOf(Casts.cast(items, QType.LONG)),
                new LongVector.Pointed(variable, link));
          });
    }
    SymbolVector domain = domain(variable, context.global(variable));
    context.domains.add(variable);
    return Atomic.unary(
        y,
        leaf -> {
          Value symbols = Indexing.at(context, domain, leaf);
          return like(leaf, symbolsOf(symbols), variable);
        });
  }

  /** Where the items of an enumeration stand in its variable, as numbers of a type. */
  static Value indexes(Context context, Value y, QType type) {
    String variable = variableOf(y);
    if (variable == null) {
      throw QError.type("positions of " + Types.name(y) + " (expected: an enumeration)");
    }
    if (isLink(y)) {
      return Casts.cast(plain(y), type);
    }
    Vector keys = numbers(context, variable);
    Vector domain = keys == null ? domain(variable, context.global(variable)) : keys;
    int[] found = Search.positions(domain, keys == null ? symbolsOf(y) : y);
    long[] out = new long[found.length];
    Meter meter = Meter.here();
    for (int i = 0; i < out.length; i++) {
      meter.pass();
      out[i] = found[i] == domain.length() ? Null.LONG : found[i];
    }
    return y instanceof Vector
        ? Vectors.ofLongs(type, out, out.length)
        : Vectors.atomOfLong(type, out[0]);
  }

  /** The variable that a value is enumerated over; null where it is none. */
  static @Nullable String variableOf(Value value) {
    if (value instanceof SymbolAtom a) {
      return a.enumeration();
    }
    if (value instanceof LongVector longs) {
      LongVector.Pointed pointed = longs.pointed();
      return pointed == null ? null : pointed.table();
    }
    return value instanceof SymbolVector v ? v.enumeration() : null;
  }

  /** Whether a value is row numbers of a table. */
  static boolean isLink(Value value) {
    LongVector.Pointed pointed = value instanceof LongVector longs ? longs.pointed() : null;
    return pointed != null && pointed.rows();
  }

  /** The symbols or numbers without the variable. */
  static Value plain(Value value) {
    if (value instanceof LongVector longs) {
      return longs.pointing(null);
    }
    return value instanceof SymbolAtom a
        ? new SymbolAtom(a.name())
        : ((SymbolVector) value).enumeratedOver(null);
  }

  /** Whether a variable holds something to enumerate over. */
  static boolean isDomain(@Nullable Value value) {
    return value instanceof SymbolVector
        || (value instanceof Vector v && v.length() == 0)
        || (value instanceof Dictionary d
            && d.isKeyedTable()
            && (((Table) d.keys()).columns().get(0) instanceof SymbolVector
                || ((Table) d.keys()).columns().get(0).type() == QType.LONG));
  }

  /** The keys of a keyed table of one key of whole numbers; null where it is none. */
  private static @Nullable LongVector numbers(Context context, String variable) {
    return context.lookUp(context.namespace, variable) instanceof Dictionary d
            && d.isKeyedTable()
            && ((Table) d.keys()).columns().size() == 1
            && ((Table) d.keys()).columns().get(0) instanceof LongVector keys
            && keys.type() == QType.LONG
        ? keys
        : null;
  }

  /** {@code column.name} where the column is a foreign key: what the rows it points to hold. */
  static @Nullable Value linked(Context context, @Nullable Vector column, String name) {
    String variable = column == null ? null : variableOf(column);
    Value target = variable == null ? null : context.lookUp(context.namespace, variable);
    if (column == null || target == null) {
      return null;
    }
    int dot = name.indexOf('.');
    String first = dot < 0 ? name : name.substring(0, dot);
    Vector wanted;
    int[] rows;
    if (target instanceof Dictionary d && d.isKeyedTable()) {
      wanted = ((Table) d.values()).column(first);
      if (wanted == null) {
        wanted = ((Table) d.keys()).column(first);
      }
      rows = Search.positions(((Table) d.keys()).columns().get(0), plain(column));
    } else if (target instanceof Table t && column instanceof LongVector links) {
      wanted = t.column(first);
      rows = rowNumbers(links, t.rowCount());
    } else {
      return null;
    }
    if (wanted == null) {
      return null;
    }
    Vector picked = Vectors.at(wanted, rows, rows.length);
    if (dot < 0) {
      return picked;
    }
    return picked.type().isTemporal()
        ? Casts.dollar(context, new SymbolAtom(name.substring(dot + 1)), picked)
        : linked(context, picked, name.substring(dot + 1));
  }

  /** What a link points at, beyond the end where there is no such row. */
  private static int[] rowNumbers(LongVector links, int count) {
    int[] out = new int[links.length()];
    Meter meter = Meter.here();
    for (int i = 0; i < out.length; i++) {
      meter.pass();
      long row = links.get(i);
      out[i] = row >= 0 && row < count ? (int) row : count;
    }
    return out;
  }

  private static SymbolVector symbolsOf(Value leaf) {
    if (leaf instanceof SymbolVector v) {
      return v;
    }
    if (leaf instanceof SymbolAtom a) {
      return SymbolVector.of(a.name());
    }
    throw QError.type("an enumeration of " + Types.name(leaf) + " (expected: symbols)");
  }

  private static Value like(Value leaf, SymbolVector symbols, String variable) {
    return leaf instanceof Vector
        ? symbols.enumeratedOver(variable)
        : new SymbolAtom(symbols.get(0), variable);
  }

  private static Value like(Value leaf, LongVector items, LongVector.Pointed pointed) {
    return leaf instanceof Vector ? items.pointing(pointed) : items.item(0);
  }

  private static Map<String, Integer> positions(Context context, String variable) {
    SymbolVector domain = domain(variable, context.global(variable));
    Map<String, Integer> out = new HashMap<>();
    Meter meter = Meter.here();
    for (int i = 0; i < domain.length(); i++) {
      meter.pass();
      out.putIfAbsent(domain.get(i), i);
    }
    return out;
  }

  private static SymbolVector domain(String variable, Value value) {
    if (value instanceof SymbolVector v) {
      return v;
    }
    if (value instanceof Dictionary d
        && d.isKeyedTable()
        && ((Table) d.keys()).columns().get(0) instanceof SymbolVector v) {
      return v;
    }
    if (value instanceof Vector v && v.length() == 0) {
      return SymbolVector.ofCodes(new String[0], 0, true, IntVector.of(QType.INT));
    }
    throw QError.type(variable + " is " + Types.name(value) + " (expected: symbols)");
  }
}
