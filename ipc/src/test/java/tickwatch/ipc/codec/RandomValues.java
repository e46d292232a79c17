package tickwatch.ipc.codec;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import tickwatch.ipc.value.Attribute;
import tickwatch.ipc.value.BinaryPrimitive;
import tickwatch.ipc.value.ByteAtom;
import tickwatch.ipc.value.ByteVector;
import tickwatch.ipc.value.Composition;
import tickwatch.ipc.value.Derived;
import tickwatch.ipc.value.Dictionary;
import tickwatch.ipc.value.FloatAtom;
import tickwatch.ipc.value.FloatVector;
import tickwatch.ipc.value.GuidAtom;
import tickwatch.ipc.value.GuidVector;
import tickwatch.ipc.value.IntAtom;
import tickwatch.ipc.value.IntVector;
import tickwatch.ipc.value.IteratorPrimitive;
import tickwatch.ipc.value.Lambda;
import tickwatch.ipc.value.ListVector;
import tickwatch.ipc.value.LongAtom;
import tickwatch.ipc.value.LongVector;
import tickwatch.ipc.value.Projection;
import tickwatch.ipc.value.QType;
import tickwatch.ipc.value.RealAtom;
import tickwatch.ipc.value.RealVector;
import tickwatch.ipc.value.ShortAtom;
import tickwatch.ipc.value.ShortVector;
import tickwatch.ipc.value.SymbolAtom;
import tickwatch.ipc.value.SymbolVector;
import tickwatch.ipc.value.Table;
import tickwatch.ipc.value.UnaryPrimitive;
import tickwatch.ipc.value.Value;
import tickwatch.ipc.value.Vector;

/**
 * Values of every kind from a seed. A third of all numbers are nulls, infinities and their
 * neighbours; vectors lie in one array, in a part of one, or in chunks.
 */
final class RandomValues {
  static final List<QType> ATOM_TYPES =
      Arrays.stream(QType.values()).filter(QType::hasAtoms).toList();

  private final Random random;

  RandomValues(long seed) {
    random = new Random(seed);
  }

  /** A value nested at most {@code depth} levels. */
  Value value(int depth) {
    int kind = random.nextInt(depth == 0 ? 2 : 8);
    return switch (kind) {
      case 0 -> atom(anyType());
      case 1 -> vector(anyType(), length());
      case 2 -> list(length() % 9, depth - 1);
      case 3 -> table(random.nextInt(5), length(), depth - 1);
      case 4 -> dictionary(depth - 1);
      default -> function(depth - 1);
    };
  }

  private QType anyType() {
    return ATOM_TYPES.get(random.nextInt(ATOM_TYPES.size()));
  }

  /** Mostly short, at times long enough for bulk copies. */
  private int length() {
    return random.nextInt(random.nextInt(4) == 0 ? 200 : 9);
  }

  Value atom(QType type) {
    return switch (type) {
      case BOOLEAN -> ByteAtom.of(random.nextBoolean());
      case BYTE, CHAR -> new ByteAtom(type, (byte) random.nextInt());
      case SHORT -> new ShortAtom(shortItem());
      case INT, MONTH, DATE, MINUTE, SECOND, TIME -> new IntAtom(type, intItem());
      case LONG, TIMESTAMP, TIMESPAN -> new LongAtom(type, longItem());
      case REAL -> new RealAtom(realItem());
      case FLOAT, DATETIME -> new FloatAtom(type, floatItem());
      case GUID -> new GuidAtom(longItem(), longItem());
      case SYMBOL -> new SymbolAtom(name());
      default -> throw new IllegalArgumentException("no atoms of type " + type);
    };
  }

  Vector vector(QType type, int length) {
    // More items than asked for, then a slice of them, so that offsets are exercised too.
    int before = random.nextInt(3);
    int all = before + length + random.nextInt(3);
    Vector vector =
        switch (type) {
          case BOOLEAN, BYTE, CHAR -> {
            byte[] items = new byte[all];
            for (int i = 0; i < all; i++) {
              items[i] = (byte) (type == QType.BOOLEAN ? random.nextInt(2) : random.nextInt());
            }
            yield random.nextBoolean()
                ? ByteVector.of(type, items)
                : ByteVector.ofChunks(type, new byte[][] {Arrays.copyOf(items, Vector.CHUNK)}, all);
          }
          case SHORT -> {
            short[] items = new short[all];
            for (int i = 0; i < all; i++) {
              items[i] = shortItem();
            }
            yield ShortVector.of(items);
          }
          case INT, MONTH, DATE, MINUTE, SECOND, TIME -> {
            int[] items = new int[all];
            for (int i = 0; i < all; i++) {
              items[i] = intItem();
            }
            yield IntVector.of(type, items);
          }
          case LONG, TIMESTAMP, TIMESPAN -> LongVector.of(type, longs(all));
          case REAL -> {
            float[] items = new float[all];
            for (int i = 0; i < all; i++) {
              items[i] = realItem();
            }
            yield RealVector.of(items);
          }
          case FLOAT, DATETIME -> {
            double[] items = new double[all];
            for (int i = 0; i < all; i++) {
              items[i] = floatItem();
            }
            yield FloatVector.of(type, items);
          }
          case GUID -> GuidVector.of(LongVector.of(QType.LONG, longs(2 * all)));
          case SYMBOL -> symbols(all);
          default -> throw new IllegalArgumentException("no vector of type " + type);
        };
    return vector
        .slice(before, before + length)
        .withAttribute(random.nextInt(3) == 0 ? attribute() : Attribute.NONE);
  }

  private Attribute attribute() {
    List<Attribute> attributes = List.of(Attribute.values());
    return attributes.get(random.nextInt(attributes.size()));
  }

  private Vector symbols(int length) {
    String[] kinds = new String[1 + random.nextInt(random.nextInt(3) == 0 ? 200 : 8)];
    for (int i = 0; i < kinds.length; i++) {
      kinds[i] = name();
    }
    String[] names = new String[length];
    for (int i = 0; i < length; i++) {
      names[i] = kinds[random.nextInt(kinds.length)];
    }
    return SymbolVector.of(names);
  }

  private long[] longs(int length) {
    long[] items = new long[length];
    for (int i = 0; i < length; i++) {
      items[i] = longItem();
    }
    return items;
  }

  private short shortItem() {
    return switch (random.nextInt(12)) {
      case 0 -> Short.MIN_VALUE;
      case 1 -> Short.MAX_VALUE;
      case 2 -> -Short.MAX_VALUE;
      case 3 -> 0;
      default -> (short) random.nextInt();
    };
  }

  private int intItem() {
    return switch (random.nextInt(12)) {
      case 0 -> Integer.MIN_VALUE;
      case 1 -> Integer.MAX_VALUE;
      case 2 -> -Integer.MAX_VALUE;
      case 3 -> 0;
      default -> random.nextInt();
    };
  }

  private long longItem() {
    return switch (random.nextInt(12)) {
      case 0 -> Long.MIN_VALUE;
      case 1 -> Long.MAX_VALUE;
      case 2 -> -Long.MAX_VALUE;
      case 3 -> 0;
      default -> random.nextLong();
    };
  }

  private float realItem() {
    return switch (random.nextInt(12)) {
      case 0 -> Float.intBitsToFloat(0xffc00000);
      case 1 -> Float.intBitsToFloat(0x7fc00000);
      case 2 -> Float.POSITIVE_INFINITY;
      case 3 -> Float.NEGATIVE_INFINITY;
      case 4 -> -0f;
      default -> random.nextFloat();
    };
  }

  private double floatItem() {
    return switch (random.nextInt(12)) {
      case 0 -> Double.longBitsToDouble(0xfff8000000000000L);
      case 1 -> Double.longBitsToDouble(0x7ff8000000000000L);
      case 2 -> Double.POSITIVE_INFINITY;
      case 3 -> Double.NEGATIVE_INFINITY;
      case 4 -> -0d;
      default -> random.nextGaussian();
    };
  }

  /** Up to 8 bytes mostly, then around the lengths where eight bytes are taken at once. */
  String name() {
    int length = random.nextInt(random.nextInt(4) == 0 ? 40 : 9);
    StringBuilder name = new StringBuilder(length);
    for (int i = 0; i < length; i++) {
      name.append((char) (1 + random.nextInt(random.nextInt(8) == 0 ? 255 : 126)));
    }
    return name.toString();
  }

  private ListVector list(int length, int depth) {
    Value[] items = new Value[length];
    for (int i = 0; i < length; i++) {
      items[i] = value(depth);
    }
    return ListVector.of(items);
  }

  Table table(int columnCount, int rowCount, int depth) {
    List<String> names = new ArrayList<>();
    List<Vector> columns = new ArrayList<>();
    for (int i = 0; i < columnCount; i++) {
      names.add("c" + i);
      columns.add(
          random.nextInt(5) == 0 && rowCount < 20
              ? list(rowCount, Math.min(depth, 0))
              : vector(anyType(), rowCount));
    }
    return new Table(names, columns, random.nextBoolean() ? Attribute.NONE : Attribute.SORTED);
  }

  private Dictionary dictionary(int depth) {
    int length = length();
    return switch (random.nextInt(3)) {
      case 0 -> new Dictionary(vector(anyType(), length), vector(anyType(), length));
      case 1 -> new Dictionary(vector(QType.SYMBOL, length % 7), list(length % 7, depth));
      default -> new Dictionary(table(1, length, depth), table(2, length, depth));
    };
  }

  private Value function(int depth) {
    return switch (random.nextInt(depth <= 0 ? 4 : 7)) {
      case 0 -> new UnaryPrimitive(random.nextInt(45));
      case 1 -> new BinaryPrimitive(random.nextInt(37));
      case 2 -> new IteratorPrimitive(random.nextInt(6));
      case 3 -> new Lambda(random.nextBoolean() ? "" : name(), "{" + name() + "}");
      case 4 ->
          new Projection(List.of(function(depth - 1), UnaryPrimitive.ELIDED, value(depth - 1)));
      case 5 -> new Composition(List.of(function(depth - 1), function(depth - 1)));
      default -> new Derived(random.nextInt(6), function(depth - 1));
    };
  }
}
