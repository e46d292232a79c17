package tickwatch.dashboard.web;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.channel.embedded.EmbeddedChannel;
import java.io.IOException;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import tickwatch.dashboard.watch.Board;
import tickwatch.dashboard.watch.Viewer;

class StreamsTest {
  @Test
  void aFrameThatCannotBeMadeEndsItsStreamAndNoOther() {
    AtomicInteger asked = new AtomicInteger();
    Board board =
        new Board(
            64,
            1 << 20,
            10,
            10,
            "run",
            System::nanoTime,
            out -> {
              if (asked.getAndIncrement() == 0) {
                throw new IOException("for once");
              }
            });
    Streams streams = new Streams(board);
    EmbeddedChannel first = new EmbeddedChannel();
    EmbeddedChannel second = new EmbeddedChannel();
    streams.add(first, Streams.Transport.EVENTS, new Viewer("", 10, 100, null));
    streams.add(second, Streams.Transport.EVENTS, new Viewer("", 10, 100, null));

    streams.turn();

    assertThat(first.isOpen()).isFalse();
    assertThat(second.isOpen()).isTrue();
    assertThat(streams.framesSent()).isEqualTo(1);
    second.finishAndReleaseAll();
  }
}
