package tickwatch.q;

import org.jspecify.annotations.Nullable;
import tickwatch.ipc.value.Value;

/**
 * An error of q: a short word for the peer, and a full sentence for the log.
 *
 * <p>{@link #getMessage} is the sentence, with the position in the text where it is known.
 */
public final class QError extends RuntimeException {
  private static final long serialVersionUID = 1L;

  /** Text around the position that the sentence shows. */
  private static final int EXCERPT = 60;

  private final String word;
  private final String sentence;
  private @Nullable String where;
  private int position = -1;
  private transient @Nullable Value backtrace;

  /**
   * @param word what the peer gets: {@code type}, {@code length}, {@code rank}, {@code nyi}, an
   *     unknown name, or whatever a q function signalled
   * @param sentence what was found and what was expected
   */
  public QError(String word, String sentence) {
    super(sentence, null, false, false);
    this.word = word;
    this.sentence = sentence;
  }

  /** What the peer gets. */
  public String word() {
    return word;
  }

  /** The sentence, and where in the text it happened. */
  @Override
  public String getMessage() {
    return where == null ? sentence : sentence + ", at " + where;
  }

  /** Says where it happened, unless that has been said: the innermost place counts. */
  QError at(String text, int position) {
    if (where == null) {
      this.position = position;
      int from = Math.max(0, Math.min(position, text.length()) - EXCERPT / 2);
      int to = Math.min(text.length(), from + EXCERPT);
      where =
          "position "
              + position
              + ": "
              + (from > 0 ? ".." : "")
              + text.substring(from, to).replace('\n', ' ')
              + (to < text.length() ? ".." : "");
    }
    return this;
  }

  /** The position that {@link #at} was given; -1 for none. */
  int position() {
    return position;
  }

  /**
   * The frames around the place, innermost first, for {@code .Q.sbt}; null where none wanted it.
   */
  @Nullable Value backtrace() {
    return backtrace;
  }

  void traced(Value frames) {
    backtrace = frames;
  }

  static QError type(String sentence) {
    return new QError("type", sentence);
  }

  static QError length(int left, int right) {
    return new QError("length", "lengths " + left + " and " + right + " (expected: the same)");
  }

  static QError rank(String sentence) {
    return new QError("rank", sentence);
  }

  static QError domain(String sentence) {
    return new QError("domain", sentence);
  }

  static QError nyi(String what) {
    return new QError("nyi", what + " is not implemented");
  }

  static QError wsfull(long bytes, long limit) {
    return new QError(
        "wsfull", "the evaluation would take " + bytes + " bytes or rows (limit: " + limit + ")");
  }
}
