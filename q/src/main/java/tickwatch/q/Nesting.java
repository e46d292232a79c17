package tickwatch.q;

import tickwatch.ipc.value.Composition;
import tickwatch.ipc.value.Derived;
import tickwatch.ipc.value.Dictionary;
import tickwatch.ipc.value.ListVector;
import tickwatch.ipc.value.Projection;
import tickwatch.ipc.value.Table;
import tickwatch.ipc.value.Value;
import tickwatch.ipc.value.Vector;

/** How deep values lie within values. What is kept or sent may not be deeper than a bound. */
final class Nesting {
  static final int MAX_DEPTH = 100;

  private Nesting() {}

  static boolean tooDeep(Value value) {
    return tooDeep(value, MAX_DEPTH);
  }

  private static boolean tooDeep(Value value, int left) {
    if (left == 0) {
      return true;
    }
    if (value instanceof ListVector list) {
      for (int i = 0; i < list.length(); i++) {
        if (tooDeep(list.get(i), left - 1)) {
          return true;
        }
      }
      return false;
    }
    if (value instanceof Dictionary d) {
      return tooDeep(d.keys(), left - 1) || tooDeep(d.values(), left - 1);
    }
    if (value instanceof Table t) {
      for (Vector column : t.columns()) {
        if (tooDeep(column, left - 1)) {
          return true;
        }
      }
      return false;
    }
    if (value instanceof Projection p) {
      return p.parts().stream().anyMatch(part -> tooDeep(part, left - 1));
    }
    if (value instanceof Composition c) {
      return c.parts().stream().anyMatch(part -> tooDeep(part, left - 1));
    }
    return value instanceof Derived d && tooDeep(d.function(), left - 1);
  }
}
