package tickwatch.ipc.net;

/** The peer answered a request with a q error, as {@code type} or an unknown name. */
public final class RemoteError extends RuntimeException {
  private final String text;

  public RemoteError(String text) {
    super("the peer answered with the error '" + text);
    this.text = text;
  }

  /** The error as the peer sent it, without the quote before it. */
  public String text() {
    return text;
  }
}
