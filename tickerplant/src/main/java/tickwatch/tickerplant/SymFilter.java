package tickwatch.tickerplant;

import java.util.LinkedHashSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import tickwatch.ipc.value.SymbolAtom;
import tickwatch.ipc.value.SymbolVector;
import tickwatch.ipc.value.Table;
import tickwatch.ipc.value.Value;
import tickwatch.tick.SymSelection;

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
    return syms == null ? rows : SymSelection.select(rows, syms);
  }
}
