package tickwatch.q;

/**
 * How values are printed.
 *
 * @param rows of the console, 10 to 2,000: q's {@code \c}
 * @param columns of the console, 10 to 2,000
 * @param precision digits of a float, 0 (as many as tell it apart) to 17: q's {@code \P}
 */
public record DisplayOptions(int rows, int columns, int precision) {
  /** What q starts with: 25 rows of 80 columns, 7 digits. */
  public static final DisplayOptions CONSOLE = new DisplayOptions(25, 80, 7);

  /** Nothing is cut off. */
  public static final DisplayOptions WHOLE = new DisplayOptions(2_000, 2_000, 7);

  public DisplayOptions {
    if (rows < 10 || rows > 2_000 || columns < 10 || columns > 2_000) {
      throw new IllegalArgumentException(
          "console of " + rows + " by " + columns + " (expected: 10 to 2000 each)");
    }
    if (precision < 0 || precision > 17) {
      throw new IllegalArgumentException("precision: " + precision + " (expected: 0 to 17)");
    }
  }
}
