package tickwatch.ipc.value;

import java.util.UUID;

/** A guid: 16 bytes, the most significant half first. */
public record GuidAtom(long high, long low) implements Atom {
  public static GuidAtom of(UUID uuid) {
    return new GuidAtom(uuid.getMostSignificantBits(), uuid.getLeastSignificantBits());
  }

  public UUID uuid() {
    return new UUID(high, low);
  }

  @Override
  public QType type() {
    return QType.GUID;
  }

  @Override
  public boolean isNull() {
    return high == 0 && low == 0;
  }

  @Override
  public GuidVector enlist() {
    return GuidVector.of(LongVector.of(QType.LONG, high, low));
  }
}
