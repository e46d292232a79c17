package tickwatch.tick;

import java.util.Set;
import tickwatch.ipc.value.SymbolVector;
import tickwatch.ipc.value.Table;

/**
 * The rows of some syms: the one rule by which a tickerplant filters what it publishes and a
 * follower filters what it replays.
 */
public final class SymSelection {
  private SymSelection() {}

  /**
   * The rows whose second column, {@code sym}, is among these, in order; the table itself if that
   * is all of them.
   *
   * @param syms one char a byte
   */
  public static Table select(Table rows, Set<String> syms) {
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
