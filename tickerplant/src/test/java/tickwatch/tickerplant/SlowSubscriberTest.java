package tickwatch.tickerplant;

import static org.assertj.core.api.Assertions.assertThat;
import static tickwatch.tickerplant.Plant.symbol;
import static tickwatch.tickerplant.Plant.trades;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tickwatch.ipc.codec.MessageType;
import tickwatch.ipc.codec.ValueEncoder;
import tickwatch.ipc.value.ByteVector;
import tickwatch.ipc.value.IntAtom;
import tickwatch.ipc.value.IntVector;
import tickwatch.ipc.value.ListVector;
import tickwatch.ipc.value.LongAtom;
import tickwatch.ipc.value.QType;
import tickwatch.ipc.value.SymbolAtom;
import tickwatch.ipc.value.SymbolVector;
import tickwatch.ipc.value.Table;
import tickwatch.ipc.value.Value;
import tickwatch.tick.TickLog;

class SlowSubscriberTest {
  private static final int MESSAGE_ROWS = 1_000;

  /** Far more than the sockets' buffers hold. */
  private static final int MESSAGES = 800;

  @TempDir Path directory;
  private Plant plant;
  private RawClient publisher;

  @BeforeEach
  void start() {
    start(Duration.ZERO);
  }

  private void start(Duration batch) {
    plant =
        new Plant(directory, config -> config.withMaxQueueBytes(1 << 16).withBatchInterval(batch));
    publisher = plant.client();
  }

  @AfterEach
  void stop() {
    publisher.close();
    plant.close();
  }

  private void publish(int firstMessage, int count) {
    for (int i = firstMessage; i < firstMessage + count; i++) {
      publisher.async(symbol(".u.upd"), symbol("trade"), trades(MESSAGE_ROWS * i, MESSAGE_ROWS));
    }
    publisher.chase();
  }

  /** The sizes of this many trades, and ends of days as their negated dates, as they come. */
  private static List<Integer> read(RawClient subscriber, int rows) {
    List<Integer> sizes = new ArrayList<>();
    while (sizes.size() < rows) {
      ListVector message = (ListVector) subscriber.next();
      if (message.get(0).equals(symbol("upd"))) {
        for (int size : ((IntVector) ((Table) message.get(2)).columns().get(3)).toArray()) {
          sizes.add(size);
        }
      } else {
        sizes.add(-((IntAtom) message.get(1)).value());
      }
    }
    return sizes;
  }

  private static List<Integer> rows(int first, int end) {
    return IntStream.range(first, end).boxed().toList();
  }

  private static Value count(long n) {
    return new LongAtom(QType.LONG, n);
  }

  private String metrics() {
    return plant.get("/metrics").body();
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 20})
  void whoStopsReadingGetsEveryRowOnceWhenItReadsAgain(int batchMillis) {
    if (batchMillis > 0) {
      stop();
      start(Duration.ofMillis(batchMillis));
    }
    try (RawClient stuck = plant.client();
        RawClient quick = plant.client()) {
      stuck.subscribe("trade", SymbolAtom.NULL);
      quick.subscribe("trade", SymbolAtom.NULL);
      publish(0, 1);
      for (int i = 1; i < MESSAGES; i += 50) {
        publish(i, Math.min(50, MESSAGES - i));
        read(quick, MESSAGE_ROWS * Math.min(50, MESSAGES - i));
      }
      assertThat(publisher.ask("count .u.w`trade")).isEqualTo(count(2));
      assertThat(metrics()).contains("tickwatch_tickerplant_subscribers_behind 1.0");

      assertThat(read(stuck, MESSAGE_ROWS * MESSAGES)).isEqualTo(rows(0, MESSAGE_ROWS * MESSAGES));
      publish(MESSAGES, 2);
      assertThat(read(stuck, 2 * MESSAGE_ROWS))
          .isEqualTo(rows(MESSAGE_ROWS * MESSAGES, MESSAGE_ROWS * (MESSAGES + 2)));
      assertThat(metrics()).contains("tickwatch_tickerplant_subscribers_behind 0.0");
    }
  }

  @Test
  void rowsThatComeWhileItCatchesUpAreThereOnceAndInOrder() throws Exception {
    try (RawClient stuck = plant.client()) {
      stuck.subscribe("trade", SymbolAtom.NULL);
      publish(0, MESSAGES);
      Thread more = new Thread(() -> publish(MESSAGES, MESSAGES));
      more.start();
      assertThat(read(stuck, 2 * MESSAGE_ROWS * MESSAGES))
          .isEqualTo(rows(0, 2 * MESSAGE_ROWS * MESSAGES));
      more.join();
    }
  }

  @Test
  void itsFilterHoldsForWhatComesFromTheLog() {
    try (RawClient stuck = plant.client()) {
      stuck.subscribe("trade", SymbolVector.of("S1", "S2"));
      publish(0, MESSAGES);
      List<Integer> wanted =
          IntStream.range(0, MESSAGE_ROWS * MESSAGES).filter(i -> i % 3 != 0).boxed().toList();
      assertThat(read(stuck, wanted.size())).isEqualTo(wanted);
    }
  }

  @Test
  void aSubscriptionThatChangesMeanwhileChangesAtThatPlace() {
    try (RawClient stuck = plant.client()) {
      stuck.subscribe("trade", SymbolAtom.NULL);
      publish(0, MESSAGES);
      stuck.async(ByteVector.string(".u.sub"), symbol("trade"), SymbolVector.of("S1"));
      // Nothing comes back of it, so another connection waits until it has been done.
      while (!publisher.ask("`S1 in last last .u.w`trade").equals(publisher.ask("1b"))) {
        Thread.onSpinWait();
      }
      publish(MESSAGES, 1);
      assertThat(read(stuck, MESSAGE_ROWS * MESSAGES)).isEqualTo(rows(0, MESSAGE_ROWS * MESSAGES));
      int first = MESSAGE_ROWS * MESSAGES;
      List<Integer> wanted =
          IntStream.range(first, first + MESSAGE_ROWS).filter(i -> i % 3 == 1).boxed().toList();
      assertThat(read(stuck, wanted.size())).isEqualTo(wanted);
    }
  }

  @Test
  void anEndOfDayComesWhereItWas() {
    try (RawClient stuck = plant.client()) {
      stuck.subscribe("trade", SymbolAtom.NULL);
      publish(0, MESSAGES);
      plant.clock.set(Plant.NOON.plus(Duration.ofDays(1)));
      publish(MESSAGES, 1);
      plant.clock.set(Plant.NOON.plus(Duration.ofDays(2)));
      publish(MESSAGES + 1, 1);

      int day = TickLog.dayOf("2026.11.23");
      List<Integer> expected = new ArrayList<>(rows(0, MESSAGE_ROWS * MESSAGES));
      expected.add(-day);
      expected.addAll(rows(MESSAGE_ROWS * MESSAGES, MESSAGE_ROWS * (MESSAGES + 1)));
      expected.add(-(day + 1));
      expected.addAll(rows(MESSAGE_ROWS * (MESSAGES + 1), MESSAGE_ROWS * (MESSAGES + 2)));
      assertThat(read(stuck, expected.size())).isEqualTo(expected);
    }
  }

  @Test
  void whoLeavesWhileItIsBehindIsForgotten() {
    try (RawClient stuck = plant.client()) {
      stuck.subscribe("trade", SymbolAtom.NULL);
      publish(0, MESSAGES);
      assertThat(metrics()).contains("tickwatch_tickerplant_subscribers_behind 1.0");
    }
    while (!publisher.ask("count .u.w`trade").equals(count(0))) {
      Thread.onSpinWait();
    }
    assertThat(metrics()).contains("tickwatch_tickerplant_subscribers_behind 0.0");
  }

  @Test
  void whoAsksOnAndOnWithoutReadingTheAnswersIsClosed() {
    publish(0, MESSAGES);
    try (RawClient greedy = plant.client()) {
      Value log = publisher.ask(".u.L");
      ByteBuf question = Unpooled.buffer();
      ValueEncoder.encodeMessage(
          MessageType.SYNC,
          ListVector.of(symbol(".u.logbytes"), log, count(0), count(900_000)),
          3,
          question);
      byte[] one = ByteBufUtil.getBytes(question);
      byte[] hundred = new byte[100 * one.length];
      for (int i = 0; i < 100; i++) {
        System.arraycopy(one, 0, hundred, i * one.length, one.length);
      }
      // Each is answered with 0.9 MB; longer answers would have the next question wait.
      greedy.send(hundred);
      int answers = 0;
      while (greedy.hasNext()) {
        answers++;
      }
      assertThat(answers).isLessThan(100);
      assertThat(publisher.ask("1")).isEqualTo(count(1));
    }
  }
}
