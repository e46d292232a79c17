package tickwatch.app;

/**
 * Whether somebody looks at a stream. Java cannot say it of one stream alone, so the launcher does,
 * in the system property {@code tickwatch.terminal}: the numbers of the streams that are terminals.
 */
enum Terminal {
  STDOUT('1'),
  STDERR('2');

  private final char number;

  Terminal(char number) {
    this.number = number;
  }

  boolean isOne() {
    return System.getProperty("tickwatch.terminal", "").indexOf(number) >= 0;
  }
}
