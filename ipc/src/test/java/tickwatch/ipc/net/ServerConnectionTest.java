package tickwatch.ipc.net;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.embedded.EmbeddedChannel;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.util.Objects;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tickwatch.ipc.codec.Compression;
import tickwatch.ipc.codec.MessageType;
import tickwatch.ipc.codec.ValueDecoder;
import tickwatch.ipc.value.LongAtom;
import tickwatch.ipc.value.LongVector;
import tickwatch.ipc.value.QType;
import tickwatch.ipc.value.Value;

/** What needs peers on other machines, whose addresses an embedded channel can pretend. */
class ServerConnectionTest {
  private static final int MAX_MESSAGE_BYTES = 1 << 20;
  private static final LongVector LONG_ANSWER = LongVector.of(QType.LONG, new long[1000]);

  private static EmbeddedChannel channel(String remote) {
    return new EmbeddedChannel() {
      @Override
      protected SocketAddress remoteAddress0() {
        return new InetSocketAddress(remote, 40_000);
      }

      @Override
      protected SocketAddress localAddress0() {
        return new InetSocketAddress("192.0.2.1", 5010);
      }
    };
  }

  /** The bytes with which a connection answers a request. */
  private static ByteBuf answer(String remote, int capability, Value value) {
    EmbeddedChannel channel = channel(remote);
    Recorder recorder = new Recorder();
    recorder.onMessage = event -> event.connection().respond(value);
    channel
        .pipeline()
        .addLast(
            new ServerConnection(
                channel,
                recorder,
                new User("joe", Set.of()),
                capability,
                MAX_MESSAGE_BYTES,
                new Warnings(),
                new UnfinishedMessages(Long.MAX_VALUE),
                null));
    channel.writeInbound(
        Unpooled.wrappedBuffer(RawPeer.message(MessageType.SYNC, new LongAtom(QType.LONG, 1))));
    ByteBuf sent = Objects.requireNonNull(channel.readOutbound());
    assertThat(channel.finish()).as("more was sent").isFalse();
    return sent;
  }

  @ParameterizedTest
  @CsvSource({
    "198.51.100.7, 3, true",
    "198.51.100.7, 1, true",
    "198.51.100.7, 0, false",
    "127.0.0.1, 3, false",
    "192.0.2.1, 3, false",
  })
  void longAnswersAreCompressedForOtherMachinesThatOfferedIt(
      String remote, int capability, boolean compressed) {
    ByteBuf sent = answer(remote, capability, LONG_ANSWER);

    assertThat(sent.getByte(2)).isEqualTo((byte) (compressed ? 1 : 0));
    ByteBuf plain =
        compressed ? Compression.decompress(sent, MAX_MESSAGE_BYTES, sent.alloc()) : sent.retain();
    assertThat(plain.getByte(1)).isEqualTo((byte) 2);
    assertThat(new ValueDecoder().decodeMessage(plain)).isEqualTo(LONG_ANSWER);
    plain.release();
    sent.release();
  }

  @Test
  void shortAnswersAreNotCompressed() {
    // 8 + 6 + 248 * 8 = 1998 bytes
    ByteBuf sent = answer("198.51.100.7", 3, LongVector.of(QType.LONG, new long[248]));

    assertThat(sent.readableBytes()).isEqualTo(1998);
    assertThat(sent.getByte(2)).isZero();
    sent.release();
  }
}
