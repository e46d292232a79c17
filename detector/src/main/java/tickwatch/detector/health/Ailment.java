package tickwatch.detector.health;

import java.util.Locale;

/** What can be wrong with data. */
public enum Ailment {
  /** No rows for many usual steps: rows are missing, or none comes any more. */
  GAP,
  /** Rows earlier than the one before them; they are left out. */
  LATE,
  /** Row after row the same in all channels. */
  STUCK,
  /** One channel no longer changes. */
  FLAT,
  /** A value outside the range that the rules give. */
  RANGE,
  /** A channel has been missing for long, and its last value stands in. */
  IMPUTED;

  /** The word in ids, texts and counters. */
  public String word() {
    return name().toLowerCase(Locale.ROOT);
  }
}
