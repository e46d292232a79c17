package tickwatch.series.generate;

import tickwatch.series.SeriesException;

/** What can be wrong with a stretch of a series. */
public enum AnomalyKind {
  /** One value far off. */
  SPIKE("spike"),
  /** The level is another one for a while. */
  SHIFT("shift"),
  /** The noise is stronger for a while. */
  VARIANCE("variance"),
  /** One constant value for a while, as of a dead sensor. */
  DROP_OUT("drop-out");

  private final String text;

  AnomalyKind(String text) {
    this.text = text;
  }

  /** The name in parameters and label files. */
  public String text() {
    return text;
  }

  static AnomalyKind parse(String text) {
    for (AnomalyKind kind : values()) {
      if (kind.text.equals(text)) {
        return kind;
      }
    }
    throw new SeriesException(
        "anomalies.kinds: \"" + text + "\" (expected: spike, shift, variance or drop-out)");
  }
}
