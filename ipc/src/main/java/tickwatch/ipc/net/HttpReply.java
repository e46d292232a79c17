package tickwatch.ipc.net;

/**
 * The answer to an HTTP request.
 *
 * @param status 200, 404, 503, ...
 * @param contentType as {@code application/json}; a text's character set is UTF-8 and goes into it
 * @param body sent in UTF-8
 */
public record HttpReply(int status, String contentType, String body) {
  public HttpReply {
    if (status < 200 || status > 599) {
      throw new IllegalArgumentException("HTTP status: " + status + " (expected: 200 to 599)");
    }
    if (contentType.indexOf('\r') >= 0 || contentType.indexOf('\n') >= 0) {
      throw new IllegalArgumentException("a line break in the content type");
    }
  }

  /** A line of plain text. */
  public static HttpReply text(int status, String body) {
    return new HttpReply(status, "text/plain; charset=utf-8", body);
  }
}
