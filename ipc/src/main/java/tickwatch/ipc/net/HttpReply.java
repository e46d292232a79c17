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

  /**
   * How a process is: {@code {"status":"waiting","reason":"the tickerplant is away"}}.
   *
   * @param reason left out where it is empty
   */
  public static HttpReply state(int status, String word, String reason) {
    String why = reason.isEmpty() ? "" : ",\"reason\":" + quoted(reason);
    return new HttpReply(status, "application/json", "{\"status\":" + quoted(word) + why + "}\n");
  }

  /** What Prometheus reads. */
  public static HttpReply metrics(String text) {
    return new HttpReply(200, "text/plain; version=0.0.4; charset=utf-8", text);
  }

  private static String quoted(String text) {
    StringBuilder json = new StringBuilder("\"");
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (c == '"' || c == '\\') {
        json.append('\\').append(c);
      } else if (c < ' ') {
        json.append(String.format("\\u%04x", (int) c));
      } else {
        json.append(c);
      }
    }
    return json.append('"').toString();
  }

  /** A line of plain text. */
  public static HttpReply text(int status, String body) {
    return new HttpReply(status, "text/plain; charset=utf-8", body);
  }
}
