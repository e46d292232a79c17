package tickwatch.tickerplant;

import java.util.LinkedHashSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import tickwatch.ipc.value.SymbolAtom;
import tickwatch.ipc.value.SymbolVector;
import tickwatch.ipc.value.Table;
import tickwatch.ipc.value.Value;

/**
 * Which rows of a table a subscriber wants.
 *
 * @param syms the syms, one char a byte; null means all rows
 */
record SymFilter(@Nullable Set<String> syms) {
  static final SymFilter ALL = new SymFilter(null);

  /** Null symbol: all; else the syms named. */
  static SymFilter of(String... syms) {
    Set<String> wanted = new LinkedHashSet<>();
    for (String sym : syms) {
      if (sym.isEmpty()) {
        return ALL;
      }
      wanted.add(sym);
    }
    return new SymFilter(Set.copyOf(wanted));
  }

  boolean isAll() {
    return syms == null;
  }

  /** What either wants. */
  SymFilter or(SymFilter other) {
    if (syms == null || other.syms == null) {
      return ALL;
    }
    Set<String> both = new LinkedHashSet<>(syms);
    both.addAll(other.syms);
    return new SymFilter(Set.copyOf(both));
  }

  /** The null symbol, or the syms: what {@code .u.w} shows. */
  Value value() {
    return syms == null
        ? SymbolAtom.NULL
        : SymbolVector.of(syms.stream().sorted().toArray(String[]::new));
  }

  /** The rows wanted, in order; the table itself if that is all of them. */
  Table select(Table rows) {
    if (syms == null) {
      return rows;
    }
    SymbolVector sym = (SymbolVector) rows.columns().get(1);
    boolean[] wanted = new boolean[sym.domainLength()];
    for (int code = 0; code < wanted.length; code++) {
      wanted[code] = syms.contains(sym.domainName(code));
    }
    int[] indexes = new int[sym.length()];
    int count = 0;
    for (int row = 0; row < indexes.length; row++) {
      if (wanted[sym.code(row)]) {
        indexes[count++] = row;
      }
    }
    return count == indexes.length ? rows : rows.at(indexes, count);
  }
}
