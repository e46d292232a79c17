package tickwatch.ipc.value;

import org.jspecify.annotations.Nullable;

/**
 * A built-in function of one argument, by its code on the wire.
 *
 * @param code 0 to 44, or {@link #ELIDED}'s 255
 */
public record UnaryPrimitive(int code) implements Function {
  /** {@code ::}, which is also the generic null. */
  public static final UnaryPrimitive IDENTITY = new UnaryPrimitive(0);

  /** The place of an argument that a projection leaves open. */
  public static final UnaryPrimitive ELIDED = new UnaryPrimitive(255);

  public UnaryPrimitive {
    if (code < 0 || code > 255) {
      throw new IllegalArgumentException("primitive code " + code);
    }
  }

  @Override
  public QType type() {
    return QType.UNARY;
  }

  // The ones that javac makes are put together when first asked, which a start would wait for.
  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof UnaryPrimitive that && that.code == code;
  }

  @Override
  public int hashCode() {
    return QType.UNARY.number() * 31 + code;
  }
}
