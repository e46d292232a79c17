package tickwatch.q;

import tickwatch.ipc.value.ByteVector;
import tickwatch.ipc.value.QType;
import tickwatch.ipc.value.Value;
import tickwatch.ipc.value.Vector;

/** {@code ?[flags;x;y]}: from each pair the left item where the flag is set, else the right. */
final class Conditional {
  private Conditional() {}

  static Value vector(Value flags, Value x, Value y) {
    if (!(flags instanceof ByteVector bits) || flags.type() != QType.BOOLEAN) {
      if (Vectors.isAtom(flags) && flags.type() == QType.BOOLEAN) {
        return Evaluator.isTrue(flags) ? x : y;
      }
      throw QError.type("?[flags;x;y] with " + Types.name(flags) + " (expected: booleans)");
    }
    int count = bits.length();
    for (Value side : new Value[] {x, y}) {
      if (!Vectors.isAtom(side) && side.count() != count) {
        throw QError.length(count, side.count());
      }
    }
    Vector left = side(x, count);
    Vector right = side(y, count);
    if (left.type() == right.type()) {
      Vector both = Vectors.join(left, right);
      int[] order = new int[count];
      Meter meter = Meter.here();
      for (int i = 0; i < count; i++) {
        meter.pass();
        order[i] = bits.get(i) != 0 ? i : count + i;
      }
      return Vectors.at(both, order, count);
    }
    Value[] out = new Value[count];
    Meter meter = Meter.here();
    for (int i = 0; i < count; i++) {
      meter.pass();
      out[i] = bits.get(i) != 0 ? left.item(i) : right.item(i);
    }
    return Vectors.list(out);
  }

  private static Vector side(Value x, int count) {
    return x instanceof Vector v ? v : Vectors.repeat(x, count);
  }
}
