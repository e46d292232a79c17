package tickwatch.tickerplant;

import static org.assertj.core.api.Assertions.assertThat;
import static tickwatch.tickerplant.Plant.symbol;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tickwatch.ipc.value.FloatAtom;
import tickwatch.ipc.value.IntAtom;
import tickwatch.ipc.value.ListVector;
import tickwatch.ipc.value.LongAtom;
import tickwatch.ipc.value.QType;
import tickwatch.ipc.value.RealAtom;
import tickwatch.ipc.value.SymbolAtom;
import tickwatch.ipc.value.Value;

/**
 * Messages that come in one piece, of which alike ones are taken together, leave the same behind as
 * those of which each comes over a connection of its own, where nothing is known of any other.
 */
class RowsTogetherTest {
  /** The time of the last row, and its publisher's number. */
  private static final long LAST = 0x1122334455667788L;

  @TempDir Path directory;

  private static byte[] message(SplittableRandom random, int number) {
    Value row =
        switch (random.nextInt(12)) {
          // Of a wrong type, of a wrong length, and with a time that is missing.
          case 0 -> trade(random, FloatAtom.of(1));
          case 1 -> ListVector.of(new LongAtom(QType.TIMESTAMP, 1), symbol("S1"));
          case 2 -> ListVector.of(symbol("S1"), FloatAtom.of(1), new IntAtom(QType.INT, 1));
          case 3 -> Plant.trades(number, 1 + random.nextInt(3));
          default -> trade(random, new IntAtom(QType.INT, number));
        };
    Value table = symbol(random.nextInt(30) == 0 ? "nosuch" : "trade");
    if (random.nextInt(12) == 0) {
      table = symbol("quote");
      row = ListVector.of(new LongAtom(QType.TIMESPAN, number), symbol("S1"), new RealAtom(number));
    }
    // Stretches of a hundred messages by the same publisher, some sent again.
    return switch (number / 100 % 3) {
      case 0 -> RawClient.asyncFrame(symbol(".u.upd"), table, row);
      case 1 -> numbered("alice", random, number, table, row);
      default -> numbered(random.nextInt(10) == 0 ? "alice" : "bob", random, number, table, row);
    };
  }

  private static byte[] numbered(
      String name, SplittableRandom random, int number, Value table, Value row) {
    long seq = random.nextInt(10) == 0 ? number - 5 : number;
    return RawClient.asyncFrame(
        symbol(".u.updn"), symbol(name), new LongAtom(QType.LONG, seq), table, row);
  }

  private static Value trade(SplittableRandom random, Value size) {
    return ListVector.of(
        new LongAtom(QType.TIMESTAMP, random.nextLong(1L << 60)),
        new SymbolAtom("S" + (random.nextInt(4) == 0 ? random.nextInt(200) : 1)),
        FloatAtom.of(random.nextDouble()),
        size);
  }

  private static byte[] last() {
    return RawClient.asyncFrame(
        symbol(".u.updn"),
        symbol("last"),
        new LongAtom(QType.LONG, LAST),
        symbol("trade"),
        ListVector.of(
            new LongAtom(QType.TIMESTAMP, LAST),
            symbol("S1"),
            FloatAtom.of(0),
            new IntAtom(QType.INT, 0)));
  }

  /** A tickerplant and those who listen to it. */
  private static final class Listened implements AutoCloseable {
    final Plant plant;
    final List<RawClient> subscribers = new ArrayList<>();

    Listened(Path directory) {
      plant = new Plant(directory);
      subscribe("", symbol(""));
      subscribe("trade", symbol(""));
      subscribe("publisher", symbol(""));
    }

    void subscribe(String table, Value syms) {
      RawClient subscriber = plant.client();
      subscriber.subscribe(table, syms);
      subscribers.add(subscriber);
    }

    /** All that each subscriber was sent, up to the last row or its marker. */
    List<List<String>> heard() {
      List<List<String>> all = new ArrayList<>();
      String end = HexFormat.of().formatHex(littleEndian(LAST));
      for (int s = 0; s < subscribers.size(); s++) {
        List<String> heard = new ArrayList<>();
        int ends = s == 0 ? 2 : 1;
        while (ends > 0) {
          String frame = HexFormat.of().formatHex(subscribers.get(s).frame());
          ends -= frame.contains(end) ? 1 : 0;
          heard.add(frame);
        }
        all.add(heard);
      }
      return all;
    }

    private static byte[] littleEndian(long number) {
      return ByteBuffer.allocate(8).order(ByteOrder.LITTLE_ENDIAN).putLong(number).array();
    }

    String statistics() {
      try (RawClient client = plant.client()) {
        return client.ask(".u.stats[][`tables]`messages`rows`bytes").toString()
            + client.ask(".u.stats[]`publishers")
            + client.ask(".u.stats[]`refused")
            + client.ask(".u.i");
      }
    }

    @Override
    public void close() {
      subscribers.forEach(RawClient::close);
      plant.close();
    }
  }

  private static byte[] joined(List<byte[]> parts) {
    ByteArrayOutputStream all = new ByteArrayOutputStream();
    parts.forEach(all::writeBytes);
    return all.toByteArray();
  }

  private void sameEitherWay(long seed, boolean isFiltered) {
    SplittableRandom random = new SplittableRandom(seed);
    List<byte[]> messages = new ArrayList<>();
    for (int number = 1; number <= 900; number++) {
      messages.add(message(random, number));
    }
    messages.add(last());
    try (Listened together = new Listened(directory.resolve("together"));
        Listened apart = new Listened(directory.resolve("apart"))) {
      if (isFiltered) {
        Value some = Plant.trades(1, 2).get(1);
        together.subscribe("trade", some);
        apart.subscribe("trade", some);
      }
      try (RawClient publisher = together.plant.client()) {
        publisher.send(joined(messages));
        publisher.chase();
      }
      for (byte[] message : messages) {
        try (RawClient publisher = apart.plant.client()) {
          publisher.send(message);
          publisher.chase();
        }
      }

      assertThat(together.heard()).as("seed %d", seed).isEqualTo(apart.heard());
      assertThat(together.plant.logBytes()).as("seed %d", seed).isEqualTo(apart.plant.logBytes());
      assertThat(together.statistics()).as("seed %d", seed).isEqualTo(apart.statistics());
    }
  }

  @Test
  void theLogAndAllSubscribersHaveTheSame() {
    sameEitherWay(1, false);
  }

  @Test
  void andSoDoesOneWhoWantsSomeSyms() {
    sameEitherWay(2, true);
  }
}
