package tickwatch.ipc.net;

/** Answers {@code GET} and {@code HEAD} on the port that also speaks IPC. */
@FunctionalInterface
public interface HttpHandler {
  /**
   * The answer for a path. Called on an event loop: it must be quick. Anyone who can reach the port
   * may ask; what it throws becomes a 500.
   *
   * @param path as sent, from the slash up to a question mark, not decoded
   */
  HttpReply get(String path);

  /** Knows no path: 404 for each. */
  static HttpHandler none() {
    return path -> HttpReply.text(404, "not found\n");
  }
}
