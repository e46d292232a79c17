package tickwatch.tickerplant;

import static org.assertj.core.api.Assertions.assertThat;
import static tickwatch.tickerplant.Plant.symbol;
import static tickwatch.tickerplant.Plant.trades;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tickwatch.ipc.value.ErrorValue;
import tickwatch.ipc.value.IntVector;
import tickwatch.ipc.value.ListVector;
import tickwatch.ipc.value.SymbolAtom;
import tickwatch.ipc.value.SymbolVector;
import tickwatch.ipc.value.Table;
import tickwatch.ipc.value.Value;

/** {@code .u.subfrom}: what a subscriber missed comes from the tickerplant itself. */
class SubscriptionFromLogTest {
  @TempDir Path directory;
  private Plant plant;
  private RawClient publisher;
  private RawClient subscriber;

  @BeforeEach
  void start() {
    plant = new Plant(directory);
    publisher = plant.client();
    subscriber = plant.client();
  }

  @AfterEach
  void stop() {
    publisher.close();
    subscriber.close();
    plant.close();
  }

  private void publish(int first, int count) {
    publisher.async(symbol(".u.upd"), symbol("trade"), trades(first, count));
    publisher.chase();
  }

  private void nextDay() {
    plant.clock.set(plant.clock.instant().plus(Duration.ofDays(1)));
  }

  /** What comes: the sizes of each message of trades, or the name of another one's function. */
  private List<Object> read(int messages) {
    List<Object> read = new ArrayList<>();
    for (int i = 0; i < messages; i++) {
      ListVector message = (ListVector) subscriber.next();
      String function = ((SymbolAtom) message.get(0)).name();
      if (function.equals("upd")) {
        IntVector sizes = (IntVector) ((Table) message.get(2)).columns().get(3);
        for (int size : sizes.toArray()) {
          read.add(size);
        }
      } else {
        read.add(function);
      }
    }
    return read;
  }

  @Test
  void everythingFromAMessageOnIsSentAndThenRowsComeLive() {
    publish(0, 2);
    publish(2, 2);
    publish(4, 2);
    Value answer = subscriber.ask(".u.subfrom[`trade;`;1]");
    publish(6, 1);

    assertThat(((ListVector) answer).get(0)).isEqualTo(symbol("trade"));
    assertThat(read(3)).containsExactly(2, 3, 4, 5, 6);
  }

  @Test
  void aTickerplantThatWasRestartedSendsWhatItsLogHas() {
    publish(0, 2);
    publish(2, 2);
    publisher.close();
    subscriber.close();
    plant.restart();
    publisher = plant.client();
    subscriber = plant.client();
    publish(4, 1);
    publish(5, 1);
    subscriber.ask(".u.subfrom[`trade;`;3]");
    publish(6, 1);
    assertThat(read(2)).containsExactly(5, 6);
  }

  @Test
  void anEarlierDayComesWithItsEnd() {
    publish(0, 2);
    publish(2, 2);
    nextDay();
    publish(4, 1);
    nextDay();
    publish(5, 1);
    subscriber.ask(".u.subfrom[`trade;`;(2026.11.23;1)]");
    publish(6, 1);
    assertThat(read(6)).containsExactly(2, 3, ".u.end", 4, ".u.end", 5, 6);
  }

  @Test
  void onlyTheSymsAndTablesAskedForAreSent() {
    publish(0, 6);
    subscriber.call(
        symbol(".u.subfrom"),
        SymbolVector.of("trade", "note"),
        SymbolVector.of("S1"),
        publisher.ask("0"));
    publish(6, 3);
    assertThat(read(2)).containsExactly(1, 4, 7);
  }

  @Test
  void whatCannotBeSentIsRefused() {
    publish(0, 1);
    assertThat(subscriber.ask(".u.subfrom[`trade;`;2]")).isEqualTo(new ErrorValue("domain"));
    assertThat(subscriber.ask(".u.subfrom[`trade;`;-1]")).isEqualTo(new ErrorValue("domain"));
    assertThat(subscriber.ask(".u.subfrom[`nosuch;`;0]")).isEqualTo(new ErrorValue("nosuch"));
    assertThat(subscriber.ask(".u.subfrom[`trade;`;(2026.11.22;0)]"))
        .isEqualTo(new ErrorValue("log"));
    subscriber.subscribe("trade", SymbolAtom.NULL);
    assertThat(subscriber.ask(".u.subfrom[`trade;`;0]")).isEqualTo(new ErrorValue("domain"));
  }
}
