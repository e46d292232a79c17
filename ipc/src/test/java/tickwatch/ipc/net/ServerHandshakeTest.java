package tickwatch.ipc.net;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.EnumSet;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import tickwatch.ipc.codec.MessageType;
import tickwatch.ipc.value.LongAtom;
import tickwatch.ipc.value.QType;
import tickwatch.ipc.value.SymbolAtom;

class ServerHandshakeTest {
  private static final SymbolAtom HELLO = new SymbolAtom("hello");

  private final Recorder recorder = new Recorder();
  private final BlockingQueue<String> tried = new LinkedBlockingQueue<>();
  private @Nullable IpcServer server;

  /** Lets in everyone but mallory, and notes who came; asked on a thread of its own. */
  private final Access access =
      (user, password, remote) -> {
        tried.add(user + "|" + password);
        return user.equals("mallory") ? null : new User(user, EnumSet.of(Right.READ));
      };

  private int start(IpcServerConfig config) {
    server = IpcServer.start(config, recorder);
    return server.port();
  }

  private int start() {
    return start(IpcServerConfig.defaults(0).withAccess(access));
  }

  @AfterEach
  void close() {
    if (server != null) {
      server.close();
    }
  }

  @ParameterizedTest
  @CsvSource({"1,1", "2,2", "3,3", "4,3", "5,3", "6,3", "31,3"})
  void answersWithTheSmallerCapability(int offered, int agreed) {
    try (RawPeer peer = RawPeer.connect(start())) {
      peer.send("joe:pw" + (char) offered + "\0");

      assertThat(peer.read(1)).containsExactly(agreed);
      assertThat(recorder.next("opened").connection().capability()).isEqualTo(agreed);
    }
  }

  @ParameterizedTest
  @CsvSource({
    "'joe:pw', joe|pw",
    "'joe', joe|",
    "'joe:', joe|",
    "':', |",
    "'', |",
    "':pw', |pw",
    "'joe:a:b::', joe|a:b::",
  })
  void splitsCredentialsAtTheFirstColon(String credentials, String expected) throws Exception {
    try (RawPeer peer = RawPeer.connect(start())) {
      peer.send(credentials + "\3\0");

      peer.read(1);
      assertThat(tried.take()).isEqualTo(expected);
      assertThat(recorder.next("opened").connection().user().name())
          .isEqualTo(expected.substring(0, expected.indexOf('|')));
    }
  }

  @Test
  void withoutACapabilityTheLastByteBelongsToThePassword() throws Exception {
    try (RawPeer peer = RawPeer.connect(start())) {
      peer.send("joe:pw\0");

      assertThat(peer.read(1)).containsExactly(0);
      assertThat(tried.take()).isEqualTo("joe|pw");
    }
  }

  @Test
  void anEmptyHandshakeIsAnOldClientWithoutAName() throws Exception {
    try (RawPeer peer = RawPeer.connect(start())) {
      peer.send("\0");

      assertThat(peer.read(1)).containsExactly(0);
      assertThat(tried.take()).isEqualTo("|");
    }
  }

  @Test
  void credentialsMayComeByteByByte() throws Exception {
    try (RawPeer peer = RawPeer.connect(start())) {
      for (char c : "GETjoe:HEAD pw\3\0".toCharArray()) {
        peer.send(String.valueOf(c));
      }

      assertThat(peer.read(1)).containsExactly(3);
      assertThat(tried.take()).isEqualTo("GETjoe|HEAD pw");
    }
  }

  @Test
  void sixtyFourKiBOfCredentialsPassAndOneByteMoreDoesNot() throws Exception {
    int port = start();
    String longest = "joe:" + "x".repeat(65_536 - 4);
    try (RawPeer peer = RawPeer.connect(port)) {
      peer.send(longest + "\3\0");

      assertThat(peer.read(1)).containsExactly(3);
      assertThat(tried.take()).hasSize(65_536);
    }
    for (String tooLong : new String[] {"x\3\0", "x\0", "xxx"}) {
      try (RawPeer peer = RawPeer.connect(port)) {
        peer.send(longest + tooLong);

        assertThat(peer.readToEnd()).isEmpty();
      }
    }
    assertThat(tried).isEmpty();
  }

  @Test
  void namesAndPasswordsAreUtf8WhereTheyCanBe() throws Exception {
    int port = start();
    for (byte[] credentials :
        new byte[][] {"zoë:é\3\0".getBytes(UTF_8), "zoë:é\3\0".getBytes(ISO_8859_1)}) {
      try (RawPeer peer = RawPeer.connect(port)) {
        peer.send(credentials);

        peer.read(1);
        assertThat(tried.take()).isEqualTo("zoë|é");
      }
    }
  }

  @Test
  void aRefusedClientIsClosedWithoutAByte() {
    try (RawPeer peer = RawPeer.connect(start())) {
      peer.send("mallory:pw\3\0");

      assertThat(peer.readToEnd()).isEmpty();
      assertThat(recorder.events).isEmpty();
    }
  }

  @Test
  void anExceptionFromTheCheckRefuses() {
    int port =
        start(
            IpcServerConfig.defaults(0)
                .withAccess(
                    (user, password, remote) -> {
                      throw new IllegalStateException("no directory server");
                    }));
    try (RawPeer peer = RawPeer.connect(port)) {
      peer.send("joe:pw\3\0");

      assertThat(peer.readToEnd()).isEmpty();
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "\26\3\1\2\0\1\0\1\374\3\3",
        "POST / HTTP/1.1\r\nHost: localhost\r\n\r\njoe:pw\3\0",
        "joe\n:pw\3\0"
      })
  void aControlCharacterInTheNameIsRefused(String bytes) {
    try (RawPeer peer = RawPeer.connect(start())) {
      peer.send(bytes);

      assertThat(peer.readToEnd()).isEmpty();
      assertThat(tried).isEmpty();
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "joe", "GET /health HTTP/1.1\r\n"})
  void whoDoesNotFinishTheHandshakeIsClosed(String bytes) {
    int port =
        start(
            IpcServerConfig.defaults(0)
                .withAccess(access)
                .withHandshakeTimeout(Duration.ofMillis(50)));
    try (RawPeer peer = RawPeer.connect(port)) {
      peer.send(bytes);

      assertThat(peer.readToEnd()).isEmpty();
    }
  }

  @Test
  void theTimeOutEndsWithTheHandshake() {
    int port =
        start(
            IpcServerConfig.defaults(0)
                .withAccess(access)
                .withHandshakeTimeout(Duration.ofMillis(200)));
    try (RawPeer peer = RawPeer.open(port)) {
      try (RawPeer late = RawPeer.connect(port)) {
        assertThat(late.readToEnd()).isEmpty();
      }

      peer.send(MessageType.SYNC, HELLO);

      assertThat(peer.readValue()).isEqualTo(HELLO);
    }
  }

  @Test
  void theAcceptByteComesAloneWhateverTheHandlerSends() {
    Recorder greeting =
        new Recorder() {
          @Override
          public void opened(Connection connection) {
            connection.send(HELLO);
            connection.send(new LongAtom(QType.LONG, 2));
          }
        };
    server = IpcServer.start(IpcServerConfig.defaults(0), greeting);
    try (RawPeer peer = RawPeer.connect(server.port())) {
      peer.send("joe:pw\3\0");
      assertThat(peer.read(1)).containsExactly(3);
      assertThat(peer.isSilent()).isTrue();

      peer.send(MessageType.SYNC, new LongAtom(QType.LONG, 3));

      Connection connection = greeting.next("SYNC").connection();
      assertThat(connection.pendingBytes()).isLessThan(1000);
      assertThat(peer.readValue()).isEqualTo(HELLO);
      assertThat(peer.readValue()).isEqualTo(new LongAtom(QType.LONG, 2));
      assertThat(peer.readValue()).isEqualTo(new LongAtom(QType.LONG, 3));
    }
  }

  @Test
  void whatWaitsForTheFirstMessageCountsAsPending() throws Exception {
    start();
    try (RawPeer peer = RawPeer.open(server == null ? 0 : server.port())) {
      Connection connection = recorder.next("opened").connection();

      connection.send(HELLO);
      connection.eventLoop().submit(() -> {}).get();

      assertThat(connection.pendingBytes()).isGreaterThanOrEqualTo(15);
      assertThat(peer.isSilent()).isTrue();
    }
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void aMessageRightBehindTheCredentialsIsNotLost(boolean quick) {
    Access wanted = quick ? Access.anonymousLoopback() : access;
    try (RawPeer peer = RawPeer.connect(start(IpcServerConfig.defaults(0).withAccess(wanted)))) {
      String message = new String(RawPeer.message(MessageType.SYNC, HELLO), ISO_8859_1);

      peer.send("joe:pw\3\0" + message + message.substring(0, 5));
      peer.send(message.substring(5));

      assertThat(peer.read(1)).containsExactly(3);
      assertThat(peer.readValue()).isEqualTo(HELLO);
      assertThat(peer.readValue()).isEqualTo(HELLO);
    }
  }

  @Test
  void aSlowCheckHoldsUpNobodyElse() throws Exception {
    BlockingQueue<String> release = new LinkedBlockingQueue<>();
    int port =
        start(
            IpcServerConfig.defaults(0)
                .withAccess(
                    (user, password, remote) -> {
                      try {
                        tried.add(user);
                        return user.equals("slow") && release.take().isEmpty()
                            ? null
                            : new User(user, EnumSet.noneOf(Right.class));
                      } catch (InterruptedException e) {
                        return null;
                      }
                    }));
    try (RawPeer slow = RawPeer.connect(port);
        RawPeer quick = RawPeer.connect(port)) {
      slow.send("slow:\3\0");
      assertThat(tried.take()).isEqualTo("slow");
      quick.send("quick:\3\0");

      assertThat(quick.read(1)).containsExactly(3);

      release.add("go on");
      assertThat(slow.read(1)).containsExactly(3);
    }
  }

  @Test
  void knowsWhoAndWhereTheClientIs() {
    try (RawPeer peer = RawPeer.open(start())) {
      Connection connection = recorder.next("opened").connection();

      assertThat(connection.user().rights()).containsExactly(Right.READ);
      assertThat(connection.user().may(Right.ADMIN)).isFalse();
      assertThat(connection.isLocal()).isTrue();
      assertThat(connection.remote())
          .isEqualTo(
              new InetSocketAddress(peer.socket.getLocalAddress(), peer.socket.getLocalPort()));
    }
  }

  @Test
  void handlesAreNeverUsedAgain() {
    int port = start();
    int[] handles = new int[3];
    for (int i = 0; i < handles.length; i++) {
      try (RawPeer peer = RawPeer.open(port)) {
        handles[i] = recorder.next("opened").connection().handle();
        assertThat(peer.socket.isConnected()).isTrue();
      }
      assertThat(recorder.next("closed").connection().handle()).isEqualTo(handles[i]);
    }
    assertThat(handles).doesNotHaveDuplicates();
  }
}
