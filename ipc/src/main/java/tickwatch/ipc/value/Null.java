package tickwatch.ipc.value;

/** q's nulls. Any NaN is a null; these two have the bits that q itself writes on x86. */
public final class Null {
  public static final short SHORT = Short.MIN_VALUE;
  public static final int INT = Integer.MIN_VALUE;
  public static final long LONG = Long.MIN_VALUE;
  public static final float REAL = Float.intBitsToFloat(0xffc00000);
  public static final double FLOAT = Double.longBitsToDouble(0xfff8000000000000L);

  private Null() {}
}
