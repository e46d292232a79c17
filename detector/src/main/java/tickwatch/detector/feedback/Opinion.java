package tickwatch.detector.feedback;

import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** What people can say of an anomaly: the {@code verdict} column of {@code feedback}. */
public enum Opinion {
  /** It was one. Nothing changes, but later ones like it say so. */
  CONFIRMED("confirmed"),
  /** It was one, and it was known that it would come: it ends, later ones are told as ever. */
  EXPECTED("expected"),
  /** It was none: the same again, up to a quarter further off, opens no anomaly. */
  FALSE_ALARM("falseAlarm"),
  /** The channels are at a new level, which is normal from now on. */
  NEW_TREND("newTrend"),
  /** Not known, or no longer what was said before: what that changed is taken back. */
  UNRESOLVED("unresolved");

  private final String word;

  Opinion(String word) {
    this.word = word;
  }

  /** The word in the {@code verdict} column. */
  public String word() {
    return word;
  }

  /**
   * The opinion of a word, however it is written: {@code falseAlarm}, {@code false alarm}, {@code
   * false_alarm}; null if it is none.
   */
  public static @Nullable Opinion of(String text) {
    String letters = text.replaceAll("[^A-Za-z]", "").toLowerCase(Locale.ROOT);
    for (Opinion opinion : values()) {
      if (opinion.word.toLowerCase(Locale.ROOT).equals(letters)) {
        return opinion;
      }
    }
    return null;
  }
}
