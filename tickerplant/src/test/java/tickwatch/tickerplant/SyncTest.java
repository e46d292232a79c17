package tickwatch.tickerplant;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static tickwatch.tickerplant.Plant.symbol;
import static tickwatch.tickerplant.Plant.trades;

import java.io.ByteArrayOutputStream;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tickwatch.ipc.value.Dictionary;
import tickwatch.ipc.value.ErrorValue;
import tickwatch.ipc.value.IntVector;
import tickwatch.ipc.value.ListVector;
import tickwatch.ipc.value.LongAtom;
import tickwatch.ipc.value.LongVector;
import tickwatch.ipc.value.QType;
import tickwatch.ipc.value.SymbolAtom;
import tickwatch.ipc.value.Table;
import tickwatch.tick.FullDisk;
import tickwatch.tick.TickLog;

/** What each way of forcing the log loses when the machine fails. */
@SuppressWarnings("NullAway.Init") // each test starts with its own policy
class SyncTest {
  @TempDir Path directory;
  private final FullDisk disk = new FullDisk();
  private final List<RawClient> clients = new ArrayList<>();
  private Plant plant;

  private void start(LogSync sync) {
    plant = new Plant(directory, config -> config.withSync(sync), disk::open);
  }

  private RawClient client() {
    RawClient client = plant.client();
    clients.add(client);
    return client;
  }

  @AfterEach
  void stop() {
    clients.forEach(RawClient::close);
    plant.close();
  }

  private static void publish(RawClient publisher, int first, int count) {
    publisher.async(
        symbol(".u.updn"),
        symbol("feed"),
        new LongAtom(QType.LONG, first + count),
        symbol("trade"),
        trades(first, count));
  }

  private static long reached(RawClient client) {
    Dictionary counts = (Dictionary) client.call(symbol(".u.chk"), symbol("feed"));
    return ((LongVector) counts.values()).get(0);
  }

  /** The machine fails, and all is started again. */
  private void failAndRestart() {
    disk.powerOff();
    clients.forEach(RawClient::close);
    clients.clear();
    plant.stop();
    disk.powerOn(plant.log());
    plant.restart();
  }

  private static List<Integer> sizes(RawClient subscriber, int count) {
    List<Integer> sizes = new ArrayList<>();
    while (sizes.size() < count) {
      ListVector upd = (ListVector) subscriber.next();
      if (upd.get(2) instanceof Table rows && upd.get(1).equals(symbol("trade"))) {
        for (int size : ((IntVector) rows.columns().get(3)).toArray()) {
          sizes.add(size);
        }
      }
    }
    return sizes;
  }

  @Test
  void withAlwaysWhatWasAcknowledgedOrPublishedIsThere() {
    start(LogSync.ALWAYS);
    RawClient subscriber = client();
    subscriber.subscribe("trade", SymbolAtom.NULL);
    RawClient publisher = client();
    publish(publisher, 0, 10);
    publisher.chase();
    publish(publisher, 10, 10);
    // Seen by a subscriber: more is not known of it.
    assertThat(sizes(subscriber, 20)).isEqualTo(IntStream.range(0, 20).boxed().toList());

    failAndRestart();

    assertThat(reached(client())).isEqualTo(20);
    assertThat(TickLog.verify(plant.log()).tables())
        .hasEntrySatisfying("trade", table -> assertThat(table.rows()).isEqualTo(20));
  }

  @Test
  void withIntervalWhatWasForcedIsThereAndTheRestIsSentAgain() {
    start(LogSync.INTERVAL);
    RawClient publisher = client();
    publish(publisher, 0, 10);
    publisher.chase();
    long bytes = plant.logBytes().length;
    await().until(() -> disk.forcedBytes(plant.log()) >= bytes);
    disk.powerOff();
    publish(publisher, 10, 10);
    assertThat(reached(publisher)).isEqualTo(20);

    failAndRestart();

    RawClient again = client();
    assertThat(reached(again)).isEqualTo(10);
    publish(again, 10, 10);
    assertThat(reached(again)).isEqualTo(20);
    assertThat(TickLog.verify(plant.log()).tables())
        .hasEntrySatisfying("trade", table -> assertThat(table.rows()).isEqualTo(20));
  }

  @Test
  void withNoneEverythingSinceTheStartCanBeLostAndIsSentAgain() {
    start(LogSync.NONE);
    RawClient publisher = client();
    publish(publisher, 0, 10);
    assertThat(reached(publisher)).isEqualTo(10);

    failAndRestart();

    assertThat(disk.forces()).isZero();
    RawClient again = client();
    assertThat(reached(again)).isZero();
    publish(again, 0, 10);
    assertThat(reached(again)).isEqualTo(10);
  }

  @Test
  void theDeathOfTheProcessAloneLosesNothingEvenWithNone() {
    start(LogSync.NONE);
    RawClient publisher = client();
    publish(publisher, 0, 10);
    publisher.chase();
    // What others see of the file is what the system has, whatever becomes of the process.
    assertThat(TickLog.verify(plant.log()).publishers()).containsEntry("feed", 10L);
  }

  @Test
  void whatOneReadBringsIsForcedOnce() {
    start(LogSync.ALWAYS);
    RawClient publisher = client();
    publisher.chase();
    long before = disk.forces();
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    for (int i = 0; i < 300; i++) {
      bytes.writeBytes(RawClient.asyncFrame(symbol(".u.upd"), symbol("trade"), trades(i, 1)));
    }
    publisher.send(bytes.toByteArray());
    publisher.chase();

    assertThat(TickLog.count(plant.log()).messages()).isEqualTo(300);
    // They may come in a few reads, but not in hundreds.
    assertThat(disk.forces() - before).isBetween(1L, 30L);
  }

  @Test
  void whatCannotBeForcedIsNeitherAcknowledgedNorPublishedNorKept() {
    start(LogSync.ALWAYS);
    RawClient subscriber = client();
    subscriber.subscribe("trade", SymbolAtom.NULL);
    RawClient publisher = client();
    long before = plant.logBytes().length;
    disk.failForces(true);
    assertThat(publisher.refusal(symbol(".u.upd"), symbol("trade"), trades(1, 1))).isEqualTo("log");
    assertThat(plant.logBytes()).hasSize((int) before);
    disk.failForces(false);
    while (publisher.ask("") instanceof ErrorValue) {
      // The next attempt comes within a tenth of a second.
    }
    publisher.call(symbol(".u.upd"), symbol("trade"), trades(2, 1));

    assertThat(sizes(subscriber, 1)).containsExactly(2);
    assertThat(TickLog.count(plant.log()).messages()).isEqualTo(1);
    assertThat(publisher.ask(".u.i")).isEqualTo(new LongAtom(QType.LONG, 1));
  }

  @Test
  void withIntervalADiskThatFailsIsSaidAndNothingIsAcceptedUntilItHasEverything() throws Exception {
    start(LogSync.INTERVAL);
    RawClient subscriber = client();
    subscriber.subscribe("trade", SymbolAtom.NULL);
    RawClient publisher = client();
    publish(publisher, 0, 1);
    await().until(() -> disk.forcedBytes(plant.log()) == plant.logBytes().length);
    disk.failForces(true);
    publish(publisher, 1, 1);
    await().until(() -> plant.get("/health").statusCode() == 503);

    assertThat(plant.get("/health").body()).contains("cannot be forced to the disk");
    assertThat(publisher.refusal(symbol(".u.upd"), symbol("trade"), trades(9, 1))).isEqualTo("log");
    publish(publisher, 2, 1);

    disk.failForces(false);
    assertThat(sizes(subscriber, 3)).containsExactly(0, 1, 2);
    assertThat(plant.get("/health").statusCode()).isEqualTo(200);
    await().until(() -> disk.forcedBytes(plant.log()) == plant.logBytes().length);
    assertThat(TickLog.verify(plant.log()).contents().isWhole()).isTrue();
  }
}
