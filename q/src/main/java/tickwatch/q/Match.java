package tickwatch.q;

import java.util.Objects;
import org.jspecify.annotations.Nullable;
import tickwatch.ipc.value.Atom;
import tickwatch.ipc.value.Dictionary;
import tickwatch.ipc.value.FloatVector;
import tickwatch.ipc.value.ListVector;
import tickwatch.ipc.value.RealVector;
import tickwatch.ipc.value.SymbolAtom;
import tickwatch.ipc.value.SymbolVector;
import tickwatch.ipc.value.Table;
import tickwatch.ipc.value.Value;
import tickwatch.ipc.value.Vector;

/** {@code ~}: the same type, shape and items; floats within the tolerance of comparisons. */
final class Match {
  private Match() {}

  static boolean same(Value x, Value y) {
    if (x == y) {
      return true;
    }
    if (x.typeNumber() != y.typeNumber()) {
      return false;
    }
    if (x instanceof Atom) {
      return Vectors.isFloating(x.type())
          ? Compare.same(Vectors.doubleOf(x), Vectors.doubleOf(y))
          : x.equals(y) && Objects.equals(enumeration(x), enumeration(y));
    }
    if (x instanceof ListVector a && y instanceof ListVector b) {
      if (a.length() != b.length()) {
        return false;
      }
      Meter meter = Meter.here();
      for (int i = 0; i < a.length(); i++) {
        meter.pass();
        if (!same(a.get(i), b.get(i))) {
          return false;
        }
      }
      return true;
    }
    if (x instanceof FloatVector || x instanceof RealVector) {
      Meter.here().pass(x.count());
      double[] a = Vectors.doubles((Vector) x);
      double[] b = Vectors.doubles((Vector) y);
      if (a.length != b.length) {
        return false;
      }
      for (int i = 0; i < a.length; i++) {
        if (!Compare.same(a[i], b[i])) {
          return false;
        }
      }
      return true;
    }
    if (x instanceof Dictionary a && y instanceof Dictionary b) {
      return same(a.keys(), b.keys()) && same(a.values(), b.values());
    }
    if (x instanceof Table a && y instanceof Table b) {
      if (!a.names().equals(b.names())) {
        return false;
      }
      for (int c = 0; c < a.columns().size(); c++) {
        if (!same(a.columns().get(c), b.columns().get(c))) {
          return false;
        }
      }
      return true;
    }
    return x.equals(y) && Objects.equals(enumeration(x), enumeration(y));
  }

  /** The variable that symbols are enumerated over; null for none. */
  private static @Nullable String enumeration(Value x) {
    if (x instanceof SymbolAtom symbol) {
      return symbol.enumeration();
    }
    return x instanceof SymbolVector symbols ? symbols.enumeration() : null;
  }
}
