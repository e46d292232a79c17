package tickwatch.detector.ensemble;

/** Powers of sizes. */
final class Power {
  private Power() {}

  /** A size to a power; the usual powers cost no logarithm. */
  static double raised(double size, double power) {
    if (power == 1) {
      return size;
    }
    if (power == 1.5) {
      return size * Math.sqrt(size);
    }
    return power == 2 ? size * size : Math.pow(size, power);
  }
}
