package tickwatch.series.generate;

/**
 * One injected anomaly.
 *
 * @param start number of its first value, 0 the first of the stream
 * @param length values it covers
 * @param amount what was added (spike, shift), the factor of the noise (variance) or the value put
 *     in place (drop-out)
 */
public record Label(AnomalyKind kind, long start, int length, double amount) {
  /** The head of a file of labels. */
  public static final String CSV_HEAD = "start,length,kind,amount";

  /** One line of such a file. */
  public String csv() {
    return start + "," + length + "," + kind.text() + "," + amount;
  }
}
