package tickwatch.q;

/**
 * An error of q: a short word for the peer, and a full sentence for the log.
 *
 * <p>{@link #getMessage} is the sentence, with the position in the text where it is known.
 */
public final class QError extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private final String word;

  /**
   * @param word what the peer gets: {@code type}, {@code length}, {@code rank}, {@code nyi}, an
   *     unknown name, or whatever a q function signalled
   * @param sentence what was found and what was expected
   */
  public QError(String word, String sentence) {
    super(sentence, null, false, false);
    this.word = word;
  }

  /** What the peer gets. */
  public String word() {
    return word;
  }
}
