package tickwatch.feed;

/** Told how far a replay is, after each message, on the feed's thread. Returns quickly. */
@FunctionalInterface
public interface FeedProgress {
  /** Nobody wants to know. */
  FeedProgress NONE = (rowsSent, bytesRead, bytesTotal) -> {};

  /**
   * A message was sent.
   *
   * @param rowsSent rows of this run
   * @param bytesRead of the files, in this pass
   * @param bytesTotal of all files
   */
  void advanced(long rowsSent, long bytesRead, long bytesTotal);
}
