package tickwatch.tickerplant;

import static org.assertj.core.api.Assertions.assertThat;
import static tickwatch.tickerplant.Plant.symbol;
import static tickwatch.tickerplant.Plant.trades;

import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tickwatch.ipc.value.ListVector;
import tickwatch.ipc.value.SymbolAtom;
import tickwatch.ipc.value.Table;
import tickwatch.tick.TickLog;

class ClosingTest {
  private static final int MESSAGES = 400;
  private static final int ROWS = 1_000;

  @TempDir Path directory;

  @Test
  void whatWasSentBeforeIsLoggedAndHandedOut() throws Exception {
    Plant plant =
        new Plant(
            directory,
            config -> config.withMaxQueueBytes(1 << 16).withBatchInterval(Duration.ofMinutes(1)));
    try (RawClient subscriber = plant.client();
        RawClient publisher = plant.client()) {
      subscriber.subscribe("trade", SymbolAtom.NULL);
      for (int i = 0; i < MESSAGES; i++) {
        publisher.async(symbol(".u.upd"), symbol("trade"), trades(ROWS * i, ROWS));
      }
      // Neither is the batch due nor does the subscriber read yet.
      Thread closing = new Thread(plant::close);
      closing.start();
      int rows = 0;
      while (rows < MESSAGES * ROWS) {
        rows += ((Table) ((ListVector) subscriber.next()).get(2)).rowCount();
      }
      assertThat(subscriber.isClosedByServer()).isTrue();
      closing.join();
      assertThat(rows).isEqualTo(MESSAGES * ROWS);
      assertThat(TickLog.count(plant.log()).messages()).isEqualTo(MESSAGES);
    }
  }

  @Test
  void aSubscriberThatDoesNotReadDelaysTheEndByABoundedTime() {
    Plant plant = new Plant(directory, config -> config.withMaxQueueBytes(1 << 16));
    try (RawClient stuck = plant.client();
        RawClient publisher = plant.client()) {
      stuck.subscribe("trade", SymbolAtom.NULL);
      for (int i = 0; i < MESSAGES; i++) {
        publisher.async(symbol(".u.upd"), symbol("trade"), trades(ROWS * i, ROWS));
      }
      publisher.chase();
      plant.close();
      assertThat(TickLog.count(plant.log()).messages()).isEqualTo(MESSAGES);
    }
  }
}
