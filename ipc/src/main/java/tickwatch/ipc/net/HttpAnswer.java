package tickwatch.ipc.net;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/**
 * One HTTP/1.1 response and the end of its connection.
 *
 * @param isHead whether to leave out the body
 * @param failure what the handler threw, where that is the reason for a 500
 */
record HttpAnswer(HttpReply reply, boolean isHead, @Nullable Throwable failure) {
  /**
   * Asks the handler.
   *
   * @param requestHead request line and header fields, without the empty line after them
   */
  static HttpAnswer to(String requestHead, HttpHandler handler) {
    boolean isHead = requestHead.startsWith("HEAD ");
    int lineEnd = requestHead.indexOf('\n');
    String[] words = (lineEnd < 0 ? requestHead : requestHead.substring(0, lineEnd)).split(" ", 3);
    if (words.length < 3 || !words[1].startsWith("/") || !words[2].startsWith("HTTP/1.")) {
      return new HttpAnswer(HttpReply.text(400, "expected: GET /path HTTP/1.1\n"), isHead, null);
    }
    int question = words[1].indexOf('?');
    String path = question < 0 ? words[1] : words[1].substring(0, question);
    try {
      return new HttpAnswer(handler.get(path), isHead, null);
    } catch (RuntimeException e) {
      return new HttpAnswer(HttpReply.text(500, "internal error\n"), isHead, e);
    }
  }

  static HttpAnswer tooLong() {
    return new HttpAnswer(HttpReply.text(431, "the request's header is too long\n"), false, null);
  }

  ByteBuf encode(ByteBufAllocator allocator) {
    byte[] body = reply.body().getBytes(StandardCharsets.UTF_8);
    String head =
        "HTTP/1.1 "
            + reply.status()
            + " "
            + reason(reply.status())
            + "\r\nContent-Type: "
            + reply.contentType()
            + "\r\nContent-Length: "
            + body.length
            + "\r\nCache-Control: no-store\r\nX-Content-Type-Options: nosniff"
            + "\r\nConnection: close\r\n\r\n";
    ByteBuf out = allocator.buffer(head.length() + (isHead ? 0 : body.length));
    out.writeCharSequence(head, StandardCharsets.ISO_8859_1);
    return isHead ? out : out.writeBytes(body);
  }

  private static String reason(int status) {
    return switch (status) {
      case 200 -> "OK";
      case 400 -> "Bad Request";
      case 404 -> "Not Found";
      case 431 -> "Request Header Fields Too Large";
      case 500 -> "Internal Server Error";
      case 503 -> "Service Unavailable";
      default -> status < 400 ? "Fine" : "Failed";
    };
  }
}
