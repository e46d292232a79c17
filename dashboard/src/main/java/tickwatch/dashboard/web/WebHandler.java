package tickwatch.dashboard.web;

import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.SimpleChannelInboundHandler;
import io.netty.handler.codec.http.DefaultHttpContent;
import io.netty.handler.codec.http.DefaultHttpResponse;
import io.netty.handler.codec.http.FullHttpRequest;
import io.netty.handler.codec.http.FullHttpResponse;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaderValues;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpResponse;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpUtil;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.handler.codec.http.QueryStringDecoder;
import io.netty.handler.codec.http.websocketx.WebSocketServerHandshaker;
import io.netty.handler.codec.http.websocketx.WebSocketServerHandshakerFactory;
import io.netty.handler.timeout.IdleStateEvent;
import io.netty.util.concurrent.Future;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import tickwatch.dashboard.watch.Viewer;
import tickwatch.ipc.net.HttpReply;
import tickwatch.ipc.net.Right;
import tickwatch.ipc.net.User;

/**
 * One browser's connection: a request, its answer, the next request; or a stream to its end.
 *
 * <p><b>Threads.</b> The event loop's alone. While an answer is being made elsewhere nothing more
 * is read from this connection, so answers keep their order.
 */
final class WebHandler extends SimpleChannelInboundHandler<FullHttpRequest> {
  private static final Logger LOG = LoggerFactory.getLogger(WebHandler.class);
  private static final int MAX_WEB_SOCKET_BYTES = 4096;

  private final Page page;
  private final Gate gate;
  private final Api api;
  private final Streams streams;
  private final Health health;

  WebHandler(Page page, Gate gate, Api api, Streams streams, Health health) {
    this.page = page;
    this.gate = gate;
    this.api = api;
    this.streams = streams;
    this.health = health;
  }

  @Override
  protected void channelRead0(ChannelHandlerContext context, FullHttpRequest request) {
    boolean keepAlive = HttpUtil.isKeepAlive(request);
    HttpMethod method = request.method();
    if (!request.decoderResult().isSuccess()) {
      send(context, Reply.text(400, "that is no HTTP request\n"), false, false);
      return;
    }
    boolean isHead = method.equals(HttpMethod.HEAD);
    if (!isHead && !method.equals(HttpMethod.GET) && !method.equals(HttpMethod.POST)) {
      send(context, Reply.text(405, "expected GET or POST\n"), false, keepAlive);
      return;
    }
    QueryStringDecoder uri = new QueryStringDecoder(request.uri());
    if (!isReadable(uri)) {
      send(context, Reply.error(400, "the address is not percent-encoded UTF-8"), isHead, false);
      return;
    }
    String path = uri.path();
    if (!method.equals(HttpMethod.POST)) {
      HttpReply known = health.get(path);
      if (known != null) {
        byte[] body = known.body().getBytes(StandardCharsets.UTF_8);
        send(context, Reply.of(known.status(), known.contentType(), body), isHead, keepAlive);
        return;
      }
    }
    HttpHeaders headers = request.headers();
    String refusal = gate.refusal(method, headers);
    if (refusal != null) {
      send(context, Reply.error(403, refusal), isHead, keepAlive);
      return;
    }
    byte[] body = ByteBufUtil.getBytes(request.content());
    setReading(context, false);
    CompletableFuture<@Nullable User> user =
        gate.user(headers, (InetSocketAddress) context.channel().remoteAddress());
    CompletableFuture<Void> unused =
        user.thenAcceptAsync(
                known -> {
                  if (known == null) {
                    send(context, challenge(), isHead, keepAlive);
                  } else if (path.equals("/stream") && method.equals(HttpMethod.GET)) {
                    stream(context, request, uri, known);
                  } else {
                    answer(context, method, uri, headers, body, known, keepAlive);
                  }
                },
                context.executor())
            .exceptionally(
                failure -> {
                  LOG.error("request failed: path={}", path, failure);
                  context
                      .executor()
                      .execute(
                          () ->
                              send(context, Reply.error(500, "internal error"), isHead, keepAlive));
                  return null;
                });
  }

  /** Whether it can be decoded, which is done at the first look. */
  private static boolean isReadable(QueryStringDecoder uri) {
    try {
      return !uri.path().isEmpty() && uri.parameters() != null;
    } catch (IllegalArgumentException e) {
      return false;
    }
  }

  private static FullHttpResponse challenge() {
    FullHttpResponse reply = Reply.text(401, "who are you?\n");
    reply
        .headers()
        .set(HttpHeaderNames.WWW_AUTHENTICATE, "Basic realm=\"tickwatch\", charset=\"UTF-8\"");
    return reply;
  }

  private void answer(
      ChannelHandlerContext context,
      HttpMethod method,
      QueryStringDecoder uri,
      HttpHeaders headers,
      byte[] body,
      User user,
      boolean keepAlive) {
    String path = uri.path();
    boolean isHead = method.equals(HttpMethod.HEAD);
    Right needed = path.equals("/api/feedback") ? Right.PUBLISH : Right.READ;
    if (!user.may(needed)) {
      String sentence = "user \"" + user.name() + "\" lacks the right to " + needed.lowerCase();
      send(context, Reply.error(403, sentence), isHead, keepAlive);
      return;
    }
    Page.PageFile file = method.equals(HttpMethod.POST) ? null : page.file(path);
    if (file != null) {
      send(context, file(file, headers), isHead, keepAlive);
      return;
    }
    CompletableFuture<FullHttpResponse> reply =
        method.equals(HttpMethod.POST) ? api.post(path, body, user) : api.get(uri, user);
    CompletableFuture<Void> unused =
        reply
            .exceptionally(
                failure -> {
                  LOG.error("request failed: path={}", path, failure);
                  return Reply.error(500, "internal error");
                })
            .thenAcceptAsync(made -> send(context, made, isHead, keepAlive), context.executor());
  }

  private static FullHttpResponse file(Page.PageFile file, HttpHeaders headers) {
    boolean isKnown = file.tag().equals(headers.get(HttpHeaderNames.IF_NONE_MATCH));
    FullHttpResponse reply =
        Reply.of(isKnown ? 304 : 200, file.contentType(), isKnown ? new byte[0] : file.bytes());
    if (isKnown) {
      reply.headers().remove(HttpHeaderNames.CONTENT_LENGTH);
    }
    // Asked for again each time, and sent again only after an upgrade.
    reply
        .headers()
        .set(HttpHeaderNames.ETAG, file.tag())
        .set(HttpHeaderNames.CACHE_CONTROL, "no-cache");
    return reply;
  }

  private void stream(
      ChannelHandlerContext context, FullHttpRequest request, QueryStringDecoder uri, User user) {
    if (!user.may(Right.SUBSCRIBE)) {
      send(
          context,
          Reply.error(403, "user \"" + user.name() + "\" lacks the right to subscribe"),
          false,
          true);
      return;
    }
    Api.Parameters asked = new Api.Parameters(uri);
    HttpHeaders headers = request.headers();
    String mark = headers.get("Last-Event-ID");
    Viewer viewer =
        new Viewer(
            asked.text("sensor"),
            whole(asked.number("rows"), 1000),
            whole(asked.number("px"), 1000),
            mark == null ? asked.orNull("mark") : mark);
    context.pipeline().remove("idle");
    if (headers.containsValue(HttpHeaderNames.UPGRADE, HttpHeaderValues.WEBSOCKET, true)) {
      streamByWebSocket(context, request, viewer);
    } else {
      streamByEvents(context, viewer);
    }
  }

  private void streamByWebSocket(
      ChannelHandlerContext context, FullHttpRequest request, Viewer viewer) {
    WebSocketServerHandshaker handshaker =
        new WebSocketServerHandshakerFactory(null, null, false, MAX_WEB_SOCKET_BYTES)
            .newHandshaker(request);
    if (handshaker == null) {
      Future<?> unused =
          WebSocketServerHandshakerFactory.sendUnsupportedVersionResponse(context.channel());
      return;
    }
    Future<?> unused =
        handshaker
            .handshake(context.channel(), request)
            .addListener(
                done -> {
                  if (!done.isSuccess()) {
                    Future<?> unusedClose = context.close();
                    return;
                  }
                  context.pipeline().replace(this, "socket", new StreamSocket(handshaker));
                  setReading(context, true);
                  streams.add(context.channel(), Streams.Transport.WEB_SOCKET, viewer);
                });
  }

  private void streamByEvents(ChannelHandlerContext context, Viewer viewer) {
    HttpResponse head = new DefaultHttpResponse(HttpVersion.HTTP_1_1, HttpResponseStatus.OK);
    Reply.guard(head.headers());
    head.headers()
        .set(HttpHeaderNames.CONTENT_TYPE, "text/event-stream; charset=utf-8")
        .set(HttpHeaderNames.CACHE_CONTROL, "no-store")
        .set("X-Accel-Buffering", "no")
        .set(HttpHeaderNames.TRANSFER_ENCODING, HttpHeaderValues.CHUNKED);
    Future<?> unusedHead = context.write(head);
    Future<?> unusedFlush =
        context.writeAndFlush(
            new DefaultHttpContent(
                Unpooled.copiedBuffer("retry: 1000\n\n", StandardCharsets.US_ASCII)));
    // Read on, or the end of the connection would go unnoticed.
    setReading(context, true);
    streams.add(context.channel(), Streams.Transport.EVENTS, viewer);
  }

  private static int whole(double number, int otherwise) {
    return Double.isNaN(number) ? otherwise : (int) Math.max(0, Math.min(1 << 20, number));
  }

  private static void setReading(ChannelHandlerContext context, boolean reading) {
    context.channel().config().setAutoRead(reading);
  }

  private static void send(
      ChannelHandlerContext context, FullHttpResponse reply, boolean isHead, boolean keepAlive) {
    FullHttpResponse sent = isHead ? reply.replace(Unpooled.EMPTY_BUFFER) : reply;
    HttpUtil.setKeepAlive(sent, keepAlive);
    Future<?> unused =
        context
            .writeAndFlush(sent)
            .addListener(
                written -> {
                  if (keepAlive && written.isSuccess()) {
                    setReading(context, true);
                  } else {
                    Future<?> unusedToo = context.close();
                  }
                });
  }

  @Override
  public void userEventTriggered(ChannelHandlerContext context, Object event) {
    if (event instanceof IdleStateEvent) {
      Future<?> unused = context.close();
    }
  }

  @Override
  public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
    if (cause instanceof IOException) {
      LOG.debug("browser gone", cause);
    } else {
      LOG.warn("connection failed: address={}", context.channel().remoteAddress(), cause);
    }
    Future<?> unused = context.close();
  }
}
