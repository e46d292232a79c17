package tickwatch.tickerplant;

import static org.assertj.core.api.Assertions.assertThat;
import static tickwatch.tickerplant.Plant.symbol;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tickwatch.ipc.value.FloatAtom;
import tickwatch.ipc.value.FloatVector;
import tickwatch.ipc.value.IntVector;
import tickwatch.ipc.value.ListVector;
import tickwatch.ipc.value.LongAtom;
import tickwatch.ipc.value.LongVector;
import tickwatch.ipc.value.QType;
import tickwatch.ipc.value.SymbolAtom;
import tickwatch.ipc.value.SymbolVector;
import tickwatch.ipc.value.Table;
import tickwatch.ipc.value.Value;
import tickwatch.tick.Schema;
import tickwatch.tick.TableSchema;

/** Many subscribers, many syms, many columns. */
class ManyTest {
  @TempDir Path directory;

  private static ListVector trades(int first, String... syms) {
    int count = syms.length;
    return ListVector.of(
        LongVector.of(QType.TIMESTAMP, new long[count]),
        SymbolVector.of(syms),
        FloatVector.of(QType.FLOAT, new double[count]),
        IntVector.of(QType.INT, IntStream.range(first, first + count).toArray()));
  }

  private static List<Integer> sizes(RawClient subscriber, int rows) {
    List<Integer> sizes = new ArrayList<>();
    while (sizes.size() < rows) {
      Table table = (Table) ((ListVector) subscriber.next()).get(2);
      for (int size : ((IntVector) table.columns().get(3)).toArray()) {
        sizes.add(size);
      }
    }
    return sizes;
  }

  @Test
  void twoHundredSubscribersOfDifferentSymsGetExactlyTheirs() {
    int subscribers = 200;
    long seed = 5;
    SplittableRandom random = new SplittableRandom(seed);
    List<RawClient> open = new ArrayList<>();
    List<List<Integer>> expected = new ArrayList<>();
    try (Plant plant = new Plant(directory);
        RawClient publisher = plant.client()) {
      for (int i = 0; i < subscribers; i++) {
        RawClient subscriber = plant.client();
        open.add(subscriber);
        expected.add(new ArrayList<>());
        subscriber.subscribe("trade", SymbolVector.of("S" + i, "S" + (i + 1) % subscribers));
      }
      int next = 0;
      for (int message = 0; message < 300; message++) {
        String[] syms = new String[1 + (message % 3 == 0 ? random.nextInt(50) : 0)];
        for (int row = 0; row < syms.length; row++) {
          int sym = random.nextInt(subscribers);
          syms[row] = "S" + sym;
          expected.get(sym).add(next + row);
          expected.get((sym + subscribers - 1) % subscribers).add(next + row);
        }
        publisher.async(symbol(".u.upd"), symbol("trade"), trades(next, syms));
        next += syms.length;
      }
      publisher.chase();
      for (int i = 0; i < subscribers; i++) {
        assertThat(sizes(open.get(i), expected.get(i).size()))
            .as("subscriber %d, seed %d", i, seed)
            .isEqualTo(expected.get(i));
      }
      open.forEach(RawClient::close);
      while (!publisher.ask("count .u.w`trade").equals(new LongAtom(QType.LONG, 0))) {
        Thread.onSpinWait();
      }
    }
  }

  @Test
  void aHundredThousandSymsPassAndAreFilteredByAThousand() {
    String[] syms = IntStream.range(0, 100_000).mapToObj(i -> "sym" + i).toArray(String[]::new);
    String[] wanted =
        IntStream.range(0, 1_000).mapToObj(i -> "sym" + 100 * i).toArray(String[]::new);
    try (Plant plant = new Plant(directory);
        RawClient publisher = plant.client();
        RawClient all = plant.client();
        RawClient some = plant.client()) {
      all.subscribe("trade", SymbolAtom.NULL);
      some.subscribe("trade", SymbolVector.of(wanted));
      publisher.async(symbol(".u.upd"), symbol("trade"), trades(0, syms));
      for (int i = 0; i < 100; i++) {
        publisher.async(
            symbol(".u.upd"),
            symbol("trade"),
            trades(100_000 + 1_000 * i, Arrays.copyOfRange(syms, 1_000 * i, 1_000 * i + 1_000)));
      }
      assertThat(sizes(all, 200_000)).isEqualTo(IntStream.range(0, 200_000).boxed().toList());
      assertThat(sizes(some, 2_000))
          .isEqualTo(IntStream.range(0, 2_000).map(i -> 100 * i).boxed().toList());
    }
  }

  @Test
  void rowsOfAThousandColumnsPassAsAtomsAndAsColumns() {
    int channels = 1_000;
    List<String> names = new ArrayList<>(List.of("time", "sym"));
    List<QType> types = new ArrayList<>(List.of(QType.TIMESTAMP, QType.SYMBOL));
    Value[] row = new Value[channels + 2];
    Value[] columns = new Value[channels + 2];
    row[0] = new LongAtom(QType.TIMESTAMP, 1);
    row[1] = symbol("a");
    columns[0] = LongVector.of(QType.TIMESTAMP, 1);
    columns[1] = SymbolVector.of("a");
    for (int channel = 0; channel < channels; channel++) {
      names.add("c" + channel);
      types.add(QType.FLOAT);
      row[channel + 2] = FloatAtom.of(channel);
      columns[channel + 2] = FloatVector.of(QType.FLOAT, channel);
    }
    Schema schema = Schema.of(List.of(new TableSchema("wide", names, types, 0)));
    try (Tickerplant tickerplant =
            Tickerplant.start(
                TickerplantConfig.defaults(
                    directory.resolve("wide.q"), directory.resolve("log"), 0),
                schema,
                java.time.Clock.systemUTC());
        RawClient publisher = RawClient.connect(tickerplant.port());
        RawClient subscriber = RawClient.connect(tickerplant.port())) {
      subscriber.subscribe("wide", SymbolAtom.NULL);
      publisher.async(symbol(".u.upd"), symbol("wide"), ListVector.of(row));
      publisher.async(symbol(".u.upd"), symbol("wide"), ListVector.of(columns));
      for (int i = 0; i < 2; i++) {
        Table table = (Table) ((ListVector) subscriber.next()).get(2);
        assertThat(table.names()).isEqualTo(names);
        assertThat(table.columns()).isEqualTo(Arrays.asList(columns));
      }
    }
  }
}
