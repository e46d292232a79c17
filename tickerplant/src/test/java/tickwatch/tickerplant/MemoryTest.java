package tickwatch.tickerplant;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static tickwatch.tickerplant.Plant.symbol;
import static tickwatch.tickerplant.Plant.trades;

import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tickwatch.ipc.codec.MessageType;
import tickwatch.ipc.value.ByteVector;
import tickwatch.ipc.value.ErrorValue;
import tickwatch.ipc.value.LongAtom;
import tickwatch.ipc.value.QType;
import tickwatch.ipc.value.SymbolVector;
import tickwatch.tick.TickLog;

/** What messages and answers may take of a small memory. */
@SuppressWarnings("NullAway.Init") // each test starts one
class MemoryTest {
  private static final int MEBIBYTE = 1 << 20;

  @TempDir Path directory;
  private Plant plant;
  private final List<RawClient> clients = new ArrayList<>();

  private void start(int mebibytes) {
    plant = new Plant(directory, config -> config.withMemoryBytes((long) mebibytes << 20));
  }

  @AfterEach
  void stop() {
    clients.forEach(RawClient::close);
    plant.close();
  }

  private RawClient client() {
    RawClient client = plant.client();
    clients.add(client);
    return client;
  }

  @Test
  void aMessageThatIsTooLongToBeDecodedIsRefusedAndOneThatCanBeSharedIsNot() {
    start(128);
    RawClient client = client();
    client.send(MessageType.SYNC, ByteVector.of(QType.BYTE, new byte[9 * MEBIBYTE]));
    assertThat(client.next()).isEqualTo(new ErrorValue("wsfull"));

    int rows = 450_000;
    client.async(symbol(".u.upd"), symbol("trade"), trades(0, rows));
    assertThat(client.ask(".u.i")).isEqualTo(new LongAtom(QType.LONG, 1));
    assertThat(TickLog.verify(plant.log()).tables())
        .containsEntry("trade", new TickLog.TableCount(1, rows));
    assertThat(plant.logBytes().length).isGreaterThan(9 * MEBIBYTE);
  }

  @ParameterizedTest
  @ValueSource(strings = {"a", "aNameSoLongThatItIsDecodedAside"})
  void whoSendsMoreDifferentSymbolsThanTheMemoryIsForIsDisconnectedAndNobodyElse(String name) {
    start(128);
    RawClient client = client();
    RawClient other = client();
    int most = Ingress.mostSymbols(128L << 20);
    String[] names = new String[most + 1];
    Arrays.setAll(names, i -> name + i);

    client.send(MessageType.SYNC, SymbolVector.of(Arrays.copyOf(names, most / 2)));
    assertThat(client.next()).isInstanceOf(ErrorValue.class);
    client.send(MessageType.SYNC, SymbolVector.of(names));
    assertThatThrownBy(client::frame).isInstanceOf(UncheckedIOException.class);
    assertThat(other.ask("1+1")).isEqualTo(new LongAtom(QType.LONG, 2));
  }

  @Test
  void whoDoesNotReadAnswersGivesWayToWhoAsksLater() {
    start(16);
    RawClient other = client();
    List<RawClient> asking = new ArrayList<>();
    for (int i = 0; i < 5; i++) {
      RawClient client = client();
      // 8 MB, of which the sockets keep a part.
      client.send(MessageType.SYNC, ByteVector.string("til 1000000"));
      asking.add(client);
      assertThat(other.ask("1+1")).isEqualTo(new LongAtom(QType.LONG, 2));
    }

    assertThatThrownBy(asking.get(0)::frame).isInstanceOf(UncheckedIOException.class);
    assertThat(asking.get(4).frame()).hasSize(8 + 6 + 8 * 1_000_000);
  }
}
