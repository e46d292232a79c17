package tickwatch.detector;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tickwatch.detector.alert.AnomalyFile;
import tickwatch.detector.event.EventRules;
import tickwatch.detector.model.Forecaster;
import tickwatch.detector.model.Model;
import tickwatch.detector.model.TestModels;
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
    final List<String> published = new ArrayList<>();
    final Map<String, Long> seqs = new HashMap<>();
    boolean dead;

    @Override
    public boolean send(String publisher, long seq, String table, Table rows) {
      if (dead) {
        return true;
      }
      if (seq > seqs.getOrDefault(publisher, 0L)) {
        seqs.put(publisher, seq);
        for (int row = 0; row < rows.rowCount(); row++) {
          int at = row;
          published.add(
              table + rows.columns().stream().map(column -> column.item(at).toString()).toList());
        }
      }
      return true;
    }

    @Override
    public CompletableFuture<Long> lastSeq(String publisher) {
      return CompletableFuture.completedFuture(seqs.getOrDefault(publisher, 0L));
    }
  }

  private static final int DAY = 9824;

  @TempDir Path directory;
  private final Model model = TestModels.forTests("lstm15").model();
  private final TableSchema schema = Rows.schema("plant", model.channels());
  private Tickerplant tickerplant = new Tickerplant();
  private int files;

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
            model,
            new LastRow(model),
            EventRules.defaults(),
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

  @Test
  void aRestartAnywherePublishesNothingTwiceAndMissesNothing() throws IOException {
    Rows rows = rows(new Random(2), 600);
    try (Life life = new Life(DAY)) {
      deliver(life, rows, 0, 600, new Random(3));
    }
    List<String> undisturbed = tickerplant.published;
    List<String> lines = Files.readAllLines(anomalies());
    assertThat(undisturbed.stream().filter(row -> row.startsWith("anomaly"))).hasSizeGreaterThan(6);
    assertThat(lines).hasSizeGreaterThan(4);

    for (int death = 0; death < 600; death += 13) {
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

      assertThat(tickerplant.published).isEqualTo(undisturbed);
      assertThat(Files.readAllLines(anomalies())).isEqualTo(lines);
    }
  }

  @Test
  void aLostConnectionLosesNothing() {
    Rows rows = rows(new Random(2), 400);
    try (Life life = new Life(DAY)) {
      deliver(life, rows, 0, 400, new Random(3));
    }
    List<String> undisturbed = tickerplant.published;

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

    assertThat(tickerplant.published).isEqualTo(undisturbed);
  }

  @Test
  void aRestartOnTheNextDayGoesOnWhereThatDayBegan() {
    Rows rows = rows(new Random(8), 500);
    try (Life life = new Life(DAY)) {
      deliver(life, rows, 0, 300, new Random(3));
      life.follower.logOpened(DAY + 1);
      deliver(life, rows, 300, 500, new Random(4));
    }
    List<String> undisturbed = tickerplant.published;

    fresh();
    try (Life life = new Life(DAY)) {
      deliver(life, rows, 0, 300, new Random(3));
      life.follower.logOpened(DAY + 1);
      deliver(life, rows, 300, 380, new Random(4));
    }
    try (Life life = new Life(DAY + 1)) {
      deliver(life, rows, 300, 500, new Random(5));
    }

    assertThat(tickerplant.published).isEqualTo(undisturbed);
  }

  @Test
  void rowsOfTheNextDayArePublishedEvenIfNothingIsRemembered() throws IOException {
    Rows rows = rows(new Random(8), 500);
    try (Life life = new Life(DAY)) {
      deliver(life, rows, 0, 400, new Random(3));
    }
    int before = tickerplant.published.size();

    try (Life life = new Life(DAY + 1)) {
      deliver(life, rows, 400, 500, new Random(3));
    }

    assertThat(Files.exists(directory.resolve("state" + files))).isFalse();
    assertThat(tickerplant.published.size() - before).isGreaterThan(50 - 15);
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
      assertThat(tickerplant.published).isEmpty();
      life.follower.live();
      deliver(life, rows, 450, 500, new Random(3));
    }

    assertThat(tickerplant.published).hasSizeBetween(45, 60);
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
}
