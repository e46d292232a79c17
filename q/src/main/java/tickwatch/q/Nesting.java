package tickwatch.q;

import java.util.List;
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

  /** Parts of functions within functions, those shared counted again and again. */
  private static final int MAX_PARTS = 1_000_000;

  private int parts;

  private Nesting() {}

  /** Whether a value is too deep, or too much of it shared, for those who walk through it. */
  static boolean tooDeep(Value value) {
    return new Nesting().tooDeep(value, MAX_DEPTH);
  }

  private boolean tooDeep(Value value, int left) {
    if (left == 0) {
      return true;
    }
    if (value instanceof ListVector list) {
      return list.depth() >= left;
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
      return tooDeep(p.parts(), left);
    }
    if (value instanceof Composition c) {
      return tooDeep(c.parts(), left);
    }
    return value instanceof Derived d && tooDeep(d.function(), left - 1);
  }

  private boolean tooDeep(List<Value> functions, int left) {
    parts += functions.size();
    if (parts > MAX_PARTS) {
      return true;
    }
    for (Value part : functions) {
      if (tooDeep(part, left - 1)) {
        return true;
      }
    }
    return false;
  }
}
