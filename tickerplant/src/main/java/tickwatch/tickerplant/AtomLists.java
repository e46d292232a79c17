package tickwatch.tickerplant;

import java.util.ArrayList;
import java.util.List;
import tickwatch.ipc.value.ByteAtom;
import tickwatch.ipc.value.ByteVector;
import tickwatch.ipc.value.FloatAtom;
import tickwatch.ipc.value.FloatVector;
import tickwatch.ipc.value.GuidAtom;
import tickwatch.ipc.value.GuidVector;
import tickwatch.ipc.value.IntAtom;
import tickwatch.ipc.value.IntVector;
import tickwatch.ipc.value.ListVector;
import tickwatch.ipc.value.LongAtom;
import tickwatch.ipc.value.LongVector;
import tickwatch.ipc.value.QType;
import tickwatch.ipc.value.RealAtom;
import tickwatch.ipc.value.RealVector;
import tickwatch.ipc.value.ShortAtom;
import tickwatch.ipc.value.ShortVector;
import tickwatch.ipc.value.SymbolAtom;
import tickwatch.ipc.value.SymbolVector;
import tickwatch.ipc.value.Value;
import tickwatch.ipc.value.Vector;

/** General lists of atoms of one type, as some clients send instead of the typed vector. */
final class AtomLists {
  private AtomLists() {}

  /** The typed vector; all items are atoms of the type. */
  static Vector vector(QType type, ListVector atoms) {
    int count = atoms.length();
    return switch (type) {
      case BOOLEAN, BYTE, CHAR -> {
        byte[] items = new byte[count];
        for (int i = 0; i < count; i++) {
          items[i] = ((ByteAtom) atoms.get(i)).value();
        }
        yield ByteVector.of(type, items);
      }
      case SHORT -> {
        short[] items = new short[count];
        for (int i = 0; i < count; i++) {
          items[i] = ((ShortAtom) atoms.get(i)).value();
        }
        yield ShortVector.of(items);
      }
      case INT, MONTH, DATE, MINUTE, SECOND, TIME -> {
        int[] items = new int[count];
        for (int i = 0; i < count; i++) {
          items[i] = ((IntAtom) atoms.get(i)).value();
        }
        yield IntVector.of(type, items);
      }
      case LONG, TIMESTAMP, TIMESPAN -> {
        long[] items = new long[count];
        for (int i = 0; i < count; i++) {
          items[i] = ((LongAtom) atoms.get(i)).value();
        }
        yield LongVector.of(type, items);
      }
      case REAL -> {
        float[] items = new float[count];
        for (int i = 0; i < count; i++) {
          items[i] = ((RealAtom) atoms.get(i)).value();
        }
        yield RealVector.of(items);
      }
      case FLOAT, DATETIME -> {
        double[] items = new double[count];
        for (int i = 0; i < count; i++) {
          items[i] = ((FloatAtom) atoms.get(i)).value();
        }
        yield FloatVector.of(type, items);
      }
      case GUID -> {
        long[] halves = new long[2 * count];
        for (int i = 0; i < count; i++) {
          GuidAtom guid = (GuidAtom) atoms.get(i);
          halves[2 * i] = guid.high();
          halves[2 * i + 1] = guid.low();
        }
        yield GuidVector.of(LongVector.of(QType.LONG, halves));
      }
      case SYMBOL -> {
        List<String> names = new ArrayList<>();
        for (Value atom : atoms.toArray()) {
          names.add(((SymbolAtom) atom).name());
        }
        yield SymbolVector.of(names.toArray(String[]::new));
      }
      case LIST,
          TABLE,
          DICTIONARY,
          LAMBDA,
          UNARY,
          BINARY,
          ITERATOR,
          PROJECTION,
          COMPOSITION,
          DERIVED,
          ERROR ->
          throw new IllegalArgumentException("a vector of type " + type);
    };
  }
}
