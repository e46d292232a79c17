package tickwatch.ipc.net;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.kx.c;
import java.util.EnumSet;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import tickwatch.ipc.value.ByteVector;
import tickwatch.ipc.value.ErrorValue;
import tickwatch.ipc.value.ListVector;
import tickwatch.ipc.value.LongVector;
import tickwatch.ipc.value.QType;
import tickwatch.ipc.value.SymbolAtom;
import tickwatch.ipc.value.Value;

/** KX's Java client against this server. */
class JavakdbTest {
  private final Recorder recorder = new Recorder();
  private IpcServer server;

  @BeforeEach
  void start() {
    recorder.onMessage =
        event -> {
          if (event.what().equals("SYNC")) {
            event.connection().respond(answer(event.theValue()));
          }
        };
    server =
        IpcServer.start(
            IpcServerConfig.defaults(0)
                .withAccess(
                    (user, password, remote) ->
                        password.equals("pw") ? new User(user, EnumSet.of(Right.READ)) : null),
            recorder);
  }

  @AfterEach
  void close() {
    server.close();
  }

  /** ("echo";x) gives x; a text that starts with a quote gives that error. */
  private static Value answer(Value query) {
    if (query instanceof ListVector list) {
      return list.get(1);
    }
    String text = ((ByteVector) query).text();
    return text.startsWith("'") ? new ErrorValue(text.substring(1)) : query;
  }

  private c open() throws Exception {
    c client = new c("127.0.0.1", server.port(), "joe:pw");
    recorder.next("opened");
    return client;
  }

  @Test
  void asksAndGetsAnswersAndErrors() throws Exception {
    c client = open();

    assertThat(client.k("echo", new long[] {1, 2, 3})).isEqualTo(new long[] {1, 2, 3});
    assertThat(client.k("text")).isEqualTo("text".toCharArray());
    assertThatThrownBy(() -> client.k("'nyi")).isInstanceOf(c.KException.class).hasMessage("nyi");
    assertThat(client.k("echo", "sym")).isEqualTo("sym");
    client.close();
  }

  @Test
  void sendsAndReceivesWithoutAnswers() throws Exception {
    c client = open();

    client.ks("upd", "trade");

    Recorder.Event event = recorder.next("ASYNC");
    assertThat(event.theValue())
        .isEqualTo(ListVector.of(ByteVector.string("upd"), new SymbolAtom("trade")));
    event.connection().send(new SymbolAtom("news"));
    assertThat(client.k()).isEqualTo("news");
    client.close();
  }

  @Test
  void longMessagesPassBothWays() throws Exception {
    c client = open();
    long[] items = new Random(5).longs(2_000_000).toArray();

    assertThat(client.k("echo", items)).isEqualTo(items);
    client.close();
  }

  /** javakdb never compresses for loopback, so its codec packs and a plain socket sends. */
  @Test
  void itsCompressedMessagesAreUnderstood() throws Exception {
    long[] items = new long[10_000];
    byte[] packed = new c().serialize(0, items, true);
    assertThat(packed[2]).isEqualTo((byte) 1);
    try (RawPeer peer = RawPeer.open(server.port())) {
      recorder.next("opened");

      peer.send(packed);

      assertThat(recorder.next("ASYNC").theValue()).isEqualTo(LongVector.of(QType.LONG, items));
    }
  }

  @Test
  void wrongCredentialsAreAnAccessError() {
    assertThatThrownBy(() -> new c("127.0.0.1", server.port(), "joe:wrong"))
        .isInstanceOf(c.KException.class)
        .hasMessage("access");
  }
}
