package tickwatch.series;

/**
 * The item types of a series: little-endian IEEE 754 of four or eight bytes, under NumPy's names.
 */
public enum DType {
  F4("<f4", 4),
  F8("<f8", 8);

  private final String descr;
  private final int bytes;

  DType(String descr, int bytes) {
    this.descr = descr;
    this.bytes = bytes;
  }

  /** What NumPy writes into a header, {@code <f4} or {@code <f8}. */
  public String descr() {
    return descr;
  }

  /** Bytes of one value. */
  public int bytes() {
    return bytes;
  }

  /** From {@code f4} or {@code f8}. */
  public static DType parse(String text) {
    return switch (text) {
      case "f4", "<f4", "float32" -> F4;
      case "f8", "<f8", "float64" -> F8;
      default -> throw new SeriesException("dtype: \"" + text + "\" (expected: f4 or f8)");
    };
  }
}
