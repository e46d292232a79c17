package tickwatch.detector.analysis;

import java.time.Duration;
import java.util.List;
import java.util.Locale;
import tickwatch.detector.ensemble.MemberScore;
import tickwatch.detector.event.Severity;

/**
 * An anomaly as it is told: when it opens, when its grade rises, and when it closes.
 *
 * <p>Names are in text, times are timestamps (nanoseconds since 2000.01.01).
 *
 * @param id {@code source.sym.firstSeq}: the same each time the anomaly is told
 * @param time of the row that made it worth telling
 * @param start when it began, as far as its rows tell; not after its first flagged row
 * @param flaggedFrom time of its first flagged row
 * @param end time of its last flagged row so far
 * @param firstSeq number of the first flagged row in (source, sym)
 * @param lastSeq number of the last flagged row so far
 * @param grade of the peak, 0 to 1
 * @param score of the peak
 * @param kind what kind it is, as {@link Kind#word}; empty where that is not known
 * @param parts of the peak row, the channel that contributed most first; never empty
 * @param confidence 0 to 1
 * @param detector the model's name
 * @param members what each of several detectors says of the peak row; empty where one judges alone
 * @param similar earlier anomalies that looked like it, the most similar first
 * @param companions other sensors that moved with it, the nearest in time first
 */
public record Anomaly(
    String id,
    State state,
    String source,
    String sym,
    long time,
    long start,
    long flaggedFrom,
    long end,
    long firstSeq,
    long lastSeq,
    double grade,
    double score,
    double threshold,
    String kind,
    List<ChannelPart> parts,
    double confidence,
    String detector,
    List<MemberScore> members,
    List<Similar> similar,
    List<Companion> companions,
    Impact impact) {
  /** Channels named in {@link #cause}. */
  private static final int NAMED = 3;

  public Anomaly {
    parts = List.copyOf(parts);
    members = List.copyOf(members);
    similar = List.copyOf(similar);
    companions = List.copyOf(companions);
    if (parts.isEmpty()) {
      throw new IllegalArgumentException("anomaly " + id + " of no channel");
    }
  }

  /** Why it is told. */
  public enum State {
    OPEN("open"),
    UPDATE("update"),
    CLOSED("closed");

    private final String word;

    State(String word) {
      this.word = word;
    }

    /** The word in the {@code state} column and the file. */
    public String word() {
      return word;
    }
  }

  /** The channel that contributed most. */
  public ChannelPart top() {
    return parts.get(0);
  }

  /** Whether it is over because it has become the new normal. */
  public boolean isLasting() {
    return kind.equals(Kind.LASTING_SHIFT.word());
  }

  public Severity severity() {
    return Severity.of(grade);
  }

  /**
   * In words: the channels that contributed most, then what is known beyond them: the scores of the
   * detectors, the kind, since when, who else moved, what it was like before, and, when it is over,
   * what it touched.
   */
  public String cause() {
    StringBuilder text = new StringBuilder(blame());
    for (int m = 0; m < members.size(); m++) {
      text.append(m == 0 ? "; by " : ", ")
          .append(members.get(m).name())
          .append(' ')
          .append(number(members.get(m).score()));
    }
    if (!kind.isEmpty()) {
      text.append("; ").append(kind);
    }
    if (isLasting()) {
      text.append(": what was odd for ")
          .append(span(end - start))
          .append(" is taken for normal from here on");
    }
    if (start < flaggedFrom) {
      text.append("; began ").append(span(flaggedFrom - start)).append(" before its first flag");
    }
    for (Companion companion : companions.subList(0, Math.min(NAMED, companions.size()))) {
      text.append("; with ").append(companion.sym());
      if (companion.lagNanos() != 0) {
        text.append(' ')
            .append(span(Math.abs(companion.lagNanos())))
            .append(companion.lagNanos() < 0 ? " before" : " after");
      }
    }
    for (Similar earlier : similar.subList(0, Math.min(1, similar.size()))) {
      text.append("; like ").append(earlier.id());
      if (!earlier.verdict().isEmpty()) {
        text.append(" (").append(earlier.verdict()).append(')');
      }
    }
    if (state == State.CLOSED) {
      text.append("; touched ")
          .append(counted(impact.channels(), "channel"))
          .append(" of ")
          .append(counted(impact.sensors(), "sensor"))
          .append(" in ")
          .append(counted(impact.flags(), "flagged row"))
          .append(" over ")
          .append(span(impact.nanos()))
          .append(", by ")
          .append(number(impact.deviation()))
          .append(" half-bands in all");
    }
    return text.toString();
  }

  private static String counted(long count, String what) {
    return count + " " + what + (count == 1 ? "" : "s");
  }

  /** A span of time as people say it: {@code 35 min}. */
  public static String span(long nanos) {
    Duration span = Duration.ofNanos(nanos);
    if (span.toMinutes() >= 180) {
      return Math.round(span.toMinutes() / 6.0) / 10.0 + " h";
    }
    if (span.toSeconds() >= 180) {
      return Math.round(span.toSeconds() / 6.0) / 10.0 + " min";
    }
    return span.toMillis() >= 1 ? number(span.toMillis() / 1e3) + " s" : nanos + " ns";
  }

  /** The channels that contributed most, in words. */
  public String blame() {
    StringBuilder text = new StringBuilder();
    for (ChannelPart part : parts.subList(0, Math.min(NAMED, parts.size()))) {
      if (part.contribution() <= 0) {
        break;
      }
      text.append(text.isEmpty() ? "" : "; ")
          .append(part.channel())
          .append(' ')
          .append(number(part.actual()))
          .append(", expected ")
          .append(number(part.expected()))
          .append(" (")
          .append(number(part.lower()))
          .append(" to ")
          .append(number(part.upper()))
          .append("), ")
          .append(Math.round(100 * part.contribution()))
          .append(" %");
    }
    return text.toString();
  }

  /** Four significant digits, as short as they can be. */
  public static String number(double value) {
    if (Double.isNaN(value)) {
      return "missing";
    }
    if (value == 0 || Double.isInfinite(value)) {
      return value == 0 ? "0" : value > 0 ? "inf" : "-inf";
    }
    double size = Math.abs(value);
    if (size >= 1e6 || size < 1e-4) {
      return String.format(Locale.ROOT, "%.3e", value);
    }
    int decimals = Math.max(0, 3 - (int) Math.floor(Math.log10(size)));
    String text = String.format(Locale.ROOT, "%." + decimals + "f", value);
    if (text.indexOf('.') >= 0) {
      text = text.replaceAll("0+$", "").replaceAll("\\.$", "");
    }
    return text;
  }
}
