package tickwatch.detector;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tickwatch.detector.alert.AlertSettings;
import tickwatch.detector.alert.AnomalyFile;
import tickwatch.detector.event.EventRules;
import tickwatch.detector.event.EventRulesJson;
import tickwatch.detector.health.HealthRules;
import tickwatch.detector.model.Forecaster;
import tickwatch.detector.model.Model;
import tickwatch.detector.model.ModelDirectory;
import tickwatch.ipc.value.ByteVector;
import tickwatch.ipc.value.FloatVector;
import tickwatch.ipc.value.SymbolVector;
import tickwatch.ipc.value.Table;
import tickwatch.tick.Schema;
import tickwatch.tick.TableSchema;
import tickwatch.tick.Upd;

/**
 * Each rule of events by itself, in the rows of {@code score}, {@code anomaly} and {@code alert}
 * that are published.
 *
 * <p>Two channels are always expected to be 100, and 1 off is the limit: a score is how far the
 * channel is off that is off most, more than 1 is a flag, and the grade is {@code 1 − 2^(1 −
 * score)}.
 */
class PublishedEventsTest {
  private static final List<String> CHANNELS = List.of("a", "b");
  private static final long SECOND = 1_000_000_000L;

  @TempDir Path directory;

  /** Expects what is usual, whatever came before. */
  private static final class Usual implements Forecaster {
    @Override
    public int window() {
      return 1;
    }

    @Override
    public int channels() {
      return CHANNELS.size();
    }

    @Override
    public int maxBatch() {
      return 8;
    }

    @Override
    public void put(int slot, float[] from, int at) {}

    @Override
    public void forecast(int count, float[] forecasts) {}

    @Override
    public void forecastAlone(int slot, float[] forecasts, int to) {}

    @Override
    public void close() {}
  }

  /** What is published, a line a row. */
  private static final class Tickerplant implements Outbox.Link {
    final List<String> anomalies = new ArrayList<>();
    final List<String> alerts = new ArrayList<>();
    int flags;

    @Override
    public boolean send(String publisher, long seq, String table, Table rows) {
      for (int row = 0; row < rows.rowCount(); row++) {
        switch (table) {
          case "anomaly" ->
              anomalies.add(
                  String.format(
                      Locale.ROOT,
                      "%s %s %s score %.1f grade %.2f confidence %.2f",
                      symbol(rows, "state", row),
                      symbol(rows, "id", row),
                      symbol(rows, "channel", row),
                      number(rows, "score", row),
                      number(rows, "grade", row),
                      number(rows, "confidence", row)));
          case "alert" ->
              alerts.add(
                  symbol(rows, "state", row)
                      + ' '
                      + symbol(rows, "id", row)
                      + ' '
                      + symbol(rows, "severity", row));
          default -> flags += ((ByteVector) column(rows, "flag")).get(row);
        }
      }
      return true;
    }

    private static Object column(Table rows, String name) {
      return rows.columns().get(rows.names().indexOf(name));
    }

    private static String symbol(Table rows, String name, int row) {
      return ((SymbolVector) column(rows, name)).get(row);
    }

    private static double number(Table rows, String name, int row) {
      return ((FloatVector) column(rows, name)).get(row);
    }

    @Override
    public CompletableFuture<Long> lastSeq(String publisher) {
      return CompletableFuture.completedFuture(0L);
    }

    /** State and id of what is published of anomalies. */
    List<String> told() {
      return anomalies.stream().map(line -> line.substring(0, line.indexOf(' ', 8))).toList();
    }
  }

  private Model model() {
    String json =
        """
        {"formatVersion": 1, "name": "usual", "input": {"window": 1, "channels": [
           {"name": "a", "centre": 100, "scale": 1}, {"name": "b", "centre": 100, "scale": 1}]},
         "threshold": {"method": "perChannel", "values": [1, 1]}}
        """;
    return ModelDirectory.of(
            directory, Map.of("model.pt", new byte[] {1}, "model.json", json.getBytes(UTF_8)))
        .model();
  }

  private static EventRules rules(String json) {
    try {
      return EventRulesJson.read(
          new ObjectMapper().readTree(json.replace('\'', '"')), EventRules.defaults());
    } catch (JsonProcessingException e) {
      throw new IllegalArgumentException(e);
    }
  }

  /** A row each second; the first has no score, since there is none before it. */
  private static Rows rows(String sym, int channel, double... off) {
    Rows rows = new Rows("t", CHANNELS);
    for (int t = 0; t < off.length; t++) {
      double[] values = {100, 100};
      values[channel] += off[t];
      rows.add(t * SECOND, sym, values);
    }
    return rows;
  }

  private Tickerplant published(String events, Rows... all) {
    Tickerplant tickerplant = new Tickerplant();
    TableSchema schema = Rows.schema("t", CHANNELS);
    try (AnomalyFile file = AnomalyFile.open(directory.resolve("anomalies.jsonl"));
        Follower follower =
            new Follower(
                model(),
                new Usual(),
                null,
                null,
                rules(events),
                HealthRules.defaults(),
                AlertSettings.none(),
                List.of(schema),
                tickerplant,
                file,
                directory.resolve("state"),
                Clock.fixed(Instant.parse("2026-11-23T00:00:00Z"), ZoneOffset.UTC))) {
      follower.subscribed(Schema.of(List.of(schema)));
      follower.logOpened(9824);
      follower.live();
      for (Rows rows : all) {
        follower.upd(new Upd("t", rows.table()), false);
        follower.batchComplete();
      }
    }
    return tickerplant;
  }

  @Test
  void aFlagOpensAndQuietRowsClose() {
    Tickerplant rows =
        published("{'quietRows': 2, 'warmUpRows': 0}", rows("s", 1, 0, 0, 3, 0, 0, 0, 0));

    assertThat(rows.anomalies)
        .containsExactly(
            "open t.s.2 b score 3.0 grade 0.75 confidence 1.00",
            "closed t.s.2 b score 3.0 grade 0.75 confidence 1.00");
    assertThat(rows.flags).isEqualTo(1);
  }

  @Test
  void flagsWithFewerQuietRowsBetweenThemAreOneAnomaly() {
    double[] off = {0, 2, 0, 0, 2, 0, 0, 0, 2, 0, 0, 0};

    assertThat(published("{'quietRows': 3}", rows("s", 0, off)).told())
        .containsExactly("open t.s.1", "closed t.s.1", "open t.s.8", "closed t.s.8");
    assertThat(published("{'quietRows': 4}", rows("s", 0, off)).told())
        .containsExactly("open t.s.1");
  }

  @Test
  void aScoreBetweenTheTwoLevelsOfTheHysteresisKeepsAnAnomalyOpenAndOpensNone() {
    double[] off = {0, 0.8, 0.8, 2, 0, 0.8, 0, 0.8, 0};
    String rules = "{'quietRows': 2, 'closeAt': 0.5}";

    Tickerplant before = published(rules, rows("s", 0, off));
    Tickerplant after = published(rules, rows("s", 0, Arrays.copyOf(off, off.length + 1)));
    Tickerplant without = published("{'quietRows': 2}", rows("s", 0, off));

    assertThat(before.told()).containsExactly("open t.s.3");
    assertThat(after.told()).containsExactly("open t.s.3", "closed t.s.3");
    assertThat(without.told()).containsExactly("open t.s.3", "closed t.s.3");
  }

  @Test
  void soManyFlagsAmongSoManyRowsOpenAtTheFirstOfThem() {
    String rules = "{'openFlags': 3, 'ofRows': 5, 'quietRows': 2}";

    Tickerplant few = published(rules, rows("s", 0, 0, 2, 0, 0, 2, 0, 2, 0, 0));
    Tickerplant enough = published(rules, rows("s", 0, 0, 2, 0, 2, 0, 4, 0, 0));

    assertThat(few.told()).isEmpty();
    assertThat(few.flags).isEqualTo(3);
    assertThat(enough.told()).containsExactly("open t.s.1", "closed t.s.1");
    assertThat(enough.anomalies.get(0)).contains("score 4.0");
  }

  @Test
  void flagsInTheCoolDownAreInTheScoresAndOpenNothing() {
    Tickerplant rows =
        published("{'quietRows': 1, 'coolDownRows': 3}", rows("s", 0, 0, 2, 0, 2, 2, 2, 2, 0));

    assertThat(rows.told())
        .containsExactly("open t.s.1", "closed t.s.1", "open t.s.6", "closed t.s.6");
    assertThat(rows.flags).isEqualTo(5);
  }

  @Test
  void aRiseByAGradeStepIsToldAndTheSeverityOfItsAlertRises() {
    Tickerplant rows =
        published(
            "{'quietRows': 2, 'gradeStep': 0.2, 'warmUpRows': 0}",
            rows("s", 0, 0, 1.2, 1.3, 1.6, 2, 4, 0, 0));

    assertThat(rows.anomalies)
        .containsExactly(
            "open t.s.1 a score 1.2 grade 0.13 confidence 1.00",
            "update t.s.1 a score 1.6 grade 0.34 confidence 1.00",
            "update t.s.1 a score 4.0 grade 0.88 confidence 1.00",
            "closed t.s.1 a score 4.0 grade 0.88 confidence 1.00");
    assertThat(rows.alerts)
        .containsExactly(
            "firing t.s.1 info",
            "resolved t.s.1 info",
            "firing t.s.1 minor",
            "resolved t.s.1 minor",
            "firing t.s.1 critical",
            "resolved t.s.1 critical");
  }

  @Test
  void flagsOfALowGradeOpenNothingButKeepOpen() {
    Tickerplant rows =
        published(
            "{'quietRows': 2, 'leastGrade': 0.5}", rows("s", 0, 0, 1.5, 0, 0, 2, 0, 1.5, 0, 0));

    assertThat(rows.told()).containsExactly("open t.s.4", "closed t.s.4");
    assertThat(rows.flags).isEqualTo(3);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        // what is suppressed                                  | sensor | channel | off | is it told
        "{'absolute': 5}                                       | s      | 0 |  4 | false",
        "{'absolute': 5}                                       | s      | 0 | -4 | false",
        "{'absolute': 5}                                       | s      | 0 |  6 | true",
        "{'relative': 0.05}                                    | s      | 0 |  4 | false",
        "{'relative': 0.05}                                    | s      | 0 | -6 | true",
        "{'direction': 'up'}                                   | s      | 0 |  4 | true",
        "{'direction': 'up'}                                   | s      | 0 | -4 | false",
        "{'direction': 'down'}                                 | s      | 0 |  4 | false",
        "{'direction': 'down'}                                 | s      | 0 | -4 | true",
        "{'absolute': 5, 'syms': 'omi-*'}                      | omi-7  | 0 |  4 | false",
        "{'absolute': 5, 'syms': 'omi-*'}                      | web-7  | 0 |  4 | true",
        "{'absolute': 5, 'channels': 'b,c?'}                   | s      | 1 |  4 | false",
        "{'absolute': 5, 'channels': 'b,c?'}                   | s      | 0 |  4 | true",
        "{'direction': 'up', 'syms': 'o*', 'channels': 'a'}    | omi-7  | 0 | -4 | false",
        "{'direction': 'up', 'syms': 'o*', 'channels': 'a'}    | omi-7  | 1 | -4 | true"
      })
  void aDeviationOfNoInterestIsFlaggedAndNotTold(
      String suppress, String sym, int channel, double off, boolean isTold) {
    Tickerplant rows =
        published(
            "{'quietRows': 1, 'suppress': [" + suppress + "]}", rows(sym, channel, 0, 0, off, 0));

    assertThat(rows.flags).isEqualTo(1);
    assertThat(rows.told().isEmpty()).isEqualTo(!isTold);
    assertThat(rows.alerts.isEmpty()).isEqualTo(!isTold);
  }

  @Test
  void aRuleForAChannelThatIsNowhereIsSaid() {
    try (Told told = Told.by(Follower.class)) {
      published("{'suppress': [{'absolute': 5, 'channels': 'tmep'}]}", rows("s", 0, 0, 0));
      published("{'suppress': [{'absolute': 5, 'channels': 'tmep,b'}]}", rows("s", 0, 0, 0));

      assertThat(told.messages())
          .singleElement()
          .asString()
          .contains("no channel that is judged", "channels=tmep (there are: [[a, b]])");
    }
  }

  @Test
  void rulesOfSomeSensorsHoldForThemAlone() {
    String rules = "{'quietRows': 1, 'syms': [{'match': 'omi-?', 'openFlags': 2, 'ofRows': 2}]}";
    double[] off = {0, 2, 0, 2, 2, 0};

    Tickerplant rows = published(rules, rows("omi-7", 0, off), rows("web-1", 0, off));

    assertThat(rows.told())
        .containsExactly(
            "open t.omi-7.3",
            "closed t.omi-7.3",
            "open t.web-1.1",
            "closed t.web-1.1",
            "open t.web-1.3",
            "closed t.web-1.3");
  }

  @Test
  void confidenceRisesOverTheFirstRowsAndTooLittleOfItOpensNothing() {
    double[] off = {0, 3, 0, 0, 3, 0, 0, 0, 0, 0, 3, 0};

    assertThat(published("{'quietRows': 1, 'warmUpRows': 10}", rows("s", 0, off)).anomalies)
        .containsExactly(
            "open t.s.1 a score 3.0 grade 0.75 confidence 0.20",
            "closed t.s.1 a score 3.0 grade 0.75 confidence 0.20",
            "open t.s.4 a score 3.0 grade 0.75 confidence 0.50",
            "closed t.s.4 a score 3.0 grade 0.75 confidence 0.50",
            "open t.s.10 a score 3.0 grade 0.75 confidence 1.00",
            "closed t.s.10 a score 3.0 grade 0.75 confidence 1.00");
    assertThat(
            published(
                    "{'quietRows': 1, 'warmUpRows': 10, 'leastConfidence': 0.5}", rows("s", 0, off))
                .told())
        .containsExactly("open t.s.4", "closed t.s.4", "open t.s.10", "closed t.s.10");
  }
}
