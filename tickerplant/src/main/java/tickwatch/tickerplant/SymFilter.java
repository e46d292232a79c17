package tickwatch.tickerplant;

import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import tickwatch.ipc.value.SymbolAtom;
import tickwatch.ipc.value.SymbolVector;
import tickwatch.ipc.value.Table;
import tickwatch.ipc.value.Value;
import tickwatch.tick.SymSelection;

/**
 * Which rows of a table a subscriber wants; equal to another one that wants the same.
 *
 * <p><b>Threads.</b> Any.
 */
final class SymFilter {
  static final SymFilter ALL = new SymFilter(null);

  /** One char a byte; null means all rows. */
  private final @Nullable Set<String> syms;

  /** The same for those who look at bytes; null until it is asked for. */
  private volatile @Nullable SymIndex<Boolean> index;

  private SymFilter(@Nullable Set<String> syms) {
    this.syms = syms;
  }

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

  /** The syms, one char a byte; null means all rows. */
  @Nullable Set<String> syms() {
    return syms;
  }

  /** What says of the bytes of a sym whether it is wanted; not to be asked if all are. */
  SymIndex<Boolean> index() {
    SymIndex<Boolean> made = index;
    if (made == null) {
      Map<String, Boolean> wanted = new HashMap<>();
      Objects.requireNonNull(syms).forEach(sym -> wanted.put(sym, true));
      made = new SymIndex<>(wanted);
      index = made;
    }
    return made;
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

  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof SymFilter filter && Objects.equals(syms, filter.syms);
  }

  @Override
  public int hashCode() {
    return Objects.hashCode(syms);
  }
}
