package tickwatch.dashboard.web;

import io.netty.buffer.Unpooled;
import io.netty.handler.codec.http.DefaultFullHttpResponse;
import io.netty.handler.codec.http.FullHttpResponse;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpVersion;
import java.nio.charset.StandardCharsets;
import tickwatch.dashboard.watch.Json;

/** Answers to requests, each with the headers that keep a page to itself. */
final class Reply {
  /** Scripts and styles from this server only, none of them inline; nobody may frame the page. */
  private static final String POLICY =
      "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:;"
          + " connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

  private Reply() {}

  static FullHttpResponse of(int status, String contentType, byte[] body) {
    FullHttpResponse reply =
        new DefaultFullHttpResponse(
            HttpVersion.HTTP_1_1,
            HttpResponseStatus.valueOf(status),
            body.length == 0 ? Unpooled.EMPTY_BUFFER : Unpooled.wrappedBuffer(body));
    guard(reply.headers());
    reply
        .headers()
        .set(HttpHeaderNames.CONTENT_TYPE, contentType)
        .set(HttpHeaderNames.CONTENT_LENGTH, body.length);
    if (!reply.headers().contains(HttpHeaderNames.CACHE_CONTROL)) {
      reply.headers().set(HttpHeaderNames.CACHE_CONTROL, "no-store");
    }
    return reply;
  }

  static void guard(HttpHeaders headers) {
    headers
        .set("Content-Security-Policy", POLICY)
        .set("X-Content-Type-Options", "nosniff")
        .set("Referrer-Policy", "no-referrer")
        .set("Cross-Origin-Resource-Policy", "same-origin")
        .set("Cross-Origin-Opener-Policy", "same-origin");
  }

  static FullHttpResponse text(int status, String text) {
    return of(status, "text/plain; charset=utf-8", text.getBytes(StandardCharsets.UTF_8));
  }

  static FullHttpResponse json(int status, Json.Body body) {
    return of(status, "application/json", Json.bytes(body));
  }

  /** {@code {"error": sentence}}. */
  static FullHttpResponse error(int status, String sentence) {
    return json(
        status,
        out -> {
          out.writeStartObject();
          out.writeStringField("error", sentence);
          out.writeEndObject();
        });
  }
}
