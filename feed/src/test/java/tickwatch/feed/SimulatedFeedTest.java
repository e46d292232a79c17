package tickwatch.feed;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tickwatch.ipc.value.FloatAtom;
import tickwatch.ipc.value.LongAtom;
import tickwatch.ipc.value.QType;
import tickwatch.ipc.value.SymbolAtom;
import tickwatch.ipc.value.Value;
import tickwatch.series.Params;
import tickwatch.series.generate.Simulation;
import tickwatch.tick.TableSchema;

class SimulatedFeedTest {
  private static final Map<String, Object> ANOMALIES =
      Map.of("rate", 0.02, "kinds", List.of("spike", "shift"), "length", 20);

  @TempDir Path folder;

  private final Simulation simulation = simulation(ANOMALIES);
  private final FakeTickerplant tickerplant =
      new FakeTickerplant(SimulationOptions.schema(simulation, "boiler"));

  @AfterEach
  void stop() {
    tickerplant.close();
  }

  private static Simulation simulation(Map<String, Object> anomalies) {
    return Simulation.of(
        new Params(
            "simulate",
            Map.of(
                "sym",
                List.of("b1", "b2", "b3"),
                "seed",
                5,
                "stepSeconds",
                0.5,
                "channels",
                List.of(
                    Map.of(
                        "name",
                        "level",
                        "mean",
                        20,
                        "seasonality",
                        Map.of("period", 50),
                        "anomalies",
                        anomalies),
                    Map.of("name", "flow-rate", "type", "uniform")))));
  }

  private FeedConfig config(long limit, String labels) {
    return new FeedConfig(
        tickerplant.endpoint(),
        "boiler",
        new SimulationOptions(simulation, folder.resolve(labels)),
        new Pacing.FullSpeed(),
        10,
        false,
        limit,
        false,
        false,
        null,
        Duration.ofMillis(200));
  }

  /** What the first rows of the simulation are, by its own word. */
  private static List<Value> values(Simulation simulation, int channel, int rows) {
    int sensors = simulation.syms().size();
    double[][] bySensor = new double[sensors][rows / sensors + 1];
    for (int s = 0; s < sensors; s++) {
      simulation.reader().fill(s, channel, 0, bySensor[s], bySensor[s].length);
    }
    List<Value> values = new ArrayList<>();
    for (int i = 0; i < rows; i++) {
      values.add(new FloatAtom(QType.FLOAT, bySensor[i % sensors][i / sensors]));
    }
    return values;
  }

  @Test
  void sendsARowOfEachSensorAStepWithAFloatForEachChannel() {
    FeedSummary summary = new Feed(config(1000, "labels.csv")).run();

    assertThat(summary.accepted()).isEqualTo(1000);
    assertThat(tickerplant.column("level")).isEqualTo(values(simulation, 0, 1000));
    assertThat(tickerplant.column("flowrate")).isEqualTo(values(simulation, 1, 1000));
    assertThat(tickerplant.column("sym").subList(0, 4))
        .containsExactly(
            new SymbolAtom("b1"), new SymbolAtom("b2"), new SymbolAtom("b3"), new SymbolAtom("b1"));
    long firstOf2026 = (26L * 365 + 7) * 86_400 * 1_000_000_000;
    assertThat(tickerplant.column("time").get(2))
        .isEqualTo(new LongAtom(QType.TIMESTAMP, firstOf2026));
    assertThat(tickerplant.column("time").get(7))
        .isEqualTo(new LongAtom(QType.TIMESTAMP, firstOf2026 + 1_000_000_000));
  }

  @Test
  void goesOnWhereItWasWhenTheTickerplantDiesOrTheFeedIsStartedAgain() throws Exception {
    new Feed(config(40_001, "undisturbed.csv")).run();
    List<Value> undisturbed = tickerplant.column("level");
    tickerplant.restartWithout(tickerplant.positions().size());

    new Feed(config(27_345, "labels.csv")).run();
    tickerplant.dieAfter(50);
    CompletableFuture<FeedSummary> run =
        CompletableFuture.supplyAsync(new Feed(config(40_001, "labels.csv"))::run);
    tickerplant.awaitDeath();
    tickerplant.restartWithout(3);
    FeedSummary rest = run.get(20, TimeUnit.SECONDS);

    assertThat(rest.resumedAfter()).isEqualTo(27_345);
    assertThat(tickerplant.column("level")).isEqualTo(undisturbed).hasSize(40_001);
    assertThat(folder.resolve("labels.csv"))
        .hasSameTextualContentAs(folder.resolve("undisturbed.csv"));
  }

  @Test
  void theLabelsAreTheRowsThatDifferFromTheSameStreamWithoutAnomalies() throws IOException {
    int rows = 60_000;
    new Feed(config(rows, "labels.csv")).run();
    List<Value> sent = tickerplant.column("level");
    List<Value> clean = values(simulation(Map.of("rate", 0)), 0, rows);
    Set<Integer> different = new HashSet<>();
    for (int i = 0; i < rows; i++) {
      if (!sent.get(i).equals(clean.get(i))) {
        different.add(i);
      }
    }

    List<String> lines = Files.readAllLines(folder.resolve("labels.csv"));
    Set<Integer> labelled = new HashSet<>();
    List<String> sensors = simulation.syms();
    for (String line : lines.subList(1, lines.size())) {
      String[] fields = line.split(",", -1);
      assertThat(fields[1]).isEqualTo("level");
      for (int k = 0; k < Integer.parseInt(fields[4]); k++) {
        labelled.add((Integer.parseInt(fields[3]) + k) * 3 + sensors.indexOf(fields[0]));
      }
    }

    assertThat(lines.get(0)).isEqualTo("sym,channel,kind,row,length,start,end,amount");
    assertThat(labelled).isEqualTo(different);
    assertThat(labelled.size() / (double) rows).isBetween(0.015, 0.025);
    String[] first = lines.get(1).split(",", -1);
    assertThat(first[5])
        .isEqualTo(simulation.start().plusMillis(500L * Long.parseLong(first[3])).toString());
  }

  @Test
  void stampedRowsHaveLabelsWithoutTimes() throws IOException {
    FeedConfig c = config(5_000, "labels.csv");
    new Feed(
            new FeedConfig(
                c.tickerplant(),
                c.table(),
                c.source(),
                c.pacing(),
                c.batch(),
                false,
                c.limit(),
                true,
                false,
                null,
                c.connectWait()))
        .run();

    assertThat(Files.readAllLines(folder.resolve("labels.csv")).get(1)).contains(",,,");
    assertThat(((LongAtom) tickerplant.column("time").get(0)).value())
        .isGreaterThan(simulation.start().getEpochSecond());
  }

  @Test
  void itsNameDependsOnWhatItSends() {
    Simulation other = simulation(Map.of("rate", 0.5));
    FeedConfig config = config(10, "labels.csv");

    assertThat(config.publisherName()).matches("feed-boiler-simulation-[0-9a-f]{8}");
    assertThat(config(20, "others.csv").publisherName()).isEqualTo(config.publisherName());
    assertThat(
            FeedConfig.of(tickerplant.endpoint(), "boiler", new SimulationOptions(other, null))
                .publisherName())
        .isNotEqualTo(config.publisherName());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "time sym level pressure | TIMESTAMP SYMBOL FLOAT FLOAT | has no channel pressure, which the table has (its channels: level, flowrate)",
        "time sym level          | TIMESTAMP SYMBOL LONG        | column level is a LONG (expected: a FLOAT or a REAL"
      })
  void aTableThatItCannotFillIsSaid(String columns, String types, String sentence) {
    TableSchema schema =
        new TableSchema(
            "t",
            List.of(columns.split(" ")),
            List.of(types.split(" ")).stream().map(QType::valueOf).toList(),
            0);

    assertThatThrownBy(
            () ->
                new SimulatedRowStream(
                    new SimulationOptions(simulation, null), new TableColumns(schema), 0, false))
        .isInstanceOf(FeedException.class)
        .hasMessageContaining(sentence);
  }

  @Test
  void aFolderThatIsNotThereIsSaidBeforeAnyoneIsAsked() {
    assertThatThrownBy(new Feed(config(10, "no/labels.csv"))::run)
        .hasMessageContaining("labels: ")
        .hasMessageContaining("in a folder that is there");
    assertThat(tickerplant.positions()).isEmpty();
  }

  @Test
  void endsWhereTimesEnd() {
    Simulation centuries =
        Simulation.of(
            new Params("simulate", Map.of("preset", "ewma", "stepSeconds", 1_000_000_000)));
    SimulatedRowStream rows =
        new SimulatedRowStream(
            new SimulationOptions(centuries, null),
            new TableColumns(SimulationOptions.schema(centuries, "t")),
            0,
            false);
    while (rows.position() < 9) {
      assertThat(rows.next()).isTrue();
    }

    assertThat(rows.time()).isPositive();
    assertThatThrownBy(rows::next).hasMessageContaining("make stepSeconds smaller");
  }
}
