package tickwatch.q;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tickwatch.ipc.value.Dictionary;
import tickwatch.ipc.value.IntVector;
import tickwatch.ipc.value.QType;
import tickwatch.ipc.value.SymbolAtom;
import tickwatch.ipc.value.SymbolVector;
import tickwatch.ipc.value.Table;
import tickwatch.ipc.value.Value;
import tickwatch.ipc.value.Vector;

/**
 * Symbols enumerated over a variable: a vector of symbols, or a keyed table of one symbol key,
 * which makes them a foreign key.
 *
 * <p>An enumeration keeps its symbols: other than q's, it does not follow when an item of the
 * variable is replaced.
 */
final class Enumerations {
  private Enumerations() {}

  /** {@code `v$y}: symbols that are all in the variable. */
  static Value enumerate(Context context, String variable, Value y) {
    Map<String, Integer> positions = positions(context, variable);
    return Atomic.unary(
        y,
        leaf -> {
          SymbolVector symbols = symbolsOf(leaf).withAttribute(tickwatch.ipc.value.Attribute.NONE);
          for (int code = 0; code < symbols.domainLength(); code++) {
            String name = symbols.domainName(code);
            if (!positions.containsKey(name) && !name.isEmpty() && isUsed(symbols, code)) {
              throw new QError("cast", "the symbol " + name + " is not in " + variable);
            }
          }
          return like(leaf, symbols, variable);
        });
  }

  private static boolean isUsed(SymbolVector symbols, int code) {
    for (int i = 0; i < symbols.length(); i++) {
      if (symbols.code(i) == code) {
        return true;
      }
    }
    return false;
  }

  /** {@code `v?y}: symbols; those that the variable lacks are added to it. */
  static Value extend(Context context, String variable, Value y) {
    Value known = context.lookUp(context.namespace, variable);
    SymbolVector domain = known == null ? SymbolVector.of() : domain(variable, known);
    Map<String, Integer> seen = new HashMap<>();
    List<String> names = new ArrayList<>();
    for (int i = 0; i < domain.length(); i++) {
      if (seen.putIfAbsent(domain.get(i), i) == null) {
        names.add(domain.get(i));
      }
    }
    int before = names.size();
    Value out =
        Atomic.unary(
            y,
            leaf -> {
              SymbolVector symbols = symbolsOf(leaf);
              for (int i = 0; i < symbols.length(); i++) {
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
    SymbolVector domain = domain(variable, context.global(variable));
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
    SymbolVector domain = domain(variable, context.global(variable));
    int[] found = Search.positions(domain, symbolsOf(y));
    long[] out = new long[found.length];
    for (int i = 0; i < out.length; i++) {
      out[i] = found[i] == domain.length() ? tickwatch.ipc.value.Null.LONG : found[i];
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
    return value instanceof SymbolVector v ? v.enumeration() : null;
  }

  /** The symbols without the variable. */
  static Value plain(Value value) {
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
            && ((Table) d.keys()).columns().get(0) instanceof SymbolVector);
  }

  /** {@code column.name} where the column is a foreign key: what the rows it points to hold. */
  static @Nullable Value linked(Context context, @Nullable Vector column, String name) {
    if (!(column instanceof SymbolVector v)) {
      return null;
    }
    String variable = v.enumeration();
    Value target = variable == null ? null : context.lookUp(context.namespace, variable);
    if (!(target instanceof Dictionary d) || !d.isKeyedTable()) {
      return null;
    }
    int[] rows = Search.positions(((Table) d.keys()).columns().get(0), v);
    Table values = (Table) d.values();
    int dot = name.indexOf('.');
    Vector wanted = values.column(dot < 0 ? name : name.substring(0, dot));
    if (wanted == null) {
      wanted = ((Table) d.keys()).column(name);
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

  private static Map<String, Integer> positions(Context context, String variable) {
    SymbolVector domain = domain(variable, context.global(variable));
    Map<String, Integer> out = new HashMap<>();
    for (int i = 0; i < domain.length(); i++) {
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
