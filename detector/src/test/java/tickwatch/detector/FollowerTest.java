package tickwatch.detector;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tickwatch.detector.alert.AlertDelivery;
import tickwatch.detector.alert.AlertSettings;
import tickwatch.detector.alert.AlertTarget;
import tickwatch.detector.alert.AnomalyFile;
import tickwatch.detector.alert.Receiver;
import tickwatch.detector.event.EventRules;
import tickwatch.detector.health.HealthRules;
import tickwatch.detector.model.Forecaster;
import tickwatch.detector.model.Model;
import tickwatch.detector.model.TestModels;
import tickwatch.ipc.value.ByteVector;
import tickwatch.ipc.value.FloatVector;
import tickwatch.ipc.value.ListVector;
import tickwatch.ipc.value.LongVector;
import tickwatch.ipc.value.QType;
import tickwatch.ipc.value.SymbolVector;
import tickwatch.ipc.value.Table;
import tickwatch.tick.Schema;
import tickwatch.tick.TableSchema;
import tickwatch.tick.Upd;

/** Whatever dies and whenever: what is published is what one undisturbed run publishes. */
class FollowerTest {
  /** The model's numbers are what counts here; the forecast is the last row of the window. */
  private static final class LastRow implements Forecaster {
    private final float[][] windows;
    private final int window;
    private final int channels;

    LastRow(Model model) {
      this.window = model.window();
      this.channels = model.channels().size();
      this.windows = new float[16][window * channels];
    }

    @Override
    public int window() {
      return window;
    }

    @Override
    public int channels() {
      return channels;
    }

    @Override
    public int maxBatch() {
      return windows.length;
    }

    @Override
    public void put(int slot, float[] from, int at) {
      System.arraycopy(from, at, windows[slot], 0, window * channels);
    }

    @Override
    public void forecast(int count, float[] forecasts) {
      for (int slot = 0; slot < count; slot++) {
        forecastAlone(slot, forecasts, slot * channels);
      }
    }

    @Override
    public void forecastAlone(int slot, float[] forecasts, int to) {
      System.arraycopy(windows[slot], (window - 1) * channels, forecasts, to, channels);
    }

    @Override
    public void close() {}
  }

  /** A tickerplant's memory: accepted rows of all tables in order, and each publisher's number. */
  private static final class Tickerplant implements Outbox.Link {
    final Map<String, List<String>> published = new TreeMap<>();
    final Map<String, Long> seqs = new HashMap<>();
    final List<Table> deliveries = new ArrayList<>();
    final List<Table> scores = new ArrayList<>();
    boolean dead;

    @Override
    public synchronized boolean send(String publisher, long seq, String table, Table rows) {
      if (dead) {
        return true;
      }
      if (seq > seqs.getOrDefault(publisher, 0L)) {
        seqs.put(publisher, seq);
        if (publisher.startsWith("alerts-")) {
          deliveries.add(rows);
        }
        if (table.equals("score")) {
          scores.add(rows);
        }
        for (int row = 0; row < rows.rowCount(); row++) {
          int at = row;
          published
              .computeIfAbsent(publisher, name -> new ArrayList<>())
              .add(
                  table
                      + rows.columns().stream().map(column -> column.item(at).toString()).toList());
        }
      }
      return true;
    }

    /** What was published, in each publisher's order. */
    synchronized List<String> published() {
      return published.values().stream().flatMap(List::stream).toList();
    }

    @Override
    public CompletableFuture<Long> lastSeq(String publisher) {
      return CompletableFuture.completedFuture(seqs.getOrDefault(publisher, 0L));
    }
  }

  private static final int DAY = 9824;

  @TempDir Path directory;
  private final Model model = TestModels.forTests("lstm15").model();
  private TableSchema schema = Rows.schema("plant", model.channels());
  private Tickerplant tickerplant = new Tickerplant();
  private AlertSettings alerts = AlertSettings.none();
  private int files;

  /** What the sensors learn; null for the forecaster alone. */
  private @Nullable Learning learning;

  /** Whether there is a forecaster beside what is learnt. */
  private boolean together;

  /** By a forecaster, by what is learnt, or by both. */
  private void judgeBy(String who) {
    learning = who.equals("forecast") ? null : new Learning(Pipeline.standard(1), 100);
    together = who.equals("both");
    if (who.equals("refit")) {
      Path models = directory.resolve("state" + files).resolve("models");
      learning = new Learning(Pipeline.standard(1), 100, new Refit(40, 15, models));
    }
    if (together) {
      learning = new Learning(Pipeline.standard(1).withNetwork(1), 100);
    }
  }

  @BeforeEach
  void fresh() {
    tickerplant = new Tickerplant();
    files++;
  }

  private Path anomalies() {
    return directory.resolve("anomalies" + files + ".jsonl");
  }

  /** One life of a detector. */
  private final class Life implements AutoCloseable {
    final AnomalyFile file = AnomalyFile.open(anomalies());
    final Follower follower =
        new Follower(
            learning == null || together ? model : null,
            learning == null || together ? new LastRow(model) : null,
            null,
            learning,
            EventRules.defaults(),
            HealthRules.defaults(),
            alerts,
            List.of(schema),
            tickerplant,
            file,
            directory.resolve("state" + files),
            Clock.fixed(Instant.parse("2026-11-23T00:00:00Z"), ZoneOffset.UTC));

    Life(int day) {
      follower.subscribed(Schema.of(List.of(schema)));
      follower.logOpened(day);
    }

    void rows(Table rows) {
      follower.upd(new Upd("plant", rows), false);
      follower.batchComplete();
    }

    @Override
    public void close() {
      follower.close();
      file.close();
    }
  }

  /** Three sensors, with steps and spikes now and then, and a late row. */
  private static Rows rows(Random random, int count) {
    Rows rows = new Rows("plant", List.of("temperature", "pressure", "power"));
    double[] level = {20, 20, 20};
    for (int t = 0; t < count; t++) {
      int sensor = random.nextInt(3);
      if (random.nextInt(40) == 0) {
        level[sensor] += 10 * random.nextGaussian();
      }
      double spike = random.nextInt(60) == 0 ? 30 : 0;
      long time = random.nextInt(50) == 0 ? t - 40 : t;
      rows.add(
          time,
          "s" + sensor,
          level[sensor] + spike + 0.1 * random.nextGaussian(),
          101 + 0.05 * random.nextGaussian(),
          random.nextInt(30) == 0 ? Double.NaN : 50 + 0.5 * random.nextGaussian());
    }
    return rows;
  }

  private void deliver(Life life, Rows rows, int from, int to, Random random) {
    for (int at = from; at < to; ) {
      int next = Math.min(to, at + 1 + random.nextInt(40));
      life.rows(rows.table(at, next));
      at = next;
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"forecast", "learnt", "both", "refit"})
  void aRestartAnywherePublishesNothingTwiceAndMissesNothing(String who) throws IOException {
    judgeBy(who);
    Rows rows = rows(new Random(2), 600);
    try (Life life = new Life(DAY)) {
      deliver(life, rows, 0, 600, new Random(3));
    }
    List<String> undisturbed = tickerplant.published();
    List<String> lines = Files.readAllLines(anomalies());
    assertThat(undisturbed.stream().filter(row -> row.startsWith("anomaly"))).hasSizeGreaterThan(2);
    assertThat(lines).hasSizeGreaterThan(1);

    for (int death = 0; death < 600; death += learning == null ? 13 : 61) {
      fresh();
      Random random = new Random(death);
      try (Life life = new Life(DAY)) {
        deliver(life, rows, 0, death, random);
        // The last rows before its death reach the tickerplant's log, its verdicts do not.
        tickerplant.dead = true;
        deliver(life, rows, death, Math.min(600, death + 30), random);
      }
      tickerplant.dead = false;
      try (Life life = new Life(DAY)) {
        deliver(life, rows, 0, 600, random);
      }

      assertThat(tickerplant.published()).isEqualTo(undisturbed);
      assertThat(Files.readAllLines(anomalies())).isEqualTo(lines);
    }
  }

  @Test
  void aScoresListsFollowTheTablesColumnsWhicheverTheModelJudges() {
    List<String> columns = List.of("power", "humidity", "temperature", "pressure");
    schema = Rows.schema("plant", columns);
    Rows rows = new Rows("plant", columns);
    for (int t = 0; t < 20; t++) {
      rows.add(t, "s", 50, 70, 20, 101);
    }
    try (Life life = new Life(DAY)) {
      life.rows(rows.table());
    }

    Table scores = tickerplant.scores.get(0);
    for (String list : List.of("expected", "lower", "upper", "contribution")) {
      assertThat(numbers(scores, list)).hasSize(4);
      assertThat(numbers(scores, list)[1]).as(list + " of humidity").isNaN();
    }
    assertThat(numbers(scores, "expected")[0]).isCloseTo(50, within(1e-4));
    assertThat(numbers(scores, "expected")[2]).isCloseTo(20, within(1e-4));
    assertThat(numbers(scores, "expected")[3]).isCloseTo(101, within(1e-4));
  }

  private static double[] numbers(Table rows, String column) {
    return rows.column(column) instanceof ListVector lists
            && lists.get(0) instanceof FloatVector floats
        ? floats.toArray()
        : new double[0];
  }

  @Test
  void aLostConnectionLosesNothing() {
    Rows rows = rows(new Random(2), 400);
    try (Life life = new Life(DAY)) {
      deliver(life, rows, 0, 400, new Random(3));
    }
    List<String> undisturbed = tickerplant.published();

    fresh();
    try (Life life = new Life(DAY)) {
      deliver(life, rows, 0, 150, new Random(4));
      tickerplant.dead = true;
      deliver(life, rows, 150, 200, new Random(5));
      life.follower.disconnected("gone");
      assertThat(life.follower.isLive()).isFalse();
      tickerplant.dead = false;
      life.follower.subscribed(Schema.of(List.of(schema)));
      life.follower.logOpened(DAY);
      deliver(life, rows, 200, 400, new Random(6));
    }

    assertThat(tickerplant.published()).isEqualTo(undisturbed);
  }

  @ParameterizedTest
  @ValueSource(strings = {"forecast", "learnt", "both", "refit"})
  void aRestartOnTheNextDayGoesOnWhereThatDayBegan(String who) {
    judgeBy(who);
    Rows rows = rows(new Random(8), 500);
    try (Life life = new Life(DAY)) {
      deliver(life, rows, 0, 300, new Random(3));
      life.follower.logOpened(DAY + 1);
      deliver(life, rows, 300, 500, new Random(4));
    }
    List<String> undisturbed = tickerplant.published();

    fresh();
    try (Life life = new Life(DAY)) {
      deliver(life, rows, 0, 300, new Random(3));
      life.follower.logOpened(DAY + 1);
      deliver(life, rows, 300, 380, new Random(4));
    }
    try (Life life = new Life(DAY + 1)) {
      deliver(life, rows, 300, 500, new Random(5));
    }

    assertThat(tickerplant.published()).isEqualTo(undisturbed);
  }

  @Test
  void rowsOfTheNextDayArePublishedEvenIfNothingIsRemembered() throws IOException {
    Rows rows = rows(new Random(8), 500);
    try (Life life = new Life(DAY)) {
      deliver(life, rows, 0, 400, new Random(3));
    }
    int before = tickerplant.published().size();

    try (Life life = new Life(DAY + 1)) {
      deliver(life, rows, 400, 500, new Random(3));
    }

    assertThat(Files.exists(directory.resolve("state" + files))).isFalse();
    assertThat(tickerplant.published().size() - before).isGreaterThan(50 - 15);
  }

  @Test
  void whatComesAfterALogWasTakenAwayIsPublished() {
    Rows rows = rows(new Random(8), 500);
    try (Life life = new Life(DAY)) {
      deliver(life, rows, 0, 400, new Random(3));
    }
    tickerplant.published.clear();

    try (Life life = new Life(DAY)) {
      // The tickerplant remembers, its log begins anew.
      deliver(life, rows, 400, 450, new Random(3));
      assertThat(tickerplant.published()).isEmpty();
      life.follower.live();
      deliver(life, rows, 450, 500, new Random(3));
    }

    assertThat(tickerplant.published()).hasSizeBetween(45, 60);
  }

  @Test
  void theStateOfABrokenFileIsNotTaken() throws IOException {
    Rows rows = rows(new Random(8), 500);
    try (Life life = new Life(DAY)) {
      deliver(life, rows, 0, 400, new Random(3));
      life.follower.logOpened(DAY + 1);
    }
    Path file = directory.resolve("state" + files).resolve("detector-plant.state");
    byte[] whole = Files.readAllBytes(file);
    Files.write(file, java.util.Arrays.copyOf(whole, whole.length - 20));

    try (Life life = new Life(DAY + 1)) {
      life.rows(rows.table(400, 410));
      assertThat(life.follower.counts().scored()).isZero();
    }
  }

  @Test
  void theStateOfADamagedFileIsNotTaken() throws IOException {
    Rows rows = rows(new Random(8), 500);
    try (Life life = new Life(DAY)) {
      deliver(life, rows, 0, 400, new Random(3));
      life.follower.logOpened(DAY + 1);
    }
    Path file = directory.resolve("state" + files).resolve("detector-plant.state");
    byte[] whole = Files.readAllBytes(file);

    // Behind the version, the day and the model, wherever it is: a length, a number, an end.
    for (int at = 80; at < whole.length; at += at < 220 ? 1 : 1 + whole.length / 100) {
      byte[] damaged = whole.clone();
      damaged[at] ^= (byte) 0x40;
      Files.write(file, damaged);
      try (Told told = Told.by(StateFile.class);
          Life life = new Life(DAY + 1)) {
        life.rows(rows.table(400, 410));

        assertThat(life.follower.counts().scored()).isZero();
        assertThat(told.messages())
            .singleElement()
            .asString()
            .contains("state cannot be read, windows start empty", "it is damaged");
      }
    }
  }

  private static Table feedback(String id, String verdict) {
    return new Table(
        List.of("time", "sym", "id", "verdict", "user", "note"),
        List.of(
            LongVector.of(QType.TIMESTAMP, 0),
            SymbolVector.of("s"),
            SymbolVector.of(id),
            SymbolVector.of(verdict),
            SymbolVector.of("me"),
            ListVector.of(ByteVector.string(""))));
  }

  /** The ids of anomalies told so far, each once, in order. */
  private List<String> ids(String state) {
    return tickerplant.published().stream()
        .filter(row -> row.startsWith("anomaly") && row.contains(state))
        .map(row -> row.replaceAll(".*(plant\\.s\\d\\.\\d+).*", "$1"))
        .distinct()
        .toList();
  }

  @Test
  void whatPeopleSayTakesEffectWhereItStandsInTheLog() {
    Rows rows = rows(new Random(2), 900);
    try (Life life = new Life(DAY)) {
      deliver(life, rows, 0, 300, new Random(3));
    }
    List<String> before = ids("open");
    assertThat(before).hasSizeGreaterThan(3);
    Consumer<Life> said =
        life -> {
          for (String id : before) {
            life.follower.upd(new Upd("feedback", feedback(id, "falseAlarm")), false);
          }
        };
    fresh();
    try (Life life = new Life(DAY)) {
      deliver(life, rows, 0, 900, new Random(3));
    }
    List<String> withoutFeedback = ids("open");

    fresh();
    try (Life life = new Life(DAY)) {
      deliver(life, rows, 0, 300, new Random(3));
      said.accept(life);
      deliver(life, rows, 300, 900, new Random(3));
      assertThat(life.follower.counts().suppressed()).isPositive();
    }
    List<String> undisturbed = tickerplant.published();
    assertThat(ids("open").size()).isLessThan(withoutFeedback.size());

    for (int death = 250; death < 900; death += 61) {
      fresh();
      Random random = new Random(death);
      int said1 = Math.min(death, 300);
      try (Life life = new Life(DAY)) {
        deliver(life, rows, 0, said1, random);
        if (death > 300) {
          said.accept(life);
          deliver(life, rows, 300, death, random);
        }
      }
      try (Life life = new Life(DAY)) {
        deliver(life, rows, 0, 300, random);
        said.accept(life);
        deliver(life, rows, 300, 900, random);
      }

      assertThat(tickerplant.published()).isEqualTo(undisturbed);
    }
  }

  @Test
  void whatPeopleSaidHoldsOnTheNextDay() {
    Rows rows = rows(new Random(2), 900);
    try (Life life = new Life(DAY)) {
      deliver(life, rows, 0, 300, new Random(3));
      life.follower.upd(new Upd("feedback", feedback(ids("open").get(1), "falseAlarm")), false);
      deliver(life, rows, 300, 500, new Random(3));
      life.follower.logOpened(DAY + 1);
      deliver(life, rows, 500, 900, new Random(3));
    }
    List<String> undisturbed = tickerplant.published();

    fresh();
    try (Life life = new Life(DAY)) {
      deliver(life, rows, 0, 300, new Random(3));
      life.follower.upd(new Upd("feedback", feedback(ids("open").get(1), "falseAlarm")), false);
      deliver(life, rows, 300, 500, new Random(3));
      life.follower.logOpened(DAY + 1);
    }
    try (Life life = new Life(DAY + 1)) {
      deliver(life, rows, 500, 900, new Random(5));
    }

    assertThat(tickerplant.published()).isEqualTo(undisturbed);
  }

  @Test
  void anAlertThatWasNotTakenIsDeliveredAfterARestartAndNoneTwice() {
    Rows rows = rows(new Random(2), 600);
    try (Receiver receiver = new Receiver()) {
      alerts =
          new AlertSettings(
              List.of(new AlertTarget(AlertTarget.Form.WEBHOOK, receiver.url())),
              new AlertDelivery.Patience(
                  Duration.ofSeconds(5),
                  Duration.ofMillis(5),
                  Duration.ofMillis(20),
                  Duration.ofMinutes(1),
                  1000),
              false,
              false,
              null);
      receiver.is(Receiver.Mood.FAILS);
      try (Life life = new Life(DAY)) {
        life.follower.live();
        deliver(life, rows, 0, 300, new Random(3));
        await().until(() -> receiver.attempts() > 1);
      }
      assertThat(receiver.taken()).isEmpty();

      receiver.is(Receiver.Mood.TAKES);
      try (Life life = new Life(DAY)) {
        deliver(life, rows, 0, 300, new Random(3));
        life.follower.live();
        await().until(() -> life.follower.desk().waiting() == 0);
      }
      List<String> first = told(receiver);
      assertThat(first).hasSizeGreaterThan(6).doesNotHaveDuplicates();
      assertThat(tickerplant.deliveries.stream().mapToInt(Table::rowCount).sum())
          .isEqualTo(first.size());

      try (Life life = new Life(DAY)) {
        deliver(life, rows, 0, 300, new Random(3));
        for (Table delivered : List.copyOf(tickerplant.deliveries)) {
          life.follower.upd(new Upd("alert", delivered), true);
        }
        life.follower.live();
        assertThat(life.follower.desk().waiting()).isZero();
        deliver(life, rows, 300, 600, new Random(3));
        await().until(() -> life.follower.desk().waiting() == 0);
      }
      assertThat(told(receiver)).startsWith(first.toArray(String[]::new)).doesNotHaveDuplicates();
      assertThat(told(receiver).size())
          .isGreaterThan(first.size())
          .isEqualTo(
              (int)
                  tickerplant.published().stream()
                      .filter(row -> row.startsWith("alert") && row.contains("log"))
                      .count());
    }
  }

  @Test
  void alertmanagerIsToldAgainOfWhatGoesOnAfterARestartAndOnTheNextDayToo() {
    Rows rows = new Rows("plant", model.channels());
    for (int t = 0; t < 60; t++) {
      // The last row is far off, and nothing comes after it.
      rows.add(t, "s1", t == 59 ? 80 : 20 + 0.001 * (t % 3), 101, 50);
    }
    try (Receiver receiver = new Receiver()) {
      alerts =
          new AlertSettings(
              List.of(new AlertTarget(AlertTarget.Form.ALERTMANAGER, receiver.url())),
              new AlertDelivery.Patience(
                  Duration.ofSeconds(5),
                  Duration.ofMillis(5),
                  Duration.ofMillis(20),
                  Duration.ofMillis(30),
                  1000),
              false,
              false,
              null);
      try (Life life = new Life(DAY)) {
        life.follower.live();
        life.rows(rows.table(0, 60));
        await().until(() -> receiver.taken().size() > 1);
      }
      int before = receiver.taken().size();
      try (Life life = new Life(DAY)) {
        life.rows(rows.table(0, 60));
        for (Table delivered : List.copyOf(tickerplant.deliveries)) {
          life.follower.upd(new Upd("alert", delivered), true);
        }
        life.follower.live();
        await().until(() -> receiver.taken().size() > before + 1);
        life.follower.endOfDay(DAY);
        life.follower.logOpened(DAY + 1);
      }
      int yesterday = receiver.taken().size();
      try (Life life = new Life(DAY + 1)) {
        life.follower.live();
        await().until(() -> receiver.taken().size() > yesterday + 1);
      }
      assertThat(receiver.taken()).containsOnly(receiver.taken().get(0));
      assertThat(tickerplant.deliveries).hasSize(1);
    }
  }

  /** The alerts that a receiver has, as id and state. */
  private static List<String> told(Receiver receiver) {
    List<String> told = new ArrayList<>();
    for (JsonNode body : receiver.taken()) {
      for (JsonNode alert : body.get("alerts")) {
        told.add(
            alert.at("/annotations/id").asText()
                + ' '
                + alert.get("status").asText()
                + ' '
                + alert.at("/labels/severity").asText());
      }
    }
    return told;
  }

  @Test
  void whatIsWrongWithDataIsPublishedOnceWhateverDies() {
    Rows rows = new Rows("plant", model.channels());
    Random random = new Random(5);
    for (int t = 0; t < 400; t++) {
      double temperature = t >= 200 && t < 260 ? Double.NaN : 20 + random.nextGaussian();
      long time = t >= 300 ? t + 100 : t;
      rows.add(t == 150 ? 100 : time, "s" + t % 2, temperature, 101 + random.nextGaussian(), 50);
    }
    try (Life life = new Life(DAY)) {
      deliver(life, rows, 0, 400, new Random(3));
    }
    List<String> undisturbed = tickerplant.published();
    assertThat(undisturbed.stream().filter(row -> row.contains("health")).toList())
        .anyMatch(row -> row.contains("late"))
        .anyMatch(row -> row.contains("imputed.temperature"))
        .anyMatch(row -> row.contains("gap"));

    for (int death = 100; death < 400; death += 37) {
      fresh();
      try (Life life = new Life(DAY)) {
        deliver(life, rows, 0, death, random);
        tickerplant.dead = true;
        deliver(life, rows, death, Math.min(400, death + 30), random);
      }
      tickerplant.dead = false;
      try (Life life = new Life(DAY)) {
        deliver(life, rows, 0, 400, random);
      }

      assertThat(tickerplant.published()).isEqualTo(undisturbed);
    }
  }
}
