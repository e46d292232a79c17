package tickwatch.rdb;

import tickwatch.ipc.value.Dictionary;
import tickwatch.ipc.value.ListVector;
import tickwatch.ipc.value.SymbolVector;
import tickwatch.ipc.value.Table;
import tickwatch.ipc.value.Value;
import tickwatch.ipc.value.Vector;

/** About how many bytes a value takes on the wire, without looking at every item of a vector. */
final class ValueSize {
  private ValueSize() {}

  static long of(Value value) {
    if (value instanceof SymbolVector symbols) {
      return 6 + symbols.length() * averageName(symbols);
    }
    if (value instanceof ListVector list) {
      long bytes = 6;
      for (int i = 0; i < list.length(); i++) {
        bytes += of(list.get(i));
      }
      return bytes;
    }
    if (value instanceof Vector vector) {
      return 6 + (long) vector.type().width() * vector.length();
    }
    if (value instanceof Table table) {
      long bytes = 16;
      for (int i = 0; i < table.columns().size(); i++) {
        bytes += table.names().get(i).length() + 1 + of(table.columns().get(i));
      }
      return bytes;
    }
    if (value instanceof Dictionary dictionary) {
      return 1 + of(dictionary.keys()) + of(dictionary.values());
    }
    return 1L + Math.max(8, value.type().width());
  }

  /** With its end byte; the names of a domain count alike, however often they are used. */
  private static long averageName(SymbolVector symbols) {
    int names = symbols.domainLength();
    if (names == 0) {
      return 1;
    }
    long chars = 0;
    for (int code = 0; code < names; code++) {
      chars += symbols.domainName(code).length();
    }
    return 1 + (chars + names - 1) / names;
  }
}
