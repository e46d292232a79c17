package tickwatch.dashboard.web;

import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.handler.codec.http.DefaultHttpContent;
import io.netty.handler.codec.http.websocketx.TextWebSocketFrame;
import io.netty.util.concurrent.Future;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import tickwatch.dashboard.watch.Board;
import tickwatch.dashboard.watch.Viewer;

/**
 * The browsers that follow the stream, by WebSocket or by server-sent events.
 *
 * <p><b>Slow browsers.</b> A frame is written only while the browser's queue is below its mark;
 * else the frame is skipped and counted, and the next one covers what was missed. A browser that
 * takes nothing for a minute is disconnected. So a browser costs at most the mark and one frame,
 * and nobody waits for it.
 *
 * <p><b>Threads.</b> The event loop's alone.
 */
final class Streams {
  private static final Logger LOG = LoggerFactory.getLogger(Streams.class);
  private static final long PATIENCE_NANOS = TimeUnit.SECONDS.toNanos(60);

  private final Board board;
  private final List<Stream> streams = new ArrayList<>();
  private int count;
  private long framesSent;
  private long framesSkipped;
  private long bytesSent;
  private long disconnected;

  /** How a frame travels. */
  enum Transport {
    WEB_SOCKET {
      @Override
      Object message(byte[] frame, Viewer viewer) {
        return new TextWebSocketFrame(Unpooled.wrappedBuffer(frame));
      }
    },
    EVENTS {
      @Override
      Object message(byte[] frame, Viewer viewer) {
        String mark = viewer.mark();
        String head = mark == null ? "data: " : "id: " + mark + "\ndata: ";
        return new DefaultHttpContent(
            Unpooled.wrappedBuffer(
                head.getBytes(StandardCharsets.US_ASCII), frame, new byte[] {'\n', '\n'}));
      }
    };

    abstract Object message(byte[] frame, Viewer viewer);
  }

  private static final class Stream {
    final Channel channel;
    final Transport transport;
    final Viewer viewer;
    long takenAtNanos;

    Stream(Channel channel, Transport transport, Viewer viewer, long nowNanos) {
      this.channel = channel;
      this.transport = transport;
      this.viewer = viewer;
      this.takenAtNanos = nowNanos;
    }
  }

  Streams(Board board) {
    this.board = board;
  }

  /** Sends frames to this browser from the next turn on. */
  void add(Channel channel, Transport transport, Viewer viewer) {
    Stream stream = new Stream(channel, transport, viewer, System.nanoTime());
    streams.add(stream);
    count = streams.size();
    Future<?> unused =
        channel
            .closeFuture()
            .addListener(
                closed -> {
                  streams.remove(stream);
                  count = streams.size();
                });
  }

  /** Sends a frame to each browser that can take one. */
  void turn() {
    long now = System.nanoTime();
    board.turn(streams.stream().map(stream -> stream.viewer).toList());
    for (Stream stream : List.copyOf(streams)) {
      if (!stream.channel.isWritable()) {
        framesSkipped++;
        if (now - stream.takenAtNanos > PATIENCE_NANOS) {
          LOG.warn(
              "browser took nothing for a minute, disconnected: address={}",
              stream.channel.remoteAddress());
          disconnected++;
          Future<?> unused = stream.channel.close();
        }
        continue;
      }
      stream.takenAtNanos = now;
      try {
        send(stream);
      } catch (RuntimeException e) {
        // Else there would be no further turn, for nobody.
        LOG.error(
            "no frame can be made for a browser, disconnected: address={}",
            stream.channel.remoteAddress(),
            e);
        Future<?> unused = stream.channel.close();
      }
    }
  }

  private void send(Stream stream) {
    byte[] frame = board.frame(stream.viewer);
    if (frame != null) {
      framesSent++;
      bytesSent += frame.length;
      Future<?> unused =
          stream.channel.writeAndFlush(stream.transport.message(frame, stream.viewer));
    }
  }

  int count() {
    return count;
  }

  long framesSent() {
    return framesSent;
  }

  long framesSkipped() {
    return framesSkipped;
  }

  long bytesSent() {
    return bytesSent;
  }

  long disconnected() {
    return disconnected;
  }
}
