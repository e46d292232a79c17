package tickwatch.ipc.net;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.buffer.ByteBufAllocatorMetricProvider;
import io.netty.buffer.Unpooled;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.nio.NioIoHandler;
import java.io.IOException;
import java.net.ServerSocket;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tickwatch.ipc.codec.CodecException;
import tickwatch.ipc.codec.Compression;
import tickwatch.ipc.codec.MessageType;
import tickwatch.ipc.value.ByteVector;
import tickwatch.ipc.value.ErrorValue;
import tickwatch.ipc.value.GuidAtom;
import tickwatch.ipc.value.LongAtom;
import tickwatch.ipc.value.LongVector;
import tickwatch.ipc.value.QType;
import tickwatch.ipc.value.SymbolAtom;
import tickwatch.ipc.value.Value;

class IpcServerTest {
  private Recorder recorder = new Recorder();
  private @Nullable IpcServer server;

  private int start(IpcServerConfig config) {
    server = IpcServer.start(config, recorder);
    return server.port();
  }

  private int start() {
    return start(IpcServerConfig.defaults(0));
  }

  @AfterEach
  void close() {
    if (server != null) {
      server.close();
    }
  }

  private static LongAtom number(long number) {
    return new LongAtom(QType.LONG, number);
  }

  private RawPeer open(int port) {
    RawPeer peer = RawPeer.open(port);
    recorder.next("opened");
    return peer;
  }

  private static byte[] join(byte[]... parts) {
    return Unpooled.copiedBuffer(parts).array();
  }

  // Messages

  @Test
  void bytesOfBothEndiannessesAreAnswered() {
    try (RawPeer peer = open(start())) {
      byte[] bigEndian = {0, 1, 0, 0, 0, 0, 0, 13, -6, 0, 0, 0, 7};
      byte[] littleEndian = {1, 1, 0, 0, 13, 0, 0, 0, -6, 7, 0, 0, 0};

      peer.send(join(bigEndian, littleEndian));

      assertThat(peer.readMessage()).containsExactly(1, 2, 0, 0, 13, 0, 0, 0, -6, 7, 0, 0, 0);
      assertThat(peer.readMessage()).containsExactly(1, 2, 0, 0, 13, 0, 0, 0, -6, 7, 0, 0, 0);
    }
  }

  @Test
  void messagesMayComeOneByteAtATime() {
    try (RawPeer peer = open(start())) {
      for (byte b : RawPeer.message(MessageType.SYNC, number(7))) {
        peer.send(new byte[] {b});
      }

      assertThat(peer.readValue()).isEqualTo(number(7));
    }
  }

  @Test
  void aLongMessageComesBackWhole() {
    long[] items = new Random(1).longs(1_000_000).toArray();
    LongVector vector = LongVector.of(QType.LONG, items);
    try (RawPeer peer = open(start())) {
      peer.send(MessageType.SYNC, vector);

      assertThat(peer.readValue()).isEqualTo(vector);
    }
  }

  @Test
  void aLongAnswerIsMadeAsItIsReadWhileOthersAreAnswered() {
    long[] items = new Random(1).longs(8_000_000).toArray();
    LongVector vector = LongVector.of(QType.LONG, items);
    int port = start();
    recorder.onMessage =
        event ->
            event
                .connection()
                .respond(event.theValue().equals(number(1)) ? vector : event.theValue());
    try (RawPeer peer = open(port);
        RawPeer other = open(port)) {
      long before = usedDirectBytes();
      peer.send(MessageType.SYNC, number(1));
      peer.send(MessageType.SYNC, number(2));
      Connection asked = recorder.next("SYNC").connection();

      // Each answer comes after some slices were written, as far as the sockets take them.
      for (int i = 3; i < 60; i++) {
        other.send(MessageType.SYNC, number(i));
        assertThat(other.readValue()).isEqualTo(number(i));
      }
      assertThat(usedDirectBytes() - before).isLessThan(16 << 20);
      assertThat(asked.pendingBytes()).isGreaterThan(32 << 20);

      assertThat(peer.readValue()).isEqualTo(vector);
      assertThat(peer.readValue()).isEqualTo(number(2));
      assertThat(asked.pendingBytes()).isZero();
    }
  }

  @Test
  void whoLeavesInTheMiddleOfALongAnswerLeavesNothingBehind() {
    int port = start();
    recorder.onMessage =
        event -> event.connection().respond(LongVector.of(QType.LONG, new long[4_000_000]));
    Connection asked;
    try (RawPeer peer = open(port)) {
      peer.send(MessageType.SYNC, number(1));
      asked = recorder.next("SYNC").connection();
      assertThat(peer.read(100_000)).hasSize(100_000);
    }

    recorder.next("closed");
    assertThat(asked.pendingBytes()).isZero();
  }

  private static long usedDirectBytes() {
    return ((ByteBufAllocatorMetricProvider) ByteBufAllocator.DEFAULT).metric().usedDirectMemory();
  }

  @Test
  void compressedMessagesAreDeliveredPlain() {
    LongVector vector = LongVector.of(QType.LONG, new long[10_000]);
    byte[] plain = RawPeer.message(MessageType.SYNC, vector);
    byte[] packed = compressed(plain);
    assertThat(packed.length).isLessThan(plain.length / 2);
    try (RawPeer peer = open(start())) {
      peer.send(packed);

      assertThat(recorder.next("SYNC").theValue()).isEqualTo(vector);
      byte[] answer = peer.readMessage();
      assertThat(answer[2]).as("nothing is compressed for this machine").isZero();
      assertThat(answer).hasSameSizeAs(plain);
    }
  }

  private static byte[] compressed(byte[] plain) {
    ByteBuf packed =
        Compression.compress(Unpooled.wrappedBuffer(plain), Unpooled.EMPTY_BUFFER.alloc());
    byte[] bytes = new byte[packed.readableBytes()];
    packed.readBytes(bytes).release();
    return bytes;
  }

  @Test
  void aReadIsCompleteAfterItsMessagesAndOnce() {
    Recorder counting =
        new Recorder() {
          @Override
          public void readComplete(Connection connection) {
            events.add(new Event("complete", connection, null, null));
          }
        };
    server = IpcServer.start(IpcServerConfig.defaults(0), counting);
    try (RawPeer peer = RawPeer.open(server.port())) {
      counting.next("opened");
      byte[] message = RawPeer.message(MessageType.ASYNC, number(1));

      peer.send(join(message, message, message, Arrays.copyOf(message, 3)));

      counting.next("ASYNC");
      counting.next("ASYNC");
      counting.next("ASYNC");
      counting.next("complete");
      peer.send(Arrays.copyOfRange(message, 3, message.length));
      counting.next("ASYNC");
      counting.next("complete");
    }
    counting.next("closed");
  }

  // Answers

  @Test
  void answersFromAnotherThreadKeepTheirOrderAndHoldBackWhatFollows() {
    recorder.onMessage = event -> {};
    try (RawPeer peer = open(start())) {
      peer.send(
          join(
              RawPeer.message(MessageType.SYNC, number(1)),
              RawPeer.message(MessageType.ASYNC, number(2)),
              RawPeer.message(MessageType.SYNC, number(3)),
              RawPeer.message(MessageType.ASYNC, number(4))));

      Recorder.Event first = recorder.next("SYNC");
      assertThat(peer.isSilent()).isTrue();
      assertThat(recorder.events).isEmpty();
      first.connection().respond(number(10));
      assertThat(recorder.next("ASYNC").theValue()).isEqualTo(number(2));
      assertThat(recorder.next("SYNC").theValue()).isEqualTo(number(3));
      first.connection().respond(number(30));
      assertThat(recorder.next("ASYNC").theValue()).isEqualTo(number(4));

      assertThat(peer.readValue()).isEqualTo(number(10));
      assertThat(peer.readValue()).isEqualTo(number(30));
    }
  }

  @Test
  void anAnswerLaterOnTheEventLoopGoesOnToo() {
    recorder.onMessage =
        event ->
            event
                .connection()
                .eventLoop()
                .execute(() -> event.connection().respond(event.theValue()));
    try (RawPeer peer = open(start())) {
      byte[] message = RawPeer.message(MessageType.SYNC, number(1));

      peer.send(join(message, message, message));

      for (int i = 0; i < 3; i++) {
        assertThat(peer.readValue()).isEqualTo(number(1));
      }
    }
  }

  @Test
  void manyHeldBackMessagesStopTheSocketAndAllComeAfterTheAnswer() {
    recorder.onMessage = event -> {};
    byte[] message = RawPeer.message(MessageType.ASYNC, ByteVector.of(QType.BYTE, new byte[1000]));
    int count = 20_000;
    try (RawPeer peer = open(start())) {
      peer.send(MessageType.SYNC, number(1));
      Connection connection = recorder.next("SYNC").connection();
      CompletableFuture<Void> sent =
          CompletableFuture.runAsync(
              () -> {
                for (int i = 0; i < count; i++) {
                  peer.send(message);
                }
              });
      // 20 MB fit into no socket's buffers: the sender has to stand still.
      assertThatThrownBy(() -> sent.get(200, TimeUnit.MILLISECONDS))
          .isInstanceOf(TimeoutException.class);

      connection.respond(number(2));

      for (int i = 0; i < count; i++) {
        recorder.next("ASYNC");
      }
      assertThat(sent).succeedsWithin(Duration.ofSeconds(10));
    }
  }

  @Test
  void answeringTwiceOrUnaskedIsAnError() {
    recorder.onMessage = event -> {};
    try (RawPeer peer = open(start())) {
      peer.send(MessageType.ASYNC, number(1));
      Connection connection = recorder.next("ASYNC").connection();
      assertThatThrownBy(() -> connection.respond(number(1)))
          .isInstanceOf(IllegalStateException.class);
      peer.send(MessageType.SYNC, number(2));
      recorder.next("SYNC");
      connection.respond(number(2));
      assertThatThrownBy(() -> connection.respond(number(2)))
          .isInstanceOf(IllegalStateException.class);
    }
  }

  @Test
  void anAnswerThatThePeerCannotHoldIsAnErrorOfType() {
    Value guid = new GuidAtom(1, 2);
    Value timestamp = new LongAtom(QType.TIMESTAMP, 0);
    recorder.onMessage = event -> event.connection().respond(guid);
    int port = start();
    for (int capability = 1; capability < 3; capability++) {
      try (RawPeer peer = RawPeer.connect(port)) {
        peer.send("joe:pw" + (char) capability + "\0");
        peer.read(1);

        peer.send(MessageType.SYNC, number(1));

        assertThat(peer.readValue()).isEqualTo(new ErrorValue("type"));
      }
    }
    recorder.onMessage = event -> event.connection().respond(timestamp);
    try (RawPeer peer = RawPeer.connect(port)) {
      peer.send("joe:pw\0");
      peer.read(1);

      peer.send(MessageType.SYNC, number(1));

      assertThat(peer.readValue()).isEqualTo(new ErrorValue("type"));
    }
  }

  @Test
  void anAsyncMessageThatThePeerCannotHoldIsLeftOut() {
    recorder.onMessage =
        event -> {
          event.connection().send(new GuidAtom(1, 2));
          event.connection().send(number(5));
        };
    try (RawPeer peer = RawPeer.connect(start())) {
      peer.send("joe:pw\1\0");
      peer.read(1);

      peer.send(MessageType.ASYNC, number(1));

      assertThat(peer.readValue()).isEqualTo(number(5));
    }
  }

  @Test
  void sendsFromAnyThread() {
    recorder.onMessage = event -> {};
    try (RawPeer peer = open(start())) {
      peer.send(MessageType.ASYNC, number(1));
      Connection connection = recorder.next("ASYNC").connection();

      connection.send(new SymbolAtom("a"));
      connection.send(new SymbolAtom("b"));

      assertThat(peer.readValue()).isEqualTo(new SymbolAtom("a"));
      assertThat(peer.readValue()).isEqualTo(new SymbolAtom("b"));
    }
  }

  // Back-pressure

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void notReadingStopsDeliveryAtOnceAndThenNothingIsLostThoughThePeerHasGone(boolean epoll)
      throws Exception {
    EventLoopGroup loops =
        epoll
            ? EventLoops.create(1, "test")
            : new MultiThreadIoEventLoopGroup(1, NioIoHandler.newFactory());
    server = IpcServer.start(IpcServerConfig.defaults(0), recorder, loops);
    recorder.onMessage = event -> event.connection().setReading(false);
    byte[] message = RawPeer.message(MessageType.ASYNC, ByteVector.of(QType.BYTE, new byte[1000]));
    int count = 500;
    byte[][] all = new byte[count][];
    Arrays.fill(all, message);
    Connection connection;
    try (RawPeer peer = open(server.port())) {
      peer.send(join(all));
      connection = recorder.next("ASYNC").connection();
    }
    // one turn of the event loop is a chance for it to deliver more
    connection.eventLoop().submit(() -> {}).get();
    assertThat(recorder.events).isEmpty();

    recorder.onMessage = event -> {};
    connection.setReading(true);

    for (int i = 1; i < count; i++) {
      recorder.next("ASYNC");
    }
    assertThat(recorder.next("closed").cause()).isNull();
  }

  @Test
  void closingAConnectionThatDoesNotReadEndsIt() {
    recorder.onMessage = event -> event.connection().setReading(false);
    byte[] message = RawPeer.message(MessageType.ASYNC, number(1));
    Connection connection;
    try (RawPeer peer = open(start())) {
      peer.send(join(message, message, message));
      connection = recorder.next("ASYNC").connection();
    }

    connection.close();

    recorder.next("closed");
  }

  @Test
  void aClientThatLeavesWhileItIsAnsweredIsNoticed() {
    recorder.onMessage = event -> {};
    Connection connection;
    try (RawPeer peer = open(start())) {
      peer.send(MessageType.SYNC, number(1));
      connection = recorder.next("SYNC").connection();
    }

    recorder.next("closed");
    assertThatCode(() -> connection.respond(number(2))).doesNotThrowAnyException();
  }

  @Test
  void aPeerThatDoesNotReadIsSeenInPendingBytesAndWritability() throws Exception {
    Recorder watching =
        new Recorder() {
          @Override
          public void writabilityChanged(Connection connection) {
            events.add(
                new Event("writability", connection, number(connection.pendingBytes()), null));
          }
        };
    watching.onMessage = event -> {};
    server = IpcServer.start(IpcServerConfig.defaults(0), watching);
    try (RawPeer peer = RawPeer.open(server.port())) {
      watching.next("opened");
      peer.send(MessageType.ASYNC, number(1));
      Connection connection = watching.next("ASYNC").connection();
      int count = 40;
      ByteVector megabyte = ByteVector.of(QType.BYTE, new byte[1 << 20]);
      for (int i = 0; i < count; i++) {
        connection.send(megabyte);
      }
      LongAtom pending = (LongAtom) watching.next("writability").theValue();
      assertThat(pending.value()).isGreaterThan(1 << 20);
      connection.eventLoop().submit(() -> {}).get();
      assertThat(connection.pendingBytes()).isGreaterThan(1 << 20);
      watching.events.clear();

      for (int i = 0; i < count; i++) {
        assertThat(peer.readMessage()).hasSize((1 << 20) + 14);
      }

      do {
        pending = (LongAtom) watching.next("writability").theValue();
      } while (pending.value() > 512 << 10);
    }
  }

  @Test
  void rawWritesAreSentOnFlush() throws Exception {
    recorder.onMessage = event -> {};
    try (RawPeer peer = open(start())) {
      peer.send(MessageType.ASYNC, number(1));
      Connection connection = recorder.next("ASYNC").connection();
      byte[] message = RawPeer.message(MessageType.ASYNC, number(2));

      connection
          .eventLoop()
          .submit(
              () -> {
                connection.write(Unpooled.wrappedBuffer(message));
                connection.write(Unpooled.wrappedBuffer(message));
              })
          .get();
      assertThat(peer.isSilent()).isTrue();
      connection.flush();

      assertThat(peer.read(2 * message.length)).isEqualTo(join(message, message));
    }
  }

  // Hostile

  @Test
  void manyWhoSendLongMessagesSlowlyMakeRoomForOneWhoSendsThemQuickly() {
    recorder.onMessage = event -> event.connection().respond(number(1));
    int port =
        start(
            IpcServerConfig.defaults(0)
                .withMaxMessageBytes(8 << 20)
                .withMaxUnfinishedBytes(8 << 20));
    byte[] message =
        RawPeer.message(MessageType.SYNC, LongVector.of(QType.LONG, new long[(4 << 20) / 8]));
    try (RawPeer good = RawPeer.open(port)) {
      List<RawPeer> slow = new ArrayList<>();
      for (int i = 0; i < 20; i++) {
        RawPeer bad = RawPeer.open(port);
        slow.add(bad);
        bad.send(Arrays.copyOf(message, 1 << 20));
        for (int sent = 0; i % 5 == 0 && sent < 2; sent++) {
          good.send(message);
          assertThat(good.readValue()).isEqualTo(number(1));
        }
      }

      for (RawPeer first : slow.subList(0, 10)) {
        assertThat(first.readToEnd()).isEmpty();
      }
      IpcServer serving = Objects.requireNonNull(server);
      assertThat(serving.unfinishedGaveWay()).isGreaterThanOrEqualTo(10);
      assertThat(serving.unfinishedBytes()).isLessThanOrEqualTo(8 << 20);
      slow.forEach(RawPeer::close);
    }
  }

  @Test
  void whoSendsOneMessageThatIsLongerThanAllMayBeIsClosed() {
    onlyTheGuiltyOneIsClosed(
        IpcServerConfig.defaults(0).withMaxUnfinishedBytes(1 << 20),
        RawPeer.message(MessageType.ASYNC, LongVector.of(QType.LONG, new long[1 << 19])));
  }

  @Test
  void aLongPackedMessageIsUnpackedElsewhereAndWhatFollowsItComesAfterIt() {
    Value zeros = LongVector.of(QType.LONG, new long[1 << 20]);
    int port = start();
    try (RawPeer peer = open(port)) {
      peer.send(
          join(
              RawPeer.message(MessageType.ASYNC, number(1)),
              compressed(RawPeer.message(MessageType.ASYNC, zeros)),
              RawPeer.message(MessageType.ASYNC, number(2))));
    }

    assertThat(recorder.next("ASYNC").theValue()).isEqualTo(number(1));
    assertThat(recorder.next("ASYNC").theValue()).isEqualTo(zeros);
    assertThat(recorder.next("ASYNC").theValue()).isEqualTo(number(2));
    recorder.next("closed");
  }

  @Test
  void aLongPackedMessageThatIsNoneClosesItsSender() {
    byte[] packed =
        compressed(
            RawPeer.message(MessageType.ASYNC, LongVector.of(QType.LONG, new long[1 << 20])));
    Arrays.fill(packed, 40, 60, (byte) 0x99);
    onlyTheGuiltyOneIsClosed(IpcServerConfig.defaults(0), packed);
  }

  /** Works on messages of this many bytes, or more, aside. */
  private static final int LONG_BYTES = 100;

  /** A server that answers short messages at once, and does this with long ones aside. */
  private int startThatWorksAside(Function<ByteBuf, Value> work) {
    recorder =
        new Recorder() {
          @Override
          public void message(
              Connection connection, MessageType type, ByteBuf buffer, int start, int length) {
            if (length < LONG_BYTES) {
              super.message(connection, type, buffer, start, length);
            } else {
              connection.aside(
                  buffer,
                  start,
                  length,
                  work,
                  made -> events.add(new Event("aside", connection, made, null)));
            }
          }
        };
    return start();
  }

  private static byte[] longMessage() {
    return RawPeer.message(MessageType.ASYNC, LongVector.of(QType.LONG, new long[20]));
  }

  @Test
  void whatTakesLongIsDoneAsideWhileOthersAreServedAndWhatFollowsItWaits() {
    CountDownLatch othersWereServed = new CountDownLatch(1);
    int port =
        startThatWorksAside(
            message -> {
              try {
                assertThat(othersWereServed.await(10, TimeUnit.SECONDS)).isTrue();
              } catch (InterruptedException e) {
                throw new AssertionError(e);
              }
              return number(message.readableBytes());
            });
    try (RawPeer good = open(port);
        RawPeer slow = open(port)) {
      byte[] message = longMessage();
      slow.send(join(message, RawPeer.message(MessageType.ASYNC, number(2))));
      good.send(MessageType.SYNC, number(7));

      assertThat(recorder.next("SYNC").theValue()).isEqualTo(number(7));
      assertThat(good.readValue()).isEqualTo(number(7));
      assertThat(recorder.events).isEmpty();
      othersWereServed.countDown();
      assertThat(recorder.next("aside").theValue()).isEqualTo(number(message.length));
      assertThat(recorder.next("ASYNC").theValue()).isEqualTo(number(2));
    }
  }

  @Test
  void aMessageThatFailsAsideClosesItsSender() {
    int port =
        startThatWorksAside(
            message -> {
              throw new CodecException("not a value");
            });
    try (RawPeer good = open(port);
        RawPeer bad = open(port)) {
      bad.send(longMessage());

      assertThat(bad.readToEnd()).isEmpty();
      assertThat(recorder.next("closed").cause()).isInstanceOf(CodecException.class);
      good.send(MessageType.SYNC, number(7));
      assertThat(good.readValue()).isEqualTo(number(7));
    }
  }

  @Test
  void whatWasSentBeforeItsSenderClosedIsStillDoneAsideAndHandled() {
    int port = startThatWorksAside(message -> number(message.readableBytes()));
    byte[] message = longMessage();
    try (RawPeer peer = open(port)) {
      peer.send(join(message, message, RawPeer.message(MessageType.ASYNC, number(3))));
    }

    assertThat(recorder.next("aside").theValue()).isEqualTo(number(message.length));
    assertThat(recorder.next("aside").theValue()).isEqualTo(number(message.length));
    assertThat(recorder.next("ASYNC").theValue()).isEqualTo(number(3));
    recorder.next("closed");
  }

  private void onlyTheGuiltyOneIsClosed(IpcServerConfig config, byte[] hostile) {
    int port = start(config);
    try (RawPeer good = open(port);
        RawPeer bad = open(port)) {
      bad.sendWhatIsTaken(hostile);

      assertThat(bad.readToEnd()).isEmpty();
      assertThat(recorder.next("closed").cause()).isInstanceOf(CodecException.class);
      good.send(MessageType.SYNC, number(7));
      assertThat(good.readValue()).isEqualTo(number(7));
    }
  }

  @Test
  void garbageClosesItsSender() {
    byte[] garbage = new byte[1000];
    new Random(3).nextBytes(garbage);
    onlyTheGuiltyOneIsClosed(IpcServerConfig.defaults(0), garbage);
  }

  @Test
  void anOversizeMessageClosesItsSender() {
    onlyTheGuiltyOneIsClosed(
        IpcServerConfig.defaults(0).withMaxMessageBytes(1 << 20),
        new byte[] {1, 0, 0, 0, 0, 0, 0, 127});
  }

  @Test
  void aResponseNobodyAskedForClosesItsSender() {
    onlyTheGuiltyOneIsClosed(
        IpcServerConfig.defaults(0), RawPeer.message(MessageType.RESPONSE, number(1)));
  }

  @Test
  void aValueThatIsNoneClosesItsSender() {
    onlyTheGuiltyOneIsClosed(
        IpcServerConfig.defaults(0), new byte[] {1, 0, 0, 0, 10, 0, 0, 0, 55, 55});
  }

  @Test
  void aDecompressionBombClosesItsSender() {
    byte[] packed =
        compressed(
            RawPeer.message(MessageType.ASYNC, LongVector.of(QType.LONG, new long[1 << 18])));
    onlyTheGuiltyOneIsClosed(IpcServerConfig.defaults(0).withMaxMessageBytes(1 << 20), packed);
  }

  @Test
  void aCompressedMessageThatLiesAboutItsLengthClosesItsSender() {
    byte[] packed =
        compressed(RawPeer.message(MessageType.ASYNC, LongVector.of(QType.LONG, new long[1000])));
    ByteBuffer.wrap(packed).putInt(8, 0x7fffff00);
    onlyTheGuiltyOneIsClosed(IpcServerConfig.defaults(0), packed);
  }

  @Test
  void anExceptionFromTheHandlerClosesThatConnectionOnly() {
    recorder.onMessage =
        event -> {
          if (event.theValue().equals(number(1))) {
            throw new IllegalStateException("from the handler");
          }
          event.connection().respond(event.theValue());
        };
    int port = start();
    try (RawPeer good = open(port);
        RawPeer bad = open(port)) {
      byte[] fatal = RawPeer.message(MessageType.ASYNC, number(1));

      bad.send(join(fatal, fatal));

      assertThat(bad.readToEnd()).isEmpty();
      recorder.next("ASYNC");
      assertThat(recorder.next("closed").cause()).hasMessage("from the handler");
      good.send(MessageType.SYNC, number(7));
      assertThat(good.readValue()).isEqualTo(number(7));
    }
  }

  @Test
  void anExceptionFromOpenedOrReadCompleteClosesThatConnectionOnly() {
    CountDownLatch thrown = new CountDownLatch(2);
    Recorder throwing =
        new Recorder() {
          @Override
          public void opened(Connection connection) {
            if (connection.user().name().equals("bad")) {
              thrown.countDown();
              throw new IllegalStateException("from opened");
            }
          }

          @Override
          public void readComplete(Connection connection) {
            if (connection.user().name().equals("worse")) {
              thrown.countDown();
              throw new IllegalStateException("from readComplete");
            }
          }
        };
    server = IpcServer.start(IpcServerConfig.defaults(0), throwing);
    try (RawPeer bad = RawPeer.connect(server.port());
        RawPeer worse = RawPeer.connect(server.port());
        RawPeer good = RawPeer.open(server.port())) {
      bad.send("bad:\3\0");
      bad.readToEnd();
      worse.send("worse:\3\0");
      worse.read(1);
      worse.send(MessageType.ASYNC, number(1));
      assertThat(worse.readToEnd()).isEmpty();
      assertThat(thrown.getCount()).isZero();
      good.send(MessageType.SYNC, number(7));
      assertThat(good.readValue()).isEqualTo(number(7));
    }
  }

  @Test
  void oneConnectionTooManyIsClosedAndAFreedPlaceIsTaken() {
    int port = start(IpcServerConfig.defaults(0).withMaxConnections(2));
    RawPeer first = open(port);
    try (RawPeer second = open(port)) {
      try (RawPeer third = RawPeer.connect(port)) {
        assertThat(third.readToEnd()).isEmpty();
      }
      second.send(MessageType.SYNC, number(7));
      assertThat(second.readValue()).isEqualTo(number(7));
      recorder.next("SYNC");

      first.close();
      recorder.next("closed");
      try (RawPeer fourth = open(port)) {
        fourth.send(MessageType.SYNC, number(8));
        assertThat(fourth.readValue()).isEqualTo(number(8));
      }
    }
  }

  @Test
  void whoDoesNotFinishTheHandshakeMakesRoomForWhoComes() {
    int port = start(IpcServerConfig.defaults(0).withMaxConnections(3));
    try (RawPeer first = open(port);
        RawPeer silent = RawPeer.connect(port);
        RawPeer slow = RawPeer.connect(port)) {
      slow.send("jo");
      try (RawPeer second = open(port)) {
        assertThat(silent.readToEnd()).isEmpty();
        try (RawPeer third = open(port)) {
          assertThat(slow.readToEnd()).isEmpty();
          second.send(MessageType.SYNC, number(7));
          assertThat(second.readValue()).isEqualTo(number(7));
          third.send(MessageType.SYNC, number(8));
          assertThat(third.readValue()).isEqualTo(number(8));
          // All three have finished theirs: nobody gives way.
          try (RawPeer fourth = RawPeer.connect(port)) {
            assertThat(fourth.readToEnd()).isEmpty();
          }
          first.send(MessageType.SYNC, number(9));
          assertThat(first.readValue()).isEqualTo(number(9));
        }
      }
    }
  }

  @Test
  void whoMayOnlyAskSendsNoLongMessagesHoweverTheyArePacked() {
    int port =
        start(
            IpcServerConfig.defaults(0)
                .withAccess(
                    (user, password, remote) ->
                        new User(
                            user,
                            user.equals("asker")
                                ? Set.of(Right.READ, Right.SUBSCRIBE)
                                : Set.of(Right.PUBLISH))));
    Value text = ByteVector.string("x".repeat(IpcServerConfig.MAX_QUESTION_BYTES));
    byte[] plain = RawPeer.message(MessageType.SYNC, text);
    for (byte[] message : new byte[][] {plain, compressed(plain)}) {
      try (RawPeer publisher = RawPeer.connect(port);
          RawPeer asker = RawPeer.connect(port)) {
        asker.send("asker:\3\0");
        asker.read(1);
        // Of the plain one its header is enough.
        asker.sendWhatIsTaken(Arrays.copyOf(message, Math.min(message.length, 1 << 18)));
        assertThat(asker.readToEnd()).isEmpty();
        publisher.send("publisher:\3\0");
        publisher.read(1);
        publisher.send(message);
        assertThat(publisher.readValue()).isEqualTo(text);
      }
    }
  }

  // Start and stop

  @Test
  void aPortInUseIsSaidWithWhatToDo() throws IOException {
    try (ServerSocket taken = new ServerSocket(0, 1, Listen.address("127.0.0.1"))) {
      assertThatExceptionOfType(NetException.class)
          .isThrownBy(() -> start(IpcServerConfig.defaults(taken.getLocalPort())))
          .withMessageContaining("port " + taken.getLocalPort() + " is already used")
          .withMessageContaining("--port");
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"192.0.2.1", "no.such.host.invalid", ""})
  void anAddressThatIsNotHereIsSaid(String listen) {
    assertThatExceptionOfType(NetException.class)
        .isThrownBy(() -> start(IpcServerConfig.defaults(0).withListen(listen)))
        .withMessageContaining("--listen")
        .withMessageContaining("127.0.0.1");
  }

  @Test
  void closingEndsAllConnectionsAndFreesThePort() throws Exception {
    int port = start();
    IpcServer closing = Objects.requireNonNull(server);
    try (RawPeer peer = open(port)) {
      closing.close();

      assertThat(peer.readToEnd()).isEmpty();
      recorder.next("closed");
      closing.awaitClosed();
      assertThat(closing.eventLoops().isTerminated()).isTrue();
    }
    start(IpcServerConfig.defaults(port));
  }

  @Test
  void closingFromAnEventLoopDoesNotWaitForItself() {
    int port = start();
    IpcServer closing = Objects.requireNonNull(server);
    recorder.onMessage = event -> closing.close();
    try (RawPeer peer = open(port)) {
      peer.send(MessageType.ASYNC, number(1));

      assertThat(peer.readToEnd()).isEmpty();
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {-1, 65536})
  void aPortOutOfRangeIsRefused(int port) {
    assertThatThrownBy(() -> IpcServerConfig.defaults(port)).hasMessageContaining("0 to 65535");
  }
}
