package tickwatch.tickerplant;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static tickwatch.tickerplant.Plant.symbol;
import static tickwatch.tickerplant.Plant.trades;

import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tickwatch.ipc.value.ByteVector;
import tickwatch.ipc.value.ErrorValue;
import tickwatch.ipc.value.IntVector;
import tickwatch.ipc.value.ListVector;
import tickwatch.ipc.value.LongAtom;
import tickwatch.ipc.value.QType;
import tickwatch.ipc.value.SymbolAtom;
import tickwatch.ipc.value.SymbolVector;
import tickwatch.ipc.value.Table;
import tickwatch.ipc.value.Value;
import tickwatch.tick.TickLog;

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

  private void compressOldLogs() {
    publisher.close();
    subscriber.close();
    plant.close();
    plant = new Plant(directory, config -> config.withKeepLogs(KeepLogs.last(9)));
    publisher = plant.client();
    subscriber = plant.client();
  }

  @Test
  void aDayWhoseLogIsCompressedComesToo() {
    compressOldLogs();
    publish(0, 2);
    publish(2, 2);
    nextDay();
    publish(4, 1);
    nextDay();
    publish(5, 1);
    await().until(() -> !Files.exists(plant.log()));
    subscriber.ask(".u.subfrom[`trade;`;(2026.11.23;1)]");
    publish(6, 1);
    assertThat(read(6)).containsExactly(2, 3, ".u.end", 4, ".u.end", 5, 6);
  }

  @Test
  void bytesOfACompressedLogAreThoseThatItHad() throws Exception {
    compressOldLogs();
    publish(0, 2);
    publish(2, 2);
    byte[] log = plant.logBytes();
    nextDay();
    publish(4, 1);
    nextDay();
    publish(5, 1);
    await().until(() -> !Files.exists(plant.log()));
    Value name = SymbolAtom.ofText(":" + plant.log());
    for (int from = 0; from <= log.length; from += 100) {
      ByteVector bytes =
          (ByteVector)
              publisher.call(
                  symbol(".u.logbytes"),
                  name,
                  new LongAtom(QType.LONG, from),
                  new LongAtom(QType.LONG, 100));
      assertThat(bytes.toArray())
          .isEqualTo(Arrays.copyOfRange(log, from, Math.min(log.length, from + 100)));
    }
    assertThat(publisher.ask(".u.runs[.u.L]")).isInstanceOf(Table.class);
    try (Stream<Path> files = Files.list(directory.resolve("log"))) {
      assertThat(files.map(Path::toString)).noneMatch(file -> file.endsWith(".open"));
    }
  }

  @Test
  void aLogThatADiskHasChangedIsSaidAndEndsTheSubscriptionThatReadsIt() throws Exception {
    for (int message = 0; message < 50; message++) {
      publish(2 * message, 2);
    }
    try (FileChannel log = FileChannel.open(plant.log(), StandardOpenOption.WRITE)) {
      log.write(ByteBuffer.wrap(new byte[300]), log.size() / 2);
    }
    subscriber.ask(".u.subfrom[`trade;`;0]");
    while (!subscriber.isClosedByServer()) {
      // What is whole may come before.
    }
    assertThat(plant.get("/health").body()).contains("cannot be read").contains("restart");

    publisher.close();
    plant.restart();
    publisher = plant.client();
    assertThat(plant.get("/health").statusCode()).isEqualTo(200);
  }

  @Test
  void ofACompressedLogThatIsDamagedItIsSaidHowToSaveWhatCanBe() throws Exception {
    compressOldLogs();
    publish(0, 2);
    nextDay();
    publish(2, 1);
    nextDay();
    publish(3, 1);
    await().until(() -> !Files.exists(plant.log()));
    Path packed = KeptLog.compressed(plant.log());
    try (FileChannel file = FileChannel.open(packed, StandardOpenOption.WRITE)) {
      file.truncate(file.size() - 10);
    }
    subscriber.ask(".u.subfrom[`trade;`;(2026.11.23;0)]");
    while (!subscriber.isClosedByServer()) {
      // Nothing comes.
    }
    assertThat(plant.get("/health").body())
        .contains("log repair " + packed + " --out " + plant.log())
        .doesNotContain("restart");
  }

  @Test
  void aMessageThatADiskHasMadeOneOfOtherTypesIsLeftOut() throws Exception {
    publish(0, 1);
    long at = plant.logBytes().length;
    publish(1, 1);
    publish(2, 1);
    // The type of the time: a column of longs instead of timestamps.
    long type = at + TickLog.prefix("trade").length + 6;
    try (FileChannel log = FileChannel.open(plant.log(), StandardOpenOption.WRITE)) {
      log.write(ByteBuffer.wrap(new byte[] {7}), type);
    }
    subscriber.ask(".u.subfrom[`trade;`;0]");
    assertThat(read(2)).containsExactly(0, 2);
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

  @Test
  void aDayWithoutALogIsRefusedHoweverLongAgo() {
    for (String date : new String[] {"2026.11.22", "1800.01.01", "-0Wd", "0Nd"}) {
      assertThat(subscriber.ask(".u.subfrom[`trade;`;(" + date + ";0)]"))
          .as(date)
          .isEqualTo(new ErrorValue("log"));
    }
  }

  @Test
  void whoNamesATableThatIsNotThereSubscribesToNone() {
    assertThat(subscriber.ask(".u.subfrom[`trade`nosuch;`;0]")).isEqualTo(new ErrorValue("nosuch"));
    assertThat(subscriber.ask("count raze .u.w")).isEqualTo(new LongAtom(QType.LONG, 0));

    publish(0, 2);
    subscriber.ask(".u.subfrom[`quote`trade;`;0]");
    assertThat(read(1)).isEqualTo(List.of(0, 1));
  }
}
