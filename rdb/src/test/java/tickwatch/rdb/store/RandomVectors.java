package tickwatch.rdb.store;

import java.util.Random;
import tickwatch.ipc.value.ByteVector;
import tickwatch.ipc.value.FloatVector;
import tickwatch.ipc.value.GuidVector;
import tickwatch.ipc.value.IntVector;
import tickwatch.ipc.value.ListVector;
import tickwatch.ipc.value.LongAtom;
import tickwatch.ipc.value.LongVector;
import tickwatch.ipc.value.QType;
import tickwatch.ipc.value.RealVector;
import tickwatch.ipc.value.ShortVector;
import tickwatch.ipc.value.SymbolVector;
import tickwatch.ipc.value.Value;
import tickwatch.ipc.value.Vector;

/** Vectors of every type with items from the whole range of the type, nulls and infinities too. */
final class RandomVectors {
  private RandomVectors() {}

  static Vector of(QType type, int length, Random random) {
    return switch (type) {
      case BOOLEAN -> {
        byte[] items = new byte[length];
        for (int i = 0; i < length; i++) {
          items[i] = (byte) random.nextInt(2);
        }
        yield ByteVector.of(type, items);
      }
      case BYTE, CHAR -> {
        byte[] items = new byte[length];
        random.nextBytes(items);
        yield ByteVector.of(type, items);
      }
      case SHORT -> {
        short[] items = new short[length];
        for (int i = 0; i < length; i++) {
          items[i] = (short) random.nextInt();
        }
        yield ShortVector.of(items);
      }
      case INT, MONTH, DATE, MINUTE, SECOND, TIME ->
          IntVector.of(type, random.ints(length).toArray());
      case LONG, TIMESTAMP, TIMESPAN -> LongVector.of(type, random.longs(length).toArray());
      case REAL -> {
        float[] items = new float[length];
        for (int i = 0; i < length; i++) {
          items[i] = Float.intBitsToFloat(random.nextInt());
        }
        yield RealVector.of(items);
      }
      case FLOAT, DATETIME -> {
        double[] items = new double[length];
        for (int i = 0; i < length; i++) {
          items[i] = Double.longBitsToDouble(random.nextLong());
        }
        yield FloatVector.of(type, items);
      }
      case GUID -> GuidVector.of(LongVector.of(QType.LONG, random.longs(2L * length).toArray()));
      case SYMBOL -> {
        // A domain with names twice and names that no item uses, as a peer may send it.
        String[] domain = new String[1 + random.nextInt(40)];
        for (int i = 0; i < domain.length; i++) {
          domain[i] = i == 0 ? "" : "s" + random.nextInt(60);
        }
        IntVector codes = IntVector.of(QType.INT, random.ints(length, 0, domain.length).toArray());
        yield SymbolVector.ofCodes(domain, domain.length, false, codes);
      }
      case LIST -> {
        Value[] items = new Value[length];
        for (int i = 0; i < length; i++) {
          items[i] =
              i % 3 == 0
                  ? new LongAtom(QType.LONG, random.nextLong())
                  : FloatVector.of(QType.FLOAT, random.doubles(random.nextInt(3)).toArray());
        }
        yield ListVector.of(items);
      }
      default -> throw new IllegalArgumentException("no vector of " + type);
    };
  }
}
