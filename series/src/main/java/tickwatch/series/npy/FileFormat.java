package tickwatch.series.npy;

import tickwatch.series.SeriesException;

/** How the numbers lie in a file. */
public enum FileFormat {
  /** NumPy's own format. */
  NPY,
  /** Doubles, little-endian, nothing else. */
  RAW;

  /** From {@code npy} or {@code raw}. */
  public static FileFormat parse(String text) {
    return switch (text) {
      case "npy" -> NPY;
      case "raw" -> RAW;
      default -> throw new SeriesException("format: \"" + text + "\" (expected: npy or raw)");
    };
  }
}
