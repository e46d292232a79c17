package tickwatch.ipc.value;

/** q's positive infinities; the negative ones are these negated. */
public final class Infinity {
  public static final short SHORT = Short.MAX_VALUE;
  public static final int INT = Integer.MAX_VALUE;
  public static final long LONG = Long.MAX_VALUE;
  public static final float REAL = Float.POSITIVE_INFINITY;
  public static final double FLOAT = Double.POSITIVE_INFINITY;

  private Infinity() {}
}
