package tickwatch.ipc.value;

import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** A vector of guids. 16 zero bytes are the null. */
public final class GuidVector implements Vector {
  /** Two longs a guid, the most significant half first. */
  private final LongVector halves;

  private final Attribute attribute;

  private GuidVector(LongVector halves, Attribute attribute) {
    this.halves = halves;
    this.attribute = attribute;
  }

  /** The guids whose halves are given, two longs each, the most significant first. */
  public static GuidVector of(LongVector halves) {
    if (halves.type() != QType.LONG || (halves.length() & 1) != 0) {
      throw new IllegalArgumentException(
          "guids of " + halves.length() + " halves of type " + halves.type());
    }
    return new GuidVector(halves, Attribute.NONE);
  }

  public LongVector halves() {
    return halves;
  }

  public long high(int index) {
    return halves.get(2 * index);
  }

  public long low(int index) {
    return halves.get(2 * index + 1);
  }

  @Override
  public QType type() {
    return QType.GUID;
  }

  @Override
  public int length() {
    return halves.length() / 2;
  }

  @Override
  public Attribute attribute() {
    return attribute;
  }

  @Override
  public GuidVector withAttribute(Attribute wanted) {
    return wanted == attribute ? this : new GuidVector(halves, wanted);
  }

  @Override
  public GuidVector slice(int from, int to) {
    Objects.checkFromToIndex(from, to, length());
    return new GuidVector(halves.slice(2 * from, 2 * to), attribute.ofSlice());
  }

  @Override
  public GuidVector at(int[] indexes, int count) {
    long[] items = new long[2 * count];
    int length = length();
    for (int i = 0; i < count; i++) {
      int index = indexes[i];
      if (index >= 0 && index < length) {
        items[2 * i] = high(index);
        items[2 * i + 1] = low(index);
      }
    }
    return of(LongVector.of(QType.LONG, items));
  }

  @Override
  public Value item(int index) {
    Objects.checkIndex(index, length());
    return new GuidAtom(high(index), low(index));
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof GuidVector that && that.halves.equals(halves);
  }

  @Override
  public int hashCode() {
    return 31 + halves.hashCode();
  }

  @Override
  public String toString() {
    return "GUID" + halves;
  }
}
