package tickwatch.q;

import tickwatch.ipc.value.Value;

/** The text of a value. */
public final class Display {
  private Display() {}

  /** What a q prompt prints for a value, each line ended by a newline: q's {@code .Q.s}. */
  public static String text(Value value, DisplayOptions options) {
    throw new UnsupportedOperationException();
  }
}
