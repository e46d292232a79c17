package tickwatch.detector;

/**
 * That each sensor learns from its own first rows.
 *
 * @param rows how many; they count as normal
 */
public record Learning(Pipeline pipeline, int rows) {
  public static final int DEFAULT_ROWS = 1000;
}
