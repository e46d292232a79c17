package tickwatch.ipc.value;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.ByteBuffer;
import java.nio.DoubleBuffer;
import java.nio.FloatBuffer;
import java.nio.IntBuffer;
import java.nio.LongBuffer;
import java.nio.ShortBuffer;
import java.util.Arrays;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/** What all vectors share. */
class VectorContractTest {
  /** Just over two chunks, so that seams are crossed. */
  private static final int LENGTH = 2 * Vector.CHUNK + 5;

  /**
   * One type of vector.
   *
   * @param inArray items 0 to LENGTH - 1, made by a rule that gives neighbours different items
   * @param inChunks the same items, in chunks that go on behind LENGTH
   */
  record Kind(QType type, Vector inArray, Vector inChunks) {
    @Override
    public String toString() {
      return type.toString();
    }
  }

  static Stream<Kind> kinds() {
    return Stream.concat(
        Stream.of(kind(QType.LIST)),
        Arrays.stream(QType.values()).filter(QType::hasAtoms).map(VectorContractTest::kind));
  }

  private static Kind kind(QType type) {
    int chunkCount = LENGTH / Vector.CHUNK + 1;
    byte[] bytes = new byte[chunkCount * Vector.CHUNK];
    short[] shorts = new short[bytes.length];
    int[] ints = new int[bytes.length];
    long[] longs = new long[2 * bytes.length];
    float[] reals = new float[bytes.length];
    double[] floats = new double[bytes.length];
    Value[] values = new Value[bytes.length];
    for (int i = 0; i < bytes.length; i++) {
      bytes[i] = (byte) (type == QType.BOOLEAN ? i & 1 : i * 7);
      shorts[i] = (short) (i * 31);
      ints[i] = i * 31;
      reals[i] = i / 4f;
      floats[i] = i / 8d;
      values[i] = LongAtom.of(i);
    }
    Arrays.setAll(longs, i -> i * 1_000_003L);
    return switch (type) {
      case LIST ->
          new Kind(
              type,
              ListVector.ofPrefix(values, LENGTH),
              ListVector.ofChunks(
                  new Value[][] {part(values, 0), part(values, 1), part(values, 2)}, LENGTH));
      case BOOLEAN, BYTE, CHAR ->
          new Kind(
              type,
              ByteVector.ofPrefix(type, bytes, LENGTH),
              ByteVector.ofChunks(
                  type,
                  new byte[][] {
                    Arrays.copyOfRange(bytes, 0, Vector.CHUNK),
                    Arrays.copyOfRange(bytes, Vector.CHUNK, 2 * Vector.CHUNK),
                    Arrays.copyOfRange(bytes, 2 * Vector.CHUNK, 3 * Vector.CHUNK)
                  },
                  LENGTH));
      case SHORT ->
          new Kind(
              type,
              ShortVector.ofPrefix(shorts, LENGTH),
              ShortVector.ofChunks(
                  new short[][] {
                    Arrays.copyOfRange(shorts, 0, Vector.CHUNK),
                    Arrays.copyOfRange(shorts, Vector.CHUNK, 2 * Vector.CHUNK),
                    Arrays.copyOfRange(shorts, 2 * Vector.CHUNK, 3 * Vector.CHUNK)
                  },
                  LENGTH));
      case INT, MONTH, DATE, MINUTE, SECOND, TIME ->
          new Kind(
              type,
              IntVector.ofPrefix(type, ints, LENGTH),
              IntVector.ofChunks(type, intChunks(ints), LENGTH));
      case LONG, TIMESTAMP, TIMESPAN ->
          new Kind(
              type,
              LongVector.ofPrefix(type, longs, LENGTH),
              LongVector.ofChunks(type, longChunks(longs, 3), LENGTH));
      case REAL ->
          new Kind(
              type,
              RealVector.ofPrefix(reals, LENGTH),
              RealVector.ofChunks(
                  new float[][] {
                    Arrays.copyOfRange(reals, 0, Vector.CHUNK),
                    Arrays.copyOfRange(reals, Vector.CHUNK, 2 * Vector.CHUNK),
                    Arrays.copyOfRange(reals, 2 * Vector.CHUNK, 3 * Vector.CHUNK)
                  },
                  LENGTH));
      case FLOAT, DATETIME ->
          new Kind(
              type,
              FloatVector.ofPrefix(type, floats, LENGTH),
              FloatVector.ofChunks(
                  type,
                  new double[][] {
                    Arrays.copyOfRange(floats, 0, Vector.CHUNK),
                    Arrays.copyOfRange(floats, Vector.CHUNK, 2 * Vector.CHUNK),
                    Arrays.copyOfRange(floats, 2 * Vector.CHUNK, 3 * Vector.CHUNK)
                  },
                  LENGTH));
      case GUID ->
          new Kind(
              type,
              GuidVector.of(LongVector.ofPrefix(QType.LONG, longs, 2 * LENGTH)),
              GuidVector.of(LongVector.ofChunks(QType.LONG, longChunks(longs, 6), 2 * LENGTH)));
      case SYMBOL -> {
        String[] names = new String[LENGTH];
        int[] codes = new int[bytes.length];
        String[] domain = {"a", "b", "", "b"};
        for (int i = 0; i < codes.length; i++) {
          codes[i] = i % 4;
        }
        Arrays.setAll(names, i -> domain[i % 4]);
        yield new Kind(
            type,
            SymbolVector.of(names),
            SymbolVector.ofCodes(
                domain, 4, false, IntVector.ofChunks(QType.INT, intChunks(codes), LENGTH)));
      }
      default -> throw new IllegalArgumentException("no vector of type " + type);
    };
  }

  private static Value[] part(Value[] all, int chunk) {
    return Arrays.copyOfRange(all, chunk * Vector.CHUNK, (chunk + 1) * Vector.CHUNK);
  }

  private static int[][] intChunks(int[] all) {
    int[][] chunks = new int[3][];
    Arrays.setAll(chunks, i -> Arrays.copyOfRange(all, i * Vector.CHUNK, (i + 1) * Vector.CHUNK));
    return chunks;
  }

  private static long[][] longChunks(long[] all, int count) {
    long[][] chunks = new long[count][];
    Arrays.setAll(chunks, i -> Arrays.copyOfRange(all, i * Vector.CHUNK, (i + 1) * Vector.CHUNK));
    return chunks;
  }

  @ParameterizedTest
  @MethodSource("kinds")
  void chunksAndOneArrayAreTheSameVector(Kind kind) {
    assertThat(kind.inChunks()).isEqualTo(kind.inArray()).hasSameHashCodeAs(kind.inArray());
    assertThat(kind.inArray()).isEqualTo(kind.inChunks());
    assertThat(kind.inChunks().type()).isEqualTo(kind.type());
    assertThat(kind.inChunks().length()).isEqualTo(LENGTH).isEqualTo(kind.inChunks().count());
    for (int i : new int[] {0, 1, Vector.CHUNK - 1, Vector.CHUNK, LENGTH - 1}) {
      assertThat(kind.inChunks().item(i)).isEqualTo(kind.inArray().item(i));
    }
  }

  @ParameterizedTest
  @MethodSource("kinds")
  void aSliceIsItsItems(Kind kind) {
    for (Vector vector : new Vector[] {kind.inArray(), kind.inChunks()}) {
      Vector slice = vector.slice(Vector.CHUNK - 3, 2 * Vector.CHUNK + 3);
      Vector sliceOfSlice = slice.slice(2, 6);

      assertThat(slice.length()).isEqualTo(Vector.CHUNK + 6);
      assertThat(sliceOfSlice.length()).isEqualTo(4);
      for (int i = 0; i < 4; i++) {
        assertThat(sliceOfSlice.item(i))
            .isEqualTo(slice.item(i + 2))
            .isEqualTo(kind.inArray().item(Vector.CHUNK - 1 + i));
      }
      assertThat(slice).isNotEqualTo(vector);
      assertThat(vector.slice(0, LENGTH)).isEqualTo(vector);
      assertThat(vector.slice(5, 5).length()).isZero();
      assertThatThrownBy(() -> vector.slice(0, LENGTH + 1))
          .isInstanceOf(IndexOutOfBoundsException.class);
      assertThatThrownBy(() -> vector.slice(-1, 1)).isInstanceOf(IndexOutOfBoundsException.class);
      assertThatThrownBy(() -> vector.slice(2, 1)).isInstanceOf(IndexOutOfBoundsException.class);
    }
  }

  @ParameterizedTest
  @MethodSource("kinds")
  void itemsOutOfRangeAreRefused(Kind kind) {
    Vector slice = kind.inChunks().slice(10, 20);

    assertThatThrownBy(() -> slice.item(10)).isInstanceOf(IndexOutOfBoundsException.class);
    assertThatThrownBy(() -> slice.item(-1)).isInstanceOf(IndexOutOfBoundsException.class);
  }

  @ParameterizedTest
  @MethodSource("kinds")
  void atGivesTheItemsAndNullsOutOfRange(Kind kind) {
    int[] indexes = {Vector.CHUNK, 0, -1, LENGTH, LENGTH - 1, Integer.MIN_VALUE, 7};
    for (Vector vector : new Vector[] {kind.inArray(), kind.inChunks()}) {
      Vector picked = vector.at(indexes, 6);

      assertThat(picked.type()).isEqualTo(kind.type());
      assertThat(picked.length()).isEqualTo(6);
      for (int i = 0; i < 6; i++) {
        boolean inRange = indexes[i] >= 0 && indexes[i] < LENGTH;
        if (inRange) {
          assertThat(picked.item(i)).isEqualTo(vector.item(indexes[i]));
        } else {
          assertThat(isNull(picked.item(i), kind.type())).isTrue();
        }
      }
      assertThat(picked.attribute()).isEqualTo(Attribute.NONE);
    }
  }

  /** Booleans and bytes have no null; q gives 0 there. */
  private static boolean isNull(Value item, QType type) {
    return switch (type) {
      case LIST -> item.equals(UnaryPrimitive.IDENTITY);
      case BOOLEAN, BYTE -> ((ByteAtom) item).value() == 0;
      default -> ((Atom) item).isNull();
    };
  }

  @ParameterizedTest
  @MethodSource("kinds")
  void attributesBelongToTheVectorButNotToItsEquality(Kind kind) {
    Vector vector = kind.inChunks();
    for (Attribute attribute : Attribute.values()) {
      Vector with = vector.withAttribute(attribute);

      assertThat(with.attribute()).isEqualTo(attribute);
      assertThat(with).isEqualTo(vector).hasSameHashCodeAs(vector);
      assertThat(with.withAttribute(attribute)).isSameAs(with);
      assertThat(with.slice(0, 3).attribute())
          .as("groups are known for the whole only")
          .isEqualTo(attribute == Attribute.GROUPED ? Attribute.NONE : attribute);
    }
  }

  @ParameterizedTest
  @EnumSource(QType.class)
  void onlyTheSameTypeIsEqual(QType type) {
    if (!type.hasAtoms()) {
      return;
    }
    Vector empty = kind(type).inArray().slice(0, 0);
    for (QType other : QType.values()) {
      if (other.hasAtoms() && other != type) {
        assertThat(empty).isNotEqualTo(kind(other).inArray().slice(0, 0));
      }
    }
  }

  @ParameterizedTest
  @MethodSource("kinds")
  void enlistOfAnItemIsAVectorOfOne(Kind kind) {
    if (kind.type() == QType.LIST) {
      return;
    }
    Atom item = (Atom) kind.inChunks().item(Vector.CHUNK + 1);

    assertThat(item.enlist()).isEqualTo(kind.inChunks().slice(Vector.CHUNK + 1, Vector.CHUNK + 2));
    assertThat(item.typeNumber()).isEqualTo(-kind.type().number());
  }

  @ParameterizedTest
  @MethodSource("kinds")
  void bulkCopiesCrossTheSeams(Kind kind) {
    int from = Vector.CHUNK - 10;
    int count = Vector.CHUNK + 12;
    for (Vector vector : new Vector[] {kind.inArray(), kind.inChunks()}) {
      Vector slice = vector.slice(3, LENGTH);
      Vector expected = slice.slice(from, from + count);
      Vector copied = copiedByBuffer(slice, from, count);

      if (copied != null) {
        assertThat(copied).isEqualTo(expected);
      }
    }
  }

  private static @Nullable Vector copiedByBuffer(Vector vector, int from, int count) {
    if (vector instanceof ByteVector bytes) {
      ByteBuffer target = ByteBuffer.allocate(count);
      bytes.copyTo(from, target, count);
      return ByteVector.of(vector.type(), target.array());
    }
    if (vector instanceof ShortVector shorts) {
      ShortBuffer target = ShortBuffer.allocate(count);
      shorts.copyTo(from, target, count);
      return ShortVector.of(target.array());
    }
    if (vector instanceof IntVector ints) {
      IntBuffer target = IntBuffer.allocate(count);
      ints.copyTo(from, target, count);
      return IntVector.of(vector.type(), target.array());
    }
    if (vector instanceof LongVector longs) {
      LongBuffer target = LongBuffer.allocate(count);
      longs.copyTo(from, target, count);
      return LongVector.of(vector.type(), target.array());
    }
    if (vector instanceof RealVector reals) {
      FloatBuffer target = FloatBuffer.allocate(count);
      reals.copyTo(from, target, count);
      return RealVector.of(target.array());
    }
    if (vector instanceof FloatVector floats) {
      DoubleBuffer target = DoubleBuffer.allocate(count);
      floats.copyTo(from, target, count);
      return FloatVector.of(vector.type(), target.array());
    }
    return null;
  }
}
