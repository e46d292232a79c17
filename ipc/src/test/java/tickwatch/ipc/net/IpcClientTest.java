package tickwatch.ipc.net;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.netty.channel.EventLoopGroup;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import tickwatch.ipc.codec.CodecException;
import tickwatch.ipc.codec.MessageType;
import tickwatch.ipc.value.ErrorValue;
import tickwatch.ipc.value.GuidAtom;
import tickwatch.ipc.value.LongAtom;
import tickwatch.ipc.value.QType;
import tickwatch.ipc.value.SymbolAtom;
import tickwatch.ipc.value.Value;

class IpcClientTest {
  private static final int MAX_MESSAGE_BYTES = 1 << 20;
  private static EventLoopGroup loops;

  private final Recorder recorder = new Recorder();

  /** A server of bytes: the test plays it. */
  private ServerSocket listening;

  @BeforeAll
  static void startLoops() {
    loops = EventLoops.create(1, "test-client");
  }

  @AfterAll
  static void stopLoops() {
    loops.shutdownGracefully(0, 1, TimeUnit.SECONDS).awaitUninterruptibly();
  }

  @BeforeEach
  void listen() throws IOException {
    listening = new ServerSocket(0, 10, InetAddress.getLoopbackAddress());
  }

  @AfterEach
  void close() throws IOException {
    listening.close();
  }

  private static LongAtom number(long number) {
    return new LongAtom(QType.LONG, number);
  }

  private CompletableFuture<ClientConnection> connect(Duration timeout) {
    Endpoint endpoint = new Endpoint("127.0.0.1", listening.getLocalPort(), "joe", "a:b");
    return IpcClient.connect(endpoint, timeout, MAX_MESSAGE_BYTES, loops, recorder);
  }

  private RawPeer accept() throws IOException {
    return new RawPeer(listening.accept());
  }

  /** Both ends, after a handshake that agreed on this capability. */
  private record Pair(ClientConnection client, RawPeer server) implements AutoCloseable {
    @Override
    public void close() {
      client.close();
      server.close();
    }
  }

  private Pair open(int capability) throws Exception {
    CompletableFuture<ClientConnection> connecting = connect(Duration.ofSeconds(10));
    RawPeer server = accept();
    server.read("joe:a:b".length() + 2);
    server.send(new byte[] {(byte) capability});
    ClientConnection client = connecting.get(10, TimeUnit.SECONDS);
    recorder.next("opened");
    return new Pair(client, server);
  }

  private static Value get(CompletableFuture<Value> answer) throws Exception {
    return answer.get(10, TimeUnit.SECONDS);
  }

  private static Throwable failure(CompletableFuture<?> future) throws Exception {
    try {
      Object result = future.get(10, TimeUnit.SECONDS);
      throw new AssertionError("succeeded: " + result);
    } catch (ExecutionException e) {
      return Objects.requireNonNull(e.getCause());
    }
  }

  @Test
  void offersItsNamePasswordAndCapability() throws Exception {
    CompletableFuture<ClientConnection> connecting = connect(Duration.ofSeconds(10));
    try (RawPeer server = accept()) {
      assertThat(server.read(9)).containsExactly('j', 'o', 'e', ':', 'a', ':', 'b', 3, 0);
      server.send(new byte[] {2});

      ClientConnection client = connecting.get(10, TimeUnit.SECONDS);
      assertThat(client.capability()).isEqualTo(2);
      assertThat(client.user()).isEqualTo(new User("joe", Set.of()));
      assertThat(client.isLocal()).isTrue();
    }
  }

  @Test
  void answersComeInTheOrderOfTheRequestsAndAsyncMessagesGoToTheHandler() throws Exception {
    try (Pair pair = open(3)) {
      List<CompletableFuture<Value>> answers = new ArrayList<>();
      for (int i = 0; i < 3; i++) {
        answers.add(pair.client().request(number(i)));
      }
      for (int i = 0; i < 3; i++) {
        assertThat(pair.server().readValue()).isEqualTo(number(i));
      }
      pair.server().send(MessageType.RESPONSE, number(10));
      pair.server().send(MessageType.ASYNC, new SymbolAtom("news"));
      pair.server().send(MessageType.RESPONSE, new ErrorValue("type"));
      // big-endian: 12i
      pair.server().send(new byte[] {0, 2, 0, 0, 0, 0, 0, 13, -6, 0, 0, 0, 12});

      assertThat(get(answers.get(0))).isEqualTo(number(10));
      Throwable error = failure(answers.get(1));
      assertThat(error).isInstanceOf(RemoteError.class);
      assertThat(((RemoteError) error).text()).isEqualTo("type");
      assertThat(get(answers.get(2)).toString()).contains("12");
      assertThat(recorder.next("ASYNC").theValue()).isEqualTo(new SymbolAtom("news"));
    }
  }

  @Test
  void anAnswerIsDecodedBeforeTheNextMessageIsDelivered() throws Exception {
    try (Pair pair = open(3)) {
      CompletableFuture<Value> answer = pair.client().request(number(1));
      CompletableFuture<Boolean> wasDone = new CompletableFuture<>();
      recorder.onMessage = event -> wasDone.complete(answer.isDone());
      pair.server().readValue();

      pair.server().send(MessageType.RESPONSE, number(2));
      pair.server().send(MessageType.ASYNC, number(3));

      assertThat(wasDone.get(10, TimeUnit.SECONDS)).isTrue();
    }
  }

  @Test
  void aLostConnectionFailsWhatIsPendingAndWhatComesLater() throws Exception {
    try (Pair pair = open(3)) {
      CompletableFuture<Value> first = pair.client().request(number(1));
      CompletableFuture<Value> second = pair.client().request(number(2));
      pair.server().readValue();
      pair.server().readValue();

      pair.server().close();

      assertThat(failure(first))
          .isInstanceOf(NetException.class)
          .hasMessageContaining("127.0.0.1:");
      assertThat(failure(second)).isInstanceOf(NetException.class);
      recorder.next("closed");
      assertThat(failure(pair.client().request(number(3)))).isInstanceOf(NetException.class);
    }
  }

  @Test
  void closingFailsWhatIsPending() throws Exception {
    try (Pair pair = open(3)) {
      CompletableFuture<Value> answer = pair.client().request(number(1));

      pair.client().close();

      assertThat(failure(answer)).isInstanceOf(NetException.class);
      assertThat(recorder.next("closed").cause()).isNull();
    }
  }

  @Test
  void aQueryThatThePeerCannotHoldFailsAlone() throws Exception {
    try (Pair pair = open(1)) {
      assertThat(failure(pair.client().request(new GuidAtom(1, 2))))
          .isInstanceOf(CodecException.class);

      CompletableFuture<Value> answer = pair.client().request(number(1));
      pair.server().readValue();
      pair.server().send(MessageType.RESPONSE, number(2));
      assertThat(get(answer)).isEqualTo(number(2));
    }
  }

  @Test
  void aServerThatAsksIsToldThatNobodyAnswers() throws Exception {
    try (Pair pair = open(3)) {
      pair.server().send(MessageType.SYNC, number(1));

      assertThat(pair.server().readValue()).isEqualTo(new ErrorValue("nyi"));
      assertThatThrownBy(() -> pair.client().respond(number(1)))
          .isInstanceOf(IllegalStateException.class);
    }
  }

  @Test
  void aResponseNobodyAskedForCloses() throws Exception {
    try (Pair pair = open(3)) {
      pair.server().send(MessageType.RESPONSE, number(1));

      assertThat(pair.server().readToEnd()).isEmpty();
      assertThat(recorder.next("closed").cause()).isInstanceOf(CodecException.class);
    }
  }

  @Test
  void aMalformedAnswerFailsTheRequestAndCloses() throws Exception {
    try (Pair pair = open(3)) {
      CompletableFuture<Value> answer = pair.client().request(number(1));
      pair.server().readValue();

      pair.server().send(new byte[] {1, 2, 0, 0, 10, 0, 0, 0, 55, 55});

      assertThat(failure(answer))
          .isInstanceOf(NetException.class)
          .hasCauseInstanceOf(CodecException.class);
      assertThat(recorder.next("closed").cause()).isInstanceOf(CodecException.class);
    }
  }

  @Test
  void refusedCredentialsAreSaidWithoutThePassword() throws Exception {
    CompletableFuture<ClientConnection> connecting = connect(Duration.ofSeconds(10));
    try (RawPeer server = accept()) {
      server.read(9);
    }

    assertThat(failure(connecting))
        .isInstanceOf(NetException.class)
        .hasMessageContaining("refused user \"joe\"")
        .hasMessageNotContaining("a:b");
  }

  @Test
  void aServerThatDoesNotAnswerTheHandshakeIsGivenUp() throws Exception {
    CompletableFuture<ClientConnection> connecting = connect(Duration.ofMillis(50));
    try (RawPeer server = accept()) {
      server.read(9);

      assertThat(failure(connecting))
          .isInstanceOf(NetException.class)
          .hasMessageContaining("did not answer the handshake");
      assertThat(server.readToEnd()).isEmpty();
    }
  }

  @Test
  void aServerOfAnotherProtocolIsNoticed() throws Exception {
    CompletableFuture<ClientConnection> connecting = connect(Duration.ofSeconds(10));
    try (RawPeer server = accept()) {
      server.read(9);
      server.send("HTTP/1.1 400 Bad Request\r\n\r\n");

      assertThat(failure(connecting)).hasMessageContaining("does it speak kdb+ IPC?");
    }
  }

  @Test
  void aMessageRightBehindTheAcceptByteIsNotLost() throws Exception {
    CompletableFuture<ClientConnection> connecting = connect(Duration.ofSeconds(10));
    try (RawPeer server = accept()) {
      server.read(9);
      byte[] message = RawPeer.message(MessageType.ASYNC, number(5));
      byte[] both = new byte[1 + message.length];
      both[0] = 3;
      System.arraycopy(message, 0, both, 1, message.length);
      server.send(both);

      connecting.get(10, TimeUnit.SECONDS);
      recorder.next("opened");
      assertThat(recorder.next("ASYNC").theValue()).isEqualTo(number(5));
    }
  }

  @Test
  void nothingListeningIsSaid() throws Exception {
    listening.close();

    assertThat(failure(connect(Duration.ofSeconds(10))))
        .isInstanceOf(NetException.class)
        .hasMessageContaining("nothing listens on 127.0.0.1:");
  }

  @Test
  void anUnknownHostIsSaid() throws Exception {
    assertThat(
            failure(
                IpcClient.connect(
                    Endpoint.parse("no.such.host.invalid:5010"),
                    Duration.ofSeconds(10),
                    MAX_MESSAGE_BYTES,
                    loops,
                    recorder)))
        .isInstanceOf(NetException.class)
        .hasMessageContaining("no.such.host.invalid");
  }

  @Test
  void clientAndServerOfThisPackageUnderstandEachOther() throws Exception {
    Recorder serving = new Recorder();
    try (IpcServer server = IpcServer.start(IpcServerConfig.defaults(0), serving)) {
      ClientConnection client =
          IpcClient.connect(
                  Endpoint.parse("localhost:" + server.port() + ":joe:pw"),
                  Duration.ofSeconds(10),
                  MAX_MESSAGE_BYTES,
                  loops,
                  recorder)
              .get(10, TimeUnit.SECONDS);
      List<CompletableFuture<Value>> answers = new ArrayList<>();

      for (int i = 0; i < 1000; i++) {
        answers.add(client.request(number(i)));
      }

      for (int i = 0; i < 1000; i++) {
        assertThat(get(answers.get(i))).isEqualTo(number(i));
      }
      client.close();
    }
  }
}
