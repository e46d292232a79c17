package tickwatch.tickerplant;

import static org.assertj.core.api.Assertions.assertThat;
import static tickwatch.tickerplant.Plant.symbol;
import static tickwatch.tickerplant.Plant.trades;

import com.kx.c;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.HexFormat;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tickwatch.ipc.value.Dictionary;
import tickwatch.ipc.value.ListVector;
import tickwatch.ipc.value.LongAtom;
import tickwatch.ipc.value.LongVector;
import tickwatch.ipc.value.QType;
import tickwatch.ipc.value.SymbolAtom;
import tickwatch.ipc.value.Table;
import tickwatch.ipc.value.Value;
import tickwatch.tick.TickLog;

class NumberedPublishingTest {
  @TempDir Path directory;
  private Plant plant;
  private RawClient publisher;

  @BeforeEach
  void start() {
    plant = new Plant(directory);
    publisher = plant.client();
  }

  @AfterEach
  void stop() {
    publisher.close();
    plant.close();
  }

  private void publish(String name, long seq, String table, Value rows) {
    publisher.async(
        symbol(".u.updn"), symbol(name), new LongAtom(QType.LONG, seq), symbol(table), rows);
  }

  private long[] check(String name) {
    Dictionary counts = (Dictionary) publisher.call(symbol(".u.chk"), symbol(name));
    assertThat(counts.keys()).hasToString("SYMBOL[seq, accepted, refused]");
    return ((LongVector) counts.values()).toArray();
  }

  private void restart() {
    publisher.close();
    plant.restart();
    publisher = plant.client();
  }

  @Test
  void theLogHoldsAMarkerBeforeTheData() {
    publish("feed", 7, "trade", trades(1, 1));
    publisher.chase();

    String time = "0080f8eefd5dc70b"; // 2026.11.23D12:00, little-endian
    byte[] expected =
        HexFormat.of()
            .parseHex(
                ("ff01000000000000"
                        + "00 00 03000000 f5 75706400 f5 7075626c697368657200 00 00 04000000"
                        + "0c 00 01000000 TIME 0b 00 01000000 6665656400"
                        + "07 00 01000000 0700000000000000 06 00 01000000 01000000"
                        + "00 00 03000000 f5 75706400 f5 747261646500 00 00 04000000"
                        + "0c 00 01000000 e803000000000000 0b 00 01000000 533100"
                        + "09 00 01000000 000000000000e03f 06 00 01000000 01000000")
                    .replace("TIME", time)
                    .replace(" ", ""));
    assertThat(plant.logBytes()).isEqualTo(expected);
  }

  @Test
  void aResendIsIgnored() {
    publish("feed", 10, "trade", trades(1, 10));
    publish("feed", 20, "trade", trades(11, 10));
    publish("feed", 10, "trade", trades(1, 10));
    publish("feed", 20, "trade", trades(11, 10));
    publish("feed", 25, "trade", trades(21, 5));

    assertThat(check("feed")).containsExactly(25, 25, 0);
    assertThat(TickLog.count(plant.log()).messages()).isEqualTo(6);
  }

  @Test
  void publishersAreCountedApart() {
    publish("a", 5, "trade", trades(1, 1));
    publish("b", 3, "trade", trades(2, 2));

    assertThat(check("a")).containsExactly(5, 1, 0);
    assertThat(check("b")).containsExactly(3, 2, 0);
    assertThat(check("nobody")).containsExactly(0, 0, 0);
  }

  @Test
  void aRefusedMessageCountsAndIsNotSentAgain() {
    publish("feed", 10, "trade", ListVector.of(LongVector.of(QType.LONG, 1, 2, 3)));
    publish("feed", 11, "nosuch", trades(1, 1));
    assertThat(check("feed")).containsExactly(11, 0, 4);

    restart();

    assertThat(check("feed")).containsExactly(11, 0, 0);
    assertThat(TickLog.count(plant.log()).messages()).isEqualTo(2);
  }

  @Test
  void aRestartKnowsWhatWasAccepted() {
    publish("feed", 10, "trade", trades(1, 10));
    publisher.chase();
    restart();

    assertThat(check("feed")).containsExactly(10, 0, 0);
    publish("feed", 10, "trade", trades(1, 10));
    publish("feed", 12, "trade", trades(11, 2));
    assertThat(check("feed")).containsExactly(12, 2, 0);
  }

  @Test
  void whatATornLogLostIsAcceptedAgain() throws IOException {
    publish("feed", 10, "trade", trades(1, 10));
    publish("feed", 20, "trade", trades(11, 10));
    publisher.chase();
    plant.stop();
    byte[] log = plant.logBytes();
    Files.write(plant.log(), Arrays.copyOf(log, log.length - 1));
    restart();

    assertThat(check("feed")).containsExactly(10, 0, 0);
    publish("feed", 20, "trade", trades(11, 10));
    assertThat(check("feed")).containsExactly(20, 10, 0);
    assertThat(plant.logBytes()).hasSize(log.length);
  }

  @Test
  void aNewDaysLogBeginsWithWhatEachPublisherHasReached() {
    publish("feed", 10, "trade", trades(1, 10));
    publish("other", 5, "trade", trades(1, 1));
    publisher.chase();
    plant.clock.set(Plant.NOON.plus(Duration.ofDays(1)));
    publish("feed", 20, "trade", trades(11, 10));
    publisher.chase();

    assertThat(TickLog.count(plant.log()).messages()).isEqualTo(4);
    assertThat(TickLog.count(plant.log("2026.11.24")).messages()).isEqualTo(3);
    assertThat(TickLog.recover(plant.log("2026.11.24")).publishers())
        .containsEntry("feed", 20L)
        .containsEntry("other", 5L);
  }

  @Test
  void aTickerplantThatSleptOverMidnightKnowsItsPublishers() {
    publish("feed", 10, "trade", trades(1, 10));
    publisher.chase();
    plant.stop();
    plant.clock.set(Plant.NOON.plus(Duration.ofDays(3)));
    restart();

    assertThat(check("feed")).containsExactly(10, 0, 0);
    assertThat(TickLog.recover(plant.log("2026.11.26")).publishers()).containsEntry("feed", 10L);
  }

  @Test
  void subscribersOfThePublishersSeeThem() {
    try (RawClient subscriber = plant.client()) {
      subscriber.subscribe("publisher", SymbolAtom.NULL);
      subscriber.subscribe("trade", SymbolAtom.NULL);
      publish("feed", 10, "trade", trades(1, 1));

      ListVector marker = (ListVector) subscriber.next();
      ListVector data = (ListVector) subscriber.next();
      assertThat(marker.get(1)).isEqualTo(symbol("publisher"));
      assertThat(((Table) marker.get(2)).column("seq")).isEqualTo(LongVector.of(QType.LONG, 10));
      assertThat(data.get(1)).isEqualTo(symbol("trade"));
    }
  }

  @Test
  void bigEndianNumbersAreTheSame() throws Exception {
    publish("feed", 7, "trade", trades(1, 1));
    publisher.chase();
    byte[] little = Arrays.copyOfRange(plant.logBytes(), 8, plant.logBytes().length);
    c javakdb = new c("localhost", plant.port(), "kx:");
    // ks takes three arguments at most, so the list is sent as it is.
    javakdb.ks(
        (Object)
            new Object[] {
              ".u.updn",
              "feed",
              8L,
              "trade",
              new Object[] {
                new Instant[] {Instant.parse("2000-01-01T00:00:00.000001Z")},
                new String[] {"S1"},
                new double[] {0.5},
                new int[] {1}
              }
            });
    Object answer = javakdb.k(".u.chk", "feed");
    javakdb.close();

    assertThat((long[]) ((c.Dict) answer).y).containsExactly(8, 2, 0);
    byte[] both = plant.logBytes();
    byte[] big = Arrays.copyOfRange(both, 8 + little.length, both.length);
    int seqAt = HexFormat.of().formatHex(little).indexOf("0700000000000000") / 2;
    little[seqAt] = 8;
    assertThat(big).isEqualTo(little);
  }

  @Test
  void aNumberedUpdateWithoutAProperNameOrNumberIsRefused() {
    assertThat(
            publisher.refusal(
                symbol(".u.updn"),
                symbol(""),
                new LongAtom(QType.LONG, 1),
                symbol("trade"),
                trades(1, 1)))
        .isEqualTo("type");
    assertThat(
            publisher.refusal(
                symbol(".u.updn"), symbol("feed"), symbol("one"), symbol("trade"), trades(1, 1)))
        .isEqualTo("type");
  }

  @Test
  void aSynchronousNumberedUpdateIsAnswered() {
    Value answer =
        publisher.call(
            symbol(".u.updn"),
            symbol("feed"),
            new LongAtom(QType.LONG, 1),
            symbol("trade"),
            trades(1, 1));
    assertThat(answer.typeNumber()).isEqualTo(101);
    assertThat(
            publisher.refusal(
                symbol(".u.updn"),
                symbol("feed"),
                new LongAtom(QType.LONG, 2),
                symbol("nosuch"),
                trades(1, 1)))
        .isEqualTo("nosuch");
    assertThat(check("feed")).containsExactly(2, 1, 1);
  }
}
